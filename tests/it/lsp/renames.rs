//! A new name for anything that can have one leaves policies that mean the same.

use crate::support::workspaces::{checked, example_workspace};
use rolewright::editor::{Edit, Lines, Workspace, rename, renamed_place};
use rolewright::model::{FileId, SourceFile, SourceSet};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The files with changes made in them.
fn edited(sources: &SourceSet, edits: &[Edit]) -> SourceSet {
    let changed = |id: FileId, text: &str| {
        let lines = Lines::new(text);
        let mut text = text.to_owned();
        let mut own: Vec<&Edit> = edits.iter().filter(|edit| edit.file == id).collect();
        own.sort_by_key(|edit| Reverse(edit.range));
        for edit in own {
            text.replace_range(lines.byte(edit.range.start)..lines.byte(edit.range.end), &edit.text);
        }
        text
    };
    let files = sources
        .iter()
        .map(|(id, file)| SourceFile { path: file.path.clone(), text: changed(id, &file.text) });
    SourceSet::new(None, String::new(), files.collect())
}

#[test]
fn whatever_is_renamed_the_policies_still_hold() {
    let sources = example_workspace();
    let before = checked(&sources);
    assert!(!before.failed());
    let workspace = Workspace::new(sources.clone());
    let mut refused = 0;
    let mut renamed: BTreeSet<Vec<Edit>> = BTreeSet::new();
    for (file, source) in sources.iter() {
        for (byte, _) in source.text.match_indices([':', ',', ']']).filter(|(byte, _)| *byte > 0) {
            if renamed_place(&workspace, file, byte).is_err() {
                continue;
            }
            match rename(&workspace, file, byte, "brandnew1") {
                Ok(edits) => _ = renamed.insert(edits),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(renamed.len() > 40 && refused < renamed.len(), "{} names, {refused} refused", renamed.len());
    // Some of them, for each is a whole evaluation.
    for edits in renamed.iter().step_by(3) {
        let checked = checked(&edited(&sources, edits));
        let said: Vec<&String> = checked.findings.iter().map(|finding| &finding.message).collect();
        assert!(!checked.failed(), "{edits:?}: {said:?}");
        assert_eq!(checked.findings.len(), before.findings.len(), "{edits:?}");
    }
}

#[test]
fn an_application_that_is_renamed_keeps_its_history() {
    let sources = example_workspace();
    let workspace = Workspace::new(sources.clone());
    let file = sources.find("dstny/application.yaml").unwrap();
    let byte = sources.file(file).text.find("name: dstny").unwrap() + 6;
    let after = edited(&sources, &rename(&workspace, file, byte, "phones").unwrap());
    let text = &after.file(after.find("dstny/application.yaml").unwrap()).text;
    assert!(text.contains("\nname: phones\npreviously: dstny\n"), "{text}");
    let policies = checked(&after).policies.unwrap();
    let phones = policies.applications.iter().find(|application| application.name == "phones").unwrap();
    assert_eq!(phones.previously.as_deref(), Some("dstny"));
    assert!(!phones.rules.is_empty() && !phones.constraints.is_empty());
}
