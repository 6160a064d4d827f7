//! What a rule may read.

use crate::language::document::{ApplicationDocument, LinkingRulesDocument, Rule};
use crate::language::documents::{Documents, Placed};
use crate::language::read::Read;
use crate::model::{Date, SourceSet};

/// What a rule may read.
pub(super) struct Context<'r> {
    /// The files.
    pub(super) sources: &'r SourceSet,
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

    /// That something ended, or ends within `notice` days; none if its last day is later.
    pub(super) fn ending(&self, what: &str, last: Date, notice: i32) -> Option<String> {
        let end = match self.as_of.days_until(last) {
            ..0 => format!("ended with {last}"),
            0 => "ends today".to_owned(),
            1 => format!("ends tomorrow, with {last}"),
            left if left <= notice => format!("ends in {left} days, with {last}"),
            _ => return None,
        };
        Some(format!("{what} {end}"))
    }
}
