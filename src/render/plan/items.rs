//! The changes of a plan, grouped by subject, with equal ones together.

use crate::model::{Operation, Value};
use crate::plan::{AttributeChange, Change, Hold, Plan, Subject};

/// Fewer equal subjects than this are shown one by one, others as a group.
const GROUP_FROM: usize = 4;

/// All changes of one subject.
pub(super) struct Item<'p> {
    pub(super) subject: &'p Subject,
    pub(super) changes: Vec<&'p Change>,
}

/// Items of several subjects with equal content.
pub(super) struct Group<'p> {
    pub(super) items: Vec<Item<'p>>,
}

/// One detail of an item.
pub(super) enum Detail<'p> {
    Attribute(AttributeChange<'p>),
    Given(String),
    Taken(String),
}

impl<'p> Item<'p> {
    /// The operation that stands for the item: the one on the account, else the first.
    pub(super) fn operation(&self) -> Operation {
        let account = self.changes.iter().find(|change| change.right().is_none());
        account.or(self.changes.first()).map_or(Operation::Update, |change| change.operation())
    }

    /// Whether the subject loses the account or a right, whatever else becomes of them.
    pub(super) fn takes_away(&self) -> bool {
        let mut operations = self.changes.iter().map(|change| change.operation());
        operations.any(|operation| operation.is_removal() || operation == Operation::Revoke)
    }

    /// Why an adoption may wait for a person.
    pub(super) fn hold(&self) -> Option<&'static str> {
        self.changes.iter().find_map(|change| change.hold()).map(|hold| match hold {
            Hold::Privileged => {
                "waits for a person: the account holds a privileged right (`apply --release RUN`)"
            }
            Hold::Adoption => {
                "`adoption: hold`: where pull requests are reviewed, it waits until one showed it"
            }
        })
    }

    /// Written values, granted and revoked rights. For a new account, its initial values.
    pub(super) fn details(&self) -> Vec<Detail<'p>> {
        let mut details = Vec::new();
        for change in &self.changes {
            details.extend(change.attribute_changes().into_iter().map(Detail::Attribute));
            if let Some(right) = change.right() {
                let right = right.to_string();
                details.push(if change.operation() == Operation::Grant {
                    Detail::Given(right)
                } else {
                    Detail::Taken(right)
                });
            }
        }
        details
    }

    /// The places of the rules behind it, each once, and why the first one matched.
    pub(super) fn because(&self, plan: &Plan) -> Vec<String> {
        because(plan, self.changes.iter().copied())
    }

    /// A key of everything that grouped items must share: all but the subject.
    fn alike(&self) -> Option<String> {
        let operation = self.operation();
        if operation == Operation::Create || operation == Operation::Adopt {
            return None;
        }
        let details: Vec<String> = self.details().iter().map(Detail::plain).collect();
        let reasons: Vec<u32> =
            self.changes.iter().flat_map(|change| change.reasons.iter()).map(|reason| reason.rule).collect();
        Some(format!("{operation} {details:?} {reasons:?}"))
    }
}

impl Detail<'_> {
    fn plain(&self) -> String {
        let text = |value: Option<&Value>| value.map_or_else(String::new, ToString::to_string);
        match self {
            Self::Attribute(change) => {
                let (before, after) = (text(change.before), text(change.after));
                format!("{} {before:?} {after:?} {}", change.attribute, change.rule)
            }
            Self::Given(right) => format!("+{right}"),
            Self::Taken(right) => format!("-{right}"),
        }
    }
}

/// The rules behind changes, each once, with why it matched and its place.
pub(in crate::render) fn because<'p>(plan: &Plan, changes: impl Iterator<Item = &'p Change>) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for reason in changes.flat_map(|change| change.reasons.iter()) {
        let location = place(plan, reason.rule).map_or(String::new(), |place| format!(" ({place})"));
        let text = format!("{}{location}", reason.because);
        if !reasons.contains(&text) {
            reasons.push(text);
        }
    }
    reasons
}

/// Where a rule of the plan is written: `policies/dstny/defaults.yaml:7`; none: no policy says it.
pub(in crate::render) fn place(plan: &Plan, rule: u32) -> Option<String> {
    let rule = plan.rule(rule);
    (!rule.path.is_empty()).then(|| format!("{}:{}", rule.path, rule.line))
}

/// The changes by subject, in plan order of each subject's first change, with equal ones grouped.
pub(super) fn groups(plan: &Plan) -> Vec<Group<'_>> {
    let mut indices = std::collections::BTreeMap::new();
    let mut items: Vec<Item<'_>> = Vec::new();
    for change in &plan.changes {
        // A user whose account is replaced has two: the archived one and the new one.
        let key = (change.subject.key(), change.subject.account.as_deref());
        let index = *indices.entry(key).or_insert(items.len());
        if index == items.len() {
            items.push(Item { subject: &change.subject, changes: Vec::new() });
        }
        items[index].changes.push(change);
    }
    gather(items)
}

fn gather(items: Vec<Item<'_>>) -> Vec<Group<'_>> {
    let mut counts = std::collections::BTreeMap::new();
    for alike in items.iter().filter_map(Item::alike) {
        *counts.entry(alike).or_insert(0_usize) += 1;
    }
    let mut indices = std::collections::BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for item in items {
        let alike = item.alike().filter(|alike| counts[alike] >= GROUP_FROM);
        match alike.map(|alike| *indices.entry(alike).or_insert(groups.len())) {
            Some(index) if index < groups.len() => groups[index].items.push(item),
            _ => groups.push(Group { items: vec![item] }),
        }
    }
    groups
}
