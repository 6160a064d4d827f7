//! A value is taken away.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "an attribute can be emptied",
    advice: "map these attributes with `whenEmpty: keep`, or always give them a value",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let (mut refused, mut kept, mut cleared) = (Vec::new(), Vec::new(), 0);
    for one in account.attributes.iter().filter(|one| one.path.name != USER_NAME && one.first != one.second) {
        let writes: [Write<'_>; 1] = [(&one.path, Some(one.first.clone()), None)];
        let answer = sandbox.update(&account, &writes)?;
        let differs = account.differences(sandbox, [(&one.path, None)])?;
        match (answer, differs.is_empty()) {
            (Ok(()), true) => cleared += 1,
            (Err(problem), _) => refused.push(format!("`{}`: {problem}", one.path.name)),
            (Ok(()), false) => kept.extend(differs),
        }
    }
    Ok(match (kept.is_empty(), refused.is_empty()) {
        (false, _) => Verdict::failed([kept, refused].concat().join("; ")),
        (true, false) => Verdict::warned(format!("refused for {}", refused.join("; "))),
        (true, true) => Verdict::passed(format!("{cleared} attributes")),
    })
}
