//! What carries calls: the network, or a simulation of a service inside this process.

use super::call::{Call, Method};
use super::error::{self, HttpError};
use super::limits::Limits;
use super::resolver::Resolver;
use super::sign_in::{Letter, SignIn};
use super::wait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Response, Url};
use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::time::timeout;

/// A service inside this process, for simulations: it answers calls in place of the network. It is told no credential.
pub trait Simulation: fmt::Debug + Send + Sync {
    /// Answers one attempt of a call. The time-out of an attempt cuts it off like an answer of the network.
    fn answer<'s>(&'s self, call: &'s Call) -> SimulatedAnswer<'s>;

    /// A number for the next wait, in place of a random one.
    fn random(&self) -> u64;
}

/// An answer that a simulation is about to give.
pub type SimulatedAnswer<'s> =
    Pin<Box<dyn Future<Output = Result<SimulatedReply, SimulatedLoss>> + Send + 's>>;

/// What a simulation answers.
#[derive(Clone, Debug, Default)]
pub struct SimulatedReply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the connection breaks before the end of the body.
    pub is_cut: bool,
}

/// A simulation gives no answer.
#[derive(Clone, Debug)]
pub struct SimulatedLoss {
    /// Why.
    pub problem: &'static str,
    /// Whether the request was never sent, so that it had no effect.
    pub unsent: bool,
}

/// Carries calls.
#[derive(Debug)]
pub(super) enum Transport {
    Network(Client),
    Simulated(Arc<dyn Simulation>),
}

/// How one attempt is sent.
pub(super) struct Sending<'s> {
    pub(super) base: &'s str,
    pub(super) media_type: &'static str,
    pub(super) authorization: Option<Letter>,
    pub(super) time: Duration,
}

/// The beginning of an answer; its body is still to come.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    body: Body,
}

enum Body {
    Network(Response),
    Simulated { body: Vec<u8>, is_cut: bool },
}

impl Transport {
    /// A client for the network.
    pub(super) fn network(
        limits: Limits,
        headers: HeaderMap,
        loopback: bool,
        resolver: Resolver,
        sign_in: &SignIn,
    ) -> Result<Self, HttpError> {
        client(limits, headers, loopback, resolver, sign_in).map(Self::Network)
    }

    /// A number that only waits depend on.
    pub(super) fn random(&self) -> u64 {
        match self {
            Self::Network(_) => wait::random(),
            Self::Simulated(simulation) => simulation.random(),
        }
    }

    /// Sends one attempt, and waits for the beginning of its answer.
    pub(super) async fn send(&self, call: &Call, sending: Sending<'_>) -> Result<Reply, HttpError> {
        match self {
            Self::Network(client) => {
                let response = request(client, call, sending)?.send().await;
                let response = response.map_err(|error| HttpError::transport(call, error))?;
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                Ok(Reply { status, headers, body: Body::Network(response) })
            }
            Self::Simulated(simulation) => simulated(simulation.as_ref(), call, sending.time).await,
        }
    }
}

impl Reply {
    /// The length of the body, as far as it is announced.
    pub(super) fn content_length(&self) -> Option<u64> {
        match &self.body {
            Body::Network(response) => response.content_length(),
            Body::Simulated { body, .. } => Some(body.len() as u64),
        }
    }

    /// Passes the body on piece by piece, until it ends or `take` breaks.
    pub(super) async fn each_piece(
        self,
        call: &Call,
        mut take: impl FnMut(&[u8]) -> Result<ControlFlow<()>, HttpError>,
    ) -> Result<(), HttpError> {
        match self.body {
            Body::Network(mut response) => {
                while let Some(piece) =
                    response.chunk().await.map_err(|error| HttpError::transport(call, error))?
                {
                    if take(&piece)?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
            Body::Simulated { body, is_cut } => {
                if take(&body)?.is_continue() && is_cut {
                    return Err(lost(call, "the answer ended early", false));
                }
                Ok(())
            }
        }
    }
}

async fn simulated(simulation: &dyn Simulation, call: &Call, time: Duration) -> Result<Reply, HttpError> {
    let answer = timeout(time, simulation.answer(call)).await;
    let answer = answer.map_err(|_| lost(call, "the time is over", false))?;
    let SimulatedReply { status, headers, body, is_cut } =
        answer.map_err(|loss| lost(call, loss.problem, loss.unsent))?;
    let pairs = headers.into_iter().filter_map(|(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
    });
    Ok(Reply { status, headers: pairs.collect(), body: Body::Simulated { body, is_cut } })
}

fn lost(call: &Call, problem: &str, unsent: bool) -> HttpError {
    let (method, route, problem) = (call.method.name(), call.route, problem.to_owned());
    HttpError::Transport { method, route, problem, unsent }
}

fn request(client: &Client, call: &Call, sending: Sending<'_>) -> Result<reqwest::RequestBuilder, HttpError> {
    let text = format!("{}{}", sending.base, call.target);
    let url = Url::parse(&text)
        .map_err(|_| HttpError::Url { url: sending.base.to_owned(), problem: "not a URL" })?;
    let method = match call.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut request = client.request(method, url);
    if let Some((name, value)) = sending.authorization {
        request = request.header(name, value);
    }
    for (name, value) in &call.headers {
        request = request.header(*name, *value);
    }
    if let Some(etag) = &call.if_match {
        request = request.header("if-match", etag);
    }
    if let Some(body) = &call.body {
        request = request
            .header("content-type", call.content_type.unwrap_or(sending.media_type))
            .body(body.clone());
    }
    Ok(request.timeout(sending.time))
}

/// Creates the client. Rustls panics without a provider, so `ring` is installed first.
fn client(
    limits: Limits,
    headers: HeaderMap,
    loopback: bool,
    resolver: Resolver,
    sign_in: &SignIn,
) -> Result<Client, HttpError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let builder = Client::builder()
        .user_agent(concat!("rolewright/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .dns_resolver(resolver)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .timeout(limits.attempt);
    let builder = if loopback { builder.no_proxy() } else { builder.https_only(true) };
    let builder = known_by(builder, sign_in)?;
    builder.build().map_err(|error| HttpError::Client(error::chain(&error)))
}

/// The certificates by which a service is known, and by which we are.
fn known_by(mut builder: ClientBuilder, sign_in: &SignIn) -> Result<ClientBuilder, HttpError> {
    if let Some(ca) = &sign_in.ca {
        let authorities = Certificate::from_pem_bundle(ca.as_bytes()).ok().filter(|all| !all.is_empty());
        let authorities = authorities.ok_or(HttpError::Certificate("`ca` contains no PEM certificate"))?;
        builder = builder.tls_certs_only(authorities);
    }
    if let Some(certificate) = &sign_in.certificate {
        let identity = Identity::from_pem(certificate.expose().as_bytes()).map_err(|_| {
            HttpError::Certificate(
                "the client certificate cannot be used: expected one PEM text with the certificate and its private key, unencrypted",
            )
        })?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}
