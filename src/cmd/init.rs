#![expect(clippy::disallowed_methods, reason = "door: writes a first repository where the user says")]
#![expect(clippy::disallowed_types, reason = "door: a file that is there is never opened for writing")]
//! `rolewright init`: creates a policy repository from templates, and changes no existing file.

mod texts;
mod words;

use super::args::InitArguments;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, schema};
use std::fs;
use std::io::Write;
use std::path::Path;
use words::Words;

/// A path below the folder, with `/`, and the file's content.
type NewFile = (String, String);

/// Writes a new repository. If any of its files exists, all existing ones are named and nothing is written.
pub(super) fn run(arguments: &InitArguments) -> Result<Exit, Stop> {
    let words = Words::of(arguments)?;
    let mut files: Vec<NewFile> =
        texts::of(arguments).into_iter().map(|(path, text)| (path.to_owned(), words.fill(&text))).collect();
    files.extend(schema::files().into_iter().map(|(name, text)| (format!("schemas/{name}"), text)));
    files.sort();
    let folder = &arguments.folder;
    let taken = taken(folder, &files);
    if !taken.is_empty() {
        let list: String = taken.iter().map(|path| format!("\n  {path}")).collect();
        return Err(Stop::new(
            Code::FileExists,
            format!(
                "{} of the files are in {} already, and nothing was written; move them away, or name another folder:{list}",
                taken.len(),
                folder.display()
            ),
        ));
    }
    for (path, text) in &files {
        write(folder, path, text).map_err(|error| Stop::new(Code::File, format!("{path}: {error}")))?;
        if !path.starts_with("schemas/") {
            out::talk(&format!("wrote {path}"));
        }
    }
    out::talk("wrote schemas/, for the editor");
    out::data(&farewell(folder, &words));
    Ok(Exit::Done)
}

/// What prevents writing: existing files, and files where a folder is needed.
fn taken(folder: &Path, files: &[NewFile]) -> Vec<String> {
    let there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let mut taken = Vec::new();
    for (path, _) in files {
        let steps: Vec<&str> = path.split('/').collect();
        let parents = (1..steps.len()).map(|length| steps[..length].join("/"));
        taken.extend(parents.filter(|parent| there(&folder.join(parent)) && !folder.join(parent).is_dir()));
        if there(&folder.join(path)) {
            taken.push(path.clone());
        }
    }
    taken.sort();
    taken.dedup();
    taken
}

/// Writes a new file; a file that appeared meanwhile is not overwritten either.
fn write(folder: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let place = folder.join(path);
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(place)?.write_all(text.as_bytes())
}

fn farewell(folder: &Path, words: &Words) -> String {
    let enter = if folder == Path::new(".") { String::new() } else { format!("  cd {}\n", folder.display()) };
    let open = words.open();
    let open = if open.is_empty() { String::new() } else { format!("\nStill to be filled in: {open}.\n") };
    format!(
        "\nTry it:\n{enter}  rolewright validate && rolewright plan && rolewright test\n{open}\npolicies/README.md tells what to do next.\n"
    )
}
