//! Imports and their connections.

use super::{APPLICATION, DIRECTORY, LINKS, office, person, rights};
use crate::support::system::{System, words};

/// The policies of several locations with a second directory, the branch's Entra ID. Rules that name a group then also
/// name the directory.
fn two_directories() -> System {
    let guests = format!(
        "groups: [{{ id: g-1, name: Meeting guests }}, {{ id: g-2, name: Department_B }}]\nusers:\n{}",
        person("otto", "Meeting guests, Department_B")
    );
    let links = include_str!("../../../../policies/pronestor/linking-rules.yaml");
    let links = links
        .replace(
            "group: Global_catering_manger",
            "group: { name: Global_catering_manger, directory: headquarters }",
        )
        .replace("group: Administrator", "group: { name: Administrator, directory: headquarters }")
        + "  - { id: guests, group: { name: Meeting guests, directory: branch }, grant: { localRole: booker, location: London } }\n";
    office(&[("ida", "Stockholm_booker, Department_A")])
        .edit(APPLICATION, "[{ name: headquarters }]", "[{ name: headquarters }, { name: branch }]")
        .edit("directories/branch.yaml", "exchange: branch-online", "exchange: contoso-online")
        .file("directories/branch-people.yaml", &guests)
        .file(LINKS, &links)
}

/// Several imports, also of different kinds, may feed one installation; each reads its own directory and links its own
/// groups.
#[test]
fn pa_01_several_directories_each_link_their_own_groups() {
    let system = two_directories();
    let plan = system.plan();
    assert_eq!(rights(&plan, "ida"), "department=A, localRole=booker@Stockholm");
    assert_eq!(rights(&plan, "otto"), "department=B, localRole=booker@London");
    let read = plan.changes.iter().filter_map(|change| change.subject.directory.as_deref());
    assert_eq!(read.collect::<std::collections::BTreeSet<_>>().len(), 2);
    // A rule for one directory does not find a group of the other.
    let foreign =
        system.edit(LINKS, "Meeting guests, directory: branch", "Meeting guests, directory: headquarters");
    let missing = foreign.planned().unwrap_err();
    assert!(missing.contains("no group `Meeting guests`"), "{missing}");
}

/// With the Exchange integration all users come from one Exchange environment: a directory of another environment is
/// refused, and so is one without that label.
#[test]
fn pa_02_a_directory_of_another_exchange_is_refused() {
    two_directories().run(&["validate"]).ends(0);
    let other = two_directories().edit("directories/branch.yaml", "contoso-online", "branch-online");
    let refused = other.run(&["validate"]).ends(1).stdout;
    assert!(refused.contains("`headquarters` and `branch` differ in `exchange`"), "{refused}");
    let silent = two_directories().edit(
        "directories/branch.yaml",
        "labels: { exchange: contoso-online }",
        "labels: {}",
    );
    let refused = silent.run(&["validate"]).ends(1).stdout;
    assert!(refused.contains("the directory `branch` has no label `exchange`"), "{refused}");
}

/// A connection that lacks a part is refused, and the message names the missing part.
#[test]
fn pa_03_a_missing_part_of_a_connection_is_named() {
    let embedded = "sqlite: { file: pronestor.db, startFrom: pronestor/start.yaml }";
    let parts = [
        ("scim: { credential: { env: ROLEWRIGHT_PRONESTOR } }", "`url`"),
        ("scim: { url: 'https://pronestor.example/scim', credential: {} }", "`env`"),
        ("sqlite: { startFrom: pronestor/start.yaml }", "`file`"),
        ("enabled: true", "`scim`"),
    ];
    for (connection, missing) in parts {
        let system = System::of("pronestor").edit(APPLICATION, embedded, connection);
        let refused = system.run(&["validate"]).ends(1).stdout;
        assert!(refused.contains(missing) && refused.contains("application.yaml"), "{connection}: {refused}");
    }
    let nameless = System::of("pronestor").edit(
        DIRECTORY,
        "people: directories/headquarters-people.yaml",
        "users: u.ndjson",
    );
    let refused = nameless.run(&["validate"]).ends(1).stdout;
    assert!(refused.contains("`groups`") && refused.contains("`members`"), "{refused}");
}

/// The client secret is write-only: a policy names the place of the secret, a secret in a policy is refused, and no
/// output ever shows a secret.
#[test]
fn pa_04_a_secret_is_never_shown() {
    const SECRET: &str = "b0rd-1n-L0nd0n-at-n00n";
    let embedded = "sqlite: { file: pronestor.db, startFrom: pronestor/start.yaml }";
    let written = System::of("pronestor").edit(
        APPLICATION,
        embedded,
        &format!("scim: {{ url: 'https://pronestor.example', credential: {SECRET} }}"),
    );
    assert!(written.run(&["validate"]).ends(1).stdout.contains("expected an object, found text"));
    let server = crate::support::scim::server::Server::start();
    let connection =
        format!("scim: {{ url: '{}', credential: {{ env: ROLEWRIGHT_PRONESTOR }} }}", server.url());
    // As the comments in the shipped policies describe.
    let application = include_str!("../../../../policies/pronestor/application.yaml")
        .replace(": # wire: ", ":\n    wire: ");
    let system = office(&[("ida", "London_booker")])
        .file(APPLICATION, &application)
        .edit(APPLICATION, embedded, &connection)
        .without("pronestor/start.yaml")
        .secret("ROLEWRIGHT_PRONESTOR", SECRET);
    system.run(&["validate"]).ends(0);
    for command in [&["plan"][..], &["snapshot", "--output", "saved"], &["history"]] {
        let ran = system.run(command);
        assert!(
            !ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET),
            "{command:?}: {} {}",
            ran.stdout,
            ran.stderr
        );
    }
    let refused = system.apply();
    assert_ne!(refused.code, 0, "it is not that server's token");
    assert!(!refused.stdout.contains(SECRET) && !refused.stderr.contains(SECRET), "{}", refused.stderr);
}

/// An import for one installation does not touch another: each runs separately.
#[test]
fn pa_01_each_application_runs_on_its_own() {
    let system = office(&[("ida", "London_booker")]);
    system.apply().ends(0);
    assert_eq!(words(&system.plan(), "ida"), [""; 0]);
    assert!(system.has_store());
    let refused = system.run(&["apply", "--application", "pronestor-one-location"]);
    assert_ne!(refused.code, 0, "it is not in this workspace");
}
