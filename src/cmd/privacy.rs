#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! How people may be named: with full names for a user's own terminal, and in CI as the policies or the repository's
//! visibility allow (the gate, 8).

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
    /// The level that applies here. Pseudonyms are stable within a `context`.
    ///
    /// # Errors
    /// The key is missing: it is needed for pseudonyms, and wherever people outside the company can read.
    pub(super) fn of(policies: Option<Privacy>, context: &str) -> Result<Self, Stop> {
        Self::to(in_ci(), policies, context)
    }

    /// The level that applies to plans: pseudonyms are the same in every plan of a workspace.
    ///
    /// # Errors
    /// As [`Redaction::of`].
    pub(super) fn of_plans(workspace: &Workspace) -> Result<Self, Stop> {
        let settings = &workspace.policies.workspace;
        Self::of(settings.privacy, &settings.name)
    }

    /// The level that applies to texts on a forge, wherever the command runs.
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
        // A keyed hash without a secret can be guessed by everybody who can read it.
        if secret.is_none() && [Some(level), readers].contains(&Some(Privacy::Pseudonyms)) {
            return Err(key::for_readers());
        }
        let key = ItemKey::new(secret.as_ref().map(crate::model::Secret::expose));
        Ok(Self { level, key, context: context.to_owned() })
    }

    /// The one of both that shows less.
    pub(super) fn stricter(self, other: Self) -> Self {
        if other.level > self.level { other } else { self }
    }

    /// Whether people are not shown at all, not even by pseudonym.
    pub(super) fn counts_only(&self) -> bool {
        self.level == Privacy::Counts
    }

    /// Whether names are hidden.
    pub(super) fn hides(&self) -> bool {
        self.level != Privacy::Names
    }

    /// Text that may contain data: an error's, a service's answer.
    pub(super) fn words(&self, words: &str) -> String {
        match self.level {
            Privacy::Names => words.to_owned(),
            Privacy::Pseudonyms | Privacy::Counts => {
                "not shown here, because it may name people (`privacy` in the Workspace)".to_owned()
            }
        }
    }

    /// A plan in the form that may be shown.
    pub(super) fn shown<'p>(&self, plan: &'p Plan) -> Cow<'p, Plan> {
        match self.level {
            Privacy::Names => Cow::Borrowed(plan),
            Privacy::Pseudonyms => Cow::Owned(masked(plan, |id| self.key.pseudonym(&self.context, id))),
            Privacy::Counts => Cow::Owned(masked(plan, |_| "(a person)".to_owned())),
        }
    }
}

/// Whether others can read the output.
fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The level for the readers of CI's output: GitHub and GitLab provide the visibility, other CI systems don't.
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
