//! `check/unused-profile`: an application names each profile.

use super::context::Context;
use crate::language::documents::names;
use crate::model::Finding;

const CODE: &str = "check/unused-profile";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    // A document that could not be read may name it.
    if context.read.unread {
        return Vec::new();
    }
    let applications = context.documents.applications.iter();
    let used: Vec<&str> = applications
        .filter_map(|application| Some(application.scim.as_ref()?.value.profile.as_ref()?.value.as_str()))
        .collect();
    let unused = names(&context.documents.profiles, |profile| &profile.name);
    unused
        .filter(|(name, _)| !used.contains(name))
        .map(|(name, at)| {
            Finding::warning(CODE, format!("no application uses the profile `{name}`"), at, "not used")
                .help(format!("write `profile: {name}` in the `scim` of an application, or remove it"))
        })
        .collect()
}
