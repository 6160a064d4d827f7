//! Small worlds in memory: users, groups and accounts, in any order; and the effect of a plan on the accounts.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use rolewright::desired::DataErrors;
use rolewright::gate::{Approved, ItemKey, Listed, Past, Refused, Review, approve};
use rolewright::language::load;
use rolewright::model::{
    AttributeType, Date, Field, Operation, Right, SearchValue, SourceFile, SourceSet, UserSearch, Value,
};
use rolewright::plan::{
    Change, Evaluation, Inputs, OneUser, Plan, Question, Reach, explain_of_user, plan, plan_of_user,
};
use rolewright::policy::{ApplicationPolicy, PolicySet};
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord,
};
use std::collections::{BTreeMap, BTreeSet};

/// The user attributes of a world, all text except the last.
pub(crate) const USER: [&str; 5] = ["mail", "mailNickname", "city", "department", "accountEnabled"];
/// The account attributes of a world.
pub(crate) const ACCOUNT: [&str; 5] = ["userName", "email", "city", "note", "userType"];

/// A user: values by attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) values: BTreeMap<&'static str, String>,
    pub(crate) enabled: bool,
}

/// An account of the application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) link: Option<String>,
    pub(crate) active: bool,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) rights: BTreeSet<String>,
}

/// Directory and application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) people: BTreeMap<String, Person>,
    /// The names are also the ids.
    pub(crate) groups: Vec<String>,
    /// A group, and a user or group in it.
    pub(crate) members: BTreeSet<(String, String)>,
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Determines the order in which everything is read.
    pub(crate) order: u64,
}

/// Compiles a text to policies.
pub(crate) fn policies(text: &str) -> PolicySet {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text.to_owned() };
    let checked = load(&SourceSet::new(None, String::new(), vec![file]), today());
    checked.policies.unwrap_or_else(|| panic!("{:#?}", checked.findings))
}

pub(crate) fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

impl World {
    /// Plans for this world.
    pub(crate) fn plan(&self, set: &PolicySet) -> Plan {
        self.plan_at(set, today()).unwrap()
    }

    /// Plans for this world on a given day; an error if the data makes a plan impossible.
    pub(crate) fn plan_at(&self, set: &PolicySet, as_of: Date) -> Result<Plan, DataErrors> {
        self.with_inputs(set, as_of, plan)
    }

    /// The lines of a plan about one user: from the whole plan, and from a plan for the relevant users only.
    pub(crate) fn lines(&self, set: &PolicySet, named: &str) -> [Plan; 2] {
        let [mut whole, part] = self.with_inputs(set, today(), |inputs| {
            let reach = Reach::of(
                inputs.policy,
                &inputs.directories,
                inputs.as_of,
                rolewright::wire::graph::is_filterable,
            )
            .unwrap();
            let mut asked = reach.first(named);
            let some = loop {
                let some = self.users(Some(&asked)).excerpt().unwrap();
                match reach.next(named, inputs.application, &[&some], &asked).unwrap() {
                    Some(more) => asked = more,
                    None => break some,
                }
            };
            let evaluation = Evaluation::new(inputs).unwrap();
            let mut whole = evaluation.plan();
            let question = Question::about(named);
            let explained = evaluation.explain(&question, &whole);
            OneUser::new(&evaluation, &whole, named).keep(&mut whole);
            let inputs = Inputs { snapshots: Vec::new(), ..inputs.clone() };
            assert_eq!(explain_of_user(&inputs, &[&some], &question).unwrap(), explained, "{named}");
            [whole, plan_of_user(&inputs, &[&some], named).unwrap().lines]
        });
        // The reports about the whole run are equal by definition.
        (whole.seen, whole.base) = (part.seen, part.base);
        [whole, part]
    }

    /// Calls a function with the inputs of a plan for this world.
    pub(crate) fn with_inputs<T>(
        &self,
        set: &PolicySet,
        as_of: Date,
        call: impl FnOnce(&Inputs<'_>) -> T,
    ) -> T {
        let (directory, application) = (self.directory(), self.application());
        let policy = &set.applications[0];
        call(&Inputs {
            policy,
            digest: policy.digest(set).unwrap(),
            environment: "default",
            commit: None,
            directories: vec![&set.directories[0]],
            snapshots: vec![&directory],
            application: &application,
            memory: None,
            as_of,
        })
    }

    /// Makes changes, as a writer without faults would.
    pub(crate) fn apply<'c>(&mut self, changes: impl Iterator<Item = &'c Change>) {
        for change in changes {
            let created = change.subject.user.as_ref().map(|user| format!("new-{user}"));
            let id = change.subject.account.clone().or(created).unwrap();
            if change.operation() == Operation::Delete {
                assert!(self.accounts.remove(&id).is_some(), "{change:?}");
                continue;
            }
            if change.operation() == Operation::Create {
                let account = Account { active: true, ..Account::default() };
                assert_eq!(self.accounts.insert(id.clone(), account), None, "{change:?}");
            }
            self.accounts.get_mut(&id).unwrap().apply(change);
        }
    }

    /// Items in the order of this world: by a number that looks random.
    fn shuffled<T>(&self, things: impl Iterator<Item = T>) -> Vec<T> {
        let mut numbered: Vec<(u64, T)> = (1_u64..)
            .zip(things)
            .map(|(at, thing)| ((at ^ self.order).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23), thing))
            .collect();
        if self.order > 0 {
            numbered.sort_by_key(|(number, _)| *number);
        }
        numbered.into_iter().map(|(_, thing)| thing).collect()
    }

    /// The snapshot of the directory.
    pub(crate) fn directory(&self) -> Complete<DirectorySnapshot> {
        self.users(None).finish().unwrap()
    }

    /// The users, or those that a search finds, with all groups.
    fn users(&self, asked: Option<&UserSearch>) -> DirectoryBuilder {
        let kinds = USER.map(|name| {
            (
                name.to_owned(),
                if name == "accountEnabled" { AttributeType::Boolean } else { AttributeType::Text },
            )
        });
        let mut builder = DirectoryBuilder::new("contoso", &kinds);
        let sought = |id: &str, person: &Person| {
            asked.is_none_or(|asked| {
                let values = asked.values.iter();
                let has = |search: &SearchValue| {
                    person.values.get(&*search.attribute).map(|value| value.to_lowercase())
                        == Some(search.text.clone())
                };
                asked.ids.contains(id) || values.into_iter().any(has)
            })
        };
        for (id, person) in self.shuffled(self.people.iter().filter(|(id, person)| sought(id, person))) {
            let fields = USER.map(|name| match person.values.get(name) {
                _ if name == "accountEnabled" => Field::Boolean(person.enabled),
                Some(value) => Field::text(value.as_str()),
                None => Field::Empty,
            });
            builder.user(id, &fields).unwrap();
        }
        for name in self.shuffled(self.groups.iter()) {
            // Two groups are equally old, the others are not.
            let created = if name == "Writers" { "2021-01-01T00:00:00Z" } else { "2020-01-01T00:00:00Z" };
            let created = (name != "Inner").then(|| created.to_owned());
            let record = GroupRecord { name: name.clone(), created, ..GroupRecord::default() };
            builder.group(name, record).unwrap();
        }
        for (group, member) in self.shuffled(self.members.iter()) {
            builder.member(group, member).unwrap();
        }
        builder
    }

    fn application(&self) -> Complete<ApplicationSnapshot> {
        let write = Capabilities { write: true, delete: true };
        let mut builder = ApplicationBuilder::new("app", write, &ACCOUNT.map(ToOwned::to_owned));
        for (id, account) in self.shuffled(self.accounts.iter()) {
            let fields = ACCOUNT.map(|name| {
                account.values.get(name).map_or(Field::Empty, |value| Field::text(value.as_str()))
            });
            builder.account(id, account.link.as_deref(), Some(account.active), &fields).unwrap();
        }
        let held = self.accounts.iter();
        let held = held.flat_map(|(id, account)| account.rights.iter().map(move |right| (id, right)));
        for (id, value) in self.shuffled(held) {
            builder.grant(id, role(value)).unwrap();
        }
        self.shuffled(["reader", "writer", "owner"].into_iter())
            .iter()
            .for_each(|name| builder.known(role(name)));
        builder.finish().unwrap()
    }
}

impl Account {
    fn apply(&mut self, change: &Change) {
        for attribute in change.attribute_changes() {
            let after = attribute.after.map(Value::to_string);
            match (attribute.attribute, after) {
                ("externalId", after) => self.link = after,
                ("active", after) => self.active = after.as_deref() == Some("true"),
                (name, Some(after)) => drop(self.values.insert(name.to_owned(), after)),
                (name, None) => drop(self.values.remove(name)),
            }
        }
        let right = change.right().map(|right| right.value.clone());
        match (change.operation(), right) {
            (Operation::Grant, Some(right)) => assert!(self.rights.insert(right), "{change:?}"),
            (Operation::Revoke, Some(right)) => assert!(self.rights.remove(&right), "{change:?}"),
            (Operation::Deactivate, _) => self.active = false,
            _ => {}
        }
    }
}

fn role(value: &str) -> Right {
    Right { entitlement: "role".to_owned(), value: value.to_owned(), scope: None }
}

/// The result of a plan if being on the protected branch is the approval, and nothing was released.
pub(crate) fn unreviewed(
    plan: Plan,
    policy: &ApplicationPolicy,
    past: &Past<'_>,
) -> Result<Approved, Box<Refused>> {
    let (key, released) = (ItemKey::new(None), Listed::default());
    approve(plan, policy, &Review::None { key: &key, released: &released }, past)
}
