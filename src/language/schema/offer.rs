//! Schemas that suggest the groups of a directory in the editor.

use serde_json::{Value, json};

/// Adds the names and ids of groups to a schema as examples, wherever a document refers to a group. Editors suggest
/// examples; validation is unchanged.
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
