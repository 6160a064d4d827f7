//! Policies from git: each kind of refused repository or file has its own error.
#![expect(clippy::disallowed_methods, reason = "tests make links and files")]

use crate::support::playground::Playground;

#[test]
fn other_kinds_of_repositories_have_their_own_errors() {
    for (option, words) in [("--object-format=sha256", "SHA-256"), ("--ref-format=reftable", "reftable")] {
        let playground = Playground::new();
        playground.git(&["init", "-q", option, "-b", "main", "other"]);
        playground.git(&["-C", "other", "commit", "-q", "--allow-empty", "-m", "x"]);
        let failed = playground.run(&["apply", "-C", "other"]);
        assert_eq!(failed.code, 1, "{}", failed.stderr);
        assert!(failed.stderr.contains(words), "{option}: {}", failed.stderr);
    }
}

#[test]
fn a_shallow_clone_says_how_to_fetch_the_rest() {
    let playground = Playground::new();
    playground.edit("policies/workspace.yaml", "name: contoso", "name: contoso-renamed");
    playground.commit("Second");
    let first = playground.git(&["rev-parse", "HEAD~1"]);
    playground.git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        &format!("file://{}", playground.path("").display()),
        "shallow",
    ]);
    let failed = playground.run(&["plan", "-C", "shallow/policies", "--revision", first.trim()]).ends(1);
    assert!(failed.stderr.contains("fetch-depth: 0"), "{}", failed.stderr);
}

#[test]
fn a_partial_clone_says_what_is_missing() {
    let playground = Playground::new();
    playground.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", playground.path("").display());
    playground.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "partial"]);
    let failed = playground.run(&["plan", "-C", "partial/policies", "--revision", "HEAD"]).ends(1);
    assert!(failed.stderr.contains("partial clone"), "{}", failed.stderr);
}

#[test]
fn b7_links_submodules_and_pointers_are_refused_by_name() {
    let playground = Playground::new();
    std::os::unix::fs::symlink("workspace.yaml", playground.path("policies/linked.yaml")).expect("a link");
    playground
        .write("policies/pointer.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    std::fs::write(playground.path("policies/latin.yaml"), b"a: \xe6\n").expect("a file");
    playground.git(&["add", "-A"]);
    let head = playground.git(&["rev-parse", "HEAD"]);
    playground.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        &format!("160000,{},policies/module", head.trim()),
    ]);
    playground.git(&["commit", "-q", "-m", "Hostile files"]);
    let failed = playground.run(&["apply"]).ends(1);
    for words in [
        "policies/linked.yaml is a link",
        "policies/module is a submodule",
        "policies/pointer.yaml is a Git LFS",
        "policies/latin.yaml is not UTF-8",
    ] {
        assert!(failed.stderr.contains(words), "{words} is missing in\n{}", failed.stderr);
    }
    let failed = playground.run(&["validate"]).ends(1);
    assert!(failed.stderr.contains("policies/linked.yaml is a link"), "{}", failed.stderr);
}

#[test]
fn b6_a_connection_never_leads_out_of_the_data_folder() {
    let playground = Playground::new();
    playground.edit("policies/directories/contoso.yaml", "directories/people.yaml", "../../people.yaml");
    assert!(playground.run(&["validate"]).ends(1).stdout.contains("check/path"));
    let playground = Playground::new();
    playground.git(&["mv", "policies/directories/people.yaml", "outside.yaml"]);
    std::os::unix::fs::symlink("../../outside.yaml", playground.path("policies/directories/people.yaml"))
        .expect("a link");
    let failed = playground.run(&["plan"]);
    assert_ne!(failed.code, 0, "{}", failed.stdout);
}

#[test]
fn scenario_36_the_branch_is_named_by_both_sides_or_nothing_is_applied() {
    let playground = Playground::new();
    playground.git(&["branch", "-m", "main", "trunk"]);
    playground.run(&["apply"]).ends(4);
    playground.edit("policies/workspace.yaml", "protectedBranch: main", "protectedBranch: trunk");
    playground.commit("Renamed on both sides");
    playground.run(&["apply"]).ends(0);
}
