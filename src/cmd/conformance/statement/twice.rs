//! Changes of one account in a row.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "an account can be changed several times in a row",
    advice: "check whether the application shows a change when it is read again at once",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let one = account.attributes.iter().find(|one| one.path.name != USER_NAME && one.first != one.second);
    let Some(one) = one.cloned() else {
        return Ok(Verdict::warned("not tried: the policies map no attribute that can be changed"));
    };
    let mut problems = Vec::new();
    for (before, after) in [(&one.first, &one.second), (&one.second, &one.first), (&one.first, &one.second)] {
        let writes: [Write<'_>; 1] = [(&one.path, Some(before.clone()), Some(after.clone()))];
        problems.extend(sandbox.update(&account, &writes)?.err());
    }
    problems.extend(account.differences(sandbox, [(&one.path, Some(one.second.to_string()))])?);
    Ok(Verdict::of(&problems, format!("`{}` changed, changed back and changed again", one.path.name)))
}
