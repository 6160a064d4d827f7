//! How much GitHub takes.

/// Characters of a comment or an issue.
pub const COMMENT: usize = 65_536;
/// Characters of a check run's summary, and of its text.
pub const OUTPUT: usize = 65_535;
/// Characters of an issue's title. GitHub takes no more.
pub const TITLE: usize = 256;

/// A text that GitHub would not take. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {length} characters and GitHub takes {limit}: nothing was sent; make it shorter")]
pub struct TooLong {
    /// What it is.
    pub what: &'static str,
    /// Its characters.
    pub length: usize,
    /// How many it may have.
    pub limit: usize,
}

impl TooLong {
    /// Whether a text fits.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(what: &'static str, text: &str, limit: usize) -> Result<(), Self> {
        let length = text.chars().count();
        if length > limit { Err(Self { what, length, limit }) } else { Ok(()) }
    }
}
