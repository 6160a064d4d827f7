//! The groups of directories, for people.

use super::super::escape::visible;
use crate::plan::{GroupLink, GroupListing, ListedGroup, ListedRole};
use crate::policy::Origin;
use std::fmt::Write;

/// Each directory: groups that need attention first, then unlinked ones, then linked ones with the line that links
/// them.
pub fn text(listings: &[GroupListing]) -> String {
    let mut text = String::new();
    for listing in listings {
        if !text.is_empty() {
            text.push('\n');
        }
        directory(&mut text, listing);
    }
    text
}

fn directory(text: &mut String, listing: &GroupListing) {
    let (linked, unlinked): (Vec<&ListedGroup>, Vec<&ListedGroup>) =
        listing.groups.iter().partition(|group| !group.links.is_empty());
    let prefix = match listing.prefix.as_str() {
        "" => "any name".to_owned(),
        prefix => format!("names beginning with `{}`", visible(prefix)),
    };
    let under =
        listing.under.as_ref().map_or("any place".to_owned(), |under| format!("under `{}`", visible(under)));
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{}: {} groups ({prefix}, {under}), {} linked, {} not linked",
        visible(&listing.directory),
        listing.groups.len(),
        linked.len(),
        unlinked.len()
    );
    section(text, "To look at", &listing.problems, |text, finding| {
        problem(text, &finding.origin, finding.code, &finding.message)
    });
    section(text, "Not linked", &unlinked, |text, group| line(text, group));
    section(text, "Linked", &linked, |text, group| {
        line(text, group);
        group.links.iter().for_each(|rule| link(text, rule));
    });
    section(text, "Roles of enterprise applications", &listing.app_roles, role);
}

fn section<T>(text: &mut String, title: &str, items: &[T], mut each: impl FnMut(&mut String, &T)) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  {title}");
    items.iter().for_each(|item| each(text, item));
}

fn problem(text: &mut String, origin: &Origin, code: &str, message: &str) {
    let message = visible(message);
    let _ = writeln!(text, "    {}:{}: [{}] {message}", visible(&origin.path), origin.line, code);
}

fn line(text: &mut String, group: &ListedGroup) {
    let _ = write!(text, "    {}  {}  {}", visible(&group.name), visible(&group.id), members(group));
    if let Some(created) = &group.created {
        let _ = write!(text, "  created {}", visible(created));
    }
    if let Some(unit) = &group.unit {
        let _ = write!(text, "  in {}", visible(unit));
    }
    text.push('\n');
}

fn role(text: &mut String, role: &ListedRole) {
    let (name, application) = (visible(&role.name), visible(&role.application));
    let held = match role.users {
        1 => "1 user has it".to_owned(),
        users => format!("{users} users have it"),
    };
    let state = if role.links.is_empty() { ", not linked" } else { "" };
    let _ = writeln!(text, "    {name}  of {application}  {held}{state}");
    role.links.iter().for_each(|rule| link(text, rule));
}

fn members(group: &ListedGroup) -> String {
    let word = if group.direct_members == 1 { "member" } else { "members" };
    match group.all_members.saturating_sub(group.direct_members) {
        0 => format!("{} {word}", group.direct_members),
        more => format!("{} {word}, {more} more in nested groups", group.direct_members),
    }
}

fn link(text: &mut String, link: &GroupLink) {
    let GroupLink { application, origin, by, members } = link;
    let by = match by.as_str() {
        "id" | "name" => format!("its {by}"),
        "role" => "its name".to_owned(),
        "any role" => "any role".to_owned(),
        pattern => format!("`{}`", visible(pattern)),
    };
    let _ = writeln!(
        text,
        "      {}:{}: `{}` of {}, by {by}, counts {members}",
        visible(&origin.path),
        origin.line,
        visible(&origin.id),
        visible(application)
    );
}
