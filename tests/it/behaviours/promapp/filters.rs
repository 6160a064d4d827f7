//! Scoping filters: their operators as conditions, and how clauses and filters combine.

use super::{LIFECYCLE, library};
use crate::support::system::words;

/// The beginning of the shipped scope, before its filters.
const HEAD: &str = "apiVersion: rolewright/v1\nkind: Lifecycle\napplication: promapp\nscope:\n  all:\n    \
                    - group: { appRole: '*' }\n    - ";
const TAIL: &str = "\ndeleted: deactivate\noutOfScope: deactivate\ndisabled: provision\n";

/// Users' attributes, and whether each user is in scope.
type Users<'u> = &'u [(&'u str, bool)];

/// Which users with these attributes are in the scope of a condition.
fn fits(condition: &str, users: Users<'_>) -> Vec<bool> {
    let role = "appRoles: { Promapp: [Viewer] }";
    let names: Vec<String> = (0..users.len()).map(|place| format!("user-{place}")).collect();
    let rest: Vec<String> = users.iter().map(|(attributes, _)| [role, attributes].join(", ")).collect();
    let people: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(rest.iter().map(String::as_str)).collect();
    let plan = library(&people).file(LIFECYCLE, &format!("{HEAD}{condition}{TAIL}")).plan();
    names.iter().map(|name| !words(&plan, name).is_empty()).collect()
}

/// Scoping filters restrict who is in scope: all clauses of one filter must hold, and at least one of several filters.
/// The operators are equals, not equals, is true, is false, is null, is not null, regex match, not regex match, greater
/// than (or equal), includes, in.
#[test]
fn pm_11_every_operator_of_a_scoping_filter() {
    let sales = "{ user: department, equals: Sales }";
    let null = "{ user: department, present: false }";
    let regex = "{ user: jobTitle, matches: '.*[Aa]uditor.*' }";
    let number = "{ user: employeeId, greaterThan: 100 }";
    // A user without the attribute stands for null.
    let operators: [(&str, String, Users<'_>); 13] = [
        (
            "EQUALS",
            sales.to_owned(),
            &[("department: Sales", true), ("department: sales", false), ("", false)],
        ),
        (
            "NOT EQUALS",
            format!("{{ not: {sales} }}"),
            &[("department: Sales", false), ("department: HR", true), ("", true)],
        ),
        (
            "IS TRUE",
            "{ user: accountEnabled, equals: true }".to_owned(),
            &[("accountEnabled: true", true), ("accountEnabled: false", false), ("", true)],
        ),
        (
            "IS FALSE",
            "{ user: accountEnabled, equals: false }".to_owned(),
            &[("accountEnabled: true", false), ("accountEnabled: false", true), ("", false)],
        ),
        ("IS NULL", null.to_owned(), &[("department: Sales", false), ("", true), ("department: ''", true)]),
        (
            "IS NOT NULL",
            "{ user: department, present: true }".to_owned(),
            &[("department: Sales", true), ("", false), ("department: ''", false)],
        ),
        (
            "REGEX MATCH",
            regex.to_owned(),
            &[("jobTitle: Chief Auditor II", true), ("jobTitle: Clerk", false), ("", false)],
        ),
        (
            "REGEX MATCH, anchored",
            "{ user: jobTitle, matches: 'Audit.*' }".to_owned(),
            &[("jobTitle: Auditor", true), ("jobTitle: Chief Auditor", false), ("", false)],
        ),
        (
            "NOT REGEX MATCH",
            format!("{{ all: [{{ user: jobTitle, present: true }}, {{ not: {regex} }}] }}"),
            &[("jobTitle: Auditor", false), ("jobTitle: Clerk", true), ("", false)],
        ),
        (
            "GREATER THAN",
            number.to_owned(),
            &[
                ("employeeId: '101'", true),
                ("employeeId: '100'", false),
                ("employeeId: '0099'", false),
                ("employeeId: x", false),
                ("", false),
            ],
        ),
        (
            "GREATER THAN OR EQUALS",
            number.replace("greaterThan", "atLeast"),
            &[("employeeId: '100'", true), ("employeeId: '99'", false), ("", false)],
        ),
        (
            "INCLUDES",
            "{ user: businessPhones, includes: '+4533112201' }".to_owned(),
            &[
                ("businessPhones: ['+4533112201', '+45']", true),
                ("businessPhones: ['+45']", false),
                ("", false),
            ],
        ),
        (
            "IN",
            "{ user: department, in: [Sales, HR] }".to_owned(),
            &[("department: HR", true), ("department: Finance", false), ("", false)],
        ),
    ];
    for (operator, condition, users) in operators {
        let expected: Vec<bool> = users.iter().map(|(_, expected)| *expected).collect();
        assert_eq!(fits(&condition, users), expected, "{operator}: {users:?}");
    }
}

/// All clauses of one filter must hold, and at least one of several filters.
#[test]
fn pm_11_clauses_are_anded_and_filters_are_ored() {
    let first =
        "{ all: [{ user: department, equals: Quality }, { not: { user: userType, equals: Guest } }] }";
    let filters = format!("any: [{first}, {{ user: jobTitle, equals: Auditor }}]");
    let users = [
        ("department: Quality", true),
        ("department: Quality, userType: Guest", false),
        ("department: Sales", false),
        ("department: Sales, jobTitle: Auditor", true),
        ("department: Quality, userType: Guest, jobTitle: Auditor", true),
        ("userType: Guest", false),
    ];
    assert_eq!(fits(&filters, &users), users.map(|(_, expected)| expected));
}

/// The scope is either the assigned users, or all users and groups.
#[test]
fn pm_12_assigned_only_or_everybody() {
    let users = [
        ("ida", "department: Quality"),
        ("bo", "department: Sales"),
        ("cy", "department: Quality, groups: [Readers]"),
    ];
    let assigned = library(&users).plan();
    assert_eq!(words(&assigned, "ida"), [""; 0]);
    assert_eq!(words(&assigned, "cy"), ["create", "grant"]);
    let filtered = library(&users).edit(LIFECYCLE, "    - group: { appRole: '*' }\n", "").plan();
    assert_eq!(words(&filtered, "ida"), ["create"], "the filters still count");
    assert_eq!(words(&filtered, "bo"), [""; 0]);
    let shipped = include_str!("../../../../policies/promapp/lifecycle.yaml");
    let (head, rest) = shipped.split_once("scope:").unwrap();
    let (_, tail) = rest.split_once("deleted:").unwrap();
    let all =
        library(&users).file(LIFECYCLE, &format!("{head}scope: {{ always: true }}\ndeleted:{tail}")).plan();
    for name in ["ida", "bo", "cy"] {
        assert_eq!(words(&all, name)[0], "create");
    }
}
