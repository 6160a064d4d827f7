//! Behaviours of the four systems that concern the connection to Microsoft Entra ID: permissions, secrets, tenants.

use crate::support::entra::double::Double;
use crate::support::entra::tenant::{SECRET, TENANT};
use crate::support::entra::workspace::{on_graph, tenant_of};
use crate::support::playground::Playground;
use serde_json::json;

fn double() -> Double {
    Double::start(tenant_of(&Playground::new().read("policies/directories/people.yaml")))
}

/// Each missing permission stops the run, and is named; nothing is written.
fn each_missing_permission_is_named(permissions: &[&'static str]) {
    for permission in permissions {
        let double = double();
        let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
        double.change(|tenant| tenant.permissions.retain(|granted| granted != permission));
        let ran = playground.run(&["apply"]).ends(7);
        let help = format!("grant the application permission `{permission}` of Microsoft Graph");
        assert!(ran.stderr.contains(&help) && ran.stderr.contains("give admin consent"), "{}", ran.stderr);
        assert!(!playground.path("policies/dstny.db").exists());
    }
}

#[test]
fn ds_01_a_permission_that_is_missing_is_named() {
    each_missing_permission_is_named(&["User.Read.All", "GroupMember.Read.All"]);
}

#[test]
fn pu_17_a_permission_that_is_missing_is_named() {
    each_missing_permission_is_named(&["GroupMember.Read.All"]);
}

#[test]
fn ds_02_a_client_secret_is_long_enough_and_warns_before_it_ends() {
    let double = double();
    let mut playground =
        on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO, minLength: 40, expires: '2027-06-30' }");
    let ran = playground.run(&["plan", "--as-of", "2027-05-30"]).ends(0);
    assert!(!ran.stderr.contains("check/expires"), "{}", ran.stderr);
    let ran = playground.run(&["plan", "--as-of", "2027-06-01"]).ends(0);
    assert!(
        ran.stderr.contains("the credential of the directory `contoso` ends in 29 days"),
        "{}",
        ran.stderr
    );
    playground.secret("ROLEWRIGHT_CONTOSO", &SECRET[..39]);
    let ran = playground.run(&["plan"]).ends(7);
    assert!(ran.stderr.contains("has 39 characters; the policies expect at least 40"), "{}", ran.stderr);
}

#[test]
fn ds_03_a_group_that_is_renamed_in_the_tenant_keeps_its_members_in_scope() {
    let double = double();
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    playground.run(&["apply"]).ends(0);
    double.change(|tenant| {
        let group = tenant.groups.iter_mut().find(|group| group["displayName"] == "Telephony users");
        group.expect("the group")["displayName"] = "Phone users".into();
    });
    let ran = playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(ran.stdout.contains("is now called `Phone users`"), "{}", ran.stdout);
}

#[test]
fn pa_01_a_tenant_and_a_file_feed_one_installation() {
    let double = double();
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    playground.write(
        "policies/directories/abroad.yaml",
        "apiVersion: rolewright/v1\nkind: Directory\nname: abroad\nfile: { people: directories/abroad-people.yaml }\n",
    );
    playground.write(
        "policies/directories/abroad-people.yaml",
        "groups: [{ id: g-1, name: Abroad }]
users: [{ id: u-1, userPrincipalName: odd@abroad.example, mail: odd@abroad.example, givenName: Odd, surname: Ås,
          businessPhones: ['+4723112201'], groups: [Abroad] }]\n",
    );
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.edit(
        "policies/dstny/application.yaml",
        "{ name: contoso }",
        "{ name: contoso }, { name: abroad }",
    );
    playground.edit(
        "policies/dstny/lifecycle.yaml",
        "group: { id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, name: Telephony users, minMembers: 1 }",
        "any: [{ group: { id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, directory: contoso } }, { group: { name: Abroad, directory: abroad } }]",
    );
    let rules = playground.read("policies/dstny/linking-rules.yaml");
    let rules =
        rules.replace("group: Call centre agents", "group: { name: Call centre agents, directory: contoso }");
    let rules = rules.replace("group: Call centre supervisors", "group: { name: Abroad, directory: abroad }");
    playground.write("policies/dstny/linking-rules.yaml", &rules);
    let plan = playground.run(&["plan", "--format", "tsv"]).ends(0).stdout;
    let granted = |who: &str, right: &str| {
        plan.lines().any(|line| line.contains("\tgrant\t") && line.contains(who) && line.contains(right))
    };
    assert!(granted("a1000000-0000-4000-8000-000000000003", "callCentre=agent"), "{plan}");
    assert!(granted("u-1", "callCentre=supervisor"), "{plan}");
    assert_eq!(
        plan.matches("callCentre=supervisor").count(),
        1,
        "a group of one is none of the other's: {plan}"
    );
}

#[test]
fn pa_13_a_mail_enabled_group_counts_as_a_security_group_does() {
    let double = double();
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    let planned = |kind: serde_json::Value| {
        double.change(|tenant| {
            let linked = tenant.groups.iter_mut().filter(|group| group["displayName"] != "Support");
            linked.for_each(|group| {
                kind.as_object().into_iter().flatten().for_each(|(key, value)| {
                    group[key] = value.clone();
                })
            });
        });
        playground.run(&["plan", "--format", "tsv"]).ends(0).stdout
    };
    let security = planned(json!({ "groupTypes": [], "mailEnabled": false, "securityEnabled": true }));
    assert!(
        security.contains("callCentre=agent") && security.contains("callCentre=supervisor"),
        "{security}"
    );
    for types in [json!([]), json!(["Unified"])] {
        let mail = json!({ "groupTypes": types, "mailEnabled": true, "securityEnabled": false, "mail": "g@contoso.example" });
        assert_eq!(planned(mail), security);
    }
}

#[test]
fn pm_13_later_cycles_read_of_a_tenant_only_what_changed() {
    let double = double();
    let mut playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    // `apply` uses only what is kept in a folder that is named for it.
    let folder = playground.path("kept").display().to_string();
    playground.secret("ROLEWRIGHT_CACHE", &folder);
    playground.run(&["apply"]).ends(0);
    let lists = || (double.count("/v1.0/users"), double.count("/v1.0/users/delta"));
    let first = lists();
    assert!(first.0 > 0, "everybody is read");
    double.change(|tenant| {
        let bo = tenant.users.iter_mut().find(|user| user["mail"] == "bo.dahl@contoso.example");
        bo.expect("a user")["jobTitle"] = "Head of support".into();
    });
    let ran = playground.run(&["apply"]).ends(0);
    assert!(ran.stdout.contains("Applied: 1 update."), "{}", ran.stdout);
    assert_eq!(lists().0, first.0, "nobody is listed again");
    assert!(lists().1 > first.1, "only what changed is asked for");
}

#[test]
fn pa_03_a_missing_part_of_a_tenant_is_named() {
    let double = double();
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    let whole = playground.read("policies/directories/contoso.yaml");
    for (part, key) in
        [("tenantId: ", "tenantId"), ("clientId: ", "clientId"), ("credential: ", "credential")]
    {
        let at = whole.find(part).expect("the part");
        let end = at + whole[at..].find(", ").expect("another part") + 2;
        playground.write("policies/directories/contoso.yaml", &format!("{}{}", &whole[..at], &whole[end..]));
        let ran = playground.run(&["validate"]).ends(1);
        assert!(ran.stdout.contains(&format!("missing key `{key}`")), "{}", ran.stdout);
    }
}

/// No request, plan, saved file or output shows the client secret or a token.
fn no_secret_is_shown() {
    let double = double();
    let mut playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    let runs: [&[&str]; 6] = [
        &["validate"],
        &["plan"],
        &["plan", "--format", "json"],
        &["apply"],
        &["history"],
        &["snapshot", "--output", "saved"],
    ];
    for words in runs {
        let ran = playground.run(words);
        assert!(
            !ran.stdout.contains("canary") && !ran.stderr.contains("canary"),
            "{words:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
    let saved = playground.read("saved/directories/contoso/users.ndjson");
    assert!(saved.lines().count() > 5 && !saved.contains("canary"));
    playground.secret("ROLEWRIGHT_CONTOSO", "canary-wrong");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(ran.stderr.contains("AADSTS7000215") && !ran.stderr.contains("canary"), "{}", ran.stderr);
}

#[test]
fn pa_04_the_client_secret_is_never_shown() {
    no_secret_is_shown();
}

#[test]
fn pu_18_the_client_secret_is_never_shown() {
    no_secret_is_shown();
}

#[test]
fn pu_20_a_tenant_is_named_by_its_id_or_by_a_domain() {
    let double = double();
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    playground.run(&["plan"]).ends(0);
    playground.edit("policies/directories/contoso.yaml", TENANT, "contoso.onmicrosoft.com");
    playground.run(&["plan"]).ends(0);
    playground.edit("policies/directories/contoso.yaml", "contoso.onmicrosoft.com", "fabrikam.example");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(
        ran.stderr.contains("there is no tenant `fabrikam.example`: check `tenantId` and `cloud`"),
        "{}",
        ran.stderr
    );
    playground.edit("policies/directories/contoso.yaml", "fabrikam.example", "Contoso");
    playground.run(&["validate"]).ends(1);
}
