//! An account store in PostgreSQL: its layout, and the lengths of the server's messages
//! (`docs/reference/account-store.md`).

/// The SQL that lays out an empty store in a schema of its own. It is stable: people read stores with their own tools.
pub const SCHEMA: &str = include_str!("postgres.sql");

/// The layout in [`SCHEMA`].
pub const LAYOUT_VERSION: i32 = 1;

/// A schema without a store that can be used. None of these counts as an empty store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// There is no store and no start state.
    #[error(
        "the schema `{0}` contains no account store; name the accounts it starts with in `startFrom`, or correct `database` and `schema`"
    )]
    Missing(String),
    /// Another program's schema.
    #[error(
        "the schema `{0}` contains another program's tables and no account store; use a schema for the store alone"
    )]
    Foreign(String),
    /// A layout of a newer Rolewright.
    #[error(
        "the layout of its store has version {0}, and this Rolewright knows {LAYOUT_VERSION} at most; use the newer Rolewright \
         that wrote it"
    )]
    Newer(i32),
    /// A layout version that never existed.
    #[error(
        "the layout of its store has version {0}, which does not exist (expected {LAYOUT_VERSION}); restore it from a backup"
    )]
    NoLayout(i32),
}

/// What a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing, or there is no such schema.
    Nothing,
    /// Tables, none of them a store's.
    Foreign,
    /// A store of this layout.
    Store(i32),
}

impl Held {
    /// Whether there is a store that this version knows.
    ///
    /// # Errors
    /// Something else is there.
    pub fn is_store(self, schema: &str) -> Result<bool, StoreProblem> {
        match self {
            Self::Nothing => Ok(false),
            Self::Foreign => Err(StoreProblem::Foreign(schema.to_owned())),
            Self::Store(LAYOUT_VERSION) => Ok(true),
            Self::Store(found) if found > LAYOUT_VERSION => Err(StoreProblem::Newer(found)),
            Self::Store(found) => Err(StoreProblem::NoLayout(found)),
        }
    }
}

/// Follows the lengths of the server's messages through the bytes that come, whole or in pieces: one byte of kind, four of
/// length, which counts itself (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
#[derive(Clone, Debug)]
pub struct Lengths {
    most: u32,
    /// Bytes of the message that are still to come.
    left: u64,
    /// The head of the next message.
    head: [u8; 5],
    filled: usize,
}

impl Lengths {
    /// Messages may have this many bytes.
    pub fn new(most: u32) -> Self {
        Self { most, left: 0, head: [0; 5], filled: 0 }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// A message is longer than allowed, or says an impossible length.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let skipped = self.left.min(bytes.len() as u64);
                self.left -= skipped;
                bytes = &bytes[skipped as usize..];
                continue;
            }
            self.head[self.filled] = bytes[0];
            self.filled += 1;
            bytes = &bytes[1..];
            if self.filled == self.head.len() {
                let [_, length @ ..] = self.head;
                let length = u32::from_be_bytes(length);
                if length < 4 || length > self.most {
                    return Err(format!("a message of {length} bytes; at most {} may come", self.most));
                }
                (self.left, self.filled) = (u64::from(length) - 4, 0);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lengths;

    fn message(length: usize) -> Vec<u8> {
        let mut bytes = vec![b'D'];
        bytes.extend((length as u32 + 4).to_be_bytes());
        bytes.extend(std::iter::repeat_n(b'x', length));
        bytes
    }

    #[test]
    fn h17_messages_are_followed_whatever_the_pieces_they_come_in() {
        let all: Vec<u8> = [0, 3, 96, 1].into_iter().flat_map(message).collect();
        for piece in 1..=all.len() {
            let mut lengths = Lengths::new(100);
            assert!(all.chunks(piece).all(|bytes| lengths.take(bytes).is_ok()), "pieces of {piece}");
            assert!(lengths.take(&message(97)).is_err(), "pieces of {piece}");
        }
        assert!(Lengths::new(100).take(&[b'D', 0, 0, 0, 3]).is_err());
        assert!(Lengths::new(100).take(&[b'D', 0xff, 0xff, 0xff, 0xff]).is_err());
    }
}
