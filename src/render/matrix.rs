//! The applications that are due, as the jobs of a CI system. JSON, which is YAML too: no name ends a line or becomes a key.

use super::escape;
use serde_json::{Map, Value, json};

/// An application that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueApplication {
    /// Its name.
    pub application: String,
    /// The workspace's environment.
    pub environment: String,
    /// Why: `start`, `push`, `schedule`, `retry`.
    pub cause: &'static str,
}

/// The matrix of a job of GitHub's, for `fromJSON`, in one line.
pub fn github(due: &[DueApplication]) -> String {
    let include: Vec<Value> = due
        .iter()
        .map(|due| {
            json!({ "application": due.application, "environment": due.environment, "cause": due.cause })
        })
        .collect();
    format!("{}\n", escape::json(json!({ "include": include }).to_string()))
}

/// A child pipeline of GitLab's: a job for each application, which extends `.rolewright-apply` of the file `template`. A pipeline
/// without a job is an error there, so that one says that nothing is due.
pub fn gitlab(due: &[DueApplication], template: &str) -> String {
    let mut pipeline = Map::new();
    if due.is_empty() {
        let nothing = json!({ "script": ["true"], "variables": { "GIT_STRATEGY": "none" } });
        pipeline.insert("nothing is due".to_owned(), nothing);
    } else {
        pipeline.insert("include".to_owned(), json!([{ "local": template }]));
    }
    for due in due {
        // Names are data: GitLab replaces no variable in them.
        let name = json!({ "value": due.application, "expand": false });
        let job = json!({
            "extends": ".rolewright-apply",
            "variables": { "ROLEWRIGHT_APPLICATION": name },
            "resource_group": format!("rolewright-{}-{}", due.environment, due.application),
        });
        pipeline.insert(format!("apply {}", due.application), job);
    }
    format!("{}\n", escape::json(format!("{:#}", Value::Object(pipeline))))
}
