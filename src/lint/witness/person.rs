//! A made-up user with given facts: a guess that the evaluation confirms or not.

use super::groups::{MadeGroups, Membership};
use crate::lint::logic::conflict::{directory, same_subject, shape};
use crate::lint::logic::fact::Fact;
use crate::lint::logic::formula::Reader;
use crate::lint::logic::values::{Requirement, Shape, example};
use crate::lint::logic::words;
use crate::policy::{DirectoryPolicy, Subject};
use std::collections::BTreeMap;

/// The user's id, unless facts require another.
const ID: &str = "witness";

/// A made-up user and its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// Index of the directory in the application's list.
    pub(super) directory: usize,
    pub(super) id: String,
    /// Values by attribute name; none is empty.
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) memberships: Vec<Membership>,
    /// The account, if facts need one.
    pub(super) account: Option<Holder>,
    /// The description.
    pub(super) description: Description,
}

/// The account of a made-up user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) inactive: bool,
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) groups: Vec<String>,
}

/// The description of a made-up user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// Whether there is an account.
    pub(super) account: bool,
    /// Groups and roles.
    pub(super) groups: Vec<String>,
    /// "`department` `Sales`"
    pub(super) values: Vec<String>,
    /// Attributes that are empty.
    pub(super) without: Vec<String>,
}

/// An ordinary user's values.
fn ordinary(name: &str) -> Vec<String> {
    let value = match name {
        "mail" | "userPrincipalName" => "ida.lund@example.com",
        "givenName" => "Ida",
        "surname" => "Lund",
        "displayName" => "Ida Lund",
        "mailNickname" => "ida.lund",
        "businessPhones" | "mobilePhone" => "+4520123456",
        "userType" => "Member",
        "accountEnabled" => "true",
        _ => return Vec::new(),
    };
    vec![value.to_owned()]
}

/// Makes a user with these facts, as far as they can be decided.
pub(super) fn person(
    reader: Reader<'_>,
    directories: &[&DirectoryPolicy],
    groups: &mut MadeGroups,
    facts: &[&Fact<'_>],
) -> Option<Person> {
    let at = directory_of(reader, directories, facts);
    let mut values = BTreeMap::new();
    for attribute in &directories.get(at)?.attributes {
        values.insert(attribute.name.clone(), ordinary(&attribute.name));
    }
    let mut person = Person {
        directory: at,
        id: ID.to_owned(),
        values,
        memberships: Vec::new(),
        account: None,
        description: Description::default(),
    };
    for fact in facts {
        match fact {
            Fact::Group(reference, false) => {
                let membership = groups.membership(reader, directories, reference, at)?;
                person.describe_group(groups, &membership);
                person.memberships.push(membership);
            }
            Fact::AccountGroup(name, negated) => {
                let account = person.account.get_or_insert_default();
                account.groups.extend((!negated).then(|| (*name).to_owned()));
            }
            Fact::Group(_, true)
            | Fact::Attribute(..)
            | Fact::Grants(..)
            | Fact::OnlyScope(..)
            | Fact::Until(..) => {}
        }
    }
    for (subject, requirements) in by_subject(facts) {
        person.set_values(reader, subject, &requirements)?;
    }
    person.description.account = person.account.is_some();
    Some(person)
}

/// The directory of the groups; the first if the facts do not say.
fn directory_of(reader: Reader<'_>, directories: &[&DirectoryPolicy], facts: &[&Fact<'_>]) -> usize {
    let named = facts.iter().find_map(|fact| {
        let Fact::Group(reference, false) = fact else { return None };
        directory(reader, reference)
    });
    named.and_then(|named| directories.iter().position(|directory| directory.name == named)).unwrap_or(0)
}

fn by_subject<'a>(facts: &[&Fact<'a>]) -> Vec<(&'a Subject, Vec<Requirement<'a>>)> {
    let mut found: Vec<(&Subject, Vec<Requirement<'_>>)> = Vec::new();
    for fact in facts {
        let Fact::Attribute(subject, comparison, negated) = fact else { continue };
        let requirement = Requirement { comparison, negated: *negated };
        match found.iter_mut().find(|(known, _)| same_subject(known, subject)) {
            Some((_, requirements)) => requirements.push(requirement),
            None => found.push((subject, vec![requirement])),
        }
    }
    // Whole lists before their elements.
    found.sort_by_key(|(subject, _)| matches!(subject, Subject::User(_, Some(_))));
    found
}

impl Person {
    fn describe_group(&mut self, groups: &MadeGroups, membership: &Membership) {
        let text = match membership {
            Membership::Group(at) => format!("`{}`", groups.groups[*at].name),
            Membership::Role(_, role) => format!("the role `{role}`"),
        };
        if !self.description.groups.contains(&text) {
            self.description.groups.push(text);
        }
    }

    /// Sets attribute values that satisfy the comparisons.
    fn set_values(
        &mut self,
        reader: Reader<'_>,
        subject: &Subject,
        requirements: &[Requirement<'_>],
    ) -> Option<()> {
        let shape = shape(reader, subject);
        match subject {
            Subject::UserId => {
                let found = example(Shape::Id, requirements, std::slice::from_ref(&self.id))?;
                self.id = found.into_iter().next()?;
                let name = words::subject(reader.policy, subject);
                self.description.values.extend((self.id != ID).then(|| format!("{name} `{}`", self.id)));
            }
            Subject::User(slot, None) => {
                let name = &reader.policy.user_attribute(*slot).name;
                let found = example(shape, requirements, &ordinary(name))?;
                self.describe_value(&format!("`{name}`"), &found, requirements);
                self.values.insert(name.clone(), found);
            }
            Subject::User(slot, Some(index)) => {
                let name = &reader.policy.user_attribute(*slot).name;
                let index = usize::from(*index);
                let mut whole = self.values.remove(name).unwrap_or_default();
                let held = whole.get(index).cloned();
                let found = example(shape, requirements, held.as_slice())?;
                self.describe_value(&format!("`{name}[{index}]`"), &found, requirements);
                match found.into_iter().next() {
                    None => whole.truncate(index),
                    Some(value) => {
                        whole.resize(whole.len().max(index + 1), "Example".to_owned());
                        whole[index] = value;
                    }
                }
                self.values.insert(name.clone(), whole);
            }
            Subject::AccountActive => {
                let found = example(Shape::Known, requirements, &["true".to_owned()])?;
                self.account.get_or_insert_default().inactive = found != ["true"];
            }
            Subject::Account(slot) => {
                let name = &reader.policy.account_attribute(*slot).name;
                let found = example(shape, requirements, &[])?;
                self.describe_value(&words::subject(reader.policy, subject), &found, requirements);
                self.account.get_or_insert_default().values.insert(name.clone(), found);
            }
            Subject::AccountId | Subject::AccountLink => drop(self.account.get_or_insert_default()),
        }
        Some(())
    }

    /// Adds to the description: tested values, and attributes that must be empty.
    fn describe_value(&mut self, name: &str, found: &[String], requirements: &[Requirement<'_>]) {
        if !found.is_empty() {
            self.description.values.push(format!("{name} {}", words::list(found, "and")));
        } else if requirements.iter().any(|one| !one.negated) {
            self.description.without.push(name.to_owned());
        }
    }
}

impl Description {
    /// "a user in `A` and `B` with `department` `Sales`".
    pub(super) fn words(&self) -> String {
        let mut text = if self.account { "a user who has an account" } else { "a user" }.to_owned();
        if !self.groups.is_empty() {
            text = format!("{text} in {}", words::joined(&self.groups, "and"));
        }
        if !self.values.is_empty() {
            text = format!("{text} with {}", words::joined(&self.values, "and"));
        }
        if !self.without.is_empty() {
            text = format!("{text} without {}", words::joined(&self.without, "and"));
        }
        if text == "a user" { "an ordinary user".to_owned() } else { text }
    }
}
