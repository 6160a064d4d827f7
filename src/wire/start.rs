//! The accounts an embedded store starts with, in a hand-written file (`docs/reference/account-store.md`).

use super::problem::Problem;
use super::reading::{Reading, kind_name, quoting_hint};
use super::spelling;
use crate::model::{Right, Span, Value};
use crate::yaml::{Key, Kind, Node};
use std::collections::{BTreeMap, BTreeSet};

/// The first contents of a store that does not exist yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartState {
    /// In the order of the file.
    pub accounts: Vec<StartAccount>,
    /// The rights the application knows, sorted, each once.
    pub known: Vec<Right>,
    /// The application's own groups, sorted, each once.
    pub groups: Vec<String>,
}

/// An account of a start state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartAccount {
    /// Its id in the application.
    pub id: String,
    /// The immutable id of its user.
    pub link: Option<String>,
    /// Whether it may sign in.
    pub active: bool,
    /// Its values by short name; none is empty.
    pub attributes: BTreeMap<String, Value>,
    /// The application's groups it is in, sorted, each once.
    pub groups: Vec<String>,
    /// The rights it holds, sorted, each once; each is known.
    pub grants: Vec<Right>,
}

/// The names that the `Application` declares; the file may use only these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Short names of account attributes.
    pub attributes: Vec<String>,
    /// Entitlement types.
    pub entitlements: Vec<EntitlementName>,
}

/// An entitlement type and its scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementName {
    /// Its name: `localRole`.
    pub name: String,
    /// The name and the allowed values of its scope, if it has one: `location`, `[London, Stockholm]`.
    pub scope: Option<(String, Vec<String>)>,
}

/// Reads such a file.
///
/// For an entitlement type listed under `entitlements`, the application knows exactly these values, each at every scope
/// value. For other types it knows what the accounts hold.
///
/// # Errors
/// All problems of the file, in its order.
pub fn parse(path: &str, text: &str, vocabulary: &Vocabulary) -> Result<StartState, Vec<Problem>> {
    let (mut reading, root) = Reading::open(path, text)?;
    reading.closed(&root, "the file", &["accounts", "entitlements", "groups"]);
    let mut parser = Parser {
        reading,
        vocabulary,
        listed: BTreeSet::new(),
        known: BTreeSet::new(),
        groups: BTreeSet::new(),
        ids: BTreeMap::new(),
        links: BTreeMap::new(),
    };
    let accounts = parser.state(&root);
    let Parser { reading, known, groups, .. } = parser;
    reading.finish(StartState {
        accounts,
        known: known.into_iter().collect(),
        groups: groups.into_iter().collect(),
    })
}

struct Parser<'t, 'v> {
    reading: Reading<'t>,
    vocabulary: &'v Vocabulary,
    /// Entitlement types whose values are listed.
    listed: BTreeSet<&'v str>,
    known: BTreeSet<Right>,
    groups: BTreeSet<String>,
    ids: BTreeMap<String, Span>,
    links: BTreeMap<String, Span>,
}

impl<'v> Parser<'_, 'v> {
    fn state(&mut self, root: &Node) -> Vec<StartAccount> {
        self.groups = self.texts(root.get("groups"), "`groups`").into_iter().map(|(_, name)| name).collect();
        if let Some(entitlements) = root.get("entitlements").filter(|node| node.kind != Kind::Null) {
            for (key, values) in self.reading.entries(entitlements, "`entitlements`") {
                self.entitlement(key, values);
            }
        }
        let accounts = self.reading.items(root.get("accounts"), "`accounts`");
        accounts.iter().map(|node| self.account(node)).collect()
    }

    fn entitlement(&mut self, key: &Key, values: &Node) {
        let Some(declared) = self.declared(&key.name) else {
            let known = self.vocabulary.entitlements.iter().map(|declared| declared.name.as_str());
            let hint = spelling::hint(&key.name, known);
            self.reading
                .report(key.span, || format!("the application has no entitlement `{}`{hint}", key.name));
            return;
        };
        self.listed.insert(&declared.name);
        for (_, value) in self.texts(Some(values), &format!("`{}`", key.name)) {
            let right = |scope| Right { entitlement: declared.name.clone(), value: value.clone(), scope };
            match &declared.scope {
                None => self.known.extend([right(None)]),
                Some((_, scopes)) => {
                    self.known.extend(scopes.iter().map(|scope| right(Some(scope.clone()))));
                }
            }
        }
    }

    fn account(&mut self, node: &Node) -> StartAccount {
        let keys = ["id", "link", "active", "attributes", "groups", "grants"];
        self.reading.closed(node, "an account", &keys);
        let id = self.reading.required(node, "id", "an account").unwrap_or_default().to_owned();
        let link = self.reading.optional(node, "link").map(|(_, link)| link.to_owned());
        let span_of = |key| node.get(key).map_or(node.span, |value| value.span);
        once(&mut self.reading, &mut self.ids, "id", &id, span_of("id"));
        once(
            &mut self.reading,
            &mut self.links,
            "link",
            link.as_deref().unwrap_or_default(),
            span_of("link"),
        );
        StartAccount {
            id,
            link,
            active: self.reading.boolean(node.get("active"), "`active`").unwrap_or(true),
            attributes: self.attributes(node.get("attributes")),
            groups: self.account_groups(node.get("groups")),
            grants: self.grants(node.get("grants")),
        }
    }

    fn attributes(&mut self, node: Option<&Node>) -> BTreeMap<String, Value> {
        let mut attributes = BTreeMap::new();
        let Some(node) = node.filter(|node| node.kind != Kind::Null) else { return attributes };
        for (key, value) in self.reading.entries(node, "`attributes`") {
            let known = &self.vocabulary.attributes;
            if !known.iter().any(|name| **name == *key.name) {
                self.reading.report(key.span, || {
                    let hint = spelling::hint(&key.name, known.iter().map(String::as_str));
                    format!("the application has no attribute `{}`{hint}", key.name)
                });
            } else if let Some(value) = self.value(value, &key.name) {
                attributes.insert(key.name.to_string(), value);
            }
        }
        attributes
    }

    /// The value; `None` if it is empty (the policy language, 1).
    fn value(&mut self, node: &Node, name: &str) -> Option<Value> {
        match &node.kind {
            Kind::Null => None,
            Kind::Boolean(value) => Some(Value::Boolean(*value)),
            Kind::Integer(value) => Some(Value::Number(*value)),
            Kind::Text(text) => (!text.is_empty()).then(|| Value::Text(text.to_string())),
            Kind::Sequence(_) => {
                let texts = self.texts(Some(node), &format!("`{name}`"));
                (!texts.is_empty()).then(|| Value::List(texts.into_iter().map(|(_, text)| text).collect()))
            }
            kind => {
                self.reading.report(node.span, || {
                    let quoting_hint = quoting_hint(kind);
                    format!("`{name}` is {}; expected text, a whole number, `true`, `false` or a list of texts{quoting_hint}", kind_name(kind))
                });
                None
            }
        }
    }

    fn account_groups(&mut self, node: Option<&Node>) -> Vec<String> {
        let mut groups = BTreeSet::new();
        for (at, name) in self.texts(node, "`groups` of an account") {
            if self.groups.contains(&name) {
                groups.insert(name);
            } else {
                let hint = spelling::hint(&name, self.groups.iter().map(String::as_str));
                self.reading.report(at, || format!("`groups` at the top of the file has no `{name}`{hint}"));
            }
        }
        groups.into_iter().collect()
    }

    fn grants(&mut self, node: Option<&Node>) -> Vec<Right> {
        let mut grants = BTreeSet::new();
        for item in self.reading.items(node, "`grants`") {
            grants.extend(self.grant(item));
        }
        grants.into_iter().collect()
    }

    /// The rights of one item: one for each entitlement type in it; a scope applies to the types that have it (the
    /// policy language, 6).
    fn grant(&mut self, node: &Node) -> Vec<Right> {
        let mut types: Vec<(&'v EntitlementName, &Key, &str)> = Vec::new();
        let mut scopes: BTreeMap<&str, (Span, &str)> = BTreeMap::new();
        let entries = self.reading.entries(node, "a grant");
        for (key, value) in entries {
            let Some(text) = self.reading.text(value, &format!("`{}`", key.name)) else { continue };
            match self.declared(&key.name) {
                Some(declared) => types.push((declared, key, text)),
                None if self.is_scope(&key.name) => {
                    scopes.insert(&key.name, (value.span, text));
                }
                None => self.unknown_key(key),
            }
        }
        let used = |scope: &str| {
            types.iter().any(|(declared, ..)| declared.scope.as_ref().is_some_and(|(name, _)| name == scope))
        };
        for (scope, (at, _)) in scopes.iter().filter(|(scope, _)| !used(scope)) {
            self.reading.report(*at, || format!("no entitlement in this grant has `scope: {scope}`"));
        }
        if matches!(&node.kind, Kind::Mapping(entries) if entries.is_empty()) {
            self.reading.report(node.span, || "a grant names no entitlement");
        }
        types
            .into_iter()
            .filter_map(|(declared, key, value)| {
                let scope = self.scope(declared, key, &scopes)?;
                self.right(key, Right { entitlement: declared.name.clone(), value: value.to_owned(), scope })
            })
            .collect()
    }

    /// The scope value of a right; the outer `None` if it is wrong.
    fn scope(
        &mut self,
        declared: &EntitlementName,
        key: &Key,
        written: &BTreeMap<&str, (Span, &str)>,
    ) -> Option<Option<String>> {
        let Some((scope, values)) = &declared.scope else { return Some(None) };
        let Some((at, value)) = written.get(scope.as_str()) else {
            self.reading.report(key.span, || format!("`{}` needs a `{scope}` beside it", key.name));
            return None;
        };
        if values.iter().any(|known| known == value) {
            return Some(Some((*value).to_owned()));
        }
        let hint = spelling::hint(value, values.iter().map(String::as_str));
        self.reading.report(*at, || format!("`{scope}` has no value `{value}`{hint}"));
        None
    }

    /// Checks that a right is known; if its type is not listed, the right becomes known.
    fn right(&mut self, key: &Key, right: Right) -> Option<Right> {
        if self.listed.contains(right.entitlement.as_str()) && !self.known.contains(&right) {
            let values = self.known.iter().filter(|known| known.entitlement == right.entitlement);
            let hint = spelling::hint(&right.value, values.map(|known| known.value.as_str()));
            self.reading.report(key.span, || {
                format!(
                    "`entitlements` at the top of the file lists `{}` without `{}`{hint}",
                    right.entitlement, right.value
                )
            });
            return None;
        }
        self.known.insert(right.clone());
        Some(right)
    }

    fn unknown_key(&mut self, key: &Key) {
        let vocabulary = self.vocabulary;
        self.reading.report(key.span, || {
            let known = vocabulary.entitlements.iter().flat_map(|declared| {
                std::iter::once(declared.name.as_str())
                    .chain(declared.scope.iter().map(|(name, _)| name.as_str()))
            });
            let hint = spelling::hint(&key.name, known);
            format!("the application has no entitlement and no `scope` called `{}`{hint}", key.name)
        });
    }

    fn declared(&self, name: &str) -> Option<&'v EntitlementName> {
        self.vocabulary.entitlements.iter().find(|declared| declared.name == name)
    }

    fn is_scope(&self, name: &str) -> bool {
        let mut scopes = self.vocabulary.entitlements.iter().filter_map(|declared| declared.scope.as_ref());
        scopes.any(|(scope, _)| scope == name)
    }

    fn texts(&mut self, node: Option<&Node>, what: &str) -> Vec<(Span, String)> {
        let items = self.reading.items(node, what);
        let element = format!("an element of {what}");
        items
            .iter()
            .filter_map(|item| Some((item.span, self.reading.text(item, &element)?.to_owned())))
            .collect()
    }
}

/// Records a value that may occur only once in the file.
fn once(reading: &mut Reading<'_>, seen: &mut BTreeMap<String, Span>, what: &str, value: &str, at: Span) {
    if let Some(first) = seen.get(value) {
        let line = reading.line(*first);
        reading.report(at, || format!("the {what} `{value}` occurs twice; first in line {line}"));
    } else if !value.is_empty() {
        seen.insert(value.to_owned(), at);
    }
}
