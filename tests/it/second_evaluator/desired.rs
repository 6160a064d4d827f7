//! Sections 6, 7 and 9: the rights of a user, the effect of constraints, and the attributes of the account.

use super::condition::Context;
use super::grant::{filled, rights, selected};
use super::policies::Policies;
use super::value::ValueContext;
use super::world::{Right, User};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a user should have.
#[derive(Debug, Default)]
pub(crate) struct Desired {
    pub(crate) grants: BTreeSet<Right>,
    pub(crate) kind: Option<String>,
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) in_scope: bool,
    pub(crate) blocked: Option<String>,
}

/// An attribute that is managed for a user.
#[derive(Clone, Debug)]
pub(crate) struct ManagedAttribute {
    pub(crate) attribute: String,
    /// None clears the attribute.
    pub(crate) value: Option<String>,
    pub(crate) authority: String,
}

/// Evaluates linking rules, constraints and scope.
pub(crate) fn desired(asked: &Context<'_>, user: &User) -> Desired {
    let policies = asked.policies;
    let mut desired = Desired::default();
    let kinds = links(asked, user, &mut desired);
    if policies.has_account_types() && desired.blocked.is_none() {
        if kinds.len() == 1 {
            desired.kind = kinds.into_iter().next();
        } else {
            desired.blocked = Some("no account type, or several".to_owned());
        }
    }
    let skipped = desired.blocked.is_none() && constraints(asked, &mut desired);
    let asked = Context { grants: Some(&desired.grants), ..*asked };
    desired.in_scope = !skipped && asked.holds(&policies.lifecycle["scope"]);
    desired
}

/// A rule that matches a user through one group.
#[derive(Clone)]
struct Fit<'p> {
    rule: &'p Value,
    /// When its group was created.
    created: Option<String>,
    rights: BTreeSet<Right>,
}

impl Fit<'_> {
    /// Whether this rule, the first by age, certainly wins against another of the same order. If one rule gives the
    /// same rights through two groups, that is no tie.
    fn beats(&self, other: &Self) -> bool {
        let same = self.rule["id"] == other.rule["id"] && self.rights == other.rights;
        let ages = self.created.as_ref().zip(other.created.as_ref());
        same || ages.is_some_and(|(own, others)| own < others)
    }
}

/// Collects the rights of the winning rules, and their account types. If no rule wins, all matching rules count, so
/// that nobody leaves the scope because of it.
fn links(asked: &Context<'_>, user: &User, desired: &mut Desired) -> BTreeSet<String> {
    let mut fits = fitting(asked, user);
    if asked.policies.first_wins {
        let lowest = fits.iter().filter_map(|fit| fit.rule["order"].as_i64()).min();
        let of_order = fits.iter().filter(|fit| fit.rule["order"].as_i64() == lowest);
        let mut first: Vec<Fit<'_>> = of_order.cloned().collect();
        first.sort_by_key(|fit| (fit.created.is_none(), fit.created.clone()));
        if first.iter().skip(1).all(|other| first[0].beats(other)) {
            fits = first.into_iter().take(1).collect();
        } else {
            desired.blocked = Some("rules of one order, and their groups' age does not part them".to_owned());
        }
    }
    for fit in &fits {
        desired.grants.extend(fit.rights.iter().cloned());
    }
    fits.iter().filter_map(|fit| fit.rule["accountType"].as_str()).map(ToOwned::to_owned).collect()
}

/// Every rule that matches a user, once for each group through which it matches.
fn fitting<'a>(asked: &Context<'a>, user: &User) -> Vec<Fit<'a>> {
    let policies = asked.policies;
    let member = (user.directory, user.id.clone());
    let mut fits = Vec::new();
    for rule in policies.rules.iter().filter(|rule| asked.holds_if_given(rule.get("when"))) {
        let Some(group) = rule.get("group") else {
            let rights = rights(policies, &rule["grant"], &BTreeMap::new());
            fits.push(Fit { rule, created: None, rights });
            continue;
        };
        for meant in asked.groups.meant(group).iter().filter(|meant| meant.members.contains(&member)) {
            let rights = rights(policies, &rule["grant"], &meant.captures);
            fits.push(Fit { rule, created: meant.created.clone(), rights });
        }
    }
    fits
}

/// Evaluates the constraints in order; true where one skips the user.
fn constraints(asked: &Context<'_>, desired: &mut Desired) -> bool {
    for constraint in &asked.policies.constraints {
        let now = Context { grants: Some(&desired.grants), ..*asked };
        if !now.holds_if_given(constraint.get("when")) {
            continue;
        }
        let selector = constraint.get("grants");
        let chosen: BTreeSet<Right> = desired
            .grants
            .iter()
            .filter(|grant| selector.is_some_and(|selector| selected(asked.policies, selector, grant)))
            .cloned()
            .collect();
        // For a test of each grant, the grants that fail it.
        let mut breaking = chosen.clone();
        let holds = if let Some(condition) = constraint.get("require") {
            now.holds(condition)
        } else if let Some(least) = constraint["atLeast"].as_u64() {
            chosen.len() as u64 >= least
        } else if let Some(most) = constraint["atMost"].as_u64() {
            chosen.len() as u64 <= most
        } else {
            breaking.retain(|breaking| !each(asked.policies, &constraint["each"], breaking, &desired.names));
            breaking.is_empty()
        };
        if holds {
            give_names(asked.policies, constraint, &chosen, &mut desired.names);
            continue;
        }
        match constraint["otherwise"].as_str() {
            Some("skip") => return true,
            Some("block") => {
                desired.blocked = constraint["id"].as_str().map(ToOwned::to_owned);
                return false;
            }
            Some("drop") => desired.grants.retain(|grant| !breaking.contains(grant)),
            _ => {}
        }
    }
    false
}

/// Whether a right has the scope values of `each`; an empty name equals nothing.
fn each(policies: &Policies, wanted: &Value, right: &Right, names: &BTreeMap<String, String>) -> bool {
    wanted.as_object().into_iter().flatten().all(|(scope, text)| {
        let text = filled(text.as_str().unwrap_or_default(), |name| names.get(name).cloned());
        policies.scope_of(&right.entitlement) == Some(&**scope) && text.is_some() && right.scope == text
    })
}

fn give_names(
    policies: &Policies,
    constraint: &Value,
    chosen: &BTreeSet<Right>,
    names: &mut BTreeMap<String, String>,
) {
    for (name, scope) in constraint["names"].as_object().into_iter().flatten() {
        let right = chosen.iter().find(|right| policies.scope_of(&right.entitlement) == scope.as_str());
        names.insert(name.clone(), right.and_then(|right| right.scope.clone()).unwrap_or_default());
    }
}

/// The account attributes of a provisioned user; an error blocks the user.
pub(crate) fn attributes(
    asked: &Context<'_>,
    user: &User,
    desired: &Desired,
) -> Result<Vec<ManagedAttribute>, String> {
    let policies = asked.policies;
    let asked = Context { grants: Some(&desired.grants), ..*asked };
    let of = ValueContext { user, names: &desired.names };
    let kind = desired.kind.as_deref();
    let mapped = policies.mapped(kind);
    let default = |attribute: &str| {
        let mut fits = policies.defaults.iter().filter(|document| {
            document["attribute"] == attribute
                && document["accountType"].as_str().is_none_or(|text| Some(text) == kind)
                && asked.holds_if_given(document.get("when"))
        });
        fits.next()
    };
    let text = |default: &Value| Some(super::world::text_of(&default["value"]));
    let mut wanted = Vec::new();
    for (attribute, value, authority) in &mapped {
        if !asked.holds_if_given(value.get("when")) {
            continue;
        }
        let given = match of.text(value)? {
            Some(given) => Some(given),
            None => default(attribute).and_then(text),
        };
        match value["whenEmpty"].as_str() {
            Some("keep") if given.is_none() => continue,
            Some("block") if given.is_none() => return Err(format!("{attribute} is empty")),
            _ => {}
        }
        let attribute = (*attribute).to_owned();
        wanted.push(ManagedAttribute { attribute, value: given, authority: (*authority).to_owned() });
    }
    let others = policies.defaults.iter().filter_map(|default| default["attribute"].as_str());
    let others: BTreeSet<&str> =
        others.filter(|name| mapped.iter().all(|(mapped, ..)| mapped != name)).collect();
    for attribute in others {
        if let Some(default) = default(attribute) {
            let authority = default["authority"].as_str().unwrap_or("onCreate").to_owned();
            wanted.push(ManagedAttribute {
                attribute: attribute.to_owned(),
                value: text(default),
                authority,
            });
        }
    }
    Ok(wanted)
}
