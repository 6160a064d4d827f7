//! GitHub's length limits.

/// Characters in a comment or an issue.
pub const COMMENT: usize = 65_536;
/// Characters in a check run's summary, and in its text.
pub const OUTPUT: usize = 65_535;
/// Characters in an issue's title.
pub const TITLE: usize = 256;

/// A text that is too long for GitHub. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {length} characters and GitHub takes {limit}: nothing was sent; make it shorter")]
pub struct TooLong {
    /// Which text.
    pub what: &'static str,
    /// Its length in characters.
    pub length: usize,
    /// The limit in characters.
    pub limit: usize,
}

impl TooLong {
    /// Checks a text's length.
    ///
    /// # Errors
    /// When it is above the limit.
    pub fn check(what: &'static str, text: &str, limit: usize) -> Result<(), Self> {
        let length = text.chars().count();
        if length > limit { Err(Self { what, length, limit }) } else { Ok(()) }
    }
}
