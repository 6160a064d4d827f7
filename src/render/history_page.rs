//! The runs of applications as a page to look at.

use super::html::{Column, Mark, Row, Table, tables_page};
use super::run::numbers;
use crate::gate::{RunRecord, RunResult};

/// The runs of one application, the newest first.
#[derive(Debug)]
pub struct InstanceRuns {
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The runs.
    pub runs: Vec<RunRecord>,
}

/// A table for each application.
///
/// # Errors
/// The runs cannot be written as JSON.
pub fn history_page(listed: &[InstanceRuns]) -> Result<String, serde_json::Error> {
    let tables: Vec<Table> = listed.iter().map(table).collect();
    tables_page("The runs", "Every run of each application, the newest first.", &tables)
}

fn table(listed: &InstanceRuns) -> Table {
    let columns = vec![
        Column::chosen("Result"),
        Column::plain("Run"),
        Column::plain("Begun"),
        Column::plain("Result"),
        Column::chosen("Cause"),
        Column::plain("Policies of commit"),
        Column::plain("Exit code"),
    ];
    let rows = listed.runs.iter().map(|run| {
        let commit = run.commit.get(..10).unwrap_or(&run.commit);
        let exit = run.exit.map_or_else(String::new, |exit| exit.to_string());
        let cause = if run.cause.starts_with("release of ") { "release" } else { run.cause.as_str() };
        let mut what = numbers(run);
        if cause != run.cause {
            what = format!("{what}\n{}", run.cause);
        }
        Row::new(
            Some(mark(&run.result)),
            &[
                run.result.word(),
                run.run.as_str(),
                run.at.as_str(),
                what.as_str(),
                cause,
                commit,
                exit.as_str(),
            ],
        )
    });
    let notes = match listed.runs.first() {
        Some(last) if last.waiting > 0 => {
            vec![format!("{} changes wait for a person since {}.", last.waiting, last.run)]
        }
        Some(_) | None => Vec::new(),
    };
    Table { title: listed.instance.clone(), notes, empty: "No run yet.", columns, rows: rows.collect() }
}

fn mark(result: &RunResult) -> Mark {
    match result {
        RunResult::Done => Mark::Gives,
        RunResult::Partial | RunResult::Refused | RunResult::Incomplete | RunResult::Lost => Mark::Takes,
        RunResult::Open | RunResult::Held | RunResult::Closed | RunResult::Other(_) => Mark::Changes,
    }
}
