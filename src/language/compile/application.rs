//! Compiles one application's documents to its policy.

use super::calendar::{change_windows, schedule};
use super::compiler::{Compiler, all};
use super::connection;
use super::connector;
use super::names::Names;
use super::policy_tests::policy_tests;
use super::profile;
use super::report::Report;
use crate::language::document::{self, ApplicationDocument, Kind, Missing, Watch, WireForm};
use crate::language::documents::{Documents, EVERY, Placed, about};
use crate::model::{AttributePath, EntitlementWire};
use crate::policy::{
    AccountSlot, ApplicationPolicy, CaptureSet, EntitlementType, MappedAttribute, NamePattern, Notification,
    PatternPart, Scope,
};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// Compiles an application; none if any of its documents has an error.
pub(super) fn application(
    report: &mut Report<'_>,
    documents: &Documents,
    application: &Placed<ApplicationDocument>,
) -> Option<ApplicationPolicy> {
    let rest = application.rest.as_ref().map(|rest| rest.value.connector.value.as_str());
    let connector = rest.and_then(|name| connector::named(documents, name));
    let mut names = Names::new(application, documents.directories_of(application).collect(), connector);
    let before = report.findings.len();
    let mut compiler = Compiler::new(report, &mut names, application, Kind::Application);
    let mut compiled = compiler.application(documents, application);
    let sound = compiled.as_ref().filter(|_| report.findings.len() == before);
    let tests = policy_tests(report, &mut names, documents, sound);
    if let Some(compiled) = &mut compiled {
        compiled.tests = tests;
    }
    compiled.filter(|_| report.findings.len() == before)
}

impl Compiler<'_, '_, '_> {
    fn application(
        &mut self,
        documents: &Documents,
        application: &Placed<ApplicationDocument>,
    ) -> Option<ApplicationPolicy> {
        let name = &application.name.value;
        let connection = self.shape(application.connection());
        let connection = connection.and_then(|form| connection::application(form, documents));
        let same_person = self.same_person(application);
        self.same_labels(application);
        let precedence = self.precedence(documents);
        let entitlements = self.entitlements(application);
        // Constraints are compiled first, because they define the names that templates use. Constraints for every
        // application come before the application's own.
        let constraints = about(&documents.constraints, EVERY).chain(about(&documents.constraints, name));
        let constraints = constraints
            .flat_map(|document| self.of(document, Kind::Constraints).constraints(document))
            .collect();
        let mut rules: Vec<_> = about(&documents.linking_rules, name)
            .flat_map(|document| self.of(document, Kind::LinkingRules).linking_rules(document))
            .collect();
        let exclusions = documents.exclusions.iter();
        let mut exclusions: Vec<_> = exclusions
            .filter(|document| [name.as_str(), EVERY].contains(&document.application.value.as_str()))
            .flat_map(|document| self.of(document, Kind::Exclusions).exclusions(document))
            .collect();
        let mappings = about(&documents.mappings, name);
        let common = mappings.clone().find(|document| document.account_type.is_none());
        let watches_all =
            mappings.clone().any(|document| Spanned::value_of(&document.watch) == Some(Watch::All));
        let (mut mapping, mut matching) = (Vec::new(), Vec::new());
        for document in mappings {
            let mut compiler = self.of(document, Kind::AttributeMapping);
            mapping.extend(compiler.mappings(document, common.and_then(|common| common.authority)));
            matching.extend(compiler.matching(document, &mapping));
        }
        let defaults = about(&documents.defaults, name)
            .flat_map(|document| self.of(document, Kind::Defaults).defaults(document, &mapping))
            .collect();
        let lifecycle = about(&documents.lifecycles, name).next();
        let lifecycle = lifecycle.and_then(|document| self.of(document, Kind::Lifecycle).lifecycle(document));
        let mut allowances: Vec<_> = about(&documents.overrides, name)
            .flat_map(|document| self.of(document, Kind::Overrides).overrides(document))
            .collect();
        allowances.sort_by(|one, other| one.id.cmp(&other.id));
        rules.sort_by(|one, other| one.id.cmp(&other.id));
        exclusions.sort_by(|one, other| one.id.cmp(&other.id));
        let schedule = schedule(self.report, application);
        let change_windows = change_windows(self.report, application);
        let order = self.names.settle();
        let mut policy = ApplicationPolicy {
            name: name.clone(),
            origin: self.origin(name, application.name.span),
            previously: Spanned::value_of(&application.previously),
            enabled: application.enabled.unwrap_or(true),
            connection: connection?,
            directories: application
                .directories
                .iter()
                .map(|directory| directory.name.value.clone())
                .collect(),
            enterprise_applications: application
                .directories
                .iter()
                .map(|directory| Spanned::value_of(&directory.enterprise_application))
                .collect(),
            same_person,
            account_types: self.names.account_type_names().into_iter().map(ToOwned::to_owned).collect(),
            precedence,
            watches_all,
            names: self.names.named.clone(),
            link: self.link(application),
            user_attributes: self.names.users.clone(),
            account_attributes: self.names.accounts.clone(),
            scopes: self.scopes(),
            entitlements: entitlements?,
            rules,
            exclusions,
            constraints,
            mapping,
            matching,
            defaults,
            lifecycle: lifecycle?,
            schedule,
            change_windows,
            overrides: allowances,
            notify: notifications(application),
            unkept: Vec::new(),
            tests: Vec::new(),
        };
        policy.renumber(&order);
        let profile = application.scim.as_ref().and_then(|scim| scim.value.profile.as_ref());
        if let Some(document) = profile.and_then(|name| profile::named(documents, &name.value)) {
            policy.unkept = profile::unkept(self.report, &policy, document);
        }
        if let Some(document) = self.names.connector {
            policy.unkept = connector::unkept(self.report, &policy, document);
        }
        Some(policy)
    }

    fn link(&self, application: &ApplicationDocument) -> AttributePath {
        let name = application.link();
        if name == AttributePath::LEDGER {
            return AttributePath::in_ledger();
        }
        let plain = AttributePath { name: name.to_owned(), path: name.to_owned(), case_exact: true };
        self.names.path(name).map_or(plain, |path| AttributePath { case_exact: true, ..path })
    }

    fn scopes(&self) -> Vec<Scope> {
        let document = &self.names.application.document;
        let values = |name: &str| Spanned::values(document.scope(name).unwrap_or_default());
        let names = self.names.scope_names().into_iter();
        names.map(|name| Scope { name: name.to_owned(), values: values(name) }).collect()
    }

    fn entitlements(&mut self, application: &ApplicationDocument) -> Option<Vec<EntitlementType>> {
        let names = self.names.entitlement_names().into_iter();
        all(names.map(|name| self.entitlement(name, application.entitlement(name)?)))
    }

    fn entitlement(&mut self, name: &str, kind: &document::EntitlementObject) -> Option<EntitlementType> {
        let scope = match &kind.scope {
            None => None,
            Some(scope) => {
                let scopes = self.names.scope_names();
                let place = scopes.iter().position(|known| *known == scope.value);
                if place.is_none() {
                    self.unknown("scope", scope, scopes);
                }
                Some(place? as u16)
            }
        };
        let (wire, pattern) = self.wire(name, kind)?;
        Some(EntitlementType {
            name: name.to_owned(),
            values: kind.values.as_ref().map(Spanned::values),
            scope,
            privileged: Spanned::values(kind.privileged.iter().flatten()),
            keep_at_least: Spanned::value_of(&kind.keep_at_least),
            create_missing: Spanned::value_of(&kind.missing) == Some(Missing::Create),
            wire,
            pattern,
        })
    }

    /// How rights are stored. A template is also read backwards, to find out which right an account holds.
    fn wire(
        &mut self,
        name: &str,
        kind: &document::EntitlementObject,
    ) -> Option<(EntitlementWire, Option<NamePattern>)> {
        let Some(wire) = &kind.wire else { return Some((EntitlementWire::Row, None)) };
        let form = self.shape(wire.value.form(wire.span))?;
        let plain = Spanned { value: format!("{{{name}}}"), span: wire.span };
        let template = form.template().unwrap_or(&plain);
        let parts = self.pattern_parts(template)?;
        let scope = kind.scope.as_ref().map(|scope| scope.value.as_str());
        let mut captures = BTreeMap::new();
        for part in &parts {
            let PatternPart::Capture(capture) = part else { continue };
            if capture != name && Some(capture.as_str()) != scope {
                let capture = Spanned { value: capture.clone(), span: template.span };
                self.unknown("name for this template", &capture, [name].into_iter().chain(scope));
                return None;
            }
            captures.insert(capture.clone(), self.closed_values(capture));
        }
        let needed = [name].into_iter().chain(scope);
        for needed in needed.filter(|needed| !captures.contains_key(*needed)) {
            let single =
                matches!(self.closed_values(needed), CaptureSet::Closed(values) if values.len() == 1);
            if !single {
                let message =
                    format!("the template must name `{{{needed}}}`, or no right could be read back from it");
                self.error("check/template", message, template.span, "in this template");
                return None;
            }
        }
        if let Some(attribute) = form.attribute() {
            self.account(attribute)?;
        }
        let text = template.value.clone();
        let pattern = Some(NamePattern { source: text.clone(), parts, captures });
        let wire = match form {
            WireForm::Group(_) => EntitlementWire::Group { template: text },
            WireForm::Values(attribute, _) => {
                EntitlementWire::Values { attribute: attribute.value.clone(), template: text }
            }
            WireForm::Attribute(attribute, _) => {
                EntitlementWire::Attribute { attribute: attribute.value.clone(), template: text }
            }
        };
        Some((wire, pattern))
    }

    /// The attributes by which an account without link is found; each must be mapped in the same document.
    fn matching(
        &mut self,
        document: &document::AttributeMappingDocument,
        compiled: &[MappedAttribute],
    ) -> Vec<AccountSlot> {
        let mut slots = Vec::new();
        for name in document.r#match.iter().flatten() {
            if document.attributes.get(&name.value).is_none() {
                let message = format!("`{}` finds accounts, but is not mapped here", name.value);
                self.error("check/unmapped-match", message, name.span, "not mapped").help =
                    Some("map it under `attributes`".to_owned());
                continue;
            }
            let slot = self.account(name);
            let mapped = compiled.iter().find(|mapped| Some(mapped.attribute) == slot);
            if mapped.is_some_and(MappedAttribute::needs_grants) {
                let message = format!("`{}` finds accounts before anybody has grants", name.value);
                self.error("check/match-by-grants", message, name.span, "needs grants").help =
                    Some("match by attributes of the directory alone".to_owned());
                continue;
            }
            slots.extend(slot);
        }
        slots
    }
}

/// The recipients of reports about runs, in the order written.
fn notifications(application: &ApplicationDocument) -> Vec<Notification> {
    let written = application.notify.iter().flatten();
    let compiled = written.map(|notification| Notification {
        send: notification.send,
        to: Spanned::values(&notification.to),
        workbook: notification.attach.is_some(),
    });
    compiled.collect()
}
