//! Where a cursor is in a document that is being typed: the text is made whole by a word that nobody writes, and read.

use super::documents::{kind_of, slices};
use super::shape::Shape;
use crate::language::document::Kind;
use crate::model::{FileId, Span};
use crate::yaml::{self, Budget, Node};

/// Stands for what is being typed.
const MARK: &str = "Xq0rolewright0cursor";

/// A cursor, and what is around it.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    /// The document with the mark in it; its places mean nothing.
    pub(super) tree: Node,
    /// Its kind, if it names one.
    pub(super) kind: Option<Kind>,
    /// What the document's schema says of the place: of a key, of the object that has it.
    pub(super) shape: Option<Shape>,
    /// Whether a key is being typed.
    pub(super) is_key: bool,
    /// The keys around it, the outermost first.
    pub(super) around: Vec<String>,
    /// The keys that the same object has already.
    pub(super) siblings: Vec<String>,
    /// What stands before the cursor of the key or value.
    pub(super) written: String,
    /// The bytes of the file that the key or value takes, quotes included.
    pub(super) replaced: Span,
    /// Whether a colon follows already.
    pub(super) has_colon: bool,
}

impl Cursor {
    /// Whether a name is what is being typed.
    pub(super) fn is_mark(name: &str) -> bool {
        name.contains(MARK)
    }
}

/// A document's text with the mark in it.
struct Repaired {
    text: String,
    /// Bytes put in behind the word that is being typed.
    colon: usize,
}

/// What is being typed at a byte of a file's text; none in comments and where nothing can be made of it.
pub(super) fn cursor(text: &str, byte: usize) -> Option<Cursor> {
    let byte = text.floor_char_boundary(byte.min(text.len()));
    let slice = slices(text).into_iter().rfind(|slice| slice.start as usize <= byte)?;
    let own = text.get(slice.start as usize..slice.end as usize)?;
    if own.contains(MARK) || own.len() > Budget::default().bytes {
        return None;
    }
    let at = byte - slice.start as usize;
    attempts(own, at).into_iter().find_map(|repaired| {
        let nodes = yaml::read(FileId(0), &repaired.text, &Budget::default()).ok()?;
        nodes.into_iter().find_map(|tree| found(tree, own, &repaired, slice.start))
    })
}

/// Ways to make the text whole, the one that changes least first.
fn attempts(text: &str, at: usize) -> Vec<Repaired> {
    let (before, after) = text.split_at(at);
    let word = after.len()
        - after.trim_start_matches(|letter: char| letter.is_alphanumeric() || "_-".contains(letter)).len();
    let (word, after) = after.split_at(word);
    let line = after.find(['\n', '\r']).unwrap_or(after.len());
    let closing = closing(before);
    let tails = [after.to_owned(), format!("{}{closing}\n", &after[..line]), format!("{closing}\n")];
    let mut attempts = Vec::new();
    for tail in tails {
        for colon in ["", ":"] {
            let text = format!("{before}{MARK}{word}{colon}{tail}");
            attempts.push(Repaired { text, colon: colon.len() });
        }
    }
    attempts
}

/// The brackets that close what is open.
fn closing(text: &str) -> String {
    let mut open = Vec::new();
    let (mut quote, mut comment, mut previous) = (None, false, '\n');
    for letter in text.chars() {
        match (quote, letter) {
            _ if comment => comment = letter != '\n',
            (Some(mark), _) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '#') if previous.is_whitespace() => comment = true,
            (None, '\'' | '"') if previous.is_whitespace() || "[{,:".contains(previous) => {
                quote = Some(letter)
            }
            (None, '{') => open.push('}'),
            (None, '[') => open.push(']'),
            (None, '}' | ']') => {
                open.pop();
            }
            (None, _) => {}
        }
        previous = letter;
    }
    let quote: String = quote.into_iter().collect();
    quote + &open.into_iter().rev().collect::<String>()
}

/// A step from an object or list to what is in it.
#[derive(Clone)]
enum Step {
    Key(String),
    Item,
}

/// The place of the mark in a tree.
struct Found {
    steps: Vec<Step>,
    is_key: bool,
    name: String,
    span: Span,
    siblings: Vec<String>,
}

fn found(tree: Node, own: &str, repaired: &Repaired, start: u32) -> Option<Cursor> {
    let Found { steps, is_key, name, span, siblings } = marked(&tree)?;
    let at = name.find(MARK)?;
    let kind = kind_of(&tree);
    let shape = kind.and_then(|kind| {
        steps.iter().try_fold(Shape::of(kind), |shape, step| match step {
            Step::Key(key) => shape.key(key),
            Step::Item => shape.item(),
        })
    });
    let around = steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Item => None,
    });
    let around: Vec<String> = around.collect();
    // A quote that was put in to close the text is not in the file.
    let end = (span.end as usize).checked_sub(MARK.len())?.min(own.len());
    let replaced = Span::new(start as usize + span.start as usize, start as usize + end);
    let next = own.get(end..)?.trim_start_matches([' ', '\t']);
    let has_colon = repaired.colon == 0 && next.starts_with(':');
    let written = name[..at].to_owned();
    Some(Cursor { kind, shape, is_key, around, siblings, written, replaced, has_colon, tree })
}

/// Looks for the mark, without recursion: a hostile file may be as deep as the reader lets it.
fn marked(tree: &Node) -> Option<Found> {
    let mut open: Vec<(Vec<Step>, &Node, Vec<String>)> = vec![(Vec::new(), tree, Vec::new())];
    while let Some((steps, node, siblings)) = open.pop() {
        match &node.kind {
            yaml::Kind::Mapping(entries) => {
                let names = || {
                    entries
                        .iter()
                        .filter(|(key, _)| !key.name.contains(MARK))
                        .map(|(key, _)| key.name.to_string())
                };
                if let Some((key, _)) = entries.iter().find(|(key, _)| key.name.contains(MARK)) {
                    return Some(Found {
                        steps,
                        is_key: true,
                        name: key.name.to_string(),
                        span: key.span,
                        siblings: names().collect(),
                    });
                }
                for (key, value) in entries {
                    let inner = steps.iter().cloned().chain([Step::Key(key.name.to_string())]).collect();
                    let siblings = if matches!(value.kind, yaml::Kind::Text(_)) {
                        names().collect()
                    } else {
                        Vec::new()
                    };
                    open.push((inner, value, siblings));
                }
            }
            yaml::Kind::Sequence(items) => {
                for item in items {
                    let inner = steps.iter().cloned().chain([Step::Item]).collect();
                    open.push((inner, item, Vec::new()));
                }
            }
            yaml::Kind::Text(text) if text.contains(MARK) => {
                return Some(Found {
                    steps,
                    is_key: false,
                    name: text.to_string(),
                    span: node.span,
                    siblings,
                });
            }
            yaml::Kind::Text(_)
            | yaml::Kind::Null
            | yaml::Kind::Boolean(_)
            | yaml::Kind::Integer(_)
            | yaml::Kind::Float(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor at `|` in a text.
    fn at(text: &str) -> Option<Cursor> {
        let byte = text.find('|').unwrap();
        cursor(&text.replacen('|', "", 1), byte)
    }

    fn place(text: &str) -> String {
        let Some(cursor) = at(text) else { return "nowhere".to_owned() };
        let what = if cursor.is_key { "key of" } else { "value of" };
        format!(
            "{what} {} after `{}`",
            cursor.shape.map(|shape| shape.name).unwrap_or_default(),
            cursor.written
        )
    }

    const HEAD: &str = "apiVersion: rolewright/v1\nkind: LinkingRules\napplication: crm\n";

    #[test]
    fn keys_and_values_are_found_in_text_that_is_no_yaml_yet() {
        for (text, expected) in [
            ("ru|", "key of LinkingRules after `ru`"),
            ("|", "key of LinkingRules after ``"),
            ("rules:\n  - id: a\n    gr|\n", "key of LinkingRule after `gr`"),
            ("rules:\n  - id: a\n    |\n  - id: b\n", "key of LinkingRule after ``"),
            ("rules:\n  - |\n", "value of LinkingRule after ``"),
            ("rules:\n  - { id: a, gr| }\n", "key of LinkingRule after `gr`"),
            ("rules:\n  - { id: a, grant: { ro|", "key of LinkingRule.grant after `ro`"),
            ("rules:\n  - { id: a, grant: { role: 'ed|", "value of LinkingRule.grant.* after `ed`"),
            ("rules:\n  - id: a\n    when:\n      |\n", "value of Condition after ``"),
            ("rules:\n  - id: a\n    group: Sales tea|m\n", "value of GroupReference after `Sales tea`"),
            ("rules:\n  - id: a\n    gr|oup: Sales\n", "key of LinkingRule after `gr`"),
            ("rules: [ # |\n]", "nowhere"),
            ("precedence: |\nrules: [}\n", "value of Precedence after ``"),
        ] {
            assert_eq!(place(&format!("{HEAD}{text}")), expected, "{text}");
        }
    }

    #[test]
    fn what_is_replaced_is_the_whole_word_with_its_quotes() {
        for (text, replaced) in [
            ("precedence: 'a|ll'\n", "'all'"),
            ("prece|dence: all\n", "precedence"),
            ("precedence: al|\n", "al"),
            ("prece|", "prece"),
        ] {
            let whole = format!("{HEAD}{}", text.replacen('|', "", 1));
            let cursor = at(&format!("{HEAD}{text}")).unwrap();
            let span = cursor.replaced;
            assert_eq!(&whole[span.start as usize..span.end as usize], replaced, "{text}");
        }
    }
}
