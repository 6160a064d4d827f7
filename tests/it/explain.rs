//! Explanations of small workspaces, as text and as JSON. A case is a folder with `question.yaml`: whose policies and data,
//! which user, which right; beside it stand both expected outputs.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::plan_properties::{sets, world};
use crate::support::blessing::{cases, difference, folders};
use crate::support::playground::Playground;
use crate::support::world::{World, policies, today};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use rolewright::fetch::{Access, DataFolder, read_application, read_directory, read_work_tree};
use rolewright::language::{load, rule_texts};
use rolewright::plan::{Evaluation, Explanation, ExplanationDocument, Inputs, Question, Told};
use rolewright::policy::{PolicySet, TestResult, TestSubject};
use rolewright::render::explanation;
use serde_json::Value;
use std::cell::Cell;
use std::path::Path;

/// The explanation that a case asks for, as text and as JSON.
fn explained(case: &Path) -> (String, String) {
    let asked: Value =
        serde_yaml::from_str(&std::fs::read_to_string(case.join("question.yaml")).unwrap()).unwrap();
    let data = case.parent().unwrap().parent().unwrap().join(asked["data"].as_str().unwrap());
    let sources = read_work_tree(&data.join("policies"), "").unwrap();
    let set = load(&sources, today()).policies.unwrap();
    let (policy, access) = (&set.applications[0], Access::new(DataFolder::new(&data)));
    let named = |name: &String| set.directories.iter().find(|directory| directory.name == *name).unwrap();
    let directories: Vec<_> = policy.directories.iter().map(named).collect();
    let snapshots: Vec<_> =
        directories.iter().map(|directory| read_directory(directory, &access).unwrap()).collect();
    let application = read_application(policy, &access).unwrap();
    let inputs = Inputs {
        policy,
        digest: policy.digest(&set).unwrap(),
        environment: &set.workspace.environment,
        commit: None,
        directories,
        snapshots: snapshots.iter().collect(),
        application: &application,
        memory: None,
        as_of: today(),
    };
    let evaluation = Evaluation::new(&inputs).unwrap();
    let plan = evaluation.plan();
    let question = Question { user: asked["user"].as_str().unwrap(), right: asked["right"].as_str() };
    let found = evaluation.explain(&question, &plan);
    let texts = rule_texts(&sources, found.iter().flat_map(Explanation::origins).collect());
    let told = Told {
        instance: plan.instance(),
        commit: None,
        as_of: plan.as_of,
        version: None,
        texts: &texts,
        differences: &[],
    };
    let text = found.iter().map(|found| explanation(&policy.name, found, &texts)).collect();
    let schema = jsonschema::draft7::new(&ExplanationDocument::schema()).unwrap();
    let json = found.iter().map(|found| {
        let document = serde_json::to_value(ExplanationDocument::new(found, &told)).unwrap();
        assert!(schema.is_valid(&document), "{}: {document:#}", case.display());
        format!("{document:#}\n")
    });
    (text, json.collect())
}

#[test]
fn every_case_has_its_expected_explanation() {
    let mut wrong = Vec::new();
    let asked = folders(&cases("explain"));
    for case in asked.iter().filter(|case| case.join("question.yaml").exists()) {
        let (text, json) = explained(case);
        for (name, actual) in [("expected.txt", text), ("expected.json", json)] {
            wrong.extend(difference(&case.join(name), &actual));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

/// Where one group alone is said to give a right, putting the user into it gives the right.
#[test]
fn the_group_that_is_said_to_give_a_right_gives_it() {
    let tried = Cell::new(0);
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let rights = select(&["role=reader", "role=writer", "role=owner"][..]);
    let worlds = (world(), sets(), rights, any::<bool>());
    let run = TestRunner::new(config).run(&worlds, |(mut world, text, right, in_scope)| {
        let set = policies(&text);
        // Where nobody is in anybody's way, one group does more often.
        if in_scope {
            world.members.extend(world.people.keys().map(|user| ("Members".to_owned(), user.clone())));
            for (id, person) in &mut world.people {
                person.values.insert("department", "Sales".to_owned());
                person.values.insert("mail", format!("{id}@own"));
                person.values.insert("mailNickname", format!("own-{id}"));
                person.enabled = true;
            }
        }
        for (user, group) in one_group_ways(&world, &set, right) {
            tried.set(tried.get() + 1);
            let mut then = world.clone();
            then.members.insert((group.clone(), user.clone()));
            let verdict = then.with_inputs(&set, today(), |inputs| {
                let evaluation = Evaluation::new(inputs).unwrap();
                let subject = TestSubject::User(user.clone());
                evaluation.judge(&evaluation.plan(), &[&subject]).remove(0).unwrap()
            });
            let granted = verdict.grants.iter().any(|grant| grant.to_string() == right);
            prop_assert!(granted, "`{user}` in `{group}` has no `{right}`: {verdict:?}\n{text}\n{world:#?}");
            let kept_back = [TestResult::Excluded, TestResult::Blocked, TestResult::OutsideCanary];
            prop_assert!(!kept_back.contains(&verdict.result), "`{user}` in `{group}`: {verdict:?}");
        }
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(tried.get() > 50, "{} groups were tried", tried.get());
}

/// User and group of every way to a right that is one group.
fn one_group_ways(world: &World, set: &PolicySet, right: &str) -> Vec<(String, String)> {
    world.with_inputs(set, today(), |inputs| {
        let evaluation = Evaluation::new(inputs).unwrap();
        let plan = evaluation.plan();
        let mut ways = Vec::new();
        for user in world.people.keys() {
            let found = evaluation.explain(&Question { user, right: Some(right) }, &plan);
            let missing = found.iter().flat_map(|found| &found.rights).filter_map(|it| it.missing.as_ref());
            let groups = missing.flat_map(|missing| &missing.ways).filter_map(|way| way.one_group());
            ways.extend(groups.map(|group| (user.clone(), group.id.clone())));
        }
        ways
    })
}

#[test]
fn a_change_is_explained_before_and_with_it_and_what_differs() {
    let playground = Playground::new();
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.git(&["commit", "-q", "-m", "No tests"]);
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground.edit(
        "policies/dstny/linking-rules.yaml",
        "group: Call centre supervisors, grant: { callCentre: supervisor }",
        "group: Call centre supervisors, grant: { callCentre: agent }",
    );
    playground.commit("Supervisors are agents");
    let asked = ["explain", "bo.dahl@contoso.example", "--base", "main", "--head", "change"];
    let told = playground.run(&asked).ends(0).stdout;
    let (before, rest) = told.split_once("-- with the change\n").unwrap();
    let (after, differs) = rest.split_once("dstny: what differs\n").unwrap();
    assert!(before.contains("right `callCentre=supervisor`: given"), "{told}");
    assert!(after.contains("right `callCentre=agent`: given"), "{told}");
    assert!(!after.contains("callCentre=supervisor"), "no rule gives it any more: {told}");
    for line in ["right `callCentre=agent`", "before: nothing", "after:  given by `supervisors`"] {
        assert!(differs.contains(line), "{line}: {told}");
    }
    assert!(!differs.contains("attribute `phone`"), "what is the same does not differ: {told}");
    let json = playground.run(&[&asked[..], &["--format", "json"]].concat()).ends(0).stdout;
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["version"], &lines[1]["version"]), (&"base".into(), &"head".into()));
    assert!(lines[0].get("differences").is_none());
    let differing = lines[1]["differences"].as_array().unwrap();
    assert!(differing.iter().any(|one| one["what"] == "right `callCentre=supervisor`"), "{json}");
}

#[test]
fn the_past_is_explained_by_a_commit_and_what_was_saved_then() {
    let playground = Playground::new();
    playground.run(&["snapshot", "--output", "march"]).ends(0);
    let march = playground.git(&["rev-parse", "HEAD"]).trim().to_owned();
    // Since then the rule is gone, and so is the membership.
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.edit(
        "policies/dstny/linking-rules.yaml",
        "  - { id: supervisors, group: Call centre supervisors, grant: { callCentre: supervisor } }\n",
        "",
    );
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: [Support]",
    );
    playground.commit("April");
    let bo = "bo.dahl@contoso.example";
    let today = playground.run(&["explain", bo]).ends(0).stdout;
    assert!(!today.contains("callCentre=supervisor"), "{today}");
    let then = playground.run(&["explain", bo, "--at", &march, "--snapshot", "march"]).ends(0);
    assert!(then.stdout.contains("right `callCentre=supervisor`: given"), "{}", then.stdout);
    assert!(
        then.stdout.contains("by the rule `supervisors` (policies/dstny/linking-rules.yaml:"),
        "{}",
        then.stdout
    );
    assert!(then.stderr.contains("the day of commit"), "{}", then.stderr);
    let alone = playground.run(&["explain", bo, "--at", &march]);
    assert_eq!(alone.code, 64, "data of today say nothing about March: {}", alone.stderr);
}

#[test]
fn a_right_that_nobody_knows_is_an_error_with_the_form() {
    let playground = Playground::new();
    let ran = playground.run(&["explain", "bo.dahl@contoso.example", "--right", "role=Booker"]).ends(1);
    assert!(ran.stderr.contains("no selected application has a right `role=Booker`"), "{}", ran.stderr);
    let told =
        playground.run(&["explain", "bo.dahl@contoso.example", "--right", "CALLCENTRE=agent"]).ends(0).stdout;
    assert!(
        told.contains("nearest: needs the group `Call centre agents`")
            && told.contains("that alone gives it"),
        "{told}"
    );
    assert!(told.contains("  planned   revoke `callCentre=agent`"), "{told}");
    assert!(
        !told.contains("callCentre=supervisor") && !told.contains("attribute `"),
        "one right only: {told}"
    );
}
