//! Rights, and the locations where they are valid.

use super::{CONSTRAINTS, all_given, branch, given, office, rights};
use crate::support::system::{report, text, words, written};
use rolewright::plan::Outcome;

const LOCATIONS: [&str; 3] = ["London", "Stockholm", "Copenhagen"];
const ROLES: [&str; 4] = ["booker", "secretary", "facility_manager", "catering_manager"];
/// Groups that do not belong to a location, and the right that each gives.
const OTHERS: [(&str, &str); 11] = [
    ("Global_booker", "globalRole=booker"),
    ("Global_secretary", "globalRole=secretary"),
    ("Global_facility_manager", "globalRole=facility_manager"),
    ("Global_catering_manger", "globalRole=catering_manager"),
    ("Administrator", "administration=Administrator"),
    ("Department_A", "department=A"),
    ("Department_B", "department=B"),
    ("Department_A_secretary", "secretaryDepartment=A"),
    ("Department_B_secretary", "secretaryDepartment=B"),
    ("VIP_A", "vipGroup=A"),
    ("VIP_B", "vipGroup=B"),
];

/// The groups of the locations, except one that the shipped directory does not have.
fn locals() -> Vec<(&'static str, &'static str)> {
    let all = LOCATIONS.into_iter().flat_map(|location| ROLES.map(|role| (location, role)));
    all.filter(|group| *group != ("Stockholm", "facility_manager")).collect()
}

/// There are eight kinds of access: secretary, facility manager, catering manager, booker, department, secretary of a
/// department, VIP group and administrator; each is linked to groups of its own.
#[test]
fn pa_14_every_kind_of_access_has_its_groups() {
    let groups = "Copenhagen_booker, Copenhagen_secretary, Copenhagen_facility_manager, Copenhagen_catering_manager, \
                  Department_A, Department_B_secretary, VIP_A, Administrator";
    let all = "administration=Administrator, department=A, localRole=booker@Copenhagen, \
               localRole=catering_manager@Copenhagen, localRole=facility_manager@Copenhagen, \
               localRole=secretary@Copenhagen, secretaryDepartment=B, vipGroup=A";
    assert_eq!(given(groups), all);
}

#[test]
fn the_last_administrator_stays() {
    let system = office(&[("ida", "London_booker, Administrator"), ("bo", "London_booker, Administrator")]);
    system.apply().ends(0);
    let one = super::directory(&[("ida", "London_booker"), ("bo", "London_booker, Administrator")]);
    let system = system.file(super::PEOPLE, &one);
    system.apply().ends(0);
    assert!(!system.accounts()["ida"].grants.contains("administration=Administrator"));
    let none = super::directory(&[("ida", "London_booker"), ("bo", "London_booker")]);
    let system = system.file(super::PEOPLE, &none);
    let refused = system.apply().ends(3).stdout;
    assert!(refused.contains("Administrator"), "{refused}");
    assert!(system.accounts()["bo"].grants.contains("administration=Administrator"));
}

/// With one location, there is one set of groups, `Local_*`; with several, each location has its own set, and a
/// `Global_*` set is valid for all of them.
#[test]
fn pa_15_several_locations_have_a_set_of_groups_each_and_a_global_one() {
    let locals = locals();
    let groups: Vec<String> =
        locals.iter().map(|(location, role)| format!("{location}_booker, {location}_{role}")).collect();
    for (rights, (location, role)) in all_given(&groups).iter().zip(&locals) {
        assert!(rights.contains(&format!("localRole={role}@{location}")), "{rights}");
    }
    let global = OTHERS.iter().filter(|(group, _)| group.starts_with("Global_"));
    let (groups, expected): (Vec<_>, Vec<_>) = global
        .map(|(group, right)| {
            (format!("London_booker, {group}"), format!("{right}, localRole=booker@London"))
        })
        .unzip();
    assert_eq!(all_given(&groups), expected);
}

/// With one location, there is one set of groups, `Local_*`.
#[test]
fn pa_15_one_location_has_the_local_groups() {
    let groups = ROLES.map(|role| format!("Local_booker, Local_{role}"));
    let people: Vec<(&str, &str)> = ROLES.into_iter().zip(groups.iter().map(String::as_str)).collect();
    let plan = branch(&people).plan();
    for role in ROLES {
        let rights = rights(&plan, role);
        assert!(
            rights.contains("localRole=booker") && rights.contains(&format!("localRole={role}")),
            "{rights}"
        );
        assert!(!rights.contains('@'), "there is nothing to tell apart");
    }
}

/// Rights accumulate: every further group only adds to the booker group's rights.
#[test]
fn pa_16_every_group_adds_its_right_and_takes_none() {
    let (mut groups, mut expected) =
        (vec!["London_booker".to_owned()], vec!["localRole=booker@London".to_owned()]);
    for (group, right) in OTHERS {
        groups.push(format!("{}, {group}", groups[groups.len() - 1]));
        let mut rights: Vec<&str> = expected[expected.len() - 1].split(", ").chain([right]).collect();
        rights.sort_unstable();
        expected.push(rights.join(", "));
    }
    assert_eq!(all_given(&groups), expected);
}

/// A user is created only with the booker group of a location; without one there is no account, whatever other groups
/// the user is in.
#[test]
fn pa_17_without_a_local_booker_group_there_is_no_account() {
    let locals = locals().into_iter().filter(|(_, role)| *role != "booker");
    let locals = locals.map(|(location, role)| format!("{location}_{role}"));
    let mut all: Vec<String> = locals.chain(OTHERS.map(|(group, _)| group.to_owned())).collect();
    all.push(all.join(", "));
    let names: Vec<String> = (0..all.len()).map(|place| format!("p{place:02}")).collect();
    let mut people: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(all.iter().map(String::as_str)).collect();
    people.push(("bo", "London_booker"));
    let plan = office(&people).plan();
    assert_eq!((people.len(), plan.reported(Outcome::Skipped)), (21, 20));
    for name in &names {
        assert!(report(&plan, name, Outcome::Skipped).message.contains("only with the booker group"));
    }
    assert_eq!(words(&plan, "bo"), ["create", "grant"], "the others proceed");
    assert_eq!(plan.changes.len(), 2);
    let plan = branch(&[("ida", "Local_secretary, Department_A, VIP_A")]).plan();
    assert_eq!(words(&plan, "ida"), [""; 0]);
}

/// Global booker, Department B and VIP A without a local booker group: not created.
#[test]
fn pa_18_a_global_booker_alone_is_not_created() {
    let plan = office(&[("ida", "Global_booker, Department_B, VIP_A")]).plan();
    assert_eq!(plan.changes.len(), 0);
    assert_eq!(plan.reported(Outcome::Skipped), 1);
}

/// The home location is that of the local booker group.
#[test]
fn pa_19_home_is_where_the_local_booker_group_is() {
    let groups = LOCATIONS.map(|location| format!("{location}_booker, Global_booker, Department_A"));
    let people: Vec<(&str, &str)> = LOCATIONS.into_iter().zip(groups.iter().map(String::as_str)).collect();
    let plan = office(&people).plan();
    for location in LOCATIONS {
        assert_eq!(written(&plan, location, "homeLocation"), Some((None, text(location))));
    }
}

/// Copenhagen booker, Department A and VIP B: may book in Copenhagen and nowhere else.
#[test]
fn pa_20_a_local_booker_books_at_home_only() {
    let rights = given("Copenhagen_booker, Department_A, VIP_B");
    assert_eq!(rights, "department=A, localRole=booker@Copenhagen, vipGroup=B");
}

/// Stockholm booker, Global booker and Department A: may book everywhere.
#[test]
fn pa_21_a_global_booker_books_everywhere() {
    let rights = given("Stockholm_booker, Global_booker, Department_A");
    assert_eq!(rights, "department=A, globalRole=booker, localRole=booker@Stockholm");
}

/// Two local booker groups are a conflict: nothing is done for the user, and the report advises Global_booker.
#[test]
fn pa_22_two_homes_are_a_conflict() {
    let system = office(&[("ida", "London_booker, Department_A"), ("bo", "Stockholm_booker")]);
    system.apply().ends(0);
    let before = system.accounts();
    let both = super::directory(&[("ida", "London_booker, Stockholm_booker"), ("bo", "Stockholm_booker")]);
    let system = system.file(super::PEOPLE, &both);
    let plan = system.plan();
    assert_eq!(plan.changes.len(), 0, "the account stays as it is");
    assert!(report(&plan, "ida", Outcome::Blocked).message.contains("use Global_booker"));
    system.apply().ends(0);
    assert_eq!(system.accounts(), before);
}

/// London booker, London catering manager and Department A: catering manager in London.
#[test]
fn pa_23_a_catering_manager_at_home() {
    let rights = given("London_booker, London_catering_manager, Department_A");
    assert_eq!(rights, "department=A, localRole=booker@London, localRole=catering_manager@London");
}

/// Copenhagen booker, Global booker, London catering manager and Department A: the catering right is not granted,
/// because London is not the home location; the user is created anyway.
#[test]
fn pa_24_a_right_away_from_home_is_left_out() {
    let groups = "Copenhagen_booker, Global_booker, London_catering_manager, Department_A";
    let plan = office(&[("ida", groups)]).plan();
    assert_eq!(rights(&plan, "ida"), "department=A, globalRole=booker, localRole=booker@Copenhagen");
    assert_eq!(words(&plan, "ida")[0], "create");
    let dropped = &report(&plan, "ida", Outcome::Dropped).message;
    assert!(dropped.contains("catering_manager@London"), "{dropped}");
}

/// London booker, Global booker, London catering manager and Department A: the catering right is valid in London, and
/// booking is possible everywhere.
#[test]
fn pa_25_at_home_the_right_is_given_beside_the_global_one() {
    let rights = given("London_booker, Global_booker, London_catering_manager, Department_A");
    let all = "department=A, globalRole=booker, localRole=booker@London, localRole=catering_manager@London";
    assert_eq!(rights, all);
}

/// Every user needs a department. Without one the user is created with a warning that no booking can be completed; a
/// policy may block the user instead.
#[test]
fn pa_26_without_a_department_there_is_a_warning_or_no_account() {
    let system = office(&[("ida", "London_booker"), ("bo", "London_booker, Department_B")]);
    let plan = system.plan();
    assert_eq!(words(&plan, "ida"), ["create", "grant"]);
    assert!(report(&plan, "ida", Outcome::Warning).message.contains("no booking can be completed"));
    assert_eq!(plan.reported(Outcome::Warning), 1);
    let plan = system.edit(CONSTRAINTS, "otherwise: warn", "otherwise: block").plan();
    assert_eq!(words(&plan, "ida"), [""; 0]);
    assert!(report(&plan, "ida", Outcome::Blocked).message.contains("no booking can be completed"));
    assert_eq!(words(&plan, "bo"), ["create", "grant", "grant"]);
}

/// Department A and the secretary of Department A are different links, and VIP groups are independent of both.
#[test]
fn pa_27_department_secretary_and_vip_are_links_of_their_own() {
    let cases = [
        ("Department_A", "department=A"),
        ("Department_A_secretary", "secretaryDepartment=A"),
        ("VIP_A", "vipGroup=A"),
        ("Department_A, VIP_B", "department=A, vipGroup=B"),
        ("Department_B, Department_A_secretary, VIP_A", "department=B, secretaryDepartment=A, vipGroup=A"),
    ];
    let groups = cases.map(|(groups, _)| format!("London_booker, {groups}"));
    for (all, (_, rights)) in all_given(&groups).iter().zip(cases) {
        let others: Vec<&str> = all.split(", ").filter(|right| *right != "localRole=booker@London").collect();
        assert_eq!(others.join(", "), rights);
    }
}
