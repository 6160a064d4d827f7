//! Behaviours of Pronestor's own import, with the worked policies of `policies/`: several locations, and one location.

mod import;
mod links;
mod locations;
mod users;

use crate::support::system::{System, granted};
use rolewright::plan::Plan;

/// The people file of the policies for several locations, as shipped.
pub(super) const HEADQUARTERS: &str = include_str!("../../../policies/directories/headquarters-people.yaml");
/// The people file of the policies for one location, as shipped.
const BRANCH: &str = include_str!("../../../policies/directories/branch-people.yaml");
const STARTS: [&str; 2] = [
    include_str!("../../../policies/pronestor/start.yaml"),
    include_str!("../../../policies/pronestor-one-location/start.yaml"),
];

pub(super) const PEOPLE: &str = "directories/headquarters-people.yaml";
pub(super) const APPLICATION: &str = "pronestor/application.yaml";
pub(super) const LIFECYCLE: &str = "pronestor/lifecycle.yaml";
pub(super) const LINKS: &str = "pronestor/linking-rules.yaml";
pub(super) const MAPPING: &str = "pronestor/attribute-mapping.yaml";
pub(super) const CONSTRAINTS: &str = "pronestor/constraints.yaml";
pub(super) const DIRECTORY: &str = "directories/headquarters.yaml";

/// Several locations without accounts, and these users: a name, and the groups separated by commas.
pub(super) fn office(people: &[(&str, &str)]) -> System {
    let system = System::of("pronestor").file(PEOPLE, &directory(people));
    system.file("pronestor/start.yaml", without_accounts(STARTS[0]))
}

/// One location without accounts, and these users.
pub(super) fn branch(people: &[(&str, &str)]) -> System {
    let system = System::of("pronestor-one-location");
    let system = system.file("directories/branch-people.yaml", &with_groups_of(BRANCH, people));
    system.file("pronestor-one-location/start.yaml", without_accounts(STARTS[1]))
}

/// The shipped groups of the several locations, and these users.
pub(super) fn directory(people: &[(&str, &str)]) -> String {
    with_groups_of(HEADQUARTERS, people)
}

fn with_groups_of(shipped: &str, people: &[(&str, &str)]) -> String {
    let groups = shipped.split_once("\nusers:\n").map_or("", |(groups, _)| groups);
    let users: String = people.iter().map(|(name, groups)| person(name, groups)).collect();
    format!("{groups}\nusers:\n{users}")
}

fn without_accounts(start: &str) -> &str {
    start.split_once("accounts:").map_or("", |(before, _)| before)
}

/// A user with all required attributes.
pub(super) fn person(name: &str, groups: &str) -> String {
    format!(
        "  - {{ id: id-{name}, userPrincipalName: {name}@contoso.example, mail: {name}@contoso.example, \
         givenName: {name}, surname: Lund, country: Denmark, groups: [{groups}] }}\n"
    )
}

/// The rights that a user gets, separated by commas.
pub(super) fn rights(plan: &Plan, name: &str) -> String {
    granted(plan, name).into_iter().collect::<Vec<_>>().join(", ")
}

/// The rights that users in each of these sets of groups get at several locations.
fn all_given(groups: &[impl AsRef<str>]) -> Vec<String> {
    let names: Vec<String> = (0..groups.len()).map(|place| format!("p{place:02}")).collect();
    let people = names.iter().zip(groups).map(|(name, groups)| (name.as_str(), groups.as_ref()));
    let plan = office(&people.collect::<Vec<_>>()).plan();
    names.iter().map(|name| rights(&plan, name)).collect()
}

/// The rights that a user in these groups gets at several locations.
fn given(groups: &str) -> String {
    all_given(&[groups]).concat()
}
