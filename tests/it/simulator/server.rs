//! The model SCIM service: it answers calls from what it holds, well or badly mannered.

use super::patch::patched;
use super::profile;
use super::random::Random;
use super::state::{Author, Body, DEPARTMENT, Group, Holdings};
use rolewright::http::{Call, Method, SimulatedReply};
use rolewright::model::Profile;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use tokio::time::{Duration, Instant};

/// Where a service shows the members of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    Everywhere,
    ListsOnly,
    Nowhere,
}

/// What a service does with filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filters {
    Work,
    Refused,
    Ignored,
}

/// How a service behaves, always.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    pub(crate) takes_patch: bool,
    /// A filter in the path of a removal is accepted and ignored.
    pub(crate) ignores_member_paths: bool,
    pub(crate) etags: bool,
    pub(crate) members: Shows,
    pub(crate) unique_names: bool,
    /// An attribute that it accepts and forgets.
    pub(crate) drops: Option<&'static str>,
    pub(crate) soft_delete: bool,
    pub(crate) filters: Filters,
    pub(crate) page: usize,
    pub(crate) lag: Duration,
    pub(crate) answers_whole: bool,
    /// The most members in one request.
    pub(crate) members_at_once: usize,
    /// Groups name their members by user name.
    pub(crate) names_members: bool,
    /// Lists are paged by cursor.
    pub(crate) cursor: bool,
    /// What the operator wrote down of it.
    pub(crate) profile: Profile,
}

impl Manner {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let (unique_names, takes_patch, etags) = (random.chance(70), random.chance(80), random.chance(60));
        let lags = random.chance(20) && (takes_patch || etags);
        let mut manner = Self {
            takes_patch,
            ignores_member_paths: random.chance(15),
            etags,
            members: match random.below(20) {
                0 => Shows::Nowhere,
                1..=3 => Shows::ListsOnly,
                _ => Shows::Everywhere,
            },
            unique_names,
            drops: random.chance(20).then(|| random.pick(&["nickName", "addresses", DEPARTMENT])),
            soft_delete: random.chance(15),
            filters: match random.below(10) {
                0 => Filters::Refused,
                1 => Filters::Ignored,
                _ => Filters::Work,
            },
            page: random.pick(&[2, 3, 100, 100]),
            lag: Duration::from_millis(if lags { random.below(900) } else { 0 }),
            answers_whole: random.chance(70),
            members_at_once: random.pick(&[1, 2, 100, 100]),
            names_members: false,
            cursor: random.chance(15),
            profile: Profile::default(),
        };
        // Whose name is an old one is somebody else.
        manner.names_members = manner.unique_names && manner.takes_patch && !lags && random.chance(15);
        manner.profile = profile::drawn(random, &manner);
        manner
    }
}

/// How one call is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) author: Author,
    /// How far behind its reads are.
    pub(crate) lag: Duration,
    /// Whether a list ends early.
    pub(crate) short: bool,
}

const NO_CONTENT: u16 = 204;

pub(crate) fn reply(status: u16, body: &Json) -> SimulatedReply {
    SimulatedReply { status, body: body.to_string().into_bytes(), ..SimulatedReply::default() }
}

pub(crate) fn refusal(status: u16, detail: &str) -> SimulatedReply {
    reply(status, &json!({ "status": status.to_string(), "detail": detail }))
}

impl Holdings {
    /// Answers one call.
    pub(crate) fn answer(&mut self, call: &Call, look: Look) -> SimulatedReply {
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let (list, id) = (parts.next().unwrap_or_default(), parts.next().map(decoded));
        let body: Json =
            call.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        match (list, call.method, id) {
            ("ServiceProviderConfig", ..) => refusal(404, "there is none"),
            ("Users", Method::Get, None) => self.list_users(query, look),
            ("Groups", Method::Get, None) => self.list_groups(query, look),
            ("Users", Method::Post, None) => self.create_user(&body, look),
            ("Groups", Method::Post, None) => self.create_group(&body, look),
            ("Users", method, Some(id)) => self.one_user(method, &id, call.if_match.as_deref(), &body, look),
            ("Groups", method, Some(id)) => {
                self.one_group(method, &id, call.if_match.as_deref(), &body, look)
            }
            _ => refusal(404, "no such resource"),
        }
    }

    fn one_user(
        &mut self,
        method: Method,
        id: &str,
        if_match: Option<&str>,
        body: &Json,
        look: Look,
    ) -> SimulatedReply {
        if method == Method::Get {
            let shown = self.users.get(id).and_then(|kept| kept.shown(Instant::now(), look.lag));
            return match shown {
                Some((body, version)) => {
                    self.with_etag(reply(200, &user(id, body, self.tag(version))), version)
                }
                None => refusal(404, "no such user"),
            };
        }
        let Some(held) = self.users.get(id).and_then(|kept| kept.now.clone()) else {
            return refusal(404, "no such user");
        };
        if let Some(refused) = self.precondition(if_match, self.users[id].version) {
            return refused;
        }
        let next = match method {
            Method::Delete => {
                let next = self.manner.soft_delete.then(|| {
                    let mut next = held.clone();
                    next.insert("active".to_owned(), false.into());
                    next
                });
                self.set_user(look.author, id, next);
                return SimulatedReply { status: NO_CONTENT, ..SimulatedReply::default() };
            }
            Method::Patch if !self.manner.takes_patch => return refusal(501, "no PATCH here"),
            Method::Patch => patched(&held, body),
            Method::Put => body.as_object().cloned(),
            Method::Get | Method::Post => None,
        };
        let Some(mut next) = next else { return refusal(400, "this makes no sense") };
        next.remove("id");
        next.remove("meta");
        self.forget(&mut next, Some(&held));
        if self.is_taken(&next, id) {
            return refusal(409, "the user name is taken");
        }
        self.set_user(look.author, id, Some(next));
        let kept = &self.users[id];
        let shown = kept.now.as_ref().filter(|_| self.manner.answers_whole);
        match shown {
            Some(body) => self.with_etag(reply(200, &user(id, body, self.tag(kept.version))), kept.version),
            None => SimulatedReply { status: NO_CONTENT, ..SimulatedReply::default() },
        }
    }

    fn create_user(&mut self, body: &Json, look: Look) -> SimulatedReply {
        let Some(mut body) = body.as_object().cloned() else { return refusal(400, "no user") };
        if self.is_taken(&body, "") {
            return refusal(409, "the user name is taken");
        }
        self.forget(&mut body, None);
        let id = self.new_id('n');
        self.set_user(look.author, &id, Some(body.clone()));
        match self.manner.answers_whole {
            true => reply(201, &user(&id, &body, self.tag(1))),
            false => reply(201, &json!({ "id": id })),
        }
    }

    /// Takes out what the service does not keep.
    fn forget(&self, next: &mut Body, held: Option<&Body>) {
        let Some(dropped) = self.manner.drops else { return };
        match held.and_then(|held| held.get(dropped)) {
            Some(before) => drop(next.insert(dropped.to_owned(), before.clone())),
            None => drop(next.remove(dropped)),
        }
    }

    fn is_taken(&self, body: &Body, own: &str) -> bool {
        let name = |body: &Body| body.get("userName").and_then(Json::as_str).map(str::to_lowercase);
        let wanted = name(body).filter(|name| !name.is_empty());
        let others = self.users.iter().filter(|(id, _)| *id != own).filter_map(|(_, kept)| kept.now.as_ref());
        self.manner.unique_names && wanted.is_some() && others.into_iter().any(|other| name(other) == wanted)
    }

    fn one_group(
        &mut self,
        method: Method,
        id: &str,
        if_match: Option<&str>,
        body: &Json,
        look: Look,
    ) -> SimulatedReply {
        if method == Method::Get {
            let shown = self.groups.get(id).and_then(|kept| kept.shown(Instant::now(), look.lag));
            return match shown {
                Some((held, version)) => {
                    let shows = self.manner.members == Shows::Everywhere;
                    let held = self.named(held);
                    self.with_etag(reply(200, &group(id, &held, shows, self.tag(version))), version)
                }
                None => refusal(404, "no such group"),
            };
        }
        let Some(held) = self.groups.get(id).and_then(|kept| kept.now.clone()) else {
            return refusal(404, "no such group");
        };
        if let Some(refused) = self.precondition(if_match, self.groups[id].version) {
            return refused;
        }
        let mut next = held.clone();
        match method {
            Method::Patch if !self.manner.takes_patch => return refusal(501, "no PATCH here"),
            Method::Patch => match self.patch_members(&mut next, body) {
                Some(()) => {}
                None => return refusal(413, "too many members at once"),
            },
            Method::Put => next.members = self.ids(values(body.get("members"))),
            Method::Get | Method::Post | Method::Delete => return refusal(405, "not here"),
        }
        self.set_group(look.author, id, Some(next));
        SimulatedReply { status: NO_CONTENT, ..SimulatedReply::default() }
    }

    /// A group as it names its members.
    fn named(&self, group: &Group) -> Group {
        let name = |id: &String| self.flat(id).and_then(|flat| flat.get("userName").cloned());
        match self.manner.names_members {
            true => Group { members: group.members.iter().filter_map(name).collect(), ..group.clone() },
            false => group.clone(),
        }
    }

    /// The ids of members as they are named; a name that nobody has is nobody.
    fn ids(&self, named: BTreeSet<String>) -> BTreeSet<String> {
        if !self.manner.names_members {
            return named;
        }
        let ids = self.users.keys().filter(|id| {
            self.flat(id).is_some_and(|flat| flat.get("userName").is_some_and(|name| named.contains(name)))
        });
        ids.cloned().collect()
    }

    /// None: too many members.
    fn patch_members(&self, group: &mut Group, body: &Json) -> Option<()> {
        let operations =
            body.get("Operations").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut count = 0;
        for operation in operations {
            let text = |name: &str| operation.get(name).and_then(Json::as_str).unwrap_or_default();
            let mut named = values(operation.get("value"));
            let by_path =
                text("path").strip_prefix("members[value eq ").and_then(|rest| rest.strip_suffix(']'));
            if let Some(id) = by_path {
                if self.manner.ignores_member_paths {
                    continue;
                }
                named.insert(serde_json::from_str(id).unwrap_or_default());
            }
            count += named.len();
            let named = self.ids(named);
            match text("op") {
                "add" => group.members.extend(named),
                _ => group.members.retain(|member| !named.contains(member)),
            }
        }
        (count <= self.manner.members_at_once).then_some(())
    }

    fn create_group(&mut self, body: &Json, look: Look) -> SimulatedReply {
        let name = body.get("displayName").and_then(Json::as_str).unwrap_or_default().to_owned();
        let mut names = self.groups.values().filter_map(|kept| kept.now.as_ref());
        if names.any(|group| group.name == name) {
            return refusal(409, "the group is there");
        }
        let id = self.new_id('h');
        let held = Group { name, members: BTreeSet::new() };
        self.set_group(look.author, &id, Some(held.clone()));
        reply(201, &group(&id, &held, false, None))
    }

    fn list_users(&self, query: &str, look: Look) -> SimulatedReply {
        let now = Instant::now();
        let shown = self.users.iter().filter_map(|(id, kept)| Some((id, kept.shown(now, look.lag)?)));
        let wanted = filter(query);
        if wanted.is_some() && self.manner.filters == Filters::Refused {
            return refusal(400, "no filters here");
        }
        let fits = |body: &Body| match wanted.as_ref().filter(|_| self.manner.filters == Filters::Work) {
            None => true,
            Some((name, value)) => {
                let held = body.get(name).and_then(Json::as_str).unwrap_or_default();
                if name == "userName" { held.to_lowercase() == value.to_lowercase() } else { held == value }
            }
        };
        let shown = shown.filter(|(_, (body, _))| fits(body));
        let all: Vec<Json> = shown.map(|(id, (body, version))| user(id, body, self.tag(version))).collect();
        self.page(all, query, look)
    }

    fn list_groups(&self, query: &str, look: Look) -> SimulatedReply {
        let now = Instant::now();
        let shown = self.groups.iter().filter_map(|(id, kept)| Some((id, kept.shown(now, look.lag)?)));
        let wanted = filter(query);
        if wanted.is_some() && self.manner.filters == Filters::Refused {
            return refusal(400, "no filters here");
        }
        let wanted = wanted.filter(|_| self.manner.filters == Filters::Work);
        let shown = shown.filter(|(_, (held, _))| wanted.as_ref().is_none_or(|(_, name)| held.name == *name));
        let shows = self.manner.members != Shows::Nowhere && !query.contains("excludedAttributes=members");
        let shown = shown.map(|(id, (held, version))| (id, self.named(held), version));
        let all = shown.map(|(id, held, version)| group(id, &held, shows, self.tag(version))).collect();
        self.page(all, query, look)
    }

    fn page(&self, all: Vec<Json>, query: &str, look: Look) -> SimulatedReply {
        let number = |name: &str| parameter(query, name).and_then(|value| value.parse::<usize>().ok());
        let by_cursor = self.manner.cursor && query.split('&').any(|pair| pair.starts_with("cursor"));
        let start = match by_cursor {
            true => number("cursor").unwrap_or(0),
            false => number("startIndex").unwrap_or(1).max(1) - 1,
        };
        let count = number("count").unwrap_or(self.manner.page).min(self.manner.page);
        let total = all.len();
        let mut page: Vec<Json> = all.into_iter().skip(start).take(count).collect();
        if look.short {
            page.pop();
        }
        let next = (by_cursor && start + count < total).then(|| (start + count).to_string());
        reply(
            200,
            &json!({ "totalResults": total, "startIndex": start + 1, "Resources": page, "nextCursor": next }),
        )
    }

    fn precondition(&self, if_match: Option<&str>, version: u64) -> Option<SimulatedReply> {
        let wanted = if_match.filter(|_| self.manner.etags)?;
        (wanted != etag(version)).then(|| refusal(412, "it changed"))
    }

    fn tag(&self, version: u64) -> Option<String> {
        self.manner.etags.then(|| etag(version))
    }

    fn with_etag(&self, reply: SimulatedReply, version: u64) -> SimulatedReply {
        let headers = self.tag(version).map(|tag| ("etag", tag)).into_iter().collect();
        SimulatedReply { headers, ..reply }
    }
}

fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

fn user(id: &str, body: &Body, etag: Option<String>) -> Json {
    let mut shown = body.clone();
    shown.insert("id".to_owned(), id.into());
    if let Some(etag) = etag {
        shown.insert("meta".to_owned(), json!({ "resourceType": "User", "version": etag }));
    }
    shown.into()
}

fn group(id: &str, held: &Group, shows: bool, etag: Option<String>) -> Json {
    let mut shown = json!({ "id": id, "displayName": held.name });
    if shows {
        let members: Vec<Json> = held.members.iter().map(|member| json!({ "value": member })).collect();
        shown["members"] = members.into();
    }
    if let Some(etag) = etag {
        shown["meta"] = json!({ "version": etag });
    }
    shown
}

fn values(list: Option<&Json>) -> BTreeSet<String> {
    let elements = list.and_then(Json::as_array).into_iter().flatten();
    elements.filter_map(|element| element.get("value")?.as_str().map(str::to_owned)).collect()
}

/// The attribute and the value that a query asks for.
fn filter(query: &str) -> Option<(String, String)> {
    let text = parameter(query, "filter")?;
    let (name, operand) = text.split_once(" eq ")?;
    Some((name.to_owned(), serde_json::from_str(operand).ok()?))
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(decoded))
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| digit.map_or('0', char::from));
                let code = u8::from_str_radix(&digits.iter().collect::<String>(), 16);
                bytes.push(code.unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
