//! `check/policy-as-data`: a file that a connection reads as data contains no policy. Such a policy would be ignored
//! without a message.

use super::context::Context;
use crate::model::{Finding, Location};

const CODE: &str = "check/policy-as-data";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let policies = context.read.data_nodes.iter().filter(|(_, node)| node.get("apiVersion").is_some());
    policies
        .map(|(file, node)| {
            let message = "this document is a policy, but its file is named as data and would be passed over";
            let at = Location {
                file: *file,
                span: node.get("apiVersion").map_or(node.span, |version| version.span),
            };
            Finding::error(CODE, message, at, "a policy").help("move it to a file of its own")
        })
        .collect()
}
