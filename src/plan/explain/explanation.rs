//! What is explained of one user or account: groups, rights with the rules behind them, and every other step.

use crate::model::Right;
use crate::plan::subject::Subject;
use crate::policy::Origin;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whom and what to explain.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The user, by any name that [`Evaluation::explain`](crate::plan::Evaluation::explain) knows.
    pub user: &'q str,
    /// Only this right, `localRole=booker@London`, and what would give it; none: every right.
    pub right: Option<&'q str>,
}

impl<'q> Question<'q> {
    /// About everything of a user.
    pub fn about(user: &'q str) -> Self {
        Self { user, right: None }
    }
}

/// One user or account, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The user, or the account that no user stands behind.
    pub subject: Subject,
    /// The groups and roles that linking rules name and the user is in, sorted by directory and id.
    pub groups: Vec<InGroup>,
    /// Every right that some rule gives or the account holds, sorted; only one where one was asked for.
    pub rights: Vec<RightExplanation>,
    /// Everything else, in order of evaluation.
    pub steps: Vec<Step>,
}

/// A group or role that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InGroup {
    /// The directory.
    pub directory: String,
    /// Its immutable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a role of an enterprise application.
    pub is_role: bool,
}

/// One right of one user: whether the user gets it, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightExplanation {
    /// The right.
    pub right: Arc<Right>,
    /// Whether the user gets it.
    pub standing: Standing,
    /// Whether the account holds it today.
    pub held: bool,
    /// The rules that give it, each with the group by which it does, those that fit the user first.
    pub givers: Vec<Giver>,
    /// How many further rules and groups would give it that do not fit.
    pub more: usize,
    /// What would give it; none: nobody asked, or the user gets it.
    pub missing: Option<Missing>,
}

/// Whether a user gets a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Rules give it.
    Given,
    /// Rules give it, and something else keeps the user from having it.
    Withheld,
    /// A rule fits that gives it, and loses against another rule or a constraint.
    Lost,
    /// No rule that gives it fits.
    Missing,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Given, Self::Withheld, Self::Lost, Self::Missing];

    /// The word of explanations.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Withheld => "withheld",
            Self::Lost => "lost",
            Self::Missing => "missing",
        }
    }
}

/// A rule that gives a right, by one of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Giver {
    /// The rule.
    pub rule: Origin,
    /// What makes the user fit, or not.
    pub because: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a rule for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Counts,
    /// It does not fit.
    FitsNot,
    /// It fits, and this rule wins: by order, or by the age of the groups.
    LosesTo(Origin),
    /// It fits, and so do these, and nothing says which wins.
    TiesWith(Vec<Origin>),
    /// It fits, and this constraint drops the right.
    DroppedBy(Origin),
}

/// What would give a user a right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// What stands in the way of any right: the user is excluded, blocked, disabled. It comes first.
    pub first: Vec<Need>,
    /// The ways to the right, nearest first, at most three.
    pub ways: Vec<Way>,
    /// What no way is found by: a group that a rule would link and that no directory has.
    pub hints: Vec<Need>,
}

/// One way to a right: by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The rule that would give it.
    pub rule: Origin,
    /// Everything that would have to be so, beside what comes first.
    pub needs: Vec<Need>,
    /// Whether it was tried: with the user in the groups among the needs, which then are all, the right is given.
    pub works: bool,
}

impl Way {
    /// The one group that would do, where one group alone would.
    pub fn one_group(&self) -> Option<&InGroup> {
        match self.needs.as_slice() {
            [Need { group: Some(group), .. }] if self.works => Some(group),
            _ => None,
        }
    }
}

/// Something that would have to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// In words, behind "needs": "the group `Copenhagen_booker`", "`city` to be `Oslo`".
    pub what: String,
    /// The rule that asks for it.
    pub rule: Option<Origin>,
    /// The group that the user would be put in, where that is all.
    pub group: Option<InGroup>,
}

impl Need {
    /// Of words and the rule behind them.
    pub fn new(what: impl Into<String>, rule: Option<&Origin>) -> Self {
        Self { what: what.into(), rule: rule.cloned(), group: None }
    }

    /// To be in a group.
    pub fn of_group(group: InGroup, rule: &Origin) -> Self {
        let kind = if group.is_role { "role" } else { "group" };
        let what = format!("the {kind} `{}`", group.name);
        Self { what, rule: Some(rule.clone()), group: Some(group) }
    }
}

/// One step of the evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is asked: "account", "excluded", "attribute `phone`".
    pub title: String,
    /// The answer.
    pub answer: String,
    /// The rule behind it.
    pub origin: Option<Origin>,
}

impl Explanation {
    /// Every rule that it names.
    pub fn origins(&self) -> BTreeSet<&Origin> {
        let givers = self.rights.iter().flat_map(|right| &right.givers);
        let fates = givers.clone().flat_map(|giver| giver.fate.rules());
        let missing = self.rights.iter().filter_map(|right| right.missing.as_ref());
        let ways = missing.clone().flat_map(|missing| &missing.ways);
        let needs = missing.flat_map(|missing| missing.first.iter().chain(&missing.hints));
        let needs = needs.chain(ways.clone().flat_map(|way| &way.needs));
        let steps = self.steps.iter().filter_map(|step| step.origin.as_ref());
        let all = givers.map(|giver| &giver.rule).chain(fates).chain(ways.map(|way| &way.rule));
        all.chain(needs.filter_map(|need| need.rule.as_ref())).chain(steps).collect()
    }
}

impl Fate {
    /// The rules that it is about.
    pub fn rules(&self) -> Vec<&Origin> {
        match self {
            Self::Counts | Self::FitsNot => Vec::new(),
            Self::LosesTo(rule) | Self::DroppedBy(rule) => vec![rule],
            Self::TiesWith(rules) => rules.iter().collect(),
        }
    }
}
