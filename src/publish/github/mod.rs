//! One repository on GitHub, to be written to.

mod check;
mod comment;
mod issue;
mod write;

pub use comment::Upserted;

use super::PublishError;
use crate::http::{Call, HttpError, Limits, Method, Service};
use crate::model::Secret;
use crate::wire::github::{Account, DecodeError, HEADERS, Place, decode_account, is_installation};
use std::ops::ControlFlow;
use tokio::sync::OnceCell;

/// Pages that a list may have.
const PAGES: usize = 200;

/// Writes to one repository: only what this token's account or app wrote is ever changed.
#[derive(Debug)]
pub struct Publisher {
    place: Place,
    service: Service,
    author: OnceCell<Author>,
}

/// Whose words are ours.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Author {
    /// A person's account: the token is a personal one.
    User(u64),
    /// The app that the place names: the token is an installation's, which may not ask who it is.
    App,
}

impl Publisher {
    /// A writer with this token, which is sent nowhere but below the API's URL.
    ///
    /// # Errors
    /// When the URL is no plain `https` one, or the token fits no header.
    pub fn new(place: Place, token: &Secret, limits: Limits) -> Result<Self, PublishError> {
        let service = Service::new(&place.api, Some(token), "application/json", limits)?;
        let author = OnceCell::new_with(is_installation(token).then_some(Author::App));
        Ok(Self { place, service, author })
    }

    /// Whether an account is the one that this token belongs to. A marker proves nothing: anybody may write one (threat A4).
    async fn is_ours(&self, account: Option<&Account>) -> Result<bool, PublishError> {
        let author = self.author.get_or_try_init(|| self.ask_author()).await?;
        Ok(account.is_some_and(|account| match author {
            Author::User(id) => account.id == *id,
            Author::App => account.is_bot_of(&self.place.app),
        }))
    }

    async fn ask_author(&self) -> Result<Author, PublishError> {
        const ROUTE: &str = "/user";
        match self.service.send(&call(Method::Get, ROUTE, ROUTE.to_owned())).await {
            Ok(answer) => {
                Ok(Author::User(decode_account(&answer.body).map_err(PublishError::decode(ROUTE))?.id))
            }
            // "Resource not accessible by integration"
            Err(HttpError::Status { status: 403, pause: None, .. }) => Ok(Author::App),
            Err(error) => Err(error.into()),
        }
    }

    /// All objects of a list.
    async fn list<T>(
        &self,
        route: &'static str,
        target: String,
        decode: impl Fn(&[u8]) -> Result<Vec<T>, DecodeError>,
    ) -> Result<Vec<T>, PublishError> {
        let mut all = Vec::new();
        let pages = self.service.pages(call(Method::Get, route, target), PAGES, |body| {
            all.extend(decode(body).map_err(PublishError::decode(route))?);
            Ok::<_, PublishError>(ControlFlow::Continue(()))
        });
        pages.await?;
        Ok(all)
    }
}

fn call(method: Method, route: &'static str, target: String) -> Call {
    Call { headers: HEADERS.to_vec(), ..Call::new(method, route, target) }
}
