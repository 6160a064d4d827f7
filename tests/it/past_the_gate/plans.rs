//! The plans of a pair's versions, each made once.

use super::pair::{Pair, Version};
use crate::second_evaluator::compare::Data;
use crate::second_evaluator::policies::Policies;
use crate::second_evaluator::random::{self, Dice};
use crate::second_evaluator::world::World;
use rolewright::model::Date;
use rolewright::plan::{Evaluation, Memory, Plan};
use rolewright::policy::ApplicationPolicy;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many worlds there are for a pair.
pub(super) const WORLDS: usize = 4;
/// Each directory has fewer users than this, and the application at most so many accounts.
const PEOPLE: usize = 14;
const KEY: &[u8] = b"a key of ours";

/// On which data, day and memory a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// The number of the world.
    pub(super) world: usize,
    pub(super) as_of: Date,
    /// Whether something is remembered of the users of the first world.
    pub(super) remembers: bool,
}

/// A version, whose reading of the application it is evaluated on, and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    version: usize,
    reader: usize,
    moment: Moment,
}

pub(super) struct Plans<'p> {
    pub(super) pair: &'p Pair<'p>,
    worlds: Vec<World>,
    nobody: Memory,
    first: Memory,
    made: RefCell<BTreeMap<Key, Option<Rc<Plan>>>>,
}

impl<'p> Plans<'p> {
    pub(super) fn new(pair: &'p Pair<'p>, number: usize) -> Self {
        let mut dice = Dice(0x0e0e_0000 + number as u64);
        let policies = Policies::of(&pair.settled.documents);
        let world = |_| random::world_of(pair.base, &policies, PEOPLE, &mut dice);
        let worlds: Vec<World> = (0..WORLDS).map(world).collect();
        let nobody = Memory::default().keyed(KEY);
        let set = &pair.settled.set;
        let data = Data::of(set, set, &worlds[0]);
        let as_of = Date::parse("2026-11-20").unwrap();
        let evaluation = Evaluation::new(&data.inputs(pair.settled.digest, Some(&nobody), as_of));
        let first =
            evaluation.map_or(Memory::default(), |evaluation| evaluation.remember(|_, _| false)).keyed(KEY);
        Self { pair, worlds, nobody, first, made: RefCell::default() }
    }

    /// The plan of one version for data as another reads it; none: it cannot be made, or does nothing.
    pub(super) fn of(&self, version: &Version, reader: &Version, moment: Moment) -> Option<Rc<Plan>> {
        if !version.policy().enabled {
            return None;
        }
        let reader = if same_places(version.policy(), reader.policy()) { version } else { reader };
        let make = || {
            let data = Data::of(&version.set, &reader.set, &self.worlds[moment.world]);
            let memory = if moment.remembers { &self.first } else { &self.nobody };
            let inputs = data.inputs(version.digest, Some(memory), moment.as_of);
            Evaluation::new(&inputs).ok().map(|evaluation| Rc::new(evaluation.plan()))
        };
        let key = Key { version: version.number, reader: reader.number, moment };
        self.made.borrow_mut().entry(key).or_insert_with(make).clone()
    }
}

/// Whether both find everything at the same places of the application.
pub(super) fn same_places(one: &ApplicationPolicy, other: &ApplicationPolicy) -> bool {
    let paths = |policy: &ApplicationPolicy| -> BTreeMap<String, String> {
        let all = policy.account_attributes.iter();
        all.map(|attribute| (attribute.name.clone(), attribute.path.clone())).collect()
    };
    let (mine, theirs) = (paths(one), paths(other));
    one.link.path == other.link.path
        && mine.iter().all(|(name, path)| theirs.get(name).is_none_or(|other| other == path))
}
