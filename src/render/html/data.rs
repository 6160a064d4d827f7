//! What the page's script reads: a plan, with people, rules and reasons once each.

use crate::gate::Refusal;
use crate::model::{Operation, Value};
use crate::plan::{Change, Outcome, Plan, Subject};
use crate::policy::Origin;
use crate::render::escape::visible;
use crate::render::report::ChangeResult;
use serde::Serialize;
use std::collections::BTreeMap;

/// A plan, or a part of one, as the page shows it.
#[derive(Clone, Copy, Debug)]
pub struct HtmlPart<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Which part it is, where a page has several of one application: "pending anyway".
    pub part: Option<&'p str>,
    /// Whether it is done; else it is what a change does away with.
    pub happens: bool,
    /// Exceeded limits.
    pub refusals: &'p [Refusal],
    /// The results of the plan's changes, by index; empty: it was only planned.
    pub results: &'p [ChangeResult],
}

impl<'p> HtmlPart<'p> {
    /// A plan of which nothing is done yet, and the limits that it exceeds.
    pub fn of_plan(plan: &'p Plan, refusals: &'p [Refusal]) -> Self {
        Self { plan, part: None, happens: true, refusals, results: &[] }
    }
}

/// A plan as the script reads it. Numbers lead into the lists.
#[derive(Serialize)]
pub(super) struct PlanData<'p> {
    name: String,
    part: Option<&'p str>,
    happens: bool,
    /// Whether its changes have results.
    results: bool,
    commit: String,
    day: String,
    read: String,
    /// Changes by operation, removals first.
    counts: Counts,
    /// Who is left as they are, by outcome.
    reported: Counts,
    refused: Vec<FindingData<'p>>,
    findings: Vec<FindingData<'p>>,
    rules: Vec<RuleData<'p>>,
    people: Vec<PersonData<'p>>,
    because: Vec<String>,
    changes: Vec<ChangeData<'p>>,
    reports: Vec<ReportData>,
}

/// Words with their counts, in order.
struct Counts(Vec<(&'static str, usize)>);

impl Serialize for Counts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[derive(Serialize)]
struct RuleData<'p> {
    id: &'p str,
    kind: &'static str,
    path: &'p str,
    line: u32,
}

#[derive(Serialize)]
struct PersonData<'p> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
}

#[derive(Serialize)]
struct ChangeData<'p> {
    who: usize,
    operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Attribute, before, after, rule.
    attributes: Vec<(&'p str, Option<String>, Option<String>, u32)>,
    /// Rule, reason.
    why: Vec<(u32, usize)>,
}

/// A guard that refuses, or something about the data.
#[derive(Serialize)]
struct FindingData<'p> {
    code: &'static str,
    message: String,
    /// The file of its policy; empty: none.
    path: &'p str,
    line: u32,
}

impl<'p> FindingData<'p> {
    fn at(code: &'static str, message: &str, origin: Option<&'p Origin>) -> Self {
        let (path, line) = origin.map_or(("", 0), |origin| (origin.path.as_str(), origin.line));
        Self { code, message: shown(message), path, line }
    }
}

#[derive(Serialize)]
struct ReportData {
    who: usize,
    word: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<u32>,
}

/// Things that are listed once and named by number.
struct Once<K>(BTreeMap<K, usize>);

impl<K: Ord + Clone> Once<K> {
    fn number(&mut self, key: &K) -> usize {
        let next = self.0.len();
        *self.0.entry(key.clone()).or_insert(next)
    }

    fn in_order(self) -> Vec<K> {
        let mut all: Vec<(K, usize)> = self.0.into_iter().collect();
        all.sort_by_key(|(_, number)| *number);
        all.into_iter().map(|(key, _)| key).collect()
    }
}

impl<'p> PlanData<'p> {
    pub(super) fn of(part: &HtmlPart<'p>) -> Self {
        let HtmlPart { plan, part, happens, refusals, results } = *part;
        let (mut people, mut because) = (Once(BTreeMap::new()), Once(BTreeMap::new()));
        let mut changes: Vec<ChangeData<'p>> =
            plan.changes.iter().map(|change| data_of(change, &mut people, &mut because)).collect();
        for (change, result) in changes.iter_mut().zip(results) {
            change.result = Some(result.word());
            change.problem = result.problem().map(shown);
        }
        let reports = plan.reports.iter().map(|report| ReportData {
            who: people.number(&&*report.subject),
            word: report.outcome.word(),
            message: shown(&report.message),
            rule: report.rule,
        });
        let reports = reports.collect();
        let counted = Operation::ALL.map(|operation| (operation.word(), plan.count(operation)));
        let reported = Outcome::ALL.map(|outcome| (outcome.word(), plan.reported(outcome)));
        Self {
            name: plan.instance(),
            part,
            happens,
            results: !results.is_empty(),
            commit: plan.commit.as_ref().map_or_else(
                || "policies of the work tree".to_owned(),
                |commit| format!("policies of commit {}", commit.0.get(..10).unwrap_or(&commit.0)),
            ),
            day: plan.as_of.to_string(),
            read: crate::render::plan::read(plan.seen),
            counts: Counts(counted.into_iter().filter(|(_, count)| *count > 0).collect()),
            reported: Counts(reported.into_iter().filter(|(_, count)| *count > 0).collect()),
            refused: refusals
                .iter()
                .map(|refusal| {
                    FindingData::at(refusal.guard.code(), &refusal.message, refusal.origin.as_ref())
                })
                .collect(),
            findings: plan
                .findings
                .iter()
                .map(|finding| FindingData::at(finding.code, &finding.message, Some(&finding.origin)))
                .collect(),
            rules: rules(plan),
            people: people.in_order().into_iter().map(person).collect(),
            because: because.in_order().into_iter().map(shown).collect(),
            changes,
            reports,
        }
    }
}

fn rules(plan: &Plan) -> Vec<RuleData<'_>> {
    plan.rules
        .iter()
        .map(|Origin { kind, id, path, line, .. }| RuleData { id, kind, path, line: *line })
        .collect()
}

fn person(subject: &Subject) -> PersonData<'_> {
    PersonData {
        name: shown(&subject.name),
        user: subject.user.as_deref(),
        account: subject.account.as_deref(),
        department: subject.department.as_deref().map(shown),
    }
}

fn data_of<'p>(
    change: &'p Change,
    people: &mut Once<&'p Subject>,
    because: &mut Once<&'p str>,
) -> ChangeData<'p> {
    let value = |value: Option<&Value>| value.map(|value| shown(&value.to_string()));
    let attributes = change.attribute_changes();
    ChangeData {
        who: people.number(&&*change.subject),
        operation: change.operation().word(),
        right: change.right().map(|right| shown(&right.to_string())),
        hold: change.hold().map(|hold| hold.word()),
        result: None,
        problem: None,
        attributes: attributes
            .iter()
            .map(|change| (change.attribute, value(change.before), value(change.after), change.rule))
            .collect(),
        why: change
            .reasons
            .iter()
            .map(|reason| (reason.rule, because.number(&reason.because.as_str())))
            .collect(),
    }
}

/// Directory text whose invisible characters are visible.
fn shown(text: &str) -> String {
    visible(text).into_owned()
}
