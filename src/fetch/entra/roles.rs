//! Reads the roles of enterprise applications and their assignments: to users, and to groups, whose direct members
//! count (MG7).

use super::groups::GroupToRead;
use super::{Fault, Reader, UnlistedUser};
use crate::http::HttpError;
use crate::snapshot::{DEFAULT_ACCESS, GroupRecord, IdColumn};
use crate::wire::graph::{MemberKind, decode_assignment, decode_service_principal, query};
use std::collections::BTreeMap;

const APPLICATION: &str = "/servicePrincipals/{id}";
const ASSIGNED: &str = "/servicePrincipals/{id}/appRoleAssignedTo";

impl Reader<'_, '_> {
    /// Reads the roles that policies use and their assignments; returns the assigned groups.
    pub(super) async fn roles(&mut self) -> Result<Vec<GroupToRead>, Fault> {
        let mut groups = Vec::new();
        for application in &self.request.needs.applications {
            let roles = self.roles_of(application).await?;
            let target = query::assignments(application, self.request.page_size);
            self.walk(ASSIGNED, &target, &mut |reader, json| {
                let assignment =
                    decode_assignment(json).map_err(|error| reader.undecodable(ASSIGNED, &error))?;
                let role = match assignment.role() {
                    None => DEFAULT_ACCESS,
                    Some(id) => roles.get(id).map(String::as_str).ok_or_else(|| {
                        Fault::Drift(format!(
                            "an assignment names the role `{id}`, which `{application}` does not have"
                        ))
                    })?,
                };
                let principal = &*assignment.principal_id;
                match assignment.kind() {
                    MemberKind::User if !reader.builder.has_user(principal) => {
                        let occurrence = UnlistedUser::Assigned {
                            application: application.clone(),
                            role: role.to_owned(),
                        };
                        reader.unlisted_users.push((principal.to_owned(), occurrence));
                        return Ok(());
                    }
                    MemberKind::Group => {
                        if !reader.builder.has_group(principal) {
                            reader.builder.group(principal, GroupRecord::default())?;
                        }
                        groups.push(principal.to_owned());
                    }
                    MemberKind::User | MemberKind::Other => {}
                }
                Ok(reader.builder.assignment(application, role, principal)?)
            })
            .await?;
        }
        let mut seen = IdColumn::default();
        groups.retain(|group| seen.insert(group).is_ok());
        Ok(groups.into_iter().map(|id| GroupToRead { name: id.clone(), id, hidden: false }).collect())
    }

    /// The names of an application's roles by id; all of them are added to the snapshot, assigned or not.
    async fn roles_of(&mut self, application: &str) -> Result<BTreeMap<String, String>, Fault> {
        let unknown_application = || {
            Fault::Error(format!(
                "the tenant has no enterprise application with the object id `{application}`: `enterpriseApplication` is \
                 the object id under Enterprise applications, not the application (client) id"
            ))
        };
        if !query::is_object_id(application) {
            return Err(unknown_application());
        }
        let target = format!("{}{}", query::VERSION, query::service_principal(application));
        let answer = self.session.get(APPLICATION, &target).await.map_err(|error| match error {
            HttpError::Status { status: 404, .. } => unknown_application(),
            error => Fault::Error(self.session.explain(&error)),
        })?;
        let found =
            decode_service_principal(&answer.body).map_err(|error| self.undecodable(APPLICATION, &error))?;
        self.builder.app_role(application, DEFAULT_ACCESS);
        found.app_roles.iter().for_each(|role| self.builder.app_role(application, &role.display_name));
        Ok(found.app_roles.into_iter().map(|role| (role.id, role.display_name)).collect())
    }
}
