//! Who gets mail about runs. A recipient sees names and changes, so this is part of the policy digest.

use crate::model::words;
use serde::Serialize;

/// Mail after runs of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// After which runs.
    pub send: SendWhen,
    /// Mail addresses, in the order written.
    pub to: Vec<String>,
    /// Whether the workbook is attached.
    pub workbook: bool,
}

words! {
    /// After which runs mail is sent.
    #[schemars(rename = "SendWord")]
    pub enum SendWhen {
        /// The run failed or was refused, or one of its changes failed.
        Failures = "failures",
        /// Something was written, or failed.
        Changes = "changes",
        /// Every run.
        Always = "always",
    }
}

impl SendWhen {
    /// Whether mail is sent after a run: `failed` if the run or one of its changes failed, `wrote` if it wrote
    /// anything.
    pub fn wants(self, failed: bool, wrote: bool) -> bool {
        match self {
            Self::Failures => failed,
            Self::Changes => failed || wrote,
            Self::Always => true,
        }
    }
}
