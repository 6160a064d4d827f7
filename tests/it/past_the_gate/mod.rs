//! Nothing goes around the gate, for random pairs of policies, data, days and evidence: what a tip changes and the settled
//! policies would not change, value by value, was shown or waits; no host is called and no secret is sent that neither the
//! settled policies nor the operator's list has. What is allowed is worked out here a second time, from the changes
//! themselves and not from the gate's identities.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "a variable chooses one case")]
#![expect(clippy::disallowed_macros, reason = "the test says what the cases were")]

mod case;
mod destinations;
mod effects;
mod keys;
mod pair;
mod plans;

use crate::second_evaluator::shipped::Base;
use case::{Case, Outcome};
use pair::{Pair, all_bases};
use plans::Plans;
use std::thread;

/// How many pairs of policies a run tries, and how often each.
const PAIRS: usize = 220;
const TIMES: usize = 28;

/// What came of the cases with some numbers, and those in which something went past the gate.
fn tried(
    bases: &[Base],
    numbers: impl Iterator<Item = usize>,
    chosen: Option<usize>,
) -> (Outcome, Vec<String>) {
    let (mut all, mut past) = (Outcome::default(), Vec::new());
    for number in numbers {
        let pair = Pair::random(bases, number);
        let plans = Plans::new(&pair, number);
        let cases = number * TIMES..(number + 1) * TIMES;
        for case in cases.filter(|case| chosen.is_none_or(|chosen| chosen == *case)) {
            let Some(outcome) = Case::random(&plans, case).and_then(|case| case.outcome()) else { continue };
            if !outcome.past.is_empty() {
                past.push(format!("case {case}: {}\n{}", outcome.past.join("\n"), pair.differences()));
            }
            all.add(&outcome);
        }
    }
    (all, past)
}

#[test]
fn h6_h7_h11_whatever_the_tip_changes_is_the_settled_policies_or_was_shown_or_waits() {
    let bases = all_bases();
    let chosen = std::env::var("PAST_THE_GATE_CASE").ok().and_then(|value| value.parse::<usize>().ok());
    let numbers = chosen.map_or(0..PAIRS, |case| case / TIMES..case / TIMES + 1);
    let half = |from: usize| tried(&bases, numbers.clone().skip(from).step_by(2), chosen);
    let ((mut all, mut past), (more, others)) = thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        (half(0), other.join().unwrap())
    });
    all.add(&more);
    past.extend(others);
    println!("{all:?}");
    assert!(past.is_empty(), "{} past the gate:\n{}", past.len(), past[..past.len().min(3)].join("\n\n"));
    if chosen.is_none() {
        assert!(all.cases >= 5_000, "{} cases", all.cases);
        let each = [all.settled, all.shown, all.counted, all.ordinary, all.held, all.came];
        assert!(each.iter().all(|count| *count > 20), "each way through the gate is taken: {all:?}");
    }
}
