//! Sets of time intervals, which windows consist of.

/// Intervals in order that neither touch nor overlap, each including its start and excluding its end. Seconds since
/// 1970-01-01 00:00 UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times(Vec<(i64, i64)>);

impl Times {
    /// The union of intervals in any order; empty ones are left out.
    pub fn of(stretches: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut sorted: Vec<(i64, i64)> = stretches.into_iter().filter(|(from, to)| from < to).collect();
        sorted.sort_unstable();
        let mut times: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match times.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => times.push((from, to)),
            }
        }
        Self(times)
    }

    /// The intervals, in order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().copied()
    }

    /// The interval that contains an instant.
    pub fn around(&self, at: i64) -> Option<(i64, i64)> {
        let before = self.0.partition_point(|(from, _)| *from <= at);
        let last = self.0.get(before.checked_sub(1)?)?;
        (at < last.1).then_some(*last)
    }

    /// Whether an instant is in one of the intervals.
    pub fn contains(&self, at: i64) -> bool {
        self.around(at).is_some()
    }

    /// These times without the other ones.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for (from, to) in self.iter() {
            let mut next = from;
            for (cut, end) in other.iter().filter(|(cut, end)| *cut < to && from < *end) {
                left.push((next, cut));
                next = end;
            }
            left.push((next, to));
        }
        Self::of(left)
    }
}
