//! Builds the directories and the application that a test describes.

use crate::model::{AttributeType, EntitlementWire, Field, Right, Value};
use crate::policy::{
    ApplicationPolicy, EntitlementType, GroupSelector, PatternPart, PolicyTest, TestAccount, TestGroup,
    TestUser,
};
use crate::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DEFAULT_ACCESS, DirectoryBuilder,
    DirectorySnapshot, GroupRecord, Incomplete,
};
use std::collections::{BTreeMap, BTreeSet};

const ENABLED: &str = "accountEnabled";

/// The data of one test.
#[derive(Debug)]
pub(super) struct World {
    /// In the application's order.
    pub(super) directories: Vec<Complete<DirectorySnapshot>>,
    pub(super) application: Complete<ApplicationSnapshot>,
}

impl World {
    /// Builds the data of a test.
    ///
    /// # Errors
    /// When no directory or application can hold it, for example two users with one id.
    pub(super) fn new(policy: &ApplicationPolicy, test: &PolicyTest) -> Result<Self, Incomplete> {
        let directories: Result<_, _> =
            (0..policy.directories.len()).map(|index| directory(policy, test, index)).collect();
        Ok(Self { directories: directories?, application: application(policy, test)? })
    }
}

fn directory(
    policy: &ApplicationPolicy,
    test: &PolicyTest,
    index: usize,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let name = &policy.directories[index];
    let users: Vec<&TestUser> = test.users.iter().filter(|user| user.directory == *name).collect();
    let columns = columns(policy, &users);
    let mut builder = DirectoryBuilder::new(name, &columns);
    for user in &users {
        let fields: Vec<Field<'_>> = columns.iter().map(|(name, _)| field(user, name)).collect();
        builder.user(&user.id, &fields)?;
    }
    for group in test.groups.iter().filter(|group| group.directory == *name) {
        builder.group(&group.id, record(group))?;
    }
    for user in &users {
        for group in &user.groups {
            builder.member(&test.groups[*group].id, &user.id)?;
        }
    }
    if let Some(application) = policy.enterprise_applications.get(index).and_then(Option::as_ref) {
        for role in roles(policy, &users) {
            builder.app_role(application, &role);
        }
        for user in &users {
            for role in &user.app_roles {
                builder.assignment(application, role, &user.id)?;
            }
        }
    }
    builder.finish()
}

/// The attributes that policies read and those that the test gives.
fn columns(policy: &ApplicationPolicy, users: &[&TestUser]) -> Vec<(String, AttributeType)> {
    let mut kinds: BTreeMap<&str, AttributeType> = BTreeMap::from([(ENABLED, AttributeType::Boolean)]);
    kinds.extend(policy.user_attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.kind)));
    let given = users.iter().flat_map(|user| &user.attributes);
    kinds.extend(given.map(|(name, kind, _)| (name.as_str(), *kind)));
    kinds.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()
}

fn field<'u>(user: &'u TestUser, name: &str) -> Field<'u> {
    if name == ENABLED {
        return Field::Boolean(user.enabled);
    }
    let given = user.attributes.iter().find(|(given, ..)| given == name);
    given.map_or(Field::Empty, |(.., value)| of(value))
}

fn of(value: &Value) -> Field<'_> {
    match value {
        Value::Boolean(value) => Field::Boolean(*value),
        Value::Number(number) => Field::text(number.to_string()),
        Value::Text(text) => Field::text(text.as_str()),
        Value::List(texts) => Field::List(texts.iter().map(|text| text.as_str().into()).collect()),
    }
}

fn record(group: &TestGroup) -> GroupRecord {
    GroupRecord {
        name: group.name.clone(),
        created: group.created.map(|day| format!("{day}T00:00:00Z")),
        distinguished_name: group.under.as_ref().map(|under| format!("CN={},{under}", group.name)),
    }
}

/// The roles that policies name and those that users have.
fn roles(policy: &ApplicationPolicy, users: &[&TestUser]) -> BTreeSet<String> {
    let named = policy.group_references().into_iter().filter_map(|reference| match &reference.selector {
        GroupSelector::AppRole(role) => role.clone(),
        _ => None,
    });
    let held = users.iter().flat_map(|user| user.app_roles.iter().cloned());
    named.chain(held).chain([DEFAULT_ACCESS.to_owned()]).collect()
}

fn application(
    policy: &ApplicationPolicy,
    test: &PolicyTest,
) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
    let columns = account_columns(policy, test);
    let every = Capabilities { write: true, delete: true };
    let mut builder = ApplicationBuilder::new(&policy.name, every, &columns);
    let mut groups = Groups::new(policy);
    for account in &test.accounts {
        let held = attributes(policy, account);
        let fields: Vec<Field<'_>> =
            columns.iter().map(|name| held.get(name.as_str()).map_or(Field::Empty, of)).collect();
        builder.account(&account.id, account.link.as_deref(), Some(account.active), &fields)?;
        account.groups.iter().for_each(|group| groups.add(group, Some(&account.id)));
    }
    for account in &test.accounts {
        for right in &account.grants {
            let Some(kind) = kind(policy, right) else { continue };
            match kind.wire {
                EntitlementWire::Row => builder.grant(&account.id, right.clone())?,
                EntitlementWire::Group { .. } => groups.add(&text(kind, right), Some(&account.id)),
                EntitlementWire::Values { .. } | EntitlementWire::Attribute { .. } => {}
            }
        }
    }
    for (name, members) in groups.0.values() {
        builder.group(name, name, members.iter().map(String::as_str))?;
    }
    builder.finish()
}

fn account_columns(policy: &ApplicationPolicy, test: &PolicyTest) -> Vec<String> {
    let read = policy.account_attributes.iter().map(|path| path.name.clone());
    let wired = policy.entitlements.iter().filter_map(|kind| match &kind.wire {
        EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. } => {
            Some(attribute.clone())
        }
        _ => None,
    });
    let given =
        test.accounts.iter().flat_map(|account| account.attributes.iter().map(|(name, _)| name.clone()));
    let columns: BTreeSet<String> = read.chain(wired).chain(given).collect();
    columns.into_iter().collect()
}

/// An account's attributes, including rights that are stored as attribute values.
fn attributes(policy: &ApplicationPolicy, account: &TestAccount) -> BTreeMap<String, Value> {
    let mut held: BTreeMap<String, Value> = account.attributes.iter().cloned().collect();
    for right in &account.grants {
        let Some(kind) = kind(policy, right) else { continue };
        let (EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. }) =
            &kind.wire
        else {
            continue;
        };
        let mut texts = match held.remove(attribute) {
            None => Vec::new(),
            Some(Value::List(texts)) => texts,
            Some(other) => vec![other.to_string()],
        };
        texts.push(text(kind, right));
        held.insert(attribute.clone(), Value::List(texts));
    }
    held
}

fn kind<'p>(policy: &'p ApplicationPolicy, right: &Right) -> Option<&'p EntitlementType> {
    policy.entitlements.iter().find(|kind| kind.name == right.entitlement)
}

/// A right as text, by its wire's template.
fn text(kind: &EntitlementType, right: &Right) -> String {
    let part = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.clone(),
        PatternPart::Capture(name) if *name == kind.name => right.value.clone(),
        PatternPart::Capture(_) => right.scope.clone().unwrap_or_default(),
    };
    kind.pattern.iter().flat_map(|pattern| &pattern.parts).map(part).collect()
}

/// The application's groups by lower-case name: the name and its members.
struct Groups(BTreeMap<String, (String, BTreeSet<String>)>);

impl Groups {
    /// The groups that conditions name.
    fn new(policy: &ApplicationPolicy) -> Self {
        let mut groups = Self(BTreeMap::new());
        policy.account_groups().into_iter().for_each(|name| groups.add(name, None));
        groups
    }

    fn add(&mut self, name: &str, member: Option<&str>) {
        let group = self.0.entry(name.to_ascii_lowercase());
        let (_, members) = group.or_insert_with(|| (name.to_owned(), BTreeSet::new()));
        members.extend(member.map(ToOwned::to_owned));
    }
}
