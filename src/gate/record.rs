//! Records: what one pull request's plan showed for one instance, as data for the run after the merge (the gate, 3).

use super::impact::{impact, unsettled};
use super::item::{ITEM, ItemKey};
use super::marks::Marks;
use super::policy_plan::PolicyPlan;
use super::run::by_operation;
use super::state::Later;
use crate::model::{Commit, Date, Digest};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The beginning of a record's text.
const HEAD: &str = "rolewright-record/1 ";
/// The maximum number of characters of the text; a check run accepts somewhat more.
const BUDGET: usize = 60_000;

/// What one pull request's plan showed. Readers ignore unknown keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Version of the format: 1.
    pub version: u32,
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The commit of the protected branch that the pull request was merged into, in memory.
    pub base: String,
    /// The pull request's commit.
    pub head: String,
    /// The policy digest of that merge.
    pub policy: String,
    /// The digest of the policies that it was compared with: the base's or, where these have errors, the last ones
    /// without; none: there are none.
    #[serde(default)]
    pub compared: Option<String>,
    /// The policy digest last settled; none before the first run.
    pub settled: Option<String>,
    /// The day of the plan.
    pub as_of: String,
    /// `live`, or `snapshot` if the plan was made from saved data.
    pub data: String,
    /// The plan digest. It identifies the plan and has no other effect.
    pub plan: String,
    /// The id of the key that the items are made with.
    pub kid: String,
    /// The number of shown changes of each operation.
    pub counts: BTreeMap<String, u64>,
    /// The items of the sensitive changes, sorted, without separators; none: too many to list, so only the count was
    /// shown.
    pub items: BTreeMap<String, Option<String>>,
    /// The items of what happens on later days because something in the policies ends. A day that is not in it was not
    /// shown: its sensitive changes are held then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub later: Later,
}

/// Why a text is not a valid record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecord {
    /// It has another beginning.
    #[error("its text is not a record of this version")]
    Version,
    /// It was changed.
    #[error("its text does not have the hash that it names")]
    Hash,
    /// Its content has another form.
    #[error("its text cannot be read as a record")]
    Form,
}

/// What the plan job of a pull request showed.
#[derive(Clone)]
pub struct PullRequestPlan<'p> {
    /// The plan of the merge.
    pub plan: PolicyPlan<'p>,
    /// The plan of the settled policies on the same snapshots; none: there are none, or they can't be evaluated.
    pub settled: Option<PolicyPlan<'p>>,
    /// The settled policies' digest.
    pub settled_digest: Option<&'p str>,
    /// The digest of the policies that people see the merge compared with; none: there are none.
    pub compared: Option<String>,
    /// The commit of the protected branch that the pull request was merged into, in memory.
    pub base: &'p Commit,
    /// The pull request's commit.
    pub head: &'p Commit,
    /// Whether the plan was made from saved data.
    pub saved_data: bool,
    /// What happens on later days.
    pub later: &'p [LaterDay],
}

/// What the merge does on a later day, because something in its policies ends.
#[derive(Clone, Debug)]
pub struct LaterDay {
    /// The day.
    pub day: Date,
    /// The changes that no day before has.
    pub plan: Plan,
}

impl LaterDay {
    /// The difference of a day's plan and that of the day before, on the same data.
    pub fn of(day: PolicyPlan<'_>, before: PolicyPlan<'_>) -> Self {
        Self { day: day.plan.as_of, plan: impact(day, Some(before)).because }
    }
}

impl Record {
    /// The record of a pull request's plan: the changes that the settled policies do not want, and each adoption that
    /// waits for a person. If there are too many to list, they are counted.
    ///
    /// # Errors
    /// Never for a plan: it holds texts and numbers.
    pub fn of(shown: PullRequestPlan<'_>, key: &ItemKey) -> Result<Self, serde_json::Error> {
        let PolicyPlan { plan, policy } = shown.plan;
        let marks = shown.settled.iter().fold(Marks::of(policy), |marks, settled| marks.and(settled.policy));
        let changes = unsettled(shown.plan, shown.settled).changes;
        let instance = plan.instance();
        let items = key.of_changes(&instance, &marks, changes.iter());
        let mut record = Self {
            version: 1,
            base: shown.base.to_string(),
            head: shown.head.to_string(),
            policy: plan.policy.to_string(),
            compared: shown.compared,
            settled: shown.settled_digest.map(ToOwned::to_owned),
            as_of: plan.as_of.to_string(),
            data: if shown.saved_data { "snapshot" } else { "live" }.to_owned(),
            plan: plan.digest()?.to_string(),
            kid: key.kid().to_owned(),
            counts: by_operation(changes.iter()),
            items: items.into_iter().map(|(operation, items)| (operation, Some(items))).collect(),
            later: shown
                .later
                .iter()
                .map(|later| {
                    (later.day.to_string(), key.of_changes(&instance, &marks, later.plan.changes.iter()))
                })
                .filter(|(_, items)| !items.is_empty())
                .collect(),
            instance,
        };
        record.text()?;
        Ok(record)
    }

    /// As text: a line with its hash, and canonical JSON. If the text would be too long, the later day with the most
    /// items is left out, then the operation with the most items is only counted.
    ///
    /// # Errors
    /// Never for a record: it holds texts and numbers.
    pub fn text(&mut self) -> Result<String, serde_json::Error> {
        loop {
            let json = serde_json_canonicalizer::to_string(self)?;
            if json.len() > BUDGET - HEAD.len() - 65
                && let Some(largest) =
                    self.later.iter().max_by_key(|(_, items)| size(items)).map(|(day, _)| day.clone())
            {
                self.later.remove(&largest);
                continue;
            }
            let most = self.items.iter_mut().filter(|(_, items)| items.is_some());
            let most = most.max_by_key(|(_, items)| items.as_ref().map_or(0, String::len));
            match most {
                Some((_, items)) if json.len() > BUDGET - HEAD.len() - 65 => *items = None,
                _ => return Ok(format!("{HEAD}{}\n{json}", Digest::of(json.as_bytes()))),
            }
        }
    }

    /// Reads a text back.
    ///
    /// # Errors
    /// The text is not a valid record.
    pub fn parse(text: &str) -> Result<Self, NoRecord> {
        let (digest, json) =
            text.strip_prefix(HEAD).and_then(|rest| rest.split_once('\n')).ok_or(NoRecord::Version)?;
        let json = json.trim_end_matches(['\n', '\r']);
        if digest.trim_end() != Digest::of(json.as_bytes()).to_string() {
            return Err(NoRecord::Hash);
        }
        let record: Self = serde_json::from_str(json).map_err(|_| NoRecord::Form)?;
        let later = record.later.values().flat_map(BTreeMap::values);
        let whole = record
            .items
            .values()
            .flatten()
            .chain(later)
            .all(|items| items.is_ascii() && items.len() % ITEM == 0);
        match (record.version, whole) {
            (1, true) => Ok(record),
            (1, false) => Err(NoRecord::Form),
            _ => Err(NoRecord::Version),
        }
    }

    /// The operations that are only counted.
    pub fn by_count(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter(|(_, items)| items.is_none()).map(|(operation, _)| operation.as_str())
    }
}

fn size(items: &BTreeMap<String, String>) -> usize {
    items.values().map(String::len).sum()
}
