//! What one run planned, announced and reported, in words that the oracle compares with what happened.

use crate::support::world::World;
use rolewright::execution::ChangeOutcome;
use rolewright::model::{Operation, Value};
use rolewright::plan::Change;
use std::collections::BTreeMap;
use std::fmt;
use tokio::time::Instant;

/// One change, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) operation: Operation,
    pub(crate) user: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) pairs: Vec<Pair>,
}

/// One value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [user, account] = [&self.user, &self.account].map(|id| id.as_deref().unwrap_or("-"));
        write!(f, "{} {user} {account}", self.operation.word())?;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        self.pairs
            .iter()
            .try_for_each(|pair| write!(f, " {}: {} -> {}", pair.key, text(&pair.before), text(&pair.after)))
    }
}

impl Wanted {
    pub(crate) fn of(change: &Change) -> Self {
        let text = |value: Option<&Value>| value.map(ToString::to_string);
        let mut pairs: Vec<Pair> = change
            .attribute_changes()
            .iter()
            .map(|pair| Pair {
                key: pair.attribute.to_owned(),
                before: text(pair.before),
                after: text(pair.after),
            })
            .collect();
        let operation = change.operation();
        if let Some(right) = change.right() {
            let value = if right.entitlement == "badge" { "true" } else { "" };
            let value = Some(value.to_owned());
            let key = format!("{}:{}", right.entitlement, right.value);
            pairs.push(match operation {
                Operation::Grant => Pair { key, before: None, after: value },
                _ => Pair { key, before: value, after: None },
            });
        }
        if operation == Operation::Deactivate {
            let [before, after] = ["true", "false"].map(|text| Some(text.to_owned()));
            pairs.push(Pair { key: "active".to_owned(), before, after });
        }
        Self {
            operation,
            user: change.subject.user.clone().map(|user| user.to_string()),
            account: change.subject.account.clone().map(|account| account.to_string()),
            pairs,
        }
    }

    pub(crate) fn pair(&self, key: &str) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.key == key)
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// It died, or is still under way.
    #[default]
    Died,
    /// Another run went on writing for too long.
    Leased,
    /// The application was not read.
    Unread,
    /// The ledger was not reached.
    NoLedger,
    /// A guard refused the plan.
    Refused,
    /// There was nothing to write.
    Nothing,
    /// It wrote, and closed.
    Closed,
    /// It wrote, and another run had taken over before it closed.
    Overtaken,
}

/// One run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// Its name in the ledger.
    pub(crate) name: String,
    /// The people as it read them.
    pub(crate) people: World,
    pub(crate) planned: Vec<Wanted>,
    pub(crate) approved: Vec<Wanted>,
    /// By position in `approved`.
    pub(crate) outcomes: BTreeMap<usize, ChangeOutcome>,
    pub(crate) opened: Option<Instant>,
    pub(crate) end: End,
    /// What went wrong on purpose, in words.
    pub(crate) trouble: String,
    /// Whether its reads may show old states.
    pub(crate) is_stale: bool,
    /// When it read.
    pub(crate) read: Option<Instant>,
    /// When it ended, by itself.
    pub(crate) ended: Option<Instant>,
}
