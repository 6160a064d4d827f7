//! Hostile values: text that would be markup, a command or a formula for a reader, in the positions where it would work.

use crate::support::hostile::HOSTILE;
use std::collections::BTreeSet;

/// Further values, beside the names of `plan_faces`.
const SEEDS: &[&str] = &[
    // Markdown
    "====",
    "+ list",
    "- - -",
    "    indented",
    "~~~",
    "[^1]",
    "[^1]: note",
    "[x]: <javascript:alert(1)> 'y'",
    "![][x]",
    "[![a](b)](c)",
    "| a |\n|---|\n| b |",
    "> [!WARNING]\n> x",
    "$$x$$",
    "{{ x }}",
    "__x__",
    "_x_",
    "<!-- x -->",
    "<?php x ?>",
    "<![CDATA[x]]>",
    "&lt;b&gt;",
    "&#x3c;b&#x3e;",
    "&copy;",
    "javascript:alert(1)",
    "tel:+4533112201",
    "mailto:a@b.example",
    "ftp://evil.example",
    "xmpp:a@b.example",
    "\\[a\\](b)",
    "term\n: definition",
    ":+1:",
    // Forges
    "contoso/app@d1bb7c1f00d1bb7c1f00d1bb7c1f00d1bb7c1f00",
    "!123",
    "%123",
    "~label",
    "&1",
    "/close",
    "/merge",
    "@octo-org/team",
    "Closes #1",
    "Fixes contoso/app#1",
    "```suggestion\nx\n```",
    "Co-authored-by: A <a@b.example>",
    // Commands to CI
    "::add-mask::x",
    "::stop-commands::x",
    "::debug file=a::x",
    "##[group]x",
    "##[error]x",
    "##[add-mask]x",
    "x##[endgroup]",
    "##vso[task.setvariable variable=a]b",
    "###[warning]x",
    "##[##[error]x",
    "%0A::error::x",
    "section_start:1:a[collapsed=true]\r",
    // Terminals
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}P1;1|x\u{1b}\\",
    "\u{1b}[1A\u{1b}[2K",
    "\u{8}\u{8}\u{8}x",
    "\u{7f}",
    "\u{0}",
    "\u{9d}52;c;eA==\u{9c}",
    "x\ry",
    // Scripts
    "\u{61}\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}",
    "\u{fffd}",
    "\\ud83d",
    "%ud83d",
    "\u{e0041}\u{e0042}",
    "\u{feff}x",
    "\u{2029}x",
    "\u{ad}",
    "\u{61c}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\u{3000}::error::x",
    "\u{a0}##[error]x",
    // Spreadsheets
    "=cmd|' /C calc'!A0",
    "\"x\",\"=1+1\"",
];

/// The texts around each value.
const CONTEXTS: [&str; 4] = ["{}", "x {}{}", "x\n{}", "  `{}`\n"];

/// Values of no particular kind.
fn others() -> Vec<String> {
    let runs = (1..20).map(|count| format!("{0} x {0}", "`".repeat(count)));
    let controls =
        (0..0x20).chain(0x7f..0xa0).filter_map(char::from_u32).map(|letter| format!("a{letter}::error::b"));
    let long = ["x", "é", "`", "|", "=", "\u{1f600}", "**", "::"].map(|text| text.repeat(2_000));
    runs.chain(controls).chain(long).collect()
}

/// All values, without duplicates.
pub(super) fn values() -> Vec<String> {
    let seeds = || HOSTILE.iter().chain(SEEDS);
    let in_places = CONTEXTS.iter().flat_map(|context| seeds().map(|seed| context.replace("{}", seed)));
    let all: BTreeSet<String> = in_places.chain(others()).filter(|place| !place.trim().is_empty()).collect();
    all.into_iter().collect()
}

#[test]
fn there_are_hundreds_of_values() {
    assert!(values().len() > 600, "{}", values().len());
}
