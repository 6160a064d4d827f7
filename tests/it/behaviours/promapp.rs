//! Behaviours of Promapp's provisioning from Entra ID, with the worked policies of `policies/`.

mod assigned;
mod filters;
mod runs;

use crate::support::system::System;

const PEOPLE: &str = "directories/people.yaml";
const LIFECYCLE: &str = "promapp/lifecycle.yaml";
const LINKS: &str = "promapp/linking-rules.yaml";
const APPLICATION: &str = "promapp/application.yaml";
const START: &str = "promapp/start.yaml";
const EMBEDDED: &str = "sqlite: { file: promapp.db, startFrom: promapp/start.yaml }";
const CANARY: &str = "# canary: { user: userPrincipalName, equals: pilot@contoso.example }";

/// Promapp without accounts, and these users: each has a name, which is part of the id, and further attributes.
fn library(users: &[(&str, &str)]) -> System {
    let text: String = users.iter().map(|(name, rest)| {
        format!("  - {{ id: id-{name}, userPrincipalName: {name}@contoso.example, mail: {name}@contoso.example, {rest} }}\n")
    }).collect();
    let people = format!(
        "enterpriseApplications:\n  - {{ id: 5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44, name: Promapp, roles: [Editor, Viewer] }}\n  \
         - {{ id: other, name: Other, roles: [Editor] }}\n\
         groups:\n  - {{ id: g-1, name: Readers, members: [Trainees], appRoles: {{ Promapp: [Viewer] }} }}\n  \
         - {{ id: g-2, name: Trainees }}\n  - {{ id: g-3, name: Promapp_Quality }}\nusers:\n{text}"
    );
    System::of("promapp")
        .file(PEOPLE, &people)
        .file(START, "entitlements: { role: [Editor, Viewer], team: [Quality] }\n")
}
