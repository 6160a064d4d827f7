//! The smallest look at a tenant: signs in, then asks for one of everything that policies need, so that each permission
//! that a read takes is seen to be granted, or named (MG17).

use super::session::Session;
use super::{Key, Limits};
use crate::doctor::{Met, Step};
use crate::http::{Answer, HttpError};
use crate::model::EntraConnection;
use crate::policy::DirectoryPolicy;
use crate::wire::graph::query::{self, VERSION};
use crate::wire::graph::refusal::{grant, permission};
use crate::wire::graph::{Wanted, decode_listed_group, decode_page};
use serde_json::Value;
use std::time::Duration;

const GROUPS: &str = "/groups";
/// Users of whom one at least shows whether the account is enabled: whoever may not see it, sees it of nobody.
const SOME: u32 = 5;

/// Signs in and asks for one of each. Whatever is refused is a line of its own; nothing is asked after what is broken.
pub async fn probe(
    policy: &DirectoryPolicy,
    connection: &EntraConnection,
    key: Key,
    limits: Limits,
    met: &mut Met,
) {
    let session = match Session::open(connection, key, limits, Duration::from_secs(1)).await {
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
    let mut probe = Probe { policy, connection, session, met };
    if probe.all().await.is_ok() {
        probe.met.note(Step::Read, Ok("one of everything that policies need was asked for".to_owned()));
    }
}

/// Why no more is asked: the service is broken, which is noted.
struct Broken;

struct Probe<'p> {
    policy: &'p DirectoryPolicy,
    connection: &'p EntraConnection,
    session: Session<'p>,
    met: &'p mut Met,
}

impl Probe<'_> {
    async fn all(&mut self) -> Result<(), Broken> {
        self.users().await?;
        let asked = &self.policy.asked;
        if !asked.groups.is_empty() || !asked.applications.is_empty() {
            self.groups().await?;
        }
        for application in &self.policy.asked.applications {
            self.roles(application).await?;
        }
        Ok(())
    }

    /// Some users, with every attribute that policies need.
    async fn users(&mut self) -> Result<(), Broken> {
        const ROUTE: &str = "/users";
        let names = self.policy.attributes.iter().map(|it| it.source.as_str());
        let select = query::selected(names);
        let Some(answer) = self.ask(ROUTE, &query::users(&select, SOME)).await? else { return Ok(()) };
        let users =
            decode_page(&answer.body).map(|page| page.value.iter().map(|it| it.get().to_owned()).collect());
        let users: Vec<String> = self.understood(ROUTE, users)?;
        let shown = |user: &String| {
            serde_json::from_str::<Value>(user).is_ok_and(|user| user["accountEnabled"].is_boolean())
        };
        let wanted = select.split(',').any(|name| name == "accountEnabled");
        if wanted && !users.is_empty() && !users.iter().any(shown) {
            return self
                .refused(ROUTE, "`accountEnabled` comes of no user (`User.ReadBasic.All` does not show it)");
        }
        self.granted(ROUTE, &format!("users may be read, with `{}`", select.replace(',', "`, `")))
    }

    /// One group and one of its members.
    async fn groups(&mut self) -> Result<(), Broken> {
        const MEMBERS: &str = "/groups/{id}/members";
        let Some(found) = self.some_group().await? else { return Ok(()) };
        let Some(json) = found else { return self.granted(GROUPS, "groups may be read; there is none") };
        let group = self.understood(GROUPS, decode_listed_group(json.as_bytes()))?;
        let Some(name) = group.display_name.as_deref() else {
            return self.refused(GROUPS, "a group comes without `displayName`");
        };
        let Some(answer) = self.ask(MEMBERS, &query::members(&group.id, 1)).await? else { return Ok(()) };
        let members = self.understood(MEMBERS, decode_page(&answer.body))?;
        if group.is_hidden() && members.value.is_empty() {
            let said = format!("the membership of the group `{name}` is hidden, and nobody is shown");
            return self.missing("Member.Read.Hidden", &said);
        }
        self.granted(GROUPS, "groups and their members may be read")
    }

    /// A group that policies link, else any; none where that is refused, which is noted.
    async fn some_group(&mut self) -> Result<Option<Option<String>>, Broken> {
        let linked = Wanted::new(&self.policy.asked.groups, &self.policy.group_prefix).targets(1);
        for target in linked.into_iter().take(1).chain([query::groups(1)]) {
            let Some(answer) = self.ask(GROUPS, &target).await? else { return Ok(None) };
            let page = self.understood(GROUPS, decode_page(&answer.body))?;
            if let Some(group) = page.value.first() {
                return Ok(Some(Some(group.get().to_owned())));
            }
        }
        Ok(Some(None))
    }

    /// The roles of an enterprise application, and one assignment.
    async fn roles(&mut self, application: &str) -> Result<(), Broken> {
        const ROUTE: &str = "/servicePrincipals/{id}";
        const ASSIGNED: &str = "/servicePrincipals/{id}/appRoleAssignedTo";
        for (route, target) in
            [(ROUTE, query::service_principal(application)), (ASSIGNED, query::assignments(application, 1))]
        {
            if self.ask(route, &target).await?.is_none() {
                return Ok(());
            }
        }
        self.granted(ROUTE, &format!("the roles of `{application}` and who has them may be read"))
    }

    /// Asks; none where it is refused, which is noted, and the next permission may be looked at.
    async fn ask(&mut self, route: &'static str, target: &str) -> Result<Option<Answer>, Broken> {
        match self.session.get(route, &format!("{VERSION}{target}")).await {
            Ok(answer) => {
                self.met.skew = self.met.skew.or(answer.skew);
                Ok(Some(answer))
            }
            Err(error) => {
                let said = self.session.explain(&error);
                match error {
                    HttpError::Status { status: 401 | 403, .. } => {
                        self.met.note(Step::Permission, Err(said));
                        Ok(None)
                    }
                    _ => self.broken(said),
                }
            }
        }
    }

    fn understood<T, E: std::fmt::Display>(&mut self, route: &str, read: Result<T, E>) -> Result<T, Broken> {
        match read {
            Ok(read) => Ok(read),
            Err(error) => self.broken(format!("{route} cannot be understood: {error}")),
        }
    }

    fn broken<T>(&mut self, said: String) -> Result<T, Broken> {
        self.met.note(Step::Read, Err(said));
        Err(Broken)
    }

    fn granted(&mut self, route: &str, said: &str) -> Result<(), Broken> {
        self.met.note(Step::Permission, Ok(format!("`{}`: {said}", permission(route))));
        Ok(())
    }

    fn refused(&mut self, route: &str, said: &str) -> Result<(), Broken> {
        self.missing(permission(route), said)
    }

    fn missing(&mut self, permission: &str, said: &str) -> Result<(), Broken> {
        let EntraConnection { tenant, client, .. } = self.connection;
        self.met.note(Step::Permission, Err(format!("{said}; {}", grant(permission, tenant, client))));
        Ok(())
    }
}
