//! `check/postgres`: a PostgreSQL server is named by its host alone, and reached with encryption.

use super::context::Context;
use super::url::is_loopback;
use crate::language::document::PostgresObject;
use crate::model::{Finding, Span, host_problem};

const CODE: &str = "check/postgres";

/// Place, message, label, help.
type Problem = (Span, &'static str, &'static str, &'static str);

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let Some(postgres) = &application.document.postgres else { continue };
        let found = problems(&postgres.value).into_iter().map(|(span, message, label, help)| {
            Finding::error(CODE, message, application.place(span), label).help(help)
        });
        findings.extend(found);
    }
    findings
}

fn problems(postgres: &PostgresObject) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(problem) = host_problem(&postgres.host.value) {
        let help =
            "write the server's name or IP address; `port`, `database` and `user` are keys of their own";
        problems.push((postgres.host.span, problem, "this host", help));
    }
    let Some(tls) = postgres.tls.as_ref().filter(|tls| !tls.value) else { return problems };
    if !is_loopback(&postgres.host.value) {
        let message = "without `tls` the password and all accounts cross the network in clear";
        let help = "leave it out; only `localhost` may do without";
        problems.push((tls.span, message, "not encrypted", help));
    }
    let needless = [
        postgres
            .ca
            .as_ref()
            .map(|ca| (ca.span, "without `tls` there is no certificate of the server: `ca` has no effect")),
        postgres
            .certificate
            .as_ref()
            .map(|one| (one.span, "without `tls` no certificate is shown to the server")),
    ];
    let needless = needless.into_iter().flatten();
    problems.extend(
        needless.map(|(span, message)| (span, message, "has no effect", "leave it or `tls: false` out")),
    );
    problems
}
