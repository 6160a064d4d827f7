//! The groups of directories as a page to look at.

use crate::plan::{GroupLink, GroupListing, ListedGroup, ListedRole};
use crate::render::html::{Column, Mark, Row, Table, tables_page};

/// What needs a look first, then the groups and roles of each directory.
///
/// # Errors
/// The listings cannot be written as JSON.
pub fn page(listings: &[GroupListing]) -> Result<String, serde_json::Error> {
    let mut tables = Vec::new();
    for listing in listings {
        if !listing.problems.is_empty() {
            tables.push(problems(listing));
        }
        tables.push(groups(listing));
        if !listing.app_roles.is_empty() {
            tables.push(roles(listing));
        }
    }
    let summary = "Which groups the directories have, and which line of which policy links them.";
    tables_page("Groups", summary, &tables)
}

fn problems(listing: &GroupListing) -> Table {
    let columns = vec![Column::chosen("Code"), Column::plain("Policy"), Column::plain("What is wrong")];
    let rows = listing.problems.iter().map(|problem| {
        let place = format!("{}:{}", problem.origin.path, problem.origin.line);
        Row::new(Some(Mark::Takes), &[problem.code, place.as_str(), problem.message.as_str()])
    });
    let title = format!("{}: to look at", listing.directory);
    Table { title, notes: Vec::new(), empty: "Nothing.", columns, rows: rows.collect() }
}

fn groups(listing: &GroupListing) -> Table {
    let columns = vec![
        Column::chosen("Linked"),
        Column::plain("Group"),
        Column::plain("Id"),
        Column::plain("Members"),
        Column::plain("Linked by"),
        Column::plain("Created, place"),
    ];
    let (unlinked, linked): (Vec<&ListedGroup>, Vec<&ListedGroup>) =
        listing.groups.iter().partition(|group| group.links.is_empty());
    let note = format!(
        "{} groups with {} {}: {} linked, {} not linked.",
        listing.groups.len(),
        match listing.prefix.as_str() {
            "" => "any name".to_owned(),
            prefix => format!("names beginning with `{prefix}`"),
        },
        listing.under.as_ref().map_or("at any place".to_owned(), |under| format!("under `{under}`")),
        linked.len(),
        unlinked.len()
    );
    let rows = unlinked.into_iter().chain(linked).map(group);
    let title = format!("{}: groups", listing.directory);
    Table { title, notes: vec![note], empty: "No group may be linked.", columns, rows: rows.collect() }
}

fn group(group: &ListedGroup) -> Row {
    let members = match group.all_members.saturating_sub(group.direct_members) {
        0 => group.direct_members.to_string(),
        more => format!("{} and {more} in nested groups", group.direct_members),
    };
    let place = [group.created.as_deref(), group.unit.as_deref()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join("\n");
    Row::new(
        Some(mark(&group.links)),
        &[word(&group.links), group.name.as_str(), group.id.as_str(), &members, &links(&group.links), &place],
    )
}

fn roles(listing: &GroupListing) -> Table {
    let columns = vec![
        Column::chosen("Linked"),
        Column::plain("Role"),
        Column::chosen("Enterprise application"),
        Column::plain("Users"),
        Column::plain("Linked by"),
    ];
    let rows = listing.app_roles.iter().map(|role: &ListedRole| {
        let users = role.users.to_string();
        Row::new(
            Some(mark(&role.links)),
            &[word(&role.links), &role.name, &role.application, &users, &links(&role.links)],
        )
    });
    let title = format!("{}: roles of enterprise applications", listing.directory);
    Table { title, notes: Vec::new(), empty: "None.", columns, rows: rows.collect() }
}

fn word(links: &[GroupLink]) -> &'static str {
    if links.is_empty() { "not linked" } else { "linked" }
}

fn mark(links: &[GroupLink]) -> Mark {
    if links.is_empty() { Mark::Changes } else { Mark::Gives }
}

/// A line for each link: rule, application, how it finds the group, whom it counts, place.
fn links(links: &[GroupLink]) -> String {
    let lines = links.iter().map(|GroupLink { application, origin, by, members }| {
        let by = match by.as_str() {
            "id" | "name" => format!("its {by}"),
            "role" => "its name".to_owned(),
            "any role" => "any role".to_owned(),
            pattern => format!("`{pattern}`"),
        };
        format!("{} of {application}, by {by}, counts {members} ({}:{})", origin.id, origin.path, origin.line)
    });
    lines.collect::<Vec<_>>().join("\n")
}
