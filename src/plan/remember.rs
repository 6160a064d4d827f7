//! Whether a value's source changed since the last run, and what is remembered after this one (the policy language, 9,
//! `untilSourceChanges`; PU-6, PU-7).

use super::Evaluation;
use super::context::Context;
use super::memory::{Memory, Remembered};
use crate::desired::{Computed, DesiredState, WantedValue};
use crate::policy::{AccountSlot, Authority};
use std::collections::BTreeMap;

/// Whether the source of a differing value changed since it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceChange {
    /// The record or the wanted value changed since: it is written.
    Changed,
    /// Neither changed: the application's value stays.
    Unchanged,
    /// Nothing is remembered: if unsure, the application's value stays.
    Unknown,
}

impl Context<'_> {
    /// Whether the source of a value that differs from the account's changed since it was last written.
    pub(super) fn source_change(&self, user: u32, slot: AccountSlot, wanted: &Computed<'_>) -> SourceChange {
        let desired = &self.desired;
        let name = &desired.policy.account_attribute(slot).name;
        let Some(memory) = self.memory else { return SourceChange::Unknown };
        let Some(known) = memory.users.get(&memory.user(desired, user)) else { return SourceChange::Unknown };
        let Some(value) = known.values.get(name) else { return SourceChange::Unknown };
        // Where policies came to use other attributes, records cannot be compared; values still can.
        let record = memory.shape == memory.shape_of(desired) && known.record != memory.record(desired, user);
        if record || *value != memory.value(wanted) { SourceChange::Changed } else { SourceChange::Unchanged }
    }
}

impl Evaluation<'_> {
    /// What is to be remembered after a run: of every user whose account is provisioned the present record and values;
    /// of those for whom `failed` holds (by directory and id) what was remembered before.
    pub fn remember(&self, failed: impl Fn(&str, &str) -> bool) -> Memory {
        let (context, desired) = (&self.context, self.desired());
        let before = context.memory.cloned().unwrap_or_default();
        let mut memory = before.emptied(desired);
        for (user, decision) in self.decisions.users.iter().enumerate() {
            let user = user as u32;
            let key = memory.user(desired, user);
            let (directory, id) = desired.population.id(user);
            if !decision.provisions() || failed(directory, id) || context.waits(context.user(user)) {
                memory.users.extend(before.users.get(&key).map(|known| (key, known.clone())));
                continue;
            }
            let values = wanted(&memory, desired, user);
            memory.users.insert(key, Remembered { record: memory.record(desired, user), values });
        }
        memory
    }
}

fn wanted(memory: &Memory, desired: &DesiredState<'_>, user: u32) -> BTreeMap<String, String> {
    let watched = desired.attributes.iter().filter(|it| it.authority == Authority::UntilSourceChanges);
    let values = watched.filter_map(|attribute| {
        let facts = desired.facts(user);
        match attribute.wanted(&desired.population, &desired.catalogue, facts).ok()?.wanted {
            WantedValue::Value(value) => {
                let name = desired.policy.account_attribute(attribute.slot).name.clone();
                Some((name, memory.value(&value)))
            }
            WantedValue::Untouched => None,
        }
    });
    values.collect()
}
