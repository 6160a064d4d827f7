//! Suggests a known name for a name that does not exist.

use crate::model::nearest;

const LISTED: usize = 12;
/// Of more names than this none is suggested or listed: that would take long, for each unknown name anew.
const MOST_KNOWN: usize = 1_000;

/// Help for an unknown name: the most similar known name, or the list of names.
pub(super) fn help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known: Vec<&str> = known.into_iter().take(MOST_KNOWN + 1).collect();
    known.sort_unstable();
    known.dedup();
    if known.len() > MOST_KNOWN {
        return format!("there are more than {MOST_KNOWN}, too many to look for one that is similar");
    }
    if let Some(near) = nearest(name, &known) {
        return format!("did you mean `{near}`?");
    }
    choice(&known)
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

    #[test]
    fn h16_too_many_names_are_not_compared() {
        let names: Vec<String> = (0..=MOST_KNOWN).map(|number| format!("name-{number}")).collect();
        assert!(help("name-x", names.iter().map(String::as_str)).starts_with("there are more than 1000"));
        assert!(help("name-x", names[1..].iter().map(String::as_str)).starts_with("did you mean"));
    }

    #[test]
    fn the_nearest_spelling_comes_before_a_list() {
        assert_eq!(help("departmnt", ["department", "city"]), "did you mean `department`?");
        assert_eq!(help("MAIL", ["email", "mail"]), "did you mean `mail`?");
        assert_eq!(help("x", ["one", "two"]), "there are `one`, `two`");
        assert_eq!(help("x", []), "there is none");
    }
}
