//! How a service lets us in, and by which certificates it is known. The only place that exposes secrets to a request.

use super::error::HttpError;
use crate::model::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long before its end a token is renewed, at most.
const MARGIN: Duration = Duration::from_secs(60);
/// A longer life is not believed, so that times can be added.
const LONGEST_LIFE: Duration = Duration::from_secs(86_400);
/// How long a sign-in that failed is not tried again: thousands of changes may be waiting for it.
const REST: Duration = Duration::from_secs(30);

/// How a service lets us in, and by which certificates it is known.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// What every request carries.
    pub authorization: Authorization,
    /// The certificates of the authorities that may issue the service's, in PEM; none: those that the machine trusts.
    pub ca: Option<String>,
    /// Our certificate and its private key, both in one PEM text, for mutual TLS.
    pub certificate: Option<Secret>,
    /// The header that a token is sent in.
    pub token: TokenHeader,
    /// Further headers of every request, by name.
    pub headers: Vec<(String, String)>,
}

/// The header that a token is sent in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHeader {
    /// Its name.
    pub name: String,
    /// What stands before the token.
    pub prefix: String,
}

impl Default for TokenHeader {
    /// That of bearer tokens (RFC 6750, 2.1).
    fn default() -> Self {
        Self { name: AUTHORIZATION.as_str().to_owned(), prefix: "Bearer ".to_owned() }
    }
}

impl TokenHeader {
    /// The header with a token.
    pub(super) fn with(&self, secret: &Secret) -> Result<Letter, HttpError> {
        let name = HeaderName::from_bytes(self.name.as_bytes()).map_err(|_| HttpError::Credential)?;
        sensitive(name, &format!("{}{}", self.prefix, secret.expose()))
    }
}

/// The header that lets us in.
pub(super) type Letter = (HeaderName, HeaderValue);

/// What every request carries.
#[derive(Clone, Debug, Default)]
pub enum Authorization {
    /// Nothing.
    #[default]
    None,
    /// A token that does not change (RFC 6750, 2.1).
    Bearer(Secret),
    /// A name and a password (RFC 7617).
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// Tokens that end and are renewed.
    Tokens(Arc<dyn TokenSource>),
}

/// A token, and how long it is valid.
#[derive(Clone, Debug)]
pub struct LimitedToken {
    /// The token.
    pub secret: Secret,
    /// How long it is valid.
    pub lifetime: Duration,
}

/// The future of a new token, or of the reason why there is none.
pub type NewToken<'s> = Pin<Box<dyn Future<Output = Result<LimitedToken, String>> + Send + 's>>;

/// Somebody who gives new tokens.
pub trait TokenSource: Debug + Send + Sync {
    /// A new token.
    fn token(&self) -> NewToken<'_>;
}

impl SignIn {
    /// By a bearer token, if there is one.
    pub fn bearer(secret: Option<&Secret>) -> Self {
        let authorization = secret.cloned().map_or(Authorization::None, Authorization::Bearer);
        Self { authorization, ..Self::default() }
    }
}

impl Authorization {
    /// The header of every request, where it is known from the start.
    pub(super) fn header(&self, token: &TokenHeader) -> Result<Option<Letter>, HttpError> {
        match self {
            Self::None | Self::Tokens(_) => Ok(None),
            Self::Bearer(secret) => token.with(secret).map(Some),
            Self::Basic { user, password } => {
                let both = STANDARD.encode(format!("{user}:{}", password.expose()));
                sensitive(AUTHORIZATION, &format!("Basic {both}")).map(Some)
            }
        }
    }

    /// What no message may repeat.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::None | Self::Tokens(_) => Vec::new(),
            Self::Bearer(secret) => vec![secret.clone()],
            Self::Basic { user, password } => {
                let both = STANDARD.encode(format!("{user}:{}", password.expose()));
                vec![password.clone(), Secret::new(both)]
            }
        }
    }

    /// Where tokens come from, if they end.
    pub(super) fn tokens(&self) -> Option<Tokens> {
        match self {
            Self::Tokens(source) => Some(Tokens { source: Arc::clone(source), state: Mutex::default() }),
            Self::None | Self::Bearer(_) | Self::Basic { .. } => None,
        }
    }
}

fn sensitive(name: HeaderName, text: &str) -> Result<Letter, HttpError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| HttpError::Credential)?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The present token of a service, renewed before it ends. Whoever finds it at its end renews it, and the others wait.
#[derive(Debug)]
pub(super) struct Tokens {
    source: Arc<dyn TokenSource>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
enum State {
    /// There is none.
    #[default]
    None,
    /// There is one.
    Held { number: u64, until: Instant },
    /// None was given.
    Failed { problem: String, until: Instant },
}

impl Tokens {
    /// Makes sure that a token is held; a new one is passed to `renew`. Gives the number of the token.
    pub(super) async fn ensure(
        &self,
        renew: impl FnOnce(&Secret) -> Result<(), HttpError>,
    ) -> Result<u64, HttpError> {
        let mut state = self.state.lock().await;
        let now = Instant::now();
        let number = match &*state {
            State::Held { number, until } if now < *until => return Ok(*number),
            State::Failed { problem, until } if now < *until => {
                return Err(HttpError::SignIn { problem: problem.clone() });
            }
            State::Held { number, .. } => *number + 1,
            State::Failed { .. } | State::None => 0,
        };
        match self.source.token().await {
            Ok(LimitedToken { secret, lifetime }) => {
                renew(&secret)?;
                let life = lifetime.min(LONGEST_LIFE);
                *state = State::Held { number, until: Instant::now() + life - MARGIN.min(life / 4) };
                Ok(number)
            }
            Err(problem) => {
                *state = State::Failed { problem: problem.clone(), until: Instant::now() + REST };
                Err(HttpError::SignIn { problem })
            }
        }
    }

    /// Gives up a token that was refused, unless another has taken its place.
    pub(super) async fn refused(&self, refused: u64) {
        let mut state = self.state.lock().await;
        if let State::Held { number, until } = &mut *state
            && *number == refused
        {
            *until = Instant::now();
        }
    }
}
