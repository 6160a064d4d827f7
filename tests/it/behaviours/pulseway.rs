//! Which records and rights users get in Pulseway PSA, with the worked policies of `policies/`.

use super::tenants::{Tenants, client, our};
use crate::support::system::{System, changes, granted, report, text, words, written};
use rolewright::model::Operation;
use rolewright::plan::Outcome;

const OURS: &str = "directories/people.yaml";
const RECORDS: &str = "pulseway/start.yaml";
const LIFECYCLE: &str = "pulseway/lifecycle.yaml";

fn role(name: &str) -> std::collections::BTreeSet<String> {
    [format!("role={name}")].into()
}

/// Employees and contacts are created from one tenant or from several; users from an on-premises Active Directory that
/// is synchronised to the tenant are users like any other.
#[test]
fn pu_01_employees_and_contacts_come_from_several_tenants() {
    let plan = Tenants::default()
        .ours(1, "ann", "Technicians", ", onPremisesSamAccountName: AB12")
        .clients(1, "bo", "Clients", "")
        .system()
        .plan();
    for (name, directory, kind, right) in
        [("ann", "contoso", "employee", "Technician"), ("bo", "fabrikam", "contact", "Client")]
    {
        assert_eq!(words(&plan, name), ["create", "grant"]);
        assert_eq!(changes(&plan, name)[0].subject.directory.as_deref(), Some(directory));
        assert_eq!(written(&plan, name, "userType"), Some((None, text(kind))));
        assert_eq!(granted(&plan, name), role(right));
    }
    let one = Tenants::default().ours(1, "ann", "Technicians", "").system();
    let one = one.edit("pulseway/application.yaml", ", { name: fabrikam }]", "]");
    let rules = "  - id: client-approvers";
    let file = "pulseway/linking-rules.yaml";
    let text = include_str!("../../../policies/pulseway/linking-rules.yaml");
    let ours = text.split(rules).next().unwrap_or_default();
    assert_eq!(words(&one.file(file, ours).plan(), "ann"), ["create", "grant"], "from one tenant alone");
}

/// A user in several linked groups gets what the rule with the lowest order gives, and nothing from the other rules.
#[test]
fn pu_02_the_lowest_order_wins() {
    let plan = Tenants::default()
        .ours(1, "ann", "Technicians, Administrators, Portal only", "")
        .clients(1, "bo", "Clients, Approvers", "")
        .system()
        .plan();
    assert_eq!(granted(&plan, "ann"), role("Administrator"), "although the technicians' group is older");
    assert_eq!(granted(&plan, "bo"), role("Client approver"), "although the clients' group is older");
    let grant = changes(&plan, "ann")[1];
    let because = &grant.reasons[0].because;
    assert!(because.contains("wins over `portal-only`, `technicians`"), "{because}");
}

/// Of rules with the same order, the one whose group is oldest wins.
#[test]
fn pu_02_at_one_order_the_oldest_group_wins() {
    let tenants = Tenants::default().ours(1, "ann", "Technicians, Dispatch", "").ours(
        2,
        "bo",
        "Finance, Technicians, Dispatch",
        "",
    );
    let plan = tenants.system().plan();
    assert_eq!(granted(&plan, "ann"), role("Technician"));
    assert_eq!(granted(&plan, "bo"), role("Technician"), "two younger groups of one age don't matter");
    let older = tenants.system().edit(OURS, "'2019-03-01T09:00:00Z'", "'2021-06-15T09:00:01Z'").plan();
    assert_eq!(granted(&older, "ann"), role("Dispatcher"), "a second younger is younger");
}

/// Of rules with the same order whose groups are equally old, or of unknown age, none wins: the user is blocked, and an
/// existing record is left as it is.
#[test]
fn pu_02_groups_of_one_age_block() {
    let tenants = Tenants::default().ours(1, "ann", "Dispatch, Finance", "").record(
        "e-1",
        &our(1),
        "employee",
        "ann",
        "Finance",
    );
    for (before, after) in
        [("x", "x"), (", name: Dispatch, created: '2021-06-15T09:00:00Z'", ", name: Dispatch")]
    {
        let system = tenants.system();
        let system = if before == after { system } else { system.edit(OURS, before, after) };
        let plan = system.plan();
        assert_eq!(words(&plan, "ann"), [""; 0]);
        let message = &report(&plan, "ann", Outcome::Blocked).message;
        assert!(message.contains("(`dispatchers`, `finance`)"), "{message}");
    }
    let first = tenants.ours(2, "bo", "Administrators, Dispatch, Finance", "").system().plan();
    assert_eq!(granted(&first, "bo"), role("Administrator"), "a lower order ends the tie");
}

/// The record of a user who is no longer in the directory is deactivated; no record is ever deleted.
#[test]
fn pu_08_who_is_gone_from_the_directory_is_deactivated() {
    let plan = System::of("pulseway").plan();
    assert_eq!(words(&plan, "bent"), ["deactivate"]);
    let tenants = Tenants::default().record("e-1", &our(1), "employee", "ann", "Technician").record(
        "c-1",
        &client(1),
        "contact",
        "bo",
        "Client",
    );
    let system = tenants.system();
    system.apply().ends(0);
    let held = system.accounts();
    assert!(!held["ann"].active && !held["bo"].active, "{held:?}");
    assert_eq!(held.len(), 2);
}

/// An employee who gets a rule for the client portal is converted: the tenant takes precedence.
#[test]
fn pu_11_an_employee_mapped_as_portal_user_is_converted() {
    let plan = System::of("pulseway").plan();
    assert_eq!(words(&plan, "rikke"), ["archive", "revoke", "create", "grant"]);
    assert_eq!(written(&plan, "rikke", "userType"), Some((None, text("contact"))));
    assert_eq!(granted(&plan, "rikke"), role("Client"));
    assert_eq!(written(&plan, "nina", "userType"), Some((None, text("employee"))), "and the other way round");
    let stays = Tenants::default().ours(1, "ann", "Portal only", "").record(
        "c-1",
        &our(1),
        "contact",
        "ann",
        "Client",
    );
    assert_eq!(stays.system().plan().changes, [], "who is of the right type stays");
}

/// A conversion archives the employee and creates the portal user; the archived user name and e-mail get `_Archived`,
/// so that the new record can have the originals.
#[test]
fn pu_12_a_conversion_archives_and_creates() {
    let system = Tenants::default()
        .ours(1, "ann", "Portal only", "")
        .record("e-1", &our(1), "employee", "ann", "Technician")
        .system();
    let ran = system.apply().ends(0);
    let (revoked, archived) = (ran.stdout.find("done    revoke"), ran.stdout.find("done    archive"));
    assert!(
        revoked < archived && revoked.is_some(),
        "rights go while the record is somebody's:\n{}",
        ran.stdout
    );
    let held = system.accounts();
    let old = &held["ann_employee_Archived"];
    assert_eq!(old.id, "e-1");
    assert_eq!(old.attributes["email"], "ann@contoso.example_Archived");
    assert_eq!((old.active, old.link.as_deref(), old.grants.len()), (false, None, 0));
    let new = &held["ann"];
    assert_eq!(new.attributes["userType"], "contact");
    assert_eq!(new.attributes["email"], "ann@contoso.example");
    assert_eq!((new.active, new.link.clone(), &new.grants), (true, Some(our(1)), &role("Client")));
    assert_eq!(held.len(), 2);
    assert!(system.run(&["plan"]).ends(0).stdout.contains("No changes."));
}

/// One person never has two logins: if the rules give one of two record types, the record of the other type is
/// archived; if both would stay, the person is blocked.
///
/// Open: if an employee and a contact with the same mail address exist already, somebody has to archive one of them by
/// hand.
#[test]
fn pu_13_one_person_has_one_login() {
    let tenants = Tenants::default().ours(1, "ann", "Portal only", "");
    let wrong = tenants.clone().record("e-1", "", "employee", "ann", "Technician").system();
    wrong.apply().ends(0);
    let active = wrong.accounts().into_values().filter(|account| account.active);
    let active: Vec<String> = active.map(|active| active.attributes["userType"].clone()).collect();
    assert_eq!(active, ["contact"], "found by its mail address, of the wrong type: archived");
    let two = tenants
        .record("e-1", "", "employee", "ann", "Technician")
        .raw_record("{ id: c-1, attributes: { userType: contact, userName: ann.portal, email: ann@contoso.example } }")
        .system()
        .plan();
    assert_eq!(two.changes, []);
    let message = &report(&two, "ann", Outcome::Blocked).message;
    assert!(message.contains("`c-1`, `e-1` share the email"), "{message}");
}

/// A mistaken conversion is corrected in the directory: the next run converts the person back, with the previous
/// rights.
#[test]
fn pu_14_a_mistaken_conversion_is_mended_in_the_directory() {
    let tenants = Tenants::default().record("e-1", &our(1), "employee", "ann", "Technician");
    let right = tenants.clone().ours(1, "ann", "Technicians", "");
    let mistaken = tenants.ours(1, "ann", "Portal only", "").system();
    mistaken.apply().ends(0);
    assert_eq!(mistaken.accounts()["ann"].attributes["userType"], "contact");
    let mended = right.people(mistaken);
    mended.apply().ends(0);
    let held = mended.accounts();
    assert_eq!(held["ann"].attributes["userType"], "employee");
    assert_eq!(held["ann"].grants, role("Technician"));
    assert!(
        held.contains_key("ann_employee_Archived") && held.contains_key("ann_contact_Archived"),
        "{held:?}"
    );
    assert!(mended.run(&["plan"]).ends(0).stdout.contains("No changes."));
}

/// A record with tickets or invoices is neither renamed nor deleted: the conversion is reported as blocked, and no
/// other record is created.
#[test]
fn pu_15_a_record_with_tickets_is_not_archived() {
    let plan = System::of("pulseway").plan();
    assert_eq!(words(&plan, "stig"), [""; 0]);
    let withheld = report(&plan, "stig", Outcome::Protected);
    assert_eq!(withheld.operation, Some(Operation::Archive));
    assert!(withheld.message.contains("Tickets or invoices"), "{}", withheld.message);
    let deletes = System::of("pulseway")
        .edit(LIFECYCLE, "deleted: deactivate", "deleted: delete")
        .edit(
            RECORDS,
            "      jobTitle: Technician\n      employeePhone: '+4533112314'\n",
            "      hasRecords: true\n",
        )
        .plan();
    assert_eq!(report(&deletes, "bent", Outcome::Protected).operation, Some(Operation::Delete));
    assert_eq!(words(&deletes, "bent"), [""; 0]);
}

/// If an archived record already has the archived name, another record cannot be archived under it.
#[test]
fn pu_15_an_archived_name_that_is_taken_blocks() {
    let plan = Tenants::default()
        .ours(1, "ann", "Portal only", "")
        .record("e-1", &our(1), "employee", "ann", "Technician")
        .raw_record(
            "{ id: e-0, active: false, attributes: { userType: employee, userName: ann_employee_Archived } }",
        )
        .system()
        .plan();
    assert_eq!(plan.changes, []);
    let message = &report(&plan, "ann", Outcome::Blocked).message;
    assert!(message.contains("`ann_employee_Archived` is that of the account `e-0`"), "{message}");
}

/// Users of a client's tenant are included if the application names that tenant; a user in both tenants is one person,
/// and the parent tenant's user is used.
#[test]
fn pu_16_users_of_child_tenants_work() {
    let both = |groups: &str| {
        Tenants::default()
            .ours(1, "ann", groups, "")
            .clients(1, "ann", "Clients", ", mail: ANN@contoso.example")
            .clients(2, "bo", "Clients", "")
            .record("e-1", &client(1), "employee", "ann", "Technician")
    };
    let plan = both("Technicians").system().plan();
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
    assert_eq!(words(&plan, "ann"), ["update"], "one person: nothing is made twice");
    assert_eq!(written(&plan, "ann", "externalId"), Some((text(&client(1)), text(&our(1)))), "relinked");
    let without = both("").system().plan();
    assert_eq!(words(&without, "ann"), ["revoke"], "the groups of the other tenant don't count");
    let twice = both("Technicians").ours(2, "ann2", "Technicians", ", mail: ann@contoso.example");
    let twice = twice.system().plan();
    assert_eq!(twice.reported(Outcome::Blocked), 3, "two of one tenant can't be one person");
    assert_eq!(words(&twice, "ann"), [""; 0]);
}

/// Once there are rules, they decide: rights granted by hand are revoked, and the rules' rights are granted.
#[test]
fn pu_21_rules_override_the_access_there_is() {
    let system = Tenants::default()
        .ours(1, "ann", "Technicians", "")
        .ours(2, "bo", "Dispatch", "")
        .record("e-1", &our(1), "employee", "ann", "Dispatcher")
        .record("e-2", "", "employee", "bo", "Finance")
        .system();
    system.apply().ends(0);
    let held = system.accounts();
    assert_eq!(held["ann"].grants, role("Technician"));
    assert_eq!(held["bo"].grants, role("Dispatcher"), "of a record that was merged too");
}

/// A synchronised user whom no rule matches has no rights.
#[test]
fn pu_22_without_a_rule_there_is_no_access() {
    let system = Tenants::default()
        .ours(1, "ann", "", "")
        .ours(2, "bo", "", "")
        .record("e-1", &our(1), "employee", "ann", "Technician")
        .system();
    system.apply().ends(0);
    let held = system.accounts();
    assert!(held["ann"].grants.is_empty() && held["ann"].active, "{held:?}");
    assert_eq!(held.len(), 1, "and nobody without a rule is made");
}

/// The root user keeps all rights, whatever the rules say.
#[test]
fn pu_23_root_keeps_its_access() {
    let plan = System::of("pulseway").plan();
    assert_eq!(words(&plan, "root"), [""; 0]);
    assert_eq!(report(&plan, "root", Outcome::Protected).operation, Some(Operation::Revoke));
    let cases = [
        Tenants::default().ours(1, "ann", "Portal only", ""),
        Tenants::default().ours(1, "ann", "Technicians", ", accountEnabled: false"),
        Tenants::default(),
    ];
    for tenants in cases {
        let plan = tenants.record("e-1", &our(1), "employee", "root", "Administrator").system().plan();
        assert_eq!(plan.changes, [], "{tenants:?}", tenants = plan.reports);
        assert_eq!(plan.reported(Outcome::Protected), 1);
    }
}
