//! How many people a rule concerns, in words.

use crate::plan::{Effect, RuleEffect};
use crate::policy::Otherwise;
use crate::render::escape;

/// Rights of one rule that are listed.
const LISTED: usize = 20;

/// What rules do, by a saved snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// When the snapshot was saved: `2027-01-31T12:00:00Z`.
    pub as_of: String,
    /// Every application's, each with its application.
    pub applications: Vec<ApplicationNumbers>,
}

/// What the rules of one application do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationNumbers {
    /// Its name.
    pub application: String,
    /// What each rule does; or why nobody knows.
    pub effects: Result<Vec<RuleEffect>, String>,
}

impl Numbers {
    /// What is known of a rule, as Markdown: one paragraph for each application.
    pub(super) fn of_rule(&self, kind: &str, id: &str, path: &str) -> Vec<String> {
        let mut told = Vec::new();
        for ApplicationNumbers { application, effects } in &self.applications {
            let effects = match effects {
                Ok(effects) => effects,
                Err(problem) => {
                    told.push(format!("{}: {}", escape::code_span(application), escape::code_span(problem)));
                    continue;
                }
            };
            let of_rule = effects.iter().filter(|effect| {
                effect.rule.kind == kind && effect.rule.id == id && effect.rule.path == path
            });
            told.extend(
                of_rule
                    .map(|effect| format!("{}: {}", escape::code_span(application), words(&effect.effect))),
            );
        }
        told
    }
}

fn words(effect: &Effect) -> String {
    match effect {
        Effect::Links { fits, provisioned, rights } => {
            let head = format!(
                "fits {}, {provisioned} of them with an account once the plan is applied",
                people(*fits)
            );
            let more = rights.len().saturating_sub(LISTED);
            let rights = rights.iter().take(LISTED);
            let lines: String = rights
                .map(|(right, users)| format!("\n- {} for {}", escape::code_span(right), people(*users)))
                .collect();
            let more = if more == 0 { String::new() } else { format!("\n- and {more} more rights") };
            format!("{head}{lines}{more}")
        }
        Effect::Excludes { users, accounts: 0 } => format!("leaves {} untouched", people(*users)),
        Effect::Excludes { users, accounts } => {
            let accounts =
                if *accounts == 1 { "1 account".to_owned() } else { format!("{accounts} accounts") };
            format!("leaves {} and {accounts} without user untouched", people(*users))
        }
        Effect::Constrains { otherwise, users } => {
            let people = people(*users);
            match otherwise {
                Otherwise::Skip => format!("{people} in scope would get no account because of it"),
                Otherwise::Block => format!("blocks {people} in scope"),
                Otherwise::Drop => format!("takes a grant from {people} in scope"),
                Otherwise::Warn => format!("warns about {people}"),
            }
        }
    }
}

fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}
