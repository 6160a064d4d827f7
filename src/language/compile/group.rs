//! Group references, patterns, selectors and grants (the policy language, 4 and 6).

use super::compiler::Compiler;
use crate::language::document::{
    self, Capture, GrantText, GroupForm, Piece, Selector, Table, parse_template,
};
use crate::language::documents::EVERY;
use crate::model::Span;
use crate::policy::{
    CaptureSet, GrantTemplate, GroupReference, GroupSelector, NamePattern, PatternPart, RightSelector,
    TemplatePart, TextTemplate,
};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// Pairs of a capture and the entitlement type or scope whose whole value it is.
pub(super) type Filled = [(String, String)];

impl Compiler<'_, '_, '_> {
    /// Compiles the group reference of a rule and gives the names of its captures too; `filled` says what each capture
    /// fills.
    pub(super) fn group(
        &mut self,
        group: &Spanned<document::GroupReference>,
        rule: &str,
        filled: &Filled,
    ) -> Option<(GroupReference, Vec<String>)> {
        let form = self.shape(group.value.form(group.span))?;
        let object = group.value.object();
        let selector = match form {
            GroupForm::Id(id, name) => {
                GroupSelector::Id { id: id.value.clone(), name: name.map(|name| name.value.clone()) }
            }
            GroupForm::Name(name, _) => GroupSelector::Name(name.to_owned()),
            GroupForm::AppRole(role) => {
                self.enterprise_application(group.span, object)?;
                GroupSelector::AppRole(Some(role.value.clone()).filter(|role| role != EVERY))
            }
            GroupForm::Pattern(pattern) => {
                GroupSelector::Pattern(self.pattern(pattern, &group.value, filled)?)
            }
        };
        let directory = match object.and_then(|object| object.directory.as_ref()) {
            Some(name) => Some(self.directory(name)?),
            None => None,
        };
        let several = self.names.application.document.directories.len() > 1;
        let everywhere = matches!(selector, GroupSelector::Pattern(_) | GroupSelector::AppRole(_));
        if several && directory.is_none() && !everywhere {
            let message = "the application has several directories: say which one the group is in";
            self.error("check/missing-directory", message, group.span, "`directory` is missing here");
            return None;
        }
        let captures = match &selector {
            GroupSelector::Pattern(pattern) => pattern.captures.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let reference = GroupReference {
            selector,
            directory,
            under: object.and_then(|object| Spanned::value_of(&object.under)).filter(|under| under != EVERY),
            optional: object.and_then(|object| object.optional).unwrap_or(false),
            min_members: object.and_then(|object| object.min_members),
            nested: None,
            origin: self.origin(rule, group.span),
        };
        Some((reference, captures))
    }

    /// Reports a role if none of the possible directories names an enterprise application.
    fn enterprise_application(&mut self, at: Span, object: Option<&document::GroupObject>) -> Option<()> {
        let meant = object.and_then(|object| object.directory.as_ref());
        let directories = self.names.application.document.directories.iter();
        let mut directories =
            directories.filter(|directory| meant.is_none_or(|meant| meant.value == directory.name.value));
        if directories.any(|directory| directory.enterprise_application.is_some()) {
            return Some(());
        }
        let message = "no enterprise application is named whose roles these are";
        self.error("check/missing-enterprise-application", message, at, "this role").help =
            Some("name it in the `Application`: directories: [{ name: ..., enterpriseApplication: its object id }]".to_owned());
        None
    }

    pub(super) fn directory(&mut self, name: &Spanned<String>) -> Option<String> {
        let known =
            self.names.application.document.directories.iter().map(|directory| directory.name.value.as_str());
        if known.clone().any(|known| known == name.value) {
            return Some(name.value.clone());
        }
        self.unknown("directory of this application", name, known);
        None
    }

    fn pattern(
        &mut self,
        pattern: &Spanned<String>,
        group: &document::GroupReference,
        filled: &Filled,
    ) -> Option<NamePattern> {
        let parts = self.pattern_parts(pattern)?;
        let mut captures = BTreeMap::new();
        for part in &parts {
            let PatternPart::Capture(name) = part else { continue };
            let set = match group.capture(name) {
                Some(capture) => self.capture(capture)?,
                None => self.declared(name, filled),
            };
            captures.insert(name.clone(), set);
        }
        if let Some(table) = group.object().and_then(|object| object.captures.as_ref()) {
            let known: Vec<&str> = captures.keys().map(String::as_str).collect();
            for (name, _) in table.iter().filter(|(name, _)| !captures.contains_key(&name.value)) {
                self.unknown("capture of the pattern", name, known.iter().copied());
            }
        }
        Some(NamePattern { source: pattern.value.clone(), parts, captures })
    }

    /// Text and captures of a pattern. Two adjacent captures are an error: nothing says where one ends.
    pub(super) fn pattern_parts(&mut self, pattern: &Spanned<String>) -> Option<Vec<PatternPart>> {
        let mut parts: Vec<PatternPart> = Vec::new();
        for piece in self.braces(pattern)? {
            if matches!((&piece, parts.last()), (Piece::Name(_), Some(PatternPart::Capture(_)))) {
                let message = "two captures side by side: put text between them";
                self.error("check/adjacent-captures", message, pattern.span, "in this pattern");
                return None;
            }
            parts.push(match piece {
                Piece::Text(text) => PatternPart::Text(text),
                Piece::Name(name) => PatternPart::Capture(name),
            });
        }
        Some(parts)
    }

    fn capture(&mut self, capture: &Capture) -> Option<CaptureSet> {
        Some(match capture {
            Capture::In(values) => closed(values),
            Capture::Map(map) => {
                let entries = map.sorted().into_iter();
                CaptureSet::Closed(
                    entries.map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
                )
            }
            Capture::Matches(source) => CaptureSet::Matching(self.whole_regex(source, false)?),
        })
    }

    /// The declared values of the key that a capture fills; for several keys, the values that all of them declare.
    fn declared(&self, capture: &str, filled: &Filled) -> CaptureSet {
        let keys = filled.iter().filter(|(name, _)| name == capture);
        keys.map(|(_, key)| self.closed_values(key)).fold(CaptureSet::Open, |common, declared| {
            match (common, declared) {
                (CaptureSet::Closed(common), CaptureSet::Closed(declared)) => {
                    CaptureSet::Closed(common.into_iter().filter(|entry| declared.contains(entry)).collect())
                }
                (CaptureSet::Closed(common), _) => CaptureSet::Closed(common),
                (_, declared) => declared,
            }
        })
    }

    /// The closed set of values of an entitlement type or scope.
    pub(super) fn closed_values(&self, key: &str) -> CaptureSet {
        let application = &self.names.application.document;
        let values = application
            .entitlement(key)
            .and_then(|kind| kind.values.as_deref())
            .or_else(|| application.scope(key));
        values.map_or(CaptureSet::Open, closed)
    }

    /// The pieces of a template: names in braces, and the text between them.
    pub(super) fn braces(&mut self, template: &Spanned<String>) -> Option<Vec<Piece>> {
        match parse_template(&template.value) {
            Ok(pieces) => Some(pieces),
            Err(error) => {
                self.error("check/braces", error.to_string(), template.span, "in this text").help =
                    Some("write `{{` and `}}` for braces themselves".to_owned());
                None
            }
        }
    }

    /// Compiles the grants of a rule: one right for each entitlement type; a scope is attached to the types that
    /// declare it.
    pub(super) fn grants(
        &mut self,
        grant: &Spanned<Table<GrantText>>,
        captures: &[String],
    ) -> Option<Vec<GrantTemplate>> {
        let mut templates = Vec::new();
        for (key, text) in grant.value.iter() {
            if self.names.is_scope(&key.value) {
                continue;
            }
            let Some(entitlement) = self.names.entitlement(&key.value) else {
                self.unknown_right(key);
                return None;
            };
            let value = self.filled(&text.0, captures, &key.value)?;
            let scope = match self.scope_of(&key.value) {
                None => None,
                Some(scope) => {
                    let Some(text) = grant.value.get(&scope) else {
                        let message =
                            format!("`{}` is bound to a `{scope}`, and the grant names none", key.value);
                        self.error("check/missing-scope", message, grant.span, "`scope` is missing here");
                        return None;
                    };
                    Some(self.filled(&text.0, captures, &scope)?)
                }
            };
            templates.push(GrantTemplate { entitlement, value, scope });
        }
        templates.sort_by_key(|template| template.entitlement);
        Some(templates)
    }

    fn scope_of(&self, entitlement: &str) -> Option<String> {
        let kind = self.names.application.document.entitlement(entitlement)?;
        kind.scope.as_ref().map(|scope| scope.value.clone())
    }

    /// The text of a grant; text without captures must be one of the declared values.
    fn filled(&mut self, text: &Spanned<String>, captures: &[String], key: &str) -> Option<TextTemplate> {
        let mut parts = Vec::new();
        for piece in self.braces(text)? {
            parts.push(match piece {
                Piece::Text(text) => TemplatePart::Text(text),
                Piece::Name(name) if captures.contains(&name) => TemplatePart::Name(name),
                Piece::Name(name) => {
                    let name = Spanned { value: name, span: text.span };
                    self.unknown("capture", &name, captures.iter().map(String::as_str));
                    return None;
                }
            });
        }
        if let [TemplatePart::Text(value)] = parts.as_slice()
            && self.names.declares(key, value) == Some(false)
        {
            let value = Spanned { value: value.clone(), span: text.span };
            let known = self.names.declared(key);
            self.unknown(&format!("value of `{key}`"), &value, known);
            return None;
        }
        Some(TextTemplate { parts })
    }

    /// Compiles a selector.
    pub(super) fn selector(&mut self, selector: &Selector) -> Option<RightSelector> {
        let mut compiled = RightSelector { entitlement: None, value: None, scope: None };
        for (key, value) in selector.iter() {
            let text = Some(value.value.clone()).filter(|value| value != EVERY);
            if self.names.is_scope(&key.value) {
                compiled.scope = text;
            } else if let Some(entitlement) = self.names.entitlement(&key.value) {
                compiled.entitlement = Some(entitlement);
                compiled.value = text;
            } else {
                self.unknown_right(key);
                return None;
            }
        }
        Some(compiled)
    }

    fn unknown_right(&mut self, key: &Spanned<String>) {
        let known = self.names.entitlement_names().into_iter().chain(self.names.scope_names());
        self.unknown("entitlement or `scope`", key, known);
    }
}

/// A closed set of values that group names contain unchanged.
fn closed(values: &[Spanned<String>]) -> CaptureSet {
    CaptureSet::Closed(values.iter().map(|value| (value.value.clone(), value.value.clone())).collect())
}
