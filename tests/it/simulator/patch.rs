//! Carries out PATCH bodies (RFC 7644, 3.5.2), as far as any service must.

use serde_json::{Map, Value as Json, json};

/// A path: `urn:...:User:name`, `name`, `name.sub`, `name[a eq "b"]`, `name[a eq "b"].sub`.
struct Target<'t> {
    schema: Option<&'t str>,
    attribute: &'t str,
    /// An attribute of elements, and its value.
    choice: Option<(&'t str, String)>,
    sub: Option<&'t str>,
}

impl<'t> Target<'t> {
    fn parse(path: &'t str) -> Option<Self> {
        let start = path.find('[').unwrap_or(path.len());
        let (schema, rest) =
            match path[..start].starts_with("urn:").then(|| path[..start].rfind(':')).flatten() {
                Some(colon) => (Some(&path[..colon]), &path[colon + 1..]),
                None => (None, path),
            };
        let Some((attribute, chosen)) = rest.split_once('[') else {
            let (attribute, sub) = rest.split_once('.').map_or((rest, None), |(name, sub)| (name, Some(sub)));
            return Some(Self { schema, attribute, choice: None, sub });
        };
        let (inner, after) = chosen.rsplit_once(']')?;
        let (name, operand) = inner.split_once(" eq ")?;
        let value = serde_json::from_str(operand).ok()?;
        Some(Self { schema, attribute, choice: Some((name, value)), sub: after.strip_prefix('.') })
    }
}

/// Applies all operations, or none: none is returned for a body that makes no sense.
pub(crate) fn patched(user: &Map<String, Json>, body: &Json) -> Option<Map<String, Json>> {
    let mut user = user.clone();
    for operation in body.get("Operations")?.as_array()? {
        let word = operation.get("op")?.as_str()?;
        let target = Target::parse(operation.get("path")?.as_str()?)?;
        apply(&mut user, word, &target, operation.get("value"))?;
    }
    Some(user)
}

fn apply(user: &mut Map<String, Json>, word: &str, target: &Target<'_>, value: Option<&Json>) -> Option<()> {
    let level = match target.schema {
        None => user,
        Some(schema) => user.entry(schema.to_owned()).or_insert_with(|| json!({})).as_object_mut()?,
    };
    let name = target.attribute.to_owned();
    match (&target.choice, target.sub, word) {
        (None, None, "remove") => match value.and_then(Json::as_array) {
            None => drop(level.remove(&name)),
            Some(gone) => {
                level.get_mut(&name).and_then(Json::as_array_mut)?.retain(|element| !gone.contains(element))
            }
        },
        (None, None, "add") if level.get(&name).is_some_and(Json::is_array) => {
            let elements = level.get_mut(&name)?.as_array_mut()?;
            for element in value?.as_array()? {
                if !elements.contains(element) {
                    elements.push(element.clone());
                }
            }
        }
        (None, None, "add" | "replace") => drop(level.insert(name, value?.clone())),
        (None, Some(sub), "remove") => drop(level.get_mut(&name)?.as_object_mut()?.remove(sub)),
        (None, Some(sub), _) => {
            let object = level.entry(name).or_insert_with(|| json!({})).as_object_mut()?;
            object.insert(sub.to_owned(), value?.clone());
        }
        (Some((key, wanted)), sub, word) => {
            let elements = level.get_mut(&name)?.as_array_mut()?;
            let fits = |element: &Json| element.get(*key).and_then(Json::as_str) == Some(wanted);
            match (sub, word) {
                (None, "remove") => elements.retain(|element| !fits(element)),
                (Some(sub), _) => {
                    for element in elements.iter_mut().filter(|element| fits(element)) {
                        let object = element.as_object_mut()?;
                        match (word, value) {
                            ("remove", _) => drop(object.remove(sub)),
                            (_, Some(value)) => drop(object.insert(sub.to_owned(), value.clone())),
                            (_, None) => return None,
                        }
                    }
                }
                (None, _) => return None,
            }
        }
        (None, None, _) => return None,
    }
    Some(())
}
