//! What may be written at a place.

use super::cursor::{Cursor, cursor};
use super::documents::Document;
use super::index::{EVERY, Index, application_of};
use super::known::{Known, KnownGroup};
use super::position::{LineRange, Lines};
use super::quoting::written;
use super::role::{Braces, Role, of_key, of_text};
use super::shape::Shape;
use super::symbol::Family;
use super::workspace::Workspace;
use crate::language::document::{API_VERSION, Kind};
use crate::model::{FileId, Span, known_account_attributes, known_user_attributes};
use std::collections::BTreeSet;

/// More than this is not listed at once; what is typed narrows it down.
const LISTED: usize = 500;
/// What plans give as a reason beside ids: keys of the lifecycle.
const REASONS: [&str; 8] = [
    "accountTypeChange",
    "adoption",
    "canary",
    "deleted",
    "disabled",
    "outOfScope",
    "returning",
    "unmanaged",
];

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words about it.
    pub detail: Option<String>,
    /// What it means, Markdown.
    pub documentation: Option<String>,
    /// What it replaces.
    pub range: LineRange,
    /// The text in its place.
    pub insert: String,
    /// The byte of that text where typing goes on; none: at its end.
    pub cursor: Option<usize>,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key.
    Key,
    /// A word of a closed set.
    Word,
    /// The name of something in the policies.
    Name,
    /// A group of a directory.
    Group,
}

/// What may be written at a byte of a file, in the order in which it is offered; and whether more is left out.
pub fn complete(workspace: &Workspace, known: &Known, file: FileId, byte: usize) -> (Vec<Completion>, bool) {
    let text = &workspace.sources().file(file).text;
    let Some(cursor) = cursor(text, byte) else { return (Vec::new(), false) };
    let own = Document { file, slice: Span::new(0, 0), kind: cursor.kind, node: cursor.tree.clone() };
    let offer = Offer {
        application: application_of(&own).to_owned(),
        own: Index::of(workspace.sources(), std::slice::from_ref(&own)),
        all: workspace.index(),
        known,
        lines: Lines::new(text),
        text,
        byte,
        cursor: &cursor,
    };
    let mut found = offer.everything();
    let typed = cursor.written.to_lowercase();
    let full = found.len() > LISTED;
    if full {
        found.retain(|completion| completion.label.to_lowercase().contains(&typed));
        found.truncate(LISTED);
    }
    (found, full)
}

struct Offer<'o> {
    application: String,
    /// The names of the document that is being typed.
    own: Index,
    /// The names of all documents that can be read.
    all: &'o Index,
    known: &'o Known,
    lines: Lines<'o>,
    text: &'o str,
    byte: usize,
    cursor: &'o Cursor,
}

impl Offer<'_> {
    fn everything(&self) -> Vec<Completion> {
        let Some(shape) = &self.cursor.shape else { return self.of_no_kind() };
        if self.cursor.is_key {
            return self.keys(shape);
        }
        let mut found = self.words(shape);
        found.extend(self.names(of_text(&shape.name)));
        if shape.takes("object") {
            let keys = self.keys(shape).into_iter();
            let is_block = self.is_first_on_line();
            found.extend(keys.map(|key| if is_block { key } else { in_braces(key) }));
        }
        found
    }

    /// In a document that says no kind yet.
    fn of_no_kind(&self) -> Vec<Completion> {
        let holds_data = ["users", "groups", "accounts"]
            .iter()
            .any(|key| self.cursor.siblings.iter().any(|own| own == key));
        match (self.cursor.is_key, self.cursor.around.as_slice()) {
            // One word is a text, until a colon makes it a key.
            (_, []) if !holds_data => {
                let keys = ["apiVersion", "kind"]
                    .into_iter()
                    .filter(|key| !self.cursor.siblings.iter().any(|own| own == key));
                keys.map(|key| self.key(key, None)).collect()
            }
            (false, [key]) if key == "kind" => {
                Kind::ALL.iter().map(|kind| self.value(kind.word(), CompletionKind::Word, None)).collect()
            }
            (false, [key]) if key == "apiVersion" => {
                vec![self.value(API_VERSION, CompletionKind::Word, None)]
            }
            _ => Vec::new(),
        }
    }

    fn keys(&self, shape: &Shape) -> Vec<Completion> {
        let free = |key: &&str| !self.cursor.siblings.iter().any(|own| own == key);
        let listed = shape.keys().into_iter().filter(free);
        let mut found: Vec<Completion> = listed.map(|key| self.key(key, Some(shape))).collect();
        if shape.is_table() {
            let role = of_key(&shape.name);
            let names = self.names_of(role).into_iter().filter(|(name, _)| free(&name.as_str()));
            found.extend(
                names.map(|(name, detail)| Completion { detail: Some(detail), ..self.key(&name, None) }),
            );
        }
        found
    }

    fn key(&self, key: &str, object: Option<&Shape>) -> Completion {
        let meaning = object.and_then(|object| object.key(key)).and_then(|shape| shape.description());
        let required = object.is_some_and(|object| object.requires(key));
        Completion {
            label: key.to_owned(),
            kind: CompletionKind::Key,
            detail: required.then(|| "required".to_owned()),
            documentation: meaning.map(str::to_owned),
            range: self.lines.range(self.cursor.replaced),
            insert: if self.cursor.has_colon { written(key) } else { format!("{}: ", written(key)) },
            cursor: None,
        }
    }

    fn words(&self, shape: &Shape) -> Vec<Completion> {
        let word = |word: String| {
            let meaning = shape.meaning(&word).map(str::to_owned);
            // `true` and `false` are what the schema means, not text.
            let insert =
                if shape.takes("boolean") && !shape.takes("string") { word.clone() } else { written(&word) };
            Completion { documentation: meaning, insert, ..self.value(&word, CompletionKind::Word, None) }
        };
        shape.words().into_iter().map(word).collect()
    }

    fn value(&self, text: &str, kind: CompletionKind, detail: Option<String>) -> Completion {
        Completion {
            label: text.to_owned(),
            kind,
            detail,
            documentation: None,
            range: self.lines.range(self.cursor.replaced),
            insert: written(text),
            cursor: None,
        }
    }

    fn names(&self, role: Option<Role>) -> Vec<Completion> {
        match role {
            Some(Role::Means(Family::Group)) => self.groups(),
            Some(Role::GroupId) => self.group_ids(),
            Some(Role::Braces(_)) => self.inside_braces(role),
            Some(Role::RightValue) if self.cursor.written.contains('{') => {
                self.inside_braces(Some(Role::Braces(Braces::Rights)))
            }
            role => self
                .names_of(role)
                .into_iter()
                .map(|(name, detail)| self.value(&name, CompletionKind::Name, Some(detail)))
                .collect(),
        }
    }

    /// The names that a role may have, each with what it is.
    fn names_of(&self, role: Option<Role>) -> Vec<(String, String)> {
        let told =
            |names: Vec<String>, what: &str| names.into_iter().map(|name| (name, what.to_owned())).collect();
        let of = |family: Family| -> Vec<(String, String)> { told(self.of_family(family), family.word()) };
        let every =
            |names: Vec<(String, String)>| [names, told(vec![EVERY.to_owned()], "every one")].concat();
        match role {
            None
            | Some(
                Role::Declares(_)
                | Role::DeclaresValue
                | Role::GroupId
                | Role::Means(Family::Group | Family::RightValue | Family::Policy(_) | Family::Window),
            ) => Vec::new(),
            Some(Role::UserPath | Role::Means(Family::UserAttribute)) => {
                [of(Family::UserAttribute), told(known_user_attributes(), "user attribute")].concat()
            }
            Some(Role::Means(Family::AccountAttribute)) => {
                let known = known_account_attributes().map(str::to_owned).collect();
                let mut names = [of(Family::AccountAttribute), told(known, "account attribute")].concat();
                names.dedup_by(|one, other| one.0 == other.0);
                names
            }
            Some(Role::Means(Family::Application)) if self.is_for_every() => every(of(Family::Application)),
            Some(Role::Means(family)) => of(family),
            Some(Role::Right | Role::Braces(Braces::Rights)) => {
                [of(Family::Entitlement), of(Family::Scope)].concat()
            }
            Some(Role::Braces(Braces::Named)) => of(Family::Named),
            Some(Role::Braces(Braces::User)) => [
                of(Family::Named),
                of(Family::UserAttribute),
                told(known_user_attributes(), "user attribute"),
            ]
            .concat(),
            Some(Role::Braces(Braces::Account)) => self.names_of(Some(Role::Means(Family::AccountAttribute))),
            Some(Role::RightValue) => {
                let shape = self.cursor.shape.as_ref().map(|shape| shape.name.as_str()).unwrap_or_default();
                let values = told(self.values(self.cursor.around.last()), "value");
                let selects =
                    ["Condition.grant.*", "Constraint.grants.*", "Protection.grants.*"].contains(&shape);
                if selects { every(values) } else { values }
            }
            Some(Role::DeclaredValue) => {
                let at = self.cursor.around.len().checked_sub(2);
                told(self.values(at.and_then(|at| self.cursor.around.get(at))), "value")
            }
            Some(Role::Because) => {
                let reasons =
                    [&self.own, self.all].into_iter().flat_map(|index| index.reasons(&self.application));
                let mut reasons: Vec<String> = reasons.map(str::to_owned).collect();
                reasons.sort();
                reasons.dedup();
                let keys = REASONS.map(str::to_owned).to_vec();
                [told(reasons, "id"), told(keys, "key of the lifecycle")].concat()
            }
        }
    }

    /// Whether the document may be about every application.
    fn is_for_every(&self) -> bool {
        matches!(self.cursor.kind, Some(Kind::Exclusions | Kind::Constraints))
    }

    fn of_family(&self, family: Family) -> Vec<String> {
        let own = self.own.names(family, &self.application);
        let mut names: Vec<String> =
            own.into_iter().chain(self.all.names(family, &self.application)).map(str::to_owned).collect();
        names.retain(|name| !Cursor::is_mark(name));
        names.sort();
        names.dedup();
        names
    }

    /// The values of an entitlement type or scope.
    fn values(&self, right: Option<&String>) -> Vec<String> {
        let Some(right) = right else { return Vec::new() };
        let of_right = |name: String| Some(name.strip_prefix(right.as_str())?.strip_prefix('=')?.to_owned());
        self.of_family(Family::RightValue).into_iter().filter_map(of_right).collect()
    }

    /// The groups of the snapshot that can be written; of many only those that what is typed is a part of.
    fn known_groups(&self) -> impl Iterator<Item = &KnownGroup> {
        let typed = self.cursor.written.to_lowercase();
        let are_few = self.known.groups.len() <= LISTED;
        let fits = move |group: &&KnownGroup| are_few || group.name.to_lowercase().contains(&typed);
        self.known.groups.iter().filter(|group| group.is_plain()).filter(fits).take(LISTED + 1)
    }

    fn groups(&self) -> Vec<Completion> {
        let mut found: Vec<Completion> = self
            .known_groups()
            .map(|group| {
                let people = if group.members == 1 {
                    "1 person".to_owned()
                } else {
                    format!("{} people", group.members)
                };
                self.value(&group.name, CompletionKind::Group, Some(format!("{}: {people}", group.directory)))
            })
            .collect();
        let told: BTreeSet<String> = found.iter().map(|group| group.label.to_ascii_lowercase()).collect();
        let named = self.all.groups().filter(|name| !told.contains(&name.to_ascii_lowercase()));
        found.extend(named.take(LISTED + 1).map(|name| self.value(name, CompletionKind::Group, None)));
        found
    }

    fn group_ids(&self) -> Vec<Completion> {
        self.known_groups()
            .map(|group| Completion {
                insert: written(&group.id),
                ..self.value(
                    &group.name,
                    CompletionKind::Group,
                    Some(format!("{}: {}", group.directory, group.id)),
                )
            })
            .collect()
    }

    /// Names for braces that are open.
    fn inside_braces(&self, role: Option<Role>) -> Vec<Completion> {
        let Some(open) = self.cursor.written.rfind('{') else { return Vec::new() };
        let typed = &self.cursor.written[open + 1..];
        if typed.contains('}') || !self.text[..self.byte].ends_with(typed) {
            return Vec::new();
        }
        let range = self.lines.range(Span::new(self.byte - typed.len(), self.byte));
        let closed = self.text[self.byte..].starts_with('}');
        let names = self.names_of(role).into_iter();
        names
            .map(|(name, detail)| Completion {
                insert: if closed { name.clone() } else { format!("{name}}}") },
                range,
                ..self.value(&name, CompletionKind::Name, Some(detail))
            })
            .collect()
    }

    /// Whether nothing but white space and dashes stands before what is being typed.
    fn is_first_on_line(&self) -> bool {
        let before = &self.text[..self.cursor.replaced.start as usize];
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        line.chars().all(|letter| letter == ' ' || letter == '-')
    }
}

/// A key of an object that begins in the middle of a line: `{ key:  }`, typing goes on before the brace.
fn in_braces(key: Completion) -> Completion {
    let before = format!("{{ {}", key.insert);
    Completion {
        label: format!("{{ {} }}", key.label),
        cursor: Some(before.len()),
        insert: before + " }",
        ..key
    }
}
