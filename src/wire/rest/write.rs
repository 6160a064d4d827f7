//! What is written to a record.

use super::names::RenderError;
use super::value::constant;
use crate::model::{AccountCalls, EmptyAs, FieldType, RecordField, Value};
use serde_json::{Map, Value as Json};

/// The new record of an account with these attributes.
///
/// # Errors
/// When the kind has no such field, or its type cannot hold the value.
pub fn created<'v>(
    kind: &AccountCalls,
    values: impl IntoIterator<Item = (&'v str, &'v Value)>,
) -> Result<Json, RenderError> {
    let mut record = Json::Object(Map::new());
    for (name, value) in values {
        let field = field_of(kind, name)?;
        if let Some(value) = field_json(field, Some(value))? {
            put(&mut record, &field.at, Some(value))?;
        }
    }
    if let (Some(place), Some(value)) = (&kind.active, active_json(kind, true)) {
        put(&mut record, &place.at, Some(value))?;
    }
    Ok(record)
}

/// A record with these changes; none clears an attribute. `record` is the whole one, or an empty object for the changes
/// alone.
///
/// # Errors
/// As [`created`], and when another value has the place of a field.
pub fn replaced<'v>(
    kind: &AccountCalls,
    mut record: Json,
    values: impl IntoIterator<Item = (&'v str, Option<&'v Value>)>,
    active: Option<bool>,
) -> Result<Json, RenderError> {
    for (name, value) in values {
        let field = field_of(kind, name)?;
        let value = field_json(field, value)?;
        put(&mut record, &field.at, value)?;
    }
    if let (Some(place), Some(active)) = (&kind.active, active) {
        put(&mut record, &place.at, active_json(kind, active))?;
    }
    Ok(record)
}

/// The value that says whether an account may sign in.
pub fn active_json(kind: &AccountCalls, active: bool) -> Option<Json> {
    let place = kind.active.as_ref()?;
    let values = if active { &place.on } else { &place.off };
    values.first().map(constant)
}

fn field_of<'c>(kind: &'c AccountCalls, name: &str) -> Result<&'c RecordField, RenderError> {
    let mut fields = kind.fields.iter();
    fields.find(|field| field.name == name).ok_or_else(|| RenderError::NoField(name.to_owned()))
}

/// A value in the type of its field; the outer none: it is not written.
///
/// # Errors
/// When the type cannot hold it.
pub fn field_json(field: &RecordField, value: Option<&Value>) -> Result<Option<Json>, RenderError> {
    let text = value.map(ToString::to_string).filter(|text| !text.is_empty());
    let (Some(value), Some(text)) = (value, text) else {
        return Ok(match (field.empty, field.kind) {
            (EmptyAs::Absent, _) => None,
            (EmptyAs::Null, _) => Some(Json::Null),
            (EmptyAs::Empty, FieldType::List) => Some(Json::Array(Vec::new())),
            (EmptyAs::Empty, FieldType::Text | FieldType::Number | FieldType::Boolean) => Some("".into()),
        });
    };
    let wrong =
        |expected| RenderError::Value { attribute: field.name.clone(), value: text.clone(), expected };
    Ok(Some(match field.kind {
        FieldType::Text => match value {
            Value::List(texts) if texts.len() > 1 => return Err(wrong("one text")),
            Value::List(_) | Value::Boolean(_) | Value::Number(_) | Value::Text(_) => text.into(),
        },
        FieldType::Number => {
            let number = serde_json::from_str(&text).ok().filter(Json::is_number);
            number.ok_or_else(|| wrong("a number"))?
        }
        FieldType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => true.into(),
            "false" => false.into(),
            _ => return Err(wrong("`true` or `false`")),
        },
        FieldType::List => match value {
            Value::List(texts) => texts.iter().map(String::as_str).collect(),
            Value::Boolean(_) | Value::Number(_) | Value::Text(_) => vec![text].into(),
        },
    }))
}

/// Puts a value at its place; none removes what is there. Objects on the way are made.
fn put(record: &mut Json, at: &str, value: Option<Json>) -> Result<(), RenderError> {
    let taken = || RenderError::Taken(at.to_owned());
    let mut parts = at.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let Some(mut key) = parts.next() else { return Err(taken()) };
    let mut place = record;
    for next in parts {
        let object = place.as_object_mut().ok_or_else(taken)?;
        place = object.entry(key).or_insert(Json::Null);
        if place.is_null() {
            *place = Json::Object(Map::new());
        }
        key = next;
    }
    let object = place.as_object_mut().ok_or_else(taken)?;
    match value {
        Some(value) => drop(object.insert(key, value)),
        None => drop(object.remove(&key)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(kind: FieldType, empty: EmptyAs) -> RecordField {
        RecordField { name: "a".to_owned(), at: "/a".to_owned(), kind, empty, keeps: None }
    }

    #[test]
    fn values_have_the_type_of_their_field() {
        let of = |kind, value: Value| field_json(&field(kind, EmptyAs::Null), Some(&value));
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(of(FieldType::Text, Value::Number(5)), Ok(Some(json!("5"))));
        assert_eq!(of(FieldType::Number, text("0.5")), Ok(Some(json!(0.5))));
        assert_eq!(of(FieldType::Boolean, text("True")), Ok(Some(json!(true))));
        assert_eq!(of(FieldType::List, text("x")), Ok(Some(json!(["x"]))));
        for (kind, value) in
            [(FieldType::Number, "1, \"b\": 2"), (FieldType::Number, "\"1\""), (FieldType::Boolean, "yes")]
        {
            assert!(matches!(of(kind, text(value)), Err(RenderError::Value { .. })), "{value}");
        }
    }

    #[test]
    fn no_value_is_written_as_the_connector_says() {
        for (empty, kind, expected) in [
            (EmptyAs::Null, FieldType::Text, Some(json!(null))),
            (EmptyAs::Empty, FieldType::Text, Some(json!(""))),
            (EmptyAs::Empty, FieldType::List, Some(json!([]))),
            (EmptyAs::Absent, FieldType::Text, None),
        ] {
            assert_eq!(field_json(&field(kind, empty), None), Ok(expected.clone()));
            assert_eq!(field_json(&field(kind, empty), Some(&Value::Text(String::new()))), Ok(expected));
        }
    }

    #[test]
    fn b10_a_value_stays_at_its_place_whatever_it_holds() {
        let mut record = json!({ "id": 5, "name": null });
        let hostile = "x\", \"admin\": true, \"a\": \"";
        put(&mut record, "/name/first", Some(hostile.into())).unwrap();
        assert_eq!(record, json!({ "id": 5, "name": { "first": hostile } }));
        assert_eq!(put(&mut record, "/id/x", Some(1.into())), Err(RenderError::Taken("/id/x".to_owned())));
        put(&mut record, "/name/first", None).unwrap();
        assert_eq!(record, json!({ "id": 5, "name": {} }));
    }
}
