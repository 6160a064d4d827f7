#![expect(clippy::disallowed_methods, reason = "verb room: keeps what was read in the user's cache folder")]
#![expect(clippy::disallowed_types, reason = "verb room: the file is made for its owner only")]
//! Stores the record of a tenant for the next read: in the user's cache folder, outside the repository, readable by its
//! owner only. On any problem everything is read instead.

use crate::model::EntraConnection;
use crate::wire::graph::record::Record;
use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Larger files are not records of ours.
const MAX_FILE_SIZE: u64 = 2 << 30;

/// Where records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the user's cache folder, or where `ROLEWRIGHT_CACHE` says.
    InUserCache,
    /// Only where `ROLEWRIGHT_CACHE` says: its owner knows who can write there.
    WhereNamed,
}

/// The file of one directory's record.
#[derive(Clone, Debug)]
pub struct Store(PathBuf);

impl Store {
    /// The record file of a directory in a folder.
    pub fn new(folder: &Path, directory: &str, connection: &EntraConnection) -> Option<Self> {
        let name = Record::name(directory, connection).ok()?;
        Some(Self(folder.join(format!("{name}.json"))))
    }

    /// The record file of a directory in the folder that `ROLEWRIGHT_CACHE` names, or in the user's cache folder (XDG Base
    /// Directory Specification) if that may be used; `None` if there is no such folder, or `ROLEWRIGHT_CACHE` is `off`.
    pub fn find(kept: Kept, directory: &str, connection: &EntraConnection) -> Option<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let home = || set("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let folder = match set("ROLEWRIGHT_CACHE") {
            Some(off) if off == "off" => return None,
            Some(folder) => PathBuf::from(folder),
            None if kept == Kept::WhereNamed => return None,
            None => set("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?.join("rolewright"),
        };
        folder.is_absolute().then(|| Self::new(&folder, directory, connection)).flatten()
    }

    /// The record, if it is still valid for these user properties.
    pub(super) fn load(&self, select: &str) -> Option<Record> {
        if fs::metadata(&self.0).ok()?.len() > MAX_FILE_SIZE {
            return None;
        }
        Record::decode(&fs::read(&self.0).ok()?, select, now())
    }

    /// Replaces the record atomically. If that fails, the next read is a full one.
    pub(super) fn save(&self, record: &Record) {
        if !record.fits() || self.write(record).is_err() {
            self.forget();
        }
    }

    /// Deletes the record.
    pub(super) fn forget(&self) {
        let _ = fs::remove_file(&self.0);
    }

    fn write(&self, record: &Record) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        let mut folders = DirBuilder::new();
        folders.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        folders.create(folder)?;
        // A unique name, since two runs may end at the same time.
        let new = self.0.with_extension(format!("{}.new", std::process::id()));
        let written = write_new(&new, &serde_json::to_vec(record)?).and_then(|()| fs::rename(&new, &self.0));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // An interrupted run may have left the file.
    let _ = fs::remove_file(path);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
