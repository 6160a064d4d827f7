#![expect(clippy::disallowed_methods, reason = "verb room: reads files with secrets, and where they may be")]
#![expect(
    clippy::disallowed_types,
    reason = "verb room: a file is opened once, and looked at before it is read"
)]
//! Files with credentials: only regular, small ones in folders for secrets, so that no policy can name another file of
//! the machine or of the process (threat H5).

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The operator names the folder for secrets in this variable.
const VARIABLE: &str = "ROLEWRIGHT_SECRETS_DIR";
/// Where systemd puts the credentials of a service (`LoadCredential=`).
const OF_SYSTEMD: &str = "CREDENTIALS_DIRECTORY";
/// Where Docker and Podman put the secrets of a container.
const OF_CONTAINERS: &str = "/run/secrets";
/// The largest file in bytes: a certificate with its key and its authorities is much smaller.
const LARGEST: u64 = 64 << 10;

/// The folders that may hold files with secrets.
pub(super) enum SecretFolders {
    /// The one that the operator names, with what lies below it.
    Named(PathBuf),
    /// Those that systemd and containers use. Only files directly in them: below them lie identities of the machine,
    /// such as `/run/secrets/kubernetes.io`.
    Usual(Vec<PathBuf>),
}

impl SecretFolders {
    /// As the environment says.
    pub(super) fn of_environment() -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        match set(VARIABLE) {
            Some(named) => Self::Named(named),
            None => Self::Usual(set(OF_SYSTEMD).into_iter().chain([PathBuf::from(OF_CONTAINERS)]).collect()),
        }
    }

    /// The text of a file. A relative path is one in these folders. An error never holds the content.
    ///
    /// # Errors
    /// When it lies elsewhere, is no regular file, is too large, or cannot be read.
    pub(super) fn read(&self, path: &str) -> Result<String, String> {
        let problem = |what: &str| format!("the credential file `{path}`{what}");
        let place = self.find(path).map_err(|error| problem(&format!(": {error}")))?;
        let place =
            place.ok_or_else(|| problem(&format!(" is not in a folder for secrets: {}", self.advice())))?;
        let text = text(&place).map_err(|error| problem(&format!(": {error}")))?;
        text.ok_or_else(|| {
            problem(&format!(
                " cannot be used: expected a regular text file of at most {} KiB",
                LARGEST >> 10
            ))
        })
    }

    /// The file with its links resolved; none: it lies elsewhere.
    fn find(&self, path: &str) -> std::io::Result<Option<PathBuf>> {
        let (mut elsewhere, mut missing) = (false, None);
        for folder in self.folders() {
            let written = folder.join(path);
            match (folder.canonicalize(), written.canonicalize()) {
                (Ok(folder), Ok(file)) if self.holds(&folder, &file) => return Ok(Some(file)),
                (_, Ok(_)) => elsewhere = true,
                // Of a path that leads elsewhere nobody is told whether there is a file.
                (_, Err(error)) if leads_into(folder, &written) => missing = Some(error),
                (_, Err(_)) => elsewhere = true,
            }
        }
        match missing.filter(|_| !elsewhere) {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }

    fn folders(&self) -> &[PathBuf] {
        match self {
            Self::Named(folder) => std::slice::from_ref(folder),
            Self::Usual(folders) => folders,
        }
    }

    /// Whether a folder holds a file, both with their links resolved.
    fn holds(&self, folder: &Path, file: &Path) -> bool {
        match self {
            Self::Named(_) => file.starts_with(folder),
            Self::Usual(_) => file.parent() == Some(folder),
        }
    }

    fn advice(&self) -> String {
        match self {
            Self::Named(folder) => format!("`{VARIABLE}` is `{}`; put it there", folder.display()),
            Self::Usual(_) => format!(
                "put it directly into `{OF_CONTAINERS}` or systemd's `${OF_SYSTEMD}`, or name its folder in \
                 `{VARIABLE}`"
            ),
        }
    }
}

/// Whether a path stays in a folder, by its text.
fn leads_into(folder: &Path, path: &Path) -> bool {
    path.strip_prefix(folder)
        .is_ok_and(|rest| rest.components().all(|part| matches!(part, Component::Normal(_))))
}

/// The text of a file; none if it is not regular, too large, or no text. A pipe is not even opened.
fn text(place: &Path) -> std::io::Result<Option<String>> {
    if !place.metadata()?.is_file() {
        return Ok(None);
    }
    let file = File::open(place)?;
    // It may have been replaced since then.
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    let small = bytes.len() as u64 <= LARGEST;
    Ok(String::from_utf8(bytes).ok().filter(|_| small))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, SecretFolders};
    use std::fs;
    use std::path::Path;

    /// A folder for secrets with one of them, and one beside it.
    fn folders() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("secrets/below")).unwrap();
        for name in ["secrets/crm", "secrets/below/token", "elsewhere"] {
            fs::write(root.path().join(name), "canary-5f1e\n").unwrap();
        }
        root
    }

    fn text(path: &Path) -> String {
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_file_in_the_folder_is_read_by_its_name_and_by_its_path() {
        let root = folders();
        let folder = root.path().join("secrets");
        for folders in [SecretFolders::Named(folder.clone()), SecretFolders::Usual(vec![folder.clone()])] {
            assert_eq!(folders.read("crm").unwrap(), "canary-5f1e\n");
            assert_eq!(folders.read(&text(&folder.join("crm"))).unwrap(), "canary-5f1e\n");
        }
        let named = SecretFolders::Named(folder.clone());
        assert_eq!(named.read("below/token").unwrap(), "canary-5f1e\n");
        let usual = SecretFolders::Usual(vec![root.path().join("missing"), folder]);
        assert_eq!(usual.read("crm").unwrap(), "canary-5f1e\n");
        assert!(usual.read("below/token").is_err(), "an identity of the machine");
        let missing = named.read("nothing").unwrap_err();
        assert!(missing.contains("`nothing`: No such file"), "{missing}");
    }

    #[test]
    fn h5_a_file_elsewhere_is_no_credential() {
        let root = folders();
        let folder = root.path().join("secrets");
        let elsewhere = root.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, folder.join("link")).unwrap();
        for folders in [SecretFolders::Named(folder.clone()), SecretFolders::Usual(vec![folder])] {
            for path in
                ["link", "../elsewhere", &text(&elsewhere), "/proc/self/environ", "/etc/hostname", "/missing"]
            {
                let problem = folders.read(path).unwrap_err();
                assert!(problem.contains("is not in a folder for secrets"), "{path}: {problem}");
                assert!(!problem.contains("canary"), "{problem}");
            }
        }
    }

    #[test]
    fn h5_what_is_no_small_regular_file_is_no_credential() {
        let root = folders();
        let folder = root.path().join("secrets");
        fs::write(folder.join("large"), "c".repeat(LARGEST as usize + 1)).unwrap();
        fs::write(folder.join("bytes"), b"canary\xff").unwrap();
        fs::write(folder.join("whole"), "c".repeat(LARGEST as usize)).unwrap();
        let made = std::process::Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap();
        assert!(made.success());
        let folders = SecretFolders::Named(folder);
        for path in ["large", "bytes", "pipe", "below"] {
            let problem = folders.read(path).unwrap_err();
            assert!(problem.contains("expected a regular text file"), "{path}: {problem}");
            assert!(!problem.contains("canary"), "{problem}");
        }
        assert!(folders.read("whole").is_ok());
    }
}
