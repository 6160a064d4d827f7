//! Directory groups and the rights that they are linked to.

use super::{CONSTRAINTS, DIRECTORY, HEADQUARTERS, LINKS, PEOPLE, directory, office, rights};
use crate::support::system::{System, changes, report, words};
use rolewright::plan::Outcome;

/// Rules that link no group.
const NO_LINKS: &str = "apiVersion: rolewright/v1\nkind: LinkingRules\napplication: pronestor\nrules: []\n";

/// With an empty prefix all groups are read; with a prefix only groups whose names begin with it, and the others are
/// ignored.
#[test]
fn pa_08_only_groups_with_the_prefix_are_read() {
    let groups = "London_booker, Department_A, Paris_booker";
    let all = office(&[("ida", groups)]).plan();
    assert_eq!((all.seen.groups, all.findings.len()), (25, 1), "`Paris_booker` is thought to be mistyped");
    let linked = ["Global_", "London_", "Stockholm_", "Copenhagen_", "Department_", "VIP_", "Administrator"];
    let prefixed = linked.iter().fold(directory(&[]), |text, name| {
        text.replace(&format!("name: {name}"), &format!("name: PN_{name}"))
    });
    let ida = super::person("ida", "PN_London_booker, PN_Department_A, Paris_booker");
    let links = include_str!("../../../../policies/pronestor/linking-rules.yaml");
    let links =
        links.replace("pattern: '", "pattern: 'PN_").replace("group: ", "group: PN_").replace("PN_{ ", "{ ");
    let system = office(&[]).file(PEOPLE, &format!("{prefixed}{ida}")).file(LINKS, &links);
    let plan = system.edit(DIRECTORY, "prefix: ''", "prefix: PN_").plan();
    assert_eq!((plan.seen.groups, plan.findings.len()), (23, 0));
    assert_eq!(rights(&plan, "ida"), "department=A, localRole=booker@London");
}

/// A link to a group outside the prefix is an error that names the group and its line.
#[test]
fn pa_08_a_link_outside_the_prefix_is_an_error() {
    let system = System::of("pronestor").edit(DIRECTORY, "prefix: ''", "prefix: London_");
    let refused = system.run(&["validate"]).ends(1).stdout;
    for group in ["Global_catering_manger", "Administrator", "Department_{department}"] {
        assert!(refused.contains(&format!("the group `{group}` is never read")), "{refused}");
    }
    assert!(refused.contains("linking-rules.yaml:16"), "{refused}");
    assert!(!refused.contains("`{location}_{localRole}`"), "it may begin so: {refused}");
}

/// Any right can be linked to any group, a security group or a mail-enabled one: names and organisational units are
/// free.
#[test]
fn pa_13_names_and_organisational_units_are_free() {
    let accesses = [
        ("{ localRole: booker, location: London }", "localRole=booker@London"),
        ("{ localRole: secretary, location: London }", "localRole=secretary@London"),
        ("{ localRole: facility_manager, location: London }", "localRole=facility_manager@London"),
        ("{ localRole: catering_manager, location: London }", "localRole=catering_manager@London"),
        ("{ department: A }", "department=A"),
        ("{ secretaryDepartment: B }", "secretaryDepartment=B"),
        ("{ vipGroup: B }", "vipGroup=B"),
        ("{ administration: Administrator }", "administration=Administrator"),
    ];
    let (mut groups, mut rules, mut names) = (String::new(), String::new(), Vec::new());
    for (place, (grant, _)) in accesses.iter().enumerate() {
        let name = format!("Møderum & kaffe {place} (alle)");
        groups += &format!(
            "  - {{ id: g-{place}, name: '{name}', distinguishedName: 'CN={place},OU=Hvor som helst' }}\n"
        );
        rules += &format!("  - {{ id: rule-{place}, group: '{name}', grant: {grant} }}\n");
        names.push(format!("'{name}'"));
    }
    let people = format!("groups:\n{groups}users:\n{}", super::person("ida", &names.join(", ")));
    let rules = format!("{}rules:\n{rules}", NO_LINKS.trim_end_matches("rules: []\n"));
    let system = office(&[]).file(PEOPLE, &people).file(LINKS, &rules);
    let plan =
        system.edit(DIRECTORY, "under: 'OU=Pronestor,OU=Groups,DC=contoso,DC=example'", "under: '*'").plan();
    let mut all = accesses.map(|(_, right)| right);
    all.sort_unstable();
    assert_eq!(rights(&plan, "ida"), all.join(", "));
}

/// Linking needs the existing groups: a link to a group that was not read is an error with the most similar name, and a
/// group that nearly matches a pattern is reported. `groups` lists all groups, linked and unlinked.
#[test]
fn pa_28_links_are_checked_against_the_groups_that_were_read() {
    let right = HEADQUARTERS.replace("Global_catering_manger", "Global_catering_manager");
    let missing = System::of("pronestor").file(PEOPLE, &right).planned().unwrap_err();
    assert!(missing.contains("no group `Global_catering_manger`"), "{missing}");
    assert!(missing.contains("did you mean `Global_catering_manager`?"), "{missing}");
    assert!(missing.contains("linking-rules.yaml:16"), "{missing}");
    let unlinked = "  - id: global-catering # so spelt in this directory\n    group: Global_catering_manger\n    \
                    grant: { globalRole: catering_manager }\n";
    let plan = System::of("pronestor").edit(LINKS, unlinked, "").plan();
    let nearly: Vec<&str> = plan.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(
        nearly
            .iter()
            .any(|message| message.contains("`Global_catering_manger` fits `Global_{globalRole}` but for"))
    );
    assert!(
        nearly.iter().any(|message| message.contains("`Paris_booker` fits `{location}_{localRole}` but for"))
    );
    assert!(!nearly.iter().any(|message| message.contains("Canteen")));
    let listed = System::of("pronestor").run(&["groups", "--directory", "headquarters"]).ends(0).stdout;
    let (unlinked, linked) = listed.split_once("\n  Linked\n").unwrap();
    assert!(unlinked.starts_with("headquarters: 24 groups (any name, under `OU=Pronestor,"), "{unlinked}");
    assert!(unlinked.contains("22 linked, 2 not linked"), "{unlinked}");
    assert!(unlinked.contains("\n    Canteen  2a3b4c5d-0024-4b6c-9d0e-1f2a3b4c5d24  "), "{unlinked}");
    assert!(unlinked.contains("`Paris_booker` fits `{location}_{localRole}` but for"), "{unlinked}");
    assert!(!listed.contains("Stockholm_facility_manager"), "it lies elsewhere: {listed}");
    let administrator = linked.split("    Administrator  ").nth(1).unwrap();
    let rule = administrator.lines().nth(1).unwrap();
    assert!(rule.contains("linking-rules.yaml:19: `administrator` of pronestor, by its name"), "{rule}");
}

/// A link names a right that this installation has: any other is an error, and a right that the application turns out
/// not to have is reported and not granted. Several groups may be linked to one right.
#[test]
fn pa_29_only_accesses_of_this_installation_can_be_linked() {
    let system =
        System::of("pronestor").edit(LINKS, "{ globalRole: catering_manager }", "{ globalRole: caterer }");
    let refused = system.run(&["validate"]).ends(1).stdout;
    assert!(refused.contains("`caterer`") && refused.contains("linking-rules.yaml:17"), "{refused}");
    let lacking = office(&[("ida", "London_booker, VIP_A, Department_A")]);
    let plan = lacking.edit("pronestor/start.yaml", "  vipGroup: [A, B]\n", "  vipGroup: [B]\n").plan();
    assert_eq!(rights(&plan, "ida"), "department=A, localRole=booker@London");
    assert!(
        plan.findings.iter().any(|finding| finding.message.contains("vipGroup=A")),
        "{:?}",
        plan.findings
    );
}

/// Several groups may be linked to one right: it is granted once, with every group as a reason, and kept while one of
/// them remains.
#[test]
fn pa_29_several_groups_may_open_one_access() {
    let rule = "rules:\n  - { id: canteen, group: Canteen, grant: { department: A } }\n";
    let people = |groups: &str| directory(&[("ida", &format!("London_booker, {groups}"))]);
    let links = include_str!("../../../../policies/pronestor/linking-rules.yaml");
    let system = office(&[])
        .file(LINKS, &links.replace("rules:\n", rule))
        .file(PEOPLE, &people("Canteen, Department_A"));
    let plan = system.plan();
    assert_eq!(rights(&plan, "ida"), "department=A, localRole=booker@London");
    let given = changes(&plan, "ida");
    let department =
        given.iter().find(|change| change.right().is_some_and(|right| right.value == "A")).unwrap();
    let reasons: Vec<&str> = department.reasons.iter().map(|reason| reason.because.as_str()).collect();
    assert_eq!(reasons.len(), 2);
    assert!(
        reasons.iter().any(|reason| reason.contains("`Canteen`"))
            && reasons.iter().any(|reason| reason.contains("`Department_A`"))
    );
    system.apply().ends(0);
    let system = system.file(PEOPLE, &people("Canteen"));
    assert_eq!(system.plan().changes.len(), 0);
    let system = system.file(PEOPLE, &people("VIP_A"));
    assert_eq!(words(&system.plan(), "ida"), ["revoke", "grant"]);
}

/// The first import only reads: nobody gets an account until groups are linked and the next import runs.
#[test]
fn pa_30_nobody_appears_until_groups_are_linked() {
    let system = office(&[("ida", "London_booker, Department_A")]).file(LINKS, NO_LINKS);
    let plan = system.plan();
    assert_eq!((plan.seen.users, plan.seen.groups, plan.changes.len()), (1, 25, 0));
    system.apply().ends(0);
    assert!(!system.has_store(), "nobody is in it");
    let links = include_str!("../../../../policies/pronestor/linking-rules.yaml");
    let system = system.file(LINKS, links);
    system.apply().ends(0);
    assert_eq!(system.accounts()["ida"].grants.len(), 2);
}

/// Links can change later; the next run evaluates all users again.
#[test]
fn pa_31_a_changed_link_counts_for_everybody_in_the_next_run() {
    let people = [
        ("ida", "London_booker, Department_A"),
        ("bo", "Stockholm_booker, Department_A"),
        ("cy", "London_booker"),
    ];
    let system = office(&people);
    system.apply().ends(0);
    assert_eq!(system.plan().changes.len(), 0);
    let system =
        system.edit(LINKS, "grant: { department: '{department}' }", "grant: { vipGroup: '{department}' }");
    let plan = system.plan();
    for name in ["ida", "bo"] {
        assert_eq!(words(&plan, name), ["revoke", "grant"]);
        assert_eq!(rights(&plan, name), "vipGroup=A");
    }
    assert_eq!(words(&plan, "cy"), [""; 0]);
    system.apply().ends(0);
    assert!(system.accounts()["bo"].grants.contains("vipGroup=A"));
    assert!(!system.accounts()["bo"].grants.contains("department=A"));
    let warned = report(&system.plan(), "bo", Outcome::Warning).message.clone();
    assert!(warned.contains("department"), "so does what a constraint makes of it ({CONSTRAINTS})");
}
