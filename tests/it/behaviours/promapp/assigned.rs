//! Which users are assigned, and with which role.

use super::{CANARY, LIFECYCLE, LINKS, PEOPLE, library};
use crate::support::system::{System, granted, report, words};
use rolewright::plan::Outcome;
use std::collections::BTreeSet;

/// Only users and groups that are assigned to the application are synchronised; of a group, its direct members.
#[test]
fn pm_01_only_who_is_assigned_is_synchronised() {
    let plan = library(&[
        ("ida", "department: Quality, appRoles: { Promapp: [Editor] }"),
        ("bo", "department: Quality, groups: [Readers]"),
        ("cy", "department: Quality"),
        ("di", "department: Quality, appRoles: { Other: [Editor] }"),
        ("ed", "department: Quality, groups: [Trainees]"),
        ("fay", "department: Quality, groups: [Promapp_Quality]"),
    ])
    .plan();
    let created: BTreeSet<&str> = plan.changes.iter().map(|change| change.subject.name.as_str()).collect();
    assert_eq!(created, BTreeSet::from(["bo@contoso.example", "ida@contoso.example"]));
    assert_eq!(granted(&plan, "bo"), BTreeSet::from(["role=Viewer".to_owned()]));
    assert_eq!(plan.without_account.out_of_scope, 4);
}

/// The account of a user who loses the assignment is deactivated.
#[test]
fn pm_01_who_is_no_longer_assigned_is_deactivated() {
    let system = library(&[
        ("ida", "department: Quality, appRoles: { Promapp: [Editor] }"),
        ("bo", "department: Quality, groups: [Readers]"),
    ]);
    system.apply().ends(0);
    let people = "department: Quality, appRoles: { Promapp: [Editor] }";
    let system = system.edit(PEOPLE, people, "department: Quality");
    assert_eq!(words(&system.plan(), "ida"), ["deactivate"]);
    assert_eq!(words(&system.plan(), "bo"), [""; 0]);
    system.apply().ends(0);
    assert!(!system.accounts()["ida@contoso.example"].active);
}

/// An assignment has a role of the application: any other role is an error, in the directory's data and in a policy.
#[test]
fn pm_02_an_assignment_has_a_role_of_the_application() {
    let system = library(&[("ida", "department: Quality, appRoles: { Promapp: [Editer] }")]);
    let refused = system.run(&["plan"]).ends(7);
    assert!(refused.stderr.contains("no role `Editer`; did you mean `Editor`?"), "{}", refused.stderr);
    let policy =
        System::of("promapp").edit(LINKS, "appRole: Editor", "appRole: Editer").planned().unwrap_err();
    assert!(policy.contains("no role `Editer`; did you mean `Editor`?"), "{policy}");
    assert!(policy.contains("linking-rules.yaml:6"), "{policy}");
    let both = library(&[("ida", "department: Quality, appRoles: { Promapp: [Editor, Viewer] }")]).plan();
    assert_eq!(granted(&both, "ida"), BTreeSet::from(["role=Editor", "role=Viewer"].map(str::to_owned)));
}

/// Users who have only "Default Access" are left out; a policy can include them.
#[test]
fn pm_03_default_access_alone_does_not_count() {
    let users = [
        ("ida", "department: Finance, appRoles: { Promapp: [Default Access] }"),
        ("bo", "department: Finance, appRoles: { Promapp: [Default Access, Viewer] }"),
    ];
    let plan = library(&users).plan();
    assert_eq!(words(&plan, "ida"), [""; 0]);
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
    let included = "- any: [{ group: { appRole: '*' } }, { group: { appRole: Default Access } }]";
    let plan = library(&users).edit(LIFECYCLE, "- group: { appRole: '*' }", included).plan();
    assert_eq!(words(&plan, "ida"), ["create"]);
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
}

/// One test user comes first: while the policy names one, every change for anybody else waits, also for leavers. When
/// the name is removed, the other changes are made.
#[test]
fn pm_04_a_test_user_goes_first() {
    let all = System::of("promapp").plan();
    let system = System::of("promapp").edit(LIFECYCLE, CANARY, CANARY.trim_start_matches("# "));
    let plan = system.plan();
    let subjects: BTreeSet<&str> = plan.changes.iter().map(|change| change.subject.name.as_str()).collect();
    assert_eq!(subjects, BTreeSet::from(["pilot@contoso.example"]));
    assert_eq!(words(&plan, "pilot"), ["create", "grant", "grant"]);
    for (name, waits) in
        [("benny", "create"), ("didrik", "deactivate"), ("kurt", "deactivate"), ("Hugo", "adopt")]
    {
        assert!(report(&plan, name, Outcome::OutsideCanary).message.contains(waits), "{name}");
    }
    system.apply().ends(0);
    let accounts = system.accounts();
    assert!(accounts.contains_key("pilot@contoso.example"));
    assert!(
        !accounts.contains_key("benny.fisk@contoso.example")
            && accounts["didrik.hede@contoso.example"].active
    );
    let system = system.edit(LIFECYCLE, CANARY.trim_start_matches("# "), "");
    assert_eq!(system.plan().changes.len(), all.changes.len() - 3, "all but the test user's");
    system.apply().ends(0);
    assert!(system.accounts().contains_key("benny.fisk@contoso.example"));
    assert_eq!(system.plan().changes.len(), 0);
}
