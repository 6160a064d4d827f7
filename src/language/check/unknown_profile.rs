//! `check/unknown-profile`: the profile of a SCIM connection is declared.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/unknown-profile";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.read.declared(Kind::Profile) else { return Vec::new() };
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let named = application.scim.as_ref().and_then(|scim| scim.value.profile.as_ref());
        let Some(name) = named.filter(|name| !known.contains(name.value.as_str())) else { continue };
        let message = format!("no profile is called `{}`", name.value);
        findings.push(
            Finding::error(CODE, message, application.place(name.span), "not declared")
                .help(spelling::help(&name.value, known.iter().copied())),
        );
    }
    findings
}
