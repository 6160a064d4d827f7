//! What documents compile to, if that is not obvious from their text.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::workspaces::{cases, checked, workspace};
use rolewright::model::{Operation, SourceFile, SourceSet};
use rolewright::policy::{
    ApplicationPolicy, Authority, CaptureSet, Condition, GroupSelector, LimitedChange, PolicySet,
};
use serde_json::json;

fn example(name: &str) -> PolicySet {
    let checked = checked(&workspace(&cases().join(name)));
    checked.policies.unwrap_or_else(|| panic!("{:#?}", checked.findings))
}

fn only(set: &PolicySet) -> &ApplicationPolicy {
    assert_eq!(set.applications.len(), 1);
    &set.applications[0]
}

fn with_exclusion(when: &str) -> PolicySet {
    let text = format!(
        "{{ apiVersion: rolewright/v1, kind: Exclusions, application: crm, exclude: [{{ id: a, reason: x, when: {when} }}] }}"
    );
    let base = workspace(&cases().join("data-files-are-no-policies"));
    let mut files: Vec<SourceFile> = base.iter().map(|(_, file)| file.clone()).collect();
    files.push(SourceFile { path: "a.yaml".to_owned(), text });
    let checked = checked(&SourceSet::new(None, String::new(), files));
    checked.policies.unwrap_or_else(|| panic!("{:#?}", checked.findings))
}

fn limits(policy: &ApplicationPolicy) -> Vec<(LimitedChange, Option<u32>, u32, bool)> {
    let limits = policy.lifecycle.limits.iter();
    limits.map(|limit| (limit.change, limit.percent, limit.floor, limit.origin.is_some())).collect()
}

#[test]
fn two_limits_are_always_there_unless_replaced() {
    let revoke = LimitedChange::One(Operation::Revoke);
    let built_in = [(revoke, Some(10), 10, false), (LimitedChange::Removal, Some(5), 3, false)];
    assert_eq!(limits(only(&example("example-promapp"))), built_in);
    let replaced = [(revoke, Some(100), 0, true), (LimitedChange::Removal, Some(100), 0, true)];
    assert_eq!(limits(only(&example("example-bench"))), replaced);
}

#[test]
fn not_is_carried_down_to_the_tests() {
    let set = with_exclusion(
        "{ not: { any: [{ user: department, equals: Sales }, { not: { all: [{ account: active, equals: true }, { group: App_A }] } }] } }",
    );
    let Condition::All(parts) = &only(&set).exclusions[0].when else { panic!("not an `all`") };
    let [Condition::Test { negated: true, .. }, Condition::All(inner)] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert!(inner.iter().all(|part| matches!(part, Condition::Test { negated: false, .. })), "{inner:?}");
}

#[test]
fn operands_are_texts_and_ignore_ascii_case_where_told() {
    let set = with_exclusion("{ user: department, in: [Sales, IT], ignoreCase: true }");
    let when = serde_json::to_value(&only(&set).exclusions[0].when).unwrap();
    let texts = &when["test"]["test"]["attribute"][1]["oneOf"];
    assert_eq!(*texts, json!({ "texts": ["sales", "it"], "ignore_case": true }));
}

fn captures(policy: &ApplicationPolicy, rule: &str) -> Vec<(String, CaptureSet)> {
    let rule = policy.rules.iter().find(|known| known.id == rule).unwrap();
    let GroupSelector::Pattern(pattern) = &rule.group.as_ref().unwrap().selector else {
        panic!("no pattern")
    };
    pattern.captures.iter().map(|(name, set)| (name.clone(), set.clone())).collect()
}

fn closed(set: &CaptureSet) -> Vec<(&str, &str)> {
    let CaptureSet::Closed(entries) = set else { panic!("{set:?}") };
    entries.iter().map(|(text, value)| (text.as_str(), value.as_str())).collect()
}

#[test]
fn captures_take_what_their_entry_says_or_the_application_declares() {
    let set = example("example-pronestor");
    let local = captures(only(&set), "local-role");
    assert_eq!(local.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["localRole", "location"]);
    let places = [("London", "London"), ("Stockholm", "Stockholm"), ("Copenhagen", "Copenhagen")];
    assert_eq!(closed(&local[1].1), places);
    assert_eq!(closed(&captures(only(&set), "vip")[0].1), [("one", "A"), ("two", "B")]);
    let team = captures(only(&example("example-promapp")), "teams");
    assert!(matches!(team[0].1, CaptureSet::Open));
}

#[test]
fn lists_are_in_their_order() {
    let set = example("example-pronestor");
    let policy = only(&set);
    let ids: Vec<&str> = policy.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let constraints: Vec<&str> = policy.constraints.iter().map(|constraint| constraint.id.as_str()).collect();
    assert_eq!(constraints, ["guests", "has-department", "local-booker"]);
    assert!(policy.account_attributes.iter().map(|attribute| &attribute.name).is_sorted());
    assert!(policy.user_attributes.iter().map(|attribute| &attribute.name).is_sorted());
    assert!(policy.user_attributes.iter().any(|attribute| attribute.name == "accountEnabled"));
    assert!(policy.entitlements.iter().map(|entitlement| &entitlement.name).is_sorted());
}

#[test]
fn authority_comes_from_the_attribute_the_document_or_the_default() {
    let set = example("example-pronestor");
    let policy = only(&set);
    let of = |name: &str| {
        let mapped =
            policy.mapping.iter().find(|mapping| policy.account_attribute(mapping.attribute).name == name);
        mapped.map(|mapped| (mapped.authority, mapped.unique)).unwrap()
    };
    assert_eq!(of("mobile"), (Authority::Always, false));
    assert_eq!(of("email"), (Authority::OnCreate, false));
    assert_eq!(of("userName"), (Authority::OnCreate, true));
    let defaults: Vec<Authority> = policy.defaults.iter().map(|default| default.authority).collect();
    assert_eq!(defaults, [Authority::OnCreate, Authority::OnCreate, Authority::Always]);
}

#[test]
fn a_directory_reads_what_it_declares_by_its_own_names() {
    let set = example("example-of-two-applications");
    let sources = |name: &str| -> Vec<(String, String)> {
        let directory = set.directories.iter().find(|directory| directory.name == name).unwrap();
        directory
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), attribute.source.clone()))
            .collect()
    };
    assert!(sources("partners").contains(&("costCentre".to_owned(), "cost".to_owned())));
    assert!(sources("contoso").iter().all(|(name, _)| name != "costCentre"));
    let store = set.applications.iter().find(|application| application.name == "store").unwrap();
    assert_eq!((store.link.name.as_str(), store.link.case_exact), ("person", true));
    assert!(
        store.account_attributes.iter().all(|attribute| attribute.name != "person"),
        "the link is left out"
    );
    assert!(
        store.exclusions.iter().any(|exclusion| exclusion.id == "service-accounts"),
        "`*` is in each application"
    );
}

#[test]
fn every_rule_knows_its_line() {
    let set = example("example-dstny");
    let policy = only(&set);
    let lines = [
        policy.exclusions[0].origin.line,
        policy.lifecycle.deleted.origin.line,
        policy.lifecycle.protect[1].origin.line,
    ];
    let text = std::include_str!("../cases/policy/example-dstny/base.yaml");
    let at = |words: &str| 1 + text.lines().position(|line| line.contains(words)).unwrap() as u32;
    assert_eq!(lines, [at("id: non-ad-sync"), at("deleted: delete"), at("id: no-email")]);
}
