//! One application in one environment, as a command uses it: its policies, the ledger's state, the operator's key, the
//! day of the plan, and how people are named. Only this module sets the memory and the day of a plan.

use super::code::Code;
use super::exit::Stop;
use super::privacy::Redaction;
use super::read::World;
use super::side_plan::SidePlan;
use super::workspace::{Side, Workspace};
use super::{key, out};
use crate::fetch::git::PolicyRepository;
use crate::gate::{ItemKey, Past, State};
use crate::ledger::{Ledger, LedgerPlace};
use crate::model::{Date, Secret};
use crate::plan::{AccountMemory, Evaluation, Inputs, Memory, Plan};
use crate::policy::{ApplicationPolicy, Authority};
use crate::snapshot::{ApplicationSnapshot, Complete};
use std::borrow::Cow;

/// An application's policies, and everything else that a plan needs in addition to the data that is read.
pub(super) struct Instance<'i> {
    side: Side<'i>,
    state: Cow<'i, State>,
    key: ItemKey,
    memory: Option<Memory>,
    accounts: Option<AccountMemory>,
    day: Date,
    redaction: &'i Redaction,
}

impl<'i> Instance<'i> {
    /// For a plan that is only shown: with the ledger's state in this clone or, if there is none, the state before the
    /// first run. Without a key, values whose history is unknown stay as they are, and a message says so.
    pub(super) fn of_clone(place: &LedgerPlace, side: Side<'i>, redaction: &'i Redaction) -> Self {
        let state = state_of_clone(place, side);
        let secret = key::operators();
        let needs = AccountMemory::is_needed(side.policy);
        if secret.is_none() && needs && state.accounts.is_some() {
            out::talk(&format!(
                "{}: `ROLEWRIGHT_KEY` is not set, so what is remembered of accounts can't be read: the plan is as for a first run",
                side.policy.name
            ));
        }
        if secret.is_none() && remembers(side.policy) && state.memory.is_some() {
            out::talk(&format!(
                "{}: `ROLEWRIGHT_KEY` is not set, so nothing remembered can be read: values that differ are shown as kept",
                side.policy.name
            ));
        }
        let today = side.workspace.today;
        let day = state.day(today).unwrap_or_else(|ahead| {
            out::talk(&format!(
                "{}: {ahead}: the plan is for today, and nothing could be applied",
                side.policy.name
            ));
            today
        });
        Self::new(side, Cow::Owned(state), secret.as_ref(), day, redaction)
    }

    /// With a state of the ledger and, if there is one, the operator's key.
    ///
    /// # Errors
    /// The ledger is ahead of the clock.
    pub(super) fn of(side: Side<'i>, state: &'i State, redaction: &'i Redaction) -> Result<Self, Stop> {
        let day = run_day(side, state)?;
        Ok(Self::new(side, Cow::Borrowed(state), key::operators().as_ref(), day, redaction))
    }

    /// The same, for plans that are applied or recorded.
    ///
    /// # Errors
    /// The ledger is ahead of the clock; or the policies need the stored records, and there is no key for them.
    pub(super) fn deciding(side: Side<'i>, state: &'i State, redaction: &'i Redaction) -> Result<Self, Stop> {
        let secret = key::operators();
        if secret.is_none() && (remembers(side.policy) || AccountMemory::is_needed(side.policy)) {
            return Err(key::missing(&side.policy.name));
        }
        let kid = ItemKey::new(secret.as_ref().map(Secret::expose)).kid().to_owned();
        let other = |accounts: &AccountMemory| !accounts.kid.is_empty() && accounts.kid != kid;
        if AccountMemory::is_needed(side.policy) && state.accounts.as_ref().is_some_and(other) {
            return Err(key::another(&side.policy.name));
        }
        let day = run_day(side, state)?;
        Ok(Self::new(side, Cow::Borrowed(state), secret.as_ref(), day, redaction))
    }

    fn new(
        side: Side<'i>,
        state: Cow<'i, State>,
        secret: Option<&Secret>,
        day: Date,
        redaction: &'i Redaction,
    ) -> Self {
        let keyed =
            |secret: &Secret| state.memory.clone().unwrap_or_default().keyed(secret.expose().as_bytes());
        let of_accounts = |secret: &Secret| {
            let kid = ItemKey::new(Some(secret.expose())).kid().to_owned();
            state.accounts.clone().unwrap_or_default().keyed(secret.expose().as_bytes(), &kid)
        };
        Self {
            memory: secret.filter(|_| remembers(side.policy)).map(keyed),
            accounts: secret.filter(|_| AccountMemory::is_needed(side.policy)).map(of_accounts),
            day,
            key: ItemKey::new(secret.map(Secret::expose)),
            side,
            state,
            redaction,
        }
    }

    /// The same for another day: to explain the past.
    #[must_use]
    pub(super) fn on_day(self, day: Date) -> Self {
        Self { day, ..self }
    }

    /// The policies, in their workspace.
    pub(super) fn side(&self) -> Side<'i> {
        self.side
    }

    /// The workspace.
    pub(super) fn workspace(&self) -> &'i Workspace {
        self.side.workspace
    }

    /// The application's policies.
    pub(super) fn policy(&self) -> &'i ApplicationPolicy {
        self.side.policy
    }

    /// The key of items in ledger and records.
    pub(super) fn key(&self) -> &ItemKey {
        &self.key
    }

    /// The day of the plan.
    pub(super) fn day(&self) -> Date {
        self.day
    }

    /// How people are named.
    pub(super) fn redaction(&self) -> &'i Redaction {
        self.redaction
    }

    /// The data that limits count, at an instant in seconds since 1970.
    pub(super) fn past(&self, now: i64) -> Past<'_> {
        Past::of(&self.state, now)
    }

    /// The plan without the changes that failed before and are not tried again yet; they are reported.
    pub(super) fn set_aside(&self, plan: Plan, now: i64) -> Plan {
        self.state.set_aside(plan, self.side.policy, &self.key, now)
    }

    /// What is remembered of accounts; none where its policies need nothing of it.
    pub(super) fn accounts(&self) -> Option<&AccountMemory> {
        self.accounts.as_ref()
    }

    /// A world as it was read, with what the application did not tell and the ledger remembers.
    pub(super) fn remembering(&self, world: World) -> World {
        let Some(accounts) = &self.accounts else { return world };
        let World { directories, versions, application } = world;
        let snapshots = directories.iter().chain(versions.iter().map(|(_, directory)| directory));
        let users = snapshots.flat_map(|directory| {
            let users = &directory.users;
            (0..users.len() as u32).map(|row| users.ids.id(row))
        });
        let application = accounts.tell(self.side.policy, users, application);
        World { directories, versions, application }
    }

    /// Whether its policies need what is stored about users' records.
    pub(super) fn remembers(&self) -> bool {
        remembers(self.side.policy)
    }

    /// The inputs of a plan, without the directories' data.
    pub(super) fn inputs<'w>(
        &'w self,
        accounts: &'w Complete<ApplicationSnapshot>,
    ) -> Result<Inputs<'w>, Stop> {
        self.inputs_on(self.day, self.side, accounts)
    }

    fn inputs_on<'w>(
        &'w self,
        as_of: Date,
        side: Side<'w>,
        accounts: &'w Complete<ApplicationSnapshot>,
    ) -> Result<Inputs<'w>, Stop> {
        let Side { workspace, policy } = side;
        Ok(Inputs {
            policy,
            digest: workspace.digest(policy)?,
            environment: &workspace.policies.workspace.environment,
            commit: workspace.sources.commit.as_ref(),
            directories: workspace.directories(policy),
            snapshots: Vec::new(),
            application: accounts,
            memory: self.memory.as_ref(),
            as_of,
        })
    }

    /// Evaluates its policies for all users in a world.
    pub(super) fn evaluate<'w>(&'w self, world: &'w World) -> Result<Evaluation<'w>, Stop> {
        self.evaluate_by(self.side, world)
    }

    /// Evaluates another version of its policies, for the same day and with the same memory.
    pub(super) fn evaluate_by<'w>(
        &'w self,
        side: Side<'w>,
        world: &'w World,
    ) -> Result<Evaluation<'w>, Stop> {
        self.evaluate_on(self.day, side, world)
    }

    fn evaluate_on<'w>(
        &'w self,
        day: Date,
        side: Side<'w>,
        world: &'w World,
    ) -> Result<Evaluation<'w>, Stop> {
        let directories = side.workspace.directories(side.policy).into_iter();
        let snapshots = directories.map(|directory| world.directory(side.workspace, directory));
        let inputs = Inputs {
            snapshots: snapshots.collect::<Result<_, Stop>>()?,
            ..self.inputs_on(day, side, &world.application)?
        };
        Ok(Evaluation::new(&inputs)?)
    }

    /// The plan of its policies for a world.
    pub(super) fn plan(&self, world: &World) -> Result<Plan, Stop> {
        self.plan_by(self.side, world)
    }

    /// The plan of another version of its policies for a world, for the same day and with the same memory.
    pub(super) fn plan_by(&self, side: Side<'_>, world: &World) -> Result<Plan, Stop> {
        self.plan_on(self.day, side, world)
    }

    /// The same for another day, on which something in the policies may have ended, or not yet.
    pub(super) fn plan_on(&self, day: Date, side: Side<'_>, world: &World) -> Result<Plan, Stop> {
        self.plan_of(&self.evaluate_on(day, side, world)?)
    }

    /// An evaluation's plan under this instance's name, so that what a renamed one wants is the same as before.
    fn plan_of(&self, evaluation: &Evaluation<'_>) -> Result<Plan, Stop> {
        sound(Plan {
            environment: self.side.workspace.policies.workspace.environment.clone(),
            application: self.side.policy.name.clone(),
            ..evaluation.plan()
        })
    }

    /// The same plan as it would be applied: empty if the application is not enabled.
    pub(super) fn executable_by<'s>(&self, side: Side<'s>, world: &World) -> Result<SidePlan<'s>, Stop> {
        self.executable_of(side, &self.evaluate_by(side, world)?)
    }

    /// The same from an evaluation of these policies.
    pub(super) fn executable_of<'s>(
        &self,
        side: Side<'s>,
        evaluation: &Evaluation<'_>,
    ) -> Result<SidePlan<'s>, Stop> {
        let mut plan = self.plan_of(evaluation)?;
        if !side.policy.enabled {
            plan.changes.clear();
        }
        Ok(SidePlan { plan, side })
    }
}

/// The plan, if the critic finds no fault.
pub(super) fn sound(plan: Plan) -> Result<Plan, Stop> {
    match plan.faults().as_slice() {
        [] => Ok(plan),
        faults => Err(Stop::new(
            Code::Defect,
            format!("the plan contradicts itself, a fault of Rolewright; report this: {}", faults.join("; ")),
        )),
    }
}

/// The day of a run, from the clock or the day that the user names.
fn run_day(side: Side<'_>, state: &State) -> Result<Date, Stop> {
    state.day(side.workspace.today).map_err(|ahead| {
        Stop::new(Code::Clock, format!(
            "{ahead}: no run is for an earlier day than the last one. Compare this machine's clock; if the last run \
            was dated wrongly, `rolewright ledger reset --application {}` keeps the ledger under another name and \
            starts an empty one; then whatever no pull request shows waits",
            side.policy.name
        ))
    })
}

/// Whether policies need stored data, which needs the operator's key.
fn remembers(policy: &ApplicationPolicy) -> bool {
    policy.mapping.iter().any(|mapped| mapped.authority == Authority::UntilSourceChanges)
}

fn state_of_clone(place: &LedgerPlace, side: Side<'_>) -> State {
    let instance = side.instance();
    let repository = PolicyRepository::open(&side.workspace.place).ok();
    let loaded = repository.map(|policies| {
        Ledger::open(policies.git_folder(), place, &instance, None).and_then(|ledger| ledger.load())
    });
    match loaded {
        Some(Ok(loaded)) => loaded.state,
        Some(Err(error)) if place.database().is_some() => {
            out::talk(&format!("{}: {error}; the plan is as for a first run", side.policy.name));
            State::first(&instance)
        }
        Some(Err(_)) | None => State::first(&instance),
    }
}
