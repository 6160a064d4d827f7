//! Behaviours of Pronestor's import from an on-premises Active Directory, with the worked policies.

use super::pronestor::{APPLICATION, DIRECTORY, LINKS, PEOPLE, directory, office, rights};
use crate::support::system::{System, text, words, written};

const ONLY_OUR_UNIT: &str = "under: 'OU=Pronestor,OU=Groups,DC=contoso,DC=example'";

/// Users come from Active Directory and are kept up to date through its groups: a new member gets rights, a former
/// member loses them, and a changed record is written.
#[test]
fn pd_01_users_are_imported_and_kept_up_through_groups() {
    let system = office(&[("ida", "London_booker, Department_A"), ("bo", "")]);
    system.apply().ends(0);
    let people = directory(&[("ida", "London_booker, Department_B"), ("bo", "Stockholm_booker")]);
    let system = system
        .file(PEOPLE, &people.replace("givenName: ida, surname: Lund", "givenName: ida, surname: Krog"));
    let plan = system.plan();
    assert_eq!(words(&plan, "ida"), ["revoke", "update", "grant"]);
    assert_eq!(written(&plan, "ida", "familyName"), Some((text("Lund"), text("Krog"))));
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
    let system = system.file(PEOPLE, &directory(&[("bo", "Stockholm_booker")]));
    assert_eq!(words(&system.plan(), "ida"), ["deactivate", "revoke", "revoke"], "gone from the directory");
    system.apply().ends(0);
    let accounts = system.accounts();
    assert!(!accounts["ida"].active && accounts["ida"].grants.is_empty());
    assert!(accounts["bo"].active);
}

/// Several imports are allowed: two directories of the same kind feed one installation.
#[test]
fn pd_01_two_active_directories_feed_one_installation() {
    let second = "\n---\napiVersion: rolewright/v1\nkind: Directory\nname: factory\n\
                  file: { people: directories/factory-people.yaml }\nlabels: { exchange: contoso-online }\n";
    let factory = directory(&[("otto", "Copenhagen_booker, Department_B")]);
    let named = "{ name: Global_catering_manger, directory: headquarters }";
    let system = office(&[("ida", "London_booker, Department_A")])
        .edit(DIRECTORY, "\nlabels:", "\nnestedGroups: true\nlabels:")
        .edit(APPLICATION, "[{ name: headquarters }]", "[{ name: headquarters }, { name: factory }]")
        .edit(LINKS, "group: Global_catering_manger", &format!("group: {named}"))
        .edit(LINKS, "group: Administrator", "group: { name: Administrator, directory: headquarters }")
        .file("directories/factory.yaml", second.trim_start_matches("\n---\n"))
        .file("directories/factory-people.yaml", &factory.replace("2a3b4c5d-", "4d5e6f70-"));
    let plan = system.plan();
    assert_eq!(rights(&plan, "ida"), "department=A, localRole=booker@London");
    assert_eq!(rights(&plan, "otto"), "department=B, localRole=booker@Copenhagen");
}

/// The relative path `*` is valid and means everything: groups of every organisational unit count.
#[test]
fn pd_02_an_asterisk_is_every_organisational_unit() {
    let people = [("ida", "Stockholm_booker, Stockholm_facility_manager")];
    let ours = office(&people).plan();
    assert_eq!(rights(&ours, "ida"), "localRole=booker@Stockholm", "the other group is elsewhere");
    let both = "localRole=booker@Stockholm, localRole=facility_manager@Stockholm";
    let all = office(&people).edit(DIRECTORY, ONLY_OUR_UNIT, "under: '*'");
    all.run(&["validate"]).ends(0);
    assert_eq!(rights(&all.plan(), "ida"), both);
    let left_out = office(&people).edit(DIRECTORY, &format!(", {ONLY_OUR_UNIT}"), "");
    assert_eq!(rights(&left_out.plan(), "ida"), both);
    // A single rule may be limited to one unit.
    let pattern = "{ pattern: '{location}_{localRole}' }";
    let old = "{ pattern: '{location}_{localRole}', under: 'OU=Old,OU=Groups,DC=contoso,DC=example' }";
    let rule = office(&people).edit(DIRECTORY, ONLY_OUR_UNIT, "under: '*'").edit(LINKS, pattern, old);
    assert_eq!(rule.plan().changes.len(), 0, "the booker group is not in it");
    let everything = "{ pattern: '{location}_{localRole}', under: '*' }";
    let rule = office(&people).edit(DIRECTORY, ONLY_OUR_UNIT, "under: '*'").edit(LINKS, pattern, everything);
    assert_eq!(rights(&rule.plan(), "ida"), both);
}

/// The first import can be started by a script or by hand: it is one command without questions, and its exit code gives
/// the result.
#[test]
fn pd_05_the_first_import_is_a_command_that_asks_nothing() {
    let system = office(&[("ida", "London_booker, Department_A")]);
    system.run(&["plan", "--detailed-exitcode"]).ends(2);
    let applied = system.apply().ends(0).stdout;
    assert!(applied.contains("Applied: 1 create, 2 grant."), "{applied}");
    system.run(&["plan", "--detailed-exitcode"]).ends(0);
    // From a script: all settings are variables, and there is no terminal.
    let script = office(&[("ida", "London_booker, Department_A")])
        .secret("ROLEWRIGHT_APPLICATION", "pronestor")
        .secret("ROLEWRIGHT_WORKSPACE", "policies");
    script.commit();
    script.run(&["apply"]).ends(0);
    assert_eq!(script.accounts(), system.accounts());
}

/// After the first import nobody gets access until groups are linked; after linking, the next import creates the
/// accounts.
#[test]
fn pd_07_nobody_enters_until_groups_are_linked() {
    let nothing = "apiVersion: rolewright/v1\nkind: LinkingRules\napplication: pronestor\nrules: []\n";
    let people = [("ida", "London_booker, Department_A"), ("bo", "Copenhagen_booker")];
    let system = office(&people).file(LINKS, nothing);
    system.apply().ends(0);
    assert_eq!((system.plan().seen.users, system.accounts().len()), (2, 0));
    let one =
        "rules:\n  - { id: london, group: London_booker, grant: { localRole: booker, location: London } }\n";
    let system = system.file(LINKS, &nothing.replace("rules: []\n", one));
    assert_eq!(system.accounts().len(), 0, "linking alone lets nobody in");
    system.apply().ends(0);
    assert_eq!(system.accounts().into_keys().collect::<Vec<_>>(), ["ida"]);
}

/// An installation without departments or VIP groups has no rights of these types: nothing requires them, and a rule
/// that grants one is refused.
#[test]
fn pd_08_an_installation_without_departments_has_no_such_access() {
    const FOLDER: &str = "pronestor-one-location";
    let (application, links) = (format!("{FOLDER}/application.yaml"), format!("{FOLDER}/linking-rules.yaml"));
    let shipped = include_str!("../../../policies/pronestor-one-location/application.yaml");
    let head = shipped.split_once("  department:").unwrap().0;
    let without = |system: System| system.file(&application, head);
    let refused = without(System::of(FOLDER)).run(&["validate"]).ends(1).stdout;
    for access in ["department", "secretaryDepartment", "vipGroup"] {
        assert!(refused.contains(&format!("`{access}`")), "{refused}");
    }
    let rules = include_str!("../../../policies/pronestor-one-location/linking-rules.yaml");
    let constraints = include_str!("../../../policies/pronestor-one-location/constraints.yaml");
    let start = include_str!("../../../policies/pronestor-one-location/start.yaml");
    let system = without(System::of(FOLDER))
        .file(&links, rules.split_once("  - id: department").unwrap().0)
        .file(&format!("{FOLDER}/constraints.yaml"), constraints.split_once("  # `otherwise").unwrap().0)
        .file(&format!("{FOLDER}/start.yaml"), start.split_once("  department:").unwrap().0);
    system.run(&["validate"]).ends(0);
    let plan = system.plan();
    assert_eq!(rights(&plan, "bent"), "localRole=booker, localRole=catering_manager");
    let types =
        plan.changes.iter().filter_map(|change| change.right()).map(|right| right.entitlement.as_str());
    let types: std::collections::BTreeSet<&str> = types.collect();
    assert_eq!(types.into_iter().collect::<Vec<_>>(), ["administration", "localRole"]);
}
