//! An account is archived.

use crate::cmd::conformance::attributes::USER_NAME;
use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::model::Value;

pub(super) const STATEMENT: Statement = Statement {
    says: "an account can be archived",
    advice: "archive by attributes that can be changed, or use `deactivate` in Lifecycle",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    if !sandbox.archives() {
        return Ok(Verdict::passed("the Lifecycle archives no account"));
    }
    let account = sandbox.fresh()?;
    let name = account.attributes.iter().find(|one| one.path.name == USER_NAME);
    let name = name.ok_or("no user name is mapped")?.clone();
    let archived = Value::Text(format!("{}-archived@example.com", account.link));
    let writes: [Write<'_>; 1] = [(&name.path, Some(name.first.clone()), Some(archived.clone()))];
    let answer = sandbox.archive(&account, &writes)?;
    let mut problems: Vec<String> = answer.err().into_iter().collect();
    problems.extend(account.differences(sandbox, [(&name.path, Some(archived.to_string()))])?);
    if account.is_active(sandbox)? {
        problems.push("it is still active".to_owned());
    }
    let snapshot = sandbox.read()?;
    let row = snapshot.accounts.ids.row(&account.id).ok_or("the account is not shown any more")?;
    if let Some(link) = snapshot.accounts.links.get(row) {
        problems.push(format!("it is still linked to `{link}`"));
    }
    Ok(Verdict::of(&problems, "renamed, inactive and without link"))
}
