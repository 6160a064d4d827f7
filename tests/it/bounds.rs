//! What policies may use: the length of values, the length of lines in findings, the number of findings and of policies.
//! How long it takes is measured by `benches/policies.py`, never here.

mod findings;
mod policies;
mod values;

use rolewright::model::{SourceFile, SourceSet};

/// Policies of one application, with this value of `note`, and these documents.
fn set(note: &str, documents: &str) -> String {
    format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: {{ file: app.db }}
directories: [{{ name: contoso }}]
attributes: {{ note: {{}}, city: {{}} }}
entitlements: {{ role: {{}} }}
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes:
  email: mail
  note: {note}
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: {{ always: true }}
deleted: deactivate
outOfScope: deactivate
disabled: deactivate
{documents}"
    )
}

/// Files with these texts.
fn sources(files: Vec<String>) -> SourceSet {
    let file = |(number, text)| SourceFile { path: format!("{number}.yaml"), text };
    SourceSet::new(None, String::new(), files.into_iter().enumerate().map(file).collect())
}
