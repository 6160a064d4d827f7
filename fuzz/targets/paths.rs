//! Paths of data files and URLs of connections, as policies name them: no accepted path leads out of the data folder or into
//! git's own, and nobody gets a credential for an address that is none.

use super::support::{as_yaml, check_finding, text, workspace};
use rolewright::language::load;
use rolewright::model::{ApplicationConnection, Date, DirectoryConnection, is_git_folder};
use std::path::{Component, Path};

/// Loads policies whose directory, store and start state are at this path.
pub fn target(data: &[u8]) {
    let Some(path) = text(data) else { return };
    let quoted = as_yaml(&path.into());
    let policies = format!(
        "apiVersion: rolewright/v1\nkind: Workspace\nname: contoso\nprotectedBranch: main\n\
         ---\napiVersion: rolewright/v1\nkind: Directory\nname: people\nfile: {{ people: {quoted} }}\n\
         ---\napiVersion: rolewright/v1\nkind: Application\nname: crm\nsqlite: {{ file: {quoted}, startFrom: {quoted} }}\n\
         directories: [{{ name: people }}]\nentitlements: {{ role: {{ values: [reader] }} }}\n\
         ---\napiVersion: rolewright/v1\nkind: Lifecycle\napplication: crm\nscope: {{ always: true }}\n\
         deleted: keep\noutOfScope: keep\ndisabled: keep\n"
    );
    let sources = workspace(&policies);
    let checked = load(&sources, Date::of_unix_days(20_000));
    checked.findings.iter().for_each(|finding| check_finding(finding, &sources));
    let Some(set) = checked.policies else { return };
    assert!(
        matches!(&set.directories[0].connection, DirectoryConnection::People { path: read } if read == path)
    );
    assert!(matches!(&set.applications[0].connection, ApplicationConnection::Sqlite { .. }));
    stays_inside(path);
}

fn stays_inside(path: &str) {
    assert!(!path.is_empty() && !path.contains(['\\', '\0']), "{path:?}");
    for component in Path::new(path).components() {
        assert!(matches!(component, Component::Normal(_)), "{component:?} in {path:?}");
    }
    for part in path.split('/') {
        assert!(!is_git_folder(part) && !matches!(part, "" | "." | ".."), "{part:?} in {path:?}");
    }
    // `c:file` is a file of another drive.
    assert!(path.as_bytes().get(1) != Some(&b':') && !path.starts_with(['/', '~']), "{path:?}");
}
