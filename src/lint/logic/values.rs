//! Comparisons of one attribute: whether any value satisfies all of them, and an example. Whether a value satisfies a
//! comparison is decided by the evaluation itself ([`satisfies`]).

use super::example::example_of;
use super::words;
use crate::desired::satisfies;
use crate::model::Date;
use crate::policy::{Comparison, Operand};

/// A comparison that an attribute satisfies, or, negated, does not.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct Requirement<'a> {
    pub(in crate::lint) comparison: &'a Comparison,
    pub(in crate::lint) negated: bool,
}

impl Requirement<'_> {
    /// Whether an attribute with these texts is as required.
    fn fits<'t>(self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        satisfies(self.comparison, texts.into_iter()) != self.negated
    }

    fn wants_empty(self) -> bool {
        matches!(self.comparison, Comparison::Present(present) if *present == self.negated)
    }

    fn wants_value(self) -> bool {
        match self.comparison {
            Comparison::Present(present) => *present != self.negated,
            Comparison::OneOf { .. }
            | Comparison::Includes { .. }
            | Comparison::Matches(_)
            | Comparison::Ordered { .. } => !self.negated,
        }
    }
}

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
    let wants_value = requirements.iter().any(|one| one.wants_value());
    if requirements.iter().any(|one| one.wants_empty()) {
        return wants_value || never_empty;
    }
    if !wants_value && !never_empty {
        return false;
    }
    let of_texts = |one: &Requirement<'_>| !matches!(one.comparison, Comparison::Present(_));
    let requirements: Vec<Requirement<'_>> = requirements.iter().copied().filter(of_texts).collect();
    match shape {
        Shape::Text | Shape::Id => no_text(&requirements),
        Shape::Boolean | Shape::Known => !["true", "false"].iter().any(|text| fits_all(text, &requirements)),
        Shape::List => {
            let (negative, positive): (Vec<_>, Vec<_>) =
                requirements.into_iter().partition(|one| one.negated);
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
    let fits = |texts: &[String]| requirements.iter().all(|one| one.fits(texts.iter().map(String::as_str)));
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
    let positive = requirements.iter().filter(|one| !one.negated);
    let each: Vec<String> =
        positive.filter_map(|one| found.iter().find(|text| one.fits([text.as_str()]))).cloned().collect();
    let several = (shape == Shape::List && fits(&each)).then_some(each);
    several.or_else(|| (may_be_empty && fits(&[])).then(Vec::new))
}

fn fits_all(text: &str, requirements: &[Requirement<'_>]) -> bool {
    requirements.iter().all(|one| one.fits([text]))
}

/// Whether no non-empty text satisfies the comparisons.
fn no_text(requirements: &[Requirement<'_>]) -> bool {
    let listed = |wanted: bool| {
        requirements.iter().filter(|one| !one.negated).find_map(|one| {
            let Comparison::OneOf { texts, ignore_case } = one.comparison else { return None };
            (*ignore_case == wanted).then_some(texts)
        })
    };
    if let Some(texts) = listed(false) {
        return !texts.iter().any(|text| !text.is_empty() && fits_all(text, requirements));
    }
    if let Some(texts) = listed(true) {
        let fits = |text: &str| {
            let deciding = requirements.iter().filter(|one| ignores_ascii_case(one.comparison, text));
            deciding.into_iter().all(|one| one.fits([text]))
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
    let (negative, positive): (Vec<&Requirement<'_>>, Vec<_>) =
        requirements.iter().partition(|one| one.negated);
    positive.iter().any(|one| {
        negative.iter().any(|other| match (one.comparison, other.comparison) {
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
        requirements.iter().any(|one| {
            !one.negated && matches!(one.comparison, Comparison::Ordered { operand, .. } if wanted(operand))
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
    for Requirement { comparison, negated } in requirements {
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
    for one in requirements {
        match one.comparison {
            Comparison::OneOf { texts, .. } => found.extend(texts.iter().cloned()),
            Comparison::Includes { text, .. } => found.push(text.clone()),
            Comparison::Matches(matcher) => found.extend(example_of(&matcher.source)),
            Comparison::Ordered { operand, .. } => found.extend(neighbours(operand)),
            Comparison::Present(_) => {}
        }
    }
    let part = |one: &Requirement<'_>| {
        let Comparison::Includes { text, .. } = one.comparison else { return None };
        Some(text.clone())
    };
    let mut parts: Vec<String> = requirements.iter().filter(|one| !one.negated).filter_map(part).collect();
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
pub(in crate::lint) fn described(requirement: Requirement<'_>) -> String {
    let Requirement { comparison, negated } = requirement;
    let not = if negated { "not " } else { "" };
    match comparison {
        Comparison::Present(_) if requirement.wants_empty() => "be empty".to_owned(),
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
