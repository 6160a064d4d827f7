//! What a rule may look at: one application's policies, proofs about them, witnesses.

use super::logic::fact::Formula;
use super::logic::formula::Reader;
use super::logic::solve::nobody;
use super::witness::{Verdict, Witness, Witnesses};
use crate::model::{Date, Finding, Label, Location, Severity, SourceSet, Span};
use crate::policy::{
    ApplicationPolicy, Constraint, DirectoryPolicy, Exclusion, Origin, Otherwise, PolicySet,
};

/// Reasons that one finding tells at most.
const MOST_REASONS: usize = 2;

/// One application's policies, and what can be asked about them.
#[derive(Debug)]
pub(super) struct Context<'a> {
    set: &'a PolicySet,
    sources: &'a SourceSet,
    /// The application's policies.
    pub(super) policy: &'a ApplicationPolicy,
    /// Makes formulas of them.
    pub(super) reader: Reader<'a>,
    /// Who is in scope.
    pub(super) scope: Formula<'a>,
    /// By rule, whom it fits.
    pub(super) rules: Vec<Formula<'a>>,
    /// By constraint, who gets through it.
    pub(super) passing: Vec<Formula<'a>>,
    /// By constraint, what is true of those who get through it when it is asked of them.
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
    ) -> Self {
        let reader = Reader { policy, as_of };
        Self {
            set,
            sources,
            policy,
            reader,
            scope: reader.scope(),
            rules: policy.rules.iter().map(|rule| reader.rule(rule)).collect(),
            passing: (0..policy.constraints.len()).map(|place| reader.passes(place)).collect(),
            demands: (0..policy.constraints.len()).map(|place| reader.demand(place)).collect(),
            witnesses: Witnesses::new(reader, set),
        }
    }

    /// Why nobody fits all of these, in words; none where somebody may.
    pub(super) fn nobody(&self, formulas: &[&Formula<'a>]) -> Option<String> {
        nobody(self.reader, formulas).map(|reasons| because(&reasons))
    }

    /// A made-up user whom all of these fit, and of whom the evaluation says what is wanted.
    pub(super) fn witness(
        &self,
        formulas: &[&Formula<'a>],
        wanted: impl Fn(&Verdict) -> bool,
    ) -> Option<Witness> {
        self.witnesses.find(formulas, wanted)
    }

    /// What the documents of the application's directories say, in its order.
    pub(super) fn directories(&self) -> &[&'a DirectoryPolicy] {
        self.witnesses.directories()
    }

    /// Exclusions that hold on this day.
    pub(super) fn exclusions(&self) -> impl Iterator<Item = &'a Exclusion> {
        let today = self.reader.as_of;
        self.policy.exclusions.iter().filter(move |rule| rule.until.is_none_or(|last| today <= last))
    }

    /// What whoever gets through the first constraints satisfies.
    pub(super) fn through(&self, constraints: usize) -> impl Iterator<Item = &Formula<'a>> {
        self.passing[..constraints].iter()
    }

    /// A finding about what stands at an origin.
    pub(super) fn finding(
        &self,
        code: &'static str,
        message: String,
        origin: &Origin,
        label: &str,
    ) -> Finding {
        let message =
            if self.is_shared(origin) { format!("in `{}`: {message}", self.policy.name) } else { message };
        let labels = self.label(origin, label).into_iter().collect();
        Finding { severity: Severity::Warning, code, message, labels, help: None }
    }

    /// A second place of a finding.
    pub(super) fn label(&self, origin: &Origin, text: &str) -> Option<Label> {
        let (file, source) = self.sources.iter().find(|(_, source)| source.path == origin.path)?;
        let end = source.text.len() as u32;
        let span = Span { start: origin.span.start.min(end), end: origin.span.end.min(end) };
        // A whole condition may have many lines; its first says enough.
        let text_there = source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let line = text_there.lines().next().map_or(0, |line| line.trim_end().len() as u32);
        let span = Span { start: span.start, end: span.start + line };
        Some(Label { at: Location { file, span }, text: text.to_owned() })
    }

    /// Whether it stands in a document of every application.
    fn is_shared(&self, origin: &Origin) -> bool {
        let has = |policy: &&ApplicationPolicy| {
            policy.constraints.iter().map(|it| &it.origin).any(|it| it == origin)
                || policy.exclusions.iter().map(|it| &it.origin).any(|it| it == origin)
        };
        self.set.applications.iter().filter(has).count() > 1
    }
}

/// Whether a constraint ends the evaluation of whoever breaks it.
pub(super) fn stops(rule: &Constraint) -> bool {
    matches!(rule.otherwise, Otherwise::Skip | Otherwise::Block)
}

/// What a constraint does, in words.
pub(super) fn does(rule: &Constraint) -> &'static str {
    match rule.otherwise {
        Otherwise::Skip => "skipped",
        Otherwise::Block => "blocked",
        Otherwise::Drop => "dropped",
        Otherwise::Warn => "warned of",
    }
}

/// `: why`, or nothing.
fn because(reasons: &[String]) -> String {
    match reasons.len() {
        0 => String::new(),
        count if count > MOST_REASONS => format!(": {}; and so on", reasons[..MOST_REASONS].join("; ")),
        _ => format!(": {}", reasons.join("; ")),
    }
}

/// `; for example, who does what`, or nothing where nobody was confirmed.
pub(super) fn shown(witness: Option<Witness>, tell: impl Fn(&Witness) -> String) -> String {
    witness.map_or(String::new(), |witness| format!("; for example, {} {}", witness.who, tell(&witness)))
}
