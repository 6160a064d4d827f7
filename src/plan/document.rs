//! The plan as JSON: versioned, with a schema, canonical (RFC 8785); its SHA-256 is the plan's digest.

use super::change::{AttributeChange, Change, Hold};
use super::subject::Subject;
use super::value::{Outcome, Plan, Report};
use crate::model::{Digest, Operation, Right, Value};
use crate::policy::Origin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// The format's name. Fields may be added within a version; none is taken away or changes its meaning.
pub const FORMAT: &str = "rolewright-plan/1";

/// A plan for one application.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Rolewright plan")]
pub struct PlanDocument {
    /// Always `rolewright-plan/1`.
    pub format: &'static str,
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The commit of the policies; absent for a plan of the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The policy digest: SHA-256 of the compiled policies and settings, 64 hexadecimal digits.
    pub policy: String,
    /// The day of the run, UTC: `2027-01-31`.
    pub as_of: String,
    /// How much was read.
    pub seen: SeenDocument,
    /// Changes: what takes something away first, then by subject.
    pub changes: Vec<ChangeDocument>,
    /// Who is left as they are, and why.
    pub reports: Vec<ReportDocument>,
    /// How many users have no account and get none.
    pub without_account: WithoutAccountDocument,
    /// What the data showed that stops nothing.
    pub findings: Vec<FindingDocument>,
}

/// How much was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeenDocument {
    /// Users of all directories.
    pub users: u32,
    /// Groups of all directories.
    pub groups: u32,
    /// Accounts of the application.
    pub accounts: u32,
}

/// Users without account who get none.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WithoutAccountDocument {
    /// Not in scope.
    pub out_of_scope: u32,
    /// In scope, but accounts are not created for them.
    pub not_created: u32,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeDocument {
    /// What is done.
    #[schemars(schema_with = "operation_words")]
    pub operation: &'static str,
    /// Whom it is done to.
    pub subject: Subject,
    /// Attributes that are written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeDocument>,
    /// The right that is given or taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Right>,
    /// Why.
    pub reasons: Vec<ReasonDocument>,
    /// Why it may have to wait for a person: of an adoption, or of an archive that takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "hold_words")]
    pub hold: Option<&'static str>,
}

/// An attribute, before and after; absent is empty.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeDocument {
    /// Its short name.
    pub attribute: String,
    /// What the account is expected to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<serde_json::Value>,
    /// What it shall hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<serde_json::Value>,
    /// The rule that its value comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleDocument>,
}

/// A rule and what made it fit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReasonDocument {
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleDocument>,
    /// What made it fit.
    pub because: String,
}

/// Where a rule stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleDocument {
    /// The kind of its document.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The file, relative to the repository's root.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
}

/// Someone who is left as they are.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportDocument {
    /// How they are left as they are.
    #[schemars(schema_with = "outcome_words")]
    pub outcome: &'static str,
    /// Who.
    pub subject: Subject,
    /// What was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "operation_words")]
    pub operation: Option<&'static str>,
    /// Why, and what to do about it.
    pub message: String,
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleDocument>,
}

/// What the data showed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingDocument {
    /// Stable code: `data/missing-right`.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
    /// The rule that says what the data does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleDocument>,
}

impl Plan {
    /// The plan as a document.
    pub fn document(&self) -> PlanDocument {
        PlanDocument {
            format: FORMAT,
            instance: self.instance(),
            commit: self.commit.as_ref().map(ToString::to_string),
            policy: self.policy.to_string(),
            as_of: self.as_of.to_string(),
            seen: SeenDocument {
                users: self.seen.users,
                groups: self.seen.groups,
                accounts: self.seen.accounts,
            },
            changes: self.changes.iter().map(|change| self.change(change)).collect(),
            reports: self.reports.iter().map(|report| self.report(report)).collect(),
            without_account: WithoutAccountDocument {
                out_of_scope: self.without_account.out_of_scope,
                not_created: self.without_account.not_created,
            },
            findings: self
                .findings
                .iter()
                .map(|finding| FindingDocument {
                    code: finding.code,
                    message: finding.message.clone(),
                    rule: rule(&finding.origin),
                })
                .collect(),
        }
    }

    /// Canonical JSON (RFC 8785): the same plan, the same bytes.
    ///
    /// # Errors
    /// Never for a plan: it holds text, integers and lists.
    pub fn canonical_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(&self.document())
    }

    /// SHA-256 of its JSON in the order of the fields, which is made several times as fast as the canonical one. It names a
    /// plan in history and output; nothing is decided by it.
    ///
    /// # Errors
    /// Never for a plan, see [`Plan::canonical_json`].
    pub fn digest(&self) -> Result<Digest, serde_json::Error> {
        serde_json::to_vec(&self.document()).map(|bytes| Digest::of(&bytes))
    }

    fn change(&self, change: &Change) -> ChangeDocument {
        ChangeDocument {
            operation: change.operation().word(),
            subject: Subject::clone(&change.subject),
            attributes: change.attribute_changes().into_iter().map(|it| self.attribute(it)).collect(),
            right: change.right().cloned(),
            reasons: change
                .reasons
                .iter()
                .map(|reason| ReasonDocument {
                    rule: rule(self.rule(reason.rule)),
                    because: reason.because.clone(),
                })
                .collect(),
            hold: change.hold().map(Hold::word),
        }
    }

    fn attribute(&self, change: AttributeChange<'_>) -> AttributeDocument {
        AttributeDocument {
            attribute: change.attribute.to_owned(),
            before: change.before.map(json),
            after: change.after.map(json),
            rule: rule(self.rule(change.rule)),
        }
    }

    fn report(&self, report: &Report) -> ReportDocument {
        ReportDocument {
            outcome: report.outcome.word(),
            subject: Subject::clone(&report.subject),
            operation: report.operation.map(Operation::word),
            message: report.message.clone(),
            rule: report.rule.and_then(|place| rule(self.rule(place))),
        }
    }
}

fn rule(origin: &Origin) -> Option<RuleDocument> {
    (*origin != Origin::NOWHERE).then(|| RuleDocument {
        kind: origin.kind,
        id: origin.id.clone(),
        path: origin.path.clone(),
        line: origin.line,
    })
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(texts) => texts.clone().into(),
    }
}

impl PlanDocument {
    /// The JSON Schema of the plan, draft-07.
    pub fn schema() -> serde_json::Value {
        schemars::generate::SchemaSettings::draft07()
            .into_generator()
            .into_root_schema_for::<Self>()
            .to_value()
    }
}

fn operation_words(_: &mut SchemaGenerator) -> Schema {
    words(&Operation::ALL.map(Operation::word))
}

fn outcome_words(_: &mut SchemaGenerator) -> Schema {
    words(&Outcome::ALL.map(Outcome::word))
}

fn hold_words(_: &mut SchemaGenerator) -> Schema {
    words(&Hold::ALL.map(Hold::word))
}

/// One of these words.
fn words(words: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": words })
}
