//! Answers to requests.

use hyper::HeaderMap;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body's media type.
    pub media_type: &'static str,
    /// The Content Security Policy, for a page.
    pub policy: Option<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A plain text.
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, media_type: "text/plain; charset=utf-8", policy: None, body: body.into() }
    }
}

/// What was posted.
#[derive(Clone, Copy, Debug)]
pub struct Posted<'p> {
    pub(super) headers: &'p HeaderMap,
    /// The whole body.
    pub body: &'p [u8],
}

impl<'p> Posted<'p> {
    /// The value of a header that occurs once and is text; names are in lower case.
    pub fn header(&self, name: &str) -> Option<&'p str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        value.to_str().ok().filter(|_| values.next().is_none())
    }
}

/// What answers.
pub trait Answers: Send + Sync {
    /// The answer to a GET of this path; none: there is no such path.
    fn get(&self, path: &str) -> Option<Answer>;

    /// How many bytes may be posted to this path; none: nothing may.
    fn accepts(&self, path: &str) -> Option<usize>;

    /// The answer to what was posted to a path that accepts it.
    fn posted(&self, path: &str, posted: Posted<'_>) -> Answer;
}
