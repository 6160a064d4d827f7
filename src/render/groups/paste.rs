//! YAML to paste: for every unlinked group or role a rule without its right, for every other a reference.

use super::super::escape::visible;
use crate::plan::{GroupListing, ListedGroup, ListedRole};
use std::collections::BTreeSet;
use std::fmt::Write;

/// YAML for the `rules` of `LinkingRules`, indented to fit. A person must decide what a group gives: `grant` is empty,
/// which `validate` refuses.
pub fn paste(listings: &[GroupListing]) -> String {
    let mut text = String::new();
    let mut ids = BTreeSet::new();
    for listing in listings {
        let _ = writeln!(text, "  # {}", visible(&listing.directory));
        let groups =
            listing.groups.iter().map(|group| (&group.name, reference(listing, group), group.links.first()));
        let roles = listing
            .app_roles
            .iter()
            .map(|listed| (&listed.name, role(listing, listed), listed.links.first()));
        for (name, reference, link) in groups.chain(roles) {
            match link {
                None => {
                    let id = free(&mut ids, name);
                    let _ = writeln!(
                        text,
                        "  - id: {id}\n    group: {reference}\n    grant: {{}} # say what it gives"
                    );
                }
                Some(link) => {
                    let (path, line) = (visible(&link.origin.path), link.origin.line);
                    let _ = writeln!(text, "  # linked at {path}:{line}\n  #   group: {reference}");
                }
            }
        }
    }
    text
}

fn reference(listing: &GroupListing, group: &ListedGroup) -> String {
    format!("{{ {}id: {}, name: {} }}", directory(listing), quoted(&group.id), quoted(&group.name))
}

fn role(listing: &GroupListing, role: &ListedRole) -> String {
    format!("{{ {}appRole: {} }}", directory(listing), quoted(&role.name))
}

/// The directory, if a link must name it.
fn directory(listing: &GroupListing) -> String {
    match listing.is_one_of_several {
        true => format!("directory: {}, ", quoted(&listing.directory)),
        false => String::new(),
    }
}

/// Text as a one-line YAML scalar that is always a string. Invisible characters are escaped, so that no name can start
/// another line.
fn quoted(text: &str) -> String {
    if visible(text) == text {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut scalar = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => scalar.extend(['\\', letter]),
            '#' => scalar.push_str("\\x23"),
            ' '..='~' => scalar.push(letter),
            letter => {
                let _ = write!(scalar, "\\U{:08x}", letter as u32);
            }
        }
    }
    scalar + "\""
}

/// A unique rule id made from a name: ASCII letters, digits and hyphens.
fn free(taken: &mut BTreeSet<String>, name: &str) -> String {
    let letters = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    let letters: String = letters.collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "group".to_owned() } else { words.join("-") };
    let numbered = (2_u32..).map(|number| format!("{stem}-{number}"));
    let id =
        std::iter::once(stem.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or(stem.clone());
    taken.insert(id.clone());
    id
}
