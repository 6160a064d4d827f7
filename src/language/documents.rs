//! The documents of a workspace, typed, with their places.

use super::document::{
    ApplicationDocument, AttributeMappingDocument, ConnectorDocument, ConstraintsDocument, DefaultsDocument,
    DirectoryDocument, ExclusionsDocument, Kind, LifecycleDocument, LinkingRulesDocument, OverridesDocument,
    PolicyTestsDocument, ProfileDocument, WorkspaceDocument,
};
use crate::model::{FileId, Location, Span};
use crate::yaml::{Node, Spanned, TypeError, from_node};
use schemars::{Schema, SchemaGenerator};
use std::ops::Deref;

/// A document, its file and its place there.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    /// The document.
    pub(super) document: T,
    /// Its place.
    pub(super) at: Location,
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.document
    }
}

impl<T> Placed<T> {
    /// A place in the same file.
    pub(super) fn place(&self, span: Span) -> Location {
        Location { file: self.at.file, span }
    }

    /// The file.
    pub(super) fn file(&self) -> FileId {
        self.at.file
    }
}

/// The value of `application` in a document for every application.
pub(super) const EVERY: &str = "*";

/// The kinds of document, each with the field for its documents, and their type.
macro_rules! documents {
    ($($kind:ident: $list:ident of $document:ident,)+) => {
        /// Every document that could be read, by kind, in the order of the files.
        #[derive(Debug, Default)]
        pub(super) struct Documents {
            $(
                #[doc = concat!("`", stringify!($kind), "`")]
                pub(super) $list: Vec<Placed<$document>>,
            )+
        }

        impl Documents {
            /// Types a document that its schema accepted, and stores it.
            ///
            /// # Errors
            /// The first value that its type cannot hold.
            pub(super) fn add(&mut self, kind: Kind, node: &Node, at: Location) -> Result<(), TypeError> {
                match kind {
                    $(Kind::$kind => self.$list.push(Placed { document: from_node(node)?, at }),)+
                }
                Ok(())
            }

            /// The schema of a kind, without `apiVersion` and `kind`, which no type holds.
            pub(super) fn schema(kind: Kind, generator: SchemaGenerator) -> Schema {
                match kind {
                    $(Kind::$kind => generator.into_root_schema_for::<$document>(),)+
                }
            }
        }
    };
}

documents! {
    Workspace: workspaces of WorkspaceDocument,
    Directory: directories of DirectoryDocument,
    Application: applications of ApplicationDocument,
    Profile: profiles of ProfileDocument,
    Connector: connectors of ConnectorDocument,
    LinkingRules: linking_rules of LinkingRulesDocument,
    Exclusions: exclusions of ExclusionsDocument,
    AttributeMapping: mappings of AttributeMappingDocument,
    Defaults: defaults of DefaultsDocument,
    Constraints: constraints of ConstraintsDocument,
    Lifecycle: lifecycles of LifecycleDocument,
    Overrides: overrides of OverridesDocument,
    PolicyTests: policy_tests of PolicyTestsDocument,
}

/// A document about one application, or about every one.
pub(super) trait OfApplication {
    /// The application's name, or [`EVERY`].
    fn application(&self) -> &Spanned<String>;
}

macro_rules! of_application {
    ($($document:ident: $name:ident,)+) => {
        $(impl OfApplication for $document {
            fn application(&self) -> &Spanned<String> {
                &self.$name
            }
        })+
    };
}

of_application! {
    ApplicationDocument: name,
    LinkingRulesDocument: application,
    ExclusionsDocument: application,
    AttributeMappingDocument: application,
    DefaultsDocument: application,
    ConstraintsDocument: application,
    LifecycleDocument: application,
    OverridesDocument: application,
    PolicyTestsDocument: application,
}

/// The documents of one kind that name this application.
pub(super) fn about<'d, T: OfApplication>(
    documents: &'d [Placed<T>],
    application: &'d str,
) -> impl Iterator<Item = &'d Placed<T>> + Clone {
    documents.iter().filter(move |document| document.application().value == application)
}

/// The names in documents of one kind, each with its place.
pub(super) fn names<'d, T>(
    documents: &'d [Placed<T>],
    name: impl Fn(&'d T) -> &'d Spanned<String>,
) -> impl Iterator<Item = (&'d str, Location)> {
    documents.iter().map(move |document| {
        let name = name(&document.document);
        (name.value.as_str(), document.place(name.span))
    })
}

impl Documents {
    /// The applications that a document's `application` refers to: one, or all.
    pub(super) fn applications_of<'d>(
        &'d self,
        name: &'d str,
    ) -> impl Iterator<Item = &'d Placed<ApplicationDocument>> {
        self.applications.iter().filter(move |application| name == EVERY || application.name.value == name)
    }

    /// The directories of an application, in its order, without those that don't exist.
    pub(super) fn directories_of<'d>(
        &'d self,
        application: &'d ApplicationDocument,
    ) -> impl Iterator<Item = &'d Placed<DirectoryDocument>> {
        application.directories.iter().filter_map(|reference| {
            self.directories.iter().find(|directory| directory.name.value == reference.name.value)
        })
    }
}
