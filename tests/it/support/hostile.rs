//! Hostile text, and plans that contain it wherever data can be.

use crate::support::world::{Account, Person, World, policies};
use rolewright::plan::Plan;
use rolewright::policy::PolicySet;
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

/// Names that try to be more than text.
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

/// A plan that contains a text wherever data can be: names, values, rights, groups, ids, reports.
pub(crate) fn plan_of(text: &str) -> Plan {
    world_of(text).plan(&SET)
}

/// The policies of such plans.
pub(crate) static SET: LazyLock<PolicySet> = LazyLock::new(|| policies(POLICIES));

/// A world that contains a text wherever data can be.
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
