//! `check/expires`: a secret that expires soon is a finding, from 30 days before its last day (the policy language, 5).

use super::context::Context;
use crate::model::{Date, Finding, Location};

const CODE: &str = "check/expires";
const NOTICE: i32 = 30;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut ends: Vec<(Location, Date, String)> = Vec::new();
    for workspace in &documents.workspaces {
        let credential = workspace.mail.iter().flat_map(|mail| &mail.credential);
        let days = credential.flat_map(|credential| &credential.value.expires);
        ends.extend(days.map(|day| (workspace.place(day.span), day.value, "the mail server".to_owned())));
    }
    for application in &documents.applications {
        let what = || format!("the application `{}`", application.name.value);
        let service = application.document.service();
        let credentials = service.into_iter().flat_map(|service| service.value.credentials());
        let postgres = application.postgres.iter().filter_map(|one| one.value.credential.as_ref());
        let days = credentials.chain(postgres).flat_map(|credential| &credential.value.expires);
        ends.extend(days.map(|day| (application.place(day.span), day.value, what())));
    }
    for directory in &documents.directories {
        let what = || format!("the directory `{}`", directory.name.value);
        let days = directory.entra.iter().flat_map(|entra| &entra.value.credential.value.expires);
        ends.extend(days.map(|day| (directory.place(day.span), day.value, what())));
    }
    ends.into_iter().filter_map(|(at, last, what)| finding(context, last, at, &what)).collect()
}

fn finding(context: &Context<'_>, last: Date, at: Location, what: &str) -> Option<Finding> {
    let message = context.ending(&format!("the credential of {what}"), last, NOTICE)?;
    let label = if last < context.as_of { "is over" } else { "ends soon" };
    let help = "make a new one, store it where the credential is read from, and write its end here";
    Some(Finding::warning(CODE, message, at, label).help(help))
}
