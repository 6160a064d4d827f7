//! Enterprise applications of a hand-written directory, and who is assigned to which of their roles (PM-1..3).

use super::Parser;
use crate::snapshot::DEFAULT_ACCESS;
use crate::wire::spelling;
use crate::yaml::Node;

/// An enterprise application and its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterpriseApplication {
    /// Its object id.
    pub id: String,
    /// Its name; users and groups may use it instead of the id.
    pub name: String,
    /// Its roles; Default Access is always one of them.
    pub roles: Vec<String>,
}

impl Parser<'_, '_> {
    pub(super) fn enterprise_application(&mut self, node: &Node) -> EnterpriseApplication {
        self.reading.closed(node, "an enterprise application", &["id", "name", "roles"]);
        let id = self.id(node, "an enterprise application");
        let name =
            self.reading.required(node, "name", "an enterprise application").unwrap_or_default().to_owned();
        let mut roles = vec![DEFAULT_ACCESS.to_owned()];
        for item in self.reading.items(node.get("roles"), "`roles`") {
            if let Some(role) = self.reading.text(item, "a role") {
                roles.push(role.to_owned());
            }
        }
        roles.dedup();
        EnterpriseApplication { id, name, roles }
    }

    /// `appRoles: { Promapp: [Editor] }`: index of the application, and the role.
    pub(super) fn app_roles(&mut self, node: Option<&Node>) -> Vec<(usize, String)> {
        let mut assigned = Vec::new();
        let Some(node) = node else { return assigned };
        for (key, roles) in self.reading.entries(node, "`appRoles`") {
            let applications = self.applications.iter();
            // An id is unique, so it wins over an equal name.
            let by_id = applications.clone().position(|application| *application.id == *key.name);
            let by_name = || applications.clone().position(|application| *application.name == *key.name);
            let Some(index) = by_id.or_else(by_name) else {
                let hint =
                    spelling::hint(&key.name, applications.map(|application| application.name.as_str()));
                self.reading.report(key.span, || {
                    format!("`enterpriseApplications` at the top of the file has no `{}`{hint}", key.name)
                });
                continue;
            };
            for item in self.reading.items(Some(roles), "the roles of an application") {
                let Some(role) = self.reading.text(item, "a role") else { continue };
                let known = &self.applications[index].roles;
                if known.iter().any(|known| known == role) {
                    assigned.push((index, role.to_owned()));
                } else {
                    let hint = spelling::hint(role, known.iter().map(String::as_str));
                    self.reading.report(item.span, || format!("the application has no role `{role}`{hint}"));
                }
            }
        }
        assigned
    }
}
