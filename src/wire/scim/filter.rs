//! Filters that compare one attribute with one text (RFC 7644, 3.4.2.2). Nothing else is ever sent: services misread
//! `and` and URN-qualified names (S14, S15).

use std::fmt;

/// `attribute eq "value"`. Its text is the filter, and [`Equality::parse`] reads back exactly that text (threat B10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equality {
    attribute: String,
    value: String,
    boolean: bool,
}

/// A filter that cannot be built, or text that is not an equality.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The attribute is not a plain name, or a name with one sub-attribute.
    #[error("`{0}` is not an attribute name that a filter can ask for")]
    Attribute(String),
    /// The value holds a control character, which services read differently.
    #[error("the value to look for holds the control character U+{code:04X} as character {at}")]
    Control {
        /// The character's code point.
        code: u32,
        /// Its place in the value, in characters from 1.
        at: usize,
    },
    /// Text that is not one attribute, `eq` and one JSON string.
    #[error("expected one comparison like `type eq \"work\"`, from byte {0} on")]
    Shape(usize),
}

impl Equality {
    /// The filter that `attribute` (a name, or `name.subName`) equals `value`.
    ///
    /// # Errors
    /// When the attribute is not such a name, or the value holds a control character (S19).
    pub fn new(attribute: &str, value: &str) -> Result<Self, FilterError> {
        let named = attribute.split('.').count() <= 2 && attribute.split('.').all(is_name);
        if !named {
            return Err(FilterError::Attribute(attribute.to_owned()));
        }
        match value.chars().enumerate().find(|(_, character)| character.is_control()) {
            Some((at, character)) => Err(FilterError::Control { code: character.into(), at: at + 1 }),
            None => Ok(Self { attribute: attribute.to_owned(), value: value.to_owned(), boolean: false }),
        }
    }

    /// Reads one comparison: a name, `eq` in any case, a JSON string or `true` or `false`.
    ///
    /// # Errors
    /// When the text is anything else; says from which byte on.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let (attribute, rest) = word(text);
        let (operator, operand) = word(rest);
        let at = text.len() - operand.len();
        if !operator.eq_ignore_ascii_case("eq") {
            return Err(FilterError::Shape(text.len() - rest.len()));
        }
        let operand = operand.trim_end_matches(' ');
        if matches!(operand, "true" | "false") {
            return Ok(Self { boolean: true, ..Self::new(attribute, operand)? });
        }
        Self::new(attribute, &serde_json::from_str::<String>(operand).map_err(|_| FilterError::Shape(at))?)
    }

    /// The attribute's name.
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// The text it is compared with; for a boolean, its word.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value it is compared with, as JSON.
    pub fn operand(&self) -> serde_json::Value {
        if self.boolean { (self.value == "true").into() } else { self.value.as_str().into() }
    }
}

impl fmt::Display for Equality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} eq {}", self.attribute, self.operand())
    }
}

/// Whether text is an attribute name (RFC 7643, 2.1); `$ref` is one too.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'$' | b'_'));
    first && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'_' | b'-'))
}

/// The first word, and the rest behind the spaces after it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(' ');
    let end = text.find(' ').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start_matches(' '))
}
