//! Policy test results for programs: one JSON document.

use super::{ShownTrials, who};
use crate::policy::Origin;
use crate::trial::{Item, Trial};
use serde_json::{Value, json};

/// The version of this format.
const FORMAT: u32 = 1;

/// The tests as one JSON document, with a line end.
pub fn json(shown: ShownTrials<'_>) -> String {
    let coverage = shown.coverage.iter().map(|coverage| {
        let (touched, all) = coverage.all();
        json!({ "application": coverage.application, "touched": touched, "all": all, "untouched": items(&coverage.untouched) })
    });
    let mutants = shown.mutations.iter().map(|mutation| {
        json!({ "application": mutation.application, "killed": mutation.killed.len(), "survived": items(&mutation.survived) })
    });
    let document = json!({
        "format": FORMAT,
        "tests": shown.trials.iter().map(test).collect::<Vec<_>>(),
        "passed": shown.trials.len() - shown.failed(),
        "failed": shown.failed(),
        "coverage": coverage.collect::<Vec<_>>(),
        "mutants": mutants.collect::<Vec<_>>(),
    });
    crate::render::escape::json(format!("{document:#}\n"))
}

fn test(trial: &Trial) -> Value {
    let differences = trial.differences.iter().map(|difference| {
        let (kind, id) = who(&difference.who);
        json!({
            kind: id,
            "line": difference.origin.line,
            "expected": difference.expected,
            "came": difference.actual,
            "told": difference.remarks,
        })
    });
    json!({
        "application": trial.application,
        "id": trial.test.id,
        "file": trial.test.path,
        "line": trial.test.line,
        "passed": trial.holds(),
        "problem": trial.problem,
        "differences": differences.collect::<Vec<_>>(),
    })
}

fn items(items: &[Item]) -> Vec<Value> {
    let item = |item: &Item| {
        let Origin { id, path, line, .. } = &item.origin;
        json!({ "kind": item.kind, "id": id, "file": path, "line": line })
    };
    items.iter().map(item).collect()
}
