//! A minimal check of a tenant: signs in, then requests one object of each kind that policies need, so that each
//! missing permission is named (MG17).

use super::session::Session;
use super::{Key, Limits};
use crate::doctor::{ProbeReport, Step};
use crate::http::{Answer, HttpError};
use crate::model::{AddressRule, EntraConnection};
use crate::policy::DirectoryPolicy;
use crate::wire::graph::query::{self, VERSION};
use crate::wire::graph::refusal::{grant, permission};
use crate::wire::graph::{GroupSelection, decode_listed_group, decode_page};
use serde_json::Value;
use std::time::Duration;

const GROUPS: &str = "/groups";
/// Users in a sample. If `accountEnabled` is missing from all of them, the application may not read it.
const SAMPLE: u32 = 5;

/// Signs in and requests one object of each kind. Each refusal is a line of its own; after any other error nothing more
/// is requested.
pub async fn probe(
    policy: &DirectoryPolicy,
    connection: &EntraConnection,
    key: Key,
    limits: Limits,
    addresses: &AddressRule,
    report: &mut ProbeReport,
) {
    let session = match Session::open(connection, key, limits, Duration::from_secs(1), addresses).await {
        Ok(session) => session,
        Err(problem) => {
            let unanswered = problem.contains("got no answer");
            let step = if unanswered { Step::Connection } else { Step::SignIn };
            report.note(step, Err(problem));
            return;
        }
    };
    report.note(Step::Connection, Ok(format!("{} answers", session.origin())));
    report.note(Step::SignIn, Ok(format!("the app registration `{}` can sign in", connection.client)));
    let mut probe = Probe { policy, connection, session, report };
    if probe.all().await.is_ok() {
        probe
            .report
            .note(Step::Read, Ok("one of each kind of object that policies need was read".to_owned()));
    }
}

/// The check stops here; the error is already noted.
struct Aborted;

struct Probe<'p> {
    policy: &'p DirectoryPolicy,
    connection: &'p EntraConnection,
    session: Session<'p>,
    report: &'p mut ProbeReport,
}

impl Probe<'_> {
    async fn all(&mut self) -> Result<(), Aborted> {
        self.users().await?;
        let asked = &self.policy.needs;
        if !asked.groups.is_empty() || !asked.applications.is_empty() {
            self.groups().await?;
        }
        for application in &self.policy.needs.applications {
            self.roles(application).await?;
        }
        Ok(())
    }

    /// Reads some users, with every attribute that policies need.
    async fn users(&mut self) -> Result<(), Aborted> {
        const ROUTE: &str = "/users";
        let names = self.policy.attributes.iter().map(|attribute| attribute.source.as_str());
        let select = query::selected(names);
        let Some(answer) = self.ask(ROUTE, &query::users(&select, SAMPLE)).await? else { return Ok(()) };
        let users = decode_page(&answer.body)
            .map(|page| page.value.iter().map(|value| value.get().to_owned()).collect());
        let users: Vec<String> = self.decoded(ROUTE, users)?;
        let shown = |user: &String| {
            serde_json::from_str::<Value>(user).is_ok_and(|user| user["accountEnabled"].is_boolean())
        };
        let wanted = select.split(',').any(|name| name == "accountEnabled");
        if wanted && !users.is_empty() && !users.iter().any(shown) {
            return self
                .refused(ROUTE, "no user returned `accountEnabled` (`User.ReadBasic.All` does not show it)");
        }
        self.granted(ROUTE, &format!("users can be read, with `{}`", select.replace(',', "`, `")))
    }

    /// Reads one group and one of its members.
    async fn groups(&mut self) -> Result<(), Aborted> {
        const MEMBERS: &str = "/groups/{id}/members";
        let Some(found) = self.sample_group().await? else { return Ok(()) };
        let Some(json) = found else {
            return self.granted(GROUPS, "groups can be read; the tenant has none");
        };
        let group = self.decoded(GROUPS, decode_listed_group(json.as_bytes()))?;
        let Some(name) = group.display_name.as_deref() else {
            return self.refused(GROUPS, "a group has no `displayName`");
        };
        let Some(answer) = self.ask(MEMBERS, &query::members(&group.id, 1)).await? else { return Ok(()) };
        let members = self.decoded(MEMBERS, decode_page(&answer.body))?;
        if group.is_hidden() && members.value.is_empty() {
            let message = format!("the membership of the group `{name}` is hidden, and no member was shown");
            return self.missing("Member.Read.Hidden", &message);
        }
        self.granted(GROUPS, "groups and their members can be read")
    }

    /// A group that policies link, else any group; the outer `None` if the request was refused, which is noted.
    async fn sample_group(&mut self) -> Result<Option<Option<String>>, Aborted> {
        let linked = GroupSelection::new(&self.policy.needs.groups, &self.policy.group_prefix).targets(1);
        for target in linked.into_iter().take(1).chain([query::groups(1)]) {
            let Some(answer) = self.ask(GROUPS, &target).await? else { return Ok(None) };
            let page = self.decoded(GROUPS, decode_page(&answer.body))?;
            if let Some(group) = page.value.first() {
                return Ok(Some(Some(group.get().to_owned())));
            }
        }
        Ok(Some(None))
    }

    /// Reads the roles of an enterprise application, and one assignment.
    async fn roles(&mut self, application: &str) -> Result<(), Aborted> {
        const ROUTE: &str = "/servicePrincipals/{id}";
        const ASSIGNED: &str = "/servicePrincipals/{id}/appRoleAssignedTo";
        for (route, target) in
            [(ROUTE, query::service_principal(application)), (ASSIGNED, query::assignments(application, 1))]
        {
            if self.ask(route, &target).await?.is_none() {
                return Ok(());
            }
        }
        self.granted(ROUTE, &format!("the roles of `{application}` and their holders can be read"))
    }

    /// Sends a request; `None` if it is refused, which is noted; then the next permission is checked.
    async fn ask(&mut self, route: &'static str, target: &str) -> Result<Option<Answer>, Aborted> {
        match self.session.get(route, &format!("{VERSION}{target}")).await {
            Ok(answer) => {
                self.report.skew = self.report.skew.or(answer.skew);
                Ok(Some(answer))
            }
            Err(error) => {
                let message = self.session.explain(&error);
                match error {
                    HttpError::Status { status: 401 | 403, .. } => {
                        self.report.note(Step::Permission, Err(message));
                        Ok(None)
                    }
                    _ => self.abort(message),
                }
            }
        }
    }

    fn decoded<T, E: std::fmt::Display>(&mut self, route: &str, read: Result<T, E>) -> Result<T, Aborted> {
        match read {
            Ok(read) => Ok(read),
            Err(error) => self.abort(format!("{route} cannot be understood: {error}")),
        }
    }

    fn abort<T>(&mut self, message: String) -> Result<T, Aborted> {
        self.report.note(Step::Read, Err(message));
        Err(Aborted)
    }

    fn granted(&mut self, route: &str, message: &str) -> Result<(), Aborted> {
        self.report.note(Step::Permission, Ok(format!("`{}`: {message}", permission(route))));
        Ok(())
    }

    fn refused(&mut self, route: &str, message: &str) -> Result<(), Aborted> {
        self.missing(permission(route), message)
    }

    fn missing(&mut self, permission: &str, message: &str) -> Result<(), Aborted> {
        let EntraConnection { tenant, client, .. } = self.connection;
        self.report.note(Step::Permission, Err(format!("{message}; {}", grant(permission, tenant, client))));
        Ok(())
    }
}
