//! `check/unknown-application`: policies are for an application that is declared.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::documents::{EVERY, names};
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/unknown-application";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.read.declared(Kind::Application) else { return Vec::new() };
    let documents = context.documents;
    let uses = names(&documents.linking_rules, |it| &it.application)
        .chain(names(&documents.exclusions, |it| &it.application))
        .chain(names(&documents.mappings, |it| &it.application))
        .chain(names(&documents.defaults, |it| &it.application))
        .chain(names(&documents.constraints, |it| &it.application))
        .chain(names(&documents.lifecycles, |it| &it.application))
        .chain(names(&documents.overrides, |it| &it.application))
        .chain(names(&documents.policy_tests, |it| &it.application));
    let unknown = uses.filter(|(name, _)| *name != EVERY && !known.contains(name));
    unknown
        .map(|(name, at)| {
            Finding::error(CODE, format!("no application is called `{name}`"), at, "not declared")
                .help(spelling::help(name, known.iter().copied()))
        })
        .collect()
}
