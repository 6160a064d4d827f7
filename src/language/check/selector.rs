//! `check/selector`: a selector of grants can select something (the policy language, 6).

use super::context::Context;
use crate::language::document::{ApplicationDocument, Selector, TestForm};
use crate::language::documents::Placed;
use crate::language::spelling;
use crate::model::{Finding, Location};
use crate::yaml::Spanned;

const CODE: &str = "check/selector";
const ANY: &str = "*";

/// A selector, its document's application and the document's beginning.
type Use<'d> = (&'d Spanned<String>, Location, &'d Selector);

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (application, document, selector) in uses(context) {
        let at = |span| Location { file: document.file, span };
        for application in context.documents.applications_of(application) {
            findings.extend(two_types(application, selector, &at));
            findings.extend(foreign_scope(application, selector, &at));
            findings.extend(values(application, selector, &at));
        }
    }
    findings
}

fn uses<'r>(context: &Context<'r>) -> Vec<Use<'r>> {
    let documents = context.documents;
    let mut uses: Vec<Use<'r>> = Vec::new();
    for condition in documents.conditions() {
        for test in condition.tests() {
            if let TestForm::Grant(selector) = test {
                uses.push((condition.application, condition.document, &selector.value));
            }
        }
    }
    for document in &documents.lifecycles {
        let grants = document.document.protect.iter().flatten().filter_map(|it| it.grants.as_ref());
        uses.extend(grants.map(|grants| (&document.document.application, document.at, &grants.value)));
    }
    for document in &documents.constraints {
        let grants = document.document.constraints.iter().filter_map(|it| it.grants.as_ref());
        uses.extend(grants.map(|grants| (&document.document.application, document.at, &grants.value)));
    }
    uses
}

fn two_types(
    application: &Placed<ApplicationDocument>,
    selector: &Selector,
    at: &impl Fn(crate::model::Span) -> Location,
) -> Option<Finding> {
    let mut types = selector.iter().filter(|(key, _)| application.document.entitlement(&key.value).is_some());
    let (first, second) = (types.next()?, types.next()?);
    let message = format!("no grant is of the types `{}` and `{}` at once", first.0.value, second.0.value);
    let finding = Finding::error(CODE, message, at(second.0.span), "a second type");
    Some(finding.and(at(first.0.span), "the first").help("ask for each, with `any` or `all`"))
}

fn foreign_scope(
    application: &Placed<ApplicationDocument>,
    selector: &Selector,
    at: &impl Fn(crate::model::Span) -> Location,
) -> Vec<Finding> {
    let is_scope = |key: &str| application.document.scope(key).is_some();
    let own = selector.keys().find_map(|key| application.document.entitlement(key));
    let scopes = selector.iter().filter(|(key, _)| is_scope(&key.value));
    let foreign = scopes.enumerate().filter(|(nth, (key, _))| match own {
        Some(own) => own.scope.as_ref().is_none_or(|scope| scope.value != key.value),
        None => *nth > 0 || application.document.scopes.iter().flat_map(|it| it.keys()).count() > 1,
    });
    foreign
        .map(|(_, (key, _))| {
            let message = format!("the scope `{}` does not say whose it is here", key.value);
            Finding::error(CODE, message, at(key.span), "not a scope of the type")
                .help("name the entitlement type that has this scope")
        })
        .collect()
}

fn values(
    application: &Placed<ApplicationDocument>,
    selector: &Selector,
    at: &impl Fn(crate::model::Span) -> Location,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, value) in selector.iter().filter(|(_, value)| value.value != ANY) {
        let declared = application.document.entitlement(&key.value).and_then(|it| it.values.as_deref());
        let Some(known) = declared.or_else(|| application.document.scope(&key.value)) else { continue };
        if !known.iter().any(|known| known.value == value.value) {
            let message = format!("`{}` is not a value of `{}`", value.value, key.value);
            findings.push(
                Finding::error(CODE, message, at(value.span), "no such value")
                    .help(spelling::help(&value.value, known.iter().map(|known| known.value.as_str()))),
            );
        }
    }
    findings
}
