//! Policy test results as a page to look at.

use super::{ShownTrials, changed, who};
use crate::policy::Origin;
use crate::render::html::{Column, Mark, Row, Table, tables_page};
use crate::trial::{Coverage, Item, ItemKind, Mutation, Trial};
use similar::ChangeTag;

/// The tests, those that failed first, then coverage and surviving mutants.
///
/// # Errors
/// The results cannot be written as JSON.
pub fn page(shown: ShownTrials<'_>) -> Result<String, serde_json::Error> {
    let mut tables = vec![tests(shown)];
    tables.extend(shown.coverage.iter().map(|coverage| covered(coverage, shown.required)));
    tables.extend(shown.mutations.iter().map(mutants));
    let (all, failed) = (shown.trials.len(), shown.failed());
    let summary = format!("{} passed, {failed} failed.", all - failed);
    tables_page("Policy tests", &summary, &tables)
}

fn tests(shown: ShownTrials<'_>) -> Table {
    let columns = vec![
        Column::chosen("Result"),
        Column::chosen("Application"),
        Column::plain("Test"),
        Column::plain("File"),
        Column::plain("What differs"),
    ];
    let (passed, failed): (Vec<&Trial>, Vec<&Trial>) = shown.trials.iter().partition(|trial| trial.holds());
    let rows = failed.into_iter().chain(passed).map(|trial| {
        let (mark, word) = if trial.holds() { (Mark::Gives, "passed") } else { (Mark::Takes, "failed") };
        let differs = differences(trial);
        let place = place(&trial.test);
        Row::new(Some(mark), &[word, trial.application.as_str(), trial.test.id.as_str(), &place, &differs])
    });
    let notes = Vec::new();
    Table { title: "Tests".to_owned(), notes, empty: "No tests.", columns, rows: rows.collect() }
}

/// The problem, and for each person what was expected and what came.
fn differences(trial: &Trial) -> String {
    let mut lines: Vec<String> = trial.problem.iter().cloned().collect();
    for difference in &trial.differences {
        let (kind, id) = who(&difference.who);
        lines.push(format!("{kind} {id} ({})", place(&difference.origin)));
        for (tag, line) in changed(difference) {
            let sign = match tag {
                ChangeTag::Delete => "expected: ",
                ChangeTag::Insert => "came: ",
                ChangeTag::Equal => "",
            };
            lines.push(format!("{sign}{line}"));
        }
        lines.extend(difference.remarks.iter().cloned());
    }
    lines.join("\n")
}

fn covered(coverage: &Coverage, required: bool) -> Table {
    let kinds = ItemKind::ALL.into_iter().map(|kind| (kind.word(), coverage.of(kind)));
    let counts = kinds.filter(|(_, (_, all))| *all > 0);
    let counts = counts.map(|(word, (touched, all))| format!("{word}s: {touched} of {all} touched."));
    let title = format!("{}: what no test touches", coverage.application);
    let mark = if required { Mark::Takes } else { Mark::Changes };
    items(title, counts.collect(), "Everything is touched.", &coverage.untouched, mark)
}

fn mutants(mutation: &Mutation) -> Table {
    let (killed, survived) = (mutation.killed.len(), mutation.survived.len());
    let notes = vec![format!("{} dropped in turn, {survived} survived.", killed + survived)];
    let title = format!("{}: what can be dropped without a test noticing", mutation.application);
    items(title, notes, "A test notices each.", &mutation.survived, Mark::Takes)
}

fn items(title: String, notes: Vec<String>, empty: &'static str, items: &[Item], mark: Mark) -> Table {
    let columns = vec![Column::chosen("Kind"), Column::plain("Id"), Column::plain("File")];
    let rows = items.iter().map(|item| {
        let place = place(&item.origin);
        Row::new(Some(mark), &[item.kind.word(), item.origin.id.as_str(), place.as_str()])
    });
    Table { title, notes, empty, columns, rows: rows.collect() }
}

fn place(origin: &Origin) -> String {
    format!("{}:{}", origin.path, origin.line)
}
