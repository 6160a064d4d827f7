//! Users who are asked for, as a filter.

use super::attribute_names::{Flavour, ldap_names};
use super::filter::Filter;
use super::identifier::{ENTRY_UUID, OBJECT_GUID, guid_bytes, uuid_text};
use crate::model::{SoughtValue, UserSearch};

/// A filter for users who are asked for; none where there can be nobody. The attributes are those that are read, each
/// with the name that policies use and that of the directory's document: of others nobody has a value.
pub fn sought<'n>(
    asked: &UserSearch,
    attributes: impl Iterator<Item = (&'n str, &'n str)> + Clone,
    flavour: Flavour,
) -> Option<Filter> {
    let ids = asked.ids.iter().filter_map(|id| match flavour {
        Flavour::ActiveDirectory => guid_bytes(id).map(|bytes| Filter::equals(OBJECT_GUID, bytes)),
        Flavour::Standard => uuid_text(id.as_bytes()).map(|text| Filter::equals(ENTRY_UUID, text)),
    });
    let values = asked.values.iter().filter(|value| !value.text.is_empty()).flat_map(|value| {
        let read = attributes.clone().filter(|(name, _)| *name == value.attribute);
        let names = read.flat_map(|(name, source)| ldap_names(name, source, flavour));
        names.flat_map(|name| has(name, value)).collect::<Vec<_>>()
    });
    let all: Vec<Filter> = ids.chain(values).collect();
    (!all.is_empty()).then_some(Filter::Any(all))
}

fn has(name: &str, value: &SoughtValue) -> Vec<Filter> {
    let mut filters = vec![Filter::equals(name, &value.text)];
    if value.any_domain {
        filters.push(Filter::begins(name, format!("{}@", value.text)));
    }
    filters
}
