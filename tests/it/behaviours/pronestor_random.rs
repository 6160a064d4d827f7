//! Pronestor's rule of locations (PA-16 to PA-26), restated in a few lines and compared with the plans from the shipped
//! policies, for many directories.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use proptest::collection::{btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use rolewright::fetch::read_work_tree;
use rolewright::language::load;
use rolewright::model::{Date, Digest, Field, Operation, Right};
use rolewright::plan::{Inputs, Outcome, Plan, plan};
use rolewright::policy::{ApplicationPolicy, DirectoryPolicy};
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

const LOCATIONS: [&str; 3] = ["London", "Stockholm", "Copenhagen"];
const ROLES: [&str; 4] = ["secretary", "facility_manager", "catering_manager", "booker"];

/// The result of a user's groups.
#[derive(Debug, PartialEq, Eq)]
enum Opens {
    /// No local booker group: no account.
    Nothing,
    /// The local booker groups of several locations.
    Conflict,
    /// An account with these rights; the number is how many rights are left out because they belong to another
    /// location.
    Rights(BTreeSet<String>, usize),
}

/// The rule: exactly one local booker group gives an account and determines the home location. Local rights are valid
/// at home, the others everywhere.
fn opens(groups: &BTreeSet<usize>) -> Opens {
    let names: Vec<&str> = groups.iter().map(|group| SHIPPED.groups[*group].0.as_str()).collect();
    let homes: Vec<&str> =
        LOCATIONS.into_iter().filter(|location| names.contains(&&*format!("{location}_booker"))).collect();
    match homes[..] {
        [] => Opens::Nothing,
        [home] => {
            let (here, elsewhere) =
                names.iter().filter_map(|name| right(name)).partition::<Vec<_>, _>(|right| {
                    right.rsplit_once('@').is_none_or(|(_, location)| location == home)
                });
            Opens::Rights(here.into_iter().collect(), elsewhere.len())
        }
        _ => Opens::Conflict,
    }
}

/// The right that a group gives, by its name.
fn right(group: &str) -> Option<String> {
    match group.split_once('_')? {
        // This group is in an organisational unit that is not read.
        ("Stockholm", "facility_manager") => None,
        ("Global", "catering_manger") => Some("globalRole=catering_manager".to_owned()),
        ("Global", role) => Some(format!("globalRole={role}")),
        ("Department", "A_secretary" | "B_secretary") => {
            Some(format!("secretaryDepartment={}", &group[11..12]))
        }
        ("Department", name) => Some(format!("department={name}")),
        ("VIP", name) => Some(format!("vipGroup={name}")),
        (location, role) => LOCATIONS.contains(&location).then(|| format!("localRole={role}@{location}")),
    }
}

/// The shipped policies, and the groups of the shipped directory with their names and distinguished names.
struct Shipped {
    policy: ApplicationPolicy,
    digest: Digest,
    directory: DirectoryPolicy,
    groups: Vec<(String, String)>,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let set = load(&read_work_tree(&folder, "").unwrap(), today()).policies.unwrap();
    let policy = set.applications.iter().find(|application| application.name == "pronestor").unwrap();
    let directory = set.directories.iter().find(|directory| directory.name == "headquarters").unwrap();
    let people = super::pronestor::HEADQUARTERS.split_once("\nusers:\n").unwrap().0;
    let groups = people.lines().filter_map(|line| {
        let (name, place) = line.split_once(" name: ")?.1.split_once(", distinguishedName: '")?;
        Some((name.to_owned(), place.trim_end_matches("' }").to_owned()))
    });
    let groups: Vec<_> = groups.filter(|(name, _)| name != "Administrator").collect();
    assert_eq!(groups.len(), 24);
    Shipped {
        policy: policy.clone(),
        digest: policy.digest(&set).unwrap(),
        directory: directory.clone(),
        groups,
    }
});

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

/// A user in some groups, perhaps with an account that has some rights.
#[derive(Clone, Debug)]
struct Person {
    groups: BTreeSet<usize>,
    account: Option<Account>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    active: bool,
    rights: BTreeSet<String>,
}

/// Every right that the application has.
fn known() -> Vec<Right> {
    let right = |entitlement: &str, value: &str, scope: Option<&str>| Right {
        entitlement: entitlement.to_owned(),
        value: value.to_owned(),
        scope: scope.map(ToOwned::to_owned),
    };
    let mut all: Vec<Right> = LOCATIONS
        .iter()
        .flat_map(|location| ROLES.map(|role| right("localRole", role, Some(location))))
        .chain(ROLES.map(|role| right("globalRole", role, None)))
        .collect();
    for entitlement in ["department", "secretaryDepartment", "vipGroup"] {
        all.extend(["A", "B"].map(|value| right(entitlement, value, None)));
    }
    all.push(right("administration", "Administrator", None));
    all
}

fn person() -> impl Strategy<Value = Person> {
    let groups = (btree_set(0..SHIPPED.groups.len(), 0..7), weighted(0.6, select(&LOCATIONS[..])));
    let rights: Vec<String> = known().iter().map(ToString::to_string).collect();
    let account = (prop::bool::weighted(0.8), btree_set(select(rights), 0..4))
        .prop_map(|(active, rights)| Account { active, rights });
    (groups, weighted(0.4, account)).prop_map(|((mut groups, home), account)| {
        let booker =
            |text: &str| SHIPPED.groups.iter().position(|(name, _)| *name == format!("{text}_booker"));
        groups.extend(home.and_then(booker));
        Person { groups, account }
    })
}

fn directory(people: &[Person]) -> Complete<DirectorySnapshot> {
    let attributes = &SHIPPED.directory.attributes;
    let typed: Vec<_> = attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    let mut builder = DirectoryBuilder::new("headquarters", &typed);
    for place in 0..people.len() {
        let fields: Vec<Field<'_>> = attributes
            .iter()
            .map(|attribute| match attribute.name.as_str() {
                "accountEnabled" => Field::Boolean(true),
                "mail" | "userPrincipalName" => Field::text(format!("u{place}@contoso.example")),
                "givenName" | "surname" => Field::text("Ida"),
                _ => Field::Empty,
            })
            .collect();
        builder.user(&format!("u{place}"), &fields).unwrap();
    }
    for (name, place) in SHIPPED.groups.iter().chain([&administrators()]) {
        let record =
            GroupRecord { name: name.clone(), created: None, distinguished_name: Some(place.clone()) };
        builder.group(name, record).unwrap();
    }
    for (place, person) in people.iter().enumerate() {
        for group in &person.groups {
            builder.member(&SHIPPED.groups[*group].0, &format!("u{place}")).unwrap();
        }
    }
    builder.finish().unwrap()
}

/// A rule names this group, so it must exist; it has no members.
fn administrators() -> (String, String) {
    let place = SHIPPED.directory.groups_under.clone().unwrap();
    ("Administrator".to_owned(), format!("CN=Administrator,{place}"))
}

fn application(people: &[Person]) -> Complete<ApplicationSnapshot> {
    let names: Vec<String> =
        SHIPPED.policy.account_attributes.iter().map(|attribute| attribute.name.clone()).collect();
    let mut builder =
        ApplicationBuilder::new("pronestor", Capabilities { write: true, delete: true }, &names);
    let held =
        || people.iter().enumerate().filter_map(|(place, person)| Some((place, person.account.as_ref()?)));
    for (place, account) in held() {
        let fields: Vec<Field<'_>> = names.iter().map(|_| Field::Empty).collect();
        builder
            .account(&format!("a{place}"), Some(&format!("u{place}")), Some(account.active), &fields)
            .unwrap();
    }
    for (place, account) in held() {
        for right in known().into_iter().filter(|right| account.rights.contains(&right.to_string())) {
            builder.grant(&format!("a{place}"), right).unwrap();
        }
    }
    known().into_iter().for_each(|right| builder.known(right));
    builder.finish().unwrap()
}

fn planned(people: &[Person]) -> Plan {
    let plan = plan(&Inputs {
        policy: &SHIPPED.policy,
        digest: SHIPPED.digest,
        environment: "default",
        commit: None,
        directories: vec![&SHIPPED.directory],
        snapshots: vec![&directory(people)],
        application: &application(people),
        memory: None,
        as_of: today(),
    });
    plan.unwrap()
}

/// The accounts after a plan, by the user's id.
fn carried_out(people: &[Person], plan: &Plan) -> BTreeMap<String, Account> {
    let held = people
        .iter()
        .enumerate()
        .filter_map(|(place, person)| Some((format!("u{place}"), person.account.clone()?)));
    let mut accounts: BTreeMap<String, Account> = held.collect();
    for change in &plan.changes {
        let user = change.subject.user.clone().unwrap();
        if change.operation() == Operation::Create {
            let new = Account { active: true, rights: BTreeSet::new() };
            assert_eq!(accounts.insert(user.clone(), new), None);
        }
        let account = accounts.get_mut(&user).unwrap();
        account.active = change.sets_active().unwrap_or(account.active);
        match (change.operation(), change.right().map(ToString::to_string)) {
            (Operation::Grant, Some(right)) => assert!(account.rights.insert(right)),
            (Operation::Revoke, Some(right)) => assert!(account.rights.remove(&right)),
            (Operation::Deactivate, _) => account.active = false,
            _ => {}
        }
    }
    accounts
}

/// How often a user is reported with this outcome.
fn reported(plan: &Plan, user: &str, outcome: Outcome) -> usize {
    let reports = plan.reports.iter().filter(|report| report.subject.user.as_deref() == Some(user));
    reports.filter(|report| report.outcome == outcome).count()
}

fn as_the_rule_says(people: &[Person]) -> Result<(), TestCaseError> {
    let plan = planned(people);
    let mut after = carried_out(people, &plan);
    for (place, person) in people.iter().enumerate() {
        let user = format!("u{place}");
        let after = after.remove(&user);
        let (blocked, dropped, warned) = match opens(&person.groups) {
            Opens::Nothing => {
                let left =
                    person.account.is_some().then(|| Account { active: false, rights: BTreeSet::new() });
                prop_assert_eq!(after, left);
                (0, 0, 0)
            }
            Opens::Conflict => {
                prop_assert_eq!(&after, &person.account);
                (1, 0, 0)
            }
            Opens::Rights(rights, elsewhere) => {
                let department = rights.iter().any(|right| right.starts_with("department="));
                prop_assert_eq!(after, Some(Account { active: true, rights }));
                (0, elsewhere, usize::from(!department))
            }
        };
        prop_assert_eq!(reported(&plan, &user, Outcome::Blocked), blocked);
        prop_assert_eq!(reported(&plan, &user, Outcome::Dropped), dropped);
        prop_assert_eq!(reported(&plan, &user, Outcome::Warning), warned);
    }
    prop_assert!(after.is_empty(), "nobody else has an account");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_121), ..ProptestConfig::default()
    })]

    #[test]
    fn ten_thousand_directories_are_planned_as_the_rule_says(people in vec(person(), 1..6)) {
        as_the_rule_says(&people)?;
    }
}

#[test]
fn the_restated_rule_agrees_with_the_worked_examples() {
    let opened = |names: &[&str]| {
        let place = |name: &&str| SHIPPED.groups.iter().position(|(known, _)| known == name).unwrap();
        opens(&names.iter().map(place).collect())
    };
    let rights = |texts: &[&str], elsewhere| {
        Opens::Rights(texts.iter().map(|text| (*text).to_owned()).collect(), elsewhere)
    };
    assert_eq!(opened(&["Global_booker", "Department_B", "VIP_A"]), Opens::Nothing);
    assert_eq!(opened(&["London_booker", "Stockholm_booker"]), Opens::Conflict);
    assert_eq!(
        opened(&["Copenhagen_booker", "Global_booker", "London_catering_manager", "Department_A"]),
        rights(&["localRole=booker@Copenhagen", "globalRole=booker", "department=A"], 1)
    );
    assert_eq!(
        opened(&["London_booker", "London_catering_manager", "Department_A_secretary", "VIP_B", "Canteen"]),
        rights(
            &[
                "localRole=booker@London",
                "localRole=catering_manager@London",
                "secretaryDepartment=A",
                "vipGroup=B"
            ],
            0
        )
    );
}
