//! Files that people write by hand: directories of users, and start states. A case is a folder with the file and the
//! expected result of reading it.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use rolewright::fetch;
use rolewright::model::AttributeType;
use rolewright::policy::DirectoryAttribute;
use rolewright::snapshot::DirectorySnapshot;
use rolewright::wire::people::parse;
use rolewright::wire::start::{self, EntitlementName, StartState, Vocabulary};
use std::fs;
use std::path::Path;

fn attribute(name: &str, source: &str, kind: AttributeType) -> DirectoryAttribute {
    DirectoryAttribute { name: name.to_owned(), source: source.to_owned(), kind }
}

/// The attributes that the policies of all cases need.
fn needed() -> Vec<DirectoryAttribute> {
    let graph = |name, kind| attribute(name, name, kind);
    vec![
        graph("accountEnabled", AttributeType::Boolean),
        graph("businessPhones", AttributeType::List),
        attribute("costCentre", "extensionAttribute5", AttributeType::Text),
        graph("department", AttributeType::Text),
        graph("onPremisesExtensionAttributes.extensionAttribute1", AttributeType::Text),
    ]
}

/// Further attributes that the files may contain.
fn accepted() -> Vec<(String, AttributeType)> {
    ["userPrincipalName", "jobTitle", "postalCode"]
        .map(|name| (name.to_owned(), AttributeType::Text))
        .to_vec()
}

fn lines(snapshot: &DirectorySnapshot) -> String {
    let users = &snapshot.users;
    let mut lines = String::new();
    for row in 0..users.len() as u32 {
        lines += &format!("user {}", users.ids.id(row));
        for (name, column) in users.attributes() {
            lines += &format!(" {name}={:?}", column.field(row));
        }
        lines += "\n";
    }
    let groups = &snapshot.groups;
    for row in 0..groups.len() as u32 {
        let record = groups.record(row);
        let created = record.created.as_deref().unwrap_or("-");
        let ids = |rows: &[u32], of: &rolewright::snapshot::IdColumn| {
            rows.iter().map(|row| format!(" {}", of.id(*row))).collect::<String>()
        };
        lines += &format!(
            "group {} `{}` {created} users:{} groups:{} all:{}\n",
            groups.ids.id(row),
            record.name,
            ids(groups.direct_users(row), &users.ids),
            ids(groups.direct_groups(row), &groups.ids),
            ids(&groups.users(row, true), &users.ids),
        );
    }
    lines
}

fn read_people(folder: &Path) -> String {
    let files = ["people.yaml", "people.json"].map(|name| folder.join(name));
    let file = files.iter().find(|file| file.exists()).unwrap();
    let text = fs::read_to_string(file).unwrap();
    let prefix = text.strip_prefix("# prefix: ").and_then(|rest| rest.lines().next()).unwrap_or_default();
    match fetch::people::read("contoso", file, &needed(), prefix, &accepted()) {
        Ok(snapshot) => lines(&snapshot),
        Err(incomplete) => format!("{incomplete}\n"),
    }
}

fn vocabulary() -> Vocabulary {
    let location = ("location".to_owned(), vec!["London".to_owned(), "Stockholm".to_owned()]);
    let entitlement = |name: &str, scope| EntitlementName { name: name.to_owned(), scope };
    Vocabulary {
        attributes: ["email", "phone", "hasRecords", "number", "tags", "city", "title"]
            .map(str::to_owned)
            .to_vec(),
        entitlements: vec![
            entitlement("licence", None),
            entitlement("globalRole", None),
            entitlement("localRole", Some(location)),
        ],
    }
}

fn state_lines(state: &StartState) -> String {
    let mut lines: Vec<String> = state.accounts.iter().map(|account| format!("{account:?}")).collect();
    lines.extend(state.known.iter().map(|right| format!("knows {right}")));
    lines.extend(state.groups.iter().map(|group| format!("group {group}")));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn read_start(folder: &Path) -> String {
    match fetch::start::read("pulseway", &folder.join("start.yaml"), &vocabulary()) {
        Ok(state) => state_lines(&state),
        Err(incomplete) => format!("{incomplete}\n"),
    }
}

/// Compares every folder of a kind with its `expected.txt`; all differences are reported together.
fn assert_cases(room: &str, read: impl Fn(&Path) -> String) {
    let mut wrong = Vec::new();
    for folder in folders(&cases(room)) {
        let got = read(&folder).replace(&format!("{}/", folder.display()), "");
        wrong.extend(difference(&folder.join("expected.txt"), &got));
    }
    assert!(wrong.is_empty(), "these cases are read otherwise than expected:\n{}", wrong.join("\n"));
}

#[test]
fn people_read_as_their_cases_say() {
    assert_cases("people", read_people);
}

#[test]
fn start_states_read_as_their_cases_say() {
    assert_cases("start", read_start);
}

/// The YAML example on a page of the reference.
fn shown(page: &str) -> &str {
    page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
}

#[test]
fn the_references_examples_read_well() {
    let text = shown(include_str!("../../docs/reference/account-store.md"));
    let state = start::parse("start.yaml", text, &vocabulary()).unwrap();
    assert_eq!((state.accounts.len(), state.known.len(), state.groups.len()), (1, 6, 1));
    let text = shown(include_str!("../../docs/reference/people.md"));
    let mut attributes = accepted();
    attributes.extend(needed().into_iter().map(|needed| (needed.name, needed.kind)));
    let people = parse("people.yaml", text, &attributes).unwrap();
    assert_eq!((people.users.len(), people.groups.len()), (2, 2));
}

#[test]
fn e1_a_file_that_cannot_be_read_is_never_an_empty_directory() {
    let folder = tempfile::tempdir().unwrap();
    let read = |path: &Path| fetch::people::read("contoso", path, &[], "", &[]).unwrap_err().to_string();
    let missing = read(&folder.path().join("people.yaml"));
    assert!(missing.contains("the read of directory `contoso` is incomplete"), "{missing}");
    assert!(missing.contains("people.yaml` cannot be read"), "{missing}");
    assert!(read(folder.path()).contains("is not a file"));
    let latin = folder.path().join("latin.yaml");
    fs::write(&latin, b"users: [{ id: \xe6 }]").unwrap();
    assert!(read(&latin).contains("is not UTF-8 text: the byte at offset 14"));
    let large = folder.path().join("large.yaml");
    fs::write(&large, vec![b'#'; (16 << 20) + 1]).unwrap();
    assert!(read(&large).contains("larger than 16777216 bytes"));
}

#[test]
fn problems_beyond_a_hundred_are_counted() {
    let users: String = (0..250).map(|number| format!("  - {{ id: u-{number}, mial: x }}\n")).collect();
    let problems = parse("p.yaml", &format!("users:\n{users}"), &[]).unwrap_err();
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100].message, "and 150 more problems; fix these first");
    assert_eq!(problems[0].to_string().split(": ").next(), Some("p.yaml:2:16"));
}

#[test]
fn b1_many_people_and_hostile_files_are_read_in_good_time() {
    let users: String = (0..20_000)
        .map(|number| format!("  - {{ id: u-{number}, groups: [g-{}] }}\n", number % 500))
        .collect();
    let groups: String =
        (0..500).map(|number| format!("  - {{ id: g-{number}, name: G {number} }}\n")).collect();
    let people = parse("p.yaml", &format!("groups:\n{groups}users:\n{users}"), &[]).unwrap();
    assert_eq!((people.users.len(), people.groups.len()), (20_000, 500));
    let bomb = "a: &a [x, x, x, x, x, x, x, x]\n".to_owned()
        + &(0..10)
            .map(|at| {
                let (name, before) = (char::from(b'b' + at), char::from(b'a' + at));
                format!("{name}: &{name} [{}]\n", format!("*{before},").repeat(8))
            })
            .collect::<String>();
    for text in [bomb, "[".repeat(200_000), "- ".repeat(20_000), "users: [".to_owned() + &"{".repeat(5000)] {
        parse("p.yaml", &text, &[]).unwrap_err();
        start::parse("s.yaml", &text, &vocabulary()).unwrap_err();
    }
}
