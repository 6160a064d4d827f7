//! What policies may use: the length of values, the length of lines in findings, the number of findings and of policies.
//! How long it takes is measured by `benches/policies.py`, never here.

mod findings;

use rolewright::model::{SourceFile, SourceSet};

/// Files with these texts.
fn sources(files: Vec<String>) -> SourceSet {
    let file = |(number, text)| SourceFile { path: format!("{number}.yaml"), text };
    SourceSet::new(None, String::new(), files.into_iter().enumerate().map(file).collect())
}
