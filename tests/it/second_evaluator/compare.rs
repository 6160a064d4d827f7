//! The program's plan of a case, in the form of the second evaluator's result.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::outcome::{Outcome, line, right_line};
use super::world::{Right, World, text_of};
use rolewright::language::load;
use rolewright::model::{AttributeType, Date, Digest, Field, SourceFile, SourceSet};
use rolewright::plan::{Inputs, Memory, plan};
use rolewright::policy::{ApplicationPolicy, DirectoryPolicy, PolicySet};
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord,
};
use serde_json::Value;
use std::collections::BTreeMap;

fn today() -> Date {
    Date::parse(super::TODAY).unwrap()
}

/// The documents as one text; JSON is valid YAML.
pub(crate) fn text(documents: &[Value]) -> String {
    documents.iter().map(|document| format!("--- {document}\n")).collect()
}

/// The policies, if the program accepts the documents.
pub(crate) fn accepted(documents: &[Value]) -> Result<PolicySet, String> {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text(documents) };
    let checked = load(&SourceSet::new(None, String::new(), vec![file]), today());
    checked.policies.ok_or_else(|| format!("{:#?}", checked.findings))
}

/// The program's plan; an error if the data makes a plan impossible.
pub(crate) fn planned(set: &PolicySet, world: &World) -> Result<Outcome, String> {
    let data = Data::of(set, set, world);
    let made = plan(&data.inputs(set.applications[0].digest(set).unwrap(), None, today()))
        .map_err(|error| error.to_string())?;
    assert_eq!(made.faults(), Vec::<String>::new());
    Ok(outcome(&serde_json::to_value(made.document()).unwrap()))
}

/// What policies are evaluated on.
pub(crate) struct Data<'d> {
    set: &'d PolicySet,
    directories: Vec<Complete<DirectorySnapshot>>,
    application: Complete<ApplicationSnapshot>,
}

impl<'d> Data<'d> {
    /// The data of a world for policies, with the application as other policies read it.
    pub(crate) fn of(set: &'d PolicySet, reader: &PolicySet, world: &World) -> Self {
        let policy = &set.applications[0];
        let directories = named(set).into_iter().enumerate();
        let directories = directories
            .map(|(at, named)| directory(named, world, at, policy.enterprise_applications[at].as_deref()));
        Self {
            set,
            directories: directories.collect(),
            application: application(policy, &reader.applications[0], world),
        }
    }

    /// The inputs of the policies' plan for a day.
    pub(crate) fn inputs<'i>(
        &'i self,
        digest: Digest,
        memory: Option<&'i Memory>,
        as_of: Date,
    ) -> Inputs<'i> {
        let policy = &self.set.applications[0];
        Inputs {
            policy,
            digest,
            environment: "default",
            commit: None,
            directories: named(self.set),
            snapshots: self.directories.iter().collect(),
            application: &self.application,
            memory,
            as_of,
        }
    }
}

/// The directories of the application, in its order.
fn named(set: &PolicySet) -> Vec<&DirectoryPolicy> {
    let named = |name: &String| set.directories.iter().find(|directory| directory.name == *name).unwrap();
    set.applications[0].directories.iter().map(named).collect()
}

/// A plan's JSON as lines.
fn outcome(document: &Value) -> Outcome {
    let mut outcome = Outcome::default();
    for change in document["changes"].as_array().unwrap() {
        let subject = &change["subject"];
        let key = subject["account"].as_str().or(subject["user"].as_str()).unwrap();
        let operation = change["operation"].as_str().unwrap();
        let attributes = change["attributes"].as_array().into_iter().flatten();
        let writes: BTreeMap<String, Option<String>> = attributes
            .map(|attribute| {
                (attribute["attribute"].as_str().unwrap().to_owned(), attribute.get("after").map(text_of))
            })
            .collect();
        outcome.changes.insert(match change.get("right") {
            Some(right) => right_line(operation, key, &self::right(right)),
            None => line(operation, key, &writes),
        });
    }
    for report in document["reports"].as_array().unwrap() {
        if report["outcome"] == "blocked" {
            outcome.blocked.extend(report["subject"]["user"].as_str().map(ToOwned::to_owned));
        }
    }
    outcome
}

fn right(right: &Value) -> Right {
    let text = |name: &str| right[name].as_str().map(ToOwned::to_owned);
    Right { entitlement: text("entitlement").unwrap(), value: text("value").unwrap(), scope: text("scope") }
}

fn directory(
    policy: &DirectoryPolicy,
    world: &World,
    at: usize,
    enterprise_application: Option<&str>,
) -> Complete<DirectorySnapshot> {
    let kinds: Vec<(String, AttributeType)> =
        policy.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    let mut builder = DirectoryBuilder::new(&policy.name, &kinds);
    let directory = &world.directories[at];
    for user in &directory.users {
        let fields: Vec<Field<'_>> = kinds.iter().map(|(name, _)| field(user.attributes.get(name))).collect();
        builder.user(&user.id, &fields).unwrap();
    }
    for group in &directory.groups {
        let record = GroupRecord {
            name: group.name.clone(),
            created: group.created.clone(),
            distinguished_name: group.distinguished_name.clone(),
        };
        builder.group(&group.id, record).unwrap();
    }
    for group in &directory.groups {
        group.members.iter().for_each(|member| builder.member(&group.id, member).unwrap());
    }
    for (role, principals) in &directory.roles {
        let application = enterprise_application.unwrap_or_default();
        builder.app_role(application, role);
        principals.iter().for_each(|principal| builder.assignment(application, role, principal).unwrap());
    }
    builder.finish().unwrap()
}

fn field(value: Option<&Value>) -> Field<'_> {
    match value {
        Some(Value::Bool(value)) => Field::Boolean(*value),
        Some(Value::String(text)) => Field::text(text.as_str()),
        Some(Value::Array(elements)) => {
            Field::List(elements.iter().filter_map(Value::as_str).map(Into::into).collect())
        }
        _ => Field::Empty,
    }
}

/// The accounts with the attributes of a policy, as another reads them: where it keeps an attribute elsewhere, it sees what
/// is there. The first keeps each under its own name.
fn application(
    policy: &ApplicationPolicy,
    reader: &ApplicationPolicy,
    world: &World,
) -> Complete<ApplicationSnapshot> {
    let names: Vec<String> =
        policy.account_attributes.iter().map(|attribute| attribute.name.clone()).collect();
    let write = Capabilities { write: true, delete: true };
    let mut builder = ApplicationBuilder::new(&policy.name, write, &names);
    let place = |name: &String| {
        let read = reader.account_attributes.iter().find(|attribute| attribute.name == *name);
        let Some(read) = read else { return name.clone() };
        let own = policy.account_attributes.iter().find(|own| own.path == read.path);
        own.map_or_else(|| read.path.clone(), |own| own.name.clone())
    };
    let model = |right: &Right| rolewright::model::Right {
        entitlement: right.entitlement.clone(),
        value: right.value.clone(),
        scope: right.scope.clone(),
    };
    for account in &world.accounts {
        let value = |name: &String| account.attributes.get(&place(name));
        let fields: Vec<Field<'_>> = names
            .iter()
            .map(|name| value(name).map_or(Field::Empty, |value| Field::text(value.as_str())))
            .collect();
        let link = match &*reader.link.name {
            "externalId" => account.link.as_deref(),
            other => account.attributes.get(other).map(String::as_str),
        };
        builder.account(&account.id, link, Some(account.active), &fields).unwrap();
        account.rights.iter().for_each(|right| builder.grant(&account.id, model(right)).unwrap());
    }
    world.known.iter().for_each(|right| builder.known(model(right)));
    for (name, members) in &world.account_groups {
        builder.group(name, name, members.iter().map(String::as_str)).unwrap();
    }
    builder.finish().unwrap()
}
