//! What a directory says is hostile text: whatever the faces of a plan are read by sees text and nothing else.

use crate::world::{Account, Person, World, policies};
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rolewright::plan::Plan;
use rolewright::policy::PolicySet;
use rolewright::render::plan::{Shown, Style, lists, markdown, terminal, tsv};
use rolewright::render::report::RunReport;
use std::sync::LazyLock;

const POLICIES: &str = "{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, secretPrefixes: [ROLEWRIGHT_] }
---
{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: { people: people.yaml } }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: app.db }
directories: [{ name: contoso }]
attributes: { note: {} }
entitlements: { role: { missing: create } }
---
apiVersion: rolewright/v1
kind: LinkingRules
application: app
rules:
  - { id: teams, group: { pattern: 'Team {role}', optional: true }, grant: { role: '{role}' } }
---
{ apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: [{ id: noted, when: { account: note, equals: hands off }, reason: Noted }] }
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes:
  userName: { from: mailNickname, whenEmpty: block }
  email: mail
  city: { from: city, authority: never }
---
{ apiVersion: rolewright/v1, kind: Lifecycle, application: app, scope: { always: true }, deleted: delete, outOfScope: deactivate, disabled: keep, adoption: allow }
";

/// Names that want to be more than names.
pub(crate) const HOSTILE: [&str; 66] = [
    "`",
    "``",
    "```",
    "````\n",
    "`` ` ``",
    "a`b",
    " `a` ",
    "`a",
    "a`",
    "\\`",
    "&#96;",
    "|",
    "a | b",
    "|---|",
    "\\|",
    "@contoso/admins",
    "@everyone",
    "#123",
    "contoso/app#1",
    "GH-1",
    "d1bb7c1f00d1bb7c1f00d1bb7c1f00d1bb7c1f00",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</details>",
    "</summary>",
    "<!--",
    "-->",
    "<a href=x>",
    "[a](https://evil.example)",
    "![a](https://evil.example/x.png)",
    "[a]: https://evil.example",
    "[a][b]",
    "https://evil.example",
    "www.evil.example",
    "<https://evil.example>",
    "mail@evil.example",
    "<mail@evil.example>",
    "# heading",
    "- [x] done",
    "* list",
    "1. list",
    "> quote",
    "---",
    "***",
    "___",
    "**bold**",
    "$x^2$",
    ":tada:",
    "~~x~~",
    "a\nb",
    "a\r\nb",
    "\n\n# heading",
    "\n\n<img src=x>",
    "a\tb",
    "\u{1b}[31mred",
    "\u{1b}]8;;https://evil.example\u{7}x",
    "\u{9b}31m",
    "\u{85}",
    "\u{202e}gpj.exe",
    "\u{2066}x\u{2069}",
    "\u{200b}",
    "\u{2028}::error::x",
    "::error::x",
    "\n::set-output name=x::y",
    "=HYPERLINK(\"https://evil.example\")",
    "\u{ff1d}1+1",
];

/// A plan that says a text wherever data can stand: names, values, rights, groups, ids, reports.
pub(crate) fn plan_of(text: &str) -> Plan {
    world_of(text).plan(&SET)
}

/// The policies of such plans.
pub(crate) static SET: LazyLock<PolicySet> = LazyLock::new(|| policies(POLICIES));

/// A world in which a text stands wherever data can.
pub(crate) fn world_of(text: &str) -> World {
    let mut world = World::default();
    let person = |mail: &str, nick: &str| {
        let values =
            [("mail", mail.to_owned()), ("mailNickname", nick.to_owned()), ("city", text.to_owned())];
        let values = values.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Person { values, enabled: true }
    };
    world.people.insert(format!("new{text}"), person(text, text));
    world.people.insert("adopted".to_owned(), person("adopted", "adopted"));
    world.people.insert("changed".to_owned(), person("changed", &format!("{text}2")));
    world.people.insert(format!("same{text}"), person(&format!("x{text}"), &format!("3{text}")));
    world.people.insert("same".to_owned(), person(&format!("x{text}"), &format!("4{text}")));
    world.groups.push(format!("Team {text}"));
    world.members.insert((format!("Team {text}"), "changed".to_owned()));
    for (id, link, mail, note) in [
        (format!("a1{text}"), None, "adopted", ""),
        ("a2".to_owned(), Some("changed"), "changed", ""),
        (format!("a3{text}"), Some("gone"), text, ""),
        ("a4".to_owned(), Some(text), "", "hands off"),
        (format!("{text}a5"), None, text, ""),
    ] {
        let values =
            [("userName", format!("{text}{id}")), ("email", mail.to_owned()), ("note", note.to_owned())];
        let values = values.into_iter().filter(|(_, value)| !value.is_empty());
        let values = values.map(|(name, value)| (name.to_owned(), value)).collect();
        let account = Account {
            link: link.map(ToOwned::to_owned),
            active: true,
            values,
            rights: [text.to_owned()].into(),
        };
        world.accounts.insert(id, account);
    }
    world
}

/// What a reader of Markdown makes of the face of a plan, besides what the face itself says.
fn markdown_is_only_text(plan: &Plan) -> Result<(), String> {
    let refusals = crate::plan::refusals(&SET.applications[0], plan);
    only_our_nodes(&markdown(&Shown { plan, refusals: &refusals }))
}

/// Whether a reader of Markdown finds only what faces write themselves, and data in code spans.
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
            // Outside code spans stand only words of the face itself, in which no letter begins something.
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

/// The faces that are plain text: a terminal's, the lists, the body of a mail.
fn terminal_is_only_text(plan: &Plan) -> Result<(), String> {
    let shown = Shown { plan, refusals: &[] };
    let everybody: Vec<_> = plan.changes.iter().map(|change| change.subject.clone()).collect();
    let lists = lists(&shown, &everybody);
    let report = RunReport { problem: Some(&lists), ..RunReport::of_plan(&shown) };
    let text = terminal(&shown, Style { colour: false, full: true }) + &lists + &report.text();
    let bad = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let command = text.lines().find(|line| line.starts_with("::"));
    match (text.chars().find(bad), command) {
        (None, None) => Ok(()),
        (letter, _) => Err(format!("{letter:?} in\n{text}")),
    }
}

fn tsv_is_a_table(plan: &Plan) -> Result<(), String> {
    let text = tsv(&Shown { plan, refusals: &[] });
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let formula = cells.iter().any(|cell| {
            cell.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        });
        if cells.len() != 5
            || formula
            || line.contains(char::is_control) && line.replace('\t', "").contains(char::is_control)
        {
            return Err(format!("{line:?}"));
        }
    }
    Ok(())
}

fn every_face(text: &str) -> Result<(), String> {
    let plan = plan_of(text);
    assert!(plan.changes.len() >= 4 && plan.reports.len() >= 3, "{text:?}: {plan:#?}");
    markdown_is_only_text(&plan)?;
    terminal_is_only_text(&plan)?;
    tsv_is_a_table(&plan)
}

#[test]
fn hostile_names_are_text_on_every_face() {
    let wrong: Vec<String> = HOSTILE.iter().filter_map(|text| every_face(text).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), HOSTILE.len(), wrong.join("\n---\n"));
}

#[test]
fn a_face_says_what_the_data_says() {
    let plan = plan_of("@contoso/admins");
    let shown = Shown { plan: &plan, refusals: &[] };
    for face in [markdown(&shown), terminal(&shown, Style::default()), tsv(&shown)] {
        assert!(face.contains("@contoso/admins"), "{face}");
    }
    assert!(markdown(&shown).contains("`@contoso/admins`"));
    assert!(tsv(&shown).contains("\tnew@contoso/admins\t"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_is_text_on_every_face(text in "[`|@#<>\\[\\]()!&*_~:$=+\\-\\\\ a\\n\\r\\t\u{1b}\u{9b}\u{202e}\u{2028}]{1,12}") {
        prop_assert_eq!(every_face(&text), Ok(()));
    }
}
