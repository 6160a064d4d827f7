//! Paths and queries (threat B12): a value is one whole part of a path, or one whole parameter.

use super::names::{Names, RenderError};
use crate::model::{CallTemplate, TemplatePiece};
use crate::wire::oauth::form_encoded;
use crate::wire::scim::segment;

/// Path and query of a call.
///
/// # Errors
/// When a name stands for nothing, or its value cannot be a part of a path.
pub fn target(call: &CallTemplate, names: &Names) -> Result<String, RenderError> {
    page_target(call, names, &[])
}

/// The same with further parameters.
///
/// # Errors
/// As [`target`].
pub fn page_target(
    call: &CallTemplate,
    names: &Names,
    parameters: &[(String, String)],
) -> Result<String, RenderError> {
    let mut target = String::new();
    for piece in &call.path {
        match piece {
            TemplatePiece::Text(plain) => target.push_str(plain),
            TemplatePiece::Name(name) => {
                target.push_str(&segment(&names.text(name)?.unwrap_or_default())?);
            }
        }
    }
    let mut separator = '?';
    let mut add = |name: &str, value: &str| {
        target.push(separator);
        separator = '&';
        target.push_str(&format!("{}={}", form_encoded(name), form_encoded(value)));
    };
    for (name, value) in &call.query {
        if let Some(value) = names.joined(std::slice::from_ref(value))? {
            add(name, &value);
        }
    }
    for (name, value) in parameters {
        add(name, value);
    }
    Ok(target)
}

/// The path of a call with its names in it, without data.
pub fn endpoint(call: &CallTemplate) -> String {
    call.path.iter().map(TemplatePiece::written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CallMethod;
    use std::collections::BTreeMap;

    fn call(name: &str) -> CallTemplate {
        let name = TemplatePiece::Name(name.to_owned());
        CallTemplate {
            method: CallMethod::Get,
            path: vec![TemplatePiece::Text("/users/".to_owned()), name.clone()],
            query: BTreeMap::from([("of".to_owned(), name)]),
            body: None,
        }
    }

    #[test]
    fn b12_a_value_is_one_part_and_one_parameter_whatever_it_holds() {
        for (id, expected) in [
            ("5", "/users/5?of=5"),
            ("a/../b", "/users/a%2F..%2Fb?of=a%2F..%2Fb"),
            ("x?admin=1&#", "/users/x%3Fadmin%3D1%26%23?of=x%3Fadmin%3D1%26%23"),
            ("%2e%2e", "/users/%252e%252e?of=%252e%252e"),
            ("ø {b}", "/users/%C3%B8%20%7Bb%7D?of=%C3%B8%20%7Bb%7D"),
        ] {
            let names = Names::default().with("id", Some(id.into()));
            assert_eq!(target(&call("id"), &names).as_deref(), Ok(expected));
        }
        for id in ["", ".", ".."] {
            let names = Names::default().with("id", Some(id.into()));
            assert!(matches!(target(&call("id"), &names), Err(RenderError::Target(_))), "{id}");
        }
    }

    #[test]
    fn a_name_without_value_and_a_list_are_errors() {
        let names = Names::default().with("id", Some(vec!["a"].into()));
        assert_eq!(target(&call("id"), &names), Err(RenderError::Kind("id".to_owned())));
        assert_eq!(target(&call("other"), &names), Err(RenderError::Unknown("other".to_owned())));
    }
}
