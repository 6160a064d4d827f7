//! What is added to a workspace that exists: one application, or one directory.

use crate::cmd::choices::{ApplicationKind, DirectoryKind};
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use regex::Regex;

/// A path below the folder, with `/`, and the file's content.
type NewFile = (String, String);

const APPLICATION: [(&str, &str); 5] = [
    ("application.yaml", include_str!("addition/application.yaml")),
    ("attribute-mapping.yaml", include_str!("addition/attribute-mapping.yaml")),
    ("lifecycle.yaml", include_str!("addition/lifecycle.yaml")),
    ("linking-rules.yaml", include_str!("addition/linking-rules.yaml")),
    ("tests.yaml", include_str!("addition/tests.yaml")),
];

/// The documents of a new application that a directory feeds.
///
/// # Errors
/// The name is no application's, or there is not exactly one directory to feed it and none is named.
pub(super) fn application(
    name: &str,
    kind: ApplicationKind,
    directories: &[&str],
    named: Option<&str>,
) -> Result<Vec<NewFile>, Stop> {
    fits("--application", name)?;
    let feeds = feeding(directories, named)?;
    let (connection, rights) = match kind {
        ApplicationKind::Scim => {
            (include_str!("addition/scim"), "  role: { values: [editor], wire: { values: roles } }")
        }
        ApplicationKind::Postgres => (include_str!("addition/postgres"), "  role: { values: [editor] }"),
        ApplicationKind::Sqlite => (include_str!("addition/sqlite"), "  role: { values: [editor] }"),
    };
    // With a word behind it, so that no variable of Rolewright's own is named.
    let secret = format!("ROLEWRIGHT_{}", name.to_uppercase().replace('-', "_"));
    let fill = |text: &str| {
        text.replace("@connection@\n", connection)
            .replace("@rights@", rights)
            .replace("@feeds@", feeds)
            .replace("@secret@", &secret)
            .replace("@application@", name)
    };
    Ok(APPLICATION.iter().map(|(file, text)| (format!("policies/{name}/{file}"), fill(text))).collect())
}

/// The one directory that is meant.
fn feeding<'d>(directories: &[&'d str], named: Option<&str>) -> Result<&'d str, Stop> {
    let list = directories.join(", ");
    match (directories, named) {
        ([only], None) => Ok(only),
        (all, Some(named)) => all.iter().find(|name| **name == named).copied().ok_or_else(|| {
            Stop::new(
                Code::UnknownName,
                format!("`--name {named}`: no directory is called that; there are: {list}"),
            )
        }),
        ([], None) => Err(Stop::new(
            Code::Argument,
            "the workspace has no directory: add one first, with `rolewright init --directory entra`",
        )),
        (_, None) => Err(Stop::new(
            Code::Argument,
            format!(
                "there are several directories ({list}): say with `--name` which one feeds the application"
            ),
        )),
    }
}

/// The document of a new directory, with a connection to be filled in.
///
/// # Errors
/// The name is no directory's.
pub(super) fn directory(kind: DirectoryKind, named: Option<&str>) -> Result<Vec<NewFile>, Stop> {
    let (word, about, connection) = match kind {
        DirectoryKind::Entra => (
            "entra",
            "# People and groups from Microsoft Entra ID. Fill in your two ids; docs/how-to/entra.md says which permissions it needs.",
            "entra: { tenantId: company.onmicrosoft.com, clientId: 00000000-0000-4000-8000-000000000000, credential: { federated: true } }",
        ),
        DirectoryKind::Ldap => (
            "ldap",
            "# People and groups from Active Directory, or another LDAP directory, by an account that can only read.",
            "ldap:\n  url: ldaps://dc1.company.example\n  baseDn: DC=company,DC=example\n  bindDn: rolewright@company.example\n  \
             credential: { env: ROLEWRIGHT_@SECRET@_PASSWORD }",
        ),
        DirectoryKind::File => (
            "people",
            "# People and groups from a file of this repository.",
            "file: { people: data/@name@.yaml }",
        ),
    };
    let name = fits("--name", named.unwrap_or(word))?;
    let secret = name.to_uppercase().replace('-', "_");
    let text = include_str!("addition/directory.yaml")
        .replace("@about@", about)
        .replace("@connection@", connection)
        .replace("@SECRET@", &secret)
        .replace("@name@", name);
    let mut files = vec![(format!("policies/directories/{name}.yaml"), text)];
    if kind == DirectoryKind::File {
        files.push((
            format!("policies/data/{name}.yaml"),
            include_str!("policies/data/people.yaml").to_owned(),
        ));
    }
    Ok(files)
}

fn fits<'n>(flag: &str, name: &'n str) -> Result<&'n str, Stop> {
    let fits = Regex::new("^[a-z0-9]+(-[a-z0-9]+)*$").is_ok_and(|pattern| pattern.is_match(name));
    if fits {
        Ok(name)
    } else {
        let name = name.escape_debug();
        Err(Stop::new(
            Code::Argument,
            format!("`{flag}`: `{name}` is not a name such as `meeting-rooms`: small letters, digits, `-`"),
        ))
    }
}
