//! The attributes by which Microsoft Graph finds users without its search index.

/// Text properties that Microsoft Graph filters directly, by `eq` and `startsWith` (Microsoft Graph, "Advanced query
/// capabilities on Microsoft Entra ID objects", the table of `$filter` by property). Others are found only through an
/// index that lags behind, or not at all.
const FILTERABLE: &[&str] = &[
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

/// Whether Microsoft Graph finds users by a value of this attribute, and by its beginning, without the index that lags
/// behind.
pub fn is_filterable(name: &str) -> bool {
    FILTERABLE.contains(&name)
}
