//! Findings with the places that editors underline.

use super::overlay::Overlay;
use super::position::{LineRange, Lines};
use crate::language::load;
use crate::lint::lint;
use crate::model::{Date, FileId, Finding, Label, Location, Severity, SourceFile, SourceSet};
use crate::render::escape;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file; none: the workspace as a whole.
    pub file: Option<FileId>,
    /// What is underlined.
    pub range: LineRange,
    /// The finding, its mend included.
    pub finding: Finding,
    /// The other places.
    pub related: Vec<RelatedPlace>,
}

/// Another place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPlace {
    /// The file.
    pub file: FileId,
    /// What is meant there.
    pub range: LineRange,
    /// What it has to do with the finding.
    pub text: String,
}

/// Finds what is wrong in one state of the files after the other. A buffer whose documents are not well formed while somebody
/// types shows that, and the other files are judged by what it held before: they are not all wrong because one word is half
/// written.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    /// By path of an open buffer the last text whose documents were well formed.
    well_formed: BTreeMap<String, String>,
}

impl Problem {
    /// What is wrong and what to do, for people.
    pub fn message(&self) -> String {
        let Finding { message, help, labels, .. } = &self.finding;
        let label = labels.first().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
        let label = label.map(|label| format!(" ({label})")).unwrap_or_default();
        let whole = escape::visible(&format!("{message}{label}")).into_owned();
        match help {
            Some(help) => format!("{whole}\n{}", escape::visible(help)),
            None => whole,
        }
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }
}

impl Checker {
    /// Everything that `validate` finds in the files, in the order of places.
    pub fn problems(&mut self, sources: &SourceSet, open: &Overlay, as_of: Date) -> Vec<Problem> {
        let mut findings = found(sources, as_of);
        let broken: BTreeSet<FileId> =
            findings.iter().filter(|finding| is_of_form(finding)).filter_map(file).collect();
        let before: BTreeMap<FileId, &String> = broken
            .iter()
            .filter_map(|id| Some((*id, self.well_formed.get(&sources.file(*id).path)?)))
            .collect();
        if !before.is_empty() {
            findings.retain(|finding| is_of_form(finding) && is_in(&broken, finding));
            let as_before = found(&with(sources, &before), as_of)
                .into_iter()
                .filter_map(|finding| elsewhere(finding, &before));
            findings.extend(as_before.filter(|finding| !(is_of_form(finding) && is_in(&broken, finding))));
            findings.sort_by_key(|finding| finding.labels.first().map(|label| label.at));
        }
        self.remember(sources, open, &broken);
        placed(sources, findings)
    }

    fn remember(&mut self, sources: &SourceSet, open: &Overlay, broken: &BTreeSet<FileId>) {
        self.well_formed.retain(|path, _| open.text(path).is_some());
        for (id, file) in sources.iter().filter(|(id, _)| !broken.contains(id)) {
            if open.text(&file.path).is_some() && self.well_formed.get(&file.path) != Some(&file.text) {
                self.well_formed.insert(sources.file(id).path.clone(), file.text.clone());
            }
        }
    }
}

fn is_in(files: &BTreeSet<FileId>, finding: &Finding) -> bool {
    file(finding).is_some_and(|id| files.contains(&id))
}

fn found(sources: &SourceSet, as_of: Date) -> Vec<Finding> {
    let mut checked = load(sources, as_of);
    if let Some(policies) = &checked.policies {
        checked.findings.extend(lint(policies, sources, as_of));
    }
    checked.findings
}

/// Whether a document is left out because of a finding, so that what names it finds nothing.
fn is_of_form(finding: &Finding) -> bool {
    finding.severity == Severity::Error
        && ["yaml/", "schema/"].iter().any(|room| finding.code.starts_with(room))
}

fn file(finding: &Finding) -> Option<FileId> {
    finding.labels.first().map(|label| label.at.file)
}

/// The files, some with another text.
fn with(sources: &SourceSet, texts: &BTreeMap<FileId, &String>) -> SourceSet {
    let files = sources.iter().map(|(id, file)| match texts.get(&id) {
        Some(text) => SourceFile { path: file.path.clone(), text: (*text).clone() },
        None => file.clone(),
    });
    SourceSet::new(sources.commit.clone(), sources.folder.clone(), files.collect())
}

/// A finding about other files than these; their places in it are places of another text.
fn elsewhere(mut finding: Finding, texts: &BTreeMap<FileId, &String>) -> Option<Finding> {
    let stands = |label: &Label| !texts.contains_key(&label.at.file);
    let main = finding.labels.first().is_none_or(stands);
    finding.labels.retain(stands);
    main.then_some(finding)
}

fn placed(sources: &SourceSet, findings: Vec<Finding>) -> Vec<Problem> {
    let mut lines: BTreeMap<FileId, Lines<'_>> = BTreeMap::new();
    let mut range = |at: Location| {
        lines.entry(at.file).or_insert_with(|| Lines::new(&sources.file(at.file).text)).range(at.span)
    };
    let placed = |finding: Finding| {
        let mut places = finding.labels.iter();
        let main = places.next().map(|label| (label.at.file, range(label.at)));
        let related = places
            .map(|label| RelatedPlace {
                file: label.at.file,
                range: range(label.at),
                text: escape::visible(&label.text).into_owned(),
            })
            .collect();
        let (file, range) = main.map_or((None, LineRange::default()), |(file, range)| (Some(file), range));
        Problem { file, range, finding, related }
    };
    findings.into_iter().map(placed).collect()
}
