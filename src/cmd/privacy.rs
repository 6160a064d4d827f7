#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! What may be shown of people here: all of it to who runs a command at home, and in CI what the policies or the
//! repository's readers allow (the gate, 8).

use super::exit::Stop;
use super::forge::{self, Forge};
use super::key;
use super::workspace::Workspace;
use crate::gate::ItemKey;
use crate::plan::Plan;
use crate::policy::Privacy;
use crate::render::masked;
use std::borrow::Cow;
use std::env;

/// How people are shown.
pub(super) struct Redaction {
    level: Privacy,
    key: ItemKey,
    context: String,
}

impl Redaction {
    /// The level that holds here. Pseudonyms are the same for the same `context`.
    ///
    /// # Errors
    /// When a key is needed and none is there: for pseudonyms, and wherever others than the company may read.
    pub(super) fn of(policies: Option<Privacy>, context: &str) -> Result<Self, Stop> {
        Self::to(in_ci(), policies, context)
    }

    /// The level that holds here for plans: people have the same pseudonyms in every plan of a workspace.
    ///
    /// # Errors
    /// As [`Redaction::of`].
    pub(super) fn of_plans(workspace: &Workspace) -> Result<Self, Stop> {
        let settings = &workspace.policies.workspace;
        Self::of(settings.privacy, &settings.name)
    }

    /// The level that holds for what is written on a forge, wherever that is done.
    ///
    /// # Errors
    /// As [`Redaction::of`].
    pub(super) fn published(policies: Option<Privacy>, context: &str) -> Result<Self, Stop> {
        Self::to(true, policies, context)
    }

    fn to(others: bool, policies: Option<Privacy>, context: &str) -> Result<Self, Stop> {
        let secret = key::operators();
        let asks = others && (policies.is_none() || secret.is_none());
        let readers = if asks { Some(of_readers()?) } else { None };
        let level = match others {
            true => policies.or(readers).unwrap_or(Privacy::Counts),
            false => Privacy::Names,
        };
        // What is keyed without a secret can be guessed by whoever may read it.
        if secret.is_none() && [Some(level), readers].contains(&Some(Privacy::Pseudonyms)) {
            return Err(key::for_readers());
        }
        let key = ItemKey::new(secret.as_ref().map(crate::model::Secret::expose));
        Ok(Self { level, key, context: context.to_owned() })
    }

    /// Whether nobody is named, not even by a pseudonym.
    pub(super) fn counts_only(&self) -> bool {
        self.level == Privacy::Counts
    }

    /// Whether names are hidden.
    pub(super) fn hides(&self) -> bool {
        self.level != Privacy::Names
    }

    /// Words that may be made of data: an error's, a service's answer.
    pub(super) fn words(&self, words: &str) -> String {
        match self.level {
            Privacy::Names => words.to_owned(),
            Privacy::Pseudonyms | Privacy::Counts => {
                "not shown here, for it may name people (`privacy` in the Workspace)".to_owned()
            }
        }
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

/// What those who read CI's output may see: GitHub and GitLab say who they are, another CI says nothing.
fn of_readers() -> Result<Privacy, Stop> {
    if forge::job()?.is_some() {
        return Ok(Forge::of_environment().map_or(Privacy::Counts, |forge| forge.privacy()));
    }
    Ok(match env::var("CI_PROJECT_VISIBILITY").as_deref() {
        Ok("private") => Privacy::Names,
        Ok("internal" | "public") => Privacy::Pseudonyms,
        _ => Privacy::Counts,
    })
}
