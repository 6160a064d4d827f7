//! `check/unknown-application`: policies are for an application that is declared.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::documents::Placed;
use crate::language::spelling;
use crate::model::{Finding, Location};
use crate::yaml::Spanned;

const CODE: &str = "check/unknown-application";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.read.declared(Kind::Application) else { return Vec::new() };
    let documents = context.documents;
    let mut uses = names(&documents.linking_rules, |it| &it.application);
    uses.extend(names(&documents.exclusions, |it| &it.application));
    uses.extend(names(&documents.mappings, |it| &it.application));
    uses.extend(names(&documents.defaults, |it| &it.application));
    uses.extend(names(&documents.constraints, |it| &it.application));
    uses.extend(names(&documents.lifecycles, |it| &it.application));
    uses.extend(names(&documents.overrides, |it| &it.application));
    uses.extend(names(&documents.policy_tests, |it| &it.application));
    let unknown = uses.into_iter().filter(|(name, _)| *name != "*" && !known.contains(name));
    unknown
        .map(|(name, at)| {
            Finding::error(CODE, format!("no application is called `{name}`"), at, "not declared")
                .help(spelling::help(name, known.iter().copied()))
        })
        .collect()
}

fn names<T>(documents: &[Placed<T>], name: impl Fn(&T) -> &Spanned<String>) -> Vec<(&str, Location)> {
    let name = |document| -> &Spanned<String> { name(document) };
    documents
        .iter()
        .map(|document| {
            let name = name(&document.document);
            (name.value.as_str(), document.place(name.span))
        })
        .collect()
}
