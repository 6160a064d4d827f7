//! Who is one person: users of different directories that share an attribute (the policy language, 5, `samePerson`).

use super::population::Population;
use super::problem::DataProblem;
use crate::policy::ApplicationPolicy;
use std::collections::BTreeMap;

/// Users who are one person together with other users.
#[derive(Debug, Default)]
pub struct Persons {
    /// Every user of such a person, the one that counts too: the one that counts.
    counts: BTreeMap<u32, u32>,
    /// The one that counts: every user of the person, sorted.
    members: BTreeMap<u32, Vec<u32>>,
    /// Users for whom it is unclear which one counts, with the reason.
    torn: BTreeMap<u32, String>,
}

impl Persons {
    /// The user that counts for a user: itself, unless it is one person with others.
    pub fn counting(&self, user: u32) -> u32 {
        self.counts.get(&user).copied().unwrap_or(user)
    }

    /// Whether another user counts for this one.
    pub fn is_other(&self, user: u32) -> bool {
        self.counting(user) != user
    }

    /// Persons of several users: the one that counts, and all of them.
    pub fn several(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.members.iter().map(|(counting, members)| (*counting, members.as_slice()))
    }

    /// Users for whom it is unclear which one counts, with the reason.
    pub fn torn(&self) -> impl Iterator<Item = (u32, &str)> {
        self.torn.iter().map(|(user, message)| (*user, message.as_str()))
    }

    /// One finding for all whom another user of theirs counts for.
    pub fn finding(&self, policy: &ApplicationPolicy, population: &Population<'_>) -> Option<DataProblem> {
        let mut others: Vec<(&str, &str)> = self
            .counts
            .keys()
            .filter(|user| self.is_other(**user))
            .map(|user| population.id(*user))
            .collect();
        others.sort_unstable();
        let (directory, id) = others.first()?;
        let message = match others.len() {
            1 => format!(
                "the user `{id}` of `{directory}` is the same person as a user of another directory, and that one counts"
            ),
            count => format!(
                "{count} users are the same persons as users of another directory, and those count; the first is `{id}` of `{directory}`"
            ),
        };
        Some(DataProblem::new("data/same-person", &policy.origin, message))
    }
}

/// Finds the users who are one person. ASCII case is ignored; of a list each element counts; chains too.
pub(super) fn persons(policy: &ApplicationPolicy, population: &Population<'_>) -> Persons {
    let mut sets = Sets::default();
    for slot in &policy.same_person {
        let mut holders: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for user in 0..population.len() {
            let Some((column, row)) = population.column(*slot, user) else { continue };
            for text in column.elements(row) {
                holders.entry(text.to_ascii_lowercase()).or_default().push(user);
            }
        }
        for users in holders.into_values() {
            let first = population.directory(users[0]);
            if users.iter().any(|user| population.directory(*user) != first) {
                users.iter().for_each(|user| sets.join(users[0], *user));
            }
        }
    }
    let mut persons = Persons::default();
    for members in sets.members() {
        settle(&mut persons, population, members);
    }
    persons
}

/// The user of the first directory counts; two of one directory cannot be one person.
fn settle(persons: &mut Persons, population: &Population<'_>, members: Vec<u32>) {
    let twice = members.windows(2).any(|pair| population.directory(pair[0]) == population.directory(pair[1]));
    if twice {
        let mut ids: Vec<String> =
            members.iter().map(|user| format!("`{}`", population.id(*user).1)).collect();
        ids.sort();
        let message = format!(
            "the users {} would be one person, but several of them are in one directory: correct what they share",
            ids.join(", ")
        );
        persons.torn.extend(members.into_iter().map(|user| (user, message.clone())));
        return;
    }
    let counting = members[0];
    persons.counts.extend(members.iter().map(|user| (*user, counting)));
    persons.members.insert(counting, members);
}

/// Disjoint sets of users; only users who were joined are in it.
#[derive(Default)]
struct Sets {
    parents: BTreeMap<u32, u32>,
}

impl Sets {
    fn root(&mut self, user: u32) -> u32 {
        let mut root = user;
        while let Some(parent) = self.parents.get(&root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut next = user;
        while let Some(parent) = self.parents.insert(next, root).filter(|parent| *parent != root) {
            next = parent;
        }
        root
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        let (least, most) = (one.min(other), one.max(other));
        self.parents.insert(most, least);
        self.parents.insert(least, least);
    }

    /// The sets, each sorted: rows of the first directory come first.
    fn members(mut self) -> Vec<Vec<u32>> {
        let users: Vec<u32> = self.parents.keys().copied().collect();
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for user in users {
            sets.entry(self.root(user)).or_default().push(user);
        }
        sets.into_values().collect()
    }
}
