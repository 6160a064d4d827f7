//! Files that are refused: because of their path, size or number, in a commit and in the work tree.

use super::{head, paths, policies};
use crate::support::repository::TestRepository;
use rolewright::fetch::git::GitError;
use rolewright::fetch::read_work_tree;
use rolewright::model::Commit;

/// Commits the index, and gives the problems of reading it.
fn problems(repository: &TestRepository) -> Vec<String> {
    let commit = Commit(repository.commit_staged("all of it"));
    match policies(repository).read(&commit) {
        Err(GitError::Files(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

fn work_tree_problems(repository: &TestRepository) -> Vec<String> {
    read_work_tree(&repository.path().join("policies"), "policies").unwrap_err().0
}

fn starts(problems: &[String], expected: &[&str]) {
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem:?} does not begin with {start:?}");
    }
}

#[test]
fn b7_links_submodules_and_pointers_are_refused_all_at_once() {
    let repository = TestRepository::started();
    let target = repository.object("blob", b"a.yaml");
    let pointer = repository.object("blob", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    let latin = repository.object("blob", b"name: J\xf8rgen\n");
    repository.stage("120000", &target, "policies/b.yaml");
    repository.stage("120000", &target, "policies/folder");
    repository.stage("160000", &head(&repository).0, "policies/module");
    repository.stage("100644", &pointer, "policies/pointer.yaml");
    repository.stage("100644", &latin, "policies/z.yml");
    starts(
        &problems(&repository),
        &[
            "policies/b.yaml is a link",
            "policies/folder is a link",
            "policies/module is a submodule",
            "policies/pointer.yaml is a Git LFS pointer",
            "policies/z.yml is not UTF-8",
        ],
    );
}

#[cfg(unix)]
#[test]
fn b7_links_in_the_work_tree_are_refused_wherever_they_point() {
    let repository = TestRepository::started();
    let folder = repository.path().join("policies");
    repository.write("outside/x.yaml", "secret\n");
    std::os::unix::fs::symlink("a.yaml", folder.join("b.yaml")).unwrap();
    std::os::unix::fs::symlink("../outside", folder.join("folder")).unwrap();
    repository.write("policies/pointer.yaml", "version https://git-lfs.github.com/spec/v1\n");
    starts(
        &work_tree_problems(&repository),
        &[
            "policies/b.yaml is a link",
            "policies/folder is a link",
            "policies/pointer.yaml is a Git LFS pointer",
        ],
    );
}

#[test]
fn b6_names_that_lead_elsewhere_or_cannot_be_shown_are_refused() {
    let repository = TestRepository::started();
    let blob = repository.object("blob", b"one\n");
    let inner = repository.raw_tree(&[(b"100644", b"x.yaml", &blob)]);
    let names: [&[u8]; 9] = [
        b"..\\x.yaml",
        b"../x.yaml",
        b"a\nb.yaml",
        b"a\tb.yaml",
        b"a\x1b[31m.yaml",
        b"J\xf8rgen.yaml",
        "\u{202e}lmay.yaml".as_bytes(),
        "\u{200b}.yaml".as_bytes(),
        b"c:\\x.yaml",
    ];
    for name in names {
        let folder = repository.raw_tree(&[(b"100644", name, &blob)]);
        let problems = repository.read_raw(&folder).unwrap_err();
        let shown = format!("policies/{} cannot be the name of a policy file", name.escape_ascii());
        assert!(problems.contains(&shown), "{problems}");
        assert!(problems.is_ascii(), "{problems}");
    }
    for name in [&b".."[..], b"."] {
        let folder = repository.raw_tree(&[(b"40000", name, &inner)]);
        let problems = repository.read_raw(&folder).unwrap_err();
        assert!(problems.contains("cannot be the name of a policy file"), "{problems}");
    }
}

#[test]
fn hidden_files_and_other_files_are_skipped_in_both() {
    let repository = TestRepository::started();
    repository.write(".github/workflows/ci.yml", "on: push\n");
    repository.write("policies/.hidden/x.yaml", "x\n");
    repository.write("policies/.x.yaml", "x\n");
    repository.write("policies/README.md", "x\n");
    repository.write("policies/deep/er/b.yml", "two\n");
    let commit = Commit(repository.commit("all"));
    let whole = rolewright::fetch::git::PolicyRepository::open(&repository.path()).unwrap();
    let read = whole.read(&commit).unwrap();
    assert_eq!(paths(&read), ["policies/a.yaml", "policies/deep/er/b.yml"]);
    assert_eq!(read.commit.as_ref(), Some(&commit));
    let tree = read_work_tree(&repository.path(), "").unwrap();
    assert!(tree.iter().map(|(_, file)| file).eq(read.iter().map(|(_, file)| file)));
}

#[test]
fn a_file_over_a_mebibyte_is_refused_unread() {
    let repository = TestRepository::started();
    let at_most = "x".repeat((1 << 20) + 1);
    repository.write("policies/a.yaml", &at_most);
    let commit = Commit(repository.commit("as much as the YAML reader wants to see"));
    assert_eq!(policies(&repository).read(&commit).unwrap().len(), 1);
    repository.write("policies/a.yaml", &(at_most + "x"));
    repository.git(&["add", "--all"]);
    starts(&problems(&repository), &["policies/a.yaml has 1048578 bytes"]);
    starts(&work_tree_problems(&repository), &["policies/a.yaml has 1048578 bytes"]);
}

#[test]
fn more_than_64_mebibytes_together_are_refused() {
    let repository = TestRepository::started();
    let blob = repository.object("blob", &vec![b'x'; 1 << 20]);
    let names: Vec<String> = (0..65).map(|number| format!("{number:03}.yaml")).collect();
    let entries = |count: usize| -> Vec<(&[u8], &[u8], &str)> {
        names[..count].iter().map(|name| (&b"100644"[..], name.as_bytes(), blob.as_str())).collect()
    };
    assert_eq!(repository.read_raw(&repository.raw_tree(&entries(64))), Ok(64));
    let problems = repository.read_raw(&repository.raw_tree(&entries(65))).unwrap_err();
    assert!(problems.starts_with("the policy files hold more than 64 MiB together"), "{problems}");
}

#[test]
fn more_than_5000_files_are_refused() {
    let repository = TestRepository::started();
    let blob = repository.object("blob", b"one\n");
    let names: Vec<String> = (0..5001).map(|number| format!("{number:04}.yaml")).collect();
    let entries = |count: usize| -> Vec<(&[u8], &[u8], &str)> {
        names[..count].iter().map(|name| (&b"100644"[..], name.as_bytes(), blob.as_str())).collect()
    };
    assert_eq!(repository.read_raw(&repository.raw_tree(&entries(5000))), Ok(5000));
    let problems = repository.read_raw(&repository.raw_tree(&entries(5001))).unwrap_err();
    assert!(problems.starts_with("there are more than 5000 policy files"), "{problems}");
    assert_eq!(problems.lines().count(), 1, "{problems}");
}

#[test]
fn an_endless_tree_is_refused() {
    let repository = TestRepository::started();
    let mut tree = repository.raw_tree(&[]);
    for _ in 0..30 {
        tree =
            repository.raw_tree(&[(b"40000", b"a", &tree), (b"40000", b"b", &tree), (b"40000", b"c", &tree)]);
    }
    let problems = repository.read_raw(&tree).unwrap_err();
    assert!(problems.contains("more than 200000 entries"), "{problems}");
}

#[test]
fn endless_folders_are_refused() {
    let repository = TestRepository::started();
    let mut tree = repository.raw_tree(&[]);
    for _ in 0..5_000 {
        tree = repository.raw_tree_quick(b"a", &tree);
    }
    let problems = repository.read_raw(&tree).unwrap_err();
    assert!(problems.contains("more than 32 folders deep"), "{problems}");
}

impl TestRepository {
    /// A tree of exactly these entries: mode, name, id; git does not check it.
    fn raw_tree(&self, entries: &[(&[u8], &[u8], &str)]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend([mode, &b" "[..], name, b"\0"].concat());
            bytes.extend(
                id.as_bytes()
                    .chunks(2)
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()),
            );
        }
        self.object("tree", &bytes)
    }

    /// A tree of one folder, without a child process.
    fn raw_tree_quick(&self, name: &[u8], id: &str) -> String {
        let repository = git2::Repository::open(self.path()).unwrap();
        let mut builder = repository.treebuilder(None).unwrap();
        builder.insert(name, git2::Oid::from_str(id).unwrap(), 0o040_000).unwrap();
        builder.write().unwrap().to_string()
    }

    /// How many files the tree of a workspace folder contains, or the error.
    fn read_raw(&self, tree: &str) -> Result<usize, String> {
        let read = policies(self).read_tree(tree, None);
        read.map(|sources| sources.len()).map_err(|error| error.to_string())
    }
}
