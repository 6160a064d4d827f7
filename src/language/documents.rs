//! The documents of a workspace, typed and placed.

use super::document::{
    ApplicationDocument, AttributeMappingDocument, ConstraintsDocument, DefaultsDocument, DirectoryDocument,
    ExclusionsDocument, LifecycleDocument, LinkingRulesDocument, OverridesDocument, PolicyTestsDocument,
    WorkspaceDocument,
};
use crate::model::{FileId, Location, Span};
use std::ops::Deref;

/// A document, the file it stands in and its bytes there.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The document.
    pub document: T,
    /// Its place.
    pub at: Location,
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.document
    }
}

impl<T> Placed<T> {
    /// A place in the same file.
    pub fn place(&self, span: Span) -> Location {
        Location { file: self.at.file, span }
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.at.file
    }
}

/// What `application` says in a document for every application.
pub(super) const EVERY: &str = "*";

/// Every document that could be read, by kind, in the order of files.
#[derive(Debug, Default)]
pub struct Documents {
    /// `Workspace`
    pub workspaces: Vec<Placed<WorkspaceDocument>>,
    /// `Directory`
    pub directories: Vec<Placed<DirectoryDocument>>,
    /// `Application`
    pub applications: Vec<Placed<ApplicationDocument>>,
    /// `LinkingRules`
    pub linking_rules: Vec<Placed<LinkingRulesDocument>>,
    /// `Exclusions`
    pub exclusions: Vec<Placed<ExclusionsDocument>>,
    /// `AttributeMapping`
    pub mappings: Vec<Placed<AttributeMappingDocument>>,
    /// `Defaults`
    pub defaults: Vec<Placed<DefaultsDocument>>,
    /// `Constraints`
    pub constraints: Vec<Placed<ConstraintsDocument>>,
    /// `Lifecycle`
    pub lifecycles: Vec<Placed<LifecycleDocument>>,
    /// `Overrides`
    pub overrides: Vec<Placed<OverridesDocument>>,
    /// `PolicyTests`
    pub policy_tests: Vec<Placed<PolicyTestsDocument>>,
}

impl Documents {
    /// The applications that a document's `application` means: one, or all of them.
    pub(super) fn applications_of<'d>(
        &'d self,
        name: &'d str,
    ) -> impl Iterator<Item = &'d Placed<ApplicationDocument>> {
        self.applications.iter().filter(move |application| name == EVERY || application.name.value == name)
    }

    /// The directories of an application, in its order; those that don't exist are left out.
    pub(super) fn directories_of<'d>(
        &'d self,
        application: &'d ApplicationDocument,
    ) -> impl Iterator<Item = &'d Placed<DirectoryDocument>> {
        application.directories.iter().filter_map(|reference| {
            self.directories.iter().find(|directory| directory.name.value == reference.name.value)
        })
    }
}
