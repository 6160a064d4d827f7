//! What tests give and expect besides groups: typed attributes, account types, directories, reasons.

use super::compiler::Compiler;
use crate::language::document::{GivenValue, GrantText, Table};
use crate::model::{
    ACCOUNT_OWN, AttributeType, EntitlementWire, Span, USER_ID, Value, known_user_attribute,
    known_user_attributes,
};
use crate::policy::{ApplicationPolicy, Fit, GrantTemplate, fit};
use crate::yaml::Spanned;

/// A user attribute that a test gives.
pub(super) type GivenAttribute = (String, AttributeType, Value);

/// The user attribute for whether a user is enabled; tests write `enabled` instead.
const ENABLED: &str = "accountEnabled";

impl Compiler<'_, '_, '_> {
    /// User attributes with their types; none is an empty value. The attributes are those of one directory, or of any
    /// directory of the application.
    pub(super) fn user_attributes(
        &mut self,
        given: Option<&Table<Spanned<GivenValue>>>,
        directory: Option<&str>,
    ) -> Vec<(String, AttributeType, Option<Value>)> {
        let mut attributes = Vec::new();
        for (name, value) in given.iter().flat_map(|given| given.iter()) {
            let Some(kind) = self.user_kind(name, directory) else { continue };
            let fits = match (&value.value.0, kind) {
                (None, _)
                | (Some(Value::Text(_)), AttributeType::Text)
                | (Some(Value::Boolean(_)), AttributeType::Boolean)
                | (Some(Value::List(_)), AttributeType::List) => true,
                (Some(_), _) => false,
            };
            if fits {
                attributes.push((name.value.clone(), kind, value.value.0.clone()));
            } else {
                self.wrong_type(name, value, kind);
            }
        }
        attributes
    }

    fn wrong_type(&mut self, name: &Spanned<String>, value: &Spanned<GivenValue>, kind: AttributeType) {
        let (expected, example) = match kind {
            AttributeType::Text => ("text", format!("{}: 'text'", name.value)),
            AttributeType::Boolean => ("`true` or `false`", format!("{}: true", name.value)),
            AttributeType::List => ("a list", format!("{}: ['text']", name.value)),
        };
        let message = format!("`{}` holds {expected}", name.value);
        self.error("check/test-value", message, value.span, "of another type").help =
            Some(format!("write it as `{example}`"));
    }

    fn user_kind(&mut self, name: &Spanned<String>, directory: Option<&str>) -> Option<AttributeType> {
        for (own, instead) in [(USER_ID, "id"), (ENABLED, "enabled")] {
            if name.value == own {
                let message = format!("write `{own}` beside `attributes`, not in it");
                self.error("check/test-value", message, name.span, "not among these").help =
                    Some(format!("write `{instead}` in the user itself"));
                return None;
            }
        }
        let directories = self.names.directories.iter();
        let directories =
            directories.filter(|declared| directory.is_none_or(|name| declared.name.value == name));
        let tables = directories.filter_map(|directory| directory.attributes.as_ref());
        let declared: Vec<&str> = tables.flat_map(|table| table.keys()).collect();
        if declared.contains(&name.value.as_str()) {
            return Some(AttributeType::Text);
        }
        let known = known_user_attribute(&name.value);
        if known.is_none() {
            let graph = known_user_attributes();
            let names = graph.iter().map(String::as_str).filter(|name| ![USER_ID, ENABLED].contains(name));
            let what = directory.map_or_else(
                || "user attribute".to_owned(),
                |directory| format!("user attribute of `{directory}`"),
            );
            self.unknown(&what, name, names.chain(declared));
        }
        known
    }

    /// Account attributes; none is an empty value. Expectations may also name `active` and the link.
    pub(super) fn account_attributes(
        &mut self,
        given: Option<&Table<Spanned<GivenValue>>>,
        expected: bool,
    ) -> Vec<(String, Option<Value>)> {
        let mut attributes = Vec::new();
        for (name, value) in given.iter().flat_map(|given| given.iter()) {
            if !self.is_account_attribute(name, expected) {
                continue;
            }
            attributes.push((name.value.clone(), value.value.0.clone()));
        }
        attributes.sort();
        attributes
    }

    fn is_account_attribute(&mut self, name: &Spanned<String>, expected: bool) -> bool {
        let link = self.names.application.document.link();
        let own = if name.value == link {
            Some("link")
        } else {
            ACCOUNT_OWN.iter().find(|own| **own == name.value).copied()
        };
        match own {
            None => {
                let known = self.names.path(&name.value).is_some();
                if !known {
                    self.unknown("account attribute", name, self.names.account_names());
                }
                known
            }
            Some(word) if word != USER_ID && expected => true,
            Some(word) => {
                let message = format!("write `{}` beside `attributes`, not in it", name.value);
                self.error("check/test-value", message, name.span, "not among these").help =
                    Some(format!("write `{word}` in the account itself"));
                false
            }
        }
    }

    /// The value that the application stores for the type of a given account.
    pub(super) fn test_account_type(&mut self, name: Option<&Spanned<String>>) -> Option<Value> {
        let kind = self.account_type(name)??;
        Some(Value::Text(self.names.account_type_names()[kind.0 as usize].to_owned()))
    }

    /// The named directory, or the only one.
    pub(super) fn test_directory(
        &mut self,
        named: Option<&Spanned<String>>,
        whole: Span,
        what: &str,
    ) -> Option<String> {
        if let Some(named) = named {
            return self.directory(named);
        }
        match self.names.application.document.directories.as_slice() {
            [only] => Some(only.name.value.clone()),
            _ => {
                let message = format!("the application has several directories: say which one {what}");
                self.error("check/missing-directory", message, whole, "`directory` is missing here");
                None
            }
        }
    }

    /// Reports a scope in a grant that none of the entitlement types in the grant declares.
    pub(super) fn owned_scopes(
        &mut self,
        grant: &Spanned<Table<GrantText>>,
        templates: &[GrantTemplate],
    ) -> Option<()> {
        let application = &self.names.application.document;
        let named = grant.value.keys().filter_map(|key| application.entitlement(key));
        let owned: Vec<&str> =
            named.filter_map(|kind| kind.scope.as_ref()).map(|scope| scope.value.as_str()).collect();
        let is_foreign = |key: &str| application.scope(key).is_some() && !owned.contains(&key);
        let foreign = grant.value.iter().find(|(key, _)| is_foreign(&key.value));
        if let Some((key, _)) = foreign {
            let message = format!("`{}` is the scope of no type of right in this grant", key.value);
            self.error("check/test-grant", message, key.span, "nothing is bound to it");
            return None;
        }
        if templates.is_empty() {
            self.error("check/test-grant", "a grant names a type of right", grant.span, "none");
            return None;
        }
        Some(())
    }

    /// Reports an id that can't be a reason.
    pub(super) fn reason_id(&mut self, id: &Spanned<String>, policy: &ApplicationPolicy) {
        let lifecycle = &policy.lifecycle;
        let settings = [
            &lifecycle.deleted.origin,
            &lifecycle.out_of_scope.origin,
            &lifecycle.disabled.origin,
            &lifecycle.unmanaged.origin,
            &lifecycle.adoption.origin,
            &lifecycle.returning.origin,
            &lifecycle.account_type_change.origin,
            &lifecycle.origin,
        ];
        let mut known: Vec<&str> = settings.iter().map(|origin| origin.id.as_str()).collect();
        known.extend(lifecycle.canary.iter().map(|canary| canary.origin.id.as_str()));
        known.extend(policy.rules.iter().map(|rule| rule.id.as_str()));
        known.extend(policy.exclusions.iter().map(|rule| rule.id.as_str()));
        known.extend(policy.constraints.iter().map(|rule| rule.id.as_str()));
        known.extend(policy.mapping.iter().map(|mapped| mapped.origin.id.as_str()));
        known.extend(policy.defaults.iter().map(|default| default.origin.id.as_str()));
        known.extend(lifecycle.protect.iter().map(|rule| rule.id.as_str()));
        if !known.contains(&id.value.as_str()) {
            self.unknown("rule or setting that reasons could give", id, known);
        }
    }

    /// Reports a group of the application that no condition tests and no right is stored as.
    pub(super) fn account_group(&mut self, group: &Spanned<String>, policy: &ApplicationPolicy) {
        let mut known = policy.account_groups();
        let asked = known.iter().any(|name| name.eq_ignore_ascii_case(&group.value));
        let stands_for_a_right = policy.entitlements.iter().any(|kind| {
            matches!(kind.wire, EntitlementWire::Group { .. })
                && kind
                    .pattern
                    .as_ref()
                    .is_some_and(|pattern| matches!(fit(pattern, &group.value), Fit::One(_)))
        });
        if !asked && !stands_for_a_right {
            let templates = policy.entitlements.iter().filter_map(|kind| match &kind.wire {
                EntitlementWire::Group { template } => Some(template.as_str()),
                _ => None,
            });
            known.extend(templates);
            self.unknown("group of the application that policies name or fit", group, known);
        }
    }
}
