//! `lint/outside-prefix`: the name beside a group's id does not begin with the directory's prefix (the policy language,
//! 4). For names and patterns that is already an error (`check/group-prefix`).

use super::definition::Rule;
use crate::lint::context::Context;
use crate::model::{Finding, begins_with};
use crate::policy::{DirectoryPolicy, GroupReference, GroupSelector};

const CODE: &str = "lint/outside-prefix";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "The name beside a group's id does not begin with the directory's `groups.prefix`. Either the \
           name is out of date, or the group\nis never read and nothing can be planned. (A `name` or \
           `pattern` alone outside the prefix is an error.)",
    remedy: "correct the name, or choose a group within the prefix.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    context
        .policy
        .group_references()
        .into_iter()
        .filter_map(|reference| outside(context, reference))
        .collect()
}

fn outside(context: &Context<'_>, reference: &GroupReference) -> Option<Finding> {
    let GroupSelector::Id { name: Some(name), .. } = &reference.selector else { return None };
    let meant: Vec<&DirectoryPolicy> = context
        .directories()
        .iter()
        .copied()
        .filter(|directory| reference.directory.as_ref().is_none_or(|named| *named == directory.name))
        .collect();
    let begins = |directory: &&DirectoryPolicy| begins_with(name, &directory.group_prefix);
    if meant.is_empty() || meant.iter().any(begins) {
        return None;
    }
    let prefixes: Vec<String> = meant.iter().map(|group| format!("`{}`", group.group_prefix)).collect();
    let message = format!(
        "the group `{name}` of `{}` does not begin with {}: it is never read, or is not called so any more",
        reference.origin.id,
        prefixes.join(" or ")
    );
    let finding = context.finding(CODE, message, &reference.origin, "outside the prefix");
    Some(finding.help("correct the name, or choose a group within the directory's `groups.prefix`"))
}
