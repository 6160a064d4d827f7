#![expect(clippy::disallowed_types, reason = "verb room: the only child process is git")]
#![expect(
    clippy::disallowed_methods,
    reason = "verb room: git's environment is made here, and its time is limited"
)]
//! The git child process: a small environment, no hooks, no prompts, no endless waiting.

use std::env;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often to check whether the child has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// How long a helper process that outlives git may delay reading the output.
const GRACE: Duration = Duration::from_millis(500);
/// Output beyond this is read and dropped.
const MAX_OUTPUT: usize = 4 << 20;

/// Settings for every call: no hooks of the user, no maintenance.
const SETTINGS: [&str; 8] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "push.gpgSign=false",
];

/// The child's exit status and output.
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs git in the root of a work tree, with a time limit.
///
/// # Errors
/// When git cannot be started, or is killed at the time limit; as text.
pub(super) fn git(root: &Path, arguments: &[&str], timeout: Duration) -> Result<Answer, String> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(SETTINGS)
        .args(arguments)
        .env_clear()
        .envs(env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_passed_on)))
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git could not be started: {error}"))?;
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let status = wait(&mut child, timeout)?;
    Ok(Answer { status, stdout: collect(&stdout), stderr: collect(&stderr) })
}

/// Whether a variable is passed to git: the user's paths, agents and proxies, git's settings for remotes, the forge's
/// token. Not those that select another repository, no traces, since they contain tokens, and none of our secrets.
fn is_passed_on(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "SSH_AUTH_SOCK",
        "SSH_AGENT_PID",
        "SSH_ASKPASS",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CURL_CA_BUNDLE",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "GH_TOKEN",
        "GITHUB_TOKEN",
        "GITLAB_TOKEN",
        "CI_JOB_TOKEN",
        "SYSTEMROOT",
        "USERPROFILE",
        "APPDATA",
        "PATHEXT",
        "TEMP",
        "TMP",
    ];
    const OF_GIT: [&str; 8] = [
        "GIT_SSH",
        "GIT_ASKPASS",
        "GIT_CONFIG",
        "GIT_SSL_",
        "GIT_HTTP_",
        "GIT_PROXY_",
        "GIT_EXEC_PATH",
        "GIT_ALLOW_PROTOCOL",
    ];
    let name = name.to_ascii_uppercase();
    NAMES.contains(&name.as_str()) || OF_GIT.iter().any(|start| name.starts_with(start))
}

fn wait(child: &mut Child, timeout: Duration) -> Result<ExitStatus, String> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if begun.elapsed() < timeout => thread::sleep(POLL_INTERVAL),
            Ok(None) => {
                // It may just have ended; then there is nothing to kill.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("no answer within {timeout:?}"));
            }
            Err(error) => return Err(format!("lost the git process: {error}")),
        }
    }
}

/// Reads a pipe on its own thread, so that a full one never blocks the child.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut pipe, mut buffer) = (pipe?, [0; 8192]);
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            sender.send(buffer[..count].to_vec()).ok()?;
        }
        Some(())
    });
    receiver
}

/// The output of a pipe. Does not wait for a helper that keeps it open (a connection shared by ssh).
fn collect(pipe: &Receiver<Vec<u8>>) -> String {
    let mut bytes = Vec::new();
    loop {
        match pipe.recv_timeout(GRACE) {
            Ok(more) if bytes.len() < MAX_OUTPUT => bytes.extend(more),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::is_passed_on;

    #[test]
    fn git_gets_the_variables_for_remotes() {
        for name in
            ["PATH", "http_proxy", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GITHUB_TOKEN"]
        {
            assert!(is_passed_on(name), "{name}");
        }
    }

    #[test]
    fn git_gets_no_secrets_no_traces_and_no_other_repository() {
        for name in [
            "ROLEWRIGHT_KEY",
            "ROLEWRIGHT_TOKEN",
            "ROLEWRIGHT_HTTPS_PROXY",
            "AWS_SECRET_ACCESS_KEY",
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_NAMESPACE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_TRACE_CURL",
        ] {
            assert!(!is_passed_on(name), "{name}");
        }
    }
}
