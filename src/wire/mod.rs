//! The room `wire`.

pub mod scim;
