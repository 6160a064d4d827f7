//! Buffers of an editor: whatever is asked about whichever place, the answer lies in the file, and a mend changes what was
//! found.

use super::support::{text, two};
use rolewright::editor::{
    Checker, Known, Lines, Overlay, Workspace, complete, definitions, hover, mends, references, rename,
};
use rolewright::model::{Date, SourceFile, SourceSet};

/// Asks about a place of a workspace of two files; `base.yaml` comes before the first `=` line. The place is the first `|` of the
/// other one, else its end.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (first, second) = two(text);
    let byte = second.find('|').unwrap_or(second.len());
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let sources =
        SourceSet::new(None, String::new(), vec![file("base.yaml", first), file("rules.yaml", second)]);
    let workspace = Workspace::new(sources.clone());
    let Some(rules) = sources.find("rules.yaml") else { return };
    let lines = Lines::new(second);
    let (offered, _) = complete(&workspace, &Known::default(), rules, byte);
    for completion in offered {
        let (start, end) = (lines.byte(completion.range.start), lines.byte(completion.range.end));
        assert!(start <= byte && byte <= end && second.get(start..end).is_some(), "{completion:?}");
    }
    if let Some(shown) = hover(&workspace, &Known::default(), &[], rules, byte) {
        assert!(lines.byte(shown.range.start) <= lines.byte(shown.range.end), "{shown:?}");
    }
    let given = definitions(&workspace, rules, byte);
    let all = references(&workspace, rules, byte, true);
    assert!(given.iter().all(|place| all.contains(place)));
    if let Ok(edits) = rename(&workspace, rules, byte, "renamed") {
        assert!(edits.len() >= usize::from(!all.is_empty()), "{edits:?}");
    }
    let problems = Checker::default().problems(&sources, &Overlay::default(), Date::of_unix_days(20_000));
    for mend in problems.iter().filter_map(|problem| mends(&sources, problem)) {
        let text = &sources.file(mend.edit.file).text;
        let lines = Lines::new(text);
        let there = &text[lines.byte(mend.edit.range.start)..lines.byte(mend.edit.range.end)];
        assert_ne!(there, mend.edit.text, "{mend:?}");
    }
}
