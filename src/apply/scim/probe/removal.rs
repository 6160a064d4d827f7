//! Deletes what the probe made, and looks whether it is gone.

use super::ProbeRequest;
use super::connection::{Connection, target};
use crate::http::{Call, HttpError, Method};
use crate::model::{DeleteEffect, ScimRemoval};
use crate::wire::scim::decode_group;

/// Deletes a group that was made for a trial: one whose name has the request's mark.
///
/// # Errors
/// It is another group, or it is still there.
pub fn remove_group(request: &ProbeRequest<'_>, id: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let connection = Connection::new(request).map_err(told)?;
    runtime.block_on(async {
        let call = Call::new(Method::Get, "/Groups/{id}", target("/Groups", id).map_err(told)?);
        let answer = connection.service.send(&call).await.map_err(told)?;
        let group = decode_group(&answer.body).map_err(|error| error.to_string())?;
        if !group.display_name.contains(request.mark) {
            return Err(format!("it is called `{}`", group.display_name));
        }
        connection.remove_group(id).await
    })
}

impl Connection {
    /// Deletes the group, if there is one, then the user.
    pub(super) async fn remove(
        &self,
        user: &str,
        name: &str,
        group: Option<&str>,
        group_name: &str,
    ) -> ScimRemoval {
        let mut remains = Vec::new();
        if let Some(group) = group
            && let Err(problem) = self.remove_group(group).await
        {
            remains.push(format!("the group `{group_name}`, id `{group}` ({problem})"));
        }
        let deleted = self.delete("/Users/{id}", "/Users", user).await;
        let left = self.user(user).await.map(drop);
        let (delete, problem) = match (deleted, left) {
            (_, Err(error)) if is_gone(&error) => (Ok(DeleteEffect::Removes), None),
            (Err(error), _) if matches!(error.status(), Some(400..=499 | 501)) => {
                (Ok(DeleteEffect::Refused), Some(error.to_string()))
            }
            (Err(error), _) | (Ok(()), Err(error)) => (Err(error.to_string()), Some(error.to_string())),
            (Ok(()), Ok(())) => match self.active(user).await {
                Ok(Some(false)) => (Ok(DeleteEffect::Deactivates), Some("it is inactive".to_owned())),
                Ok(Some(true) | None) => {
                    let problem = "DELETE is accepted and changes nothing".to_owned();
                    (Ok(DeleteEffect::Refused), Some(problem))
                }
                Err(error) => (Err(error.to_string()), Some(error.to_string())),
            },
        };
        remains.extend(problem.map(|problem| format!("the user `{name}`, id `{user}` ({problem})")));
        ScimRemoval { delete, remains }
    }

    async fn remove_group(&self, group: &str) -> Result<(), String> {
        let deleted = self.delete("/Groups/{id}", "/Groups", group).await;
        let call = Call::new(Method::Get, "/Groups/{id}", target("/Groups", group).map_err(told)?);
        match self.service.send(&call).await {
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(error.to_string()),
            Ok(_) => Err(deleted.map_or_else(told, |()| "DELETE is accepted and changes nothing".to_owned())),
        }
    }

    async fn delete(&self, route: &'static str, list: &str, id: &str) -> Result<(), HttpError> {
        self.service.send(&Call::new(Method::Delete, route, target(list, id)?)).await.map(drop)
    }
}

fn is_gone(error: &HttpError) -> bool {
    matches!(error.status(), Some(404 | 410))
}

fn told(error: HttpError) -> String {
    error.to_string()
}
