//! The order in which changes are written.

use crate::gate::{set, world};

/// Each takes the name that the next one gives up: who gives up a name that nobody frees begins.
#[test]
fn a_chain_of_names_is_written_from_its_end() {
    let mut world = world(4);
    for number in 0..4 {
        let name = format!("n{:05}", number + 1);
        world.people.get_mut(&format!("u{number:05}")).unwrap().values.insert("mailNickname", name);
    }
    let plan = world.plan(&set(&[]));
    let order = plan.write_order();
    let users: Vec<&str> = order.iter().map(|place| plan.changes[*place].subject.key()).collect();
    assert_eq!(users, ["u00003", "u00002", "u00001", "u00000"]);
}
