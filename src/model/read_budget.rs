//! How much one read of a directory or an application may take, over all its pages.

use std::time::Duration;

const MINUTE: u64 = 60;
const GIB: u64 = 1 << 30;

/// The limits of one read. Limits of single calls do not end a server that answers for ever, a little each time
/// (threat H17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadBudget {
    /// From the first call to the last.
    pub time: Duration,
    /// Bytes of all answers together.
    pub bytes: u64,
    /// Users, accounts, groups and other objects together; members of groups do not count.
    pub records: u64,
}

impl Default for ReadBudget {
    /// Fits a million users with twenty groups each, two kilobytes a user: some 5 GB, in pages of 500 at two seconds.
    fn default() -> Self {
        Self { time: Duration::from_secs(120 * MINUTE), bytes: 16 * GIB, records: 5_000_000 }
    }
}

impl ReadBudget {
    /// Whether a read that began this long ago may go on.
    ///
    /// # Errors
    /// When its time is over.
    pub fn allows_time(&self, elapsed: Duration) -> Result<(), OverBudget> {
        if elapsed < self.time { Ok(()) } else { Err(OverBudget::Time(self.time)) }
    }

    /// Whether this many bytes may have come.
    ///
    /// # Errors
    /// When they are too many.
    pub fn allows_bytes(&self, bytes: u64) -> Result<(), OverBudget> {
        if bytes <= self.bytes { Ok(()) } else { Err(OverBudget::Bytes(self.bytes)) }
    }

    /// Whether this many records may have come.
    ///
    /// # Errors
    /// When they are too many.
    pub fn allows_records(&self, records: u64) -> Result<(), OverBudget> {
        if records <= self.records { Ok(()) } else { Err(OverBudget::Records(self.records)) }
    }
}

/// The limit that a read exceeded. The read is incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// Of time.
    #[error(
        "the whole read may take {}; if the source is so large or so slow, raise `ROLEWRIGHT_READ_MINUTES`, else look why it \
         does not end",
        duration(*.0)
    )]
    Time(Duration),
    /// Of bytes.
    #[error(
        "the whole read may take {}; if the source is so large, raise `ROLEWRIGHT_READ_GIB`, else look what it sends",
        size(*.0)
    )]
    Bytes(u64),
    /// Of records.
    #[error(
        "the whole read may take {0} records; if the source is so large, raise `ROLEWRIGHT_READ_RECORDS`, else look what it \
         sends"
    )]
    Records(u64),
}

fn duration(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= MINUTE => format!("{} minutes", seconds / MINUTE),
        _ => format!("{} ms", time.as_millis()),
    }
}

fn size(bytes: u64) -> String {
    if bytes >= GIB { format!("{} GiB", bytes / GIB) } else { format!("{bytes} bytes") }
}
