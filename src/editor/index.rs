//! Where names are given and where they are meant, over all files of a workspace.

use super::documents::Document;
use super::role::{Braces, Role, of_key, of_text};
use super::symbol::{Family, Symbol};
use super::walk::{Site, walk};
use crate::language::document::Kind;
use crate::model::{FileId, Location, SourceSet, Span, parse_user_path};
use crate::yaml::{self, Node};
use std::collections::{BTreeMap, BTreeSet};

/// What belongs to every application, or to none.
pub(super) const EVERY: &str = "*";

/// The kinds whose ids plans give as reasons, and tests name.
const REASONS: [Kind; 5] =
    [Kind::LinkingRules, Kind::Exclusions, Kind::Constraints, Kind::Defaults, Kind::Lifecycle];

/// A place where a name stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// The name alone, without quotes and braces.
    pub(super) at: Location,
    /// What it names.
    pub(super) symbol: Symbol,
    /// Whether it is given here.
    pub(super) declares: bool,
}

/// Every name of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    occurrences: Vec<Occurrence>,
    /// By family and name the applications that have it.
    declared: BTreeMap<(Family, String), Vec<String>>,
    /// The groups that policies and files of people name, as written.
    groups: BTreeSet<String>,
}

/// A name that stands somewhere, before it is known whose it is.
struct Mention {
    role: Role,
    application: String,
    text: String,
    at: Location,
}

impl Index {
    /// The names in documents.
    pub(super) fn of(sources: &SourceSet, documents: &[Document]) -> Self {
        let mut mentions = Vec::new();
        for document in documents {
            let application = application_of(document);
            let raw = &sources.file(document.file).text;
            match document.kind {
                Some(_) => {
                    walk(document, &mut |site| mention(&site, document, application, raw, &mut mentions))
                }
                None => groups_of_data(document, raw, &mut mentions),
            }
        }
        let mut index = Self::default();
        for mention in &mentions {
            if matches!(mention.role, Role::Declares(Family::Group) | Role::Means(Family::Group)) {
                index.groups.insert(mention.text.clone());
            }
            if let Some(family) = declared(mention.role) {
                let symbol = symbol(family, &mention.application, &mention.text);
                let known = index.declared.entry((family, symbol.name.clone())).or_default();
                known.push(symbol.application.clone());
                index.occurrences.push(Occurrence { at: mention.at, symbol, declares: true });
            }
        }
        index.declared.values_mut().for_each(|applications| {
            applications.sort();
            applications.dedup();
        });
        for mention in mentions {
            index.refer(&mention);
        }
        index.occurrences.sort();
        index.occurrences.dedup();
        index
    }

    /// Every place of a name, in the order of files.
    pub(super) fn of_symbol<'i>(&'i self, symbol: &'i Symbol) -> impl Iterator<Item = &'i Occurrence> {
        self.occurrences.iter().filter(move |occurrence| occurrence.symbol == *symbol)
    }

    /// The names that a file gives, in the order written.
    pub(super) fn given_in(&self, file: FileId) -> impl Iterator<Item = &Occurrence> {
        self.occurrences.iter().filter(move |occurrence| occurrence.at.file == file && occurrence.declares)
    }

    /// The names that stand at a place.
    pub(super) fn at(&self, place: Location) -> Vec<&Occurrence> {
        let holds = |at: Location| {
            at.file == place.file && at.span.start <= place.span.start && place.span.start <= at.span.end
        };
        self.occurrences.iter().filter(|occurrence| holds(occurrence.at)).collect()
    }

    /// The declared names of a family that an application may use, sorted; `*` may use all.
    pub(super) fn names(&self, family: Family, application: &str) -> Vec<&str> {
        let of_family = self.declared.iter().filter(|((known, _), _)| *known == family);
        let usable = of_family.filter(|(_, owners)| owners.iter().any(|owner| fits(owner, application)));
        usable.map(|((_, name), _)| name.as_str()).collect()
    }

    /// The groups that policies and files of people name, as written, sorted.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(String::as_str)
    }

    /// The ids that an application's plans may give as reasons, sorted.
    pub(super) fn reasons(&self, application: &str) -> Vec<&str> {
        let kinds = REASONS.iter().flat_map(|kind| self.names(Family::Policy(*kind), application));
        let mut names: Vec<&str> = kinds.chain(self.names(Family::AccountAttribute, application)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn is_declared(&self, family: Family, application: &str, name: &str) -> bool {
        let owners = self.declared.get(&(family, name.to_owned()));
        owners.is_some_and(|owners| owners.iter().any(|owner| fits(owner, application)))
    }

    /// Adds what a mention means: one occurrence for each declaration that it fits.
    fn refer(&mut self, mention: &Mention) {
        let name = mention.text.as_str();
        let families: Vec<Family> = match mention.role {
            Role::Declares(_) | Role::DeclaresValue | Role::GroupId => return,
            Role::RightValue | Role::DeclaredValue => vec![Family::RightValue],
            Role::Means(family) => vec![family],
            Role::UserPath => vec![Family::UserAttribute],
            Role::Right => self.first_declared(&[Family::Entitlement, Family::Scope], mention),
            Role::Braces(Braces::Rights) => {
                self.first_declared(&[Family::Entitlement, Family::Scope, Family::AccountAttribute], mention)
            }
            Role::Braces(Braces::User) => {
                self.first_declared(&[Family::Named, Family::UserAttribute], mention)
            }
            Role::Braces(Braces::Named) => vec![Family::Named],
            Role::Braces(Braces::Account) => vec![Family::AccountAttribute],
            Role::Because => {
                let kinds =
                    REASONS.iter().map(|kind| Family::Policy(*kind)).chain([Family::AccountAttribute]);
                kinds.filter(|family| self.is_declared(*family, &mention.application, name)).collect()
            }
        };
        for family in families {
            let key = symbol(family, &mention.application, name).name;
            let owners = self.declared.get(&(family, key));
            let mut owners: Vec<String> = owners
                .into_iter()
                .flatten()
                .filter(|owner| fits(owner, &mention.application))
                .cloned()
                .collect();
            if owners.is_empty() {
                owners.push(mention.application.clone());
            }
            for owner in owners {
                let symbol = symbol(family, &owner, name);
                self.occurrences.push(Occurrence { at: mention.at, symbol, declares: false });
            }
        }
    }

    /// The first of some families that declares a name; the last where none does.
    fn first_declared(&self, families: &[Family], mention: &Mention) -> Vec<Family> {
        let declares = |family: &&Family| self.is_declared(**family, &mention.application, &mention.text);
        families.iter().find(declares).or(families.last()).copied().into_iter().collect()
    }
}

/// What a role gives a name to, if it gives one.
fn declared(role: Role) -> Option<Family> {
    match role {
        Role::Declares(family) => Some(family),
        Role::DeclaresValue => Some(Family::RightValue),
        Role::Means(_)
        | Role::UserPath
        | Role::Braces(_)
        | Role::Right
        | Role::RightValue
        | Role::DeclaredValue
        | Role::Because
        | Role::GroupId => None,
    }
}

/// Whether an application may use what another one has.
fn fits(owner: &str, application: &str) -> bool {
    owner == application || owner == EVERY || application == EVERY
}

fn symbol(family: Family, application: &str, name: &str) -> Symbol {
    let application = if family.is_everywhere() { EVERY } else { application };
    // Group names differ by more than case.
    let name = if family == Family::Group { name.to_ascii_lowercase() } else { name.to_owned() };
    Symbol { family, application: application.to_owned(), name }
}

/// The application that a document is about.
pub(super) fn application_of(document: &Document) -> &str {
    let key = if document.kind == Some(Kind::Application) { "name" } else { "application" };
    document.node.get(key).and_then(Node::as_text).unwrap_or(EVERY)
}

fn mention(site: &Site<'_>, document: &Document, application: &str, raw: &str, mentions: &mut Vec<Mention>) {
    let role = if site.is_key { of_key(site.shape) } else { of_text(site.shape) };
    let Some(role) = role else { return };
    let inner = inside(raw, site.span);
    let mut add = |role: Role, text: &str, span: Span| {
        let at = Location { file: document.file, span };
        mentions.push(Mention { role, application: application.to_owned(), text: text.to_owned(), at });
    };
    match role {
        Role::Braces(_) => {
            names_in_braces(raw, inner).for_each(|(name, span)| add(role, name, span));
        }
        Role::RightValue | Role::DeclaresValue | Role::DeclaredValue => {
            let mut names = names_in_braces(raw, inner).peekable();
            match (names.peek(), right_of(site)) {
                (Some(_), _) => {
                    let braces = Role::Braces(Braces::Rights);
                    names.for_each(|(name, span)| add(braces, name, span));
                }
                (None, Some(right)) if site.text != EVERY => {
                    add(role, &format!("{right}={}", site.text), inner);
                }
                (None, _) => {}
            }
        }
        Role::UserPath => {
            let name = parse_user_path(site.text).name;
            let end = inner.start + name.len() as u32;
            add(role, name, Span { start: inner.start, end: end.min(inner.end) });
        }
        // `*` is no name.
        Role::Means(_) if site.text == EVERY => {}
        Role::Declares(_) | Role::Means(_) | Role::Right | Role::Because | Role::GroupId => {
            add(role, site.text, inner);
        }
    }
}

/// The entitlement type or scope that a value belongs to.
fn right_of<'s>(site: &Site<'s>) -> Option<&'s str> {
    match site.shape {
        "Entitlement.values[]" | "Entitlement.privileged[]" => {
            site.around.len().checked_sub(2).and_then(|at| site.around.get(at)).copied()
        }
        _ => site.key,
    }
}

/// Groups that a file of people declares.
fn groups_of_data(document: &Document, raw: &str, mentions: &mut Vec<Mention>) {
    let Some(yaml::Kind::Sequence(groups)) = document.node.get("groups").map(|groups| &groups.kind) else {
        return;
    };
    for name in groups.iter().filter_map(|group| group.get("name")) {
        let Some(text) = name.as_text() else { continue };
        mentions.push(Mention {
            role: Role::Declares(Family::Group),
            application: EVERY.to_owned(),
            text: text.to_owned(),
            at: Location { file: document.file, span: inside(raw, name.span) },
        });
    }
}

/// A scalar's place without its quotes.
pub(super) fn inside(raw: &str, span: Span) -> Span {
    let text = raw.get(span.start as usize..span.end as usize).unwrap_or_default();
    let quoted =
        text.len() >= 2 && ['\'', '"'].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
    if quoted { Span { start: span.start + 1, end: span.end - 1 } } else { span }
}

/// The names in braces of a text as written; `{{` is a brace itself.
pub(super) fn names_in_braces(raw: &str, span: Span) -> impl Iterator<Item = (&str, Span)> {
    let text = raw.get(span.start as usize..span.end as usize).unwrap_or_default();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + text.get(at..)?.find('{')?;
            if text[open + 1..].starts_with('{') {
                at = open + 2;
                continue;
            }
            let close = open + text[open..].find('}')?;
            at = close + 1;
            let start = span.start as usize + open + 1;
            return Some((&text[open + 1..close], Span::new(start, span.start as usize + close)));
        }
    })
}
