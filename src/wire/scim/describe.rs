//! What a service says of itself: `/ServiceProviderConfig` and `/Schemas` (RFC 7643, 5 and 7). Hints, nothing is relied on
//! (S2).

use super::{GROUP_SCHEMA, USER_SCHEMA};
use crate::model::{DescribedAttribute, ServiceClaims};
use serde_json::Value as Json;

/// What `/ServiceProviderConfig` claims.
pub fn service_claims(body: &[u8]) -> Option<ServiceClaims> {
    let config: Json = serde_json::from_slice(body).ok().filter(Json::is_object)?;
    let claim = |pointer: &str| config.pointer(pointer).and_then(Json::as_bool);
    Some(ServiceClaims {
        patch: claim("/patch/supported"),
        etag: claim("/etag/supported"),
        cursor: claim("/pagination/cursor"),
    })
}

/// The attributes of users that `/Schemas` describes. Those of the core user have no URN; schemas of messages and of the
/// service itself are left out.
pub fn described_attributes(body: &[u8]) -> Option<Vec<DescribedAttribute>> {
    let answer: Json = serde_json::from_slice(body).ok()?;
    let schemas = answer.get("Resources").or(Some(&answer)).and_then(Json::as_array)?;
    let mut described = Vec::new();
    for schema in schemas {
        let id = schema.get("id").and_then(Json::as_str).unwrap_or_default();
        if id.eq_ignore_ascii_case(GROUP_SCHEMA) {
            continue;
        }
        let prefix = if id.eq_ignore_ascii_case(USER_SCHEMA) { String::new() } else { format!("{id}:") };
        for attribute in schema.get("attributes").and_then(Json::as_array).into_iter().flatten() {
            let Some(one) = attribute_of(&prefix, attribute) else { continue };
            let parts = attribute.get("subAttributes").and_then(Json::as_array).into_iter().flatten();
            let below = format!("{}.", one.path);
            described.push(one);
            described.extend(parts.filter_map(|part| attribute_of(&below, part)));
        }
    }
    Some(described)
}

fn attribute_of(prefix: &str, attribute: &Json) -> Option<DescribedAttribute> {
    let text = |key: &str, otherwise: &str| {
        attribute.get(key).and_then(Json::as_str).unwrap_or(otherwise).to_owned()
    };
    let name = attribute.get("name").and_then(Json::as_str)?;
    Some(DescribedAttribute {
        path: format!("{prefix}{name}"),
        mutability: text("mutability", "readWrite"),
        returned: text("returned", "default"),
        kind: text("type", "string"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_read_as_a_list_or_bare_and_other_schemas_are_left_out() {
        let user = r#"{"id":"urn:ietf:params:scim:schemas:core:2.0:User","attributes":[
            {"name":"id","mutability":"readOnly"},
            {"name":"name","type":"complex","subAttributes":[{"name":"formatted","mutability":"readOnly"}]},
            {"name":"password","mutability":"writeOnly","returned":"never"}, {"type":"nameless"}]}"#;
        let group =
            r#"{"id":"urn:ietf:params:scim:schemas:core:2.0:Group","attributes":[{"name":"members"}]}"#;
        let badge =
            r#"{"id":"urn:example:badge:1.0:User","attributes":[{"name":"number","type":"integer"}]}"#;
        for text in
            [format!("[{user},{group},{badge}]"), format!(r#"{{"Resources":[{user},{group},{badge}]}}"#)]
        {
            let described = described_attributes(text.as_bytes()).unwrap();
            let shown: Vec<String> = described
                .iter()
                .map(|one| format!("{} {} {} {}", one.path, one.mutability, one.returned, one.kind))
                .collect();
            assert_eq!(
                shown,
                [
                    "id readOnly default string",
                    "name readWrite default complex",
                    "name.formatted readOnly default string",
                    "password writeOnly never string",
                    "urn:example:badge:1.0:User:number readWrite default integer",
                ]
            );
        }
        assert_eq!(described_attributes(b"{}"), None);
        assert_eq!(service_claims(b"[]"), None);
        let claims = service_claims(br#"{"patch":{"supported":true},"pagination":{"cursor":true}}"#);
        let expected = ServiceClaims { patch: Some(true), cursor: Some(true), ..ServiceClaims::default() };
        assert_eq!(claims, Some(expected));
    }
}
