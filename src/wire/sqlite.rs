//! An account store in a SQLite file: its layout, and the problems that the file can have
//! (`docs/reference/account-store.md`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The SQL that lays out an empty store. It is stable: people read stores with their own tools.
pub const SCHEMA: &str = include_str!("sqlite.sql");

/// `PRAGMA application_id` of a store: `RWAS` in ASCII.
pub const APPLICATION_ID: i64 = 0x5257_4153;

/// `PRAGMA user_version` of the layout in [`SCHEMA`].
pub const LAYOUT_VERSION: i64 = 1;

/// How long a statement waits for another program's lock.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Problems of a store's file. None of them counts as an empty store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// There is no file and no start state.
    #[error("the file does not exist; name the accounts it starts with in `startFrom`, or correct the path")]
    Missing,
    /// A folder or a device.
    #[error("it is not a file; the path must name the database itself")]
    NotAFile,
    /// The database is missing but one of its side files exists.
    #[error(
        "the database is gone, but `{0}`, which belongs to it, holds changes: put the database back beside it, or \
         remove that file too if these changes may be lost"
    )]
    Orphan(String),
    /// The operating system does not let us read the file's metadata.
    #[error("it cannot be opened: {0}")]
    Unreachable(String),
    /// Not a SQLite file.
    #[error("it is not a SQLite database; the path may name another file")]
    NotADatabase,
    /// Another program's database, or an empty one.
    #[error(
        "it is a SQLite database, but not an account store (its application id is {found}, expected \
        {APPLICATION_ID}); the path may name another program's database"
    )]
    Foreign {
        /// The application id of the file.
        found: i64,
    },
    /// A layout of a newer Rolewright.
    #[error(
        "its layout has version {found}, and this Rolewright knows {LAYOUT_VERSION} at most; use the newer Rolewright \
         that wrote it"
    )]
    Newer {
        /// The layout version of the file.
        found: i64,
    },
    /// A layout version that never existed.
    #[error(
        "its layout has version {found}, which does not exist (expected {LAYOUT_VERSION}); restore it from a backup"
    )]
    NoLayout {
        /// The layout version of the file.
        found: i64,
    },
    /// Another program holds a lock.
    #[error("another program has locked it; close that program or wait for it, then run again")]
    Locked,
    /// Damaged pages, rows that break the layout's rules, or dangling references.
    #[error("it is damaged ({0}); restore it from a backup, or repair it with SQLite's own tools")]
    Damaged(String),
    /// The file or its folder cannot be written.
    #[error(
        "it or its folder cannot be written ({0}); SQLite writes `-wal` and `-shm` files beside it, even to read"
    )]
    NotWritable(String),
    /// The disk is full.
    #[error("the disk is full; make room, then run again")]
    Full,
    /// Any other error of SQLite.
    #[error("SQLite says: {0}")]
    Other(String),
}

impl StoreProblem {
    /// The problem that an SQLite result code (primary or extended) and its message stand for
    /// (<https://www.sqlite.org/rescode.html>).
    pub fn from_sqlite(code: i32, message: String) -> Self {
        match code & 0xff {
            5 | 6 => Self::Locked,
            8 | 14 => Self::NotWritable(message),
            11 => Self::Damaged(message),
            13 => Self::Full,
            26 => Self::NotADatabase,
            _ => Self::Other(message),
        }
    }
}

/// Checks the first bytes of a file before SQLite opens it, since opening may already write: beside the file, and into it what
/// a journal holds (threat H21). Fewer bytes than a header are left to SQLite.
///
/// # Errors
/// When they begin another file, or another program's database (<https://www.sqlite.org/fileformat.html>, 1.3).
pub fn check_first_bytes(bytes: &[u8]) -> Result<(), StoreProblem> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    if !bytes.starts_with(MAGIC) && !MAGIC.starts_with(bytes) {
        return Err(StoreProblem::NotADatabase);
    }
    match bytes.get(68..72).map(<[u8; 4]>::try_from) {
        Some(Ok(id)) => match i64::from(i32::from_be_bytes(id)) {
            APPLICATION_ID => Ok(()),
            found => Err(StoreProblem::Foreign { found }),
        },
        _ => Ok(()),
    }
}

/// The number of bytes that [`check_first_bytes`] looks at.
pub const FIRST_BYTES: u64 = 100;

/// Whether the store's file exists. `stat` gives a file's kind (`true`: a regular file) and its length in bytes.
///
/// # Errors
/// When the path is not a file, when its metadata cannot be read, or when the file is missing while a journal with
/// changes still exists: SQLite would apply those to whatever file is created there.
pub fn exists(path: &Path, stat: impl Fn(&Path) -> io::Result<(bool, u64)>) -> Result<bool, StoreProblem> {
    let unreachable = |error: io::Error| StoreProblem::Unreachable(error.to_string());
    match stat(path) {
        Ok((true, _)) => return Ok(true),
        Ok((false, _)) => return Err(StoreProblem::NotAFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unreachable(error)),
    }
    for journal in journals(path) {
        match stat(&journal) {
            Ok((_, 0)) => {}
            Ok(_) => return Err(StoreProblem::Orphan(journal.display().to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreachable(error)),
        }
    }
    Ok(false)
}

/// Checks the two numbers in the file's header: which program it belongs to, and its layout.
///
/// # Errors
/// When the database belongs to another program, or this version does not know the layout.
pub fn check_header(application_id: i64, layout_version: i64) -> Result<(), StoreProblem> {
    match (application_id, layout_version) {
        (APPLICATION_ID, LAYOUT_VERSION) => Ok(()),
        (APPLICATION_ID, found) if found > LAYOUT_VERSION => Err(StoreProblem::Newer { found }),
        (APPLICATION_ID, found) => Err(StoreProblem::NoLayout { found }),
        (found, _) => Err(StoreProblem::Foreign { found }),
    }
}

fn journals(path: &Path) -> [PathBuf; 2] {
    ["-wal", "-journal"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}
