//! The binary with ledgers in a real PostgreSQL database.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::playground::Playground;
use crate::support::postgres::{RealServer, Schema, shared, wait};
use rolewright::postgres::Caps;

/// A playground whose operator names a database.
struct InDatabase {
    playground: Playground,
    schema: Schema,
}

impl InDatabase {
    fn new(prepared: impl FnOnce(&Playground)) -> Self {
        let mut playground = Playground::new().at_any_hour("dstny");
        prepared(&playground);
        let schema = Schema::new();
        operator_names(&mut playground, shared(), &schema);
        Self { playground, schema }
    }

    /// A column of all rows, as one text.
    fn texts(&self, sql: &str) -> String {
        wait(async {
            let session = self.schema.server.connect(Caps::default()).await.unwrap();
            session.run(&format!("SET search_path = {}", self.schema.name())).await.unwrap();
            let rows = session.rows(sql, &[]).await.unwrap();
            let texts: Vec<String> = rows.iter().map(|row| session.column(row, 0).unwrap()).collect();
            texts.join("\n")
        })
    }
}

/// Where the ledgers are, and what signs in there.
fn operator_names(playground: &mut Playground, server: &RealServer, schema: &Schema) {
    let address =
        format!("postgres://rolewright@127.0.0.1:{}/accounts?schema={}", server.port, schema.name());
    playground.secret("ROLEWRIGHT_LEDGER", &address);
    playground.secret("ROLEWRIGHT_LEDGER_PASSWORD", "rolewright-password");
    playground.write("ca.pem", &server.file("ca.pem"));
    playground.secret("ROLEWRIGHT_LEDGER_CA", playground.path("ca.pem").to_str().unwrap());
}

/// Every command that uses the ledger, from the first run to an undo.
#[test]
fn a_company_keeps_its_ledger_in_a_database() {
    let company = InDatabase::new(|_| ());
    let playground = &company.playground;
    let doctor = playground.run(&["doctor"]);
    assert!(doctor.stdout.contains("the first run makes its tables"), "{}", doctor.stdout);
    playground.run(&["apply"]).ends(0);
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("No changes"));
    assert!(playground.run(&["history"]).ends(0).stdout.contains("r-1"));
    assert!(playground.run(&["plan"]).ends(0).stdout.contains("No changes"));
    let title = "policies/dstny/attribute-mapping.yaml";
    playground.edit(title, "  title: jobTitle\n", "  title: department\n");
    playground.commit("Titles are departments");
    playground.run(&["apply"]).ends(0);
    let undone = playground.run(&["undo", "r-2"]).ends(0);
    assert!(undone.stdout.contains("update"), "{}", undone.stdout);
    assert!(playground.run(&["unlock"]).ends(0).stderr.contains("no run is open"));
    let doctor = playground.run(&["doctor"]);
    assert!(doctor.stdout.contains("`rolewright` reads"), "{}", doctor.stdout);
    assert_eq!(playground.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main\n");
    let stored = company.texts(
        "SELECT state FROM ledgers UNION ALL SELECT record FROM runs UNION ALL SELECT coalesce(memory, '') FROM ledgers \
         UNION ALL SELECT coalesce(accounts, '') FROM ledgers",
    );
    assert!(stored.contains("r-2"), "{stored}");
    for private in ["contoso.example", "Clara", "a1000000", "+45", "d-9"] {
        assert!(!stored.contains(private), "{private} is in\n{stored}");
    }
    assert!(playground.run(&["ledger", "reset"]).ends(0).stderr.contains("kept as default/dstny/1"));
    playground.run(&["ledger", "adopt"]).ends(0);
    playground.run(&["apply"]).ends(0);
}

/// Whoever names a database where a history is in git would forget what was settled, held and counted.
#[test]
fn h1_a_database_is_no_way_out_of_a_history_in_git() {
    let company = InDatabase::new(|playground| {
        playground.run(&["apply"]).ends(0);
    });
    let playground = &company.playground;
    let refused = playground.run(&["apply"]).ends(4);
    assert!(refused.stderr.contains("run/ledger-missing"), "{}", refused.stderr);
    playground.run(&["ledger", "move", "--from", "refs/rolewright"]).ends(0);
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("No changes"));
    assert!(playground.run(&["history"]).ends(0).stdout.contains("r-1"));
    let refs = playground.git(&["for-each-ref", "--format=%(refname)"]);
    assert_eq!(
        refs, "refs/heads/main\nrefs/rolewright-old/default/dstny/1\n",
        "nobody goes on with the old one"
    );
    let again = playground.run(&["ledger", "move", "--from", "refs/rolewright"]).ends(0);
    assert!(again.stderr.contains("no ledger to carry along"), "{}", again.stderr);
}

#[test]
fn a_database_that_cannot_be_used_is_an_error_and_nothing_is_applied() {
    let company = InDatabase::new(|_| ());
    let (playground, port) = (&company.playground, shared().port);
    let at = |address: &str| playground.run(&["apply", "--ledger", address]);
    let gone = at("postgres://rolewright@127.0.0.1:9/accounts").ends(1);
    assert!(gone.stderr.contains("run/ledger-database"), "{}", gone.stderr);
    let other = at(&format!("postgres://reader@127.0.0.1:{port}/accounts")).ends(1);
    assert!(other.stderr.contains("signing in"), "{}", other.stderr);
    let shown = at("postgres://rolewright:hunter2@127.0.0.1/accounts");
    assert_eq!(shown.code, 64);
    assert!(!shown.stdout.contains("rolewright-password") && !gone.stderr.contains("rolewright-password"));
    assert!(!playground.path("policies/dstny.db").exists(), "nothing was applied");
}
