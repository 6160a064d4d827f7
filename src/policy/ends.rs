//! The days on which policies end by themselves (the policy language, 2 and 10: `until`).

use super::{ApplicationPolicy, Condition, Test};
use crate::model::Date;
use std::collections::BTreeSet;

impl ApplicationPolicy {
    /// The first days on which the policies decide otherwise, because a condition, an exclusion, a protection or an
    /// override held until the day before.
    pub fn ends(&self) -> BTreeSet<Date> {
        let conditions =
            self.conditions().into_iter().flat_map(Condition::tests).filter_map(|test| match test {
                Test::Until(last) => Some(*last),
                Test::Attribute(..)
                | Test::Group(_)
                | Test::AccountGroup(_)
                | Test::Grant(_)
                | Test::Always => None,
            });
        let exclusions = self.exclusions.iter().filter_map(|exclusion| exclusion.until);
        let protections = self.lifecycle.protect.iter().filter_map(|protection| protection.until);
        let overrides = self.overrides.iter().map(|allowance| allowance.until);
        let last_days = conditions.chain(exclusions).chain(protections).chain(overrides);
        last_days.map(|last| Date::of_unix_days(last.unix_days().saturating_add(1))).collect()
    }

    /// Whether something ended after a day, and by another one.
    pub fn ended_between(&self, after: Date, by: Date) -> bool {
        self.ends().iter().any(|end| *end > after && *end <= by)
    }
}
