//! Webhooks of the forge: hints that the branch may have changed. They decide nothing: a hint has the branch looked at.

use super::arguments::ReconcileArguments;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::fetch::{own_secret, secret};
use crate::model::{CredentialRef, Secret};
use crate::serve::Posted;
use crate::wire::webhook::is_from_forge;

/// Where webhooks are posted.
pub(super) const PATH: &str = "/webhook";
/// The largest webhook, in bytes. A larger one is refused, and the branch is looked at in its time.
pub(super) const LARGEST: usize = 1 << 20;
/// The variable with the secret that the forge has too.
const VARIABLE: &str = "ROLEWRIGHT_WEBHOOK_SECRET";
/// A shorter secret can be guessed by whoever reaches the port.
const SHORTEST: usize = 16;

/// Knows the webhooks of the forge.
pub(super) struct Webhooks(Secret);

impl Webhooks {
    /// With the secret that the operator gives by file or environment; none: webhooks are not answered.
    ///
    /// # Errors
    /// It cannot be read, is given twice, or is too short.
    pub(super) fn of(arguments: &ReconcileArguments) -> Result<Option<Self>, Stop> {
        let set = own_secret(VARIABLE).ok();
        let file = arguments.webhook_secret_file.as_deref();
        let secret = match (set, file) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => Err(format!("`{VARIABLE}` is set too; name the secret once")),
            (Some(secret), None) => Ok(secret),
            (None, Some(file)) => secret(&CredentialRef::File(file.to_owned())),
        };
        let secret = secret.and_then(|secret| match secret.expose().chars().count() {
            found if found < SHORTEST => Err(format!(
                "it has {found} characters, expected at least {SHORTEST}: `openssl rand -hex 32`"
            )),
            _ => Ok(secret),
        });
        let problem = |problem| Stop::new(Code::Argument, format!("the secret of webhooks: {problem}"));
        secret.map(|secret| Some(Self(secret))).map_err(problem)
    }

    /// Whether the forge posted this.
    pub(super) fn accept(&self, posted: Posted<'_>) -> bool {
        is_from_forge(&self.0, |name| posted.header(name), posted.body)
    }
}
