//! Search filters as values: no text of a filter is ever built, so nothing in one can be taken for syntax (threat B11).

use super::ber::{self, OCTETS, SEQUENCE};

/// Which entries a search gives (RFC 4511, 4.5.1.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of these hold.
    All(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
    /// An attribute has this value.
    Equals(&'static str, String),
    /// A value of an attribute begins with this.
    Begins(&'static str, String),
    /// An attribute is there.
    Present(&'static str),
}

impl Filter {
    pub(super) fn encoded(&self) -> Vec<u8> {
        let each = |filters: &[Self]| filters.iter().map(Self::encoded).collect::<Vec<_>>();
        let octets = |text: &str| ber::element(OCTETS, text.as_bytes());
        match self {
            Self::All(filters) => ber::group(0xa0, &each(filters)),
            Self::Any(filters) => ber::group(0xa1, &each(filters)),
            Self::Equals(attribute, value) => ber::group(0xa3, &[octets(attribute), octets(value)]),
            Self::Begins(attribute, start) => {
                let initial = ber::element(0x80, start.as_bytes());
                ber::group(0xa4, &[octets(attribute), ber::group(SEQUENCE, &[initial])])
            }
            Self::Present(attribute) => ber::element(0x87, attribute.as_bytes()),
        }
    }
}
