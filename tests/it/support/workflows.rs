//! The actions of this repository, and the workflows that `init` writes.
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::init::InitFolder;
use serde_yaml::Value;
use std::fs;
use std::path::Path;

/// The root of this repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder with the workflows that `init` writes.
pub(crate) fn shipped() -> InitFolder {
    InitFolder::with(&["--forge", "github", "--source", "company/rolewright", "--commit", &"1a".repeat(20)])
}

/// A YAML file.
pub(crate) fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// An action of this repository.
pub(crate) fn action(name: &str) -> Value {
    yaml(&Path::new(ROOT).join(".github/actions").join(name).join("action.yml"))
}

/// The steps of an action that run scripts.
pub(crate) fn steps(action: &Value) -> Vec<&Value> {
    action["runs"]["steps"].as_sequence().unwrap().iter().filter(|step| step["run"].is_string()).collect()
}
