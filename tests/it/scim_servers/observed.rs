//! What a server does, by the numbers of docs/reference/protocols/scim.md: a short text for each statement that can be seen
//! from outside. Everything is looked at with users and groups of its own.

use crate::support::scim::raw::{Raw, RawAnswer};
use rolewright::wire::scim::{GROUP_SCHEMA, PATCH_SCHEMA, USER_SCHEMA};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What was seen, by the number of the statement.
pub(crate) type Observed = BTreeMap<u32, String>;

/// Looks at a server; `user` are the attributes without which it makes no user, beside a user name.
pub(crate) fn observe(raw: &Raw, user: Json) -> Observed {
    let look = Look { raw, user, next: AtomicUsize::new(0) };
    let mut seen = Observed::new();
    look.itself(&mut seen);
    look.users(&mut seen);
    look.filters(&mut seen);
    look.pages(&mut seen);
    look.updates(&mut seen);
    look.groups(&mut seen);
    look.ends(&mut seen);
    seen
}

struct Look<'l> {
    raw: &'l Raw,
    user: Json,
    next: AtomicUsize,
}

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// What became of a request: "yes" or "no" where it was accepted, else its status.
fn told(answer: &RawAnswer, holds: bool) -> String {
    match (answer.is_success(), holds) {
        (true, true) => "yes".to_owned(),
        (true, false) => format!("{}, nothing", answer.status),
        (false, _) => answer.status.to_string(),
    }
}

fn id(answer: &RawAnswer) -> String {
    let id = answer.body.get("id");
    id.and_then(Json::as_str).map(ToOwned::to_owned).or_else(|| id.map(Json::to_string)).unwrap_or_default()
}

fn patch(operations: Json) -> Json {
    json!({ "schemas": [PATCH_SCHEMA], "Operations": operations })
}

/// A value of a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Look<'_> {
    fn name(&self) -> String {
        format!("Seen{}@contoso.example", self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn body(&self, name: &str, more: Json) -> Json {
        let mut body = self.user.clone();
        body["schemas"] = json!([USER_SCHEMA]);
        body["userName"] = json!(name);
        body["active"] = json!(true);
        // One address a user, where there is one.
        if let Some(address) = body.pointer_mut("/emails/0/value") {
            *address = json!(name);
        }
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        body
    }

    fn make(&self, name: &str, more: Json) -> RawAnswer {
        self.raw.send("POST", "/Users", &self.body(name, more))
    }

    fn one(&self) -> (String, String) {
        let name = self.name();
        let id = id(&self.make(&name, json!({})));
        (id, name)
    }

    fn user(&self, id: &str) -> RawAnswer {
        self.raw.get(&format!("/Users/{id}"))
    }

    fn change(&self, id: &str, operations: Json) -> RawAnswer {
        self.raw.send("PATCH", &format!("/Users/{id}"), &patch(operations))
    }

    /// Changes a user and says whether it shows the text at a place.
    fn shows(&self, id: &str, operations: Json, pointer: &str, wanted: &str) -> String {
        let answer = self.change(id, operations);
        told(&answer, self.user(id).text_at(pointer) == Some(wanted))
    }

    fn filtered(&self, list: &str, filter: &str) -> RawAnswer {
        self.raw.get(&format!("{list}?filter={}", encoded(filter)))
    }

    /// Whether a filter finds the one that it should.
    fn finds(&self, list: &str, filter: &str, wanted: &str) -> String {
        let answer = self.filtered(list, filter);
        let found: Vec<&str> = answer.resources().iter().filter_map(|one| one["id"].as_str()).collect();
        match (answer.is_success(), found.as_slice()) {
            (false, _) => answer.status.to_string(),
            (true, [one]) if *one == wanted => "yes".to_owned(),
            (true, []) => "finds nobody".to_owned(),
            (true, _) => "is ignored".to_owned(),
        }
    }

    fn itself(&self, seen: &mut Observed) {
        let places = ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"];
        let all: BTreeSet<u16> = places.iter().map(|place| self.raw.get(place).status).collect();
        seen.insert(1, if all == BTreeSet::from([200]) { "yes".to_owned() } else { format!("{all:?}") });
        let config = self.raw.get("/ServiceProviderConfig").body;
        let claimed = ["patch", "bulk", "filter", "sort", "etag"];
        let claimed: Vec<&str> =
            claimed.into_iter().filter(|name| config[name]["supported"] == json!(true)).collect();
        seen.insert(2, if claimed.is_empty() { "nothing".to_owned() } else { claimed.join(" ") });
        let wrong = Raw { port: self.raw.port, path: self.raw.path.clone(), token: "wrong".to_owned() };
        let refused = wrong.get("/Users");
        let kind = |answer: &RawAnswer| answer.header("content-type").unwrap_or("none").to_owned();
        let parses = if refused.body.is_null() { "no JSON" } else { "JSON" };
        seen.insert(8, format!("{}; {} with {parses}", kind(&self.raw.get("/Users")), refused.status));
    }

    fn users(&self, seen: &mut Observed) {
        let name = self.name();
        let more = json!({
            "schemas": [USER_SCHEMA, ENTERPRISE], "externalId": format!("x-{name}"), "title": "Clerk", "nickName": "Nick",
            ENTERPRISE: { "department": "Quality" },
        });
        let made = self.make(&name, more);
        let keeps = |key: &str| made.text_at(key).is_some();
        if made.is_success() {
            let lost = [("title", keeps("/title")), ("nickName", keeps("/nickName"))];
            let lost = lost.into_iter().chain([
                ("externalId", keeps("/externalId")),
                ("department", made.body[ENTERPRISE]["department"] == json!("Quality")),
            ]);
            let lost: Vec<&str> = lost.filter(|(_, kept)| !kept).map(|(name, _)| name).collect();
            seen.insert(
                5,
                if lost.is_empty() { "keeps all".to_owned() } else { format!("loses {}", lost.join(", ")) },
            );
        } else {
            seen.insert(5, format!("{} to an attribute too many", made.status));
        }
        let name = self.name();
        let made = self.make(&name, json!({}));
        let place = made.text_at("/meta/location").unwrap_or("none").to_owned();
        let place = if place.starts_with("http") {
            "absolute"
        } else if place == "none" {
            "none"
        } else {
            "relative"
        };
        seen.insert(9, place.to_owned());
        seen.insert(10, yes(made.header("location").is_some()));
        let again = self.make(&name, json!({}));
        let status = match &again.body["status"] {
            Json::Null => "missing",
            Json::String(_) => "text",
            _ => "number",
        };
        let kind = again.text_at("/scimType").unwrap_or("no scimType").to_owned();
        seen.insert(11, format!("status {status}; {kind}"));
        let names = again.text.contains(&id(&made));
        seen.insert(20, format!("{}{}", again.status, if names { ", names it" } else { "" }));
        let null = self.make(&self.name(), json!({ "nickName": null }));
        seen.insert(12, told(&null, true));
        let text = self.make(&self.name(), json!({ "active": "True" }));
        let active = if text.is_success() {
            self.user(&id(&text)).body["active"].to_string()
        } else {
            text.status.to_string()
        };
        seen.insert(13, active);
        let other = self.make(&name.to_uppercase(), json!({}));
        seen.insert(16, if other.is_success() { "two".to_owned() } else { other.status.to_string() });
        let known = json!({ "externalId": "x-twice" });
        let (one, two) = (self.make(&self.name(), known.clone()), self.make(&self.name(), known));
        let kept = self.user(&id(&one)).text_at("/externalId").is_some();
        seen.insert(
            18,
            match (kept, two.is_success()) {
                (false, _) => "not kept".to_owned(),
                (true, true) => "kept, not unique".to_owned(),
                (true, false) => "kept, unique".to_owned(),
            },
        );
        let (renamed, new) = (self.one().0, self.name());
        let operations = json!([{ "op": "replace", "path": "userName", "value": new }]);
        seen.insert(38, self.shows(&renamed, operations, "/userName", &new));
    }

    fn filters(&self, seen: &mut Observed) {
        let name = self.name();
        let one = id(&self.make(&name, json!({ "externalId": "x-filter" })));
        let by_name = self.finds("/Users", &format!("userName eq \"{name}\""), &one);
        let by_link = self.finds("/Users", "externalId eq \"x-filter\"", &one);
        seen.insert(14, format!("userName {by_name}; externalId {by_link}"));
        let both = self.finds("/Users", &format!("userName eq \"{name}\" and active eq true"), &one);
        let whole = self.finds("/Users", &format!("{USER_SCHEMA}:userName eq \"{name}\""), &one);
        seen.insert(15, format!("and {both}; URN {whole}"));
        seen.insert(17, self.finds("/Users", &format!("userName eq \"{}\"", name.to_uppercase()), &one));
        let odd = self.filtered("/Users", r#"userName eq "a\"b\\c""#);
        let hits = odd.resources().len();
        seen.insert(
            19,
            if odd.is_success() {
                format!("{} found", if hits == 0 { "nobody" } else { "somebody" })
            } else {
                odd.status.to_string()
            },
        );
    }

    fn pages(&self, seen: &mut Observed) {
        let total = |answer: &RawAnswer| answer.body["totalResults"].as_u64();
        let all = total(&self.raw.get("/Users?startIndex=1&count=1"));
        let zero = self.raw.get("/Users?startIndex=0&count=1");
        seen.insert(21, told(&zero, !zero.resources().is_empty()));
        let (first, second) =
            (self.raw.get("/Users?startIndex=1&count=2"), self.raw.get("/Users?startIndex=3&count=2"));
        let ids = |answer: &RawAnswer| -> BTreeSet<String> {
            answer.resources().iter().map(|one| one["id"].to_string()).collect()
        };
        let honest = first.body["itemsPerPage"].as_u64() == Some(first.resources().len() as u64);
        seen.insert(22, if first.is_success() { yes(honest) } else { first.status.to_string() });
        seen.insert(
            23,
            yes(total(&self.raw.get("/Users")).is_some_and(|whole| Some(whole) == all && whole > 2)),
        );
        let apart = first.is_success() && ids(&first).len() == 2 && ids(&first).is_disjoint(&ids(&second));
        seen.insert(24, if first.is_success() { yes(apart) } else { first.status.to_string() });
        let behind = self.raw.get("/Users?startIndex=100000&count=2");
        let is_empty = behind.resources().is_empty();
        seen.insert(
            25,
            if behind.is_success() {
                if is_empty { "empty" } else { "somebody" }.to_owned()
            } else {
                behind.status.to_string()
            },
        );
        let many = self.raw.get("/Users?startIndex=1&count=100000");
        seen.insert(26, told(&many, !many.resources().is_empty()));
        let plain = self.raw.get("/Users");
        let missing = ["totalResults", "startIndex", "itemsPerPage", "Resources"];
        let missing: Vec<&str> = missing.into_iter().filter(|key| plain.body.get(key).is_none()).collect();
        seen.insert(
            27,
            if missing.is_empty() {
                "all there".to_owned()
            } else {
                format!("without {}", missing.join(", "))
            },
        );
    }

    fn updates(&self, seen: &mut Observed) {
        let (one, name) = self.one();
        let given = |value: &str| json!([{ "op": "replace", "path": "name.givenName", "value": value }]);
        let by_urn = json!([{ "op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Sales" }]);
        seen.insert(29, self.shows(&one, by_urn, &format!("/{ENTERPRISE}/department"), "Sales"));
        seen.insert(30, self.shows(&one, given("Path"), "/name/givenName", "Path"));
        let nested = json!([{ "op": "replace", "value": { "name": { "givenName": "Nested" } } }]);
        seen.insert(31, self.shows(&one, nested, "/name/givenName", "Nested"));
        let home = json!([{ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "home@contoso.example" }]);
        let answer = self.change(&one, home);
        let made = self.user(&one).text.contains("home@contoso.example");
        seen.insert(
            32,
            if answer.is_success() {
                if made { "made" } else { "nothing" }.to_owned()
            } else {
                answer.status.to_string()
            },
        );
        let mixed = json!([
            { "op": "replace", "path": "name.givenName", "value": "Half" }, { "op": "replace", "path": "active", "value": { "no": 1 } },
        ]);
        let answer = self.change(&one, mixed);
        let half = self.user(&one).text_at("/name/givenName") == Some("Half");
        seen.insert(33, format!("{}, {}", answer.status, if half { "half made" } else { "undone" }));
        self.change(&one, json!([{ "op": "replace", "path": "active", "value": false }]));
        let mut whole = self.body(&name, json!({ "id": one }));
        whole.as_object_mut().map(|body| body.remove("active"));
        let put = self.raw.send("PUT", &format!("/Users/{one}"), &whole);
        let active = self.user(&one).body["active"].to_string();
        seen.insert(34, if put.is_success() { format!("active {active}") } else { put.status.to_string() });
        let read = self.user(&one);
        let tag = read
            .header("etag")
            .map(ToOwned::to_owned)
            .or_else(|| read.text_at("/meta/version").map(ToOwned::to_owned));
        let stale = self.raw.ask(
            "PATCH",
            &format!("/Users/{one}"),
            Some(&patch(given("Stale"))),
            "If-Match: W/\"stale\"\r\n",
        );
        seen.insert(
            35,
            match tag {
                None => "no ETag".to_owned(),
                Some(_) => format!("ETag; stale {}", stale.status),
            },
        );
    }

    fn group(&self, name: &str, members: &[&str]) -> RawAnswer {
        let mut body = json!({ "schemas": [GROUP_SCHEMA], "displayName": name });
        if !members.is_empty() {
            body["members"] = members.iter().map(|id| json!({ "value": id })).collect();
        }
        self.raw.send("POST", "/Groups", &body)
    }

    fn members(&self, group: &str) -> Vec<String> {
        let members = self.raw.get(&format!("/Groups/{group}")).body["members"].clone();
        members
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["value"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    fn groups(&self, seen: &mut Observed) {
        let users: Vec<String> = (0..3).map(|_| self.one().0).collect();
        let (first, second) = (users[0].as_str(), users[1].as_str());
        let empty = self.group("Seen empty", &[]);
        let with = self.group("Seen with a member", &[first]);
        let taken = with.is_success() && !self.members(&id(&with)).is_empty();
        seen.insert(43, format!("empty {}; member {}", told(&empty, true), told(&with, taken)));
        let twin = self.group("Seen empty", &[]);
        seen.insert(44, if twin.is_success() { "two".to_owned() } else { twin.status.to_string() });
        let group = id(&empty);
        if !empty.is_success() {
            return;
        }
        let change =
            |operations: Json| self.raw.send("PATCH", &format!("/Groups/{group}"), &patch(operations));
        let add = |ids: &[&str]| {
            let values: Json = ids.iter().map(|id| json!({ "value": id })).collect();
            change(json!([{ "op": "add", "path": "members", "value": values }]))
        };
        let added = add(&[first, second]);
        let shown = self.members(&group);
        let listed = self.filtered("/Groups", "displayName eq \"Seen empty\"");
        let in_list =
            listed.resources().iter().any(|one| one["members"].as_array().is_some_and(|all| !all.is_empty()));
        seen.insert(39, format!("group {}; list {}", told(&added, !shown.is_empty()), yes(in_list)));
        let without = self.raw.get("/Groups?excludedAttributes=members");
        let honoured = without.resources().iter().all(|one| one.get("members").is_none());
        seen.insert(40, if without.is_success() { yes(honoured) } else { without.status.to_string() });
        let same = shown.iter().any(|member| member == first);
        let of_user = self.user(first).body["groups"].as_array().is_some_and(|all| !all.is_empty());
        seen.insert(45, format!("as sent {}; user shows it {}", yes(same), yes(of_user)));
        // Where nobody is shown, nobody is seen to come or go.
        if !shown.is_empty() {
            self.members_come_and_go(seen, &group, first, second);
        }
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{ "method": "PATCH", "path": format!("/Users/{first}"), "data": patch(json!([{ "op": "replace", "path": "active", "value": false }])) }],
        });
        let bulk = self.raw.send("POST", "/Bulk", &bulk);
        seen.insert(47, told(&bulk, self.user(first).body["active"] == json!(false)));
    }

    fn members_come_and_go(&self, seen: &mut Observed, group: &str, first: &str, second: &str) {
        let change =
            |operations: Json| self.raw.send("PATCH", &format!("/Groups/{group}"), &patch(operations));
        let add = |id: &str| change(json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]));
        let (twice, unknown) = (add(first), "00000000-0000-4000-8000-000000000000");
        let count = self.members(group).iter().filter(|member| *member == first).count();
        let strange = add(unknown);
        let kept = self.members(group).iter().any(|member| member == unknown);
        let strange = if strange.is_success() {
            if kept { "kept".to_owned() } else { "dropped".to_owned() }
        } else {
            strange.status.to_string()
        };
        seen.insert(
            41,
            format!(
                "again {}; unknown {strange}",
                if twice.is_success() { format!("{count} times") } else { twice.status.to_string() }
            ),
        );
        let by_path = change(json!([{ "op": "remove", "path": format!("members[value eq \"{first}\"]") }]));
        let gone = !self.members(group).iter().any(|member| member == first);
        let by_value = change(json!([{ "op": "remove", "path": "members", "value": [{ "value": second }] }]));
        let gone_too = !self.members(group).iter().any(|member| member == second);
        seen.insert(42, format!("path {}; value {}", told(&by_path, gone), told(&by_value, gone_too)));
    }

    fn ends(&self, seen: &mut Observed) {
        let (one, name) = self.one();
        let target = format!("/Users/{one}");
        let (first, second) =
            (self.raw.ask("DELETE", &target, None, ""), self.raw.ask("DELETE", &target, None, ""));
        seen.insert(36, format!("{}; again {}", first.status, second.status));
        let left = self.user(&one);
        let again = self.make(&name, json!({}));
        let state = if left.is_success() {
            format!("there, active {}", left.body["active"])
        } else {
            left.status.to_string()
        };
        seen.insert(49, format!("{state}; made again {}", again.status));
    }
}
