//! Whom the lines about one user depend on: those who may have, or want, a value of theirs that finds an account or that
//! no two accounts may have. Where policies let more than that matter, the whole directory does.

use super::named::{USER_NAMES, is_named};
use crate::model::{
    AttributeType, Date, DirectoryConnection, Field, SearchValue, UserSearch, known_user_attribute,
};
use crate::policy::{
    AccountSlot, ApplicationPolicy, DirectoryAttribute, DirectoryPolicy, GroupSelector, MappedAttribute,
    Transform, TransformWord, UserSlot, ValueSource,
};
use crate::snapshot::{ApplicationSnapshot, Column, DirectorySnapshot, Excerpt};

/// What an account is shown by.
const USER_NAME: &str = "userName";
/// Attributes that directories hold in another form than policies see, so that they cannot be asked for by value.
const TRANSLATED: [&str; 3] = ["createdDateTime", "onPremisesDistinguishedName", "onPremisesImmutableId"];
/// Ids and values that are asked for at most; who shares so much is looked for in the whole directory.
const MOST: usize = 200;

/// What to ask a directory for, so that it gives everybody who matters for one user.
#[derive(Debug)]
pub struct Reach<'a> {
    policy: &'a ApplicationPolicy,
    keys: Vec<Key<'a>>,
    /// User attributes that people are named by.
    named_by: Vec<&'a str>,
}

/// An account attribute by which users meet, and the user attribute that it is.
#[derive(Debug)]
struct Key<'a> {
    account: AccountSlot,
    attribute: &'a str,
    strips_domain: bool,
    /// Whether it finds accounts.
    matches: bool,
}

impl<'a> Reach<'a> {
    /// What to ask for where these policies decide. `found_at_once` says by which attributes Microsoft Graph finds users
    /// as they stand (`wire::graph::is_filterable`).
    ///
    /// # Errors
    /// Why only the whole directory tells.
    pub fn of(
        policy: &'a ApplicationPolicy,
        directories: &[&DirectoryPolicy],
        as_of: Date,
        found_at_once: fn(&str) -> bool,
    ) -> Result<Self, String> {
        others_count(policy, directories, as_of)?;
        let searched = |attribute: &DirectoryAttribute| directories.iter().all(|it| searches(it, attribute));
        let mut keys = Vec::new();
        for mapping in policy.mapping.iter().filter(|mapping| meets(policy, mapping)) {
            let name = &policy.account_attribute(mapping.attribute).name;
            let key = plain(mapping).filter(|(slot, _)| searched(policy.user_attribute(*slot)));
            let (slot, strips_domain) =
                key.ok_or_else(|| format!("`{name}` is not a plain attribute of the directory"))?;
            let attribute = policy.user_attribute(slot);
            finds_at_once(directories, attribute, found_at_once)?;
            keys.push(Key {
                account: mapping.attribute,
                attribute: &attribute.name,
                strips_domain,
                matches: policy.matching.contains(&mapping.attribute),
            });
        }
        for default in &policy.defaults {
            if keys.iter().any(|key| key.account == default.attribute) {
                let name = &policy.account_attribute(default.attribute).name;
                return Err(format!("the default `{}` gives several users one `{name}`", default.id));
            }
        }
        let named = policy.user_attributes.iter().filter(|it| USER_NAMES.contains(&it.name.as_str()));
        if let Some(other) = named.clone().find(|attribute| !searched(attribute)) {
            return Err(format!("`{}` is not a plain attribute of the directory", other.name));
        }
        Ok(Self { policy, keys, named_by: named.map(|it| it.name.as_str()).collect() })
    }

    /// What to ask for first: whoever is so named, by a directory or in the application.
    pub fn first(&self, named: &str) -> UserSearch {
        let mut search = UserSearch::default();
        search.ids.insert(named.to_ascii_lowercase());
        for attribute in &self.named_by {
            let (attribute, text) = ((*attribute).to_owned(), named.to_lowercase());
            search.values.insert(SearchValue { attribute, text, any_domain: false });
        }
        search.values.extend(self.keys.iter().map(|key| key.sought(named)));
        search
    }

    /// What to ask for then, besides: whoever shares a value with somebody found, or has an account that does. None
    /// where everybody was found who matters.
    ///
    /// # Errors
    /// When too many do.
    pub fn next(
        &self,
        named: &str,
        application: &ApplicationSnapshot,
        found: &[&Excerpt<DirectorySnapshot>],
        asked: &UserSearch,
    ) -> Result<Option<UserSearch>, String> {
        let mut search = asked.clone();
        for directory in found {
            self.of_users(directory.for_showing(), &mut search);
        }
        self.of_accounts(named, application, &mut search);
        match search {
            search if search == *asked => Ok(None),
            search if search.len() > MOST => Err(format!("more than {MOST} values lead to others")),
            search => Ok(Some(search)),
        }
    }

    fn of_users(&self, directory: &DirectorySnapshot, search: &mut UserSearch) {
        for row in 0..directory.users.len() as u32 {
            search.ids.insert(directory.users.ids.id(row).to_ascii_lowercase());
            for key in &self.keys {
                let held = directory.users.column(key.attribute).and_then(|column| text(column, row));
                search.values.extend(held.map(|held| key.sought(key.value(&held))));
            }
        }
    }

    /// An account that has a value that is asked for, or is named itself: who it belongs to, by link or by its values.
    fn of_accounts(&self, named: &str, application: &ApplicationSnapshot, search: &mut UserSearch) {
        let accounts = &application.accounts;
        let held = |slot: AccountSlot, account| {
            accounts.column(&self.policy.account_attribute(slot).name)?.get(account)
        };
        for account in 0..accounts.len() as u32 {
            let is_named = is_named(accounts, account, named);
            let touches = |key: &Key<'_>| {
                held(key.account, account).is_some_and(|value| search.values.contains(&key.sought(value)))
            };
            if !is_named && !self.keys.iter().any(touches) {
                continue;
            }
            match accounts.links.get(account) {
                Some(link) => drop(search.ids.insert(link.to_ascii_lowercase())),
                None => {
                    let finding = self.keys.iter().filter(|key| key.matches);
                    let values: Vec<SearchValue> =
                        finding.filter_map(|key| Some(key.sought(held(key.account, account)?))).collect();
                    search.values.extend(values);
                }
            }
        }
    }
}

impl Key<'_> {
    /// The account attribute's value, of a user's.
    fn value<'v>(&self, held: &'v str) -> &'v str {
        match held.rsplit_once('@') {
            Some((name, _)) if self.strips_domain => name,
            _ => held,
        }
    }

    /// The users who have a value of the account attribute.
    fn sought(&self, value: &str) -> SearchValue {
        let (attribute, text) = (self.attribute.to_owned(), value.to_lowercase());
        SearchValue { attribute, text, any_domain: self.strips_domain }
    }
}

fn text(column: &Column, row: u32) -> Option<String> {
    match column.field(row) {
        Field::Text(text) => Some(text.into_owned()),
        Field::Empty | Field::Boolean(_) | Field::List(_) => None,
    }
}

/// What makes others count, whoever they are.
fn others_count(
    policy: &ApplicationPolicy,
    directories: &[&DirectoryPolicy],
    as_of: Date,
) -> Result<(), String> {
    let narrowed = |it: &&&DirectoryPolicy| !it.group_prefix.is_empty() || it.groups_under.is_some();
    let narrowed = directories.iter().any(|it| narrowed(&it));
    if !policy.same_person.is_empty() {
        return Err("`samePerson` makes one person of several users".to_owned());
    }
    for reference in policy.group_references() {
        let place = format!("{}:{}", reference.origin.path, reference.origin.line);
        if reference.min_members.is_some() {
            return Err(format!("`minMembers` counts everybody in a group ({place})"));
        }
        // Whether the group is in one that is read, and so an error, not an absence, shows by everybody's memberships.
        if reference.optional && narrowed && matches!(reference.selector, GroupSelector::Id { .. }) {
            return Err(format!("an `optional` group is meant by its `id` ({place})"));
        }
    }
    if policy.lifecycle.archive.iter().any(|archived| is_unique(policy, archived.attribute)) {
        return Err("archived accounts get names that no two may have".to_owned());
    }
    if policy.overrides.iter().any(|by| by.holds(as_of)) {
        return Err("an override is in force, and all it allows is shown".to_owned());
    }
    Ok(())
}

fn is_unique(policy: &ApplicationPolicy, slot: AccountSlot) -> bool {
    let mapped = policy.mapping.iter().any(|it| it.attribute == slot && it.unique);
    mapped || policy.account_attribute(slot).name == USER_NAME
}

/// Whether users meet by a mapped attribute: it finds accounts, is unique, or is what users are shown by.
fn meets(policy: &ApplicationPolicy, mapping: &MappedAttribute) -> bool {
    is_unique(policy, mapping.attribute) || policy.matching.contains(&mapping.attribute)
}

/// The one user attribute that a mapped one is, but for case and domain, and whether the domain is stripped.
fn plain(mapping: &MappedAttribute) -> Option<(UserSlot, bool)> {
    let ValueSource::From(slot, None) = mapping.value.source else { return None };
    let steps = &mapping.value.transforms;
    let known = |step: &Transform| {
        matches!(
            step,
            Transform::Word(TransformWord::Lowercase | TransformWord::Uppercase | TransformWord::StripDomain)
        )
    };
    let stripped =
        steps.iter().filter(|step| matches!(step, Transform::Word(TransformWord::StripDomain))).count();
    (steps.iter().all(known) && stripped < 2).then_some((slot, stripped == 1))
}

/// Whether a directory finds users by an attribute where it reads it.
fn searches(directory: &DirectoryPolicy, attribute: &DirectoryAttribute) -> bool {
    directory.attributes.iter().filter(|it| it.name == attribute.name).all(is_searched)
}

/// A tenant finds users by some attributes only through an index that is behind. Each directory reads every attribute that
/// directories know, and users are found by no other.
fn finds_at_once(
    directories: &[&DirectoryPolicy],
    attribute: &DirectoryAttribute,
    found_at_once: fn(&str) -> bool,
) -> Result<(), String> {
    let behind = |directory: &&&DirectoryPolicy| {
        matches!(directory.connection, DirectoryConnection::Entra(_)) && !found_at_once(&attribute.name)
    };
    match directories.iter().find(behind) {
        Some(directory) => Err(format!(
            "Microsoft Graph does not find users by `{}` at once (directory `{}`)",
            attribute.name, directory.name
        )),
        None => Ok(()),
    }
}

/// Whether a directory finds users by a value of it, in any case.
fn is_searched(attribute: &DirectoryAttribute) -> bool {
    attribute.name == attribute.source
        && known_user_attribute(&attribute.name) == Some(AttributeType::Text)
        && !TRANSLATED.contains(&attribute.name.as_str())
}
