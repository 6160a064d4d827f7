//! `check/credential`: a credential names only environment variables that the workspace allows.

use super::Context;
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
    let applications = context.documents.applications.iter();
    let named = applications.filter_map(|application| {
        let credential = application.document.scim.as_ref()?.value.credential.as_ref()?;
        Some((application, credential.value.env.as_ref()?))
    });
    named
        .filter(|(_, env)| !prefixes.iter().any(|prefix| env.value.starts_with(prefix)))
        .map(|(application, env)| {
            let message =
                format!("the environment variable `{}` is not one that policies may read", env.value);
            Finding::error(CODE, message, application.place(env.span), "this name").help(format!(
                "names begin with {}; `secretPrefixes` of the workspace says so",
                spelling::list(&prefixes)
            ))
        })
        .collect()
}
