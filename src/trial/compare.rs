//! Compares the expectation for one user or account with the result.

use crate::model::{Right, Value};
use crate::plan::Verdict;
use crate::policy::{Expectation, Origin, TestSubject};

/// The difference between the result and the expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The user or account.
    pub who: TestSubject,
    /// The place of the expectation.
    pub origin: Origin,
    /// The expected values, one a line; only what the test asks for.
    pub expected: Vec<String>,
    /// The actual values, one a line.
    pub actual: Vec<String>,
    /// What the plan says about it.
    pub remarks: Vec<String>,
}

/// The difference; `None` if the expectation holds.
pub(super) fn compare(expectation: &Expectation, verdict: &Verdict) -> Option<Difference> {
    let (mut expected, mut actual) = (Vec::new(), Vec::new());
    if let Some(result) = expectation.result {
        expected.push(format!("result: {}", result.word()));
        actual.push(format!("result: {}", verdict.result.word()));
    }
    if let Some(grants) = &expectation.grants {
        expected.extend(listed(grants));
        actual.extend(listed(&verdict.grants));
    }
    for (name, value) in &expectation.attributes {
        expected.push(attribute(name, value.as_ref()));
        let held = verdict.attributes.get(name);
        // A number equals the same text, since applications store text.
        let same = texts(held) == texts(value.as_ref());
        actual.push(attribute(name, if same { value.as_ref() } else { held }));
    }
    let given = |id: &&String| verdict.reasons.iter().any(|origin| origin.id == **id);
    expected.extend(expectation.because.iter().map(|id| format!("because: {id}")));
    actual.extend(expectation.because.iter().filter(given).map(|id| format!("because: {id}")));
    if expected == actual {
        return None;
    }
    let mut remarks = verdict.told.clone();
    if expectation.because.iter().any(|id| !given(&id)) {
        let reasons: Vec<String> = verdict.reasons.iter().map(|origin| format!("`{}`", origin.id)).collect();
        remarks.push(match reasons.as_slice() {
            [] => "no rule is a reason".to_owned(),
            ids => format!("the reasons are: {}", ids.join(", ")),
        });
    }
    Some(Difference {
        who: expectation.who.clone(),
        origin: expectation.origin.clone(),
        expected,
        actual,
        remarks,
    })
}

fn listed(grants: &[Right]) -> Vec<String> {
    match grants {
        [] => vec!["grants: none".to_owned()],
        grants => grants.iter().map(|right| format!("grant: {right}")).collect(),
    }
}

fn attribute(name: &str, value: Option<&Value>) -> String {
    value.map_or_else(|| format!("{name}: empty"), |value| format!("{name}: `{value}`"))
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::List(texts)) => texts.clone(),
        Some(other) => vec![other.to_string()],
    }
}
