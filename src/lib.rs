//! Rolewright decides who gets which account, with which rights, in which application, from policies kept in git.
//!
//! The modules are the rooms of the house, in the order in which values flow through them. Noun rooms think: they
//! are functions from values to values. Verb rooms touch the world and decide nothing; they exist only with the
//! feature `live`. The map and its invariants are in `docs/architecture.md`.

pub mod model;

pub mod yaml;

pub mod policy;

pub mod language;

pub mod wire;

pub mod snapshot;

pub mod desired;

pub mod plan;

pub mod lint;

pub mod editor;

pub mod trial;

pub mod gate;

pub mod execution;

pub mod doctor;

pub mod render;

#[cfg(feature = "live")]
pub mod http;

#[cfg(feature = "live")]
pub mod postgres;

#[cfg(feature = "live")]
pub mod fetch;

#[cfg(feature = "live")]
pub mod apply;

#[cfg(feature = "live")]
pub mod ledger;

#[cfg(feature = "live")]
pub mod notify;

#[cfg(feature = "live")]
pub mod publish;

#[cfg(feature = "live")]
pub mod serve;

#[cfg(feature = "live")]
pub mod cmd;
