//! Plans, runs and tables as pages, looked at in a real browser.
#![expect(clippy::disallowed_methods, reason = "pages are files")]

use crate::support::browser::{Seen, open};
use crate::support::hostile::{HOSTILE, plan_of};
use crate::support::playground::Playground;
use rolewright::gate::RunRecord;
use rolewright::plan::{Change, Plan, Subject};
use rolewright::render::html::{HtmlPart, html, runs_page};
use rolewright::render::report::{ChangeResult, RunReport};
use std::sync::Arc;

fn opened(plans: &[Plan], name: &str) -> Seen {
    let parts: Vec<HtmlPart<'_>> = plans.iter().map(|plan| HtmlPart::of_plan(plan, &[])).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("plan.html");
    std::fs::write(&page, html("A plan", "As of today", &parts).expect("a page")).expect("a file");
    open(&page, name)
}

#[test]
fn the_page_of_a_plan_shows_what_is_taken_from_whom_and_why() {
    let playground = Playground::new();
    let shown = playground.run(&["plan", "--output", "html=plan.html", "--output", "tsv=plan.tsv"]).ends(0);
    assert!(shown.stdout.contains("Plan: "), "stdout has its own format: {}", shown.stdout);
    let seen = open(&playground.path("plan.html"), "plan");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert_eq!((seen.count.as_str(), seen.focus.as_str()), ("6 people of 6", "search"));
    assert_eq!(seen.applications, ["default/dstny"]);
    for who in ["ida.moos", "karl.olsen", "bo.dahl"] {
        assert!(seen.open.iter().any(|line| line.contains(who)), "{who} loses something: {:#?}", seen.open);
    }
    let table = playground.read("plan.tsv");
    for (kind, people) in &seen.kinds {
        let mut of_kind: Vec<&str> = table
            .lines()
            .filter_map(|line| {
                let cells: Vec<&str> = line.split('\t').collect();
                (cells[1] == kind).then_some(cells[4])
            })
            .collect();
        of_kind.sort_unstable();
        of_kind.dedup();
        let count = of_kind.len();
        assert!(people.starts_with(&format!("{count} p")), "{kind}: {people}, {count}");
    }
    assert!(seen.found.starts_with("1 person of 6"), "{}", seen.found);
    for part in ["What is done, and why", "policies/dstny/"] {
        assert!(seen.person.contains(part), "{}", seen.person);
    }
    assert!(seen.rule.is_some_and(|rule| rule.contains("default/dstny")));
    assert_eq!(seen.printed, "none", "filters are not printed");
}

#[test]
fn the_page_of_a_change_shows_its_part_and_what_is_pending_anyway() {
    let playground = Playground::new();
    playground.git(&["checkout", "-q", "-b", "leavers"]);
    playground.edit("policies/dstny/lifecycle.yaml", "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("Deactivate instead");
    playground.run(&["plan", "--base", "main", "--head", "leavers", "--output", "html=change.html"]).ends(0);
    let seen = open(&playground.path("change.html"), "change");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert_eq!(seen.title, "What this change does to people");
    assert!(seen.applications.len() >= 2, "{:?}", seen.applications);
    assert!(seen.kinds.contains_key("deactivate"), "{:?}", seen.kinds);
    let of_ida: Vec<&String> = seen.open.iter().filter(|line| line.contains("ida.moos")).collect();
    assert_eq!(of_ida.len(), 1, "that she is no longer deleted takes nothing from her: {of_ida:?}");
}

#[test]
fn c7_hostile_names_are_text_in_a_browser() {
    let markup = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!--<script>",
        "\"><svg onload=alert(1)>",
        "@data@ @script@ {{7*7}}",
        "javascript:alert(1)",
    ];
    let plans: Vec<Plan> = markup.into_iter().chain(HOSTILE).map(plan_of).collect();
    let (hostile, harmless) = (opened(&plans, "hostile"), opened(&[plan_of("Ada")], "harmless"));
    assert_eq!(hostile.is_quiet(), Ok(()));
    assert_eq!(hostile.elements, harmless.elements, "a value made an element");
    assert!(hostile.open.iter().any(|line| line.contains("<img src=x onerror=alert(1)>")));
}

#[test]
fn a_hundred_thousand_changes_are_a_list_of_a_few_rows() {
    let one = plan_of("Ada");
    let change = one.changes.iter().find(|change| !change.operation().is_removal()).expect("a change");
    let changes = (0..100_000).map(|number| Change {
        subject: Arc::new(Subject {
            user: Some(format!("u-{number}")),
            name: format!("person{number}@contoso.example"),
            department: Some(format!("Department {}", number % 10)),
            ..Subject::default()
        }),
        ..change.clone()
    });
    let plan = Plan { changes: changes.collect(), reports: Vec::new(), ..one };
    let seen = opened(&[plan], "large");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert_eq!(seen.count, "100,000 people of 100,000");
    assert!(seen.rows < 60, "{} rows at once", seen.rows);
    // The page of one person has as many elements, but for the rows: none is made for somebody out of sight.
    let small = opened(&[plan_of("Ada")], "small");
    assert!(
        seen.nodes < small.nodes + 4 * seen.rows + 1500,
        "{} elements, {} of one person",
        seen.nodes,
        small.nodes
    );
    assert!(seen.nodes_found <= seen.nodes, "{} elements after a search", seen.nodes_found);
    assert!(seen.last.contains("person99999@contoso.example"), "{}", seen.last);
    assert_eq!((seen.departments.len(), seen.in_department.as_str()), (11, "10,000 people of 100,000"));
}

#[test]
fn the_page_of_a_run_shows_what_was_done_and_json_says_the_same_everywhere() {
    let playground = Playground::new();
    let shown = playground.run(&["apply", "--output", "html=run.html", "--output", "json=run.json"]).ends(0);
    assert!(shown.stdout.contains("Applied: "), "stdout has its own format: {}", shown.stdout);
    let seen = open(&playground.path("run.html"), "run");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert_eq!(
        (seen.title.as_str(), &seen.results[..]),
        ("What the run did", &["all".to_owned(), "done".to_owned()][..])
    );
    assert!(
        seen.runs[0].contains("dstny, run r-1: done") && seen.runs[0].contains(" done)"),
        "{:?}",
        seen.runs
    );
    assert!(seen.person.contains("Result") && seen.person.contains("done"), "{}", seen.person);
    let history = playground.run(&["history", "--format", "json"]).ends(0).stdout;
    assert_eq!(playground.read("run.json"), history);
    assert_eq!(playground.run(&["history", "--json"]).ends(0).stdout, history);
    let quiet = playground.run(&["apply", "--format", "json"]).ends(0).stdout;
    assert!(quiet.lines().all(|line| line.starts_with("{\"instance\":\"default/dstny\"")), "{quiet}");
}

#[test]
fn the_page_of_a_run_begins_with_what_failed_and_who_waits() {
    let plan = plan_of("Ada");
    let mut results = vec![ChangeResult::Made; plan.changes.len()];
    results[0] = ChangeResult::Failed("500 <b>broken</b>".to_owned());
    results[1] = ChangeResult::Waits;
    let run =
        RunRecord { run: "r-7".to_owned(), at: "2026-11-20T12:00:00Z".to_owned(), ..RunRecord::default() };
    let whole = RunReport {
        application: "dstny",
        run: Some(&run),
        ended: "not everything could be written",
        plan: Some(&plan),
        results: &results,
        refusals: &[],
        window: None,
        problem: None,
    };
    let unread = RunReport {
        application: "rooms",
        plan: None,
        results: &[],
        problem: Some("nobody answers"),
        ..whole
    };
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("run.html");
    let text = runs_page("What the run did", "Today", &[whole, unread]).expect("a page");
    std::fs::write(&page, text).expect("a file");
    let seen = open(&page, "failed");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert!(seen.open[0].contains("500 <b>broken</b>"), "{:?}", seen.open);
    assert_eq!(seen.results, ["all", "done", "failed", "waits for a person"]);
    assert!(
        seen.runs[0].contains("rolewright apply --release r-7") && seen.runs[1].contains("nobody answers"),
        "{:?}",
        seen.runs
    );
}

#[test]
fn history_tests_and_groups_are_tables_to_search() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    for (arguments, title, first) in [
        (&["history"][..], "The runs", "done"),
        (&["test", "--coverage", "--mutate"], "Policy tests", "passed"),
        (&["groups", "--application", "dstny"], "Groups", ""),
    ] {
        let name = arguments[0];
        let file = format!("{name}.html");
        let output = format!("html={file}");
        let shown = playground.run(&[arguments, &["--output", &output]].concat());
        assert!(!shown.stdout.is_empty(), "{name}: stdout has its own format");
        let seen = open(&playground.path(&file), name);
        assert_eq!(seen.is_quiet(), Ok(()), "{name}");
        assert_eq!(
            (seen.title.as_str(), seen.focus.as_str(), seen.printed.as_str()),
            (title, "search", "none")
        );
        assert!(!seen.tables.is_empty() && !seen.headings.is_empty(), "{name}: {seen:#?}");
        assert!(seen.lines.iter().any(|cells| cells[0].contains(first)), "{name}: {:?}", seen.lines);
        assert!(
            seen.count.ends_with(&format!("of {}", seen.rows)),
            "{name}: {} of {}",
            seen.count,
            seen.rows
        );
        assert!(seen.found.starts_with("0 rows") && seen.chosen.contains(": "), "{name}: {seen:#?}");
        let alone = playground.run(&[arguments, &["--format", "html"]].concat()).stdout;
        assert_eq!(alone, playground.read(&file), "{name}: the same on stdout");
    }
    let groups = playground.read("groups.html");
    assert!(groups.contains("Call centre agents") && groups.contains("not linked"), "{groups}");
}
