//! How long to wait before the next attempt.
#![expect(clippy::disallowed_methods, reason = "verb room: an HTTP date is a point in time")]

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::HeaderMap;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest wait that is ever computed from an answer; every budget is shorter.
const LONGEST: u64 = 24 * 60 * 60;
/// The wait before the second attempt is at most this.
const FIRST: Duration = Duration::from_millis(500);
/// What GitHub asks for where a secondary rate limit names no time.
const SECONDARY: Duration = Duration::from_secs(60);
/// No wait of our own choosing is longer.
const CAP: Duration = Duration::from_secs(30);

/// How long `Retry-After` asks to wait (RFC 9110, 10.2.3): seconds, or an HTTP date as seen from `now`, in seconds
/// since 1970. None for what is neither.
pub fn retry_after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(LONGEST).min(LONGEST)));
    }
    let date = http_date(value)?;
    Some(Duration::from_secs(date.saturating_sub(now).clamp(0, LONGEST as i64) as u64))
}

/// The wait after the attempt `attempt` (from 1): exponential with full jitter, `dice` being the jitter's chance.
pub fn backoff(attempt: u32, dice: u64) -> Duration {
    let ceiling = FIRST.saturating_mul(1 << attempt.clamp(1, 10)).min(CAP);
    Duration::from_millis(dice % (ceiling.as_millis() as u64 + 1))
}

/// A number that differs from call to call and from machine to machine. Nothing but waiting depends on it.
pub(super) fn dice() -> u64 {
    RandomState::new().hash_one(())
}

/// The pause that a refusal asks for. GitHub refuses by 403 too when it is asked too much, and then says so: a 403 that does
/// not is a matter of permissions.
pub(super) fn pause_of(status: u16, headers: &HeaderMap, detail: &str) -> Option<Duration> {
    match status {
        503 => asked_for(headers),
        403 | 429 => asked_for(headers)
            .or_else(|| used_up(headers))
            .or_else(|| detail.contains("secondary rate limit").then_some(SECONDARY)),
        _ => None,
    }
}

/// Until when GitHub answers nothing more, where what may be asked in an hour is used up.
fn used_up(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let reset = text("x-ratelimit-reset").filter(|_| text("x-ratelimit-remaining") == Some("0"))?;
    let now = text("date").and_then(http_date).unwrap_or_else(our_clock);
    let left = reset.trim().parse::<i64>().ok()?.saturating_sub(now).saturating_add(1);
    Some(Duration::from_secs(left.clamp(1, LONGEST as i64) as u64))
}

/// The pause that an answer asks for. Its own `Date` is what a date is measured by, whatever our clock says (threat
/// F9).
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = text("date").and_then(http_date).unwrap_or_else(our_clock);
    retry_after(text("retry-after")?, now)
}

/// The server's clock, as its `Date` tells it, less ours, in seconds.
pub(super) fn skew(headers: &HeaderMap) -> Option<i64> {
    let date = headers.get("date")?.to_str().ok().and_then(http_date)?;
    Some(date.saturating_sub(our_clock()))
}

/// The pause that a `Retry-After` asks for which came without a `Date` beside it: inside a batch.
pub fn retry_after_here(value: &str) -> Option<Duration> {
    retry_after(value, our_clock())
}

fn our_clock() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// The pause that keeps a service from having to refuse: Microsoft Graph says from 0.8 on how much of what a client may
/// take is taken (MG13).
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
    fn mg_13_near_the_limit_calls_slow_down() {
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
