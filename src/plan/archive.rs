//! Archiving (the policy language, 10, `archive`): an account is renamed, deactivated and unlinked, and loses its managed
//! rights. An account of the wrong type is archived and a new one created.

use super::build::Builder;
use super::built::Built;
use super::change::{Action, AttributeWrite, Hold, Reason};
use super::context::Context;
use super::decision::Decision;
use super::protection::protection;
use super::value::Outcome;
use super::who::HeldAccount;
use crate::desired::LONGEST_TEXT;
use crate::model::{Operation, Value};
use crate::policy::{ACCOUNT_TYPE, AccountSlot, ArchivedAttribute, ArchivedPart, Origin};
use std::sync::Arc;

impl Context<'_> {
    /// Whether archiving gives an attribute another value.
    pub(super) fn renames_in_archive(&self, slot: AccountSlot) -> bool {
        self.desired.policy.lifecycle.archive.iter().any(|archived| archived.attribute == slot)
    }

    /// Whether the value that archiving would write is longer than values may be (the policy language, 3).
    pub(super) fn is_too_long(&self, archived: &ArchivedAttribute, account: u32) -> bool {
        let length = |part: &ArchivedPart| match part {
            ArchivedPart::Text(text) => text.len(),
            ArchivedPart::Held(slot) => self.held(*slot, account).map_or(0, str::len),
        };
        archived.parts.iter().map(length).sum::<usize>() > LONGEST_TEXT
    }

    /// The value that archiving writes; none where a name in it is empty, or where it is too long.
    pub(super) fn archived(&self, archived: &ArchivedAttribute, account: u32) -> Option<String> {
        if self.is_too_long(archived, account) {
            return None;
        }
        let part = |part: &ArchivedPart| match part {
            ArchivedPart::Text(text) => Some(text.clone()),
            ArchivedPart::Held(slot) => self.held(*slot, account).map(ToOwned::to_owned),
        };
        archived.parts.iter().map(part).collect()
    }
}

impl Builder<'_, '_> {
    /// Archives a linked account, unless a protection withholds it or a name is taken. Says whether it does.
    pub(super) fn archive(
        &self,
        built: &mut Built,
        whose: HeldAccount,
        origin: &Origin,
        because: &str,
    ) -> bool {
        self.archive_held(built, whose, &self.reason(origin, because), origin, None)
    }

    fn archive_held(
        &self,
        built: &mut Built,
        whose: HeldAccount,
        reason: &Reason,
        origin: &Origin,
        hold: Option<Hold>,
    ) -> bool {
        let account = whose.account;
        let held = self.context.holdings.rights.of(account);
        if let Some(rule) = protection(self.context, whose, Operation::Archive, held) {
            self.withheld(built, Operation::Archive, whose, rule);
            return false;
        }
        if let Some(message) = self.archived.refused(self.context, account) {
            self.report(built, Outcome::Blocked, whose.into(), message, Some(origin));
            return false;
        }
        let (link, attributes) = (self.unlinking(account, origin), self.archiving(account, origin));
        let active = self.context.application.accounts.active[account as usize];
        if link.is_none() && attributes.is_empty() && !active && held.is_empty() {
            return true;
        }
        let deactivates = active.then(|| self.rules.number(origin));
        for right in held {
            self.revoke(built, whose, *right, std::slice::from_ref(reason));
        }
        let action = Action::Archive { link: link.map(Box::new), attributes, deactivates, hold };
        self.change(built, whose.into(), action, std::slice::from_ref(reason));
        true
    }

    fn unlinking(&self, account: u32, origin: &Origin) -> Option<AttributeWrite> {
        let link = self.context.application.accounts.links.get(account)?;
        Some(AttributeWrite {
            path: Arc::clone(&self.paths.link),
            before: Some(Value::Text(link.to_owned())),
            after: None,
            rule: self.rules.number(origin),
        })
    }

    /// The attributes that archiving changes, sorted by name.
    fn archiving(&self, account: u32, origin: &Origin) -> Vec<AttributeWrite> {
        let context = self.context;
        let mut written = Vec::new();
        for archived in &context.desired.policy.lifecycle.archive {
            let held = context.held(archived.attribute, account);
            let value = context.archived(archived, account);
            if held != value.as_deref() {
                written.push(AttributeWrite {
                    path: self.paths.of(archived.attribute),
                    before: held.map(|held| Value::Text(held.to_owned())),
                    after: value.map(Value::Text),
                    rule: self.rules.number(origin),
                });
            }
        }
        written.sort_by(|one, other| one.path.name.cmp(&other.path.name));
        written
    }

    /// Archives the account of the wrong type and creates one of the right type; if archiving is refused, neither.
    pub(super) fn convert(&self, built: &mut Built, user: u32, account: Option<u32>) {
        let Some(account) = account else { return };
        let whose = HeldAccount::of(user, account);
        let attributes = match self.attributes(user, None, Decision::Create) {
            Ok(attributes) => attributes,
            Err((origin, message)) => {
                return self.report(built, Outcome::Blocked, whose.into(), message, Some(origin));
            }
        };
        if let Some((origin, message)) = self.collisions.get(&user) {
            return self.report(built, Outcome::Blocked, whose.into(), message.clone(), Some(origin));
        }
        let origin = &self.context.desired.policy.lifecycle.account_type_change.origin;
        let reason = self.reason(origin, self.type_differs(user, Some(account)));
        let hold = if self.context.pairing.linked(account) { None } else { self.hold(account) };
        if self.archive_held(built, whose, &reason, origin, hold) {
            built.unkept(&attributes.unkept);
            self.create(built, user, attributes.written);
            self.rights(built, user, None);
        }
    }

    /// What an account is and what it should be, in words.
    pub(super) fn type_differs(&self, user: u32, account: Option<u32>) -> String {
        let desired = &self.context.desired;
        let wanted =
            desired.account_type(user).map(|kind| desired.policy.account_types[kind.0 as usize].as_str());
        let column = self.context.application.accounts.column(ACCOUNT_TYPE);
        let held = column.zip(account).and_then(|(column, account)| column.get(account));
        format!(
            "the account is of the type `{}`, and the rules want `{}`",
            held.unwrap_or("none"),
            wanted.unwrap_or("none")
        )
    }
}
