//! Connections and runs.

use super::{APPLICATION, EMBEDDED, PEOPLE, START, library};
use crate::support::scim::server::Server;
use crate::support::system::{System, text, words, written};

const EDITOR: &str = "department: Quality, jobTitle: Clerk, appRoles: { Promapp: [Editor] }";

/// Promapp on a SCIM service, connected as the comments in the shipped policies describe.
fn on_scim(system: System, url: &str) -> System {
    let connection = format!("scim: {{ url: '{url}', credential: {{ env: ROLEWRIGHT_PROMAPP }} }}");
    system
        .without(START)
        .edit(APPLICATION, EMBEDDED, &connection)
        .edit(
            APPLICATION,
            "values: [Editor, Viewer]",
            "values: [Editor, Viewer]\n    wire: { values: roles }",
        )
        .edit(
            APPLICATION,
            "team: {} # ",
            "team:\n    missing: create\n    wire: { group: 'Promapp_{team}' } # ",
        )
}

/// An administrator of the application creates the token, and the tool gets it from a variable or a file; without it
/// nothing runs, and the message names what is missing.
///
/// Open: the application itself shows the token only once.
#[test]
fn pm_05_the_token_comes_from_outside_and_is_named_when_missing() {
    let server = Server::start();
    let system = on_scim(library(&[("ida", EDITOR)]), &server.url());
    let refused = system.apply();
    assert_ne!(refused.code, 0);
    assert!(
        refused.stderr.contains("the environment variable `ROLEWRIGHT_PROMAPP` is not set"),
        "{}",
        refused.stderr
    );
    let system = system.secret("ROLEWRIGHT_PROMAPP", &server.token());
    system.apply().ends(0);
    assert_eq!(server.user_names(), ["ida@contoso.example"]);
}

/// Address and token must work before anything runs: when the service cannot be read nothing is written, and a token that is
/// refused is told with the permission that may be missing.
///
#[test]
fn pm_06_a_connection_that_fails_stops_the_run() {
    let server = Server::start();
    let system = on_scim(library(&[("ida", EDITOR)]), &server.url()).secret("ROLEWRIGHT_PROMAPP", "wrong");
    let refused = system.apply().ends(7);
    assert!(refused.stderr.contains("401"), "{}", refused.stderr);
    assert!(refused.stderr.contains("administrator"), "{}", refused.stderr);
    assert_eq!(server.user_names(), [""; 0]);
}

/// A run creates, updates and disables users; groups are created, and get their members.
#[test]
fn pm_09_users_are_created_updated_and_disabled() {
    let system = System::of("promapp");
    system.apply().ends(0);
    let accounts = system.accounts();
    assert_eq!(accounts["benny.fisk@contoso.example"].attributes["displayName"], "Benny Fisk");
    assert_eq!(accounts["jytte.nygaard@contoso.example"].id, "m-10", "the same account under the new name");
    for name in ["didrik.hede", "iris.munk", "kurt.pil"] {
        assert!(!accounts[&format!("{name}@contoso.example")].active, "{name}");
    }
    assert_eq!(accounts["process.kiosk"].link, None, "and nobody's account is left alone");
    assert!(accounts["process.kiosk"].active);
}

/// A run also creates groups, and adds and removes members; tested against an independent SCIM server, with the
/// connection that the comments in the shipped policies show.
#[test]
fn pm_09_groups_are_created_and_filled() {
    let server = Server::start();
    let member = format!("{EDITOR}, groups: [Promapp_Quality]");
    let system = on_scim(library(&[("ida", &member), ("bo", EDITOR)]), &server.url());
    let system = system.secret("ROLEWRIGHT_PROMAPP", &server.token());
    let applied = system.apply().ends(0).stdout;
    assert!(applied.contains("Applied: 2 create, 3 grant."), "{applied}");
    system.run(&["plan", "--detailed-exitcode"]).ends(0);
    let system = system.edit(PEOPLE, &member, EDITOR);
    let plan = system.run(&["plan"]).ends(0).stdout;
    assert!(plan.contains("- team=Quality") && plan.contains("1 to revoke"), "{plan}");
    system.apply().ends(0);
    system.run(&["plan", "--detailed-exitcode"]).ends(0);
}

/// Attribute mappings can be reviewed; matching attributes identify the account: first the link, then each attribute in
/// order.
#[test]
fn pm_10_matching_attributes_identify_the_account() {
    let held = |attributes: &str, link: &str| {
        format!(
            "entitlements: {{ role: [Editor, Viewer], team: [Quality] }}\naccounts:\n  - id: m-1\n{link}    attributes: {{ {attributes} }}\n"
        )
    };
    let by = |start: &str| library(&[("ida", EDITOR)]).file(START, start).plan();
    let name = by(&held("userName: IDA@contoso.example, email: other@contoso.example", ""));
    assert_eq!(words(&name, "IDA"), ["adopt", "grant"]);
    let mail = by(&held("userName: ida.lund, email: ida@contoso.example", ""));
    assert_eq!(words(&mail, "ida.lund"), ["adopt", "grant"]);
    assert_eq!(written(&mail, "ida.lund", "userName"), Some((text("ida.lund"), text("ida@contoso.example"))));
    let link = by(&held("userName: x, email: y@contoso.example", "    link: id-ida\n"));
    assert_eq!(words(&link, "x"), ["update", "grant"]);
    let none = by(&held("userName: x, email: y@contoso.example", ""));
    assert_eq!(words(&none, "ida"), ["create", "grant"]);
    // The name is tried first, so the account with the mail address belongs to another user.
    let both = held("userName: ida@contoso.example, email: y@contoso.example", "")
        + "  - id: m-2\n    attributes: { userName: z, email: ida@contoso.example }\n";
    let first = by(&both);
    assert_eq!(first.changes[0].subject.account.as_deref(), Some("m-1"));
}

/// The first cycle reads everything in scope; later cycles write only what changed, and read only changes from a
/// tenant.
#[test]
fn pm_13_later_cycles_write_only_what_changed() {
    let system = System::of("promapp");
    assert!(system.plan().changes.len() > 10);
    system.apply().ends(0);
    assert_eq!(system.plan().changes.len(), 0, "nothing changed");
    let before = system.accounts();
    let system = system.edit(
        PEOPLE,
        "jobTitle: Controller\n    groups: [Process readers]",
        "jobTitle: Head controller\n    groups: [Process readers]",
    );
    let plan = system.plan();
    assert_eq!(words(&plan, "benny"), ["update"]);
    assert_eq!((plan.changes.len(), plan.changes[0].attribute_changes().len()), (1, 1));
    let applied = system.apply().ends(0).stdout;
    assert!(applied.contains("Applied: 1 update."), "{applied}");
    let changed =
        system.accounts().into_iter().filter(|(name, account)| before.get(name) != Some(account)).count();
    assert_eq!(changed, 1);
}

/// Single sign-on is set up independently: its attributes of an account are never matched, written or cleared.
#[test]
fn pm_16_single_sign_on_is_left_alone() {
    let held = "title: Clerk\n      samlNameId: a.bro@idp.example\n";
    let system = System::of("promapp").edit(START, "title: Quality manager\n", held).edit(
        APPLICATION,
        "entitlements:",
        "attributes: { samlNameId: {} }\nentitlements:",
    );
    let plan = system.plan();
    assert_eq!(written(&plan, "astrid", "title"), Some((text("Clerk"), text("Quality manager"))));
    assert!(plan.changes.iter().all(|change| change.attribute_change("samlNameId").is_none()));
    system.apply().ends(0);
    assert_eq!(system.plan().changes.len(), 0);
    let accounts = system.accounts();
    assert_eq!(accounts["astrid.bro@contoso.example"].attributes["samlNameId"], "a.bro@idp.example");
    assert!(!accounts["benny.fisk@contoso.example"].attributes.contains_key("samlNameId"));
}
