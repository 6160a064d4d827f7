//! The name that was meant by one that does not exist.

use similar::get_close_matches;

/// Longer names are not compared: they are no mistyped ones, and comparing takes long.
const LONGEST: usize = 128;
/// How much of two names has to be the same.
const SIMILAR: f32 = 0.6;

/// The known name that is most similar to this one, if any is similar.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    if name.len() > LONGEST {
        return None;
    }
    let other_case = known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied();
    other_case.or_else(|| {
        let short: Vec<&str> = known.iter().filter(|known| known.len() <= LONGEST).copied().collect();
        get_close_matches(name, &short, 1, SIMILAR).first().copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h16_long_names_are_not_compared() {
        let (long, longer) = ("x".repeat(LONGEST), "x".repeat(LONGEST + 1));
        assert_eq!(nearest(&long, &[&longer, "x"]), None);
        assert_eq!(nearest(&longer, &[&long]), None);
        assert_eq!(nearest(&long[1..], &[&long]), Some(long.as_str()));
    }
}
