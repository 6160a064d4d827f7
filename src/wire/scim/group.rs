//! Decodes one group from one JSON object. A group may have hundreds of thousands of members.

use super::DecodeError;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::de::Read;
use std::borrow::Cow;
use std::fmt;

/// One group as the application sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRecord<'a> {
    /// The application's own id.
    pub id: Cow<'a, str>,
    /// Its name; another group may have the same one (S44). Empty if it has none.
    pub display_name: Cow<'a, str>,
    /// Ids of the members, in the order sent: accounts, groups, and objects that no longer exist (S41).
    pub members: Vec<Cow<'a, str>>,
    /// Whether the members were sent: some services leave the attribute out of an empty group, others never send it.
    pub shows_members: bool,
}

/// Reads one group.
///
/// # Errors
/// When the text is not a JSON object, has no `id`, or holds `id`, `displayName` or `members` twice or in another form.
pub fn decode_group(json: &[u8]) -> Result<GroupRecord<'_>, DecodeError> {
    // Text that was checked as a whole is not checked again value by value.
    let group = match std::str::from_utf8(json) {
        Ok(text) => read(serde_json::Deserializer::from_str(text)),
        Err(_) => read(serde_json::Deserializer::from_slice(json)),
    };
    let group =
        group.map_err(|error| DecodeError::Shape { expected: "a group", problem: error.to_string() })?;
    if group.id.is_empty() { Err(DecodeError::NoId("a group")) } else { Ok(group) }
}

fn read<'a, R: Read<'a>>(
    mut source: serde_json::Deserializer<R>,
) -> Result<GroupRecord<'a>, serde_json::Error> {
    let group = source.deserialize_map(GroupVisitor)?;
    source.end()?;
    Ok(group)
}

struct GroupVisitor;

impl<'a> Visitor<'a> for GroupVisitor {
    type Value = GroupRecord<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `id`, `displayName` and `members`")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let (mut id, mut display_name, mut members) = (None, None, None);
        while let Some(Text(key)) = map.next_key::<Text<'a>>()? {
            let twice = || M::Error::custom(format_args!("`{key}` occurs twice"));
            if key.eq_ignore_ascii_case("id") {
                once(&mut id, map.next_value::<Text<'a>>()?.0, twice)?;
            } else if key.eq_ignore_ascii_case("displayName") {
                once(&mut display_name, map.next_value::<Text<'a>>()?.0, twice)?;
            } else if key.eq_ignore_ascii_case("members") {
                once(&mut members, map.next_value::<Members<'a>>()?.0, twice)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(GroupRecord {
            id: id.unwrap_or_default(),
            display_name: display_name.unwrap_or_default(),
            shows_members: members.is_some(),
            members: members.unwrap_or_default(),
        })
    }
}

fn once<T, E>(slot: &mut Option<T>, value: T, twice: impl FnOnce() -> E) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(twice()),
    }
}

/// Text, borrowed if it has no escapes. A number becomes its text, null becomes empty text.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'a> Deserialize<'a> for Text<'a> {
    #[inline]
    fn deserialize<D: Deserializer<'a>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'a> Visitor<'a> for TextVisitor {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }
}

/// The members' ids: the `value` of objects, or plain texts.
struct Members<'a>(Vec<Cow<'a, str>>);

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(MembersVisitor).map(Self)
    }
}

struct MembersVisitor;

impl<'a> Visitor<'a> for MembersVisitor {
    type Value = Vec<Cow<'a, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of members")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut members = Vec::new();
        while let Some(Member(id)) = seq.next_element()? {
            members.push(id);
        }
        Ok(members)
    }
}

/// One member's id. A member without one is an error: it could be anyone.
struct Member<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Member<'a> {
    #[inline]
    fn deserialize<D: Deserializer<'a>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(MemberVisitor).map(Self)
    }
}

struct MemberVisitor;

impl<'a> Visitor<'a> for MemberVisitor {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member with `value`")
    }

    fn visit_borrowed_str<E>(self, id: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(id))
    }

    fn visit_str<E>(self, id: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(id.to_owned()))
    }

    #[inline]
    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut id: Option<Cow<'a, str>> = None;
        while let Some(Text(key)) = map.next_key::<Text<'a>>()? {
            if key.eq_ignore_ascii_case("value") {
                let twice = || M::Error::custom("`value` of a member occurs twice");
                once(&mut id, map.next_value::<Text<'a>>()?.0, twice)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        id.filter(|id| !id.is_empty()).ok_or_else(|| M::Error::custom("a member without `value`"))
    }
}
