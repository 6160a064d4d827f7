//! Which account belongs to which user: by link, else by the matching attributes (the policy language, 10).

use super::equal::{Equality, HashedRows, by_value};
use crate::desired::{Computed, DesiredState, ManagedAttribute};
use crate::snapshot::{ApplicationSnapshot, TextColumn};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// No row.
const NONE: u32 = u32::MAX;

/// Accounts and users, paired.
#[derive(Debug)]
pub(super) struct Pairing {
    accounts: Vec<u32>,
    users: Vec<u32>,
    linked: Vec<bool>,
    /// Users who cannot be created or adopted, or whose link is doubled, with the reason.
    pub(super) frozen_users: BTreeMap<u32, Frozen>,
    /// Accounts that nobody may touch because they collide, with the reason.
    pub(super) frozen_accounts: BTreeMap<u32, String>,
    /// Accounts without link whose matching value some user has.
    known: BTreeMap<u32, String>,
    /// The accounts of users whom several are linked to, by id.
    doubled: BTreeMap<u32, Vec<u32>>,
}

/// Why a user is frozen.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    /// What collides, with all who collide.
    pub(super) message: String,
    /// Whether nothing at all may be done; else only creating and adopting is barred.
    pub(super) entirely: bool,
}

impl Pairing {
    /// A user's account.
    pub(super) fn account(&self, user: u32) -> Option<u32> {
        Some(self.accounts[user as usize]).filter(|account| *account != NONE)
    }

    /// All accounts that are linked to a user, by id.
    pub(super) fn linked_accounts(&self, user: u32) -> Vec<u32> {
        let linked = || self.account(user).filter(|account| self.linked(*account)).into_iter().collect();
        self.doubled.get(&user).cloned().unwrap_or_else(linked)
    }

    /// An account's user.
    pub(super) fn user(&self, account: u32) -> Option<u32> {
        Some(self.users[account as usize]).filter(|user| *user != NONE)
    }

    /// Whether an account and its user are linked; else they only match.
    pub(super) fn linked(&self, account: u32) -> bool {
        self.linked[account as usize]
    }

    /// Why an account without link belongs to somebody all the same, where it does.
    pub(super) fn known(&self, account: u32) -> Option<&str> {
        self.known.get(&account).map(String::as_str)
    }

    fn pair(&mut self, user: u32, account: u32) {
        self.accounts[user as usize] = account;
        self.users[account as usize] = user;
    }
}

/// Pairs users and accounts.
pub(super) fn pair(desired: &DesiredState<'_>, application: &ApplicationSnapshot) -> Pairing {
    let (users, accounts) = (desired.population.len() as usize, application.accounts.len());
    let mut pairing = Pairing {
        accounts: vec![NONE; users],
        users: vec![NONE; accounts],
        linked: vec![false; accounts],
        frozen_users: BTreeMap::new(),
        frozen_accounts: BTreeMap::new(),
        known: BTreeMap::new(),
        doubled: BTreeMap::new(),
    };
    by_link(&mut pairing, desired, application);
    for (user, message) in desired.persons.torn() {
        let frozen = Frozen { message: message.to_owned(), entirely: true };
        pairing.frozen_users.insert(user, frozen);
    }
    for slot in &desired.policy.matching {
        let attribute = desired.attributes.iter().find(|attribute| attribute.slot == *slot);
        let path = desired.policy.account_attribute(*slot);
        if let Some((attribute, column)) = attribute.zip(application.accounts.column(&path.name)) {
            let key = MatchKey {
                desired,
                attribute,
                column,
                name: &path.name,
                equality: Equality::new(path.case_exact),
            };
            by_attribute(&mut pairing, &key, application);
        }
    }
    pairing
}

fn by_link(pairing: &mut Pairing, desired: &DesiredState<'_>, application: &ApplicationSnapshot) {
    let accounts = &application.accounts;
    let mut doubled: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let links =
        (0..accounts.len() as u32).filter_map(|account| Some((account, accounts.links.get(account)?)));
    let links = links.inspect(|(account, _)| pairing.linked[*account as usize] = true).collect();
    for (account, user) in desired.population.find_all(links) {
        let user = desired.persons.counting(user);
        match pairing.account(user) {
            None => pairing.pair(user, account),
            Some(first) => doubled.entry(user).or_insert_with(|| vec![first]).push(account),
        }
    }
    for (user, mut rows) in doubled {
        // Which one was read first must not show.
        rows.sort_by_key(|row| accounts.ids.id(*row));
        let ids = names(rows.iter().map(|row| accounts.ids.id(*row)));
        let message = format!("the accounts {ids} are all linked to this user: unlink all but one");
        rows.iter().for_each(|row| drop(pairing.frozen_accounts.insert(*row, message.clone())));
        rows.iter().for_each(|row| pairing.users[*row as usize] = user);
        pairing.accounts[user as usize] = rows[0];
        pairing.doubled.insert(user, rows);
        pairing.frozen_users.insert(user, Frozen { message, entirely: true });
    }
    doubled_without_user(pairing, application);
}

/// Links that several accounts hold and no user has: still nobody's to remove.
fn doubled_without_user(pairing: &mut Pairing, application: &ApplicationSnapshot) {
    let accounts = &application.accounts;
    let gone: Vec<u32> = (0..accounts.len() as u32)
        .filter(|account| pairing.linked(*account) && pairing.user(*account).is_none())
        .collect();
    let equality = Equality::new(true);
    let link = |account| accounts.links.get(account).map(Cow::Borrowed);
    for run in HashedRows::new(gone, link, &equality).repeated() {
        for (link, rows) in by_value(&run, link, &equality).into_iter().filter(|(_, rows)| rows.len() > 1) {
            let ids = names(rows.iter().map(|row| accounts.ids.id(*row)));
            let message = format!("the accounts {ids} have the same link `{link}`: unlink all but one");
            rows.iter().for_each(|row| drop(pairing.frozen_accounts.insert(*row, message.clone())));
        }
    }
}

/// One matching attribute.
struct MatchKey<'k, 'a> {
    desired: &'k DesiredState<'a>,
    attribute: &'k ManagedAttribute<'a>,
    column: &'k TextColumn,
    name: &'k str,
    equality: Equality,
}

impl<'k> MatchKey<'k, '_> {
    fn of_user(&self, user: u32) -> Option<Cow<'k, str>> {
        match self.attribute.match_value(&self.desired.population, user)? {
            Computed::Text(text) => Some(text),
            other => other.to_value().map(|value| value.to_string().into()),
        }
    }

    /// The users that count for these, each once.
    fn persons(&self, users: &[u32]) -> Vec<u32> {
        let mut persons: Vec<u32> = users.iter().map(|user| self.desired.persons.counting(*user)).collect();
        persons.sort_unstable();
        persons.dedup();
        persons
    }

    fn of_account(&self, account: u32) -> Option<Cow<'k, str>> {
        self.column.get(account).map(Cow::Borrowed)
    }
}

fn by_attribute(pairing: &mut Pairing, key: &MatchKey<'_, '_>, application: &ApplicationSnapshot) {
    let users: Vec<u32> = (0..key.desired.population.len()).collect();
    let accounts: Vec<u32> = (0..application.accounts.len() as u32)
        .filter(|account| !pairing.linked(*account) && pairing.user(*account).is_none())
        .collect();
    let users = HashedRows::new(users, |user| key.of_user(user), &key.equality);
    let accounts = HashedRows::new(accounts, |account| key.of_account(account), &key.equality);
    freeze_sharing_users(pairing, key, &users);
    for (accounts, users) in accounts.common(&users) {
        let users = by_value(&users, |user| key.of_user(user), &key.equality);
        for (value, accounts) in by_value(&accounts, |account| key.of_account(account), &key.equality) {
            if let Some((_, users)) = users.iter().find(|(other, _)| key.equality.same(other, &value)) {
                settle(pairing, key, application, Shared { value: &value, users, accounts: &accounts });
            }
        }
    }
}

/// A value that two users share finds nobody, and bars whoever would be created or adopted by it.
fn freeze_sharing_users(pairing: &mut Pairing, key: &MatchKey<'_, '_>, users: &HashedRows) {
    for run in users.repeated() {
        let shared = by_value(&run, |user| key.of_user(user), &key.equality);
        let persons = shared.into_iter().map(|(value, rows)| (value, key.persons(&rows)));
        for (value, rows) in persons.filter(|(_, rows)| rows.len() > 1) {
            let ids = names(rows.iter().map(|row| key.desired.population.id(*row).1));
            let message =
                format!("the users {ids} share the {} `{value}`: correct it in the directory", key.name);
            for row in rows.iter().filter(|row| pairing.accounts[**row as usize] == NONE) {
                let frozen = Frozen { message: message.clone(), entirely: false };
                pairing.frozen_users.entry(*row).or_insert(frozen);
            }
        }
    }
}

/// A value that users and accounts without link have.
struct Shared<'s> {
    value: &'s str,
    users: &'s [u32],
    accounts: &'s [u32],
}

/// Pairs the one user and the one account that share a value; more than one are frozen.
fn settle(
    pairing: &mut Pairing,
    key: &MatchKey<'_, '_>,
    application: &ApplicationSnapshot,
    shared: Shared<'_>,
) {
    let Shared { value, users, accounts } = shared;
    let ids = names(accounts.iter().map(|row| application.accounts.ids.id(*row)));
    for account in accounts {
        pairing
            .known
            .entry(*account)
            .or_insert_with(|| format!("its {} `{value}` is that of a user", key.name));
    }
    let persons = key.persons(users);
    let [user] = persons.as_slice() else {
        let message = format!("several users share its {} `{value}`", key.name);
        accounts.iter().for_each(|row| drop(pairing.frozen_accounts.insert(*row, message.clone())));
        return;
    };
    let [account] = accounts else {
        let message =
            format!("the accounts {ids} share the {} `{value}`: correct it in the application", key.name);
        accounts.iter().for_each(|row| drop(pairing.frozen_accounts.insert(*row, message.clone())));
        if pairing.account(*user).is_none() {
            pairing.frozen_users.entry(*user).or_insert(Frozen { message, entirely: false });
        }
        return;
    };
    // A value that only another user of the person has finds nothing: the user that counts speaks for the person.
    let counts = users.contains(user);
    if counts && pairing.account(*user).is_none() && !pairing.frozen_users.contains_key(user) {
        pairing.pair(*user, *account);
    }
}

/// Ids in backticks, sorted, so that messages do not depend on the order of reading.
fn names<'n>(ids: impl Iterator<Item = &'n str>) -> String {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
