//! The number of requests to Graph, compared with the minimum that its protocol allows (MG4, MG13, MG14).
#![expect(clippy::disallowed_methods, reason = "a larger tenant is asked for by a variable")]
#![expect(clippy::disallowed_macros, reason = "the numbers are what it is about")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{connection, directory, limits, read_kept, rules, secret};
use crate::support::entra::double::Double;
use crate::support::entra::tenant::Tenant;
use rolewright::fetch::entra::Store;
use rolewright::http::Limits;
use serde_json::{Value, json};
use std::time::Duration;

/// `ROLEWRIGHT_USERS=100000` measures a larger tenant.
const USERS: usize = 10_000;
const GROUPS: usize = 100;

/// Requests, bytes of answers, and resource units as Graph counts them: a page of users or of members with `$select`
/// costs 1 or 2, a request in a batch as much as alone.
#[derive(Debug)]
struct RequestCosts {
    requests: usize,
    bytes: u64,
    units: usize,
}

fn request_costs(double: &Double, before: (usize, u64)) -> RequestCosts {
    let requests = &double.requests()[before.0..];
    let inside = |body: &str| {
        let batch: Value = serde_json::from_str(body).unwrap_or_default();
        let urls = batch["requests"].as_array().cloned().unwrap_or_default();
        urls.iter().map(|url| units(url["url"].as_str().unwrap())).sum::<usize>()
    };
    let units = requests.iter().map(|request| units(request.path()) + inside(&request.body)).sum();
    RequestCosts { requests: requests.len(), bytes: double.server.sent() - before.1, units }
}

fn units(path: &str) -> usize {
    match path {
        path if path.contains("/members") => 2,
        path if path.ends_with("/$batch") || path.ends_with("/token") => 0,
        _ => 1,
    }
}

#[tokio::test]
async fn mg_13_requests_are_hardly_more_than_the_protocol_needs() {
    let users =
        std::env::var_os("ROLEWRIGHT_USERS").and_then(|value| value.to_str()?.parse().ok()).unwrap_or(USERS);
    let mut tenant = Tenant::new(users).with_role(1, "Editor", &[]);
    for number in 0..GROUPS {
        // Groups of different sizes: six or seven groups a user.
        let step = 4 + number % 50;
        tenant = tenant.with_group(number, &format!("App_{number}"), (number % step..users).step_by(step));
    }
    for number in GROUPS..GROUPS * 20 {
        tenant = tenant.with_group(number, &format!("Other {number}"), [number]);
    }
    let pages = |objects: usize| objects.max(1).div_ceil(999);
    let sizes: Vec<usize> =
        (0..GROUPS).map(|index| tenant.members[&crate::support::entra::tenant::group(index)].len()).collect();
    // A token, users, one list of groups, members: the first pages in batches of twenty.
    let least =
        1 + pages(users) + 1 + GROUPS.div_ceil(20) + sizes.iter().map(|size| pages(*size) - 1).sum::<usize>();
    let double = Double::start(tenant).unjudged();
    let policy = directory(&double.url(), "", &rules(&["{ pattern: 'App_{role}' }"]));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path(), "contoso", connection(&policy)).unwrap();
    let long = Limits {
        read: Duration::from_secs(300),
        attempt: Duration::from_secs(120),
        budget: Duration::from_secs(300),
        body: 64 << 20,
        ..limits()
    };
    read_kept(&policy, secret(), 999, long, Some(&store)).await.expect("a whole read");
    let full = request_costs(&double, (0, 0));
    // In addition: the count, the application and its assignments, three cursors.
    assert!(full.requests <= least + 6, "{full:?}, at least {least}");
    let least_units = pages(users) + 1 + 2 * sizes.iter().map(|size| pages(*size)).sum::<usize>();
    assert!(full.units <= least_units + 6, "{full:?}, at least {least_units}");
    // One user in a thousand changes.
    double.change(|tenant| {
        for number in (0..users).step_by(1000) {
            tenant.user_mut(number)["displayName"] = json!("Changed");
            let group = tenant
                .members
                .get_mut(&crate::support::entra::tenant::group(number / 1000 % GROUPS))
                .unwrap();
            group.push(("user", crate::support::entra::tenant::user(number + 1)));
        }
    });
    let before = (double.requests().len(), double.server.sent());
    read_kept(&policy, secret(), 999, long, Some(&store)).await.expect("a whole read");
    let delta = request_costs(&double, before);
    // The double sends two changes a page, Graph hundreds.
    let told = delta.requests
        - double.requests()[before.0..].iter().filter(|request| request.target.contains("=s-")).count();
    assert!(told <= 8 + 2 + users / 1000 / 20 + 1, "{delta:?}");
    assert!(delta.bytes * 20 < full.bytes, "{delta:?} {full:?}");
    println!("{users} users: full {full:?} (least {least} requests, {least_units} units); changes {delta:?}");
}
