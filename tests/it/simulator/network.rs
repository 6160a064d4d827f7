//! The way between one run and the model service, with everything that goes wrong on it.

use super::fault::Fault;
use super::hand;
use super::random::Random;
use super::server::{Look, refusal, reply};
use super::state::{Author, Body, Group, Holdings};
use rolewright::http::{Call, Method, SimulatedAnswer, SimulatedLoss, SimulatedReply, Simulation};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::{Duration, Instant, sleep};

/// The model service with what it is about to forget.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) holdings: Holdings,
    forgets: Vec<Memory>,
}

/// What the service held before a write that it forgets.
#[derive(Debug)]
struct Memory {
    at: Instant,
    users: Vec<(String, Option<Body>)>,
    groups: Vec<(String, Option<Group>)>,
}

impl Scene {
    pub(crate) fn new(holdings: Holdings) -> Self {
        Self { holdings, forgets: Vec::new() }
    }

    /// Writes that are forgotten by now.
    fn forget(&mut self) {
        let now = Instant::now();
        let (due, later) = std::mem::take(&mut self.forgets).into_iter().partition(|memory| memory.at <= now);
        self.forgets = later;
        let due: Vec<Memory> = due;
        for memory in due {
            for (id, body) in memory.users {
                self.holdings.unreliable.insert(id.clone());
                self.holdings.set_user(Author::Hand, &id, body);
            }
            for (id, group) in memory.groups {
                let there = self.holdings.users.keys().cloned().collect::<Vec<_>>();
                self.holdings.unreliable.extend(there.iter().cloned());
                let exists = |member: &String| self.holdings.flat(member).is_some();
                let group = group.map(|group| Group {
                    members: group.members.iter().filter(|member| exists(member)).cloned().collect(),
                    ..group
                });
                self.holdings.set_group(Author::Hand, &id, group);
            }
        }
    }
}

/// When a run dies at a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crash {
    /// The number of the call that changes something, from 1.
    pub(crate) write: u64,
    pub(crate) before: bool,
}

/// What goes wrong on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weather {
    /// Faults, and in how many of a hundred calls each fires.
    pub(crate) faults: Vec<(Fault, u64)>,
    pub(crate) crash: Option<Crash>,
    /// What people do while the run writes, and before which of its calls.
    pub(crate) hands: Vec<(Fault, u64)>,
    /// A broken writer: a POST whose outcome is unknown is sent again at once.
    pub(crate) repeats_creates: bool,
}

/// The way of one run.
#[derive(Debug)]
pub(crate) struct Network {
    scene: Arc<Mutex<Scene>>,
    run: usize,
    weather: Mutex<Weather>,
    random: Mutex<Random>,
    calls: Mutex<Calls>,
    pub(crate) dead: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Calls {
    all: u64,
    writes: u64,
}

/// What is decided about a call before it is made.
struct Drawn {
    fault: Option<Fault>,
    latency: Duration,
    dice: u64,
    crash: Option<Crash>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Network {
    pub(crate) fn new(scene: &Arc<Mutex<Scene>>, run: usize, weather: Weather, random: Random) -> Self {
        Self {
            scene: Arc::clone(scene),
            run,
            weather: Mutex::new(weather),
            random: Mutex::new(random),
            calls: Mutex::default(),
            dead: Arc::default(),
        }
    }

    fn draw(&self, call: &Call) -> Drawn {
        let (mut random, mut weather, mut calls) =
            (locked(&self.random), locked(&self.weather), locked(&self.calls));
        calls.all += 1;
        let is_write = call.method != Method::Get;
        calls.writes += u64::from(is_write);
        let kind = {
            let manner = &locked(&self.scene).holdings.manner;
            let (unique, etags) = (manner.unique_names, manner.etags);
            Kind { unique, etags, guarded: (etags || manner.takes_patch) && !manner.names_members }
        };
        let etags = kind.etags;
        let mut fault = None;
        for (candidate, percent) in &weather.faults {
            if random.chance(*percent) && fits(*candidate, call, kind) {
                fault = Some(*candidate);
            }
        }
        let latency = match fault {
            Some(Fault::Slow) => 1_000 + random.below(90_000),
            _ => 1 + random.below(40),
        };
        let crash = weather.crash.filter(|crash| is_write && crash.write == calls.writes);
        let number = calls.all;
        let mut scene = locked(&self.scene);
        weather.hands.retain(|(fault, before)| {
            let now = *before <= number && (etags || *before == 0);
            if now {
                hand::act(&mut scene.holdings, *fault, &mut random);
            }
            !now
        });
        Drawn { fault, latency: Duration::from_millis(latency), dice: random.next(), crash }
    }

    /// The service does what it is asked.
    fn act(&self, call: &Call, lag: Duration, short: bool) -> SimulatedReply {
        let mut scene = locked(&self.scene);
        scene.forget();
        let lag = lag.max(scene.holdings.manner.lag);
        scene.holdings.answer(call, Look { author: Author::Run(self.run), lag, short })
    }

    fn act_plainly(&self, call: &Call) -> SimulatedReply {
        self.act(call, Duration::ZERO, false)
    }

    /// The service acts, and forgets it a while later.
    fn act_and_forget(&self, call: &Call, dice: u64) -> SimulatedReply {
        let held = |scene: &Scene| {
            let users = scene.holdings.users.iter().map(|(id, kept)| (id.clone(), kept.now.clone()));
            let groups = scene.holdings.groups.iter().map(|(id, kept)| (id.clone(), kept.now.clone()));
            (users.collect::<Vec<_>>(), groups.collect::<Vec<_>>())
        };
        let (users, groups) = held(&locked(&self.scene));
        let count = locked(&self.scene).holdings.effects.len();
        let answer = self.act_plainly(call);
        let mut scene = locked(&self.scene);
        let touched: Vec<String> =
            scene.holdings.effects[count..].iter().map(|effect| effect.account.clone()).collect();
        if touched.is_empty() {
            return answer;
        }
        Fault::Forgotten.fires();
        let is_group = call.target.starts_with("/Groups");
        let before =
            |id: &String| users.iter().find(|(known, _)| known == id).and_then(|(_, body)| body.clone());
        let target = call.target.rsplit('/').next().unwrap_or_default();
        let memory = Memory {
            at: Instant::now() + Duration::from_secs(dice % 60),
            users: if is_group {
                Vec::new()
            } else {
                touched.iter().map(|id| (id.clone(), before(id))).collect()
            },
            groups: groups.into_iter().filter(|(id, _)| is_group && id == target).collect(),
        };
        scene.holdings.unreliable.extend(touched);
        scene.forgets.push(memory);
        answer
    }

    async fn play(&self, call: &Call) -> Result<SimulatedReply, SimulatedLoss> {
        let Drawn { fault, latency, dice, crash } = self.draw(call);
        sleep(latency).await;
        if let Some(crash) = crash {
            match crash.before {
                true => Fault::CrashBeforeWrite.fires(),
                false => {
                    Fault::CrashAfterWrite.fires();
                    self.act_plainly(call);
                }
            }
            self.dead.notify_one();
            return std::future::pending().await;
        }
        let Some(fault) = fault else { return Ok(self.act_plainly(call)) };
        if fault != Fault::Forgotten {
            fault.fires();
        }
        let repeats = locked(&self.weather).repeats_creates && call.method == Method::Post;
        let answer = self.disturbed(call, fault, dice).await;
        let is_unknown = match &answer {
            Err(loss) => !loss.unsent,
            Ok(answer) => answer.is_cut || answer.status >= 500,
        };
        if repeats && is_unknown { Ok(self.act_plainly(call)) } else { answer }
    }

    async fn disturbed(&self, call: &Call, fault: Fault, dice: u64) -> Result<SimulatedReply, SimulatedLoss> {
        let lost = |problem, unsent| Err(SimulatedLoss { problem, unsent });
        let pause = |status, header: &str| {
            let headers = vec![("retry-after", header.to_owned()), ("date", DATE.to_owned())];
            Ok(SimulatedReply { headers, ..refusal(status, "later") })
        };
        match fault {
            Fault::ConnectionRefused => lost("connection refused", true),
            Fault::ResetBefore => lost("connection reset", false),
            Fault::ResetAfter => {
                self.act_plainly(call);
                lost("connection reset", false)
            }
            Fault::TimeOutBefore => std::future::pending().await,
            Fault::TimeOutAfter => {
                self.act_plainly(call);
                std::future::pending().await
            }
            Fault::Throttled => pause(429, &(dice % 20).to_string()),
            Fault::ThrottledSilent => Ok(refusal(429, "later")),
            Fault::ThrottledUntil => pause(429, LATER),
            Fault::ThrottledLong => pause(429, &(301 + dice % 300).to_string()),
            Fault::Unavailable => pause(503, &(1 + dice % 100).to_string()),
            Fault::UnavailableSilent => {
                if dice.is_multiple_of(2) {
                    self.act_plainly(call);
                }
                Ok(refusal(503, "busy"))
            }
            Fault::ErrorBefore => Ok(refusal(500, "oh")),
            Fault::ErrorAfter => {
                self.act_plainly(call);
                Ok(refusal(500, "oh"))
            }
            Fault::GatewayAfter => {
                self.act_plainly(call);
                Ok(refusal(if dice.is_multiple_of(2) { 502 } else { 504 }, "gateway"))
            }
            Fault::Precondition => Ok(refusal(412, "it changed")),
            Fault::Conflict => Ok(refusal(409, "it is there")),
            Fault::Forbidden => Ok(refusal(if dice.is_multiple_of(2) { 401 } else { 403 }, "no")),
            Fault::Redirect => Ok(refusal(302, "elsewhere")),
            Fault::CutBody => {
                let mut answer = self.act_plainly(call);
                answer.body.truncate(answer.body.len() / 2);
                Ok(SimulatedReply { is_cut: true, ..answer })
            }
            Fault::GarbageBody => {
                self.act_plainly(call);
                Ok(SimulatedReply { body: b"<html>hello</html>".to_vec(), ..reply(200, &json!({})) })
            }
            Fault::EmptyBody => {
                let answer = self.act_plainly(call);
                Ok(SimulatedReply { body: Vec::new(), ..answer })
            }
            Fault::Duplicate => {
                let answer = self.act_plainly(call);
                self.act_plainly(call);
                Ok(answer)
            }
            Fault::StaleRead => Ok(self.act(call, Duration::from_secs(1 + dice % 10), false)),
            Fault::MissingPage => Ok(self.act(call, Duration::ZERO, true)),
            Fault::Forgotten => Ok(self.act_and_forget(call, dice)),
            _ => Ok(self.act_plainly(call)),
        }
    }
}

const DATE: &str = "Mon, 30 Nov 2026 03:00:00 GMT";
const LATER: &str = "Mon, 30 Nov 2026 03:00:09 GMT";

/// What a service does so that faults can be told from each other.
#[derive(Clone, Copy, Debug)]
struct Kind {
    unique: bool,
    etags: bool,
    /// Whether a write that follows an old read is refused, or touches one value only; not where an old read shows who is
    /// called what.
    guarded: bool,
}

/// Whether a fault can happen to a call. A service that lets names double can't be told from one that forgot what it
/// was sent, so that nothing is delivered twice to it, and it shows what it did at once. So does a service that takes
/// whole objects and honours no version: whoever read an old state would write it back.
fn fits(fault: Fault, call: &Call, kind: Kind) -> bool {
    let (is_read, is_create) = (call.method == Method::Get, call.method == Method::Post);
    match fault {
        Fault::StaleRead => is_read && kind.unique && kind.guarded,
        Fault::MissingPage => {
            is_read && (call.target.contains("startIndex") || call.target.contains("cursor"))
        }
        Fault::Precondition => call.if_match.is_some(),
        Fault::Conflict => is_create,
        Fault::Duplicate => !is_create || kind.unique,
        Fault::Forgotten => !is_read,
        _ => true,
    }
}

impl Simulation for Network {
    fn answer<'s>(&'s self, call: &'s Call) -> SimulatedAnswer<'s> {
        Box::pin(self.play(call))
    }

    fn random(&self) -> u64 {
        locked(&self.random).next()
    }
}
