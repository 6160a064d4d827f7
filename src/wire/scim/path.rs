//! Attribute paths as policies write them (RFC 7644, 3.10; the policy language, 5).

use super::USER_SCHEMA;
use super::filter::{Equality, is_name};
use std::fmt;

/// Where an account attribute is in a SCIM user. Names are sent as written and read ignoring case (S6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimPath {
    /// The extension's URN; `None` for the core user.
    pub schema: Option<String>,
    /// The attribute.
    pub attribute: String,
    /// Which of its values.
    pub pick: Pick,
    /// The sub-attribute; `None` for the attribute itself, or `value` of each element.
    pub sub: Option<String>,
}

/// Which values of a possibly multi-valued attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The single value, or all values.
    All,
    /// The first: `[0]`.
    First,
    /// Those with this sub-attribute: `[type eq "work"]`; with a sub-attribute behind it, the first of them.
    Where(Equality),
}

/// Text that is not an attribute path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a SCIM attribute path: {problem}, at character {at}")]
pub struct ScimPathError {
    /// The text.
    pub path: String,
    /// What is wrong and what was expected.
    pub problem: &'static str,
    /// Where, in characters from 1.
    pub at: usize,
}

impl ScimPath {
    /// Reads `userName`, `name.givenName`, `emails[type eq "work"].value`, `addresses[0].locality`, each optionally
    /// prefixed with an extension's URN and `:`. The core user's URN is dropped.
    ///
    /// # Errors
    /// When the text is not such a path; says what was expected and where.
    pub fn parse(text: &str) -> Result<Self, ScimPathError> {
        let error = |problem, byte: usize| ScimPathError {
            path: text.to_owned(),
            problem,
            at: text.get(..byte).map_or(0, |before| before.chars().count()) + 1,
        };
        let start = name_start(text);
        let schema = start.checked_sub(1).map(|end| &text[..end]);
        check_schema(schema).map_err(|problem| error(problem, 0))?;
        let name_end = text[start..].find(['.', '[']).map_or(text.len(), |at| start + at);
        let attribute = &text[start..name_end];
        if !is_name(attribute) {
            return Err(error("expected an attribute's name", start));
        }
        let (pick, rest) = pick(text, name_end).map_err(|(problem, at)| error(problem, at))?;
        let sub = sub(&text[rest..]).map_err(|problem| error(problem, rest))?;
        Ok(Self {
            schema: schema.filter(|urn| !urn.eq_ignore_ascii_case(USER_SCHEMA)).map(str::to_owned),
            attribute: attribute.to_owned(),
            pick,
            sub: sub.map(str::to_owned),
        })
    }

    /// The same path without sub-attribute and selection: the path to replace a whole list.
    pub(super) fn whole(&self) -> Self {
        Self { pick: Pick::All, sub: None, ..self.clone() }
    }
}

impl fmt::Display for ScimPath {
    /// The path as a PATCH operation names it; `[0]`, which SCIM lacks, as the policy writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.attribute)?;
        match &self.pick {
            Pick::All => {}
            Pick::First => f.write_str("[0]")?,
            Pick::Where(equality) => write!(f, "[{equality}]")?,
        }
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{sub}"))
    }
}

/// Where the attribute's name begins: behind the URN, if there is one. A colon in brackets belongs to a value.
fn name_start(text: &str) -> usize {
    let outside = &text[..text.find('[').unwrap_or(text.len())];
    outside.rfind(':').map_or(0, |colon| colon + 1)
}

/// A URN without an attribute is a likely mistake: `urn:...:2.0:User` would be the attribute `User`.
fn check_schema(schema: Option<&str>) -> Result<(), &'static str> {
    let Some(schema) = schema else { return Ok(()) };
    if schema.len() < 8 || !schema.as_bytes()[..4].eq_ignore_ascii_case(b"urn:") {
        return Err("expected a schema's URN before the colon");
    }
    if schema.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("expected a schema's URN without spaces");
    }
    let last = schema.rsplit(':').next().unwrap_or_default();
    let version = last.starts_with(|c: char| c.is_ascii_digit()) && last.contains('.');
    if version { Err("it names a schema; expected `:` and an attribute behind it") } else { Ok(()) }
}

/// The selection at `at`, and where the rest of the path begins.
fn pick(text: &str, at: usize) -> Result<(Pick, usize), (&'static str, usize)> {
    let Some(inside) = text[at..].strip_prefix('[') else { return Ok((Pick::All, at)) };
    let length = closing(inside).ok_or(("the bracket is not closed", at))?;
    let (chosen, rest) = (&inside[..length], at + length + 2);
    if chosen == "0" {
        return Ok((Pick::First, rest));
    }
    if chosen.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(("only `[0]`, the first value, can be asked for by number", at));
    }
    let equality = Equality::parse(chosen)
        .map_err(|_| ("expected `[0]` or a choice like `[type eq \"work\"]`", at + 1))?;
    if equality.attribute().contains('.') {
        return Err(("expected one sub-attribute's name", at + 1));
    }
    Ok((Pick::Where(equality), rest))
}

/// Where the bracket closes, ignoring brackets in quotes.
fn closing(inside: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    inside.bytes().position(|byte| {
        let closes = byte == b']' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        closes
    })
}

/// The sub-attribute in the rest of a path.
fn sub(rest: &str) -> Result<Option<&str>, &'static str> {
    match rest.strip_prefix('.') {
        _ if rest.is_empty() => Ok(None),
        Some(name) if is_name(name) => Ok(Some(name)),
        Some(_) => Err("expected one sub-attribute's name behind the dot"),
        None => Err("expected a dot and a sub-attribute, or the end"),
    }
}
