//! What the model service holds, and everything that took effect on it.

use super::server::Manner;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::{Duration, Instant};

pub(crate) type Body = Map<String, Json>;
/// An account as text by key: attributes by their short names, `badge:gold` for each value, and `rest`.
pub(crate) type Flat = BTreeMap<String, String>;

pub(crate) const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Who made a call that had an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// A run, by its number in the scenario.
    Run(usize),
    /// A person, or the service itself.
    Hand,
}

/// One value that became another. `key` is `account` for an account that came or went.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub(crate) author: Author,
    pub(crate) at: Instant,
    pub(crate) account: String,
    /// The account's link before, or of a new account its first one.
    pub(crate) link: Option<String>,
    /// The account before.
    pub(crate) before: Flat,
    pub(crate) key: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// Something that reads may show as it was before.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    pub(crate) now: Option<T>,
    before: Option<T>,
    changed: Option<Instant>,
    pub(crate) version: u64,
}

impl<T: Clone> Kept<T> {
    fn new(value: T) -> Self {
        Self { now: Some(value), before: None, changed: None, version: 1 }
    }

    fn set(&mut self, value: Option<T>, at: Instant) {
        self.before = std::mem::replace(&mut self.now, value);
        self.changed = Some(at);
        self.version += 1;
    }

    /// What a read shows that is `lag` behind, with its version.
    pub(crate) fn shown(&self, at: Instant, lag: Duration) -> Option<(&T, u64)> {
        let is_old = self.changed.is_some_and(|changed| at < changed + lag);
        let value = if is_old { self.before.as_ref() } else { self.now.as_ref() };
        value.map(|value| (value, if is_old { self.version - 1 } else { self.version }))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<String>,
}

/// Users and groups.
#[derive(Debug)]
pub(crate) struct Holdings {
    pub(crate) manner: Manner,
    pub(crate) users: BTreeMap<String, Kept<Body>>,
    pub(crate) groups: BTreeMap<String, Kept<Group>>,
    pub(crate) effects: Vec<Effect>,
    /// Accounts whose acknowledged writes were forgotten, and what a person touched since the oracle looked last.
    pub(crate) unreliable: BTreeSet<String>,
    next: u64,
}

impl Holdings {
    pub(crate) fn new(manner: Manner) -> Self {
        Self {
            manner,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            effects: Vec::new(),
            unreliable: BTreeSet::new(),
            next: 0,
        }
    }

    /// What is there before the first run.
    pub(crate) fn start_user(&mut self, id: &str, body: Body) {
        self.users.insert(id.to_owned(), Kept::new(body));
    }

    pub(crate) fn start_group(&mut self, id: &str, group: Group) {
        self.groups.insert(id.to_owned(), Kept::new(group));
    }

    pub(crate) fn new_id(&mut self, letter: char) -> String {
        self.next += 1;
        format!("{letter}{}", self.next)
    }

    /// A user becomes another one, comes or goes.
    pub(crate) fn set_user(&mut self, author: Author, id: &str, body: Option<Body>) {
        let at = Instant::now();
        let old = self.users.get(id).and_then(|kept| kept.now.as_ref()).map(flat);
        let new = body.as_ref().map(flat);
        if old == new {
            return;
        }
        let link = old.as_ref().or(new.as_ref()).and_then(|flat| flat.get("externalId")).cloned();
        let before = old.clone().unwrap_or_default();
        let mut changes: Vec<(String, Option<String>, Option<String>)> = Vec::new();
        if old.is_none() != new.is_none() {
            changes.push((
                "account".to_owned(),
                old.as_ref().map(|_| id.to_owned()),
                new.as_ref().map(|_| id.to_owned()),
            ));
        }
        if let Some(new) = &new {
            let old = old.unwrap_or_default();
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys.into_iter().filter(|key| old.get(*key) != new.get(*key)) {
                changes.push((key.clone(), old.get(key).cloned(), new.get(key).cloned()));
            }
        }
        for (key, old, new) in changes {
            let (account, link, before) = (id.to_owned(), link.clone(), before.clone());
            self.effects.push(Effect { author, at, account, link, before, key, old, new });
        }
        let is_gone = body.is_none();
        match self.users.get_mut(id) {
            Some(kept) => kept.set(body, at),
            None => {
                let mut kept = Kept { now: None, before: None, changed: None, version: 0 };
                kept.set(body, at);
                self.users.insert(id.to_owned(), kept);
            }
        }
        if is_gone {
            let groups: Vec<String> = self.groups.keys().cloned().collect();
            for group in groups {
                let held = self.groups[&group].now.clone();
                if let Some(mut held) = held.filter(|held| held.members.contains(id)) {
                    held.members.remove(id);
                    let kept = self.groups.get_mut(&group);
                    kept.into_iter().for_each(|kept| kept.set(Some(held.clone()), at));
                }
            }
        }
    }

    /// A group becomes another one, comes or goes. Memberships are effects on accounts.
    pub(crate) fn set_group(&mut self, author: Author, id: &str, group: Option<Group>) {
        let at = Instant::now();
        let old = self.groups.get(id).and_then(|kept| kept.now.clone());
        let none = BTreeSet::new();
        let before = old.as_ref().map_or(&none, |group| &group.members).clone();
        let after = group.as_ref().map_or(&none, |group| &group.members).clone();
        if before == after && old.is_some() == group.is_some() {
            return;
        }
        let name = group.as_ref().or(old.as_ref()).map(|group| group.name.clone()).unwrap_or_default();
        let key = format!("role:{}", name.strip_prefix("Role_").unwrap_or(&name));
        for account in before.symmetric_difference(&after) {
            let held = self.flat(account).unwrap_or_default();
            let (was, is) = (before.contains(account), after.contains(account));
            self.effects.push(Effect {
                author,
                at,
                account: account.clone(),
                link: held.get("externalId").cloned(),
                before: held,
                key: key.clone(),
                old: was.then(String::new),
                new: is.then(String::new),
            });
        }
        match self.groups.get_mut(id) {
            Some(kept) => kept.set(group, at),
            None => {
                let mut kept = Kept { now: None, before: None, changed: None, version: 0 };
                kept.set(group, at);
                self.groups.insert(id.to_owned(), kept);
            }
        }
    }

    /// The account as text by key, without its memberships.
    pub(crate) fn flat(&self, id: &str) -> Option<Flat> {
        self.users.get(id)?.now.as_ref().map(flat)
    }

    /// Every account that is there, as text by key, with its memberships.
    pub(crate) fn all(&self) -> BTreeMap<String, Flat> {
        let mut all: BTreeMap<String, Flat> =
            self.users.iter().filter_map(|(id, kept)| Some((id.clone(), flat(kept.now.as_ref()?)))).collect();
        for group in self.groups.values().filter_map(|kept| kept.now.as_ref()) {
            for member in &group.members {
                if let Some(flat) = all.get_mut(member) {
                    flat.insert(
                        format!("role:{}", group.name.strip_prefix("Role_").unwrap_or(&group.name)),
                        String::new(),
                    );
                }
            }
        }
        all
    }
}

/// An account as text by key.
pub(crate) fn flat(body: &Body) -> Flat {
    let mut flat = Flat::new();
    let mut put = |key: &str, value: Option<&Json>| match value {
        Some(Json::String(text)) if !text.is_empty() => drop(flat.insert(key.to_owned(), text.clone())),
        Some(Json::Bool(value)) => drop(flat.insert(key.to_owned(), value.to_string())),
        _ => {}
    };
    let mut rest: Vec<&String> = Vec::new();
    for (name, value) in body {
        match name.as_str() {
            "userName" | "externalId" | "active" => put(name, Some(value)),
            "nickName" => put("note", Some(value)),
            DEPARTMENT => put("department", value.get("department")),
            "addresses" => put("city", value.pointer("/0/locality")),
            "emails" => {
                let all = value.as_array().into_iter().flatten();
                let work = all.clone().find(|email| email.get("type").and_then(Json::as_str) == Some("work"));
                put("email", work.and_then(|email| email.get("value")));
                let home = all.clone().find(|email| email.get("type").and_then(Json::as_str) == Some("home"));
                put("rest:home", home.and_then(|email| email.get("value")));
            }
            "roles" => {
                for role in value.as_array().into_iter().flatten() {
                    if let Some(text) = role.get("value").and_then(Json::as_str) {
                        put(&format!("badge:{text}"), Some(&Json::Bool(true)));
                    }
                }
            }
            "displayName" => put("rest:displayName", Some(value)),
            "schemas" => {}
            _ => rest.push(name),
        }
    }
    if !rest.is_empty() {
        flat.insert("rest".to_owned(), format!("{rest:?}"));
    }
    flat
}
