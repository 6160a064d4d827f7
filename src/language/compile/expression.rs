//! Regular expressions: linear time, bounded size (threat B5). Where case is ignored, only ASCII case is.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

const LARGEST: usize = 1 << 20;
const DEEPEST: u32 = 64;

/// An expression that must match a whole value.
///
/// # Errors
/// When the text is no regular expression, or the expression is too large: one line with the reason.
pub(super) fn whole(source: &str, ignore_case: bool) -> Result<Regex, String> {
    let parsed = parse(source)?;
    let parsed = if ignore_case { ignoring_ascii_case(parsed) } else { parsed };
    // The expression is printed from its syntax tree, so that a `)` in the source cannot close the group early.
    build(&format!(r"\A(?:{parsed})\z"))
}

/// An expression that must match some part of a value.
///
/// # Errors
/// When the text is no regular expression, or the expression is too large: one line with the reason.
pub(super) fn part(source: &str) -> Result<Regex, String> {
    parse(source)?;
    build(source)
}

fn parse(source: &str) -> Result<Hir, String> {
    let mut parser = ParserBuilder::new().nest_limit(DEEPEST).build();
    parser.parse(source).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => one_line(&other.to_string()),
    })
}

fn build(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).size_limit(LARGEST).nest_limit(4 * DEEPEST).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it takes too much memory".to_owned(),
        other => one_line(&other.to_string()),
    })
}

fn one_line(error: &str) -> String {
    error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The same expression, matching both cases of every ASCII letter. The recursion is bounded by the parser's depth
/// limit.
fn ignoring_ascii_case(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Hir::concat(text.chars().map(letter).collect()),
            Err(_) => Hir::literal(literal.0),
        },
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(both_cases(class))),
        HirKind::Class(Class::Bytes(mut class)) => {
            class.case_fold_simple();
            Hir::class(Class::Bytes(class))
        }
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            Hir::repetition(Repetition { min, max, greedy, sub: Box::new(ignoring_ascii_case(*sub)) })
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index, name, sub: Box::new(ignoring_ascii_case(*sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(ignoring_ascii_case).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(ignoring_ascii_case).collect()),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Empty => Hir::empty(),
    }
}

fn letter(letter: char) -> Hir {
    let one = |letter| ClassUnicodeRange::new(letter, letter);
    Hir::class(Class::Unicode(ClassUnicode::new([
        one(letter.to_ascii_lowercase()),
        one(letter.to_ascii_uppercase()),
    ])))
}

fn both_cases(mut class: ClassUnicode) -> ClassUnicode {
    let other_case = |first: char, last: char, turn: fn(&char) -> char| {
        let mut letters = ClassUnicode::new([ClassUnicodeRange::new(first, last)]);
        letters.intersect(&class);
        letters
            .ranges()
            .iter()
            .map(|range| ClassUnicodeRange::new(turn(&range.start()), turn(&range.end())))
            .collect::<Vec<_>>()
    };
    let upper = other_case('a', 'z', char::to_ascii_uppercase);
    let lower = other_case('A', 'Z', char::to_ascii_lowercase);
    class.union(&ClassUnicode::new(upper.into_iter().chain(lower)));
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(source: &str, ignore_case: bool, text: &str) -> bool {
        whole(source, ignore_case).unwrap().is_match(text)
    }

    #[test]
    fn the_whole_value_fits() {
        assert!(fits("a|b", false, "b"));
        assert!(!fits("a|b", false, "ab"));
        assert!(!fits("a", false, "a\n"));
        assert!(fits("(?x) a b # both", false, "ab"));
        assert!(fits("(?i)a", false, "A"));
        assert!(!fits("(?m)^a$", false, "a\nb"));
    }

    #[test]
    fn nothing_reaches_out_of_the_group() {
        assert!(whole("a)|(?:b", false).is_err());
    }

    #[test]
    fn only_ascii_case_is_ignored() {
        assert!(fits(".*Auditor [a-c]", true, "senior AUDITOR B"));
        assert!(fits("[^a]", true, "b"));
        assert!(fits("å", true, "å"));
        assert!(!fits("å", true, "Å"));
        assert!(!fits("k", true, "\u{212a}"));
        assert!(!fits("s", true, "\u{17f}"));
    }

    #[test]
    fn what_takes_too_much_is_refused() {
        assert!(whole(r"(?:\w{1000}){1000}", false).is_err());
        assert!(whole(&"(".repeat(10_000), true).is_err());
        assert!(part(r"(?=a)").is_err());
        assert!(part(r"(a)\1").is_err());
    }
}
