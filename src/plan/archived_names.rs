//! Names that archiving writes: never one that another account has, or gets by being archived too.

use super::context::Context;
use super::decision::Decision;
use super::decisions::Decisions;
use crate::desired::LONGEST_TEXT;
use crate::model::AttributePath;
use crate::policy::{AccountSlot, ArchivedAttribute, Word};
use std::collections::BTreeMap;

/// An attribute and a value of it, and the accounts that have it.
type Holders = BTreeMap<(AccountSlot, String), Vec<u32>>;

/// Who has, and who would get, which value of the attributes that archiving writes and that must be unique.
#[derive(Debug, Default)]
pub(super) struct ArchivedNames {
    held: Holders,
    given: Holders,
}

impl ArchivedNames {
    pub(super) fn new(context: &Context<'_>, decisions: &Decisions) -> Self {
        let mut names = Self::default();
        let accounts = 0..context.application.accounts.len() as u32;
        for archived in unique(context) {
            let path = context.desired.policy.account_attribute(archived.attribute);
            let key = |value: &str| (archived.attribute, folded(path, value));
            for account in accounts.clone() {
                if let Some(held) = context.held(archived.attribute, account) {
                    names.held.entry(key(held)).or_default().push(account);
                }
                if is_archived(context, decisions, account)
                    && let Some(value) = context.archived(archived, account)
                {
                    names.given.entry(key(&value)).or_default().push(account);
                }
            }
        }
        names
    }

    /// Why an account cannot be archived, if it cannot.
    pub(super) fn refused(&self, context: &Context<'_>, account: u32) -> Option<String> {
        let policy = context.desired.policy;
        if let Some(long) = policy.lifecycle.archive.iter().find(|it| context.is_too_long(it, account)) {
            let name = &policy.account_attribute(long.attribute).name;
            return Some(format!(
                "cannot be archived: the {name} would be too long: at most {LONGEST_TEXT} bytes are worked with"
            ));
        }
        unique(context).find_map(|archived| {
            let value = context.archived(archived, account)?;
            let path = context.desired.policy.account_attribute(archived.attribute);
            let key = (archived.attribute, folded(path, &value));
            let id = |account: &u32| context.application.accounts.ids.id(*account);
            // Of several the one with the first id is named, in whatever order they were read.
            let other =
                |holders: &Holders| holders.get(&key)?.iter().filter(|it| **it != account).map(id).min();
            let name = &path.name;
            if let Some(other) = other(&self.held) {
                return Some(format!(
                    "cannot be archived: the {name} `{value}` is that of the account `{other}`"
                ));
            }
            let other = other(&self.given)?;
            Some(format!("cannot be archived: the account `{other}` would get the {name} `{value}` too"))
        })
    }
}

/// What archiving writes and no two accounts may share.
fn unique<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a ArchivedAttribute> {
    let policy = context.desired.policy;
    policy.lifecycle.archive.iter().filter(|archived| {
        let mapped = policy.mapping.iter().any(|it| it.attribute == archived.attribute && it.unique);
        mapped || policy.account_attribute(archived.attribute).name == "userName"
    })
}

fn is_archived(context: &Context<'_>, decisions: &Decisions, account: u32) -> bool {
    let decision = match context.pairing.user(account) {
        Some(user) => decisions.users[user as usize],
        None => decisions.account(account),
    };
    matches!(decision, Decision::Convert | Decision::Lifecycle(_, Word::Archive))
}

fn folded(path: &AttributePath, value: &str) -> String {
    if path.case_exact { value.to_owned() } else { value.to_ascii_lowercase() }
}
