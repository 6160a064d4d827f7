//! `check/credential`: a credential names only environment variables that the workspace allows, never one that belongs
//! to Rolewright or its machine, and no file that is none of a secret.

use super::context::Context;
use crate::language::document::{EntraCredentialForm, SecretPlace, ShapeError};
use crate::language::spelling;
use crate::model::{Finding, Location, is_reserved_variable};
use crate::yaml::Spanned;

const CODE: &str = "check/credential";
const DEFAULT_PREFIX: &str = "ROLEWRIGHT_";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let prefixes = prefixes(context);
    let mut findings = Vec::new();
    for (at, source) in sources(context) {
        let found = match source {
            Ok(None) => None,
            Ok(Some(SecretPlace::Env(env))) => variable(at, &env, prefixes.as_deref()),
            Ok(Some(SecretPlace::File(file))) => path(at, &file),
            Err(ShapeError { span, message, label }) => {
                Some(Finding::error("schema/shape", message, Location { span, ..at }, label))
            }
        };
        findings.extend(found);
    }
    findings
}

/// The prefixes that the workspace allows; none if its document could not be read, since it may allow others.
fn prefixes<'c>(context: &Context<'c>) -> Option<Vec<&'c str>> {
    let workspace = context.documents.workspaces.first();
    if workspace.is_none() && context.read.unread {
        return None;
    }
    let written = workspace.and_then(|workspace| workspace.secret_prefixes.as_ref());
    Some(
        written
            .map_or_else(|| vec![DEFAULT_PREFIX], |prefixes| prefixes.iter().map(String::as_str).collect()),
    )
}

/// An environment variable that policies may not read.
fn variable(at: Location, env: &Spanned<String>, prefixes: Option<&[&str]>) -> Option<Finding> {
    let at = Location { span: env.span, ..at };
    if is_reserved_variable(&env.value) {
        let message = format!("the environment variable `{}` is never a credential of policies", env.value);
        return Some(Finding::error(CODE, message, at, "belongs to Rolewright, CI or the system").help(
            "put the credential into a variable of its own, such as `ROLEWRIGHT_` and the name of the application",
        ));
    }
    let prefixes = prefixes?;
    if prefixes.iter().any(|prefix| env.value.starts_with(prefix)) {
        return None;
    }
    let message = format!("the environment variable `{}` is not one that policies may read", env.value);
    Some(Finding::error(CODE, message, at, "this name").help(format!(
        "names begin with {}; `secretPrefixes` of the workspace says so",
        spelling::list(prefixes)
    )))
}

/// A path that is surely none of a secret. Whether it lies in a folder for secrets is known where it is read only.
fn path(at: Location, file: &Spanned<String>) -> Option<Finding> {
    let mut parts = file.value.split(['/', '\\']);
    let first = parts.clone().find(|part| !part.is_empty());
    let system = file.value.starts_with('/') && matches!(first, Some("proc" | "dev" | "sys"));
    if !system && !parts.any(|part| part == "..") {
        return None;
    }
    let at = Location { span: file.span, ..at };
    let message = format!("the file `{}` is never a credential of policies", file.value);
    Some(Finding::error(CODE, message, at, "this path").help(
        "name a file in the folder for secrets: `/run/secrets`, or the one that the operator names in \
         `ROLEWRIGHT_SECRETS_DIR`",
    ))
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
        let service = application.document.service().map(|service| service.value.secrets(service.span));
        let postgres = application.document.postgres.iter().map(|one| one.value.secrets());
        for secrets in service.into_iter().chain(postgres) {
            match secrets {
                Ok(places) => {
                    sources.extend(places.into_iter().map(|place| (application.at, Ok(Some(place)))));
                }
                Err(fault) => sources.push((application.at, Err(fault))),
            }
        }
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
