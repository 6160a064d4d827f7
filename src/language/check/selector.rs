//! `check/selector`: a selector of grants can match something (the policy language, 6).

use super::context::Context;
use crate::language::document::{ApplicationDocument, Selector, TestForm};
use crate::language::spelling;
use crate::language::walk::PlacedCondition;
use crate::model::{Finding, Location, Span};
use crate::yaml::Spanned;

const CODE: &str = "check/selector";
const ANY: &str = "*";

/// A selector and the application that it belongs to.
struct Use<'d> {
    application: &'d Spanned<String>,
    document: Location,
    selector: &'d Selector,
}

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for used in uses(context) {
        for application in context.documents.applications_of(used.application) {
            findings.extend(used.two_types(application));
            findings.extend(used.foreign_scope(application));
            findings.extend(used.values(application));
        }
    }
    findings
}

fn uses<'r>(context: &Context<'r>) -> Vec<Use<'r>> {
    let mut uses: Vec<Use<'r>> = Vec::new();
    for placed in context.documents.conditions() {
        let PlacedCondition { application, document, .. } = placed;
        for test in placed.tests() {
            if let TestForm::Grant(selector) = test {
                uses.push(Use { application, document, selector: &selector.value });
            }
        }
    }
    for placed in &context.documents.lifecycles {
        let (application, document) = (&placed.document.application, placed.at);
        let grants =
            placed.document.protect.iter().flatten().filter_map(|protection| protection.grants.as_ref());
        uses.extend(grants.map(|grants| Use { application, document, selector: &grants.value }));
    }
    for placed in &context.documents.constraints {
        let (application, document) = (&placed.document.application, placed.at);
        let grants = placed.document.constraints.iter().filter_map(|constraint| constraint.grants.as_ref());
        uses.extend(grants.map(|grants| Use { application, document, selector: &grants.value }));
    }
    uses
}

impl Use<'_> {
    fn at(&self, span: Span) -> Location {
        Location { file: self.document.file, span }
    }

    fn two_types(&self, application: &ApplicationDocument) -> Option<Finding> {
        let mut types = self.selector.iter().filter(|(key, _)| application.entitlement(&key.value).is_some());
        let (first, second) = (types.next()?, types.next()?);
        let message =
            format!("no grant is of the types `{}` and `{}` at once", first.0.value, second.0.value);
        let finding = Finding::error(CODE, message, self.at(second.0.span), "a second type");
        Some(finding.and(self.at(first.0.span), "the first").help("ask for each, with `any` or `all`"))
    }

    fn foreign_scope(&self, application: &ApplicationDocument) -> Vec<Finding> {
        let is_scope = |key: &str| application.scope(key).is_some();
        let own = self.selector.keys().find_map(|key| application.entitlement(key));
        let scopes = self.selector.iter().filter(|(key, _)| is_scope(&key.value));
        let foreign = scopes.enumerate().filter(|(nth, (key, _))| match own {
            Some(own) => own.scope.as_ref().is_none_or(|scope| scope.value != key.value),
            None => *nth > 0 || application.scopes.iter().flat_map(|scopes| scopes.keys()).count() > 1,
        });
        foreign
            .map(|(_, (key, _))| {
                let message = format!("`{}` is not the `scope` of an entitlement named here", key.value);
                Finding::error(CODE, message, self.at(key.span), "whose is not said")
                    .help(format!("name the entitlement that has `scope: {}`", key.value))
            })
            .collect()
    }

    fn values(&self, application: &ApplicationDocument) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (key, value) in self.selector.iter().filter(|(_, value)| value.value != ANY) {
            let declared =
                application.entitlement(&key.value).and_then(|entitlement| entitlement.values.as_deref());
            let Some(known) = declared.or_else(|| application.scope(&key.value)) else { continue };
            if !known.iter().any(|known| known.value == value.value) {
                let message = format!("`{}` is not a value of `{}`", value.value, key.value);
                findings.push(
                    Finding::error(CODE, message, self.at(value.span), "no such value")
                        .help(spelling::help(&value.value, known.iter().map(|known| known.value.as_str()))),
                );
            }
        }
        findings
    }
}
