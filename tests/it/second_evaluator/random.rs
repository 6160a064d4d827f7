//! Random directories and accounts for given policies: small, with few different values, so that they often collide.

use super::policies::{Policies, list, texts};
use super::shipped::Base;
use super::value::ValueContext;
use super::world::{Account, Directory, Group, Right, User, World};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A random number generator: SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number less than another.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several values.
    pub(crate) fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// One of several values, or none.
    pub(crate) fn perhaps<'t, T>(&mut self, of: &'t [T], percent: usize) -> Option<&'t T> {
        (!of.is_empty() && self.chance(percent)).then(|| self.one(of))
    }
}

/// User attributes that are text, and their possible values.
pub(crate) const USER_TEXTS: [(&str, &[&str]); 12] = [
    (
        "mail",
        &[
            "a@contoso.example",
            "A@contoso.example",
            "b@contoso.example",
            "c@contoso.example",
            "d@fabrikam.example",
            "e@contoso.example",
        ],
    ),
    (
        "userPrincipalName",
        &[
            "a@contoso.example",
            "a@fabrikam.example",
            "b@contoso.example",
            "C@contoso.example",
            "d@contoso.example",
            "e",
            "@contoso.example",
        ],
    ),
    ("mailNickname", &["a", "B", "b", "c", "d", "e"]),
    ("givenName", &["Ann", "Bo", "Cy Di", "Åse"]),
    ("surname", &["Berg", "Dahl", "Holm Lund"]),
    ("displayName", &["Ann Berg", " Bo  Dahl ", "Cy"]),
    ("mobilePhone", &["+4520112201", "20112201", "+1202555"]),
    ("department", &["Sales", "sales", "Quality", "Finance", "Robots"]),
    ("jobTitle", &["Auditor", "Internal auditor", "Clerk"]),
    ("country", &["Denmark", "Danmark", "Sweden", "Norway"]),
    ("userType", &["Guest", "Member"]),
    ("employeeId", &["5", "12", "007", "x9"]),
];
/// User attributes that are lists of text.
pub(crate) const USER_LISTS: [(&str, &[&str]); 1] =
    [("businessPhones", &["+4533112201", "33112201", "+4533112202"])];
/// Account attributes that no mapping fills.
const ACCOUNT_TEXTS: [(&str, &[&str]); 3] = [
    ("mobileSubscription", &["active", "cancelled"]),
    ("hasRecords", &["true", "false"]),
    ("note", &["keep", "hands off"]),
];

pub(crate) fn world(base: &Base, policies: &Policies, dice: &mut Dice) -> World {
    world_of(base, policies, 6, dice)
}

/// A world in which each directory has fewer users than a number, and the application at most so many accounts.
pub(crate) fn world_of(base: &Base, policies: &Policies, many: usize, dice: &mut Dice) -> World {
    let mut world = World::default();
    for (at, known) in base.directories.iter().enumerate() {
        let users: Vec<User> = (0..dice.below(many)).map(|number| user(at, number, dice)).collect();
        world.directories.push(Directory { users, ..directory(known, dice) });
    }
    for directory in &mut world.directories {
        members(directory, dice);
    }
    for number in 0..dice.below(many + 1) {
        let account = account(policies, &world, number, dice);
        world.accounts.push(account);
    }
    for name in &base.account_groups {
        let members =
            world.accounts.iter().filter(|_| dice.chance(20)).map(|account| account.id.clone()).collect();
        world.account_groups.insert(name.clone(), members);
    }
    world.known = known(policies, &world, dice);
    world
}

fn user(directory: usize, number: usize, dice: &mut Dice) -> User {
    let mut attributes = BTreeMap::new();
    for (name, values) in USER_TEXTS {
        attributes.extend(dice.perhaps(values, 80).map(|value| (name.to_owned(), json!(value))));
    }
    attributes.extend(dice.perhaps(&["AB", "CD"], 30).map(|value| ("initials".to_owned(), json!(value))));
    for (name, values) in USER_LISTS {
        let elements: Vec<&str> = (0..dice.below(3)).map(|_| *dice.one(values)).collect();
        if !elements.is_empty() {
            attributes.insert(name.to_owned(), json!(elements));
        }
    }
    attributes.insert("accountEnabled".to_owned(), json!(dice.chance(75)));
    User { directory, id: format!("u{directory}{number}"), attributes }
}

/// The groups and roles of a directory, sometimes without one of them.
fn directory(known: &Directory, dice: &mut Dice) -> Directory {
    const DAYS: [&str; 3] = ["2019-03-01T09:00:00Z", "2020-01-15T09:00:00Z", "2021-06-15T09:00:00Z"];
    let mut groups: Vec<Group> = known.groups.iter().filter(|_| !dice.chance(1)).cloned().collect();
    for group in &mut groups {
        group.created = dice.perhaps(&DAYS, 90).map(|value| (*value).to_owned());
        if dice.chance(2) {
            group.name.push('s');
        }
    }
    Directory { groups, roles: known.roles.clone(), users: Vec::new() }
}

fn members(directory: &mut Directory, dice: &mut Dice) {
    let users: Vec<String> = directory.users.iter().map(|user| user.id.clone()).collect();
    let groups: Vec<String> = directory.groups.iter().map(|group| group.id.clone()).collect();
    let share = if groups.len() > 8 { 20 } else { 35 };
    for group in &mut directory.groups {
        group.members = users.iter().filter(|_| dice.chance(share)).cloned().collect();
        group.members.extend(dice.perhaps(&groups, 15).cloned());
    }
    for principals in directory.roles.values_mut() {
        *principals = users.iter().filter(|_| dice.chance(35)).cloned().collect();
        principals.extend(dice.perhaps(&groups, 40).cloned());
    }
}

fn account(policies: &Policies, world: &World, number: usize, dice: &mut Dice) -> Account {
    let users: Vec<&User> = world.users().collect();
    let user = dice.perhaps(&users, 75).copied();
    let link = match user {
        _ if dice.chance(10) => Some((*dice.one(&["gone-1", "gone-2"])).to_owned()),
        Some(user) if dice.chance(65) => Some(user.id.clone()),
        _ => None,
    };
    let mut attributes = BTreeMap::new();
    for (name, values) in ACCOUNT_TEXTS {
        attributes.extend(dice.perhaps(values, 30).map(|value| (name.to_owned(), (*value).to_owned())));
    }
    let kinds: Vec<&String> = policies.application["accountTypes"]
        .as_object()
        .map(|object| object.keys().collect())
        .unwrap_or_default();
    let kind = dice.perhaps(&kinds, 90).map(|value| (*value).clone());
    for (name, value, _) in policies.mapped(kind.as_deref()) {
        let whose = if dice.chance(20) { dice.perhaps(&users, 100).copied() } else { user };
        let names = BTreeMap::new();
        let mapped = whose.and_then(|user| ValueContext { user, names: &names }.text(value).ok().flatten());
        let made_up = || format!("{name}{number}");
        let value = if dice.chance(75) { mapped } else { Some(made_up()) };
        attributes.extend(value.filter(|_| dice.chance(90)).map(|value| (name.to_owned(), value)));
    }
    if dice.chance(5)
        && let Some(name) = attributes.get_mut("userName")
    {
        name.push_str("_Archived");
    }
    attributes.extend(kind.map(|kind| ("userType".to_owned(), kind)));
    let rights = (0..dice.below(4)).filter_map(|_| right(policies, dice)).collect();
    Account { id: format!("a{number}"), link, active: dice.chance(80), attributes, rights }
}

fn right(policies: &Policies, dice: &mut Dice) -> Option<Right> {
    let types: Vec<&String> = policies.application["entitlements"].as_object()?.keys().collect();
    let entitlement = (*dice.perhaps(&types, 100)?).clone();
    let values = policies.closed_set(&entitlement).unwrap_or_else(|| vec!["Quality", "Audit", "Other"]);
    let value = if dice.chance(5) { "foreign" } else { dice.perhaps(&values, 100)? };
    let scope = match policies.scope_of(&entitlement) {
        Some(scope) => Some((*dice.perhaps(&texts(&policies.application["scopes"][scope]), 100)?).to_owned()),
        None => None,
    };
    Some(Right { entitlement, value: value.to_owned(), scope })
}

/// The rights that the application has: nearly all declared rights, in each scope, and those that accounts have.
fn known(policies: &Policies, world: &World, dice: &mut Dice) -> BTreeSet<Right> {
    let mut known = BTreeSet::new();
    for (entitlement, declared) in policies.application["entitlements"].as_object().into_iter().flatten() {
        let open = json!(["Quality", "Audit"]);
        let values: &Value = declared.get("values").unwrap_or(&open);
        let scopes: Vec<Option<String>> = match policies.scope_of(entitlement) {
            Some(scope) => texts(&policies.application["scopes"][scope])
                .iter()
                .map(|text| Some((*text).to_owned()))
                .collect(),
            None => vec![None],
        };
        for value in list(values).iter().filter_map(Value::as_str).filter(|_| !dice.chance(3)) {
            known.extend(scopes.iter().map(|scope| Right {
                entitlement: entitlement.clone(),
                value: value.to_owned(),
                scope: scope.clone(),
            }));
        }
    }
    known.extend(world.accounts.iter().flat_map(|account| account.rights.clone()));
    known
}
