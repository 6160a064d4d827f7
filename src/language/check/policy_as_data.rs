//! `check/policy-as-data`: a file that a connection reads as data holds no policy, which would be passed over unseen.

use super::context::Context;
use crate::model::{Finding, Location};

const CODE: &str = "check/policy-as-data";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let policies = context.read.data_nodes.iter().filter(|(_, node)| node.get("apiVersion").is_some());
    policies
        .map(|(file, node)| {
            let message = "this document is a policy, but its file is named as data and would be passed over";
            let at = Location { file: *file, span: node.get("apiVersion").map_or(node.span, |it| it.span) };
            Finding::error(CODE, message, at, "a policy").help("move it to a file of its own")
        })
        .collect()
}
