//! The worked policies of the head office with its users in a tenant; `ldap::policies` compares all three sources.

use super::double::Double;
use super::tenant::SECRET;
use super::workspace::{by_graph, tenant_of};
use crate::support::system::System;
use serde_json::Value;

const DIRECTORY: &str = "directories/headquarters.yaml";
const PEOPLE: &str = include_str!("../../../../policies/directories/headquarters-people.yaml");

/// A tenant of the head office. It has no organisational units, so groups outside the unit that is read are not in it.
pub(crate) fn head_office() -> Double {
    let mut tenant = tenant_of(PEOPLE);
    let outside = |group: &Value| group["displayName"] == "Stockholm_facility_manager";
    assert!(tenant.groups.iter().any(outside));
    tenant.groups.retain(|group| !outside(group));
    Double::start(tenant)
}

/// The policies with the tenant instead of the file.
pub(crate) fn from_the_tenant(double: &Double) -> System {
    let file = "file: { people: directories/headquarters-people.yaml }\n";
    System::of("pronestor")
        .edit(DIRECTORY, file, &by_graph(double, "{ env: ROLEWRIGHT_CONTOSO }"))
        .edit(DIRECTORY, ", under: 'OU=Pronestor,OU=Groups,DC=contoso,DC=example' }", " }")
        .edit(
            DIRECTORY,
            "initials: initials }",
            "initials: onPremisesExtensionAttributes.extensionAttribute1 }",
        )
        .without("directories/headquarters-people.yaml")
        .secret("ROLEWRIGHT_CONTOSO", SECRET)
}
