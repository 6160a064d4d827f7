//! Directory text is hostile: every reader of a plan must see it as plain text.

use crate::support::hostile::{HOSTILE, SET, plan_of};
use crate::support::markdown::only_our_nodes;
use proptest::prelude::*;
use rolewright::plan::{Plan, Subject};
use rolewright::render::plan::{Shown, Style, lists, markdown, terminal, tsv};
use rolewright::render::report::RunReport;

/// Checks that a Markdown reader finds no markup in the output of a plan except the output's own.
fn markdown_is_only_text(plan: &Plan) -> Result<(), String> {
    let refusals = crate::support::planned::refusals(&SET.applications[0], plan);
    only_our_nodes(&markdown(&Shown { plan, refusals: &refusals }))
}

/// The outputs that are plain text: for a terminal, the lists, the body of a mail.
fn terminal_is_only_text(plan: &Plan) -> Result<(), String> {
    let shown = Shown { plan, refusals: &[] };
    let everybody: Vec<_> = plan.changes.iter().map(|change| Subject::clone(&change.subject)).collect();
    let lists = lists(&shown, &everybody);
    let report = RunReport { problem: Some(&lists), ..RunReport::of_plan(&shown) };
    let text = terminal(&shown, Style { colour: false, full: true }) + &lists + &report.text();
    let bad = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let command = text.lines().find(|line| line.starts_with("::"));
    match (text.chars().find(bad), command) {
        (None, None) => Ok(()),
        (letter, _) => Err(format!("{letter:?} in\n{text}")),
    }
}

fn tsv_is_a_table(plan: &Plan) -> Result<(), String> {
    let text = tsv(&Shown { plan, refusals: &[] });
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let formula = cells.iter().any(|cell| {
            cell.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        });
        if cells.len() != 9
            || formula
            || line.contains(char::is_control) && line.replace('\t', "").contains(char::is_control)
        {
            return Err(format!("{line:?}"));
        }
    }
    Ok(())
}

fn every_face(text: &str) -> Result<(), String> {
    let plan = plan_of(text);
    assert!(plan.changes.len() >= 4 && plan.reports.len() >= 3, "{text:?}: {plan:#?}");
    markdown_is_only_text(&plan)?;
    terminal_is_only_text(&plan)?;
    tsv_is_a_table(&plan)
}

#[test]
fn hostile_names_are_text_on_every_face() {
    let wrong: Vec<String> = HOSTILE.iter().filter_map(|text| every_face(text).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), HOSTILE.len(), wrong.join("\n---\n"));
}

#[test]
fn every_output_contains_the_data() {
    let plan = plan_of("@contoso/admins");
    let shown = Shown { plan: &plan, refusals: &[] };
    for face in [markdown(&shown), terminal(&shown, Style::default()), tsv(&shown)] {
        assert!(face.contains("@contoso/admins"), "{face}");
    }
    assert!(markdown(&shown).contains("`@contoso/admins`"));
    assert!(tsv(&shown).contains("\tnew@contoso/admins\t"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_is_text_on_every_face(text in "[`|@#<>\\[\\]()!&*_~:$=+\\-\\\\ a\\n\\r\\t\u{1b}\u{9b}\u{202e}\u{2028}]{1,12}") {
        prop_assert_eq!(every_face(&text), Ok(()));
    }
}
