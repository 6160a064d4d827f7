//! `rolewright doctor --profile`: finds out what a SCIM service can do.

use super::args::DoctorArguments;
use super::clock::unix_seconds;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::out;
use super::workspace::Workspace;
use crate::apply::scim::probe::{Probe, ProbeRequest};
use crate::doctor::{TriedService, found_profile};
use crate::fetch::{observe_service, sign_in};
use crate::http::Limits;
use crate::model::{ApplicationConnection, AttributePath, EntitlementWire, ScimConnection};
use crate::policy::ApplicationPolicy;
use crate::render;
use std::time::Duration;

/// Prints the profile of the one application that is named, or writes it to a file.
pub(super) fn run(
    arguments: &DoctorArguments,
    workspace: &Workspace,
    application: &ApplicationPolicy,
) -> Result<Exit, Stop> {
    let ApplicationConnection::Scim(connection) = &application.connection else {
        return Err(Stop::new(
            Code::UnsupportedApplication,
            format!("`{}` is not a SCIM service: only SCIM services have a profile", application.name),
        ));
    };
    let used = used(application);
    let incomplete = |problem: String| Stop::new(Code::Incomplete, problem);
    let (reads, tried) = if arguments.allow_writes {
        let mut probe = begin(workspace, application, connection, &used)?;
        // The user is there to be found, and is deleted whatever comes of this.
        let read = observe_service(connection, &workspace.access);
        let writes = probe.observe();
        let removal = probe.end();
        tell_remains(&removal.remains);
        (read, Some((writes, removal)))
    } else {
        (observe_service(connection, &workspace.access), None)
    };
    let reads = reads.map_err(incomplete)?;
    let found = found_profile(TriedService {
        reads: &reads,
        writes: tried.as_ref().map(|(writes, _)| writes),
        removal: tried.as_ref().map(|(_, removal)| removal),
        used: &used,
    });
    let text = render::profile(&application.name, &found);
    match &arguments.write {
        None => out::data(&text),
        Some(path) => {
            out::file(path, text.as_bytes())
                .map_err(|error| Stop::new(Code::File, format!("{}: {error}", path.display())))?;
            out::talk(&format!("wrote {}", path.display()));
        }
    }
    let clean = tried.is_none_or(|(_, removal)| removal.remains.is_empty());
    Ok(if clean { Exit::Done } else { Exit::Error })
}

fn begin(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    connection: &ScimConnection,
    used: &[AttributePath],
) -> Result<Probe, Stop> {
    let sign_in = sign_in(&connection.service, &workspace.access)
        .map_err(|problem| Stop::new(Code::Credential, problem))?;
    let limits =
        Limits { attempt: Duration::from_secs(30), budget: Duration::from_secs(60), ..Limits::default() };
    let request = ProbeRequest {
        url: &connection.service.url,
        sign_in: &sign_in,
        addresses: &workspace.access.addresses,
        limits,
        mark: &format!("{:x}", unix_seconds()),
        link: &application.link,
        attributes: used,
        account_type: application.account_types.first().map(String::as_str),
    };
    Probe::begin(&request).map_err(|error| {
        tell_remains(
            &error.remains.iter().map(|name| format!("perhaps the user `{name}`")).collect::<Vec<_>>(),
        );
        Stop::new(Code::Probe, format!("no throw-away user could be made: {}", error.problem))
    })
}

/// The attributes that policies use, without those that hold rights: values there mean something.
fn used(application: &ApplicationPolicy) -> Vec<AttributePath> {
    let holds_rights = |attribute: &&AttributePath| {
        application.entitlements.iter().any(|kind| match &kind.wire {
            EntitlementWire::Values { attribute: held, .. }
            | EntitlementWire::Attribute { attribute: held, .. } => *held == attribute.name,
            EntitlementWire::Row | EntitlementWire::Group { .. } => false,
        })
    };
    application.account_attributes.iter().filter(|attribute| !holds_rights(attribute)).cloned().collect()
}

fn tell_remains(remains: &[String]) {
    for one in remains {
        out::talk(&format!("still there, delete it by hand: {one}"));
    }
}
