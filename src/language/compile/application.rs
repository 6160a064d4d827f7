//! One application's documents to its policy.

use super::calendar::{change_windows, schedule};
use super::condition::CompiledFile;
use super::credential::credential;
use super::names::Names;
use super::notify;
use super::overrides::overrides;
use super::policy_tests::policy_tests;
use super::report::Report;
use crate::language::document::{self, ConnectionForm, Missing, WireForm};
use crate::language::documents::{Documents, Placed};
use crate::model::{ApplicationConnection, AttributePath, EntitlementWire, FileId};
use crate::policy::{
    AccountSlot, ApplicationPolicy, CaptureSet, EntitlementType, MappedAttribute, NamePattern, PatternPart,
    Scope,
};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// Compiles one application's documents, one after the other.
pub(super) struct Compiler<'r, 's, 'd> {
    pub(super) report: &'r mut Report<'s>,
    pub(super) names: &'r mut Names<'d>,
    /// The file of the document being compiled.
    pub(super) file: CompiledFile,
    /// Its kind.
    pub(super) kind: &'static str,
    /// The id of the rule being compiled.
    pub(super) id: String,
}

/// Compiles an application; none where any of it is wrong.
pub(super) fn application(
    report: &mut Report<'_>,
    documents: &Documents,
    application: &Placed<document::ApplicationDocument>,
) -> Option<ApplicationPolicy> {
    let name = &application.document.name.value;
    let directories = application.document.directories.iter().filter_map(|reference| {
        documents.directories.iter().find(|directory| directory.document.name.value == reference.name.value)
    });
    let mut names = Names::new(application, directories.collect());
    // The first pass only learns which attributes there are, so that slots can be sorted; what it reports is dropped.
    let mut silent = Report { sources: report.sources, findings: Vec::new() };
    compile(&mut silent, &mut names, documents, name);
    names.settle();
    let before = report.findings.len();
    let mut compiled = compile(report, &mut names, documents, name);
    let sound = compiled.as_ref().filter(|_| report.findings.len() == before);
    let tests = policy_tests(report, &mut names, documents, sound);
    if let Some(compiled) = &mut compiled {
        compiled.tests = tests;
    }
    compiled.filter(|_| report.findings.len() == before)
}

fn compile(
    report: &mut Report<'_>,
    names: &mut Names<'_>,
    documents: &Documents,
    name: &str,
) -> Option<ApplicationPolicy> {
    let application = names.application;
    let mut compiler =
        Compiler { report, names, file: application.file(), kind: "Application", id: name.to_owned() };
    let mine = |other: &Spanned<String>| other.value == name;
    let shared = |other: &Spanned<String>| other.value == "*";
    let connection = compiler.connection(application);
    let same_person = compiler.same_person(application);
    compiler.same_labels(application);
    let precedence = compiler.precedence(documents);
    let (scopes, entitlements) = (compiler.scopes(), compiler.entitlements(application));
    // Constraints first: they name values that templates use.
    let mut constraints = Vec::new();
    for document in documents.constraints.iter().filter(|document| shared(&document.application)) {
        constraints.extend(compiler.constraints(document));
    }
    for document in documents.constraints.iter().filter(|document| mine(&document.application)) {
        constraints.extend(compiler.constraints(document));
    }
    let mut rules = Vec::new();
    for document in documents.linking_rules.iter().filter(|document| mine(&document.application)) {
        rules.extend(compiler.linking_rules(document));
    }
    let mut exclusions = Vec::new();
    for document in documents.exclusions.iter().filter(|it| mine(&it.application) || shared(&it.application))
    {
        exclusions.extend(compiler.exclusions(document));
    }
    let (mut mapping, mut matching, mut watches_all) = (Vec::new(), Vec::new(), false);
    let common = documents.mappings.iter().find(|it| mine(&it.application) && it.account_type.is_none());
    let inherited = common.and_then(|document| document.authority);
    for document in documents.mappings.iter().filter(|document| mine(&document.application)) {
        mapping.extend(compiler.mappings(document, inherited));
        watches_all |= document.watch.as_ref().is_some_and(|watch| watch.value == document::Watch::All);
        matching.extend(compiler.matching(document, &mapping));
    }
    let mut defaults = Vec::new();
    for document in documents.defaults.iter().filter(|document| mine(&document.application)) {
        defaults.extend(compiler.defaults(document, &mapping));
    }
    let lifecycle = documents.lifecycles.iter().find(|document| mine(&document.application));
    let lifecycle = lifecycle.and_then(|document| compiler.lifecycle(document));
    let link = compiler.link(application);
    let mut allowances = Vec::new();
    for document in documents.overrides.iter().filter(|document| mine(&document.application)) {
        allowances.extend(overrides(compiler.report, document));
    }
    allowances.sort_by(|one, other| one.id.cmp(&other.id));
    let schedule = schedule(compiler.report, application);
    let change_windows = change_windows(compiler.report, application);
    rules.sort_by(|one, other| one.id.cmp(&other.id));
    exclusions.sort_by(|one, other| one.id.cmp(&other.id));
    mapping.sort_by_key(|mapped| (mapped.attribute, mapped.account_type));
    Some(ApplicationPolicy {
        name: name.to_owned(),
        origin: compiler.report.origin("Application", name, application.place(application.name.span)),
        enabled: application.document.enabled.unwrap_or(true),
        connection: connection?,
        directories: application
            .document
            .directories
            .iter()
            .map(|directory| directory.name.value.clone())
            .collect(),
        enterprise_applications: application
            .document
            .directories
            .iter()
            .map(|directory| directory.enterprise_application.as_ref().map(|id| id.value.clone()))
            .collect(),
        same_person,
        account_types: compiler.names.account_type_names().into_iter().map(ToOwned::to_owned).collect(),
        precedence,
        watches_all,
        names: compiler.names.named.clone(),
        link,
        user_attributes: compiler.names.users.clone(),
        account_attributes: compiler.names.accounts.clone(),
        scopes,
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
        notify: application.document.notify.as_ref().map_or_else(Vec::new, |it| notify::notifications(it)),
        tests: Vec::new(),
    })
}

impl Compiler<'_, '_, '_> {
    /// Turns to another document.
    pub(super) fn enter(&mut self, file: FileId, kind: &'static str) {
        self.file = file;
        self.kind = kind;
    }

    fn connection(
        &mut self,
        application: &Placed<document::ApplicationDocument>,
    ) -> Option<ApplicationConnection> {
        let text = |text: &Spanned<String>| text.value.clone();
        let form = self.report.shape(self.file, application.document.connection())?;
        Some(match form {
            ConnectionForm::Scim(scim) => ApplicationConnection::Scim {
                url: text(&scim.url),
                credential: scim.credential.as_ref().and_then(|it| credential(&it.value)),
            },
            ConnectionForm::Sqlite(sqlite) => ApplicationConnection::Sqlite {
                path: text(&sqlite.file),
                start_from: sqlite.start_from.as_ref().map(text),
            },
            ConnectionForm::File(file) => ApplicationConnection::File {
                accounts: text(&file.accounts),
                groups: file.groups.as_ref().map(text),
            },
        })
    }

    fn link(&self, application: &Placed<document::ApplicationDocument>) -> AttributePath {
        let name = application.document.link();
        let plain = AttributePath { name: name.to_owned(), path: name.to_owned(), case_exact: true };
        self.names.path(name).map_or(plain, |path| AttributePath { case_exact: true, ..path })
    }

    fn scopes(&self) -> Vec<Scope> {
        let document = &self.names.application.document;
        let values = |name: &str| {
            document.scope(name).unwrap_or_default().iter().map(|value| value.value.clone()).collect()
        };
        self.names
            .scope_names()
            .into_iter()
            .map(|name| Scope { name: name.to_owned(), values: values(name) })
            .collect()
    }

    fn entitlements(
        &mut self,
        application: &Placed<document::ApplicationDocument>,
    ) -> Option<Vec<EntitlementType>> {
        let names = self.names.entitlement_names();
        let compiled: Vec<Option<EntitlementType>> = names
            .into_iter()
            .map(|name| self.entitlement(name, application.document.entitlement(name)?))
            .collect();
        compiled.into_iter().collect()
    }

    fn entitlement(&mut self, name: &str, kind: &document::EntitlementObject) -> Option<EntitlementType> {
        let scopes = self.names.scope_names();
        let scope = match &kind.scope {
            None => None,
            Some(scope) => match scopes.iter().position(|known| *known == scope.value) {
                Some(place) => Some(place as u16),
                None => {
                    self.report.unknown("scope", &scope.value, scopes, self.file, scope.span);
                    return None;
                }
            },
        };
        let (wire, pattern) = self.wire(name, kind)?;
        Some(EntitlementType {
            name: name.to_owned(),
            values: kind
                .values
                .as_ref()
                .map(|values| values.iter().map(|value| value.value.clone()).collect()),
            scope,
            privileged: kind.privileged.iter().flatten().map(|value| value.value.clone()).collect(),
            keep_at_least: kind.keep_at_least.as_ref().map(|number| number.value),
            create_missing: kind.missing.as_ref().is_some_and(|missing| missing.value == Missing::Create),
            wire,
            pattern,
        })
    }

    /// How rights are stored; a template read backwards says what an account holds.
    fn wire(
        &mut self,
        name: &str,
        kind: &document::EntitlementObject,
    ) -> Option<(EntitlementWire, Option<NamePattern>)> {
        let Some(wire) = &kind.wire else { return Some((EntitlementWire::Row, None)) };
        let form = self.report.shape(self.file, wire.value.form(wire.span))?;
        let plain = Spanned { value: format!("{{{name}}}"), span: wire.span };
        let template = form.template().unwrap_or(&plain);
        let parts = self.pattern_parts(template)?;
        let scope = kind.scope.as_ref().map(|scope| scope.value.as_str());
        let mut captures = BTreeMap::new();
        for part in &parts {
            let PatternPart::Capture(capture) = part else { continue };
            if capture != name && Some(capture.as_str()) != scope {
                let known: Vec<&str> = [name].into_iter().chain(scope).collect();
                self.report.unknown("name for this template", capture, known, self.file, template.span);
                return None;
            }
            captures.insert(capture.clone(), self.closed_values(capture));
        }
        for needed in
            [Some(name), scope].into_iter().flatten().filter(|needed| !captures.contains_key(*needed))
        {
            let single =
                matches!(self.closed_values(needed), CaptureSet::Closed(values) if values.len() == 1);
            if !single {
                let message =
                    format!("the template must name `{{{needed}}}`, or no right could be read back from it");
                self.report.error("check/template", message, self.at(template.span), "in this template");
                return None;
            }
        }
        if let Some(attribute) = form.attribute() {
            self.names.account(self.report, &attribute.value, self.file, attribute.span)?;
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

    /// The attributes that find an account without link; each is mapped in the same document.
    fn matching(
        &mut self,
        mapping: &Placed<document::AttributeMappingDocument>,
        compiled: &[MappedAttribute],
    ) -> Vec<AccountSlot> {
        self.enter(mapping.file(), "AttributeMapping");
        let mut slots = Vec::new();
        for name in mapping.document.r#match.iter().flatten() {
            if mapping.document.attributes.get(&name.value).is_none() {
                let message = format!("`{}` finds accounts, but is not mapped here", name.value);
                self.report.error("check/unmapped-match", message, self.at(name.span), "not mapped").help =
                    Some("map it under `attributes`".to_owned());
                continue;
            }
            let slot = self.names.account(self.report, &name.value, self.file, name.span);
            let mapped = compiled.iter().find(|mapped| Some(mapped.attribute) == slot);
            if mapped.is_some_and(MappedAttribute::needs_grants) {
                let message = format!("`{}` finds accounts before anybody has grants", name.value);
                self.report
                    .error("check/match-by-grants", message, self.at(name.span), "needs grants")
                    .help = Some("match by attributes of the directory alone".to_owned());
                continue;
            }
            slots.extend(slot);
        }
        slots
    }
}
