//! What each code of a finding, an error or a guard means: the sections of the reference, for terminals and for code-scanning views.
//!
//! The pages are part of the program, so that they are those of this version.

mod plain;

use crate::model::nearest;
use plain::{markup, wrapped};
use std::fmt::Write;

/// The pages, in the order in which people meet what they tell of.
const PAGES: [&str; 5] = [
    include_str!("../../../docs/reference/codes/yaml.md"),
    include_str!("../../../docs/reference/codes/check.md"),
    include_str!("../../../docs/reference/lint.md"),
    include_str!("../../../docs/reference/codes/data.md"),
    include_str!("../../../docs/reference/codes/run.md"),
];

/// What the reference says of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The code: `check/limits`.
    pub code: &'static str,
    /// Its section as Markdown, without the heading.
    pub markdown: &'static str,
}

impl Section {
    /// The section as plain text in lines of at most `width` characters; examples keep their lines.
    pub fn text(&self, width: usize) -> String {
        format!("{}\n\n{}", self.code, plain::text(self.markdown, width))
    }

    /// The first sentence of what the code means, as plain text in one line.
    pub fn gist(&self) -> String {
        let paragraph = self.markdown.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let paragraph = markup(&paragraph);
        paragraph.split_once(". ").map_or(paragraph.clone(), |(first, _)| format!("{first}."))
    }

    /// The family of the code: `check`.
    fn family(&self) -> &'static str {
        self.code.split('/').next().unwrap_or_default()
    }
}

/// The sections of all codes, in the order of the pages.
pub fn sections() -> Vec<Section> {
    let parts = PAGES.iter().flat_map(|page| page.split("\n## ").skip(1));
    let section = |part: &'static str| {
        let (code, markdown) = part.split_once('\n').unwrap_or((part, ""));
        Section { code: code.trim(), markdown: markdown.trim() }
    };
    parts.map(section).collect()
}

/// The section of a code. The family may be left out where no other family has the same word, and a code may be pasted as a run
/// shows it: `error[run/key]`.
///
/// # Errors
/// No code is so called; the text says which one may be meant.
pub fn find(name: &str) -> Result<Section, String> {
    let all = sections();
    let bare = name.trim().trim_start_matches("error").trim_matches(['[', ']', '(', ')', ':', '`']);
    if let Some(section) = all.iter().find(|section| section.code.eq_ignore_ascii_case(bare)) {
        return Ok(*section);
    }
    let ends = |section: &&Section| section.code.split_once('/').is_some_and(|(_, word)| word == bare);
    let words: Vec<&Section> = all.iter().filter(ends).collect();
    match words.as_slice() {
        [section] => return Ok(**section),
        [] => {}
        several => {
            let codes: Vec<String> = several.iter().map(|section| format!("`{}`", section.code)).collect();
            return Err(format!("did you mean {}?", codes.join(" or ")));
        }
    }
    let codes: Vec<&str> = all.iter().map(|section| section.code).collect();
    Err(match nearest(bare, &codes) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`rolewright explain-code` lists all codes".to_owned(),
    })
}

/// All codes by family, each with its first sentence, in lines of at most `width` characters.
pub fn list(width: usize) -> String {
    let (mut text, mut family) = (String::new(), "");
    for section in sections() {
        if section.family() != family {
            family = section.family();
            // Writing to a string cannot fail.
            let _ =
                write!(text, "{}{family}: {}\n\n", if text.is_empty() { "" } else { "\n" }, about(family));
        }
        let _ = writeln!(text, "  {}\n{}", section.code, wrapped(&section.gist(), width, "      "));
    }
    text.push_str("\n`rolewright explain-code CODE` says more about one of them.\n");
    text
}

/// What the codes of a family tell of.
fn about(family: &str) -> &'static str {
    match family {
        "yaml" => "the file is not the YAML that Rolewright reads",
        "schema" => "a document does not have the keys and values of its kind",
        "check" => "policies contradict themselves or each other, or name something that does not exist",
        "lint" => "policies are valid, and surely not meant",
        "data" => "the data of a directory or an application do not fit the policies",
        "guard" => "a guard refuses a run",
        "change" => "`apply` did not make a change",
        _ => "an error ends a run",
    }
}

/// The line after findings that says where to read more about the first of these codes.
pub fn hint(code: &str) -> String {
    format!("for more about this: rolewright explain-code {code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_says_what_to_do_and_fits() {
        for section in sections() {
            assert!(
                section.markdown.split("\n\n").any(|part| part.starts_with("**What to do:**")),
                "{}",
                section.code
            );
            assert!(
                !section.gist().is_empty() && section.gist().ends_with('.'),
                "{}: {}",
                section.code,
                section.gist()
            );
            for line in section.text(80).lines() {
                assert!(line.starts_with("    ") || line.chars().count() <= 80, "{}: {line}", section.code);
            }
        }
    }

    #[test]
    fn a_code_is_found_as_it_is_shown() {
        let code = |name: &str| find(name).map(|section| section.code);
        assert_eq!(code("run/key"), Ok("run/key"));
        assert_eq!(code("error[run/key]:"), Ok("run/key"));
        assert_eq!(code("grant-scope"), Ok("check/grant-scope"));
        assert_eq!(
            code("same-person"),
            Err("did you mean `check/same-person` or `data/same-person`?".to_owned())
        );
        assert_eq!(code("check/grant-scpe"), Err("did you mean `check/grant-scope`?".to_owned()));
        assert_eq!(code("zzzzzzzzz"), Err("`rolewright explain-code` lists all codes".to_owned()));
    }
}
