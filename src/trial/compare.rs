//! What is expected of one user or account beside what came of it.

use crate::model::{Right, Value};
use crate::plan::Verdict;
use crate::policy::{Expectation, Origin, TestSubject};

/// How far what came of somebody is from what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whom it is about.
    pub who: TestSubject,
    /// Where the expectation stands.
    pub origin: Origin,
    /// What was expected, a line each; nothing that was not asked for.
    pub expected: Vec<String>,
    /// What came instead, a line each.
    pub actual: Vec<String>,
    /// What the plan says about it.
    pub told: Vec<String>,
}

/// The difference; none where everything expected came.
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
        // A text and a number alike are one: applications hold texts.
        let same = texts(held) == texts(value.as_ref());
        actual.push(attribute(name, if same { value.as_ref() } else { held }));
    }
    let given = |id: &&String| verdict.reasons.iter().any(|origin| origin.id == **id);
    expected.extend(expectation.because.iter().map(|id| format!("because: {id}")));
    actual.extend(expectation.because.iter().filter(given).map(|id| format!("because: {id}")));
    if expected == actual {
        return None;
    }
    let mut told = verdict.told.clone();
    if expectation.because.iter().any(|id| !given(&id)) {
        let reasons: Vec<String> = verdict.reasons.iter().map(|origin| format!("`{}`", origin.id)).collect();
        told.push(match reasons.as_slice() {
            [] => "no rule is a reason".to_owned(),
            some => format!("the reasons are: {}", some.join(", ")),
        });
    }
    Some(Difference {
        who: expectation.who.clone(),
        origin: expectation.origin.clone(),
        expected,
        actual,
        told,
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
