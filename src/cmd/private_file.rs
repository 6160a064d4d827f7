#![expect(clippy::disallowed_types, reason = "door: writes files that the user names")]
//! Files and folders that hold people's data: on Unix readable by their owner only, from the first byte.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file. One that exists is replaced by a new one, because who may read it now, or has it open, is unknown; what is
/// no file, such as a pipe, is written to.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => replace(&fs::canonicalize(path)?, bytes),
        Ok(_) => OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            private().create_new(true).open(path)?.write_all(bytes)
        }
        Err(error) => Err(error),
    }
}

/// Appends to a file; one that exists keeps its mode, because it belongs to whoever made it.
pub(super) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private().create(true).append(true).open(path)?.write_all(bytes)
}

/// Creates a folder and those above it; those that exist keep their mode.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.create(path)
}

/// A temporary file is its owner's only, and takes the place of the other at once.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".rolewright-").tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests look at files")]

    use super::{append, create_folder, write};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn h20_a_file_is_its_owners_only_and_one_that_others_may_read_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        write(&file, b"one").unwrap();
        assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"one".to_vec(), 0o600));
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let mut opened_before = fs::File::open(&file).unwrap();
        write(&file, b"two").unwrap();
        assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"two".to_vec(), 0o600));
        let mut seen = String::new();
        std::io::Read::read_to_string(&mut opened_before, &mut seen).unwrap();
        assert_eq!(seen, "one");
        // A link stays one, and what it leads to is replaced.
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"three").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }

    #[test]
    fn h20_folders_are_their_owners_only_and_what_is_no_file_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        create_folder(&inner).unwrap();
        assert_eq!((mode(&inner), mode(inner.parent().unwrap())), (0o700, 0o700));
        append(&inner.join("summary"), b"one").unwrap();
        append(&inner.join("summary"), b"two").unwrap();
        assert_eq!(fs::read(inner.join("summary")).unwrap(), b"onetwo");
        assert_eq!(mode(&inner.join("summary")), 0o600);
        write(Path::new("/dev/null"), b"anything").unwrap();
    }
}
