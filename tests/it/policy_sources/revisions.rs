//! Branches, tips and histories.

use super::{head, paths, policies};
use crate::support::repository::TestRepository;
use rolewright::fetch::git::GitError;
use rolewright::ledger::Remote;
use rolewright::model::Commit;

#[test]
fn scenario_1_the_tip_is_the_remotes_and_freshly_fetched() {
    let origin = TestRepository::started();
    let clone = origin.cloned(&[]);
    clone.write("policies/b.yaml", "mine\n");
    clone.commit("not pushed");
    origin.write("policies/c.yaml", "theirs\n");
    let theirs = Commit(origin.commit("merged"));

    let repository = policies(&clone);
    assert_eq!(repository.remote(), Ok(Some("origin".to_owned())));
    Remote::new(repository.root(), "origin").fetch_branch("main").unwrap();
    let tip = repository.tip(Some("origin"), "main").unwrap();
    assert_eq!(tip, theirs);
    assert_eq!(paths(&repository.read(&tip).unwrap()), ["policies/a.yaml", "policies/c.yaml"]);
}

#[test]
fn scenario_39_without_remote_the_tip_is_the_local_branchs() {
    let repository = TestRepository::started();
    let main = head(&repository);
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    repository.write("policies/b.yaml", "more\n");
    repository.commit("not merged");
    let opened = policies(&repository);
    assert_eq!(opened.remote(), Ok(None));
    assert_eq!(opened.current_branch(), Ok("feature".to_owned()));
    assert_eq!(opened.tip(None, "main"), Ok(main));
}

#[test]
fn scenario_36_the_default_branch_is_what_the_remotes_head_names_now() {
    let origin = TestRepository::started();
    let clone = origin.cloned(&[]);
    let repository = policies(&clone);
    let remote = Remote::new(repository.root(), "origin");
    assert_eq!(remote.default_branch().unwrap().as_deref(), Some("main"));
    origin.git(&["branch", "--move", "main", "trunk"]);
    assert_eq!(remote.default_branch().unwrap().as_deref(), Some("trunk"));
    assert_eq!(repository.remote_default_branch("origin").as_deref(), Some("main"), "as the clone left it");
    let error = remote.fetch_branch("main").unwrap_err();
    assert!(error.to_string().contains("main"), "{error}");
}

#[test]
fn a_branch_that_only_a_single_branch_clone_lacks_is_fetched() {
    let origin = TestRepository::started();
    origin.git(&["branch", "production"]);
    let clone = origin.cloned(&["--single-branch", "--depth", "1"]);
    let repository = policies(&clone);
    let missing = repository.tip(Some("origin"), "production");
    assert_eq!(missing, Err(GitError::NoBranch("production".to_owned())));
    Remote::new(repository.root(), "origin").fetch_branch("production").unwrap();
    assert_eq!(repository.tip(Some("origin"), "production"), Ok(head(&origin)));
}

#[test]
fn among_several_remotes_only_origin_counts() {
    let repository = TestRepository::started();
    let opened = policies(&repository);
    repository.git(&["remote", "add", "one", "file:///one"]);
    assert_eq!(opened.remote(), Ok(Some("one".to_owned())));
    repository.git(&["remote", "add", "two", "file:///two"]);
    assert_eq!(opened.remote(), Err(GitError::SeveralRemotes("one, two".to_owned())));
    repository.git(&["remote", "add", "origin", "file:///three"]);
    assert_eq!(opened.remote(), Ok(Some("origin".to_owned())));
}

#[test]
fn diverged_histories_have_a_merge_base_and_no_order() {
    let repository = TestRepository::started();
    let base = head(&repository);
    repository.git(&["checkout", "--quiet", "-b", "feature"]);
    let feature = Commit(repository.commit_staged("feature"));
    repository.git(&["checkout", "--quiet", "main"]);
    let main = Commit(repository.commit_staged("main"));
    let opened = policies(&repository);
    assert_eq!(opened.merge_base(&feature, &main), Some(base.clone()));
    assert!(opened.is_ancestor(&base, &main) && opened.is_ancestor(&main, &main));
    assert!(!opened.is_ancestor(&feature, &main) && !opened.is_ancestor(&main, &base));
    repository.git(&["checkout", "--quiet", "--orphan", "other"]);
    let other = Commit(repository.commit_staged("other"));
    assert_eq!(opened.merge_base(&other, &main), None);
}

#[test]
fn equal_policies_have_no_impact() {
    let repository = TestRepository::started();
    let commit = head(&repository);
    let opened = policies(&repository);
    repository.write("README.md", "x\n");
    repository.write("policies/notes.txt", "x\n");
    assert!(!opened.differs(&commit));
    repository.write("policies/new/b.yaml", "not even added\n");
    assert!(opened.differs(&commit));
    let later = Commit(repository.commit("now it is"));
    assert!(!opened.differs(&later));
    assert!(opened.differs(&commit));
    repository.write("policies/a.yaml", "changed\n");
    assert!(opened.differs(&later));
}

#[test]
fn the_folders_tree_is_the_same_while_the_folder_is() {
    let repository = TestRepository::started();
    let opened = policies(&repository);
    let before = opened.tree_id(&head(&repository)).unwrap();
    repository.write("elsewhere.txt", "x\n");
    let commit = Commit(repository.commit("elsewhere"));
    assert_eq!(opened.tree_id(&commit).unwrap(), before);
    assert_eq!(opened.read_tree(&before, Some(commit.clone())), opened.read(&commit));
}
