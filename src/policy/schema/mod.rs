//! JSON Schemas of the documents.

use schemars::Schema;

/// The words of an enum whose variants carry descriptions: schemars writes them as `oneOf` of constants; a plain `enum`
/// gives one clear message instead of one for each branch.
pub fn collapse(schema: &mut Schema) {
    let Some(branches) = schema.get("oneOf").and_then(|branches| branches.as_array()) else { return };
    let mut words = Vec::new();
    for branch in branches {
        match (branch.get("const"), branch.get("enum").and_then(|words| words.as_array())) {
            (Some(word), _) => words.push(word.clone()),
            (None, Some(more)) => words.extend(more.iter().cloned()),
            (None, None) => return,
        }
    }
    schema.remove("oneOf");
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), words.into());
}

/// What a document says that its kind's schema does not allow.
pub fn validate(
    _kind: crate::policy::document::Kind,
    _file: crate::model::FileId,
    _node: &crate::policy::yaml::Node,
) -> Vec<crate::policy::Finding> {
    Vec::new()
}
