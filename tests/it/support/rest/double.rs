//! An API in memory, with the sign-in, envelope and paging that are known of Pulseway PSA's, with calls of its own for what
//! other APIs have, and with faults on demand.

use crate::support::http_server::{Reply, Request, Server, parameters};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// The key that the API takes in `X-Api-Key`.
pub(crate) const KEY: &str = "key-of-this-test";
/// The password of its only user.
pub(crate) const PASSWORD: &str = "password of this test & more";

/// What the API holds, and what was asked of it.
#[derive(Default)]
pub(crate) struct State {
    /// Records by list (`employees`, `contacts`) and number.
    pub(crate) records: BTreeMap<String, BTreeMap<u32, Map<String, Json>>>,
    /// Roles by account, as numbers.
    pub(crate) roles: BTreeMap<u32, Vec<u32>>,
    /// Method and path of each call, with its body.
    pub(crate) calls: Vec<(String, Json)>,
    made: u32,
    tokens: u32,
}

/// A fault: an answer in place of the API's own.
pub(crate) type Fault = Box<dyn FnMut(&Request, &mut State) -> Option<Reply> + Send>;

/// The running API.
pub(crate) struct Double {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Double {
    pub(crate) fn start() -> Self {
        Self::with_fault(Box::new(|_, _| None))
    }

    pub(crate) fn with_fault(mut fault: Fault) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = Server::start(|_| {
            Box::new(move |request| {
                let mut state = shared.lock().expect("no call panics");
                let body = serde_json::from_str(&request.body).unwrap_or_default();
                state.calls.push((format!("{} {}", request.method, request.path()), body));
                fault(&request, &mut state).unwrap_or_else(|| state.answer(&request))
            })
        });
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no call panics")
    }

    /// How often this was called since the last time.
    pub(crate) fn count(&self, call: &str) -> usize {
        self.state().calls.iter().filter(|(known, _)| known.starts_with(call)).count()
    }
}

/// A success.
pub(crate) fn success(result: &Json) -> Reply {
    Reply::json(200, &json!({ "success": true, "result": result }))
}

/// A failure that says so in its body alone.
pub(crate) fn failure(message: &str) -> Reply {
    Reply::json(200, &json!({ "success": false, "error": { "message": message } }))
}

impl State {
    fn answer(&mut self, request: &Request) -> Reply {
        if request.path() == "/v2/security/authenticate" {
            return self.sign_in(request);
        }
        let token = format!("Bearer t-{}", self.tokens);
        let is_known = request.header("authorization") == Some(&token) && self.tokens > 0;
        if !is_known && request.header("x-api-key") != Some(KEY) {
            return Reply::json(401, &json!({ "message": "nobody knows you" }));
        }
        let path = request.path().to_owned();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let body: Json = serde_json::from_str(&request.body).unwrap_or_default();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["v2", "roles"]) => {
                success(&json!([{ "id": 71, "name": "agent" }, { "id": 72, "name": "supervisor" }]))
            }
            ("GET", ["v2", "hr" | "crm", list]) => self.list(list, request),
            ("POST", ["v2", "hr" | "crm", list]) => self.create(list, body),
            (method, ["v2", "hr" | "crm", list, id, rest @ ..]) => {
                let id: u32 = id.parse().unwrap_or_default();
                if !self.records.get(*list).is_some_and(|records| records.contains_key(&id)) {
                    return Reply::json(404, &json!({ "success": false }));
                }
                self.one(method, list, id, rest, &body)
            }
            _ => Reply::json(404, &json!({ "message": "not here" })),
        }
    }

    fn sign_in(&mut self, request: &Request) -> Reply {
        let fields: BTreeMap<String, String> = parameters(&request.body).into_iter().collect();
        let expected = [
            ("GrantType", "password"),
            ("UserName", "rolewright"),
            ("Password", PASSWORD),
            ("Tenant", "Contoso A/S"),
        ];
        let is_form = request.header("content-type") == Some("application/x-www-form-urlencoded");
        if !is_form
            || expected.iter().any(|(name, value)| fields.get(*name).map(String::as_str) != Some(*value))
        {
            return failure("no such user");
        }
        self.tokens += 1;
        success(&json!({ "accessToken": format!("t-{}", self.tokens) }))
    }

    fn list(&self, list: &str, request: &Request) -> Reply {
        let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());
        let records = self.records.get(list);
        let all: Vec<&Map<String, Json>> = records.into_iter().flat_map(BTreeMap::values).collect();
        let size = number("PageSize").unwrap_or(all.len());
        let from = match (number("PageNumber"), request.parameter("after")) {
            (Some(page), _) => (page - 1) * size,
            (None, Some(cursor)) => cursor.trim_start_matches("c/+").parse().unwrap_or_default(),
            (None, None) => 0,
        };
        let page: Vec<&&Map<String, Json>> = all.iter().skip(from).take(size).collect();
        let next = (from + page.len() < all.len()).then(|| format!("c/+{}", from + page.len()));
        Reply::json(200, &json!({ "success": true, "result": page, "totalRecords": all.len(), "next": next }))
    }

    fn create(&mut self, list: &str, body: Json) -> Reply {
        let Json::Object(mut record) = body else { return failure("no record") };
        self.made += 1;
        record.insert("id".to_owned(), self.made.into());
        self.records.entry(list.to_owned()).or_default().insert(self.made, record);
        success(&json!({ "id": self.made }))
    }

    fn one(&mut self, method: &str, list: &str, id: u32, rest: &[&str], body: &Json) -> Reply {
        let roles = self.roles.entry(id).or_default();
        let Some(record) = self.records.get_mut(list).and_then(|records| records.get_mut(&id)) else {
            return failure("gone");
        };
        let status = |word: &str| Some(json!({ "status": word }));
        let changes = match (method, rest) {
            ("GET", []) => return success(&Json::Object(record.clone())),
            ("PATCH", []) => Some(body.clone()),
            ("DELETE", []) => {
                self.records.get_mut(list).map(|records| records.remove(&id));
                return Reply::Whole(204, Vec::new(), Vec::new());
            }
            ("POST", ["deactivate"]) => status("Inactive"),
            ("POST", ["reactivate"]) => status("Active"),
            ("POST", ["archive"]) => status("Archived"),
            ("GET", ["roles"]) => {
                let rows: Vec<Json> = roles.iter().map(|role| json!({ "roleId": role })).collect();
                return success(&rows.into());
            }
            ("POST", ["roles"]) => {
                roles.extend(body["roleId"].as_u64().map(|role| role as u32));
                None
            }
            ("DELETE", ["roles", role]) => {
                roles.retain(|held| held.to_string() != *role);
                None
            }
            _ => return Reply::json(405, &json!({ "success": false })),
        };
        record.extend(changes.and_then(|changes| changes.as_object().cloned()).unwrap_or_default());
        success(&json!({}))
    }
}
