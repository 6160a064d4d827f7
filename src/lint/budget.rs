//! How much lint looks at before it says that it did not look at everything: what is proved costs steps, and policies of
//! any size must not take longer than somebody waits.

use std::cell::Cell;

/// The steps for all applications of a workspace together: about a second.
const STEPS: usize = 1_500_000;

/// The steps that are left. When none is, nothing more is proved.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

impl Budget {
    /// Every step.
    pub(super) fn new() -> Self {
        Self { left: Cell::new(STEPS) }
    }

    /// Takes this many steps; whether there were as many.
    pub(super) fn take(&self, steps: usize) -> bool {
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }
}
