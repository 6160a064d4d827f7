//! How much of findings is shown.

use super::sources;
use crate::support::world::today;
use proptest::prelude::*;
use rolewright::language::{Checked, load};
use rolewright::model::{FileId, Finding, Location, Span};
use rolewright::render::findings::text;

fn at(file: u32, start: usize, end: usize) -> Location {
    Location { file: FileId(file), span: Span::new(start, end) }
}

#[test]
fn h15_a_finding_beyond_column_65535_is_shown_with_its_place() {
    let line = format!("a: [{}, wrong]\n", "x, ".repeat(70_000));
    let start = line.find("wrong").unwrap();
    let finding = Finding::warning("check/x", "is wrong", at(0, start, start + 5), "here")
        .and(at(0, 0, 1), "and far away");
    let shown = text(&[finding], &sources(vec![line]), false, 100);
    assert!(shown.contains(&format!("[0.yaml:1:{}]", start + 1)), "{shown}");
    assert!(shown.contains("and far away: 0.yaml:1:1") && shown.contains("here") && shown.contains("wrong"));
    assert!(shown.len() < 2_000, "{}", shown.len());
}

/// Lines of any length, of one sort of letter each.
fn file() -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        "x",
        "\t",
        "å",
        "漢",
        "👩\u{200d}🚀",
        "e\u{301}",
        "\u{202e}",
        "\r",
        "\u{1b}[1m",
        " ",
        "##[",
        "\0",
    ]);
    let length = prop_oneof![0_usize..4, 200_usize..300, Just(70_000_usize)];
    let line = (letters, length, prop::sample::select(vec!["", "\n", "\r\n"]))
        .prop_map(|(letter, length, end)| format!("{}{end}", letter.repeat(length)));
    prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn h15_no_finding_panics_and_each_has_its_place(
        files in prop::collection::vec(file(), 1..3),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..400), 1..4),
        width in prop_oneof![0_usize..30, Just(100), Just(300)],
    ) {
        let sources = sources(files.clone());
        let mut labels = places.iter().map(|(file, start, length)| {
            let number = file.index(files.len());
            let text = &files[number];
            let start = text.floor_char_boundary(start.index(text.len() + 1));
            at(number as u32, start, text.ceil_char_boundary((start + length).min(text.len())))
        });
        let first = labels.next().unwrap();
        let finding = Finding::error("check/x", "is wrong", first, "main");
        let finding = labels.fold(finding, |finding, label| finding.and(label, "other"));
        let shown = text(&[finding], &sources, false, width);
        let position = sources.position(first);
        let place = format!("{}.yaml:{}:{}", first.file.0, position.line, position.column);
        prop_assert!(shown.contains(&place), "{place} in {shown}");
        prop_assert!(shown.len() < 100_000);
    }
}

#[test]
fn h16_many_findings_are_counted_and_a_hundred_are_shown() {
    let keys: String = (0..10_000).map(|number| format!(", k{number}: 1")).collect();
    let line =
        format!("{{ apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: []{keys} }}\n");
    let sources = sources(vec![line]);
    let Checked { findings, .. } = load(&sources, today());
    let unknown = findings.iter().filter(|finding| finding.code == "schema/unknown-key").count();
    assert_eq!(unknown, 10_000);
    let shown = text(&findings, &sources, false, 100);
    assert_eq!(shown.matches("schema/unknown-key").count(), 100 - (findings.len() - unknown));
    let more = format!("{} more are not shown", findings.len() - 100);
    let count = format!("Found {} errors", findings.len());
    assert!(shown.contains(&more) && shown.contains(&count), "{}", &shown[shown.len() - 300..]);
    assert!(shown.len() < 200_000, "{}", shown.len());
}

#[test]
fn h16_errors_are_shown_before_warnings() {
    let warnings = (0..150).map(|_| Finding::warning("check/x", "a warning", at(0, 0, 1), "here"));
    let errors = (0..20).map(|_| Finding::error("check/x", "an error", at(0, 0, 1), "here"));
    let findings: Vec<Finding> = warnings.chain(errors).collect();
    let shown = text(&findings, &sources(vec!["a: b\n".to_owned()]), false, 100);
    assert_eq!((shown.matches("an error").count(), shown.matches("a warning").count()), (20, 80));
    assert!(shown.ends_with("Found 20 errors and 150 warnings.\n"), "{shown}");
}
