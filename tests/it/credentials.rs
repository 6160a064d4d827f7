//! What a policy may name as a credential: no variable of Rolewright, CI or the system, and no file outside the folder
//! for secrets.
#![expect(clippy::disallowed_methods, reason = "tests make files, and sources are files")]

use crate::support::playground::Playground;
use regex::Regex;
use rolewright::model::is_reserved_variable;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const APPLICATION: &str = "policies/dstny/application.yaml";
const CANARY: &str = "canary-of-the-operator-7d31";

/// The phone system as a SCIM service that nobody answers for, with a credential.
fn with(credential: &str) -> Playground {
    let playground = Playground::new();
    for file in ["start", "tests"] {
        playground.git(&["rm", "-q", &format!("policies/dstny/{file}.yaml")]);
    }
    let text = playground.read(APPLICATION);
    let store = text.lines().find(|line| line.starts_with("sqlite:")).expect("a store").to_owned();
    let scim = format!("scim: {{ url: 'http://127.0.0.1:9/scim', credential: {credential} }}");
    playground.edit(APPLICATION, &store, &scim);
    playground.edit(
        APPLICATION,
        "[agent, supervisor] }",
        "[agent, supervisor], wire: { group: '{callCentre}' } }",
    );
    playground.edit(
        "policies/workspace.yaml",
        "secretPrefixes: [ROLEWRIGHT_]",
        "secretPrefixes: [ROLEWRIGHT_, GITHUB_, CI_, PATH]",
    );
    playground.commit("A credential");
    playground
}

#[test]
fn h5_no_prefix_allows_a_variable_of_rolewright_ci_or_the_system() {
    for name in ["ROLEWRIGHT_KEY", "ROLEWRIGHT_NOTE_TOKEN", "GITHUB_TOKEN", "CI_JOB_TOKEN", "PATH"] {
        let mut playground = with(&format!("{{ env: {name} }}"));
        if name != "PATH" {
            playground.secret(name, CANARY);
        }
        let validated = playground.run(&["validate"]).ends(1);
        let said = format!("the environment variable `{name}` is never a credential of policies");
        let place = "policies/dstny/application.yaml:";
        let all = format!("{}{}", validated.stdout, validated.stderr);
        assert!(all.contains("check/credential") && all.contains(&said) && all.contains(place), "{all}");
        let planned = playground.run(&["plan"]).ends(1);
        assert!(!planned.stderr.contains(CANARY), "{}", planned.stderr);
    }
}

#[test]
fn h5_a_file_is_a_credential_only_in_the_folder_for_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let (secrets, elsewhere) = (folder.path().join("secrets"), folder.path().join("elsewhere"));
    fs::create_dir(&secrets).expect("a folder");
    fs::write(&elsewhere, CANARY).expect("a file");
    fs::write(secrets.join("dstny"), CANARY).expect("a file");
    for (path, said) in [
        (elsewhere.to_str().expect("a path"), "is not in a folder for secrets"),
        ("nothing", "No such file"),
        ("dstny", "got no answer"),
    ] {
        let mut playground = with(&format!("{{ file: '{path}' }}"));
        playground.secret("ROLEWRIGHT_SECRETS_DIR", secrets.to_str().expect("a path"));
        let planned = playground.run(&["plan"]).ends(7);
        assert!(planned.stderr.contains(said), "{path}: {}", planned.stderr);
        assert!(!planned.stderr.contains(CANARY), "{}", planned.stderr);
    }
    let mut playground = with("{ file: dstny }");
    playground.secret("CREDENTIALS_DIRECTORY", secrets.to_str().expect("a path"));
    let planned = playground.run(&["plan"]).ends(7);
    assert!(planned.stderr.contains("got no answer"), "as systemd gives it: {}", planned.stderr);
}

/// A variable that is read somewhere in the sources would else be one that a policy can name.
#[test]
fn h5_every_variable_that_rolewright_reads_is_reserved() {
    let read = Regex::new(
        r#"(?:env::var|env::var_os|set|variable|env = |: &str =)\(? ?"([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]|CI|HOME|TERM|COLUMNS)""#,
    )
    .expect("a pattern");
    let mut names = BTreeSet::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |text| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        names.extend(read.captures_iter(code).map(|found| found[1].to_owned()));
    });
    for known in ["ROLEWRIGHT_KEY", "ROLEWRIGHT_HOSTS", "ROLEWRIGHT_SECRETS_DIR", "GITHUB_TOKEN", "CI"] {
        assert!(names.contains(known), "{known} is not among {names:?}");
    }
    let free: Vec<&String> = names.iter().filter(|name| !is_reserved_variable(name)).collect();
    assert!(free.is_empty(), "read, and not reserved: {free:?}");
}

fn visit(folder: &Path, text: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text(&fs::read_to_string(path).expect("a source"));
        }
    }
}
