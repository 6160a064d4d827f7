//! The room `apply`.

pub mod scim;
