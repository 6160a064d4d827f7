//! `check/group-prefix`: the name of a group that policies refer to begins with the directory's prefix; otherwise the
//! group is never read (the policy language, 4).

use super::context::Context;
use crate::language::document::{GroupForm, Piece, parse_template};
use crate::model::{Finding, Location};

const CODE: &str = "check/group-prefix";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for used in context.documents.group_uses() {
        let Some((text, begins, span)) = beginning(used.group.form(used.group.span).ok()) else { continue };
        let named = used.group.object().and_then(|group| group.directory.as_ref());
        for application in context.documents.applications_of(used.application) {
            let meant = context
                .documents
                .directories_of(application)
                .filter(|directory| named.is_none_or(|named| named.value == directory.name.value));
            let prefixes: Vec<&str> = meant.map(|directory| directory.document.group_prefix()).collect();
            if prefixes.is_empty() || prefixes.iter().any(|prefix| begins.may_have(prefix)) {
                continue;
            }
            let message = format!(
                "the group `{text}` is never read: it does not begin with `{}`",
                prefixes.join("` or `")
            );
            let at = Location { file: used.document.file, span };
            findings.push(
                Finding::error(CODE, message, at, "outside the prefix").help(
                    "names and patterns are whole names: the directory's `groups.prefix` is not cut off",
                ),
            );
        }
    }
    findings
}

/// How the names begin that a group reference matches.
struct Beginning {
    text: String,
    /// Whether more text may follow the beginning.
    open: bool,
}

fn beginning(form: Option<GroupForm<'_>>) -> Option<(&str, Beginning, crate::model::Span)> {
    match form? {
        GroupForm::Id(..) | GroupForm::AppRole(_) => None,
        GroupForm::Name(name, span) => Some((name, Beginning { text: name.to_owned(), open: false }, span)),
        GroupForm::Pattern(pattern) => {
            let pieces = parse_template(&pattern.value).ok()?;
            let text = match pieces.first() {
                Some(Piece::Text(text)) => text.clone(),
                _ => String::new(),
            };
            let open = pieces.iter().any(|piece| matches!(piece, Piece::Name(_)));
            Some((&pattern.value, Beginning { text, open }, pattern.span))
        }
    }
}

impl Beginning {
    /// Whether a name with this beginning can begin with the prefix. Names ignore ASCII case.
    fn may_have(&self, prefix: &str) -> bool {
        let (text, prefix) = (self.text.to_ascii_lowercase(), prefix.to_ascii_lowercase());
        text.starts_with(&prefix) || (self.open && prefix.starts_with(&text))
    }
}
