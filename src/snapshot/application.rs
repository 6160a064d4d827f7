//! The contents of an application: accounts, its groups with their members, rights stored as rows.

use super::{Complete, IdColumn, Incomplete, TextColumn};
use crate::model::{Field, Right};
use std::collections::BTreeSet;

/// Everything that was read from one application.
#[derive(Debug)]
pub struct ApplicationSnapshot {
    /// The application's name, from its document.
    pub name: String,
    /// What the application allows.
    pub capabilities: Capabilities,
    /// Its accounts.
    pub accounts: Accounts,
    /// Its groups; empty if it has none.
    pub groups: ApplicationGroups,
    /// Rights stored as separate rows (the embedded store), in the order read.
    pub grants: Vec<GrantRow>,
    /// Rights that the application knows, held or not, if it stores rights as rows; no other right can be granted. If
    /// rights are groups, see `groups`.
    pub known_rights: Vec<Right>,
}

/// What an application allows. A plan uses nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether it can be written at all.
    pub write: bool,
    /// Whether accounts can be deleted.
    pub delete: bool,
}

/// Accounts, one a row, in the order read.
#[derive(Debug)]
pub struct Accounts {
    /// The application's own ids.
    pub ids: IdColumn,
    /// The attribute that links an account to a directory's user.
    pub links: TextColumn,
    /// Whether it may sign in; unknown counts as active, as in SCIM servers (S13).
    pub active: Vec<bool>,
    names: Vec<String>,
    columns: Vec<TextColumn>,
}

/// Groups of the application, one a row.
#[derive(Debug, Default)]
pub struct ApplicationGroups {
    /// The application's own ids.
    pub ids: IdColumn,
    /// Display names; two groups may have the same one.
    pub names: Vec<String>,
    members: Vec<Vec<u32>>,
}

/// A right stored as a row, and its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Row of the account.
    pub account: u32,
    /// The right.
    pub right: Right,
}

impl Accounts {
    /// The number of accounts.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The attributes that were read, with their columns.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &TextColumn)> {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }

    /// The column of an attribute by its short name, if it was read. Booleans and numbers are stored as text; a
    /// multi-valued attribute as its elements, separated by U+001F.
    pub fn column(&self, attribute: &str) -> Option<&TextColumn> {
        self.names.iter().position(|name| name == attribute).map(|at| &self.columns[at])
    }
}

impl ApplicationGroups {
    /// The number of groups.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The accounts in a group, by row, sorted, each once. Members that are not accounts are left out.
    pub fn members(&self, group: u32) -> &[u32] {
        &self.members[group as usize]
    }
}

impl Complete<ApplicationSnapshot> {
    /// The same snapshot with what the application did not tell and the ledger remembers: the links of all accounts, by row,
    /// and members of groups, as rows of group and account.
    #[must_use]
    pub fn with_remembered(self, links: Option<&[Option<String>]>, members: &[(u32, u32)]) -> Self {
        let mut snapshot = self.into_inner();
        if let Some(links) = links {
            snapshot.accounts.links = TextColumn::default();
            links.iter().for_each(|link| snapshot.accounts.links.push(link.as_deref()));
        }
        let mut touched = BTreeSet::new();
        for (group, account) in members {
            snapshot.groups.members[*group as usize].push(*account);
            touched.insert(*group);
        }
        for group in touched {
            let rows = &mut snapshot.groups.members[group as usize];
            rows.sort_unstable();
            rows.dedup();
        }
        Self::new(snapshot)
    }
}

/// Separates the elements of a multi-valued attribute in a column of an [`Accounts`].
pub(crate) const LIST_SEPARATOR: &str = "\u{1f}";

/// Collects the records of one application. Accounts come before groups and grants.
#[derive(Debug)]
pub struct ApplicationBuilder {
    snapshot: ApplicationSnapshot,
}

impl ApplicationBuilder {
    /// A builder for the application `name`, whose accounts have these attributes (short names).
    pub fn new(name: impl Into<String>, capabilities: Capabilities, attributes: &[String]) -> Self {
        let accounts = Accounts {
            ids: IdColumn::default(),
            links: TextColumn::default(),
            active: Vec::new(),
            names: attributes.to_vec(),
            columns: attributes.iter().map(|_| TextColumn::default()).collect(),
        };
        Self {
            snapshot: ApplicationSnapshot {
                name: name.into(),
                capabilities,
                accounts,
                groups: ApplicationGroups::default(),
                grants: Vec::new(),
                known_rights: Vec::new(),
            },
        }
    }

    /// Adds an account: id, link, whether it is active (`None` if unknown), and a value for each attribute in the
    /// builder's order.
    ///
    /// # Errors
    /// When the id is empty or was already added.
    pub fn account(
        &mut self,
        id: &str,
        link: Option<&str>,
        active: Option<bool>,
        fields: &[Field<'_>],
    ) -> Result<(), Incomplete> {
        if id.is_empty() {
            return Err(self.incomplete("an account without `id`"));
        }
        let accounts = &mut self.snapshot.accounts;
        if accounts.ids.insert(id).is_err() {
            return Err(self.incomplete(format!("two accounts with the id `{id}`")));
        }
        accounts.links.push(link);
        accounts.active.push(active.unwrap_or(true));
        for (at, column) in accounts.columns.iter_mut().enumerate() {
            match fields.get(at).unwrap_or(&Field::Empty) {
                Field::Empty => column.push(None),
                Field::Text(text) => column.push(Some(text)),
                Field::Boolean(value) => column.push(Some(if *value { "true" } else { "false" })),
                Field::List(texts) => column.push(Some(&texts.join(LIST_SEPARATOR))),
            }
        }
        Ok(())
    }

    /// Adds a group and its members' account ids. Members that are not accounts (deleted users, other groups) are left
    /// out.
    ///
    /// # Errors
    /// When the id is empty or was already added.
    pub fn group<'m>(
        &mut self,
        id: &str,
        name: &str,
        members: impl IntoIterator<Item = &'m str>,
    ) -> Result<(), Incomplete> {
        if id.is_empty() {
            return Err(self.incomplete("a group without `id`"));
        }
        let ApplicationSnapshot { accounts, groups, .. } = &mut self.snapshot;
        if groups.ids.insert(id).is_err() {
            return Err(self.incomplete(format!("two groups with the id `{id}`")));
        }
        let mut rows: Vec<u32> = Vec::new();
        let members = members.into_iter().map(|member| ((), member));
        accounts.ids.rows_of(members, |(), _, account| rows.extend(account));
        rows.sort_unstable();
        rows.dedup();
        rows.shrink_to_fit();
        groups.names.push(name.to_owned());
        groups.members.push(rows);
        Ok(())
    }

    /// Adds a right that an account holds, stored as a row.
    ///
    /// # Errors
    /// When the account was not read.
    pub fn grant(&mut self, account: &str, right: Right) -> Result<(), Incomplete> {
        let Some(row) = self.snapshot.accounts.ids.row(account) else {
            return Err(self.incomplete(format!("a grant of the account `{account}`, which was not read")));
        };
        self.snapshot.grants.push(GrantRow { account: row, right });
        Ok(())
    }

    /// Adds a right that the application knows, held or not.
    pub fn known(&mut self, right: Right) {
        self.snapshot.known_rights.push(right);
    }

    /// Ends the read; everything must have been added.
    ///
    /// # Errors
    /// When a column was too large.
    pub fn finish(self) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
        let accounts = &self.snapshot.accounts;
        let ids_overflowed = accounts.ids.overflowed() || self.snapshot.groups.ids.overflowed();
        if ids_overflowed
            || accounts.links.overflowed()
            || accounts.columns.iter().any(TextColumn::overflowed)
        {
            return Err(self.incomplete("an attribute takes more than 4 GiB"));
        }
        Ok(Complete::new(self.snapshot))
    }

    fn incomplete(&self, problem: impl Into<String>) -> Incomplete {
        Incomplete::new(format!("application `{}`", self.snapshot.name), problem)
    }
}
