//! When one user's plan depends on all users, and the reason that is shown.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::world::policies;
use rolewright::model::{AttributeType, Date, Field};
use rolewright::plan::Reach;
use rolewright::policy::PolicySet;
use rolewright::snapshot::{ApplicationBuilder, Capabilities, DirectoryBuilder};

const POLICIES: &str = "
{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, secretPrefixes: [ROLEWRIGHT_] }
---
apiVersion: rolewright/v1
kind: Directory
name: contoso
ldap: { url: 'ldaps://dc.example', baseDn: DC=a, bindDn: CN=b, credential: { env: ROLEWRIGHT_AD } }
---
apiVersion: rolewright/v1
kind: Directory
name: other
file: { people: people.yaml }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: a.db }
directories: [{ name: contoso }]
entitlements: { role: {} }
---
apiVersion: rolewright/v1
kind: LinkingRules
application: app
rules: [{ id: one, group: One, grant: { role: one } }]
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes: { userName: { from: userPrincipalName, transform: [stripDomain] }, email: mail, title: jobTitle }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: { anyGrant: true }
adoption: allow
deleted: keep
disabled: keep
outOfScope: keep
";
const TENANT: &str = "entra: { tenantId: 8d0c1f0e-31f4-4a3e-9f57-0d0c5f6b1a11, clientId: 4b1a7c52-6a0e-4b6f-8f0c-2d6e8f1b7c22, credential: { env: ROLEWRIGHT_AD } }";
const LDAP: &str =
    "ldap: { url: 'ldaps://dc.example', baseDn: DC=a, bindDn: CN=b, credential: { env: ROLEWRIGHT_AD } }";
const OVERRIDE: &str = "rules: [{ id: one, group: One, grant: { role: one } }]
--- { apiVersion: rolewright/v1, kind: Overrides, application: app, overrides: [
  { id: more, allow: { removal: 2 }, until: '2026-11-30', owner: it, reason: Office closed }] }
";

/// The policies with some texts replaced.
fn with(edits: &[(&str, &str)]) -> PolicySet {
    let mut text = POLICIES.trim_start().to_owned();
    for (from, to) in edits {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    policies(&text)
}

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

/// Why the policies need all users; none if they don't.
fn reason(edits: &[(&str, &str)]) -> Option<String> {
    let set = with(edits);
    let application = &set.applications[0];
    let named = |name: &str| set.directories.iter().find(|directory| directory.name == name).unwrap();
    let directories: Vec<_> = application.directories.iter().map(|directory| named(directory)).collect();
    Reach::of(application, &directories, today(), rolewright::wire::graph::is_filterable).err()
}

const MAPPED: &str = "email: mail";
const RULES: &str = "rules: [{ id: one, group: One, grant: { role: one } }]\n";
const GROUP: &str = "group: One";

#[test]
fn one_user_is_enough_where_nothing_else_matters() {
    assert_eq!(reason(&[]), None);
    assert_eq!(reason(&[(LDAP, TENANT)]), None);
    // An attribute by which no account is found may have any type.
    assert_eq!(reason(&[(LDAP, TENANT), ("title: jobTitle", "title: mobilePhone")]), None);
}

#[test]
fn every_reason_for_a_full_read_is_reported() {
    let cases: [(&[(&str, &str)], &str); 12] = [
        (
            &[
                (
                    "directories: [{ name: contoso }]",
                    "directories: [{ name: contoso }, { name: other }]\nsamePerson: [mail]",
                ),
                (GROUP, "group: { name: One, directory: contoso }"),
            ],
            "`samePerson` makes one person of several users",
        ),
        (
            &[(GROUP, "group: { name: One, minMembers: 2 }")],
            "`minMembers` counts everybody in a group (policies.yaml:23)",
        ),
        (
            &[
                (GROUP, "group: { id: 22222222-0000-4000-8000-000000000001, optional: true }"),
                ("name: contoso\nldap", "name: contoso\ngroups: { prefix: App- }\nldap"),
            ],
            "an `optional` group is meant by its `id` (policies.yaml:24)",
        ),
        (
            &[("deleted: keep", "deleted: archive\narchive: { set: { userName: '{userName}_Old' } }")],
            "archived accounts get names that no two may have",
        ),
        (&[(RULES, OVERRIDE)], "an override is in force, and all it allows is shown"),
        (
            &[(MAPPED, "email: { template: '{givenName}@contoso.example' }")],
            "`email` is not a plain attribute of the directory",
        ),
        (
            &[(MAPPED, "email: { from: mail, transform: [{ truncate: 3 }] }")],
            "`email` is not a plain attribute of the directory",
        ),
        (
            &[(MAPPED, "email: { from: mail, transform: [stripDomain, stripDomain] }")],
            "`email` is not a plain attribute of the directory",
        ),
        (&[(MAPPED, "email: onPremisesImmutableId")], "`email` is not a plain attribute of the directory"),
        (
            &[("title: jobTitle", "title: { from: 'businessPhones[0]', unique: true }")],
            "`title` is not a plain attribute of the directory",
        ),
        (
            &[(
                RULES,
                "rules: [{ id: one, group: One, grant: { role: one } }]\n--- { apiVersion: rolewright/v1, kind: Defaults, application: app, defaults: [{ id: all, attribute: email, value: a@contoso.example }] }\n",
            )],
            "the default `all` gives several users one `email`",
        ),
        (
            &[(LDAP, TENANT), (MAPPED, "email: onPremisesSamAccountName")],
            "Microsoft Graph does not find users by `onPremisesSamAccountName` at once (directory `contoso`)",
        ),
    ];
    for (edits, said) in cases {
        assert_eq!(reason(edits).as_deref(), Some(said), "{edits:?}");
    }
}

#[test]
fn a_user_who_shares_values_with_many_causes_a_full_read() {
    let set = with(&[]);
    let reach = Reach::of(
        &set.applications[0],
        &[&set.directories[0]],
        today(),
        rolewright::wire::graph::is_filterable,
    )
    .unwrap();
    let kinds = ["userPrincipalName", "mail"].map(|name| (name.to_owned(), AttributeType::Text));
    let mut found = DirectoryBuilder::new("contoso", &kinds);
    for number in 0..150 {
        let name = format!("n{number}@contoso.example");
        found
            .user(&format!("u{number}"), &[Field::text(name.as_str()), Field::text("all@contoso.example")])
            .unwrap();
    }
    let accounts =
        ApplicationBuilder::new("app", Capabilities { write: true, delete: true }, &[]).finish().unwrap();
    let asked = reach.first("all@contoso.example");
    let more = reach.next("all@contoso.example", &accounts, &[&found.excerpt().unwrap()], &asked);
    assert_eq!(more.unwrap_err(), "more than 200 values lead to others");
}
