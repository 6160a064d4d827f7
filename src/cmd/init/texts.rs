//! The templates of a new repository, which are beside this file.

use crate::cmd::choices::{DirectoryKind, Forge};

/// A path below the folder, with `/`, and its template.
type Text = (&'static str, String);

const POLICIES: [(&str, &str); 10] = [
    ("policies/.gitignore", include_str!("policies/gitignore")),
    ("policies/data/intranet.yaml", include_str!("policies/data/intranet.yaml")),
    ("policies/data/people.yaml", include_str!("policies/data/people.yaml")),
    ("policies/intranet/attribute-mapping.yaml", include_str!("policies/intranet/attribute-mapping.yaml")),
    ("policies/intranet/constraints.yaml", include_str!("policies/intranet/constraints.yaml")),
    ("policies/intranet/exclusions.yaml", include_str!("policies/intranet/exclusions.yaml")),
    ("policies/intranet/lifecycle.yaml", include_str!("policies/intranet/lifecycle.yaml")),
    ("policies/intranet/linking-rules.yaml", include_str!("policies/intranet/linking-rules.yaml")),
    ("policies/intranet/tests.yaml", include_str!("policies/intranet/tests.yaml")),
    (".pre-commit-config.yaml", include_str!("editor/pre-commit.yaml")),
];

const GITHUB: [(&str, &str); 6] = [
    (".github/CODEOWNERS", include_str!("github/CODEOWNERS")),
    (".github/workflows/rolewright-apply.yml", include_str!("github/apply.yml")),
    (".github/workflows/rolewright-check.yml", include_str!("github/check.yml")),
    (".github/workflows/rolewright-drift.yml", include_str!("github/drift.yml")),
    (".github/workflows/rolewright-plan.yml", include_str!("github/plan.yml")),
    (".github/workflows/rolewright-validate.yml", include_str!("github/validate.yml")),
];

const GITLAB: [(&str, &str); 2] = [
    (".gitlab-ci.yml", include_str!("gitlab/gitlab-ci.yml")),
    (".gitlab/CODEOWNERS", include_str!("gitlab/CODEOWNERS")),
];

/// The files for this forge and this directory.
pub(super) fn of(forge: Forge, kind: Option<DirectoryKind>) -> Vec<Text> {
    let owned = |(path, text): &(&'static str, &str)| (*path, (*text).to_owned());
    let mut texts: Vec<Text> = POLICIES.iter().map(owned).collect();
    texts.push(("policies/workspace.yaml", workspace(forge)));
    texts.push(("policies/intranet/application.yaml", application(forge)));
    texts.push(("policies/directories/company.yaml", directory(kind.unwrap_or(DirectoryKind::File))));
    texts.push((".vscode/settings.json", include_str!("editor/settings.json").to_owned()));
    let (next, more): (&str, &[(&str, &str)]) = match forge {
        Forge::Github => (include_str!("next/github.md"), &GITHUB),
        Forge::Gitlab => (include_str!("next/gitlab.md"), &GITLAB),
        Forge::None => (include_str!("next/none.md"), &[]),
    };
    texts.push(("policies/README.md", next.to_owned()));
    texts.extend(more.iter().map(owned));
    texts
}

fn workspace(forge: Forge) -> String {
    let review = match forge {
        Forge::Github => include_str!("policies/review.github"),
        Forge::Gitlab | Forge::None => "review: none\n",
    };
    include_str!("policies/workspace.yaml").replace("@review@\n", review)
}

/// Where CI applies, its machines lose the example's embedded store: nothing would ever be in it twice.
fn application(forge: Forge) -> String {
    let enabled = match forge {
        Forge::Github | Forge::Gitlab => include_str!("policies/enabled.forge"),
        Forge::None => "",
    };
    include_str!("policies/intranet/application.yaml").replace("@enabled@\n", enabled)
}

fn directory(kind: DirectoryKind) -> String {
    let connection = match kind {
        DirectoryKind::Entra => include_str!("policies/directory.entra"),
        DirectoryKind::Ldap => include_str!("policies/directory.ldap"),
        DirectoryKind::File => "",
    };
    include_str!("policies/directories/company.yaml").replace("@directory@\n", connection)
}
