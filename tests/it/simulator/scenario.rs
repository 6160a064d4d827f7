//! One scenario: everything in it follows from its seed.

use super::broken::Broken;
use super::cast;
use super::fault::Fault;
use super::ledger::Ledger;
use super::log::{End, Log};
use super::network::{Crash, Scene, Weather};
use super::oracle::{judge, left, repeated};
use super::random::Random;
use super::run::{Stage, Trouble};
use super::server::Manner;
use super::state::{Effect, Holdings};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::{Duration, Instant, sleep};

/// What happens to calls.
const OF_CALLS: &[Fault] = &[
    Fault::ConnectionRefused,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::TimeOutBefore,
    Fault::TimeOutAfter,
    Fault::Throttled,
    Fault::ThrottledSilent,
    Fault::ThrottledUntil,
    Fault::ThrottledLong,
    Fault::Unavailable,
    Fault::UnavailableSilent,
    Fault::ErrorBefore,
    Fault::ErrorAfter,
    Fault::GatewayAfter,
    Fault::Precondition,
    Fault::Conflict,
    Fault::Forbidden,
    Fault::Redirect,
    Fault::CutBody,
    Fault::GarbageBody,
    Fault::EmptyBody,
    Fault::Duplicate,
    Fault::StaleRead,
    Fault::Slow,
    Fault::Forgotten,
    Fault::MissingPage,
];
const HANDS: &[Fault] = &[
    Fault::HandEdit,
    Fault::HandEdit,
    Fault::HandMembership,
    Fault::HandDelete,
    Fault::HandCreate,
    Fault::GroupDeleted,
];
const OF_RUNS: &[Fault] = &[
    Fault::CrashBeforeOpening,
    Fault::CrashAfterOpening,
    Fault::CrashBeforeClosing,
    Fault::CrashAfterClosing,
    Fault::LeaseLost,
    Fault::PushRefused,
    Fault::PushUnreachable,
    Fault::PushUnknown,
    Fault::WindowCloses,
    Fault::Signal,
    Fault::TimeUsedUp,
];
/// Longer than anything waits in quarantine.
const NINE_DAYS: i64 = 9 * 24 * 60 * 60;

fn trouble(random: &mut Random, broken: Option<Broken>) -> Trouble {
    let mut weather =
        Weather { repeats_creates: broken == Some(Broken::RepeatsCreates), ..Weather::default() };
    for _ in 0..random.below(4) {
        let fault = random.pick(OF_CALLS);
        weather.faults.push((fault, random.pick(&[3, 8, 15, 30])));
    }
    if random.chance(15) {
        weather.crash = Some(Crash { write: 1 + random.below(12), before: random.chance(50) });
    }
    if random.chance(20) {
        weather.hands.push((random.pick(HANDS), 1 + random.below(30)));
    }
    let mut trouble = Trouble { weather, dice: random.next(), ..Trouble::default() };
    if random.chance(30) {
        trouble.hands.push(random.pick(HANDS));
    }
    if random.chance(40) {
        trouble.own.push(random.pick(OF_RUNS));
    }
    if trouble.has(Fault::LeaseLost) || trouble.has(Fault::WindowCloses) {
        trouble.weather.faults.push((Fault::Slow, 60));
    }
    trouble
}

/// Plays a scenario, and gives everything that is wrong.
pub(crate) fn play(seed: u64, broken: Option<Broken>) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on(scenario(seed, broken))));
    played.map_or_else(|_| vec!["a panic".to_owned()], |played| played.wrong)
}

/// Plays a scenario, and tells it.
pub(crate) fn story(seed: u64) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(scenario(seed, None)).story()
}

/// A scenario that was played.
struct Played {
    stage: Stage,
    wrong: Vec<String>,
}

impl Played {
    fn story(&self) -> String {
        let scene = self.stage.scene.lock().unwrap_or_else(PoisonError::into_inner);
        story_of(&self.stage, &scene.holdings, &self.stage.logs.borrow())
    }
}

async fn scenario(seed: u64, broken: Option<Broken>) -> Played {
    let mut random = Random::new(seed);
    let policies = cast::policy(&mut random);
    let manner = Manner::draw(&mut random);
    let holdings = cast::holdings(&mut random, manner);
    let start = holdings.all();
    let stage = Stage {
        scene: Arc::new(Mutex::new(Scene::new(holdings))),
        world: RefCell::new(cast::world(&mut random)),
        ledger: RefCell::new(Ledger::new()),
        policies,
        began: Instant::now(),
        jump: Cell::new(0),
        logs: RefCell::default(),
        wrong: RefCell::default(),
        concurrency: random.pick(&[1, 2, 4]),
        broken,
    };
    for round in 0..1 + random.below(3) {
        if round > 0 {
            between(&stage, &mut random).await;
        }
        bad_round(&stage, &mut random).await;
    }
    stage.jump.set(stage.jump.get() + NINE_DAYS);
    let mut quiet = 0;
    let last = loop {
        sleep(Duration::from_secs(60)).await;
        let last = stage.run(Trouble::default(), random.fork()).await;
        quiet += 1;
        if stage.log(last, |log| log.end) == End::Nothing || quiet == 3 {
            break last;
        }
    };
    let scene = stage.scene.lock().unwrap_or_else(PoisonError::into_inner);
    let logs = stage.logs.borrow();
    let mut wrong = stage.wrong.borrow().clone();
    wrong.extend(judge(&start, &scene.holdings, &logs));
    wrong.extend(repeated(&scene.holdings, &logs));
    if logs[last].end != End::Refused {
        wrong.extend(left(&scene.holdings, &logs[last]));
    }
    // A person has to say that it is right when far fewer accounts are there than at the last run.
    let fewer = scene.holdings.all().len() < stage.ledger.borrow().state.seen.accounts as usize;
    let is_braked = logs[last].end == End::Refused && fewer;
    if !is_braked && !matches!(logs[last].end, End::Nothing | End::Closed) {
        wrong.push(format!("the last run ended with {:?}", logs[last].end));
    }
    drop((scene, logs));
    Played { stage, wrong }
}

/// The story of a scenario, line by line.
fn story_of(stage: &Stage, holdings: &Holdings, logs: &[Log]) -> String {
    let mut lines = vec![format!("{:#?}", holdings.manner)];
    for (number, log) in logs.iter().enumerate() {
        let opened = log.opened.map(|opened| opened - stage.began);
        lines.push(format!("run {number} `{}`: {:?}, opened {opened:?}, {}", log.name, log.end, log.trouble));
        for (position, wanted) in log.approved.iter().enumerate() {
            lines.push(format!("    {position} {wanted}: {:?}", log.outcomes.get(&position)));
        }
    }
    for effect in &holdings.effects {
        let Effect { at, author, account, key, old, new, .. } = effect;
        lines.push(format!("{:?} {author:?} {account} `{key}`: {old:?} -> {new:?}", *at - stage.began));
    }
    lines.join("\n")
}

/// A run, or two at once, with everything that goes wrong.
async fn bad_round(stage: &Stage, random: &mut Random) {
    let first = trouble(random, stage.broken);
    let is_lost = first.has(Fault::LeaseLost);
    let one = stage.run(first, random.fork());
    if !is_lost && !random.chance(12) {
        one.await;
        return;
    }
    let (wait, second) = (Duration::from_millis(random.below(20_000)), random.fork());
    let two = async {
        sleep(wait).await;
        Fault::TwoRuns.fires();
        stage.run(Trouble::default(), second).await
    };
    tokio::join!(one, two);
}

async fn between(stage: &Stage, random: &mut Random) {
    sleep(Duration::from_secs(15 + random.below(600))).await;
    if random.chance(60) {
        Fault::PeopleChange.fires();
        cast::change_people(&mut stage.world.borrow_mut(), random);
    }
    if random.chance(15) {
        Fault::ClockJump.fires();
        stage.jump.set(stage.jump.get() + random.below(200_000) as i64 - 100_000);
    }
}
