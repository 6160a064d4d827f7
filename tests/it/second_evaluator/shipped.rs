//! The bases of the random policies: the applications of `policies/`, and one that uses the rest of the language.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "the shipped policies are files")]

use super::policies::{list, parse, texts};
use super::world::{Directory, Group};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The documents of one application, and the groups and roles of its directories.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) documents: Vec<Value>,
    pub(crate) directories: Vec<Directory>,
    pub(crate) account_groups: Vec<String>,
}

/// The applications of `policies/`, and the one of `mixed.yaml`.
pub(crate) fn bases() -> Vec<Base> {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let names = ["dstny", "promapp", "pronestor", "pronestor-one-location", "pulseway"];
    let mut bases: Vec<Base> = names.iter().map(|name| shipped(&policies, name)).collect();
    let groups = ["Members", "Readers", "Writers", "By hand", "Inner", "Role_reader", "Role_owner"];
    let group = |name: &&str| Group { id: format!("g-{name}"), name: (*name).to_owned(), ..Group::default() };
    bases.push(Base {
        documents: parse(include_str!("mixed.yaml")),
        directories: vec![Directory { groups: groups.iter().map(group).collect(), ..Directory::default() }],
        account_groups: vec!["Local".to_owned()],
    });
    bases
}

fn shipped(policies: &Path, name: &str) -> Base {
    let read = |path: &Path| parse(&fs::read_to_string(path).unwrap());
    let mut documents = read(&policies.join("workspace.yaml"));
    let mut files: Vec<_> =
        fs::read_dir(policies.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    documents.extend(files.iter().flat_map(|file| read(file)));
    documents.retain(|document| document["kind"].is_string() && document["kind"] != "PolicyTests");
    let application = documents.iter().find(|document| document["kind"] == "Application").unwrap().clone();
    let mut directories = Vec::new();
    for named in list(&application["directories"]) {
        let name = named["name"].as_str().unwrap();
        let document = read(&policies.join(format!("directories/{name}.yaml"))).remove(0);
        let people = read(&policies.join(document["file"]["people"].as_str().unwrap())).remove(0);
        directories.push(directory(&document, named, &people));
        documents.push(document);
    }
    let account_groups = if name == "dstny" { vec!["Non AD sync".to_owned()] } else { Vec::new() };
    Base { documents, directories, account_groups }
}

/// The groups that are read, and the roles of the enterprise application.
fn directory(document: &Value, named: &Value, people: &Value) -> Directory {
    let under = document["groups"]["under"].as_str().unwrap_or_default().to_ascii_lowercase();
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let group = |value: &Value| Group {
        id: text(&value["id"]).unwrap(),
        name: text(&value["name"]).unwrap(),
        created: None,
        distinguished_name: text(&value["distinguishedName"]),
        members: BTreeSet::new(),
    };
    let groups = list(&people["groups"]).iter().map(group).filter(|group| {
        group.distinguished_name.as_deref().unwrap_or_default().to_ascii_lowercase().ends_with(&under)
    });
    let mut applications = list(&people["enterpriseApplications"]).iter();
    let application = applications.find(|application| application["id"] == named["enterpriseApplication"]);
    let roles = application.map(|application| texts(&application["roles"])).unwrap_or_default();
    let roles = roles.into_iter().chain(application.map(|_| "Default Access"));
    let roles: BTreeMap<String, BTreeSet<String>> =
        roles.map(|role| (role.to_owned(), BTreeSet::new())).collect();
    Directory { users: Vec::new(), groups: groups.collect(), roles }
}
