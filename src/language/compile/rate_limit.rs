//! How fast a service may be called.

use crate::language::document::RateLimitObject;
use crate::model::{Counted, RateLimit};

/// A limit, with defaults for omitted keys.
pub(super) fn rate_limit(limit: &RateLimitObject) -> RateLimit {
    RateLimit {
        calls: limit.calls,
        per: limit.per,
        burst: limit.burst.unwrap_or(1),
        counts: limit.counts.unwrap_or(Counted::Calls),
    }
}
