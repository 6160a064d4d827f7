//! `check/time-zone`: a time zone is a name in the IANA database (the policy language, 5).

use super::context::Context;
use crate::language::compile::calendar::zones;
use crate::model::{Finding, Zone, nearest};

const CODE: &str = "check/time-zone";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for zone in zones(&application.document) {
            let Err(error) = Zone::parse(&zone.value) else { continue };
            let names = Zone::names();
            let near = nearest(&zone.value, &names.iter().map(String::as_str).collect::<Vec<_>>());
            let finding =
                Finding::error(CODE, error.to_string(), application.place(zone.span), "no such zone");
            findings.push(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
    }
    findings
}
