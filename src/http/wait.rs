//! How long to wait before the next attempt.
#![expect(clippy::disallowed_methods, reason = "verb room: an HTTP date is a point in time")]

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::HeaderMap;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest wait that is computed from an answer; every budget is shorter.
const MAX_WAIT: u64 = 24 * 60 * 60;
/// The longest wait before the second attempt.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// GitHub's recommended wait if a secondary rate limit gives no time.
const SECONDARY: Duration = Duration::from_secs(60);
/// The longest backoff.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// The wait that `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or an HTTP date relative to `now`, in seconds
/// since 1970. `None` for anything else.
pub fn retry_after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(MAX_WAIT).min(MAX_WAIT)));
    }
    let date = http_date(value)?;
    Some(Duration::from_secs(date.saturating_sub(now).clamp(0, MAX_WAIT as i64) as u64))
}

/// The wait after attempt number `attempt` (from 1): exponential with full jitter from the random number `random`.
pub fn backoff(attempt: u32, random: u64) -> Duration {
    let ceiling = FIRST_WAIT.saturating_mul(1 << attempt.clamp(1, 10)).min(MAX_BACKOFF);
    Duration::from_millis(random % (ceiling.as_millis() as u64 + 1))
}

/// A number that differs between calls and machines. Only waits depend on it.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// The pause that a refusal asks for. GitHub also uses 403 for rate limits, and then says so; any other 403 is about
/// permissions.
pub(super) fn pause_of(status: u16, headers: &HeaderMap, detail: &str) -> Option<Duration> {
    match status {
        503 => requested_pause(headers),
        403 | 429 => requested_pause(headers)
            .or_else(|| rate_limit_reset(headers))
            .or_else(|| detail.contains("secondary rate limit").then_some(SECONDARY)),
        _ => None,
    }
}

/// The time until GitHub's hourly rate limit is reset, if it is used up.
fn rate_limit_reset(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let reset = text("x-ratelimit-reset").filter(|_| text("x-ratelimit-remaining") == Some("0"))?;
    let now = text("date").and_then(http_date).unwrap_or_else(our_clock);
    let left = reset.trim().parse::<i64>().ok()?.saturating_sub(now).saturating_add(1);
    Some(Duration::from_secs(left.clamp(1, MAX_WAIT as i64) as u64))
}

/// The pause that an answer asks for. A date is measured by the answer's own `Date`, not by our clock (threat F9).
pub(super) fn requested_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = text("date").and_then(http_date).unwrap_or_else(our_clock);
    retry_after(text("retry-after")?, now)
}

/// The server's clock from its `Date`, minus ours, in seconds.
pub(super) fn skew(headers: &HeaderMap) -> Option<i64> {
    let date = headers.get("date")?.to_str().ok().and_then(http_date)?;
    Some(date.saturating_sub(our_clock()))
}

/// The pause of a `Retry-After` without a `Date` beside it, inside a batch.
pub fn retry_after_now(value: &str) -> Option<Duration> {
    retry_after(value, our_clock())
}

fn our_clock() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// A pause that avoids a refusal: from 0.8 on, Microsoft Graph reports how much of the client's limit is used (MG13).
pub(super) fn near_limit(headers: &HeaderMap) -> Option<Duration> {
    let taken = headers.get("x-ms-throttle-limit-percentage")?.to_str().ok()?.trim().parse::<f64>().ok()?;
    let beyond = (taken - 0.8).clamp(0.0, 1.0);
    (taken >= 0.8).then(|| Duration::from_millis(100 + (beyond * 2000.0) as u64))
}

fn http_date(text: &str) -> Option<i64> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok().map(|at| at.as_second())
}

#[cfg(test)]
mod tests {
    use super::near_limit;
    use reqwest::header::{HeaderMap, HeaderValue};
    use std::time::Duration;

    #[test]
    fn mg_13_calls_slow_down_near_the_limit() {
        let pause = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ms-throttle-limit-percentage", HeaderValue::from_static(value));
            near_limit(&headers)
        };
        for calm in ["0.5", "0.79", "", "much", "-1", "NaN"] {
            assert_eq!(pause(calm), None, "{calm}");
        }
        assert_eq!(near_limit(&HeaderMap::new()), None);
        assert_eq!(pause("0.8"), Some(Duration::from_millis(100)));
        let slow = ["1.0", "1.8", "inf", "1e300"].map(|value| pause(value).unwrap_or_default());
        assert!(
            slow.is_sorted() && slow[0] > Duration::from_millis(400) && slow[3] <= Duration::from_secs(3),
            "{slow:?}"
        );
    }
}
