//! What Graph is asked: paths and queries, with every text encoded (MG4 to MG6, MG16).

/// Where every path of Graph begins.
pub const VERSION: &str = "/v1.0";
/// The most that one page may hold (MG4).
pub const PAGE: u32 = 999;
/// The most that one `in` may list.
const LISTED: usize = 15;
/// How many clauses we put into one filter; Graph takes 15.
const SOUGHT: usize = 10;

/// Percent-encodes all but unreserved characters (RFC 3986, 2.3).
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

/// A text as OData writes it, encoded (OData 4.01, ABNF `string`).
fn literal(text: &str) -> String {
    encode(&format!("'{}'", text.replace('\'', "''")))
}

/// What is selected of a user: the id, and the properties that these attributes begin with; a dotted one is selected as
/// a whole.
pub fn selected<'a>(attributes: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> =
        attributes.into_iter().map(|path| path.split('.').next().unwrap_or(path)).chain(["id"]).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(encode).collect::<Vec<_>>().join(",")
}

/// All users, disabled ones and guests among them.
pub fn users(select: &str, page: u32) -> String {
    format!("/users?$select={select}&$top={page}")
}

/// One user.
pub fn user(id: &str, select: &str) -> String {
    format!("/users/{}?$select={select}", encode(id))
}

/// The users of whom one of these clauses holds ([`is`], [`begins`]): a query for at most 10 of them each.
pub fn users_sought<'a>(clauses: &'a [String], select: &str, page: u32) -> impl Iterator<Item = String> + 'a {
    let start = format!("{}&$filter=", users(select, page));
    clauses.chunks(SOUGHT).map(move |clauses| format!("{start}{}", clauses.join("%20or%20")))
}

/// A property is this text, in any case.
pub fn is(property: &str, text: &str) -> String {
    format!("{property}%20eq%20{}", literal(text))
}

/// A property begins with this text, in any case.
pub fn begins(property: &str, text: &str) -> String {
    format!("startswith({property},{})", literal(text))
}

/// What a user is directly in: groups, and more that has members (MG7).
pub fn member_of(user: &str, page: u32) -> String {
    format!("/users/{}/memberOf?$select=id&$top={page}", encode(user))
}

/// What a user is in, directly and through groups.
pub fn transitive_member_of(user: &str, page: u32) -> String {
    format!("/users/{}/transitiveMemberOf?$select=id&$top={page}", encode(user))
}

/// How many users there are; asks for `ConsistencyLevel: eventual` (MG6).
pub const USER_COUNT: &str = "/users/$count";

const GROUP: &str = "id,displayName,createdDateTime,visibility";

/// All groups.
pub fn groups(page: u32) -> String {
    format!("/groups?$select={GROUP}&$top={page}")
}

/// The groups whose name begins so, in any case.
pub fn groups_beginning(prefix: &str, page: u32) -> String {
    format!("{}&$filter=startswith(displayName,{})", groups(page), literal(prefix))
}

/// The groups with one of these names, or one of these ids: a query for at most 15 of them each.
pub fn groups_listed<'a>(
    property: &str,
    texts: &'a [String],
    page: u32,
) -> impl Iterator<Item = String> + 'a {
    let start = format!("{}&$filter={property}%20in%20(", groups(page));
    texts.chunks(LISTED).map(move |texts| {
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

/// Who is assigned to an enterprise application.
pub fn assignments(id: &str, page: u32) -> String {
    format!("/servicePrincipals/{}/appRoleAssignedTo?$top={page}", encode(id))
}

/// Whether a text is an object id: a GUID.
pub fn is_object_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
