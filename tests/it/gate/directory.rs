//! Changes caused by the directory are applied as the settled policies say, whatever was pushed; adoptions wait.

use super::{
    CITY, DEACTIVATE, OWNERS, hire, join, leave, listed, outcome, rerun, run, set, show, unmanaged, world,
};
use rolewright::gate::{
    ItemKey, Known, Later, LaterDay, Listed, Marks, Past, PolicyPlan, Review, RunRecord, Settled, State,
    Version, approve, identities,
};
use rolewright::model::Date;
use rolewright::plan::{Change, Hold};

#[test]
fn scenario_26_a_tool_that_plans_otherwise_by_the_settled_policies_holds_nothing() {
    // The older tool does not matter: this one makes both plans and computes the digest.
    let mut world = world(4);
    leave(&mut world, 0..3);
    let outcome = rerun(&world, &set(&[DEACTIVATE]), &Listed::default());
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (3, 0, true));
}

/// An exclusion ends. Nobody decided that on that day: people saw it for that day, or they have to see it now.
#[test]
fn h7_scenario_30_what_a_date_changes_was_shown_for_that_day_or_waits() {
    let excluded = "exclude: [{ id: leave, when: { user: mail, equals: m00000 }, reason: On leave, until: '2026-11-21' }]";
    let policies = set(&[DEACTIVATE, ("exclude: []", excluded)]);
    let policy = &policies.applications[0];
    let day = |text: &str| Date::parse(text).unwrap();
    assert_eq!(policy.ends().into_iter().collect::<Vec<_>>(), [day("2026-11-22")]);
    let mut world = world(3);
    leave(&mut world, 0..1);
    let key = ItemKey::new(None);
    // The settled policies are those of the day on which people saw them.
    let seen = world.plan_at(&policies, day("2026-11-21")).unwrap();
    let after = world.plan_at(&policies, day("2026-11-22")).unwrap();
    let on = |later: &Later, today: &str| {
        let mut listed = Listed::default();
        listed.days(later, day(today));
        let settled = Some(PolicyPlan::new(&seen, policy));
        let plan = if today == "2026-11-21" { &seen } else { &after };
        let reviewed =
            rolewright::gate::Reviewed { key: &key, same: false, settled, covered: true, listed: &listed };
        outcome(plan, &rolewright::gate::classify(plan, policy, &reviewed))
    };
    assert_eq!(on(&Later::new(), "2026-11-21").flows, [""; 0]);
    assert_eq!(on(&Later::new(), "2026-11-22").held, ["deactivate 0"], "nobody saw it");
    let shown = LaterDay::of(PolicyPlan::new(&after, policy), PolicyPlan::new(&seen, policy));
    let items = key.of_changes(&after.instance(), &Marks::of(policy), shown.plan.changes.iter());
    let later = Later::from([("2026-11-22".to_owned(), items)]);
    let on_the_day = on(&later, "2026-11-22");
    assert_eq!((on_the_day.flows, on_the_day.settles), (vec!["deactivate 0".to_owned()], true));
    // A day that has not come releases nothing.
    let mut listed = Listed::default();
    listed.days(&later, day("2026-11-21"));
    assert_eq!(listed, Listed::default());
}

#[test]
fn scenario_43_an_adoption_that_the_directory_brings_waits_and_the_policies_settle_all_the_same() {
    let (before, after) = (set(&[]), set(&[DEACTIVATE]));
    let mut world = world(3);
    leave(&mut world, 0..1);
    let early = show(&world, Some(&before), &after);
    hire(&mut world, 7);
    unmanaged(&mut world, 7);
    let outcome = run(&world, Some(&before), &after, true, &listed([&early]));
    assert_eq!((outcome.flows, outcome.held), (vec!["deactivate 0".to_owned()], vec!["adopt 7".to_owned()]));
    assert!(outcome.settles, "the settled policies want it too");
    assert_eq!(rerun(&world, &after, &Listed::default()).held, ["adopt 7"], "and it goes on waiting");

    let late = show(&world, Some(&before), &after);
    assert_eq!(late.counts["adopt"], 1, "it is shown though the impact is another");
    assert_eq!(run(&world, Some(&before), &after, true, &listed([&late])).held, [""; 0]);
    let plan = world.plan(&after);
    let held = ItemKey::new(None).items(
        plan.changes
            .iter()
            .flat_map(|change| identities(&plan.instance(), &Marks::of(&after.applications[0]), change)),
    );
    let mut released = Listed::default();
    released.run(&RunRecord { held, ..RunRecord::default() });
    let outcome = rerun(&world, &after, &released);
    assert!(outcome.held.is_empty() && outcome.flows.contains(&"adopt 7".to_owned()));
}

/// If it were settled, a privileged right would count as the directory's change once the adoption is released.
#[test]
fn scenario_43_what_follows_a_waiting_adoption_and_was_shown_to_nobody_is_not_settled() {
    let (before, after) = (set(&[]), set(&[OWNERS]));
    let mut world = world(3);
    let early = show(&world, Some(&before), &after);
    hire(&mut world, 7);
    unmanaged(&mut world, 7);
    join(&mut world, "Owners", 7..8);
    let outcome = run(&world, Some(&before), &after, true, &listed([&early]));
    assert_eq!(
        (outcome.held, outcome.settles),
        (vec!["adopt 7".to_owned(), "grant owner 7".to_owned()], false)
    );
}

/// Who takes a name that the adoption would free waits for it, but is another person: settling would let them through.
#[test]
fn scenario_43_another_account_that_waits_for_an_adoption_keeps_the_policies_unsettled() {
    let (before, after) = (set(&[]), set(&[CITY]));
    let mut world = world(2);
    hire(&mut world, 7);
    unmanaged(&mut world, 7).values.insert("userName".to_owned(), "wanted".to_owned());
    world.people.get_mut("u00001").unwrap().values.insert("mailNickname", "wanted".to_owned());
    let outcome = run(&world, Some(&before), &after, true, &Listed::default());
    assert_eq!(outcome.held, ["adopt 7", "update city userName 1"]);
    assert!(!outcome.settles, "{outcome:?}");
}

#[test]
fn scenario_43_without_review_only_who_holds_a_privileged_right_waits() {
    let set = set(&[("adoption: hold", "adoption: allow")]);
    let mut world = world(2);
    for number in [7, 8] {
        hire(&mut world, number);
        unmanaged(&mut world, number);
    }
    unmanaged(&mut world, 8).rights.insert("owner".to_owned());
    let plan = world.plan(&set);
    let holds: Vec<Option<Hold>> = plan
        .changes
        .iter()
        .filter(|change| super::word(change).starts_with("adopt"))
        .map(Change::hold)
        .collect();
    assert_eq!(holds, [None, Some(Hold::Privileged)]);
    let (key, state, nothing) = (ItemKey::new(None), State::default(), Listed::default());
    let review = Review::None { key: &key, released: &nothing };
    let approved = approve(plan.clone(), &set.applications[0], &review, &Past::of(&state, 0)).unwrap();
    assert!(approved.changes().any(|change| super::word(change) == "adopt 7") && approved.settles());
    assert!(
        approved.held().all(|held| held.subject.user.as_deref() == Some("u00008"))
            && approved.held().count() > 0
    );
    let mut released = Listed::default();
    released.run(&RunRecord {
        held: key.items(
            approved
                .held()
                .flat_map(|held| identities("default/app", &Marks::of(&set.applications[0]), held)),
        ),
        ..RunRecord::default()
    });
    let review = Review::None { key: &key, released: &released };
    let approved = approve(plan, &set.applications[0], &review, &Past::of(&state, 0)).unwrap();
    assert_eq!(approved.held().count(), 0);
}

/// A run after the end is stored though it wrote nothing: from then on, the directory's changes are its own again.
#[test]
fn h7_a_day_on_which_something_ended_without_effect_is_behind_the_next_run() {
    let set = set(&[DEACTIVATE]);
    let (policy, world, key) = (&set.applications[0], world(3), ItemKey::new(Some("a key")));
    let version = Version { review: rolewright::policy::Review::Github, digest: Some("d".to_owned()) };
    let settled = Settled {
        commit: "c".repeat(40),
        policy: "d".to_owned(),
        at: "2026-11-20T12:00:00Z".to_owned(),
        as_of: "2026-11-20".to_owned(),
    };
    let before = State { settled: Some(settled), ..State::first("default/app") };
    let record = RunRecord {
        run: "r-2".to_owned(),
        as_of: "2026-11-21".to_owned(),
        policy: "d".to_owned(),
        result: rolewright::gate::RunResult::Done,
        ..RunRecord::default()
    };
    for ended in [true, false] {
        let known = Known::of(&version, Some(&version), version.review, &[], Vec::new());
        let known = known.on(Date::parse("2026-11-21").unwrap(), &Later::new(), ended);
        let plan = world.plan(&set);
        let review = known.judge_by(&key, ended.then(|| PolicyPlan::new(&plan, policy)));
        let approved = approve(plan.clone(), policy, &review, &Past::of(&before, 0)).unwrap();
        let after = before.clone().planned(&record, &approved, &known, key.kid());
        assert_eq!(record.repeats(Some(&record), &before, &after), !ended);
        let day = if ended { "2026-11-21" } else { "2026-11-20" };
        assert_eq!(after.settled.unwrap().as_of, day);
    }
}
