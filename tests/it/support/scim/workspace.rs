//! A workspace whose application is a real SCIM server.

use super::server::Server;
use crate::support::playground::Playground;

/// The worked policies, with the application on a SCIM server instead of the embedded store.
pub(crate) fn on_scim(server: &Server) -> Playground {
    let mut playground = Playground::new();
    dstny_by_scim(&playground, &server.url());
    playground.secret("ROLEWRIGHT_DSTNY", &server.token());
    server.group("Non AD sync");
    playground
}

/// Commits policies in which the phone system is a SCIM service.
pub(crate) fn dstny_by_scim(playground: &Playground, url: &str) {
    let application = format!(
        "apiVersion: rolewright/v1\nkind: Application\nname: dstny\n\
         scim: {{ url: '{url}', credential: {{ env: ROLEWRIGHT_DSTNY }} }}\ndirectories: [{{ name: contoso }}]\n\
         entitlements:\n  callCentre: {{ values: [agent, supervisor], missing: create, wire: {{ group: 'Call centre {{callCentre}}' }} }}\n"
    );
    playground.write("policies/dstny/application.yaml", &application);
    playground.git(&["rm", "-q", "policies/dstny/start.yaml", "policies/dstny/tests.yaml"]);
    // This attribute is not in the server's schema.
    playground.edit("policies/dstny/attribute-mapping.yaml", "  searchable: accountEnabled\n", "");
    let lifecycle = playground.read("policies/dstny/lifecycle.yaml");
    let (head, rest) = lifecycle.split_once("protect:").expect("protections");
    let (_, limits) = rest.split_once("limits:").expect("limits");
    playground.write("policies/dstny/lifecycle.yaml", &format!("{head}limits:{limits}"));
    playground.commit("Dstny by SCIM");
}
