//! A plan as a table: a line of column names, then a line for each fact, with tabs between the cells.

use super::Shown;
use super::items::place;
use crate::model::{Operation, Value};
use crate::plan::{Change, Outcome, Plan, Subject};
use crate::render::escape::cell;

/// The columns. `detail` is the attribute, or the right as `entitlement=value@scope`; of a report, what would have been
/// done. `policy` is where the rule is written: of an attribute its own, else those of the change.
const COLUMNS: [&str; 9] =
    ["application", "operation", "user", "account", "name", "detail", "before", "after", "policy"];

/// One line for each fact, below the names of the columns.
///
/// A change of an account is a line for each attribute that it writes, or one line if it writes none; a right is a line.
/// A new account is one line, since a first plan has a million of them: the other formats show its values. A report's line
/// has its message in `after`.
pub fn tsv(shown: &Shown<'_>) -> String {
    let mut table = Table::new(shown.plan);
    shown.plan.changes.iter().for_each(|change| table.change(change));
    for report in &shown.plan.reports {
        let operation = report.operation.map_or("", Operation::word);
        let word = match report.outcome {
            Outcome::NotAdopted => "notAdopted",
            Outcome::OutsideCanary => "outsideCanary",
            outcome => outcome.word(),
        };
        let rules = report.rule.map(|rule| table.places[rule as usize].clone());
        table.line(word, &report.subject, [operation, "", &report.message], &rules.unwrap_or_default());
    }
    table.text
}

/// A table that is being written.
struct Table {
    /// The lines so far.
    text: String,
    /// The application's name, as a cell.
    application: String,
    /// Where each rule of the plan is written, as a cell.
    places: Vec<String>,
}

impl Table {
    fn new(plan: &Plan) -> Self {
        let places =
            (0..plan.rules.len() as u32).map(|rule| cell(&place(plan, rule).unwrap_or_default()).into());
        let places = places.collect();
        let (text, application) = (COLUMNS.join("\t") + "\n", cell(&plan.application).into());
        Self { text, application, places }
    }

    fn change(&mut self, change: &Change) {
        let (word, subject) = (change.operation().word(), &change.subject);
        let creates = change.operation() == Operation::Create;
        let attributes = if creates { Vec::new() } else { change.attribute_changes() };
        if attributes.is_empty() {
            let right = change.right().map(ToString::to_string).unwrap_or_default();
            let mut places: Vec<&str> =
                change.reasons.iter().map(|reason| self.places[reason.rule as usize].as_str()).collect();
            places.dedup();
            let places = places.join(" ");
            return self.line(word, subject, [&right, "", ""], &places);
        }
        let value = |value: Option<&Value>| value.map_or_else(String::new, ToString::to_string);
        for attribute in attributes {
            let (before, after) = (value(attribute.before), value(attribute.after));
            let place = std::mem::take(&mut self.places[attribute.rule as usize]);
            self.line(word, subject, [attribute.attribute, &before, &after], &place);
            self.places[attribute.rule as usize] = place;
        }
    }

    /// A line; `places` is a cell already.
    fn line(&mut self, word: &str, subject: &Subject, fact: [&str; 3], places: &str) {
        self.text.push_str(&self.application);
        let who = [subject.user.as_deref(), subject.account.as_deref(), Some(&*subject.name)];
        let cells = std::iter::once(word).chain(who.map(Option::unwrap_or_default)).chain(fact);
        for content in cells {
            self.text.push('\t');
            self.text.push_str(&cell(content));
        }
        self.text.push('\t');
        self.text.push_str(places);
        self.text.push('\n');
    }
}
