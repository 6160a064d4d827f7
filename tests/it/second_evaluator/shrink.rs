//! Makes a failing case smaller while it still fails.

use super::world::World;
use serde_json::Value;

/// A case: policies and a world.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) documents: Vec<Value>,
    pub(crate) world: World,
}

/// The smallest failing case that is found by removing things one after the other.
pub(crate) fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let mut least = case.clone();
    for parts in [with_less, with_fewer_policies] {
        let mut place = 0;
        loop {
            // Things that could not be removed before are tried last.
            let smaller = parts(&least);
            let count = smaller.len();
            let found = (0..count).map(|at| (at + place) % count).find(|at| fails(&smaller[*at]));
            let Some(at) = found else { break };
            (place, least) = (at, smaller[at].clone());
        }
    }
    least
}

/// Every case with one thing less in its world.
fn with_less(case: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut world = |change: &dyn Fn(&mut World)| {
        let mut smaller = case.clone();
        change(&mut smaller.world);
        cases.push(smaller);
    };
    for at in 0..case.world.accounts.len() {
        world(&|smaller| drop(smaller.accounts.remove(at)));
        for name in case.world.accounts[at].attributes.keys() {
            world(&|smaller| drop(smaller.accounts[at].attributes.remove(name)));
        }
        for right in &case.world.accounts[at].rights {
            world(&|smaller| smaller.accounts[at].rights.retain(|held| held != right));
        }
    }
    for (at, directory) in case.world.directories.iter().enumerate() {
        for user in 0..directory.users.len() {
            world(&|smaller| drop(smaller.directories[at].users.remove(user)));
            for name in directory.users[user].attributes.keys() {
                world(&|smaller| drop(smaller.directories[at].users[user].attributes.remove(name)));
            }
        }
        for (place, group) in directory.groups.iter().enumerate() {
            world(&|smaller| drop(smaller.directories[at].groups.remove(place)));
            for member in &group.members {
                world(&|smaller| smaller.directories[at].groups[place].members.retain(|held| held != member));
            }
        }
        for (role, principals) in &directory.roles {
            for principal in principals {
                world(&|smaller| {
                    smaller.directories[at].roles.get_mut(role).map(|role| role.remove(principal));
                });
            }
        }
    }
    cases
}

/// Every case with one thing less in its policies.
fn with_fewer_policies(case: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    for (at, document) in case.documents.iter().enumerate() {
        let mut pointers = Vec::new();
        parts(document, "", &mut pointers);
        for pointer in pointers.iter().filter(|pointer| !pointer.starts_with("/directories")) {
            let mut smaller = case.clone();
            if cut(&mut smaller.documents[at], pointer) {
                cases.push(smaller);
            }
        }
    }
    cases
}

/// The places of all parts of a tree, the larger ones first.
fn parts(tree: &Value, pointer: &str, found: &mut Vec<String>) {
    let mut inner = |key: &str, value: &Value| {
        let here = format!("{pointer}/{key}");
        found.push(here.clone());
        parts(value, &here, found);
    };
    match tree {
        Value::Object(keys) => keys.iter().for_each(|(key, value)| inner(key, value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, value)| inner(&at.to_string(), value));
        }
        _ => {}
    }
}

fn cut(tree: &mut Value, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return false };
    match tree.pointer_mut(parent) {
        Some(Value::Object(keys)) => keys.remove(key).is_some(),
        Some(Value::Array(elements)) => {
            key.parse().ok().filter(|at| *at < elements.len()).map(|at: usize| elements.remove(at)).is_some()
        }
        _ => false,
    }
}
