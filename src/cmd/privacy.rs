#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! What may be shown of people here: all of it to who runs a command at home, and in CI what the policies or the
//! repository's readers allow (the gate, 8).

use super::exit::Stop;
use super::forge::Forge;
use super::key;
use crate::gate::ItemKey;
use crate::plan::Plan;
use crate::policy::set::Privacy;
use crate::render::masked;
use std::borrow::Cow;
use std::env;

/// How people are shown.
pub(super) struct Faces {
    level: Privacy,
    key: ItemKey,
    context: String,
}

impl Faces {
    /// The level that holds here. Pseudonyms are the same for the same `context`.
    pub(super) fn of(policies: Option<Privacy>, forge: Option<&Forge>, context: &str) -> Result<Self, Stop> {
        let level = match (policies, in_ci()) {
            (_, false) => Privacy::Names,
            (Some(level), true) => level,
            (None, true) => forge.map_or_else(of_gitlab, Forge::privacy),
        };
        let secret = key::operators();
        if level == Privacy::Pseudonyms && secret.is_none() {
            return Err(key::for_pseudonyms());
        }
        let key = ItemKey::new(secret.as_ref().map(crate::model::Secret::expose));
        Ok(Self { level, key, context: context.to_owned() })
    }

    /// Whether nobody is named, not even by a pseudonym.
    pub(super) fn counts_only(&self) -> bool {
        self.level == Privacy::Counts
    }

    /// A plan as it may be shown.
    pub(super) fn shown<'p>(&self, plan: &'p Plan) -> Cow<'p, Plan> {
        match self.level {
            Privacy::Names => Cow::Borrowed(plan),
            Privacy::Pseudonyms => Cow::Owned(masked(plan, |id| self.key.pseudonym(&self.context, id))),
            Privacy::Counts => Cow::Owned(masked(plan, |_| "(a person)".to_owned())),
        }
    }
}

/// Whether others may read what is printed.
fn in_ci() -> bool {
    env::var("CI").is_ok_and(|it| !matches!(it.as_str(), "" | "0" | "false"))
}

/// GitLab says who sees the project; another CI says nothing.
fn of_gitlab() -> Privacy {
    match env::var("CI_PROJECT_VISIBILITY").as_deref() {
        Ok("private") => Privacy::Names,
        Ok("internal" | "public") => Privacy::Pseudonyms,
        _ => Privacy::Counts,
    }
}
