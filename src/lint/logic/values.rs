//! Comparisons of one attribute: whether any value satisfies all of them, and one that does. Whether a value satisfies a
//! comparison is asked of the evaluation itself ([`satisfies`]).

use super::example::example_of;
use crate::desired::satisfies;
use crate::model::Date;
use crate::policy::{Comparison, Operand};

/// A comparison, and whether it is turned round.
pub(in crate::lint) type Asked<'a> = (&'a Comparison, bool);

/// What values an attribute can have.
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

/// Whether no value at all satisfies the comparisons. False where it cannot be told.
pub(in crate::lint) fn contradict(shape: Shape, asked: &[Asked<'_>]) -> bool {
    let never_empty = matches!(shape, Shape::Id | Shape::Known);
    let wants_empty = asked.iter().any(|(comparison, negated)| wants_empty(comparison, *negated));
    let wants_value = asked.iter().any(|(comparison, negated)| wants_value(comparison, *negated));
    if wants_empty {
        return wants_value || never_empty;
    }
    if !wants_value && !never_empty {
        return false;
    }
    let asked: Vec<Asked<'_>> = asked
        .iter()
        .copied()
        .filter(|(comparison, _)| !matches!(comparison, Comparison::Present(_)))
        .collect();
    match shape {
        Shape::Text | Shape::Id => no_text(&asked),
        Shape::Boolean | Shape::Known => !["true", "false"].iter().any(|text| fits_all(text, &asked)),
        Shape::List => {
            let (negative, positive): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(_, negated)| *negated);
            positive.iter().any(|one| no_text(&[&[*one], negative.as_slice()].concat()))
        }
    }
}

/// Values that satisfy the comparisons, where any are found: none is an empty attribute.
pub(in crate::lint) fn example(
    shape: Shape,
    asked: &[Asked<'_>],
    ordinary: &[String],
) -> Option<Vec<String>> {
    let fits = |texts: &[String]| {
        asked
            .iter()
            .all(|(comparison, negated)| satisfies(comparison, texts.iter().map(String::as_str)) != *negated)
    };
    let may_be_empty = !matches!(shape, Shape::Id | Shape::Known);
    if (may_be_empty || !ordinary.is_empty()) && fits(ordinary) {
        return Some(ordinary.to_vec());
    }
    let found = match shape {
        Shape::Boolean | Shape::Known => vec!["true".to_owned(), "false".to_owned()],
        Shape::Text | Shape::Id | Shape::List => candidates(asked),
    };
    if let Some(one) = found.iter().find(|text| fits(std::slice::from_ref(*text))) {
        return Some(vec![one.clone()]);
    }
    let positive = asked.iter().filter(|(_, negated)| !negated);
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

fn fits((comparison, negated): Asked<'_>, text: &str) -> bool {
    satisfies(comparison, std::iter::once(text)) != negated
}

fn fits_all(text: &str, asked: &[Asked<'_>]) -> bool {
    asked.iter().all(|one| fits(*one, text))
}

/// Whether no text that is not empty satisfies the comparisons.
fn no_text(asked: &[Asked<'_>]) -> bool {
    let listed = |wanted: bool| {
        asked.iter().find_map(|(comparison, negated)| match comparison {
            Comparison::OneOf { texts, ignore_case } if !negated && *ignore_case == wanted => Some(texts),
            _ => None,
        })
    };
    if let Some(texts) = listed(false) {
        return !texts.iter().any(|text| !text.is_empty() && fits_all(text, asked));
    }
    if let Some(texts) = listed(true) {
        let fits = |text: &String| asked.iter().filter(|one| blind(one.0, text)).all(|one| fits(*one, text));
        return !texts.iter().any(|text| !text.is_empty() && fits(text));
    }
    parts_contradict(asked) || orders_contradict(asked)
}

/// Whether a comparison has the same answer for every spelling of a text that differs in ASCII case only.
fn blind(comparison: &Comparison, text: &str) -> bool {
    let ignores = match comparison {
        Comparison::OneOf { ignore_case, .. } | Comparison::Includes { ignore_case, .. } => *ignore_case,
        Comparison::Matches(matcher) => matcher.ignore_case,
        Comparison::Present(_) => true,
        Comparison::Ordered { .. } => false,
    };
    ignores || !text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `includes` and `matches`, and the same turned round.
fn parts_contradict(asked: &[Asked<'_>]) -> bool {
    let positive = asked.iter().filter(|(_, negated)| !negated);
    positive.into_iter().any(|(one, _)| {
        asked.iter().filter(|(_, negated)| *negated).any(|(other, _)| match (one, other) {
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

/// Orders that leave no number and no day between them.
fn orders_contradict(asked: &[Asked<'_>]) -> bool {
    let positive = |wanted: fn(&Operand) -> bool| {
        asked.iter().any(|(comparison, negated)| {
            !negated && matches!(comparison, Comparison::Ordered { operand, .. } if wanted(operand))
        })
    };
    let integer = positive(|operand| matches!(operand, Operand::Integer(_)));
    let day = positive(|operand| matches!(operand, Operand::Date(_)));
    // No text is both a number and a day.
    if integer && day {
        return true;
    }
    (integer && empty_range(asked, whole_number)) || (day && empty_range(asked, day_number))
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

/// Of a value that has an order, every comparison leaves a half line, turned round or not.
fn empty_range(asked: &[Asked<'_>], place: fn(&Operand) -> Option<i128>) -> bool {
    let (mut low, mut high) = (i128::from(i64::MIN), i128::from(i64::MAX));
    for (comparison, negated) in asked {
        let Comparison::Ordered { accept, operand } = comparison else { continue };
        let Some(at) = place(operand) else { continue };
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

/// Texts that may satisfy the comparisons: those that are named first.
fn candidates(asked: &[Asked<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (comparison, _) in asked {
        match comparison {
            Comparison::OneOf { texts, .. } => found.extend(texts.iter().cloned()),
            Comparison::Includes { text, .. } => found.push(text.clone()),
            Comparison::Matches(matcher) => found.extend(example_of(&matcher.source)),
            Comparison::Ordered { operand, .. } => found.extend(beside(operand)),
            Comparison::Present(_) => {}
        }
    }
    let part = |asked: &Asked<'_>| match asked {
        (Comparison::Includes { text, .. }, false) => Some(text.clone()),
        _ => None,
    };
    let mut parts: Vec<String> = asked.iter().filter_map(part).collect();
    parts.sort();
    parts.dedup();
    found.push(parts.concat());
    found.push("Example".to_owned());
    found.extend(found.iter().map(|text| text.to_ascii_uppercase()).collect::<Vec<_>>());
    found.retain(|text| !text.is_empty());
    found
}

/// The operand and its neighbours.
fn beside(operand: &Operand) -> Vec<String> {
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
