//! Linking rules, exclusions and constraints (the policy language, 6 to 8).

use super::compiler::Compiler;
use super::condition::{Owner, Place};
use crate::language::document;
use crate::policy::{Constraint, Exclusion, LinkingRule};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles the linking rules of a document.
    pub(super) fn linking_rules(&mut self, document: &document::LinkingRulesDocument) -> Vec<LinkingRule> {
        document.rules.iter().filter_map(|rule| self.linking_rule(rule)).collect()
    }

    fn linking_rule(&mut self, rule: &document::Rule) -> Option<LinkingRule> {
        let id = &rule.id.value;
        if rule.group.is_none() && rule.when.is_none() {
            let message = format!("the rule `{id}` does not say for whom it is: it needs `group` or `when`");
            self.error("check/rule-without-group", message, rule.id.span, "this rule");
            return None;
        }
        let (group, captures) = match &rule.group {
            None => (None, Vec::new()),
            Some(group) => {
                let (group, captures) = self.group(group, id, &filled(rule))?;
                (Some(group), captures)
            }
        };
        let when = self.when(&rule.when, Owner { id, place: Place::Rule })?;
        let grants = match &rule.grant {
            None => Vec::new(),
            Some(grant) => self.grants(grant, &captures)?,
        };
        let account_type = self.account_type(rule.account_type.as_ref())?;
        if rule.grant.is_none() && account_type.is_none() {
            let message = format!("the rule `{id}` gives nothing: it needs `grant` or `accountType`");
            self.error("check/rule-without-grant", message, rule.id.span, "this rule");
            return None;
        }
        let (origin, order) = (self.origin(id, rule.id.span), Spanned::value_of(&rule.order));
        Some(LinkingRule { id: id.clone(), origin, group, when, order, account_type, grants })
    }

    /// Compiles the exclusions of a document.
    pub(super) fn exclusions(&mut self, document: &document::ExclusionsDocument) -> Vec<Exclusion> {
        document.exclude.iter().filter_map(|exclusion| self.exclusion(exclusion)).collect()
    }

    fn exclusion(&mut self, exclusion: &document::ExclusionObject) -> Option<Exclusion> {
        let id = &exclusion.id.value;
        Some(Exclusion {
            id: id.clone(),
            when: self.condition(&exclusion.when, Owner { id, place: Place::Exclusion })?,
            origin: self.origin(id, exclusion.id.span),
            reason: exclusion.reason.value.clone(),
            owner: Spanned::value_of(&exclusion.owner),
            until: Spanned::value_of(&exclusion.until),
        })
    }

    /// Compiles the constraints of a document.
    pub(super) fn constraints(&mut self, document: &document::ConstraintsDocument) -> Vec<Constraint> {
        document.constraints.iter().filter_map(|constraint| self.constraint(constraint)).collect()
    }

    fn constraint(&mut self, constraint: &document::ConstraintObject) -> Option<Constraint> {
        let id = &constraint.id.value;
        let owner = Owner { id, place: Place::Granted };
        // Both are compiled before the first error returns, so that all errors are reported at once.
        let (when, test) = (self.when(&constraint.when, owner), self.constraint_test(constraint, owner));
        Some(Constraint {
            id: id.clone(),
            origin: self.origin(id, constraint.id.span),
            when: when?,
            test: test?,
            otherwise: constraint.otherwise.value,
            message: Spanned::value_of(&constraint.message),
        })
    }
}

/// The grant key whose whole value each capture is: `{location}` in `location: '{location}'`.
fn filled(rule: &document::Rule) -> Vec<(String, String)> {
    let alone = |text: &str| {
        let name = text.strip_prefix('{')?.strip_suffix('}')?;
        (!name.contains(['{', '}'])).then(|| name.to_owned())
    };
    rule.grants().filter_map(|(key, text)| Some((alone(&text.0.value)?, key.value.clone()))).collect()
}
