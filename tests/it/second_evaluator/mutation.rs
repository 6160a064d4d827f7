//! Changes of policies, made on the trees of their documents. Most give valid policies; the program refuses the others.

use super::policies::list;
use super::random::{Dice, USER_TEXTS};
use super::random_condition::Place;
use super::shipped::Base;
use serde_json::{Map, Value, json};

const LEAVER: [&str; 6] = ["keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];

/// A base whose documents are changed.
pub(crate) struct Mutation<'b> {
    pub(crate) base: &'b Base,
    pub(crate) documents: Vec<Value>,
    pub(crate) dice: &'b mut Dice,
}

impl Mutation<'_> {
    /// Makes one random change.
    pub(crate) fn change(&mut self) {
        match self.dice.below(19) {
            0..=2 => self.lifecycle_word(),
            3 => self.drop_item(),
            4 => self.add_exclusion(),
            5 | 6 => self.add_protection(),
            7 | 8 => self.add_constraint(),
            9 => self.scope(),
            10 => self.precedence(),
            11 | 12 => self.mapping(),
            13 => self.matching(),
            14 => self.add_default(),
            15 => self.change_condition(),
            16 => self.application(),
            17 => self.add_rule(),
            _ => self.group_reference(),
        }
    }

    fn name(&self) -> String {
        let application = self.documents.iter().find(|document| document["kind"] == "Application");
        application.and_then(|application| application["name"].as_str()).unwrap_or_default().to_owned()
    }

    /// The document of a kind, created if there is none.
    fn document(&mut self, kind: &str, items: &str) -> &mut Value {
        let name = self.name();
        let here = |value: &Value| {
            value["kind"] == kind && value["application"] == *name && value.get("accountType").is_none()
        };
        let at = self.documents.iter().position(here).unwrap_or_else(|| {
            self.documents
                .push(json!({ "apiVersion": "rolewright/v1", "kind": kind, "application": name, items: [] }));
            self.documents.len() - 1
        });
        &mut self.documents[at]
    }

    fn add(&mut self, kind: &str, items: &str, item: Value) {
        let document = self.document(kind, items);
        if let Some(items) = document[items].as_array_mut() {
            items.push(item);
        }
    }

    fn lifecycle(&mut self) -> &mut Value {
        self.document("Lifecycle", "protect")
    }

    fn id(&mut self) -> String {
        format!("made-{}", self.dice.below(1_000_000))
    }

    fn lifecycle_word(&mut self) {
        let (key, words): (&str, &[&str]) = match self.dice.below(7) {
            0 => ("deleted", &LEAVER),
            1 => ("outOfScope", &LEAVER),
            2 => ("unmanaged", &LEAVER),
            3 => (
                "disabled",
                &["provision", "keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"],
            ),
            4 => ("returning", &["reactivate", "keep", "block"]),
            5 => ("adoption", &["hold", "allow", "refuse"]),
            _ => ("accountTypeChange", &["block", "archive"]),
        };
        let word = *self.dice.one(words);
        let templates = ["{userName}_Archived", "{userName}_Archived", "gone-{userName}", "archived"];
        let template = *self.dice.one(&templates);
        let lifecycle = self.lifecycle();
        lifecycle[key] = json!(word);
        if word == "archive" && lifecycle.get("archive").is_none() {
            lifecycle["archive"] = json!({ "set": { "userName": template } });
        }
    }

    fn drop_item(&mut self) {
        let lists = [
            ("LinkingRules", "rules"),
            ("Constraints", "constraints"),
            ("Exclusions", "exclude"),
            ("Defaults", "defaults"),
            ("Lifecycle", "protect"),
        ];
        let (kind, key) = *self.dice.one(&lists);
        for at in 0..self.documents.len() {
            if self.documents[at]["kind"] == kind
                && let Some(items) = self.documents[at].get_mut(key).and_then(Value::as_array_mut)
                && !items.is_empty()
            {
                let place = self.dice.below(items.len());
                items.remove(place);
                return;
            }
        }
    }

    fn add_exclusion(&mut self) {
        let (id, when) = (self.id(), self.condition(Place::Exclusion, 2));
        let mut item = json!({ "id": id, "when": when, "reason": "made up" });
        if self.dice.chance(20) {
            item["until"] = json!(*self.dice.one(&["2026-11-20", "2026-11-21", "2027-01-01"]));
        }
        self.add("Exclusions", "exclude", item);
    }

    fn add_protection(&mut self) {
        let words = ["adopt", "update", "revoke", "deactivate", "archive", "delete", "removal"];
        let mut from: Vec<&str> = words.into_iter().filter(|_| self.dice.chance(30)).collect();
        if from.is_empty() {
            from.push(*self.dice.one(&words));
        }
        let (id, when) = (self.id(), self.condition(Place::Protection, 2));
        let mut item = json!({ "id": id, "from": from, "when": when });
        if from.contains(&"revoke") && self.dice.chance(50) {
            item["grants"] = self.selector();
        }
        if self.dice.chance(10) {
            item["until"] = json!(*self.dice.one(&["2026-11-20", "2026-11-21"]));
        }
        let lifecycle = self.lifecycle();
        if lifecycle.get("protect").is_none() {
            lifecycle["protect"] = json!([]);
        }
        self.add("Lifecycle", "protect", item);
    }

    fn add_constraint(&mut self) {
        let id = self.id();
        let mut item = match self.dice.below(3) {
            0 => {
                let require = self.condition(Place::Grants, 2);
                let otherwise = *self.dice.one(&["skip", "block", "warn"]);
                json!({ "id": id, "require": require, "otherwise": otherwise })
            }
            1 => {
                let (grants, least) = (self.selector(), 1 + self.dice.below(2));
                let otherwise = *self.dice.one(&["skip", "block", "warn"]);
                json!({ "id": id, "grants": grants, "atLeast": least, "otherwise": otherwise })
            }
            _ => {
                let (grants, most) = (self.selector(), self.dice.below(3));
                let otherwise = *self.dice.one(&["block", "drop", "warn"]);
                json!({ "id": id, "grants": grants, "atMost": most, "otherwise": otherwise })
            }
        };
        if self.dice.chance(40) {
            item["when"] = self.condition(Place::Grants, 2);
        }
        let name = self.name();
        self.document("Constraints", "constraints");
        let document = self
            .documents
            .iter_mut()
            .find(|document| document["kind"] == "Constraints" && document["application"] == *name);
        let place = self.dice.chance(50);
        if let Some(items) = document.and_then(|document| document["constraints"].as_array_mut()) {
            items.insert(if place { 0 } else { items.len() }, item);
        }
    }

    fn scope(&mut self) {
        let key = *self.dice.one(&["scope", "create", "canary"]);
        let place = if key == "canary" { Place::Protection } else { Place::Grants };
        let condition = self.condition(place, 2);
        let remove = key != "scope" && self.dice.chance(20);
        let lifecycle = self.lifecycle();
        lifecycle[key] = condition;
        if remove {
            lifecycle.as_object_mut().map(|object| object.remove(key));
        }
    }

    fn precedence(&mut self) {
        let on = self.document("LinkingRules", "rules")["precedence"] != "first";
        let mut orders: Vec<usize> = (0..32).map(|_| 10 * (1 + self.dice.below(3))).collect();
        let document = self.document("LinkingRules", "rules");
        document["precedence"] = json!(if on { "first" } else { "all" });
        for rule in document["rules"].as_array_mut().into_iter().flatten() {
            if on {
                rule["order"] = json!(orders.pop());
            } else if let Some(rule) = rule.as_object_mut() {
                rule.remove("order");
            }
        }
    }

    fn mapping(&mut self) {
        let documents: Vec<usize> = (0..self.documents.len())
            .filter(|index| self.documents[*index]["kind"] == "AttributeMapping")
            .collect();
        let at = *self.dice.one(&documents);
        let names: Vec<String> =
            self.documents[at]["attributes"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
        if names.is_empty() {
            return;
        }
        let name = self.dice.one(&names).clone();
        let when = self.condition(Place::Grants, 1);
        let source = self.dice.one(&USER_TEXTS).0;
        let entry = &mut self.documents[at]["attributes"][&name];
        if let Some(path) = entry.as_str() {
            *entry = json!({ "from": path });
        }
        match self.dice.below(9) {
            0 | 1 => {
                let words = ["always", "untilSourceChanges", "onCreate", "never"];
                entry["authority"] = json!(*self.dice.one(&words));
            }
            2 => entry["whenEmpty"] = json!(*self.dice.one(&["clear", "keep", "block"])),
            3 | 4 => entry["unique"] = json!(true),
            5 => entry["when"] = when,
            6 => *entry = json!({ "from": source }),
            7 => {
                *entry = json!({ "firstOf": [{ "from": source }, { "template": "{givenName}.{surname}", "transform": ["lowercase"] }] });
            }
            _ => {
                let transforms = [
                    json!("trim"),
                    json!("collapseSpaces"),
                    json!("uppercase"),
                    json!("stripDomain"),
                    json!("initials"),
                    json!("e164"),
                    json!({ "truncate": 3 }),
                    json!({ "replace": { "matches": "[.@]", "with": "-" } }),
                    json!({ "replace": { "matches": "[a-z]", "with": "-".repeat(2_000) } }),
                    json!({ "map": { "entries": { "Sales": "S", "Ann": "Anna" }, "other": "keep" } }),
                    json!({ "map": { "entries": { "Sales": "S" }, "other": "empty" } }),
                    json!({ "map": { "entries": { "Ann": "Anna" } } }),
                ];
                entry["transform"] = json!([self.dice.one(&transforms)]);
            }
        }
    }

    fn matching(&mut self) {
        let lists = [
            json!(["userName"]),
            json!(["email", "userName"]),
            json!(["userName", "email"]),
            json!(["email"]),
        ];
        let chosen = self.dice.one(&lists).clone();
        self.document("AttributeMapping", "attributes")["match"] = chosen;
    }

    fn add_default(&mut self) {
        let attributes = ["email", "city", "country", "title", "phone", "department", "userName"];
        let (id, attribute) = (self.id(), *self.dice.one(&attributes));
        let mut item = json!({ "id": id, "attribute": attribute, "value": "filled" });
        if self.dice.chance(40) {
            item["when"] = self.condition(Place::Grants, 1);
        }
        if self.dice.chance(30) {
            item["authority"] = json!("always");
        }
        self.add("Defaults", "defaults", item);
    }

    /// Negates a condition somewhere, or adds another beside it.
    fn change_condition(&mut self) {
        let more = self.condition(Place::Rule, 1);
        let all = self.dice.chance(50);
        let round = self.dice.chance(50);
        let mut places: Vec<(usize, String)> = Vec::new();
        for (at, document) in self.documents.iter().enumerate() {
            find_conditions(document, "", &mut |pointer| places.push((at, pointer.to_owned())));
        }
        if places.is_empty() {
            return;
        }
        let (at, pointer) = self.dice.one(&places).clone();
        if let Some(condition) = self.documents[at].pointer_mut(&pointer) {
            let before = condition.take();
            *condition = match (round, all) {
                (true, _) => json!({ "not": before }),
                (false, true) => json!({ "all": [before, more] }),
                (false, false) => json!({ "any": [before, more] }),
            };
        }
    }

    fn application(&mut self) {
        let place = self.documents.iter().position(|document| document["kind"] == "Application").unwrap_or(0);
        let choice = self.dice.below(5);
        let exact = *self.dice.one(&["email", "userName"]);
        let names: Vec<String> = self.documents[place]["entitlements"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .cloned()
            .collect();
        let entitlement = self.dice.one(&names).clone();
        let application = &mut self.documents[place];
        match choice {
            0 => application["attributes"][exact] = json!({ "path": exact, "caseExact": true }),
            1 if list(&application["directories"]).len() > 1 => {
                let attributes = [json!(["mail"]), json!(["mail", "employeeId"]), json!([])];
                application["samePerson"] = self.dice.one(&attributes).clone();
            }
            2 => {
                if let Some(entitlement) = application["entitlements"][&entitlement].as_object_mut() {
                    entitlement.remove("values");
                    entitlement.remove("privileged");
                    entitlement.remove("keepAtLeast");
                }
            }
            _ => {
                let nested = self.dice.chance(30);
                for directory in self.documents.iter_mut().filter(|document| document["kind"] == "Directory")
                {
                    directory["nestedGroups"] = json!(nested);
                }
            }
        }
    }

    fn add_rule(&mut self) {
        let mut item = json!({ "id": self.id() });
        if self.dice.chance(70) {
            item["group"] = self.group();
        } else {
            item["when"] = self.condition(Place::Rule, 2);
        }
        if self.dice.chance(80) {
            item["grant"] = self.right();
        }
        let application = self.documents.iter().find(|document| document["kind"] == "Application");
        let kinds: Vec<String> = application
            .and_then(|application| application["accountTypes"].as_object())
            .into_iter()
            .flat_map(Map::keys)
            .cloned()
            .collect();
        if let Some(kind) = self.dice.perhaps(&kinds, 70) {
            item["accountType"] = json!(kind);
        }
        if self.document("LinkingRules", "rules")["precedence"] == "first" {
            item["order"] = json!(10 * (1 + self.dice.below(3)));
        }
        self.add("LinkingRules", "rules", item);
    }

    fn group_reference(&mut self) {
        let document = self.document("LinkingRules", "rules");
        let count = list(&document["rules"]).len();
        if count == 0 {
            return;
        }
        let at = self.dice.below(count);
        let optional = self.dice.chance(50);
        let under = self.dice.chance(50);
        let group = &mut self.document("LinkingRules", "rules")["rules"][at]["group"];
        if let Some(name) = group.as_str() {
            *group = json!({ "name": name });
        }
        if group.is_object() {
            if optional {
                group["optional"] = json!(true);
            } else if under {
                group["under"] = json!("OU=Pronestor,OU=Groups,DC=contoso,DC=example");
            } else {
                group["minMembers"] = json!(1);
            }
        }
    }
}

/// Calls a function with the place of every complete condition in a document.
fn find_conditions(tree: &Value, pointer: &str, found: &mut dyn FnMut(&str)) {
    match tree {
        Value::Object(keys) => {
            for (key, value) in keys {
                let here = format!("{pointer}/{key}");
                if matches!(&**key, "when" | "require" | "scope" | "create" | "canary") && value.is_object() {
                    found(&here);
                } else {
                    find_conditions(value, &here, found);
                }
            }
        }
        Value::Array(elements) => {
            for (at, value) in elements.iter().enumerate() {
                find_conditions(value, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}
