//! The SCIM connector: requests and answers, faulty services, a real server.

mod account_life;
mod calls;
mod cursors;
mod faults;
mod http;
mod lost_answers;
mod profile;
mod properties;
mod sign_in;
mod wire;

use crate::support::scim::{attribute, given, limits, maybe, read_all, request, shown, taken, text};
