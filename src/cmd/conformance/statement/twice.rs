//! Changes of one account in a row.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "changes of one account follow each other",
    advice: "look whether the application keeps what was written when it is asked again at once",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let one = account.attributes.iter().find(|one| one.path.name != USER_NAME && one.first != one.second);
    let Some(one) = one.cloned() else {
        return Ok(Verdict::warned("not tried: policies use no attribute that can be changed"));
    };
    let mut problems = Vec::new();
    for (before, after) in [(&one.first, &one.second), (&one.second, &one.first), (&one.first, &one.second)] {
        let writes: [Write<'_>; 1] = [(&one.path, Some(before.clone()), Some(after.clone()))];
        problems.extend(sandbox.update(&account, &writes)?.err());
    }
    problems.extend(account.differences(sandbox, [(&one.path, Some(one.second.to_string()))])?);
    Ok(Verdict::of(&problems, format!("`{}` there, back and there again", one.path.name)))
}
