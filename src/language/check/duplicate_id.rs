//! `check/duplicate-id`: an id is unique within its kind and application; items for `'*'` belong to every application
//! (the policy language, 1).

use super::change_window::windows;
use super::context::Context;
use crate::language::documents::Placed;
use crate::model::{Finding, Location};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

const CODE: &str = "check/duplicate-id";
const EVERY: &str = "*";

/// The ids of one kind of item.
#[derive(Default)]
struct Ids<'d> {
    seen: BTreeMap<&'d str, Vec<(&'d str, Location)>>,
    findings: Vec<Finding>,
}

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let rules = ids(
        &documents.linking_rules,
        |document| &document.application,
        |document| document.rules.iter().map(|item| &item.id).collect(),
    );
    let exclusions = ids(
        &documents.exclusions,
        |document| &document.application,
        |document| document.exclude.iter().map(|item| &item.id).collect(),
    );
    let constraints = ids(
        &documents.constraints,
        |document| &document.application,
        |document| document.constraints.iter().map(|item| &item.id).collect(),
    );
    let defaults = ids(
        &documents.defaults,
        |document| &document.application,
        |document| document.defaults.iter().map(|item| &item.id).collect(),
    );
    let protections = ids(
        &documents.lifecycles,
        |document| &document.application,
        |document| document.protect.iter().flatten().map(|item| &item.id).collect(),
    );
    let windows = ids(
        &documents.applications,
        |document| &document.name,
        |document| windows(document).map(|item| &item.id).collect(),
    );
    let overrides = ids(
        &documents.overrides,
        |document| &document.application,
        |document| document.overrides.iter().map(|item| &item.value.id).collect(),
    );
    let tests = ids(
        &documents.policy_tests,
        |document| &document.application,
        |document| document.tests.iter().map(|item| &item.id).collect(),
    );
    [rules, exclusions, constraints, defaults, protections, windows, overrides, tests].concat()
}

fn ids<'d, T>(
    documents: &'d [Placed<T>],
    application: impl Fn(&'d T) -> &'d Spanned<String>,
    items: impl Fn(&'d T) -> Vec<&'d Spanned<String>>,
) -> Vec<Finding> {
    let mut ids = Ids::default();
    for document in documents {
        for id in items(&document.document) {
            ids.add(&application(&document.document).value, id, document.place(id.span));
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
