//! What is not written because the application does not keep it, as its profile says (the policy language, 5): told once
//! an attribute, with the number of people.

use crate::desired::DataProblem;
use crate::model::AttributeKeeping;
use crate::policy::{AccountSlot, ApplicationPolicy};
use std::collections::BTreeMap;

/// A finding for each attribute that was to be written and is not.
pub(super) fn unkept(policy: &ApplicationPolicy, people: &BTreeMap<AccountSlot, u32>) -> Vec<DataProblem> {
    let told = policy.unkept.iter().filter_map(|unkept| {
        let people = match people.get(&unkept.attribute)? {
            1 => "1 person".to_owned(),
            several => format!("{several} people"),
        };
        let name = &policy.account_attribute(unkept.attribute).name;
        let message = match unkept.keeps {
            AttributeKeeping::Dropped => {
                format!("the application does not keep `{name}`: not written for {people}")
            }
            AttributeKeeping::ReadOnly => format!(
                "only the application itself writes `{name}`: not written for {people}"
            ),
            AttributeKeeping::Immutable => format!(
                "the application takes `{name}` only with a new account: not written for {people}, whose value differs"
            ),
            AttributeKeeping::WriteOnly => format!(
                "the application never shows `{name}`, so it is written only with a new account: not for {people}"
            ),
        };
        Some(DataProblem::new("data/unkept-attribute", &unkept.origin, message))
    });
    told.collect()
}
