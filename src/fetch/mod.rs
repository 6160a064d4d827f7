//! The room `fetch`.

pub mod http;
