//! Whether a step that needs several calls may begin its next one.

use std::cell::Cell;

/// Permission to begin calls that write; it can be taken back while a step is under way.
#[derive(Debug)]
pub struct Permit(Cell<bool>);

impl Default for Permit {
    fn default() -> Self {
        Self(Cell::new(true))
    }
}

impl Permit {
    /// Whether another call may begin.
    pub fn holds(&self) -> bool {
        self.0.get()
    }

    /// No further call begins.
    pub fn revoke(&self) {
        self.0.set(false);
    }
}
