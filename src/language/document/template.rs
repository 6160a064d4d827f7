//! Text with names in braces (the policy language, 1, "Braces take a name").

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This text; `{{` and `}}` are braces themselves.
    Text(String),
    /// The name between braces.
    Name(String),
}

/// Braces that don't match.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `{` without its `}`.
    #[error("`{{` opens a name that no `}}` closes")]
    Unclosed,
    /// A `}` without its `{`.
    #[error("`}}` closes nothing")]
    Unopened,
    /// `{}`.
    #[error("`{{}}` has no name between the braces")]
    Nameless,
    /// More names than [`MOST_NAMES`].
    #[error("there are more than {MOST_NAMES} names in braces")]
    TooMany,
    /// `{ a {b} }`.
    #[error("a name in braces holds a brace")]
    Nested,
}

/// The names that one text may hold: each may stand for a long value.
const MOST_NAMES: usize = 64;

/// Reads a template; neighbouring texts are one piece.
///
/// # Errors
/// Braces that don't match, or too many names.
pub fn parse_template(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let (mut rest, mut names) = (text, 0);
    while let Some(at) = rest.find(['{', '}']) {
        let brace = &rest[at..=at];
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
        } else if brace == "}" {
            return Err(TemplateError::Unopened);
        } else {
            let (name, after) = rest.split_once('}').ok_or(TemplateError::Unclosed)?;
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            names += 1;
            if names > MOST_NAMES {
                return Err(TemplateError::TooMany);
            }
            pieces.push(Piece::Name(checked(name)?));
            rest = after;
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

fn checked(name: &str) -> Result<String, TemplateError> {
    match name {
        "" => Err(TemplateError::Nameless),
        name if name.contains('{') => Err(TemplateError::Nested),
        name => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn name(name: &str) -> Piece {
        Piece::Name(name.to_owned())
    }

    #[test]
    fn names_stand_in_braces_and_doubled_braces_are_text() {
        let pieces = vec![text("a{"), name("b"), text("}c"), name("d"), name("e")];
        assert_eq!(parse_template("a{{{b}}}c{d}{e}"), Ok(pieces));
        assert_eq!(parse_template(""), Ok(Vec::new()));
    }

    #[test]
    fn h14_a_text_holds_a_limited_number_of_names() {
        assert!(parse_template(&"{a}".repeat(MOST_NAMES)).is_ok());
        assert_eq!(parse_template(&"{a}".repeat(MOST_NAMES + 1)), Err(TemplateError::TooMany));
    }

    #[test]
    fn braces_that_do_not_fit_are_errors() {
        assert_eq!(parse_template("{a"), Err(TemplateError::Unclosed));
        assert_eq!(parse_template("a}"), Err(TemplateError::Unopened));
        assert_eq!(parse_template("{}"), Err(TemplateError::Nameless));
        assert_eq!(parse_template("{a{b}"), Err(TemplateError::Nested));
    }
}
