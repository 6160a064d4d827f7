//! `check/credential`: a credential names only environment variables that the workspace allows.

use super::Context;
use crate::model::Location;
use crate::policy::document::Credential;
use crate::policy::yaml::Spanned;
use crate::policy::{Finding, spelling};

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
    let mut named: Vec<(Location, &str)> = Vec::new();
    for workspace in &context.documents.workspaces {
        let mail = workspace.mail.as_ref().and_then(|mail| mail.credential.as_ref());
        named.extend(variable(mail).map(|env| (workspace.place(env.span), &*env.value)));
    }
    for application in &context.documents.applications {
        let scim = application.scim.as_ref().and_then(|scim| scim.value.credential.as_ref());
        named.extend(variable(scim).map(|env| (application.place(env.span), &*env.value)));
    }
    named
        .into_iter()
        .filter(|(_, env)| !prefixes.iter().any(|prefix| env.starts_with(prefix)))
        .map(|(at, env)| {
            let message = format!("the environment variable `{env}` is not one that policies may read");
            Finding::error(CODE, message, at, "this name").help(format!(
                "names begin with {}; `secretPrefixes` of the workspace says so",
                spelling::list(&prefixes)
            ))
        })
        .collect()
}

fn variable(credential: Option<&Spanned<Credential>>) -> Option<&Spanned<String>> {
    credential.and_then(|credential| credential.value.env.as_ref())
}
