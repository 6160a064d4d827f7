//! Suggests a known name for a name that does not exist.

use crate::model::{Advice, Remedy, nearest};

const LISTED: usize = 12;
/// Of more names than this none is suggested or listed: that would take long, for each unknown name anew.
const MOST_KNOWN: usize = 1_000;

/// Help for an unknown name: the most similar known name, or the list of names.
pub(super) fn help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Advice {
    let mut known: Vec<&str> = known.into_iter().take(MOST_KNOWN + 1).collect();
    known.sort_unstable();
    known.dedup();
    if known.len() > MOST_KNOWN {
        return format!("there are more than {MOST_KNOWN}, too many to look for one that is similar").into();
    }
    match nearest(name, &known) {
        Some(near) if !are_opposites(name, near) => Advice {
            help: format!("did you mean `{near}`?"),
            remedy: Some(Remedy::Respell { written: name.to_owned(), meant: near.to_owned() }),
        },
        Some(near) if known.contains(&"not") => format!(
            "for the opposite of `{near}`, put `not` around the condition: `not: {{ .., {near}: .. }}`"
        )
        .into(),
        Some(_) | None => choice(&known).into(),
    }
}

/// What makes a word its opposite, at its beginning.
const NEGATIONS: [&str; 6] = ["isnot", "not", "non", "no", "un", "dis"];
/// Words that are opposites of each other, and look alike.
const OPPOSITES: [[&str; 2]; 4] =
    [["enable", "disable"], ["include", "exclude"], ["min", "max"], ["above", "below"]];

/// Whether one name says the opposite of the other: it was not mistyped.
fn are_opposites(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let negates = |long: &str, short: &str| {
        NEGATIONS.iter().any(|negation| long.strip_prefix(negation).is_some_and(|rest| rest == short))
    };
    let replaced = |[from, to]: &[&str; 2]| one.contains(from) && one.replace(from, to) == other;
    negates(&one, &other)
        || negates(&other, &one)
        || OPPOSITES.iter().any(|[from, to]| replaced(&[from, to]) || replaced(&[to, from]))
}

/// The list of names to choose from.
pub(super) fn choice<S: AsRef<str>>(known: &[S]) -> String {
    match known {
        [] => "there is none".to_owned(),
        [one] => format!("there is only `{}`", one.as_ref()),
        few if few.len() <= LISTED => format!("there are {}", list(few)),
        many => format!("there are {} and {} more", list(&many[..LISTED]), many.len() - LISTED),
    }
}

/// Names in backticks, with commas between them.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
        help(name, known).help
    }

    #[test]
    fn h16_too_many_names_are_not_compared() {
        let names: Vec<String> = (0..=MOST_KNOWN).map(|number| format!("name-{number}")).collect();
        assert!(said("name-x", names.iter().map(String::as_str)).starts_with("there are more than 1000"));
        assert!(said("name-x", names[1..].iter().map(String::as_str)).starts_with("did you mean"));
    }

    #[test]
    fn the_nearest_spelling_comes_before_a_list() {
        assert_eq!(said("departmnt", ["department", "city"]), "did you mean `department`?");
        assert_eq!(said("MAIL", ["email", "mail"]), "did you mean `mail`?");
        assert_eq!(said("x", ["one", "two"]), "there are `one`, `two`");
        assert_eq!(said("x", []), "there is none");
    }

    #[test]
    fn the_opposite_is_never_what_was_meant() {
        let help_in_a_condition = said("notEquals", ["equals", "in", "not"]);
        assert!(
            help_in_a_condition.starts_with("for the opposite of `equals`, put `not`"),
            "{help_in_a_condition}"
        );
        assert_eq!(said("disabled", ["enabled", "scope"]), "there are `enabled`, `scope`");
        assert_eq!(said("excludes", ["includes"]), "there is only `includes`");
        assert_eq!(said("notify", ["notifiy"]), "did you mean `notifiy`?");
    }
}
