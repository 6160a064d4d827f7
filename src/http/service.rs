//! One service: sends calls, repeats them where that is safe, and waits where the service asks for it.

use super::call::{Answer, Call};
use super::error::{self, HttpError};
use super::limits::Limits;
use super::link;
use super::outage::Outage;
use super::rate::RateLimits;
use super::resolver::{Resolver, check_literal};
use super::sign_in::{Letter, SignIn, TokenHeader, Tokens};
use super::spending::Spending;
use super::transport::{Reply, Sending, Simulation, Transport};
use super::wait::{self, backoff};
use crate::model::{AddressRule, ListPaging, RateLimit, ReadBudget, Secret};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// One service: its base URL, its credential, its limits.
#[derive(Debug)]
pub struct Service {
    transport: Transport,
    base: String,
    media_type: &'static str,
    limits: Limits,
    secrets: Mutex<Vec<Secret>>,
    authorization: Mutex<Option<Letter>>,
    token: TokenHeader,
    /// Further statuses after which a call that may be repeated is.
    retried: Vec<u16>,
    tokens: Option<Tokens>,
    paused_until: Mutex<Option<Instant>>,
    report: Option<fn(Duration)>,
    spending: Option<Spending>,
    skew: OnceLock<i64>,
    outage: Mutex<Outage>,
    rates: Mutex<RateLimits>,
}

/// Shorter pauses are not reported.
const MIN_REPORTED_PAUSE: Duration = Duration::from_secs(1);

impl Service {
    /// A service at a base URL that the operator names. It is sent `media_type`, and a bearer token if `secret` is given.
    ///
    /// # Errors
    /// When the URL is not plain `https` (or `http` on this machine), or the token cannot be a header value.
    pub fn new(
        url: &str,
        secret: Option<&Secret>,
        media_type: &'static str,
        limits: Limits,
    ) -> Result<Self, HttpError> {
        Self::guarded(url, secret, media_type, limits, &AddressRule::Any)
    }

    /// The same for a URL that policies name: only addresses that the rule permits are called.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the URL's host is an address that may not be called.
    pub fn guarded(
        url: &str,
        secret: Option<&Secret>,
        media_type: &'static str,
        limits: Limits,
        addresses: &AddressRule,
    ) -> Result<Self, HttpError> {
        Self::signed_in(url, &SignIn::bearer(secret), media_type, limits, addresses)
    }

    /// The same with any way to sign in.
    ///
    /// # Errors
    /// As [`guarded`](Self::guarded), and when a certificate cannot be used.
    pub fn signed_in(
        url: &str,
        sign_in: &SignIn,
        media_type: &'static str,
        limits: Limits,
        addresses: &AddressRule,
    ) -> Result<Self, HttpError> {
        let Base { host, is_loopback } = check_base(url)?;
        check_literal(&host, addresses)?;
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept(media_type)?);
        for (name, value) in &sign_in.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok();
            let (Some(name), Ok(value)) = (name, HeaderValue::from_str(value)) else {
                return Err(HttpError::Client(
                    "a header of the connector has a name or a value that HTTP does not allow".to_owned(),
                ));
            };
            headers.insert(name, value);
        }
        let transport =
            Transport::network(limits, headers, is_loopback, Resolver::new(&host, addresses), sign_in)?;
        let base = url.trim_end_matches('/').to_owned();
        Ok(Self {
            authorization: Mutex::new(sign_in.authorization.header(&sign_in.token)?),
            token: sign_in.token.clone(),
            tokens: sign_in.authorization.tokens(),
            secrets: Mutex::new(sign_in.authorization.secrets()),
            ..Self::over(transport, base, media_type, limits)
        })
    }

    /// A service inside this process. For simulations only: nothing is sent anywhere, and there is no credential.
    pub fn simulated(simulation: Arc<dyn Simulation>, media_type: &'static str, limits: Limits) -> Self {
        Self::over(Transport::Simulated(simulation), String::new(), media_type, limits)
    }

    fn over(transport: Transport, base: String, media_type: &'static str, limits: Limits) -> Self {
        Self {
            transport,
            base,
            media_type,
            limits,
            authorization: Mutex::default(),
            token: TokenHeader::default(),
            retried: Vec::new(),
            tokens: None,
            secrets: Mutex::default(),
            paused_until: Mutex::new(None),
            report: None,
            spending: None,
            skew: OnceLock::new(),
            outage: Mutex::default(),
            rates: Mutex::default(),
        }
    }

    /// The service's clock minus ours in seconds, by its first answer with a `Date`; none: there was none.
    pub fn skew(&self) -> Option<i64> {
        self.skew.get().copied()
    }

    /// The same, but calls `report` with the length of each pause that the service asked for, before it starts.
    #[must_use]
    pub fn reporting_pauses(self, report: fn(Duration)) -> Self {
        Self { report: Some(report), ..self }
    }

    /// The same for one read: all calls together take no more than this. The time begins now.
    #[must_use]
    pub fn within(self, budget: ReadBudget) -> Self {
        Self { spending: Some(Spending::new(budget)), ..self }
    }

    /// The same, no faster than the service allows.
    #[must_use]
    pub fn limited(self, limits: &[RateLimit]) -> Self {
        Self { rates: Mutex::new(RateLimits::new(limits)), ..self }
    }

    /// The same, which also sends a call again after these statuses, if it may be repeated.
    #[must_use]
    pub fn retrying(self, statuses: &[u16]) -> Self {
        Self { retried: statuses.to_vec(), ..self }
    }

    /// Counts records that came, if there is a budget.
    ///
    /// # Errors
    /// When they are too many.
    pub fn count_records(&self, count: u64) -> Result<(), HttpError> {
        self.spending.iter().try_for_each(|spending| spending.records(count)).map_err(HttpError::from)
    }

    /// Replaces the bearer token.
    ///
    /// # Errors
    /// When it cannot be a header value.
    pub fn renew(&self, secret: &Secret) -> Result<(), HttpError> {
        *self.authorization.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.token.with(secret)?);
        self.hide(secret);
        Ok(())
    }

    /// Removes this secret from all later messages, in case the service repeats it. It is not sent by itself.
    pub fn hide(&self, secret: &Secret) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if secrets.iter().all(|known| known.expose() != secret.expose()) {
            secrets.push(secret.clone());
        }
    }

    /// The error text of a body that came inside another answer, without secrets.
    pub fn error_text(&self, body: &[u8]) -> String {
        error::detail(body, &self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends a call. Repeats it, within the limits, if that is safe and may help.
    ///
    /// # Errors
    /// When no attempt succeeded, the error of the last one; when the read's budget is used up, that.
    pub async fn send(&self, call: &Call) -> Result<Answer, HttpError> {
        let Some(tokens) = &self.tokens else { return self.send_once(call).await };
        let used = tokens.ensure(|token| self.renew(token)).await?;
        match self.send_once(call).await {
            // The token was revoked, or the clocks differ. Nothing was done, so that any call may be sent again.
            Err(HttpError::Status { status: 401, .. }) => {
                tokens.refused(used).await;
                tokens.ensure(|token| self.renew(token)).await?;
                self.send_once(call).await
            }
            answer => answer,
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Answer, HttpError> {
        let Some(spending) = &self.spending else { return self.send_before(call, self.deadline()).await };
        spending.check()?;
        let answer = self.send_before(call, self.deadline().min(spending.end())).await;
        // A call that the read's end cut off did not fail for a reason of its own.
        if answer.is_err() {
            spending.check()?
        }
        answer
    }

    /// When a call that begins now ends.
    fn deadline(&self) -> Instant {
        Instant::now() + self.limits.budget
    }

    async fn send_before(&self, call: &Call, deadline: Instant) -> Result<Answer, HttpError> {
        let mut attempts = 1;
        // An attempt whose answer was lost may have changed something, whatever a later one is told.
        let mut unknown = None;
        loop {
            self.wait_for_turn(call).await;
            if let Err(error) = self.wait_out_pause(call, deadline).await {
                return Err(unknown.unwrap_or(error));
            }
            let error = match self.attempt(call, deadline).await {
                Ok(answer) => {
                    self.outage().ended();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let until = match error.is_unreachable() {
                true => self.outage().failed(Instant::now(), self.limits.attempts, |failures| {
                    backoff(failures, self.transport.random())
                }),
                false => self.next_attempt(call, &error, attempts),
            };
            if !call.reads && error.outcome_unknown() {
                unknown.get_or_insert_with(|| error.clone());
            }
            let Some(until) = until.filter(|until| *until < deadline) else {
                return Err(unknown.unwrap_or(error));
            };
            attempts += 1;
            match error.wants_pause() {
                true => self.wait_until(until).await,
                false => sleep_until(until).await,
            }
        }
    }

    /// When a call that was not answered well is sent again, if that is safe and may help.
    fn next_attempt(&self, call: &Call, error: &HttpError, attempts: u32) -> Option<Instant> {
        if error.status().is_some() {
            self.outage().ended();
        }
        let pause = error.pause().unwrap_or_else(|| backoff(attempts, self.transport.random()));
        let until = Instant::now() + pause;
        if error.wants_pause() {
            self.pause(until);
        }
        let is_listed = error.status().is_some_and(|status| self.retried.contains(&status));
        let again = (call.reads || call.method.repeatable()) && (error.is_temporary() || is_listed);
        (again && attempts < self.limits.attempts).then_some(until)
    }

    fn outage(&self) -> MutexGuard<'_, Outage> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a list page by page along the `Link` headers (RFC 8288), and passes each page to `take` until that breaks
    /// or there are no more.
    ///
    /// # Errors
    /// When a page cannot be read, the next one is on another origin or was fetched before, there are more than
    /// `max_pages`, or `take` fails.
    pub async fn pages<E: From<HttpError>>(
        &self,
        first: Call,
        max_pages: usize,
        mut take: impl FnMut(&[u8]) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut seen = BTreeSet::new();
        let mut call = first;
        loop {
            let answer = self.send(&call).await?;
            if take(&answer.body)?.is_break() {
                return Ok(());
            }
            let problem = |problem| HttpError::Page { route: call.route, problem };
            let next = link::next(answer.link.as_deref().unwrap_or_default(), &self.base).map_err(problem)?;
            let Some(next) = next else { return Ok(()) };
            seen.insert(std::mem::replace(&mut call.target, next));
            if seen.contains(&call.target) {
                return Err(HttpError::Page { route: call.route, problem: link::LOOP }.into());
            }
            if seen.len() >= max_pages {
                return Err(HttpError::Page { route: call.route, problem: link::ENDLESS }.into());
            }
        }
    }

    /// Path and query of the page that an answer links to, below the base URL; none: it links to none, or the list is not
    /// paged by links. `named` is the URL in its body, where a list says it there.
    ///
    /// # Errors
    /// When the link leads elsewhere, or the header `Link` (RFC 8288) is none.
    pub fn next_page(
        &self,
        route: &'static str,
        paging: Option<&ListPaging>,
        answer: &Answer,
        named: Option<&str>,
    ) -> Result<Option<String>, HttpError> {
        let header = answer.link.as_deref().unwrap_or_default();
        let next = match paging {
            Some(ListPaging::Link { next: None, .. }) => link::next(header, &self.base),
            Some(ListPaging::Link { next: Some(_), .. }) => {
                named.map(|url| link::relative(url, &self.base)).transpose()
            }
            Some(ListPaging::Offset { .. } | ListPaging::Page { .. } | ListPaging::Cursor { .. }) | None => {
                Ok(None)
            }
        };
        next.map_err(|problem| HttpError::Page { route, problem })
    }

    /// The base URL, for messages.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Waits until every rate limit allows this call. The wait is our own, and no part of the call's time budget.
    async fn wait_for_turn(&self, call: &Call) {
        let now = Instant::now();
        let turn = self.rates.lock().unwrap_or_else(PoisonError::into_inner).take(call, now);
        if turn > now {
            sleep_until(turn).await;
        }
    }

    async fn wait_out_pause(&self, call: &Call, deadline: Instant) -> Result<(), HttpError> {
        if self.outage().is_given_up(Instant::now()) {
            let problem =
                "the service could not be reached several times in a row, so nothing more is sent".to_owned();
            let (method, route) = (call.method.name(), call.route);
            return Err(HttpError::Transport { method, route, problem, unsent: true });
        }
        loop {
            let until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(until) = until.filter(|until| *until > Instant::now()) else { return Ok(()) };
            if until >= deadline {
                let wait = until.saturating_duration_since(Instant::now()).as_secs();
                return Err(HttpError::Paused { method: call.method.name(), route: call.route, wait });
            }
            self.wait_until(until).await;
        }
    }

    /// Waits for a pause that the service asked for.
    async fn wait_until(&self, until: Instant) {
        let pause = until.saturating_duration_since(Instant::now());
        if let Some(report) = self.report.filter(|_| pause >= MIN_REPORTED_PAUSE) {
            report(pause);
        }
        sleep_until(until).await;
    }

    fn pause(&self, until: Instant) {
        let mut paused = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |before| before.max(until)));
    }

    async fn attempt(&self, call: &Call, deadline: Instant) -> Result<Answer, HttpError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let sending = Sending {
            base: &self.base,
            media_type: self.media_type,
            authorization: self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            time: self.limits.attempt.min(left),
        };
        let reply = self.transport.send(call, sending).await?;
        let status = reply.status;
        if (300..400).contains(&status) {
            return Err(HttpError::Redirect { method: call.method.name(), route: call.route, status });
        }
        if !(200..300).contains(&status) {
            return Err(self.refusal(call, reply).await);
        }
        if let Some(pause) = wait::near_limit(&reply.headers) {
            self.pause(Instant::now() + pause);
        }
        let text =
            |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (etag, link) = (text("etag"), text("link"));
        let skew = wait::skew(&reply.headers);
        if let Some(skew) = skew {
            self.skew.get_or_init(|| skew);
        }
        let headers = reply.headers.clone();
        let body = self.whole_body(call, reply).await?;
        Ok(Answer { status, etag, skew, link, body, headers })
    }

    /// The whole body of a success.
    async fn whole_body(&self, call: &Call, reply: Reply) -> Result<Vec<u8>, HttpError> {
        let limit = self.limits.body;
        let too_large = || HttpError::TooLarge { method: call.method.name(), route: call.route, limit };
        if reply.content_length().is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        let take = |piece: &[u8]| {
            if (body.len() + piece.len()) as u64 > limit {
                return Err(too_large());
            }
            self.spending.iter().try_for_each(|spending| spending.bytes(piece.len()))?;
            body.extend_from_slice(piece);
            Ok(ControlFlow::Continue(()))
        };
        reply.each_piece(call, take).await?;
        Ok(body)
    }

    /// The error for a status other than success. A body that cannot be read does not hide the status (S8).
    async fn refusal(&self, call: &Call, reply: Reply) -> HttpError {
        let (status, headers) = (reply.status, reply.headers.clone());
        let mut body = Vec::new();
        let take = |piece: &[u8]| {
            body.extend_from_slice(piece);
            let is_enough = body.len() > error::ENOUGH;
            Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        drop(reply.each_piece(call, take).await);
        let detail = self.error_text(&body);
        let pause = wait::pause_of(status, &headers, &detail);
        HttpError::Status { method: call.method.name(), route: call.route, status, detail, pause }
    }
}

/// What is to be known of a base URL.
struct Base {
    host: String,
    is_loopback: bool,
}

/// The host of a base URL; an error if it must not receive a credential.
fn check_base(text: &str) -> Result<Base, HttpError> {
    let error = |problem| HttpError::Url { url: error::without_userinfo(text), problem };
    let url = Url::parse(text).map_err(|_| error("expected a URL like `https://host/scim/v2`"))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
        return Err(error("expected `https`: a credential is never sent unencrypted"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error("a URL cannot hold a credential; name it in `credential`"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(error("expected a base URL without `?` and `#`"));
    }
    Ok(Base { host: host.to_owned(), is_loopback: loopback })
}

fn accept(media_type: &str) -> Result<HeaderValue, HttpError> {
    let value = match media_type {
        "application/json" => media_type.to_owned(),
        other => format!("{other}, application/json"),
    };
    HeaderValue::from_str(&value)
        .map_err(|_| HttpError::Client(format!("`{media_type}` is not a media type")))
}
