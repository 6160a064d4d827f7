//! Section 10: which users are provisioned, leave, or are blocked, and which operations protections withhold.

use super::condition::Context;
use super::desired::{Desired, ManagedAttribute, attributes, desired};
use super::grant::selected;
use super::groups::Groups;
use super::people::{Excluded, Found, Person, excluded, match_values, people};
use super::policies::{Policies, in_force, list, texts};
use super::world::{Account, Right, User, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The decisions of the lifecycle, before uniqueness and protections.
#[derive(Debug, Default)]
pub(crate) struct Decisions<'w> {
    pub(crate) provisions: Vec<Provision<'w>>,
    pub(crate) leaves: Vec<Leave<'w>>,
    /// Ids of blocked users.
    pub(crate) blocked: BTreeSet<String>,
}

/// A user who should have an account.
#[derive(Debug)]
pub(crate) struct Provision<'w> {
    pub(crate) user: &'w User,
    pub(crate) account: Option<&'w Account>,
    pub(crate) how: How,
    pub(crate) desired: Desired,
    pub(crate) wanted: Vec<ManagedAttribute>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    Create,
    Adopt,
    Update,
    Reactivate,
    /// Archive the account of the wrong type, create one of the right type.
    Convert,
}

/// An account with a lifecycle word other than `provision`.
#[derive(Debug)]
pub(crate) struct Leave<'w> {
    pub(crate) account: &'w Account,
    pub(crate) word: String,
    pub(crate) user: Option<&'w User>,
    pub(crate) grants: BTreeSet<Right>,
}

pub(crate) struct Lifecycle<'a> {
    pub(crate) policies: &'a Policies,
    pub(crate) world: &'a World,
    pub(crate) groups: &'a Groups,
}

impl<'a> Lifecycle<'a> {
    pub(crate) fn asked<'b>(
        &'b self,
        user: Option<&'b User>,
        grants: Option<&'b BTreeSet<Right>>,
        account: Option<&'b Account>,
    ) -> Context<'b> {
        let Self { policies, world, groups } = self;
        Context { policies, world, groups, user, grants, account }
    }

    fn word(&self, state: &str) -> &str {
        self.policies.lifecycle[state].as_str().unwrap_or("keep")
    }

    pub(crate) fn decide(&self) -> Decisions<'a> {
        let persons = people(self.policies, self.world);
        let excluded = excluded(self.policies, self.world, self.groups, &persons);
        let mut decisions = Decisions::default();
        for (at, person) in persons.iter().enumerate() {
            if !excluded.persons.contains(&at) {
                self.person(person, &mut decisions);
            }
        }
        self.nobodys(&persons, &excluded, &mut decisions);
        decisions
    }

    fn person(&self, person: &Person<'a>, decisions: &mut Decisions<'a>) {
        let user = person.user();
        let disabled = user.disabled();
        let shared_link = person.linked.len() > 1;
        let mut desired = desired(&self.asked(Some(user), None, None), user);
        if person.ambiguous || shared_link {
            desired.blocked = Some("two users of one directory, or two accounts".to_owned());
            desired.in_scope = true;
        }
        let word = match (desired.in_scope, disabled) {
            (false, _) => self.word("outOfScope"),
            (true, true) => self.word("disabled"),
            (true, false) => "provision",
        };
        if word != "provision" {
            for account in &person.linked {
                let (word, grants) = (word.to_owned(), desired.grants.clone());
                decisions.leaves.push(Leave { account, word, user: Some(user), grants });
            }
            return;
        }
        if desired.blocked.is_some() {
            decisions.blocked.insert(user.id.clone());
            return;
        }
        match self.provision(person, desired) {
            Ok(provision) => decisions.provisions.extend(provision),
            Err(_) => drop(decisions.blocked.insert(user.id.clone())),
        }
    }

    /// Decides about a user who should have an account; an error blocks the user.
    fn provision(&self, person: &Person<'a>, desired: Desired) -> Result<Option<Provision<'a>>, String> {
        let user = person.user();
        let asked = self.asked(Some(user), Some(&desired.grants), None);
        let account = match (&person.linked[..], &person.found) {
            ([account], _) => Some(*account),
            (_, Found::One(account)) => Some(*account),
            _ if !asked.holds_if_given(self.policies.lifecycle.get("create")) => return Ok(None),
            (_, Found::Shared) => return Err("several users or accounts share a value".to_owned()),
            (_, Found::NoValue) if !self.policies.matching().is_empty() => {
                return Err("nothing to match by".to_owned());
            }
            _ => None,
        };
        let adopts = person.linked.is_empty();
        if account.is_some() && adopts && self.policies.lifecycle["adoption"] == "refuse" {
            return Ok(None);
        }
        let how = match account {
            None => How::Create,
            Some(account) if self.is_of_another_type(account, &desired) => {
                if self.policies.lifecycle["accountTypeChange"] != "archive" {
                    return Err("the account is of another type".to_owned());
                }
                How::Convert
            }
            Some(account) if !account.active && self.policies.lifecycle["returning"] == "block" => {
                return Err("returning".to_owned());
            }
            Some(account) if !account.active && self.policies.lifecycle["returning"] == "keep" => {
                return Ok(None);
            }
            Some(_) if adopts => How::Adopt,
            Some(account) if account.active => How::Update,
            Some(_) => How::Reactivate,
        };
        let wanted = attributes(&asked, user, &desired)?;
        Ok(Some(Provision { user, account, how, desired, wanted }))
    }

    fn is_of_another_type(&self, account: &Account, desired: &Desired) -> bool {
        let held = account.attributes.get("userType");
        desired.kind.as_ref().is_some_and(|kind| held != Some(kind))
    }

    /// Decides about accounts whose user does not exist, and accounts without a user.
    fn nobodys(&self, persons: &[Person<'_>], excluded: &Excluded, decisions: &mut Decisions<'a>) {
        let users: BTreeSet<&str> = self.world.users().map(|user| &*user.id).collect();
        let values: Vec<BTreeMap<&str, String>> =
            self.world.users().map(|user| match_values(self.policies, user)).collect();
        let somebodys = |account: &Account| {
            values.iter().flatten().any(|(attribute, value)| {
                let held = account.attributes.get(*attribute);
                held.is_some_and(|held| self.policies.folded(attribute, held) == *value)
            })
        };
        let of_a_person: BTreeSet<&str> =
            persons.iter().flat_map(Person::accounts).map(|account| &*account.id).collect();
        for account in &self.world.accounts {
            if excluded.accounts.contains(&account.id) || of_a_person.contains(&*account.id) {
                continue;
            }
            let state = match &account.link {
                Some(link) if users.contains(&**link) => continue,
                Some(_) => {
                    let twice =
                        self.world.accounts.iter().filter(|other| other.link == account.link).count() > 1;
                    if twice {
                        continue;
                    }
                    "deleted"
                }
                None if account.active && !somebodys(account) => "unmanaged",
                None => continue,
            };
            let word = self.word(state).to_owned();
            decisions.leaves.push(Leave { account, word, user: None, grants: BTreeSet::new() });
        }
    }

    /// Whether a protection withholds an operation; for `revoke`, of one right.
    pub(crate) fn withheld(&self, operation: &str, right: Option<&Right>, asked: &Context<'_>) -> bool {
        let parts: &[&str] = match operation {
            "archive" => &["archive", "deactivate", "revoke"],
            "delete" => &["delete", "deactivate", "revoke"],
            other => &[other],
        };
        let held = asked.account.map(|account| self.managed(account)).unwrap_or_default();
        list(&self.policies.lifecycle["protect"]).iter().any(|protection| {
            let mut from = texts(&protection["from"]);
            if from.contains(&"removal") {
                from.extend(["deactivate", "archive", "delete"]);
            }
            let narrowed = |part: &str| match protection.get("grants") {
                Some(selector) if part == "revoke" => match right {
                    Some(right) => selected(self.policies, selector, right),
                    None => held.iter().any(|held| selected(self.policies, selector, held)),
                },
                None if part == "revoke" => right.is_some() || !held.is_empty(),
                _ => true,
            };
            in_force(protection)
                && parts.iter().any(|part| from.contains(part) && narrowed(part))
                && asked.holds(&protection["when"])
        })
    }

    /// The managed rights of an account: those of the closed sets, or all if a type has no closed set.
    pub(crate) fn managed(&self, account: &Account) -> BTreeSet<Right> {
        let managed = |right: &&Right| match self.policies.closed_set(&right.entitlement) {
            Some(values) => values.contains(&&*right.value),
            None => self.policies.is_entitlement(&right.entitlement),
        };
        account.rights.iter().filter(managed).cloned().collect()
    }

    /// The attributes that archiving writes, with the account's own values inserted.
    pub(crate) fn archived(&self, account: &Account) -> BTreeMap<String, Option<String>> {
        let set = self.policies.lifecycle["archive"]["set"].as_object().into_iter().flatten();
        set.map(|(attribute, text): (&String, &Value)| {
            let own = |name: &str| account.attributes.get(name).cloned();
            (attribute.clone(), super::grant::filled(text.as_str().unwrap_or_default(), own))
        })
        .collect()
    }
}
