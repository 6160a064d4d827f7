//! The changes of a step.

use super::change::StoreChange;
use crate::execution::{AccountWrite, HeldValue, Work, WriteError};
use crate::model::{AttributePath, Right, Value};
use crate::plan::{Action, Change};

/// The changes of a step, in its order.
pub(in crate::apply) fn changes(work: &Work<'_>) -> Vec<Result<StoreChange, WriteError>> {
    match work {
        Work::Park { account, change, name } => {
            vec![Ok(update(account, AccountWrite::parks(change, name)))]
        }
        Work::One { account, change, parked } => vec![one(account.as_deref(), change, parked.as_ref())],
        Work::Members { right, gives, accounts } => {
            let of = |id: &String| {
                let (id, right) = (id.clone(), Right::clone(right));
                Ok(if *gives { StoreChange::Grant { id, right } } else { StoreChange::Revoke { id, right } })
            };
            accounts.iter().map(of).collect()
        }
    }
}

fn one(account: Option<&str>, change: &Change, parked: Option<&Value>) -> Result<StoreChange, WriteError> {
    let id = || {
        let missing = || WriteError::Failed("the account is not there yet".to_owned());
        account.map(ToOwned::to_owned).ok_or_else(missing)
    };
    Ok(match &change.action {
        Action::Create { link, attributes } => StoreChange::Create {
            link: link.value.to_string(),
            active: true,
            values: attributes
                .iter()
                .map(|attribute| (attribute.path.name.clone(), Some(attribute.value.clone())))
                .collect(),
        },
        Action::Adopt { .. } | Action::Reactivate { .. } | Action::Update { .. } | Action::Archive { .. } => {
            update(&id()?, AccountWrite::of(change, parked))
        }
        Action::Deactivate => {
            let values = vec![("active".to_owned(), Some(Value::Boolean(false)))];
            StoreChange::Update { id: id()?, expected: Vec::new(), values }
        }
        Action::Delete => StoreChange::Delete { id: id()? },
        Action::Grant(right) => StoreChange::Grant { id: id()?, right: Right::clone(right) },
        Action::Revoke(right) => StoreChange::Revoke { id: id()?, right: Right::clone(right) },
    })
}

fn update(id: &str, write: AccountWrite) -> StoreChange {
    let AccountWrite { expected, changes, active } = write;
    let active = active.map(|active| ("active".to_owned(), Some(Value::Boolean(active))));
    StoreChange::Update {
        id: id.to_owned(),
        expected: named(expected),
        values: named(changes).into_iter().chain(active).collect(),
    }
}

fn named(values: Vec<HeldValue>) -> Vec<(String, Option<Value>)> {
    values.into_iter().map(|(AttributePath { name, .. }, value)| (name, value)).collect()
}
