//! Quotes, markup, templates, formulas, and scripts other than Latin survive.

use crate::cmd::conformance::sandbox::{Sandbox, Write};
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::model::Value;

/// What breaks filters, markup, templates, spreadsheets, encodings and comparisons.
const TEXTS: [&str; 5] = [
    r#"O'Brien "Bob" \\ ; -- % _ * ( ) | &"#,
    "<b>&amp;</b> {{7*7}} ${x} =1+1",
    "Åse Bjørk-Müller ẞ 日本語 🙂",
    "שלום مرحبا",
    "Jose\u{301} (decomposed)",
];

pub(super) const STATEMENT: Statement = Statement {
    says: "text of all kinds comes back as it was written",
    advice: "transform these values in the mapping, so that what is written is what the application keeps",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let Some(one) = account.attributes.iter().find(|one| one.is_free).cloned() else {
        return Ok(Verdict::warned("not tried: the policies map no attribute that accepts any text"));
    };
    let (mut refused, mut altered, mut before) = (Vec::new(), Vec::new(), Some(one.first.clone()));
    for text in TEXTS {
        let after = Some(Value::Text(text.to_owned()));
        let writes: [Write<'_>; 1] = [(&one.path, before.clone(), after.clone())];
        match sandbox.update(&account, &writes)? {
            Err(problem) => refused.push(format!("`{text}`: {problem}")),
            Ok(()) => {
                altered.extend(account.differences(sandbox, [(&one.path, Some(text.to_owned()))])?);
                before = after;
            }
        }
    }
    Ok(match (altered.is_empty(), refused.is_empty()) {
        (false, _) => Verdict::failed(altered.join("; ")),
        (true, false) => Verdict::warned(format!("refused: {}", refused.join("; "))),
        (true, true) => Verdict::passed(format!("{} texts in `{}`", TEXTS.len(), one.path.name)),
    })
}
