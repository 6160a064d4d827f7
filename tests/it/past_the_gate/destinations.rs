//! No host is called and no credential is read or sent that neither the protected branch, the settled policies nor the
//! operator's list has, for random connections in both versions. What goes where is known here from how the text of a
//! connection was put together, and not from the program's own destinations.

use crate::second_evaluator::compare::accepted;
use crate::second_evaluator::random::Dice;
use rolewright::gate::{Unread, is_mail_unseen, may_call, may_read, same_connections};
use rolewright::policy::{ApplicationPolicy, Destination, PolicySet, Review};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many families of versions there are, and of how many versions each is at most.
const FAMILIES: usize = 36;
const OTHERS: usize = 30;
const HOSTS: [&str; 3] = ["a.example", "b.example", "127.0.0.1"];
const PORTS: [Option<u16>; 3] = [None, Some(443), Some(8443)];
const CREDENTIALS: [Option<&str>; 5] =
    [None, Some("ROLEWRIGHT_ONE"), Some("ROLEWRIGHT_TWO"), Some("OTHER_ONE"), Some("file:/run/secrets/one")];

/// A credential, and the host that gets it, with its port and how it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct To {
    credential: Option<String>,
    host: String,
}

/// A connection, in words of policies, and where it goes.
#[derive(Clone)]
struct Connection {
    key: &'static str,
    text: Value,
    to: Vec<To>,
}

/// One version of a workspace: two applications with a directory each.
struct Side {
    set: PolicySet,
    /// The application's own connection and that of its directory.
    own: BTreeSet<To>,
    /// Those of the other application, too.
    all: BTreeSet<To>,
    mail: Option<To>,
    review: Review,
    draft: Draft,
}

fn credential(name: &str) -> Value {
    match name.strip_prefix("file:") {
        Some(path) => json!({ "file": path }),
        None => json!({ "env": name }),
    }
}

/// A URL in one of several spellings, and what it means.
fn url(dice: &mut Dice) -> (String, String) {
    let host = *dice.one(&HOSTS);
    let tls = host != "127.0.0.1" || dice.chance(50);
    let (scheme, usual) = if tls { ("https", 443) } else { ("http", 80) };
    let port = *dice.one(&PORTS);
    let spelt = if dice.chance(30) { host.to_uppercase() } else { host.to_owned() };
    let port_text = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = *dice.one(&["", "/", "/scim/v2", "/a:443/https:"]);
    let means = format!("{scheme} {host} {}", port.unwrap_or(usual));
    (format!("{scheme}://{spelt}{port_text}{path}"), means)
}

/// The connectors of every version, and the path of the call that signs in by each; none: every call carries the credential.
const CONNECTORS: [(&str, Option<&str>); 3] =
    [("plain", None), ("login", Some("/login")), ("notes", Some("/notes"))];

fn connectors() -> Vec<Value> {
    let connector = |(name, path): &(&str, Option<&str>)| {
        let mut document = json!({
            "apiVersion": "rolewright/v1", "kind": "Connector", "name": name,
            "accounts": [{
                "list": { "path": format!("/{name}") }, "id": "/id",
                "fields": { "email": "/mail", "userName": "/login", "externalId": "/uuid" },
            }],
        });
        if let Some(path) = path {
            let body = json!({ "name": "{user}", "word": "{password}" });
            document["authentication"] =
                json!({ "signIn": { "path": path, "body": body, "token": "/token" } });
        }
        document
    };
    CONNECTORS.iter().map(connector).collect()
}

/// A connection by a connector: what signs in by a call sends its password to that call alone.
fn by_connector(dice: &mut Dice) -> Connection {
    let (url, host) = url(dice);
    let (connector, call) = *dice.one(&CONNECTORS);
    let mut text = json!({ "url": url, "connector": connector });
    let name = match call {
        None => *dice.one(&CREDENTIALS),
        Some(_) => *dice.one(&CREDENTIALS[1..]),
    };
    match (call, name) {
        (Some(_), Some(name)) => {
            text["basic"] = json!({ "user": "rolewright", "credential": credential(name) });
        }
        (None, Some(name)) => text["credential"] = credential(name),
        (_, None) => {}
    }
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    let call = call.map(|call| format!(" #{}{call}", path.trim_end_matches('/'))).unwrap_or_default();
    let mut to = vec![To { credential: name.map(ToOwned::to_owned), host: format!("{host}{call}") }];
    with_certificate(dice, &mut text, &mut to, &host);
    Connection { key: "rest", text, to }
}

/// Adds a certificate to a connection, which is a credential of its own for the same host; it says more than nothing.
fn with_certificate(dice: &mut Dice, text: &mut Value, to: &mut Vec<To>, host: &str) {
    if !dice.chance(30) {
        return;
    }
    let path = *dice.one(&["certificates/one.pem", "certificates/two.pem"]);
    text["certificate"] = json!({ "file": path });
    to.retain(|to| to.credential.is_some());
    to.push(To { credential: Some(format!("file:{path}")), host: host.to_owned() });
}

/// A service whose authorization server gets the secret too.
fn by_oauth(dice: &mut Dice) -> Connection {
    let ((url, host), (token_url, server)) = (url(dice), url(dice));
    let name = dice.one(&CREDENTIALS[1..]).unwrap_or_default();
    let text = json!({
        "url": url, "oauth": { "tokenUrl": token_url, "clientId": "rolewright", "credential": credential(name) },
    });
    let to = |host| To { credential: Some(name.to_owned()), host };
    Connection { key: "scim", text, to: vec![to(host), to(server)] }
}

/// A database with accounts, which gets a password, a certificate, both or nothing.
fn database(dice: &mut Dice) -> Connection {
    let (host, tls) = *dice.one(&[("a.example", true), ("b.example", true), ("127.0.0.1", false)]);
    let port = *dice.one(&[None, Some(5432), Some(6432)]);
    let name = *dice.one(&CREDENTIALS);
    let mut text = json!({ "host": host, "database": "crm", "user": "rolewright", "tls": tls });
    if let Some(port) = port {
        text["port"] = json!(port);
    }
    if let Some(name) = name {
        text["credential"] = credential(name);
    }
    let host = format!("postgres{} {host} {}", if tls { "+tls" } else { "" }, port.unwrap_or(5432));
    let mut to = vec![To { credential: name.map(ToOwned::to_owned), host: host.clone() }];
    with_certificate(dice, &mut text, &mut to, &host);
    Connection { key: "postgres", text, to }
}

fn application(dice: &mut Dice) -> Connection {
    match dice.below(10) {
        0..4 => return by_connector(dice),
        4 | 5 => return database(dice),
        6 => return by_oauth(dice),
        _ => {}
    }
    let (url, host) = url(dice);
    let name = *dice.one(&CREDENTIALS);
    let mut text = json!({ "url": url });
    if let Some(name) = name {
        text["credential"] = credential(name);
    }
    let mut to = vec![To { credential: name.map(ToOwned::to_owned), host: host.clone() }];
    with_certificate(dice, &mut text, &mut to, &host);
    Connection { key: "scim", text, to }
}

fn directory(dice: &mut Dice) -> Connection {
    let name = dice.one(&CREDENTIALS[1..]).unwrap_or_default();
    match dice.below(4) {
        0 => Connection { key: "file", text: json!({ "people": "people.yaml" }), to: Vec::new() },
        1 => {
            let (url, host) = url(dice);
            let text = json!({
                "tenantId": "8d0c1f0e-31f4-4a3e-9f57-0d0c5f6b1a11",
                "clientId": "4b1a7c52-6a0e-4b6f-8f0c-2d6e8f1b7c22",
                "endpoint": url, "credential": credential(name),
            });
            Connection { key: "entra", text, to: vec![To { credential: Some(name.to_owned()), host }] }
        }
        2 => {
            let cloud = *dice.one(&["global", "usGov"]);
            let federated = dice.chance(50);
            let sent = if federated { json!({ "federated": true }) } else { credential(name) };
            let text = json!({
                "tenantId": "8d0c1f0e-31f4-4a3e-9f57-0d0c5f6b1a11",
                "clientId": "4b1a7c52-6a0e-4b6f-8f0c-2d6e8f1b7c22",
                "cloud": cloud, "credential": sent,
            });
            let name = if federated { "federated" } else { name };
            Connection {
                key: "entra",
                text,
                to: vec![To { credential: Some(name.to_owned()), host: cloud.to_lowercase() }],
            }
        }
        _ => {
            let host = *dice.one(&HOSTS);
            let plain = host == "127.0.0.1" && dice.chance(50);
            let (scheme, start_tls, usual) = *dice.one(&[("ldaps", false, 636), ("ldap", !plain, 389)]);
            let port = *dice.one(&[None, Some(636), Some(389)]);
            let text_port = port.map(|port: u16| format!(":{port}")).unwrap_or_default();
            let mut text = json!({
                "url": format!("{scheme}://{host}{text_port}"),
                "baseDn": *dice.one(&["DC=contoso,DC=com", "DC=fabrikam,DC=com"]),
                "bindDn": "CN=reader,DC=contoso,DC=com", "credential": credential(name),
            });
            if scheme == "ldap" {
                text["startTls"] = json!(start_tls);
            }
            let secured = if start_tls { "+starttls" } else { "" };
            let host = format!("{scheme}{secured} {host} {}", port.unwrap_or(usual));
            Connection { key: "ldap", text, to: vec![To { credential: Some(name.to_owned()), host }] }
        }
    }
}

fn mail(dice: &mut Dice) -> Option<Connection> {
    let server = *dice.one(&["a.example", "mail.example"]);
    let (security, usual) = *dice.one(&[("tls", 465), ("startTls", 587)]);
    let port = *dice.one(&[None, Some(2525)]);
    let name = *dice.one(&CREDENTIALS[1..]);
    let text_port = port.map(|port: u16| format!(":{port}")).unwrap_or_default();
    let text = json!({
        "server": format!("{server}{text_port}"), "security": security, "from": "rolewright@contoso.example",
        "user": "rolewright", "credential": credential(name.unwrap_or_default()),
    });
    let host = format!("{security} {server} {}", port.unwrap_or(usual));
    let to = To { credential: name.map(ToOwned::to_owned), host };
    dice.chance(60).then_some(Connection { key: "mail", text, to: vec![to] })
}

/// The connections of a version; `like` are those of another, of which most stay.
struct Draft {
    applications: Vec<Connection>,
    directories: Vec<Connection>,
    mail: Option<Connection>,
    prefixes: Vec<&'static str>,
    review: Review,
}

impl Draft {
    fn random(dice: &mut Dice, like: Option<&Self>) -> Self {
        let stays = |dice: &mut Dice| like.filter(|_| dice.chance(60));
        let mut two =
            |of: fn(&mut Dice) -> Connection, known: fn(&Self) -> &Vec<Connection>| -> Vec<Connection> {
                (0..2)
                    .map(|at| match stays(dice) {
                        // A connection of this version, perhaps of the other application.
                        Some(like) => known(like)[if dice.chance(80) { at } else { 1 - at }].clone(),
                        None => of(dice),
                    })
                    .collect()
            };
        let applications = two(application, |draft| &draft.applications);
        let directories = two(directory, |draft| &draft.directories);
        let mail = stays(dice).map_or_else(|| mail(dice), |like| like.mail.clone());
        let prefixes = if dice.chance(70) { vec!["ROLEWRIGHT_", "OTHER_"] } else { vec!["ROLEWRIGHT_"] };
        let review = if dice.chance(70) { Review::Github } else { Review::None };
        Self { applications, directories, mail, prefixes, review }
    }

    /// Whether the first application is connected in the same words.
    fn is_written_like(&self, other: &Self) -> bool {
        let text = |connections: &[Connection]| connections[0].text.clone();
        text(&self.applications) == text(&other.applications)
            && text(&self.directories) == text(&other.directories)
    }

    /// The compiled policies; none if they name a credential that their own prefixes do not allow.
    fn side(self) -> Option<Side> {
        let review = match self.review {
            Review::Github => json!({ "forge": "github" }),
            Review::None => json!("none"),
        };
        let mut workspace = json!({
            "apiVersion": "rolewright/v1", "kind": "Workspace", "name": "contoso", "protectedBranch": "main",
            "secretPrefixes": self.prefixes, "review": review,
        });
        if let Some(mail) = &self.mail {
            workspace["mail"] = mail.text.clone();
        }
        let mut documents = vec![workspace];
        documents.extend(connectors());
        for (at, name) in ["one", "two"].into_iter().enumerate() {
            let (own, directory) = (&self.applications[at], &self.directories[at]);
            documents.push(json!({
                "apiVersion": "rolewright/v1", "kind": "Directory", "name": format!("of-{name}"),
                directory.key: directory.text,
            }));
            documents.push(json!({
                "apiVersion": "rolewright/v1", "kind": "Application", "name": name, own.key: own.text,
                "directories": [{ "name": format!("of-{name}") }],
            }));
            documents.push(json!({
                "apiVersion": "rolewright/v1", "kind": "Lifecycle", "application": name, "scope": { "always": true },
                "deleted": "keep", "outOfScope": "keep", "disabled": "keep",
            }));
            documents.push(json!({
                "apiVersion": "rolewright/v1", "kind": "AttributeMapping", "application": name,
                "match": ["email"], "attributes": { "email": "mail", "userName": "mailNickname" },
            }));
        }
        let set = accepted(&documents).ok()?;
        let to = |connections: &[Connection]| {
            connections.iter().flat_map(|one| one.to.clone()).collect::<BTreeSet<_>>()
        };
        let mail = self.mail.as_ref().and_then(|mail| mail.to.first().cloned());
        let own = [self.applications[0].clone(), self.directories[0].clone()];
        let all = &to(&self.applications) | &to(&self.directories);
        Some(Side { set, own: to(&own), all, mail, review: self.review, draft: self })
    }
}

impl Side {
    fn application(&self) -> &ApplicationPolicy {
        self.set.applications.iter().find(|policy| policy.name == "one").unwrap()
    }
}

/// What the operator lists: some of what the application wants, in the words of messages.
fn listed(side: &Side, dice: &mut Dice) -> (BTreeSet<Destination>, BTreeSet<String>) {
    let all = side.set.destinations_of(side.application()).into_iter();
    let entries: Vec<String> = all.filter(|_| dice.chance(40)).map(|to| to.to_string()).collect();
    let parsed = entries.iter().map(|entry| Destination::parse(entry)).collect();
    (parsed, entries.into_iter().collect())
}

/// How often each answer was given.
#[derive(Debug, Default)]
struct Answers {
    read: usize,
    refused: usize,
    called: usize,
    not_called: usize,
    mailed: usize,
    not_mailed: usize,
}

/// The job of a pull request, whose base is the protected branch.
fn compare_reading(base: &Side, tip: &Side, dice: &mut Dice, answers: &mut Answers) {
    let review = base.review.max(tip.review);
    let (list, words) = listed(tip, dice);
    let may = may_read(&tip.set, tip.application(), Some(&base.set), &list, review);
    let allowed = tip.own.iter().all(|to| {
        let named = |name: &String| name == "federated" || name.starts_with("file:");
        let prefix = |name: &String| base.draft.prefixes.iter().any(|prefix| name.starts_with(prefix));
        let fine = to.credential.as_ref().is_none_or(|name| named(name) || prefix(name));
        let host = |to: &To| to.host.split(" #").next().unwrap_or_default().to_owned();
        let called = base.all.iter().any(|known| host(known) == host(to));
        let free = to.credential.is_none() && (called || review == Review::None);
        base.all.contains(to) || fine && (free || in_words(tip, to, &words))
    });
    assert_eq!(may.is_ok(), allowed, "{:?} {:?} {review:?} {words:?} {may:?}", base.all, tip.own);
    if let Err(Unread::Pairs(pairs)) = &may {
        assert!(!pairs.is_empty() && pairs.len() <= tip.own.difference(&base.all).count(), "{pairs:?}");
    }
    if allowed { answers.read += 1 } else { answers.refused += 1 }
}

/// A run at a tip that nobody was shown, and the mail about it.
fn compare_running(
    settled: Option<&Side>,
    tip: &Side,
    before: Review,
    dice: &mut Dice,
    answers: &mut Answers,
) {
    // The settled policies may lack the application, and have its connections by others.
    let has_it = settled.filter(|_| dice.chance(75));
    let (set, own) = (settled.map(|side| &side.set), has_it.map(Side::application));
    let call = may_call(&tip.set, tip.application(), set, own);
    let there = settled.map(|side| side.all.clone()).unwrap_or_default();
    let same = has_it.is_none_or(|side| {
        let same = same_connections(&tip.set, tip.application(), &side.set, side.application());
        // Another spelling of a port or host is another connection.
        assert!(same || !tip.draft.is_written_like(&side.draft), "what is written alike is alike");
        same
    });
    let allowed = tip.own.is_subset(&there) && same;
    assert_eq!(call.is_ok(), allowed, "{there:?} {:?}", tip.own);
    if allowed {
        answers.called += 1
    } else {
        answers.not_called += 1
    }

    let unseen = is_mail_unseen(&tip.set.workspace, settled.map(|side| &side.set.workspace), before);
    let review = settled.map_or(before, |side| side.review).max(tip.review);
    let as_before = settled.is_some_and(|side| side.mail == tip.mail);
    assert_eq!(unseen, review == Review::Github && !as_before, "{:?}", tip.mail);
    if tip.mail.is_some() {
        if unseen { answers.not_mailed += 1 } else { answers.mailed += 1 }
    }
}

#[test]
fn h3_h4_h5_no_host_and_no_credential_is_used_that_was_not_there_before_or_listed() {
    let mut dice = Dice(0xde57);
    let (mut cases, mut answers) = (0, Answers::default());
    for _ in 0..FAMILIES {
        let first = Draft::random(&mut dice, None);
        let drafts = (0..OTHERS).map(|_| Draft::random(&mut dice, Some(&first)));
        let sides: Vec<Side> = drafts.filter_map(Draft::side).collect();
        for (at, tip) in sides.iter().enumerate() {
            for (_, base) in sides.iter().enumerate().filter(|(other, _)| *other != at) {
                cases += 1;
                compare_reading(base, tip, &mut dice, &mut answers);
                let settled = dice.chance(80).then_some(base);
                compare_running(settled, tip, base.review, &mut dice, &mut answers);
            }
        }
    }
    println!("{cases} {answers:?}");
    assert!(cases >= 5_000, "{cases} cases");
    let Answers { read, refused, called, not_called, mailed, not_mailed } = answers;
    let each = [read, refused, called, not_called, mailed, not_mailed];
    assert!(each.iter().all(|count| *count > cases / 50), "both answers are given often: {each:?}");
}

/// Whether the list has a destination: its words end with its host, and begin with its credential.
fn in_words(side: &Side, to: &To, words: &BTreeSet<String>) -> bool {
    let program = side.set.destinations_of(side.application());
    words.iter().any(|entry| {
        let (name, place) =
            entry.rsplit_once('=').map_or((None, entry.as_str()), |(name, place)| (Some(name), place));
        name == to.credential.as_deref()
            && means(place) == to.host
            && program.iter().any(|known| known.to_string() == *entry)
    })
}

/// What an entry's host means, with its usual port.
fn means(place: &str) -> String {
    if let Some(cloud) = place.strip_prefix("entra:") {
        return cloud.to_owned();
    }
    if let Some(place) = place.strip_suffix("+starttls") {
        return means(place).replacen("ldap ", "ldap+starttls ", 1);
    }
    if let Some((host, call)) = place.split_once('#') {
        return format!("{} #{call}", means(host));
    }
    let (scheme, rest) = place.split_once("://").unwrap_or_default();
    let usual = match scheme {
        "https" => "443",
        "http" => "80",
        "ldaps" => "636",
        "ldap" => "389",
        "postgres" | "postgres+tls" => "5432",
        other => panic!("what is the usual port of {other}?"),
    };
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, usual));
    format!("{scheme} {host} {port}")
}
