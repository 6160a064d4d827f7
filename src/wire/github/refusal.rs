//! What a refusal means: the permission that the job lacks (the gate, 7).

/// What to do after this status for a call of this method and route.
pub fn help(method: &str, route: &str, status: u16) -> Option<String> {
    match status {
        401 => Some(
            "GitHub does not accept the token: in a workflow give the step `GITHUB_TOKEN: ${{ github.token }}`"
                .to_owned(),
        ),
        // GitHub answers 404 if the token may not know that something exists.
        403 | 404 => permission(method, route).map(|permission| {
            format!(
                "give the job `permissions: {permission}`, or the token that permission on this repository"
            )
        }),
        410 => {
            Some("issues are turned off in this repository: turn them on, or leave the report out".to_owned())
        }
        _ => None,
    }
}

/// The permission that a call needs of the job's token.
fn permission(method: &str, route: &str) -> Option<&'static str> {
    let reads = method == "GET";
    Some(match route {
        "/user" => return None,
        _ if route.contains("/check-runs") && reads => "checks: read",
        _ if route.contains("/check-runs") => "checks: write",
        // For a pull request's comments; to write an issue's needs `issues: write`.
        _ if route.contains("/comments") && reads => "pull-requests: read",
        _ if route.contains("/comments") => "pull-requests: write",
        _ if route.contains("/issues") && reads => "issues: read",
        _ if route.contains("/issues") => "issues: write",
        _ if route.contains("/pulls") => "pull-requests: read",
        _ if route.ends_with("/protection") => "administration: read",
        _ => "contents: read",
    })
}
