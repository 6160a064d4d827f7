//! Section 4: the groups of a reference, their members, and the captures of a pattern.

use super::condition::whole;
use super::policies::{Policies, texts};
use super::world::{Directory, Group, User, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A group or a role of a reference.
#[derive(Clone, Debug)]
pub(crate) struct ReferencedGroup {
    pub(crate) created: Option<String>,
    pub(crate) captures: BTreeMap<String, String>,
    /// Directory and id of each member.
    pub(crate) members: BTreeSet<(usize, String)>,
}

/// The groups of every reference in the policies, by the reference's text.
pub(crate) struct Groups(BTreeMap<String, Vec<ReferencedGroup>>);

impl Groups {
    /// Resolves all references; an error if a required group does not exist.
    pub(crate) fn of(policies: &Policies, world: &World) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for rule in &policies.rules {
            if let Some(group) = rule.get("group") {
                all.insert(group.to_string(), resolve(policies, world, group, rule.get("grant"))?);
            }
        }
        let mut in_conditions = Vec::new();
        policies.rules.iter().for_each(|rule| references(rule.get("when"), &mut in_conditions));
        let rest = [&policies.exclusions, &policies.mappings, &policies.defaults, &policies.constraints];
        rest.into_iter().flatten().for_each(|rest| references(Some(rest), &mut in_conditions));
        references(Some(&policies.lifecycle), &mut in_conditions);
        for group in in_conditions {
            all.insert(group.to_string(), resolve(policies, world, group, None)?);
        }
        account_groups(policies, world)?;
        Ok(Self(all))
    }

    /// The groups of a reference.
    pub(crate) fn meant(&self, reference: &Value) -> &[ReferencedGroup] {
        self.0.get(&reference.to_string()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn has_member(&self, reference: &Value, user: &User) -> bool {
        let key = (user.directory, user.id.clone());
        self.meant(reference).iter().any(|group| group.members.contains(&key))
    }
}

/// Every group in the conditions of a tree.
fn references<'v>(tree: Option<&'v Value>, found: &mut Vec<&'v Value>) {
    match tree {
        Some(Value::Object(keys)) => {
            for (key, value) in keys {
                if key == "group" {
                    found.push(value);
                } else {
                    references(Some(value), found);
                }
            }
        }
        Some(Value::Array(elements)) => elements.iter().for_each(|element| references(Some(element), found)),
        _ => {}
    }
}

/// An error if a condition names a group that the application does not have.
fn account_groups(policies: &Policies, world: &World) -> Result<(), String> {
    let text = format!("{:?} {:?}", policies.exclusions, policies.lifecycle);
    for part in text.split("\"accountGroup\": String(\"").skip(1) {
        let name = part.split('"').next().unwrap_or_default();
        if !world.account_groups.keys().any(|key| key.eq_ignore_ascii_case(name)) {
            return Err(format!("no group {name} in the application"));
        }
    }
    Ok(())
}

fn resolve(
    policies: &Policies,
    world: &World,
    reference: &Value,
    grant: Option<&Value>,
) -> Result<Vec<ReferencedGroup>, String> {
    let named = reference.as_str().or_else(|| reference["name"].as_str());
    let optional = reference["optional"] == true;
    let here = |at: &usize| {
        let directory = reference["directory"].as_str();
        directory.is_none_or(|name| policies.directories[*at]["name"] == name)
    };
    let mut meant = Vec::new();
    for at in (0..world.directories.len()).filter(here) {
        let directory = &world.directories[at];
        let nested = policies.directories[at]["nestedGroups"] != false;
        if let Some(role) = reference["appRole"].as_str() {
            meant.extend(app_role(directory, at, role));
            continue;
        }
        for group in directory.groups.iter().filter(|group| lies_under(group, reference["under"].as_str())) {
            let captures = if let Some(id) = reference["id"].as_str() {
                (group.id == id).then(BTreeMap::new)
            } else if let Some(pattern) = reference["pattern"].as_str() {
                captured(policies, pattern, reference.get("captures"), grant, &group.name)
            } else {
                named.is_some_and(|named| named.eq_ignore_ascii_case(&group.name)).then(BTreeMap::new)
            };
            if let Some(captures) = captures {
                let members = members(directory, group, nested).into_iter().map(|id| (at, id)).collect();
                meant.push(ReferencedGroup { created: group.created.clone(), captures, members });
            }
        }
    }
    if meant.is_empty() && !optional {
        return Err(format!("no group {reference}"));
    }
    let single = reference.get("pattern").is_none() && reference.get("appRole").is_none();
    if single && meant.len() > 1 {
        return Err(format!("several groups {reference}"));
    }
    let least = reference["minMembers"].as_u64().unwrap_or(0) as usize;
    if let Some(small) = meant.iter().find(|group| group.members.len() < least) {
        return Err(format!("{reference} has only {} members", small.members.len()));
    }
    Ok(meant)
}

fn lies_under(group: &Group, under: Option<&str>) -> bool {
    let Some(under) = under.filter(|under| *under != "*") else { return true };
    let name = group.distinguished_name.as_deref().unwrap_or_default().to_ascii_lowercase();
    name.ends_with(&format!(",{}", under.to_ascii_lowercase()))
}

/// Users assigned to a role, directly or as direct members of a group; `'*'` is any role but Default Access.
fn app_role(directory: &Directory, at: usize, role: &str) -> Option<ReferencedGroup> {
    let roles = directory.roles.iter();
    let roles: Vec<_> = roles
        .filter(|(name, _)| if role == "*" { *name != "Default Access" } else { *name == role })
        .collect();
    let mut members = BTreeSet::new();
    for principal in roles.iter().flat_map(|(_, principals)| *principals) {
        if directory.users.iter().any(|user| user.id == *principal) {
            members.insert((at, principal.clone()));
        } else if let Some(group) = directory.groups.iter().find(|group| group.id == *principal) {
            members.extend(self::members(directory, group, false).into_iter().map(|id| (at, id)));
        }
    }
    (!roles.is_empty()).then(|| ReferencedGroup { created: None, captures: BTreeMap::new(), members })
}

/// The ids of the users of a group, with or without nested groups.
fn members(directory: &Directory, group: &Group, nested: bool) -> BTreeSet<String> {
    let mut users = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![group];
    while let Some(group) = open.pop() {
        if !seen.insert(&group.id) {
            continue;
        }
        for member in &group.members {
            if directory.users.iter().any(|user| user.id == *member) {
                users.insert(member.clone());
            } else if nested {
                open.extend(directory.groups.iter().filter(|group| group.id == *member));
            }
        }
    }
    users
}

/// The captures of a pattern in a name; none if it does not match, or matches in two ways with different values.
fn captured(
    policies: &Policies,
    pattern: &str,
    captures: Option<&Value>,
    grant: Option<&Value>,
    name: &str,
) -> Option<BTreeMap<String, String>> {
    let accept = |capture: &str, text: &str| -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let entry = captures.and_then(|captures| captures.get(capture));
        if let Some(map) = entry.and_then(|entry| entry["map"].as_object()) {
            let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case(text));
            return found.and_then(|(_, value)| value.as_str()).map(ToOwned::to_owned);
        }
        if let Some(expression) = entry.and_then(|entry| entry["matches"].as_str()) {
            return whole(expression, text, false).then(|| text.to_owned());
        }
        let alone = format!("{{{capture}}}");
        let mut keys = grant.and_then(Value::as_object).into_iter().flatten();
        let key = keys.find(|(_, value)| **value == *alone).map(|(key, _)| key);
        let declared = key.and_then(|key| policies.closed_set(key));
        match entry.map(|entry| texts(&entry["in"])).or(declared) {
            Some(set) => set.into_iter().find(|set| set.eq_ignore_ascii_case(text)).map(ToOwned::to_owned),
            None => Some(text.to_owned()),
        }
    };
    let mut fits = Vec::new();
    fit(pattern, name, &BTreeMap::new(), &accept, &mut fits);
    fits.dedup();
    (fits.len() == 1).then(|| fits.remove(0))
}

/// Every way in which a pattern matches a whole name.
fn fit(
    pattern: &str,
    name: &str,
    so_far: &BTreeMap<String, String>,
    accept: &dyn Fn(&str, &str) -> Option<String>,
    fits: &mut Vec<BTreeMap<String, String>>,
) {
    let Some(first) = pattern.chars().next() else {
        if name.is_empty() && !fits.contains(so_far) {
            fits.push(so_far.clone());
        }
        return;
    };
    let capture = pattern.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    if let Some((capture, rest)) = capture {
        for end in (1..=name.len()).filter(|end| name.is_char_boundary(*end)) {
            if let Some(value) = accept(capture, &name[..end]) {
                let mut more = so_far.clone();
                if more.insert(capture.to_owned(), value.clone()).is_none_or(|before| before == value) {
                    fit(rest, &name[end..], &more, accept, fits);
                }
            }
        }
    } else if name.chars().next().is_some_and(|character| character.eq_ignore_ascii_case(&first)) {
        fit(&pattern[first.len_utf8()..], &name[first.len_utf8()..], so_far, accept, fits);
    }
}
