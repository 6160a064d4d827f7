//! What must hold, judged from what took effect, without any help of Rolewright's.

use super::log::{Log, Wanted};
use super::server::Shows;
use super::state::{Author, Effect, Flat, Holdings};
use rolewright::execution::{ChangeOutcome, WriteError};
use rolewright::gate::State;
use rolewright::model::Operation;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::{Duration, Instant};

/// What a ledger has to charge, and does not.
pub(crate) fn charges(state: &State, holdings: &Holdings, logs: &[Log]) -> Vec<String> {
    let (mut wrong, effects) = (Vec::new(), &holdings.effects);
    for (number, log) in logs.iter().enumerate().filter(|(_, log)| log.opened.is_some()) {
        let ours = || effects.iter().filter(move |effect| effect.author == Author::Run(number));
        // What the service forgot at once was not made. A service that keeps what it deletes is asked to delete it in each
        // run, which charges it again.
        let counts = |effect: &&Effect| {
            let stays = holdings.manner.soft_delete && effect.key == "active";
            removes(effect) && !stays && !is_forgotten(effects, effect)
        };
        let removed: BTreeSet<&str> = ours().filter(counts).map(|effect| &*effect.account).collect();
        let is_new = |effect: &&Effect| effect.key == "account" && effect.old.is_none();
        let created = ours().filter(|effect| is_new(effect) && !is_forgotten(effects, effect)).count() as u64;
        let charge = |words: &[&str]| -> u64 {
            let charges = state.window.iter().filter(|charge| charge.run == log.name);
            let counts = charges.flat_map(|charge| &charge.counts);
            counts.filter(|(word, _)| words.contains(&word.as_str())).map(|(_, count)| *count).sum()
        };
        let is_known = state.window.iter().any(|charge| charge.run == log.name) || log.approved.is_empty();
        let pairs = [
            ("removals", removed.len() as u64, charge(&["delete", "archive", "deactivate"])),
            ("creates", created, charge(&["create"])),
        ];
        for (what, made, charged) in pairs {
            if made > charged {
                wrong.push(format!(
                    "charges: {} made {made} {what}, the ledger charges {charged} (its charge is there: {is_known})",
                    log.name
                ));
            }
        }
    }
    wrong
}

/// Whether somebody else took back what a run did.
fn is_forgotten(effects: &[Effect], effect: &Effect) -> bool {
    effects.iter().any(|other| {
        let same = other.account == effect.account && other.key == effect.key;
        same && other.author == Author::Hand && other.at >= effect.at
    })
}

/// Whether an account went, or may not sign in any more.
fn removes(effect: &Effect) -> bool {
    (effect.key == "account" && effect.new.is_none())
        || (effect.key == "active"
            && effect.old.as_deref() == Some("true")
            && effect.new.as_deref() == Some("false"))
}

/// Everything that is wrong at the end of a scenario.
pub(crate) fn judge(start: &BTreeMap<String, Flat>, holdings: &Holdings, logs: &[Log]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut made: BTreeMap<(usize, usize, &str), usize> = BTreeMap::new();
    let mut births = Links::new(start);
    for (place, effect) in holdings.effects.iter().enumerate() {
        let Author::Run(run) = effect.author else {
            births.note(effect);
            continue;
        };
        let log = &logs[run];
        let who = format!(
            "run {run}: `{}` of {} became {:?}, was {:?}",
            effect.key, effect.account, effect.new, effect.old
        );
        wrong.extend(births.doubles(effect).then(|| format!("duplicate: {who}, link {:?}", effect.link)));
        wrong.extend(untouchable(effect, log).map(|why| format!("untouchable ({why}): {who}")));
        wrong.extend(
            is_wrong_removal(effect, log).then(|| format!("removal of somebody who is wanted: {who}")),
        );
        let later = logs.iter().filter(|other| other.opened > log.opened).filter_map(|other| other.opened);
        if later.into_iter().any(|opened| effect.at > opened) {
            wrong.push(format!("after another run had taken over: {who}"));
        }
        match log.approved.iter().position(|wanted| allows(wanted, effect, &births.owners)) {
            None => wrong.push(format!("not approved: {who}")),
            Some(position) => {
                let key = (run, position, effect.key.as_str());
                if let Some(before) = made.insert(key, place)
                    && holdings.effects[before].new == effect.new
                    && !undone(&holdings.effects[before..place], effect)
                {
                    wrong.push(format!("made twice: {who}"));
                }
            }
        }
        births.note(effect);
    }
    for (run, log) in logs.iter().enumerate() {
        wrong.extend(order(run, &holdings.effects, log));
        wrong.extend(honesty(run, &holdings.effects, log, &births.owners));
    }
    wrong
}

/// Whether somebody else changed the value between two effects.
fn undone(between: &[Effect], effect: &Effect) -> bool {
    between.iter().any(|other| {
        other.author == Author::Hand
            && other.account == effect.account
            && (other.key == effect.key || other.key == "account")
    })
}

/// Which accounts have which link, and since when.
struct Links {
    now: BTreeMap<String, (String, Option<Instant>, bool)>,
    /// Whose each account ever was.
    owners: Owners,
}

/// Whose each account ever was, by its id.
type Owners = BTreeMap<String, BTreeSet<String>>;

impl Links {
    fn new(start: &BTreeMap<String, Flat>) -> Self {
        let linked = start
            .iter()
            .filter_map(|(id, flat)| Some((id.clone(), (flat.get("externalId")?.clone(), None, false))));
        let now: BTreeMap<String, (String, Option<Instant>, bool)> = linked.collect();
        let owners = now.iter().map(|(id, (link, ..))| (id.clone(), [link.clone()].into())).collect();
        Self { now, owners }
    }

    fn note(&mut self, effect: &Effect) {
        match (effect.key.as_str(), &effect.new) {
            ("externalId", Some(link)) => {
                let by_hand = effect.author == Author::Hand;
                self.owners.entry(effect.account.clone()).or_default().insert(link.clone());
                self.now.insert(effect.account.clone(), (link.clone(), Some(effect.at), by_hand));
            }
            ("externalId" | "account", None) => drop(self.now.remove(&effect.account)),
            _ => {}
        }
    }

    /// Whether an account comes to be for a user who has one. What a person made a moment ago, a read may not show yet.
    fn doubles(&self, effect: &Effect) -> bool {
        let is_new = effect.key == "account" && effect.old.is_none();
        let others = self
            .now
            .iter()
            .filter(|(id, (link, ..))| **id != effect.account && Some(link) == effect.link.as_ref());
        let old_enough = |since: Option<Instant>, by_hand: bool| {
            !by_hand || since.is_none_or(|since| effect.at > since + Duration::from_secs(12))
        };
        is_new && others.into_iter().any(|(_, (_, since, by_hand))| old_enough(*since, *by_hand))
    }
}

/// Why nobody may touch the account.
fn untouchable(effect: &Effect, log: &Log) -> Option<&'static str> {
    let gives = (effect.key.starts_with("role:") || effect.key.starts_with("badge:")) && effect.old.is_none();
    match effect.before.get("note").map(String::as_str) {
        Some("hands off") => return Some("excluded account"),
        Some("keep") if !gives => return Some("protected account"),
        _ => {}
    }
    let link = effect.link.as_ref()?;
    let by_hand = log.people.members.contains(&("By hand".to_owned(), link.clone()));
    (by_hand && log.people.people.contains_key(link)).then_some("excluded user")
}

/// Whether an account goes whose user is enabled, a member, and neither skipped nor blocked.
fn is_wrong_removal(effect: &Effect, log: &Log) -> bool {
    let Some(link) = effect.link.as_ref().filter(|_| removes(effect)) else { return false };
    let Some(person) = log.people.people.get(link) else { return false };
    let department = person.values.get("department").map(String::as_str);
    let is_member = log.people.members.contains(&("Members".to_owned(), link.clone()));
    person.enabled && is_member && department.is_some_and(|department| department != "Robots")
}

/// Whether an approved change allows this effect.
fn allows(wanted: &Wanted, effect: &Effect, owners: &Owners) -> bool {
    if wanted.operation == Operation::Create {
        let is_new = effect.before.is_empty() && wanted.user.is_some() && effect.link == wanted.user;
        return is_new
            && match effect.key.as_str() {
                "account" => effect.old.is_none(),
                "active" => effect.new.as_deref() == Some("true"),
                key => wanted.pair(key).is_some_and(|pair| pair.after == effect.new),
            };
    }
    let is_his = match &wanted.account {
        Some(account) => *account == effect.account,
        None => {
            let his =
                |owners: &BTreeSet<String>| wanted.user.as_ref().is_some_and(|user| owners.contains(user));
            wanted.user.is_some() && wanted.user == effect.link
                || owners.get(&effect.account).is_some_and(his)
        }
    };
    if !is_his {
        return false;
    }
    if wanted.operation == Operation::Delete {
        return removes(effect);
    }
    let Some(pair) = wanted.pair(&effect.key) else { return false };
    if effect.key == "userName" {
        let parked = |text: &Option<String>| is_parked(text.as_deref(), pair.before.as_deref());
        return (pair.before == effect.old || parked(&effect.old))
            && (pair.after == effect.new || parked(&effect.new));
    }
    pair.before == effect.old && pair.after == effect.new
}

/// Whether a name is the temporary one of another: eight hexadecimal digits are behind it.
fn is_parked(name: Option<&str>, of: Option<&str>) -> bool {
    let tail = name.zip(of).and_then(|(name, of)| name.strip_prefix(of)?.strip_prefix('-'));
    tail.is_some_and(|tail| tail.len() == 8 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Accounts go last, but for those whose name somebody takes.
fn order(run: usize, effects: &[Effect], log: &Log) -> Vec<String> {
    let ours: Vec<&Effect> = effects.iter().filter(|effect| effect.author == Author::Run(run)).collect();
    let mut wrong = Vec::new();
    for (place, effect) in ours.iter().enumerate().filter(|(_, effect)| removes(effect)) {
        let name = effect.before.get("userName").map(|name| name.to_lowercase());
        let takes = |wanted: &Wanted| {
            let pair = wanted.pair("userName").and_then(|pair| pair.after.as_ref());
            wanted.account.as_ref() != Some(&effect.account) && pair.map(|name| name.to_lowercase()) == name
        };
        if name.is_some() && log.planned.iter().any(takes) {
            continue;
        }
        let later =
            ours[place + 1..].iter().find(|other| other.account != effect.account && !is_removal(other, log));
        if let Some(later) = later {
            wrong.push(format!(
                "removals are last: run {run} removed {} before `{}` of {} became {:?}",
                effect.account, later.key, later.account, later.new
            ));
        }
    }
    wrong
}

/// Whether an effect is part of an account's removal.
fn is_removal(effect: &Effect, log: &Log) -> bool {
    let removes =
        |operation| matches!(operation, Operation::Delete | Operation::Archive | Operation::Deactivate);
    let mut wanted = log.approved.iter().filter(|wanted| wanted.account.as_ref() == Some(&effect.account));
    wanted.any(|wanted| removes(wanted.operation))
}

/// What is reported as not made was not made.
fn honesty(run: usize, effects: &[Effect], log: &Log, owners: &Owners) -> Vec<String> {
    let mut wrong = Vec::new();
    for (position, outcome) in &log.outcomes {
        let nothing = match outcome {
            // It was written, and then somebody took the account away.
            ChangeOutcome::Failed(WriteError::Stale { what, .. }) if what == "`id`" => false,
            ChangeOutcome::Failed(
                WriteError::Failed(_) | WriteError::Stale { .. } | WriteError::Unreachable(_),
            ) => true,
            ChangeOutcome::Failed(WriteError::NotKept(_) | WriteError::Unknown(_))
            | ChangeOutcome::Made { .. } => false,
            ChangeOutcome::Failed(WriteError::NotBegun)
            | ChangeOutcome::Skipped
            | ChangeOutcome::Stopped(_) => true,
        };
        let wanted = &log.approved[*position];
        let mut ours = effects.iter().filter(|effect| effect.author == Author::Run(run));
        let parked = |effect: &Effect| {
            let before = wanted.pair("userName").and_then(|pair| pair.before.as_deref());
            effect.key == "userName" && is_parked(effect.new.as_deref(), before)
        };
        if nothing && let Some(effect) = ours.find(|effect| allows(wanted, effect, owners) && !parked(effect))
        {
            wrong.push(format!(
                "reported as not made: run {run}, {outcome:?}, but `{}` of {} became {:?}",
                effect.key, effect.account, effect.new
            ));
        }
    }
    wrong
}

/// What one run reported as made, and the next plan wants again.
pub(crate) fn repeated(holdings: &Holdings, logs: &[Log]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut ordered: Vec<&Log> = logs.iter().filter(|log| log.read.is_some()).collect();
    ordered.sort_by_key(|log| log.read);
    for (run, pair) in ordered.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let follows = before.ended.is_some() && after.read >= before.ended;
        if after.is_stale || !follows || after.people != before.people || after.planned.is_empty() {
            continue;
        }
        for (position, outcome) in &before.outcomes {
            let ChangeOutcome::Made { not_kept, .. } = outcome else { continue };
            let wanted = &before.approved[*position];
            // Of an account that was found after a lost answer, nobody knows what the service dropped.
            let mut not_kept = not_kept.clone();
            not_kept.extend(dropped(holdings).map(str::to_owned));
            let again = after
                .planned
                .iter()
                .find(|again| again.user == wanted.user && same(wanted, again, &not_kept));
            let Some(again) = again else { continue };
            let account = again.account.as_ref().or(wanted.account.as_ref());
            let is_unreliable = account.is_none_or(|account| holdings.unreliable.contains(account))
                || holdings.unreliable.iter().any(|id| linked(holdings, id) == wanted.user);
            let is_unseen = holdings.manner.members == Shows::Nowhere && again.operation == Operation::Grant;
            let stays = holdings.manner.soft_delete && again.operation == Operation::Delete;
            if !is_unreliable && !is_unseen && !stays {
                wrong.push(format!("made, and wanted again by run {}: {wanted:?}, {again:?}", run + 1));
            }
        }
    }
    wrong
}

fn linked(holdings: &Holdings, id: &str) -> Option<String> {
    holdings.flat(id)?.get("externalId").cloned()
}

fn same(wanted: &Wanted, again: &Wanted, not_kept: &[String]) -> bool {
    if wanted.operation == Operation::Create {
        return again.operation == Operation::Create
            || again.operation == Operation::Update
                && again.pairs.iter().any(|pair| {
                    !not_kept.contains(&pair.key)
                        && wanted.pair(&pair.key).is_some_and(|made| made.after == pair.after)
                });
    }
    if wanted.pairs.is_empty() {
        return again.operation == wanted.operation && again.account == wanted.account;
    }
    wanted.pairs.iter().any(|pair| {
        let now =
            again.pair(&pair.key).filter(|_| again.account.is_none() || again.account == wanted.account);
        now.is_some_and(|now| now.after == pair.after) && !not_kept.contains(&pair.key)
    })
}

/// The short name of the attribute that the service drops.
fn dropped(holdings: &Holdings) -> Option<&'static str> {
    holdings.manner.drops.map(|name| match name {
        "nickName" => "note",
        "addresses" => "city",
        _ => "department",
    })
}

/// What the last plan still wants although nothing goes wrong any more.
pub(crate) fn left(holdings: &Holdings, last: &Log) -> Vec<String> {
    let dropped = dropped(holdings);
    let explained = |wanted: &Wanted| {
        let only_dropped = wanted.pairs.iter().all(|pair| Some(pair.key.as_str()) == dropped);
        match wanted.operation {
            Operation::Update => only_dropped,
            Operation::Grant => {
                holdings.manner.members == Shows::Nowhere
                    && wanted.pairs.iter().any(|pair| pair.key.starts_with("role:"))
            }
            Operation::Delete => holdings.manner.soft_delete,
            _ => false,
        }
    };
    last.approved
        .iter()
        .filter(|wanted| !explained(wanted))
        .map(|wanted| format!("still wanted: {wanted:?}"))
        .collect()
}
