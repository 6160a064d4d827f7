#![expect(clippy::disallowed_methods, reason = "door: reads and writes policy files where the user says")]
//! `rolewright fmt`

use super::args::{FmtArguments, Global};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, workspace};
use crate::language::{LaidOut, lay_out, lay_out_every};
use crate::model::{Finding, SourceFile, SourceSet};
use crate::render::findings;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Lays out the policy files of the workspace, or those that the user names.
pub(super) fn run(global: &Global, arguments: &FmtArguments) -> Result<Exit, Stop> {
    if arguments.files.as_slice() == [PathBuf::from("-")] {
        return stdin(global);
    }
    let (sources, places) = if arguments.files.is_empty() { all(global)? } else { named(&arguments.files)? };
    let laid_out = if arguments.files.is_empty() { lay_out(&sources) } else { lay_out_every(&sources) };
    let (mut problems, mut changed) = (Vec::new(), 0);
    for LaidOut { file, text } in laid_out {
        match text {
            Err(finding) => problems.push(finding),
            Ok(text) if text == sources.file(file).text => {}
            Ok(text) => {
                changed += 1;
                let shown = &sources.file(file).path;
                if arguments.check {
                    out::data(&format!("{shown}\n"));
                } else {
                    replace(&places[file.0 as usize], text.as_bytes())
                        .map_err(|error| Stop::new(Code::File, format!("{shown}: {error}")))?;
                    out::talk(&format!("formatted {shown}"));
                }
            }
        }
    }
    tell(global, &problems, &sources);
    Ok(if !problems.is_empty() || (arguments.check && changed > 0) { Exit::Error } else { Exit::Done })
}

/// The files of the workspace, and the place of each.
fn all(global: &Global) -> Result<(SourceSet, Vec<PathBuf>), Stop> {
    let sources = workspace::sources(global)?;
    let folder = format!("{}/", workspace::shown_folder(global));
    let inside = |path: &str| path.strip_prefix(&folder).unwrap_or(path).to_owned();
    let places = sources.iter().map(|(_, file)| global.workspace.join(inside(&file.path))).collect();
    Ok((sources, places))
}

/// The files that the user names, each once.
fn named(files: &[PathBuf]) -> Result<(SourceSet, Vec<PathBuf>), Stop> {
    let mut places = files.to_vec();
    places.sort_by_key(|place| shown(place));
    places.dedup();
    let read = |place: &PathBuf| match fs::read_to_string(place) {
        Ok(text) => Ok(SourceFile { path: shown(place), text }),
        Err(error) => Err(Stop::new(Code::File, format!("{}: {error}", place.display()))),
    };
    let files = places.iter().map(read).collect::<Result<_, Stop>>()?;
    Ok((SourceSet::new(None, String::new(), files), places))
}

fn shown(place: &Path) -> String {
    place.to_string_lossy().into_owned()
}

/// For editors: stdin to stdout. What cannot be laid out is not printed, so that nothing is lost.
fn stdin(global: &Global) -> Result<Exit, Stop> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Stop::new(Code::File, format!("stdin: {error}")))?;
    let file = SourceFile { path: "stdin".to_owned(), text };
    let sources = SourceSet::new(None, String::new(), vec![file]);
    let mut exit = Exit::Done;
    for LaidOut { text, .. } in lay_out_every(&sources) {
        match text {
            Ok(text) => out::data(&text),
            Err(finding) => {
                tell(global, &[finding], &sources);
                exit = Exit::Error;
            }
        }
    }
    Ok(exit)
}

fn tell(global: &Global, problems: &[Finding], sources: &SourceSet) {
    if !problems.is_empty() {
        out::talk_face(&findings::text(problems, sources, out::colour(global.color), out::width()));
    }
}

/// Writes a file whole or not at all; it keeps its mode, and a link stays one.
fn replace(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let place = fs::canonicalize(place)?;
    let mode = fs::metadata(&place)?.permissions();
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".rolewright-").tempfile_in(folder)?;
    new.write_all(bytes)?;
    fs::set_permissions(new.path(), mode)?;
    new.persist(&place).map(drop).map_err(|error| error.error)
}
