//! Pulseway PSA by its REST API, with the connector and the policies that are shipped. The API is a double, made by what is
//! public of it and by what the connector assumes: it shows that the policies can be carried out that way, not that the
//! assumptions hold.

use crate::support::playground::Playground;
use crate::support::rest::double::{Double, PASSWORD};

/// The worked policies, on an API.
fn by_api(double: &Double) -> Playground {
    let mut playground = Playground::of(&["pulseway"]);
    let file = "policies/pulseway/application.yaml";
    playground.edit(
        file,
        "sqlite: { file: pulseway.db, startFrom: pulseway/start.yaml }",
        &format!(
            "rest:\n  url: {}\n  connector: pulseway-psa\n  basic: {{ user: rolewright, credential: {{ env: ROLEWRIGHT_PULSEWAY }} }}\n  \
             settings: {{ tenant: Contoso A/S }}\n  rateLimits: [{{ calls: 1000, per: second, burst: 100 }}]",
            double.url()
        ),
    );
    playground.edit(file, "    keepAtLeast: 1 #", "    wire: { attribute: role }\n    keepAtLeast: 1 #");
    playground.edit("policies/pulseway/connector.yaml", "burst: 100", "burst: 1000");
    playground.git(&["rm", "-q", "policies/pulseway/start.yaml"]);
    playground.secret("ROLEWRIGHT_PULSEWAY", PASSWORD);
    playground.secret("ROLEWRIGHT_KEY", &"5a".repeat(32));
    playground.commit("Pulseway PSA by its API");
    playground
}

#[test]
fn pu_12_employees_and_contacts_are_made_converted_and_barred_by_the_api() {
    let double = Double::start();
    let playground = by_api(&double);
    let met = playground.run(&["doctor", "--application", "pulseway"]);
    assert!(met.stdout.contains("the service accepts the credential"), "{}\n{}", met.stdout, met.stderr);
    playground.run(&["test", "--application", "pulseway"]).ends(0);
    let applied = playground.run(&["apply"]).ends(0).stdout;
    assert!(applied.contains(" create"), "{applied}");
    playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    let kinds = |list: &str| double.state().records.get(list).map_or(0, |records| records.len());
    let (employees, contacts) = (kinds("employees"), kinds("contacts"));
    assert!(employees > 3 && contacts > 1, "{employees} {contacts}");
    let named = |list: &str, name: &str| {
        let state = double.state();
        let record = state.records[list].values().find(|record| record["userName"] == name).cloned();
        record.unwrap_or_else(|| panic!("{name} is not among the {list}"))
    };
    let lars = named("employees", "lars.mikkelsen");
    assert_eq!((&lars["status"], &lars["securityRole"]), (&"Active".into(), &"Technician".into()));

    // A technician sees the portal only, from now on.
    playground.edit(
        "policies/directories/people.yaml",
        "businessPhones: ['+4533112301']\n    jobTitle: Technician\n    groups: [PSA Technicians]",
        "businessPhones: ['+4533112301']\n    jobTitle: Technician\n    groups: [PSA Portal only]",
    );
    let applied = playground.run(&["apply"]).ends(0).stdout;
    assert!(applied.contains("1 archive") && applied.contains("1 create"), "{applied}");
    let plan = playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout;
    assert!(plan.contains("No changes."), "{plan}");
    let archived = named("employees", "lars.mikkelsen_employee_Archived");
    assert_eq!(archived["status"], "Inactive");
    assert!(archived["email"].as_str().is_some_and(|email| email.ends_with("_Archived")));
    assert!(archived["externalId"].is_null());
    let made = named("contacts", "lars.mikkelsen");
    assert_eq!((&made["status"], &made["securityRole"]), (&"Active".into(), &"Client".into()));
    assert_eq!((kinds("employees"), kinds("contacts")), (employees, contacts + 1));
}

#[test]
fn h19_the_password_and_what_it_gives_stand_in_no_message() {
    let double = Double::with_fault(Box::new(|request, _| {
        let shown = format!("{} {:?} {}", request.target, request.header("authorization"), request.body);
        Some(crate::support::rest::double::failure(&shown))
    }));
    let playground = by_api(&double);
    for command in [&["plan"][..], &["doctor", "--application", "pulseway"]] {
        let ended = playground.run(command);
        assert_ne!(ended.code, 0);
        let said = ended.stdout + &ended.stderr;
        for secret in [PASSWORD, "password%20of%20this%20test%20%26%20more"] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(said.contains("no token was obtained"), "{said}");
    }
}
