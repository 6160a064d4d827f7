//! Copies an account's JSON to the slots that want its values.

use super::wanted::{Attribute, Choice, Kind, Level, Want};
use crate::model::Field;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The most sub-attributes of an element that are captured without allocation.
const CAPTURED: usize = 6;

/// Finds a key's index in a level or an attribute, without keeping the key.
struct KeySeed<F>(F);

impl<'de, F: Fn(&str) -> Option<usize>> DeserializeSeed<'de> for KeySeed<F> {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<F: Fn(&str) -> Option<usize>> Visitor<'_> for KeySeed<F> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute's name")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name))
    }
}

/// Reads one JSON object into the slots that want its values.
pub(super) struct LevelSeed<'s, 'a> {
    pub(super) level: &'s Level,
    pub(super) fields: &'s mut [Field<'a>],
}

impl<'a> DeserializeSeed<'a> for LevelSeed<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for LevelSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let Self { level, fields } = self;
        while let Some(found) = map.next_key_seed(KeySeed(|name: &str| level.find(name)))? {
            let Some(key) = found.map(|at| &level.keys[at]) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            match &key.kind {
                Kind::Schema(level) => map.next_value_seed(Nullable(LevelSeed { level, fields }))?,
                Kind::Attribute(attribute) => {
                    if attribute.wants.iter().any(|want| fields[want.slot] != Field::Empty) {
                        return Err(M::Error::custom(format_args!("`{}` occurs twice", key.name)));
                    }
                    map.next_value_seed(ValueSeed { attribute, fields })?;
                }
            }
        }
        Ok(())
    }
}

/// The same, but null counts as an empty object.
struct Nullable<'s, 'a>(LevelSeed<'s, 'a>);

impl<'a> DeserializeSeed<'a> for Nullable<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Nullable<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'a>>(self, map: M) -> Result<(), M::Error> {
        self.0.visit_map(map)
    }
}

/// Visits text, numbers, booleans and null through `plain`, which takes them as a [`Field`].
macro_rules! visit_plain {
    ($life:lifetime) => {
        #[inline]
        fn visit_borrowed_str<E>(self, text: &$life str) -> Result<Self::Value, E> {
            self.plain(Field::text(text))
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            self.plain(Field::text(text.to_owned()))
        }

        #[inline]
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            self.plain(Field::Boolean(value))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            self.plain(Field::text(value.to_string()))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            self.plain(Field::text(value.to_string()))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            self.plain(serde_json::Number::from_f64(value).map_or(Field::Empty, |number| Field::text(number.to_string())))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            self.plain(Field::Empty)
        }
    };
}

/// Reads an attribute's value of any form: plain, one object, or a list of either.
struct ValueSeed<'s, 'a> {
    attribute: &'s Attribute,
    fields: &'s mut [Field<'a>],
}

impl<'a> ValueSeed<'_, 'a> {
    #[inline]
    fn plain<E>(self, value: Field<'a>) -> Result<(), E> {
        if let [Want { slot, sub: 0, choice: Choice::All }] = *self.attribute.wants {
            self.fields[slot] = value;
        } else {
            with_captured(self.attribute, |captured| {
                captured[0] = value;
                self.attribute.copy_single(captured, self.fields);
            });
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for ValueSeed<'_, 'a> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ValueSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute's value")
    }

    visit_plain!('a);

    fn visit_map<M: MapAccess<'a>>(self, map: M) -> Result<(), M::Error> {
        let Self { attribute, fields } = self;
        with_captured(attribute, |captured| {
            capture(attribute, map, captured)?;
            attribute.copy_single(captured, fields);
            Ok(())
        })
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<(), S::Error> {
        let Self { attribute, fields } = self;
        with_captured(attribute, |captured| {
            let mut at = 0;
            while seq.next_element_seed(ElementSeed { attribute, captured })?.is_some() {
                attribute.copy_element(at, captured, fields);
                captured.fill(Field::Empty);
                at += 1;
            }
            Ok(())
        })
    }
}

/// Provides an empty slot for each sub-attribute of an element.
#[inline]
fn with_captured<'a, T>(attribute: &Attribute, run: impl FnOnce(&mut [Field<'a>]) -> T) -> T {
    let count = attribute.subs.len();
    if count <= CAPTURED {
        run(&mut [const { Field::Empty }; CAPTURED][..count])
    } else {
        run(&mut vec![Field::Empty; count])
    }
}

/// Captures the wanted sub-attributes of one object.
fn capture<'a, M: MapAccess<'a>>(
    attribute: &Attribute,
    mut map: M,
    captured: &mut [Field<'a>],
) -> Result<(), M::Error> {
    while let Some(found) = map.next_key_seed(KeySeed(|name: &str| attribute.find(name)))? {
        let Some(at) = found else {
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        if captured[at] != Field::Empty {
            return Err(M::Error::custom(format_args!("`{}` occurs twice", attribute.subs[at])));
        }
        captured[at] = map.next_value_seed(PlainSeed)?;
    }
    Ok(())
}

/// Captures the sub-attributes of one element of a list.
struct ElementSeed<'s, 'a> {
    attribute: &'s Attribute,
    captured: &'s mut [Field<'a>],
}

impl<'a> ElementSeed<'_, 'a> {
    fn plain<E>(self, value: Field<'a>) -> Result<(), E> {
        self.captured[0] = value;
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for ElementSeed<'_, 'a> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ElementSeed<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of an attribute's values")
    }

    visit_plain!('a);

    fn visit_map<M: MapAccess<'a>>(self, map: M) -> Result<(), M::Error> {
        capture(self.attribute, map, self.captured)
    }
}

/// Reads a sub-attribute: text, number, boolean or null.
struct PlainSeed;

impl PlainSeed {
    #[inline]
    fn plain<E>(self, value: Field<'_>) -> Result<Field<'_>, E> {
        Ok(value)
    }
}

impl<'a> DeserializeSeed<'a> for PlainSeed {
    type Value = Field<'a>;

    #[inline]
    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<Field<'a>, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for PlainSeed {
    type Value = Field<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a boolean")
    }

    visit_plain!('a);
}
