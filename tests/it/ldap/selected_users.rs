//! Plans for some users of a real domain controller and of a real OpenLDAP server equal the plans from reading
//! everything.

use super::ReadSettings;
use crate::support::ldap::servers::{domain_wanted, slapd_wanted};
use crate::support::world::policies;
use rolewright::fetch::ldap::read_selected;
use rolewright::model::{Date, Right, Secret};
use rolewright::plan::{Evaluation, Inputs, OneUser, Reach, plan_of_user};
use rolewright::policy::PolicySet;
use rolewright::snapshot::{ApplicationBuilder, Capabilities};

/// Every group whose name matches gives a right of its name.
fn every_group(prefix: &str, rules: &str) -> PolicySet {
    policies(&format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, secretPrefixes: [ROLEWRIGHT_] }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, groups: {{ prefix: '{prefix}', under: '*' }},
  ldap: {{ url: 'ldaps://dc.example', baseDn: DC=a, bindDn: CN=b, credential: {{ env: ROLEWRIGHT_AD }} }} }}
--- {{ apiVersion: rolewright/v1, kind: Application, name: app, sqlite: {{ file: a.db }}, directories: [{{ name: contoso }}], entitlements: {{ role: {{}} }} }}
--- {{ apiVersion: rolewright/v1, kind: LinkingRules, application: app, rules: [{rules}] }}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: app, match: [email],
  attributes: {{ userName: onPremisesSamAccountName, email: mail }} }}
--- {{ apiVersion: rolewright/v1, kind: Lifecycle, application: app, scope: {{ anyGrant: true }}, adoption: allow, deleted: keep, disabled: keep, outOfScope: keep }}
"
    ))
}

/// Plans for each of these names, from all users and from some; gives the total number of changes.
fn same_lines(mut wanted: ReadSettings, set: &PolicySet, named: &[&str]) -> usize {
    let (policy, directory) = (&set.applications[0], &set.directories[0]);
    wanted.attributes = directory.attributes.clone();
    wanted.prefix = directory.group_prefix.clone();
    let whole = wanted.snapshot();
    let names = ["userName", "email"].map(str::to_owned);
    let mut accounts = ApplicationBuilder::new("app", Capabilities { write: true, delete: true }, &names);
    // Every right that a group may give.
    for row in 0..whole.groups.len() as u32 {
        let name = &whole.groups.record(row).name;
        let value = name.get(wanted.prefix.len()..).unwrap_or_default().to_owned();
        accounts.known(Right { entitlement: "role".to_owned(), value, scope: None });
    }
    let accounts = accounts.finish().expect("no account");
    let inputs = Inputs {
        policy,
        digest: policy.digest(set).expect("a digest"),
        environment: "default",
        commit: None,
        directories: vec![directory],
        snapshots: vec![&whole],
        application: &accounts,
        memory: None,
        as_of: Date::parse("2026-11-21").expect("a day"),
    };
    let reach = Reach::of(policy, &inputs.directories, inputs.as_of, rolewright::wire::graph::is_filterable)
        .expect("policies that allow it");
    let mut changes = 0;
    for name in named {
        let mut asked = reach.first(name);
        let some = loop {
            let password = Secret::new(wanted.password.clone());
            let some = read_selected(&wanted.request(), &password, &asked).expect("some users");
            match reach.next(name, &accounts, &[&some], &asked).expect("a few") {
                Some(more) => asked = more,
                None => break some,
            }
        };
        let evaluation = Evaluation::new(&inputs).expect("an evaluation");
        let mut all = evaluation.plan();
        let found = OneUser::new(&evaluation, &all, name).keep(&mut all);
        let nobody = Inputs { snapshots: Vec::new(), ..inputs.clone() };
        let part = plan_of_user(&nobody, &[&some], name).expect("a plan");
        assert_eq!(part.found, found, "{name}");
        let part = part.lines;
        assert!(part.seen.users < 4, "{name}: {:?}", part.seen);
        assert_eq!((&part.changes, &part.reports), (&all.changes, &all.reports), "{name}");
        changes += all.changes.len();
    }
    changes
}

/// Nested groups inside and outside the prefix, cycles, the primary group, commas and umlauts in names, two users with
/// the same mail address.
#[test]
fn l_10_some_users_of_a_domain_are_in_the_groups_that_the_whole_read_says() {
    let set = every_group("App-", "{ id: all, group: { pattern: 'App-{role}' }, grant: { role: '{role}' } }");
    let named = [
        "ada",
        "GRACE@example.test",
        "linus",
        "asa",
        "miles",
        "star",
        "hashed",
        "disabled",
        "twin",
        "nomail",
    ];
    let changes = same_lines(domain_wanted(), &set, &named);
    assert!(changes > 20, "{changes}");
    // A prefix ignores case.
    let set = every_group("aPP-", "{ id: all, group: { pattern: 'App-{role}' }, grant: { role: '{role}' } }");
    assert_eq!(same_lines(domain_wanted(), &set, &named), changes);
    let set =
        every_group("Cycle-", "{ id: all, group: { pattern: 'Cycle-{role}' }, grant: { role: '{role}' } }");
    let changes = same_lines(domain_wanted(), &set, &["grace", "linus"]);
    assert!(changes > 4, "{changes}");
}

#[test]
fn some_users_of_openldap_are_in_the_groups_that_the_whole_read_says() {
    let rules = "{ id: core, group: core, grant: { role: core } }, { id: all, group: all, grant: { role: all } }, \
                 { id: unique, group: unique, grant: { role: unique } }";
    let set = every_group("", rules);
    let named = ["u000", "u001@example.test", "u002", "u003", "u004", "u119"];
    let changes = same_lines(slapd_wanted("reader"), &set, &named);
    assert!(changes > 10, "{changes}");
}
