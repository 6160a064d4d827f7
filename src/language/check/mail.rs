//! `check/mail`: the mail server is named in a valid form and reached over TLS, and the recipients have valid
//! addresses.

use super::context::Context;
use super::url::is_loopback;
use crate::language::document::MailObject;
use crate::model::{Finding, MailSecurity, Span};

const CODE: &str = "check/mail";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = unreachable(context);
    for workspace in &context.documents.workspaces {
        let wrong = workspace.mail.iter().flat_map(problems);
        findings.extend(wrong.map(|(span, message, label, help)| {
            Finding::error(CODE, message, workspace.place(span), label).help(help)
        }));
    }
    findings
}

/// `notify` in a workspace that names no mail server.
fn unreachable(context: &Context<'_>) -> Vec<Finding> {
    let reachable = match context.documents.workspaces.first() {
        // A workspace document that could not be read may name one.
        None => context.read.unread,
        Some(workspace) => workspace.mail.is_some(),
    };
    if reachable {
        return Vec::new();
    }
    let applications = context.documents.applications.iter();
    let first =
        applications.filter_map(|application| Some((application, application.notify.as_ref()?.first()?)));
    first
        .map(|(application, notification)| {
            let at = application.place(notification.span);
            Finding::error(CODE, "no mail can be sent: the workspace names no mail server", at, "this mail")
                .help("say it in the `Workspace`: `mail: { server: smtp.contoso.example, from: rolewright@contoso.example }`")
        })
        .collect()
}

type Problem = (Span, &'static str, &'static str, &'static str);

fn problems(mail: &MailObject) -> Vec<Problem> {
    let mut problems = Vec::new();
    let named = mail.host_and_port();
    if named.is_none() {
        problems.push((
            mail.server.span,
            "the mail server is not a host's name, perhaps with a port",
            "this name",
            "write `smtp.contoso.example` or `smtp.contoso.example:465`",
        ));
    }
    if let Some(security) = mail.security.as_ref().filter(|security| security.value == MailSecurity::None)
        && named.is_some_and(|(host, _)| !is_loopback(host))
    {
        problems.push((
            security.span,
            "names and the password would travel unencrypted",
            "not to another machine",
            "write `startTls` or `tls`; only `localhost` may do without",
        ));
    }
    if let (Some(user), None) = (&mail.user, &mail.credential) {
        problems.push((
            user.span,
            "`user` has no effect without `credential`: nobody logs in",
            "without a password",
            "say `credential: { env: NAME }` beside it",
        ));
    }
    problems
}
