//! An adversary that changes any key of a workspace: the change is refused as an error, or it is in the policy digest,
//! so that pull requests have to show it, or it provably has no effect (threat H2).
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::workspaces::{cases, checked, example_workspace, workspace};
use regex::Regex;
use rolewright::language::document::Kind;
use rolewright::language::schema;
use rolewright::model::{FileId, SourceFile, SourceSet};
use rolewright::policy::PolicySet;
use rolewright::yaml::{self, Budget};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many places of each key are changed.
const PLACES: usize = 2;
/// Keys that no sound workspace of the cases has, so that nobody changed them here.
const UNTRIED: [&str; 0] = [];

/// A policy document, by its workspace and its place there.
type Documents = Vec<(String, Value)>;

/// A key of a kind of document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) name: String,
}

/// Where it stands.
struct Place {
    workspace: usize,
    document: usize,
    pointer: String,
}

/// Every sound workspace of the cases, and the worked policies.
fn workspaces() -> Vec<Documents> {
    let mut folders: Vec<_> =
        std::fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let all = folders.iter().map(|folder| workspace(folder)).chain([example_workspace()]);
    all.filter(|sources| checked(sources).policies.is_some()).map(|sources| documents(&sources)).collect()
}

/// Its documents as JSON, which is YAML, one a file; without data.
fn documents(sources: &SourceSet) -> Documents {
    let nodes = sources.iter().filter_map(|(_, file)| {
        Some((file.path.clone(), yaml::read(FileId(0), &file.text, &Budget::default()).ok()?))
    });
    let all =
        nodes.flat_map(|(path, nodes)| nodes.into_iter().map(move |node| (path.clone(), node.to_json())));
    all.filter(|(_, document)| document["kind"].is_string()).collect()
}

fn load(documents: &Documents) -> Option<PolicySet> {
    let files = documents.iter().enumerate().map(|(at, (path, document))| SourceFile {
        path: format!("{at:03}-{}", path.replace('/', "-")),
        text: document.to_string(),
    });
    checked(&SourceSet::new(None, String::new(), files.collect())).policies
}

/// Finds each key at its first places.
fn places(workspaces: &[Documents]) -> BTreeMap<Key, Vec<Place>> {
    let mut found: BTreeMap<Key, Vec<Place>> = BTreeMap::new();
    for (workspace, documents) in workspaces.iter().enumerate() {
        for (document, (_, value)) in documents.iter().enumerate() {
            let kind = value["kind"].as_str().unwrap_or_default();
            walk(value, String::new(), &mut |name, pointer| {
                let places = found.entry(Key { kind: kind.to_owned(), name: name.to_owned() }).or_default();
                if places.len() < PLACES {
                    places.push(Place { workspace, document, pointer });
                }
            });
        }
    }
    found
}

pub(crate) fn walk(value: &Value, at: String, see: &mut impl FnMut(&str, String)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                see(name, pointer.clone());
                walk(value, pointer, see);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, format!("{at}/{index}"), see));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What an adversary writes instead; none: the key goes.
pub(crate) fn instead(value: &Value, words: &BTreeSet<String>) -> Vec<Option<Value>> {
    let mut others = vec![None];
    match value {
        Value::Bool(value) => others.push(Some(Value::Bool(!value))),
        Value::Number(number) => others.push(number.as_i64().map(|number| Value::from(number + 1))),
        Value::String(text) => {
            others.push(Some(Value::from(format!("{text}x"))));
            others.extend(
                words.iter().filter(|word| *word != text).take(4).map(|word| Some(Value::from(word.clone()))),
            );
        }
        Value::Array(items) if items.len() > 1 => others.push(Some(Value::from(items[1..].to_vec()))),
        Value::Array(_) | Value::Object(_) | Value::Null => {}
    }
    others
}

pub(crate) fn changed(document: &Value, pointer: &str, other: Option<&Value>) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(fields) = document.pointer_mut(parent).and_then(Value::as_object_mut) {
        match other {
            Some(other) => drop(fields.insert(name, other.clone())),
            None => drop(fields.remove(&name)),
        }
    }
    document
}

/// Everything that is compiled, without the places in files.
fn meaning(set: &PolicySet) -> String {
    let place = Regex::new(r"Origin \{ .*?span: Span \{[^}]*\} \}|span: Span \{[^}]*\}").unwrap();
    let places = place.replace_all(&format!("{set:?}"), "").into_owned();
    // A limit that is written as it is built in.
    places.replace("origin: Some()", "origin: None")
}

fn digests(set: &PolicySet) -> Vec<String> {
    set.applications.iter().map(|policy| policy.digest(set).unwrap().to_string()).collect()
}

/// The property names and the words of a kind's schema.
pub(crate) fn of_schema(kind: Kind) -> (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>) {
    let (mut names, mut words) = (BTreeSet::new(), BTreeMap::new());
    let schema = schema::of_kind(kind);
    collect(&schema, &schema, &mut names, &mut words);
    (names, words)
}

fn collect(
    root: &Value,
    value: &Value,
    names: &mut BTreeSet<String>,
    words: &mut BTreeMap<String, BTreeSet<String>>,
) {
    if let Some(properties) = value["properties"].as_object() {
        for (name, property) in properties {
            names.insert(name.clone());
            let target = property["$ref"].as_str().or(property["allOf"][0]["$ref"].as_str());
            let property = target.and_then(|target| root.pointer(&target[1..])).unwrap_or(property);
            let listed = property["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.entry(name.clone()).or_default().extend(listed.map(ToOwned::to_owned));
        }
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| collect(root, value, names, words)),
        Value::Array(items) => items.iter().for_each(|item| collect(root, item, names, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn h2_whatever_key_a_commit_changes_is_refused_or_in_the_digest_or_without_effect() {
    let workspaces = workspaces();
    let places = places(&workspaces);
    let (mut sound, mut hidden) = (0, Vec::new());
    let (mut tried, mut untried) = (BTreeSet::new(), BTreeSet::new());
    for kind in Kind::ALL.iter().copied() {
        let (names, words) = of_schema(kind);
        for name in names {
            let key = Key { kind: kind.word().to_owned(), name };
            let Some(places) = places.get(&key) else {
                untried.insert(key.name);
                continue;
            };
            tried.insert(key.name.clone());
            for place in places {
                let documents = &workspaces[place.workspace];
                let before = load(documents).unwrap();
                let value = documents[place.document].1.pointer(&place.pointer).unwrap();
                for other in instead(value, words.get(&key.name).unwrap_or(&BTreeSet::new())) {
                    let mut edited = documents.clone();
                    edited[place.document].1 =
                        changed(&documents[place.document].1, &place.pointer, other.as_ref());
                    let Some(after) = load(&edited) else { continue };
                    sound += 1;
                    let shown = digests(&before) != digests(&after);
                    if !shown && kind != Kind::PolicyTests && meaning(&before) != meaning(&after) {
                        hidden.push(format!("{key:?}: {value} -> {other:?}"));
                    }
                }
            }
        }
    }
    assert_eq!(hidden, [""; 0], "changed, and not in the digest");
    // Conditions are the same in every kind: a key is tried where any kind's is.
    assert_eq!(untried.difference(&tried).collect::<Vec<_>>(), UNTRIED);
    assert!(sound > 300, "{sound} changed workspaces are sound");
}
