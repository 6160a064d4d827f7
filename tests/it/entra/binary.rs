//! The binary against the double: the worked policies with a tenant instead of a file, and failing sign-ins.

use crate::support::entra::double::{Double, sign_in_refusal};
use crate::support::entra::tenant::Tenant;
use crate::support::entra::workspace::{on_graph, tenant_of};
use crate::support::playground::Playground;
use serde_json::json;

#[test]
fn a_plan_is_the_same_from_a_tenant_as_from_a_file() {
    let by_file = Playground::new();
    let double = Double::start(tenant_of(&by_file.read("policies/directories/people.yaml")));
    let by_graph = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO, minLength: 40, expires: '2099-01-01' }");
    // The first lines name the commit and how much was read. From a tenant, only groups that rules link are read.
    let of = |playground: &Playground, words: &[&str]| {
        let ran = playground.run(words).ends(0);
        ran.stdout.lines().skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    for words in [&["plan"][..], &["plan", "--format", "tsv"], &["apply"]] {
        let planned = of(&by_file, words);
        assert!(planned.len() > 8, "{planned:?}");
        assert_eq!(of(&by_graph, words), planned);
    }
    assert!(by_graph.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

/// The plan of a pull request may run on the same machine as the same user, and leave anything in the cache folder.
#[test]
fn h22_apply_believes_nothing_that_another_job_kept() {
    let double = Double::start(tenant_of(&Playground::new().read("policies/directories/people.yaml")));
    let mut playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    let lists = |run: &mut dyn FnMut()| {
        let before = double.count("/v1.0/users");
        run();
        double.count("/v1.0/users") - before
    };
    assert!(lists(&mut || drop(playground.run(&["plan"]).ends(0))) > 0);
    assert_eq!(
        lists(&mut || drop(playground.run(&["plan"]).ends(0))),
        0,
        "a second plan asks for changes only"
    );
    assert!(lists(&mut || drop(playground.run(&["apply"]).ends(0))) > 0, "apply reads everything");
    // Unless the operator names a folder for it.
    let folder = playground.path("kept").display().to_string();
    playground.secret("ROLEWRIGHT_CACHE", &folder);
    assert!(lists(&mut || drop(playground.run(&["apply"]).ends(0))) > 0);
    assert_eq!(lists(&mut || drop(playground.run(&["apply"]).ends(0))), 0);
}

#[test]
fn mg_02_a_job_without_identity_is_an_error_that_names_the_missing_permission() {
    let double = Double::start(tenant_of("users: []"));
    let mut playground = on_graph(&double, "{ federated: true }");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(
        ran.stderr
            .contains("this job has no identity token: on GitHub set `permissions: { id-token: write }`"),
        "{}",
        ran.stderr
    );
    playground.secret("GITHUB_ACTIONS", "true");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(
        ran.stderr.contains("add `id-token: write` to its `permissions` in the workflow"),
        "{}",
        ran.stderr
    );
    assert!(double.requests().is_empty());
}

#[test]
fn mg_02_an_identity_in_a_variable_signs_in() {
    let people = Playground::new().read("policies/directories/people.yaml");
    let double = Double::start(tenant_of(&people));
    let mut playground = on_graph(&double, "{ federated: true }");
    playground.secret("ROLEWRIGHT_ID_TOKEN", "canary-a.canary-b.canary-c");
    playground.run(&["plan"]).ends(0);
}

#[test]
fn mg_01_a_secret_that_was_cut_is_not_sent() {
    let double = Double::start(tenant_of("users: []"));
    let mut playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO, minLength: 40 }");
    playground.secret("ROLEWRIGHT_CONTOSO", "canary-short");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(
        ran.stderr.contains("the credential has 12 characters; the policies expect at least 40"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("canary") && double.requests().is_empty(), "{}", ran.stderr);
}

#[test]
fn mg_01_a_secret_that_has_expired_is_named_and_one_that_will_warns() {
    let double = Double::faulty(tenant_of("users: []"), |request, _, _| {
        let message = "The provided client secret keys for app are expired.";
        request.path().ends_with("/token").then(|| sign_in_refusal(7_000_222, message).into())
    });
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO, expires: '2026-12-01' }");
    let ran = playground.run(&["plan", "--as-of", "2026-11-21"]).ends(7);
    assert!(
        ran.stderr.contains("the credential of the directory `contoso` ends in 10 days"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("the client secret has expired: make a new one"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("canary") && !ran.stdout.contains("canary"));
}

#[test]
fn mg_17_an_incomplete_read_is_exit_code_7_and_changes_nothing() {
    let people = Playground::new().read("policies/directories/people.yaml");
    let double = Double::start(tenant_of(&people));
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    playground.run(&["apply"]).ends(0);
    double.change(|tenant| tenant.permissions.retain(|permission| *permission != "GroupMember.Read.All"));
    for command in [&["plan"][..], &["apply"]] {
        let ran = playground.run(command).ends(7);
        assert!(
            ran.stderr.contains("grant the application permission `GroupMember.Read.All`"),
            "{}",
            ran.stderr
        );
    }
    double.change(|tenant| tenant.permissions.extend(["GroupMember.Read.All"]));
    assert!(playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

#[test]
fn pa_01_several_tenants_feed_one_application_through_one_registration() {
    let people = Playground::new().read("policies/directories/people.yaml");
    let (parent, child) =
        (Double::start(tenant_of(&people)), Double::start(Tenant::new(3).with_group(1, "Abroad", 0..2)));
    let playground = on_graph(&parent, "{ env: ROLEWRIGHT_CONTOSO }");
    let directory =
        playground.read("policies/directories/contoso.yaml").replace("name: contoso", "name: child");
    playground.write("policies/directories/child.yaml", &directory.replace(&parent.url(), &child.url()));
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.edit(
        "policies/dstny/application.yaml",
        "{ name: contoso }",
        "{ name: contoso }, { name: child }",
    );
    playground.edit("policies/dstny/lifecycle.yaml", "minMembers: 1", "minMembers: 1, directory: contoso");
    playground.edit(
        "policies/dstny/linking-rules.yaml",
        "group: Call centre agents",
        "group: { name: Call centre agents, directory: contoso }",
    );
    playground.edit(
        "policies/dstny/linking-rules.yaml",
        "group: Call centre supervisors",
        "group: { name: Abroad, directory: child }",
    );
    playground.run(&["plan"]).ends(0);
    let asked = |double: &Double| {
        let requests = double.requests();
        let lists = requests.iter().filter(|request| request.path() == "/v1.0/groups");
        lists.filter_map(|list| list.parameter("$filter")).collect::<Vec<_>>()
    };
    assert_eq!(asked(&child), ["displayName in ('abroad')"], "a tenant is asked for its own groups only");
    assert!(asked(&parent).iter().all(|filter| !filter.contains("abroad")));
}

#[test]
fn e6_a_read_without_a_user_of_must_see_is_incomplete() {
    let double = Double::start(tenant_of(&Playground::new().read("policies/directories/people.yaml")));
    let playground = on_graph(&double, "{ env: ROLEWRIGHT_CONTOSO }");
    let (anna, bo) = ("a1000000-0000-4000-8000-000000000001", "a1000000-0000-4000-8000-000000000002");
    let directory = playground.read("policies/directories/contoso.yaml");
    playground.write("policies/directories/contoso.yaml", &format!("{directory}mustSee: [{bo}, {anna}]\n"));
    playground.commit("Whom every read must show");
    playground.run(&["apply"]).ends(0);
    // One missing user is below every limit; this is how a read looks in which a part of the users is hidden.
    double.change(|tenant| tenant.users.retain(|user| user["id"] != bo));
    for command in [&["plan"][..], &["apply"]] {
        let ran = playground.run(command).ends(7);
        let said = format!("the user `{bo}`, who must appear in every read (`mustSee`), is missing");
        assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    }
    playground.write("policies/directories/contoso.yaml", &format!("{directory}mustSee: [{anna}]\n"));
    playground.run(&["plan"]).ends(0);
}

#[test]
fn pa_05_what_the_account_may_read_is_tested_before_anything_runs() {
    let credential = "{ env: ROLEWRIGHT_CONTOSO, minLength: 40, expires: '2026-12-01' }";
    let people = Playground::new().read("policies/directories/people.yaml");
    let double = Double::start(tenant_of(&people));
    let playground = on_graph(&double, credential);
    let ran = playground.run(&["doctor", "--as-of", "2026-11-21"]).ends(0);
    for said in ["passed  sign-in", "passed  permission", "warned  expiry", "ends in 10 days"] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("canary") && !ran.stderr.contains("canary"));
    let double = Double::faulty(tenant_of(&people), |request, _, _| {
        let body = json!({ "error": { "code": "Authorization_RequestDenied", "message": "Insufficient privileges" } });
        request.path().ends_with("/groups").then(|| crate::support::http_server::Reply::json(403, &body))
    });
    let ran = on_graph(&double, credential).run(&["doctor"]).ends(7);
    assert!(ran.stdout.contains("failed  permission") && ran.stdout.contains("Group"), "{}", ran.stdout);
}
