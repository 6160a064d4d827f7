//! Markdown of the reference as plain text: paragraphs, examples and lists are all that it has.

/// What begins and ends an example.
const FENCE: &str = "```";

/// Sections of a page as plain text. Examples are indented, with `wrong` or `right` before them where the page says it.
pub(super) fn text(markdown: &str, width: usize) -> String {
    let (mut parts, mut paragraph, mut example) = (Vec::new(), Vec::new(), None::<Vec<String>>);
    for line in markdown.lines() {
        match (&mut example, line.strip_prefix(FENCE)) {
            (None, Some(kind)) => {
                end(&mut parts, &mut paragraph, width);
                let label = kind.split(' ').find(|word| ["wrong", "right"].contains(word));
                example = Some(label.map(|label| format!("{label}:")).into_iter().collect());
            }
            (Some(lines), Some(_)) => {
                parts.push(lines.join("\n"));
                example = None;
            }
            (Some(lines), None) => lines.push(format!("    {line}").trim_end().to_owned()),
            (None, None) if line.trim().is_empty() => end(&mut parts, &mut paragraph, width),
            (None, None) if line.starts_with("- ") => {
                end(&mut parts, &mut paragraph, width);
                paragraph.push(line.to_owned());
            }
            (None, None) => paragraph.push(line.trim().to_owned()),
        }
    }
    end(&mut parts, &mut paragraph, width);
    parts.join("\n\n") + "\n"
}

fn end(parts: &mut Vec<String>, paragraph: &mut Vec<String>, width: usize) {
    if !paragraph.is_empty() {
        parts.push(wrapped(&markup(&paragraph.join(" ")), width, ""));
        paragraph.clear();
    }
}

/// Text without the signs of Markdown: `**bold**` is plain, a link is its text. Names in backticks keep them.
pub(super) fn markup(text: &str) -> String {
    let mut plain = String::new();
    for (nth, piece) in text.split('`').enumerate() {
        if nth > 0 {
            plain.push('`');
        }
        // Between backticks everything is as it stands.
        if nth % 2 == 1 {
            plain.push_str(piece);
        } else {
            plain.push_str(&links(&piece.replace("**", "")));
        }
    }
    plain
}

fn links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once("](").and_then(|(label, more)| Some((label, more.split_once(')')?.1))) {
            Some((label, more)) => {
                plain.push_str(label);
                rest = more;
            }
            None => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

/// Words in lines of at most `width` characters, each after `indent`; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_examples_and_links() {
        let markdown = "One `[a](b)` and\n[two](three.md) words.\n\n```yaml wrong\nkind: X\n\na: 1\n```\n\n**What to do:** it.";
        let expected = "One `[a](b)` and two\nwords.\n\nwrong:\n    kind: X\n\n    a: 1\n\nWhat to do: it.\n";
        assert_eq!(text(markdown, 20), expected);
    }
}
