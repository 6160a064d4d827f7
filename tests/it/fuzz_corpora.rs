//! The inputs that fuzzing kept (`docs/reference/fuzzing.md`): none makes a target fail. Each target has a program for
//! libFuzzer and a corpus, and nothing else has.
#![expect(clippy::disallowed_methods, reason = "corpora are files")]
#![expect(clippy::disallowed_macros, reason = "a failing target is shown with its input")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/targets/mod.rs"]
#[expect(unreachable_pub, reason = "the programs for libFuzzer are in another crate")]
mod targets;

/// A corpus is read in every run of the tests, so it is small.
const MOST_INPUTS: usize = 80;
const MOST_BYTES: u64 = 8192;

#[test]
fn f12_no_kept_input_makes_a_target_fail() {
    for (name, target) in targets::ALL {
        for input in entries(&corpus().join(name)) {
            // Shown if the target fails.
            println!("{}", input.display());
            target(&fs::read(&input).expect("an input"));
        }
    }
}

#[test]
fn every_target_has_a_program_and_a_small_corpus() {
    let targets: BTreeSet<String> = targets::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    let stems = |folder: &Path| -> BTreeSet<String> {
        let stem = |path: &PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        entries(folder).iter().map(stem).collect()
    };
    assert_eq!(stems(Path::new("fuzz/fuzz_targets")), targets);
    assert_eq!(stems(&corpus()), targets);
    let manifest = fs::read_to_string("fuzz/Cargo.toml").expect("a manifest");
    for target in &targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
        let inputs = entries(&corpus().join(target));
        assert!((1..=MOST_INPUTS).contains(&inputs.len()), "{target} has {} inputs", inputs.len());
        let length = |input: &PathBuf| fs::metadata(input).expect("a length").len();
        assert!(
            inputs.iter().all(|input| length(input) <= MOST_BYTES),
            "{target} has an input above {MOST_BYTES} bytes"
        );
    }
}

fn corpus() -> PathBuf {
    PathBuf::from("fuzz/corpus")
}

/// What is in a folder, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
