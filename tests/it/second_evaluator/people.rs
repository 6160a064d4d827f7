//! Section 5 (`samePerson`), matching (section 10) and exclusions (section 8).

use super::condition::Context;
use super::groups::Groups;
use super::policies::{Policies, in_force, texts};
use super::value::ValueContext;
use super::world::{Account, User, World, text_of};
use std::collections::{BTreeMap, BTreeSet};

/// One person: users of different directories, of whom the first counts.
#[derive(Debug)]
pub(crate) struct Person<'w> {
    pub(crate) users: Vec<&'w User>,
    /// Whether the user would be one person with another user of the same directory; then each of them is a person
    /// alone.
    pub(crate) ambiguous: bool,
    /// Accounts that are linked to any of the users.
    pub(crate) linked: Vec<&'w Account>,
    /// The result of searching for the person's account among the accounts without link.
    pub(crate) found: Found<'w>,
}

#[derive(Debug, Default)]
pub(crate) enum Found<'w> {
    /// There is no account.
    #[default]
    Nothing,
    /// All values to search by are empty.
    NoValue,
    One(&'w Account),
    /// Several users or several accounts share the value.
    Shared,
}

impl<'w> Person<'w> {
    pub(crate) fn user(&self) -> &'w User {
        self.users[0]
    }

    /// The accounts that are linked to or match the person.
    pub(crate) fn accounts(&self) -> Vec<&'w Account> {
        match &self.found {
            _ if !self.linked.is_empty() => self.linked.clone(),
            Found::One(account) => vec![account],
            Found::Nothing | Found::NoValue | Found::Shared => Vec::new(),
        }
    }
}

/// All persons, with their accounts.
pub(crate) fn people<'w>(policies: &Policies, world: &'w World) -> Vec<Person<'w>> {
    let mut persons = same_persons(policies, world);
    for person in &mut persons {
        let ids: BTreeSet<&str> = person.users.iter().map(|user| &*user.id).collect();
        let linked = |account: &&Account| account.link.as_deref().is_some_and(|link| ids.contains(link));
        person.linked = world.accounts.iter().filter(linked).collect();
        if match_values(policies, person.user()).is_empty() {
            person.found = Found::NoValue;
        }
    }
    for attribute in policies.matching() {
        by_attribute(policies, world, attribute, &mut persons);
    }
    persons
}

/// Searches by one attribute for the accounts of persons who have none yet.
fn by_attribute<'w>(policies: &Policies, world: &'w World, attribute: &str, persons: &mut [Person<'w>]) {
    let taken: BTreeSet<String> =
        persons.iter().flat_map(Person::accounts).map(|account| account.id.clone()).collect();
    let free = |account: &&Account| account.link.is_none() && !taken.contains(&account.id);
    // For each value, the indices of the persons who have it, through any of their users.
    let mut by_value: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, person) in persons.iter().enumerate() {
        for user in &person.users {
            if let Some(value) = match_values(policies, user).remove(attribute) {
                by_value.entry(value).or_default().insert(at);
            }
        }
    }
    for (value, places) in by_value {
        let holds = |account: &&Account| {
            let held = account.attributes.get(attribute);
            held.is_some_and(|held| policies.folded(attribute, held) == value)
        };
        let accounts: Vec<&Account> = world.accounts.iter().filter(free).filter(holds).collect();
        for at in &places {
            let person = &mut persons[*at];
            let open = matches!(person.found, Found::Nothing | Found::NoValue) && person.linked.is_empty();
            if open && (places.len() > 1 || accounts.len() > 1) {
                person.found = Found::Shared;
            } else if open
                && let [account] = accounts[..]
                && match_values(policies, person.user()).get(attribute) == Some(&value)
            {
                person.found = Found::One(account);
            }
        }
    }
}

/// The values by which a user's account is found, in the form that is compared. Whether the attribute is managed for
/// the user has no influence.
pub(crate) fn match_values<'p>(policies: &'p Policies, user: &User) -> BTreeMap<&'p str, String> {
    let of = ValueContext { user, names: &BTreeMap::new() };
    let mut values = BTreeMap::new();
    for attribute in policies.matching() {
        let mapped = policies.mapped(None).into_iter().find(|(name, ..)| *name == attribute);
        if let Some(Ok(Some(text))) = mapped.map(|(_, value, _)| of.text(value)) {
            values.insert(attribute, policies.folded(attribute, &text));
        }
    }
    values
}

/// Users of different directories that share one of the attributes are one person, also indirectly.
fn same_persons<'w>(policies: &Policies, world: &'w World) -> Vec<Person<'w>> {
    let users: Vec<&User> = world.users().collect();
    let attributes = texts(&policies.application["samePerson"]);
    let shares = |one: &User, other: &User| {
        let same = |attribute: &&str| {
            let text = |user: &User| {
                user.attributes.get(*attribute).map(|attribute| text_of(attribute).to_ascii_lowercase())
            };
            text(one).is_some_and(|text_of_one| Some(text_of_one) == text(other))
        };
        one.directory != other.directory && attributes.iter().any(same)
    };
    let mut sets: Vec<BTreeSet<usize>> = Vec::new();
    for (at, user) in users.iter().enumerate() {
        let mut own = BTreeSet::from([at]);
        let (near, far) = sets
            .into_iter()
            .partition(|set: &BTreeSet<usize>| set.iter().any(|other| shares(user, users[*other])));
        sets = far;
        let near: Vec<BTreeSet<usize>> = near;
        own.extend(near.into_iter().flatten());
        sets.push(own);
    }
    let mut persons = Vec::new();
    for set in sets {
        let mut of_one: Vec<&User> = set.into_iter().map(|at| users[at]).collect();
        of_one.sort_by_key(|user| user.directory);
        let ambiguous = of_one.windows(2).any(|two| two[0].directory == two[1].directory);
        let alone = if ambiguous { 1 } else { of_one.len() };
        persons.extend(of_one.chunks(alone).map(|users| Person {
            users: users.to_vec(),
            ambiguous,
            linked: Vec::new(),
            found: Found::Nothing,
        }));
    }
    persons
}

/// The ids of the accounts, and the indices of the persons, that an exclusion leaves untouched.
pub(crate) struct Excluded {
    pub(crate) persons: BTreeSet<usize>,
    pub(crate) accounts: BTreeSet<String>,
}

pub(crate) fn excluded(
    policies: &Policies,
    world: &World,
    groups: &Groups,
    persons: &[Person<'_>],
) -> Excluded {
    let mut excluded = Excluded { persons: BTreeSet::new(), accounts: BTreeSet::new() };
    let holds = |user: Option<&User>, account: Option<&Account>| {
        let asked = Context { policies, world, groups, user, grants: None, account };
        policies.exclusions.iter().any(|exclusion| in_force(exclusion) && asked.holds(&exclusion["when"]))
    };
    for (at, person) in persons.iter().enumerate() {
        let accounts = person.accounts();
        let fits = |user: &&User| {
            holds(Some(user), None) || accounts.iter().any(|account| holds(Some(user), Some(account)))
        };
        if person.users.iter().any(fits) {
            excluded.persons.insert(at);
            excluded.accounts.extend(accounts.iter().map(|account| account.id.clone()));
        }
    }
    for account in &world.accounts {
        if holds(None, Some(account)) {
            excluded.accounts.insert(account.id.clone());
        }
    }
    excluded
}
