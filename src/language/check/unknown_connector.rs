//! `check/unknown-connector`: the connector of an application's own API is declared.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/unknown-connector";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.read.declared(Kind::Connector) else { return Vec::new() };
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let named = application.rest.as_ref().map(|rest| &rest.value.connector);
        let Some(name) = named.filter(|name| !known.contains(name.value.as_str())) else { continue };
        let message = format!("no connector is called `{}`", name.value);
        findings.push(
            Finding::error(CODE, message, application.place(name.span), "not declared")
                .help(spelling::help(&name.value, known.iter().copied())),
        );
    }
    findings
}
