//! Maps a user's entry to the fields that policies need.

use super::account::{enabled, enabled_names};
use super::attribute_names::{ENABLED, Flavour, PLACE, ldap_names};
use super::identifier::{OBJECT_GUID, OBJECT_SID, guid_text, sid_text};
use super::message::Entry;
use super::moment::rfc3339;
use crate::model::{AttributeType, Field};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// Decodes users with a set of requested attributes.
#[derive(Clone, Debug)]
pub struct UserDecoder {
    flavour: Flavour,
    slots: Vec<Slot>,
    /// Seconds since 1970.
    now: i64,
}

/// A requested attribute and the LDAP attributes that hold it.
#[derive(Clone, Debug)]
struct Slot {
    name: String,
    sources: Vec<String>,
    kind: AttributeType,
}

impl UserDecoder {
    /// A decoder for attributes, each with the name that policies use, the name in the directory's document, and its
    /// type. `now`, in seconds since 1970, decides which accounts have expired.
    pub fn new<'n>(
        attributes: impl IntoIterator<Item = (&'n str, &'n str, AttributeType)>,
        flavour: Flavour,
        now: i64,
    ) -> Self {
        let slots = attributes.into_iter().map(|(name, source, kind)| {
            let sources = match name {
                ENABLED | PLACE => Vec::new(),
                _ => ldap_names(name, source, flavour).into_iter().map(str::to_owned).collect(),
            };
            Slot { name: name.to_owned(), sources, kind }
        });
        Self { flavour, slots: slots.collect(), now }
    }

    /// The LDAP attributes to request, sorted, without duplicates.
    pub fn ldap_attributes(&self) -> Vec<String> {
        let own = self.slots.iter().flat_map(|slot| slot.sources.iter().cloned());
        let enabled = self.slots.iter().filter(|slot| slot.name == ENABLED);
        let enabled = enabled.flat_map(|_| enabled_names(self.flavour)).map(|name| (*name).to_owned());
        let mut names: Vec<String> = own.chain(enabled).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Decodes the fields of an entry, in the order of the attributes.
    ///
    /// # Errors
    /// What cannot be decoded, for people.
    pub fn fields<'a>(&self, entry: &Entry<'a>) -> Result<Vec<Field<'a>>, String> {
        self.slots.iter().map(|slot| self.field(slot, entry)).collect()
    }

    fn field<'a>(&self, slot: &Slot, entry: &Entry<'a>) -> Result<Field<'a>, String> {
        match slot.name.as_str() {
            ENABLED => {
                let names = enabled_names(self.flavour).join("` and `");
                let known = enabled(entry, self.flavour, self.now);
                let known = known
                    .ok_or(format!("`{names}` cannot be read; grant the account permission to read them"))?;
                return Ok(known.map_or(Field::Empty, Field::Boolean));
            }
            PLACE => return Ok(Field::text(entry.name)),
            _ => {}
        }
        for source in &slot.sources {
            let values = entry.values(source);
            if let Some(field) = field(values, source, slot)? {
                return Ok(field);
            }
        }
        Ok(Field::Empty)
    }
}

/// The values as a field; `None` if all are empty.
fn field<'a>(values: &[&'a [u8]], source: &str, slot: &Slot) -> Result<Option<Field<'a>>, String> {
    let mut texts = Vec::with_capacity(values.len());
    for value in values {
        let text = text(value, source, slot).ok_or_else(|| format!("`{source}` is not text"))?;
        texts.extend(Some(text).filter(|text| !text.is_empty()));
    }
    Ok(match slot.kind {
        AttributeType::List => (!texts.is_empty()).then_some(Field::List(texts)),
        AttributeType::Text => texts.into_iter().next().map(Field::Text),
        AttributeType::Boolean => match texts.first().map(AsRef::as_ref) {
            Some("TRUE" | "true") => Some(Field::Boolean(true)),
            Some("FALSE" | "false") => Some(Field::Boolean(false)),
            Some(_) => return Err(format!("`{source}` is neither TRUE nor FALSE")),
            None => None,
        },
    })
}

/// A value as text: ids and times in the form that people and Microsoft Graph use.
fn text<'a>(value: &'a [u8], source: &str, slot: &Slot) -> Option<Cow<'a, str>> {
    match slot.name.as_str() {
        "onPremisesImmutableId" => return Some(STANDARD.encode(value).into()),
        "createdDateTime" => return rfc3339(value).map(Into::into),
        _ => {}
    }
    if source.eq_ignore_ascii_case(OBJECT_GUID) || source.eq_ignore_ascii_case("mS-DS-ConsistencyGuid") {
        return guid_text(value).map(Into::into);
    }
    if source.eq_ignore_ascii_case(OBJECT_SID) {
        return sid_text(value).map(Into::into);
    }
    std::str::from_utf8(value).ok().map(Cow::Borrowed)
}
