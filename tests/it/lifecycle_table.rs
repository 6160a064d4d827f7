//! The lifecycle (the policy language, 10) as one table: `tests/cases/lifecycle/table.md`, state x word x account.
#![expect(clippy::disallowed_methods, reason = "the table is a file")]

use crate::support::blessing::assert_written;
use crate::support::world::{Account, Person, World, policies};
use rolewright::plan::{Change, Plan};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const TABLE: &str = "tests/cases/lifecycle/table.md";
const LEAVER: [&str; 6] = ["keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];
const DISABLED: [&str; 7] =
    ["provision", "keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];
const RETURNING: [&str; 3] = ["reactivate", "keep", "block"];

/// The account that a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    None,
    Matched,
    Active,
    Inactive,
}

const COLUMNS: [Column; 4] = [Column::None, Column::Matched, Column::Active, Column::Inactive];

/// Every required row: a state, and its word.
fn rows() -> Vec<(&'static str, &'static str)> {
    let of = |state, words: &[&'static str]| words.iter().map(move |word| (state, *word)).collect::<Vec<_>>();
    let leavers = ["deleted", "outOfScope", "unmanaged"].map(|state| of(state, &LEAVER)).concat();
    [vec![("excluded", "")], leavers, of("disabled", &DISABLED), of("active", &RETURNING)].concat()
}

/// Policies whose words are all `keep`, except the tested one.
fn text(state: &str, word: &str) -> String {
    let key = if state == "active" { "returning" } else { state };
    let defaults = [
        ("deleted", "keep"),
        ("outOfScope", "keep"),
        ("disabled", "keep"),
        ("unmanaged", "keep"),
        ("returning", "reactivate"),
    ];
    let words = defaults.map(|(name, usual)| format!("{name}: {}", if name == key { word } else { usual }));
    format!(
        "--- {{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
--- {{ apiVersion: rolewright/v1, kind: Application, name: app, sqlite: {{ file: app.db }}, directories: [{{ name: contoso }}],
  entitlements: {{ role: {{ values: [reader, writer, owner] }} }} }}
--- {{ apiVersion: rolewright/v1, kind: LinkingRules, application: app, rules: [{{ id: readers, group: Readers, grant: {{ role: reader }} }}] }}
--- {{ apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: [{{ id: by-hand, when: {{ group: By hand }}, reason: By hand }}] }}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: app, match: [email], attributes: {{ email: mail }} }}
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: {{ group: Members }}
adoption: allow
archive: {{ set: {{ email: '{{email}}_Archived' }} }}
{}
",
        words.join("\n")
    )
}

/// The world of a cell; none if the combination is impossible.
fn world(state: &str, column: Column) -> Option<World> {
    let groups = ["Members", "Readers", "By hand"].map(str::to_owned).to_vec();
    let mut world = World { groups, ..World::default() };
    let user = !["deleted", "unmanaged"].contains(&state);
    if user {
        let values = BTreeMap::from([("mail", "ann@contoso.example".to_owned())]);
        world.people.insert("ann".to_owned(), Person { values, enabled: state != "disabled" });
        let mut groups = vec!["Readers"];
        groups.extend((state != "outOfScope").then_some("Members"));
        groups.extend((state == "excluded").then_some("By hand"));
        world.members = groups.into_iter().map(|group| (group.to_owned(), "ann".to_owned())).collect();
    }
    // Without a user, only the link finds an account, and an unmanaged account has no link.
    let exists = match column {
        Column::None | Column::Matched => user,
        Column::Active | Column::Inactive => true,
    };
    if column != Column::None {
        let link = (column != Column::Matched && state != "unmanaged").then(|| "ann".to_owned());
        let values = BTreeMap::from([("email".to_owned(), "ann@contoso.example".to_owned())]);
        let rights = BTreeSet::from(["writer".to_owned()]);
        world
            .accounts
            .insert("a-1".to_owned(), Account { link, active: column != Column::Inactive, values, rights });
    }
    exists.then_some(world)
}

fn cell(plan: &Plan) -> String {
    let word = |change: &Change| {
        let right = change.right().map_or(String::new(), |right| format!(" {}", right.value));
        format!("{}{right}", change.operation().word())
    };
    let words: Vec<String> = plan.changes.iter().map(word).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[test]
fn every_state_word_and_account_is_as_the_table_says() {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).unwrap();
    let head = table.split_inclusive('\n').take_while(|line| !line.starts_with("| excluded"));
    let mut made: String = head.collect();
    for (state, word) in rows() {
        let set = policies(&text(state, word));
        let cells = COLUMNS
            .map(|column| world(state, column).map_or("-".to_owned(), |world| cell(&world.plan(&set))));
        made += &format!("| {state} | {word} | {} |\n", cells.join(" | "));
    }
    assert_written(TABLE, &made);
}

/// After the changes in the table, the next plan is empty.
#[test]
fn every_cell_converges() {
    for (state, word) in rows() {
        let set = policies(&text(state, word));
        for mut world in COLUMNS.into_iter().filter_map(|column| world(state, column)) {
            let plan = world.plan(&set);
            world.apply(plan.changes.iter());
            let again = world.plan(&set);
            assert_eq!(cell(&again), "nothing", "{state} {word}: {world:?}");
        }
    }
}
