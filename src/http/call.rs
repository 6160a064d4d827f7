//! One call as a value, and its answer.

use crate::model::CallMethod;
use reqwest::header::HeaderMap;
use std::sync::Arc;

/// The methods (RFC 9110, 9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create; never repeated.
    Post,
    /// Replace.
    Put,
    /// Change; never repeated, since services may apply a part of it (S33).
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a call may be repeated when its outcome is unknown.
    pub fn repeatable(self) -> bool {
        matches!(self, Self::Get | Self::Put | Self::Delete)
    }
}

impl From<CallMethod> for Method {
    fn from(method: CallMethod) -> Self {
        match method {
            CallMethod::Get => Self::Get,
            CallMethod::Post => Self::Post,
            CallMethod::Put => Self::Put,
            CallMethod::Patch => Self::Patch,
            CallMethod::Delete => Self::Delete,
        }
    }
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it does.
    pub method: Method,
    /// Its name in messages, without data: `/Users/{id}`.
    pub route: &'static str,
    /// Path and query below the base URL, encoded.
    pub target: String,
    /// The path without data, where that is not the route.
    pub template: Option<Arc<str>>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// Sent as `If-Match`: only if the object still has this ETag.
    pub if_match: Option<String>,
    /// The body's media type, if it is not the service's.
    pub content_type: Option<&'static str>,
    /// Further headers.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Whether it only reads, whatever its method, so that it may be repeated.
    pub reads: bool,
}

impl Call {
    /// A call without a body.
    pub fn new(method: Method, route: &'static str, target: impl Into<String>) -> Self {
        Self { method, route, target: target.into(), ..Self::nothing(method) }
    }

    fn nothing(method: Method) -> Self {
        Self {
            method,
            route: "",
            target: String::new(),
            template: None,
            body: None,
            if_match: None,
            content_type: None,
            headers: Vec::new(),
            reads: method == Method::Get,
        }
    }

    /// The endpoint that it calls: its path without data.
    pub fn endpoint(&self) -> &str {
        self.template.as_deref().unwrap_or(self.route)
    }

    /// The same with form fields; such a call only reads (RFC 6749, 4.4.2).
    #[must_use]
    pub fn form_query(self, form: String) -> Self {
        let content_type = Some("application/x-www-form-urlencoded");
        Self { body: Some(form.into_bytes()), content_type, reads: true, ..self }
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn body(self, body: &serde_json::Value) -> Self {
        Self { body: Some(body.to_string().into_bytes()), ..self }
    }

    /// The same, but only if the object still has this ETag.
    #[must_use]
    pub fn if_match(self, etag: Option<String>) -> Self {
        Self { if_match: etag, ..self }
    }
}

/// An answer with a success status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, 200 to 299.
    pub status: u16,
    /// The object's ETag, if present.
    pub etag: Option<String>,
    /// The server's clock minus this machine's, in seconds, if the answer has a `Date`.
    pub skew: Option<i64>,
    /// The `Link` header (RFC 8288), if present.
    pub link: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
    /// All headers.
    pub(super) headers: HeaderMap,
}

impl Answer {
    /// The text of a header, if present.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
