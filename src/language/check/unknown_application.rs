//! `check/unknown-application`: documents name applications that are declared.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::documents::{EVERY, names};
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/unknown-application";

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
    let unknown = uses.filter(|(name, _)| *name != EVERY && !known.contains(name));
    unknown
        .map(|(name, at)| {
            Finding::error(CODE, format!("no application is called `{name}`"), at, "not declared")
                .help(spelling::help(name, known.iter().copied()))
        })
        .collect()
}
