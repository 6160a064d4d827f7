//! Rules across documents, and rules that a schema can't express: one rule a file. File, code, case folder and heading
//! in the reference have the same name.
//!
//! Takes the documents that are well formed, gives findings. Does not check names inside conditions, values and grants:
//! the compiler resolves those and reports errors there. Never reads a directory's data.

mod address;
mod archived_name;
mod branch;
mod capture_values;
mod change_window;
mod connector;
mod connector_calls;
mod connector_use;
mod context;
mod credential;
mod declared_attribute;
mod default_authority;
mod duplicate_document;
mod duplicate_id;
mod entra;
mod expires;
mod grant_scope;
mod group_prefix;
mod invisible_text;
mod keep_at_least;
mod key_collision;
mod large_condition;
mod ldap;
mod ledger_link;
mod limits;
mod long_text;
mod mail;
mod mapped_by_type;
mod missing_document;
mod overrides;
mod path;
mod policy_as_data;
mod postgres;
mod privileged_capture;
mod privileged_value;
mod protection_grants;
mod schedule;
mod selector;
mod similar_values;
mod stray_data;
mod tied_order;
mod time_zone;
mod unknown_application;
mod unknown_connector;
mod unknown_directory;
mod unknown_profile;
mod until;
mod unused_profile;
mod url;
mod wire;

use super::read::Read;
use crate::model::{Date, Finding, SourceSet};
use context::Context;

type Rule = fn(&Context<'_>) -> Vec<Finding>;

/// Every rule, in any order: findings are sorted by place.
const RULES: &[Rule] = &[
    address::check,
    archived_name::check,
    branch::check,
    capture_values::check,
    change_window::check,
    connector::check,
    connector_calls::check,
    connector_use::check,
    credential::check,
    declared_attribute::check,
    default_authority::check,
    duplicate_document::check,
    duplicate_id::check,
    entra::check,
    expires::check,
    grant_scope::check,
    group_prefix::check,
    invisible_text::check,
    keep_at_least::check,
    key_collision::check,
    large_condition::check,
    ldap::check,
    ledger_link::check,
    limits::check,
    long_text::check,
    mail::check,
    mapped_by_type::check,
    missing_document::check,
    overrides::check,
    path::check,
    policy_as_data::check,
    postgres::check,
    privileged_capture::check,
    privileged_value::check,
    protection_grants::check,
    schedule::check,
    selector::check,
    similar_values::check,
    stray_data::check,
    time_zone::check,
    tied_order::check,
    unknown_application::check,
    unknown_connector::check,
    unknown_directory::check,
    unknown_profile::check,
    until::check,
    unused_profile::check,
    url::check,
    wire::check,
];

/// Runs every rule; `as_of` is the day that dates are compared with.
pub(super) fn check(sources: &SourceSet, read: &Read, as_of: Date) -> Vec<Finding> {
    let context = Context { sources, read, documents: &read.documents, as_of };
    RULES.iter().flat_map(|rule| rule(&context)).collect()
}
