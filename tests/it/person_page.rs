//! One person as a page, looked at in a real browser.
#![expect(clippy::disallowed_methods, reason = "pages are files")]

use crate::support::browser::seen_by;
use crate::support::hostile::{SET, world_of};
use crate::support::playground::Playground;
use crate::support::world::today;
use rolewright::plan::{Evaluation, Question};
use rolewright::render::RuleTexts;
use rolewright::render::html::{PersonPart, person};
use serde::Deserialize;

/// What `tests/servers/still.mjs` saw.
#[derive(Debug, Deserialize)]
struct Seen {
    console: Vec<String>,
    requests: Vec<String>,
    dialogs: Vec<String>,
    violations: Vec<String>,
    title: String,
    text: String,
    elements: Vec<String>,
}

impl Seen {
    /// Nothing was loaded, said or violated.
    fn is_quiet(&self) {
        let said = [&self.console, &self.requests, &self.dialogs, &self.violations];
        assert!(said.iter().all(|said| said.is_empty()), "{self:#?}");
    }
}

fn opened(page: &str, name: &str) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("person.html");
    std::fs::write(&file, page).expect("a file");
    seen_by("still.mjs", &file, name)
}

#[test]
fn the_page_of_a_person_shows_groups_rights_rules_and_what_is_missing() {
    let playground = Playground::new();
    let told = playground.run(&["explain", "bo.dahl@contoso.example", "--format", "html"]).ends(0);
    let seen = opened(&told.stdout, "person");
    seen.is_quiet();
    assert!(
        told.stdout.contains("by the rule <code>supervisors</code>"),
        "backticks become code: {}",
        told.stdout
    );
    assert_eq!(seen.title, "Why bo.dahl@contoso.example has these rights");
    let parts = [
        "default/dstny",
        "Call centre supervisors",
        "callCentre=supervisor given",
        "by the rule supervisors (policies/dstny/linking-rules.yaml:",
        "{ id: supervisors, group: Call centre supervisors, grant: { callCentre: supervisor } }",
        "callCentre=agent",
        "Everything else, in order of evaluation",
    ];
    for part in parts {
        assert!(seen.text.contains(part), "{part}: {}", seen.text);
    }
    let asked = ["explain", "bo.dahl@contoso.example", "--right", "callCentre=agent", "--format", "html"];
    let seen = opened(&playground.run(&asked).ends(0).stdout, "one-right");
    seen.is_quiet();
    assert!(seen.text.contains("nearest: needs the group Call centre agents"), "{}", seen.text);
}

#[test]
fn c7_hostile_names_are_text_on_the_page_of_a_person() {
    let markup = [
        "</style><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</td></tr></table><iframe src=javascript:alert(1)>",
        "@content@ @style@ {{7*7}}",
        "<a href=javascript:alert(1)>x</a>",
    ];
    let page = |values: &[&str]| {
        let explained = values.iter().flat_map(|value| {
            let world = world_of(value);
            world.with_inputs(&SET, today(), |inputs| {
                let evaluation = Evaluation::new(inputs).expect("an evaluation");
                let plan = evaluation.plan();
                let users = world.people.keys();
                users.flat_map(|user| evaluation.explain(&Question::about(user), &plan)).collect::<Vec<_>>()
            })
        });
        let explained: Vec<_> = explained.collect();
        assert!(!explained.is_empty());
        let texts = RuleTexts::new();
        let title = values[0];
        let parts: Vec<PersonPart<'_>> = explained
            .iter()
            .map(|explanation| PersonPart { title, explanation, texts: &texts, differences: None })
            .collect();
        person(title, title, &parts)
    };
    let hostile = opened(&page(&markup), "hostile-person");
    let harmless = opened(&page(&["Ada"]), "harmless-person");
    hostile.is_quiet();
    assert_eq!(hostile.elements, harmless.elements, "a value made an element");
    assert!(hostile.text.contains("<img src=x onerror=alert(1)>"), "{}", hostile.text);
}
