//! A store's rows as a snapshot.

use super::StoredValue;
use crate::model::{AttributePath, Field, Right, Value};
use crate::snapshot::{ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, Incomplete};
use crate::wire::start::StartState;

/// Makes a snapshot of a store's rows: first those of accounts, then groups, grants and rights.
#[derive(Debug)]
pub struct StoreReading<'r> {
    application: &'r str,
    link: &'r AttributePath,
    attributes: &'r [AttributePath],
    builder: ApplicationBuilder,
    /// An account whose attributes are still being read.
    open: Option<OpenAccount>,
}

#[derive(Debug)]
struct OpenAccount {
    id: String,
    link: Option<String>,
    active: bool,
    fields: Vec<Field<'static>>,
}

impl<'r> StoreReading<'r> {
    /// Of this application: `link` is the attribute that holds the link, `attributes` are those that policies need. A store
    /// uses their short names.
    pub fn new(application: &'r str, link: &'r AttributePath, attributes: &'r [AttributePath]) -> Self {
        let names: Vec<_> = attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let builder =
            ApplicationBuilder::new(application, Capabilities { write: true, delete: true }, &names);
        Self { application, link, attributes, builder, open: None }
    }

    /// A row of an account and one of its attributes; the rows of one account follow each other.
    ///
    /// # Errors
    /// When the rows contradict each other.
    pub fn account(&mut self, id: &str, link: Option<&str>, active: bool) -> Result<(), Incomplete> {
        if self.open.as_ref().is_some_and(|open| open.id == id) {
            return Ok(());
        }
        self.close()?;
        let is_link = |attribute: &AttributePath| attribute.name == self.link.name;
        let fields = self.attributes.iter().map(|attribute| match link {
            Some(link) if is_link(attribute) => Field::text(link.to_owned()),
            _ => Field::Empty,
        });
        self.open = Some(OpenAccount {
            id: id.to_owned(),
            link: link.map(ToOwned::to_owned),
            active,
            fields: fields.collect(),
        });
        Ok(())
    }

    /// Whether an attribute is one that policies need.
    pub fn needs(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// An attribute of the last account; one that policies do not need is left out.
    ///
    /// # Errors
    /// When its text does not fit its type.
    pub fn attribute(&mut self, name: &str, value: StoredValue) -> Result<(), Incomplete> {
        if let Some(at) = self.place(name)
            && let Some(open) = &mut self.open
        {
            let value = value.value().map_err(|error| {
                Incomplete::new(format!("application `{}`", self.application), error.to_string())
            })?;
            open.fields[at] = field(value);
        }
        Ok(())
    }

    /// A group with the ids of its members.
    ///
    /// # Errors
    /// When a member is no account.
    pub fn group<'m>(
        &mut self,
        name: &str,
        members: impl Iterator<Item = &'m str>,
    ) -> Result<(), Incomplete> {
        self.close()?;
        self.builder.group(name, name, members)
    }

    /// A right that an account holds.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn grant(&mut self, account: &str, right: Right) -> Result<(), Incomplete> {
        self.close()?;
        self.builder.grant(account, right)
    }

    /// A right that the application knows.
    pub fn known(&mut self, right: Right) {
        self.builder.known(right);
    }

    /// The snapshot.
    ///
    /// # Errors
    /// When the rows contradict each other.
    pub fn finish(mut self) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
        self.close()?;
        self.builder.finish()
    }

    /// The snapshot of a store that does not exist yet: what it will begin with.
    ///
    /// # Errors
    /// When the start state contradicts itself.
    pub fn of_start(mut self, start: &StartState) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
        for account in &start.accounts {
            self.account(&account.id, account.link.as_deref(), account.active)?;
            for (name, value) in &account.attributes {
                if let Some(value) = StoredValue::of(value) {
                    self.attribute(name, value)?;
                }
            }
        }
        for group in &start.groups {
            let members = start.accounts.iter().filter(|account| account.groups.contains(group));
            self.group(group, members.map(|account| account.id.as_str()))?;
        }
        for account in &start.accounts {
            account.grants.iter().try_for_each(|right| self.grant(&account.id, right.clone()))?;
        }
        start.known.iter().for_each(|right| self.known(right.clone()));
        self.finish()
    }

    /// The place of an attribute that policies need. The link has a column of its own.
    fn place(&self, name: &str) -> Option<usize> {
        let needed = |attribute: &AttributePath| attribute.name == name;
        if name == self.link.name { None } else { self.attributes.iter().position(needed) }
    }

    fn close(&mut self) -> Result<(), Incomplete> {
        let Some(OpenAccount { id, link, active, fields }) = self.open.take() else { return Ok(()) };
        self.builder.account(&id, link.as_deref(), Some(active), &fields)
    }
}

fn field(value: Value) -> Field<'static> {
    match value {
        Value::Boolean(value) => Field::Boolean(value),
        Value::Number(value) => Field::text(value.to_string()),
        Value::Text(text) => Field::text(text),
        Value::List(texts) if texts.is_empty() => Field::Empty,
        Value::List(texts) => Field::List(texts.into_iter().map(Into::into).collect()),
    }
}
