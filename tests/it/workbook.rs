//! Workbooks: every cell is text, whatever the data contains.

use crate::support::hostile::{HOSTILE, plan_of};
use crate::support::spreadsheet::{rows, sheets};
use rolewright::model::Value;
use rolewright::plan::{Action, Change, InitialValue, Plan, Subject};
use rolewright::render::plan::Shown;
use rolewright::render::report::{ChangeResult, RunReport};
use rolewright::render::workbook;
use std::sync::Arc;

pub(crate) fn of_plan(plan: &Plan) -> Vec<u8> {
    workbook(&[RunReport::of_plan(&Shown { plan, refusals: &[] })]).expect("a workbook")
}

/// A plan that contains a text wherever data can be, including a new account.
pub(crate) fn hostile(text: &str) -> Plan {
    let mut plan = plan_of(text);
    let written = |change: &Change| {
        let attributes = change.attribute_changes().into_iter();
        let initial = attributes.filter_map(|attribute| {
            let (path, value) = (Arc::new(attribute.path?.clone()), Value::Text(text.to_owned()));
            Some(InitialValue { path, value, rule: attribute.rule })
        });
        initial.collect::<Vec<_>>()
    };
    let changed = plan.changes.iter().find(|change| !written(change).is_empty()).expect("one");
    let mut attributes = written(changed);
    let create = Change {
        subject: Arc::new(Subject {
            user: Some(format!("new{text}")),
            name: text.to_owned(),
            ..Subject::default()
        }),
        action: Action::Create { link: Box::new(attributes.remove(0)), attributes },
        reasons: changed.reasons.clone(),
    };
    plan.changes.push(create);
    plan
}

/// Text that a spreadsheet might treat as a formula, a link, another cell's number or a broken file.
const MORE: [&str; 14] = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "=1+1\";=1+1",
    "0x1F",
    "1e9",
    "2026-11-21",
    "TRUE",
    "https://evil.example/",
    "mailto:a@b.example",
    "_x003D_1+1",
    "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}",
    "]]><!--&amp;\u{fffe}\u{ffff}",
];

#[test]
fn c6_hostile_names_are_text_in_every_cell() {
    for text in HOSTILE.into_iter().chain(MORE) {
        let sheets = sheets(&of_plan(&hostile(text)));
        let names: Vec<&str> = sheets.keys().map(String::as_str).collect();
        assert_eq!(names, ["Errors", "Left as they are", "Summary", "To create", "To delete", "To update"]);
        for (name, rows) in &sheets {
            let width = rows[0].len();
            assert!(rows.iter().all(|row| row.len() == width), "{text:?} adds a column to {name}");
            let seen =
                rows.iter().flatten().flat_map(|cell| cell.chars()).find(|character| character.is_control());
            assert_eq!(seen, None, "{text:?} in {name}");
        }
    }
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_marked() {
    let sheets = sheets(&of_plan(&plan_of(&"x".repeat(40_000))));
    let cells: Vec<&String> = sheets.values().flatten().flatten().collect();
    assert!(cells.iter().all(|cell| cell.encode_utf16().count() <= 32_767));
    assert!(cells.iter().any(|cell| cell.ends_with("more characters)")));
}

#[test]
fn a_spreadsheet_shows_what_the_data_says() {
    let formula = "=HYPERLINK(\"https://evil.example\")";
    let sheets = sheets(&of_plan(&hostile(formula)));
    let added = &rows(&sheets, "To create")[0];
    let said = added.values().filter(|cell| *cell == formula).count();
    assert!(added["Who"] == formula && said >= 2, "{added:?}");
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let plan = plan_of("a");
    let first = of_plan(&plan);
    assert!(first == of_plan(&plan), "the workbook holds a time or a chance");
}

#[test]
fn results_stand_beside_what_was_to_be_done() {
    let plan = hostile("a");
    let mut results = vec![ChangeResult::Made; plan.changes.len()];
    let failed = plan.changes.iter().position(|change| change.operation().word() == "create").expect("one");
    results[failed] = ChangeResult::Failed("=the application said no".to_owned());
    let report = RunReport {
        run: None,
        results: &results,
        ended: "not everything could be written",
        ..RunReport::of_plan(&Shown { plan: &plan, refusals: &[] })
    };
    let sheets = sheets(&workbook(std::slice::from_ref(&report)).expect("a workbook"));
    let who = &plan.changes[failed].subject.name;
    let row = rows(&sheets, "Added").into_iter().find(|row| row["Who"] == *who).expect("a row");
    assert_eq!(row["Result"], "failed");
    let error = rows(&sheets, "Errors").into_iter().find(|row| row["Kind"] == "failed").expect("a row");
    assert_eq!((&*error["Who"], &*error["Message"]), (who.as_str(), "=the application said no"));
    assert!(rows(&sheets, "Updated").iter().all(|row| row["Result"] == "done"));
}

/// Applications whose names a sheet could not have, or only once, have a column and no sheet of their own.
#[test]
fn several_applications_share_the_sheets_and_each_row_names_its_own() {
    let names = ["a/b:c*d?[e]'", "a name of more than thirty-one characters", "A/B:C*D?[E]'"];
    let plans = names.map(|name| Plan { application: name.to_owned(), ..hostile("Ada") });
    let reports: Vec<RunReport<'_>> =
        plans.iter().map(|plan| RunReport::of_plan(&Shown { plan, refusals: &[] })).collect();
    let several = sheets(&workbook(&reports).expect("a workbook"));
    let alone = sheets(&of_plan(&plans[0]));
    assert_eq!(several.keys().collect::<Vec<_>>(), alone.keys().collect::<Vec<_>>());
    for (title, one) in &alone {
        let (all, count) = (&several[title], one.len() - 1);
        assert_eq!(all[0][0], "Application", "{title}");
        assert_eq!(all.len() - 1, names.len() * count, "{title}");
        let told: Vec<&str> = all[1..].iter().map(|row| row[0].as_str()).collect();
        let expected: Vec<&str> = names.iter().flat_map(|name| std::iter::repeat_n(*name, count)).collect();
        assert_eq!(told, expected, "{title}");
        let rest = all.get(1).map(|row| row[1..].to_vec());
        assert_eq!(rest.as_ref(), one.get(1), "{title}: the rest of a row is the same");
    }
}
