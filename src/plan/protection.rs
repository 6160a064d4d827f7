//! What is withheld to protect accounts (the policy language, 10, `protect`).

use super::bound_protection::BoundProtection;
use super::context::Context;
use super::who::HeldAccount;
use crate::desired::RightId;
use crate::model::Operation;
use crate::policy::{ProtectedFrom, Protection};

/// The protection that withholds an operation from an account. `rights` are those that the operation would take.
///
/// `archive` and `delete` contain revoking and deactivating, so that a protection from these withholds them too.
pub(super) fn protection<'a>(
    context: &Context<'a>,
    held: HeldAccount,
    operation: Operation,
    rights: &[RightId],
) -> Option<&'a Protection> {
    let facts = context.facts(held.into());
    let withholds = |protection: &&BoundProtection<'a>| {
        let rule = protection.rule;
        rule.from.iter().any(|from| contains(operation, *from) && concerns(context, rule, *from, rights))
            && protection.when.holds(&context.desired.population, &context.catalogue, facts)
    };
    context.protections.iter().find(withholds).map(|protection| protection.rule)
}

/// Whether an operation does, or contains, what a protection is from.
fn contains(operation: Operation, from: ProtectedFrom) -> bool {
    let removes = matches!(operation, Operation::Archive | Operation::Delete);
    match from {
        ProtectedFrom::Adopt => operation == Operation::Adopt,
        ProtectedFrom::Update => matches!(operation, Operation::Update | Operation::Reactivate),
        ProtectedFrom::Revoke => operation == Operation::Revoke || removes,
        ProtectedFrom::Deactivate => operation == Operation::Deactivate || removes,
        ProtectedFrom::Archive => operation == Operation::Archive,
        ProtectedFrom::Delete => operation == Operation::Delete,
    }
}

/// Whether a protection from revoking concerns one of the rights that would be taken.
fn concerns(context: &Context<'_>, rule: &Protection, from: ProtectedFrom, rights: &[RightId]) -> bool {
    if from != ProtectedFrom::Revoke {
        return true;
    }
    match &rule.grants {
        Some(selector) => rights.iter().any(|right| context.catalogue.selected(selector, *right)),
        None => !rights.is_empty(),
    }
}
