//! Changes that bring an account to what it should be: create, adopt, reactivate, update, grant, revoke.

use super::build::{Builder, told};
use super::built::Built;
use super::change::{Action, AttributeWrite, Hold, InitialValue, Reason};
use super::decision::Decision;
use super::protection::protection;
use super::remember::SourceChange;
use super::value::Outcome;
use super::who::{HeldAccount, Who};
use crate::desired::{Computed, RightId, WantedValue};
use crate::model::{Operation, Value};
use crate::policy::{AccountSlot, Adoption, Authority, Protection};
use crate::snapshot::LIST_SEPARATOR;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a user's account should hold and does not.
#[derive(Default)]
pub(super) struct Attributes {
    /// What is written, sorted by name, without the link.
    pub(super) written: Vec<AttributeWrite>,
    /// What is not written although it differs, in words.
    pub(super) differing: Vec<String>,
    /// What is not written because the application does not keep it.
    pub(super) unkept: Vec<AccountSlot>,
}

impl Builder<'_, '_> {
    /// Builds the changes of a user who is to be provisioned. The first problem blocks the user.
    pub(super) fn provision(&self, built: &mut Built, user: u32, decision: Decision) {
        let account = self.context.pairing.account(user);
        let who = Who::User { user, account };
        let attributes = match self.attributes(user, account, decision) {
            Ok(attributes) => attributes,
            Err((origin, message)) => {
                return self.report(built, Outcome::Blocked, who, message, Some(origin));
            }
        };
        if let Some((origin, message)) = self.collisions.get(&user) {
            return self.report(built, Outcome::Blocked, who, message.clone(), Some(origin));
        }
        for message in attributes.differing {
            self.report(built, Outcome::Differs, who, message, None);
        }
        built.unkept(&attributes.unkept);
        match account {
            None => self.create(built, user, attributes.written),
            Some(account) => {
                if !self.bring_up_to_date(built, user, account, decision, attributes.written) {
                    return;
                }
            }
        }
        self.rights(built, user, account);
    }

    pub(super) fn create(&self, built: &mut Built, user: u32, written: Vec<AttributeWrite>) {
        let lifecycle = &self.context.desired.policy.lifecycle;
        let AttributeWrite { path, rule, .. } = self.link(user, None);
        let value = Value::Text(self.context.desired.population.id(user).1.to_owned());
        let initial = |write: AttributeWrite| {
            Some(InitialValue { path: write.path, value: write.after?, rule: write.rule })
        };
        let mut attributes: Vec<InitialValue> = written.into_iter().filter_map(initial).collect();
        attributes.shrink_to_fit();
        let action = Action::Create { link: Box::new(InitialValue { path, value, rule }), attributes };
        let reason = self.reason(&lifecycle.origin, "in scope, and has no account");
        self.change(built, Who::User { user, account: None }, action, &[reason]);
    }

    /// Adopts, reactivates or updates. False where a protection keeps the account from being adopted.
    fn bring_up_to_date(
        &self,
        built: &mut Built,
        user: u32,
        account: u32,
        decision: Decision,
        attributes: Vec<AttributeWrite>,
    ) -> bool {
        let lifecycle = &self.context.desired.policy.lifecycle;
        let inactive = !self.context.application.accounts.active[account as usize];
        // The protection that withholds what an adoption would write besides the link.
        let mut withheld = None;
        let (action, reason) = if decision == Decision::Adopt {
            let link = Box::new(self.link(user, None));
            let activates = inactive.then(|| self.rules.number(&lifecycle.returning.origin));
            let hold = self.hold(account);
            withheld = self.keeps_from_update(user, account, &attributes, activates);
            let action = match withheld {
                Some(_) => Action::Adopt { link, attributes: Vec::new(), activates: None, hold },
                None => Action::Adopt { link, attributes, activates, hold },
            };
            (action, self.reason(&lifecycle.adoption.origin, self.how_matched(account)))
        } else if inactive {
            let activates = self.rules.number(&lifecycle.returning.origin);
            let link = self.other_link(user, account).map(Box::new);
            let action = Action::Reactivate { link, attributes, activates };
            let because = "in scope again, and its account is inactive";
            (action, self.reason(&lifecycle.returning.origin, because))
        } else {
            let link = self.other_link(user, account).map(Box::new);
            if link.is_none() && attributes.is_empty() {
                return true;
            }
            let action = Action::Update { link, attributes };
            (action, self.reason(&lifecycle.origin, "account is out of date"))
        };
        let (held, operation) = (HeldAccount::of(user, account), action.operation());
        if let Some(rule) = protection(self.context, held, operation, &[]) {
            self.withheld(built, operation, held, rule);
            return operation != Operation::Adopt;
        }
        if let Some(rule) = withheld {
            self.withheld(built, Operation::Update, held, rule);
        }
        self.change(built, held.into(), action, &[reason]);
        true
    }

    /// The protection that withholds from an adoption what it would write besides the link, where there is something.
    fn keeps_from_update(
        &self,
        user: u32,
        account: u32,
        attributes: &[AttributeWrite],
        activates: Option<u32>,
    ) -> Option<&Protection> {
        let writes = !attributes.is_empty() || activates.is_some();
        let held = HeldAccount::of(user, account);
        writes.then(|| protection(self.context, held, Operation::Update, &[])).flatten()
    }

    fn how_matched(&self, account: u32) -> String {
        let known = self.context.pairing.known(account);
        known.map_or_else(|| "matches a user".to_owned(), |how| format!("{how}, and the account has no link"))
    }

    pub(super) fn hold(&self, account: u32) -> Option<Hold> {
        let context = self.context;
        let held = context.holdings.rights.of(account);
        if held.iter().any(|right| context.catalogue.privileged(context.desired.policy, *right)) {
            return Some(Hold::Privileged);
        }
        (context.desired.policy.lifecycle.adoption.value == Adoption::Hold).then_some(Hold::Adoption)
    }

    /// The attributes to be written, and those that differ and are not; the error is what blocks the user.
    pub(super) fn attributes(
        &self,
        user: u32,
        account: Option<u32>,
        decision: Decision,
    ) -> Result<Attributes, (&crate::policy::Origin, String)> {
        let desired = &self.context.desired;
        let account_type = if account.is_none() { self.account_type(user) } else { None };
        let mut attributes =
            Attributes { written: account_type.into_iter().collect(), ..Attributes::default() };
        for attribute in &desired.attributes {
            let reasoned = attribute
                .wanted(&desired.population, &desired.catalogue, desired.facts(user))
                .map_err(|blocking| (blocking.origin, blocking.message))?;
            let WantedValue::Value(value) = reasoned.wanted else { continue };
            let held = account.and_then(|account| self.context.held(attribute.slot, account));
            if value.equals(held) {
                continue;
            }
            if attribute.declared != attribute.authority
                && !(attribute.authority == Authority::OnCreate && account.is_none())
            {
                if attribute.declared != Authority::OnCreate || account.is_none() {
                    attributes.unkept.push(attribute.slot);
                }
                continue;
            }
            let name = &desired.policy.account_attribute(attribute.slot).name;
            let after = value.to_value();
            let new = account.is_none() || decision == Decision::Adopt;
            let asks = attribute.authority == Authority::UntilSourceChanges && !new;
            let source_change = asks.then(|| self.context.source_change(user, attribute.slot, &value));
            match (attribute.authority, account) {
                (Authority::UntilSourceChanges, _)
                    if source_change.is_some_and(|it| it != SourceChange::Changed) =>
                {
                    attributes.differing.push(kept_local(name, held, &value, source_change));
                }
                (Authority::Always | Authority::UntilSourceChanges, _) | (Authority::OnCreate, None) => {
                    attributes.written.push(AttributeWrite {
                        path: self.paths.of(attribute.slot),
                        before: held.map(|held| typed(held, &value)),
                        after,
                        rule: self.rules.number(reasoned.origin),
                    })
                }
                (Authority::Never, Some(_)) => {
                    let after = after.map_or_else(|| "empty".to_owned(), |after| format!("`{after}`"));
                    let before = held.map_or_else(|| "empty".to_owned(), |held| format!("`{held}`"));
                    attributes
                        .differing
                        .push(format!("{name} is {before}, the directory says {after}; it is never written"));
                }
                (Authority::OnCreate, Some(_)) | (Authority::Never, None) => {}
            }
        }
        attributes.written.sort_by(|one, other| one.path.name.cmp(&other.path.name));
        attributes.written.shrink_to_fit();
        Ok(attributes)
    }

    /// The link to a user, over what an account holds.
    fn link(&self, user: u32, held: Option<&str>) -> AttributeWrite {
        AttributeWrite {
            path: Arc::clone(&self.paths.link),
            before: held.map(|held| Value::Text(held.to_owned())),
            after: Some(Value::Text(self.context.desired.population.id(user).1.to_owned())),
            rule: self.rules.number(&self.context.desired.policy.lifecycle.adoption.origin),
        }
    }

    /// The link to a user where a linked account has another: to another user of the same person.
    fn other_link(&self, user: u32, account: u32) -> Option<AttributeWrite> {
        let held = self.context.application.accounts.links.get(account);
        let id = self.context.desired.population.id(user).1;
        (held != Some(id)).then(|| self.link(user, held))
    }

    /// The type of account that a new one is made with, where the application has several.
    fn account_type(&self, user: u32) -> Option<AttributeWrite> {
        let desired = &self.context.desired;
        let kind = desired.account_type(user)?;
        let rules = self.fitting(user).into_iter().map(|source| self.rules.number(&source.rule.origin));
        Some(AttributeWrite {
            path: Arc::clone(&self.paths.account_type),
            before: None,
            after: Some(Value::Text(desired.policy.account_types[kind.0 as usize].clone())),
            rule: rules.min().unwrap_or(0),
        })
    }

    /// Grants what is wanted and not held; revokes what is held, managed and not wanted.
    pub(super) fn rights(&self, built: &mut Built, user: u32, account: Option<u32>) {
        let context = self.context;
        let held = account.map_or(&[][..], |account| context.holdings.rights.of(account));
        let wanted = context.desired.rights.of(user);
        for right in wanted.iter().filter(|right| held.binary_search(right).is_err()) {
            if !context.holdings.lacking.contains(right) {
                let action = Action::Grant(Arc::clone(context.catalogue.right(*right)));
                self.change(built, Who::User { user, account }, action, &self.granting(user, *right));
            }
        }
        for right in held.iter().filter(|right| wanted.binary_search(right).is_err()) {
            if let Some(account) = account {
                let reasons = self.not_granting(user, *right);
                self.revoke(built, HeldAccount::of(user, account), *right, &reasons);
            }
        }
    }

    /// Takes a right, unless a protection withholds it.
    pub(super) fn revoke(&self, built: &mut Built, held: HeldAccount, right: RightId, reasons: &[Reason]) {
        match protection(self.context, held, Operation::Revoke, &[right]) {
            Some(rule) => self.withheld(built, Operation::Revoke, held, rule),
            None => {
                let action = Action::Revoke(Arc::clone(self.context.catalogue.right(right)));
                self.change(built, held.into(), action, reasons);
            }
        }
    }

    /// The rules and groups that give a user a right.
    fn granting(&self, user: u32, right: RightId) -> Vec<Reason> {
        let desired = &self.context.desired;
        desired
            .givers(right)
            .filter(|source| source.reaches(&desired.population, &desired.catalogue, user))
            .map(|source| {
                self.reason(&source.rule.origin, format!("{}{}", source.fitting(), self.beating(user)))
            })
            .collect()
    }

    /// The rules that lose against the one that wins, in words.
    fn beating(&self, user: u32) -> String {
        let Some(winner) = self.context.desired.winners.winner(user) else { return String::new() };
        let winner = &self.context.desired.sources[winner];
        let losing: BTreeSet<String> = self
            .fitting(user)
            .into_iter()
            .filter(|source| !std::ptr::eq(*source, winner))
            .map(|source| format!("`{}`", source.rule.id))
            .collect();
        let losing: Vec<String> = losing.into_iter().collect();
        if losing.is_empty() { String::new() } else { format!("; wins over {}", losing.join(", ")) }
    }

    /// Why a right is not wanted: the constraint that drops it, else the rules that would give it.
    fn not_granting(&self, user: u32, right: RightId) -> Vec<Reason> {
        let desired = &self.context.desired;
        let dropped = desired.walk(user).dropped.into_iter().find(|(dropped, _)| *dropped == right);
        if let Some((_, rule)) = dropped {
            return vec![self.reason(&rule.origin, told(rule))];
        }
        let mut reasons: Vec<Reason> = desired
            .givers(right)
            .map(|source| {
                let reaches = source.reaches(&desired.population, &desired.catalogue, user);
                let winner = desired.winners.winner(user).filter(|_| reaches);
                let because = winner.map_or_else(
                    || source.not_fitting(user),
                    |winner| format!("the rule `{}` wins", desired.sources[winner].rule.id),
                );
                self.reason(&source.rule.origin, because)
            })
            .collect();
        if reasons.is_empty() {
            let entitlement = self.context.catalogue.entitlement(right);
            let mut rules = desired.policy.rules.iter();
            let rule = rules.find(|rule| rule.grants.iter().any(|grant| grant.entitlement == entitlement));
            let origin = rule.map_or(&desired.policy.lifecycle.origin, |rule| &rule.origin);
            reasons.push(self.reason(origin, "no group links this right"));
        }
        reasons
    }
}

/// What an account holds, typed as what it should hold, so that `true` is not shown as a text before and a boolean after.
fn typed(held: &str, wanted: &Computed<'_>) -> Value {
    match wanted {
        Computed::Boolean(_) if held.eq_ignore_ascii_case("true") => Value::Boolean(true),
        Computed::Boolean(_) if held.eq_ignore_ascii_case("false") => Value::Boolean(false),
        Computed::Number(_) => held.parse().map_or_else(|_| Value::Text(held.to_owned()), Value::Number),
        Computed::Empty | Computed::Text(_) | Computed::Boolean(_) | Computed::List(_) => text_or_list(held),
    }
}

fn text_or_list(held: &str) -> Value {
    if held.contains(LIST_SEPARATOR) {
        Value::List(held.split(LIST_SEPARATOR).map(ToOwned::to_owned).collect())
    } else {
        Value::Text(held.to_owned())
    }
}

/// Why a value that differs stays: somebody changed it in the application, or nobody knows.
fn kept_local(
    name: &str,
    held: Option<&str>,
    wanted: &Computed<'_>,
    source_change: Option<SourceChange>,
) -> String {
    let text = |text: Option<String>| text.map_or_else(|| "empty".to_owned(), |text| format!("`{text}`"));
    let (held, wanted) =
        (text(held.map(ToOwned::to_owned)), text(wanted.to_value().map(|it| it.to_string())));
    let why = match source_change {
        Some(SourceChange::Unknown) => {
            "nothing is remembered of the user yet, so it stays until the directory changes"
        }
        Some(SourceChange::Changed | SourceChange::Unchanged) | None => {
            "the directory has not changed since, so it stays"
        }
    };
    format!("{name} is {held}, the directory says {wanted}; {why}")
}
