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

/// Rolewright's package in a text of `Cargo.lock`: what it depends on.
fn locked(lock: &str) -> BTreeSet<String> {
    let (_, package) = lock.split_once("name = \"rolewright\"\n").expect("the package");
    let (_, listed) = package.split_once("dependencies = [\n").expect("dependencies");
    let lines = listed.lines().take_while(|line| *line != "]");
    lines
        .filter_map(|line| line.trim().trim_matches(['"', ',']).split(' ').next())
        .map(ToOwned::to_owned)
        .collect()
}

/// Its own lock file is not looked at by any other build: `fuzz/run` would end at once.
#[test]
fn the_lock_file_of_the_targets_has_what_the_core_depends_on() {
    let text = |path: &str| fs::read_to_string(path).expect("a file");
    let manifest = text("Cargo.toml");
    let (_, listed) = manifest.split_once("\n[dependencies]\n").expect("dependencies");
    let lines = listed.lines().take_while(|line| !line.starts_with('['));
    let core = lines.filter(|line| line.contains(" = ") && !line.contains("optional = true"));
    let name = |line: &str| {
        let renamed = line.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
        renamed.or_else(|| line.split(' ').next()).unwrap_or_default().to_owned()
    };
    let core: BTreeSet<String> = core.filter(|line| !line.starts_with('#')).map(name).collect();
    assert!(core.len() > 20, "{core:?}");
    assert_eq!(
        locked(&text("fuzz/Cargo.lock")),
        core,
        "cargo update --workspace --manifest-path fuzz/Cargo.toml"
    );
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
