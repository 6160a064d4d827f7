//! Environment variables that are never credentials of policies: Rolewright's own, those of CI, and those of the system
//! and git.

/// What Rolewright reads, behind `ROLEWRIGHT_`: its key, the operator's settings, tokens of forges, every flag.
const OURS: [&str; 76] = [
    "ACCOUNT",
    "ADOPT_FROM",
    "ALL",
    "APPLICATION",
    "APPLY_USER",
    "AS_OF",
    "AT",
    "BASE",
    "BRANCH",
    "CACHE",
    "CHECKS_APP",
    "COLOR",
    "COMMIT",
    "COUNT",
    "COVERAGE",
    "DATA",
    "DETAILED_EXITCODE",
    "DIRECTORY",
    "DIRECTORY_KIND",
    "DRIFT_ISSUE",
    "EVERY_GROUP",
    "FILTER",
    "FORGE",
    "FORGE_TIMEOUT",
    "FORMAT",
    "FROM",
    "FULL",
    "GITHUB_TOKEN",
    "HEAD",
    "HELP_DESK",
    "HOSTS",
    "ID_TOKEN",
    "JSON",
    "KEY",
    "LEASE_TIMEOUT",
    "LEDGER",
    "LEDGER_CA",
    "LEDGER_CERTIFICATE_FILE",
    "LEDGER_PASSWORD",
    "LEDGER_PASSWORD_FILE",
    "LISTEN",
    "LOG",
    "MERGE_REQUEST",
    "MUTATE",
    "NOTE_TOKEN",
    "ONCE",
    "OUTPUT",
    "POLL",
    "PRIVATE_ADDRESSES",
    "PULL_REQUEST",
    "PUSH_TOKEN",
    "READ_GIB",
    "READ_MINUTES",
    "READ_RECORDS",
    "RELEASE",
    "REPORT_URL",
    "REQUIRE_COVERAGE",
    "REV",
    "REVISION",
    "RIGHT",
    "RUN",
    "SECRETS_DIR",
    "SECURITY",
    "SHA256",
    "SINCE",
    "SNAPSHOT",
    "SOURCE",
    "STOP_AFTER",
    "STUCK_AFTER",
    "SUMMARY",
    "TEMPLATE",
    "UNDO_BRANCH",
    "USER",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_FILE",
    "WORKSPACE",
];

/// What CI, the system, the loader and git define begins with one of these.
const PREFIXES: [&str; 16] = [
    "ACTIONS_",
    "BITBUCKET_",
    "CI_",
    "CIRCLE_",
    "DYLD_",
    "GH_",
    "GIT_",
    "GITHUB_",
    "GITLAB_",
    "KUBERNETES_",
    "LC_",
    "LD_",
    "RUNNER_",
    "SSH_",
    "SSL_",
    "XDG_",
];

/// More of them, whole.
const NAMES: [&str; 34] = [
    "ALL_PROXY",
    "APPDATA",
    "AZURE_FEDERATED_TOKEN_FILE",
    "BASH_ENV",
    "CI",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "CREDENTIALS_DIRECTORY",
    "CURL_CA_BUNDLE",
    "ENV",
    "FTP_PROXY",
    "HOME",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "IFS",
    "LANG",
    "LOGNAME",
    "MAIL",
    "NO_COLOR",
    "NO_PROXY",
    "OLDPWD",
    "PATH",
    "PATHEXT",
    "PWD",
    "SHELL",
    "SYSTEMROOT",
    "SYSTEM_ACCESSTOKEN",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "USER",
    "USERPROFILE",
];

/// Whether a variable belongs to Rolewright, CI, the system or git, so that no policy may name it as a credential,
/// whatever `secretPrefixes` says. Systems that ignore case mean the same variable by `path`.
pub fn is_reserved_variable(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ours = name.strip_prefix("ROLEWRIGHT_").is_some_and(|ours| OURS.contains(&ours));
    ours || NAMES.contains(&name.as_str()) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::is_reserved_variable;

    #[test]
    fn h5_what_belongs_to_rolewright_to_ci_and_to_the_system_is_reserved() {
        for name in [
            "ROLEWRIGHT_KEY",
            "ROLEWRIGHT_HOSTS",
            "ROLEWRIGHT_ID_TOKEN",
            "GITHUB_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "CI_JOB_TOKEN",
            "GITLAB_TOKEN",
            "RUNNER_TEMP",
            "SYSTEM_ACCESSTOKEN",
            "SSH_AUTH_SOCK",
            "LD_PRELOAD",
            "PATH",
            "path",
        ] {
            assert!(is_reserved_variable(name), "{name}");
        }
    }

    #[test]
    fn names_for_credentials_are_free() {
        for name in ["ROLEWRIGHT_CONTOSO", "ROLEWRIGHT_MAIL", "ROLEWRIGHT_AD", "CRM_TOKEN", "KEYS", "CITY"] {
            assert!(!is_reserved_variable(name), "{name}");
        }
    }
}
