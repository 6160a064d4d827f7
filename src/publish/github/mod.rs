//! Writes to one repository on GitHub.

mod check;
mod comment;
mod issue;
mod write;

pub use comment::Upserted;

use super::PublishError;
use crate::http::{Call, HttpError, Limits, Method, Service};
use crate::model::Secret;
use crate::wire::github::{
    Account, DecodeError, HEADERS, RepositoryAddress, decode_account, is_installation,
};
use std::ops::ControlFlow;
use tokio::sync::OnceCell;

/// The most pages of a list.
const PAGES: usize = 200;

/// Writes to one repository. Changes only what this token's account or app wrote.
#[derive(Debug)]
pub struct Publisher {
    address: RepositoryAddress,
    service: Service,
    author: OnceCell<Author>,
}

/// The account whose texts are ours.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Author {
    /// A person's account: the token is personal.
    User(u64),
    /// The app of the repository's address: the token belongs to an installation, which cannot ask for its account.
    App,
}

impl Publisher {
    /// A writer with this token, which is sent only to URLs below the API's.
    ///
    /// # Errors
    /// When the URL is not plain `https`, or the token cannot be a header value.
    pub fn new(address: RepositoryAddress, token: &Secret, limits: Limits) -> Result<Self, PublishError> {
        let service = Service::new(&address.api, Some(token), "application/json", limits)?;
        let author = OnceCell::new_with(is_installation(token).then_some(Author::App));
        Ok(Self { address, service, author })
    }

    /// Whether an account is the token's own. A marker proves nothing, since anyone can write one (threat A4).
    async fn is_ours(&self, account: Option<&Account>) -> Result<bool, PublishError> {
        let author = self.author.get_or_try_init(|| self.ask_author()).await?;
        Ok(account.is_some_and(|account| match author {
            Author::User(id) => account.id == *id,
            Author::App => account.is_bot_of(&self.address.app),
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
