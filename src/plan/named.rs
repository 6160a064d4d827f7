//! Users whom a text names.

use crate::desired::DesiredState;
use crate::model::Field;
use crate::policy::UserSlot;

/// Rows of the users whom a text names: by id, `userPrincipalName` or `mail`, ASCII case ignored. The attributes count
/// where policies read them.
pub(super) fn named_users(desired: &DesiredState<'_>, named: &str) -> Vec<u32> {
    let population = &desired.population;
    let attributes = ["userPrincipalName", "mail"];
    let slots = desired.policy.user_attributes.iter().enumerate();
    let slots: Vec<UserSlot> = slots
        .filter(|(_, attribute)| attributes.contains(&attribute.name.as_str()))
        .map(|(slot, _)| UserSlot(slot as u16))
        .collect();
    let by_attribute = |row: u32| {
        slots.iter().any(|slot| match population.field(*slot, row) {
            Field::Text(text) => text.eq_ignore_ascii_case(named),
            Field::Empty | Field::Boolean(_) | Field::List(_) => false,
        })
    };
    (0..population.len())
        .filter(|row| population.id(*row).1.eq_ignore_ascii_case(named) || by_attribute(*row))
        .collect()
}
