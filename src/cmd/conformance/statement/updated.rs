//! An update is shown.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "every attribute can be changed",
    advice: "name attributes that the application does not keep in its Profile, or do not map them",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let changed = || account.attributes.iter().filter(|one| one.path.name != USER_NAME);
    let writes: Vec<Write<'_>> =
        changed().map(|one| (&one.path, Some(one.first.clone()), Some(one.second.clone()))).collect();
    let answer = sandbox.update(&account, &writes)?;
    let wanted = changed().map(|one| (&one.path, Some(one.second.to_string())));
    let mut problems = account.differences(sandbox, wanted)?;
    problems.extend(answer.err());
    Ok(Verdict::of(&problems, format!("{} attributes", writes.len())))
}
