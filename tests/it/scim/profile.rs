//! `rolewright doctor --profile`: what it finds out of a real server, and of services that behave badly. A case is a folder
//! with the `ways` of a service and the expected output.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use crate::support::playground::{CommandOutput, Playground};
use crate::support::scim::double::{Double, Ways};
use crate::support::scim::server::Server;
use crate::support::scim::workspace::{dstny_by_scim, on_scim};
use regex::Regex;

const READING: [&str; 4] = ["doctor", "--application", "dstny", "--profile"];
const WRITING: [&str; 5] = ["doctor", "--application", "dstny", "--profile", "--allow-writes"];

/// Everything that was said, without what differs between two runs.
fn said(ran: &CommandOutput) -> String {
    let text = format!("exit {}\n{}---\n{}", ran.code, ran.stderr, ran.stdout);
    let mark = Regex::new("rolewright-doctor-[0-9a-f]+").unwrap();
    mark.replace_all(&text, "rolewright-doctor-MARK").into_owned()
}

/// The printed profile is one that policies may use.
fn assert_usable(playground: &Playground, ran: &CommandOutput) {
    playground.write("policies/dstny/profile.yaml", &ran.stdout);
    playground.edit(
        "policies/dstny/application.yaml",
        "ROLEWRIGHT_DSTNY }",
        "ROLEWRIGHT_DSTNY }, profile: dstny",
    );
    let checked = playground.run(&["validate"]);
    // What the service does not keep may be what these policies need.
    let errors = Regex::new(r"error\[(.*?)\]").unwrap();
    let codes: Vec<String> = errors.captures_iter(&checked.stderr).map(|found| found[1].to_owned()).collect();
    assert!(
        codes.iter().all(|code| code == "check/profile-attribute"),
        "{}{}",
        checked.stdout,
        checked.stderr
    );
}

#[test]
fn each_service_shows_the_profile_that_is_expected_of_it() {
    let mut wrong = Vec::new();
    for case in folders(&cases("service-profiles")).into_iter().filter(|case| case.join("ways.yaml").exists())
    {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(case.join("ways.yaml")).unwrap();
        let node =
            rolewright::yaml::read(rolewright::model::FileId(0), &text, &rolewright::yaml::Budget::default());
        let ways: Ways = serde_json::from_value(node.unwrap()[0].to_json()).unwrap();
        let double = Double::start(ways);
        let mut playground = Playground::new();
        dstny_by_scim(&playground, &double.url());
        playground.edit(
            "policies/dstny/attribute-mapping.yaml",
            "  title: jobTitle\n",
            "  title: jobTitle\n  locale: { value: da-DK }\n  preferredLanguage: { value: da }\n  timezone: { value: UTC }\n",
        );
        playground.secret("ROLEWRIGHT_DSTNY", "canary-token");
        let before = double.names();
        let ran = playground.run(&WRITING);
        assert!(double.writes() > 0, "{name}");
        let told = ran.stderr.contains("still there");
        assert_eq!(double.names() != before, told, "{name}: {}", ran.stderr);
        assert_eq!(ran.code == 0, !told && !ran.stdout.is_empty(), "{name}: {}", ran.stderr);
        if ran.code == 0 {
            assert_usable(&playground, &ran);
        }
        wrong.extend(difference(&case.join("expected.txt"), &said(&ran)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_leave_nothing_is_written() {
    let double = Double::start(serde_json::from_value(serde_json::json!({ "users": 3 })).unwrap());
    let mut playground = Playground::new();
    dstny_by_scim(&playground, &double.url());
    playground.secret("ROLEWRIGHT_DSTNY", "canary-token");
    let ran = playground.run(&READING).ends(0);
    assert_eq!(double.writes(), 0);
    assert!(!ran.stdout.contains("person-1") && !ran.stdout.contains("canary-token"), "{}", ran.stdout);
    let case = cases("service-profiles").join("reading-only");
    let wrong = difference(&case.join("expected.txt"), &said(&ran));
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    playground.run(&["doctor", "--allow-writes"]).ends(64);
    let ran = playground.run(&[&READING[..], &["--write", "profile.yaml"]].concat()).ends(0);
    assert_eq!((ran.stdout.as_str(), double.writes()), ("", 0));
    assert!(playground.read("profile.yaml").contains("kind: Profile"));
}

#[test]
fn real_servers_show_their_profiles_and_are_left_as_they_were() {
    let mut wrong = Vec::new();
    for (name, server) in [("scim2-server", Server::start()), ("scimmy", Server::start_scimmy())] {
        let playground = on_scim(&server);
        for user in ["ann", "bo"] {
            server.user(user);
        }
        let before = server.user_names();
        for (slug, arguments) in [(name.to_owned(), &WRITING[..]), (format!("{name}-reading"), &READING[..])]
        {
            let ran = playground.run(arguments).ends(0);
            assert_eq!(server.user_names(), before);
            assert!(!ran.stdout.contains(&server.token()) && !ran.stderr.contains(&server.token()));
            wrong.extend(difference(&cases("service-profiles").join(slug).join("expected.txt"), &said(&ran)));
        }
        let ran = playground.run(&WRITING).ends(0);
        assert_usable(&playground, &ran);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_scim_service_has_a_profile_and_only_one_at_a_time() {
    let playground = Playground::of(&["dstny", "promapp"]);
    let ran = playground.run(&["doctor", "--profile"]).ends(1);
    assert!(ran.stderr.contains("with `--application`"), "{}", ran.stderr);
    let ran = playground.run(&READING).ends(1);
    assert!(ran.stderr.contains("`dstny` is not a SCIM service"), "{}", ran.stderr);
}
