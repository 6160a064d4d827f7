//! `check/credential`: a credential names only environment variables that the workspace allows.

use super::context::Context;
use crate::language::document::{CredentialSource, EntraCredentialForm, ShapeError};
use crate::language::spelling;
use crate::model::{Finding, Location, Span};

const CODE: &str = "check/credential";
const DEFAULT_PREFIX: &str = "ROLEWRIGHT_";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let prefixes: Vec<&str> = match context.documents.workspaces.first() {
        // A workspace that could not be read may allow others.
        None if context.read.unread => return Vec::new(),
        workspace => workspace
            .and_then(|workspace| workspace.secret_prefixes.as_ref())
            .map_or_else(|| vec![DEFAULT_PREFIX], |prefixes| prefixes.iter().map(String::as_str).collect()),
    };
    let (mut findings, mut named) = (Vec::new(), Vec::new());
    for (at, source) in sources(context) {
        match source {
            Ok(Some(CredentialSource::Env(env))) => {
                named.push((Location { span: env.span, ..at }, env.value.as_str()));
            }
            Ok(_) => {}
            Err(ShapeError { span, message, label }) => {
                findings.push(Finding::error("schema/shape", message, Location { span, ..at }, label));
            }
        }
    }
    let refused = named.into_iter().filter(|(_, env)| !prefixes.iter().any(|prefix| env.starts_with(prefix)));
    findings.extend(refused.map(|(at, env)| {
        let message = format!("the environment variable `{env}` is not one that policies may read");
        Finding::error(CODE, message, at, "this name").help(format!(
            "names begin with {}; `secretPrefixes` of the workspace says so",
            spelling::list(&prefixes)
        ))
    }));
    findings
}

/// Where the secret of each credential is; none where there is none to read.
type Sources<'d> = Vec<(Location, Result<Option<CredentialSource<'d>>, ShapeError>)>;

fn sources<'d>(context: &Context<'d>) -> Sources<'d> {
    let documents = context.documents;
    let mut sources: Sources<'d> = Vec::new();
    let at = |place: Location| Location { span: Span::default(), ..place };
    for workspace in &documents.workspaces {
        let mail = workspace.document.mail.iter().filter_map(|mail| mail.credential.as_ref());
        sources.extend(mail.map(|it| (at(workspace.at), it.value.source(it.span).map(Some))));
    }
    for application in &documents.applications {
        let scim = application.document.scim.iter().filter_map(|scim| scim.value.credential.as_ref());
        sources.extend(scim.map(|it| (at(application.at), it.value.source(it.span).map(Some))));
    }
    for directory in &documents.directories {
        let entra = directory.document.entra.iter().map(|entra| &entra.value.credential);
        let form = entra.map(|it| it.value.form(it.span));
        sources.extend(form.map(|form| (at(directory.at), form.map(secret))));
        let ldap = directory.document.ldap.iter().map(|ldap| &ldap.value.credential);
        sources.extend(ldap.map(|it| (at(directory.at), it.value.source(it.span).map(Some))));
    }
    sources
}

fn secret(form: EntraCredentialForm<'_>) -> Option<CredentialSource<'_>> {
    match form {
        EntraCredentialForm::Secret(source) | EntraCredentialForm::Certificate(source) => Some(source),
        EntraCredentialForm::Federated => None,
    }
}
