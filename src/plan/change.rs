//! One change of a plan: what is done to whom, and why.

use super::subject::Subject;
use crate::model::{AttributePath, Operation, Right, Value};
use serde::Serialize;
use std::sync::Arc;

/// One change: one call to the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// To whom; all changes of one subject share it.
    pub subject: Arc<Subject>,
    /// What is done.
    pub action: Action,
    /// Why; changes with the same reasons share them.
    pub reasons: Arc<[Reason]>,
}

/// What a change does, with what it needs. Lists of attributes are sorted by name; the link and `active` are not in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Removes the account for good.
    Delete,
    /// Renames, deactivates and unlinks the account; its rights are changes of their own.
    Archive {
        /// The link that is taken, where there is one.
        link: Option<Box<AttributeWrite>>,
        /// Attributes that differ.
        attributes: Vec<AttributeWrite>,
        /// The rule that deactivates the account; none: it is inactive.
        deactivates: Option<u32>,
        /// What may keep it waiting, where it takes the place of an adoption.
        hold: Option<Hold>,
    },
    /// Bars the account's sign-in.
    Deactivate,
    /// Takes a right.
    Revoke(Arc<Right>),
    /// Takes an existing account under management.
    Adopt {
        /// The link.
        link: Box<AttributeWrite>,
        /// Attributes that differ.
        attributes: Vec<AttributeWrite>,
        /// The rule that activates the account; none: it is active.
        activates: Option<u32>,
        /// What may keep it waiting.
        hold: Option<Hold>,
    },
    /// Makes an account, active.
    Create {
        /// The link.
        link: Box<InitialValue>,
        /// Everything else that it is made with.
        attributes: Vec<InitialValue>,
    },
    /// Allows the account's sign-in again.
    Reactivate {
        /// The link, where it differs.
        link: Option<Box<AttributeWrite>>,
        /// Attributes that differ.
        attributes: Vec<AttributeWrite>,
        /// The rule that activates it.
        activates: u32,
    },
    /// Writes what differs.
    Update {
        /// The link, where it differs.
        link: Option<Box<AttributeWrite>>,
        /// Attributes that differ.
        attributes: Vec<AttributeWrite>,
    },
    /// Gives a right.
    Grant(Arc<Right>),
}

/// An attribute that is written over what the account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeWrite {
    /// The attribute, and where the application keeps it.
    pub path: Arc<AttributePath>,
    /// What the account is expected to hold; none: empty.
    pub before: Option<Value>,
    /// What it shall hold; none: empty.
    pub after: Option<Value>,
    /// The rule it comes from, by its place in [`Plan::rules`](super::Plan::rules).
    pub rule: u32,
}

/// A value that an account is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialValue {
    /// The attribute, and where the application keeps it.
    pub path: Arc<AttributePath>,
    /// The value.
    pub value: Value,
    /// The rule it comes from, by its place in [`Plan::rules`](super::Plan::rules).
    pub rule: u32,
}

/// One attribute before and after, as plans show it: the link and `active` too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeChange<'c> {
    /// Its short name.
    pub attribute: &'c str,
    /// Where the application keeps it; none for `active`, which has a call of its own.
    pub path: Option<&'c AttributePath>,
    /// What the account is expected to hold; none: empty.
    pub before: Option<&'c Value>,
    /// What it shall hold; none: empty.
    pub after: Option<&'c Value>,
    /// The rule it comes from, by its place in [`Plan::rules`](super::Plan::rules).
    pub rule: u32,
}

/// A rule, and what made it fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// Place in [`Plan::rules`](super::Plan::rules).
    pub rule: u32,
    /// What made it fit, in words: a group, a state.
    pub because: String,
}

/// Why an adoption may wait for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Hold {
    /// `adoption: hold`.
    Adoption,
    /// The account holds a privileged right.
    Privileged,
}

impl Hold {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Adoption, Self::Privileged];

    /// The word that plans use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Adoption => "adoption",
            Self::Privileged => "privileged",
        }
    }
}

impl Action {
    /// What is done, in one word.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Delete => Operation::Delete,
            Self::Archive { .. } => Operation::Archive,
            Self::Deactivate => Operation::Deactivate,
            Self::Revoke(_) => Operation::Revoke,
            Self::Adopt { .. } => Operation::Adopt,
            Self::Create { .. } => Operation::Create,
            Self::Reactivate { .. } => Operation::Reactivate,
            Self::Update { .. } => Operation::Update,
            Self::Grant(_) => Operation::Grant,
        }
    }
}

impl Change {
    /// What is done, in one word.
    pub fn operation(&self) -> Operation {
        self.action.operation()
    }

    /// The right that is given or taken.
    pub fn right(&self) -> Option<&Right> {
        match &self.action {
            Action::Grant(right) | Action::Revoke(right) => Some(right),
            Action::Delete
            | Action::Archive { .. }
            | Action::Deactivate
            | Action::Adopt { .. }
            | Action::Create { .. }
            | Action::Reactivate { .. }
            | Action::Update { .. } => None,
        }
    }

    /// What may keep it waiting for a person.
    pub fn hold(&self) -> Option<Hold> {
        match self.action {
            Action::Adopt { hold, .. } | Action::Archive { hold, .. } => hold,
            Action::Delete
            | Action::Deactivate
            | Action::Revoke(_)
            | Action::Create { .. }
            | Action::Reactivate { .. }
            | Action::Update { .. }
            | Action::Grant(_) => None,
        }
    }

    /// What it writes, sorted by name: attributes, the link, `active`. Of a create all that the account is made with.
    pub fn attribute_changes(&self) -> Vec<AttributeChange<'_>> {
        let mut changes: Vec<AttributeChange<'_>> = match &self.action {
            Action::Delete | Action::Deactivate | Action::Revoke(_) | Action::Grant(_) => Vec::new(),
            Action::Create { link, attributes } => {
                std::iter::once(&**link).chain(attributes).map(InitialValue::shown).collect()
            }
            Action::Adopt { link, attributes, activates, .. } => {
                written(Some(link), attributes, activates.map(|rule| active(true, rule)))
            }
            Action::Archive { link, attributes, deactivates, .. } => {
                written(link.as_deref(), attributes, deactivates.map(|rule| active(false, rule)))
            }
            Action::Reactivate { link, attributes, activates } => {
                written(link.as_deref(), attributes, Some(active(true, *activates)))
            }
            Action::Update { link, attributes } => written(link.as_deref(), attributes, None),
        };
        changes.sort_by_key(|change| change.attribute);
        changes
    }

    /// What becomes of one attribute.
    pub fn attribute_change(&self, name: &str) -> Option<AttributeChange<'_>> {
        self.attribute_changes().into_iter().find(|change| change.attribute == name)
    }

    /// Whether the account may sign in afterwards, where that is changed together with attributes.
    pub fn sets_active(&self) -> Option<bool> {
        match self.action {
            Action::Archive { deactivates, .. } => deactivates.map(|_| false),
            Action::Adopt { activates, .. } => activates.map(|_| true),
            Action::Reactivate { .. } => Some(true),
            Action::Delete
            | Action::Deactivate
            | Action::Revoke(_)
            | Action::Create { .. }
            | Action::Update { .. }
            | Action::Grant(_) => None,
        }
    }

    /// The same change; of an update only with the attributes whose names are kept.
    #[must_use]
    pub fn with_attributes(&self, keeps: impl Fn(&str) -> bool) -> Self {
        let mut change = self.clone();
        if let Action::Update { link, attributes } = &mut change.action {
            link.take_if(|link| !keeps(&link.path.name));
            attributes.retain(|attribute| keeps(&attribute.path.name));
        }
        change
    }

    /// The same change with every value of an attribute replaced, its reasons and its subject too: for those who may
    /// not see them. Whether an account is active is said by the operation already.
    #[must_use]
    pub fn masked(&self, subject: Subject, value: &Value, because: &str) -> Self {
        let mut change = Self {
            subject: Arc::new(subject),
            action: self.action.clone(),
            reasons: self
                .reasons
                .iter()
                .map(|reason| Reason { rule: reason.rule, because: because.to_owned() })
                .collect(),
        };
        let hide = |write: &mut AttributeWrite| {
            for side in [&mut write.before, &mut write.after] {
                *side = side.take().map(|_| value.clone());
            }
        };
        match &mut change.action {
            Action::Delete | Action::Deactivate | Action::Revoke(_) | Action::Grant(_) => {}
            Action::Create { link, attributes } => {
                std::iter::once(&mut **link).chain(attributes).for_each(|it| it.value = value.clone());
            }
            Action::Adopt { link, attributes, activates: _, hold: _ } => {
                std::iter::once(&mut **link).chain(attributes).for_each(hide);
            }
            Action::Archive { link, attributes, deactivates: _, hold: _ }
            | Action::Reactivate { link, attributes, activates: _ }
            | Action::Update { link, attributes } => {
                link.as_deref_mut().into_iter().chain(attributes).for_each(hide)
            }
        }
        change
    }
}

impl AttributeWrite {
    fn shown(&self) -> AttributeChange<'_> {
        AttributeChange {
            attribute: &self.path.name,
            path: Some(&self.path),
            before: self.before.as_ref(),
            after: self.after.as_ref(),
            rule: self.rule,
        }
    }
}

impl InitialValue {
    fn shown(&self) -> AttributeChange<'_> {
        AttributeChange {
            attribute: &self.path.name,
            path: Some(&self.path),
            before: None,
            after: Some(&self.value),
            rule: self.rule,
        }
    }
}

fn written<'c>(
    link: Option<&'c AttributeWrite>,
    attributes: &'c [AttributeWrite],
    active: Option<AttributeChange<'c>>,
) -> Vec<AttributeChange<'c>> {
    link.into_iter().chain(attributes).map(AttributeWrite::shown).chain(active).collect()
}

/// An inactive account that is activated, or an active one that is deactivated.
fn active(after: bool, rule: u32) -> AttributeChange<'static> {
    const TRUE: &Value = &Value::Boolean(true);
    const FALSE: &Value = &Value::Boolean(false);
    let (before, after) = if after { (FALSE, TRUE) } else { (TRUE, FALSE) };
    AttributeChange { attribute: "active", path: None, before: Some(before), after: Some(after), rule }
}
