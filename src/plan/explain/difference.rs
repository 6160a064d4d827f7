//! What differs between two explanations of one user: under the policies before and after a change.

use super::explanation::{Explanation, RightExplanation, Standing};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that two versions of the policies say differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// What: "right `role=Booker`", "attribute `city`", "decision".
    pub what: String,
    /// What the first version says; none: nothing.
    pub before: Option<String>,
    /// What the second version says; none: nothing.
    pub after: Option<String>,
}

/// What differs, sorted by what it is about; none of a side counts as nothing said.
pub fn differences(before: Option<&Explanation>, after: Option<&Explanation>) -> Vec<Difference> {
    let (before, after) = (before.map(told).unwrap_or_default(), after.map(told).unwrap_or_default());
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = all.into_iter().filter_map(|what| {
        let (before, after) = (before.get(what), after.get(what));
        (before != after).then(|| Difference {
            what: what.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
    });
    differing.collect()
}

fn told(explanation: &Explanation) -> BTreeMap<String, String> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for right in explanation.rights.iter().filter(|right| right.standing != Standing::Missing) {
        told.entry(format!("right `{}`", right.right)).or_default().insert(standing(right));
    }
    for step in &explanation.steps {
        told.entry(step.title.clone()).or_default().insert(step.answer.clone());
    }
    let joined = |answers: BTreeSet<String>| answers.into_iter().collect::<Vec<_>>().join("; ");
    told.into_iter().map(|(what, answers)| (what, joined(answers))).collect()
}

/// Whether the right is given, and by which rules; where these stand may differ.
fn standing(right: &RightExplanation) -> String {
    let rules: BTreeSet<String> = right
        .givers
        .iter()
        .filter(|giver| giver.fate != super::explanation::Fate::FitsNot)
        .map(|giver| format!("`{}`", giver.rule.id))
        .collect();
    let rules: Vec<String> = rules.into_iter().collect();
    match rules.as_slice() {
        [] => right.standing.word().to_owned(),
        rules => format!("{} by {}", right.standing.word(), rules.join(", ")),
    }
}
