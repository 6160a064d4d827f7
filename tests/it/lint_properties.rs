//! Small random policies: what lint says about them is true for every possible user.
//!
//! Conditions test a few values of two attributes, and two groups, so that one directory can contain every kind of user
//! that they distinguish.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rolewright::desired::{DesiredState, Ending};
use rolewright::language::load;
use rolewright::lint::lint;
use rolewright::model::Finding;
use rolewright::model::{AttributeType, Date, Digest, Field, SourceFile, SourceSet};
use rolewright::plan::{Evaluation, Inputs, Outcome, Plan};
use rolewright::policy::{ApplicationPolicy, PolicySet};
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord,
};
use std::collections::BTreeMap;

const DEPARTMENTS: [&str; 10] = ["", "A", "B", "a", "b", "AB", "Ab", "ab", "Example", "EXAMPLE"];
const ENABLED: [&str; 3] = ["", "true", "false"];
const GROUPS: [&str; 2] = ["G1", "H1"];

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

/// A test of users only.
fn test() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(&[
            "user: department, equals: A", "user: department, equals: B", "user: department, in: [A, B]",
            "user: department, present: true", "user: department, present: false", "user: department, includes: A",
            "user: department, equals: A, ignoreCase: true", "user: department, matches: 'A|B'",
            "user: department, matches: '[Aa]B?'", "user: department, includes: b, ignoreCase: true",
        ][..]),
        2 => prop::sample::select(&["user: accountEnabled, equals: true", "user: accountEnabled, equals: false",
            "user: accountEnabled, present: false"][..]),
        4 => prop::sample::select(&["group: G1", "group: H1", "group: { pattern: '{x}1' }", "group: { pattern: 'g{x}' }"][..]),
        1 => prop::sample::select(&["until: '2026-01-31'", "until: '2027-01-31'", "always: true"][..]),
    ]
    .prop_map(|test| format!("{{ {test} }}"))
}

/// A test that may also be about grants, or the account.
fn asking(more: &'static [&'static str]) -> BoxedStrategy<String> {
    if more.is_empty() {
        return test().boxed();
    }
    prop_oneof![2 => test(), 1 => prop::sample::select(more).prop_map(|test| format!("{{ {test} }}"))].boxed()
}

fn condition(more: &'static [&'static str]) -> impl Strategy<Value = String> {
    asking(more).prop_recursive(3, 12, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..=3).prop_map(|parts| parts.join(", "));
        prop_oneof![
            parts.clone().prop_map(|parts| format!("{{ all: [{parts}] }}")),
            parts.prop_map(|parts| format!("{{ any: [{parts}] }}")),
            inner.prop_map(|inner| format!("{{ not: {inner} }}")),
        ]
    })
}

const GRANTS: &[&str] =
    &["grant: { role: A }", "grant: { role: B }", "anyGrant: true", "grant: { team: '*' }"];
const ACCOUNTS: &[&str] =
    &["account: active, equals: true", "account: active, equals: false", "accountGroup: Kept"];

fn rule() -> impl Strategy<Value = String> {
    let group = prop::sample::select(&["group: G1, ", "group: H1, ", "group: { pattern: '{x}1' }, ", ""][..]);
    let grant = prop::sample::select(&["role: A", "role: B", "role: A, team: t", "team: t"][..]);
    (group, condition(&[]), any::<bool>(), grant, 0..3_u32).prop_map(|(group, when, asks, grant, order)| {
        let when = if asks || group.is_empty() { format!("when: {when}, ") } else { String::new() };
        format!("{group}{when}ORDER{order} grant: {{ {grant} }}")
    })
}

fn constraint() -> impl Strategy<Value = String> {
    let counted = prop::sample::select(
        &[
            "grants: { role: A }, atLeast: 1, otherwise: skip",
            "grants: { role: '*' }, atLeast: 2, otherwise: block",
            "grants: { role: '*' }, atMost: 1, otherwise: block",
            "grants: { role: B }, atMost: 0, otherwise: drop",
            "grants: { team: t }, atMost: 0, otherwise: drop",
            "grants: { role: A }, atMost: 0, otherwise: block",
            "grants: { role: '*' }, atLeast: 1, otherwise: warn",
        ][..],
    );
    let required = (condition(GRANTS), prop::sample::select(&["skip", "block", "warn"][..]))
        .prop_map(|(require, otherwise)| format!("require: {require}, otherwise: {otherwise}"));
    let tested = prop_oneof![counted.prop_map(str::to_owned), required];
    (prop::option::weighted(0.3, condition(GRANTS)), tested).prop_map(|(when, tested)| {
        let when = when.map_or(String::new(), |when| format!("when: {when}, "));
        format!("{when}{tested}")
    })
}

/// A document with a numbered list of rules; empty if there are none.
fn document(kind: &str, key: &str, head: &str, rules: &[String]) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let list: String =
        rules.iter().enumerate().map(|(at, rule)| format!("  - {{ id: {key}{at}, {rule} }}\n")).collect();
    format!("---\napiVersion: rolewright/v1\nkind: {kind}\napplication: app\n{head}{key}:\n{list}")
}

fn policies() -> impl Strategy<Value = String> {
    let exclusion = condition(ACCOUNTS).prop_map(|when| format!("when: {when}, reason: x"));
    (
        prop::collection::vec(rule(), 0..4),
        any::<bool>(),
        prop::collection::vec(constraint(), 0..4),
        prop::collection::vec(exclusion, 0..2),
        condition(GRANTS),
        prop::option::weighted(0.3, condition(GRANTS)),
        prop::option::weighted(0.3, condition(GRANTS)),
    )
        .prop_map(|(rules, first, constraints, exclusions, scope, create, canary)| {
            let head = if first { "precedence: first\n" } else { "" };
            let ordered = |rule: &String| {
                (0..3).fold(rule.clone(), |rule, order| {
                    let key = if first { format!("order: {order},") } else { String::new() };
                    rule.replace(&format!("ORDER{order}"), &key)
                })
            };
            let rules: Vec<String> = rules.iter().map(ordered).collect();
            let key = |name: &str, condition: Option<String>| {
                condition.map_or(String::new(), |condition| format!("{name}: {condition}\n"))
            };
            let (create, canary) = (key("create", create), key("canary", canary));
            let rules = document("LinkingRules", "rules", head, &rules);
            let constraints = document("Constraints", "constraints", "", &constraints);
            let exclusions = document("Exclusions", "exclude", "", &exclusions);
            format!("{BASE}scope: {scope}\n{create}{canary}{rules}{constraints}{exclusions}")
        })
}

const BASE: &str = "\
--- { apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }
--- { apiVersion: rolewright/v1, kind: Directory, name: people, file: { people: people.yaml } }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: app.db }
directories: [{ name: people }]
entitlements: { role: { values: [A, B] }, team: {} }
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [userName]
attributes: { userName: mailNickname }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
deleted: deactivate
outOfScope: deactivate
disabled: provision
";

/// Every possible user: by id, the properties that distinguish the user.
struct Everybody {
    directory: Complete<DirectorySnapshot>,
    application: Complete<ApplicationSnapshot>,
    ids: Vec<String>,
}

static EVERYBODY: std::sync::LazyLock<Everybody> = std::sync::LazyLock::new(everybody);

fn id(department: &str, enabled: &str, groups: &[&str], account: bool) -> String {
    format!("{department}|{enabled}|{}|{account}", groups.join("+"))
}

fn everybody() -> Everybody {
    let kinds = [
        ("accountEnabled".to_owned(), AttributeType::Boolean),
        ("department".to_owned(), AttributeType::Text),
        ("mailNickname".to_owned(), AttributeType::Text),
    ];
    let mut directory = DirectoryBuilder::new("people", &kinds);
    let mut application =
        ApplicationBuilder::new("app", Capabilities { write: true, delete: true }, &["userName".to_owned()]);
    let (mut ids, mut members) = (Vec::new(), Vec::new());
    for number in 0..DEPARTMENTS.len() * ENABLED.len() * 4 * 2 {
        let (department, rest) = (DEPARTMENTS[number % DEPARTMENTS.len()], number / DEPARTMENTS.len());
        let (enabled, rest) = (ENABLED[rest % 3], rest / 3);
        let inside: Vec<&str> = (0..2).filter(|at| rest >> at & 1 == 1).map(|at| GROUPS[at]).collect();
        let account = rest >> 2 & 1 == 1;
        let id = id(department, enabled, &inside, account);
        let enabled = if enabled.is_empty() { Field::Empty } else { Field::Boolean(enabled == "true") };
        directory.user(&id, &[enabled, Field::text(department), Field::text(id.as_str())]).unwrap();
        members.extend(inside.into_iter().map(|group| (group, id.clone())));
        if account {
            application.account(&id, Some(&id), Some(true), &[Field::text(id.as_str())]).unwrap();
        }
        ids.push(id);
    }
    for group in GROUPS {
        directory.group(group, GroupRecord { name: group.to_owned(), ..GroupRecord::default() }).unwrap();
    }
    for (group, member) in &members {
        directory.member(group, member).unwrap();
    }
    application.group("kept", "Kept", []).unwrap();
    Everybody { directory: directory.finish().unwrap(), application: application.finish().unwrap(), ids }
}

/// The evaluation of every possible user.
struct Truth<'a> {
    desired: &'a DesiredState<'a>,
    plan: Plan,
}

impl Truth<'_> {
    fn users(&self) -> std::ops::Range<u32> {
        0..self.desired.population.len()
    }

    fn fits(&self, rule: &str, user: u32) -> bool {
        let (population, catalogue) = (&self.desired.population, &self.desired.catalogue);
        self.desired
            .sources
            .iter()
            .any(|source| source.rule.id == rule && source.reaches(population, catalogue, user))
    }

    fn winner(&self, user: u32) -> Option<&str> {
        self.desired.winners.winner(user).map(|place| self.desired.sources[place].rule.id.as_str())
    }

    fn excluded(&self, user: u32) -> Option<&str> {
        let id = self.desired.population.id(user).1;
        let mut reports = self.plan.reports.iter().filter(|report| report.outcome == Outcome::Excluded);
        let report = reports.find(|report| report.subject.user.as_deref() == Some(id))?;
        Some(&self.plan.rule(report.rule?).id)
    }

    fn stopped(&self, user: u32) -> bool {
        self.desired.ending(user).is_some()
    }

    fn changed(&self, user: u32) -> bool {
        let id = self.desired.population.id(user).1;
        self.plan.changes.iter().any(|change| change.subject.user.as_deref() == Some(id))
    }

    /// Whether a user gets a right from a rule, even if constraints dropped it.
    fn keeps(&self, rule: &str, user: u32) -> bool {
        let given = self.desired.sources.iter().filter(|source| source.rule.id == rule);
        given.flat_map(|source| &source.rights).any(|right| self.desired.rights.of(user).contains(right))
    }
}

/// The first name in backticks after some words.
fn named<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.split_once(before)?.1.split('`').next()
}

/// Asserts what a finding says, for every possible user.
fn claim(truth: &Truth<'_>, policy: &ApplicationPolicy, message: &str) {
    let all = |holds: &dyn Fn(u32) -> bool| {
        let wrong: Vec<&str> = truth
            .users()
            .filter(|user| !holds(*user))
            .map(|user| truth.desired.population.id(user).1)
            .collect();
        assert!(wrong.is_empty(), "{message}\nbut: {wrong:?}");
    };
    let desired = truth.desired;
    let said = message.split("; for example").next().unwrap();
    if let Some(rule) = named(said, "the rule `") {
        match () {
            () if said.contains("fits nobody") => all(&|user| !truth.fits(rule, user)),
            () if said.contains("fits only users") => {
                all(&|user| !truth.fits(rule, user) || !desired.in_scope(user));
            }
            () if said.contains("everybody whom") => {
                all(&|user| !truth.fits(rule, user) || truth.stopped(user));
            }
            () if said.contains("nobody whom") => {
                all(&|user| !truth.fits(rule, user) || !desired.in_scope(user) || truth.stopped(user));
            }
            () if said.contains("is dropped by") => {
                all(&|user| !truth.keeps(rule, user) || truth.stopped(user))
            }
            () => {
                assert!(said.contains("never wins"), "{said}");
                all(&|user| truth.winner(user) != Some(rule));
            }
        }
    } else if let Some(rule) = named(said, "the exclusion `") {
        let has_account = |user| desired.population.id(user).1.ends_with("|true");
        match () {
            () if said.contains("excludes nobody") => all(&|user| truth.excluded(user) != Some(rule)),
            () if said.contains("everybody in scope") => {
                all(&|user| !desired.in_scope(user) || truth.excluded(user).is_some());
            }
            () if said.contains("who has an account") => {
                all(&|user| !has_account(user) || truth.excluded(user).is_some());
            }
            () => all(&|user| truth.excluded(user).is_some()),
        }
    } else if said.contains("in scope is") || said.contains("nobody in scope who") {
        all(&|user| !desired.in_scope(user) || truth.stopped(user));
    } else if said.starts_with("everybody is") {
        all(&|user| truth.stopped(user));
    } else if said.contains("can be in scope") {
        all(&|user| !desired.in_scope(user));
    } else if said.contains("`canary`") {
        all(&|user| !truth.changed(user));
    } else if said.contains("`create`") {
        all(&|user| !desired.in_scope(user) || !desired.creates(user));
    } else if let Some(first) = named(said, "nobody gets through both `") {
        let asks_everybody =
            policy.constraints.iter().any(|constraint| constraint.id == first && constraint.when.is_none());
        let second = named(said, "` and `").unwrap();
        let both = asks_everybody
            && policy
                .constraints
                .iter()
                .any(|constraint| constraint.id == second && constraint.when.is_none());
        all(&|user| !both || truth.stopped(user));
    }
}

/// The user that a finding describes, among all possible ones.
fn witness(message: &str) -> Option<(String, &str)> {
    let told = message.split_once("; for example, ")?.1;
    let end = [" is ", " fits it", " gets ", " loses ", " waits"]
        .iter()
        .filter_map(|words| told.find(words))
        .min()?;
    let (who, becomes) = told.split_at(end);
    let quoted: Vec<&str> = who.split('`').skip(1).step_by(2).collect();
    let mut groups: Vec<&str> = quoted.iter().copied().filter(|text| GROUPS.contains(text)).collect();
    // A made-up name that matches a pattern counts like the group itself.
    if quoted.iter().any(|text| !GROUPS.contains(text) && (text.contains("example") || *text == "Group 1")) {
        return None;
    }
    groups.sort_unstable();
    let value = |name: &str| {
        let place = quoted.iter().position(|text| *text == name)?;
        let with = who.split(" without ").next().unwrap().contains(&format!("`{name}`"));
        Some(if with { quoted[place + 1] } else { "" })
    };
    let department = value("department").unwrap_or("");
    // The parts of a condition may together require a value that no user here has.
    DEPARTMENTS.contains(&department).then_some(())?;
    let enabled = value("accountEnabled").unwrap_or("true");
    let account = who.contains("who has an account");
    Some((id(department, enabled, &groups, account), becomes))
}

fn confirm(truth: &Truth<'_>, everybody: &Everybody, message: &str) {
    let Some((id, becomes)) = witness(message) else { return };
    assert!(everybody.ids.contains(&id), "{message}: `{id}`");
    let user = truth.desired.population.find(&id).unwrap();
    let holds = match becomes {
        words if words.contains("not in scope") || words.contains("out of scope") => {
            !truth.desired.in_scope(user)
        }
        words if words.contains("skipped") || words.contains("blocked") => truth.stopped(user),
        words if words.contains("untouched") => truth.excluded(user).is_some(),
        words if words.contains(" wins") => truth.winner(user) == named(words, "and `"),
        words if words.contains("gets none") => truth.desired.in_scope(user) && !truth.desired.creates(user),
        words if words.contains("waits") => !truth.changed(user),
        words if words.contains("gets through") => {
            let ended = truth.desired.ending(user);
            !matches!(ended, Some(Ending::Constraint(rule)) if Some(rule.id.as_str()) == named(words, "through `"))
        }
        _ => true,
    };
    assert!(holds, "{message}: `{id}`");
}

fn checked(text: &str) -> (SourceSet, PolicySet) {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text.to_owned() };
    let sources = SourceSet::new(None, String::new(), vec![file]);
    let checked = load(&sources, today());
    let policies = checked.policies.unwrap_or_else(|| panic!("{text}\n{:#?}", checked.findings));
    (sources, policies)
}

/// Whether the text has no two rules with the same order of which one lacks a group, which would be an error.
fn is_sound(text: &str) -> bool {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text.to_owned() };
    load(&SourceSet::new(None, String::new(), vec![file]), today()).policies.is_some()
}

fn hold(text: &str, everybody: &Everybody) -> Vec<Finding> {
    let (sources, set) = checked(text);
    let findings = lint(&set, &sources, today());
    assert_eq!(findings, lint(&set, &sources, today()));
    let policy = &set.applications[0];
    let evaluation = Evaluation::new(&Inputs {
        policy,
        digest: Digest::of(b""),
        environment: "default",
        commit: None,
        directories: vec![&set.directories[0]],
        snapshots: vec![&everybody.directory],
        application: &everybody.application,
        memory: None,
        as_of: today(),
    })
    .unwrap();
    let truth = Truth { desired: evaluation.desired(), plan: evaluation.plan() };
    for finding in &findings {
        claim(&truth, policy, &finding.message);
        confirm(&truth, everybody, &finding.message);
    }
    findings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_lint_says_is_true_of_everybody_and_of_the_user_it_tells_of(text in policies()) {
        prop_assume!(is_sound(&text));
        hold(&text, &EVERYBODY);
    }
}

#[test]
fn policies_made_at_random_trip_most_rules() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut codes: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for _ in 0..150 {
        let text = policies().new_tree(&mut runner).unwrap().current();
        if !is_sound(&text) {
            continue;
        }
        for finding in hold(&text, &EVERYBODY) {
            let (told, shown) = codes.entry(finding.code).or_default();
            *told += 1;
            *shown += u32::from(finding.message.contains("for example"));
        }
    }
    let tripped = [
        "contradictory-constraints",
        "excludes-everyone",
        "names-nobody",
        "shadowed-order",
        "unreachable-rule",
    ];
    for code in tripped.map(|code| format!("lint/{code}")) {
        assert!(codes.contains_key(code.as_str()), "{codes:?}");
    }
    let (told, shown) = codes.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(told > 50 && shown > 20, "{codes:?}");
}
