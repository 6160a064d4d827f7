//! A value with its place.

use super::deserialize::SPANNED;
use crate::model::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A value and its place in the text. A schema contains only the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T: Clone> Spanned<T> {
    /// The value of an optional key.
    pub fn value_of(written: &Option<Self>) -> Option<T> {
        written.as_ref().map(|written| written.value.clone())
    }

    /// The values of a list.
    pub fn values<'a>(list: impl IntoIterator<Item = &'a Self>) -> Vec<T>
    where
        T: 'a,
    {
        list.into_iter().map(|item| item.value.clone()).collect()
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SPANNED, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        let missing = || A::Error::custom("only this room's deserializer knows places");
        let start = parts.next_element::<u32>()?.ok_or_else(missing)?;
        let end = parts.next_element::<u32>()?.ok_or_else(missing)?;
        let value = parts.next_element::<T>()?.ok_or_else(missing)?;
        Ok(Spanned { value, span: Span { start, end } })
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
