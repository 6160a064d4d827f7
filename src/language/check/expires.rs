//! `check/expires`: a secret that ends soon is a finding from 30 days before its last day on (the policy language, 5).

use super::context::Context;
use crate::model::{Date, Finding, Location};
use crate::yaml::Spanned;

const CODE: &str = "check/expires";
const NOTICE: i32 = 30;

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut ends: Vec<(Location, &Spanned<Date>, String)> = Vec::new();
    for workspace in &documents.workspaces {
        let day =
            workspace.mail.iter().flat_map(|it| &it.credential).filter_map(|it| it.value.expires.as_ref());
        ends.extend(day.map(|day| (workspace.place(day.span), day, "the mail server".to_owned())));
    }
    for application in &documents.applications {
        let scim = application.scim.iter().filter_map(|scim| scim.value.credential.as_ref());
        let day = scim.filter_map(|it| it.value.expires.as_ref());
        let what = format!("the application `{}`", application.name.value);
        ends.extend(day.map(|day| (application.place(day.span), day, what.clone())));
    }
    for directory in &documents.directories {
        let day = directory.entra.iter().filter_map(|entra| entra.value.credential.value.expires.as_ref());
        let what = format!("the directory `{}`", directory.name.value);
        ends.extend(day.map(|day| (directory.place(day.span), day, what.clone())));
    }
    ends.into_iter().filter_map(|(at, day, what)| ending(context.as_of, day.value, at, &what)).collect()
}

fn ending(today: Date, last: Date, at: Location, what: &str) -> Option<Finding> {
    let left = today.days_until(last);
    let message = match left {
        ..0 => format!("the credential of {what} ended with {last}"),
        0 => format!("the credential of {what} ends today"),
        1 => format!("the credential of {what} ends tomorrow, with {last}"),
        2..=NOTICE => format!("the credential of {what} ends in {left} days, with {last}"),
        _ => return None,
    };
    let label = if left < 0 { "is over" } else { "ends soon" };
    let help = "make a new one, store it where the credential is read from, and write its end here";
    Some(Finding::warning(CODE, message, at, label).help(help))
}
