//! By which attributes Microsoft Graph finds users as they stand.

/// Texts by which Microsoft Graph finds users as they stand: equal to a value, or beginning with one (Microsoft Graph, "Advanced
/// query capabilities on Microsoft Entra ID objects", the table of `$filter` by property). Others are found only through
/// an index that is behind, or not at all.
const FOUND_BY_GRAPH: &[&str] = &[
    "city",
    "country",
    "department",
    "displayName",
    "employeeId",
    "givenName",
    "mail",
    "mailNickname",
    "onPremisesUserPrincipalName",
    "state",
    "surname",
    "usageLocation",
    "userPrincipalName",
];

/// Whether Microsoft Graph finds users by a value of this attribute, and by a value's beginning, without an index that is behind.
pub fn found_by_graph(name: &str) -> bool {
    FOUND_BY_GRAPH.contains(&name)
}
