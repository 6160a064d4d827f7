//! One value in every output.

use crate::support::hostile::{SET, world_of};
use crate::support::world::{World, today};
use rolewright::doctor::{Line, Outcome, Step};
use rolewright::gate::{PolicyPlan, RunRecord, RunResult, impact};
use rolewright::model::{SourceFile, SourceSet};
use rolewright::plan::{EscalationKind, Evaluation, Plan, Question, Subject, list_groups};
use rolewright::render::drift::{Drifted, report as drift};
use rolewright::render::impact::{
    COMMENT, Callouts, InstanceImpact, Meaning, Planned, Unusual, callouts, comment, wording_folded,
};
use rolewright::render::plan::{Shown, Style, lists, markdown, terminal};
use rolewright::render::progress::{self, Reading};
use rolewright::render::report::RunReport;
use rolewright::render::{self, RuleTexts};
use std::sync::Arc;

/// A plan that contains the value everywhere, and the world it is for.
pub(super) fn planned(value: &str) -> (World, Plan) {
    let world = world_of(value);
    let plan = world.plan(&SET);
    assert!(plan.changes.len() >= 4 && plan.reports.len() >= 3, "{value:?}: {plan:#?}");
    (world, plan)
}

/// The impact of a pull request: with these policies all changes of the plan, without them other changes.
pub(super) fn instance(value: &str, plan: &Plan) -> InstanceImpact {
    let policy = &SET.applications[0];
    let mut base = plan.clone();
    base.changes.truncate(2);
    base.changes.iter_mut().for_each(|change| {
        Arc::make_mut(&mut change.subject).user = Some(format!("other {value}"));
    });
    let (with, without) = (PolicyPlan::new(plan, policy), PolicyPlan::new(&base, policy));
    let taken = impact(with, Some(without));
    let found = callouts(&taken, with, Some(without));
    let department = EscalationKind::Department { name: value.to_owned(), people: 3 };
    let more = Callouts {
        unusual: vec![Unusual {
            kind: department,
            right: value.to_owned(),
            people: 2,
            names: vec![value.to_owned()],
        }],
        gate: Vec::new(),
        lifted: vec![(value.to_owned(), 3)],
        privileged: vec![(value.to_owned(), 2)],
        rules: Vec::new(),
        others: found.others,
    };
    let planned = Planned {
        later: Vec::new(),
        earlier: base,
        callouts: more,
        impact: taken,
        refusals: crate::support::planned::refusals(policy, plan),
        refused_before: false,
        by_count: vec![value.to_owned()],
        notes: vec![value.to_owned()],
        data: Some(value.to_owned()),
    };
    InstanceImpact { instance: "default/app".to_owned(), meaning: Meaning::Planned(Box::new(planned)) }
}

/// The lines of a policy change that contains the value.
fn wording(value: &str) -> Vec<String> {
    let of = |text: String| {
        let file = SourceFile { path: value.replace('/', "_"), text };
        SourceSet::new(None, String::new(), vec![file])
    };
    render::impact::wording(Some(&of(format!("a: {value}\nb: 1\n"))), &of(format!("a: 1\n{value}\n")))
}

/// Every output that is Markdown.
pub(super) fn in_markdown(value: &str, plan: &Plan) -> Vec<String> {
    let whole = instance(value, plan);
    let failed =
        InstanceImpact { instance: "default/app".to_owned(), meaning: Meaning::Failed(value.to_owned()) };
    let shown =
        markdown(&Shown { plan, refusals: &crate::support::planned::refusals(&SET.applications[0], plan) });
    let drifted = [
        Drifted { differs: true, line: value.to_owned(), whole: shown.clone(), ..Drifted::of("default/app") },
        Drifted { differs: true, ..Drifted::of("default/other") },
    ];
    let mut faces = vec![shown, drift(&drifted, false).unwrap(), drift(&drifted, true).unwrap()];
    for budget in [COMMENT, 3_000, 700] {
        faces.push(comment(&[&whole, &failed], budget, false));
    }
    faces.push(comment(&[&whole, &failed], COMMENT, true));
    faces.push(wording_folded(&wording(value)));
    faces
}

/// Every output for a terminal or a log, with its name.
pub(super) fn in_text(value: &str, world: &World, plan: &Plan) -> Vec<(&'static str, String)> {
    let refusals = crate::support::planned::refusals(&SET.applications[0], plan);
    let shown = Shown { plan, refusals: &refusals };
    let style = Style { colour: false, full: true };
    let everybody: Vec<_> = plan.changes.iter().map(|change| Subject::clone(&change.subject)).collect();
    let report = RunReport { problem: Some(value), window: Some(value), ..RunReport::of_plan(&shown) };
    let failed =
        InstanceImpact { instance: "default/app".to_owned(), meaning: Meaning::Failed(value.to_owned()) };
    let whole = instance(value, plan);
    let directory = world.directory();
    let listing = list_groups(&SET.directories[0], &directory, &[&SET.applications[0]]);
    let lines = [Line {
        subject: value.to_owned(),
        step: Step::Read,
        outcome: Outcome::Failed,
        message: value.to_owned(),
        advice: Some("do it"),
        code: 1,
    }];
    let run = RunRecord {
        run: value.to_owned(),
        at: value.to_owned(),
        result: RunResult::Other(value.to_owned()),
        commit: value.to_owned(),
        counts: [(value.to_owned(), 1)].into(),
        ..RunRecord::default()
    };
    let explained = world.with_inputs(&SET, today(), |inputs| {
        Evaluation::new(inputs).unwrap().explain(&Question::about(&format!("new{value}")), plan)
    });
    let reading =
        [Reading { name: value.to_owned(), records: 0, pause: Some((value.to_owned(), 3)), done: false }];
    let written: Vec<String> =
        plan.changes.iter().map(|change| render::run::line(change, Some(value), &[])).collect();
    vec![
        ("plan", terminal(&shown, style)),
        ("short plan", terminal(&shown, Style { full: false, ..style })),
        ("lists", lists(&shown, &everybody)),
        ("letter", report.subject() + "\n" + &report.text()),
        ("impact", render::impact::text(&[&whole, &failed], &wording(value), style)),
        ("groups", render::groups::text(std::slice::from_ref(&listing))),
        ("links", render::groups::paste(std::slice::from_ref(&listing))),
        ("doctor", render::doctor::text(&lines)),
        ("history", render::run::history("default/app", &[run])),
        ("run", written.join("\n")),
        (
            "explain",
            explained
                .iter()
                .map(|explanation| render::explanation("app", explanation, &RuleTexts::new()))
                .collect(),
        ),
        ("progress", progress::line(&reading, 1)),
    ]
}

/// Every output that is JSON.
pub(super) fn in_json(value: &str, world: &World) -> Vec<String> {
    let listing = list_groups(&SET.directories[0], &world.directory(), &[&SET.applications[0]]);
    let lines = [Line {
        subject: value.to_owned(),
        step: Step::Read,
        outcome: Outcome::Failed,
        message: value.to_owned(),
        advice: Some("do it"),
        code: 1,
    }];
    vec![render::groups::json(&[listing]).unwrap(), render::doctor::json(&lines, 1)]
}

#[test]
fn every_output_contains_the_value() {
    let (world, plan) = planned("Odense");
    for (name, face) in in_text("Odense", &world, &plan) {
        assert!(face.contains("Odense"), "{name}: {face}");
    }
    for face in in_json("Odense", &world) {
        assert!(face.contains("Odense"), "{face}");
    }
    for (at, face) in in_markdown("Odense", &plan).iter().enumerate() {
        assert!(face.contains("Odense"), "{at}: {face}");
    }
}
