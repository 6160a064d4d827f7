//! The account store, whatever database holds it: its values, its statements and what its rows mean
//! (`docs/reference/account-store.md`).

mod reading;
mod stored_value;

pub use reading::StoreReading;
pub use stored_value::{BadValue, StoredValue};

/// The id of the account with this number: `a-1`.
pub fn account_id(number: i64) -> String {
    format!("a-{number}")
}
