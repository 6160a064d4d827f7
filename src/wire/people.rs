//! People and groups in one small hand-written file: YAML, or JSON, which is YAML.
//!
//! ```yaml
//! groups:
//!   - { id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, name: Telephony users, created: '2020-01-01T00:00:00Z' }
//! users:
//!   - { id: 5f1e2a0c-3b4d-4e5f-8a9b-0c1d2e3f4a5b, mail: ida@contoso.example, groups: [Telephony users] }
//! ```

mod app_roles;

pub use app_roles::EnterpriseApplication;

use super::problem::Problem;
use super::reading::{Reading, kind_name, quoting_hint};
use super::spelling;
use crate::model::{AttributeType, Field, Span};
use crate::yaml::{Kind, Node};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The attribute that says whether a user may sign in; if a user does not have it, the user may.
const ENABLED: &str = "accountEnabled";

/// The contents of such a file, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// The users.
    pub users: Vec<Person>,
    /// The groups.
    pub groups: Vec<PeopleGroup>,
    /// The enterprise applications whose roles are assigned.
    pub applications: Vec<EnterpriseApplication>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Immutable id.
    pub id: String,
    /// The attributes that are not empty, by the names in the file; `accountEnabled` is always present.
    pub fields: BTreeMap<String, Field<'static>>,
    /// The groups the user is directly in: indices into [`People::groups`].
    pub groups: Vec<usize>,
    /// The user's roles: index into [`People::applications`], and the role.
    pub app_roles: Vec<(usize, String)>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleGroup {
    /// Immutable id.
    pub id: String,
    /// Display name; two groups may have the same one.
    pub name: String,
    /// When it was created, RFC 3339, UTC.
    pub created: Option<String>,
    /// Distinguished name, if it has one.
    pub distinguished_name: Option<String>,
    /// The groups directly in it: indices into [`People::groups`].
    pub members: Vec<usize>,
    /// The roles of its direct members: index into [`People::applications`], and the role.
    pub app_roles: Vec<(usize, String)>,
}

/// Reads such a file. `attributes` are the allowed user attributes with their types: those that Microsoft Graph has and
/// those that the directory declares. One with a dot may also be a mapping: `onPremisesExtensionAttributes: {
/// extensionAttribute1: A }`.
///
/// # Errors
/// All problems of the file, in its order.
pub fn parse(path: &str, text: &str, attributes: &[(String, AttributeType)]) -> Result<People, Vec<Problem>> {
    let (mut reading, root) = Reading::open(path, text)?;
    reading.closed(&root, "the file", &["enterpriseApplications", "groups", "users"]);
    if root.get("users").is_none() && matches!(root.kind, Kind::Mapping(_)) {
        reading.report(root.span, || "the file has no `users`; where there are none, write `users: []`");
    }
    let mut parser = Parser { reading, attributes, ids: BTreeMap::new(), applications: Vec::new() };
    let people = parser.people(&root);
    parser.reading.finish(people)
}

struct Parser<'t, 'a> {
    reading: Reading<'t>,
    attributes: &'a [(String, AttributeType)],
    /// Ids of users, groups and applications, and where each is in the file.
    ids: BTreeMap<String, Span>,
    applications: Vec<EnterpriseApplication>,
}

impl Parser<'_, '_> {
    fn people(&mut self, root: &Node) -> People {
        let nodes = self.reading.items(root.get("enterpriseApplications"), "`enterpriseApplications`");
        self.applications = nodes.iter().map(|node| self.enterprise_application(node)).collect();
        let nodes = self.reading.items(root.get("groups"), "`groups`");
        let mut groups: Vec<PeopleGroup> = nodes.iter().map(|node| self.group(node)).collect();
        let names = GroupNames::new(&groups);
        let members: Vec<_> =
            nodes.iter().map(|node| self.groups(&names, node.get("members"), "`members`")).collect();
        let nodes = self.reading.items(root.get("users"), "`users`");
        let users = nodes.iter().map(|node| self.person(&names, node)).collect();
        drop(names);
        groups.iter_mut().zip(members).for_each(|(group, members)| group.members = members);
        People { users, groups, applications: std::mem::take(&mut self.applications) }
    }

    fn group(&mut self, node: &Node) -> PeopleGroup {
        let keys = ["id", "name", "created", "distinguishedName", "members", "appRoles"];
        self.reading.closed(node, "a group", &keys);
        let id = self.id(node, "a group");
        let name = self.reading.required(node, "name", "a group").unwrap_or_default().to_owned();
        let distinguished_name =
            self.reading.optional(node, "distinguishedName").map(|(_, name)| name.to_owned());
        PeopleGroup {
            id,
            name,
            created: self.created(node),
            distinguished_name,
            members: Vec::new(),
            app_roles: self.app_roles(node.get("appRoles")),
        }
    }

    /// Users, groups and applications share one set of ids, since a membership can name any of them.
    fn id(&mut self, node: &Node, what: &str) -> String {
        let id = self.reading.required(node, "id", what).unwrap_or_default();
        let at = node.get("id").map_or(node.span, |id| id.span);
        if let Some(first) = self.ids.get(id) {
            let line = self.reading.line(*first);
            self.reading.report(at, || format!("the id `{id}` occurs twice; first in line {line}"));
        } else if !id.is_empty() {
            self.ids.insert(id.to_owned(), at);
        }
        id.to_owned()
    }

    /// A time with a time zone, converted to UTC so that two texts can be compared.
    fn created(&mut self, node: &Node) -> Option<String> {
        let (at, text) = self.reading.optional(node, "created")?;
        let time = text.parse::<jiff::Timestamp>().ok();
        if time.is_none() {
            self.reading.report(at, || {
                format!("`created` is `{text}`, not a time; write it as '2020-01-31T12:00:00Z'")
            });
        }
        time.map(|time| time.to_string())
    }

    fn groups(&mut self, names: &GroupNames<'_>, node: Option<&Node>, what: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for item in self.reading.items(node, what) {
            let Some(text) = self.reading.text(item, "a group's name or id") else { continue };
            match names.find(text) {
                [group] => found.push(*group),
                [] => self.reading.report(item.span, || names.unknown(text)),
                several => self.reading.report(item.span, || names.ambiguous(text, several)),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn person(&mut self, names: &GroupNames<'_>, node: &Node) -> Person {
        let id = self.id(node, "a user");
        let mut fields = BTreeMap::new();
        for (key, value) in self.reading.entries(node, "a user") {
            match &*key.name {
                "id" | "groups" | "appRoles" => {}
                name => self.attribute(name, key.span, value, &mut fields),
            }
        }
        fields.entry(ENABLED.to_owned()).or_insert(Field::Boolean(true));
        let groups = self.groups(names, node.get("groups"), "`groups` of a user");
        Person { id, fields, groups, app_roles: self.app_roles(node.get("appRoles")) }
    }

    fn attribute(
        &mut self,
        name: &str,
        at: Span,
        value: &Node,
        fields: &mut BTreeMap<String, Field<'static>>,
    ) {
        if let Some((_, kind)) = self.attributes.iter().find(|(known, _)| known == name) {
            let field = self.field(value, name, *kind);
            if field != Field::Empty && fields.insert(name.to_owned(), field).is_some() {
                self.reading.report(at, || format!("`{name}` occurs twice, once as part of a mapping"));
            }
            return;
        }
        let inside = |known: &str| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        match &value.kind {
            Kind::Mapping(entries) if self.attributes.iter().any(|(known, _)| inside(known)) => {
                for (key, value) in entries {
                    self.attribute(&format!("{name}.{}", key.name), key.span, value, fields);
                }
            }
            _ => self.unknown(name, at),
        }
    }

    fn unknown(&mut self, name: &str, at: Span) {
        let attributes = self.attributes;
        self.reading.report(at, || {
            let known = attributes.iter().map(|(name, _)| name.as_str()).chain(["id", "groups", "appRoles"]);
            let hint = spelling::hint(name, known);
            format!(
                "a user has no attribute `{name}`{hint} (attributes that Microsoft Graph does not have are declared in \
                 `attributes` of the `Directory`)"
            )
        });
    }

    fn field(&mut self, node: &Node, name: &str, kind: AttributeType) -> Field<'static> {
        match (kind, &node.kind) {
            (_, Kind::Null) => Field::Empty,
            (_, Kind::Text(text)) if text.is_empty() => Field::Empty,
            (_, Kind::Sequence(items)) if items.is_empty() => Field::Empty,
            (AttributeType::Text, Kind::Text(text)) => Field::text(text.to_string()),
            (AttributeType::Boolean, Kind::Boolean(value)) => Field::Boolean(*value),
            (AttributeType::List, Kind::Text(text)) => Field::List(vec![Cow::Owned(text.to_string())]),
            (AttributeType::List, Kind::Sequence(items)) => self.texts(items, name),
            (_, found) => {
                let (expected, quoting_hint) = match kind {
                    AttributeType::Text => ("text", quoting_hint(found)),
                    AttributeType::Boolean => ("`true` or `false`", ""),
                    AttributeType::List => ("a list of texts: ['...']", ""),
                };
                self.reading.report(node.span, || {
                    format!("`{name}` is {}; expected {expected}{quoting_hint}", kind_name(found))
                });
                Field::Empty
            }
        }
    }

    fn texts(&mut self, items: &[Node], name: &str) -> Field<'static> {
        let what = format!("an element of `{name}`");
        let empty = |item: &&Node| item.kind != Kind::Null && item.as_text() != Some("");
        let texts: Vec<Cow<'static, str>> = items
            .iter()
            .filter(empty)
            .filter_map(|item| self.reading.text(item, &what))
            .map(|text| Cow::Owned(text.to_owned()))
            .collect();
        if texts.is_empty() { Field::Empty } else { Field::List(texts) }
    }
}

/// The groups by id and by name, ignoring ASCII case (the policy language, 1, "Text").
struct GroupNames<'g> {
    groups: &'g [PeopleGroup],
    indices: BTreeMap<String, Vec<usize>>,
}

impl<'g> GroupNames<'g> {
    fn new(groups: &'g [PeopleGroup]) -> Self {
        let mut indices: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, group) in groups.iter().enumerate().filter(|(_, group)| !group.name.is_empty()) {
            indices.entry(group.name.to_ascii_lowercase()).or_default().push(index);
        }
        // An id is unique, so it wins over an equal name.
        for (index, group) in groups.iter().enumerate().filter(|(_, group)| !group.id.is_empty()) {
            indices.insert(id_key(&group.id), vec![index]);
        }
        Self { groups, indices }
    }

    fn find(&self, text: &str) -> &[usize] {
        let by_id = self.indices.get(&id_key(text));
        by_id.or_else(|| self.indices.get(&text.to_ascii_lowercase())).map_or(&[], Vec::as_slice)
    }

    fn unknown(&self, text: &str) -> String {
        let known = self.groups.iter().flat_map(|group| [group.name.as_str(), group.id.as_str()]);
        format!("there is no group `{text}`{}", spelling::hint(text, known))
    }

    fn ambiguous(&self, text: &str, indices: &[usize]) -> String {
        let ids: Vec<_> = indices.iter().map(|index| self.groups[*index].id.as_str()).collect();
        format!("several groups are called `{text}`; write the id instead: `{}`", ids.join("` or `"))
    }
}

/// A key that no name can have. Ids are compared exactly.
fn id_key(id: &str) -> String {
    format!("\u{0}{id}")
}
