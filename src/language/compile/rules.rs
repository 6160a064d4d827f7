//! Linking rules, exclusions and constraints (the policy language, 6 to 8).

use super::application::Compiler;
use super::condition::{Place, day};
use crate::language::document::{self};
use crate::language::documents::Placed;
use crate::policy::{Constraint, Exclusion, LinkingRule};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles the linking rules of a document.
    pub(super) fn linking_rules(
        &mut self,
        document: &Placed<document::LinkingRulesDocument>,
    ) -> Vec<LinkingRule> {
        self.enter(document.file(), "LinkingRules");
        let mut compiled = Vec::new();
        for rule in &document.document.rules {
            self.id.clone_from(&rule.id.value);
            compiled.extend(self.linking_rule(rule));
        }
        compiled
    }

    fn linking_rule(&mut self, rule: &document::Rule) -> Option<LinkingRule> {
        if rule.group.is_none() && rule.when.is_none() {
            let message =
                format!("the rule `{}` fits nobody in particular: it needs `group` or `when`", rule.id.value);
            self.report.error("check/rule-without-group", message, self.at(rule.id.span), "this rule");
            return None;
        }
        let filled = filled(rule);
        let (group, captures) = match &rule.group {
            None => (None, Vec::new()),
            Some(group) => {
                let (group, captures) = self.group(group, &filled)?;
                (Some(group), captures)
            }
        };
        let when = match &rule.when {
            None => None,
            Some(when) => Some(self.condition(when, Place::Rule)?),
        };
        let grants = match &rule.grant {
            None => Vec::new(),
            Some(grant) => self.grants(grant, &captures)?,
        };
        let account_type = self.account_type(rule.account_type.as_ref())?;
        if rule.grant.is_none() && account_type.is_none() {
            let message =
                format!("the rule `{}` gives nothing: it needs `grant` or `accountType`", rule.id.value);
            self.report.error("check/rule-without-grant", message, self.at(rule.id.span), "this rule");
            return None;
        }
        let origin = self.report.origin(self.kind, &rule.id.value, self.at(rule.id.span));
        let order = rule.order.as_ref().map(|order| order.value);
        Some(LinkingRule { id: rule.id.value.clone(), origin, group, when, order, account_type, grants })
    }

    /// Compiles the exclusions of a document.
    pub(super) fn exclusions(&mut self, document: &Placed<document::ExclusionsDocument>) -> Vec<Exclusion> {
        self.enter(document.file(), "Exclusions");
        let mut compiled = Vec::new();
        for exclusion in &document.document.exclude {
            self.id.clone_from(&exclusion.id.value);
            let Some(when) = self.condition(&exclusion.when, Place::Exclusion) else { continue };
            compiled.push(Exclusion {
                id: exclusion.id.value.clone(),
                origin: self.report.origin(self.kind, &exclusion.id.value, self.at(exclusion.id.span)),
                when,
                reason: exclusion.reason.value.clone(),
                owner: text(exclusion.owner.as_ref()),
                until: day(exclusion.until.as_ref()),
            });
        }
        compiled
    }

    /// Compiles the constraints of a document.
    pub(super) fn constraints(
        &mut self,
        document: &Placed<document::ConstraintsDocument>,
    ) -> Vec<Constraint> {
        self.enter(document.file(), "Constraints");
        let mut compiled = Vec::new();
        for constraint in &document.document.constraints {
            self.id.clone_from(&constraint.id.value);
            let when = constraint.when.as_ref().map(|when| self.condition(when, Place::Granted));
            let test = self.constraint_test(constraint);
            let (Some(when), Some(test)) = (when.map_or(Some(None), |when| when.map(Some)), test) else {
                continue;
            };
            compiled.push(Constraint {
                id: constraint.id.value.clone(),
                origin: self.report.origin(self.kind, &constraint.id.value, self.at(constraint.id.span)),
                when,
                test,
                otherwise: constraint.otherwise.value,
                message: text(constraint.message.as_ref()),
            });
        }
        compiled
    }
}

pub(super) fn text(text: Option<&Spanned<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

/// Which key of the grant each capture fills alone: `{location}` in `location: '{location}'`.
fn filled(rule: &document::Rule) -> Vec<(String, String)> {
    let texts = rule
        .grant
        .iter()
        .flat_map(|grant| grant.value.iter())
        .map(|(key, text)| (key.value.clone(), text.0.value.clone()));
    texts
        .filter_map(|(key, text)| {
            let name = text.strip_prefix('{')?.strip_suffix('}')?;
            (!name.contains(['{', '}'])).then(|| (name.to_owned(), key))
        })
        .collect()
}
