//! The documents of one application, as plain trees.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use serde::Deserialize;
use serde_json::Value;

/// Documents by their purpose. Nothing here uses the types of the program.
#[derive(Clone, Debug)]
pub(crate) struct Policies {
    pub(crate) application: Value,
    /// In the order of the application's `directories`.
    pub(crate) directories: Vec<Value>,
    pub(crate) rules: Vec<Value>,
    pub(crate) first_wins: bool,
    pub(crate) exclusions: Vec<Value>,
    /// `AttributeMapping` documents.
    pub(crate) mappings: Vec<Value>,
    pub(crate) defaults: Vec<Value>,
    pub(crate) constraints: Vec<Value>,
    pub(crate) lifecycle: Value,
}

/// The documents in a text.
pub(crate) fn parse(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap())
        .filter(|document| !document.is_null())
        .collect()
}

impl Policies {
    pub(crate) fn of(documents: &[Value]) -> Self {
        let kind = |kind: &'static str| documents.iter().filter(move |document| document["kind"] == kind);
        let application = kind("Application").next().unwrap().clone();
        let directories = list(&application["directories"]).iter();
        let directories = directories.map(|named| {
            kind("Directory").find(|document| document["name"] == named["name"]).unwrap().clone()
        });
        let items = |of: &'static str, key: &str, everyones: bool| -> Vec<Value> {
            let documents = kind(of).filter(|document| (document["application"] == "*") == everyones);
            documents.flat_map(|document| list(&document[key]).iter().cloned()).collect()
        };
        Self {
            directories: directories.collect(),
            rules: items("LinkingRules", "rules", false),
            first_wins: kind("LinkingRules").any(|document| document["precedence"] == "first"),
            exclusions: [items("Exclusions", "exclude", true), items("Exclusions", "exclude", false)]
                .concat(),
            mappings: kind("AttributeMapping").cloned().collect(),
            defaults: items("Defaults", "defaults", false),
            constraints: [
                items("Constraints", "constraints", true),
                items("Constraints", "constraints", false),
            ]
            .concat(),
            lifecycle: kind("Lifecycle").next().unwrap().clone(),
            application,
        }
    }

    /// The account attributes that find accounts, in order.
    pub(crate) fn matching(&self) -> Vec<&str> {
        let common = self.mappings.iter().find(|mapping| mapping.get("accountType").is_none());
        common.map(|mapping| texts(&mapping["match"])).unwrap_or_default()
    }

    /// Every mapped attribute of an account type: its name, its mapping, and its authority.
    pub(crate) fn mapped(&self, kind: Option<&str>) -> Vec<(&str, &Value, &str)> {
        let common = self.mappings.iter().find(|mapping| mapping.get("accountType").is_none());
        let common_authority = common.and_then(|mapping| mapping["authority"].as_str()).unwrap_or("always");
        let documents = self.mappings.iter().filter(|mapping| match mapping.get("accountType") {
            Some(of) => of.as_str() == kind,
            None => true,
        });
        let mut all = Vec::new();
        for document in documents {
            let authority = document["authority"].as_str().unwrap_or(common_authority);
            for (name, value) in document["attributes"].as_object().into_iter().flatten() {
                all.push((&**name, value, value["authority"].as_str().unwrap_or(authority)));
            }
        }
        all
    }

    pub(crate) fn has_account_types(&self) -> bool {
        self.application["accountTypes"].as_object().is_some_and(|object| !object.is_empty())
    }

    /// The scope that limits rights of an entitlement type.
    pub(crate) fn scope_of(&self, entitlement: &str) -> Option<&str> {
        self.application["entitlements"][entitlement]["scope"].as_str()
    }

    /// Whether a name is an entitlement type.
    pub(crate) fn is_entitlement(&self, name: &str) -> bool {
        self.application["entitlements"].get(name).is_some()
    }

    /// The closed set of values of a grant's key.
    pub(crate) fn closed_set(&self, key: &str) -> Option<Vec<&str>> {
        let values = if self.is_entitlement(key) {
            self.application["entitlements"][key].get("values")
        } else {
            self.application["scopes"].get(key)
        };
        values.map(texts)
    }

    /// Whether the application ignores ASCII case in an account attribute.
    pub(crate) fn ignores_case(&self, attribute: &str) -> bool {
        self.application["attributes"][attribute]["caseExact"] != true
    }

    /// A value in the form that matching and uniqueness compare.
    pub(crate) fn folded(&self, attribute: &str, value: &str) -> String {
        if self.ignores_case(attribute) { value.to_ascii_lowercase() } else { value.to_owned() }
    }
}

/// The elements of a list; empty for any other value.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The texts in a list.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

/// Whether something with `until` still holds on the day of the run.
pub(crate) fn in_force(item: &Value) -> bool {
    item["until"].as_str().is_none_or(|until| until >= super::TODAY)
}
