//! What a rule can use: one application's policies, proofs about them, witnesses.

use super::budget::Budget;
use super::logic::fact::Formula;
use super::logic::formula::Reader;
use super::logic::solve::why_nobody;
use super::witness::{UserEvaluation, Witness, Witnesses};
use crate::model::{Date, Finding, Label, Location, Severity, SourceSet, Span};
use crate::policy::{
    ApplicationPolicy, Constraint, DirectoryPolicy, Exclusion, Origin, Otherwise, PolicySet,
};
use std::collections::BTreeSet;

/// The most reasons in one finding.
const MAX_REASONS: usize = 2;

/// One application's policies, and the questions that rules ask about them.
#[derive(Debug)]
pub(super) struct Context<'a> {
    sources: &'a SourceSet,
    shared: &'a Shared<'a>,
    /// The application's policies.
    pub(super) policy: &'a ApplicationPolicy,
    /// Turns policies into formulas.
    pub(super) reader: Reader<'a>,
    /// The users in scope.
    pub(super) scope: Formula<'a>,
    /// For each rule, the users it matches.
    pub(super) rules: Vec<Formula<'a>>,
    /// For each constraint, the users who pass it.
    pub(super) passing: Vec<Formula<'a>>,
    /// For each constraint, what is true of those who pass it when it applies to them.
    pub(super) demands: Vec<Formula<'a>>,
    witnesses: Witnesses<'a>,
}

impl<'a> Context<'a> {
    /// The context of one application.
    pub(super) fn new(
        set: &'a PolicySet,
        policy: &'a ApplicationPolicy,
        sources: &'a SourceSet,
        as_of: Date,
        budget: &'a Budget,
        shared: &'a Shared<'a>,
        stages: &'a [u32],
    ) -> Self {
        let reader = Reader { policy, as_of, budget, stages };
        Self {
            sources,
            shared,
            policy,
            reader,
            scope: reader.scope(),
            rules: policy.rules.iter().map(|rule| reader.rule(rule)).collect(),
            passing: (0..policy.constraints.len()).map(|index| reader.passes(index)).collect(),
            demands: (0..policy.constraints.len()).map(|index| reader.demand(index)).collect(),
            witnesses: Witnesses::new(reader, set),
        }
    }

    /// Takes steps for looking through as many policies; whether there were enough left.
    pub(super) fn looks_through(&self, policies: usize) -> bool {
        self.reader.budget.take(1 + policies / 16)
    }

    /// Whether some policies were not looked at.
    pub(super) fn is_unfinished(&self) -> bool {
        self.reader.budget.is_spent()
    }

    /// Why no user satisfies all of these formulas; `None` if some may.
    pub(super) fn why_nobody(&self, formulas: &[&Formula<'a>]) -> Option<String> {
        why_nobody(self.reader, formulas).map(|reasons| because(&reasons))
    }

    /// A made-up user who satisfies all of these formulas and for whom the evaluation confirms what is wanted.
    pub(super) fn witness(
        &self,
        formulas: &[&Formula<'a>],
        wanted: impl Fn(&UserEvaluation) -> bool,
    ) -> Option<Witness> {
        self.witnesses.find(formulas, wanted)
    }

    /// The policies of the application's directories, in its order.
    pub(super) fn directories(&self) -> &[&'a DirectoryPolicy] {
        self.witnesses.directories()
    }

    /// Exclusions that are active on this day.
    pub(super) fn exclusions(&self) -> impl Iterator<Item = &'a Exclusion> {
        let today = self.reader.as_of;
        self.policy.exclusions.iter().filter(move |rule| rule.until.is_none_or(|last| today <= last))
    }

    /// What every user satisfies who passes the first constraints.
    pub(super) fn passing_first(&self, constraints: usize) -> impl Iterator<Item = &Formula<'a>> {
        self.passing[..constraints].iter()
    }

    /// A finding about the document at an origin.
    pub(super) fn finding(
        &self,
        code: &'static str,
        message: String,
        origin: &Origin,
        label: &str,
    ) -> Finding {
        let shared = self.shared.0.contains(origin);
        let message = if shared { format!("in `{}`: {message}", self.policy.name) } else { message };
        let labels = self.label(origin, label).into_iter().collect();
        Finding { severity: Severity::Warning, code, message, labels, help: None, remedy: None }
    }

    /// Another place of a finding.
    pub(super) fn label(&self, origin: &Origin, text: &str) -> Option<Label> {
        let file = self.sources.find(&origin.path)?;
        let source = self.sources.file(file);
        let end = source.text.len() as u32;
        let span = Span { start: origin.span.start.min(end), end: origin.span.end.min(end) };
        // A whole condition may have many lines; the first is enough.
        let text_there = source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let line = text_there.lines().next().map_or(0, |line| line.trim_end().len() as u32);
        let span = Span { start: span.start, end: span.start + line };
        Some(Label { at: Location { file, span }, text: text.to_owned() })
    }
}

/// The constraints and exclusions that several applications have: they stand in a document for every one.
#[derive(Debug)]
pub(super) struct Shared<'a>(BTreeSet<&'a Origin>);

impl<'a> Shared<'a> {
    /// Those of a workspace.
    pub(super) fn new(set: &'a PolicySet) -> Self {
        let (mut once, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for policy in &set.applications {
            let constraints = policy.constraints.iter().map(|constraint| &constraint.origin);
            let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.origin);
            let own: BTreeSet<&Origin> = constraints.chain(exclusions).collect();
            shared.extend(own.into_iter().filter(|origin| !once.insert(*origin)));
        }
        Self(shared)
    }
}

/// Whether a violation of the constraint ends the evaluation.
pub(super) fn stops(rule: &Constraint) -> bool {
    matches!(rule.otherwise, Otherwise::Skip | Otherwise::Block)
}

/// The effect of a constraint, for people.
pub(super) fn effect(rule: &Constraint) -> &'static str {
    match rule.otherwise {
        Otherwise::Skip => "skipped",
        Otherwise::Block => "blocked",
        Otherwise::Drop => "dropped",
        Otherwise::Warn => "warned of",
    }
}

/// `: why`, or empty.
fn because(reasons: &[String]) -> String {
    match reasons.len() {
        0 => String::new(),
        count if count > MAX_REASONS => format!(": {}; and so on", reasons[..MAX_REASONS].join("; ")),
        _ => format!(": {}", reasons.join("; ")),
    }
}

/// `; for example, who effect what`, or empty without a witness.
pub(super) fn shown(witness: Option<Witness>, describe: impl Fn(&Witness) -> String) -> String {
    witness.map_or(String::new(), |witness| format!("; for example, {} {}", witness.who, describe(&witness)))
}
