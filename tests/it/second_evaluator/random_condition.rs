//! Random conditions, group references and selectors, for policies that are changed.

use super::mutation::Mutation;
use super::policies::list;
use super::random::USER_TEXTS;
use serde_json::{Map, Value, json};

/// Where a condition is written, which decides what it may test.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Rule,
    Grants,
    Exclusion,
    Protection,
}

impl Mutation<'_> {
    /// A reference to a group of the base.
    pub(super) fn group(&mut self) -> Value {
        let at = self.dice.below(self.base.directories.len());
        let roles: Vec<&String> = self.base.directories[at].roles.keys().collect();
        if let Some(role) = self.dice.perhaps(&roles, 30) {
            return json!({ "appRole": if self.dice.chance(30) { "*" } else { role } });
        }
        let group = self.dice.one(&self.base.directories[at].groups);
        let documents = self.documents.iter().find(|document| document["kind"] == "Application");
        let directory =
            documents.map(|document| document["directories"][at]["name"].clone()).unwrap_or_default();
        let key = if self.dice.chance(30) { "id" } else { "name" };
        let named = if key == "id" { &group.id } else { &group.name };
        if self.base.directories.len() > 1 {
            json!({ key: named, "directory": directory })
        } else if key == "id" {
            json!({ "id": named })
        } else {
            json!(named)
        }
    }

    /// A right in the form of a rule's grant.
    pub(super) fn right(&mut self) -> Value {
        let application = self
            .documents
            .iter()
            .find(|document| document["kind"] == "Application")
            .cloned()
            .unwrap_or_default();
        let types: Vec<String> =
            application["entitlements"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
        let entitlement = self.dice.one(&types).clone();
        let declared = &application["entitlements"][&entitlement];
        let values =
            declared["values"].as_array().cloned().unwrap_or_else(|| vec![json!("Quality"), json!("Audit")]);
        let mut right = json!({ entitlement: self.dice.one(&values) });
        if let Some(scope) = declared["scope"].as_str() {
            right[scope] = self.dice.one(list(&application["scopes"][scope])).clone();
        }
        right
    }

    pub(super) fn selector(&mut self) -> Value {
        let mut selector = self.right();
        if let Some(keys) = selector.as_object_mut() {
            let names: Vec<String> = keys.keys().cloned().collect();
            for name in names {
                if self.dice.chance(40) {
                    keys[&name] = json!("*");
                } else if keys.len() > 1 && self.dice.chance(30) {
                    keys.remove(&name);
                }
            }
        }
        selector
    }

    pub(super) fn condition(&mut self, place: Place, depth: usize) -> Value {
        if depth > 0 && self.dice.chance(35) {
            let mut more = || self.condition(place, depth - 1);
            let (one, other) = (more(), more());
            return match self.dice.below(3) {
                0 => json!({ "all": [one, other] }),
                1 => json!({ "any": [one, other] }),
                _ => json!({ "not": one }),
            };
        }
        let accounts = matches!(place, Place::Exclusion | Place::Protection);
        let grants = matches!(place, Place::Grants | Place::Protection);
        match self.dice.below(8) {
            0 | 1 if accounts => self.account_test(),
            2 if accounts && !self.base.account_groups.is_empty() => {
                json!({ "accountGroup": self.dice.one(&self.base.account_groups) })
            }
            3 if grants => json!({ "anyGrant": true }),
            4 if grants => json!({ "grant": self.selector() }),
            5 => json!({ "group": self.group() }),
            6 if self.dice.chance(20) => {
                json!({ "until": *self.dice.one(&["2026-11-20", "2026-11-21", "2027-01-01"]) })
            }
            _ => self.user_test(),
        }
    }

    fn user_test(&mut self) -> Value {
        if self.dice.chance(10) {
            return json!({ "user": "accountEnabled", "equals": self.dice.chance(50) });
        }
        if self.dice.chance(10) {
            return match self.dice.below(3) {
                0 => json!({ "user": "businessPhones", "includes": "+45" }),
                1 => json!({ "user": "businessPhones[0]", "present": true }),
                _ => json!({ "user": "businessPhones", "equals": "33112201" }),
            };
        }
        let (name, values) = *self.dice.one(&USER_TEXTS);
        self.test("user", name, values)
    }

    fn account_test(&mut self) -> Value {
        match self.dice.below(4) {
            0 => json!({ "account": "active", "equals": self.dice.chance(50) }),
            1 => {
                let values = ["a@contoso.example", "b@contoso.example", "c@contoso.example"];
                self.test("account", "email", &values)
            }
            2 => self.test("account", "userName", &["a", "b", "a@contoso.example", "b@contoso.example"]),
            _ => json!({ "account": "city", "present": self.dice.chance(50) }),
        }
    }

    fn test(&mut self, whose: &str, name: &str, values: &[&str]) -> Value {
        let value = *self.dice.one(values);
        let mut test = match self.dice.below(6) {
            0 => json!({ "present": self.dice.chance(50) }),
            1 => json!({ "in": [value, *self.dice.one(values)] }),
            2 => json!({ "includes": value.get(..1).unwrap_or(value) }),
            3 => {
                json!({ "matches": format!("{}.*", value.get(..1).filter(|value| *value != "+").unwrap_or("[+]")) })
            }
            4 if name == "employeeId" => {
                json!({ *self.dice.one(&["atLeast", "greaterThan", "lessThan", "atMost"]): 7 })
            }
            _ => json!({ "equals": value }),
        };
        if test.get("equals").is_some() && self.dice.chance(25) {
            test["ignoreCase"] = json!(true);
        }
        test[whose] = json!(name);
        test
    }
}
