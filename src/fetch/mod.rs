//! The room `fetch`.

pub mod http;
pub mod scim;
