//! Decodes one JSON object to one record in one pass; properties that policies do not need are skipped.

use super::field::{BorrowedText, FieldSeed};
use crate::model::{AttributeType, Field};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::de::Read;
use std::borrow::Cow;
use std::fmt;

/// JSON that is not the expected object; says what was expected and at which column.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// A user: the immutable id, and a value for each requested attribute, in that order.
#[derive(Debug, PartialEq, Eq)]
pub struct UserRecord<'a> {
    /// Immutable object id.
    pub id: Cow<'a, str>,
    /// Values.
    pub fields: Vec<Field<'a>>,
}

/// A group, with the property names of Graph's `group` resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupRecord<'a> {
    /// Immutable object id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Display name.
    #[serde(borrow)]
    pub display_name: Cow<'a, str>,
    /// When it was created, RFC 3339.
    #[serde(borrow, default)]
    pub created_date_time: Option<Cow<'a, str>>,
    /// The distinguished name, in files saved from a directory that has them; Graph has none.
    #[serde(borrow, default)]
    pub distinguished_name: Option<Cow<'a, str>>,
}

/// One membership.
#[derive(Debug)]
pub struct MemberRecord<'a> {
    /// The group's id.
    pub group_id: Cow<'a, str>,
    /// The id of a user or a nested group.
    pub member_id: Cow<'a, str>,
}

/// Reads a group.
///
/// # Errors
/// When the bytes are not a JSON object with `id` and `displayName`.
pub fn decode_group(json: &[u8]) -> Result<GroupRecord<'_>, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a membership.
///
/// # Errors
/// When the bytes are not a JSON object with `groupId` and `memberId`.
pub fn decode_member(json: &[u8]) -> Result<MemberRecord<'_>, DecodeError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Member<'a> {
        #[serde(borrow)]
        group_id: BorrowedText<'a>,
        #[serde(borrow)]
        member_id: BorrowedText<'a>,
    }
    if let Some(member) = plain_member(json) {
        return Ok(member);
    }
    let member: Member<'_> = serde_json::from_slice(json)?;
    Ok(MemberRecord { group_id: member.group_id.0, member_id: member.member_id.0 })
}

/// A membership in the form that programs write, since a tenant has millions; `None` for any other form.
fn plain_member(json: &[u8]) -> Option<MemberRecord<'_>> {
    let (group_id, rest) = plain_text(json.strip_prefix(br#"{"groupId":"#)?)?;
    let (member_id, rest) = plain_text(rest.strip_prefix(br#","memberId":"#)?)?;
    let ends = matches!(rest, b"}" | b"}\r");
    ends.then_some(MemberRecord { group_id: group_id.into(), member_id: member_id.into() })
}

/// An ASCII text without escapes, and the rest behind it.
fn plain_text(json: &[u8]) -> Option<(&str, &[u8])> {
    let json = json.strip_prefix(b"\"")?;
    let (text, rest) = json.split_at(memchr::memchr(b'"', json)?);
    let is_plain = |plain, byte: &u8| plain & matches!(byte, b' '..=b'~') & (*byte != b'\\');
    let text = std::str::from_utf8(text).ok().filter(|text| text.as_bytes().iter().fold(true, is_plain))?;
    Some((text, &rest[1..]))
}

/// Decodes users with a set of requested attributes.
#[derive(Debug)]
pub struct UserDecoder {
    properties: Vec<Property>,
    width: usize,
}

/// A property of the user object, or an object that holds such properties.
#[derive(Debug)]
struct Property {
    name: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Slot(usize, AttributeType),
    Object(Vec<Property>),
}

impl UserDecoder {
    /// A decoder for attributes, by their paths in the object (`onPremisesExtensionAttributes.extensionAttribute1`).
    pub fn new<'p>(attributes: impl IntoIterator<Item = (&'p str, AttributeType)>) -> Self {
        let mut properties = Vec::new();
        let mut width = 0;
        for (path, kind) in attributes {
            insert_at_path(&mut properties, path, Content::Slot(width, kind));
            width += 1;
        }
        Self { properties, width }
    }

    /// Reads a user.
    ///
    /// # Errors
    /// When the bytes are not a JSON object with a text `id`, or a requested attribute has another type.
    pub fn decode<'a>(&self, json: &'a [u8]) -> Result<UserRecord<'a>, DecodeError> {
        // Checks UTF-8 once for the whole text, not for each value.
        let record = match std::str::from_utf8(json) {
            Ok(text) => self.read(serde_json::Deserializer::from_str(text))?,
            Err(_) => self.read(serde_json::Deserializer::from_slice(json))?,
        };
        if record.id.is_empty() {
            return Err(serde_json::Error::missing_field("id").into());
        }
        Ok(record)
    }

    fn read<'a, R: Read<'a>>(
        &self,
        mut source: serde_json::Deserializer<R>,
    ) -> Result<UserRecord<'a>, serde_json::Error> {
        let mut record = UserRecord { id: Cow::Borrowed(""), fields: vec![Field::Empty; self.width] };
        let visitor = ObjectVisitor { properties: &self.properties, record: &mut record, root: true };
        source.deserialize_map(visitor)?;
        source.end()?;
        Ok(record)
    }
}

fn insert_at_path(properties: &mut Vec<Property>, path: &str, content: Content) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(rest) = rest else {
        properties.push(Property { name: name.to_owned(), content });
        return;
    };
    let at = properties.iter().position(|property| property.name == name).unwrap_or_else(|| {
        properties.push(Property { name: name.to_owned(), content: Content::Object(Vec::new()) });
        properties.len() - 1
    });
    if let Content::Object(inner) = &mut properties[at].content {
        insert_at_path(inner, rest, content);
    }
}

struct ObjectVisitor<'p, 'r, 'de> {
    properties: &'p [Property],
    record: &'r mut UserRecord<'de>,
    root: bool,
}

impl<'de> Visitor<'de> for ObjectVisitor<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.root { Err(E::invalid_type(serde::de::Unexpected::Unit, &self)) } else { Ok(()) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) =
            entries.next_key_seed(KeySeed { properties: self.properties, root: self.root })?
        {
            match key {
                Key::Id => self.record.id = entries.next_value::<BorrowedText<'de>>()?.0,
                Key::Other => drop(entries.next_value::<IgnoredAny>()?),
                Key::Property(at) => match &self.properties[at].content {
                    Content::Slot(slot, kind) => {
                        self.record.fields[*slot] = entries.next_value_seed(FieldSeed(*kind))?
                    }
                    Content::Object(inner) => {
                        entries.next_value_seed(InnerSeed { properties: inner, record: self.record })?
                    }
                },
            }
        }
        Ok(())
    }
}

struct InnerSeed<'p, 'r, 'de> {
    properties: &'p [Property],
    record: &'r mut UserRecord<'de>,
}

impl<'de> DeserializeSeed<'de> for InnerSeed<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(ObjectVisitor {
            properties: self.properties,
            record: self.record,
            root: false,
        })
    }
}

enum Key {
    Id,
    Property(usize),
    Other,
}

struct KeySeed<'p> {
    properties: &'p [Property],
    root: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if self.root && name == "id" {
            return Ok(Key::Id);
        }
        Ok(self
            .properties
            .iter()
            .position(|property| property.name == name)
            .map_or(Key::Other, Key::Property))
    }
}
