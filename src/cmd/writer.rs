//! A connection to its writer.

use super::exit::Stop;
use super::workspace::Workspace;
use crate::apply::Writer;
use crate::apply::sqlite::SqliteWriter;
use crate::fetch::start_state;
use crate::model::{ApplicationConnection, AttributePath};
use crate::policy::set::ApplicationPolicy;

/// Builds the writer of an application. Only `apply` does.
pub fn writer(workspace: &Workspace, application: &ApplicationPolicy) -> Result<Box<dyn Writer>, Stop> {
    match &application.connection {
        ApplicationConnection::Sqlite { path, start_from } => {
            let start = start_state(application, start_from.as_deref(), &workspace.data)?;
            let place = workspace.data.place(path).map_err(Stop::error)?;
            Ok(Box::new(SqliteWriter::new(&place, &application.link, start.as_ref())))
        }
        ApplicationConnection::Scim { .. } => Err(Stop::error("not there yet")),
        ApplicationConnection::File { .. } => Err(Stop::error(format!(
            "`{}` is kept in files, which are read only: it can be planned, not applied",
            application.name
        ))),
    }
}

/// The attributes that changes may name: those of the policies, and the link.
pub fn paths(application: &ApplicationPolicy) -> Vec<AttributePath> {
    application.account_attributes.iter().chain([&application.link]).cloned().collect()
}
