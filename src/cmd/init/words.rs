//! The words that are filled in: checked, so that no word becomes more than a word where it stands.

use crate::cmd::args::{Forge, InitArguments};
use crate::cmd::exit::Stop;
use regex::Regex;

/// Stands for who owns Rolewright, or a team, until somebody says.
const OWNER: &str = "OWNER";
/// Stands for a commit until somebody names one.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// What is filled in.
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
    /// The words of the command line, and stand-ins for those left out.
    ///
    /// # Errors
    /// When one is not of its form: it is written into workflows.
    pub(super) fn of(arguments: &InitArguments) -> Result<Self, Stop> {
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
            forge: arguments.forge,
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

    /// The text with its words filled in.
    pub(super) fn fill(&self, text: &str) -> String {
        let words = [
            ("@branch@", &self.branch),
            ("@source@", &self.source),
            ("@url@", &self.url),
            ("@rev@", &self.commit),
            ("@help-desk@", &self.help_desk),
            ("@security@", &self.security),
        ];
        words.iter().fold(text.to_owned(), |text, (mark, word)| text.replace(mark, word))
    }

    /// What still has to be filled in, for people; empty where nothing has.
    pub(super) fn open(&self) -> String {
        if self.forge == Forge::None {
            return String::new();
        }
        let from = self.source.starts_with(OWNER) || self.commit == NO_COMMIT;
        let owners = [&self.help_desk, &self.security].iter().any(|team| team.starts_with("@OWNER"));
        let open = [
            (from, "where CI gets Rolewright from (`--source`, `--commit`)"),
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
        Err(Stop::error(format!("`{flag}`: `{}` is not {expected}", word.escape_debug())))
    }
}
