//! A signed-in session with Graph. Its token is renewed before it expires, and once after a refusal (MG1, F11).
//! Refusals are explained to people who can grant permissions.

use super::key::Key;
use crate::fetch::progress;
use crate::http::{Answer, Call, HttpError, Limits, Method, Service, backoff, retry_after_now};
use crate::model::{AddressRule, EntraConnection, ReadBudget};
use crate::wire::graph::query::VERSION;
use crate::wire::graph::refusal::{grant_help, may_succeed_later, sign_in_help};
use crate::wire::graph::{
    Hosts, Proof, Token, batch_body, decode_batch, decode_token, hosts, token_form, token_target,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Attempts of a sign-in whose federated credential may be too new.
const SIGN_INS: u32 = 4;
/// Seconds before its expiry at which a token is renewed.
const MARGIN: u64 = 300;
/// The jitter to use when Graph does not say how long to wait inside a batch.
const JITTER: u64 = 499;

/// A session with one tenant.
pub(super) struct Session<'r> {
    connection: &'r EntraConnection,
    hosts: Hosts,
    key: Key,
    login: Service,
    graph: Service,
    limits: Limits,
    patience: Duration,
    renew_at: Instant,
}

/// The answer to one request of a batch.
pub(super) enum BatchPart {
    /// The body.
    Body(Vec<u8>),
    /// The object does not exist.
    Absent,
}

impl<'r> Session<'r> {
    /// Signs in.
    pub(super) async fn open(
        connection: &'r EntraConnection,
        key: Key,
        limits: Limits,
        patience: Duration,
        addresses: &AddressRule,
    ) -> Result<Self, String> {
        let hosts = hosts(connection.cloud, connection.endpoint.as_deref());
        let service = |origin: &str| {
            Service::guarded(origin, None, "application/json", limits, addresses)
                .map_err(|error| error.to_string())
        };
        let login =
            service(&hosts.login)?.reporting_pauses(|wait| progress::pause("Microsoft Entra ID", wait));
        let graph = service(&hosts.graph)?.reporting_pauses(graph_pauses);
        let renew_at = Instant::now();
        let mut session = Self { connection, hosts, key, login, graph, limits, patience, renew_at };
        session.renew().await?;
        Ok(session)
    }

    /// The same for one read: Graph's answers together take no more than this.
    #[must_use]
    pub(super) fn within(self, budget: ReadBudget) -> Self {
        Self { graph: self.graph.within(budget), ..self }
    }

    /// Counts objects that came.
    pub(super) fn count_records(&self, count: u64) -> Result<(), String> {
        self.graph.count_records(count).map_err(|error| error.to_string())
    }

    /// Graph's scheme and host.
    pub(super) fn origin(&self) -> &str {
        &self.hosts.graph
    }

    /// Requests a path below the origin.
    pub(super) async fn get(&mut self, route: &'static str, target: &str) -> Result<Answer, HttpError> {
        self.send(&Call::new(Method::Get, route, target)).await
    }

    /// [`Self::get`] for a count, which is an advanced query (MG6) and not JSON (MG7).
    pub(super) async fn get_count(&mut self, route: &'static str, target: &str) -> Result<Answer, HttpError> {
        let call = Call::new(Method::Get, route, target);
        self.send(&Call { headers: vec![("consistencylevel", "eventual"), ("accept", "text/plain")], ..call })
            .await
    }

    /// Sends several requests as batches; the targets are paths below the version. Throttled requests are sent again
    /// (MG14). The answers are in the order of the requests.
    pub(super) async fn batch(
        &mut self,
        route: &'static str,
        targets: &[String],
    ) -> Result<Vec<BatchPart>, String> {
        let mut parts: Vec<Option<BatchPart>> = targets.iter().map(|_| None).collect();
        let deadline = Instant::now() + self.limits.budget;
        let (mut attempt, mut renewed) = (1, false);
        loop {
            let open: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].is_none()).collect();
            if open.is_empty() {
                return Ok(parts.into_iter().flatten().collect());
            }
            let (pause, refused) = self.ask(route, targets, &open, &mut parts).await?;
            let left = parts.iter().filter(|part| part.is_none()).count();
            if left == 0 {
                continue;
            }
            if refused {
                if std::mem::replace(&mut renewed, true) {
                    return Err(self.explain(&self.inner(route, 401, None)));
                }
                self.renew().await?;
                continue;
            }
            // As long as there is progress, attempts start over, until the time budget ends.
            attempt = if left < open.len() { 1 } else { attempt };
            let requested_pause = pause;
            let pause = pause.unwrap_or_else(|| backoff(attempt, JITTER));
            if attempt >= self.limits.attempts || Instant::now() + pause >= deadline {
                let wait = pause.as_secs();
                return Err(format!(
                    "Microsoft Graph is throttling: it did not answer {route} and asks to wait {wait} seconds; run again later"
                ));
            }
            attempt += 1;
            if let Some(wait) = requested_pause {
                graph_pauses(wait);
            }
            sleep(pause).await;
        }
    }

    /// Sends the open requests once; returns the requested pause, and whether the token was refused.
    async fn ask(
        &mut self,
        route: &'static str,
        targets: &[String],
        open: &[usize],
        parts: &mut [Option<BatchPart>],
    ) -> Result<(Option<Duration>, bool), String> {
        let body = batch_body(open.iter().map(|at| targets[*at].as_str()));
        let call = Call { reads: true, ..Call::new(Method::Post, "/$batch", format!("{VERSION}/$batch")) };
        let answer = self.send(&call.body(&body)).await.map_err(|error| self.explain(&error))?;
        let answers =
            decode_batch(&answer.body, open.len()).map_err(|problem| format!("/$batch: {problem}"))?;
        let mut longest = None;
        let mut refused = false;
        for answer in answers {
            let index = open[answer.index];
            let body = answer.body.map(|body| body.get().as_bytes());
            match (answer.status, body) {
                (200, Some(body)) => parts[index] = Some(BatchPart::Body(body.to_vec())),
                (404, _) => parts[index] = Some(BatchPart::Absent),
                (401, _) => refused = true,
                (429 | 500 | 502..=504, _) => {
                    let requested_pause = answer.retry_after.as_deref().and_then(retry_after_now);
                    longest = longest.max(requested_pause);
                }
                (status, body) => return Err(self.explain(&self.inner(route, status, body))),
            }
        }
        Ok((longest, refused))
    }

    async fn send(&mut self, call: &Call) -> Result<Answer, HttpError> {
        if Instant::now() >= self.renew_at {
            self.renew().await.map_err(HttpError::Client)?;
        }
        match self.graph.send(call).await {
            // The token was revoked, or the clocks differ: renew it once and repeat the call.
            Err(HttpError::Status { status: 401, .. }) => {
                self.renew().await.map_err(HttpError::Client)?;
                self.graph.send(call).await
            }
            answer => answer,
        }
    }

    async fn renew(&mut self) -> Result<(), String> {
        let token = self.sign_in().await?;
        let early = if token.lifetime > 2 * MARGIN { MARGIN } else { token.lifetime / 2 };
        self.renew_at =
            Instant::now() + Duration::from_secs(token.lifetime.min(86_400) - early.min(token.lifetime));
        self.graph.renew(&token.secret).map_err(|error| format!("the token cannot be used: {error}"))
    }

    async fn sign_in(&mut self) -> Result<Token, String> {
        let EntraConnection { tenant, client, .. } = self.connection;
        let mut attempt = 1;
        loop {
            let error = match self.token().await? {
                Ok(answer) => {
                    return decode_token(&answer.body).map_err(|problem| format!("sign-in: {problem}"));
                }
                Err(error) => error,
            };
            let detail = match &error {
                HttpError::Status { detail, .. } => detail.as_str(),
                _ => "",
            };
            if self.key.is_federated() && may_succeed_later(detail) && attempt < SIGN_INS {
                sleep(self.patience * (1 << attempt)).await;
                attempt += 1;
                continue;
            }
            let help = sign_in_help(detail, tenant, client, self.key.is_federated());
            return Err(format!(
                "sign-in was refused: {error}{}",
                help.map_or(String::new(), |help| format!("; {help}"))
            ));
        }
    }

    async fn token(&mut self) -> Result<Result<Answer, HttpError>, String> {
        let EntraConnection { tenant, client, .. } = self.connection;
        let target = token_target(tenant);
        let audience = format!("{}{target}", self.hosts.login);
        let assertion = self.key.assertion(&audience, client, self.limits).await?;
        let proof = match (&self.key, &assertion) {
            (Key::Secret(secret), _) => Proof::Secret(secret),
            (_, Some(assertion)) => Proof::Assertion(assertion),
            (_, None) => return Err("the connection has no credential to sign in with".to_owned()),
        };
        let (Proof::Secret(secret) | Proof::Assertion(secret)) = proof;
        self.login.hide(secret);
        let form = token_form(client, &self.hosts.scope, proof);
        let call = Call::new(Method::Post, "/{tenant}/oauth2/v2.0/token", target).form_query(form);
        Ok(self.login.send(&call).await)
    }

    /// The error of one request of a batch, in the form of a single call's error.
    fn inner(&self, route: &'static str, status: u16, body: Option<&[u8]>) -> HttpError {
        let detail = body.map(|body| self.graph.error_text(body)).unwrap_or_default();
        HttpError::Status { method: "GET", route, status, detail, pause: None }
    }

    /// What an error of Graph means, and what to do about it.
    pub(super) fn explain(&self, error: &HttpError) -> String {
        let EntraConnection { tenant, client, .. } = self.connection;
        match error {
            HttpError::Status { status: 403, route, .. } => {
                format!("{error}; {}", grant_help(route, tenant, client))
            }
            HttpError::Status { status: 401, .. } => {
                format!("{error}; Microsoft Graph refuses a new token: check `cloud` and `tenantId`")
            }
            HttpError::Client(detail) => detail.clone(),
            _ => error.to_string(),
        }
    }
}

fn graph_pauses(wait: Duration) {
    progress::pause("Microsoft Graph", wait);
}
