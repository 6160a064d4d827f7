//! Paths and queries for Graph, with all text encoded (MG4 to MG6, MG16).

/// The first segment of every path.
pub const VERSION: &str = "/v1.0";
/// The largest page size (MG4).
pub const PAGE: u32 = 999;
/// The most values in one `in`.
const VALUES_PER_IN: usize = 15;
/// How many clauses we put into one filter; Graph accepts 15.
const CLAUSES_PER_FILTER: usize = 10;

/// Percent-encodes everything but unreserved characters (RFC 3986, 2.3).
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Text as an OData literal, encoded (OData 4.01, ABNF `string`).
fn literal(text: &str) -> String {
    encode(&format!("'{}'", text.replace('\'', "''")))
}

/// The `$select` for a user: the id, and the first segment of each attribute; a dotted attribute is selected as a
/// whole.
pub fn selected<'a>(attributes: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> =
        attributes.into_iter().map(|path| path.split('.').next().unwrap_or(path)).chain(["id"]).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(encode).collect::<Vec<_>>().join(",")
}

/// All users, including disabled ones and guests.
pub fn users(select: &str, page: u32) -> String {
    format!("/users?$select={select}&$top={page}")
}

/// One user.
pub fn user(id: &str, select: &str) -> String {
    format!("/users/{}?$select={select}", encode(id))
}

/// The users for whom one of these clauses holds ([`is`], [`begins`]): one query for every 10 clauses.
pub fn users_matching<'a>(
    clauses: &'a [String],
    select: &str,
    page: u32,
) -> impl Iterator<Item = String> + 'a {
    let start = format!("{}&$filter=", users(select, page));
    clauses.chunks(CLAUSES_PER_FILTER).map(move |clauses| format!("{start}{}", clauses.join("%20or%20")))
}

/// The clause that a property equals this text, ignoring case.
pub fn is(property: &str, text: &str) -> String {
    format!("{property}%20eq%20{}", literal(text))
}

/// The clause that a property begins with this text, ignoring case.
pub fn begins(property: &str, text: &str) -> String {
    format!("startswith({property},{})", literal(text))
}

/// What a user is directly in: groups and other objects with members (MG7).
pub fn member_of(user: &str, page: u32) -> String {
    format!("/users/{}/memberOf?$select=id&$top={page}", encode(user))
}

/// What a user is in, directly or through groups.
pub fn transitive_member_of(user: &str, page: u32) -> String {
    format!("/users/{}/transitiveMemberOf?$select=id&$top={page}", encode(user))
}

/// The number of users; needs the header `ConsistencyLevel: eventual` (MG6).
pub const USER_COUNT: &str = "/users/$count";

const GROUP: &str = "id,displayName,createdDateTime,visibility";

/// All groups.
pub fn groups(page: u32) -> String {
    format!("/groups?$select={GROUP}&$top={page}")
}

/// The groups whose name begins with this prefix, ignoring case.
pub fn groups_beginning(prefix: &str, page: u32) -> String {
    format!("{}&$filter=startswith(displayName,{})", groups(page), literal(prefix))
}

/// The groups with one of these names or ids: one query for every 15 values.
pub fn groups_listed<'a>(
    property: &str,
    texts: &'a [String],
    page: u32,
) -> impl Iterator<Item = String> + 'a {
    let start = format!("{}&$filter={property}%20in%20(", groups(page));
    texts.chunks(VALUES_PER_IN).map(move |texts| {
        let list: Vec<String> = texts.iter().map(|text| literal(text)).collect();
        format!("{start}{})", list.join(","))
    })
}

/// The direct members of a group, of every kind (MG7).
pub fn members(group: &str, page: u32) -> String {
    format!("/groups/{}/members?$select=id&$top={page}", encode(group))
}

/// An enterprise application with its roles.
pub fn service_principal(id: &str) -> String {
    format!("/servicePrincipals/{}?$select=id,displayName,appRoles", encode(id))
}

/// The assignments of an enterprise application.
pub fn assignments(id: &str, page: u32) -> String {
    format!("/servicePrincipals/{}/appRoleAssignedTo?$top={page}", encode(id))
}

/// Whether a text is an object id: a GUID.
pub fn is_object_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
