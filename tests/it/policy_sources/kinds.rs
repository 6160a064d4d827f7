//! Kinds of repositories that cannot be read, or not completely: each has an error with advice.

use super::{head, paths, policies, refusal};
use crate::support::repository::{TestRepository, text};
use rolewright::fetch::git::{GitError, PolicyRepository};
use rolewright::model::Commit;

#[test]
fn a_folder_in_no_repository_says_git_init() {
    let folder = tempfile::tempdir().unwrap();
    let Err(error) = PolicyRepository::open(&folder.path().join("policies")) else { panic!("it was opened") };
    assert!(matches!(error, GitError::NoRepository(_)), "{error}");
    assert!(error.to_string().contains("git init"), "{error}");
}

#[test]
fn a_bare_repository_says_clone() {
    let error = refusal(&TestRepository::started().cloned(&["--bare"]));
    assert!(matches!(error, GitError::Bare(_)), "{error}");
    assert!(error.to_string().contains("clone it"), "{error}");
}

#[test]
fn sha256_ids_have_their_own_error() {
    let error = refusal(&TestRepository::with(&["--object-format=sha256"]));
    assert!(matches!(error, GitError::Sha256(_)), "{error}");
    assert!(error.to_string().contains("SHA-1"), "{error}");
}

#[test]
fn reftable_has_its_own_error() {
    let error = refusal(&TestRepository::with(&["--ref-format=reftable"]));
    assert!(matches!(error, GitError::Reftable(_)), "{error}");
    assert!(error.to_string().contains("git refs migrate"), "{error}");
}

#[test]
fn scenario_34_a_shallow_clone_reads_its_tip_and_says_how_to_fetch_more() {
    let origin = TestRepository::started();
    let first = head(&origin);
    origin.write("policies/a.yaml", "two\n");
    origin.commit("second");
    let shallow = origin.cloned(&["--depth", "1"]);
    let repository = policies(&shallow);
    assert_eq!(paths(&repository.read(&head(&shallow)).unwrap()), ["policies/a.yaml"]);
    for error in [repository.read(&first).unwrap_err(), repository.resolve("HEAD~1").unwrap_err()] {
        assert!(matches!(error, GitError::Shallow(_)), "{error}");
        assert!(error.to_string().contains("fetch-depth: 0"), "{error}");
    }
    assert_eq!(repository.merge_base(&first, &head(&shallow)), None);
}

#[test]
fn a_partial_clone_names_the_file_it_lacks() {
    let origin = TestRepository::started();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = origin.cloned(&["--filter=blob:none", "--no-checkout"]);
    let error = policies(&partial).read(&head(&partial)).unwrap_err();
    assert_eq!(error, GitError::Partial("policies/a.yaml".to_owned()));
    assert!(error.to_string().contains("--filter"), "{error}");
}

#[test]
fn a_damaged_repository_is_not_taken_for_a_partial_one() {
    let repository = TestRepository::started();
    let blob = repository.git(&["rev-parse", "HEAD:policies/a.yaml"]);
    let file = repository.git_folder().join("objects").join(&blob[..2]).join(&blob[2..]);
    repository.remove(&file);
    let error = policies(&repository).read(&head(&repository)).unwrap_err();
    assert_eq!(error, GitError::Damaged("policies/a.yaml".to_owned()));
}

#[test]
fn a_branch_without_commit_and_no_branch_have_their_own_errors() {
    let repository = TestRepository::new();
    assert_eq!(policies(&repository).current_branch(), Err(GitError::Unborn));
    assert_eq!(policies(&repository).tip(None, "main"), Err(GitError::NoBranch("main".to_owned())));
    let repository = TestRepository::started();
    repository.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(policies(&repository).current_branch(), Err(GitError::Detached));
}

#[test]
fn a_missing_commit_and_a_missing_folder_have_errors_of_their_own() {
    let repository = TestRepository::started();
    let nowhere = Commit("0".repeat(40));
    assert_eq!(policies(&repository).read(&nowhere), Err(GitError::NoRevision(nowhere.0.clone())));
    let other = PolicyRepository::open(&repository.path().join("elsewhere/deeper")).unwrap();
    let error = other.read(&head(&repository)).unwrap_err();
    assert!(matches!(&error, GitError::NoFolder { folder, .. } if folder == "elsewhere/deeper"), "{error}");
    assert!(error.to_string().contains("-C DIR"), "{error}");
}

#[test]
fn the_folder_is_relative_to_the_root() {
    let repository = TestRepository::started();
    let folder =
        |path: &str| PolicyRepository::open(&repository.path().join(path)).unwrap().folder().to_owned();
    assert_eq!(folder("policies"), "policies");
    assert_eq!(folder(""), "");
    assert_eq!(folder("policies/not/there/yet"), "policies/not/there/yet");
    let whole = PolicyRepository::open(&repository.path()).unwrap();
    assert_eq!(paths(&whole.read(&head(&repository)).unwrap()), ["policies/a.yaml"]);
}

#[test]
fn a_second_work_tree_of_a_repository_reads_the_same() {
    let repository = TestRepository::started();
    let home = tempfile::tempdir().unwrap();
    let second = home.path().join("second");
    repository.git(&["worktree", "add", "--quiet", "-b", "feature", text(&second)]);
    let opened = PolicyRepository::open(&second.join("policies")).unwrap();
    assert_eq!(opened.current_branch(), Ok("feature".to_owned()));
    assert_eq!(
        opened.read(&head(&repository)).unwrap(),
        policies(&repository).read(&head(&repository)).unwrap()
    );
}
