//! Who hears of runs, and through which mail server (the policy language, 5 and 11).

use super::Credential;
use crate::policy::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Mail after runs of an application.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Notification")]
pub struct NotificationObject {
    /// After which runs.
    pub send: SendWord,
    /// Mail addresses.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub to: Vec<Spanned<String>>,
    /// What is sent along: the workbook of what was added, deleted and updated.
    pub attach: Option<AttachWord>,
}

/// After which runs mail is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SendWord {
    /// The run failed or was refused, or one of its changes failed.
    Failures,
    /// Something was written, or failed.
    Changes,
    /// Every run.
    Always,
}

/// What is sent along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttachWord {
    /// A workbook.
    Xlsx,
}

/// The mail server that reports leave by.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Mail")]
pub struct MailObject {
    /// Its name, without a port.
    #[schemars(length(min = 1))]
    pub server: Spanned<String>,
    /// Its port; 587 where it is left out, with `security: tls` 465, with `security: plain` 25.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// The sender's address.
    #[schemars(length(min = 1))]
    pub from: Spanned<String>,
    /// The name to log in by; `from` where it is left out.
    #[schemars(length(min = 1))]
    pub user: Option<Spanned<String>>,
    /// The password; left out for a server that asks for none.
    pub credential: Option<Spanned<Credential>>,
    /// How the connection is encrypted; `startTls` where it is left out.
    pub security: Option<Spanned<SecurityWord>>,
    /// The one authority (PEM) that the server's certificate must be signed by; those of the system where it is left out.
    #[schemars(length(min = 1))]
    pub ca_file: Option<Spanned<String>>,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecurityWord {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, without which nothing is sent.
    StartTls,
    /// Not at all: on this machine only.
    Plain,
}
