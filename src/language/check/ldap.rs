//! `check/ldap`: a directory that speaks LDAP is reached with encryption, and its names are distinguished names below
//! its base DN.

use super::context::Context;
use crate::language::document::{DirectoryDocument, LdapObject};
use crate::model::{DistinguishedName, Finding, LdapAddress, Span};
use crate::yaml::Spanned;

const CODE: &str = "check/ldap";
const NAME: &str = "write it as `OU=Sales,DC=contoso,DC=com`; a `,` within a value is `\\,`";

/// Place, message, label, help.
type Problem = (Span, String, &'static str, &'static str);

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for directory in &context.documents.directories {
        let document = &directory.document;
        let problems = match &document.ldap {
            Some(ldap) => [address(&ldap.value), names(&ldap.value, document)].concat(),
            None => elsewhere(document),
        };
        findings.extend(problems.into_iter().map(|(span, message, label, help)| {
            Finding::error(CODE, message, directory.place(span), label).help(help)
        }));
    }
    findings
}

/// `users.under` in a directory whose source has no distinguished names.
fn elsewhere(document: &DirectoryDocument) -> Vec<Problem> {
    let problem = |under: &Spanned<String>| {
        let message = "only a directory that speaks LDAP has users under a place";
        (
            under.span,
            message.to_owned(),
            "no such place here",
            "leave it out; say who counts in `Lifecycle`, `scope`",
        )
    };
    document.users_under().map(problem).into_iter().collect()
}

fn address(ldap: &LdapObject) -> Vec<Problem> {
    let span = ldap.url.span;
    let address = match LdapAddress::parse(&ldap.url.value) {
        Ok(address) => address,
        Err(problem) => {
            let help = "write `ldaps://dc1.contoso.example`, perhaps with a port";
            return vec![(span, problem.to_owned(), "this address", help)];
        }
    };
    let Some(start_tls) = &ldap.start_tls else { return Vec::new() };
    match (address.tls, start_tls.value) {
        (true, _) => {
            let message = "with `ldaps://` encryption is on from the first byte: there is no `startTls`";
            vec![(start_tls.span, message.to_owned(), "said already", "leave it out")]
        }
        (false, false) if !address.is_loopback() => {
            let message = "without `startTls` the password crosses the network in clear";
            let help = "leave it out, or write `ldaps://`; only `localhost` may do without";
            vec![(start_tls.span, message.to_owned(), "not encrypted", help)]
        }
        _ => Vec::new(),
    }
}

fn names(ldap: &LdapObject, document: &DirectoryDocument) -> Vec<Problem> {
    let mut problems = Vec::new();
    let base = match DistinguishedName::parse(&ldap.base_dn.value) {
        Ok(base) if !base.canonical().is_empty() => Ok(base),
        Ok(_) => Err("`baseDn` is empty".to_owned()),
        Err(error) => Err(format!("`baseDn` is not a distinguished name: {error}")),
    };
    let base = base.map_err(|message| problems.push((ldap.base_dn.span, message, "this name", NAME))).ok();
    problems.extend(who(&ldap.bind_dn));
    for under in [document.users_under(), document.groups_under()].into_iter().flatten() {
        match (DistinguishedName::parse(&under.value), &base) {
            (Err(error), _) => {
                problems.push((
                    under.span,
                    format!("`under` is not a distinguished name: {error}"),
                    "this name",
                    NAME,
                ));
            }
            (Ok(place), Some(base)) if !place.is_under(base) => {
                let message = format!("`{}` does not lie under `{}`", under.value, ldap.base_dn.value);
                let help = "a place below `baseDn` is meant, written to its end";
                problems.push((under.span, message, "elsewhere", help));
            }
            _ => {}
        }
    }
    problems
}

/// The name that signs in: a distinguished name, or one of the two short forms of Active Directory.
fn who(bind: &Spanned<String>) -> Option<Problem> {
    let text = bind.value.as_str();
    let short = |sides: Option<(&str, &str)>| {
        sides.is_some_and(|(one, other)| !one.is_empty() && !other.is_empty() && !text.contains(['=', ' ']))
    };
    let known = DistinguishedName::parse(text).is_ok() && !text.trim().is_empty();
    if known || short(text.split_once('@')) || short(text.split_once('\\')) {
        return None;
    }
    let help = "write `CN=rolewright,OU=Service,DC=contoso,DC=com`, `rolewright@contoso.com` or `CONTOSO\\rolewright`";
    Some((bind.span, "`bindDn` is not a name that could sign in".to_owned(), "this name", help))
}
