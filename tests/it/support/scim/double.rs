//! A SCIM service in memory that can behave as bad as real ones do.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::http_server::{Reply, Request, Server};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How the service behaves; what is left out, it does well.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Ways {
    /// It says nothing of itself.
    silent: bool,
    /// The answer to creating a user is lost.
    loses_answer: bool,
    /// Beside the users that are there at the beginning, it makes none.
    creates_none: bool,
    /// `ignored`, `refused`, `blind` (finds nobody), or `injected` (an apostrophe finds everybody).
    filters: String,
    /// `whole`, `stuck` (always the first page), or `cursor`.
    paging: String,
    /// `ignored`, `unsupported`, or `single` (one attribute a request).
    patch: String,
    /// `ignored` or `unsupported`.
    put: String,
    /// Answers show the id and nothing else.
    answers_id_only: bool,
    /// Answers to updates are empty.
    answers_nothing: bool,
    /// `unchecked` (sent, never looked at), `checked`, or `broken` (its own are refused).
    etags: String,
    /// `deactivates`, `refused`, `ignored`.
    delete: String,
    /// Groups can't be deleted.
    keeps_groups: bool,
    /// Groups do not show their members; users show their groups.
    hides_members: bool,
    /// Groups name their members by user name.
    names_members: bool,
    /// Groups take members by PUT only.
    members_by_put: bool,
    /// By attribute, what happens to it: `dropped`, `readOnly`, `immutable`, `writeOnly`, `refused`, `lower`.
    attributes: BTreeMap<String, String>,
    /// What `/Schemas` says of attributes; each by its `mutability`.
    described: BTreeMap<String, String>,
    /// How many users there are at the beginning.
    users: usize,
}

/// Users and groups, each with its number.
#[derive(Debug, Default)]
struct Store {
    users: BTreeMap<u32, Map<String, Json>>,
    groups: BTreeMap<u32, Map<String, Json>>,
    made: u32,
    writes: usize,
}

/// The running service.
pub(crate) struct Double {
    server: Server,
    store: Arc<Mutex<Store>>,
}

impl Double {
    pub(crate) fn start(ways: Ways) -> Self {
        Self::guarded(ways, None, |_| true)
    }

    /// The same over TLS, if a certificate is given, for requests that the guard lets in.
    pub(crate) fn guarded(
        ways: Ways,
        tls: Option<Arc<rustls::ServerConfig>>,
        mut lets_in: impl FnMut(&Request) -> bool + Send + 'static,
    ) -> Self {
        let mut store = Store::default();
        for number in 1..=ways.users {
            let user = json!({ "id": format!("u{number}"), "userName": format!("person-{number}@contoso.example"),
                "externalId": format!("x-{number}"), "displayName": format!("Person {number}"), "active": true });
            store.made += 1;
            store.users.insert(store.made, user.as_object().unwrap().clone());
            let group = json!({ "id": format!("g{number}"), "displayName": format!("Team {number}") });
            store.groups.insert(store.made, group.as_object().unwrap().clone());
        }
        let store = Arc::new(Mutex::new(store));
        let shared = Arc::clone(&store);
        let server = Server::start_with(tls, |_| {
            Box::new(move |request| {
                if lets_in(&request) {
                    Service { ways: &ways, store: &mut shared.lock().unwrap() }.answer(&request)
                } else {
                    refused(401, &format!("not with {:?}", request.header("authorization")))
                }
            })
        });
        Self { server, store }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The names of all users and groups that are there.
    pub(crate) fn names(&self) -> Vec<String> {
        let store = self.store.lock().unwrap();
        let name = |key: &str, one: &Map<String, Json>| one[key].as_str().unwrap().to_owned();
        let users = store.users.values().map(|user| name("userName", user));
        users.chain(store.groups.values().map(|group| name("displayName", group))).collect()
    }

    /// How many requests wrote.
    pub(crate) fn writes(&self) -> usize {
        self.store.lock().unwrap().writes
    }
}

struct Service<'s> {
    ways: &'s Ways,
    store: &'s mut Store,
}

fn refused(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({ "status": status.to_string(), "detail": why }))
}

impl Service<'_> {
    fn answer(&mut self, request: &Request) -> Reply {
        if request.method != "GET" {
            self.store.writes += 1;
        }
        let path = request.path().to_owned();
        let mut parts = path.trim_start_matches('/').split('/');
        let (list, id) = (parts.next().unwrap_or_default(), parts.next());
        let body: Json = serde_json::from_str(&request.body).unwrap_or_default();
        match (request.method.as_str(), list, id) {
            ("GET", "ServiceProviderConfig", _) if !self.ways.silent => Reply::json(200, &self.config()),
            ("GET", "Schemas", _) if !self.ways.silent => Reply::json(200, &self.schemas()),
            ("GET", "Users" | "Groups", None) => self.list(list, request),
            ("POST", "Users", None) => self.create_user(&body),
            ("POST", "Groups", None) => self.create_group(&body),
            (method, "Users" | "Groups", Some(id)) => self.one(method, list, id, request, &body),
            _ => refused(404, "not here"),
        }
    }

    fn config(&self) -> Json {
        json!({ "patch": { "supported": self.ways.patch != "unsupported" }, 
            "etag": { "supported": !self.ways.etags.is_empty() }, "pagination": { "cursor": self.ways.paging == "cursor" } })
    }

    fn schemas(&self) -> Json {
        let described = self.ways.described.iter();
        let attributes: Vec<Json> =
            described.map(|(name, mutability)| json!({ "name": name, "mutability": mutability })).collect();
        json!({ "Resources": [{ "id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": attributes }] })
    }

    fn things(&mut self, list: &str) -> &mut BTreeMap<u32, Map<String, Json>> {
        if list == "Users" { &mut self.store.users } else { &mut self.store.groups }
    }

    fn list(&mut self, list: &str, request: &Request) -> Reply {
        let all: Vec<Json> = self.things(list).values().cloned().map(Json::Object).collect();
        let all: Vec<Json> = all.iter().map(|one| self.shown(one)).collect();
        if let Some(filter) = request.parameter("filter") {
            return self.filtered(&all, &filter);
        }
        let count: usize = request.parameter("count").and_then(|text| text.parse().ok()).unwrap_or(all.len());
        let start = request.parameter("startIndex").and_then(|text| text.parse().ok()).unwrap_or(1_usize);
        let cursor =
            request.parameter("cursor").map(|text| text.trim_start_matches("c/+").parse().unwrap_or(0_usize));
        let (from, next) = match (self.ways.paging.as_str(), cursor) {
            ("whole", _) => (0, None),
            ("cursor", Some(from)) => {
                (from, (from + count < all.len()).then(|| format!("c/+{}", from + count)))
            }
            ("cursor" | "stuck", _) => (0, None),
            _ => (start - 1, None),
        };
        let count = if self.ways.paging == "whole" { all.len() } else { count };
        let page: Vec<&Json> = all.iter().skip(from).take(count).collect();
        Reply::json(200, &json!({ "totalResults": all.len(), "Resources": page, "nextCursor": next }))
    }

    fn filtered(&self, all: &[Json], filter: &str) -> Reply {
        let (attribute, value) = filter.split_once(" eq ").unwrap();
        let value: String = serde_json::from_str(value).unwrap();
        let everybody = match self.ways.filters.as_str() {
            "refused" => return refused(400, &format!("no filter by {value}")),
            "blind" => return Reply::json(200, &json!({ "totalResults": 0, "Resources": [] })),
            "ignored" => true,
            "injected" => value.contains('\''),
            _ => false,
        };
        let found: Vec<&Json> =
            all.iter().filter(|one| everybody || one[attribute] == value.as_str()).collect();
        Reply::json(200, &json!({ "totalResults": found.len(), "Resources": found }))
    }

    fn create_user(&mut self, body: &Json) -> Reply {
        if self.ways.creates_none {
            return refused(403, "this token only reads");
        }
        if let Some(name) = self.refused(body, &json!({})) {
            return refused(400, &format!("{name} is not writable"));
        }
        self.store.made += 1;
        let number = self.store.made;
        let mut user = body.as_object().unwrap().clone();
        user.insert("id".to_owned(), format!("u{number}").into());
        let kept = self.ways.attributes.iter();
        for (name, way) in kept.filter(|(_, way)| ["dropped", "readOnly"].contains(&way.as_str())) {
            drop(user.remove(name));
            if way == "readOnly" {
                drop(user.insert(name.clone(), "of the service".into()));
            }
        }
        self.lower(&mut user);
        self.store.users.insert(number, user.clone());
        if self.ways.loses_answer {
            return Reply::Closed;
        }
        self.written(201, &Json::Object(user))
    }

    /// An attribute that is written and may not be.
    fn refused(&self, written: &Json, held: &Json) -> Option<String> {
        let refuses = |name: &String| written.get(name).is_some() && written.get(name) != held.get(name);
        let mut names = self.ways.attributes.iter().filter(|(_, way)| *way == "refused");
        names.find(|(name, _)| refuses(name)).map(|(name, _)| name.clone())
    }

    fn lower(&self, user: &mut Map<String, Json>) {
        for (name, _) in self.ways.attributes.iter().filter(|(_, way)| *way == "lower") {
            if let Some(Json::String(text)) = user.get_mut(name) {
                *text = format!("<{}>", text.to_lowercase());
            }
        }
    }

    fn create_group(&mut self, body: &Json) -> Reply {
        self.store.made += 1;
        let number = self.store.made;
        let mut group = body.as_object().unwrap().clone();
        group.insert("id".to_owned(), format!("g{number}").into());
        self.store.groups.insert(number, group.clone());
        self.written(201, &Json::Object(group))
    }

    fn one(&mut self, method: &str, list: &str, id: &str, request: &Request, body: &Json) -> Reply {
        let number = id[1..].parse().unwrap_or(0);
        let Some(held) = self.things(list).get(&number).cloned() else {
            return refused(404, "no such object");
        };
        let held = Json::Object(held);
        if let (Some(etag), true) = (request.header("if-match"), method != "GET") {
            let checked = ["checked", "broken"].contains(&self.ways.etags.as_str());
            if checked && (self.ways.etags == "broken" || etag != version(&held)) {
                return refused(412, "another version");
            }
        }
        match (method, list) {
            ("GET", _) => self.read(&held),
            ("DELETE", _) => self.delete(list, number),
            ("PATCH", "Users") => match self.ways.patch.as_str() {
                "unsupported" => refused(501, "no PATCH"),
                "ignored" => self.written(200, &held),
                "single" if body["Operations"].as_array().unwrap().len() > 1 => refused(400, "one at a time"),
                _ => self.update(number, &held, patched(held.clone(), body)),
            },
            ("PUT", "Users") => match self.ways.put.as_str() {
                "unsupported" => refused(405, "no PUT"),
                "ignored" => self.written(200, &held),
                _ => self.update(number, &held, body.clone()),
            },
            ("PATCH", _) if self.ways.members_by_put => self.written(200, &held),
            ("PATCH" | "PUT", _) => {
                let group = if method == "PUT" { body.clone() } else { patched(held, body) };
                self.store.groups.insert(number, group.as_object().unwrap().clone());
                self.written(200, &group)
            }
            _ => refused(405, "not this"),
        }
    }

    fn read(&self, held: &Json) -> Reply {
        let kind = ("Content-Type", "application/scim+json".to_owned());
        let etag = (!self.ways.etags.is_empty()).then(|| ("ETag", version(held)));
        let headers = [kind].into_iter().chain(etag).collect();
        Reply::Whole(200, headers, self.shown(held).to_string().into_bytes())
    }

    /// What a service shows of an object.
    fn shown(&self, held: &Json) -> Json {
        let mut shown = held.as_object().unwrap().clone();
        for (name, _) in self.ways.attributes.iter().filter(|(_, way)| *way == "writeOnly") {
            drop(shown.remove(name));
        }
        if self.ways.names_members
            && let Some(members) = shown.get_mut("members").and_then(Json::as_array_mut)
        {
            for value in members.iter_mut().map(|member| &mut member["value"]) {
                let user = self.store.users.values().find(|user| user["id"] == *value);
                *value = user.map_or(Json::Null, |user| user["userName"].clone());
            }
        }
        if self.ways.hides_members && held.get("userName").is_none() {
            drop(shown.remove("members"));
        }
        if self.ways.hides_members && held.get("userName").is_some() {
            let has = |group: &&Map<String, Json>| {
                let members = group.get("members").and_then(Json::as_array);
                members.is_some_and(|members| members.iter().any(|member| member["value"] == held["id"]))
            };
            let groups = self.store.groups.values().filter(has);
            let groups: Vec<Json> = groups.map(|group| json!({ "value": group["id"] })).collect();
            drop(shown.insert("groups".to_owned(), groups.into()));
        }
        Json::Object(shown)
    }

    /// The answer to a write.
    fn written(&self, status: u16, held: &Json) -> Reply {
        if status == 200 && self.ways.answers_nothing {
            return Reply::Whole(204, Vec::new(), Vec::new());
        }
        let body = if self.ways.answers_id_only { json!({ "id": held["id"] }) } else { self.shown(held) };
        Reply::json(status, &body)
    }

    fn update(&mut self, number: u32, held: &Json, mut new: Json) -> Reply {
        if let Some(name) = self.refused(&new, held) {
            return refused(400, &format!("{name} is not writable"));
        }
        new["id"] = held["id"].clone();
        let user = new.as_object_mut().unwrap();
        for (name, way) in &self.ways.attributes {
            match way.as_str() {
                "immutable" | "readOnly" => drop(user.insert(name.clone(), held[name].clone())),
                "dropped" => drop(user.remove(name)),
                _ => {}
            }
        }
        self.lower(user);
        self.store.users.insert(number, user.clone());
        self.written(200, &new)
    }

    fn delete(&mut self, list: &str, number: u32) -> Reply {
        if list == "Groups" {
            if self.ways.keeps_groups {
                return refused(403, "groups stay");
            }
            drop(self.store.groups.remove(&number));
            return Reply::Whole(204, Vec::new(), Vec::new());
        }
        match self.ways.delete.as_str() {
            "refused" => return refused(405, "users stay"),
            "ignored" => {}
            "deactivates" => {
                drop(self.store.users.get_mut(&number).unwrap().insert("active".to_owned(), false.into()))
            }
            _ => drop(self.store.users.remove(&number)),
        }
        Reply::Whole(204, Vec::new(), Vec::new())
    }
}

/// An ETag that tells one content from another.
fn version(held: &Json) -> String {
    format!("W/\"{}\"", rolewright::model::Digest::of(held.to_string().as_bytes()))
}

/// An object after the operations of a PATCH, of the forms that are sent.
fn patched(mut held: Json, body: &Json) -> Json {
    for operation in body["Operations"].as_array().unwrap() {
        let path = operation["path"].as_str().unwrap();
        let (urn, path) = path.rsplit_once(':').filter(|_| path.starts_with("urn:")).unwrap_or(("", path));
        let mut at = if urn.is_empty() { &mut held } else { &mut held[urn] };
        let value = operation["value"].clone();
        let name = path.split(['[', '.']).next().unwrap();
        at = &mut at[name];
        if let (Some(list), Json::Array(new)) = (at.as_array_mut(), &value) {
            list.extend(new.iter().cloned());
            continue;
        }
        if let Some((_, choice)) = path.split_once("[type eq \"") {
            let kind = choice.split('"').next().unwrap();
            let chosen = at.as_array().unwrap().iter().position(|element| element["type"] == kind);
            at = &mut at[chosen.unwrap()];
        }
        match path.rsplit_once('.') {
            Some((_, sub)) => at[sub] = value,
            None => *at = value,
        }
    }
    held
}
