//! Values of growing length.

use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::model::Value;

/// Characters.
const LENGTHS: [usize; 4] = [64, 128, 255, 1000];

pub(super) const STATEMENT: Statement = Statement {
    says: "long text comes back whole, or is refused",
    advice: "shorten these values in the mapping to what the application keeps",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let Some(one) = account.attributes.iter().find(|one| one.is_free).cloned() else {
        return Ok(Verdict::warned("not tried: the policies map no attribute that accepts any text"));
    };
    let mut before = Some(one.first.clone());
    let mut longest = 0;
    for length in LENGTHS {
        let text: String = "abcdefghijklmnopqrstuvwxyz".chars().cycle().take(length).collect();
        let after = Some(Value::Text(text.clone()));
        let writes: [Write<'_>; 1] = [(&one.path, before.clone(), after.clone())];
        if let Err(problem) = sandbox.update(&account, &writes)? {
            let message =
                format!("`{}` takes {longest} characters, {length} are refused: {problem}", one.path.name);
            return Ok(Verdict::warned(message));
        }
        let differences = account.differences(sandbox, [(&one.path, Some(text))])?;
        if !differences.is_empty() {
            return Ok(Verdict::failed(format!("{length} characters: {}", differences.join("; "))));
        }
        (before, longest) = (after, length);
    }
    Ok(Verdict::passed(format!("{longest} characters in `{}`", one.path.name)))
}
