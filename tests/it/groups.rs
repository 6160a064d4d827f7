//! `groups`, `schema --directory` and `plan --user`, through the binary.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::playground::Playground;
use rolewright::render::groups;
use serde_json::Value;

const LINKS: &str = "policies/pronestor/linking-rules.yaml";
const PEOPLE: &str = "policies/directories/headquarters-people.yaml";
const ADMINISTRATOR: &str = "2a3b4c5d-0016-4b6c-9d0e-1f2a3b4c5d16";

/// The several locations without policy tests, which are about the shipped groups.
fn office() -> Playground {
    let playground = Playground::of(&["pronestor"]);
    playground.git(&["rm", "-q", "-f", "policies/pronestor/tests.yaml"]);
    playground
}

/// The only listing.
fn listed(playground: &Playground) -> Value {
    let text = playground.run(&["groups", "--format", "json", "--directory", "headquarters"]).ends(0).stdout;
    serde_json::from_str(&text).unwrap()
}

fn group<'l>(listing: &'l Value, name: &str) -> &'l Value {
    listing["groups"].as_array().unwrap().iter().find(|group| group["name"] == name).unwrap()
}

fn problems(listing: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problems = listing["problems"].as_array().unwrap().iter();
    problems.map(|problem| (text(&problem["code"]), text(&problem["message"]))).collect()
}

/// A group that was recreated under the name of a deleted one matches no rule with an id: everybody who may create
/// groups can choose a name.
#[test]
fn d4_a_group_recreated_under_an_old_name_is_reported_and_links_nothing() {
    let playground = office();
    playground.edit(
        LINKS,
        "group: Administrator",
        &format!("group: {{ id: {ADMINISTRATOR}, name: Administrator }}"),
    );
    playground.run(&["plan"]).ends(0);
    let other = "2a3b4c5d-0099-4b6c-9d0e-1f2a3b4c5d99";
    playground.edit(
        PEOPLE,
        &format!("id: {ADMINISTRATOR}, "),
        &format!("id: {other}, created: '2026-11-20T08:00:00Z', "),
    );
    let listing = listed(&playground);
    let (code, message) =
        problems(&listing).into_iter().find(|(_, problem)| problem.contains(ADMINISTRATOR)).unwrap();
    assert_eq!(code, "data/recreated-group");
    assert!(message.contains(&format!("with the id `{other}` (created 2026-11-20T08:00:00Z)")), "{message}");
    assert!(message.contains("write its id if it is meant"), "{message}");
    assert_eq!(group(&listing, "Administrator")["links"], serde_json::json!([]));
    let refused = playground.run(&["plan"]).ends(1);
    assert!(refused.stderr.contains("data/recreated-group"), "{}", refused.stderr);
    assert_eq!(refused.stdout, "");
}

/// A deleted group whose name no other group has is reported as missing.
#[test]
fn d4_a_deleted_group_is_reported_differently() {
    let playground = office();
    playground.edit(LINKS, "group: Administrator", "group: { id: gone, name: Nobodys }");
    let refused = problems(&listed(&playground));
    assert!(
        refused
            .iter()
            .any(|(code, problem)| code == "data/missing-group" && problem.contains("`gone` (`Nobodys`)"))
    );
}

/// A renamed group stays linked by its id; the name beside the id is reported as outdated.
#[test]
fn d5_a_renamed_group_stays_linked_and_is_reported() {
    let playground = office();
    playground.edit(
        LINKS,
        "group: Administrator",
        &format!("group: {{ id: {ADMINISTRATOR}, name: Admins }}"),
    );
    let listing = listed(&playground);
    let (code, message) =
        problems(&listing).into_iter().find(|(_, problem)| problem.contains("Admins")).unwrap();
    assert_eq!(code, "data/renamed-group");
    assert!(message.contains("is now called `Administrator`, not `Admins`: correct the name"), "{message}");
    let link = &group(&listing, "Administrator")["links"][0];
    assert_eq!((&link["by"], &link["origin"]["id"]), (&"id".into(), &"administrator".into()));
    playground.run(&["plan"]).ends(0);
}

/// Members are counted as the application's policies count them; both counts are shown.
#[test]
fn members_are_counted_directly_and_through_nested_groups() {
    let playground = office();
    playground.write(
        PEOPLE,
        "groups:\n  - { id: g-in, name: Inner, distinguishedName: 'CN=Inner,OU=Pronestor,OU=Groups,DC=contoso,DC=example' }\n  \
         - { id: g-a, name: Administrator, members: [Inner], created: '2020-01-02T03:04:05Z', \
         distinguishedName: 'CN=Administrator,OU=Pronestor,OU=Groups,DC=contoso,DC=example' }\n\
         users:\n  - { id: u-1, groups: [Inner] }\n  - { id: u-2, groups: [Inner, Administrator] }\n",
    );
    let count = |members: u32| {
        let listing = listed(&playground);
        let administrator = group(&listing, "Administrator");
        assert_eq!((&administrator["directMembers"], &administrator["allMembers"]), (&1.into(), &2.into()));
        assert_eq!(administrator["links"][0]["members"], members);
        assert_eq!(administrator["created"], "2020-01-02T03:04:05Z");
        assert_eq!(administrator["unit"], "OU=Pronestor,OU=Groups,DC=contoso,DC=example");
    };
    count(2);
    playground.edit("policies/directories/headquarters.yaml", "labels:", "nestedGroups: false\nlabels:");
    count(1);
}

/// `--format yaml` writes a rule for each unlinked group. The rule is refused only because it grants nothing yet; with
/// a grant it is valid and links the group.
#[test]
fn links_are_ready_to_paste_but_for_what_they_give() {
    let playground = office();
    let name = "x''\" # {a}: *b";
    playground.edit(PEOPLE, "name: Canteen", "name: 'x''''\" # {a}: *b'");
    playground.edit(PEOPLE, "groups: [Canteen]", "groups: []");
    let pasted =
        playground.run(&["groups", "--format", "yaml", "--directory", "headquarters"]).ends(0).stdout;
    assert!(pasted.contains("  - id: paris-booker\n    group: { id: '2a3b4c5d-0023-"), "{pasted}");
    assert!(pasted.contains("# linked at policies/pronestor/linking-rules.yaml:19"), "{pasted}");
    let links = playground.read(LINKS);
    playground.write(LINKS, &format!("{links}{pasted}"));
    let refused = playground.run(&["validate"]).ends(1).stdout;
    assert!(refused.contains("grant"), "{refused}");
    playground
        .write(LINKS, &format!("{links}{}", pasted.replace("{} # say what it gives", "{ department: A }")));
    playground.run(&["validate"]).ends(0);
    let listing = listed(&playground);
    let canteen = listing["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["id"].as_str().unwrap().contains("-0024-"));
    assert_eq!(canteen.unwrap()["links"][0]["by"], "id");
    assert_eq!(canteen.unwrap()["name"], name);
    assert_eq!(problems(&listing), [], "the names are right");
}

/// Text from a directory cannot begin a new line of a policy.
#[test]
fn c1_a_hostile_name_stays_one_scalar() {
    let listing: rolewright::plan::GroupListing = rolewright::plan::GroupListing {
        directory: "d\n- id: evil".to_owned(),
        prefix: String::new(),
        under: None,
        is_one_of_several: true,
        groups: vec![rolewright::plan::ListedGroup {
            id: "g'1".to_owned(),
            name: "a\n- id: evil\u{202e}\u{85}".to_owned(),
            unit: None,
            created: None,
            direct_members: 0,
            all_members: 0,
            links: Vec::new(),
        }],
        app_roles: Vec::new(),
        problems: Vec::new(),
    };
    let pasted = groups::paste(std::slice::from_ref(&listing));
    assert_eq!(pasted.lines().filter(|line| line.trim_start().starts_with("- id:")).count(), 1, "{pasted}");
    assert!(pasted.contains(r#"name: "a\U0000000a- id: evil\U0000202e\U00000085""#), "{pasted}");
    assert!(!groups::text(&[listing]).contains('\u{202e}'));
}

/// `schema --directory` offers groups; valid policies stay valid, and the plain schemas offer none.
#[test]
fn the_editor_is_offered_the_groups_of_a_directory() {
    let playground = office();
    playground.run(&["schema", "--output", "plain"]).ends(0);
    playground.run(&["schema", "--directory", "headquarters", "--output", "offered"]).ends(0);
    for file in ["rolewright.schema.json", "linking-rules.schema.json"] {
        let mut schema: Value = serde_json::from_str(&playground.read(&format!("offered/{file}"))).unwrap();
        let plain: Value = serde_json::from_str(&playground.read(&format!("plain/{file}"))).unwrap();
        let reference = schema.pointer_mut("/definitions/GroupReference").unwrap();
        let names = reference.as_object_mut().unwrap().remove("examples").unwrap();
        assert!(names.as_array().unwrap().contains(&"Canteen".into()));
        assert!(!names.as_array().unwrap().contains(&"Stockholm_facility_manager".into()));
        for (key, example) in [("name", "Canteen"), ("id", ADMINISTRATOR)] {
            let property = reference["properties"][key].as_object_mut().unwrap();
            assert!(property.remove("examples").unwrap().as_array().unwrap().contains(&example.into()));
        }
        assert_eq!(schema, plain, "{file}");
    }
    let unknown = playground.run(&["schema", "--directory", "nowhere", "--output", "offered"]).ends(1).stderr;
    assert!(unknown.contains("no directory is called `nowhere`; there are: "), "{unknown}");
}

/// The lines of one user equal those of the whole plan, however the user is named; a name without user is an error.
#[test]
fn one_users_plan_is_a_part_of_the_whole_plan() {
    let playground = Playground::new();
    let lines = |arguments: &[&str]| -> Vec<Value> {
        let all = ["plan", "--format", "json"].iter().chain(arguments).copied().collect::<Vec<_>>();
        let plan: Value = serde_json::from_str(&playground.run(&all).ends(0).stdout).unwrap();
        plan["changes"].as_array().unwrap().clone()
    };
    let whole = lines(&[]);
    let mut parts = 0;
    let subjects: std::collections::BTreeSet<String> =
        whole.iter().filter_map(|change| change["subject"]["user"].as_str().map(str::to_owned)).collect();
    for user in &subjects {
        let expected: Vec<Value> =
            whole.iter().filter(|change| change["subject"]["user"] == user.as_str()).cloned().collect();
        assert_eq!(lines(&["--user", user]), expected);
        let name = expected[0]["subject"]["name"].as_str().unwrap();
        assert_eq!(lines(&["--user", &name.to_ascii_uppercase()]), expected);
        parts += expected.len();
    }
    assert!(subjects.len() > 1 && parts < whole.len() + 1);
    let nobody = playground.run(&["plan", "--user", "nobody"]).ends(1);
    assert!(
        nobody.stderr.contains(
            "no user and no account has the id, user principal name, mail, user name or display name `nobody`"
        ),
        "{}",
        nobody.stderr
    );
    assert_eq!(nobody.stdout, "");
}
