//! Properties for any two policies, any world and any record.

use super::{
    CITY, DEACTIVATE, NO_READERS, OWNERS, WRITERS, hire, join, leave, record, set, unmanaged, world,
};
use crate::support::world::World;
use proptest::prelude::*;
use proptest::sample::subsequence;
use rolewright::gate::{
    Classes, Identity, ItemKey, Listed, Marks, Past, PolicyPlan, Record, Review, Reviewed, State, approve,
    classify, identities, impact,
};
use rolewright::model::Operation;
use rolewright::plan::{Change, Plan};
use rolewright::policy::PolicySet;
use std::collections::BTreeSet;

const EDITS: [(&str, &str); 8] = [
    DEACTIVATE,
    NO_READERS,
    WRITERS,
    OWNERS,
    CITY,
    ("exclude: []", "exclude: [{ id: one, when: { user: mail, equals: m00001 }, reason: By hand }]"),
    ("deleted: keep", "deleted: delete"),
    ("match: [email]", "match: [userName, email]"),
];

fn policies() -> impl Strategy<Value = PolicySet> {
    subsequence(EDITS.to_vec(), 0..=EDITS.len()).prop_map(|edits| set(&edits))
}

fn numbers() -> impl Strategy<Value = Vec<usize>> {
    subsequence((0..7).collect::<Vec<_>>(), 0..7)
}

/// Five users who have accounts, two who may not have any, and other random state.
fn worlds() -> impl Strategy<Value = World> {
    (numbers(), numbers(), numbers(), numbers(), numbers(), numbers()).prop_map(
        |(left, gone, writers, owners, moved, foreign)| {
            let mut world = world(5);
            (5..7).for_each(|number| hire(&mut world, number));
            leave(&mut world, left.into_iter());
            join(&mut world, "Writers", writers.iter().copied());
            join(&mut world, "Owners", owners.into_iter());
            for number in moved {
                let values = &mut world.people.get_mut(&format!("u{number:05}")).unwrap().values;
                values.insert("mail", format!("moved{number}"));
                values.insert("mailNickname", format!("n{:05}", (number + 1) % 7));
            }
            for number in foreign {
                unmanaged(&mut world, number)
                    .rights
                    .insert(if number % 2 == 0 { "owner" } else { "writer" }.to_owned());
            }
            for number in gone {
                let user = format!("u{number:05}");
                world.people.remove(&user);
                world.members.retain(|(_, member)| *member != user);
            }
            world
        },
    )
}

fn of(plan: &Plan, set: &PolicySet) -> Vec<Identity> {
    plan.changes
        .iter()
        .flat_map(|change| identities(&plan.instance(), &Marks::of(&set.applications[0]), change))
        .collect()
}

fn texts(plan: &Plan, set: &PolicySet) -> BTreeSet<String> {
    of(plan, set)
        .iter()
        .map(|identity| format!("{} {}", identity.operation.word(), ItemKey::new(None).item(identity)))
        .collect()
}

/// A record that lists the changes whose bit is set; by name, or by number.
fn some(plan: &Plan, set: &PolicySet, bits: u64, by_count: bool) -> Record {
    let places = plan.changes.iter().enumerate();
    let chosen: Vec<Change> =
        places.filter(|(place, _)| bits >> (place % 64) & 1 == 1).map(|(_, place)| place.clone()).collect();
    let mut record = record(plan, set, &chosen, &ItemKey::new(None));
    if by_count {
        record.items.values_mut().for_each(|items| *items = None);
    }
    record
}

fn judge(
    plan: &Plan,
    set: &PolicySet,
    settled: Option<(&Plan, &PolicySet)>,
    covered: bool,
    listed: &Listed,
) -> Classes {
    let key = ItemKey::new(None);
    let settled = settled.map(|(plan, set)| by(plan, set));
    classify(plan, &set.applications[0], &Reviewed { key: &key, same: false, settled, covered, listed })
}

fn by<'p>(plan: &'p Plan, set: &'p PolicySet) -> PolicyPlan<'p> {
    PolicyPlan::new(plan, &set.applications[0])
}

fn takes(operation: Operation) -> bool {
    matches!(operation, Operation::Delete | Operation::Archive | Operation::Deactivate | Operation::Revoke)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_impact_is_the_difference_of_two_plans(world in worlds(), one in policies(), other in policies(), order in 1..u64::MAX) {
        let (head, base) = (world.plan(&one), world.plan(&other));
        let taken = impact(by(&head, &one), Some(by(&base, &other)));
        let (because, pending) = (texts(&taken.because, &one), texts(&taken.pending, &one));
        let no_longer = texts(&taken.no_longer, &other);
        prop_assert_eq!(&because | &pending, texts(&head, &one));
        prop_assert_eq!(&no_longer | &pending, texts(&base, &other));
        prop_assert!(because.is_disjoint(&pending) && because.is_disjoint(&no_longer) && no_longer.is_disjoint(&pending));
        let reports = |plan: &Plan| plan.reports.len();
        prop_assert_eq!(reports(&taken.because) + reports(&taken.pending), reports(&head));

        let turned = World { order, ..world };
        let (head, base) = (turned.plan(&one), turned.plan(&other));
        prop_assert_eq!(impact(by(&head, &one), Some(by(&base, &other))), taken);
    }

    #[test]
    fn a_change_without_effect_has_no_impact(world in worlds(), set in policies()) {
        let plan = world.plan(&set);
        let taken = impact(by(&plan, &set), Some(by(&plan, &set)));
        prop_assert!(taken.is_empty());
        prop_assert_eq!(taken.pending, plan);
    }

    #[test]
    fn settled_removals_are_applied_whatever_was_pushed(
        world in worlds(), one in policies(), other in policies(), bits: u64, covered: bool, by_count: bool,
    ) {
        let (before, plan) = (world.plan(&one), world.plan(&other));
        let mut listed = Listed::default();
        listed.record(&some(&plan, &other, bits, by_count));
        let classes = judge(&plan, &other, Some((&before, &one)), covered, &listed);
        let wanted = texts(&before, &one);
        let names: std::collections::BTreeMap<usize, usize> = plan.takes_over_names().into_iter().collect();
        for (place, change) in plan.changes.iter().enumerate() {
            let change_identities: Vec<Identity> = identities(&plan.instance(), &Marks::of(&other.applications[0]), change);
            let settled = change_identities.iter().all(|identity| wanted.contains(&format!("{} {}", identity.operation.word(), ItemKey::new(None).item(identity))));
            // Grants wait for their account, and for its name.
            let free = change.hold().is_none() && (takes(change.operation()) || change.operation() == Operation::Create)
                && !names.contains_key(&place);
            prop_assert!(!(settled && free && classes.held.contains(&place)), "{:?} of {:#?}", change, plan.changes);
        }
    }

    #[test]
    fn no_sensitive_change_is_applied_without_being_shown(
        world in worlds(), one in policies(), other in policies(), bits: u64, covered: bool,
    ) {
        let (before, plan) = (world.plan(&one), world.plan(&other));
        let shown = some(&plan, &other, bits, false);
        let mut listed = Listed::default();
        listed.record(&shown);
        let classes = judge(&plan, &other, Some((&before, &one)), covered, &listed);
        let wanted = texts(&before, &one);
        let key = ItemKey::new(None);
        for (place, change) in plan.changes.iter().enumerate().filter(|(place, _)| !classes.held.contains(place)) {
            for identity in identities(&plan.instance(), &Marks::of(&other.applications[0]), change) {
                let item = key.item(&identity);
                let word = identity.operation.word();
                let of_directory = change.hold().is_none() && wanted.contains(&format!("{word} {item}"));
                let items = shown.items.get(word).and_then(Option::as_ref).map_or("", String::as_str);
                let was_shown = items.as_bytes().chunks(8).any(|chunk| chunk == item.as_bytes());
                prop_assert!(of_directory || if identity.sensitive { was_shown } else { covered }, "{}: {:?}", place, change);
            }
        }
    }

    #[test]
    fn more_records_never_hold_more(
        world in worlds(), one in policies(), other in policies(), bits: u64, more: u64, by_count: bool, covered: bool,
    ) {
        let (before, plan) = (world.plan(&one), world.plan(&other));
        let mut listed = Listed::default();
        listed.record(&some(&plan, &other, bits, false));
        let few = judge(&plan, &other, Some((&before, &one)), covered, &listed);
        listed.record(&some(&plan, &other, more, by_count));
        let many = judge(&plan, &other, Some((&before, &one)), covered, &listed);
        prop_assert!(many.held.is_subset(&few.held), "{:?} {:?}", many, few);
        prop_assert!(many.settles || !few.settles);
        let all = judge(&plan, &other, Some((&before, &one)), true, &listed);
        prop_assert!(all.held.is_subset(&many.held));
        let unknown = judge(&plan, &other, None, covered, &listed);
        // The settled policies may mark more as sensitive, and then more must be listed.
        let marks = Marks::of(&other.applications[0]);
        if marks.clone().and(&one.applications[0]) == marks {
            prop_assert!(many.held.is_subset(&unknown.held), "who has nothing settled holds at least as much");
        }
    }

    #[test]
    fn applied_and_held_changes_together_are_the_plan(world in worlds(), one in policies(), other in policies(), bits: u64, covered: bool) {
        let (before, plan) = (world.plan(&one), world.plan(&other));
        let mut listed = Listed::default();
        listed.record(&some(&plan, &other, bits, false));
        let key = ItemKey::new(None);
        let settled = Some(by(&before, &one));
        let review = Review::Reviewed(Reviewed { key: &key, same: false, settled, covered, listed: &listed });
        if let Ok(approved) = approve(plan.clone(), &other.applications[0], &review, &Past::of(&State::default(), 0)) {
            let mut places: Vec<usize> = approved.places().iter().chain(approved.held_places()).copied().collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..approved.plan().changes.len()).collect::<Vec<_>>());
            prop_assert_eq!(texts(approved.plan(), &other), texts(&plan, &other), "taken apart, and nothing lost");
            // Applied changes do not depend on held ones.
            let mut world = world;
            world.apply(approved.changes());
        }
    }
}
