//! A new name for what policies name, in every file.

use super::edit::Edit;
use super::index::Occurrence;
use super::position::{LineRange, Lines};
use super::quoting::written;
use super::symbol::{Family, Symbol};
use super::workspace::Workspace;
use crate::language::document::Kind;
use crate::model::{FileId, Location, Span};
use crate::yaml::Node;

/// A name that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// Where it stands.
    pub range: LineRange,
    /// What it is now.
    pub name: String,
}

/// The name at a byte of a file that can be changed.
///
/// # Errors
/// Why none can, for people.
pub fn renamed_place(workspace: &Workspace, file: FileId, byte: usize) -> Result<Renaming, String> {
    let (symbol, at) = renamed(workspace, file, byte)?;
    let lines = Lines::new(&workspace.sources().file(file).text);
    Ok(Renaming { range: lines.range(at.span), name: symbol.name })
}

/// The changes that give what is named at a byte of a file another name, by file and place.
///
/// # Errors
/// Why it cannot have that name, for people.
pub fn rename(workspace: &Workspace, file: FileId, byte: usize, name: &str) -> Result<Vec<Edit>, String> {
    let (symbol, _) = renamed(workspace, file, byte)?;
    fits(symbol.family, name)?;
    if name == symbol.name {
        return Ok(Vec::new());
    }
    if workspace.index().names(symbol.family, &symbol.application).contains(&name) {
        return Err(format!("there is already {} `{name}`", symbol.family.a_word()));
    }
    if let Some(file) = workspace.unread().first() {
        let path = &workspace.sources().file(*file).path;
        return Err(format!(
            "`{path}` is not valid YAML yet, so the names in it are unknown: correct it first"
        ));
    }
    let occurrences: Vec<&Occurrence> = workspace.index().of_symbol(&symbol).collect();
    let shared = occurrences
        .iter()
        .flat_map(|one| workspace.index().at(one.at))
        .find(|other| other.symbol != symbol && other.symbol.name == symbol.name && !other.declares);
    if let Some(other) = shared {
        return Err(format!(
            "`{}` is also the name of {}, and a test means both: give them two names by hand",
            symbol.name,
            other.symbol.family.a_word()
        ));
    }
    let mut edits: Vec<Edit> = occurrences.iter().map(|one| renaming(workspace, one.at, name)).collect();
    if symbol.family == Family::Application {
        edits.extend(former_name(workspace, &symbol.name));
    }
    edits.sort();
    edits.dedup();
    Ok(edits)
}

fn renamed(workspace: &Workspace, file: FileId, byte: usize) -> Result<(Symbol, Location), String> {
    let index = workspace.index();
    let at = index.at(Workspace::place(file, byte));
    let first = at.first().ok_or("nothing here has a name that can be changed")?;
    if at.iter().any(|other| other.symbol != first.symbol) {
        return Err(format!("`{}` means several things: give them two names by hand", first.symbol.name));
    }
    if !index.of_symbol(&first.symbol).any(|one| one.declares) {
        return Err(format!(
            "no policy gives the {} `{}` its name",
            first.symbol.family.word(),
            first.symbol.name
        ));
    }
    can_be_renamed(first.symbol.family)?;
    Ok((first.symbol.clone(), first.at))
}

fn can_be_renamed(family: Family) -> Result<(), String> {
    let why = match family {
        Family::Directory
        | Family::Application
        | Family::Profile
        | Family::Connector
        | Family::Window
        | Family::Named => return Ok(()),
        Family::Policy(Kind::Overrides) => {
            "the ledger remembers under an override's id how much of it is used: under another id it would allow as much again"
        }
        Family::Policy(_) => return Ok(()),
        Family::UserAttribute | Family::Group => "the directory gives this name",
        Family::AccountAttribute
        | Family::AccountType
        | Family::Entitlement
        | Family::Scope
        | Family::RightValue => "the application keeps this name too",
    };
    Err(format!("{} is not renamed here: {why}", family.a_word()))
}

/// Whether a name has the form that its family needs.
fn fits(family: Family, name: &str) -> Result<(), String> {
    let all = |extra: &str| {
        !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || extra.contains(letter))
    };
    let starts = |letter: fn(&char) -> bool| name.chars().next().as_ref().is_some_and(letter);
    let (fits, form) = match family {
        Family::Policy(_) | Family::Window => (
            all("-") && !name.contains(|letter: char| letter.is_ascii_uppercase()),
            "an id has only the characters `a-z`, `0-9` and `-`",
        ),
        Family::Named => (
            all("") && starts(char::is_ascii_alphabetic),
            "a name here has only letters and digits of ASCII, and begins with a letter",
        ),
        Family::Directory
        | Family::Application
        | Family::Profile
        | Family::Connector
        | Family::UserAttribute
        | Family::AccountAttribute
        | Family::Entitlement
        | Family::Scope
        | Family::AccountType
        | Family::RightValue
        | Family::Group => (
            all("-_") && starts(char::is_ascii_alphanumeric) && name.len() <= 64,
            "a name has at most 64 letters and digits of ASCII, `-` and `_`, and begins with a letter or a digit",
        ),
    };
    if fits { Ok(()) } else { Err(form.to_owned()) }
}

fn renaming(workspace: &Workspace, at: Location, name: &str) -> Edit {
    let text = &workspace.sources().file(at.file).text;
    let before = text.get(..at.span.start as usize).and_then(|before| before.chars().next_back());
    let bare = before.is_some_and(|letter| ['\'', '"', '{'].contains(&letter));
    let text_of_name = if bare { name.to_owned() } else { written(name) };
    Edit { file: at.file, range: Lines::new(text).range(at.span), text: text_of_name }
}

/// An application that is renamed says what it was called, so that its ledger is carried along.
fn former_name(workspace: &Workspace, name: &str) -> Option<Edit> {
    let of_application = |document: &&super::documents::Document| {
        document.kind == Some(Kind::Application)
            && document.node.get("name").and_then(Node::as_text) == Some(name)
    };
    let document = workspace.documents().iter().find(of_application)?;
    let text = &workspace.sources().file(document.file).text;
    let lines = Lines::new(text);
    let edit = |span: Span, text: String| Some(Edit { file: document.file, range: lines.range(span), text });
    if let Some(previously) = document.node.get("previously") {
        return edit(previously.span, written(name));
    }
    let after = document.node.get("name")?.span.end as usize;
    let in_braces = text.as_bytes().get(document.node.span.start as usize) == Some(&b'{');
    if in_braces {
        return edit(Span::new(after, after), format!(", previously: {}", written(name)));
    }
    let line = text.get(after..)?.find(['\n', '\r']).map_or(text.len(), |end| after + end);
    edit(Span::new(line, line), format!("\npreviously: {}", written(name)))
}
