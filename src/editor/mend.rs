//! What an editor can do about a finding: take the name that was meant, or put a value in quotes.

use super::edit::Edit;
use super::position::{LineRange, Lines};
use super::problem::Problem;
use super::quoting::{quoted, written};
use crate::model::{Remedy, SourceSet, Span};

/// A change that settles a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// What it does, for people.
    pub title: String,
    /// The change.
    pub edit: Edit,
}

/// The change that settles a problem, if there is one. The text must still be what the finding was about.
pub fn mends(sources: &SourceSet, problem: &Problem) -> Option<Mend> {
    let at = problem.finding.labels.first()?.at;
    let text = &sources.file(at.file).text;
    let there = text.get(at.span.start as usize..at.span.end as usize)?;
    let lines = Lines::new(text);
    let edit = |range: LineRange, text: String| Edit { file: at.file, range, text };
    match problem.finding.remedy.as_deref()? {
        Remedy::Quote => {
            let plain =
                !there.is_empty() && !there.starts_with(['\'', '"', '[', '{']) && !there.contains('\n');
            plain.then(|| Mend {
                title: format!("Put `{there}` in quotes"),
                edit: edit(lines.range(at.span), quoted(there)),
            })
        }
        Remedy::Respell { written: name, meant } => {
            let title = format!("Write `{meant}` instead of `{name}`");
            let whole = there == name
                || there
                    .strip_prefix(['\'', '"'])
                    .is_some_and(|rest| rest.strip_suffix(['\'', '"']) == Some(name));
            if whole {
                return Some(Mend { title, edit: edit(lines.range(at.span), written(meant)) });
            }
            let start = at.span.start as usize + only_word(there, name)?;
            let span = Span::new(start, start + name.len());
            Some(Mend { title, edit: edit(lines.range(span), meant.clone()) })
        }
    }
}

/// Where a word stands in a text, if it stands there once.
fn only_word(text: &str, word: &str) -> Option<usize> {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut places = text.match_indices(word).filter(|(at, _)| {
        !is_part(text[..*at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    });
    let (at, _) = places.next().filter(|_| !word.is_empty())?;
    places.next().is_none().then_some(at)
}
