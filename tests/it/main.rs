//! All tests of Rolewright, one binary.

mod people;
mod plan;
mod plan_dstny;
mod plan_faces;
mod plan_properties;
mod schemas;
mod scim;
mod sqlite;
mod sqlite_crash;
mod sqlite_damage;
mod world;
