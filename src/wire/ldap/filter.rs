//! Search filters as values: no filter is ever built as text, so no value can become syntax (threat B11).

use super::ber::{self, OCTETS, SEQUENCE};

/// Which entries a search returns (RFC 4511, 4.5.1.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of these hold.
    All(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
    /// An attribute has this value.
    Equals(String, Vec<u8>),
    /// An attribute has a value that begins with this.
    Begins(String, Vec<u8>),
    /// An attribute is present.
    Present(&'static str),
}

impl Filter {
    /// An attribute has this value.
    pub fn equals(attribute: &str, value: impl AsRef<[u8]>) -> Self {
        Self::Equals(attribute.to_owned(), value.as_ref().to_vec())
    }

    /// An attribute has a value that begins with this.
    pub fn begins(attribute: &str, start: impl AsRef<[u8]>) -> Self {
        Self::Begins(attribute.to_owned(), start.as_ref().to_vec())
    }

    pub(super) fn encoded(&self) -> Vec<u8> {
        let each = |filters: &[Self]| filters.iter().map(Self::encoded).collect::<Vec<_>>();
        let octets = |text: &[u8]| ber::element(OCTETS, text);
        match self {
            Self::All(filters) => ber::group(0xa0, &each(filters)),
            Self::Any(filters) => ber::group(0xa1, &each(filters)),
            Self::Equals(attribute, value) => {
                ber::group(0xa3, &[octets(attribute.as_bytes()), octets(value)])
            }
            Self::Begins(attribute, start) => {
                let initial = ber::element(0x80, start);
                ber::group(0xa4, &[octets(attribute.as_bytes()), ber::group(SEQUENCE, &[initial])])
            }
            Self::Present(attribute) => ber::element(0x87, attribute.as_bytes()),
        }
    }
}
