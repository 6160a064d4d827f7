//! `check/wire`: an application that is read over a protocol declares how it stores each right. An account store
//! keeps rights as rows, so it needs no declaration.

use super::context::Context;
use crate::language::document::Missing;
use crate::model::Finding;

const CODE: &str = "check/wire";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let store = application.store();
        // Their connectors say how rights are given that have no wire: `check/connector-use`.
        let rest = application.rest.is_some();
        for (name, entitlement) in application.document.entitlements() {
            match (&entitlement.wire, store) {
                (Some(wire), Some(store)) => {
                    let message = format!("with `{store}` there is no `wire`: a grant is a row");
                    let finding = Finding::error(CODE, message, application.place(wire.span), "this wire");
                    findings.push(finding.help("leave it out"));
                }
                (None, None) if !rest => {
                    let message = format!("`{}` does not say how the application stores it", name.value);
                    findings.push(
                        Finding::error(CODE, message, application.place(name.span), "this entitlement")
                            .help(format!("add a wire: {{ group: '{{{}}}' }}", name.value)),
                    );
                }
                (Some(_), None) | (None, _) => {}
            }
            let grouped = entitlement.wire.as_ref().is_some_and(|wire| wire.value.group.is_some());
            let created = entitlement.missing.as_ref().filter(|missing| missing.value == Missing::Create);
            if let Some(missing) = created.filter(|_| !grouped && store.is_none()) {
                let message = "`missing: create` makes groups, and these rights are not groups";
                findings.push(Finding::error(
                    CODE,
                    message,
                    application.place(missing.span),
                    "makes nothing",
                ));
            }
        }
    }
    findings
}
