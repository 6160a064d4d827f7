#![expect(clippy::disallowed_types, reason = "verb room: opens the files it reads")]
//! Files with one JSON object a line, read as a stream: one line at a time is in memory.

use crate::model::{AttributePath, AttributeType, Field};
use crate::policy::DirectoryAttribute;
use crate::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord, Incomplete,
};
use crate::wire::graph::{UserDecoder, decode_group, decode_member};
use crate::wire::saved::read_role;
use crate::wire::scim::{self, AccountDecoder};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes read at a time.
const BLOCK: usize = 1 << 18;
/// A longer line is an error.
const MAX_LINE: usize = 1 << 30;

/// A directory's files, and what to read from them.
#[derive(Debug)]
pub struct DirectoryFiles<'a> {
    /// The directory's name.
    pub name: &'a str,
    /// Graph-shaped users.
    pub users: &'a Path,
    /// Graph-shaped groups.
    pub groups: &'a Path,
    /// Memberships.
    pub members: &'a Path,
    /// Roles of enterprise applications, in the form of a saved snapshot.
    pub roles: Option<&'a Path>,
    /// The attributes that policies need.
    pub attributes: &'a [DirectoryAttribute],
}

/// Reads a directory from Graph-shaped files.
///
/// # Errors
/// When a file cannot be read or a line is not such a record; names file and line.
pub fn read_directory(files: &DirectoryFiles<'_>) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let source = format!("directory `{}`", files.name);
    let attributes: Vec<(String, AttributeType)> =
        files.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    let mut builder = DirectoryBuilder::new(files.name, &attributes);
    let decoder = UserDecoder::new(
        files.attributes.iter().map(|attribute| (attribute.source.as_str(), attribute.kind)),
    );
    each_line(&source, files.users, |line| {
        let user = decoder.decode(line).map_err(|error| error.to_string())?;
        builder.user(&user.id, &user.fields).map_err(|error| error.problem)
    })?;
    each_line(&source, files.groups, |line| {
        let group = decode_group(line).map_err(|error| error.to_string())?;
        let record = GroupRecord {
            name: group.display_name.into_owned(),
            created: group.created_date_time.map(Into::into),
            distinguished_name: group.distinguished_name.map(Into::into),
        };
        builder.group(&group.id, record).map_err(|error| error.problem)
    })?;
    each_line(&source, files.members, |line| {
        let member = decode_member(line).map_err(|error| error.to_string())?;
        builder.member(&member.group_id, &member.member_id).map_err(|error| error.problem)
    })?;
    if let Some(roles) = files.roles {
        each_line(&source, roles, |line| read_role(line, &mut builder))?;
    }
    builder.finish()
}

/// An application's files, and what to read from them.
#[derive(Debug)]
pub struct ApplicationFiles<'a> {
    /// The application's name.
    pub name: &'a str,
    /// SCIM-shaped accounts.
    pub accounts: &'a Path,
    /// SCIM-shaped groups with their members.
    pub groups: Option<&'a Path>,
    /// The attribute that holds the link.
    pub link: &'a AttributePath,
    /// The attributes that policies need.
    pub attributes: &'a [AttributePath],
}

/// Reads an application from SCIM-shaped files. The result has no write capability.
///
/// # Errors
/// When a file cannot be read or a line is not such a record; names file and line.
pub fn read_application(files: &ApplicationFiles<'_>) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
    let source = format!("application `{}`", files.name);
    let decoder = AccountDecoder::new(Some(files.link), files.attributes)
        .map_err(|error| Incomplete::new(source.clone(), error.to_string()))?;
    let names: Vec<String> = files.attributes.iter().map(|attribute| attribute.name.clone()).collect();
    let mut builder =
        ApplicationBuilder::new(files.name, Capabilities { write: false, delete: false }, &names);
    each_line(&source, files.accounts, |line| {
        let account = decoder.decode(line).map_err(|error| error.to_string())?;
        let link = match &account.link {
            Field::Text(link) => Some(link.as_ref()),
            _ => None,
        };
        builder.account(&account.id, link, account.active, &account.fields).map_err(|error| error.problem)
    })?;
    if let Some(groups) = files.groups {
        each_line(&source, groups, |line| {
            let group = scim::decode_group(line).map_err(|error| error.to_string())?;
            let members = group.members.iter().map(AsRef::as_ref);
            builder.group(&group.id, &group.display_name, members).map_err(|error| error.problem)
        })?;
    }
    builder.finish()
}

/// Calls `record` with each line that is not empty.
///
/// # Errors
/// When the file cannot be read or `record` fails: names `source`, file and line.
pub fn each_line(
    source: &str,
    path: &Path,
    mut record: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), Incomplete> {
    let incomplete = |problem: String| Incomplete::new(source, format!("{}: {problem}", path.display()));
    let mut file = File::open(path).map_err(|error| incomplete(error.to_string()))?;
    let mut lines = Lines::default();
    let mut number = 0_u64;
    while lines.fill(&mut file).map_err(|error| incomplete(error.to_string()))? {
        while let Some(line) = lines.next() {
            number += 1;
            if !line.trim_ascii().is_empty() {
                record(line).map_err(|problem| incomplete(format!("line {number}: {problem}")))?;
            }
        }
    }
    Ok(())
}

/// Splits a stream into lines without copying those that are whole in the buffer.
#[derive(Default)]
struct Lines {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl Lines {
    /// Reads another block behind the unread rest. False at the end of the file.
    fn fill(&mut self, file: &mut impl Read) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < self.end + BLOCK {
            if self.end > MAX_LINE {
                return Err(io::Error::other("a line is longer than 1 GiB"));
            }
            self.buffer.resize((self.end + BLOCK).max(self.buffer.len() * 3 / 2), 0);
        }
        let read = file.read(&mut self.buffer[self.end..])?;
        self.ended = read == 0;
        self.end += read;
        Ok(true)
    }

    /// The next whole line, without its line end; at the end of the file, the rest.
    fn next(&mut self) -> Option<&[u8]> {
        let rest = &self.buffer[self.start..self.end];
        let (line, after) = match memchr::memchr(b'\n', rest) {
            Some(at) => (&rest[..at], at + 1),
            None if self.ended && !rest.is_empty() => (rest, rest.len()),
            None => return None,
        };
        self.start += after;
        Some(line)
    }
}
