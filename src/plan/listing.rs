//! The groups of one directory beside the policies that link them: linked, unlinked, renamed, made anew.

use crate::desired::{DataProblem, GroupResolver, Population, is_read, role_id};
use crate::model::DistinguishedName;
use crate::policy::{ApplicationPolicy, DirectoryPolicy, GroupReference, GroupSelector, Origin};
use crate::snapshot::{Complete, DEFAULT_ACCESS, DirectorySnapshot};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What one directory has to link, and what is linked (behaviour PA-28).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupListing {
    /// The directory's name.
    pub directory: String,
    /// What the names of its groups begin with.
    pub prefix: String,
    /// Where its groups lie; none: anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
    /// Whether a link has to name the directory, since some application has several.
    #[serde(skip)]
    pub is_one_of_several: bool,
    /// The groups that may be linked, by name, then by id.
    pub groups: Vec<ListedGroup>,
    /// The roles of the enterprise applications that count, by application, then by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub app_roles: Vec<ListedRole>,
    /// Links that do not mean what they say (threats D4, D5), and names that nearly fit; sorted.
    pub problems: Vec<DataProblem>,
}

/// A group, and what links it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedGroup {
    /// Its immutable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The organisational unit it lies in, where the directory has such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// When it was created, RFC 3339, UTC, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Users directly in it.
    pub direct_members: u32,
    /// Users in it or in groups nested in it, each once.
    pub all_members: u32,
    /// What links it, in the order of applications and rules.
    pub links: Vec<GroupLink>,
}

/// A role of an enterprise application, and what links it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedRole {
    /// Object id of the enterprise application.
    pub application: String,
    /// The role's name.
    pub name: String,
    /// Users who are assigned themselves, or as direct members of a group.
    pub users: u32,
    /// What links it, in the order of applications and rules.
    pub links: Vec<GroupLink>,
}

/// One line of a policy that means a group or a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupLink {
    /// The application.
    pub application: String,
    /// The rule.
    pub origin: Origin,
    /// How the rule finds it: `id`, `name`, the pattern as written; of a role `role`, or `any role`.
    pub by: String,
    /// Users whom the rule counts as members.
    pub members: u32,
}

/// Lists the groups and roles that may be linked, and what these applications' policies make of them.
pub fn list_groups(
    directory: &DirectoryPolicy,
    snapshot: &Complete<DirectorySnapshot>,
    applications: &[&ApplicationPolicy],
) -> GroupListing {
    let feeds = |policy: &&&ApplicationPolicy| policy.directories.contains(&directory.name);
    let fed: Vec<&ApplicationPolicy> = applications.iter().filter(feeds).copied().collect();
    let mut links: BTreeMap<String, Vec<GroupLink>> = BTreeMap::new();
    let mut problems = BTreeSet::new();
    for application in &fed {
        link(application, directory, snapshot, &mut links, &mut problems);
    }
    GroupListing {
        directory: directory.name.clone(),
        prefix: directory.group_prefix.clone(),
        under: directory.groups_under.clone(),
        is_one_of_several: fed.iter().any(|application| application.directories.len() > 1),
        app_roles: roles(snapshot, &mut links),
        groups: groups(directory, snapshot, links),
        problems: problems.into_iter().collect(),
    }
}

/// The links of one application, by the ids of their groups and roles.
fn link(
    application: &ApplicationPolicy,
    directory: &DirectoryPolicy,
    snapshot: &Complete<DirectorySnapshot>,
    links: &mut BTreeMap<String, Vec<GroupLink>>,
    problems: &mut BTreeSet<DataProblem>,
) {
    // A population knows enterprise applications by the place of their directory, and here is but one.
    let place = application.directories.iter().position(|name| *name == directory.name);
    let role_source = place.and_then(|place| application.enterprise_applications.get(place).cloned());
    let alone = ApplicationPolicy {
        enterprise_applications: role_source.into_iter().collect(),
        ..application.clone()
    };
    let population = Population::new(&alone, std::slice::from_ref(&snapshot));
    let settings = [directory];
    let mut resolver = GroupResolver::new(&population, &settings);
    // A reference to any of several directories may find its group in another one.
    let mut elsewhere: BTreeSet<&Origin> = BTreeSet::new();
    let references = application
        .group_references()
        .into_iter()
        .filter(|reference| reference.directory.as_ref().is_none_or(|name| *name == directory.name));
    for reference in references {
        if reference.directory.is_none() && application.directories.len() > 1 {
            elsewhere.insert(&reference.origin);
        }
        for group in resolver.resolve(reference) {
            let known = links.entry(group.id).or_default();
            let link = GroupLink {
                application: application.name.clone(),
                origin: reference.origin.clone(),
                by: by(reference),
                members: group.users.len() as u32,
            };
            // A reference in a default of every kind of account is compiled once for each.
            if !known.contains(&link) {
                known.push(link);
            }
        }
    }
    let (errors, findings) = resolver.finish();
    let all = errors.into_iter().chain(findings);
    problems.extend(all.filter(|it| it.code != "data/missing-group" || !elsewhere.contains(&it.origin)));
}

fn by(reference: &GroupReference) -> String {
    match &reference.selector {
        GroupSelector::Id { .. } => "id".to_owned(),
        GroupSelector::Name(_) => "name".to_owned(),
        GroupSelector::Pattern(pattern) => pattern.source.clone(),
        GroupSelector::AppRole(Some(_)) => "role".to_owned(),
        GroupSelector::AppRole(None) => "any role".to_owned(),
    }
}

/// The roles; Default Access, which every application has, only where somebody has it or a rule links it.
fn roles(snapshot: &DirectorySnapshot, links: &mut BTreeMap<String, Vec<GroupLink>>) -> Vec<ListedRole> {
    let mut listed: Vec<ListedRole> = snapshot
        .app_roles
        .iter()
        .map(|role| ListedRole {
            application: role.application.clone(),
            name: role.name.clone(),
            users: role.users.len() as u32,
            links: links.remove(&role_id(&role.application, &role.name)).unwrap_or_default(),
        })
        .filter(|role| role.name != DEFAULT_ACCESS || role.users > 0 || !role.links.is_empty())
        .collect();
    listed.sort_by(|one, other| (&one.application, &one.name).cmp(&(&other.application, &other.name)));
    listed
}

fn groups(
    directory: &DirectoryPolicy,
    snapshot: &DirectorySnapshot,
    mut links: BTreeMap<String, Vec<GroupLink>>,
) -> Vec<ListedGroup> {
    let groups = &snapshot.groups;
    // What was read only because it is nested in another one has no name.
    let rows = (0..groups.len() as u32)
        .filter(|row| !groups.record(*row).name.is_empty() && is_read(directory, groups.record(*row)));
    let mut listed: Vec<ListedGroup> = rows
        .map(|row| {
            let (id, record) = (groups.ids.id(row), groups.record(row));
            let place = record.distinguished_name.as_deref();
            ListedGroup {
                id: id.to_owned(),
                name: record.name.clone(),
                unit: place.and_then(DistinguishedName::parent).map(ToOwned::to_owned),
                created: record.created.clone(),
                direct_members: groups.direct_users(row).len() as u32,
                all_members: groups.users(row, true).len() as u32,
                links: links.remove(id).unwrap_or_default(),
            }
        })
        .collect();
    listed.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    listed
}
