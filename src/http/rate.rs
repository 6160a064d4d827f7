//! Keeps the rate limits of a service: each call gets the earliest moment that every limit allows.

use super::call::{Call, Method};
use crate::model::{Counted, RateLimit};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// One limit, as the moments at which its calls are due (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
struct Cell {
    counts: Counted,
    /// The time between two calls.
    interval: Duration,
    /// How far ahead of their due moments calls may be made.
    tolerance: Duration,
    /// When the next call is due, for each endpoint that is counted for itself; none: no call was made.
    due: BTreeMap<String, Instant>,
}

/// All limits of a service.
#[derive(Debug, Default)]
pub(super) struct RateLimits(Vec<Cell>);

impl RateLimits {
    /// The time between two calls is one in a hundred longer than the limit says: calls do not arrive as evenly as they are
    /// sent, and one refused call costs a pause for all.
    pub(super) fn new(limits: &[RateLimit]) -> Self {
        let cell = |limit: &RateLimit| {
            let interval = limit.per.duration().mul_f64(1.01) / limit.calls.max(1);
            let tolerance = interval * limit.burst.saturating_sub(1);
            Cell { counts: limit.counts, interval, tolerance, due: BTreeMap::new() }
        };
        Self(limits.iter().map(cell).collect())
    }

    /// When this call may be sent; the moment is taken.
    pub(super) fn take(&mut self, call: &Call, now: Instant) -> Instant {
        let mut moment = now;
        for cell in self.0.iter_mut().filter(|cell| counts(cell.counts, call)) {
            let endpoint = match cell.counts {
                Counted::Endpoint => call.endpoint(),
                Counted::Calls
                | Counted::Reads
                | Counted::Writes
                | Counted::UserWrites
                | Counted::GroupWrites => "",
            };
            let due = cell.due.get(endpoint).map_or(now, |due| (*due).max(now));
            moment = moment.max(due.checked_sub(cell.tolerance).unwrap_or(now));
            cell.due.insert(endpoint.to_owned(), due + cell.interval);
        }
        moment
    }
}

fn counts(counted: Counted, call: &Call) -> bool {
    let writes = call.method != Method::Get;
    match counted {
        Counted::Calls | Counted::Endpoint => true,
        Counted::Reads => !writes,
        Counted::Writes => writes,
        Counted::UserWrites => writes && call.route.starts_with("/Users"),
        Counted::GroupWrites => writes && call.route.starts_with("/Groups"),
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimits;
    use crate::http::{Call, Method};
    use crate::model::{Counted, RateLimit, RateUnit};
    use tokio::time::Instant;

    fn moments(limits: &[RateLimit], calls: &[Call]) -> Vec<u128> {
        let (mut limits, now) = (RateLimits::new(limits), Instant::now());
        calls.iter().map(|call| (limits.take(call, now) - now).as_millis()).collect()
    }

    fn limit(calls: u32, per: RateUnit, burst: u32, counts: Counted) -> RateLimit {
        RateLimit { calls, per, burst, counts }
    }

    #[test]
    fn f5_calls_are_spread_over_the_time_after_the_burst() {
        let post = Call::new(Method::Post, "/Users", "/Users");
        let steady = limit(4, RateUnit::Second, 1, Counted::Calls);
        assert_eq!(moments(&[steady], &vec![post.clone(); 4]), [0, 252, 505, 757]);
        let burst = limit(60, RateUnit::Minute, 3, Counted::Calls);
        assert_eq!(moments(&[burst], &vec![post; 5]), [0, 0, 0, 1010, 2020]);
    }

    #[test]
    fn f5_each_endpoint_is_counted_for_itself() {
        let limit = [limit(1500, RateUnit::Hour, 1, Counted::Endpoint)];
        let one = Call {
            template: Some("/v2/employees/{id}".into()),
            ..Call::new(Method::Get, "a", "/v2/employees/1")
        };
        let other = Call { target: "/v2/employees/2".to_owned(), ..one.clone() };
        let list =
            Call { template: Some("/v2/employees".into()), ..Call::new(Method::Get, "b", "/v2/employees") };
        assert_eq!(moments(&limit, &[one, list, other]), [0, 0, 2424]);
    }

    #[test]
    fn f5_each_limit_counts_its_own_calls_and_the_strictest_decides() {
        let limits = [
            limit(1, RateUnit::Second, 1, Counted::UserWrites),
            limit(2, RateUnit::Second, 1, Counted::Calls),
        ];
        let user = Call::new(Method::Post, "/Users", "/Users");
        let group = Call::new(Method::Patch, "/Groups/{id}", "/Groups/1");
        let read = Call::new(Method::Get, "/Users/{id}", "/Users/1");
        assert_eq!(moments(&limits, &[user.clone(), group, read, user]), [0, 505, 1010, 1515]);
    }
}
