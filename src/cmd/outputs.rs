//! Where a command shows what it says, and in which formats: stdout, files, several of them from one run.

use super::code::Code;
use super::exit::Stop;
use super::out;
use clap::ValueEnum;
use std::path::PathBuf;
use std::str::FromStr;

/// A value of `--output`: a file, with its format where it has one of its own: `plan.txt`, `html=plan.html`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output<F> {
    format: Option<F>,
    path: PathBuf,
}

impl<F: ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split_once('=').and_then(|(format, path)| {
            Some(Self { format: Some(<F as ValueEnum>::from_str(format, false).ok()?), path: path.into() })
        });
        let output = named.unwrap_or_else(|| Self { format: None, path: text.into() });
        if output.path.as_os_str().is_empty() {
            return Err("expected a file, or a format and a file: `html=plan.html`".to_owned());
        }
        Ok(output)
    }
}

/// One place where something is shown, and what is shown there so far.
#[derive(Debug)]
pub(super) struct Target<F> {
    /// The format.
    pub(super) format: F,
    /// The file; none: stdout.
    path: Option<PathBuf>,
    said: Vec<u8>,
}

/// The targets of `--format` and `--output`. A file without a format of its own takes the place of stdout.
pub(super) fn targets<F: Copy>(format: F, outputs: &[Output<F>]) -> Vec<Target<F>> {
    let files = outputs.iter().map(|output| {
        let (format, path) = (output.format.unwrap_or(format), Some(output.path.clone()));
        Target { format, path, said: Vec::new() }
    });
    let mut targets: Vec<Target<F>> = files.collect();
    if outputs.iter().all(|output| output.format.is_some()) {
        targets.insert(0, Target { format, path: None, said: Vec::new() });
    }
    targets
}

impl<F: Copy> Target<F> {
    /// Whether it is stdout.
    pub(super) fn is_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// Adds to what is shown there.
    pub(super) fn say(&mut self, bytes: &[u8]) {
        self.said.extend_from_slice(bytes);
    }

    /// Writes what was said so far where it is stdout, so that nobody waits for the rest.
    pub(super) fn print(&mut self) {
        if self.is_stdout() {
            out::bytes(&self.take());
        }
    }

    /// Takes what was said so far.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.said)
    }

    /// Writes the file, if it is one and something is to be shown there.
    pub(super) fn finish(self) -> Result<(), Stop> {
        match self.path.filter(|_| !self.said.is_empty()) {
            Some(path) => out::file(&path, &self.said)
                .map_err(|error| Stop::new(Code::File, format!("{}: {error}", path.display()))),
            None => Ok(()),
        }
    }
}

/// Shows one text at every target: what `show` makes of each format.
///
/// # Errors
/// A file cannot be written, or `show` fails.
pub(super) fn show<F: Copy>(
    targets: Vec<Target<F>>,
    show: impl Fn(&Target<F>) -> Result<String, Stop>,
) -> Result<(), Stop> {
    for mut target in targets {
        let said = show(&target)?;
        target.say(said.as_bytes());
        target.print();
        target.finish()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::choices::PlanFormat;

    type PlanOutput = Output<PlanFormat>;

    #[test]
    fn a_format_stands_before_its_file() {
        let output = |text: &str| text.parse::<PlanOutput>();
        assert_eq!(output("plan.txt"), Ok(PlanOutput { format: None, path: "plan.txt".into() }));
        let html = PlanOutput { format: Some(PlanFormat::Html), path: "a=b.html".into() };
        assert_eq!(output("html=a=b.html"), Ok(html));
        assert_eq!(output("x=y"), Ok(PlanOutput { format: None, path: "x=y".into() }));
        assert!(output("html=").is_err());
    }

    #[test]
    fn files_with_formats_stand_beside_stdout() {
        let of = |outputs: &[&str]| {
            let outputs: Vec<PlanOutput> = outputs.iter().filter_map(|text| text.parse().ok()).collect();
            let targets = targets(PlanFormat::Json, &outputs);
            targets.iter().map(|target| (target.format, target.is_stdout())).collect::<Vec<_>>()
        };
        use PlanFormat::{Html, Json, Tsv};
        assert_eq!(of(&[]), [(Json, true)]);
        assert_eq!(of(&["a"]), [(Json, false)]);
        assert_eq!(of(&["html=a", "tsv=b"]), [(Json, true), (Html, false), (Tsv, false)]);
        assert_eq!(of(&["html=a", "b"]), [(Html, false), (Json, false)]);
    }
}
