//! LDAP messages (RFC 4511, 4): encodes requests, decodes responses, which borrow from the bytes.

use super::ber::{self, BOOLEAN, ENUMERATED, Elements, INTEGER, Malformed, OCTETS, SEQUENCE, SET};
use super::filter::Filter;
use crate::model::Secret;

/// The control for paged results (RFC 2696).
pub const PAGED: &str = "1.2.840.113556.1.4.319";
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

/// A request.
#[derive(Clone, Debug)]
pub enum Request<'r> {
    /// Sign in.
    Bind {
        /// Distinguished name, user principal name or `DOMAIN\user`.
        name: &'r str,
        /// The password; never empty, since an empty one would succeed as anonymous (RFC 4513, 5.1.2).
        password: &'r Secret,
    },
    /// Switch to TLS (RFC 4511, 4.14).
    StartTls,
    /// Search for entries.
    Search(&'r Search),
    /// End the session.
    Unbind,
}

/// The scope of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The base entry only.
    Base = 0,
    /// The base entry and everything below it.
    Subtree = 2,
}

/// A search (RFC 4511, 4.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The base entry's distinguished name.
    pub base: String,
    /// How far below the base.
    pub scope: Scope,
    /// Which entries to return.
    pub filter: Filter,
    /// Which of their attributes to return.
    pub attributes: Vec<String>,
    /// The page to read; `None` for no paging.
    pub page: Option<Page>,
    /// The most entries to return; 0 for all.
    pub size_limit: u32,
}

/// A page of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The most entries on it.
    pub size: u32,
    /// The server's cookie from the end of the previous page; empty for the first page.
    pub cookie: Vec<u8>,
}

/// A message from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The id of the request that it answers; 0 for none.
    pub id: i64,
    /// The response.
    pub response: Response<'a>,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response<'a> {
    /// The result of signing in.
    Bound(Outcome<'a>),
    /// An entry.
    Entry(Entry<'a>),
    /// Addresses of a part of the tree that was not searched (RFC 4511, 4.5.3). They are never followed (threat F10).
    Reference(Vec<&'a str>),
    /// The result of a search, and the cookie of the next page: empty after the last one, `None` if the server sent no
    /// paging control.
    Done(Outcome<'a>, Option<&'a [u8]>),
    /// The result of another operation.
    Extended(Outcome<'a>),
}

/// A result code and its diagnostic text (RFC 4511, 4.1.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// 0 is success.
    pub code: i64,
    /// The server's diagnostic text.
    pub words: &'a str,
}

/// An entry: its name and those of the requested attributes that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The distinguished name.
    pub name: &'a str,
    attributes: Vec<(&'a str, Vec<&'a [u8]>)>,
}

impl<'a> Entry<'a> {
    /// An entry with these attributes.
    pub fn new(name: &'a str, attributes: Vec<(&'a str, Vec<&'a [u8]>)>) -> Self {
        Self { name, attributes }
    }

    /// The values of an attribute; case of the name is ignored (RFC 4512, 2.5).
    pub fn values(&self, attribute: &str) -> &[&'a [u8]] {
        let found = self.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute));
        found.map_or(&[], |(_, values)| values)
    }

    /// The attributes as the server sent them, with their options.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &[&'a [u8]])> {
        self.attributes.iter().map(|(name, values)| (*name, values.as_slice()))
    }
}

impl Request<'_> {
    /// Encodes the request with this message id.
    pub fn encoded(&self, id: i32) -> Vec<u8> {
        let mut parts = vec![ber::number(INTEGER, i64::from(id)), self.operation()];
        if let Self::Search(Search { page: Some(page), .. }) = self {
            parts.push(ber::group(0xa0, &[page.control()]));
        }
        ber::group(SEQUENCE, &parts)
    }

    fn operation(&self) -> Vec<u8> {
        match self {
            Self::Bind { name, password } => ber::group(
                0x60,
                &[
                    ber::number(INTEGER, 3),
                    ber::element(OCTETS, name.as_bytes()),
                    ber::element(0x80, password.expose().as_bytes()),
                ],
            ),
            Self::StartTls => ber::group(0x77, &[ber::element(0x80, START_TLS.as_bytes())]),
            Self::Search(search) => search.encoded(),
            Self::Unbind => ber::element(0x42, &[]),
        }
    }
}

impl Search {
    fn encoded(&self) -> Vec<u8> {
        let octets = |text: &String| ber::element(OCTETS, text.as_bytes());
        let attributes: Vec<_> = self.attributes.iter().map(octets).collect();
        ber::group(
            0x63,
            &[
                octets(&self.base),
                ber::number(ENUMERATED, self.scope as i64),
                // Aliases are not followed: they would return entries twice.
                ber::number(ENUMERATED, 0),
                ber::number(INTEGER, i64::from(self.size_limit)),
                ber::number(INTEGER, 0),
                ber::boolean(false),
                self.filter.encoded(),
                ber::group(SEQUENCE, &attributes),
            ],
        )
    }
}

impl Page {
    /// Critical, so that a server without paging refuses instead of truncating the result.
    fn control(&self) -> Vec<u8> {
        let value = ber::group(
            SEQUENCE,
            &[ber::number(INTEGER, i64::from(self.size)), ber::element(OCTETS, &self.cookie)],
        );
        ber::group(
            SEQUENCE,
            &[ber::element(OCTETS, PAGED.as_bytes()), ber::boolean(true), ber::element(OCTETS, &value)],
        )
    }
}

/// Decodes a message.
///
/// # Errors
/// When the bytes are not a message that a server may send.
pub fn decode(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut message = Elements::new(bytes).enter(SEQUENCE)?;
    let id = message.number(INTEGER)?;
    let (tag, content) = message.take()?;
    let mut operation = Elements::new(content);
    let response = match tag {
        0x61 => Response::Bound(outcome(&mut operation)?),
        0x64 => Response::Entry(entry(&mut operation)?),
        0x65 => Response::Done(outcome(&mut operation)?, cookie(message)?),
        0x73 => Response::Reference(addresses(operation)?),
        0x78 => Response::Extended(outcome(&mut operation)?),
        found => return Err(Malformed::Tag { expected: 0x64, found }),
    };
    Ok(Message { id, response })
}

fn outcome<'a>(operation: &mut Elements<'a>) -> Result<Outcome<'a>, Malformed> {
    let code = operation.number(ENUMERATED)?;
    operation.expect(OCTETS)?;
    // Windows ends its text with a zero byte; text that is not UTF-8 counts as empty.
    let words = std::str::from_utf8(operation.expect(OCTETS)?).unwrap_or_default().trim_end_matches('\0');
    Ok(Outcome { code, words })
}

fn addresses<'a>(mut operation: Elements<'a>) -> Result<Vec<&'a str>, Malformed> {
    let mut addresses = Vec::new();
    while !operation.is_empty() {
        addresses.push(operation.text()?);
    }
    Ok(addresses)
}

fn entry<'a>(operation: &mut Elements<'a>) -> Result<Entry<'a>, Malformed> {
    let name = operation.text()?;
    let mut list = operation.enter(SEQUENCE)?;
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = list.enter(SEQUENCE)?;
        let description = attribute.text()?;
        let mut set = attribute.enter(SET)?;
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.expect(OCTETS)?);
        }
        attributes.push((description, values));
    }
    Ok(Entry { name, attributes })
}

/// The cookie of the next page, from the controls behind an operation.
fn cookie<'a>(mut rest: Elements<'a>) -> Result<Option<&'a [u8]>, Malformed> {
    if rest.peek() != Some(0xa0) {
        return Ok(None);
    }
    let mut controls = rest.enter(0xa0)?;
    while !controls.is_empty() {
        let mut control = controls.enter(SEQUENCE)?;
        let kind = control.text()?;
        if control.peek() == Some(BOOLEAN) {
            control.take()?;
        }
        if kind == PAGED {
            let mut value = Elements::new(control.expect(OCTETS)?).enter(SEQUENCE)?;
            value.number(INTEGER)?;
            return value.expect(OCTETS).map(Some);
        }
    }
    Ok(None)
}
