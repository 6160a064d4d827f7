//! All tests of Rolewright, one binary.

mod people;
mod policy;
mod policy_compile;
mod policy_digest;
mod rooms;
mod schemas;
mod scim;
mod sqlite;
mod sqlite_crash;
mod sqlite_damage;
