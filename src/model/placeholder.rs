//! What `init` writes where it was not told: whoever runs it puts their own in its place.

/// The owner of Rolewright's repository or of a team: `@OWNER/security`.
pub const OWNER: &str = "OWNER";
/// A commit of Rolewright.
pub const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
