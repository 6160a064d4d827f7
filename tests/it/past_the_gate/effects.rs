//! What changes do, in words, without the gate's own identities: operation, subject, account, right, each value before and
//! after, and the place in the application.

use rolewright::model::{AttributePath, EntitlementWire, Operation, Right, Value};
use rolewright::plan::{Action, AttributeWrite, Change, InitialValue, Plan};
use rolewright::policy::ApplicationPolicy;

/// One thing that a change does: an update is one effect for each attribute, every other change is one as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Effect {
    /// Everything, as it is on one set of data.
    pub(super) exact: String,
    /// What a person saw on earlier data: without the values before, and the account only where it is taken from somebody.
    pub(super) shown: String,
    pub(super) operation: Operation,
    /// Whether a person must see it, by one version of the policies.
    pub(super) sensitive: bool,
    /// Whether it waits for a person whatever policies were settled.
    pub(super) asks: bool,
}

/// The policies that say what is sensitive, and where the application keeps things.
#[derive(Clone, Copy)]
pub(super) struct Judges<'p> {
    /// Those of the plan.
    pub(super) own: &'p ApplicationPolicy,
    /// The settled ones.
    pub(super) settled: Option<&'p ApplicationPolicy>,
}

impl<'p> Judges<'p> {
    fn any(self, holds: impl Fn(&ApplicationPolicy) -> bool) -> bool {
        holds(self.own) || self.settled.is_some_and(holds)
    }

    fn privileged(self, right: &Right) -> bool {
        self.any(|policy| {
            policy
                .entitlements
                .iter()
                .any(|kind| kind.name == right.entitlement && kind.privileged.contains(&right.value))
        })
    }

    fn finds(self, attribute: &str) -> bool {
        self.any(|policy| {
            policy.link.name == attribute
                || policy.matching.iter().any(|slot| policy.account_attribute(*slot).name == attribute)
        })
    }

    /// Where the application keeps a right.
    fn wire(self, right: &Right) -> Option<&'p EntitlementWire> {
        self.own.entitlements.iter().find(|kind| kind.name == right.entitlement).map(|kind| &kind.wire)
    }
}

/// One value that is written.
struct Written {
    attribute: String,
    place: String,
    before: Option<Value>,
    after: Option<Value>,
}

impl Written {
    fn of(path: &AttributePath, before: Option<&Value>, after: Option<&Value>) -> Self {
        let (attribute, place) = (path.name.clone(), path.path.clone());
        Self { attribute, place, before: before.cloned(), after: after.cloned() }
    }

    fn write(write: &AttributeWrite) -> Self {
        Self::of(&write.path, write.before.as_ref(), write.after.as_ref())
    }

    fn initial(value: &InitialValue) -> Self {
        Self::of(&value.path, None, Some(&value.value))
    }

    fn active(after: bool) -> Self {
        Self {
            attribute: "active".to_owned(),
            place: String::new(),
            before: Some(Value::Boolean(!after)),
            after: Some(Value::Boolean(after)),
        }
    }

    fn exact(&self) -> String {
        let Self { attribute, place, before, after } = self;
        format!("{attribute} at {place}: {before:?} -> {after:?}")
    }

    fn shown(&self) -> String {
        let Self { attribute, place, before: _, after } = self;
        format!("{attribute} at {place}: {after:?}")
    }
}

/// What each change of a plan does.
pub(super) fn effects(plan: &Plan, judges: Judges<'_>) -> Vec<Vec<Effect>> {
    plan.changes.iter().map(|change| of_change(change, judges)).collect()
}

/// What one change does.
pub(super) fn of_change(change: &Change, judges: Judges<'_>) -> Vec<Effect> {
    let written = written(change);
    if change.operation() == Operation::Update {
        return written.iter().map(|one| effect(change, std::slice::from_ref(one), judges)).collect();
    }
    vec![effect(change, &written, judges)]
}

fn effect(change: &Change, written: &[Written], judges: Judges<'_>) -> Effect {
    let subject = &change.subject;
    let operation = change.operation();
    let right = match &change.action {
        Action::Grant(right) | Action::Revoke(right) => Some(right),
        Action::Delete
        | Action::Archive { .. }
        | Action::Deactivate
        | Action::Adopt { .. }
        | Action::Create { .. }
        | Action::Reactivate { .. }
        | Action::Update { .. } => None,
    };
    let what = right.map(|right| format!("{right:?} at {:?}", judges.wire(right))).unwrap_or_default();
    let who = match &subject.user {
        Some(user) => format!("{:?} {user}", subject.directory),
        None => format!("account {:?}", subject.account),
    };
    let (takes, finds) = match operation {
        Operation::Delete
        | Operation::Archive
        | Operation::Deactivate
        | Operation::Revoke
        | Operation::Adopt => (true, false),
        Operation::Update | Operation::Reactivate => (false, true),
        Operation::Create | Operation::Grant => (false, false),
    };
    let whose = if takes { format!("{:?}", subject.account) } else { String::new() };
    let list = |text: fn(&Written) -> String| written.iter().map(text).collect::<Vec<_>>().join("; ");
    let asks = match change.action {
        Action::Adopt { hold, .. } | Action::Archive { hold, .. } => hold.is_some(),
        Action::Delete
        | Action::Deactivate
        | Action::Revoke(_)
        | Action::Create { .. }
        | Action::Reactivate { .. }
        | Action::Update { .. }
        | Action::Grant(_) => false,
    };
    Effect {
        exact: format!("{operation:?} {who} {:?} {what} {}", subject.account, list(Written::exact)),
        shown: format!("{operation:?} {who} {whose} {what} {}", list(Written::shown)),
        operation,
        sensitive: takes
            || right.is_some_and(|right| operation == Operation::Grant && judges.privileged(right))
            || finds && written.iter().any(|one| judges.finds(&one.attribute)),
        asks,
    }
}

fn written(change: &Change) -> Vec<Written> {
    let some = |link: Option<&AttributeWrite>, attributes: &[AttributeWrite]| -> Vec<Written> {
        link.into_iter().chain(attributes).map(Written::write).collect()
    };
    match &change.action {
        Action::Delete | Action::Deactivate | Action::Revoke(_) | Action::Grant(_) => Vec::new(),
        Action::Create { link, attributes } => {
            std::iter::once(&**link).chain(attributes).map(Written::initial).collect()
        }
        Action::Archive { link, attributes, deactivates, hold: _ } => {
            let mut all = some(link.as_deref(), attributes);
            all.extend(deactivates.map(|_| Written::active(false)));
            all
        }
        Action::Adopt { link, attributes, activates, hold: _ } => {
            let mut all = some(Some(link), attributes);
            all.extend(activates.map(|_| Written::active(true)));
            all
        }
        Action::Reactivate { link, attributes, activates: _ } => {
            let mut all = some(link.as_deref(), attributes);
            all.push(Written::active(true));
            all
        }
        Action::Update { link, attributes } => some(link.as_deref(), attributes),
    }
}
