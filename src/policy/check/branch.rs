//! `check/branch`: a workspace says exactly once which branch is applied.

use super::Context;
use crate::policy::Finding;

const CODE: &str = "check/branch";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let workspaces = context.documents.workspaces.iter();
    workspaces
        .filter_map(|workspace| match (&workspace.protected_branch, &workspace.environments) {
            (None, None) => {
                let message = "the workspace does not say which branch is applied";
                let finding =
                    Finding::error(CODE, message, workspace.place(workspace.name.span), "of this workspace");
                Some(finding.help("add `protectedBranch: main`, or the branch that people may not push to"))
            }
            (Some(branch), Some(environments)) => {
                let message =
                    "the branch is said twice: `protectedBranch` and `environments` exclude each other";
                let finding = Finding::error(CODE, message, workspace.place(branch.span), "once here");
                Some(finding.and(workspace.place(environments.span), "and once here"))
            }
            _ => None,
        })
        .collect()
}
