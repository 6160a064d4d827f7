#![expect(clippy::disallowed_methods, reason = "door: writes a first repository where the user says")]
#![expect(clippy::disallowed_types, reason = "door: a file that is there is never opened for writing")]
//! `rolewright init`: begins a policy repository from templates, completes one, or adds an application or a directory. It
//! changes no existing file.

mod addition;
mod texts;
mod words;

use super::args::{Global, InitArguments, WORKSPACE};
use super::choices::Forge;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, schema, workspace};
use std::fs;
use std::io::Write;
use std::path::Path;
use words::Words;

/// A path below the folder, with `/`, and the file's content.
type NewFile = (String, String);

/// The file by which a workspace is known to be there.
const BEGUN: &str = "policies/workspace.yaml";

/// Begins a repository, completes one, or adds to one.
pub(super) fn run(global: &Global, arguments: &InitArguments) -> Result<Exit, Stop> {
    let begun = there(&arguments.folder.join(BEGUN));
    match (&global.application, arguments.directory, begun) {
        (Some(_), _, false) => Err(Stop::new(
            Code::Argument,
            format!(
                "there is no {BEGUN} in {}: begin with `rolewright init --forge github`, then add applications",
                arguments.folder.display()
            ),
        )),
        (Some(application), _, true) => add_application(global, arguments, application),
        (None, Some(kind), true) => {
            let files = addition::directory(kind, arguments.name.as_deref())?;
            add(&arguments.folder, &files)?;
            out::data(
                "\nFill in its connection, name it under `directories` of an application, then:\n  rolewright doctor && rolewright \
                 groups\n",
            );
            Ok(Exit::Done)
        }
        (None, None, true) => complete(arguments),
        (None, _, false) => begin(arguments),
    }
}

/// Writes a new repository. If any of its files exists, all existing ones are named and nothing is written.
fn begin(arguments: &InitArguments) -> Result<Exit, Stop> {
    let Some(forge) = arguments.forge else {
        return Err(Stop::new(
            Code::Argument,
            "say with `--forge github`, `gitlab` or `none` where policies are reviewed and merged",
        ));
    };
    let words = Words::of(arguments, forge)?;
    let files = new_files(arguments, forge, &words);
    add(&arguments.folder, &files)?;
    out::data(&farewell(&arguments.folder, &words));
    Ok(Exit::Done)
}

/// Every file of a new repository, with its words filled in.
fn new_files(arguments: &InitArguments, forge: Forge, words: &Words) -> Vec<NewFile> {
    let texts = texts::of(forge, arguments.directory);
    let mut files: Vec<NewFile> =
        texts.into_iter().map(|(path, text)| (path.to_owned(), words.fill(&text))).collect();
    files.extend(schema::files().into_iter().map(|(name, text)| (format!("schemas/{name}"), text)));
    files.sort();
    files
}

/// Writes what is missing around the policies of a repository: workflows, owners, editor settings, schemas.
fn complete(arguments: &InitArguments) -> Result<Exit, Stop> {
    let folder = &arguments.folder;
    let forge = arguments.forge.unwrap_or_else(|| forge_of(folder));
    let words = Words::of(arguments, forge)?;
    let around = |(path, _): &NewFile| !path.starts_with("policies/");
    let files: Vec<NewFile> = new_files(arguments, forge, &words).into_iter().filter(around).collect();
    let (here, missing): (Vec<NewFile>, Vec<NewFile>) =
        files.into_iter().partition(|(path, _)| there(&folder.join(path)));
    for (path, text) in &here {
        if fs::read(folder.join(path)).is_ok_and(|found| found != text.as_bytes()) {
            out::talk(&format!("left {path} as it is; it is not what this version writes"));
        }
    }
    add(folder, &missing)?;
    out::data(&format!(
        "{} written, {} existed already; policies are not touched\n",
        missing.len(),
        here.len()
    ));
    Ok(Exit::Done)
}

/// The forge whose files are there.
fn forge_of(folder: &Path) -> Forge {
    if there(&folder.join(".github/workflows")) {
        Forge::Github
    } else if there(&folder.join(".gitlab-ci.yml")) {
        Forge::Gitlab
    } else {
        Forge::None
    }
}

fn add_application(global: &Global, arguments: &InitArguments, application: &str) -> Result<Exit, Stop> {
    let place = Global { workspace: arguments.folder.join(WORKSPACE), ..global.clone() };
    let workspace = workspace::open(&place, workspace::sources(&place)?)?;
    let directories: Vec<&str> =
        workspace.policies.directories.iter().map(|directory| directory.name.as_str()).collect();
    let kind = arguments.connection;
    let files = addition::application(application, kind, &directories, arguments.name.as_deref())?;
    add(&arguments.folder, &files)?;
    out::data(&format!(
        "\nFill in its connection, its rights and its groups, then:\n  rolewright validate && rolewright test && rolewright doctor \
         --application {application}\n\nNothing is applied while it says `enabled: false`.\n"
    ));
    Ok(Exit::Done)
}

/// Writes new files. If any of them exists, all existing ones are named and nothing is written.
fn add(folder: &Path, files: &[NewFile]) -> Result<(), Stop> {
    let taken = taken(folder, files);
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
    for (path, text) in files {
        write(folder, path, text).map_err(|error| Stop::new(Code::File, format!("{path}: {error}")))?;
        if !path.starts_with("schemas/") {
            out::talk(&format!("wrote {path}"));
        }
    }
    if files.iter().any(|(path, _)| path.starts_with("schemas/")) {
        out::talk("wrote schemas/, for the editor");
    }
    Ok(())
}

fn there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// What prevents writing: existing files, and files where a folder is needed.
fn taken(folder: &Path, files: &[NewFile]) -> Vec<String> {
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
