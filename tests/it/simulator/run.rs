//! One run, as `rolewright apply` makes it: waits, reads, plans, opens, writes, closes.

use super::broken::{Broken, RemovesFirst};
use super::cast::Policies;
use super::fault::Fault;
use super::ledger::{Ledger, Pushed};
use super::log::{End, Log, Wanted};
use super::network::{Network, Scene, Weather};
use super::oracle::charges;
use super::random::Random;
use super::{hand, session};
use crate::support::world::{World, today};
use rolewright::apply::WireOfRight;
use rolewright::apply::Writer;
use rolewright::apply::scim::{Manners, ScimApplication};
use rolewright::fetch::scim::{ReadRequest, read_from};
use rolewright::gate::{
    Approved, Beginning, ItemKey, Known, Listed, Marks, POLL_EVERY, Past, Review, RunRecord, RunResult,
    State, Version, Watch, Watched, approve, remembered,
};
use rolewright::http::{Limits, Service};
use rolewright::model::{AddressRule, Commit, EntitlementWire, Profile, ReadBudget, rfc3339_of};
use rolewright::plan::{Inputs, Plan, plan};
use rolewright::policy;
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use rolewright::wire::scim::MEDIA_TYPE;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::time::{Duration, Instant, sleep};

/// 2026-11-21, early in the morning.
const BASE: i64 = 1_795_219_200;
/// How long a run waits for another.
const PATIENCE: Duration = Duration::from_secs(1200);

/// Everything that runs share.
pub(crate) struct Stage {
    pub(crate) scene: Arc<Mutex<Scene>>,
    pub(crate) world: RefCell<World>,
    pub(crate) ledger: RefCell<Ledger>,
    pub(crate) policies: &'static Policies,
    pub(crate) began: Instant,
    /// How far the clock jumped, in seconds.
    pub(crate) jump: Cell<i64>,
    pub(crate) logs: RefCell<Vec<Log>>,
    pub(crate) wrong: RefCell<Vec<String>>,
    pub(crate) concurrency: usize,
    pub(crate) broken: Option<Broken>,
}

/// What goes wrong in one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble {
    pub(crate) weather: Weather,
    /// Faults of the run itself and of its ledger.
    pub(crate) own: Vec<Fault>,
    /// What people do between plan and write.
    pub(crate) hands: Vec<Fault>,
    /// A number that says when.
    pub(crate) dice: u64,
}

impl Trouble {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.own.contains(&fault)
    }

    /// The fault of a push, if it has one.
    fn of_push(&self, at: u64) -> Option<Fault> {
        let pushes = [Fault::PushRefused, Fault::PushUnreachable, Fault::PushUnknown];
        pushes.into_iter().find(|fault| self.has(*fault)).filter(|_| self.dice % 2 == at)
    }
}

impl Stage {
    /// The time, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        BASE + self.began.elapsed().as_secs() as i64 + self.jump.get()
    }

    pub(crate) fn log<T>(&self, run: usize, change: impl FnOnce(&mut Log) -> T) -> T {
        change(&mut self.logs.borrow_mut()[run])
    }

    /// Looks whether the ledger charges what was made.
    pub(crate) fn check_charges(&self) {
        let scene = self.scene.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let found = charges(&self.ledger.borrow().state, &scene.holdings, &self.logs.borrow());
        self.wrong.borrow_mut().extend(found);
    }

    /// Makes a run, and gives its number.
    pub(crate) async fn run(&self, trouble: Trouble, random: Random) -> usize {
        let number = self.logs.borrow().len();
        let is_stale = trouble.weather.faults.iter().any(|(fault, _)| *fault == Fault::StaleRead);
        self.logs.borrow_mut().push(Log { is_stale, trouble: format!("{trouble:?}"), ..Log::default() });
        let network = Network::new(&self.scene, number, trouble.weather.clone(), random);
        let run = Run {
            stage: self,
            number,
            trouble,
            network: Arc::new(network),
            key: ItemKey::new(None),
            tried: Cell::new(false),
        };
        let dead = Arc::clone(&run.network.dead);
        let end = tokio::select! {
            biased;
            () = dead.notified() => End::Died,
            end = run.whole() => end,
        };
        self.log(number, |log| (log.end, log.ended) = (end, Some(Instant::now())));
        number
    }
}

struct Run<'s> {
    stage: &'s Stage,
    number: usize,
    trouble: Trouble,
    network: Arc<Network>,
    key: ItemKey,
    /// Whether it tried to open already: its first push alone fails.
    tried: Cell<bool>,
}

/// What a run found in the ledger.
struct Found {
    head: u64,
    state: State,
    dead: Option<RunRecord>,
}

/// A plan that no guard refused.
struct Ready {
    approved: Approved,
    record: RunRecord,
    state: State,
    head: u64,
}

impl Run<'_> {
    async fn whole(&self) -> End {
        let began = Instant::now();
        loop {
            let Some(found) = self.wait(began).await else { return End::Leased };
            match self.attempt(found).await {
                Some(end) => return end,
                None if began.elapsed() < PATIENCE => {}
                None => return End::Leased,
            }
        }
    }

    /// Waits for another run, or takes a dead one over.
    async fn wait(&self, began: Instant) -> Option<Found> {
        let mut seen = None;
        loop {
            let (head, state, runs) = {
                let ledger = self.stage.ledger.borrow();
                (ledger.head, ledger.state.clone(), ledger.runs.clone())
            };
            let Some(open) = state.open.clone() else { return Some(Found { head, state, dead: None }) };
            let now = began.elapsed();
            let other = seen.get_or_insert_with(|| Watch::new(open.clone(), now));
            if other.look(open.clone(), now) == Watched::Dead {
                let dead = runs.iter().find(|record| record.run == open.run).cloned();
                return Some(Found { head, state, dead });
            }
            if now >= PATIENCE {
                return None;
            }
            sleep(POLL_EVERY).await;
        }
    }

    /// None: another run was faster.
    async fn attempt(&self, found: Found) -> Option<End> {
        let (stage, policy) = (self.stage, self.stage.policies.application());
        let mut record = self.begin(&found.state);
        stage.log(self.number, |log| (log.planned, log.approved) = (Vec::new(), Vec::new()));
        let Some(plan) = self.plan().await else {
            record.result = RunResult::Incomplete;
            self.note(found.head, found.state, record);
            return Some(End::Unread);
        };
        let marks = Marks::of(policy);
        stage.log(self.number, |log| log.planned = plan.changes.iter().map(Wanted::of).collect());
        let state = found.state.inherited(found.dead.as_ref(), &plan, &marks, &self.key);
        let plan = state.set_aside(plan, policy, &self.key, stage.now());
        let released = Listed::default();
        let review = Review::None { key: &self.key, released: &released };
        let Ok(approved) = approve(plan, policy, &review, &Past::of(&state, stage.now())) else {
            record.result = RunResult::Refused;
            self.note(found.head, state, record);
            return Some(End::Refused);
        };
        stage.log(self.number, |log| log.approved = approved.changes().map(Wanted::of).collect());
        if self.trouble.has(Fault::CrashBeforeOpening) {
            Fault::CrashBeforeOpening.fires();
            return Some(End::Died);
        }
        record.sets_out(&approved, &self.key);
        let state = state.planned(&record, &approved, &self.known(), self.key.kid());
        if approved.places().is_empty() {
            record.result = if approved.waits() { RunResult::Held } else { RunResult::Done };
            self.note(found.head, state, record);
            return Some(End::Nothing);
        }
        self.write(Ready { approved, record, state, head: found.head }).await
    }

    fn begin(&self, state: &State) -> RunRecord {
        let beginning = Beginning {
            cause: "manual".to_owned(),
            by: None,
            at: rfc3339_of(self.stage.now()),
            commit: &Commit("c0ffee".to_owned()),
            policy: self.stage.policies.digest.to_string(),
            tool: "0",
            as_of: today(),
        };
        RunRecord::begin(state, beginning)
    }

    fn known(&self) -> Known {
        let digest = Some(self.stage.policies.digest.to_string());
        let version = Version { review: policy::Review::None, digest };
        Known::of(&version, None, policy::Review::None, &[], Vec::new())
    }

    /// A run that writes nothing.
    fn note(&self, head: u64, state: State, record: RunRecord) {
        let mut ledger = self.stage.ledger.borrow_mut();
        if record.repeats(ledger.runs.first(), &ledger.state, &state) {
            return;
        }
        ledger.add(head, &state.noted(policy::Review::None), &record, None);
        drop(ledger);
        self.stage.check_charges();
    }

    /// Reads everything, and plans; none: the application was not read.
    async fn plan(&self) -> Option<Plan> {
        let mut world = self.stage.world.borrow().clone();
        if self.stage.broken == Some(Broken::ReadsInPart) {
            let half = world.people.len() / 2;
            let gone: Vec<String> = world.people.keys().skip(half).cloned().collect();
            world.people.retain(|id, _| !gone.contains(id));
            world.members.retain(|(_, member)| !gone.contains(member));
        }
        let actual = self.stage.world.borrow().clone();
        self.stage.log(self.number, |log| (log.people, log.read) = (actual, Some(Instant::now())));
        let application = self.read().await?;
        let directory = world.directory();
        let Policies { set, digest } = self.stage.policies;
        let plan = plan(&Inputs {
            policy: self.stage.policies.application(),
            digest: *digest,
            environment: "default",
            commit: None,
            directories: vec![&set.directories[0]],
            snapshots: vec![&directory],
            application: &application,
            memory: None,
            as_of: today(),
        })
        .ok()?;
        let faults = plan.faults();
        self.stage.wrong.borrow_mut().extend(faults.into_iter().map(|fault| format!("the critic: {fault}")));
        Some(plan)
    }

    async fn read(&self) -> Option<Complete<ApplicationSnapshot>> {
        let policy = self.stage.policies.application();
        let request = ReadRequest {
            application: policy.name.clone(),
            url: String::new(),
            link: policy.link.clone(),
            attributes: policy.account_attributes.clone(),
            groups: true,
            paging: self.profile().paging,
            names_members: self.profile().names_members(),
            page_size: 500,
            limits: Limits::default(),
            budget: ReadBudget::default(),
            addresses: AddressRule::Any,
            rate_limits: Vec::new(),
        };
        read_from(&request, self.service()).await.ok()
    }

    /// What is known of the service.
    fn profile(&self) -> Profile {
        let scene = self.stage.scene.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        scene.holdings.manner.profile.clone()
    }

    fn service(&self) -> Service {
        let network: Arc<Network> = Arc::clone(&self.network);
        Service::simulated(network, MEDIA_TYPE, Limits::default())
    }

    fn writer(&self) -> ScimApplication {
        let policy = self.stage.policies.application();
        let wires: BTreeMap<String, WireOfRight> = policy
            .entitlements
            .iter()
            .map(|kind| {
                let attribute = match &kind.wire {
                    EntitlementWire::Values { attribute, .. } => {
                        policy.account_attributes.iter().find(|path| path.name == *attribute).cloned()
                    }
                    _ => None,
                };
                let (wire, create_missing) = (kind.wire.clone(), kind.create_missing);
                (kind.name.clone(), WireOfRight { wire, scope: None, attribute, create_missing })
            })
            .collect();
        ScimApplication::over(self.service(), Limits::default(), policy.link.clone(), wires)
            .with_manners(Manners::of(&self.profile()))
            .with_concurrency(self.stage.concurrency)
    }

    /// Opens the run, writes, and closes it.
    async fn write(&self, ready: Ready) -> Option<End> {
        let Ready { approved, mut record, state, head } = ready;
        let (stage, policy) = (self.stage, self.stage.policies.application());
        record.result = RunResult::Open;
        let state = state.pruned(stage.now() - remembered(policy).seconds()).opened(&record);
        let fault = self.trouble.of_push(0).filter(|_| !self.tried.replace(true));
        // What the run announces counts from here on, whether it hears of its opening or not.
        stage.log(self.number, |log| log.name = record.run.clone());
        let sent = Instant::now();
        let pushed = stage.ledger.borrow_mut().add(head, &state, &record, fault);
        let head = match pushed {
            Pushed::Done(head) => head,
            Pushed::Refused => return None,
            Pushed::Failed => return Some(End::NoLedger),
        };
        stage.log(self.number, |log| log.opened = Some(Instant::now()));
        if self.trouble.has(Fault::CrashAfterOpening) {
            Fault::CrashAfterOpening.fires();
            return Some(End::Died);
        }
        // What people did before the first read, a read shows.
        let lag = self.hands();
        sleep(lag).await;
        let writer = self.writer();
        let removes_first;
        let writer: &dyn Writer = match stage.broken {
            Some(Broken::RemovesFirst) => {
                removes_first = RemovesFirst::new(&writer, &approved);
                &removes_first
            }
            Some(Broken::RepeatsCreates | Broken::ReadsInPart) | None => &writer,
        };
        let ended =
            session::Session { stage, number: self.number, trouble: &self.trouble, approved: &approved };
        let written = ended.write(writer, session::Held { head, state, sent }).await;
        if self.trouble.has(Fault::CrashBeforeClosing) {
            Fault::CrashBeforeClosing.fires();
            return Some(End::Died);
        }
        let state = written.held.state.written(&mut record, &approved, &written.ended, &self.key);
        let fault = self.trouble.of_push(1);
        let fault = if written.is_cut_off { Some(Fault::PushUnreachable) } else { fault };
        let fault = fault.filter(|fault| *fault != Fault::PushRefused);
        let pushed = stage.ledger.borrow_mut().replace(written.held.head, &state, Some(&record), fault);
        stage.check_charges();
        if self.trouble.has(Fault::CrashAfterClosing) {
            Fault::CrashAfterClosing.fires();
        }
        Some(match pushed {
            Pushed::Done(_) => End::Closed,
            Pushed::Refused => End::Overtaken,
            Pushed::Failed => End::NoLedger,
        })
    }

    /// Gives how far behind reads are.
    fn hands(&self) -> Duration {
        let mut scene = self.stage.scene.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut random = Random::new(self.trouble.dice);
        for fault in &self.trouble.hands {
            hand::act(&mut scene.holdings, *fault, &mut random);
        }
        scene.holdings.manner.lag
    }
}
