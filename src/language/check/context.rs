//! What a rule may read.

use crate::language::document::{ApplicationDocument, LinkingRulesDocument, Rule};
use crate::language::documents::{Documents, Placed};
use crate::language::read::Read;
use crate::model::Date;

/// What a rule may read.
pub(super) struct Context<'r> {
    pub(super) read: &'r Read,
    pub(super) documents: &'r Documents,
    /// The day that dates are compared with.
    pub(super) as_of: Date,
}

/// A linking rule, in its document, with the application that it is about.
pub(super) struct LinkingRule<'r> {
    pub(super) document: &'r Placed<LinkingRulesDocument>,
    pub(super) application: &'r ApplicationDocument,
    pub(super) rule: &'r Rule,
}

impl<'r> Context<'r> {
    /// The linking rules of every application that there is.
    pub(super) fn linking_rules(&self) -> impl Iterator<Item = LinkingRule<'r>> + use<'r> {
        let documents = self.documents;
        documents.linking_rules.iter().flat_map(|document| {
            let application = documents.applications_of(&document.application).next();
            let application = application.map(|application| &application.document);
            let of = move |rule| Some(LinkingRule { document, application: application?, rule });
            document.rules.iter().filter_map(of)
        })
    }
}
