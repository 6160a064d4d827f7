//! What a key means, and what a rule does to how many people.

use super::index::application_of;
use super::known::Known;
use super::numbers::Numbers;
use super::position::{LineRange, Lines};
use super::problem::Problem;
use super::role::{Role, of_text};
use super::shape::Shape;
use super::symbol::Family;
use super::workspace::Workspace;
use crate::model::{FileId, Span};
use crate::render::{codes, escape};
use crate::yaml::{Kind, Node};

/// What is shown about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: LineRange,
    /// The text, Markdown.
    pub markdown: String,
}

/// A key or value, and what the schema says of it.
struct Spot<'n> {
    shape: Shape,
    is_key: bool,
    text: &'n str,
    span: Span,
}

/// What is known of what stands at a byte of a file, and what the reference says of the problems there.
pub fn hover(
    workspace: &Workspace,
    known: &Known,
    problems: &[Problem],
    file: FileId,
    byte: usize,
) -> Option<Hover> {
    let lines = Lines::new(&workspace.sources().file(file).text);
    let place = lines.place(byte);
    let here = problems.iter().filter(|problem| {
        problem.file == Some(file) && problem.range.start <= place && place <= problem.range.end
    });
    let explained = here.filter_map(|problem| {
        let section = codes::find(problem.finding.code).ok()?;
        let markdown = format!("{}\n\n{}", escape::code_span(section.code), section.markdown);
        Some(Hover { range: problem.range, markdown })
    });
    let mut told: Vec<Hover> = meaning(workspace, known, file, byte).into_iter().chain(explained).collect();
    told.dedup_by(|one, other| one.markdown == other.markdown);
    let range = told.first()?.range;
    let texts: Vec<String> = told.into_iter().map(|hover| hover.markdown).collect();
    Some(Hover { range, markdown: texts.join("\n\n---\n\n") })
}

fn meaning(workspace: &Workspace, known: &Known, file: FileId, byte: usize) -> Option<Hover> {
    let document = workspace.document(file, byte)?;
    let spot = spot(Shape::of(document.kind?), &document.node, byte as u32)?;
    let path = &workspace.sources().file(file).path;
    let role = if spot.is_key { None } else { of_text(&spot.shape.name) };
    let markdown = match role {
        Some(Role::Declares(Family::Policy(kind))) => {
            let title = format!("{} {}", Family::Policy(kind).word(), escape::code_span(spot.text));
            let about = of_rule(known.numbers.as_ref(), kind.word(), spot.text, path);
            format!("{title}\n\n{about}")
        }
        _ if spot.is_key => about_key(&spot),
        _ => about_value(&spot).or_else(|| named(workspace, file, byte, application_of(document)))?,
    };
    let lines = Lines::new(&workspace.sources().file(file).text);
    Some(Hover { range: lines.range(spot.span), markdown })
}

/// The key or scalar at a byte.
fn spot<'n>(shape: Shape, node: &'n Node, byte: u32) -> Option<Spot<'n>> {
    let holds = |span: Span| span.start <= byte && byte <= span.end;
    match &node.kind {
        Kind::Mapping(entries) => {
            if let Some((key, _)) = entries.iter().find(|(key, _)| holds(key.span)) {
                let shape = shape.key(&key.name)?;
                return Some(Spot { shape, is_key: true, text: &key.name, span: key.span });
            }
            let (key, value) = entries.iter().find(|(_, value)| holds(value.span))?;
            spot(shape.key(&key.name)?, value, byte)
        }
        Kind::Sequence(items) => {
            let item = items.iter().find(|item| holds(item.span))?;
            spot(shape.item()?, item, byte)
        }
        Kind::Text(text) => Some(Spot { shape, is_key: false, text, span: node.span }),
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => None,
    }
}

fn about_key(spot: &Spot<'_>) -> String {
    let meaning = [spot.shape.description(), spot.shape.definition()];
    let meaning: Vec<&str> = meaning.into_iter().flatten().collect();
    format!("{}\n\n{}", escape::code_span(spot.text), meaning.join("\n\n"))
}

fn about_value(spot: &Spot<'_>) -> Option<String> {
    let meaning = spot.shape.meaning(spot.text)?;
    Some(format!("{}: {meaning}", escape::code_span(spot.text)))
}

/// What a name names, and where it is given.
fn named(workspace: &Workspace, file: FileId, byte: usize, application: &str) -> Option<String> {
    let index = workspace.index();
    let at = index.at(Workspace::place(file, byte));
    let mut told: Vec<String> = Vec::new();
    for symbol in at.iter().map(|occurrence| &occurrence.symbol) {
        let given = index.of_symbol(symbol).filter(|one| one.declares).map(|one| {
            let position = workspace.sources().position(one.at);
            format!("{}:{}", workspace.sources().file(one.at.file).path, position.line)
        });
        let given: Vec<String> = given.map(|place| escape::code_span(&place)).collect();
        let of = if symbol.application == application { "" } else { " of every application" };
        let of = if symbol.family.is_everywhere() { "" } else { of };
        told.push(match given.as_slice() {
            [] => format!("{} {}", symbol.family.word(), escape::code_span(&symbol.name)),
            places => format!(
                "{}{of} {}, given at {}",
                symbol.family.word(),
                escape::code_span(&symbol.name),
                places.join(", ")
            ),
        });
    }
    (!told.is_empty()).then(|| told.join("\n\n"))
}

fn of_rule(numbers: Option<&Numbers>, kind: &str, id: &str, path: &str) -> String {
    let Some(numbers) = numbers else {
        return "How many people it concerns is shown once a snapshot is saved (`rolewright snapshot --output policies/.snapshot`: \
                personal data, to be kept out of git), and while the policies have no errors."
            .to_owned();
    };
    let told = numbers.of_rule(kind, id, path);
    if told.is_empty() {
        return "The snapshot tells nothing about it.".to_owned();
    }
    format!(
        "{}\n\nBy the snapshot saved at {}, and the policies as they stand here.",
        told.join("\n\n"),
        numbers.as_of
    )
}
