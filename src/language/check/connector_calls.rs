//! `check/connector-calls`: a lifecycle does to accounts only what the connector has calls for.

use super::context::Context;
use crate::language::document::{AccountsObject, LifecycleDocument};
use crate::language::documents::{Placed, about};
use crate::model::{Finding, Span};
use crate::policy::{AccountTypeChange, Word};

const CODE: &str = "check/connector-calls";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let Some(rest) = &application.rest else { continue };
        let mut connectors = context.documents.connectors.iter();
        let named = connectors.find(|connector| connector.name.value == rest.value.connector.value);
        let Some(connector) = named else { continue };
        for lifecycle in about(&context.documents.lifecycles, &application.name.value) {
            for (word, span) in words(lifecycle) {
                let missing = connector.accounts.iter().find_map(|kind| missing(word, &kind.value));
                findings.extend(missing.map(|call| {
                    let message = format!("`{}` needs {call}, and the connector has none", word.word());
                    Finding::error(CODE, message, lifecycle.place(span), "no call for it")
                        .help("add it to the connector, or write another word")
                }));
            }
        }
    }
    findings
}

/// What the lifecycle does to accounts, each with its place.
fn words(lifecycle: &Placed<LifecycleDocument>) -> Vec<(Word, Span)> {
    let leavers = [Some(&lifecycle.deleted), Some(&lifecycle.out_of_scope), lifecycle.unmanaged.as_ref()];
    let leavers = leavers.into_iter().flatten().map(|word| (Word::from(word.value), word.span));
    let types = lifecycle.account_type_change.iter();
    let archives = types.filter(|change| change.value == AccountTypeChange::Archive);
    let disabled = std::iter::once((lifecycle.disabled.value, lifecycle.disabled.span));
    leavers.chain(disabled).chain(archives.map(|change| (Word::Archive, change.span))).collect()
}

/// The call that a kind of record lacks.
fn missing(word: Word, kind: &AccountsObject) -> Option<&'static str> {
    let writes_active = kind.active.is_some() && kind.update.is_some();
    let bars = kind.deactivate.is_some() || writes_active;
    match word {
        Word::Delete if kind.delete.is_none() => Some("`delete`"),
        Word::Deactivate | Word::RevokeAndDeactivate | Word::Archive if !bars => {
            Some("`deactivate`, or `update` and `active`")
        }
        Word::Archive if kind.update.is_none() => Some("`update`"),
        Word::Keep
        | Word::Provision
        | Word::Revoke
        | Word::Deactivate
        | Word::RevokeAndDeactivate
        | Word::Archive
        | Word::Delete => None,
    }
}
