//! `check/branch`: a workspace names the applied branch exactly once, and git accepts the name.

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/branch";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let workspaces = context.documents.workspaces.iter();
    let once = workspaces.clone().filter_map(|workspace| {
        match (&workspace.protected_branch, &workspace.environments) {
            (None, None) => {
                let message = "the workspace does not say which branch is applied";
                let finding =
                    Finding::error(CODE, message, workspace.place(workspace.name.span), "of this workspace");
                Some(finding.help("add `protectedBranch: main`, or the branch that people may not push to"))
            }
            (Some(branch), Some(environments)) => {
                let message =
                    "the branch is given twice: `protectedBranch` and `environments` exclude each other";
                let finding = Finding::error(CODE, message, workspace.place(branch.span), "once here");
                Some(finding.and(workspace.place(environments.span), "and once here"))
            }
            _ => None,
        }
    });
    let named = workspaces.flat_map(|workspace| {
        let environments = workspace.environments.iter().flat_map(|environments| environments.value.iter());
        let branches = environments.map(|(_, environment)| &environment.branch);
        let refused = branches.chain(&workspace.protected_branch).filter(|branch| !is_name(&branch.value));
        refused.map(|branch| {
            let message = format!("git has no branch of the name `{}`", branch.value);
            Finding::error(CODE, message, workspace.place(branch.span), "no name of a branch")
                .help("write the branch without `refs/heads/`: main")
        })
    });
    once.chain(named).collect()
}

/// Whether git accepts a name for a branch (git-check-ref-format(1)). A full ref (`refs/heads/main`) is not accepted:
/// no branch is called that.
fn is_name(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let refused = |sign: char| sign.is_control() || " ~^:?*[\\".contains(sign);
    name.split('/').all(part)
        && !name.contains(refused)
        && !["..", "@{"].iter().any(|part| name.contains(part))
        && !name.starts_with('-')
        && !name.starts_with("refs/")
        && !name.ends_with('.')
        && name != "@"
        && name != "HEAD"
}
