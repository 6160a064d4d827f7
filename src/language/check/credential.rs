//! `check/credential`: a credential names only environment variables that the workspace allows.

use super::context::Context;
use crate::language::document::{EntraCredentialForm, SecretPlace, ShapeError};
use crate::language::spelling;
use crate::model::{Finding, Location};

const CODE: &str = "check/credential";
const DEFAULT_PREFIX: &str = "ROLEWRIGHT_";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let prefixes: Vec<&str> = match context.documents.workspaces.first() {
        // A workspace document that could not be read may allow other variables.
        None if context.read.unread => return Vec::new(),
        workspace => workspace
            .and_then(|workspace| workspace.secret_prefixes.as_ref())
            .map_or_else(|| vec![DEFAULT_PREFIX], |prefixes| prefixes.iter().map(String::as_str).collect()),
    };
    let mut findings = Vec::new();
    for (at, source) in sources(context) {
        match source {
            Ok(Some(SecretPlace::Env(env))) if !prefixes.iter().any(|prefix| env.starts_with(prefix)) => {
                let message =
                    format!("the environment variable `{}` is not one that policies may read", env.value);
                let at = Location { span: env.span, ..at };
                findings.push(Finding::error(CODE, message, at, "this name").help(format!(
                    "names begin with {}; `secretPrefixes` of the workspace says so",
                    spelling::list(&prefixes)
                )));
            }
            Ok(_) => {}
            Err(ShapeError { span, message, label }) => {
                findings.push(Finding::error("schema/shape", message, Location { span, ..at }, label));
            }
        }
    }
    findings
}

/// The place of each credential and where its secret is; none inside if the credential has no secret.
type Sources = Vec<(Location, Result<Option<SecretPlace>, ShapeError>)>;

fn sources(context: &Context<'_>) -> Sources {
    let documents = context.documents;
    let mut sources = Sources::new();
    for workspace in &documents.workspaces {
        let mail = workspace.document.mail.iter().flat_map(|mail| &mail.credential);
        sources.extend(mail.map(|mail| (workspace.at, mail.value.source(mail.span).map(Some))));
    }
    for application in &documents.applications {
        let scim = application.document.scim.iter().flat_map(|scim| &scim.value.credential);
        sources.extend(scim.map(|scim| (application.at, scim.value.source(scim.span).map(Some))));
    }
    for directory in &documents.directories {
        let entra = directory.document.entra.iter().map(|entra| &entra.value.credential);
        sources.extend(
            entra.map(|credential| (directory.at, credential.value.form(credential.span).map(secret))),
        );
        let ldap = directory.document.ldap.iter().map(|ldap| &ldap.value.credential);
        sources.extend(
            ldap.map(|credential| (directory.at, credential.value.source(credential.span).map(Some))),
        );
    }
    sources
}

fn secret(form: EntraCredentialForm) -> Option<SecretPlace> {
    match form {
        EntraCredentialForm::Secret(source) | EntraCredentialForm::Certificate(source) => Some(source),
        EntraCredentialForm::Federated => None,
    }
}
