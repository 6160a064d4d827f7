//! The phone system of the worked policies in PostgreSQL: plan, apply, an empty plan, `doctor`.

use crate::support::playground::Playground;
use crate::support::postgres::{Schema, shared};
use crate::support::workspaces::{cases, checked, workspace};

fn playground(schema: &Schema) -> Playground {
    let mut playground = Playground::new();
    let connection = format!(
        "postgres: {{ host: 127.0.0.1, port: {}, database: accounts, schema: {}, user: rolewright, \
         credential: {{ env: ROLEWRIGHT_DB }}, ca: db.pem, startFrom: dstny/start.yaml }}",
        shared().port,
        schema.name()
    );
    playground.edit(
        "policies/dstny/application.yaml",
        "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }",
        &connection,
    );
    playground.write("policies/db.pem", &shared().file("ca.pem"));
    playground.secret("ROLEWRIGHT_DB", "rolewright-password");
    playground.commit("PostgreSQL");
    playground
}

#[test]
fn policies_are_applied_and_the_second_plan_is_empty() {
    let schema = Schema::new();
    let playground = playground(&schema);
    playground.run(&["validate"]).ends(0);
    let looked = playground.run(&["doctor"]);
    assert!(
        looked.stdout.contains("the first change creates the store"),
        "{}{}",
        looked.stdout,
        looked.stderr
    );
    playground.run(&["plan", "--detailed-exitcode"]).ends(2);
    let applied = playground.run(&["apply"]).ends(0);
    assert!(
        applied.stdout.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."),
        "{}",
        applied.stdout
    );
    let plan = playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    let looked = playground.run(&["doctor"]);
    assert!(looked.stdout.contains("can be read and written"), "{}", looked.stdout);
}

#[test]
fn h5_a_server_that_gets_a_password_or_a_certificate_is_a_pair_to_be_permitted() {
    let set = checked(&workspace(&cases().join("postgres-store"))).policies.unwrap();
    let pairs: Vec<String> = set.destinations().iter().map(ToString::to_string).collect();
    let crm = "postgres+tls://db.contoso.example:6432";
    let expected = ["postgres://[::1]", &format!("ROLEWRIGHT_CRM={crm}"), &format!("file:crm.pem={crm}")];
    assert_eq!(pairs, expected);
}
