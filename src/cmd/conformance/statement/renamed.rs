//! An account gets another user name.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "the user name can be changed",
    advice: "map `userName` from what never changes, or let somebody rename accounts by hand",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let name = account.attributes.iter().find(|one| one.path.name == USER_NAME);
    let name = name.ok_or("no user name is mapped")?.clone();
    let writes: [Write<'_>; 1] = [(&name.path, Some(name.first.clone()), Some(name.second.clone()))];
    let answer = sandbox.update(&account, &writes)?;
    let problems = account.differences(sandbox, [(&name.path, Some(name.second.to_string()))])?;
    Ok(match answer {
        Err(problem) if problems.is_empty() => {
            Verdict::failed(format!("the application reports a failure, but makes the change: {problem}"))
        }
        Err(problem) => Verdict::warned(format!("it is refused: {problem}")),
        Ok(()) => Verdict::of(&problems, "it is shown"),
    })
}
