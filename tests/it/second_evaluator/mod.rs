//! A second evaluator of the policy language, written only from `docs/reference/language.md`, and the comparison of its
//! results for random policies, directories and accounts with the program's plans.
#![expect(clippy::disallowed_methods, reason = "a variable chooses one case")]
#![expect(clippy::disallowed_macros, reason = "the test says how many cases it compared")]

pub(crate) mod compare;
mod condition;
mod desired;
mod grant;
mod groups;
mod lifecycle;
pub(crate) mod mutation;
mod outcome;
mod people;
pub(crate) mod policies;
pub(crate) mod random;
mod random_condition;
pub(crate) mod shipped;
mod shrink;
mod value;
pub(crate) mod world;

/// The day of every run.
const TODAY: &str = "2026-11-21";

use compare::{accepted, planned, text};
use mutation::Mutation;
use outcome::{Outcome, evaluate, right_line};
use policies::Policies;
use random::Dice;
use rolewright::policy::PolicySet;
use serde_json::{Value, json};
use shipped::{Base, bases};
use shrink::{Case, shrink};
use std::collections::BTreeSet;
use world::Account;

/// How many policies a run compares, including the unchanged ones.
const POLICIES: usize = 450;
/// How many worlds are planned for each policy.
const WORLDS: usize = 6;

/// The policy with a number: the first ones are unchanged, the others have a few changes that the program accepts.
fn policy(bases: &[Base], number: usize) -> (&Base, Vec<Value>) {
    let base = &bases[number % bases.len()];
    if number < bases.len() {
        return (base, base.documents.clone());
    }
    let mut dice = Dice(number as u64);
    loop {
        let mut mutation = Mutation { base, documents: base.documents.clone(), dice: &mut dice };
        for _ in 0..=mutation.dice.below(5) {
            let before = mutation.documents.clone();
            mutation.change();
            if accepted(&mutation.documents).is_err() {
                mutation.documents = before;
            }
        }
        if mutation.documents != base.documents {
            return (base, mutation.documents);
        }
    }
}

/// The results of the program and of the second evaluator for a case.
struct Compared {
    first: Result<Outcome, String>,
    second: Result<Outcome, String>,
}

impl Compared {
    fn of(case: &Case) -> Option<Self> {
        let set = accepted(&case.documents).ok()?;
        Some(Self::with(&set, case))
    }

    fn with(set: &PolicySet, case: &Case) -> Self {
        let second = evaluate(&Policies::of(&case.documents), &case.world);
        Self { first: planned(set, &case.world), second }
    }

    /// Lines that only one of the two has, each with its origin.
    fn differences(&self) -> BTreeSet<String> {
        let lines = |one: &Result<Outcome, String>, other: &Result<Outcome, String>, whose: &str| {
            let all = |outcome: &Result<Outcome, String>| match outcome {
                Ok(outcome) => outcome.lines(),
                Err(_) => BTreeSet::from(["error".to_owned()]),
            };
            let (one, other) = (all(one), all(other));
            one.difference(&other).map(|line| format!("{whose} {line}")).collect::<Vec<_>>()
        };
        let first = lines(&self.first, &self.second, "program:");
        first.into_iter().chain(lines(&self.second, &self.first, "second:")).collect()
    }

    /// The kind of difference: whose lines, and which operations.
    fn kinds(&self) -> BTreeSet<String> {
        let kind = |line: &String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        self.differences().iter().map(kind).collect()
    }
}

fn show(number: usize, case: &Case, what: &str) -> String {
    let mut lines = vec![format!("case {number}"), text(&case.documents)];
    for directory in &case.world.directories {
        lines.push("directory".to_owned());
        lines.extend(directory.users.iter().map(|user| format!("  {} {}", user.id, json!(user.attributes))));
        let groups = directory.groups.iter().filter(|group| !group.members.is_empty());
        lines.extend(
            groups.map(|group| {
                format!("  {} {} {:?} {:?}", group.id, group.name, group.created, group.members)
            }),
        );
        lines.extend(directory.roles.iter().map(|(role, members)| format!("  role {role} {members:?}")));
    }
    for account in &case.world.accounts {
        let Account { id, link, active, attributes, rights } = account;
        let rights: Vec<String> = rights.iter().map(|right| right_line("", "", right)).collect();
        lines.push(format!("{id} {link:?} active {active} {} {rights:?}", json!(attributes)));
    }
    lines.push(format!("{:?}\n{what}", case.world.account_groups));
    lines.join("\n")
}

/// A policy, as documents and as compiled by the program.
struct CompiledPolicy<'b> {
    number: usize,
    base: &'b Base,
    documents: Vec<Value>,
    set: PolicySet,
}

impl<'b> CompiledPolicy<'b> {
    fn new(bases: &'b [Base], number: usize) -> Self {
        let (base, documents) = policy(bases, number);
        let set = accepted(&documents).unwrap_or_else(|problem| panic!("{problem}"));
        Self { number, base, documents, set }
    }

    fn compare(&self, case: &Case) -> Option<Compared> {
        if case.documents == self.documents {
            return Some(Compared::with(&self.set, case));
        }
        Compared::of(case)
    }

    /// The difference in a case of this policy, made as small as possible; none if there is no difference.
    fn difference(&self, number: usize) -> Option<String> {
        let policies = Policies::of(&self.documents);
        let world = random::world(self.base, &policies, &mut Dice(0x5eed_0000 + number as u64));
        let case = Case { documents: self.documents.clone(), world };
        let kinds = self.compare(&case)?.kinds();
        if kinds.is_empty() {
            return None;
        }
        let small = shrink(&case, &|case| self.compare(case).is_some_and(|order| order.kinds() == kinds));
        let what: Vec<String> = self.compare(&small)?.differences().into_iter().collect();
        Some(show(number, &small, &what.join("\n")))
    }
}

#[test]
fn a_second_evaluator_of_the_language_agrees_with_the_program() {
    let bases = bases();
    let chosen = std::env::var("SECOND_EVALUATOR_CASE").ok().and_then(|value| value.parse::<usize>().ok());
    let numbers = chosen.map_or(0..POLICIES * WORLDS, |case| case..case + 1);
    let mut made = CompiledPolicy::new(&bases, numbers.start / WORLDS);
    let mut wrong = Vec::new();
    let count = numbers.len();
    for number in numbers {
        if made.number != number / WORLDS {
            made = CompiledPolicy::new(&bases, number / WORLDS);
        }
        wrong.extend(made.difference(number));
        assert!(wrong.len() < 4, "{}", wrong.join("\n\n"));
    }
    println!("{count} cases of {POLICIES} policies, {} of them changed", POLICIES - bases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
