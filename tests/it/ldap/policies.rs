//! The worked policies, planned and applied with the domain controller and with the file.

use super::text_of;
use crate::support::entra::head_office::{from_the_tenant, head_office};
use crate::support::ldap::people::{self, people};
use crate::support::ldap::servers::{domain, domain_wanted};
use crate::support::system::System;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DIRECTORY: &str = "directories/headquarters.yaml";
const START: &str = "pronestor/start.yaml";

/// The policies with the domain controller instead of the file; `start.yaml` links accounts to its ids.
fn from_the_domain(ids: &BTreeMap<String, String>, password: &str) -> System {
    let document = include_str!("../../../policies/directories/headquarters.yaml");
    let connection = format!(
        "users: {{ under: '{}' }}\nldap:\n  url: ldaps://{}\n  ca: authority.pem\n  baseDn: {}\n  bindDn: CORP\\svc-reader\n  credential: {{ env: ROLEWRIGHT_AD }}",
        people::place("OU=People,DC=contoso,DC=example"),
        domain().get("address"),
        domain().get("base"),
    );
    let document =
        document.replace("file: { people: directories/headquarters-people.yaml }", &connection).replace(
            "OU=Pronestor,OU=Groups,DC=contoso,DC=example",
            &people::place("OU=Pronestor,OU=Groups,DC=contoso,DC=example"),
        );
    let mut start = include_str!("../../../policies/pronestor/start.yaml").to_owned();
    for (there, here) in ids {
        start = start.replace(here, there);
    }
    System::of("pronestor")
        .without("directories/headquarters-people.yaml")
        .file(DIRECTORY, &document)
        .file(START, &start)
        .file("authority.pem", &domain().ca())
        .secret("ROLEWRIGHT_AD", password)
}

/// The file's ids by the domain controller's.
fn ids() -> BTreeMap<String, String> {
    let people = people();
    let snapshot = domain_wanted().snapshot();
    let mut ids = BTreeMap::new();
    for row in 0..snapshot.users.len() as u32 {
        let account = text_of(&snapshot, row, "onPremisesSamAccountName").expect("everybody has one");
        let at = account.strip_prefix("person").and_then(|at| at.parse::<usize>().ok());
        if let Some(person) = at.and_then(|at| people.users.get(at)) {
            ids.insert(snapshot.users.ids.id(row).to_owned(), person.id.clone());
        }
    }
    for row in 0..snapshot.groups.len() as u32 {
        let place = snapshot.groups.record(row).distinguished_name.as_deref();
        let mut groups = people.groups.iter();
        let known =
            groups.find(|group| group.distinguished_name.as_deref().map(people::place).as_deref() == place);
        if let Some(group) = known {
            ids.insert(snapshot.groups.ids.id(row).to_owned(), group.id.clone());
        }
    }
    assert_eq!(ids.len(), people.users.len() + people.groups.len());
    ids
}

/// A plan's JSON with the ids of the file, its lists sorted without ids, and without the names of the data source.
fn comparable(json: &str, ids: &BTreeMap<String, String>) -> Value {
    let mut text = json.to_owned();
    for (there, here) in ids {
        text = text.replace(there, here);
    }
    // Two users who would have the same name are listed by id.
    let eva = |last: &str| format!("`b1000000-0000-4000-8000-0000000000{last}`");
    let text =
        text.replace(&format!("{}, {}", eva("13"), eva("12")), &format!("{}, {}", eva("12"), eva("13")));
    let mut plan: Value = serde_json::from_str(&text).expect("a plan");
    for value in plan.as_object_mut().expect("an object").values_mut() {
        if let Value::Array(items) = value {
            items.sort_by_key(ToString::to_string);
        }
    }
    plan
}

/// The accounts of the application: whether active, attributes and rights.
fn held(system: &System, ids: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let accounts = system.accounts().into_iter().map(|(name, account)| {
        let link = account.link.map(|link| ids.get(&link).cloned().unwrap_or(link));
        (name, format!("{link:?} {} {:?} {:?}", account.active, account.attributes, account.grants))
    });
    accounts.collect()
}

/// With a real domain controller and with a tenant, the same as with the file.
#[test]
fn pd_01_pronestor_is_planned_and_applied_from_the_domain_controller_and_the_tenant_as_from_the_file() {
    let ids = ids();
    let file = System::of("pronestor");
    let ldap = from_the_domain(&ids, domain().get("reader"));
    let tenant = head_office();
    let graph = from_the_tenant(&tenant);
    ldap.run(&["validate"]).ends(0);
    graph.run(&["validate"]).ends(0);
    // The one group outside the organisational unit is not read at all from the domain controller; from the tenant,
    // only groups are read that rules link or nearly match.
    let planned = |system: &System, groups: u64| {
        let ran = system.run(&["plan", "--application", "pronestor", "--format", "json"]).ends(0);
        let mut plan = comparable(&ran.stdout, &ids);
        assert_eq!(plan["seen"]["groups"], groups);
        assert!(plan["changes"].as_array().is_some_and(|changes| changes.len() > 30));
        plan["seen"]["groups"] = Value::Null;
        // The policies' digest depends on the directory's connection.
        plan["policy"] = Value::Null;
        plan
    };
    let plan = planned(&file, 25);
    assert_eq!(planned(&ldap, 24), plan);
    assert_eq!(planned(&graph, 23), plan);
    // In each, one change waits for a person.
    let applied =
        |system: &System| system.apply().ends(4).stdout.lines().last().unwrap_or_default().to_owned();
    let last = applied(&file);
    for system in [&ldap, &graph] {
        assert_eq!(applied(system), last);
        assert_eq!(held(system, &ids), held(&file, &ids));
    }
}

/// `'*'` reads the groups of every unit of the domain, so the group in another unit counts.
#[test]
fn pd_02_an_asterisk_is_the_whole_domain() {
    let ids = ids();
    let everything = |system: System, place: &str| {
        let system = system.edit(DIRECTORY, &format!("under: '{place}'"), "under: '*'");
        let ran = system.run(&["plan", "--application", "pronestor", "--format", "json"]).ends(0);
        comparable(&ran.stdout, &ids)["changes"].clone()
    };
    let unit = "OU=Pronestor,OU=Groups,DC=contoso,DC=example";
    let ldap = from_the_domain(&ids, domain().get("reader"));
    let (one, other) = (everything(System::of("pronestor"), unit), everything(ldap, &people::place(unit)));
    assert_eq!(one, other);
}

/// A plan's JSON without the numbers of read objects.
fn lines(ran: &crate::support::playground::CommandOutput) -> Value {
    let mut plan: Value = serde_json::from_str(&ran.stdout).expect("a plan");
    plan["seen"] = Value::Null;
    plan
}

/// Groups linked by id, renamed, recreated under the old name, and not linked, as read from a domain controller.
#[test]
fn d4_d5_groups_of_a_domain_are_listed_with_what_links_them() {
    let ids = ids();
    let links = "pronestor/linking-rules.yaml";
    let administrator = "2a3b4c5d-0016-4b6c-9d0e-1f2a3b4c5d16";
    let there = ids.iter().find(|(_, here)| *here == administrator).expect("it is in the file").0;
    let listed = |reference: &str| {
        let reference = format!("group: {{ {reference} }}");
        let ldap =
            from_the_domain(&ids, domain().get("reader")).edit(links, "group: Administrator", &reference);
        let ran = ldap.run(&["groups", "--format", "json", "--directory", "headquarters"]).ends(0);
        let listing: Value = serde_json::from_str(&ran.stdout).expect("a listing");
        let groups = listing["groups"].as_array().expect("groups").iter();
        let by: BTreeMap<String, Vec<String>> = groups
            .map(|group| {
                let links = group["links"].as_array().expect("links").iter();
                let by = links.map(|link| link["by"].as_str().expect("a word").to_owned());
                (group["name"].as_str().expect("a name").to_owned(), by.collect())
            })
            .collect();
        let problems = listing["problems"].as_array().expect("problems").iter();
        let codes = problems.map(|problem| problem["code"].as_str().expect("a code").to_owned());
        // The file also has a name that nearly matches.
        let codes: Vec<String> = codes.filter(|code| code != "data/nearly-fitting-group").collect();
        (by, codes)
    };
    let (by, codes) = listed(&format!("id: {there}, name: Administrator"));
    assert_eq!(by["Administrator"], ["id"]);
    assert_eq!(codes, [""; 0]);
    // A group in the file that no rule links is not linked here either.
    assert!(by.values().any(Vec::is_empty) == by.contains_key("Canteen"), "{by:?}");
    let (by, codes) = listed(&format!("id: {there}, name: Admins"));
    assert_eq!(
        (&*by["Administrator"], codes),
        (&["id".to_owned()][..], vec!["data/renamed-group".to_owned()])
    );
    let (by, codes) = listed("id: 2a3b4c5d-0099-4b6c-9d0e-1f2a3b4c5d99, name: Administrator");
    assert_eq!((by["Administrator"].len(), codes), (0, vec!["data/recreated-group".to_owned()]));
}

/// A saved snapshot contains the places of groups, so that rules find the groups of a unit.
#[test]
fn a_plan_from_a_saved_snapshot_of_a_domain_is_the_live_one() {
    let ldap = from_the_domain(&ids(), domain().get("reader"));
    ldap.run(&["snapshot", "--application", "pronestor", "--output", "saved"]).ends(0);
    let plan = ["plan", "--application", "pronestor", "--format", "json"];
    let live = ldap.run(&plan).ends(0);
    let saved = ldap.run(&[&plan[..], &["--snapshot", "saved"]].concat()).ends(0);
    assert!(live.stdout.contains("\"grant\""), "{}", live.stdout);
    assert_eq!(live.stdout, saved.stdout);
}

fn reported(plan: &Value, name: &str) -> bool {
    plan["reports"].as_array().is_some_and(|lines| lines.iter().any(|line| line["subject"]["name"] == name))
}

/// Only the user and the relevant other users are read, and the output equals the user's part of the whole plan.
#[test]
fn one_users_lines_from_a_part_of_the_domain_are_those_of_the_whole_plan() {
    let ldap = from_the_domain(&ids(), domain().get("reader"));
    ldap.run(&["snapshot", "--application", "pronestor", "--output", "saved"]).ends(0);
    let all = ldap.run(&["plan", "--application", "pronestor", "--format", "json"]).ends(0);
    let all: Value = serde_json::from_str(&all.stdout).expect("a plan");
    let mut named: BTreeSet<String> = BTreeSet::new();
    for list in ["changes", "reports"] {
        for line in all[list].as_array().expect("a list") {
            for key in ["user", "account", "name"] {
                named.extend(line["subject"][key].as_str().map(str::to_owned));
            }
        }
    }
    for user in &people().users {
        for attribute in ["mail", "userPrincipalName"] {
            if let Some(rolewright::model::Field::Text(text)) = user.fields.get(attribute) {
                named.insert(text.to_uppercase());
            }
        }
    }
    assert!(named.len() > 60, "{named:?}");
    // Every sixth name, and everybody with a report.
    for (_, name) in named.iter().enumerate().filter(|(at, name)| at % 6 == 0 || reported(&all, name)) {
        let plan = ["plan", "--application", "pronestor", "--format", "json", "--user", name];
        let whole = ldap.run(&[&plan[..], &["--snapshot", "saved"]].concat()).ends(0);
        let part = ldap.run(&plan).ends(0);
        assert!(part.stderr.contains("users who share a value with them"), "{name}: {}", part.stderr);
        assert_eq!(lines(&part), lines(&whole), "{name}");
        let seen: Value = serde_json::from_str(&part.stdout).expect("a plan");
        assert!(seen["seen"]["users"].as_u64().is_some_and(|users| users < 5), "{name}: {}", seen["seen"]);
    }
}

#[test]
fn a_directory_that_cannot_be_read_ends_with_7_and_writes_nothing() {
    let wrong = from_the_domain(&BTreeMap::new(), "not-the-password");
    for command in ["plan", "apply"] {
        wrong.commit();
        let ran = wrong.run(&[command, "--application", "pronestor"]).ends(7);
        assert!(ran.stderr.contains("signing in as `CORP\\svc-reader` failed"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("not-the-password"), "{}", ran.stderr);
    }
    assert!(!wrong.has_store());
    let missing = System::of("pronestor");
    let document = "apiVersion: rolewright/v1\nkind: Directory\nname: headquarters\nattributes: { initials: initials }\n\
         labels: { exchange: contoso-online }\nldap: { url: 'ldaps://127.0.0.1:1', baseDn: DC=a, bindDn: CN=b, credential: { env: ROLEWRIGHT_AD } }\n";
    let missing = missing.without("directories/headquarters-people.yaml").file(DIRECTORY, document);
    let ran = missing.run(&["plan", "--application", "pronestor"]).ends(7);
    assert!(ran.stderr.contains("the environment variable `ROLEWRIGHT_AD` is not set"), "{}", ran.stderr);
    let ran = missing.secret("ROLEWRIGHT_AD", "x").run(&["plan", "--application", "pronestor"]).ends(7);
    assert!(ran.stderr.contains("cannot be reached"), "{}", ran.stderr);
}
