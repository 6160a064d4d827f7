//! A double of Microsoft's sign-in and Graph: stateful, with faults on demand; each answer is checked against
//! Microsoft's contract.

use super::search::{found, member_of};
use super::tenant::{CLIENT, SECRET, SERVICE, TENANT, Tenant};
use crate::support::contract::contract;
use crate::support::http_server::{Reply, Request, Server, decoded, parameters};
use rustls::ServerConfig;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Replaces the answer of a request, which may be inside a batch; none: no fault. The number is how often the same path
/// was requested before.
pub(crate) type Fault = Box<dyn FnMut(&Request, usize, &Answer) -> Option<Reply> + Send>;

/// An answer of the double without fault.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

/// A running double. When dropped, it stops and asserts that the contract was kept.
pub(crate) struct Double {
    pub(crate) server: Server,
    state: Arc<Mutex<State>>,
}

/// The state of the tenant at a cursor, and what was requested then.
#[derive(Clone)]
pub(crate) struct Remembered {
    pub(crate) tenant: Tenant,
    pub(crate) select: String,
    pub(crate) filter: String,
}

/// The requests so far, and the tenant.
pub(crate) struct State {
    pub(crate) origin: String,
    pub(crate) tenant: Tenant,
    fault: Fault,
    judged: bool,
    wrong: Vec<String>,
    requests: Vec<Request>,
    asked: BTreeMap<String, usize>,
    tokens: Vec<(String, usize)>,
    pub(crate) history: Vec<Remembered>,
}

impl Double {
    pub(crate) fn start(tenant: Tenant) -> Self {
        Self::faulty(tenant, |_, _, _| None)
    }

    /// A double whose answers are not checked against the contract, which takes long; other tests check the same
    /// answers.
    pub(crate) fn unjudged(self) -> Self {
        self.state.lock().expect("nobody panics with it").judged = false;
        self
    }

    /// A double with a fault.
    pub(crate) fn faulty(
        tenant: Tenant,
        fault: impl FnMut(&Request, usize, &Answer) -> Option<Reply> + Send + 'static,
    ) -> Self {
        Self::start_with(None, tenant, fault)
    }

    /// A double with a fault, over TLS if a certificate for 127.0.0.1 is given.
    pub(crate) fn start_with(
        tls: Option<Arc<ServerConfig>>,
        tenant: Tenant,
        fault: impl FnMut(&Request, usize, &Answer) -> Option<Reply> + Send + 'static,
    ) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let state = Arc::new(Mutex::new(State {
            origin: String::new(),
            tenant,
            fault: Box::new(fault),
            judged: true,
            wrong: Vec::new(),
            requests: Vec::new(),
            asked: BTreeMap::new(),
            tokens: Vec::new(),
            history: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        let server = Server::start_with(tls, move |port| {
            shared.lock().expect("nobody panics with it").origin = format!("{scheme}://127.0.0.1:{port}");
            Box::new(move |request| shared.lock().expect("nobody panics with it").reply(request))
        });
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Makes links lead to another address: that of the proxy in front of the double.
    pub(crate) fn known_as(&self, url: &str) {
        self.state.lock().expect("nobody panics with it").origin = url.to_owned();
    }

    /// All requests so far, without those inside batches.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().expect("nobody panics with it").requests.clone()
    }

    /// How many requests had this path, without those inside batches.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.requests().iter().filter(|request| request.path() == path).count()
    }

    /// Changes the tenant.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Tenant)) {
        change(&mut self.state.lock().expect("nobody panics with it").tenant);
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        if let Ok(state) = self.state.lock() {
            assert!(state.wrong.is_empty() || std::thread::panicking(), "the contract: {:#?}", state.wrong);
        }
    }
}

impl State {
    fn reply(&mut self, request: Request) -> Reply {
        self.requests.push(request.clone());
        let answer = match request.path() {
            path if path.ends_with("/oauth2/v2.0/token") => self.token(&request),
            path if path.ends_with("/.well-known/openid-configuration") => self.discovery(&request),
            _ => self.graph(&request),
        };
        self.replied(&request, answer)
    }

    /// The answer to be sent: with a fault, or checked against the contract.
    fn replied(&mut self, request: &Request, answer: Answer) -> Reply {
        let asked = self.asked.entry(request.path().to_owned()).or_default();
        let before = *asked;
        *asked += 1;
        if let Some(reply) = (self.fault)(request, before, &answer) {
            return reply;
        }
        let body = match &answer.body {
            Value::String(text) => text.clone().into_bytes(),
            body => body.to_string().into_bytes(),
        };
        if let Some(path) = request.path().strip_prefix("/v1.0").filter(|_| self.judged) {
            let wrong = contract().judge(request, path, answer.status, &body);
            self.wrong.extend(
                wrong.into_iter().map(|problem| format!("{} {}: {problem}", request.method, request.target)),
            );
        }
        let mut headers = answer.headers;
        // A count is no JSON (MG7).
        let kind = if answer.body.is_string() { "text/plain" } else { "application/json" };
        headers.push(("Content-Type", kind.to_owned()));
        Reply::Whole(answer.status, headers, body)
    }

    /// The endpoints of a tenant's sign-in, which Microsoft's clients request first (OpenID Connect Discovery 1.0, 4).
    fn discovery(&self, request: &Request) -> Answer {
        let origin = &self.origin;
        let tenant = request.path().split('/').nth(1).unwrap_or_default();
        let body = json!({
            "token_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/devicecode"),
            "issuer": format!("{origin}/{TENANT}/v2.0"),
        });
        Answer { status: 200, headers: Vec::new(), body }
    }

    fn token(&mut self, request: &Request) -> Answer {
        let form: BTreeMap<String, String> = parameters(&request.body).into_iter().collect();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let tenant = request.path().split('/').nth(1).unwrap_or_default();
        let known = [TENANT, "contoso.onmicrosoft.com"].contains(&tenant);
        let assertion = field("client_assertion").split('.').count() == 3
            && field("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let refusal = match () {
            () if request.header("content-type") != Some("application/x-www-form-urlencoded") => {
                (900144, "the body is no form")
            }
            () if !known => (90002, "Tenant not found. Check to make sure you have the correct tenant ID"),
            () if field("grant_type") != "client_credentials" => (70003, "the grant is not supported"),
            () if field("client_id") != CLIENT => (700016, "Application was not found in the directory"),
            () if !field("scope").ends_with("/.default") => {
                (1002012, "The provided value for scope is not valid")
            }
            () if field("client_secret") == SECRET || assertion => {
                let token = format!("canary-token-{}", self.tokens.len());
                self.tokens.push((token.clone(), 0));
                let body = json!({ "token_type": "Bearer", "expires_in": self.tenant.lifetime, "ext_expires_in": 3599, "access_token": token });
                return Answer { status: 200, headers: Vec::new(), body };
            }
            () => (
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID",
            ),
        };
        sign_in_refusal(refusal.0, refusal.1)
    }

    fn graph(&mut self, request: &Request) -> Answer {
        let token = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        let uses = self.tenant.uses;
        // Only the newest token is accepted, and only a limited number of times.
        let good = self.tokens.last_mut().filter(|(known, _)| Some(known) == token.as_ref());
        match good {
            Some((_, used)) if *used < uses => *used += 1,
            _ => {
                return error(
                    401,
                    "InvalidAuthenticationToken",
                    "Access token has expired or is not yet valid.",
                );
            }
        }
        match request.path().strip_prefix("/v1.0") {
            Some("/$batch") if request.method == "POST" => self.batch(request),
            Some(path) if request.method == "GET" => self.get(request, path),
            _ => error(405, "Request_BadRequest", "not allowed"),
        }
    }

    fn batch(&mut self, request: &Request) -> Answer {
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let asked = body["requests"].as_array().cloned().unwrap_or_default();
        if asked.is_empty() || asked.len() > 20 {
            return error(400, "BadRequest", "a batch has 1 to 20 requests");
        }
        let mut responses: Vec<Value> = asked.iter().map(|inner| self.inner(request, inner)).collect();
        // Answers may come in any order (MG14).
        responses.reverse();
        Answer { status: 200, headers: Vec::new(), body: json!({ "responses": responses }) }
    }

    fn inner(&mut self, outer: &Request, inner: &Value) -> Value {
        let target = format!("/v1.0{}", inner["url"].as_str().unwrap_or_default());
        let request =
            Request { method: "GET".to_owned(), target, headers: outer.headers.clone(), body: String::new() };
        let path = request.path().trim_start_matches("/v1.0").to_owned();
        let answer = self.get(&request, &path);
        let (status, headers, body) = match self.replied(&request, answer) {
            Reply::Whole(status, headers, body) => (status, headers, body),
            other => panic!("{other:?} inside a batch"),
        };
        let headers: Map<String, Value> =
            headers.into_iter().map(|(name, header)| (name.to_owned(), json!(header))).collect();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        json!({ "id": inner["id"], "status": status, "headers": headers, "body": body })
    }

    fn get(&mut self, request: &Request, path: &str) -> Answer {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let needed: &[&str] = match parts[0] {
            "users" => &["User.Read.All"],
            "groups" => &["GroupMember.Read.All"],
            _ => &["Application.Read.All"],
        };
        if let Some(missing) = needed.iter().find(|permission| !self.tenant.permissions.contains(*permission))
        {
            let _ = missing;
            return error(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            );
        }
        match parts.as_slice() {
            [kind @ ("users" | "groups"), "delta"] => self.delta(kind, request),
            ["users", "$count"] => self.count(request),
            ["users"] => match found(&self.tenant, request) {
                Some(users) => self.list(request, users.len(), |at| selected(users[at], request, None)),
                None => unsupported(),
            },
            ["users", id, list @ ("memberOf" | "transitiveMemberOf")] => {
                match member_of(&self.tenant, id, *list == "transitiveMemberOf") {
                    Some(above) => self
                        .list(request, above.len(), |at| selected(&above[at], request, Some("@odata.type"))),
                    None => not_found(id),
                }
            }
            ["users", id] => match self.tenant.users.iter().find(|user| user["id"] == **id) {
                Some(user) => {
                    Answer { status: 200, headers: Vec::new(), body: selected(user, request, None) }
                }
                None => not_found(id),
            },
            ["groups"] => self.groups(request),
            ["groups", id, "members"] => self.members(request, id),
            ["servicePrincipals", SERVICE] => {
                let whole = json!({ "id": SERVICE, "displayName": "Promapp", "appRoles": self.tenant.roles, "tags": [] });
                Answer { status: 200, headers: Vec::new(), body: selected(&whole, request, None) }
            }
            ["servicePrincipals", SERVICE, "appRoleAssignedTo"] => {
                let assignments = &self.tenant.assignments;
                self.list(request, assignments.len(), |at| selected(&assignments[at], request, None))
            }
            [_, id, ..] => not_found(id),
            _ => error(400, "BadRequest", "Resource not found for the segment."),
        }
    }

    fn count(&self, request: &Request) -> Answer {
        if request.header("consistencylevel") != Some("eventual") {
            return error(
                400,
                "Request_BadRequest",
                "$count is not currently supported without ConsistencyLevel.",
            );
        }
        let count = self.tenant.counted.unwrap_or(self.tenant.users.len());
        Answer { status: 200, headers: Vec::new(), body: json!(count.to_string()) }
    }

    fn groups(&self, request: &Request) -> Answer {
        let all = self.tenant.groups.iter();
        let found: Vec<Value> = match request.parameter("$filter") {
            None => all.cloned().collect(),
            Some(filter) => match filtered(&filter) {
                Some(fits) => all.filter(|group| fits(group)).cloned().collect(),
                None => return unsupported(),
            },
        };
        match request.parameter("$expand") {
            // As in E2: twenty members, and no way to read the others.
            Some(_) => {
                let some = |group: &Value| {
                    let mut group = group.clone();
                    let id = group["id"].as_str().unwrap_or_default().to_owned();
                    group["members"] = self.tenant.members[&id]
                        .iter()
                        .take(20)
                        .map(|member| json!({ "id": member.1 }))
                        .collect();
                    group
                };
                self.list(request, found.len(), |at| selected(&some(&found[at]), request, None))
            }
            None => self.list(request, found.len(), |at| selected(&found[at], request, None)),
        }
    }

    fn members(&self, request: &Request, id: &str) -> Answer {
        let Some(members) = self.tenant.members.get(id) else { return not_found(id) };
        let hidden = self
            .tenant
            .groups
            .iter()
            .any(|group| group["id"] == id && group["visibility"] == "HiddenMembership");
        let shown = !hidden || self.tenant.permissions.contains("Member.Read.Hidden");
        let object = |at: usize| {
            let (kind, id) = &members[at];
            json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": id })
        };
        self.list(request, if shown { members.len() } else { 0 }, |at| {
            selected(&object(at), request, Some("@odata.type"))
        })
    }

    /// A page of a list: the one in `$skiptoken`, with `$top` or 100 objects.
    fn list(&self, request: &Request, total: usize, object: impl Fn(usize) -> Value) -> Answer {
        let number = |name: &str, otherwise: usize| {
            request
                .parameter(name)
                .map_or(Some(otherwise), |text| text.trim_start_matches("at-").parse().ok())
        };
        let (Some(top), Some(start)) = (number("$top", 100), number("$skiptoken", 0)) else {
            return error(400, "Request_BadRequest", "Invalid page.");
        };
        if !(1..=999).contains(&top) {
            return error(
                400,
                "Request_BadRequest",
                "Invalid page size specified. Must be between 1 and 999.",
            );
        }
        let end = total.min(start + top.min(self.tenant.most));
        let value: Vec<Value> = (start.min(end)..end).map(object).collect();
        let mut body =
            json!({ "@odata.context": format!("{}/v1.0/$metadata#x", self.origin), "value": value });
        if end < total {
            // A proxy in front of the double may encode the dollar signs.
            let old = |pair: &&str| decoded(pair).starts_with("$skiptoken=");
            let kept: Vec<&str> = request.target.split('&').filter(|pair| !old(pair)).collect();
            let joint = if kept.join("&").contains('?') { '&' } else { '?' };
            body["@odata.nextLink"] =
                json!(format!("{}{}{joint}$skiptoken=at-{end}", self.origin, kept.join("&")));
        }
        Answer { status: 200, headers: Vec::new(), body }
    }
}

/// The properties in `$select`; all if it is missing.
fn selected(object: &Value, request: &Request, always: Option<&str>) -> Value {
    let Some(select) = request.parameter("$select") else { return object.clone() };
    let names = select.split(',').chain(always);
    let chosen = names.map(|name| (name.to_owned(), object.get(name).cloned().unwrap_or_default()));
    Value::Object(chosen.collect())
}

/// Whether a group passes a filter.
type Filter = Box<dyn Fn(&Value) -> bool>;

/// The few filters that a reader needs: the beginning of a name, and lists of names or ids; ASCII case is ignored.
fn filtered(filter: &str) -> Option<Filter> {
    let text = |group: &Value, name: &str| group[name].as_str().unwrap_or_default().to_lowercase();
    if let Some(rest) = filter.strip_prefix("startswith(displayName,") {
        let prefix = literals(rest.strip_suffix(')')?)?.pop()?.to_lowercase();
        return Some(Box::new(move |group| text(group, "displayName").starts_with(&prefix)));
    }
    let (name, list) = filter.split_once(" in (")?;
    let name = ["displayName", "id"].into_iter().find(|known| *known == name)?;
    let list: Vec<String> =
        literals(list.strip_suffix(')')?)?.iter().map(|literal| literal.to_lowercase()).collect();
    (1..=15).contains(&list.len()).then_some(())?;
    Some(Box::new(move |group| list.contains(&text(group, name))))
}

/// `'one','it''s two'`
pub(crate) fn literals(text: &str) -> Option<Vec<String>> {
    let (mut found, mut rest) = (Vec::new(), text);
    loop {
        rest = rest.strip_prefix('\'')?;
        let mut literal = String::new();
        loop {
            let end = rest.find('\'')?;
            literal.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('\'') {
                Some(more) => {
                    literal.push('\'');
                    rest = more;
                }
                None => break,
            }
        }
        found.push(literal);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return rest.is_empty().then_some(found),
        }
    }
}

pub(crate) fn error(status: u16, code: &str, message: &str) -> Answer {
    let inner =
        json!({ "date": "2026-11-21T00:00:00", "request-id": "6c3ad66d-0000-4000-8000-000000000001" });
    let body = json!({ "error": { "code": code, "message": message, "innerError": inner } });
    Answer { status, headers: Vec::new(), body }
}

fn unsupported() -> Answer {
    error(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.")
}

fn not_found(id: &str) -> Answer {
    error(404, "Request_ResourceNotFound", &format!("Resource '{id}' does not exist."))
}

/// A refusal by the sign-in service.
pub(crate) fn sign_in_refusal(code: u32, message: &str) -> Answer {
    let correlation = "7d3ad66d-0000-4000-8000-000000000002";
    let trace = format!(
        "Trace ID: 8e3ad66d-0000-4000-8000-000000000003 Correlation ID: {correlation} Timestamp: 2026-11-21 00:00:00Z"
    );
    let body = json!({
        "error": "invalid_client", "error_description": format!("AADSTS{code}: {message} {trace}"),
        "error_codes": [code], "correlation_id": correlation,
    });
    Answer { status: if code == 90002 { 400 } else { 401 }, headers: Vec::new(), body }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        let body = answer.body.to_string().into_bytes();
        Self::Whole(answer.status, answer.headers, body)
    }
}
