//! Links to paste: of every group or role that no rule links a rule without its right, of every other its reference.

use super::super::escape::visible;
use crate::plan::{GroupListing, ListedGroup, ListedRole};
use std::collections::BTreeSet;
use std::fmt::Write;

/// YAML for the `rules` of `LinkingRules`, indented as there. What a group gives is for a person to say: `grant` is
/// empty, which `validate` refuses.
pub fn paste(listings: &[GroupListing]) -> String {
    let mut text = String::new();
    let mut ids = BTreeSet::new();
    for listing in listings {
        let _ = writeln!(text, "  # {}", visible(&listing.directory));
        let groups = listing.groups.iter().map(|it| (&it.name, reference(listing, it), it.links.first()));
        let roles = listing.app_roles.iter().map(|it| (&it.name, role(listing, it), it.links.first()));
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

/// The directory, where a link has to say it.
fn directory(listing: &GroupListing) -> String {
    match listing.is_one_of_several {
        true => format!("directory: {}, ", quoted(&listing.directory)),
        false => String::new(),
    }
}

/// Text as a YAML scalar on one line that means nothing but itself. Whatever is invisible is escaped, so that no name can
/// begin a line of its own.
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

/// An id for a rule, made of a name: letters of ASCII, digits and hyphens; each once.
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
