//! Plans as pages, looked at in a real browser.
#![expect(clippy::disallowed_methods, reason = "pages are files")]

use crate::support::browser::{Seen, open};
use crate::support::hostile::{HOSTILE, plan_of};
use crate::support::playground::Playground;
use rolewright::plan::{Change, Plan, Subject};
use rolewright::render::html::{HtmlPart, html};
use std::sync::Arc;

fn opened(plans: &[Plan], name: &str) -> Seen {
    let parts: Vec<HtmlPart<'_>> =
        plans.iter().map(|plan| HtmlPart { plan, part: None, happens: true, refusals: &[] }).collect();
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
            ..Subject::default()
        }),
        ..change.clone()
    });
    let plan = Plan { changes: changes.collect(), reports: Vec::new(), ..one };
    let seen = opened(&[plan], "large");
    assert_eq!(seen.is_quiet(), Ok(()));
    assert_eq!(seen.count, "100,000 people of 100,000");
    assert!(seen.rows < 60, "{} rows at once", seen.rows);
    assert!(seen.last.contains("person99999@contoso.example"), "{}", seen.last);
}
