//! Random users and records: the plan agrees with the rules of Pulseway PSA, which are restated here in a few lines.

use crate::support::shipped::{Group, Shipped, User, Users};
use crate::support::world::{Account, World};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| Shipped::of("pulseway"));

/// Order, group, record type, role: the linking rules of `policies/pulseway/`.
const RULES: [(u32, &str, &str, &str); 7] = [
    (10, "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d01", "employee", "Administrator"),
    (20, "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02", "employee", "Technician"),
    (20, "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d03", "employee", "Dispatcher"),
    (20, "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d04", "employee", "Finance"),
    (30, "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d05", "contact", "Client"),
    (40, "90b2cd53-2d9e-4e77-a02f-3b4c5d6e7f02", "contact", "Client approver"),
    (50, "90b2cd53-2d9e-4e77-a02f-3b4c5d6e7f01", "contact", "Client"),
];
const AGES: [&str; 3] = ["2019-03-01T09:00:00Z", "2020-01-15T10:00:00+01:00", "2021-06-15T09:00:00Z"];
/// The rules whose groups are in our tenant; the other groups are in the client's.
const OURS: std::ops::Range<usize> = 0..5;

/// A user of a tenant, perhaps with a record.
#[derive(Clone, Debug)]
struct Someone {
    groups: BTreeSet<&'static str>,
    disabled: bool,
    /// Whether the user is also in the client's tenant, with the same mail address.
    twice: bool,
    record: Option<Record>,
}

#[derive(Clone, Debug)]
struct Record {
    linked: bool,
    active: bool,
    kind: &'static str,
    roles: BTreeSet<String>,
    has_records: bool,
    root: bool,
}

fn someone(groups: std::ops::Range<usize>) -> impl Strategy<Value = Someone> {
    let all: Vec<&str> = RULES[groups].iter().map(|rule| rule.1).collect();
    let many = all.len();
    let rights = subsequence(RULES.map(|rule| rule.3.to_owned()).to_vec(), 0..3);
    let record = (
        any::<bool>(),
        prop::bool::weighted(0.8),
        select(&["employee", "contact"][..]),
        rights,
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(linked, active, kind, roles, has_records, root)| {
            let roles = roles.into_iter().collect();
            Record { linked, active, kind, roles, has_records, root }
        });
    let coin = prop::bool::weighted;
    (subsequence(all, 0..=many), coin(0.15), coin(0.2), weighted(0.7, record)).prop_map(
        |(groups, disabled, twice, record)| Someone {
            groups: groups.into_iter().collect(),
            disabled,
            twice,
            record,
        },
    )
}

/// The rule that wins: lowest order; for equal order the oldest group; for equal or unknown age none, which is an
/// error.
fn winner(
    groups: &BTreeSet<&str>,
    ages: &BTreeMap<&str, Option<jiff::Timestamp>>,
) -> Result<Option<usize>, ()> {
    let fitting = || (0..RULES.len()).filter(|rule| groups.contains(RULES[*rule].1));
    let Some(lowest) = fitting().map(|rule| RULES[rule].0).min() else { return Ok(None) };
    let first: Vec<usize> = fitting().filter(|rule| RULES[*rule].0 == lowest).collect();
    let age = |rule: usize| ages[RULES[rule].1];
    match first.as_slice() {
        [one] => Ok(Some(*one)),
        several if several.iter().any(|rule| age(*rule).is_none()) => Err(()),
        several => {
            let oldest = several.iter().map(|rule| age(*rule)).min();
            let oldest: Vec<usize> =
                several.iter().copied().filter(|rule| Some(age(*rule)) == oldest).collect();
            if let [one] = oldest.as_slice() { Ok(Some(*one)) } else { Err(()) }
        }
    }
}

/// What is compared of a record: link, whether active, type, roles, whether archived.
type RecordState = (Option<String>, bool, String, BTreeSet<String>, bool);

fn seen(account: &Account) -> RecordState {
    let name = account.values["userName"].clone();
    let kind = account.values["userType"].clone();
    (account.link.clone(), account.active, kind, account.rights.clone(), name.ends_with("_Archived"))
}

/// The records of a user after the run.
fn afterwards(
    id: &str,
    person: &Someone,
    won: Result<Option<usize>, ()>,
    held: Option<&Account>,
) -> Vec<RecordState> {
    let unchanged: Vec<RecordState> = held.map(seen).into_iter().collect();
    let made = |rule: usize| {
        (Some(id.to_owned()), true, RULES[rule].2.to_owned(), [RULES[rule].3.to_owned()].into(), false)
    };
    let Some(record) = &person.record else {
        return match won {
            Ok(Some(rule)) if !person.disabled => vec![made(rule)],
            _ => Vec::new(),
        };
    };
    let (link, active, kind, roles, _) = unchanged[0].clone();
    match won {
        // Without a rule there are no rights; the root user keeps them.
        Ok(None) if record.linked && !record.root => vec![(link, active, kind, BTreeSet::new(), false)],
        Ok(None) => unchanged,
        // Also if no rule wins.
        _ if person.disabled && record.linked && !record.root => vec![(link, false, kind, roles, false)],
        _ if person.disabled => unchanged,
        Err(()) => unchanged,
        Ok(Some(rule)) if RULES[rule].2 != record.kind => {
            if record.has_records || record.root {
                return unchanged;
            }
            vec![(None, false, kind, BTreeSet::new(), true), made(rule)]
        }
        Ok(Some(_)) if record.root && !record.linked => unchanged,
        Ok(Some(rule)) if record.root => {
            vec![(link, active, kind, &roles | &[RULES[rule].3.to_owned()].into(), false)]
        }
        Ok(Some(rule)) => vec![made(rule)],
    }
}

fn user(name: &str, domain: &str, mail: &str, person: &Someone) -> User {
    let values = [
        ("userPrincipalName", format!("{name}@{domain}.example")),
        ("mail", mail.to_owned()),
        ("givenName", name.to_owned()),
        ("surname", "Test".to_owned()),
    ];
    User { values: values.into(), disabled: person.disabled, groups: person.groups.clone() }
}

fn account(link: &str, name: &str, mail: &str, record: &Record) -> Account {
    let name = if record.root { "root" } else { name };
    let values = [("userType", record.kind), ("userName", name), ("email", mail)];
    let mut values: BTreeMap<String, String> =
        values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    values.extend(record.has_records.then(|| ("hasRecords".to_owned(), "true".to_owned())));
    Account {
        link: record.linked.then(|| link.to_owned()),
        active: record.active,
        values,
        rights: record.roles.clone(),
    }
}

/// The users of both tenants and their records; the map gives the user of each record.
fn world(people: &[(bool, Someone)]) -> ([Users; 2], World, BTreeMap<String, String>) {
    let (mut users, mut world, mut of) = ([Users::new(), Users::new()], World::default(), BTreeMap::new());
    for (number, (ours, person)) in people.iter().enumerate() {
        let (tenant, domain) = if *ours { (0, "contoso") } else { (1, "fabrikam") };
        let (id, name) = (format!("u-{number}"), format!("p{number}"));
        let mail = format!("{name}@{domain}.example");
        users[tenant].insert(id.clone(), user(&name, domain, &mail, person));
        let mut link = id.clone();
        if *ours && person.twice {
            link = format!("t-{number}");
            let groups = [RULES[6].1].into();
            let other = Someone { groups, disabled: false, twice: false, record: None };
            users[1]
                .insert(link.clone(), user(&format!("q{number}"), "fabrikam", &mail.to_uppercase(), &other));
        }
        if let Some(record) = &person.record {
            world.accounts.insert(format!("a-{number}"), account(&link, &name, &mail, record));
            of.insert(format!("a-{number}"), id.clone());
        }
        of.insert(format!("new-{id}"), id);
    }
    (users, world, of)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pu_02_the_plan_agrees_with_the_rule_stated_once_more(
        ours in prop::collection::vec(someone(OURS), 1..3),
        clients in prop::collection::vec(someone(5..7), 0..2),
        ages in prop::collection::vec(weighted(0.9, select(&AGES[..])), RULES.len()),
    ) {
        let mut people: Vec<(bool, Someone)> = ours.into_iter().map(|person| (true, person)).collect();
        people.extend(clients.into_iter().map(|person| (false, person)));
        // At most one record is the root user's.
        let mut roots = 0;
        for record in people.iter_mut().filter_map(|(_, person)| person.record.as_mut()) {
            roots += u32::from(record.root);
            record.root &= roots == 1;
        }
        let groups: Vec<Group> = RULES.iter().zip(&ages).map(|(rule, age)| (rule.1, *age)).collect();
        let known = groups.iter().map(|(id, age)| (*id, age.map(|age| age.parse().unwrap())));
        let known: BTreeMap<&str, Option<jiff::Timestamp>> = known.collect();
        let (users, mut world, of) = world(&people);
        let before = world.accounts.clone();
        let plan = SHIPPED.plan(&users, &groups, &before, ("by-hand", &BTreeSet::new())).unwrap();
        world.apply(plan.write_order().iter().map(|place| &plan.changes[*place]));
        for (number, (_, person)) in people.iter().enumerate() {
            let id = format!("u-{number}");
            let mine = world.accounts.iter().filter(|(account, _)| of[*account] == id);
            let found: Vec<RecordState> = mine.map(|(_, account)| seen(account)).collect();
            let wanted = afterwards(&id, person, winner(&person.groups, &known), before.get(&format!("a-{number}")));
            prop_assert_eq!(found, wanted, "{}: {:#?}\n{:#?}", id, people, plan.changes);
        }
    }
}
