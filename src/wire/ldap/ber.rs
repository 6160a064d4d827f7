//! The basic encoding rules (BER) as LDAP uses them (RFC 4511, 5.1): definite lengths, one-byte tags.

/// Bytes that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// An element claims to be longer than its container.
    #[error("an element ends beyond the message")]
    Short,
    /// A length form that LDAP does not allow.
    #[error("a length has a form that LDAP does not have")]
    Length,
    /// Another tag than the protocol expects.
    #[error("an element has the tag {found:#04x} where {expected:#04x} was expected")]
    Tag {
        /// The expected tag.
        expected: u8,
        /// The tag found.
        found: u8,
    },
    /// A number with no bytes or more than eight.
    #[error("a number has an unreadable size")]
    Number,
    /// Text that is not UTF-8.
    #[error("a text is not UTF-8")]
    Text,
    /// A message above the size limit.
    #[error("a message has {length} bytes; no message may have more than {most}")]
    TooLarge {
        /// Its length.
        length: u64,
        /// The largest length accepted.
        most: usize,
    },
}

/// `SEQUENCE`.
pub const SEQUENCE: u8 = 0x30;
/// `SET`.
pub const SET: u8 = 0x31;
/// `OCTET STRING`.
pub const OCTETS: u8 = 0x04;
/// `INTEGER`.
pub const INTEGER: u8 = 0x02;
/// `ENUMERATED`.
pub const ENUMERATED: u8 = 0x0a;
/// `BOOLEAN`.
pub const BOOLEAN: u8 = 0x01;

/// Encodes an element with a tag and its content.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len() + 6);
    bytes.push(tag);
    match content.len() {
        short @ 0..=0x7f => bytes.push(short as u8),
        long => {
            let length = (long as u64).to_be_bytes();
            let digits = &length[length.iter().position(|byte| *byte != 0).unwrap_or(7)..];
            bytes.push(0x80 | digits.len() as u8);
            bytes.extend_from_slice(digits);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// Encodes an element that contains these elements.
pub fn group(tag: u8, elements: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &elements.concat())
}

/// Encodes a number.
pub fn number(tag: u8, value: i64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let sign = if value < 0 { 0xff } else { 0 };
    let redundant = |at: &usize| bytes[*at] == sign && (bytes[at + 1] ^ sign) & 0x80 == 0;
    let first = (0..7).take_while(redundant).count();
    element(tag, &bytes[first..])
}

/// Encodes a boolean.
pub fn boolean(value: bool) -> Vec<u8> {
    element(BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// Reads elements one after another.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The elements in these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether no element is left.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub fn peek(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: its tag and content.
    ///
    /// # Errors
    /// When there is none, or it is incomplete.
    pub fn take(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let (tag, header, length) = header(self.0)?.ok_or(Malformed::Short)?;
        let length = usize::try_from(length).map_err(|_| Malformed::Short)?;
        let end = header.checked_add(length).ok_or(Malformed::Short)?;
        let content = self.0.get(header..end).ok_or(Malformed::Short)?;
        self.0 = &self.0[end..];
        Ok((tag, content))
    }

    /// The content of the next element, which must have this tag.
    ///
    /// # Errors
    /// When it has another tag, or is incomplete.
    pub fn expect(&mut self, expected: u8) -> Result<&'a [u8], Malformed> {
        let (found, content) = self.take()?;
        if found == expected { Ok(content) } else { Err(Malformed::Tag { expected, found }) }
    }

    /// The elements inside the next element, which must have this tag.
    ///
    /// # Errors
    /// As [`Elements::expect`].
    pub fn enter(&mut self, expected: u8) -> Result<Self, Malformed> {
        self.expect(expected).map(Self)
    }

    /// The next element as text.
    ///
    /// # Errors
    /// When it is not an octet string of UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.expect(OCTETS)?).map_err(|_| Malformed::Text)
    }

    /// The next element as a number.
    ///
    /// # Errors
    /// When it has another tag, or does not fit into 64 bits.
    pub fn number(&mut self, tag: u8) -> Result<i64, Malformed> {
        let content = self.expect(tag)?;
        match content {
            [] => Err(Malformed::Number),
            [first, ..] if content.len() <= 8 => {
                let start = if first & 0x80 == 0 { 0 } else { -1 };
                Ok(content.iter().fold(start, |value, byte| value << 8 | i64::from(*byte)))
            }
            _ => Err(Malformed::Number),
        }
    }
}

/// Tag, header size and content length; `None` if the header is incomplete.
fn header(bytes: &[u8]) -> Result<Option<(u8, usize, u64)>, Malformed> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    let digits = match first {
        0..=0x7f => return Ok(Some((*tag, 2, u64::from(*first)))),
        0x81..=0x88 => usize::from(first & 0x7f),
        _ => return Err(Malformed::Length),
    };
    let Some(digits) = rest.get(..digits) else { return Ok(None) };
    let length = digits.iter().fold(0, |length: u64, byte| length << 8 | u64::from(*byte));
    Ok(Some((*tag, 2 + digits.len(), length)))
}

/// The length of the first message in bytes; `None` if not enough bytes have arrived.
///
/// # Errors
/// When the bytes are not an LDAP message, or the message has more than `most` bytes.
pub fn message_length(bytes: &[u8], most: usize) -> Result<Option<usize>, Malformed> {
    match bytes.first() {
        Some(&found) if found != SEQUENCE => return Err(Malformed::Tag { expected: SEQUENCE, found }),
        _ => {}
    }
    let Some((_, header, length)) = header(bytes)? else { return Ok(None) };
    match usize::try_from(length).ok().and_then(|length| length.checked_add(header)) {
        Some(whole) if whole <= most => Ok(Some(whole)),
        _ => Err(Malformed::TooLarge { length, most }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for value in [0, 1, -1, 127, 128, -128, -129, 255, 256, i64::MAX, i64::MIN, 2_147_483_647] {
            let bytes = number(INTEGER, value);
            assert_eq!(Elements::new(&bytes).number(INTEGER), Ok(value));
        }
        assert_eq!(number(INTEGER, 127), [2, 1, 127]);
        assert_eq!(number(INTEGER, 128), [2, 2, 0, 128]);
        assert_eq!(number(INTEGER, -1), [2, 1, 255]);
    }

    #[test]
    fn lengths_round_trip() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let bytes = element(OCTETS, &vec![7; length]);
            let mut elements = Elements::new(&bytes);
            assert_eq!(elements.expect(OCTETS).map(<[u8]>::len), Ok(length));
            assert!(elements.is_empty());
        }
    }
}
