//! The names that an application's policies may use, and the slots they get.

use super::report::Report;
use crate::language::document::{ApplicationDocument, ConnectorDocument, DirectoryDocument};
use crate::language::documents::Placed;
use crate::model::{
    AttributePath, AttributeType, Location, USER_ID, UserPath, account_path, known_account_attributes,
    known_user_attribute, known_user_attributes, parse_user_path, wire_path,
};
use crate::policy::{
    ACCOUNT_TYPE, AccountSlot, DirectoryAttribute, EntitlementIndex, NameIndex, SlotOrder, UserSlot,
};
use std::collections::{BTreeMap, BTreeSet};

/// What an application declares, and which attributes its policies use.
///
/// Slots are numbered in the order in which the names are first used. When all names are known,
/// [`settle`](Self::settle) sorts them.
pub(super) struct Names<'d> {
    pub(super) application: &'d Placed<ApplicationDocument>,
    pub(super) directories: Vec<&'d Placed<DirectoryDocument>>,
    /// The connector of an application with an API of its own: its fields are the account attributes.
    pub(super) connector: Option<&'d Placed<ConnectorDocument>>,
    pub(super) users: Vec<DirectoryAttribute>,
    pub(super) accounts: Vec<AttributePath>,
    /// All names that constraints define.
    pub(super) named: Vec<String>,
    /// The names that constraints before the current one define.
    pub(super) given: Vec<String>,
    /// The entitlement types, sorted.
    entitlements: Vec<&'d str>,
    /// The scopes, sorted.
    scopes: Vec<&'d str>,
    /// The closed sets of values, by entitlement type or scope; they are asked for by each grant.
    closed: BTreeMap<&'d str, BTreeSet<&'d str>>,
}

/// A user attribute that a policy names.
pub(super) enum UserName {
    Id,
    Attribute(UserSlot, Option<u16>, AttributeType),
}

impl<'d> Names<'d> {
    pub(super) fn new(
        application: &'d Placed<ApplicationDocument>,
        directories: Vec<&'d Placed<DirectoryDocument>>,
        connector: Option<&'d Placed<ConnectorDocument>>,
    ) -> Self {
        let document: &'d ApplicationDocument = &application.document;
        let mut entitlements: Vec<&str> =
            document.entitlements().map(|(name, _)| name.value.as_str()).collect();
        let mut scopes: Vec<&str> = document.scopes.iter().flat_map(|scopes| scopes.keys()).collect();
        entitlements.sort_unstable();
        scopes.sort_unstable();
        let mut names = Self {
            application,
            directories,
            connector,
            users: Vec::new(),
            accounts: Vec::new(),
            named: Vec::new(),
            given: Vec::new(),
            closed: closed(document),
            entitlements,
            scopes,
        };
        names.user_slot("accountEnabled", "accountEnabled", AttributeType::Boolean);
        let declared = application.document.attributes.iter().flat_map(|table| table.keys());
        let paths: Vec<AttributePath> = declared.filter_map(|name| names.path(name)).collect();
        names.accounts = paths.into_iter().filter(|path| path.name != application.document.link()).collect();
        if application.document.account_types.is_some() {
            let known = names.accounts.iter().any(|path| path.name == ACCOUNT_TYPE);
            let path = names.path(ACCOUNT_TYPE).filter(|_| !known);
            names.accounts.extend(path);
        }
        names
    }

    /// Sorts the names; gives the new number of each slot.
    pub(super) fn settle(&mut self) -> SlotOrder {
        SlotOrder {
            users: sort(&mut self.users, |attribute| attribute.name.clone()),
            accounts: sort(&mut self.accounts, |path| path.name.clone()),
            names: sort(&mut self.named, String::clone),
        }
    }

    /// The index of a name that a constraint defines.
    pub(super) fn name(&mut self, name: &str) -> NameIndex {
        let at = self.named.iter().position(|known| known == name).unwrap_or_else(|| {
            self.named.push(name.to_owned());
            self.named.len() - 1
        });
        NameIndex(at as u16)
    }

    /// The index of a name, if an earlier constraint defines it.
    pub(super) fn named(&self, name: &str) -> Option<NameIndex> {
        let given = self.given.iter().any(|given| given == name);
        let at = self.named.iter().position(|known| given && known == name);
        at.map(|at| NameIndex(at as u16))
    }

    /// The account types, sorted: the position is the index.
    pub(super) fn account_type_names(&self) -> Vec<&'d str> {
        self.application.document.account_types()
    }

    /// The user attribute that a path names.
    pub(super) fn user(&mut self, report: &mut Report<'_>, path: &str, at: Location) -> Option<UserName> {
        let UserPath { name, index } = parse_user_path(path);
        if name == USER_ID {
            return Some(UserName::Id);
        }
        let declared = self.directories.iter().find_map(|directory| directory.attribute(name));
        let (source, kind) = match (declared, known_user_attribute(name)) {
            (Some(source), _) => (source.value.as_str(), AttributeType::Text),
            (None, Some(kind)) => (name, kind),
            (None, None) => {
                report.unknown("user attribute", name, self.user_names().iter().map(String::as_str), at);
                return None;
            }
        };
        if index.is_some() && kind != AttributeType::List {
            let message = format!("`{name}` is not a list");
            report.error("check/index", message, at, "has one value").help = Some(format!("write `{name}`"));
            return None;
        }
        Some(UserName::Attribute(self.user_slot(name, source, kind), index, kind))
    }

    fn user_slot(&mut self, name: &str, source: &str, kind: AttributeType) -> UserSlot {
        let at = self.users.iter().position(|attribute| attribute.name == name).unwrap_or_else(|| {
            self.users.push(DirectoryAttribute { name: name.to_owned(), source: source.to_owned(), kind });
            self.users.len() - 1
        });
        UserSlot(at as u16)
    }

    /// The account attribute of a short name.
    pub(super) fn account(
        &mut self,
        report: &mut Report<'_>,
        name: &str,
        at: Location,
    ) -> Option<AccountSlot> {
        let Some(path) = self.path(name) else {
            report.unknown("account attribute", name, self.account_names(), at);
            return None;
        };
        let at = self.accounts.iter().position(|known| known.name == name).unwrap_or_else(|| {
            self.accounts.push(path);
            self.accounts.len() - 1
        });
        Some(AccountSlot(at as u16))
    }

    /// The path under which the application stores an attribute.
    pub(super) fn path(&self, name: &str) -> Option<AttributePath> {
        let declared = self.application.attributes.as_ref().and_then(|table| table.get(name));
        let case_exact = declared.and_then(|declared| declared.case_exact).unwrap_or(false);
        if let Some(connector) = self.connector {
            let is_type = name == ACCOUNT_TYPE && self.application.account_types.is_some();
            let known = is_type || connector.attributes().any(|field| field == name);
            return known.then(|| AttributePath { name: name.to_owned(), path: name.to_owned(), case_exact });
        }
        let known = if self.wired(name) { wire_path(name) } else { account_path(name) };
        let path = match (declared.map(|declared| declared.path.as_ref()), known) {
            (Some(Some(path)), _) => path.value.clone(),
            (Some(None), known) => known.unwrap_or_else(|| name.to_owned()),
            (None, Some(known)) => known,
            (None, None) => return None,
        };
        Some(AttributePath { name: name.to_owned(), path, case_exact })
    }

    /// The values of a closed set, in order; more than anybody reads are left out.
    pub(super) fn declared(&self, key: &str) -> Vec<&'d str> {
        self.closed.get(key).into_iter().flatten().copied().take(2_000).collect()
    }

    /// The index of an entitlement type.
    pub(super) fn entitlement(&self, name: &str) -> Option<EntitlementIndex> {
        self.entitlements.binary_search(&name).ok().map(|at| EntitlementIndex(at as u16))
    }

    /// The entitlement types, sorted: the position is the index.
    pub(super) fn entitlement_names(&self) -> Vec<&'d str> {
        self.entitlements.clone()
    }

    /// Whether a scope has this name.
    pub(super) fn is_scope(&self, name: &str) -> bool {
        self.scopes.binary_search(&name).is_ok()
    }

    /// Whether a value is in the closed set of an entitlement type or scope; none: there is no closed set.
    pub(super) fn declares(&self, key: &str, value: &str) -> Option<bool> {
        self.closed.get(key).map(|values| values.contains(value))
    }

    /// The scopes, sorted: the position is the index.
    pub(super) fn scope_names(&self) -> Vec<&'d str> {
        self.scopes.clone()
    }

    /// Whether an entitlement's `wire` stores rights in an attribute.
    pub(super) fn wired(&self, attribute: &str) -> bool {
        let kinds = self.application.document.entitlements();
        kinds.filter_map(|(_, kind)| kind.wire.as_ref()).any(|wire| {
            [&wire.value.values, &wire.value.attribute]
                .into_iter()
                .flatten()
                .any(|name| name.value == attribute)
        })
    }

    fn user_names(&self) -> Vec<String> {
        let tables = self.directories.iter().filter_map(|directory| directory.document.attributes.as_ref());
        let declared = tables.flat_map(|table| table.keys().map(ToOwned::to_owned));
        declared.chain(known_user_attributes()).collect()
    }

    pub(super) fn account_names(&self) -> Vec<&'d str> {
        if let Some(connector) = self.connector {
            return connector.attributes().collect();
        }
        let mut names: Vec<&'d str> = known_account_attributes().collect();
        let application: &'d Placed<ApplicationDocument> = self.application;
        names.extend(application.document.attributes.iter().flat_map(|table| table.keys()));
        names
    }
}

/// The closed sets of values; a key is an entitlement type before it is a scope.
fn closed(application: &ApplicationDocument) -> BTreeMap<&str, BTreeSet<&str>> {
    let scopes = application.scopes.iter().flat_map(|scopes| scopes.iter());
    let of_scopes = scopes.map(|(name, values)| (name, &values.0));
    let of_entitlements =
        application.entitlements().filter_map(|(name, kind)| Some((name, kind.values.as_ref()?)));
    let sets = of_scopes.chain(of_entitlements).map(|(name, values)| {
        (name.value.as_str(), values.iter().map(|value| value.value.as_str()).collect())
    });
    sets.collect()
}

/// Sorts a list; gives the new position of each entry.
fn sort<T: Clone>(list: &mut Vec<T>, name: impl Fn(&T) -> String) -> Vec<u16> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by_key(|place| name(&list[*place]));
    let mut moved = vec![0; list.len()];
    for (new, old) in order.iter().enumerate() {
        moved[*old] = new as u16;
    }
    *list = order.into_iter().map(|old| list[old].clone()).collect();
    moved
}
