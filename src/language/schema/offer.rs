//! Schemas that offer the groups of a directory to the editor.

use serde_json::{Value, json};

/// Puts the names and ids of groups into a schema as examples, wherever a group is referred to. Editors offer examples;
/// nothing that was valid becomes an error by them.
pub fn offer(schema: &mut Value, names: &[&str], ids: &[&str]) {
    let Some(reference) = schema.pointer_mut("/definitions/GroupReference") else { return };
    if let Some(reference) = reference.as_object_mut() {
        reference.insert("examples".to_owned(), json!(names));
    }
    for (key, examples) in [("name", names), ("id", ids)] {
        if let Some(property) =
            reference.pointer_mut(&format!("/properties/{key}")).and_then(Value::as_object_mut)
        {
            property.insert("examples".to_owned(), json!(examples));
        }
    }
}
