//! Replicas that share the work: every due run happens once, nothing is written twice, nothing is lost.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "the number of days is set in the environment")]

mod processes;
mod random;
mod simulated;
mod turns;

use simulated::{Fleet, Simulation};

/// More of them by `ROLEWRIGHT_FLEET_SEEDS`.
fn seeds() -> u64 {
    let set = std::env::var("ROLEWRIGHT_FLEET_SEEDS");
    set.map_or(12, |seeds| seeds.parse().expect("a number of seeds"))
}

#[test]
fn f1_a_small_fleet_lives_through_many_days() {
    let fleet = Fleet { tenants: 2, applications: 6, replicas: 3 };
    for seed in 0..seeds() {
        let mut day = Simulation::new(fleet, seed);
        day.day();
        assert!(day.kills > 0, "seed {seed}");
        day.check();
    }
}

#[test]
fn f1_three_replicas_for_twenty_tenants_live_through_a_day() {
    let mut day = Simulation::new(Fleet { tenants: 20, applications: 15, replicas: 3 }, 42);
    day.day();
    assert!(day.kills > 5 && day.takeovers > 2, "{} killed, {} taken over", day.kills, day.takeovers);
    assert!(day.check() > 3000);
}
