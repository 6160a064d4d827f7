//! The comment of a pull request: it is never too long, and names every person who loses something.

use super::{CITY, DEACTIVATE, hire, leave, set, world};
use rolewright::gate::{PolicyPlan, impact};
use rolewright::plan::Plan;
use rolewright::render::impact::{COMMENT, Callouts, InstanceImpact, Meaning, Planned, comment};
use rolewright::render::plan::{Shown, Style, terminal};
use rolewright::render::report::RunReport;

/// The impact of a change that deactivates a number of users, and writes every user's city.
fn shown(people: usize, leavers: usize) -> InstanceImpact {
    let (base, merge) = (set(&[]), set(&[DEACTIVATE, CITY]));
    let mut world = world(people);
    leave(&mut world, 0..leavers);
    let (before, after) = (world.plan(&base), world.plan(&merge));
    let nothing = Plan { changes: Vec::new(), reports: Vec::new(), ..after.clone() };
    let planned = Planned {
        later: Vec::new(),
        impact: impact(
            PolicyPlan::new(&after, &merge.applications[0]),
            Some(PolicyPlan::new(&before, &base.applications[0])),
        ),
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
        let impact = shown(people, leavers);
        let text = comment(&[&impact], COMMENT, false);
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

/// With any budget, the numbers come first, and no text is longer than allowed.
#[test]
fn c10_a_comment_of_any_length_says_how_many_lose_something() {
    let instance = shown(400, 90);
    for budget in (400..20_000).step_by(83) {
        let text = comment(&[&instance], budget, false);
        assert!(text.len() <= budget, "{} of {budget}", text.len());
        assert!(text.contains("90 to deactivate"), "{budget}: {text}");
        let named = (0..90).filter(|number| text.contains(&format!("`n{number:05}`"))).count();
        assert!(named == 0 || named == 90, "{budget}: {named} of 90 are named");
        assert!(named == 90 || text.contains("in the job's summary"), "{budget}: {text}");
    }
}

/// There are more creates than mail shows, and removals come last in a plan.
#[test]
fn c10_a_letter_names_whoever_loses_something_however_long_the_plan_is() {
    let set = set(&[DEACTIVATE]);
    let mut world = world(20);
    leave(&mut world, 0..7);
    (100..2_600).for_each(|number| hire(&mut world, number));
    let plan = world.plan(&set);
    let shown = Shown { plan: &plan, refusals: &[] };
    let whole = terminal(&shown, Style { colour: false, full: true });
    let text = RunReport::of_plan(&shown).text();
    assert!(text.lines().count() < whole.lines().count() / 2, "the letter does not show everything");
    assert!(text.contains("more lines: `rolewright plan` shows all"), "and says so");
    for number in 0..7 {
        let line = format!("  deactivate n{number:05}");
        assert!(text.lines().any(|shown| shown == line), "`{line}` is not in the letter");
    }
}
