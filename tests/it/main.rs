//! All tests of Rolewright, one binary.

mod behaviours;
mod end_to_end;
mod findings;
mod git;
mod ledger;
mod ledger_ref;
mod people;
mod plan;
mod plan_faces;
mod plan_properties;
mod playground;
mod policy;
mod policy_compile;
mod policy_digest;
mod policy_sources;
mod repository;
mod rooms;
mod schemas;
mod scim;
mod scim_apply;
mod sqlite;
mod sqlite_crash;
mod sqlite_damage;
mod world;
mod yaml;
