//! `doctor` with a tenant: each permission that the policies need is tested, and a missing one is named.

use crate::support::entra::double::{Answer, Double};
use crate::support::entra::tenant::{SERVICE, TENANT, Tenant, group, user};
use crate::support::entra::workspace::{on_graph, tenant_of};
use crate::support::http_server::{Reply, Request};
use crate::support::playground::{CommandOutput, Playground};

const CREDENTIAL: &str = "{ env: ROLEWRIGHT_CONTOSO }";
const PERMISSIONS: [&str; 3] = ["User.Read.All", "GroupMember.Read.All", "Application.Read.All"];

fn tenant() -> Tenant {
    let people = Playground::new().read("policies/directories/people.yaml");
    tenant_of(&people).with_role(1, "Editor", &[]).with_role(2, "Viewer", &[])
}

/// A workspace that needs groups, and roles of an enterprise application.
fn workspace(double: &Double) -> Playground {
    let playground = on_graph(double, CREDENTIAL);
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    let link = format!("{{ name: contoso, enterpriseApplication: {SERVICE} }}");
    playground.edit("policies/dstny/application.yaml", "{ name: contoso }", &link);
    playground.edit(
        "policies/dstny/linking-rules.yaml",
        "group: Call centre supervisors",
        "group: { appRole: Editor }",
    );
    playground
}

/// The lines about permissions.
fn lines(ran: &CommandOutput) -> Vec<&str> {
    ran.stdout.lines().filter(|line| line.contains(" permission ")).collect()
}

#[test]
fn mg_17_each_permission_that_policies_need_is_a_line_of_its_own() {
    let double = Double::start(tenant());
    let ran = workspace(&double).run(&["doctor"]).ends(0);
    let found = lines(&ran);
    assert_eq!(found.len(), PERMISSIONS.len(), "{}", ran.stdout);
    for (line, permission) in found.iter().zip(PERMISSIONS) {
        assert!(line.contains("passed") && line.contains(&format!("`{permission}`")), "{line}");
    }
    assert!(found[0].contains("users can be read, with `accountEnabled`, `"), "{found:?}");
    // A permission that no policy needs is not tested: here, the one for roles.
    let double = Double::start(tenant());
    let ran = on_graph(&double, CREDENTIAL).run(&["doctor"]).ends(0);
    assert_eq!(lines(&ran).len(), 2, "{}", ran.stdout);
    assert!(double.requests().iter().all(|request| !request.path().contains("servicePrincipals")));
}

#[test]
fn mg_17_what_is_not_granted_is_said_of_each_permission() {
    for missing in PERMISSIONS {
        let double = Double::start(tenant().without(missing));
        let ran = workspace(&double).run(&["doctor"]).ends(7);
        let found = lines(&ran);
        assert_eq!(found.len(), 3, "the others are looked at all the same: {}", ran.stdout);
        let failed: Vec<&&str> = found.iter().filter(|line| line.contains("failed")).collect();
        let [failed] = failed.as_slice() else { panic!("{}", ran.stdout) };
        let help = format!("grant the application permission `{missing}` of Microsoft Graph");
        assert!(failed.contains(&help) && failed.contains(TENANT), "{failed}");
    }
    let double =
        Double::start(tenant().without(PERMISSIONS[0]).without(PERMISSIONS[1]).without(PERMISSIONS[2]));
    let ran = workspace(&double).run(&["doctor"]).ends(7);
    for permission in PERMISSIONS {
        let help = format!("grant the application permission `{permission}`");
        assert_eq!(ran.stdout.matches(&help).count(), 1, "{permission}: {}", ran.stdout);
    }
}

/// The lines when Graph, because of a smaller permission, answers without some data instead of refusing.
fn refused_by(fault: impl FnMut(&Request, usize, &Answer) -> Option<Reply> + Send + 'static, help: &str) {
    let double = Double::faulty(tenant(), fault);
    let ran = workspace(&double).run(&["doctor"]).ends(7);
    assert!(lines(&ran).iter().any(|line| line.contains("failed") && line.contains(help)), "{}", ran.stdout);
}

/// An answer whose objects all lack a property.
fn without(answer: &Answer, property: &str) -> Reply {
    let mut body = answer.body.clone();
    for object in body["value"].as_array_mut().into_iter().flatten() {
        object[property] = serde_json::Value::Null;
    }
    Reply::json(200, &body)
}

#[test]
fn ds_01_a_smaller_permission_that_hides_attributes_is_named() {
    refused_by(
        |request, _, answer| (request.path() == "/v1.0/users").then(|| without(answer, "accountEnabled")),
        "no user returned `accountEnabled` (`User.ReadBasic.All` does not show it); grant the application permission \
         `User.Read.All`",
    );
}

#[test]
fn pu_17_a_smaller_permission_that_hides_groups_is_named() {
    refused_by(
        |request, _, answer| (request.path() == "/v1.0/groups").then(|| without(answer, "displayName")),
        "grant the application permission `GroupMember.Read.All`",
    );
}

#[test]
fn mg_07_doctor_reports_hidden_memberships() {
    let mut tenant = Tenant::new(3).with_group(1, "Call centre agents", [0]).with_role(1, "Editor", &[]);
    tenant.groups[0]["visibility"] = "HiddenMembership".into();
    assert_eq!(tenant.members[&group(1)], [("user", user(0))]);
    let double = Double::start(tenant);
    let ran = workspace(&double).run(&["doctor"]).ends(7);
    let help = "no member was shown; grant the application permission `Member.Read.Hidden`";
    assert!(ran.stdout.contains(help), "{}", ran.stdout);
}
