//! Changes since a cursor, as the double reports them: in pages, with repetitions, only with changed properties.

use super::double::{Answer, Remembered, State, error};
use super::tenant::Tenant;
use crate::support::http_server::Request;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Changes a page.
const PAGE: usize = 2;

impl State {
    /// Answers `/users/delta` and `/groups/delta`.
    pub(super) fn delta(&mut self, kind: &str, request: &Request) -> Answer {
        let token = request.parameter("$deltatoken").or_else(|| request.parameter("$skiptoken"));
        let Some(token) = token else {
            return error(400, "Request_BadRequest", "the double knows cursors only");
        };
        if self.tenant.forgetful && token != "latest" {
            return Answer {
                headers: vec![("Location", format!("{}/v1.0/{kind}/delta?$deltatoken=", self.origin))],
                ..error(410, "syncStateNotFound", "The sync state generation is not found.")
            };
        }
        if token == "latest" {
            let text = |name: &str| request.parameter(name).unwrap_or_default();
            let now =
                Remembered { tenant: self.tenant.clone(), select: text("$select"), filter: text("$filter") };
            self.history.push(now);
            return self.page(kind, Vec::new(), 0, self.history.len() - 1, self.history.len() - 1);
        }
        // Old and new state, and the position.
        let parts: Vec<usize> = token.split('-').skip(1).filter_map(|part| part.parse().ok()).collect();
        let (old, new, start) = match parts.as_slice() {
            [old] => {
                let now = Remembered { tenant: self.tenant.clone(), ..self.history[*old].clone() };
                self.history.push(now);
                (*old, self.history.len() - 1, 0)
            }
            [old, new, start] => (*old, *new, *start),
            _ => return error(400, "Request_BadRequest", "no such cursor"),
        };
        let (before, after) = (&self.history[old], &self.history[new]);
        let mut changes = match kind {
            "users" => users(&before.tenant, &after.tenant, &after.select),
            _ => groups(&before.tenant, &after.tenant, &after.filter),
        };
        // Changes may be repeated (MG8).
        changes.extend(changes.first().cloned());
        self.page(kind, changes, start, old, new)
    }

    fn page(&self, kind: &str, changes: Vec<Value>, start: usize, old: usize, new: usize) -> Answer {
        let end = changes.len().min(start + PAGE);
        let base = format!("{}/v1.0/{kind}/delta", self.origin);
        let mut body = json!({ "@odata.context": "x", "value": changes[start.min(end)..end] });
        if end < changes.len() {
            body["@odata.nextLink"] = json!(format!("{base}?$skiptoken=s-{old}-{new}-{end}"));
        } else {
            body["@odata.deltaLink"] = json!(format!("{base}?$deltatoken=d-{new}"));
        }
        Answer { status: 200, headers: Vec::new(), body }
    }
}

fn users(before: &Tenant, after: &Tenant, select: &str) -> Vec<Value> {
    let names: Vec<&str> = select.split(',').collect();
    let by_id = |tenant: &Tenant| -> BTreeMap<String, Value> {
        tenant.users.iter().map(|user| (user["id"].to_string(), user.clone())).collect()
    };
    let (old_users, new_users) = (by_id(before), by_id(after));
    let mut changes: Vec<Value> = Vec::new();
    for user in &after.users {
        let old = old_users.get(&user["id"].to_string()).cloned().unwrap_or_default();
        let changed: Map<String, Value> = names
            .iter()
            .filter(|name| old.get(**name) != user.get(**name))
            .map(|name| ((*name).to_owned(), user[*name].clone()))
            .chain([("id".to_owned(), user["id"].clone())])
            .collect();
        if changed.len() > 1 {
            changes.push(Value::Object(changed));
        }
    }
    let gone = before.users.iter().filter(|user| !new_users.contains_key(&user["id"].to_string()));
    changes.extend(gone.map(|user| json!({ "id": user["id"], "@removed": { "reason": "changed" } })));
    changes
}

fn groups(before: &Tenant, after: &Tenant, filter: &str) -> Vec<Value> {
    let ids = filter.split(" or ").filter_map(|test| test.strip_prefix("id eq '")?.strip_suffix('\''));
    let mut changes = Vec::new();
    for id in ids {
        let Some(new) = after.members.get(id) else {
            changes.push(json!({ "id": id, "@removed": { "reason": "deleted" } }));
            continue;
        };
        let old = before.members.get(id).cloned().unwrap_or_default();
        let (was, is): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
        let object = |(kind, id): &(&str, String)| json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": id });
        let came = new.iter().filter(|member| !was.contains(member)).map(object);
        let went = old.iter().filter(|member| !is.contains(member)).map(object).map(|mut object| {
            object["@removed"] = json!({ "reason": "deleted" });
            object
        });
        let members: Vec<Value> = came.chain(went).collect();
        if !members.is_empty() {
            changes.push(json!({ "id": id, "members@delta": members }));
        }
    }
    changes
}
