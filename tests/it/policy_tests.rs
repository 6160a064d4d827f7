//! Policy tests and their results: `tests/cases/policy-tests/<slug>/`. `BLESS=1` rewrites the expected files.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use crate::support::playground::Playground;
use proptest::prelude::*;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use rolewright::fetch::read_work_tree;
use rolewright::language::{Checked, load};
use rolewright::model::{Date, SourceFile, SourceSet, Span};
use rolewright::policy::{Origin, PolicySet, TestSubject};
use rolewright::render::trial::{ShownTrials, json, junit, text};
use rolewright::trial::{Coverage, Difference, Mutation, Trial, coverage, mutate, run};
use std::fs;
use std::path::Path;

fn compiled(sources: &SourceSet) -> PolicySet {
    let Checked { findings, policies } = load(sources, Date::parse("2026-11-21").unwrap());
    policies.unwrap_or_else(|| panic!("{findings:#?}"))
}

/// All results of a workspace's tests.
struct TestResults {
    trials: Vec<Trial>,
    coverage: Vec<Coverage>,
    mutations: Vec<Mutation>,
}

impl TestResults {
    fn of(set: &PolicySet) -> Self {
        let trials: Vec<Trial> =
            set.applications.iter().flat_map(|application| run(set, application, "")).collect();
        Self {
            coverage: set.applications.iter().map(|application| coverage(application, &trials)).collect(),
            mutations: set.applications.iter().map(|application| mutate(set, application, "")).collect(),
            trials,
        }
    }

    fn shown(&self) -> ShownTrials<'_> {
        let Self { trials, coverage, mutations } = self;
        ShownTrials { trials, coverage, required: false, mutations }
    }
}

#[test]
fn every_case_has_its_expected_results() {
    let mut wrong = Vec::new();
    for case in folders(&cases("policy-tests")) {
        let told = TestResults::of(&compiled(&read_work_tree(&case, "").unwrap()));
        let shown = told.shown();
        let faces = [
            ("expected.txt", text(shown, false)),
            ("expected.json", json(shown)),
            ("expected.xml", junit(shown)),
        ];
        for (name, actual) in faces {
            // Outputs for programs are in one case only.
            if name != "expected.txt" && !case.ends_with("failing") {
                continue;
            }
            wrong.extend(difference(&case.join(name), &actual));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn policy_tests_of_the_worked_policies_cover_everything_and_kill_every_mutant() {
    let playground = Playground::new();
    let ran = playground.run(&["test", "--require-coverage", "--mutate"]).ends(0);
    assert!(ran.stdout.contains(" 0 failed, 0 untouched, 0 survived"), "{}", ran.stdout);
}

#[test]
fn a_failing_policy_test_sets_the_exit_code_and_prints_a_line() {
    let playground = Playground::new();
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: keep");
    let ran = playground.run(&["test"]).ends(1);
    assert!(ran.stdout.contains("  FAIL disabled\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("policies/dstny/tests.yaml:"), "{}", ran.stdout);
    assert!(ran.stdout.contains("- expected result: update"), "{}", ran.stdout);
    let ran = playground.run(&["test", "--format", "junit"]).ends(1);
    assert!(ran.stdout.contains("failures=\"1\""), "{}", ran.stdout);
    let ran = playground.run(&["test", "--format", "json", "--application", "dstny"]).ends(1);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&document["failed"], &document["format"]), (&1.into(), &1.into()));
}

#[test]
fn coverage_and_mutants_set_the_exit_code_when_required() {
    let playground = Playground::new();
    let rule = "  - { id: new, group: Call centre agents, grant: { callCentre: supervisor } }\n";
    let rules = playground.read("policies/dstny/linking-rules.yaml");
    playground.write("policies/dstny/linking-rules.yaml", &format!("{rules}{rule}"));
    let only = ["--application", "dstny", "--filter", "no-number"];
    playground.run(&[&["test", "--coverage"], &only[..]].concat()).ends(0);
    let ran = playground.run(&[&["test", "--require-coverage"], &only[..]].concat()).ends(1);
    assert!(
        ran.stdout.contains("untouched  linking rule `new`  policies/dstny/linking-rules.yaml:"),
        "{}",
        ran.stdout
    );
    let ran = playground.run(&[&["test", "--mutate"], &only[..]].concat()).ends(1);
    assert!(ran.stdout.contains("survived  linking rule `new`"), "{}", ran.stdout);
}

#[test]
fn a_filter_without_a_match_and_a_mistyped_group_are_errors() {
    let playground = Playground::new();
    let ran = playground.run(&["test", "--filter", "jioner"]).ends(1);
    assert!(ran.stderr.contains("no test's id or file contains `jioner`"), "{}", ran.stderr);
    let ran = playground.run(&["test", "--filter", "joiner", "--application", "dstny"]).ends(0);
    assert!(ran.stdout.contains("1 test: 1 passed, 0 failed"), "{}", ran.stdout);
    playground.edit("policies/dstny/tests.yaml", "[Telephony users, Call centre agents]", "[Telephony user]");
    let ran = playground.run(&["test"]).ends(1);
    assert!(ran.stderr.contains("did you mean `Telephony users`?"), "{}", ran.stderr);
    playground.run(&["validate"]).ends(1);
}

#[test]
fn tests_read_no_directory_and_no_application() {
    let playground = Playground::new();
    fs::remove_file(playground.path("policies/directories/people.yaml")).unwrap();
    fs::remove_file(playground.path("policies/dstny/start.yaml")).unwrap();
    playground.run(&["test"]).ends(0);
}

#[test]
fn tests_are_no_part_of_the_digest_and_read_nothing_more() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/policy-tests/pronestor");
    let with = read_work_tree(&case, "").unwrap();
    let files = with.iter().map(|(_, file)| SourceFile {
        path: file.path.clone(),
        text: file.text.split("---\napiVersion: rolewright/v1\nkind: PolicyTests").next().unwrap().to_owned(),
    });
    let without = compiled(&SourceSet::new(None, String::new(), files.collect()));
    let with = compiled(&with);
    assert!(without.applications[0].tests.is_empty() && !with.applications[0].tests.is_empty());
    let digest = |set: &PolicySet| set.applications[0].digest(set).unwrap();
    assert_eq!(digest(&with), digest(&without));
}

/// The number of test cases, and the texts of messages and elements, as an XML parser returns them.
fn read_back(xml: &str) -> (usize, Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    let (mut cases, mut messages, mut texts) = (0, Vec::new(), Vec::new());
    let mut open: Option<String> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return (cases, messages, texts),
            Event::Start(element) | Event::Empty(element) => {
                cases += usize::from(element.name().as_ref() == "testcase");
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    if attribute.key.as_ref() == "message" {
                        messages
                            .push(attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned());
                    }
                }
                open = (element.name().as_ref() == "failure").then(String::new);
            }
            Event::Text(text) => open.iter_mut().for_each(|open| *open += &*text),
            Event::GeneralRef(reference) => {
                let name = reference.to_string();
                let letter = quick_xml::escape::resolve_predefined_entity(&name).unwrap_or("?");
                open.iter_mut().for_each(|open| *open += letter);
            }
            Event::End(_) => texts.extend(open.take()),
            _ => {}
        }
    }
}

fn origin(id: &str) -> Origin {
    Origin {
        kind: "PolicyTests",
        id: id.to_owned(),
        path: format!("{id}.yaml"),
        line: 1,
        span: Span::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever users are called, the XML is well formed and contains the actual result.
    #[test]
    fn c1_hostile_text_stays_text_in_junit(user in any::<String>(), came in any::<String>(), told in ".*") {
        let difference = Difference {
            who: TestSubject::User(user.clone()),
            origin: origin(&user),
            expected: vec!["result: none".to_owned()],
            actual: vec![came.clone()],
            remarks: vec![told],
        };
        let trial = Trial {
            application: came.clone(),
            test: origin(&user),
            differences: vec![difference],
            problem: None,
            touched: Default::default(),
        };
        let shown = ShownTrials { trials: &[trial], coverage: &[], required: false, mutations: &[] };
        let (cases, messages, texts) = read_back(&junit(shown));
        prop_assert_eq!((cases, messages.len(), texts.len()), (1, 1, 1));
        if user.chars().all(|letter| letter.is_ascii_graphic()) && came.chars().all(|character| character.is_ascii_graphic()) {
            let expected = format!("user `{user}` is not as expected");
            prop_assert_eq!(&messages[0], &expected);
            prop_assert!(texts[0].contains(&format!("+ came     {came}")), "{}", texts[0]);
        }
    }
}

const WORLD: &str = include_str!("../cases/policy-tests/results/policies.yaml");

/// A user and an account as text, built from switches.
fn given(switches: &[bool], account: Option<bool>) -> String {
    let words = |words: &[(&str, bool)]| -> String {
        let words: Vec<&str> = words.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
        words.join(", ")
    };
    let groups = words(&[("Readers", switches[0]), ("Writers", switches[1])]);
    let grants = words(&[("{ role: reader }", switches[2]), ("{ role: owner }", switches[3])]);
    let attributes = words(&[("keep: true", switches[4]), ("email: ida@x", switches[5])]);
    let by_hand = words(&[("By hand", switches[6])]);
    let user_attributes = words(&[("city: ''", switches[7]), ("userType: Guest", switches[8])]);
    let link = if account == Some(true) { "link: ida, " } else { "" };
    let accounts = account.map_or(String::new(), |_| {
        format!(
            "{{ id: a, {link}active: {}, grants: [{grants}], groups: [{by_hand}], attributes: {{ {attributes} }} }}",
            switches[9]
        )
    });
    format!(
        "{{ users: [{{ id: ida, enabled: {}, groups: [{groups}], attributes: {{ {user_attributes} }} }}], accounts: [{accounts}] }}",
        switches[10]
    )
}

fn trial(given: &str, expectation: &str) -> Trial {
    let (policies, _) = WORLD.split_once("---\napiVersion: rolewright/v1\nkind: PolicyTests").unwrap();
    let test = format!(
        "{policies}--- {{ apiVersion: rolewright/v1, kind: PolicyTests, application: crm,\n  attributes: {{ userPrincipalName: ida@x, mail: ida@x, city: Aarhus, userType: Member }},\n  tests: [{{ id: t, given: {given}, expect: [{{ user: ida, {expectation} }}] }}] }}\n"
    );
    let file = SourceFile { path: "policies.yaml".to_owned(), text: test };
    let set = compiled(&SourceSet::new(None, String::new(), vec![file]));
    run(&set, &set.applications[0], "").remove(0)
}

/// The actual result, written as an expectation.
fn written(lines: &[String]) -> String {
    let grants: Vec<String> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("grant: role="))
        .map(|value| format!("{{ role: {value} }}"))
        .collect();
    let result = lines.iter().find_map(|line| line.strip_prefix("result: ")).unwrap();
    format!("result: {result}, grants: [{}]", grants.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every world has a result; written as an expectation it holds, and with another word it fails.
    #[test]
    fn an_expectation_written_from_the_result_holds(
        switches in proptest::collection::vec(any::<bool>(), 11),
        account in any::<Option<bool>>(),
    ) {
        let given = given(&switches, account);
        // No user is ever converted here, so this fails and reports the actual result.
        let first = trial(&given, "result: convert, grants: [{ role: owner }, { role: writer }, { role: reader }]");
        prop_assert_eq!(&first.problem, &None);
        let came = written(&first.differences[0].actual);
        let second = trial(&given, &came);
        prop_assert!(second.holds(), "{}\n{}\n{:?}", given, came, second);
        prop_assert_eq!(first.touched, second.touched);
    }
}
