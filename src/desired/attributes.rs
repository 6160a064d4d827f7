//! What an account's attributes should be: mapping, transforms, defaults, `whenEmpty` (the policy language, 9).

use super::computed::{Computed, Unusable};
use super::condition::{Binder, BoundCondition, Facts};
use super::population::Population;
use super::rights::Catalogue;
use super::value::evaluate;
use crate::model::AttributeKeeping;
use crate::policy::{
    AccountSlot, AccountTypeIndex, ApplicationPolicy, Authority, Default, MappedAttribute, Origin, WhenEmpty,
};
use crate::snapshot::TextColumn;

/// One managed account attribute, with everything that may give it a value.
#[derive(Debug)]
pub struct ManagedAttribute<'a> {
    /// The account attribute.
    pub slot: AccountSlot,
    /// The kind of account it is for; none: every kind.
    pub account_type: Option<AccountTypeIndex>,
    /// Its mapping; none: only defaults fill it.
    pub mapping: Option<&'a MappedAttribute>,
    /// When it is written. Less often than policies say where the application does not keep what is written.
    pub authority: Authority,
    /// When policies would have it written.
    pub declared: Authority,
    /// Whether no two accounts may have one value.
    pub unique: bool,
    when: Option<BoundCondition<'a>>,
    defaults: Vec<(&'a Default, Option<BoundCondition<'a>>)>,
}

/// What one attribute of one user's account should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedValue<'a> {
    /// Not managed for this user, or left as it is because the value is empty.
    Untouched,
    /// This value; [`Computed::Empty`] clears.
    Value(Computed<'a>),
}

/// A wanted value and the rule it comes from.
#[derive(Clone, Debug)]
pub struct Reasoned<'a> {
    /// The value.
    pub wanted: WantedValue<'a>,
    /// The mapping, or the default that filled it.
    pub origin: &'a Origin,
}

/// Why an attribute blocks its user.
#[derive(Clone, Debug)]
pub struct Blocking<'a> {
    /// The mapping.
    pub origin: &'a Origin,
    /// What is wrong with the data, and what to do.
    pub message: String,
}

/// The managed attributes of an application, sorted by slot.
pub(super) fn managed<'a>(binder: &mut Binder<'a, '_>) -> Vec<ManagedAttribute<'a>> {
    let policy = binder.policy;
    let mut attributes: Vec<ManagedAttribute<'a>> = Vec::new();
    for mapping in &policy.mapping {
        let when = mapping.when.as_ref().map(|when| binder.bind(when));
        attributes.push(ManagedAttribute {
            slot: mapping.attribute,
            account_type: mapping.account_type,
            mapping: Some(mapping),
            authority: mapping.authority,
            declared: mapping.authority,
            unique: mapping.unique,
            when,
            defaults: Vec::new(),
        });
    }
    for default in &policy.defaults {
        for account_type in types_of(default, policy, &attributes) {
            let when = default.when.as_ref().map(|when| binder.bind(when));
            let fits = |attribute: &&mut ManagedAttribute<'a>| {
                attribute.slot == default.attribute
                    && (attribute.account_type.is_none() || attribute.account_type == account_type)
            };
            match attributes.iter_mut().find(fits) {
                Some(attribute) => attribute.defaults.push((default, when)),
                None => attributes.push(ManagedAttribute {
                    slot: default.attribute,
                    account_type,
                    mapping: None,
                    authority: default.authority,
                    declared: default.authority,
                    unique: false,
                    when: None,
                    defaults: vec![(default, when)],
                }),
            }
        }
    }
    for attribute in &mut attributes {
        if let Some(unkept) = policy.unkept(attribute.slot) {
            attribute.authority = at_most(attribute.declared, unkept.keeps);
        }
    }
    attributes.sort_by_key(|attribute| (attribute.slot, attribute.account_type));
    attributes
}

/// When an attribute is written that the application does not keep as written.
fn at_most(authority: Authority, keeps: AttributeKeeping) -> Authority {
    match (keeps, authority) {
        (AttributeKeeping::Dropped | AttributeKeeping::ReadOnly, _) | (_, Authority::Never) => {
            Authority::Never
        }
        (
            AttributeKeeping::Immutable | AttributeKeeping::WriteOnly,
            Authority::Always | Authority::UntilSourceChanges | Authority::OnCreate,
        ) => Authority::OnCreate,
    }
}

/// The types of account that a default is for: one, or none where it is for all alike. A default for all of an attribute
/// that is managed for some types on their own is for each of them on its own too.
fn types_of(
    default: &Default,
    policy: &ApplicationPolicy,
    attributes: &[ManagedAttribute<'_>],
) -> Vec<Option<AccountTypeIndex>> {
    let managed = attributes.iter().filter(|attribute| attribute.slot == default.attribute);
    let apart = managed.into_iter().any(|attribute| attribute.account_type.is_some());
    if default.account_type.is_none() && apart {
        (0..policy.account_types.len() as u16).map(|kind| Some(AccountTypeIndex(kind))).collect()
    } else {
        vec![default.account_type]
    }
}

impl<'a> ManagedAttribute<'a> {
    /// What this attribute of a user's account should be.
    ///
    /// # Errors
    /// When the data does not allow it; the user is blocked.
    pub fn wanted(
        &self,
        population: &Population<'a>,
        catalogue: &Catalogue,
        facts: Facts<'_>,
    ) -> Result<Reasoned<'a>, Blocking<'a>> {
        let Some(user) = facts.user else { return Ok(self.untouched()) };
        if self.account_type.is_some() && self.account_type != facts.account_type {
            return Ok(self.untouched());
        }
        if !holds(self.when.as_ref(), population, catalogue, facts) {
            return Ok(self.untouched());
        }
        let value = self.mapped(population, user, facts.named)?;
        if value != Computed::Empty {
            return match (&value, self.mapping) {
                (Computed::List(texts), Some(mapping)) => Err(Blocking {
                    origin: &mapping.origin,
                    message: format!(
                        "the value is a list of {}, and the application takes one: use `first` or `join`",
                        texts.len()
                    ),
                }),
                _ => Ok(self.reasoned(WantedValue::Value(value), None)),
            };
        }
        for (default, when) in &self.defaults {
            if holds(when.as_ref(), population, catalogue, facts) {
                return Ok(self.reasoned(WantedValue::Value((&default.value).into()), Some(&default.origin)));
            }
        }
        self.empty()
    }

    /// The value before defaults, as matching uses it: one that fails is empty.
    pub fn match_value(&self, population: &Population<'a>, user: u32) -> Option<Computed<'a>> {
        self.mapped(population, user, &[]).ok().filter(|value| *value != Computed::Empty)
    }

    fn mapped(
        &self,
        population: &Population<'a>,
        user: u32,
        named: &[TextColumn],
    ) -> Result<Computed<'a>, Blocking<'a>> {
        let Some(mapping) = self.mapping else { return Ok(Computed::Empty) };
        evaluate(&mapping.value, population, user, named)
            .map_err(|Unusable(message)| Blocking { origin: &mapping.origin, message })
    }

    fn empty(&self) -> Result<Reasoned<'a>, Blocking<'a>> {
        let Some(mapping) = self.mapping else { return Ok(self.untouched()) };
        match mapping.when_empty {
            WhenEmpty::Clear => Ok(self.reasoned(WantedValue::Value(Computed::Empty), None)),
            WhenEmpty::Keep => Ok(self.untouched()),
            WhenEmpty::Block => Err(Blocking {
                origin: &mapping.origin,
                message: format!("`{}` is empty: enter it in the directory", mapping.origin.id),
            }),
        }
    }

    fn untouched(&self) -> Reasoned<'a> {
        self.reasoned(WantedValue::Untouched, None)
    }

    fn reasoned(&self, wanted: WantedValue<'a>, origin: Option<&'a Origin>) -> Reasoned<'a> {
        let own = self.mapping.map(|mapping| &mapping.origin);
        let first = self.defaults.first().map(|(default, _)| &default.origin);
        // One of the three is always there: an attribute is managed by a mapping or by a default.
        let origin = origin.or(own).or(first).unwrap_or(const { &Origin::NOWHERE });
        Reasoned { wanted, origin }
    }
}

fn holds(
    when: Option<&BoundCondition<'_>>,
    population: &Population<'_>,
    catalogue: &Catalogue,
    facts: Facts<'_>,
) -> bool {
    when.is_none_or(|when| when.holds(population, catalogue, facts))
}
