//! All tests of Rolewright, one binary.

mod git;
mod ledger;
mod people;
mod policy;
mod policy_compile;
mod policy_digest;
mod repository;
mod schemas;
mod scim;
mod sqlite;
mod sqlite_crash;
mod sqlite_damage;
