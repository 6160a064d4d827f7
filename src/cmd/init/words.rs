//! The words that are inserted into templates, checked so that each stays a single word.

use crate::cmd::args::InitArguments;
use crate::cmd::choices::Forge;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::model::placeholder::{NO_CHECKSUM, NO_COMMIT, OWNER};
use regex::Regex;

/// The words to insert.
#[derive(Debug)]
pub(super) struct Words {
    branch: String,
    source: String,
    url: String,
    commit: String,
    help_desk: String,
    security: String,
    forge: Forge,
}

impl Words {
    /// The words from the command line, and placeholders for omitted ones.
    ///
    /// # Errors
    /// A word has another form than allowed; words become part of workflows.
    pub(super) fn of(arguments: &InitArguments, forge: Forge) -> Result<Self, Stop> {
        let source = arguments.source.clone().unwrap_or_else(|| format!("{OWNER}/rolewright"));
        let source = source.trim_end_matches('/').trim_end_matches(".git").to_owned();
        let url =
            if source.contains("://") { source.clone() } else { format!("https://github.com/{source}") };
        let source = source.trim_start_matches("https://github.com/").to_owned();
        let team =
            |given: &Option<String>, name: &str| given.clone().unwrap_or_else(|| format!("@{OWNER}/{name}"));
        let words = Self {
            branch: fits(
                "--branch",
                &arguments.branch,
                r"[A-Za-z0-9_][A-Za-z0-9._/-]*",
                "a branch, such as `main`",
            )?,
            url: fits("--source", &url, r"https://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~-]+)+", URL)?,
            source,
            commit: arguments.commit.clone().unwrap_or_else(|| NO_COMMIT.to_owned()),
            help_desk: team(&arguments.help_desk, "help-desk"),
            security: team(&arguments.security, "security"),
            forge,
        };
        if words.forge == Forge::Github {
            fits(
                "--source",
                &words.source,
                r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+",
                "a repository on GitHub, `OWNER/NAME`",
            )?;
        }
        fits("--commit", &words.commit, "[0-9a-f]{40}", "a whole commit id, 40 digits: a tag can be moved")?;
        fits("--help-desk", &words.help_desk, TEAM, "a user or team, such as `@company/help-desk`")?;
        fits("--security", &words.security, TEAM, "a user or team, such as `@company/security`")?;
        Ok(words)
    }

    /// The text with its words inserted.
    pub(super) fn fill(&self, text: &str) -> String {
        let words: [(&str, &str); 8] = [
            ("@branch@", &self.branch),
            ("@source@", &self.source),
            ("@url@", &self.url),
            ("@rev@", &self.commit),
            ("@version@", env!("CARGO_PKG_VERSION")),
            ("@checksum@", NO_CHECKSUM),
            ("@help-desk@", &self.help_desk),
            ("@security@", &self.security),
        ];
        words.iter().fold(text.to_owned(), |text, (mark, word)| text.replace(mark, word))
    }

    /// The placeholders that remain, for people; empty if there are none.
    pub(super) fn open(&self) -> String {
        if self.forge == Forge::None {
            return String::new();
        }
        let from = self.source.starts_with(OWNER) || self.commit == NO_COMMIT;
        let owners =
            [&self.help_desk, &self.security].iter().any(|team| team.starts_with(&format!("@{OWNER}/")));
        let gitlab = self.forge == Forge::Gitlab;
        let open = [
            (from && !gitlab, "where CI gets Rolewright from (`--source`, `--commit`)"),
            (gitlab && self.source.starts_with(OWNER), "where CI gets Rolewright from (`--source`)"),
            (gitlab, "the checksum of the release that CI gets (`ROLEWRIGHT_SHA256` in `.gitlab-ci.yml`)"),
            (owners, "the owners (`--help-desk`, `--security`)"),
        ];
        let open: Vec<&str> = open.iter().filter(|(is_open, _)| *is_open).map(|(_, what)| *what).collect();
        open.join(", ")
    }
}

const URL: &str =
    "`OWNER/NAME` on GitHub, or an address such as `https://git.company.example/tools/rolewright`";
const TEAM: &str = "@[A-Za-z0-9][A-Za-z0-9._/-]*";

fn fits(flag: &str, word: &str, pattern: &str, expected: &str) -> Result<String, Stop> {
    let fits = Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(word))
        && !word.contains("..");
    if fits {
        Ok(word.to_owned())
    } else {
        Err(Stop::new(Code::Argument, format!("`{flag}`: `{}` is not {expected}", word.escape_debug())))
    }
}
