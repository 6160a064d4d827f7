//! Random pairs of policies: those that are settled, and those of the tip, which somebody changed after them.

use crate::second_evaluator::compare::accepted;
use crate::second_evaluator::mutation::Mutation;
use crate::second_evaluator::random::Dice;
use crate::second_evaluator::shipped::{Base, bases};
use rolewright::model::Digest;
use rolewright::policy::{ApplicationPolicy, PolicySet};
use serde_json::{Map, Value, json};

/// One version of the policies.
#[derive(Clone)]
pub(super) struct Version {
    pub(super) documents: Vec<Value>,
    pub(super) set: PolicySet,
    pub(super) digest: Digest,
    /// Equal for versions with the same documents.
    pub(super) number: usize,
}

/// Settled policies, a later version that a pull request showed, and the tip, which may be another one still.
pub(super) struct Pair<'b> {
    pub(super) base: &'b Base,
    pub(super) settled: Version,
    pub(super) shown: Version,
    pub(super) tip: Version,
}

/// The bases of the second evaluator, and one that a SCIM service stands behind.
pub(super) fn all_bases() -> Vec<Base> {
    let mut bases = bases();
    let mut scim = bases[bases.len() - 1].clone();
    for document in scim.documents.iter_mut().filter(|document| document["kind"] == "Application") {
        document.as_object_mut().map(|keys| keys.remove("sqlite"));
        document["scim"] =
            json!({ "url": "https://app.example/scim/v2", "credential": { "env": "ROLEWRIGHT_APP" } });
        document["attributes"]["keys"] = json!({});
        document["entitlements"]["role"]["wire"] = json!({ "group": "Role_{role}" });
        document["entitlements"]["key"]["wire"] = json!({ "values": "keys", "text": "{key} {site}" });
    }
    bases.push(scim);
    bases
}

impl Version {
    fn of(documents: Vec<Value>, number: usize) -> Self {
        Self::accepted(documents, number).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// A version, or why the program does not accept it.
    pub(super) fn accepted(documents: Vec<Value>, number: usize) -> Result<Self, String> {
        let set = accepted(&documents)?;
        let digest = set.applications[0].digest(&set).unwrap();
        Ok(Self { documents, set, digest, number })
    }

    /// The policies of its application.
    pub(super) fn policy(&self) -> &ApplicationPolicy {
        &self.set.applications[0]
    }
}

impl<'b> Pair<'b> {
    pub(super) fn random(bases: &'b [Base], number: usize) -> Self {
        let base = &bases[number % bases.len()];
        let mut dice = Dice(0x6a7e_0000 + number as u64);
        let (few, some, more) = (dice.below(4), dice.below(4), dice.below(4));
        let settled = changed(base, &base.documents, few, &mut dice);
        // Some tips are the settled policies, in which only a date may have come.
        let some = if dice.chance(15) { 0 } else { some };
        let shown = changed(base, &settled, some, &mut dice);
        let more = if some == 0 || dice.chance(50) { 0 } else { more };
        let tip = changed(base, &shown, more, &mut dice);
        let second = usize::from(shown != settled);
        let third = match () {
            () if tip == settled => 0,
            () if tip == shown => second,
            () => 2,
        };
        let (settled, shown) = (Version::of(settled, 0), Version::of(shown, second));
        Self { base, settled, shown, tip: Version::of(tip, third) }
    }
}

impl Pair<'_> {
    /// The documents in which the versions differ.
    pub(super) fn differences(&self) -> String {
        let versions = [("settled", &self.settled), ("shown", &self.shown), ("tip", &self.tip)];
        let mut lines = Vec::new();
        for (name, version) in versions {
            let others = versions.map(|(_, other)| &other.documents);
            let own = |document: &&Value| !others.iter().all(|other| other.contains(document));
            lines.extend(version.documents.iter().filter(own).map(|document| format!("{name} {document}")));
        }
        lines.join("\n")
    }
}

/// The documents with some changes that the program accepts.
fn changed(base: &Base, documents: &[Value], count: usize, dice: &mut Dice) -> Vec<Value> {
    let mut mutation = Mutation { base, documents: documents.to_vec(), dice };
    for _ in 0..count {
        let before = mutation.documents.clone();
        if mutation.dice.chance(60) {
            mutation.change()
        } else {
            loosen(&mut mutation)
        }
        if mutation.documents != before && accepted(&mutation.documents).is_err() {
            mutation.documents = before;
        }
    }
    mutation.documents
}

/// A change as somebody makes it who wants to get past the gate: no mark, no wait, another place, a date.
fn loosen(mutation: &mut Mutation<'_>) {
    // Who asks whom is changed more often than the rest.
    let choice = mutation.dice.below(12).min(9);
    let until = *mutation.dice.one(&["2026-11-20", "2026-11-21", "2026-12-01"]);
    let word = *mutation.dice.one(&["allow", "hold"]);
    let (name, other) = (attribute(mutation), attribute(mutation));
    let prefix = *mutation.dice.one(&["Admin", "Role", "Key"]);
    let keep = *mutation.dice.one(&[true, true, false]);
    for document in &mut mutation.documents {
        match (document["kind"].as_str().unwrap_or_default(), choice) {
            ("Application", 0) => {
                for (_, kind) in entitlements(document) {
                    kind.as_object_mut().map(|kind| (kind.remove("privileged"), kind.remove("keepAtLeast")));
                }
            }
            ("Application", 1) => {
                for (_, kind) in entitlements(document) {
                    if let Some(first) = kind["values"].get(0).cloned() {
                        kind["privileged"] = json!([first]);
                    }
                }
            }
            ("Application", 2) => document["link"] = json!(name),
            ("Application", 3) => document["attributes"][&name] = json!({ "path": other }),
            ("Application", 4) if document.get("scim").is_some() => {
                for (kind, declared) in entitlements(document) {
                    declared["wire"] = json!({ "group": format!("{prefix}_{{{kind}}}") });
                    if declared.get("scope").is_some() {
                        let text = format!("{prefix} {{{kind}}} {{site}}");
                        declared["wire"] = json!({ "values": "keys", "text": text });
                    }
                }
            }
            ("Application", 5) => document["enabled"] = json!(keep),
            ("Lifecycle", 6 | 9) => document["adoption"] = json!(word),
            ("Lifecycle", 7) => {
                for rule in document["protect"].as_array_mut().into_iter().flatten() {
                    rule["until"] = json!(until);
                }
            }
            ("Exclusions", 8) => {
                for rule in document["exclude"].as_array_mut().into_iter().flatten() {
                    rule["until"] = json!(until);
                }
            }
            _ => {}
        }
    }
}

fn entitlements(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    document["entitlements"].as_object_mut().into_iter().flat_map(Map::iter_mut)
}

/// An attribute of the application that some policy reads or writes.
fn attribute(mutation: &mut Mutation<'_>) -> String {
    let mapped = mutation.documents.iter().filter(|document| document["kind"] == "AttributeMapping");
    let names =
        mapped.flat_map(|document| document["attributes"].as_object().into_iter().flat_map(Map::keys));
    let mut names: Vec<String> = names.cloned().collect();
    names.extend(["note", "mobileSubscription", "hasRecords"].map(ToOwned::to_owned));
    mutation.dice.one(&names).clone()
}
