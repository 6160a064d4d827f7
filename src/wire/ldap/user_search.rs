//! A filter for specific users.

use super::attribute_names::{Flavour, ldap_names};
use super::filter::Filter;
use super::identifier::{ENTRY_UUID, OBJECT_GUID, guid_bytes, uuid_text};
use crate::model::{SearchValue, UserSearch};

/// A filter for specific users; `None` if nobody can match. `attributes` are those that are read, each with the name
/// that policies use and the name in the directory's document; no user has a value of any other.
pub fn user_filter<'n>(
    search: &UserSearch,
    attributes: impl Iterator<Item = (&'n str, &'n str)> + Clone,
    flavour: Flavour,
) -> Option<Filter> {
    let ids = search.ids.iter().filter_map(|id| match flavour {
        Flavour::ActiveDirectory => guid_bytes(id).map(|bytes| Filter::equals(OBJECT_GUID, bytes)),
        Flavour::Standard => uuid_text(id.as_bytes()).map(|text| Filter::equals(ENTRY_UUID, text)),
    });
    let values = search.values.iter().filter(|value| !value.text.is_empty()).flat_map(|value| {
        let read = attributes.clone().filter(|(name, _)| *name == value.attribute);
        let names = read.flat_map(|(name, source)| ldap_names(name, source, flavour));
        names.flat_map(|name| value_filters(name, value)).collect::<Vec<_>>()
    });
    let all: Vec<Filter> = ids.chain(values).collect();
    (!all.is_empty()).then_some(Filter::Any(all))
}

fn value_filters(name: &str, value: &SearchValue) -> Vec<Filter> {
    let mut filters = vec![Filter::equals(name, &value.text)];
    if value.any_domain {
        filters.push(Filter::begins(name, format!("{}@", value.text)));
    }
    filters
}
