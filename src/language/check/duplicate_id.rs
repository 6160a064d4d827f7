//! `check/duplicate-id`: an id is unique within its kind and application; items for `'*'` belong to every application
//! (the policy language, 1).

use super::change_window::windows;
use super::context::Context;
use crate::language::documents::{EVERY, OfApplication, Placed};
use crate::model::{Finding, Location};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

const CODE: &str = "check/duplicate-id";

/// The ids of one kind of item.
#[derive(Default)]
struct Ids<'d> {
    seen: BTreeMap<&'d str, Vec<(&'d str, Location)>>,
    findings: Vec<Finding>,
}

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    [
        ids(&documents.linking_rules, |document| document.rules.iter().map(|item| &item.id)),
        ids(&documents.exclusions, |document| document.exclude.iter().map(|item| &item.id)),
        ids(&documents.constraints, |document| document.constraints.iter().map(|item| &item.id)),
        ids(&documents.defaults, |document| document.defaults.iter().map(|item| &item.id)),
        ids(&documents.lifecycles, |document| document.protect.iter().flatten().map(|item| &item.id)),
        ids(&documents.applications, |document| windows(document).map(|item| &item.id)),
        ids(&documents.overrides, |document| document.overrides.iter().map(|item| &item.value.id)),
        ids(&documents.policy_tests, |document| document.tests.iter().map(|item| &item.id)),
    ]
    .concat()
}

fn ids<'d, T: OfApplication, I: Iterator<Item = &'d Spanned<String>>>(
    documents: &'d [Placed<T>],
    items: impl Fn(&'d T) -> I,
) -> Vec<Finding> {
    let mut ids = Ids::default();
    for document in documents {
        for id in items(&document.document) {
            ids.add(&document.document.application().value, id, document.place(id.span));
        }
    }
    ids.findings
}

impl<'d> Ids<'d> {
    fn add(&mut self, application: &'d str, id: &'d Spanned<String>, at: Location) {
        let same_id = self.seen.entry(&id.value).or_default();
        let clash = same_id
            .iter()
            .find(|(other, _)| *other == application || *other == EVERY || application == EVERY);
        if let Some((_, first)) = clash {
            let message = format!("the id `{}` stands twice: plans could not say which is meant", id.value);
            let finding = Finding::error(CODE, message, at, "again here").and(*first, "first here");
            self.findings.push(finding.help("rename one of them"));
        }
        same_id.push((application, at));
    }
}
