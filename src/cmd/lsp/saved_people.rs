#![expect(clippy::disallowed_methods, reason = "door: lists the directories of a saved snapshot")]
//! What `rolewright snapshot` saved: the groups that rules may link, and how many people each rule concerns.

use crate::cmd::saved;
use crate::editor::{ApplicationNumbers, Known, KnownGroup, Numbers};
use crate::language::load;
use crate::model::{Date, Digest, SourceSet};
use crate::plan::{Evaluation, Inputs};
use crate::policy::{ApplicationPolicy, DirectoryAttribute, DirectoryPolicy, PolicySet};
use crate::snapshot::{Complete, DirectorySnapshot};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory that was read, and what it was read by.
struct ReadDirectory {
    attributes: Vec<DirectoryAttribute>,
    age: String,
    snapshot: Complete<DirectorySnapshot>,
}

/// Saved directories, each read once as long as nothing about it changes.
#[derive(Default)]
pub(super) struct SavedPeople {
    folder: PathBuf,
    groups: Option<Groups>,
    directories: BTreeMap<String, ReadDirectory>,
}

/// The groups of all saved directories, and the age of what they were read from.
struct Groups {
    ages: Vec<String>,
    groups: Vec<KnownGroup>,
}

impl SavedPeople {
    /// The groups that were saved.
    pub(super) fn groups(&mut self, folder: &Path) -> Vec<KnownGroup> {
        self.of(folder);
        let names = saved_directories(folder);
        let ages: Vec<String> = names.iter().map(|name| age(folder, name)).collect();
        if self.groups.as_ref().is_none_or(|groups| groups.ages != ages) {
            let mut groups: Vec<KnownGroup> = names.iter().flat_map(|name| groups_of(folder, name)).collect();
            groups.sort();
            self.groups = Some(Groups { ages, groups });
        }
        self.groups.as_ref().map(|groups| groups.groups.clone()).unwrap_or_default()
    }

    /// Everything that the snapshot tells of policies.
    pub(super) fn known(&mut self, folder: &Path, sources: &SourceSet, day: Date) -> Known {
        let groups = self.groups(folder);
        let numbers = load(sources, day).policies.map(|policies| self.numbers(folder, &policies, day));
        Known { groups, numbers }
    }

    fn numbers(&mut self, folder: &Path, policies: &PolicySet, day: Date) -> Numbers {
        let applications: Vec<ApplicationNumbers> = policies
            .applications
            .iter()
            .map(|policy| {
                let named = policy.directories.iter();
                let directories: Vec<&DirectoryPolicy> = named
                    .filter_map(|name| policies.directories.iter().find(|one| one.name == *name))
                    .collect();
                let application = policy.name.clone();
                ApplicationNumbers {
                    application,
                    effects: self.effects(folder, policies, policy, directories, day),
                }
            })
            .collect();
        let first = policies.applications.first();
        let as_of = first
            .map(|first| saved::age(&folder.join("applications").join(&first.name).join("manifest.json")));
        Numbers { as_of: as_of.unwrap_or_default(), applications }
    }

    fn effects(
        &mut self,
        folder: &Path,
        policies: &PolicySet,
        policy: &ApplicationPolicy,
        directories: Vec<&DirectoryPolicy>,
        as_of: Date,
    ) -> Result<Vec<crate::plan::RuleEffect>, String> {
        for directory in &directories {
            self.read(folder, directory)?;
        }
        check_plain(folder, "applications", &policy.name)?;
        let application = saved::application(folder, &policy.name).map_err(|stop| stop.to_string())?;
        let snapshots =
            directories.iter().filter_map(|one| self.directories.get(&one.name)).map(|one| &one.snapshot);
        let inputs = Inputs {
            policy,
            digest: Digest::of(b""),
            environment: &policies.workspace.environment,
            commit: None,
            snapshots: snapshots.collect(),
            directories,
            application: &application,
            memory: None,
            as_of,
        };
        let evaluation = Evaluation::new(&inputs).map_err(|errors| errors.to_string())?;
        Ok(evaluation.rule_effects())
    }

    /// Reads a directory again if it was saved again, or if policies need other attributes of it.
    fn read(&mut self, folder: &Path, policy: &DirectoryPolicy) -> Result<(), String> {
        let age = age(folder, &policy.name);
        let known = self.directories.get(&policy.name);
        if known.is_some_and(|known| known.age == age && known.attributes == policy.attributes) {
            return Ok(());
        }
        check_plain(folder, "directories", &policy.name)?;
        let snapshot = saved::directory(folder, policy).map_err(|stop| stop.to_string())?;
        let attributes = policy.attributes.clone();
        self.directories.insert(policy.name.clone(), ReadDirectory { attributes, age, snapshot });
        Ok(())
    }

    /// Forgets what was read from another folder.
    fn of(&mut self, folder: &Path) {
        if self.folder != folder {
            *self = Self { folder: folder.to_owned(), ..Self::default() };
        }
    }
}

/// Refuses a saved directory or application in which something is no plain file: the snapshot may have come with a folder that
/// nobody trusts, and a link to a device would be read without end.
fn check_plain(folder: &Path, kind: &str, name: &str) -> Result<(), String> {
    let place = folder.join(kind).join(name);
    let links = [folder.join(kind), place.clone()].into_iter().filter(|path| path.is_symlink());
    let entries = fs::read_dir(&place).into_iter().flatten().flatten().map(|entry| entry.path());
    let other = entries.filter(|path| !fs::symlink_metadata(path).is_ok_and(|found| found.is_file()));
    match links.chain(other).next() {
        None => Ok(()),
        Some(path) => Err(format!(
            "{}: is not a plain file or folder, so the snapshot is not read: save it with `rolewright snapshot`",
            path.display()
        )),
    }
}

fn age(folder: &Path, directory: &str) -> String {
    saved::age(&folder.join("directories").join(directory).join("manifest.json"))
}

fn saved_directories(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("directories")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The groups of a saved directory; none where it cannot be read: hovers say why.
fn groups_of(folder: &Path, directory: &str) -> Vec<KnownGroup> {
    let read = |()| saved::groups(folder, directory).map_err(|stop| stop.to_string());
    let Ok(snapshot) = check_plain(folder, "directories", directory).and_then(read) else {
        return Vec::new();
    };
    let groups = &snapshot.groups;
    (0..groups.len() as u32)
        .map(|row| KnownGroup {
            name: groups.record(row).name.clone(),
            id: groups.ids.id(row).to_owned(),
            directory: directory.to_owned(),
            members: groups.users(row, true).len() as u32,
        })
        .collect()
}
