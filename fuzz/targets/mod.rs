//! What is fuzzed: one function a target, over hostile bytes. Each panics when something that must hold does not. They
//! are called by libFuzzer (`fuzz/fuzz_targets`) and, with the kept inputs, by the tests (`tests/it/fuzz_corpora.rs`).

pub mod editor;
pub mod escapes;
pub mod filters;
pub mod findings;
pub mod forges;
pub mod graph;
pub mod ldap;
pub mod ledger;
pub mod names;
pub mod owners;
pub mod paths;
pub mod people;
pub mod policies;
pub mod rest;
pub mod saved;
pub mod scim;
pub mod start;
mod support;
pub mod values;
pub mod yaml;

/// A target's name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: &[Target] = &[
    ("editor", editor::target),
    ("escapes", escapes::target),
    ("filters", filters::target),
    ("findings", findings::target),
    ("forges", forges::target),
    ("graph", graph::target),
    ("ldap", ldap::target),
    ("ledger", ledger::target),
    ("names", names::target),
    ("owners", owners::target),
    ("paths", paths::target),
    ("people", people::target),
    ("policies", policies::target),
    ("rest", rest::target),
    ("saved", saved::target),
    ("scim", scim::target),
    ("start", start::target),
    ("values", values::target),
    ("yaml", yaml::target),
];
