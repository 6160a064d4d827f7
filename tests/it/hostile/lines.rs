//! Logs and mail: no data adds a line (threat C9).

use super::every;
use super::faces::{in_text, instance, planned};
use crate::support::playground::Playground;
use rolewright::render::escape::json;
use rolewright::render::impact;
use rolewright::render::plan::{Shown, Style, tsv};
use rolewright::render::report::RunReport;

/// Characters that a reader of a log may treat as the end of a line.
const ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// A line that only a run may write.
const FORGED: &str = "Applied: 0 delete.";

fn has_forged_line(text: &str) -> bool {
    text.split(ENDS).any(|line| line.trim_start().starts_with(FORGED))
}

/// Values that try to add the line, with each end of a line.
fn values() -> Vec<String> {
    let ends = ENDS.iter().map(char::to_string).chain(["\r\n".to_owned(), "\n\n".to_owned()]);
    ends.map(|end| format!("Ida{end}{FORGED}")).collect()
}

#[test]
fn c9_no_value_adds_a_line_to_a_log_or_a_letter() {
    every(&values(), |value| {
        let (world, plan) = planned(value);
        let shown = Shown { plan: &plan, refusals: &[] };
        // Errors may have more lines; another test checks them.
        let mut faces = in_text(value, &world, &plan);
        faces.retain(|(name, _)| !["letter", "impact"].contains(name));
        let letter = RunReport::of_plan(&shown);
        faces.push(("subject", letter.subject()));
        faces.push(("letter", letter.text()));
        let style = Style { colour: false, full: true };
        faces.push(("impact", impact::text(&[&instance(value, &plan)], &[], style)));
        faces.push(("tsv", tsv(&shown)));
        faces.push(("json", json(String::from_utf8(plan.canonical_json().unwrap()).unwrap())));
        match faces.iter().find(|(_, face)| has_forged_line(face)) {
            None => Ok(()),
            Some((name, face)) => Err(format!("{name}: {face}")),
        }
    });
}

/// The most similar name in the directory, which the error about a missing group suggests, contains a line break.
#[test]
fn c9_a_name_in_the_directory_adds_no_line_to_an_error() {
    let playground = Playground::new();
    let people = playground.read("policies/directories/people.yaml");
    let people =
        people.replace("name: Call centre agents", &format!("name: \"Call centre agent\\n{FORGED}\""));
    // No other name is more similar.
    let people = people.replace(", Call centre agents]", "]").replace("Call centre supervisors", "Leads");
    playground.write("policies/directories/people.yaml", &people);
    let failed = playground.run(&["plan"]).ends(1);
    assert!(failed.stderr.contains("the directory has no group `Call centre agents`"), "{}", failed.stderr);
    assert!(failed.stderr.contains(FORGED), "the name is shown: {}", failed.stderr);
    assert!(!has_forged_line(&failed.stderr) && !has_forged_line(&failed.stdout), "{}", failed.stderr);
}
