//! `check/change-window`: a change window is not empty (the policy language, 5).

use super::context::Context;
use crate::language::document::{ApplicationDocument, WindowObject};
use crate::model::{Finding, TimeOfDay};
use crate::yaml::Spanned;

const CODE: &str = "check/change-window";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for window in windows(&application.document) {
            let from = Spanned::value_of(&window.from).unwrap_or(TimeOfDay::BEGIN);
            let Some(to) = &window.to else { continue };
            if to.value == from {
                let message =
                    format!("the window `{}` begins and ends at {from}: it holds no time", window.id.value);
                findings.push(
                    Finding::error(CODE, message, application.place(to.span), "ends as it begins")
                        .help("for a whole day leave `from` and `to` out"),
                );
            }
        }
    }
    findings
}

/// The windows of an application, the closed ones first.
pub(super) fn windows(application: &ApplicationDocument) -> impl Iterator<Item = &WindowObject> {
    let windows = application.change_windows.iter();
    windows.flat_map(|lists| lists.closed.iter().chain(&lists.open).flatten())
}
