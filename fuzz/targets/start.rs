//! Start states: each right is known, each group listed, and the same state written anew is read again.

use super::support::{as_yaml, check_problems, text};
use rolewright::model::Right;
use rolewright::wire::start::{EntitlementName, StartAccount, StartState, Vocabulary, parse};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Reads a start state.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let sites = vec!["Oslo".to_owned(), "Rome".to_owned()];
    let vocabulary = Vocabulary {
        attributes: ["userName", "email", "searchable"].map(str::to_owned).to_vec(),
        entitlements: vec![
            EntitlementName { name: "role".to_owned(), scope: None },
            EntitlementName { name: "key".to_owned(), scope: Some(("site".to_owned(), sites)) },
        ],
    };
    match parse("start.yaml", text, &vocabulary) {
        Ok(state) => {
            check(&state);
            let again = as_yaml(&written(&state));
            match parse("again.yaml", &again, &vocabulary) {
                Ok(again) => assert_eq!(again, state),
                Err(problems) => panic!("what was read cannot be written: {problems:?}"),
            }
        }
        Err(problems) => check_problems(&problems, text),
    }
}

fn check(state: &StartState) {
    assert!(state.known.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(state.groups.windows(2).all(|pair| pair[0] < pair[1]));
    let ids: BTreeSet<&String> = state.accounts.iter().map(|account| &account.id).collect();
    assert_eq!(ids.len(), state.accounts.len(), "an id stands twice");
    for account in &state.accounts {
        assert!(!account.id.is_empty());
        assert!(account.grants.iter().all(|right| state.known.contains(right)));
        assert!(account.groups.iter().all(|group| state.groups.contains(group)));
    }
}

/// With the rights that no account holds listed. A type that is listed must be listed with all its scopes.
fn written(state: &StartState) -> Value {
    let mut entitlements = Map::new();
    let held: BTreeSet<&Right> = state.accounts.iter().flat_map(|account| &account.grants).collect();
    for name in ["role", "key"] {
        let known: Vec<&Right> = state.known.iter().filter(|right| right.entitlement == name).collect();
        if known.iter().any(|right| !held.contains(*right)) {
            let values: BTreeSet<&str> = known.iter().map(|right| right.value.as_str()).collect();
            entitlements.insert(name.to_owned(), values.into_iter().collect::<Vec<_>>().into());
        }
    }
    let accounts: Vec<Value> = state.accounts.iter().map(written_account).collect();
    json!({ "groups": state.groups, "entitlements": entitlements, "accounts": accounts })
}

fn written_account(account: &StartAccount) -> Value {
    let grant = |right: &Right| match &right.scope {
        None => json!({ right.entitlement.clone(): right.value }),
        Some(scope) => json!({ right.entitlement.clone(): right.value, "site": scope }),
    };
    json!({
        "id": account.id,
        "link": account.link,
        "active": account.active,
        "attributes": account.attributes,
        "groups": account.groups,
        "grants": account.grants.iter().map(grant).collect::<Vec<_>>(),
    })
}
