//! Seeded simulations of `apply`: the real planner, gate, execution and SCIM writer, against a service, a network and a
//! ledger in memory. One seed decides everything (`docs/reference/simulator.md`).
//!
//! `ROLEWRIGHT_SEED=n` plays one scenario, and tells its story.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test is told which scenarios to play, and tells what happened"
)]

mod broken;
mod cast;
mod fault;
mod hand;
mod ledger;
mod log;
mod network;
mod oracle;
mod patch;
mod profile;
mod random;
mod run;
mod scenario;
mod server;
mod session;
mod state;
mod stories;

use fault::Fault;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Plays seeds on two threads, and gives those in which something is wrong, with what.
fn play(seeds: std::ops::Range<u64>, broken: Option<broken::Broken>) -> BTreeMap<u64, Vec<String>> {
    let (next, wrong) = (AtomicU64::new(seeds.start), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let found = scenario::play(seed, broken);
                    if !found.is_empty() {
                        wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(seed, found);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The least count of each fault in ten thousand scenarios.
const LEAST: u64 = 30;

#[test]
fn f14_ten_thousand_seeds_hold() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("ROLEWRIGHT_SEEDS").unwrap_or(10_000);
    let seeds = number("ROLEWRIGHT_SEED").map_or(0..count, |seed| seed..seed + 1);
    if let Some(seed) = number("ROLEWRIGHT_SEED") {
        println!("{}", scenario::story(seed));
    }
    let wrong = play(seeds.clone(), None);
    let stories: Vec<String> = wrong
        .iter()
        .take(20)
        .map(|(seed, found)| format!("ROLEWRIGHT_SEED={seed}\n  {}", found.join("\n  ")))
        .collect();
    let counts: Vec<String> =
        Fault::ALL.iter().map(|(fault, name, _)| format!("{name}: {}", fault.fired())).collect();
    println!("{}", counts.join("\n"));
    assert!(
        wrong.is_empty(),
        "{} of {} seeds:\n{}",
        wrong.len(),
        seeds.end - seeds.start,
        stories.join("\n")
    );
    if seeds.end - seeds.start >= 10_000 {
        let rare = Fault::ALL.iter().filter(|(fault, ..)| fault.fired() < LEAST);
        let rare: Vec<&str> = rare.map(|(_, name, _)| *name).collect();
        assert!(rare.is_empty(), "these fired less than {LEAST} times: {rare:?}");
    }
}

/// The seeds in which a broken variant is noticed, by a word of what is wrong.
fn noticed(broken: broken::Broken, word: &str) -> usize {
    let wrong = play(0..400, Some(broken));
    wrong.values().filter(|found| found.iter().any(|line| line.contains(word))).count()
}

#[test]
fn f6_a_writer_that_repeats_creates_is_noticed() {
    assert!(noticed(broken::Broken::RepeatsCreates, "duplicate") > 0);
}

#[test]
fn e1_a_run_that_plans_from_an_incomplete_read_is_noticed() {
    assert!(noticed(broken::Broken::ReadsInPart, "removal of somebody who is wanted") > 0);
}

#[test]
fn f14_removals_that_are_written_first_are_noticed() {
    assert!(noticed(broken::Broken::RemovesFirst, "removals are last") > 0);
}

#[test]
fn each_fault_stands_in_the_reference() {
    let page = include_str!("../../docs/reference/simulator.md");
    let missing = Fault::ALL.iter().filter(|(_, name, text)| !page.contains(&format!("| {name} | {text} |")));
    assert_eq!(missing.map(|(_, name, _)| *name).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn one_seed_plays_the_same_scenario_each_time() {
    for seed in 0..40 {
        assert_eq!(scenario::story(seed), scenario::story(seed), "ROLEWRIGHT_SEED={seed}");
    }
}
