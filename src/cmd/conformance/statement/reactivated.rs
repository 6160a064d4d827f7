//! An account is activated again.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::plan::Action;

pub(super) const STATEMENT: Statement = Statement {
    says: "a deactivated account can be reactivated",
    advice: "write `returning: block` into Lifecycle if a person has to reactivate accounts",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let off = sandbox.change(&account, Action::Deactivate)?;
    if account.is_active(sandbox)? {
        return Ok(Verdict::warned("not tried: the account could not be deactivated"));
    }
    let on = Action::Reactivate { link: None, attributes: Vec::new(), activates: 0 };
    let answer = sandbox.change(&account, on)?;
    let mut problems: Vec<String> = off.err().into_iter().chain(answer.err()).collect();
    if !account.is_active(sandbox)? {
        problems.push("it is still inactive".to_owned());
    }
    Ok(Verdict::of(&problems, "it is shown as active"))
}
