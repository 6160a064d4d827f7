//! Renumbers slots once all are known, by the sorted names of what they refer to.

use super::{
    AccountSlot, ApplicationPolicy, ArchivedPart, Condition, ConstraintTest, ConstraintTextPart, NameIndex,
    Phone, Subject, TemplateValue, Test, Transform, UserSlot, ValueExpression, ValueSource,
};

/// The new number of each slot, by its old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotOrder {
    /// Of user attributes.
    pub users: Vec<u16>,
    /// Of account attributes.
    pub accounts: Vec<u16>,
    /// Of the names that constraints define.
    pub names: Vec<u16>,
}

impl ApplicationPolicy {
    /// Gives every slot in the rules its new number, and sorts the lists that are ordered by slot.
    pub fn renumber(&mut self, order: &SlotOrder) {
        self.same_person.iter_mut().for_each(|slot| order.user(slot));
        self.same_person.sort();
        self.matching.iter_mut().for_each(|slot| order.account(slot));
        self.defaults.iter_mut().for_each(|default| order.account(&mut default.attribute));
        for mapped in &mut self.mapping {
            order.account(&mut mapped.attribute);
            order.value(&mut mapped.value);
        }
        self.mapping.sort_by_key(|mapped| (mapped.attribute, mapped.account_type));
        for archived in &mut self.lifecycle.archive {
            order.account(&mut archived.attribute);
            for part in &mut archived.parts {
                if let ArchivedPart::Held(slot) = part {
                    order.account(slot);
                }
            }
        }
        self.lifecycle.archive.sort_by_key(|archived| archived.attribute);
        for constraint in &mut self.constraints {
            order.constraint(&mut constraint.test);
        }
        self.conditions_mut().into_iter().for_each(|condition| order.condition(condition));
    }
}

impl SlotOrder {
    fn user(&self, slot: &mut UserSlot) {
        moved(&self.users, &mut slot.0);
    }

    fn account(&self, slot: &mut AccountSlot) {
        moved(&self.accounts, &mut slot.0);
    }

    fn name(&self, name: &mut NameIndex) {
        moved(&self.names, &mut name.0);
    }

    fn condition(&self, condition: &mut Condition) {
        for test in condition.tests_mut() {
            let Test::Attribute(subject, _) = test else { continue };
            match subject {
                Subject::User(slot, _) => self.user(slot),
                Subject::Account(slot) => self.account(slot),
                Subject::UserId | Subject::AccountId | Subject::AccountActive | Subject::AccountLink => {}
            }
        }
    }

    fn constraint(&self, test: &mut ConstraintTest) {
        match test {
            ConstraintTest::AtMost(_, _, names) => names.iter_mut().for_each(|name| self.name(name)),
            ConstraintTest::Each(_, text) => {
                for part in &mut text.parts {
                    if let ConstraintTextPart::Name(name) = part {
                        self.name(name);
                    }
                }
            }
            ConstraintTest::Require(_) | ConstraintTest::AtLeast(..) => {}
        }
    }

    fn value(&self, value: &mut ValueExpression) {
        match &mut value.source {
            ValueSource::From(slot, _) => self.user(slot),
            ValueSource::Template(parts) => parts.iter_mut().for_each(|part| self.template(part)),
            ValueSource::FirstOf(values) | ValueSource::Concat(values) => {
                values.iter_mut().for_each(|value| self.value(value));
            }
            ValueSource::UserId | ValueSource::Constant(_) => {}
        }
        for transform in &mut value.transforms {
            if let Transform::Phone(Phone::RegionFrom(slot)) = transform {
                self.user(slot);
            }
        }
    }

    fn template(&self, part: &mut TemplateValue) {
        match part {
            TemplateValue::From(slot, _) => self.user(slot),
            TemplateValue::Named(name) => self.name(name),
            TemplateValue::UserId | TemplateValue::Text(_) => {}
        }
    }
}

fn moved(order: &[u16], slot: &mut u16) {
    if let Some(new) = order.get(usize::from(*slot)) {
        *slot = *new;
    }
}
