//! The comment of a pull request: it always fits, and names whoever loses something.

use super::{CITY, DEACTIVATE, leave, set, world};
use rolewright::gate::impact;
use rolewright::plan::Plan;
use rolewright::render::impact::{COMMENT, Callouts, InstanceImpact, Meaning, Planned, comment};

/// What a change shows by which so many people are deactivated, and everybody's city is written.
fn shown(people: usize, leavers: usize) -> InstanceImpact {
    let (base, merge) = (set(&[]), set(&[DEACTIVATE, CITY]));
    let mut world = world(people);
    leave(&mut world, 0..leavers);
    let (before, after) = (world.plan(&base), world.plan(&merge));
    let nothing = Plan { changes: Vec::new(), reports: Vec::new(), ..after.clone() };
    let planned = Planned {
        impact: impact((&after, &merge.applications[0]), Some((&before, &base.applications[0]))),
        earlier: nothing,
        callouts: Callouts::default(),
        refusals: Vec::new(),
        refused_before: false,
        by_count: Vec::new(),
        notes: Vec::new(),
        data: None,
    };
    InstanceImpact { instance: "default/app".to_owned(), meaning: Meaning::Planned(Box::new(planned)) }
}

#[test]
fn c10_a_comment_always_fits_and_names_whoever_loses_something() {
    for (people, leavers, names) in
        [(4, 2, true), (3_000, 600, true), (9_000, 3_000, true), (20_000, 20_000, false)]
    {
        let it = shown(people, leavers);
        let text = comment(&[&it], COMMENT, false);
        assert!(text.len() <= COMMENT, "{people} {leavers}: {}", text.len());
        assert!(text.contains(&format!("{leavers} to deactivate")), "the number always");
        let named = (0..leavers).filter(|number| text.contains(&format!("`n{number:05}`"))).count();
        assert_eq!(named, if names { leavers } else { 0 }, "all or none: {people} {leavers}");
        let whole = text.contains("Created, changed, granted");
        assert_eq!(
            (whole, text.contains("the rest is in the job's summary")),
            (people < 9_000, people >= 9_000)
        );
    }
}
