//! The addresses of sign-in and Graph in each cloud (MG3). They belong together: one cloud's token is not valid in
//! another.

use crate::model::Cloud;

/// The addresses of one cloud: scheme and host, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Where tokens are issued.
    pub login: String,
    /// Where the directory is read.
    pub graph: String,
    /// The scope to request: every application permission that was granted.
    pub scope: String,
}

/// The addresses of a cloud; if a test double is given, both are the double's.
pub fn hosts(cloud: Cloud, double: Option<&str>) -> Hosts {
    let (login, graph) = match cloud {
        Cloud::Global => ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
        Cloud::UsGov => ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
        Cloud::UsGovDod => ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        Cloud::China => ("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
    };
    let double = double.map(|double| double.trim_end_matches('/'));
    Hosts {
        login: double.unwrap_or(login).to_owned(),
        graph: double.unwrap_or(graph).to_owned(),
        scope: format!("{graph}/.default"),
    }
}
