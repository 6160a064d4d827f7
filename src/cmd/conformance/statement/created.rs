//! A new account is shown.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "a new account is shown with all its attributes",
    advice: "check how the application answers a creation; list attributes that it does not keep in its Profile, or do not map them",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let wanted = account.attributes.iter().map(|one| (&one.path, Some(one.first.to_string())));
    let mut problems = account.differences(sandbox, wanted)?;
    if !account.is_active(sandbox)? {
        problems.push("it is not active".to_owned());
    }
    Ok(Verdict::of(&problems, format!("{} attributes", account.attributes.len())))
}
