//! One person as a page to look at: one HTML file without scripts that loads nothing.

use super::{framed, text};
use crate::plan::{Difference, Explanation, InGroup, RightExplanation, Standing, Step};
use crate::render::escape::visible;
use crate::render::explanation::{RuleTexts, nearest, standing, told, whom};
use std::fmt::Write;

/// One person in one application, under one version of the policies.
#[derive(Clone, Copy, Debug)]
pub struct PersonPart<'p> {
    /// The application, and which version of the policies, where there are two.
    pub title: &'p str,
    /// The explanation.
    pub explanation: &'p Explanation,
    /// What rules say.
    pub texts: &'p RuleTexts,
    /// What differs from the version before; none: there is one version.
    pub differences: Option<&'p [Difference]>,
}

/// The page about one person. `summary` is data, as everything in the parts; it has no script, and its content security policy
/// allows none.
pub fn person(name: &str, summary: &str, parts: &[PersonPart<'_>]) -> String {
    let title = format!("Why {name} has these rights");
    let content: String = parts.iter().map(part).collect();
    framed(&shown(&title), &shown(summary), &content, None)
}

/// Data as text between tags.
fn shown(data: &str) -> String {
    text(&visible(data))
}

/// Words of ours as text between tags: what stands between backticks is code.
fn worded(words: &str) -> String {
    let escaped = shown(words);
    let parts: Vec<&str> = escaped.split('`').collect();
    let Some((last, paired)) = parts.split_last().filter(|(_, paired)| paired.len() % 2 == 0) else {
        return escaped;
    };
    let code = |pair: &[&str]| format!("{}<code>{}</code>", pair[0], pair[1]);
    paired.chunks_exact(2).map(code).chain([(*last).to_owned()]).collect()
}

fn part(part: &PersonPart<'_>) -> String {
    let PersonPart { title, explanation, texts, differences } = *part;
    let mut html = format!("<section>\n<h2>{}</h2>\n", shown(title));
    push(&mut html, &format!("<p class=\"soft\">{}</p>", worded(&whom(explanation))));
    if let Some(differences) = differences {
        push(&mut html, &differing(differences));
    }
    if !explanation.groups.is_empty() {
        let group = |InGroup { directory, id, name, is_role }: &InGroup| {
            let kind = if *is_role { "role" } else { "group" };
            let cells = [name, kind, directory, id].map(|cell| format!("<td>{}</td>", shown(cell)));
            format!("<tr>{}</tr>", cells.concat())
        };
        let rows: String = explanation.groups.iter().map(group).collect();
        push(&mut html, &table("Groups that rules name", &["Name", "Kind", "Directory", "Id"], &rows));
    }
    if !explanation.rights.is_empty() {
        push(&mut html, "<h3>Rights</h3>");
    }
    let (told, missing): (Vec<_>, Vec<_>) = explanation
        .rights
        .iter()
        .partition(|right| right.standing != Standing::Missing || right.held || right.missing.is_some());
    told.iter().for_each(|it| push(&mut html, &right(it, texts)));
    if !missing.is_empty() {
        let rows: String = missing.iter().map(|right| missing_row(right)).collect();
        push(&mut html, &table("Rights that are missing", &["Right", "Why"], &rows));
    }
    let rows: String = explanation.steps.iter().map(step).collect();
    push(&mut html, &table("Everything else, in order of evaluation", &["Step", "Answer", "Policy"], &rows));
    push(&mut html, "</section>");
    html
}

fn table(caption: &str, headings: &[&str], rows: &str) -> String {
    let headings: String =
        headings.iter().map(|heading| format!("<th scope=\"col\">{heading}</th>")).collect();
    format!(
        "<table><caption class=\"soft\">{caption}</caption><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn right(right: &RightExplanation, texts: &RuleTexts) -> String {
    let class = match right.standing {
        Standing::Given => "gives",
        Standing::Withheld => "changes",
        Standing::Lost | Standing::Missing => "takes",
    };
    let mut html = format!(
        "<h4><code>{}</code> <span class=\"{class}\">{}</span></h4>\n",
        shown(&right.right.to_string()),
        worded(&standing(right))
    );
    for giver in &right.givers {
        push(&mut html, &format!("<p>{}</p>", worded(&told(giver))));
        let rules = std::iter::once(&giver.rule).chain(giver.fate.rules());
        for rule in rules.filter_map(|rule| texts.get(rule)) {
            let lines: Vec<String> = rule.lines().map(shown).collect();
            push(&mut html, &format!("<pre><code>{}</code></pre>", lines.join("\n")));
        }
    }
    if right.more > 0 {
        push(&mut html, &format!("<p class=\"soft\">nor by {} more that do not fit</p>", right.more));
    }
    for line in right.missing.iter().flat_map(nearest) {
        push(&mut html, &format!("<p><strong>{}</strong></p>", worded(&line)));
    }
    html
}

fn missing_row(right: &RightExplanation) -> String {
    let why: Vec<String> = right.givers.iter().map(|giver| worded(&told(giver))).collect();
    format!("<tr><td><code>{}</code></td><td>{}</td></tr>", shown(&right.right.to_string()), why.join("<br>"))
}

fn step(step: &Step) -> String {
    let place = step.origin.as_ref().filter(|origin| !origin.path.is_empty());
    let place = place.map_or(String::new(), |origin| format!("{}:{}", origin.path, origin.line));
    let cells = [&step.title, &step.answer, &place].map(|cell| format!("<td>{}</td>", worded(cell)));
    format!("<tr>{}</tr>", cells.concat())
}

fn differing(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return "<p>Nothing differs for this person.</p>".to_owned();
    }
    let side = |said: &Option<String>| worded(said.as_deref().unwrap_or("nothing"));
    let row = |Difference { what, before, after }: &Difference| {
        format!("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", worded(what), side(before), side(after))
    };
    let rows: String = differences.iter().map(row).collect();
    table("What differs", &["What", "Before", "After"], &rows)
}

fn push(html: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(html, "{line}");
}
