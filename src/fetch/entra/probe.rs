//! The smallest look at a tenant: signs in, then asks for one user, one group and, where roles count, the enterprise
//! applications, so that every permission that a read needs is asked for.

use super::session::Session;
use super::{Key, Limits};
use crate::doctor::{Met, Step};
use crate::http::HttpError;
use crate::model::EntraConnection;
use crate::wire::graph::query::{self, VERSION};
use std::time::Duration;

/// Signs in and asks for one of each; the steps that were taken, the last of them may have failed.
pub async fn probe(
    connection: &EntraConnection,
    applications: &[String],
    key: Key,
    limits: Limits,
    met: &mut Met,
) {
    let mut session = match Session::open(connection, key, limits, Duration::from_secs(1)).await {
        Ok(session) => session,
        Err(problem) => {
            let unanswered = problem.contains("was not answered");
            let step = if unanswered { Step::Connection } else { Step::SignIn };
            met.note(step, Err(problem));
            return;
        }
    };
    met.note(Step::Connection, Ok(format!("{} answers", session.origin())));
    met.note(Step::SignIn, Ok(format!("the app registration `{}` is let in", connection.client)));
    let one = [("/users", query::users("id", 1)), ("/groups", query::groups(1))];
    let roles = applications.iter().map(|id| ("/servicePrincipals/{id}", query::service_principal(id)));
    for (route, target) in one.into_iter().chain(roles) {
        match session.get(route, &format!("{VERSION}{target}")).await {
            Ok(answer) => met.skew = met.skew.or(answer.skew),
            Err(error) => {
                let refused = matches!(error, HttpError::Status { status: 401 | 403, .. });
                let step = if refused { Step::Permission } else { Step::Read };
                met.note(step, Err(session.explain(&error)));
                return;
            }
        }
    }
    met.note(Step::Permission, Ok("users and groups may be read".to_owned()));
    met.note(Step::Read, Ok("one user and one group were asked for".to_owned()));
}
