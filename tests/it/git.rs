//! Policies from git: kinds of repositories and files that are refused, each with its own words.
#![expect(clippy::disallowed_methods, reason = "tests make links and files")]

use crate::support::playground::Playground;

#[test]
fn other_kinds_of_repositories_have_their_own_errors() {
    for (option, words) in [("--object-format=sha256", "SHA-256"), ("--ref-format=reftable", "reftable")] {
        let it = Playground::new();
        it.git(&["init", "-q", option, "-b", "main", "other"]);
        it.git(&["-C", "other", "commit", "-q", "--allow-empty", "-m", "x"]);
        let failed = it.run(&["apply", "-C", "other"]);
        assert_eq!(failed.code, 1, "{}", failed.talk);
        assert!(failed.talk.contains(words), "{option}: {}", failed.talk);
    }
}

#[test]
fn a_shallow_clone_says_how_to_fetch_the_rest() {
    let it = Playground::new();
    it.edit("policies/workspace.yaml", "name: contoso", "name: contoso-renamed");
    it.commit("Second");
    let first = it.git(&["rev-parse", "HEAD~1"]);
    it.git(&["clone", "-q", "--depth", "1", &format!("file://{}", it.path("").display()), "shallow"]);
    let failed = it.run(&["plan", "-C", "shallow/policies", "--revision", first.trim()]).ends(1);
    assert!(failed.talk.contains("fetch-depth: 0"), "{}", failed.talk);
}

#[test]
fn a_partial_clone_says_what_is_missing() {
    let it = Playground::new();
    it.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", it.path("").display());
    it.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, "partial"]);
    let failed = it.run(&["plan", "-C", "partial/policies", "--revision", "HEAD"]).ends(1);
    assert!(failed.talk.contains("partial clone"), "{}", failed.talk);
}

#[test]
fn b7_links_submodules_and_pointers_are_refused_by_name() {
    let it = Playground::new();
    std::os::unix::fs::symlink("workspace.yaml", it.path("policies/linked.yaml")).expect("a link");
    it.write("policies/pointer.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    std::fs::write(it.path("policies/latin.yaml"), b"a: \xe6\n").expect("a file");
    it.git(&["add", "-A"]);
    let head = it.git(&["rev-parse", "HEAD"]);
    it.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},policies/module", head.trim())]);
    it.git(&["commit", "-q", "-m", "Hostile files"]);
    let failed = it.run(&["apply"]).ends(1);
    for words in [
        "policies/linked.yaml is a link",
        "policies/module is a submodule",
        "policies/pointer.yaml is a Git LFS",
        "policies/latin.yaml is not UTF-8",
    ] {
        assert!(failed.talk.contains(words), "{words} is missing in\n{}", failed.talk);
    }
    let failed = it.run(&["validate"]).ends(1);
    assert!(failed.talk.contains("policies/linked.yaml is a link"), "{}", failed.talk);
}

#[test]
fn b6_a_connection_never_leads_out_of_the_data_folder() {
    let it = Playground::new();
    it.edit("policies/directories/contoso.yaml", "directories/people.yaml", "../../people.yaml");
    assert!(it.run(&["validate"]).ends(1).out.contains("check/path"));
    let it = Playground::new();
    it.git(&["mv", "policies/directories/people.yaml", "outside.yaml"]);
    std::os::unix::fs::symlink("../../outside.yaml", it.path("policies/directories/people.yaml"))
        .expect("a link");
    let failed = it.run(&["plan"]);
    assert_ne!(failed.code, 0, "{}", failed.out);
}

#[test]
fn scenario_36_the_branch_is_named_by_both_sides_or_nothing_is_applied() {
    let it = Playground::new();
    it.git(&["branch", "-m", "main", "trunk"]);
    it.run(&["apply"]).ends(4);
    it.edit("policies/workspace.yaml", "protectedBranch: main", "protectedBranch: trunk");
    it.commit("Renamed on both sides");
    it.run(&["apply"]).ends(0);
}
