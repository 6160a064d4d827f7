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
    seen: BTreeMap<&'d str, Uses<'d>>,
    findings: Vec<Finding>,
}

/// Where one id stands.
#[derive(Default)]
struct Uses<'d> {
    /// For the first time.
    first: Option<Location>,
    /// For every application.
    every: Option<Location>,
    /// By application.
    of: BTreeMap<&'d str, Location>,
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
        let uses = self.seen.entry(&id.value).or_default();
        let clash = if application == EVERY {
            uses.first
        } else {
            [uses.of.get(application).copied(), uses.every].into_iter().flatten().min()
        };
        if let Some(first) = clash {
            let message = format!("the id `{}` is used twice: plans could not say which is meant", id.value);
            let finding = Finding::error(CODE, message, at, "again here").and(first, "first here");
            self.findings.push(finding.help("rename one of them"));
        }
        uses.first.get_or_insert(at);
        match application {
            EVERY => drop(uses.every.get_or_insert(at)),
            application => drop(uses.of.entry(application).or_insert(at)),
        }
    }
}
