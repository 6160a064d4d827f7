//! A made-up user of whom given facts are true: a guess, which the evaluation confirms or not.

use super::groups::{MadeGroups, Place};
use crate::lint::logic::conflict::{directory, same_subject, shape};
use crate::lint::logic::fact::Fact;
use crate::lint::logic::formula::Reader;
use crate::lint::logic::values::{Asked, Shape, example};
use crate::lint::logic::words;
use crate::policy::{DirectoryPolicy, Subject};
use std::collections::BTreeMap;

/// The user's id, unless facts say another.
const ID: &str = "witness";

/// A made-up user, and what is to be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// Place of the directory among the application's.
    pub(super) directory: usize,
    pub(super) id: String,
    /// Values by the attribute's name; none are empty.
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) places: Vec<Place>,
    /// The account, where facts ask about one.
    pub(super) account: Option<Holder>,
    /// What makes the user special, in words.
    pub(super) told: Told,
}

/// The account of a made-up user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) inactive: bool,
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) groups: Vec<String>,
}

/// What is to be told of a made-up user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
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

/// Makes a user of whom the facts are true, as far as that can be told.
pub(super) fn person(
    reader: Reader<'_>,
    directories: &[&DirectoryPolicy],
    groups: &mut MadeGroups,
    facts: &[&Fact<'_>],
) -> Option<Person> {
    let at = place_of(reader, directories, facts);
    let mut values = BTreeMap::new();
    for attribute in &directories.get(at)?.attributes {
        values.insert(attribute.name.clone(), ordinary(&attribute.name));
    }
    let mut person = Person {
        directory: at,
        id: ID.to_owned(),
        values,
        places: Vec::new(),
        account: None,
        told: Told::default(),
    };
    for fact in facts {
        match fact {
            Fact::Group(reference, false) => {
                let place = groups.place(reader, directories, reference, at)?;
                person.told_of(groups, &place);
                person.places.push(place);
            }
            Fact::AccountGroup(name, negated) => {
                let account = person.account.get_or_insert_default();
                account.groups.extend((!negated).then(|| (*name).to_owned()));
            }
            _ => {}
        }
    }
    for (subject, asked) in by_subject(facts) {
        person.give(reader, subject, &asked)?;
    }
    person.told.account = person.account.is_some();
    Some(person)
}

/// The directory that the groups are in; the first where nothing says.
fn place_of(reader: Reader<'_>, directories: &[&DirectoryPolicy], facts: &[&Fact<'_>]) -> usize {
    let named = facts.iter().find_map(|fact| match fact {
        Fact::Group(reference, false) => directory(reader, reference),
        _ => None,
    });
    named.and_then(|named| directories.iter().position(|directory| directory.name == named)).unwrap_or(0)
}

fn by_subject<'a>(facts: &[&Fact<'a>]) -> Vec<(&'a Subject, Vec<Asked<'a>>)> {
    let mut found: Vec<(&Subject, Vec<Asked<'_>>)> = Vec::new();
    for fact in facts {
        let Fact::Attribute(subject, comparison, negated) = fact else { continue };
        match found.iter_mut().find(|(known, _)| same_subject(known, subject)) {
            Some((_, asked)) => asked.push((comparison, *negated)),
            None => found.push((subject, vec![(comparison, *negated)])),
        }
    }
    // Whole lists before their elements.
    found.sort_by_key(|(subject, _)| matches!(subject, Subject::User(_, Some(_))));
    found
}

impl Person {
    fn told_of(&mut self, groups: &MadeGroups, place: &Place) {
        let text = match place {
            Place::Group(at) => format!("`{}`", groups.groups[*at].name),
            Place::Role(_, role) => format!("the role `{role}`"),
        };
        if !self.told.groups.contains(&text) {
            self.told.groups.push(text);
        }
    }

    /// Gives the attribute values that satisfy what is asked.
    fn give(&mut self, reader: Reader<'_>, subject: &Subject, asked: &[Asked<'_>]) -> Option<()> {
        let shape = shape(reader, subject);
        match subject {
            Subject::UserId => {
                let found = example(Shape::Id, asked, std::slice::from_ref(&self.id))?;
                self.id = found.into_iter().next()?;
                let name = words::subject(reader.policy, subject);
                self.told.values.extend((self.id != ID).then(|| format!("{name} `{}`", self.id)));
            }
            Subject::User(slot, None) => {
                let name = &reader.policy.user_attribute(*slot).name;
                let found = example(shape, asked, &ordinary(name))?;
                self.tell(&format!("`{name}`"), &found, asked);
                self.values.insert(name.clone(), found);
            }
            Subject::User(slot, Some(index)) => {
                let name = &reader.policy.user_attribute(*slot).name;
                let index = usize::from(*index);
                let mut whole = self.values.remove(name).unwrap_or_default();
                let held = whole.get(index).cloned();
                let found = example(shape, asked, held.as_slice())?;
                self.tell(&format!("`{name}[{index}]`"), &found, asked);
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
                let found = example(Shape::Known, asked, &["true".to_owned()])?;
                self.account.get_or_insert_default().inactive = found != ["true"];
            }
            Subject::Account(slot) => {
                let name = &reader.policy.account_attribute(*slot).name;
                let found = example(shape, asked, &[])?;
                self.tell(&words::subject(reader.policy, subject), &found, asked);
                self.account.get_or_insert_default().values.insert(name.clone(), found);
            }
            Subject::AccountId | Subject::AccountLink => drop(self.account.get_or_insert_default()),
        }
        Some(())
    }

    /// Remembers what to tell: values that were asked for, and what has to be empty.
    fn tell(&mut self, name: &str, found: &[String], asked: &[Asked<'_>]) {
        if !found.is_empty() {
            self.told.values.push(format!("{name} {}", words::list(found, "and")));
        } else if asked.iter().any(|(_, negated)| !negated) {
            self.told.without.push(name.to_owned());
        }
    }
}

impl Told {
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
