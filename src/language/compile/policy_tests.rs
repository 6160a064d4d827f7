//! Policy tests (the policy language, 11): every name in a test must be known to the policies.
//!
//! Tests are compiled last, after the policies: they add no slots, so they don't change which attributes are read.

use super::compiler::{Compiler, all};
use super::names::Names;
use super::report::Report;
use super::test_groups::TestGroups;
use super::test_values::GivenAttribute;
use crate::language::document::{self, ExpectationForm, GrantText, Kind, Table};
use crate::language::documents::Documents;
use crate::model::{Finding, Location, Right};
use crate::policy::{
    ACCOUNT_TYPE, ApplicationPolicy, Expectation, PolicyTest, TemplatePart, TestAccount, TestSource,
    TestSubject, TestUser, TextTemplate,
};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// Compiles the tests of an application; if its policies have errors, only checks what does not depend on them.
pub(super) fn policy_tests(
    report: &mut Report<'_>,
    names: &mut Names<'_>,
    documents: &Documents,
    policy: Option<&ApplicationPolicy>,
) -> Vec<PolicyTest> {
    let name = &names.application.document.name.value;
    let mut compiled = Vec::new();
    // The groups that policies name are found once, not for each test.
    let mut groups = None;
    for document in documents.policy_tests.iter().filter(|document| document.application.value == *name) {
        if groups.is_none() {
            groups = policy.map(|policy| TestGroups::new(policy, &names.directories));
        }
        let mut compiler = Compiler::new(report, names, document, Kind::PolicyTests);
        let given = compiler.user_attributes(document.attributes.as_ref(), None);
        let given: Vec<_> =
            given.into_iter().filter_map(|(name, kind, value)| Some((name, kind, value?))).collect();
        let tests = document
            .tests
            .iter()
            .filter_map(|test| compiler.policy_test(test, &given, policy, groups.as_ref()));
        compiled.extend(tests);
    }
    compiled.sort_by(|one, other| one.id.cmp(&other.id));
    compiled
}

/// The attributes that every user of a document has.
type Shared = [GivenAttribute];

/// The users and accounts that a test gives, by id, with their places.
#[derive(Default)]
struct GivenIds {
    users: BTreeMap<String, Location>,
    accounts: BTreeMap<String, Location>,
}

impl Compiler<'_, '_, '_> {
    fn policy_test(
        &mut self,
        test: &document::PolicyTestObject,
        shared: &Shared,
        policy: Option<&ApplicationPolicy>,
        groups: Option<&TestGroups<'_>>,
    ) -> Option<PolicyTest> {
        let given = &test.given;
        let mut groups = groups.cloned();
        for group in given.groups.iter().flatten() {
            self.given_group(group, groups.as_mut());
        }
        let mut ids = GivenIds::default();
        let mut users = Vec::new();
        for user in given.users.iter().flatten() {
            self.once(&user.id, &mut ids.users, "the user");
            users.extend(self.given_user(user, shared, policy, groups.as_mut()));
        }
        let mut accounts = Vec::new();
        for account in given.accounts.iter().flatten() {
            self.once(&account.id, &mut ids.accounts, "the account");
            accounts.extend(self.given_account(account, policy));
        }
        let mut expect = Vec::new();
        let mut expected = BTreeMap::new();
        for expectation in &test.expect {
            let subject = self.subject(expectation, &ids, &mut expected);
            expect.extend(self.expectation(expectation, &test.id.value, subject, policy));
        }
        Some(PolicyTest {
            id: test.id.value.clone(),
            origin: self.origin(&test.id.value, test.id.span),
            today: Spanned::value_of(&given.today),
            groups: groups?.finish(),
            users,
            accounts,
            expect,
        })
    }

    /// Reports an id that is given twice.
    fn once(&mut self, id: &Spanned<String>, seen: &mut BTreeMap<String, Location>, what: &str) {
        let at = self.at(id.span);
        if let Some(first) = seen.get(&id.value).copied() {
            let message = format!("{what} `{}` is given twice", id.value);
            self.report.findings.push(
                Finding::error("check/test-subject", message, at, "again here")
                    .and(first, "first here")
                    .help("give the other another `id`"),
            );
        }
        seen.entry(id.value.clone()).or_insert(at);
    }

    fn given_user(
        &mut self,
        user: &document::GivenUserObject,
        shared: &Shared,
        policy: Option<&ApplicationPolicy>,
        groups: Option<&mut TestGroups<'_>>,
    ) -> Option<TestUser> {
        let directory = self.test_directory(user.directory.as_ref(), user.id.span, "the user is in");
        let own = self.user_attributes(user.attributes.as_ref(), directory.as_deref());
        let mut attributes = shared.to_vec();
        attributes.retain(|(name, ..)| !own.iter().any(|(own, ..)| own == name));
        attributes.extend(own.into_iter().filter_map(|(name, kind, value)| Some((name, kind, value?))));
        attributes.sort();
        let directory = directory?;
        let mut places = Vec::new();
        if let Some(groups) = groups {
            for group in user.groups.iter().flatten() {
                places.extend(self.group_of_user(group, &directory, groups));
            }
        }
        if let Some(policy) = policy {
            user.app_roles.iter().flatten().for_each(|role| self.app_role(role, &directory, policy));
        }
        Some(TestUser {
            id: user.id.value.clone(),
            directory,
            enabled: user.enabled.unwrap_or(true),
            attributes,
            groups: places,
            app_roles: Spanned::values(user.app_roles.iter().flatten()),
        })
    }

    fn given_account(
        &mut self,
        account: &document::GivenAccountObject,
        policy: Option<&ApplicationPolicy>,
    ) -> Option<TestAccount> {
        let attributes = self.account_attributes(account.attributes.as_ref(), false);
        let mut attributes: Vec<_> =
            attributes.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        if let Some(kind) = self.test_account_type(account.account_type.as_ref()) {
            attributes.retain(|(name, _)| name != ACCOUNT_TYPE);
            attributes.push((ACCOUNT_TYPE.to_owned(), kind));
        }
        attributes.sort();
        if let Some(policy) = policy {
            account.groups.iter().flatten().for_each(|group| self.account_group(group, policy));
        }
        Some(TestAccount {
            id: account.id.value.clone(),
            link: Spanned::value_of(&account.link),
            active: account.active.unwrap_or(true),
            attributes,
            groups: Spanned::values(account.groups.iter().flatten()),
            grants: self.rights(account.grants.as_deref().unwrap_or_default())?,
            source: Spanned::value_of(&account.source).unwrap_or(TestSource::Unknown),
        })
    }

    /// Rights as tests write them: like a linking rule's `grant`, but without captures.
    fn rights(&mut self, grants: &[Spanned<Table<GrantText>>]) -> Option<Vec<Right>> {
        let mut rights = all(grants.iter().map(|grant| self.rights_of(grant)))?.concat();
        rights.sort();
        rights.dedup();
        Some(rights)
    }

    fn rights_of(&mut self, grant: &Spanned<Table<GrantText>>) -> Option<Vec<Right>> {
        let templates = self.grants(grant, &[])?;
        self.owned_scopes(grant, &templates)?;
        let names = self.names.entitlement_names();
        let rights = templates.into_iter().map(|template| Right {
            entitlement: names[template.entitlement.0 as usize].to_owned(),
            value: plain(&template.value),
            scope: template.scope.as_ref().map(plain),
        });
        Some(rights.collect())
    }

    fn subject(
        &mut self,
        expectation: &Spanned<document::ExpectationObject>,
        given: &GivenIds,
        expected: &mut BTreeMap<TestSubject, Location>,
    ) -> Option<TestSubject> {
        let form = self.shape(expectation.value.form(expectation.span))?;
        let (what, id, known) = match form {
            ExpectationForm::User(id) => ("given user", id, &given.users),
            ExpectationForm::Account(id) => ("given account", id, &given.accounts),
        };
        let at = self.at(id.span);
        if !known.contains_key(&id.value) {
            self.unknown(what, id, known.keys().map(String::as_str));
            return None;
        }
        let subject = match form {
            ExpectationForm::User(id) => TestSubject::User(id.value.clone()),
            ExpectationForm::Account(id) => TestSubject::Account(id.value.clone()),
        };
        if let Some(first) = expected.insert(subject.clone(), at) {
            let message = format!("`{}` is expected twice", id.value);
            self.report.findings.push(
                Finding::error("check/test-subject", message, at, "again here")
                    .and(first, "first here")
                    .help("write all that is expected in one place"),
            );
        }
        Some(subject)
    }

    fn expectation(
        &mut self,
        expectation: &Spanned<document::ExpectationObject>,
        test: &str,
        who: Option<TestSubject>,
        policy: Option<&ApplicationPolicy>,
    ) -> Option<Expectation> {
        let object = &expectation.value;
        let attributes = self.account_attributes(object.attributes.as_ref(), true);
        let grants = match &object.grants {
            None => None,
            Some(grants) => Some(self.rights(grants)?),
        };
        if let Some(policy) = policy {
            object.because.iter().flatten().for_each(|id| self.reason_id(id, policy));
        }
        let mut because = Spanned::values(object.because.iter().flatten());
        because.sort();
        because.dedup();
        let span = object.user.as_ref().or(object.account.as_ref()).map_or(expectation.span, |id| id.span);
        Some(Expectation {
            who: who?,
            origin: self.origin(test, span),
            result: Spanned::value_of(&object.result),
            grants,
            attributes,
            because,
        })
    }
}

fn plain(template: &TextTemplate) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) | TemplatePart::Name(text) => text.as_str(),
        })
        .collect()
}
