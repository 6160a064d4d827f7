//! Suggests a known name for a name that does not exist.

use similar::get_close_matches;

const LISTED: usize = 12;

/// Help for an unknown name: the most similar known name, or the list of names.
pub(super) fn help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
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

/// The known name that is most similar to this one, if any is similar.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let other_case = known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied();
    other_case.or_else(|| get_close_matches(name, known, 1, 0.6).first().copied())
}

/// Names in backticks, with commas between them.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_comes_before_a_list() {
        assert_eq!(help("departmnt", ["department", "city"]), "did you mean `department`?");
        assert_eq!(help("MAIL", ["email", "mail"]), "did you mean `mail`?");
        assert_eq!(help("x", ["one", "two"]), "there are `one`, `two`");
        assert_eq!(help("x", []), "there is none");
    }
}
