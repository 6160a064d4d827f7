//! One change of one account: what it looks at, what it writes, and what must be there afterwards.

use super::statement::Statement;
use super::view::{ACTIVE, HeldAccount, Look, View, text};
use crate::execution::WriteError;
use crate::model::{Right, Value};
use crate::wire::store::StoredValue;

/// Values by short name; none: empty. The link's name stands for the link, and `active` for whether the account may sign
/// in.
pub(in crate::apply) type Values = Vec<(String, Option<Value>)>;

/// A change of one account.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::apply) enum StoreChange {
    /// Creates an account for the user whose immutable id is `link`. If an account has this link and the same values, an
    /// earlier attempt created it: nothing is written.
    Create { link: String, active: bool, values: Values },
    /// Writes values. If one that is expected is not there, nothing is written.
    Update { id: String, expected: Values, values: Values },
    /// Deletes the account with all that belongs to it; without effect if it does not exist.
    Delete { id: String },
    /// Gives a right; without effect if the account has it.
    Grant { id: String, right: Right },
    /// Takes a right; without effect if the account does not have it.
    Revoke { id: String, right: Right },
}

/// What a change does, once its view was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::apply) enum Decision<'c> {
    /// Nothing: what it wants is there. For a new account, its id.
    Done(Option<String>),
    /// Creates an account with a new id, and then writes.
    Create,
    /// These statements, in this order.
    Write(Vec<Statement<'c>>),
}

impl StoreChange {
    /// What to look at. `link` is the link's name in policies.
    pub(in crate::apply) fn look(&self, link: &str) -> Look<'_> {
        match self {
            Self::Create { link, .. } => Look { link: Some(link), ..Look::default() },
            Self::Update { id, values, .. } => {
                let written = values.iter().rev().find(|(name, _)| name == link);
                let link = match written {
                    Some((_, Some(Value::Text(link)))) => Some(link.as_str()),
                    _ => None,
                };
                Look { id: Some(id), link, ..Look::default() }
            }
            Self::Delete { id } => Look { id: Some(id), ..Look::default() },
            Self::Grant { id, right } | Self::Revoke { id, right } => {
                Look { id: Some(id), link: None, right: Some(right) }
            }
        }
    }

    /// What to write.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account is not as expected; [`WriteError::Failed`] when the change cannot be made.
    pub(in crate::apply) fn decide(&self, view: &View, link: &str) -> Result<Decision<'_>, WriteError> {
        match self {
            Self::Create { link: wanted, active, values } => match &view.account {
                _ if wanted.is_empty() => Err(refused("a new account needs a link, and it is empty")),
                None => Ok(Decision::Create),
                Some(account) => {
                    expect(account, link, ACTIVE, Some(&Value::Boolean(*active)))?;
                    expect_all(account, link, values)?;
                    Ok(Decision::Done(Some(account.id.clone())))
                }
            },
            Self::Update { id, expected, values } => {
                let account = present(view, id)?;
                expect_all(account, link, expected)?;
                let taken = view.linked.as_ref().filter(|other| *other != id);
                if let (Some(other), Some(wanted)) = (taken, self.look(link).link) {
                    return Err(refused(format!(
                        "account `{other}` has the link `{wanted}` already, so `{id}` cannot have it"
                    )));
                }
                puts(id, link, values).map(Decision::Write)
            }
            Self::Delete { id } => Ok(match &view.account {
                None => Decision::Done(None),
                Some(_) => Decision::Write(vec![Statement::Delete { id }]),
            }),
            Self::Grant { id, right } => {
                present(view, id)?;
                match (view.knows, view.holds) {
                    (false, _) => Err(refused(format!(
                        "the application does not know the right `{right}`; add it to the table `entitlements` first"
                    ))),
                    (true, true) => Ok(Decision::Done(None)),
                    (true, false) => Ok(Decision::Write(vec![Statement::Grant { id, right }])),
                }
            }
            Self::Revoke { id, right } => {
                present(view, id)?;
                Ok(match view.holds {
                    false => Decision::Done(None),
                    true => Decision::Write(vec![Statement::Revoke { id, right }]),
                })
            }
        }
    }

    /// What creates the account with this new id.
    ///
    /// # Errors
    /// [`WriteError::Failed`] when a value cannot be written.
    pub(in crate::apply) fn creation<'c>(
        &'c self,
        id: &'c str,
        name: &str,
    ) -> Result<Vec<Statement<'c>>, WriteError> {
        let Self::Create { link, active, values } = self else { return Ok(Vec::new()) };
        let insert = Statement::Insert { id, link, active: *active };
        Ok([insert].into_iter().chain(puts(id, name, values)?).collect())
    }

    /// What to look at once the change was written to the account `id`.
    pub(in crate::apply) fn look_back<'c>(&'c self, id: &'c str) -> Look<'c> {
        let right = match self {
            Self::Grant { right, .. } | Self::Revoke { right, .. } => Some(right),
            Self::Create { .. } | Self::Update { .. } | Self::Delete { .. } => None,
        };
        Look { id: Some(id), link: None, right }
    }

    /// Checks that what was written is there. A write without effect, for example because of a trigger, is a failure
    /// (threat F7).
    ///
    /// # Errors
    /// [`WriteError::Failed`] when something is not there.
    pub(in crate::apply) fn verify(&self, id: &str, view: &View, link: &str) -> Result<(), WriteError> {
        match (self, &view.account) {
            (Self::Create { link: wanted, active, values }, Some(account)) => {
                verify(account, link, link, Some(&Value::Text(wanted.clone())))?;
                verify(account, link, ACTIVE, Some(&Value::Boolean(*active)))?;
                verify_all(account, link, values)
            }
            (Self::Update { values, .. }, Some(account)) => verify_all(account, link, values),
            (Self::Create { .. } | Self::Update { .. }, None) => {
                Err(without_effect(&format!("writing account `{id}`")))
            }
            (Self::Delete { .. }, None) => Ok(()),
            (Self::Delete { .. }, Some(_)) => Err(without_effect(&format!("deleting account `{id}`"))),
            (Self::Grant { right, .. }, _) if !view.holds => {
                Err(without_effect(&format!("granting `{right}` to account `{id}`")))
            }
            (Self::Revoke { right, .. }, _) if view.holds => {
                Err(without_effect(&format!("revoking `{right}` from account `{id}`")))
            }
            (Self::Grant { .. } | Self::Revoke { .. }, _) => Ok(()),
        }
    }

    /// The account that exists already; none: the change creates it.
    pub(in crate::apply) fn account(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Update { id, .. }
            | Self::Delete { id }
            | Self::Grant { id, .. }
            | Self::Revoke { id, .. } => Some(id),
        }
    }
}

/// The statements that write values; of two values of one attribute the last one stays.
fn puts<'c>(
    id: &'c str,
    link: &str,
    values: &'c [(String, Option<Value>)],
) -> Result<Vec<Statement<'c>>, WriteError> {
    let put = |(name, value): &'c (String, Option<Value>)| {
        if name == link {
            return Ok(Statement::Link { id, link: text(value.as_ref()) });
        }
        if name == ACTIVE {
            let Some(Value::Boolean(active)) = value else {
                return Err(refused(format!("`active` of account `{id}` can only be `true` or `false`")));
            };
            return Ok(Statement::Active { id, active: *active });
        }
        Ok(Statement::Attribute { id, name, value: value.as_ref().and_then(StoredValue::of) })
    };
    values.iter().map(put).collect()
}

fn present<'v>(view: &'v View, id: &str) -> Result<&'v HeldAccount, WriteError> {
    view.account.as_ref().ok_or_else(|| WriteError::Stale {
        what: format!("account `{id}`"),
        expected: "that it exists".to_owned(),
        found: "none with this id".to_owned(),
    })
}

fn expect_all(
    account: &HeldAccount,
    link: &str,
    values: &[(String, Option<Value>)],
) -> Result<(), WriteError> {
    values.iter().try_for_each(|(name, value)| expect(account, link, name, value.as_ref()))
}

fn expect(account: &HeldAccount, link: &str, name: &str, value: Option<&Value>) -> Result<(), WriteError> {
    let (expected, found) = (text(value), held(account, link, name)?);
    if expected == found {
        return Ok(());
    }
    let shown = |text: Option<String>| text.map_or_else(|| "nothing".to_owned(), |text| format!("`{text}`"));
    let what = format!("`{name}` of account `{}`", account.id);
    Err(WriteError::Stale { what, expected: shown(expected), found: shown(found) })
}

fn verify_all(
    account: &HeldAccount,
    link: &str,
    values: &[(String, Option<Value>)],
) -> Result<(), WriteError> {
    values.iter().enumerate().try_for_each(|(place, (name, value))| {
        let again = values[place + 1..].iter().any(|(other, _)| other == name);
        if again { Ok(()) } else { verify(account, link, name, value.as_ref()) }
    })
}

fn verify(account: &HeldAccount, link: &str, name: &str, value: Option<&Value>) -> Result<(), WriteError> {
    if held(account, link, name)? == text(value) {
        return Ok(());
    }
    Err(without_effect(&format!("writing `{name}` of account `{}`", account.id)))
}

fn held(account: &HeldAccount, link: &str, name: &str) -> Result<Option<String>, WriteError> {
    let unreadable = |error| refused(format!("`{name}` of account `{}` cannot be read: {error}", account.id));
    account.text(link, name).map_err(unreadable)
}

fn refused(message: impl Into<String>) -> WriteError {
    WriteError::Failed(message.into())
}

fn without_effect(what: &str) -> WriteError {
    WriteError::Failed(format!("{what} had no effect; look for a trigger in the store"))
}
