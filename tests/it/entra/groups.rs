//! `groups` and `plan` of a tenant: linked, unlinked, renamed and recreated groups, and roles of enterprise applications.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::entra::double::Double;
use crate::support::entra::tenant::{SERVICE, Tenant};
use crate::support::entra::workspace::{on_graph, tenant_of, with_graph};
use crate::support::playground::Playground;
use serde_json::{Value, json};

const CREDENTIAL: &str = "{ env: ROLEWRIGHT_CONTOSO }";
const LINKS: &str = "policies/dstny/linking-rules.yaml";
const AGENTS: &str = "1f2b3c4d-0002-4a5b-8c9d-0e1f2a3b4c02";
const SUPERVISORS: &str = "1f2b3c4d-0003-4a5b-8c9d-0e1f2a3b4c03";
const NEW: &str = "1f2b3c4d-0099-4a5b-8c9d-0e1f2a3b4c99";

fn tenant() -> Tenant {
    let tenant = tenant_of(&Playground::new().read("policies/directories/people.yaml"));
    let readers = "1f2b3c4d-0011-4a5b-8c9d-0e1f2a3b4c11".to_owned();
    let anna = "a1000000-0000-4000-8000-000000000001".to_owned();
    tenant.with_role(1, "Editor", &[("User", anna)]).with_role(2, "Viewer", &[("Group", readers)]).with_role(
        3,
        "Auditor",
        &[],
    )
}

/// The phone system's rules, which refer to their groups by id and name.
fn pinned(double: &Double) -> Playground {
    let playground = on_graph(double, CREDENTIAL);
    playground.edit(
        LINKS,
        "group: Call centre agents",
        &format!("group: {{ id: {AGENTS}, name: Call centre agents }}"),
    );
    let supervisors = format!("group: {{ id: {SUPERVISORS}, name: Call centre supervisors }}");
    playground.edit(LINKS, "group: Call centre supervisors", &supervisors);
    playground.commit("Groups by id");
    playground
}

fn listed(playground: &Playground, more: &[&str]) -> Value {
    let words = [&["groups", "--format", "json", "--directory", "contoso"], more].concat();
    serde_json::from_str(&playground.run(&words).ends(0).stdout).unwrap()
}

fn find<'l>(listing: &'l Value, list: &str, name: &str) -> &'l Value {
    let mut found = listing[list].as_array().unwrap().iter().filter(|listing| listing["name"] == name);
    let one = found.next().unwrap_or_else(|| panic!("{name}: {listing:#}"));
    assert_eq!(found.next(), None);
    one
}

fn problems(listing: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    listing["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (text(&problem["code"]), text(&problem["message"])))
        .collect()
}

/// The agents' group is deleted, and another one with the same name is created.
fn made_anew(tenant: &mut Tenant) {
    let group = tenant.groups.iter_mut().find(|group| group["id"] == AGENTS).unwrap();
    group["id"] = json!(NEW);
    group["createdDateTime"] = json!("2026-11-20T08:00:00Z");
    let members = tenant.members.remove(AGENTS).unwrap();
    tenant.members.insert(NEW.to_owned(), members);
}

#[test]
fn every_group_of_a_tenant_is_listed_linked_or_not() {
    let double = Double::start(tenant());
    let listing = listed(&pinned(&double), &[]);
    assert_eq!(problems(&listing), []);
    assert_eq!(listing["groups"].as_array().unwrap().len(), double_groups(&double));
    let agents = find(&listing, "groups", "Call centre agents");
    assert_eq!(agents["id"], AGENTS);
    assert_eq!(
        (&agents["links"][0]["by"], &agents["links"][0]["origin"]["id"]),
        (&json!("id"), &json!("agents"))
    );
    assert_eq!(agents["links"][0]["members"], agents["allMembers"]);
    let technicians = find(&listing, "groups", "PSA Technicians");
    assert_eq!(
        (&technicians["links"], &technicians["created"]),
        (&json!([]), &json!("2019-03-01T09:00:00Z"))
    );
    let telephony = find(&listing, "groups", "Telephony users");
    assert!(telephony["allMembers"].as_u64() > telephony["directMembers"].as_u64(), "{telephony}");
}

fn double_groups(double: &Double) -> usize {
    let mut count = 0;
    double.change(|tenant| count = tenant.groups.len());
    count
}

#[test]
fn d4_groups_and_plan_report_a_recreated_group_of_the_tenant() {
    let double = Double::start(tenant());
    let playground = pinned(&double);
    playground.run(&["apply"]).ends(0);
    double.change(made_anew);
    let listing = listed(&playground, &[]);
    let (code, message) = problems(&listing).remove(0);
    assert_eq!(code, "data/recreated-group");
    let other = format!("with the id `{NEW}` (created 2026-11-20T08:00:00Z)");
    assert!(message.contains(AGENTS) && message.contains(&other), "{message}");
    assert_eq!(find(&listing, "groups", "Call centre agents")["links"], json!([]));
    for command in [&["plan"][..], &["apply"]] {
        let refused = playground.run(command).ends(1);
        assert!(
            refused.stderr.contains("data/recreated-group") && refused.stderr.contains(&other),
            "{}",
            refused.stderr
        );
    }
    // A group that is deleted, and whose name no group has, is reported differently.
    double.change(|tenant| tenant.groups.retain(|group| group["id"] != NEW));
    let refused = playground.run(&["plan"]).ends(1);
    assert!(refused.stderr.contains("data/missing-group"), "{}", refused.stderr);
}

#[test]
fn d5_a_group_renamed_in_the_tenant_stays_linked_and_is_reported() {
    let double = Double::start(tenant());
    let playground = pinned(&double);
    playground.run(&["apply"]).ends(0);
    double.change(|tenant| {
        let group = tenant.groups.iter_mut().find(|group| group["id"] == SUPERVISORS).unwrap();
        group["displayName"] = json!("Call centre leads");
    });
    let listing = listed(&playground, &[]);
    let (code, message) = problems(&listing).remove(0);
    assert_eq!(code, "data/renamed-group");
    assert!(
        message.contains("is now called `Call centre leads`, not `Call centre supervisors`"),
        "{message}"
    );
    assert_eq!(find(&listing, "groups", "Call centre leads")["links"][0]["by"], "id");
    let ran = playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(ran.stdout.contains("is now called `Call centre leads`"), "{}", ran.stdout);
}

/// Roles of the enterprise application are listed with the groups, and can be linked like them.
#[test]
fn pm_02_roles_of_an_enterprise_application_are_listed_with_what_links_them() {
    let double = Double::start(tenant());
    let playground = with_graph(Playground::of(&["promapp"]), &double, CREDENTIAL);
    playground.git(&["rm", "-q", "policies/promapp/tests.yaml"]);
    let scope = "    - group: { appRole: '*' }\n";
    let lifecycle = playground.read("policies/promapp/lifecycle.yaml");
    playground.edit("policies/promapp/lifecycle.yaml", scope, "");
    let listing = listed(&playground, &[]);
    assert_eq!(problems(&listing), []);
    let readers = find(&listing, "groups", "Process readers")["directMembers"].as_u64().unwrap();
    assert!(readers > 0);
    for (name, users, rule) in [("Editor", 1, "editors"), ("Viewer", readers, "viewers")] {
        let role = find(&listing, "appRoles", name);
        assert_eq!((&role["application"], &role["users"]), (&json!(SERVICE), &json!(users)));
        let [link] = role["links"].as_array().unwrap().as_slice() else { panic!("{role}") };
        assert_eq!((&link["by"], &link["origin"]["id"]), (&json!("role"), &json!(rule)));
        assert_eq!(link["members"], users);
    }
    let auditor = find(&listing, "appRoles", "Auditor");
    assert_eq!((&auditor["users"], &auditor["links"]), (&json!(0), &json!([])));
    let text = playground.run(&["groups", "--directory", "contoso"]).ends(0).stdout;
    assert!(text.contains(&format!("    Auditor  of {SERVICE}  0 users have it, not linked\n")), "{text}");
    assert!(
        text.contains(&format!("    Editor  of {SERVICE}  1 user has it\n      policies/promapp/")),
        "{text}"
    );
    assert!(text.contains("`editors` of promapp, by its name, counts 1"), "{text}");
    let yaml = playground.run(&["groups", "--format", "yaml", "--directory", "contoso"]).ends(0).stdout;
    let rule = "  - id: auditor\n    group: { appRole: 'Auditor' }\n    grant: {} # say what it gives\n";
    assert!(yaml.contains(rule), "{yaml}");
    // A rule for any role also links this one.
    playground.write("policies/promapp/lifecycle.yaml", &lifecycle);
    let listing = listed(&playground, &[]);
    assert_eq!(find(&listing, "appRoles", "Auditor")["links"][0]["by"], "any role");
    // A role that a rule names and that the application no longer has.
    double.change(|tenant| tenant.roles.retain(|role| role["displayName"] != "Auditor"));
    playground.edit("policies/promapp/linking-rules.yaml", "{ appRole: Viewer }", "{ appRole: Auditor }");
    let (code, message) = problems(&listed(&playground, &[])).remove(0);
    assert_eq!(
        (code.as_str(), message.contains("has no role `Auditor`")),
        ("data/missing-group", true),
        "{message}"
    );
}

/// A saved snapshot is listed without requests to the tenant; of a tenant, only groups that policies refer to are
/// saved, and every group where that is asked for.
#[test]
fn saved_groups_are_listed_as_they_were() {
    let double = Double::start(tenant());
    let playground = pinned(&double);
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    playground.run(&["snapshot", "--output", "every", "--every-group"]).ends(0);
    let now = listed(&playground, &[]);
    double.change(made_anew);
    let before = double.requests().len();
    let saved = listed(&playground, &["--snapshot", "saved"]);
    assert_eq!(listed(&playground, &["--snapshot", "every"]), now);
    assert_ne!(saved, now);
    assert_eq!(double.requests().len(), before);
    assert_eq!(problems(&saved), []);
    for name in ["Call centre agents", "Call centre supervisors", "Telephony users"] {
        assert_eq!(find(&saved, "groups", name), find(&now, "groups", name));
    }
    let ran = playground.run(&["groups", "--snapshot", "nowhere", "--directory", "contoso"]).ends(7);
    assert!(ran.stderr.contains("manifest.json"), "{}", ran.stderr);
}
