//! Uniqueness, protections and the canary; and the remaining changes, one line each.

use super::groups::Groups;
use super::lifecycle::{Decisions, How, Leave, Lifecycle, Provision};
use super::policies::Policies;
use super::world::{Account, Right, World};
use std::collections::{BTreeMap, BTreeSet};

/// The result of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// `update a-1 email=x city=`, `grant u-1 role=reader`: with the account or, if there is none, the user.
    pub(crate) changes: BTreeSet<String>,
    /// Ids of the users who are blocked.
    pub(crate) blocked: BTreeSet<String>,
}

impl Outcome {
    /// Changes and blocked users.
    pub(crate) fn lines(&self) -> BTreeSet<String> {
        let blocked = self.blocked.iter().map(|user| format!("blocked {user}"));
        self.changes.iter().cloned().chain(blocked).collect()
    }
}

/// Evaluates the policies for a world; an error if the data makes a plan impossible.
pub(crate) fn evaluate(policies: &Policies, world: &World) -> Result<Outcome, String> {
    let groups = Groups::of(policies, world)?;
    let lifecycle = Lifecycle { policies, world, groups: &groups };
    let decisions = lifecycle.decide();
    let unique = Unique::of(&lifecycle, &decisions);
    let mut outcome = Outcome { blocked: decisions.blocked.clone(), ..Outcome::default() };
    for (at, provision) in decisions.provisions.iter().enumerate() {
        if unique.blocked.contains(&at) {
            outcome.blocked.insert(provision.user.id.clone());
        } else if lifecycle.in_canary(provision) {
            lifecycle.provision_changes(provision, &mut outcome.changes);
        }
    }
    for leave in &decisions.leaves {
        let archives = leave.word == "archive" && !lifecycle.leave_withheld(leave, "archive");
        if archives && unique.refused.contains(&*leave.account.id) {
            outcome.blocked.extend(leave.user.map(|user| user.id.clone()));
        } else if lifecycle.in_canary_leaving(leave) {
            lifecycle.leave_changes(leave, &mut outcome.changes);
        }
    }
    Ok(outcome)
}

/// Who is blocked because a value must be unique.
struct Unique<'w> {
    /// Indices of provisions.
    blocked: BTreeSet<usize>,
    /// Accounts that leave, and cannot be archived.
    refused: BTreeSet<&'w str>,
}

impl<'w> Unique<'w> {
    fn of(lifecycle: &Lifecycle<'w>, decisions: &Decisions<'w>) -> Self {
        let mut unique = Self { blocked: BTreeSet::new(), refused: BTreeSet::new() };
        let attributes = lifecycle.unique_attributes();
        for attribute in &attributes {
            unique.among_users(lifecycle, decisions, attribute);
            unique.among_archived(lifecycle, decisions, attribute);
        }
        // Of several accounts of one user, either all are archived, or none.
        let refused = decisions.leaves.iter().filter(|leaver| unique.refused.contains(&*leaver.account.id));
        let users: Vec<_> = refused.filter_map(|leaver| leaver.user).collect();
        let theirs =
            decisions.leaves.iter().filter(|leaver| leaver.user.is_some_and(|user| users.contains(&user)));
        unique.refused.extend(theirs.map(|leaver| &*leaver.account.id));
        for (at, provision) in decisions.provisions.iter().enumerate() {
            let refused = provision.archives().is_some_and(|account| unique.refused.contains(&*account.id));
            if refused && !lifecycle.provision_withheld(provision, "archive") {
                unique.blocked.insert(at);
            }
        }
        loop {
            let before = unique.blocked.len();
            for attribute in &attributes {
                unique.against_accounts(lifecycle, decisions, attribute);
            }
            if before == unique.blocked.len() {
                return unique;
            }
        }
    }

    /// No account is archived under a name that another account has, or would get by being archived too.
    fn among_archived(&mut self, lifecycle: &Lifecycle<'w>, decisions: &Decisions<'w>, attribute: &str) {
        let folded = |value: &str| lifecycle.policies.folded(attribute, value);
        let leaving =
            decisions.leaves.iter().filter(|leaver| leaver.word == "archive").map(|leaver| leaver.account);
        let archived: Vec<&Account> =
            leaving.chain(decisions.provisions.iter().filter_map(Provision::archives)).collect();
        let name = |account: &Account| {
            lifecycle.archived(account).remove(attribute).flatten().map(|name| folded(&name))
        };
        for account in &archived {
            let Some(given) = name(account) else { continue };
            let others =
                archived.iter().filter(|archived| archived.id != account.id).filter_map(|other| name(other));
            let mut accounts = lifecycle.world.accounts.iter().filter(|other| other.id != account.id);
            let held = |account: &Account| {
                account.attributes.get(attribute).is_some_and(|attribute| folded(attribute) == given)
            };
            if others.into_iter().any(|other| other == given) || accounts.any(held) {
                self.refused.insert(&account.id);
            }
        }
    }

    /// Users who would get the same value are all blocked.
    fn among_users(&mut self, lifecycle: &Lifecycle<'_>, decisions: &Decisions<'_>, attribute: &str) {
        let mut by_value: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, provision) in decisions.provisions.iter().enumerate() {
            if let Some(value) = provision.takes(attribute) {
                by_value.entry(lifecycle.policies.folded(attribute, value)).or_default().push(at);
            }
        }
        self.blocked.extend(by_value.into_values().filter(|ids| ids.len() > 1).flatten());
    }

    /// A user who would get a value that another account keeps is blocked.
    fn against_accounts(&mut self, lifecycle: &Lifecycle<'w>, decisions: &Decisions<'w>, attribute: &str) {
        let folded = |value: &str| lifecycle.policies.folded(attribute, value);
        let kept = self.final_values(lifecycle, decisions, attribute);
        let taken = |value: &str, own: Option<&Account>| {
            kept.iter().any(|(id, held)| *held == folded(value) && own.is_none_or(|own| own.id != *id))
        };
        for (at, provision) in decisions.provisions.iter().enumerate() {
            let Some(value) = provision.takes(attribute) else { continue };
            let own = provision.account.filter(|_| provision.how != How::Convert);
            let held = own.and_then(|own| own.attributes.get(attribute));
            let has_it = held.is_some_and(|held| folded(held) == folded(value));
            if !has_it && taken(value, provision.account) {
                self.blocked.insert(at);
            }
        }
    }

    /// The value of an attribute that each account has after the plan, in the form that is compared.
    fn final_values(
        &self,
        lifecycle: &Lifecycle<'w>,
        decisions: &Decisions<'w>,
        attribute: &str,
    ) -> BTreeMap<&'w str, String> {
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        for account in &lifecycle.world.accounts {
            values
                .extend(account.attributes.get(attribute).map(|attribute| (&*account.id, attribute.clone())));
        }
        let archive = |values: &mut BTreeMap<&'w str, String>, account: &'w Account| {
            if let Some(name) = lifecycle.archived(account).remove(attribute) {
                set(values, &account.id, name);
            }
        };
        for leave in &decisions.leaves {
            let goes = lifecycle.in_canary_leaving(leave) && !self.refused.contains(&*leave.account.id);
            match &*leave.word {
                "delete" if goes && !lifecycle.leave_withheld(leave, "delete") => {
                    drop(values.remove(&*leave.account.id))
                }
                "archive" if goes && !lifecycle.leave_withheld(leave, "archive") => {
                    archive(&mut values, leave.account)
                }
                _ => {}
            }
        }
        for (at, provision) in decisions.provisions.iter().enumerate() {
            let Some(account) = provision.account.filter(|_| lifecycle.in_canary(provision)) else {
                continue;
            };
            if self.blocked.contains(&at) {
                continue;
            }
            if provision.how == How::Convert {
                if !lifecycle.provision_withheld(provision, "archive") {
                    archive(&mut values, account);
                }
            } else if let Some(change) = lifecycle.writes(provision).remove(attribute) {
                set(&mut values, &account.id, change);
            }
        }
        values.into_iter().map(|(id, value)| (id, lifecycle.policies.folded(attribute, &value))).collect()
    }
}

fn set<'w>(values: &mut BTreeMap<&'w str, String>, id: &'w str, value: Option<String>) {
    match value {
        Some(value) => drop(values.insert(id, value)),
        None => drop(values.remove(id)),
    }
}

impl<'w> Provision<'w> {
    /// The account that is archived so that one of another type can be created.
    fn archives(&self) -> Option<&'w Account> {
        self.account.filter(|_| self.how == How::Convert)
    }

    /// The value of an attribute that the account may get.
    fn takes(&self, attribute: &str) -> Option<&str> {
        let wanted = self.wanted.iter().find(|wanted| wanted.attribute == attribute)?;
        let taken = match &*wanted.authority {
            "never" => false,
            "onCreate" => matches!(self.how, How::Create | How::Convert),
            _ => true,
        };
        wanted.value.as_deref().filter(|_| taken)
    }
}

impl Lifecycle<'_> {
    /// `userName`, and each mapping with `unique: true`.
    fn unique_attributes(&self) -> BTreeSet<String> {
        let mut attributes = BTreeSet::from(["userName".to_owned()]);
        for document in &self.policies.mappings {
            let mapped = document["attributes"].as_object().into_iter().flatten();
            attributes
                .extend(mapped.filter(|(_, mapped)| mapped["unique"] == true).map(|(name, _)| name.clone()));
        }
        attributes
    }

    fn in_canary(&self, provision: &Provision<'_>) -> bool {
        let asked = self.asked(Some(provision.user), Some(&provision.desired.grants), provision.account);
        asked.holds_if_given(self.policies.lifecycle.get("canary"))
    }

    fn in_canary_leaving(&self, leave: &Leave<'_>) -> bool {
        let grants = leave.user.map(|_| &leave.grants);
        let asked = self.asked(leave.user, grants, Some(leave.account));
        asked.holds_if_given(self.policies.lifecycle.get("canary"))
    }

    fn provision_withheld(&self, provision: &Provision<'_>, operation: &str) -> bool {
        let grants = Some(&provision.desired.grants);
        self.withheld(operation, None, &self.asked(Some(provision.user), grants, provision.account))
    }

    fn leave_withheld(&self, leave: &Leave<'_>, operation: &str) -> bool {
        let grants = leave.user.map(|_| &leave.grants);
        self.withheld(operation, None, &self.asked(leave.user, grants, Some(leave.account)))
    }

    /// The attributes that are written to an account, with values; none clears.
    fn writes(&self, provision: &Provision<'_>) -> BTreeMap<String, Option<String>> {
        let mut writes = BTreeMap::new();
        let creates = matches!(provision.how, How::Create | How::Convert);
        let account = provision.account.filter(|_| !creates);
        let withheld = |operation: &str| account.is_some() && self.provision_withheld(provision, operation);
        let adopts = provision.how == How::Adopt;
        if (adopts && withheld("adopt"))
            || (provision.how == How::Convert && self.provision_withheld(provision, "archive"))
        {
            return writes;
        }
        let update = !withheld("update");
        for wanted in provision.wanted.iter().filter(|_| update) {
            let written = match &*wanted.authority {
                "always" => true,
                "untilSourceChanges" => creates || adopts,
                "onCreate" => creates,
                _ => false,
            };
            let held = account.and_then(|account| account.attributes.get(&wanted.attribute));
            if written && held != wanted.value.as_ref() {
                writes.insert(wanted.attribute.clone(), wanted.value.clone());
            }
        }
        let link = self.policies.application["link"].as_str().unwrap_or("externalId");
        let linked = account.and_then(|account| account.link.as_ref());
        if linked != Some(&provision.user.id) && (update || adopts) {
            writes.insert(link.to_owned(), Some(provision.user.id.clone()));
        }
        if account.is_some_and(|account| !account.active) && update {
            writes.insert("active".to_owned(), Some("true".to_owned()));
        }
        if let Some(kind) = provision.desired.kind.as_ref().filter(|_| account.is_none()) {
            writes.insert("userType".to_owned(), Some(kind.clone()));
        }
        writes
    }

    fn provision_changes(&self, provision: &Provision<'_>, changes: &mut BTreeSet<String>) {
        let user = &provision.user.id;
        if provision.how == How::Adopt && self.provision_withheld(provision, "adopt") {
            return;
        }
        let mut account = provision.account;
        if let (How::Convert, Some(old)) = (provision.how, account) {
            if self.provision_withheld(provision, "archive") {
                return;
            }
            self.archive_changes(old, changes);
            account = None;
        }
        let key = account.map_or(user, |account| &account.id);
        let operation = match provision.how {
            How::Create | How::Convert => "create",
            How::Adopt => "adopt",
            How::Reactivate => "reactivate",
            How::Update => "update",
        };
        let writes = self.writes(provision);
        if !writes.is_empty() {
            changes.insert(line(operation, key, &writes));
        }
        let held = account.map(|account| &account.rights);
        let wanted = provision.desired.grants.iter().filter(|grant| {
            self.world.known.contains(grant) && held.is_none_or(|held| !held.contains(grant))
        });
        changes.extend(wanted.map(|right| right_line("grant", key, right)));
        let asked = self.asked(Some(provision.user), Some(&provision.desired.grants), account);
        for right in account.map(|account| self.managed(account)).into_iter().flatten() {
            if !provision.desired.grants.contains(&right) && !self.withheld("revoke", Some(&right), &asked) {
                changes.insert(right_line("revoke", key, &right));
            }
        }
    }

    fn leave_changes(&self, leave: &Leave<'_>, changes: &mut BTreeSet<String>) {
        let account = leave.account;
        let grants = leave.user.map(|_| &leave.grants);
        let asked = self.asked(leave.user, grants, Some(account));
        let withheld = |operation: &str| self.withheld(operation, None, &asked);
        if matches!(&*leave.word, "deactivate" | "revokeAndDeactivate")
            && account.active
            && !withheld("deactivate")
        {
            changes.insert(line("deactivate", &account.id, &BTreeMap::new()));
        }
        if matches!(&*leave.word, "revoke" | "revokeAndDeactivate") {
            for right in self.managed(account) {
                if !self.withheld("revoke", Some(&right), &asked) {
                    changes.insert(right_line("revoke", &account.id, &right));
                }
            }
        }
        match &*leave.word {
            "delete" if !withheld("delete") => {
                changes.insert(line("delete", &account.id, &BTreeMap::new()));
            }
            "archive" if !withheld("archive") => self.archive_changes(account, changes),
            _ => {}
        }
    }

    fn archive_changes(&self, account: &Account, changes: &mut BTreeSet<String>) {
        let mut writes = self.archived(account);
        writes.retain(|attribute, value| account.attributes.get(attribute) != value.as_ref());
        if account.active {
            writes.insert("active".to_owned(), Some("false".to_owned()));
        }
        if account.link.is_some() {
            let link = self.policies.application["link"].as_str().unwrap_or("externalId");
            writes.insert(link.to_owned(), None);
        }
        let managed = self.managed(account);
        if !writes.is_empty() || !managed.is_empty() {
            changes.insert(line("archive", &account.id, &writes));
        }
        changes.extend(managed.iter().map(|right| right_line("revoke", &account.id, right)));
    }
}

/// One change of attributes, as a line.
pub(crate) fn line(operation: &str, key: &str, writes: &BTreeMap<String, Option<String>>) -> String {
    let mut line = format!("{operation} {key}");
    for (attribute, value) in writes {
        line.push_str(&format!(" {attribute}={}", value.as_deref().unwrap_or_default()));
    }
    line
}

/// One change of a right, as a line.
pub(crate) fn right_line(operation: &str, key: &str, right: &Right) -> String {
    let scope = right.scope.as_ref().map(|scope| format!("@{scope}")).unwrap_or_default();
    format!("{operation} {key} {}={}{scope}", right.entitlement, right.value)
}
