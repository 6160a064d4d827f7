//! Comparisons of one attribute: whether any value satisfies all of them, and an example. Whether a value satisfies a
//! comparison is decided by the evaluation itself ([`satisfies`]).

use super::example::example_of;
use super::words;
use crate::desired::satisfies;
use crate::model::Date;
use crate::policy::{Comparison, Operand};

/// A comparison, and whether it is negated.
pub(in crate::lint) type Requirement<'a> = (&'a Comparison, bool);

/// The possible values of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Shape {
    /// One text, or none.
    Text,
    /// One text, never none.
    Id,
    /// True, false, or none.
    Boolean,
    /// True or false.
    Known,
    /// Several texts, or none.
    List,
}

/// Whether no value at all satisfies the comparisons; `false` if unknown.
pub(in crate::lint) fn contradict(shape: Shape, requirements: &[Requirement<'_>]) -> bool {
    let never_empty = matches!(shape, Shape::Id | Shape::Known);
    let wants_empty = requirements.iter().any(|(comparison, negated)| wants_empty(comparison, *negated));
    let wants_value = requirements.iter().any(|(comparison, negated)| wants_value(comparison, *negated));
    if wants_empty {
        return wants_value || never_empty;
    }
    if !wants_value && !never_empty {
        return false;
    }
    let requirements: Vec<Requirement<'_>> = requirements
        .iter()
        .copied()
        .filter(|(comparison, _)| !matches!(comparison, Comparison::Present(_)))
        .collect();
    match shape {
        Shape::Text | Shape::Id => no_text(&requirements),
        Shape::Boolean | Shape::Known => !["true", "false"].iter().any(|text| fits_all(text, &requirements)),
        Shape::List => {
            let (negative, positive): (Vec<_>, Vec<_>) =
                requirements.into_iter().partition(|(_, negated)| *negated);
            positive.iter().any(|one| no_text(&[&[*one], negative.as_slice()].concat()))
        }
    }
}

/// Values that satisfy the comparisons, if any are found; an empty list is an empty attribute.
pub(in crate::lint) fn example(
    shape: Shape,
    requirements: &[Requirement<'_>],
    ordinary: &[String],
) -> Option<Vec<String>> {
    let fits = |texts: &[String]| {
        requirements
            .iter()
            .all(|(comparison, negated)| satisfies(comparison, texts.iter().map(String::as_str)) != *negated)
    };
    let may_be_empty = !matches!(shape, Shape::Id | Shape::Known);
    if (may_be_empty || !ordinary.is_empty()) && fits(ordinary) {
        return Some(ordinary.to_vec());
    }
    let found = match shape {
        Shape::Boolean | Shape::Known => vec!["true".to_owned(), "false".to_owned()],
        Shape::Text | Shape::Id | Shape::List => candidates(requirements),
    };
    if let Some(one) = found.iter().find(|text| fits(std::slice::from_ref(*text))) {
        return Some(vec![one.clone()]);
    }
    let positive = requirements.iter().filter(|(_, negated)| !negated);
    let each: Vec<String> = positive
        .filter_map(|(comparison, _)| {
            found.iter().find(|text| satisfies(comparison, std::iter::once(text.as_str())))
        })
        .cloned()
        .collect();
    let several = (shape == Shape::List && fits(&each)).then_some(each);
    several.or_else(|| (may_be_empty && fits(&[])).then(Vec::new))
}

fn wants_empty(comparison: &Comparison, negated: bool) -> bool {
    matches!(comparison, Comparison::Present(present) if *present == negated)
}

fn wants_value(comparison: &Comparison, negated: bool) -> bool {
    match comparison {
        Comparison::Present(present) => *present != negated,
        _ => !negated,
    }
}

fn fits((comparison, negated): Requirement<'_>, text: &str) -> bool {
    satisfies(comparison, std::iter::once(text)) != negated
}

fn fits_all(text: &str, requirements: &[Requirement<'_>]) -> bool {
    requirements.iter().all(|one| fits(*one, text))
}

/// Whether no non-empty text satisfies the comparisons.
fn no_text(requirements: &[Requirement<'_>]) -> bool {
    let listed = |wanted: bool| {
        requirements.iter().find_map(|(comparison, negated)| match comparison {
            Comparison::OneOf { texts, ignore_case } if !negated && *ignore_case == wanted => Some(texts),
            _ => None,
        })
    };
    if let Some(texts) = listed(false) {
        return !texts.iter().any(|text| !text.is_empty() && fits_all(text, requirements));
    }
    if let Some(texts) = listed(true) {
        let fits = |text: &String| {
            requirements.iter().filter(|one| ignores_ascii_case(one.0, text)).all(|one| fits(*one, text))
        };
        return !texts.iter().any(|text| !text.is_empty() && fits(text));
    }
    parts_contradict(requirements) || orders_contradict(requirements)
}

/// Whether a comparison gives the same answer for every ASCII case of a text.
fn ignores_ascii_case(comparison: &Comparison, text: &str) -> bool {
    let ignores = match comparison {
        Comparison::OneOf { ignore_case, .. } | Comparison::Includes { ignore_case, .. } => *ignore_case,
        Comparison::Matches(matcher) => matcher.ignore_case,
        Comparison::Present(_) => true,
        Comparison::Ordered { .. } => false,
    };
    ignores || !text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Contradictions between `includes` and `matches` and their negations.
fn parts_contradict(requirements: &[Requirement<'_>]) -> bool {
    let positive = requirements.iter().filter(|(_, negated)| !negated);
    positive.into_iter().any(|(one, _)| {
        requirements.iter().filter(|(_, negated)| *negated).any(|(other, _)| match (one, other) {
            (Comparison::Includes { text, .. }, Comparison::Includes { text: part, ignore_case: true }) => {
                text.to_ascii_lowercase().contains(part.as_str())
            }
            (
                Comparison::Includes { text, ignore_case: false },
                Comparison::Includes { text: part, ignore_case: false },
            ) => text.contains(part.as_str()),
            (Comparison::Matches(one), Comparison::Matches(other)) => {
                one.source == other.source && one.ignore_case == other.ignore_case
            }
            _ => false,
        })
    })
}

/// Contradictions between orderings: no number and no day is left between them.
fn orders_contradict(requirements: &[Requirement<'_>]) -> bool {
    let positive = |wanted: fn(&Operand) -> bool| {
        requirements.iter().any(|(comparison, negated)| {
            !negated && matches!(comparison, Comparison::Ordered { operand, .. } if wanted(operand))
        })
    };
    let integer = positive(|operand| matches!(operand, Operand::Integer(_)));
    let day = positive(|operand| matches!(operand, Operand::Date(_)));
    // No text is both a number and a day.
    if integer && day {
        return true;
    }
    (integer && empty_range(requirements, whole_number)) || (day && empty_range(requirements, day_number))
}

fn whole_number(operand: &Operand) -> Option<i128> {
    match operand {
        Operand::Integer(number) => Some(i128::from(*number)),
        Operand::Date(_) => None,
    }
}

fn day_number(operand: &Operand) -> Option<i128> {
    match operand {
        Operand::Integer(_) => None,
        Operand::Date(day) => Some(i128::from(Date::of_unix_days(0).days_until(*day))),
    }
}

/// Whether the half lines that all comparisons leave of an ordered value, negated or not, have no common point.
fn empty_range(requirements: &[Requirement<'_>], position: fn(&Operand) -> Option<i128>) -> bool {
    let (mut low, mut high) = (i128::from(i64::MIN), i128::from(i64::MAX));
    for (comparison, negated) in requirements {
        let Comparison::Ordered { accept, operand } = comparison else { continue };
        let Some(at) = position(operand) else { continue };
        let accepts = |order: i8| accept.contains(&order) != *negated;
        let (below, same, above) = (accepts(-1), accepts(0), accepts(1));
        if !above {
            high = high.min(if same { at } else { at - 1 });
        }
        if !below {
            low = low.max(if same { at } else { at + 1 });
        }
    }
    low > high
}

/// Texts that may satisfy the comparisons, the ones they name first.
fn candidates(requirements: &[Requirement<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (comparison, _) in requirements {
        match comparison {
            Comparison::OneOf { texts, .. } => found.extend(texts.iter().cloned()),
            Comparison::Includes { text, .. } => found.push(text.clone()),
            Comparison::Matches(matcher) => found.extend(example_of(&matcher.source)),
            Comparison::Ordered { operand, .. } => found.extend(neighbours(operand)),
            Comparison::Present(_) => {}
        }
    }
    let part = |requirement: &Requirement<'_>| match requirement {
        (Comparison::Includes { text, .. }, false) => Some(text.clone()),
        _ => None,
    };
    let mut parts: Vec<String> = requirements.iter().filter_map(part).collect();
    parts.sort();
    parts.dedup();
    found.push(parts.concat());
    found.push("Example".to_owned());
    found.extend(found.iter().map(|text| text.to_ascii_uppercase()).collect::<Vec<_>>());
    found.retain(|text| !text.is_empty());
    found
}

/// The operand and its neighbours.
fn neighbours(operand: &Operand) -> Vec<String> {
    match operand {
        Operand::Integer(number) => [number.checked_sub(1), Some(*number), number.checked_add(1)]
            .into_iter()
            .flatten()
            .map(|number| number.to_string())
            .collect(),
        Operand::Date(day) => {
            let at = Date::of_unix_days(0).days_until(*day);
            [at - 1, at, at + 1].iter().map(|days| Date::of_unix_days(*days).to_string()).collect()
        }
    }
}

/// The content of a comparison, to follow "can be" or "can not be" (`be Sales`).
pub(in crate::lint) fn described(comparison: &Comparison, negated: bool) -> String {
    let not = if negated { "not " } else { "" };
    match comparison {
        Comparison::Present(present) if *present == negated => "be empty".to_owned(),
        Comparison::Present(_) => "have a value".to_owned(),
        Comparison::OneOf { texts, .. } => format!("{not}be {}", words::list(texts, "or")),
        Comparison::Includes { text, .. } => format!("{not}include `{text}`"),
        Comparison::Matches(matcher) => format!("{not}match `{}`", matcher.source),
        Comparison::Ordered { accept, operand } => {
            let word = match (accept.contains(&-1), accept.contains(&0), accept.contains(&1)) {
                (false, false, true) => "more than",
                (false, true, true) => "at least",
                (true, false, false) => "less than",
                (true, true, false) => "at most",
                _ => "as compared with",
            };
            let operand = match operand {
                Operand::Integer(number) => number.to_string(),
                Operand::Date(day) => day.to_string(),
            };
            format!("{not}be {word} `{operand}`")
        }
    }
}
