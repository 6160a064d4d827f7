//! An explanation as JSON: versioned, with a schema.

use super::difference::Difference;
use super::explanation::{Explanation, Fate, InGroup, Need, RightExplanation, Standing, Way};
use crate::model::{Date, Right};
use crate::plan::subject::Subject;
use crate::policy::Origin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::collections::BTreeMap;

/// The format's name. Fields may be added within a version; none is taken away or changes its meaning.
pub const EXPLANATION_FORMAT: &str = "rolewright-explanation/1";

/// What stands beside an explanation in its document.
#[derive(Clone, Debug)]
pub struct Told<'t> {
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The commit of the policies; none: the work tree.
    pub commit: Option<&'t str>,
    /// The day that is explained.
    pub as_of: Date,
    /// Which of two versions of the policies this is: `base`, `head`; none: there is one.
    pub version: Option<&'static str>,
    /// The texts of rules.
    pub texts: &'t BTreeMap<Origin, String>,
    /// What differs from the version before.
    pub differences: &'t [Difference],
}

/// Why one person has, or does not have, an account and rights in one application.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Rolewright explanation")]
pub struct ExplanationDocument {
    /// Always `rolewright-explanation/1`.
    pub format: &'static str,
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The commit of the policies; absent for the work tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The day that is explained, UTC: `2027-01-31`.
    pub as_of: String,
    /// Which of two versions of the policies this is about, with `--base` and `--head`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "version_words")]
    pub version: Option<&'static str>,
    /// The person or account.
    pub subject: Subject,
    /// Groups and roles that linking rules name and the person is in.
    pub groups: Vec<InGroupDocument>,
    /// Rights that some rule gives or the account holds; only one with `--right`.
    pub rights: Vec<RightDocument>,
    /// Everything else, in order of evaluation.
    pub steps: Vec<StepDocument>,
    /// What differs from the version `base`; only of `head`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<DifferenceDocument>,
}

/// A group or role.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InGroupDocument {
    /// The directory.
    pub directory: String,
    /// Its immutable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a role of an enterprise application.
    pub role: bool,
}

/// One right.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RightDocument {
    /// The right.
    pub right: Right,
    /// Whether the person gets it: `given`; `withheld`, rules give it and something else is in the way; `lost`, a rule that gives
    /// it lost; `missing`, no rule fits.
    #[schemars(schema_with = "standing_words")]
    pub standing: &'static str,
    /// Whether the account holds it today.
    pub held: bool,
    /// The rules that give it, those that fit first.
    pub givers: Vec<GiverDocument>,
    /// How many more rules and groups give it that do not fit.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_givers: usize,
    /// What would give it; only with `--right`, of a right that is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingDocument>,
}

/// A rule that gives a right.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GiverDocument {
    /// The rule.
    pub rule: RuleTextDocument,
    /// What makes the person fit, or not.
    pub because: String,
    /// What becomes of it.
    #[schemars(schema_with = "fate_words")]
    pub fate: &'static str,
    /// The rules that it loses to, ties with, or is dropped by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<RuleTextDocument>,
}

/// A rule, where it stands and what it says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleTextDocument {
    /// The kind of its document.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The file, from the repository's root.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What would give a right.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingDocument {
    /// What keeps the person from any right. It comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first: Vec<NeedDocument>,
    /// Ways to the right, nearest first.
    pub ways: Vec<WayDocument>,
    /// What is known where there is no way: groups that rules would link and that no directory has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<NeedDocument>,
}

/// One way to a right.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WayDocument {
    /// The rule that would give it.
    pub rule: RuleTextDocument,
    /// All that it needs, beside what comes first.
    pub needs: Vec<NeedDocument>,
    /// Whether it was tried: with the person in the groups that it needs, the right is given.
    pub works: bool,
}

/// Something that would have to be so.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedDocument {
    /// In words.
    pub what: String,
    /// The rule that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleTextDocument>,
    /// The group that the person would be put in, where that is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<InGroupDocument>,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepDocument {
    /// What is asked.
    pub step: String,
    /// The answer.
    pub answer: String,
    /// The rule behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleTextDocument>,
}

/// What two versions say differently.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceDocument {
    /// What it is about.
    pub what: String,
    /// What the version `base` says; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What the version `head` says; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl ExplanationDocument {
    /// The schema of the document.
    pub fn schema() -> serde_json::Value {
        schemars::generate::SchemaSettings::draft07()
            .into_generator()
            .into_root_schema_for::<Self>()
            .to_value()
    }

    /// Of an explanation, with what is told beside it.
    pub fn new(explanation: &Explanation, told: &Told<'_>) -> Self {
        let texts = Texts(told.texts);
        let step = |step: &super::explanation::Step| StepDocument {
            step: step.title.clone(),
            answer: step.answer.clone(),
            rule: step.origin.as_ref().and_then(|origin| texts.written(origin)),
        };
        let difference = |Difference { what, before, after }: &Difference| DifferenceDocument {
            what: what.clone(),
            before: before.clone(),
            after: after.clone(),
        };
        Self {
            format: EXPLANATION_FORMAT,
            instance: told.instance.clone(),
            commit: told.commit.map(ToOwned::to_owned),
            as_of: told.as_of.to_string(),
            version: told.version,
            subject: explanation.subject.clone(),
            groups: explanation.groups.iter().map(group).collect(),
            rights: explanation.rights.iter().map(|right| texts.right(right)).collect(),
            steps: explanation.steps.iter().map(step).collect(),
            differences: told.differences.iter().map(difference).collect(),
        }
    }
}

/// The texts of rules.
struct Texts<'t>(&'t BTreeMap<Origin, String>);

impl Texts<'_> {
    fn rule(&self, origin: &Origin) -> RuleTextDocument {
        let Origin { kind, id, path, line, .. } = origin;
        let text = self.0.get(origin).cloned();
        RuleTextDocument { kind, id: id.clone(), path: path.clone(), line: *line, text }
    }

    /// A rule; none where nothing is written.
    fn written(&self, origin: &Origin) -> Option<RuleTextDocument> {
        (!origin.path.is_empty()).then(|| self.rule(origin))
    }

    fn right(&self, right: &RightExplanation) -> RightDocument {
        let givers = right.givers.iter().map(|giver| GiverDocument {
            rule: self.rule(&giver.rule),
            because: giver.because.clone(),
            fate: fate(&giver.fate),
            to: giver.fate.rules().into_iter().map(|rule| self.rule(rule)).collect(),
        });
        let missing = right.missing.as_ref().map(|missing| MissingDocument {
            first: missing.first.iter().map(|need| self.need(need)).collect(),
            ways: missing.ways.iter().map(|way| self.way(way)).collect(),
            hints: missing.hints.iter().map(|need| self.need(need)).collect(),
        });
        RightDocument {
            right: right.right.as_ref().clone(),
            standing: right.standing.word(),
            held: right.held,
            givers: givers.collect(),
            more_givers: right.more,
            missing,
        }
    }

    fn way(&self, way: &Way) -> WayDocument {
        let needs = way.needs.iter().map(|need| self.need(need)).collect();
        WayDocument { rule: self.rule(&way.rule), needs, works: way.works }
    }

    fn need(&self, need: &Need) -> NeedDocument {
        NeedDocument {
            what: need.what.clone(),
            rule: need.rule.as_ref().and_then(|rule| self.written(rule)),
            group: need.group.as_ref().map(group),
        }
    }
}

fn group(group: &InGroup) -> InGroupDocument {
    let InGroup { directory, id, name, is_role } = group.clone();
    InGroupDocument { directory, id, name, role: is_role }
}

const FATES: [&str; 5] = ["counts", "fitsNot", "losesTo", "tiesWith", "droppedBy"];

fn fate(fate: &Fate) -> &'static str {
    let [counts, fits_not, loses_to, ties_with, dropped_by] = FATES;
    match fate {
        Fate::Counts => counts,
        Fate::FitsNot => fits_not,
        Fate::LosesTo(_) => loses_to,
        Fate::TiesWith(_) => ties_with,
        Fate::DroppedBy(_) => dropped_by,
    }
}

fn fate_words(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": FATES })
}

fn standing_words(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Standing::ALL.map(Standing::word) })
}

fn version_words(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["base", "head"] })
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
