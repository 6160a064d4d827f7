//! How records are found, filled and protected in Pulseway PSA, with the worked policies of `policies/`.

use super::tenants::{Tenants, client, our};
use crate::support::system::{System, changes, report, text, words, written};
use rolewright::plan::Outcome;

const OURS: &str = "directories/people.yaml";
const RECORDS: &str = "pulseway/start.yaml";
const RULES: &str = "pulseway/linking-rules.yaml";

/// A technician whose record was merged, so that the ledger stores its state; then somebody edits the record in
/// Pulseway PSA.
fn edited_locally() -> System {
    let system = technician("");
    system.apply().ends(0);
    system.locally("UPDATE attributes SET value = 'Chief' WHERE name = 'jobTitle'");
    system
}

fn technician(more: &str) -> System {
    one(more).record("e-1", "", "employee", "ann", "Technician").system()
}

fn one(more: &str) -> Tenants {
    Tenants::default().ours(1, "ann", "Technicians", &format!(", jobTitle: Adviser{more}"))
}

/// The ledger's entries are made with the operator's key; without the key nothing is read or written.
#[test]
fn the_gate_8_without_the_key_nothing_is_applied() {
    let system = technician("").secret("ROLEWRIGHT_KEY", "");
    let ran = system.apply().ends(1);
    assert!(
        ran.stderr.contains("`ROLEWRIGHT_KEY`") && ran.stderr.contains("untilSourceChanges"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("reads"), "{}", ran.stderr);
    assert_eq!(system.git(&["for-each-ref", "refs/rolewright"]), "", "no run was recorded");
}

/// A plan that is only shown needs no key, and says what is unknown without it.
#[test]
fn the_gate_8_a_plan_without_the_key_says_what_it_cannot_know() {
    let system = edited_locally().secret("ROLEWRIGHT_KEY", "");
    let ran = system.run(&["plan"]).ends(0);
    assert!(ran.stderr.contains("`ROLEWRIGHT_KEY` is not set"), "{}", ran.stderr);
}

/// Records are matched by e-mail: a record that is found is merged, otherwise one is created.
#[test]
fn pu_03_found_by_mail_and_merged_or_made() {
    let plan = Tenants::default()
        .ours(1, "ann", "Technicians", "")
        .ours(2, "bo", "Technicians", "")
        .raw_record(
            "{ id: e-1, attributes: { userType: employee, userName: a, email: ANN@contoso.example } }",
        )
        .system()
        .plan();
    assert_eq!(words(&plan, "a"), ["adopt", "grant"]);
    assert_eq!(written(&plan, "a", "externalId"), Some((None, text(&our(1)))));
    assert_eq!(changes(&plan, "a")[0].subject.account.as_deref(), Some("e-1"));
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
}

/// If two users or two records have the same mail address, nothing is merged.
#[test]
fn pu_03_a_shared_mail_address_merges_nobody() {
    let two = Tenants::default()
        .ours(1, "ann", "Technicians", "")
        .ours(2, "bo", "Technicians", ", mail: ann@contoso.example")
        .record("e-1", "", "employee", "ann", "")
        .system()
        .plan();
    assert_eq!(two.changes, []);
    assert!(report(&two, "bo", Outcome::Blocked).message.contains("share the email"));
}

/// A merge keeps the record's own id, and with it tickets and other links: the record is written, never replaced.
#[test]
fn pu_04_a_merge_keeps_the_record() {
    let system = System::of("pulseway");
    system.apply().ends(0);
    let held = system.accounts();
    let merged = &held["per.quist"];
    assert_eq!(merged.id, "e-5");
    assert_eq!(merged.attributes["hasRecords"], "true", "what isn't mapped stays");
    assert_eq!(merged.link.as_deref(), Some("a2000000-0000-4000-8000-000000000005"));
}

/// A change in the directory reaches the record with the next run, which writes that change and nothing else; a run is
/// due every 3 minutes, and `reconcile` begins it.
#[test]
fn pu_05_a_change_arrives_with_the_next_run() {
    let system = technician("");
    let due = system.run(&["schedule"]).ends(0).stdout;
    assert!(due.contains("every 3m") && due.contains("*/3 * * * *"), "{due}");
    system.apply().ends(0);
    assert_eq!(system.accounts()["ann"].attributes["jobTitle"], "Adviser");
    let changed = system.edit(OURS, "jobTitle: Adviser", "jobTitle: Auditor");
    let ran = changed.apply().ends(0);
    assert!(ran.stdout.contains("Applied: 1 update."), "{}", ran.stdout);
    assert_eq!(changed.accounts()["ann"].attributes["jobTitle"], "Auditor");
}

/// An edit in Pulseway PSA stays until the user's record in the directory changes; then it is overwritten.
#[test]
fn pu_06_a_local_edit_stays_until_the_directory_changes() {
    let system = edited_locally();
    for _ in 0..2 {
        let ran = system.apply().ends(0);
        assert!(ran.stdout.contains("jobTitle is `Chief`, the directory says `Adviser`"), "{}", ran.stdout);
        assert_eq!(system.accounts()["ann"].attributes["jobTitle"], "Chief");
    }
    let changed = system.edit(OURS, "jobTitle: Adviser", "jobTitle: Auditor");
    changed.apply().ends(0);
    assert_eq!(changed.accounts()["ann"].attributes["jobTitle"], "Auditor");
    changed.locally("UPDATE attributes SET value = 'Boss' WHERE name = 'jobTitle'");
    changed.apply().ends(0);
    assert_eq!(
        changed.accounts()["ann"].attributes["jobTitle"],
        "Boss",
        "from then on it may be edited again"
    );
}

/// If nothing is stored about a record, it is unknown who changed it: it stays until the directory changes.
#[test]
fn pu_06_what_is_not_remembered_is_never_overwritten() {
    let record = "{ id: e-1, link: LINK, grants: [{ role: Technician }], attributes: { userType: employee, userName: ann,
      email: ann@contoso.example, externalUserName: ann@contoso.example, firstName: Anna, lastName: Test,
      jobTitle: Adviser, employeePhone: '+4533112399' } }";
    let system = one("").raw_record(&record.replace("LINK", &our(1))).system();
    system.apply().ends(0);
    assert_eq!(system.accounts()["ann"].attributes["firstName"], "Anna");
    let changed = system.edit(OURS, "jobTitle: Adviser", "jobTitle: Auditor");
    changed.apply().ends(0);
    assert_eq!(changed.accounts()["ann"].attributes["firstName"], "ann");
}

/// Any change of the user's record in the directory counts, also of attributes without mapping; only mapped attributes
/// are written.
#[test]
fn pu_07_any_change_of_the_record_overwrites() {
    for more in [", city: Aarhus", ", proxyAddresses: ['smtp:a@contoso.example']"] {
        let system = edited_locally();
        let before = system.accounts();
        let other = one(more).people(system);
        other.apply().ends(0);
        let after = other.accounts();
        assert_eq!(after["ann"].attributes["jobTitle"], "Adviser", "{more}");
        assert_eq!(
            before["ann"].attributes.keys().collect::<Vec<_>>(),
            after["ann"].attributes.keys().collect::<Vec<_>>()
        );
    }
    let system = edited_locally();
    let other = one("").ours(2, "bo", "Technicians", "").people(system);
    other.apply().ends(0);
    assert_eq!(
        other.accounts()["ann"].attributes["jobTitle"],
        "Chief",
        "somebody else's record is no reason"
    );
}

/// The state of a record is stored even if a protection withholds a right: its attributes were written.
#[test]
fn pu_07_a_protected_right_does_not_keep_a_record_from_being_remembered() {
    let kept = "protect:\n  - { id: dispatch, from: [revoke], when: { account: userName, equals: ann }, message: Kept by hand }";
    let system = technician("").edit("pulseway/lifecycle.yaml", "protect:", kept).edit(
        RECORDS,
        "grants: [{ role: Technician }]",
        "grants: [{ role: Technician }, { role: Dispatcher }]",
    );
    let ran = system.apply().ends(0);
    assert!(ran.stdout.contains("Kept by hand"), "{}", ran.stdout);
    system.locally("UPDATE attributes SET value = 'Chief' WHERE name = 'jobTitle'");
    let changed = system.edit(OURS, "jobTitle: Adviser", "jobTitle: Auditor");
    changed.apply().ends(0);
    assert_eq!(changed.accounts()["ann"].attributes["jobTitle"], "Auditor");
}

/// First name, last name, user name, e-mail, office phone and job title come from the directory; the office phone
/// becomes the employee's phone, or the contact's phone of the default type.
#[test]
fn pu_09_the_fields_are_mapped() {
    let plan = Tenants::default()
        .ours(1, "ann", "Technicians", ", jobTitle: Adviser, businessPhones: ['+4533112301', '+4533112302']")
        .clients(1, "bo", "Clients", ", businessPhones: ['+4644112201']")
        .clients(2, "cy", "Clients", ", businessPhones: []")
        .system()
        .plan();
    let wanted = [
        ("firstName", "ann"),
        ("lastName", "Test"),
        ("userName", "ann"),
        ("externalUserName", "ann@contoso.example"),
        ("email", "ann@contoso.example"),
        ("employeePhone", "+4533112301"),
        ("jobTitle", "Adviser"),
    ];
    for (attribute, value) in wanted {
        assert_eq!(written(&plan, "ann", attribute), Some((None, text(value))), "{attribute}");
    }
    assert_eq!(written(&plan, "ann", "contactPhone"), None);
    assert_eq!(written(&plan, "bo", "contactPhone"), Some((None, text("+4644112201"))));
    assert_eq!(written(&plan, "bo", "employeePhone"), None);
    assert_eq!(written(&plan, "cy", "contactPhone"), None, "a contact needs no phone");
    assert_eq!(words(&plan, "cy"), ["create", "grant"]);
}

/// The user name has no `@domain`; two users of two tenants who would then have the same name are both reported.
#[test]
fn pu_10_the_user_name_has_no_domain() {
    let plan =
        Tenants::default().ours(1, "ann", "Technicians", "").clients(1, "bo", "Clients", "").system().plan();
    for name in ["ann", "bo"] {
        assert_eq!(written(&plan, name, "userName"), Some((None, text(name))));
    }
    let same =
        Tenants::default().ours(1, "ann", "Technicians", "").clients(1, "ann", "Clients", "").system().plan();
    assert_eq!(same.changes, []);
    assert_eq!(same.reported(Outcome::Blocked), 2);
    let shipped = System::of("pulseway").plan();
    let blocked = &report(&shipped, "tina", Outcome::Blocked).message;
    assert!(blocked.contains("`tina.ulrik` is that of the account `e-8`"), "{blocked}");
}

/// A tenant is read with four delegated permissions and an administrator's consent; if it can't be read completely, the
/// run fails and names what is missing, and nothing is treated as empty.
#[test]
fn pu_17_a_tenant_that_cannot_be_read_stops_the_run() {
    let cut = "groups: [{ id: 90b2cd53-2d9e-4e77-a02f-3b4c5d6e7f01, name: Client portal }]\n";
    let ran = System::of("pulseway").file("directories/fabrikam-people.yaml", cut).apply().ends(7);
    assert!(
        ran.stderr.contains("fabrikam-people.yaml") && ran.stderr.contains("no `users`"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("deactivate"), "{}", ran.stdout);
}

/// A secret is shown once, when it is created: a policy names the variable or file with the secret, and no output shows
/// it.
#[test]
fn pu_18_a_secret_is_named_and_never_shown() {
    let with = |credential: &str| {
        let file = "pulseway/application.yaml";
        let store = "sqlite: { file: pulseway.db, startFrom: pulseway/start.yaml }";
        let scim = format!("scim: {{ url: 'http://127.0.0.1:9', credential: {credential} }}");
        let wire = "    privileged: [Administrator]\n    wire: { values: roles }\n";
        let system = System::of("pulseway").edit(file, store, &scim);
        system.edit(file, "    privileged: [Administrator]\n", wire).without(RECORDS)
    };
    let named = with("{ env: ROLEWRIGHT_PULSEWAY }");
    named.run(&["validate"]).ends(0);
    let ran = named.run(&["plan"]).ends(7);
    assert!(ran.stderr.contains("`ROLEWRIGHT_PULSEWAY`"), "{}", ran.stderr);
    for (wrong, told) in [
        ("hunter2", "credential"),
        ("{ value: hunter2 }", "value"),
        ("{ env: AWS_SECRET }", "secretPrefixes"),
    ] {
        let ran = with(wrong).run(&["validate"]).ends(1);
        assert!(ran.stdout.contains("Found 1 error") && ran.stdout.contains(told), "{}", ran.stdout);
    }
}

/// A mandatory field that is empty in the directory gets its default; without a default the user is reported, and the
/// others are synchronised.
#[test]
fn pu_19_a_mandatory_field_has_a_default_or_is_an_error() {
    let plan = Tenants::default()
        .ours(1, "ann", "Technicians", ", businessPhones: []")
        .ours(2, "bo", "Technicians", "")
        .ours(3, "cy", "Technicians", ", businessPhones: ['+4533112303']")
        .system()
        .edit(OURS, "givenName: bo, ", "")
        .plan();
    assert_eq!(written(&plan, "ann", "employeePhone"), Some((None, text("+4570000000"))));
    assert_eq!(written(&plan, "cy", "employeePhone"), Some((None, text("+4533112303"))));
    assert_eq!(words(&plan, "bo"), [""; 0]);
    assert_eq!(
        report(&plan, "bo", Outcome::Blocked).message,
        "`firstName` is empty: enter it in the directory"
    );
    let shipped = System::of("pulseway").plan();
    assert!(report(&shipped, "yrsa", Outcome::Blocked).message.contains("`lastName` is empty"));
    assert_eq!(written(&shipped, "mona", "employeePhone"), Some((None, text("+4570000000"))));
}

/// The connection takes the tenant's name or id; rules name the tenant and the group's object id, which does not change
/// when the group is renamed. An id that does not exist, or a group without a tenant, is an error and never an empty
/// group.
#[test]
fn pu_20_rules_name_tenant_and_object_id() {
    let tenants = Tenants::default().ours(1, "ann", "Technicians", "").clients(1, "bo", "Clients", "");
    let renamed = tenants.system().plan();
    assert_eq!(words(&renamed, "ann"), ["create", "grant"], "the rule knows the group as PSA Technicians");
    let gone = tenants.system().edit(
        RULES,
        "6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02",
        "6f1d9a30-ffff-4c55-8e0d-1f2a3b4c5d02",
    );
    let error = gone.planned().unwrap_err();
    assert!(error.contains("data/missing-group") && error.contains("linking-rules.yaml"), "{error}");
    let elsewhere = tenants.system().edit(
        RULES,
        "{ directory: contoso, id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02",
        "{ directory: fabrikam, id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02",
    );
    assert!(elsewhere.planned().unwrap_err().contains("data/missing-group"));
    let nowhere = tenants.system().edit(
        RULES,
        "{ directory: contoso, id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02",
        "{ id: 6f1d9a30-0b7c-4c55-8e0d-1f2a3b4c5d02",
    );
    let ran = nowhere.run(&["validate"]).ends(1);
    assert!(ran.stdout.contains("directory"), "{}", ran.stdout);
}

/// A run started by hand, for everybody or for one user, shows its result at once, among the employees or the contacts, as
/// the rule says; before it, a plan can show one user.
#[test]
fn pu_24_a_run_by_hand_shows_its_result() {
    let system =
        Tenants::default().ours(1, "ann", "Technicians", "").clients(1, "bo", "Clients", "").system();
    let shown = system.run(&["plan", "--format", "tsv", "--user", &client(1)]).ends(0).stdout;
    assert!(shown.contains(&client(1)) && !shown.contains(&our(1)), "{shown}");
    system.commit();
    let ran = system.run(&["apply", "--user", &client(1)]).ends(0);
    assert!(ran.stdout.contains("Applied: 1 create, 1 grant."), "{}", ran.stdout);
    assert!(!ran.stdout.contains("ann") && !ran.stdout.contains(&our(1)), "{}", ran.stdout);
    assert!(ran.stderr.contains("2 changes of others not made: due in the next run"), "{}", ran.stderr);
    let held = system.accounts();
    assert_eq!(held.keys().collect::<Vec<_>>(), ["bo"]);
    assert_eq!(held["bo"].attributes["userType"], "contact");
    assert_eq!(held["bo"].link, Some(client(1)));
    let ran = system.apply().ends(0);
    assert!(ran.stdout.contains("Applied: 1 create, 1 grant."), "{}", ran.stdout);
    assert_eq!(system.accounts()["ann"].attributes["userType"], "employee");
}
