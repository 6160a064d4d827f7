//! What a server's error means, and what to do about it (RFC 4511, appendix A; [MS-ADTS], 3.1.1.3.1.9).

use crate::model::invisible_character;

/// The most characters of the server's text that a message quotes.
const WORDS: usize = 200;

/// An operation that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The result code.
    pub code: i64,
    /// The server's text: one line, without control characters.
    pub words: String,
}

impl Refusal {
    /// A refusal; makes the server's text safe to print.
    pub fn new(code: i64, words: &str) -> Self {
        let words = words
            .split(|character: char| character.is_whitespace() || character.is_control())
            .filter(|word| !word.is_empty());
        let words = visible(&words.collect::<Vec<_>>().join(" ")).chars().take(WORDS).collect();
        Self { code, words }
    }

    /// Whether a retry may succeed: the server is busy or shutting down.
    pub fn is_temporary(&self) -> bool {
        matches!(self.code, 51 | 52)
    }

    /// Why signing in failed, and what to do.
    pub fn sign_in_help(&self) -> String {
        let advice = match (self.code, self.data()) {
            (49, Some("525")) => "there is no such account; correct `bindDn`",
            (49, Some("530" | "531")) => {
                "the account may not sign in now or from here; lift its logon restrictions"
            }
            (49, Some("532")) => {
                "the account's password has expired; set a new one and update the credential"
            }
            (49, Some("533")) => "the account is disabled; enable it",
            (49, Some("701")) => "the account has expired; extend it",
            (49, Some("773")) => {
                "the account must change its password first; set a new one and update the credential"
            }
            (49, Some("775")) => "the account is locked; unlock it, and check who tries its password",
            (49, _) => {
                "name or password is wrong; compare `bindDn` with the directory, and renew the credential"
            }
            (8 | 13, _) => {
                "the server requires an encrypted connection; use `ldaps://`, or remove `startTls: false`"
            }
            (32 | 34, _) => "this server does not know the name in `bindDn`",
            (48, _) => "the account may not sign in with a password; use another account",
            (53, _) => "the server refuses the sign-in; the account may be locked, or its password expired",
            _ => return self.to_string(),
        };
        format!("{advice} ({self})")
    }

    /// Why a search failed, and what to do. The server's text is left out: servers repeat in it what was searched for, such
    /// as names of people (threat H18).
    pub fn search_help(&self, base: &str) -> String {
        let advice = match self.code {
            1 => "the server requires a sign-in first, or refuses the request",
            3 => {
                "the server's time limit ended the search; narrow `users.under` and `groups.under`, or raise the limit"
            }
            4 => {
                "the server's size limit ended the search; raise the limit of this account, so that it can read in pages"
            }
            11 => "the server's administrative limit ended the search; raise the limit of this account",
            8 | 13 => {
                "the server requires an encrypted connection; use `ldaps://`, or remove `startTls: false`"
            }
            10 => {
                "this server does not have it and refers to another; put that server into `url` (referrals are not followed)"
            }
            12 => "the server cannot read in pages",
            32 => {
                "it does not exist, or this account may not see it; correct `baseDn` or `under`, or grant the account permission to read it"
            }
            34 => "the server does not accept it as a distinguished name",
            50 => "the account has no permission to read it; grant it",
            51 | 52 => "the server is busy or shutting down; run again later",
            _ => return format!("`{base}`: {}", self.result()),
        };
        format!("`{base}`: {advice} ({})", self.result())
    }

    /// The result code with its name, and Windows' error number: nothing that a server can choose freely.
    fn result(&self) -> String {
        let name = name(self.code).map(|name| format!(" ({name})")).unwrap_or_default();
        let windows = self
            .words
            .split(':')
            .next()
            .filter(|number| number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let windows = windows.map(|number| format!(", Windows error {number}")).unwrap_or_default();
        format!("LDAP result {}{name}{windows}", self.code)
    }

    /// Windows' own error number in the text: `... data 52e, v1db1`.
    fn data(&self) -> Option<&str> {
        let (_, rest) = self.words.split_once("data ")?;
        rest.split([',', ' ']).next()
    }
}

/// The name of a result code (RFC 4511, appendix A).
fn name(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "success",
        1 => "operationsError",
        2 => "protocolError",
        3 => "timeLimitExceeded",
        4 => "sizeLimitExceeded",
        7 => "authMethodNotSupported",
        8 => "strongerAuthRequired",
        10 => "referral",
        11 => "adminLimitExceeded",
        12 => "unavailableCriticalExtension",
        13 => "confidentialityRequired",
        16 => "noSuchAttribute",
        18 => "inappropriateMatching",
        32 => "noSuchObject",
        34 => "invalidDNSyntax",
        48 => "inappropriateAuthentication",
        49 => "invalidCredentials",
        50 => "insufficientAccessRights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwillingToPerform",
        80 => "other",
        _ => return None,
    })
}

/// Makes text that contains entry names safe to print: invisible characters become `\u{1b}`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() || invisible_character(letter.encode_utf8(&mut [0; 4])).is_some() {
            true => shown.push_str(&format!("\\u{{{:x}}}", letter as u32)),
            false => shown.push(letter),
        }
    }
    shown
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LDAP result {}", self.code)?;
        if self.words.is_empty() { Ok(()) } else { write!(f, ": {}", self.words) }
    }
}
