//! The room `desired`.
