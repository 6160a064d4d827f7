//! The critic of plans finds each fault that a plan may have: sound plans are made faulty here.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::gate::{set, world};
use rolewright::gate::holders;
use rolewright::model::Operation;
use rolewright::plan::{Action, Change, Outcome, Plan, Report, Subject};
use std::sync::Arc;

/// A revoke, a grant, an update and a create.
fn sound() -> Plan {
    let policies = set(&[
        ("{ id: readers, group: Readers,", "{ id: readers, group: Writers,"),
        ("email: mail }", "email: mail, city: city }"),
    ]);
    let mut world = world(3);
    let user = world.people["u00000"].clone();
    world.people.insert("u00009".to_owned(), user);
    world.people.get_mut("u00009").unwrap().values.insert("mail", "new".to_owned());
    world.people.get_mut("u00009").unwrap().values.insert("mailNickname", "new".to_owned());
    world.members.insert(("Writers".to_owned(), "u00009".to_owned()));
    let plan = world.plan(&policies);
    let has = |operation| plan.changes.iter().any(|change| change.operation() == operation);
    assert!([Operation::Revoke, Operation::Grant, Operation::Update, Operation::Create].into_iter().all(has));
    assert_eq!(plan.faults(), [""; 0]);
    plan
}

fn place(plan: &Plan, operation: Operation) -> usize {
    plan.changes.iter().position(|change| change.operation() == operation).unwrap()
}

/// The faults after one change of a plan was made another.
fn faults(operation: Operation, spoil: impl Fn(&mut Change)) -> Vec<String> {
    let mut plan = sound();
    let place = place(&plan, operation);
    spoil(&mut plan.changes[place]);
    plan.faults()
}

fn with_subject(change: &mut Change, spoil: impl Fn(&mut Subject)) {
    let mut subject = Subject::clone(&change.subject);
    spoil(&mut subject);
    change.subject = Arc::new(subject);
}

#[test]
fn whoever_is_to_be_left_alone_is_left_alone() {
    let plan = sound();
    let subject = Subject::clone(&plan.changes[place(&plan, Operation::Revoke)].subject);
    let of_subject = plan.changes.iter().filter(|change| change.subject.key() == subject.key()).count();
    let by_user = Subject { account: None, ..subject.clone() };
    let by_account = Subject { user: None, directory: None, ..subject };
    for (outcome, count) in
        [(Outcome::Excluded, of_subject), (Outcome::Blocked, of_subject), (Outcome::Skipped, 0)]
    {
        for whose in [&by_user, &by_account] {
            let mut plan = plan.clone();
            plan.reports.push(Report {
                outcome,
                subject: Arc::new(whose.clone()),
                message: String::new(),
                operation: None,
                rule: None,
            });
            let faults = plan.faults();
            assert_eq!(faults.len(), count, "{outcome:?} {faults:?}");
            assert!(faults.iter().all(|fault| fault.contains("left alone")), "{faults:?}");
        }
    }
}

#[test]
fn nothing_is_done_twice() {
    let mut plan = sound();
    plan.changes.push(plan.changes[0].clone());
    assert_eq!(plan.faults().len(), 1);
}

#[test]
fn each_change_has_what_its_operation_needs() {
    let lacks = |faults: Vec<String>| {
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("lacks what it needs"), "{faults:?}");
    };
    for operation in [Operation::Revoke, Operation::Grant, Operation::Update, Operation::Create] {
        lacks(faults(operation, |change| change.reasons = Arc::new([])));
    }
    let no_account = |change: &mut Change| with_subject(change, |subject| subject.account = None);
    lacks(faults(Operation::Revoke, no_account));
    lacks(faults(Operation::Update, no_account));
    lacks(faults(Operation::Create, |change| {
        with_subject(change, |subject| subject.account = Some("a9".to_owned()))
    }));
    lacks(faults(Operation::Create, |change| {
        with_subject(change, |subject| (subject.user, subject.account) = (None, None));
    }));
    lacks(faults(Operation::Grant, |change| {
        with_subject(change, |subject| (subject.user, subject.account) = (None, Some("a9".to_owned())));
    }));
    lacks(faults(Operation::Update, |change| {
        if let Action::Update { attributes, .. } = &mut change.action {
            attributes.clear();
        }
    }));
    lacks(faults(Operation::Update, |change| {
        if let Action::Update { attributes, .. } = &mut change.action {
            let before = attributes[0].before.clone();
            attributes[0].after = before;
        }
    }));
}

/// Whoever gets another right of the same type is no holder of the privileged one.
#[test]
fn the_last_holder_is_not_replaced_by_who_gets_another_right() {
    let policies = set(&[("privileged: [owner] }", "privileged: [owner], keepAtLeast: 1 }")]);
    let mut world = world(2);
    world.accounts.get_mut("a00000").unwrap().rights.insert("owner".to_owned());
    world.accounts.get_mut("a00001").unwrap().rights.clear();
    let plan = world.plan(&policies);
    let words: Vec<&str> = plan.changes.iter().map(|change| change.operation().word()).collect();
    assert_eq!(words, ["revoke", "grant"]);
    assert_eq!(holders(&plan, &policies.applications[0], plan.changes.iter()).len(), 1);
}
