//! An explanation for people: groups, rights with the rules behind them and their texts, then step by step.

use super::escape::visible;
use crate::plan::{
    Difference, Explanation, Fate, Giver, Missing, Need, RightExplanation, Standing, Step, Way,
};
use crate::policy::Origin;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What rules say, by where they stand.
pub type RuleTexts = BTreeMap<Origin, String>;

/// The steps that come before rights: account, exclusion.
const STEPS_BEFORE: usize = 2;

/// The explanation, with the texts of the rules that count; of all, where it is about one right.
pub fn explanation(application: &str, explanation: &Explanation, texts: &RuleTexts) -> String {
    let mut text = format!("{}: {}\n", visible(application), visible(&whom(explanation)));
    let first = explanation.steps.len().min(STEPS_BEFORE);
    let (before, after) = explanation.steps.split_at(first);
    steps(&mut text, before);
    let groups = explanation.groups.iter().map(|group| {
        let kind = if group.is_role { "the role" } else { "the group" };
        format!("in {kind} `{}`", group.name)
    });
    groups.for_each(|group| push(&mut text, 2, &group));
    let asked = explanation.rights.iter().any(|right| right.missing.is_some());
    for right in &explanation.rights {
        one_right(&mut text, right, texts, asked);
    }
    let is_missing = |right: &RightExplanation| right.standing == Standing::Missing;
    if !asked && explanation.rights.iter().any(is_missing) {
        push(&mut text, 2, "(what would give a right that is missing: `--right RIGHT`)");
    }
    steps(&mut text, after);
    text
}

/// What two versions of the policies say differently about one person.
pub fn explained_differences(application: &str, differences: &[Difference]) -> String {
    let mut text = format!("{}: what differs\n", visible(application));
    if differences.is_empty() {
        push(&mut text, 2, "nothing");
    }
    for Difference { what, before, after } in differences {
        push(&mut text, 2, what);
        let side = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
        push(&mut text, 4, &format!("before: {}", side(before)));
        push(&mut text, 4, &format!("after:  {}", side(after)));
    }
    text
}

/// Whom an explanation is about.
pub(super) fn whom(explanation: &Explanation) -> String {
    let subject = &explanation.subject;
    match (&subject.user, &subject.directory) {
        (Some(id), Some(directory)) => format!("user `{id}` of the directory `{directory}`"),
        (Some(_), None) | (None, _) => format!("account `{}`, without a user", subject.key()),
    }
}

fn steps(text: &mut String, steps: &[Step]) {
    let width = steps.iter().map(|step| step.title.chars().count()).max().unwrap_or(0).min(40);
    for step in steps {
        let place = step.origin.as_ref().map_or(String::new(), |origin| place("  ", origin));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<width$}  {}{place}", visible(&step.title), visible(&step.answer));
    }
}

fn one_right(text: &mut String, right: &RightExplanation, texts: &RuleTexts, asked: bool) {
    push(text, 2, &format!("right `{}`: {}", right.right, standing(right)));
    for giver in &right.givers {
        push(text, 4, &told(giver));
        if asked || giver.fate != Fate::FitsNot {
            quote(text, texts.get(&giver.rule));
        }
        if let Fate::LosesTo(rule) | Fate::DroppedBy(rule) = &giver.fate {
            quote(text, texts.get(rule));
        }
    }
    if right.more > 0 {
        push(text, 4, &format!("nor by {} more that do not fit", right.more));
    }
    if let Some(missing) = &right.missing {
        nearest(missing).iter().for_each(|line| push(text, 4, line));
    }
}

/// Whether a right is given, and whether the account holds it.
pub(super) fn standing(right: &RightExplanation) -> String {
    let word = match right.standing {
        Standing::Given => "given",
        Standing::Withheld => "rules give it, and something else keeps it back",
        Standing::Lost => "lost",
        Standing::Missing => "missing",
    };
    match (right.standing, right.held) {
        (Standing::Given, true) => format!("{word}, and the account holds it"),
        (Standing::Given, false) => format!("{word}; the account does not hold it yet"),
        (Standing::Withheld | Standing::Lost | Standing::Missing, true) => {
            format!("{word}; the account holds it today")
        }
        (Standing::Withheld | Standing::Lost | Standing::Missing, false) => word.to_owned(),
    }
}

/// A rule that gives a right, and what becomes of it.
pub(super) fn told(giver: &Giver) -> String {
    let rule = named(&giver.rule);
    let because = &giver.because;
    match &giver.fate {
        Fate::Counts => format!("by the rule {rule}: {because}"),
        Fate::FitsNot => format!("not by the rule {rule}: {because}"),
        Fate::LosesTo(winner) => {
            format!("not by the rule {rule}: {because}, but it loses to the rule {}", named(winner))
        }
        Fate::DroppedBy(constraint) => {
            format!("not by the rule {rule}: {because}, but the constraint {} drops it", named(constraint))
        }
        Fate::TiesWith(others) => {
            let others: Vec<String> = others.iter().map(named).collect();
            format!(
                "not by the rule {rule}: {because}, but nothing says whether it wins or {}",
                others.join(", ")
            )
        }
    }
}

/// What would give a right, a line each; what stands in the way of any right comes first.
pub(super) fn nearest(missing: &Missing) -> Vec<String> {
    let mut lines: Vec<String> =
        missing.first.iter().map(|need| format!("first of all: {}{}", need.what, place_of(need))).collect();
    let free = missing.first.is_empty();
    for (at, one) in missing.ways.iter().enumerate() {
        let begins = if at == 0 { "nearest: " } else { "or: " };
        lines.push(format!("{begins}{}", way(one, free)));
    }
    if missing.ways.is_empty() {
        match missing.hints.as_slice() {
            [] => lines.push("no rule gives it to anybody".to_owned()),
            hints => lines.extend(hints.iter().map(|hint| {
                format!("no group that is there gives it; it needs {}{}", hint.what, place_of(hint))
            })),
        }
    }
    lines
}

fn way(way: &Way, free: bool) -> String {
    let rule = named(&way.rule);
    let needs: Vec<String> = way
        .needs
        .iter()
        .map(|need| match &need.rule {
            Some(asking) if *asking != way.rule => format!("{}{}", need.what, place_of(need)),
            Some(_) | None => need.what.clone(),
        })
        .collect();
    let what = match needs.as_slice() {
        [] => return format!("nothing else is missing for the rule {rule}"),
        [one] => format!("needs {one}, for the rule {rule}"),
        several => {
            format!(
                "no single change gives it; needs all of this, for the rule {rule}: {}",
                several.join("; ")
            )
        }
    };
    match (way.works, needs.len(), free) {
        (true, 1, _) => format!("{what}; that alone gives it"),
        (true, _, _) => format!("{what}; together they give it"),
        (false, _, true) => what,
        (false, _, false) => format!("{what}, once nothing stands in the way"),
    }
}

fn named(origin: &Origin) -> String {
    format!("`{}`{}", origin.id, place(" ", origin))
}

fn place_of(need: &Need) -> String {
    need.rule.as_ref().map_or(String::new(), |rule| place(" ", rule))
}

fn place(before: &str, origin: &Origin) -> String {
    if origin.path.is_empty() { String::new() } else { format!("{before}({}:{})", origin.path, origin.line) }
}

/// The text of a rule, behind a bar.
fn quote(text: &mut String, rule: Option<&String>) {
    let lines = rule.into_iter().flat_map(|rule| rule.lines());
    lines.for_each(|line| push(text, 8, &format!("| {line}")));
}

fn push(text: &mut String, indent: usize, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{:indent$}{}", "", visible(line));
}
