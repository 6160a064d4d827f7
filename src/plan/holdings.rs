//! Which managed rights each account holds, and which rights the application knows.

use crate::desired::{Catalogue, DataProblem, Fit, RightId, RightsByRow, fit};
use crate::model::{EntitlementWire, Right};
use crate::policy::{ApplicationPolicy, EntitlementIndex, EntitlementType};
use crate::snapshot::ApplicationSnapshot;
use std::collections::BTreeSet;

/// What accounts hold.
#[derive(Debug)]
pub(super) struct Holdings {
    /// Managed rights by account.
    pub(super) rights: RightsByRow,
    /// Rights that the application lacks and does not create, although policies grant them.
    pub(super) lacking: BTreeSet<RightId>,
    /// Data errors: a group that fits two types.
    pub(super) errors: Vec<DataProblem>,
    /// Data findings: a granted right that the application lacks.
    pub(super) findings: Vec<DataProblem>,
}

/// Works out from the application's data which rights accounts hold; adds unknown rights to the catalogue.
pub(super) fn holdings(
    policy: &ApplicationPolicy,
    application: &ApplicationSnapshot,
    catalogue: &mut Catalogue,
) -> Holdings {
    let wanted = catalogue.len();
    let mut errors = Vec::new();
    let groups: Vec<(u32, RightId)> = group_rights(policy, application, catalogue, &mut errors);
    let rows: Vec<(u32, RightId)> = row_rights(policy, application, catalogue);
    let values: Vec<(u32, RightId)> = value_rights(policy, application, catalogue);
    let known: BTreeSet<RightId> =
        groups.iter().map(|(_, right)| *right).chain(known_rows(policy, application, catalogue)).collect();
    let lacking: BTreeSet<RightId> = (0..wanted as u32)
        .map(RightId)
        .filter(|right| {
            lacks(&policy.entitlements[catalogue.entitlement(*right).0 as usize], known.contains(right))
        })
        .collect();
    let findings = lacking.iter().map(|right| lacking_finding(policy, catalogue, *right)).collect();
    let rights = RightsByRow::collect(application.accounts.len() as u32, || {
        let members = groups.iter().flat_map(|(group, right)| {
            application.groups.members(*group).iter().map(move |account| (*account, *right))
        });
        members.chain(rows.iter().copied()).chain(values.iter().copied())
    });
    Holdings { rights, lacking, errors, findings }
}

fn lacks(kind: &EntitlementType, known: bool) -> bool {
    let closed_wire = matches!(kind.wire, EntitlementWire::Group { .. } | EntitlementWire::Row);
    closed_wire && !kind.create_missing && !known
}

fn lacking_finding(policy: &ApplicationPolicy, catalogue: &Catalogue, right: RightId) -> DataProblem {
    let origin = policy
        .rules
        .iter()
        .find(|rule| rule.grants.iter().any(|grant| grant.entitlement == catalogue.entitlement(right)))
        .map_or(&policy.lifecycle.origin, |rule| &rule.origin);
    let message = format!(
        "`{}` is granted, but the application has no such right: nobody gets it",
        catalogue.right(right)
    );
    DataProblem::new("data/missing-right", origin, message)
}

/// Groups of the application that stand for a right.
fn group_rights(
    policy: &ApplicationPolicy,
    application: &ApplicationSnapshot,
    catalogue: &mut Catalogue,
    errors: &mut Vec<DataProblem>,
) -> Vec<(u32, RightId)> {
    let mut found = Vec::new();
    for group in 0..application.groups.len() as u32 {
        let name = &application.groups.names[group as usize];
        let fitting: Vec<(Right, EntitlementIndex)> = kinds(policy)
            .filter(|(_, kind)| matches!(kind.wire, EntitlementWire::Group { .. }))
            .filter_map(|(index, kind)| read_back(policy, kind, name).map(|right| (right, index)))
            .collect();
        if let [(one, _), (other, _), ..] = fitting.as_slice() {
            let message =
                format!("the application's group `{name}` fits two entitlements, `{one}` and `{other}`");
            errors.push(DataProblem::new("data/ambiguous-entitlement", &policy.lifecycle.origin, message));
        }
        found.extend(
            fitting.into_iter().take(1).map(|(right, index)| (group, catalogue.number(right, index))),
        );
    }
    found
}

/// Rights kept as rows.
fn row_rights(
    policy: &ApplicationPolicy,
    application: &ApplicationSnapshot,
    catalogue: &mut Catalogue,
) -> Vec<(u32, RightId)> {
    let rows = application.grants.iter();
    rows.filter_map(|row| {
        managed_row(policy, &row.right).map(|index| (row.account, catalogue.number(row.right.clone(), index)))
    })
    .collect()
}

fn known_rows(
    policy: &ApplicationPolicy,
    application: &ApplicationSnapshot,
    catalogue: &mut Catalogue,
) -> Vec<RightId> {
    let rights = application.known_rights.iter();
    rights
        .filter_map(|right| managed_row(policy, right).map(|index| catalogue.number(right.clone(), index)))
        .collect()
}

fn managed_row(policy: &ApplicationPolicy, right: &Right) -> Option<EntitlementIndex> {
    kinds(policy)
        .find(|(_, kind)| kind.wire == EntitlementWire::Row && kind.name == right.entitlement)
        .filter(|(_, kind)| kind.values.as_ref().is_none_or(|values| values.contains(&right.value)))
        .map(|(index, _)| index)
}

/// Rights kept as the values of an attribute.
fn value_rights(
    policy: &ApplicationPolicy,
    application: &ApplicationSnapshot,
    catalogue: &mut Catalogue,
) -> Vec<(u32, RightId)> {
    let mut found = Vec::new();
    for (index, kind) in kinds(policy) {
        let (EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. }) =
            &kind.wire
        else {
            continue;
        };
        let Some(column) = application.accounts.column(attribute) else { continue };
        for account in 0..application.accounts.len() as u32 {
            let texts =
                column.get(account).into_iter().flat_map(|text| text.split(crate::snapshot::LIST_SEPARATOR));
            let rights = texts.filter_map(|text| read_back(policy, kind, text));
            found.extend(rights.map(|right| (account, catalogue.number(right, index))));
        }
    }
    found
}

/// The right that a text stands for: the entitlement's template, matched against it.
fn read_back(policy: &ApplicationPolicy, kind: &EntitlementType, text: &str) -> Option<Right> {
    let Fit::One(mut captures) = fit(kind.pattern.as_ref()?, text) else { return None };
    // A template may leave out what has only one value.
    let only = |values: Option<&Vec<String>>| {
        values.filter(|values| values.len() == 1).map(|values| values[0].clone())
    };
    let value = captures.remove(&kind.name).or_else(|| only(kind.values.as_ref()))?;
    let scope = match kind.scope.map(|scope| &policy.scopes[scope as usize]) {
        None => None,
        Some(scope) => Some(captures.remove(&scope.name).or_else(|| only(Some(&scope.values)))?),
    };
    Some(Right { entitlement: kind.name.clone(), value, scope })
}

fn kinds(policy: &ApplicationPolicy) -> impl Iterator<Item = (EntitlementIndex, &EntitlementType)> {
    policy.entitlements.iter().enumerate().map(|(index, kind)| (EntitlementIndex(index as u16), kind))
}
