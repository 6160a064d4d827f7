//! `check/missing-document`: a workspace has a `Workspace` document, and each application a `Lifecycle`.

use super::context::Context;
use crate::language::document::API_VERSION;
use crate::model::{Finding, Severity};

const CODE: &str = "check/missing-document";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    // The missing document may be one that could not be read.
    if context.read.unread {
        return Vec::new();
    }
    if context.read.count == 0 {
        let help = format!(
            "add files that end in .yaml; each document begins with `apiVersion: {API_VERSION}` and `kind`"
        );
        return vec![nowhere("the workspace has no policy documents", help)];
    }
    let documents = context.documents;
    let mut findings = Vec::new();
    if documents.workspaces.is_empty() {
        let message = "no document says `kind: Workspace`";
        let help =
            format!("add one: apiVersion: {API_VERSION}, kind: Workspace, name: ..., protectedBranch: main");
        findings.push(nowhere(message, help));
    }
    for application in &documents.applications {
        let name = &application.name.value;
        if documents.lifecycles.iter().any(|lifecycle| lifecycle.application.value == *name) {
            continue;
        }
        let message = format!("the application `{name}` has no `Lifecycle`");
        let at = application.place(application.name.span);
        findings.push(Finding::error(CODE, message, at, "this application").help(
            "add a document with `kind: Lifecycle` that says `scope`, `deleted`, `outOfScope` and `disabled`",
        ));
    }
    findings
}

/// A finding about the workspace as a whole; there is no place to point to.
fn nowhere(message: &str, help: String) -> Finding {
    Finding {
        severity: Severity::Error,
        code: CODE,
        message: message.to_owned(),
        labels: Vec::new(),
        help: Some(help),
        remedy: None,
    }
}
