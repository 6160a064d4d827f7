//! The length of values while they are worked out.

use super::set;
use crate::support::world::{Person, World, policies};
use rolewright::plan::Outcome;
use std::collections::BTreeMap;

/// What blocks the one user whose `department` is this; none: the user is created.
fn blocked(note: &str, department: &str) -> Option<String> {
    let values = BTreeMap::from([("mail", "a@x".to_owned()), ("department", department.to_owned())]);
    let world = World {
        people: BTreeMap::from([("u-1".to_owned(), Person { values, enabled: true })]),
        ..World::default()
    };
    let plan = world.plan(&policies(&set(note, "")));
    let report = plan.reports.iter().find(|report| report.outcome == Outcome::Blocked);
    assert_eq!(report.is_none(), plan.changes.len() == 1, "{plan:?}");
    report.map(|report| report.message.clone())
}

#[test]
fn h14_values_have_a_longest_size_while_they_are_worked_out() {
    let replace = |with: usize| format!("{{ replace: {{ matches: '.', with: '{}' }} }}", "x".repeat(with));
    let four = vec![replace(1_000); 4].join(", ");
    for (note, department) in [
        (format!("{{ from: department, transform: [{four}] }}"), "x".to_owned()),
        (format!("{{ from: department, transform: [{}] }}", replace(2)), "x".repeat(8_193)),
        (format!("{{ template: '{}' }}", "{department}".repeat(60)), "x".repeat(1_000)),
        (format!("{{ concat: [{}] }}", vec!["department"; 60].join(", ")), "x".repeat(1_000)),
        ("{ from: department, transform: [uppercase] }".to_owned(), "\u{149}".repeat(8_000)),
        // Not even to be made short again.
        (format!("{{ from: department, transform: [{four}, {{ truncate: 1 }}] }}"), "x".to_owned()),
        ("department".to_owned(), "x".repeat(16_385)),
    ] {
        let message = blocked(&note, &department).expect("blocked");
        assert!(message.contains("too long: at most 16384 bytes"), "{message}");
    }
}

#[test]
fn h14_what_is_no_longer_than_allowed_passes_and_what_is_empty_stays_empty() {
    let long = "x".repeat(16_384);
    let replace = "{ replace: { matches: x, with: y } }";
    assert_eq!(blocked(&format!("{{ from: department, transform: [{replace}, trim] }}"), &long), None);
    let empty = format!("{{ concat: [{}, city] }}", ["department"; 9].join(", "));
    assert_eq!(blocked(&empty, &long), None);
    assert_eq!(blocked(&format!("{{ template: '{}{{city}}' }}", "{department}".repeat(9)), &long), None);
}
