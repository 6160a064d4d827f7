//! `check/unknown-application`: documents name applications that are declared. A wrong name is one finding, however many
//! documents have it.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::documents::{EVERY, names};
use crate::language::spelling;
use crate::model::{Finding, Location};
use std::collections::BTreeMap;

const CODE: &str = "check/unknown-application";
/// The most further places that a finding shows.
const MOST_SHOWN: usize = 3;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.read.declared(Kind::Application) else { return Vec::new() };
    let documents = context.documents;
    let uses = names(&documents.linking_rules, |document| &document.application)
        .chain(names(&documents.exclusions, |document| &document.application))
        .chain(names(&documents.mappings, |document| &document.application))
        .chain(names(&documents.defaults, |document| &document.application))
        .chain(names(&documents.constraints, |document| &document.application))
        .chain(names(&documents.lifecycles, |document| &document.application))
        .chain(names(&documents.overrides, |document| &document.application))
        .chain(names(&documents.policy_tests, |document| &document.application));
    let mut unknown: BTreeMap<&str, Vec<Location>> = BTreeMap::new();
    for (name, at) in uses.filter(|(name, _)| *name != EVERY && !known.contains(name)) {
        unknown.entry(name).or_default().push(at);
    }
    let findings = unknown.into_iter().filter_map(|(name, mut places)| {
        places.sort_unstable();
        let (first, others) = places.split_first()?;
        let also = match others.len() {
            0 => String::new(),
            others => format!(", which {} documents name", others + 1),
        };
        let finding =
            Finding::error(CODE, format!("no application is called `{name}`{also}"), *first, "not declared")
                .help(spelling::help(name, known.iter().copied()));
        Some(others.iter().take(MOST_SHOWN).fold(finding, |finding, at| finding.and(*at, "here too")))
    });
    findings.collect()
}
