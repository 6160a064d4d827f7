//! A right is granted.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::plan::Action;
use std::sync::Arc;

pub(super) const STATEMENT: Statement = Statement {
    says: "a right can be granted",
    advice: "correct the entitlement's `wire`, or this client's permissions on groups in the application",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let Some(right) = sandbox.right.clone() else {
        return Ok(Verdict::warned("not tried: name a harmless right with `--right TYPE=VALUE`"));
    };
    let account = sandbox.fresh()?;
    let mut problems = Vec::new();
    for _ in 0..2 {
        problems.extend(sandbox.change(&account, Action::Grant(Arc::new(right.clone())))?.err());
    }
    if !sandbox.holds(&account, &right)? {
        problems.push(format!("the account does not hold `{right}`"));
    }
    Ok(Verdict::of(&problems, format!("`{right}` is shown, and granting it again does no harm")))
}
