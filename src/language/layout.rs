//! Which files of a workspace `fmt` lays out: those with policies in them, not data.

use super::read::{data_files, parse, relative};
use crate::model::{FileId, Finding, SourceSet};
use crate::yaml;

/// A policy file, and its text in the one layout.
#[derive(Debug)]
pub struct LaidOut {
    /// The file.
    pub file: FileId,
    /// Its new text, or why there is none.
    pub text: Result<String, Finding>,
}

/// Every policy file of a workspace, sorted by path. A file that is not even YAML is among them; files that connections
/// name as data are not.
pub fn lay_out(sources: &SourceSet) -> Vec<LaidOut> {
    let parsed = parse(sources);
    let data = data_files(&parsed);
    let is_policy = |file: FileId| !data.contains(relative(sources, &sources.file(file).path));
    let files = parsed.iter().map(|(file, _)| *file).filter(|file| is_policy(*file));
    files.map(|file| laid_out(file, sources)).collect()
}

/// Every file, whatever it holds: those that the user names.
pub fn lay_out_every(sources: &SourceSet) -> Vec<LaidOut> {
    sources.iter().map(|(file, _)| laid_out(file, sources)).collect()
}

fn laid_out(file: FileId, sources: &SourceSet) -> LaidOut {
    LaidOut { file, text: yaml::format(file, &sources.file(file).text) }
}
