//! Section 10: who is provisioned, who leaves, who is blocked, and which words protections withhold.

use super::condition::Asked;
use super::desired::{Desired, Wanted, attributes, desired};
use super::grant::selected;
use super::groups::Groups;
use super::people::{Excluded, Found, Person, excluded, match_values, people};
use super::policies::{Policies, in_force, list, texts};
use super::world::{Account, Right, User, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the lifecycle wants, before uniqueness and protections.
#[derive(Debug, Default)]
pub(crate) struct Decisions<'w> {
    pub(crate) provisions: Vec<Provision<'w>>,
    pub(crate) leaves: Vec<Leave<'w>>,
    /// Ids of blocked users.
    pub(crate) blocked: BTreeSet<String>,
}

/// A user who is to have an account.
#[derive(Debug)]
pub(crate) struct Provision<'w> {
    pub(crate) user: &'w User,
    pub(crate) account: Option<&'w Account>,
    pub(crate) how: How,
    pub(crate) desired: Desired,
    pub(crate) wanted: Vec<Wanted>,
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

/// An account that a word other than `provision` is about.
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
    ) -> Asked<'b> {
        let Self { policies, world, groups } = self;
        Asked { policies, world, groups, user, grants, account }
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

    /// What is to be done for a user who is to have an account; an error blocks.
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

    /// Accounts whose user is gone, and accounts that are nobody's.
    fn nobodys(&self, persons: &[Person<'_>], excluded: &Excluded, decisions: &mut Decisions<'a>) {
        let users: BTreeSet<&str> = self.world.users().map(|it| &*it.id).collect();
        let values: Vec<BTreeMap<&str, String>> =
            self.world.users().map(|it| match_values(self.policies, it)).collect();
        let somebodys = |account: &Account| {
            values.iter().flatten().any(|(attribute, value)| {
                let held = account.attributes.get(*attribute);
                held.is_some_and(|held| self.policies.folded(attribute, held) == *value)
            })
        };
        let of_a_person: BTreeSet<&str> =
            persons.iter().flat_map(Person::accounts).map(|it| &*it.id).collect();
        for account in &self.world.accounts {
            if excluded.accounts.contains(&account.id) || of_a_person.contains(&*account.id) {
                continue;
            }
            let state = match &account.link {
                Some(link) if users.contains(&**link) => continue,
                Some(_) => {
                    let twice = self.world.accounts.iter().filter(|it| it.link == account.link).count() > 1;
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

    /// Whether a protection withholds an operation; of `revoke` that of one right.
    pub(crate) fn withheld(&self, operation: &str, right: Option<&Right>, asked: &Asked<'_>) -> bool {
        let parts: &[&str] = match operation {
            "archive" => &["archive", "deactivate", "revoke"],
            "delete" => &["delete", "deactivate", "revoke"],
            other => &[other],
        };
        let held = asked.account.map(|it| self.managed(it)).unwrap_or_default();
        list(&self.policies.lifecycle["protect"]).iter().any(|protection| {
            let mut from = texts(&protection["from"]);
            if from.contains(&"removal") {
                from.extend(["deactivate", "archive", "delete"]);
            }
            let narrowed = |part: &str| match protection.get("grants") {
                Some(selector) if part == "revoke" => match right {
                    Some(right) => selected(self.policies, selector, right),
                    None => held.iter().any(|it| selected(self.policies, selector, it)),
                },
                None if part == "revoke" => right.is_some() || !held.is_empty(),
                _ => true,
            };
            in_force(protection)
                && parts.iter().any(|part| from.contains(part) && narrowed(part))
                && asked.holds(&protection["when"])
        })
    }

    /// The rights of an account that are managed: of the closed sets, or whatever there is.
    pub(crate) fn managed(&self, account: &Account) -> BTreeSet<Right> {
        let managed = |right: &&Right| match self.policies.closed_set(&right.entitlement) {
            Some(values) => values.contains(&&*right.value),
            None => self.policies.is_entitlement(&right.entitlement),
        };
        account.rights.iter().filter(managed).cloned().collect()
    }

    /// What archiving writes: each attribute with the account's own values put in.
    pub(crate) fn archived(&self, account: &Account) -> BTreeMap<String, Option<String>> {
        let set = self.policies.lifecycle["archive"]["set"].as_object().into_iter().flatten();
        set.map(|(attribute, text): (&String, &Value)| {
            let own = |name: &str| account.attributes.get(name).cloned();
            (attribute.clone(), super::grant::filled(text.as_str().unwrap_or_default(), own))
        })
        .collect()
    }
}
