//! `check/entra`: keys that only other kinds of directory have, and addresses at which a tenant may be reached (the
//! policy language, 5).

use super::context::Context;
use super::url::is_this_machine;
use crate::model::Finding;

const CODE: &str = "check/entra";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for directory in &context.documents.directories {
        let Some(entra) = &directory.document.entra else { continue };
        if let Some(endpoint) =
            entra.value.endpoint.as_ref().filter(|endpoint| !is_this_machine(&endpoint.value))
        {
            let message = "a double of Microsoft's services runs on this machine only";
            findings.push(
                Finding::error(CODE, message, directory.place(endpoint.span), "another machine").help(
                    "leave `endpoint` out: `cloud` says where the tenant is; for tests write `http://127.0.0.1:8080`",
                ),
            );
        }
        if let Some(under) = directory.groups_under() {
            let message = "groups of Microsoft Entra ID have no distinguished names";
            findings.push(
                Finding::error(CODE, message, directory.place(under.span), "no such place").help(
                    "choose groups by `groups.prefix`, or by id, name and pattern where they are linked",
                ),
            );
        }
    }
    findings
}
