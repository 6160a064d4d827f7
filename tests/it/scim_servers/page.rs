//! docs/reference/scim-servers.md: what each server was seen to do, statement by statement. The tests of the servers write
//! what they saw, this one puts it together.
#![expect(clippy::disallowed_methods, reason = "what was seen is in files")]

use super::observed::Observed;
use crate::support::blessing::{assert_written, cases};
use crate::support::scim::server::Software;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is looked at, by the number of the statement.
const LOOKED_AT: [(u32, &str); 42] = [
    (1, "`/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes` are there"),
    (2, "what it announces"),
    (5, "what a create loses of title, nickName, externalId, department"),
    (8, "type of a list; answer to a wrong token"),
    (9, "`meta.location`"),
    (10, "a 201 has `Location`"),
    (11, "a 409's `status` and `scimType`"),
    (12, "takes null"),
    (13, "`active` after `\"True\"` was sent"),
    (14, "filters by userName and externalId"),
    (15, "filters with `and`, and with a URN"),
    (16, "a user name in another case"),
    (17, "finds a user name in another case"),
    (18, "externalId"),
    (19, "a filter with quotes and backslashes"),
    (20, "a second user of one name"),
    (21, "takes startIndex 0"),
    (22, "itemsPerPage is the page's length"),
    (23, "totalResults is that of the list"),
    (24, "pages follow each other"),
    (25, "a page behind the end"),
    (26, "takes count 100000"),
    (27, "members of a list"),
    (29, "a PATCH with a URN takes effect"),
    (30, "a PATCH with a plain path takes effect"),
    (31, "a PATCH without path takes effect"),
    (32, "a replace of an address that is not there"),
    (33, "a PATCH of which one operation is wrong"),
    (34, "a PUT without `active` to an inactive user"),
    (35, "ETags, and a write with a wrong one"),
    (36, "DELETE, and once more"),
    (38, "a user name can be changed"),
    (39, "members are shown by the group and in lists"),
    (40, "keeps to excludedAttributes"),
    (41, "a member added again, and an unknown one"),
    (42, "a member is removed by a path, and by its value"),
    (43, "a group is made without and with a member"),
    (44, "a second group of one name"),
    (45, "members are shown by id; users show their groups"),
    (47, "Bulk takes effect"),
    (49, "a deleted user, and its name"),
    (50, "the second plan of the Promapp policies"),
];

/// The file of what was seen of a server: a line a statement.
fn file(software: Software) -> String {
    format!("tests/cases/scim-servers/{}/observed.txt", software.name())
}

/// What was seen of a server is as it was before.
pub(super) fn written(software: Software, seen: &Observed) {
    let text = seen.iter().fold(String::new(), |mut text, (number, seen)| {
        let _ = writeln!(text, "S{number} {seen}");
        text
    });
    assert_written(&file(software), &text);
}

fn read(software: Software) -> BTreeMap<u32, String> {
    let path = cases("scim-servers").join(software.name()).join("observed.txt");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = |line: &str| {
        let (number, seen) = line.strip_prefix('S')?.split_once(' ')?;
        Some((number.parse().ok()?, seen.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn the_page_of_servers_says_what_was_seen() {
    let seen: Vec<BTreeMap<u32, String>> = Software::ALL.into_iter().map(read).collect();
    let mut page = "# SCIM servers, by statement\n\n\
        Each cell was seen by a test, on the server of that name, at the version that `tests/servers` installs; the numbers are those of\n\
        [the statements](protocols/scim.md). The Promapp policies live on all of them but scimmy on Express 5, which does not page; their\n\
        `Profile` documents, found by `rolewright doctor --profile --allow-writes`, are in `tests/cases/scim-servers`. An empty cell could not be seen.\n\n\
        They live there with 1,000 people too (`ROLEWRIGHT_SCIM_PEOPLE=1000`): everybody is made, 200 change, a run is killed, 200 come, two runs write at once, and\n\
        the plan afterwards is empty. Seen on 2026-11-30, debug build, two busy cores: scim2-server 150 s, scimmy-4 207 s, better-auth 265 s, jackson 121 s, django-scim2 97 s,\n\
        django-scim2-server 99 s.\n\n"
        .to_owned();
    let names: Vec<&str> = Software::ALL.into_iter().map(Software::name).collect();
    let _ =
        writeln!(page, "| | what | {} |\n| --- | --- |{}", names.join(" | "), " --- |".repeat(names.len()));
    for (number, what) in LOOKED_AT {
        let cells: Vec<&str> = seen.iter().map(|seen| seen.get(&number).map_or("", String::as_str)).collect();
        let _ = writeln!(page, "| S{number} | {what} | {} |", cells.join(" | "));
    }
    for seen in &seen {
        let unnamed = seen.keys().find(|number| !LOOKED_AT.iter().any(|(known, _)| known == *number));
        assert_eq!(unnamed, None, "a statement is seen, and not on the page");
    }
    assert_written("docs/reference/scim-servers.md", &page);
}
