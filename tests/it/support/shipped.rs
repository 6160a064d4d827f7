//! One system of `policies/` in memory, loaded once, for thousands of random directories and accounts.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::world::Account;
use rolewright::desired::DataErrors;
use rolewright::fetch::read_work_tree;
use rolewright::language::load;
use rolewright::model::{AttributeType, Date, Digest, Field, Right};
use rolewright::plan::{Inputs, Plan, plan};
use rolewright::policy::{ApplicationPolicy, DirectoryPolicy, PolicySet};
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A user: values by attribute, and the ids of groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct User {
    pub(crate) values: BTreeMap<&'static str, String>,
    pub(crate) disabled: bool,
    pub(crate) groups: BTreeSet<&'static str>,
}

/// The users of one directory, by id.
pub(crate) type Users = BTreeMap<String, User>;

/// A group's id, and when it was created.
pub(crate) type Group = (&'static str, Option<&'static str>);

/// The policies of one application, as in `policies/`.
pub(crate) struct Shipped {
    set: PolicySet,
    digest: Digest,
    place: usize,
}

impl Shipped {
    pub(crate) fn of(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let set = load(&read_work_tree(&folder, "").unwrap(), today()).policies.unwrap();
        let place = set.applications.iter().position(|policy| policy.name == name).unwrap();
        Self { digest: set.applications[place].digest(&set).unwrap(), set, place }
    }

    fn policy(&self) -> &ApplicationPolicy {
        &self.set.applications[self.place]
    }

    fn directories(&self) -> Vec<&DirectoryPolicy> {
        let named =
            |name: &String| self.set.directories.iter().find(|directory| directory.name == *name).unwrap();
        self.policy().directories.iter().map(named).collect()
    }

    /// The plan for these users, one map for each directory, and these accounts. Accounts in `by_hand` are in the
    /// application's group with that name.
    pub(crate) fn plan(
        &self,
        users: &[Users],
        groups: &[Group],
        accounts: &BTreeMap<String, Account>,
        by_hand: (&str, &BTreeSet<String>),
    ) -> Result<Plan, DataErrors> {
        let directories = self.directories();
        let read: Vec<_> =
            directories.iter().zip(users).map(|(policy, users)| directory(policy, users, groups)).collect();
        let made = plan(&Inputs {
            policy: self.policy(),
            digest: self.digest,
            environment: "default",
            commit: None,
            directories: directories.clone(),
            snapshots: read.iter().collect(),
            application: &self.application(accounts, by_hand),
            memory: None,
            as_of: today(),
        });
        assert_eq!(made.iter().flat_map(Plan::faults).collect::<Vec<_>>(), Vec::<String>::new());
        made
    }

    fn application(
        &self,
        accounts: &BTreeMap<String, Account>,
        (by_hand, members): (&str, &BTreeSet<String>),
    ) -> Complete<ApplicationSnapshot> {
        let write = Capabilities { write: true, delete: true };
        let names: Vec<String> =
            self.policy().account_attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let mut builder = ApplicationBuilder::new(&self.policy().name, write, &names);
        for (id, account) in accounts {
            let value = |name: &String| account.values.get(name);
            let fields: Vec<Field<'_>> = names
                .iter()
                .map(|name| value(name).map_or(Field::Empty, |value| Field::text(value.as_str())))
                .collect();
            builder.account(id, account.link.as_deref(), Some(account.active), &fields).unwrap();
        }
        for entitlement in &self.policy().entitlements {
            let right = |value: &String| Right {
                entitlement: entitlement.name.clone(),
                value: value.clone(),
                scope: None,
            };
            entitlement.values.iter().flatten().for_each(|value| builder.known(right(value)));
            for (id, account) in accounts {
                account.rights.iter().for_each(|value| builder.grant(id, right(value)).unwrap());
            }
        }
        builder.group("by-hand", by_hand, members.iter().map(String::as_str)).unwrap();
        builder.finish().unwrap()
    }
}

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

fn directory(policy: &DirectoryPolicy, users: &Users, groups: &[Group]) -> Complete<DirectorySnapshot> {
    let kinds: Vec<(String, AttributeType)> =
        policy.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
    let mut builder = DirectoryBuilder::new(&policy.name, &kinds);
    for (id, user) in users {
        let field = |name: &str, kind: AttributeType| match (user.values.get(name), kind) {
            (_, AttributeType::Boolean) => Field::Boolean(!user.disabled),
            (None, _) => Field::Empty,
            (Some(value), AttributeType::Text) => Field::text(value.as_str()),
            (Some(value), AttributeType::List) => Field::List(vec![value.as_str().into()]),
        };
        let fields: Vec<Field<'_>> =
            policy.attributes.iter().map(|attribute| field(&attribute.name, attribute.kind)).collect();
        builder.user(id, &fields).unwrap();
    }
    for (id, created) in groups {
        let created = created.map(ToOwned::to_owned);
        builder.group(id, GroupRecord { name: (*id).to_owned(), created, ..GroupRecord::default() }).unwrap();
    }
    for (id, user) in users {
        user.groups.iter().for_each(|group| builder.member(group, id).unwrap());
    }
    builder.finish().unwrap()
}
