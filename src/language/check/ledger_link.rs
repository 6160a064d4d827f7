//! `check/ledger-link`: the ledger remembers whose accounts are whose for services that are reached over HTTP. Account stores keep links
//! itself, and what is in files is never written.

use super::context::Context;
use crate::model::{AttributePath, Finding};

const CODE: &str = "check/ledger-link";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let Some(link) = application.link.as_ref().filter(|link| link.value == AttributePath::LEDGER) else {
            continue;
        };
        if application.scim.is_none() && application.rest.is_none() {
            let message = "`link: ledger` is for SCIM services and APIs that keep no id of a user";
            let finding =
                Finding::error(CODE, message, application.place(link.span), "not with this connection");
            findings.push(finding.help("leave it out, or name the attribute that holds the user's id"));
        }
    }
    findings
}
