//! An account is deactivated.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::plan::Action;

pub(super) const STATEMENT: Statement = Statement {
    says: "an account can be deactivated",
    advice: "use `delete` in Lifecycle where the application has no `active`",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let answer = sandbox.change(&account, Action::Deactivate)?;
    let mut problems: Vec<String> = answer.err().into_iter().collect();
    if account.is_active(sandbox)? {
        problems.push("it is still active".to_owned());
    }
    Ok(Verdict::of(&problems, "it is shown as inactive"))
}
