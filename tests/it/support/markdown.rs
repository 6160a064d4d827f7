//! Checks our Markdown with a Markdown parser.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Checks that a parser finds only the markup that our outputs write themselves, and data only in code spans.
pub(crate) fn only_our_nodes(text: &str) -> Result<(), String> {
    let mut in_block = false;
    for event in Parser::new_ext(text, Options::all()) {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(words))) = &event {
            in_block = &**words == "diff";
        }
        let bad = match &event {
            Event::Start(Tag::CodeBlock(_)) => !in_block,
            Event::End(TagEnd::CodeBlock) => !std::mem::take(&mut in_block),
            Event::Text(text) if in_block => {
                text.contains(|letter: char| letter.is_control() && letter != '\n')
            }
            Event::Start(tag) => !matches!(
                tag,
                Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::Strong
                    | Tag::Emphasis
                    | Tag::HtmlBlock
            ),
            Event::Html(html) | Event::InlineHtml(html) => !is_our_own(html),
            // Outside code spans there are only the output's own words, in which no character begins markup.
            Event::Text(text) => {
                text.contains(['@', '#', '<', '`', '|', '[', '$', '\u{1b}', '\u{202e}'])
                    || text.contains("://")
                    || text.contains("www.")
            }
            Event::Code(code) => code.contains(['\n', '\u{1b}', '\u{202e}', '\u{2066}', '\u{9b}']),
            Event::Rule | Event::HardBreak | Event::FootnoteReference(_) | Event::TaskListMarker(_) => true,
            Event::InlineMath(_) | Event::DisplayMath(_) => true,
            Event::End(_) | Event::SoftBreak => false,
        };
        if bad {
            return Err(format!("{event:?} in\n{text}"));
        }
    }
    Ok(())
}

fn is_our_own(html: &str) -> bool {
    let mut rest = html.trim().to_owned();
    for tag in ["details", "summary", "sub"] {
        rest = rest.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
    }
    !rest.contains(['<', '>', '&'])
}
