#![expect(clippy::disallowed_methods, reason = "door: makes the playground's files")]
//! The playground: a git repository with policies, a directory and an embedded application.

use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use git2::build::CheckoutBuilder;
use git2::{IndexAddOption, Repository, RepositoryInitOptions, Signature};
use similar::TextDiff;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The files of the worked policies, as in this repository.
const FILES: [(&str, &str); 11] = [
    ("policies/workspace.yaml", include_str!("../../../policies/workspace.yaml")),
    ("policies/directories/contoso.yaml", include_str!("../../../policies/directories/contoso.yaml")),
    ("policies/directories/people.yaml", include_str!("../../../policies/directories/people.yaml")),
    ("policies/dstny/application.yaml", include_str!("../../../policies/dstny/application.yaml")),
    ("policies/dstny/linking-rules.yaml", include_str!("../../../policies/dstny/linking-rules.yaml")),
    ("policies/dstny/exclusions.yaml", include_str!("../../../policies/dstny/exclusions.yaml")),
    ("policies/dstny/constraints.yaml", include_str!("../../../policies/dstny/constraints.yaml")),
    ("policies/dstny/attribute-mapping.yaml", include_str!("../../../policies/dstny/attribute-mapping.yaml")),
    ("policies/dstny/lifecycle.yaml", include_str!("../../../policies/dstny/lifecycle.yaml")),
    ("policies/dstny/tests.yaml", include_str!("../../../policies/dstny/tests.yaml")),
    ("policies/dstny/start.yaml", include_str!("../../../policies/dstny/start.yaml")),
];
const CHANGED: &str = "policies/dstny/lifecycle.yaml";

/// A playground that is the process's current folder.
pub(super) struct Playground {
    folder: PathBuf,
    repository: Repository,
}

impl Playground {
    /// Creates a new folder, never using an existing one, with an empty `main` and the policies on a branch.
    pub(super) fn make(named: Option<&Path>) -> Result<Self, Stop> {
        let folder = free(named)?;
        fs::create_dir_all(&folder).map_err(problem)?;
        let folder = folder.canonicalize().map_err(problem)?;
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").no_reinit(true);
        let repository = Repository::init_opts(&folder, &options).map_err(git)?;
        env::set_current_dir(&folder).map_err(problem)?;
        let playground = Self { folder, repository };
        playground.write(".gitignore", "*.db\n*.db-wal\n*.db-shm\n")?;
        playground.commit("Begin")?;
        playground.switch("first-policies", true)?;
        for (path, text) in FILES {
            playground.write(path, text)?;
        }
        playground.commit("The first policies")?;
        Ok(playground)
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Merges a branch into `main`, fast forward, and checks `main` out.
    pub(super) fn merge(&self, branch: &str) -> Result<(), Stop> {
        let tip = self.repository.refname_to_id(&format!("refs/heads/{branch}")).map_err(git)?;
        self.repository.reference("refs/heads/main", tip, true, "merge").map_err(git)?;
        self.switch("main", false)
    }

    /// Changes a policy on a new branch; gives the difference.
    pub(super) fn change_policy(&self) -> Result<String, Stop> {
        self.switch("disabled-people", true)?;
        let before = fs::read_to_string(CHANGED).map_err(problem)?;
        let after = before.replace("disabled: provision # stays, not searchable", "disabled: deactivate");
        fs::write(CHANGED, &after).map_err(problem)?;
        Ok(TextDiff::from_lines(&before, &after)
            .unified_diff()
            .context_radius(1)
            .header(CHANGED, CHANGED)
            .to_string())
    }

    fn switch(&self, branch: &str, new: bool) -> Result<(), Stop> {
        if new {
            let head = self.repository.head().and_then(|head| head.peel_to_commit()).map_err(git)?;
            self.repository.branch(branch, &head, false).map_err(git)?;
        }
        self.repository.set_head(&format!("refs/heads/{branch}")).map_err(git)?;
        self.repository.checkout_head(Some(CheckoutBuilder::new().force())).map_err(git)
    }

    fn write(&self, path: &str, text: &str) -> Result<(), Stop> {
        let place = self.folder.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(problem)?;
        }
        fs::write(place, text).map_err(problem)
    }

    fn commit(&self, message: &str) -> Result<(), Stop> {
        let author = Signature::now("Rolewright demo", "demo@contoso.example").map_err(git)?;
        let mut index = self.repository.index().map_err(git)?;
        index.add_all(["*"], IndexAddOption::DEFAULT, None).map_err(git)?;
        index.write().map_err(git)?;
        let tree = self.repository.find_tree(index.write_tree().map_err(git)?).map_err(git)?;
        let parent = self.repository.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.repository.commit(Some("HEAD"), &author, &author, message, &tree, &parents).map_err(git)?;
        Ok(())
    }
}

/// The named folder, if it does not exist; otherwise the first of `playground`, `playground-2`, ... that does not
/// exist.
fn free(named: Option<&Path>) -> Result<PathBuf, Stop> {
    match named {
        Some(named) if named.exists() => Err(Stop::new(
            Code::FileExists,
            format!("{} exists already: name another folder", named.display()),
        )),
        Some(named) => Ok(named.to_owned()),
        None => {
            let numbered = (2..).map(|number| PathBuf::from(format!("playground-{number}")));
            let mut folders = std::iter::once(PathBuf::from("playground")).chain(numbered);
            folders.find(|folder| !folder.exists()).ok_or_else(|| {
                Stop::new(
                    Code::FileExists,
                    "every folder `playground-NUMBER` exists already: name another folder",
                )
            })
        }
    }
}

fn problem(error: std::io::Error) -> Stop {
    Stop::new(Code::File, format!("the playground: {error}"))
}

fn git(error: git2::Error) -> Stop {
    Stop::new(Code::Git, format!("the playground: git: {}", error.message()))
}
