//! Where a name is given, and where it is meant.

use super::index::Occurrence;
use super::symbol::Family;
use super::workspace::Workspace;
use crate::model::{FileId, Location};

/// Where the names at a byte of a file are given, in the order of files.
pub fn definitions(workspace: &Workspace, file: FileId, byte: usize) -> Vec<Location> {
    places(workspace, file, byte, |occurrence| occurrence.declares)
}

/// Where the names at a byte of a file stand, with or without the places that give them.
pub fn references(workspace: &Workspace, file: FileId, byte: usize, with_definitions: bool) -> Vec<Location> {
    places(workspace, file, byte, |occurrence| with_definitions || !occurrence.declares)
}

/// A name that a file gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenName {
    /// The name.
    pub name: String,
    /// What has it: `linking rule`.
    pub what: &'static str,
    /// Where it is given.
    pub at: Location,
}

/// The names that a file gives to rules, documents, attributes and rights, in the order written; those of values and groups,
/// which may be thousands, are left out.
pub fn names_given(workspace: &Workspace, file: FileId) -> Vec<GivenName> {
    let own = workspace.index().given_in(file);
    let named = own.filter(|given| !matches!(given.symbol.family, Family::RightValue | Family::Group));
    named
        .map(|given| GivenName {
            name: given.symbol.name.clone(),
            what: given.symbol.family.word(),
            at: given.at,
        })
        .collect()
}

fn places(
    workspace: &Workspace,
    file: FileId,
    byte: usize,
    wanted: impl Fn(&Occurrence) -> bool,
) -> Vec<Location> {
    let index = workspace.index();
    let at = index.at(Workspace::place(file, byte));
    let all = at.iter().flat_map(|occurrence| index.of_symbol(&occurrence.symbol));
    let mut found: Vec<Location> = all.filter(|occurrence| wanted(occurrence)).map(|one| one.at).collect();
    found.sort();
    found.dedup();
    found
}
