//! The text of a rule, as its author wrote it: for explanations, beside file and line.

use crate::model::{SourceSet, Span};
use crate::policy::Origin;
use crate::yaml::{self, Budget, Kind, Node};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a rule that are given at most.
const MOST_LINES: usize = 20;

/// The lines of each of these rules, without the indentation that they have in common. A rule is left out where its file is not
/// one of these, or has nothing there.
pub fn rule_texts(sources: &SourceSet, rules: BTreeSet<&Origin>) -> BTreeMap<Origin, String> {
    let mut files: BTreeMap<&str, Option<(&str, Vec<Node>)>> = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for rule in rules {
        let read = files.entry(&rule.path).or_insert_with(|| {
            let id = sources.find(&rule.path)?;
            let text = &sources.file(id).text;
            Some((text, yaml::read(id, text, &Budget::default()).ok()?))
        });
        let Some((text, nodes)) = read else { continue };
        if let Some(span) = nodes.iter().find_map(|node| entry(node, rule.span)) {
            texts.insert(rule.clone(), outdented(text, span));
        }
    }
    texts
}

/// What stands around a place: the object whose `id` it is, else the key with its value.
fn entry(node: &Node, at: Span) -> Option<Span> {
    match &node.kind {
        Kind::Sequence(items) => items.iter().find_map(|item| entry(item, at)),
        Kind::Mapping(entries) => entries.iter().find_map(|(key, value)| {
            let whole = Span { start: key.span.start, end: value.span.end };
            if contains(key.span, at) {
                return Some(whole);
            }
            if !contains(value.span, at) {
                return None;
            }
            let around = if &*key.name == "id" { node.span } else { whole };
            entry(value, at).or(Some(around))
        }),
        Kind::Null | Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Text(_) => None,
    }
}

fn contains(span: Span, other: Span) -> bool {
    span.start <= other.start && other.end <= span.end && span != Span::default()
}

fn outdented(text: &str, span: Span) -> String {
    let (start, end) = (span.start as usize, (span.end as usize).min(text.len()));
    let written = text.get(start..end).unwrap_or_default().trim_end();
    let column = start - text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let cut = |line: &str| {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count().min(column);
        line[spaces..].trim_end().to_owned()
    };
    let mut lines = written.lines();
    let first = lines.next().unwrap_or_default().trim_end().to_owned();
    let mut all: Vec<String> = std::iter::once(first).chain(lines.map(cut)).collect();
    if all.len() > MOST_LINES {
        all.truncate(MOST_LINES - 1);
        all.push("...".to_owned());
    }
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Position, SourceFile};

    const TEXT: &str = "kind: LinkingRules
rules:
  - { id: agents, group: Agents, grant: { role: agent } } # in one line
  - id: others
    group: Others
    grant:
      role: other
attributes:
  phone: { from: mobile }
scope:
  group: Everybody
";

    fn told(written: &str) -> Option<String> {
        let file = SourceFile { path: "a.yaml".to_owned(), text: TEXT.to_owned() };
        let sources = SourceSet::new(None, String::new(), vec![file]);
        let start = TEXT.find(written)?;
        let span = Span::new(start, start + written.len());
        let rule = Origin::new("LinkingRules", "", "a.yaml", Position { line: 1, column: 1 }, span);
        rule_texts(&sources, [&rule].into()).remove(&rule)
    }

    #[test]
    fn a_rule_is_all_of_its_object_and_a_setting_its_key_with_its_value() {
        let one_line = "{ id: agents, group: Agents, grant: { role: agent } }";
        assert_eq!(told("agents").as_deref(), Some(one_line));
        assert_eq!(told("others").as_deref(), Some("id: others\ngroup: Others\ngrant:\n  role: other"));
        assert_eq!(told("phone").as_deref(), Some("phone: { from: mobile }"));
        assert_eq!(told("group: Everybody").as_deref(), Some("scope:\n  group: Everybody"));
    }
}
