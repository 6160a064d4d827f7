//! `check/address`: a mail address is one, in the plain form that every server takes.

use super::context::Context;
use crate::model::{Finding, Location};

const CODE: &str = "check/address";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut addresses: Vec<(Location, &str)> = Vec::new();
    for workspace in &context.documents.workspaces {
        addresses
            .extend(workspace.mail.iter().map(|mail| (workspace.place(mail.from.span), &*mail.from.value)));
    }
    for application in &context.documents.applications {
        let to = application.notify.iter().flatten().flat_map(|notification| &notification.value.to);
        addresses.extend(to.map(|address| (application.place(address.span), &*address.value)));
    }
    let wrong = addresses.into_iter().filter_map(|(at, address)| Some((at, address, problem(address)?)));
    wrong
        .map(|(at, address, problem)| {
            let message = format!("`{address}` is not a mail address: {problem}");
            Finding::error(CODE, message, at, "this address")
                .help("write the plain address: `telephony@contoso.example`")
        })
        .collect()
}

/// Why a text is not a mail address `local@domain` (RFC 5321, 4.1.2: a dot-string and a domain); none if the text is
/// one.
fn problem(address: &str) -> Option<&'static str> {
    let Some((local, domain)) = address.rsplit_once('@') else { return Some("it has no `@`") };
    let dotted = |text: &str, letter: fn(char) -> bool| {
        text.split('.').all(|part| !part.is_empty() && part.chars().all(letter))
    };
    if !address.is_ascii() {
        return Some("it has characters outside ASCII (write a domain's `xn--` form)");
    }
    if local.len() > 64
        || !dotted(local, |byte| byte.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(byte))
    {
        return Some("what is before the `@` is not letters, digits and `.` between them");
    }
    let label = |part: &str| !part.starts_with('-') && !part.ends_with('-') && part.len() <= 63;
    let sound =
        dotted(domain, |byte| byte.is_ascii_alphanumeric() || byte == '-') && domain.split('.').all(label);
    (!sound || domain.len() > 253).then_some("what is after the `@` is not a domain")
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn only_plain_addresses() {
        for address in
            ["a@b", "telephony@contoso.example", "o'neil+x@sub.contoso.example", "a.b@xn--bcher-kva.example"]
        {
            assert_eq!(problem(address), None, "{address}");
        }
        for address in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c.example",
            "Anna <a@c.example>",
            "a@c.example, b@c.example",
            "a@c.example\r\nBcc: b@c.example",
            "\"a b\"@c.example",
            "a@c..example",
            ".a@c.example",
            "a.@c.example",
            "a@b@c.example",
            "a@-c.example",
            "a@[127.0.0.1]",
            "jörg@c.example",
            "a@c.example\0",
        ] {
            assert!(problem(address).is_some(), "{address}");
        }
    }
}
