//! The only HTTP client: no redirects, time-outs, a size limit, bounded retries, the credential in one place.
//!
//! Takes calls as values, gives answers or errors that name method and route. When a service asks for a pause (429,
//! 503, a 403 for a rate limit), every later call to it waits too, whoever makes it (threat F5). Never: following
//! redirects, printing headers.

mod call;
mod error;
mod limits;
mod link;
mod outage;
mod rate;
mod resolver;
mod service;
mod sign_in;
mod spending;
mod transport;
mod wait;

pub use call::{Answer, Call, Method};
pub use error::HttpError;
pub use limits::Limits;
pub use service::Service;
pub use sign_in::{Authorization, LimitedToken, NewToken, SignIn, TokenHeader, TokenSource};
pub use transport::{SimulatedAnswer, SimulatedLoss, SimulatedReply, Simulation};
pub use wait::{backoff, retry_after, retry_after_now};
