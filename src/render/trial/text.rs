//! Policy tests on a terminal: one line a test, then every failure with its differences.

use super::ShownTrials;
use crate::policy::set::{Origin, TestSubject};
use crate::render::escape::visible;
use crate::trial::{Difference, Trial};
use similar::{ChangeTag, TextDiff};

const GREEN: &str = "32";
const RED: &str = "31";
const BOLD: &str = "1";

/// The tests as text, its lines ended.
pub fn text(shown: ShownTrials<'_>, colour: bool) -> String {
    let mut text = String::new();
    let paint = |words: &str, code: &str| paint(words, code, colour);
    let mut application = None;
    for trial in shown.trials {
        if application.replace(&trial.application) != Some(&trial.application) {
            push(&mut text, &paint(&visible(&trial.application), BOLD));
        }
        let word = if trial.holds() { paint("ok  ", GREEN) } else { paint("FAIL", RED) };
        push(&mut text, &format!("  {word} {}", visible(&trial.test.id)));
    }
    for trial in shown.trials.iter().filter(|trial| !trial.holds()) {
        let title = format!("{} {}", visible(&trial.application), visible(&trial.test.id));
        push(&mut text, &format!("\n{} {}  {}", paint("FAIL", RED), paint(&title, BOLD), place(&trial.test)));
        failure(&mut text, trial, &paint);
    }
    let failed = shown.trials.iter().filter(|trial| !trial.holds()).count();
    let code = if failed == 0 { GREEN } else { RED };
    push(&mut text, &format!("\n{}", paint(&summary(shown.trials.len(), failed), code)));
    text
}

fn summary(all: usize, failed: usize) -> String {
    let tests = if all == 1 { "1 test".to_owned() } else { format!("{all} tests") };
    format!("{tests}: {} hold, {failed} failed", all - failed)
}

fn failure(text: &mut String, trial: &Trial, paint: &impl Fn(&str, &str) -> String) {
    if let Some(problem) = &trial.problem {
        problem.lines().for_each(|line| push(text, &format!("  {}", visible(line))));
    }
    for difference in &trial.differences {
        push(text, &format!("  {}  {}", who(&difference.who), place(&difference.origin)));
        for (tag, line) in changed(difference) {
            let (sign, code) = match tag {
                ChangeTag::Delete => ("- expected", RED),
                ChangeTag::Insert => ("+ came    ", GREEN),
                ChangeTag::Equal => ("          ", ""),
            };
            push(text, &format!("    {}", paint(&format!("{sign} {}", visible(&line)), code)));
        }
        difference.told.iter().for_each(|told| push(text, &format!("    {}", visible(told))));
    }
}

/// The lines of a difference: what was expected and came, what did not come, what came instead.
pub(super) fn changed(difference: &Difference) -> Vec<(ChangeTag, String)> {
    let expected: Vec<&str> = difference.expected.iter().map(String::as_str).collect();
    let actual: Vec<&str> = difference.actual.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&expected, &actual);
    diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned())).collect()
}

pub(super) fn who(who: &TestSubject) -> String {
    match who {
        TestSubject::User(id) => format!("user `{}`", visible(id)),
        TestSubject::Account(id) => format!("account `{}`", visible(id)),
    }
}

pub(super) fn place(origin: &Origin) -> String {
    format!("{}:{}", visible(&origin.path), origin.line)
}

fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour && !code.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
