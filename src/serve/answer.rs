//! Answers to requests.

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

/// What answers.
pub trait Answers: Send + Sync {
    /// The answer to a GET of this path; none: there is no such path.
    fn get(&self, path: &str) -> Option<Answer>;
}
