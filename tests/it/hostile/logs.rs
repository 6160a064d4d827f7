//! Terminals and CI logs: no control character and no runner command reaches them.

use super::faces::{in_json, in_text, planned};
use super::{every, values::values};
use rolewright::render::escape::{json, visible};
use rolewright::render::plan::{Shown, tsv};

/// What the runner of GitHub Actions treats as a command: `::` at the beginning of a line, after white space, and the
/// older `##[` anywhere; Azure Pipelines also treats `##vso[` as one.
fn command(text: &str) -> Option<&str> {
    text.split(['\n', '\r'])
        .find(|line| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso["))
}

fn control(text: &str) -> Option<char> {
    text.chars().find(|letter| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    })
}

fn harmless(name: &str, text: &str) -> Result<(), String> {
    match (command(text), control(text)) {
        (None, None) => Ok(()),
        (command, control) => Err(format!(
            "{name}: {command:?} {control:?} in\n{}",
            text.chars().take(2_000).collect::<String>()
        )),
    }
}

#[test]
fn c4_c5_no_value_reaches_a_terminal_or_a_job_as_more_than_text() {
    every(&values(), |value| {
        let (world, plan) = planned(value);
        in_text(value, &world, &plan).iter().try_for_each(|(name, text)| harmless(name, text))?;
        let table = tsv(&Shown { plan: &plan, refusals: &[] }).replace('\t', " ");
        harmless("tsv", &table)
    });
}

#[test]
fn c5_json_is_no_command_and_says_the_same() {
    every(&values(), |value| {
        let (world, plan) = planned(value);
        let canonical = String::from_utf8(plan.canonical_json().unwrap()).unwrap();
        let mut faces = in_json(value, &world);
        faces.push(json(canonical.clone()));
        for face in &faces {
            if command(face).is_some() || control(face).is_some() {
                return Err(face.clone());
            }
            serde_json::from_str::<serde_json::Value>(face).map_err(|error| error.to_string())?;
        }
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        if read(&json(canonical.clone())) == read(&canonical) {
            Ok(())
        } else {
            Err("it says something else".to_owned())
        }
    });
}

#[test]
fn c5_commands_are_escaped_and_other_text_stays() {
    for (value, shown) in [
        ("::error::x", "\\u{3a}:error::x"),
        ("  ::error::x", "  \\u{3a}:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a::b", "a::b"),
        (":::", "\\u{3a}\\u{3a}:"),
        ("x##[error]y", "x\\u{23}#[error]y"),
        ("###[a]", "#\\u{23}#[a]"),
        ("##[##[a]", "\\u{23}#[\\u{23}#[a]"),
        ("##vso[a]", "\\u{23}#vso[a]"),
        ("## [a]", "## [a]"),
        ("#1", "#1"),
        ("::\u{1b}", "\\u{3a}:\\u{1b}"),
    ] {
        assert_eq!(visible(value), shown, "{value:?}");
    }
    assert_eq!(json("[\"##[a]\",\"\\\\##vso[\"]".to_owned()), "[\"\\u0023#[a]\",\"\\\\\\u0023#vso[\"]");
}
