//! Whom a text names: users, and accounts that no user stands behind.

use super::context::Context;
use super::who::Who;
use super::{Plan, Subject};
use crate::model::Field;
use crate::policy::UserSlot;
use crate::snapshot::Accounts;
use std::collections::BTreeSet;

/// User attributes that people are named by, besides the id.
pub(super) const USER_NAMES: [&str; 3] = ["userPrincipalName", "mail", "displayName"];
/// Account attributes that accounts are named by, besides the id and the link.
const ACCOUNT_NAMES: [&str; 3] = ["userName", "displayName", "email"];

/// Those whom a text names, ASCII case ignored: users by id, user principal name, mail or display name, by the name that
/// `plan` shows, and by their account's id, link, user name, display name or mail; accounts without user by the same.
/// Attributes count where policies read them.
pub(super) fn named(context: &Context<'_>, plan: &Plan, text: &str) -> Vec<Who> {
    let mut users = users(context, text);
    let mut alone = BTreeSet::new();
    let shown = shown(plan, text);
    let of_shown = |subject: &Subject| context.desired.population.find(subject.user.as_deref()?);
    users.extend(shown.iter().copied().filter_map(of_shown));
    let of_shown = |subject: &Subject| context.application.accounts.ids.row(subject.account.as_deref()?);
    for account in accounts(context, text).chain(shown.iter().copied().filter_map(of_shown)) {
        match context.pairing.user(account) {
            Some(user) => drop(users.insert(user)),
            None => drop(alone.insert(account)),
        }
    }
    users.into_iter().map(|user| context.user(user)).chain(alone.into_iter().map(Who::Account)).collect()
}

/// The subjects that a plan shows by this name.
fn shown<'p>(plan: &'p Plan, text: &str) -> Vec<&'p Subject> {
    let subjects = plan.changes.iter().map(|change| &*change.subject);
    let subjects = subjects.chain(plan.reports.iter().map(|report| &*report.subject));
    subjects.filter(|subject| subject.name.eq_ignore_ascii_case(text)).collect()
}

fn users(context: &Context<'_>, text: &str) -> BTreeSet<u32> {
    let (population, policy) = (&context.desired.population, context.desired.policy);
    let slots = (0..).map(UserSlot).zip(&policy.user_attributes);
    let slots: Vec<UserSlot> = slots
        .filter(|(_, attribute)| USER_NAMES.contains(&attribute.name.as_str()))
        .map(|(slot, _)| slot)
        .collect();
    let by_attribute = |row: u32| {
        slots.iter().any(|slot| match population.field(*slot, row) {
            Field::Text(held) => held.eq_ignore_ascii_case(text),
            Field::Empty | Field::Boolean(_) | Field::List(_) => false,
        })
    };
    let meant = |row: &u32| population.id(*row).1.eq_ignore_ascii_case(text) || by_attribute(*row);
    (0..population.len()).filter(meant).collect()
}

fn accounts(context: &Context<'_>, text: &str) -> impl Iterator<Item = u32> {
    let accounts = &context.application.accounts;
    (0..accounts.len() as u32).filter(move |account| is_named(accounts, *account, text))
}

/// Whether a text names an account.
pub(super) fn is_named(accounts: &Accounts, account: u32, text: &str) -> bool {
    let names = ACCOUNT_NAMES.iter().filter_map(|name| accounts.column(name)?.get(account));
    let mut names = names.chain(accounts.links.get(account)).chain([accounts.ids.id(account)]);
    names.any(|held| held.eq_ignore_ascii_case(text))
}
