//! How many policies there may be, and how many of them are compared with each other.

use super::{set, sources};
use crate::support::world::{World, policies, today};
use rolewright::language::load;
use rolewright::lint::lint;
use rolewright::model::FileId;

#[test]
fn h16_more_policies_than_allowed_are_one_error() {
    let exclusions = |from: usize, many: usize| -> String {
        let one = |number| format!("{{ id: e{number}, when: {{ always: true }}, reason: x }}, ");
        let all: String = (from..from + many).map(one).collect();
        format!("--- {{ apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: [{all}] }}\n")
    };
    // Two attributes, a directory and an application count too.
    let enough = exclusions(0, 10_000) + &exclusions(10_000, 9_996);
    let files = |documents: &str| sources(vec![set("city", ""), documents.to_owned()]);
    assert_eq!(load(&files(&enough), today()).findings, []);
    let findings = load(&files(&(enough + &exclusions(20_000, 1))), today()).findings;
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!((finding.code, finding.labels[0].at.file), ("policy/too-many", FileId(1)));
}

/// Rules that shadow each other cannot be compared each with each: what was not looked at is told.
#[test]
fn h16_lint_ends_and_says_that_it_did_not_look_at_everything() {
    let rules: String = (0..2_000)
        .map(|at| format!("  - {{ id: r{at}, order: {at}, group: G, when: {{ user: city, equals: C{at} }}, grant: {{ role: r{at} }} }}\n"))
        .collect();
    let documents = format!(
        "---\napiVersion: rolewright/v1\nkind: LinkingRules\napplication: app\nprecedence: first\nrules:\n{rules}"
    );
    let sources = sources(vec![set("city", &documents)]);
    let checked = load(&sources, today());
    let set = checked.policies.unwrap_or_else(|| panic!("{:#?}", checked.findings));
    let codes: Vec<&str> = lint(&set, &sources, today()).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["lint/unfinished"]);
}

#[test]
fn h16_similar_names_are_looked_for_for_few_missing_groups() {
    let rules: String = (0..30)
        .map(|at| format!("  - {{ id: r{at}, group: Ownerz{at}, grant: {{ role: r{at} }} }}\n"))
        .collect();
    let documents =
        format!("---\napiVersion: rolewright/v1\nkind: LinkingRules\napplication: app\nrules:\n{rules}");
    let world = World { groups: vec!["Owners1".to_owned()], ..World::default() };
    let errors = world.plan_at(&policies(&set("city", &documents)), today()).unwrap_err().errors;
    let hinted = errors.iter().filter(|error| error.message.contains("did you mean")).count();
    assert_eq!((errors.len(), hinted), (30, 20));
}

/// Every split of a name is tried no more often than there is reason to.
#[test]
fn h16_a_name_with_countless_ways_to_fit_links_nothing() {
    let pattern = (0..12).map(|at| format!("{{c{at}}}_")).collect::<String>() + "END";
    let documents = format!(
        "---\napiVersion: rolewright/v1\nkind: LinkingRules\napplication: app\nrules:\n  - {{ id: r, group: {{ pattern: '{pattern}', optional: true }}, grant: {{ role: '{{c0}}' }} }}\n"
    );
    let world = World { groups: vec!["a_".repeat(60)], ..World::default() };
    let plan = world.plan_at(&policies(&set("city", &documents)), today()).unwrap();
    let codes: Vec<&str> = plan.findings.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&"data/ambiguous-name"), "{codes:?}");
}
