//! Evaluates a made-up user with the same `desire` and `plan` as real users.

use super::groups::{MadeGroups, Membership};
use super::person::{Holder, Person};
use crate::desired::{DesiredState, Ending, LinkingFault};
use crate::model::{AttributeType, Date, Digest, Field, Operation, Right};
use crate::plan::{self, Inputs, Outcome, Plan};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectoryBuilder, DirectorySnapshot,
    GroupRecord, Incomplete,
};

/// The evaluation of a made-up user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct UserEvaluation {
    /// Ids of the matching rules, whichever wins.
    pub(in crate::lint) fitting: Vec<String>,
    /// Under `precedence: first`, the rule that wins.
    pub(in crate::lint) winner: Option<String>,
    /// Whether the winning rule is undefined.
    pub(in crate::lint) tied: bool,
    /// The grants left after the constraints.
    pub(in crate::lint) rights: Vec<Right>,
    /// Grants that constraints dropped: the constraint's id.
    pub(in crate::lint) dropped_by: Vec<String>,
    /// The constraint that skips or blocks the user.
    pub(in crate::lint) stopped_by: Option<String>,
    /// Whether `scope` holds.
    pub(in crate::lint) in_scope: bool,
    /// The exclusion that leaves the user unchanged.
    pub(in crate::lint) excluded_by: Option<String>,
    /// Whether an account is created.
    pub(in crate::lint) created: bool,
    /// Whether changes wait for a later stage of the rollout.
    pub(in crate::lint) waits: bool,
}

/// Evaluates made-up users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evaluator<'a> {
    /// The policies, without `minMembers`.
    pub(super) policy: &'a ApplicationPolicy,
    /// The policies of its directories, in its order.
    pub(super) directories: &'a [&'a DirectoryPolicy],
    /// The day.
    pub(super) as_of: Date,
}

impl Evaluator<'_> {
    /// Evaluates the user; `None` if the evaluation gives no answer.
    pub(super) fn evaluate(self, groups: &MadeGroups, person: &Person) -> Option<UserEvaluation> {
        let snapshots = self.snapshots(groups, person).ok()?;
        let application = self.application(person).ok()?;
        let evaluated = plan::Evaluation::new(&Inputs {
            policy: self.policy,
            // The plan is never shown or stored.
            digest: Digest::of(b""),
            environment: "default",
            commit: None,
            directories: self.directories.to_vec(),
            snapshots: snapshots.iter().collect(),
            application: &application,
            memory: None,
            as_of: self.as_of,
        })
        .ok()?;
        let mut evaluation = UserEvaluation::of_desired(evaluated.desired(), &person.id)?;
        evaluation.read(&evaluated.plan(), &person.id);
        Some(evaluation)
    }

    fn snapshots(
        self,
        groups: &MadeGroups,
        person: &Person,
    ) -> Result<Vec<Complete<DirectorySnapshot>>, Incomplete> {
        let indices = 0..self.directories.len();
        indices.map(|index| self.snapshot(index, groups, person)).collect()
    }

    fn snapshot(
        self,
        index: usize,
        groups: &MadeGroups,
        person: &Person,
    ) -> Result<Complete<DirectorySnapshot>, Incomplete> {
        let settings = self.directories[index];
        let kinds: Vec<(String, AttributeType)> =
            settings.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.kind)).collect();
        let mut builder = DirectoryBuilder::new(settings.name.clone(), &kinds);
        if person.directory == index {
            let fields: Vec<Field<'_>> = settings
                .attributes
                .iter()
                .map(|attribute| field(attribute.kind, person.values.get(&attribute.name)))
                .collect();
            builder.user(&person.id, &fields)?;
        }
        for (at, group) in groups.groups.iter().enumerate().filter(|(_, group)| group.directory == index) {
            let record = GroupRecord {
                name: group.name.clone(),
                created: None,
                distinguished_name: group.distinguished_name.clone(),
            };
            builder.group(&group.id, record)?;
            if person.directory == index && person.memberships.contains(&Membership::Group(at)) {
                builder.member(&group.id, &person.id)?;
            }
        }
        let enterprise = self.policy.enterprise_applications.get(index).and_then(Option::as_deref);
        for (_, role) in groups.roles.iter().filter(|(directory, _)| *directory == index) {
            let Some(enterprise) = enterprise else { continue };
            builder.app_role(enterprise, role);
            if person.memberships.contains(&Membership::Role(index, role.clone())) {
                builder.assignment(enterprise, role, &person.id)?;
            }
        }
        builder.finish()
    }

    fn application(self, person: &Person) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
        let names: Vec<String> =
            self.policy.account_attributes.iter().map(|attribute| attribute.name.clone()).collect();
        let everything = Capabilities { write: true, delete: true };
        let mut builder = ApplicationBuilder::new(self.policy.name.clone(), everything, &names);
        let held = person.account.as_ref();
        if let Some(Holder { inactive, values, .. }) = held {
            let fields: Vec<Field<'_>> =
                names.iter().map(|name| field(AttributeType::List, values.get(name))).collect();
            builder.account("account", Some(&person.id), Some(!inactive), &fields)?;
        }
        let mut groups: Vec<&str> = self.policy.account_groups();
        groups.sort_by_key(|name| name.to_ascii_lowercase());
        groups.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        for name in groups {
            let inside =
                held.is_some_and(|held| held.groups.iter().any(|group| group.eq_ignore_ascii_case(name)));
            builder.group(name, name, inside.then_some("account"))?;
        }
        builder.finish()
    }
}

impl UserEvaluation {
    /// What the policies want for the user; `None` if nobody has the id.
    fn of_desired(desired: &DesiredState<'_>, id: &str) -> Option<Self> {
        let user = desired.population.find(id)?;
        let walk = desired.walk(user);
        let mut fitting: Vec<String> = desired
            .sources
            .iter()
            .filter(|source| source.reaches(&desired.population, &desired.catalogue, user))
            .map(|source| source.rule.id.clone())
            .collect();
        fitting.dedup();
        let ending = desired.ending(user);
        Some(Self {
            fitting,
            winner: desired.winners.winner(user).map(|index| desired.sources[index].rule.id.clone()),
            tied: matches!(ending, Some(Ending::Linking(LinkingFault::Tie))),
            rights: desired
                .rights
                .of(user)
                .iter()
                .map(|right| desired.catalogue.right(*right).as_ref().clone())
                .collect(),
            dropped_by: walk.dropped.iter().map(|(_, rule)| rule.id.clone()).collect(),
            stopped_by: match ending {
                Some(Ending::Constraint(rule)) => Some(rule.id.clone()),
                _ => None,
            },
            in_scope: desired.in_scope(user),
            ..Self::default()
        })
    }

    fn read(&mut self, plan: &Plan, user: &str) {
        let is_user = |subject: &crate::plan::Subject| subject.user.as_deref() == Some(user);
        self.created = plan
            .changes
            .iter()
            .any(|change| change.operation() == Operation::Create && is_user(&change.subject));
        for report in plan.reports.iter().filter(|report| is_user(&report.subject)) {
            match (report.outcome, report.rule) {
                (Outcome::Excluded, Some(rule)) => self.excluded_by = Some(plan.rule(rule).id.clone()),
                (Outcome::OutsideCanary, _) => self.waits = true,
                _ => {}
            }
        }
    }
}

fn field<'v>(kind: AttributeType, values: Option<&'v Vec<String>>) -> Field<'v> {
    match (kind, values.map(Vec::as_slice)) {
        (_, None | Some([])) => Field::Empty,
        (AttributeType::Boolean, Some([value, ..])) => Field::Boolean(value == "true"),
        (AttributeType::Text, Some([value, ..])) => Field::text(value.as_str()),
        (AttributeType::List, Some(values)) => {
            Field::List(values.iter().map(|value| value.as_str().into()).collect())
        }
    }
}
