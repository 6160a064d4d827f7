#![expect(clippy::disallowed_methods, reason = "door: saves and reads snapshots where the user says")]
//! Saved snapshots: written, and read back.

use super::code::Code;
use super::exit::Stop;
use super::private_file;
use super::read::{World, needed};
use super::workspace::Side;
use crate::fetch::ndjson::{DirectoryFiles, read_directory};
use crate::policy::{DirectoryAttribute, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use crate::wire::saved::{self, Counts};
use std::fs;
use std::path::Path;

const DIRECTORY_FILES: [&str; 4] = ["users.ndjson", "groups.ndjson", "members.ndjson", "roles.ndjson"];
const APPLICATION_FILES: [&str; 3] = ["accounts.ndjson", "groups.ndjson", "grants.ndjson"];
const MANIFEST: &str = "manifest.json";

/// Saves the data of an application.
pub(super) fn write(folder: &Path, world: &World) -> Result<(), Stop> {
    for directory in &world.directories {
        let folder = folder.join("directories").join(&directory.name);
        let (texts, counts) = saved::directory(directory);
        save(&folder, &DIRECTORY_FILES, &texts, counts)?;
    }
    let folder = folder.join("applications").join(&world.application.name);
    let (texts, counts) = saved::application(&world.application);
    save(&folder, &APPLICATION_FILES, &texts, counts)
}

/// Saves a snapshot. The manifest is written last, so that an interrupted save has none.
fn save<const N: usize>(
    folder: &Path,
    names: &[&str; N],
    texts: &[String; N],
    counts: Counts,
) -> Result<(), Stop> {
    let problem = |error: std::io::Error| Stop::new(Code::File, format!("{}: {error}", folder.display()));
    private_file::create_folder(folder).map_err(problem)?;
    for (name, text) in names.iter().zip(texts) {
        private_file::write(&folder.join(name), text.as_bytes()).map_err(problem)?;
    }
    let manifest =
        serde_json::to_string(&counts).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
    private_file::write(&folder.join(MANIFEST), manifest.as_bytes()).map_err(problem)
}

/// The age of a saved snapshot, from its folder.
pub(super) fn age(folder: &Path) -> String {
    let saved = fs::metadata(folder).and_then(|metadata| metadata.modified()).ok();
    let seconds =
        saved.and_then(|saved| saved.duration_since(std::time::UNIX_EPOCH).ok()).map(|age| age.as_secs());
    let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    seconds.map_or_else(|| "at an unknown time".to_owned(), crate::model::rfc3339_of)
}

/// Reads the saved data of an application.
pub(super) fn read(folder: &Path, side: Side<'_>) -> Result<World, Stop> {
    shared(folder, side, &[])
}

/// Reads saved data for several versions of an application's policies.
pub(super) fn shared(folder: &Path, side: Side<'_>, others: &[Side<'_>]) -> Result<World, Stop> {
    let (directories, application) = needed(side, others);
    let directories: Result<Vec<_>, Stop> =
        directories.iter().map(|policy| directory(folder, policy)).collect();
    Ok(World {
        directories: directories?,
        versions: Vec::new(),
        application: self::application(folder, &application.name)?,
    })
}

/// Reads the saved data of an application, without its directories.
pub(super) fn application(folder: &Path, name: &str) -> Result<Complete<ApplicationSnapshot>, Stop> {
    let place = folder.join("applications").join(name);
    let counts = manifest(&place)?;
    let mut texts = APPLICATION_FILES.map(|_| String::new());
    for (text, name) in texts.iter_mut().zip(APPLICATION_FILES) {
        *text = file(&place.join(name))?;
    }
    Ok(saved::read_application(name, &texts, counts)?)
}

/// Reads the saved data of a directory.
pub(super) fn directory(
    folder: &Path,
    policy: &DirectoryPolicy,
) -> Result<Complete<DirectorySnapshot>, Stop> {
    // Saved attributes have the names that policies use.
    let attributes: Vec<DirectoryAttribute> = policy
        .attributes
        .iter()
        .map(|attribute| DirectoryAttribute { source: attribute.name.clone(), ..attribute.clone() })
        .collect();
    read_saved(folder, &policy.name, &attributes)
}

/// Reads the groups of a saved directory; its users are there without attributes.
pub(super) fn groups(folder: &Path, name: &str) -> Result<Complete<DirectorySnapshot>, Stop> {
    read_saved(folder, name, &[])
}

fn read_saved(
    folder: &Path,
    name: &str,
    attributes: &[DirectoryAttribute],
) -> Result<Complete<DirectorySnapshot>, Stop> {
    let folder = folder.join("directories").join(name);
    let saved = manifest(&folder)?;
    let [users, groups, members, roles] = DIRECTORY_FILES.map(|file| folder.join(file));
    let files = DirectoryFiles {
        name,
        users: &users,
        groups: &groups,
        members: &members,
        roles: Some(&roles),
        attributes,
    };
    let snapshot = read_directory(&files)?;
    let found = (snapshot.users.len() as u64, snapshot.groups.len() as u64);
    if found != (saved.first, saved.groups) {
        let problem = format!(
            "expected {} users and {} groups, found {} and {}: save it again",
            saved.first, saved.groups, found.0, found.1
        );
        return Err(Incomplete::new(format!("the saved directory `{name}`"), problem).into());
    }
    Ok(snapshot)
}

fn manifest(folder: &Path) -> Result<Counts, Stop> {
    let text = file(&folder.join(MANIFEST))?;
    serde_json::from_str(&text)
        .map_err(|error| Stop::new(Code::Snapshot, format!("{}: {error}", folder.join(MANIFEST).display())))
}

fn file(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path)
        .map_err(|error| Stop::new(Code::Snapshot, format!("{}: {error}", path.display())))
}
