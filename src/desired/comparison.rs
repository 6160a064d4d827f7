//! Comparisons of one attribute's texts (the policy language, 2).

use crate::model::Date;
use crate::policy::{Comparison, Operand};
use std::cmp::Ordering;

/// Whether the texts of an attribute satisfy a comparison: one of them must. No texts is an empty attribute, which
/// satisfies `present: false` and nothing else.
pub fn satisfies<'t>(comparison: &Comparison, mut texts: impl Iterator<Item = &'t str>) -> bool {
    match comparison {
        Comparison::Present(wanted) => texts.next().is_some() == *wanted,
        Comparison::OneOf { texts: wanted, ignore_case } => {
            texts.any(|text| wanted.iter().any(|wanted| same(wanted, text, *ignore_case)))
        }
        Comparison::Includes { text: part, ignore_case: false } => {
            texts.any(|text| text.contains(part.as_str()))
        }
        Comparison::Includes { text: part, ignore_case: true } => {
            texts.any(|text| text.to_ascii_lowercase().contains(part.as_str()))
        }
        Comparison::Matches(matcher) => texts.any(|text| matcher.regex.is_match(text)),
        Comparison::Ordered { accept, operand } => {
            texts.any(|text| order(text, *operand).is_some_and(|order| accept.contains(&(order as i8))))
        }
    }
}

fn same(wanted: &str, text: &str, ignore_case: bool) -> bool {
    if ignore_case { wanted.eq_ignore_ascii_case(text) } else { wanted == text }
}

/// How a text compares with the operand. Digits are an integer, a time stamp is its day; other text has no order.
fn order(text: &str, operand: Operand) -> Option<Ordering> {
    match operand {
        Operand::Integer(operand) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            integer.then(|| text.parse::<i64>().ok()).flatten().map(|value| value.cmp(&operand))
        }
        Operand::Date(operand) => {
            let day =
                text.get(..10).filter(|_| text.len() == 10 || text.as_bytes().get(10) == Some(&b'T'))?;
            Date::parse(day).ok().map(|value| value.cmp(&operand))
        }
    }
}
