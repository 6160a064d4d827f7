//! The workflows that CI runs: whether they name a commit of Rolewright that there can be.

use super::line::{Line, Outcome, Step};
use crate::model::placeholder::{NO_COMMIT, OWNER};

/// The line of the workflows, each with its path and text; none if there are none.
pub fn workflows(subject: &str, files: &[WorkflowFile]) -> Option<Line> {
    if files.is_empty() {
        return None;
    }
    let open = files.iter().find_map(|file| {
        let line = file.text.lines().position(is_open)?;
        Some(format!("`{}:{}`", file.path, line + 1))
    });
    Some(match open {
        None => {
            let message = format!("{} name where they get Rolewright from", counted(files.len()));
            Line::new(subject, Step::Workflows, Outcome::Passed, message)
        }
        Some(place) => {
            let message = format!("{place} gets Rolewright from a placeholder: no job can begin");
            Line::new(subject, Step::Workflows, Outcome::Failed, message)
        }
    })
}

/// A workflow of a forge.
#[derive(Clone, Debug)]
pub struct WorkflowFile {
    /// Its path in the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

fn counted(files: usize) -> String {
    if files == 1 { "1 workflow".to_owned() } else { format!("{files} workflows") }
}

/// Whether a line has a placeholder, outside a comment.
fn is_open(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default();
    !line.trim_start().starts_with('#')
        && (line.contains(NO_COMMIT) || line.contains(&format!("{OWNER}/rolewright")))
}
