//! What `init` writes where it was not told: whoever runs it puts their own in its place.

/// The owner of Rolewright's repository or of a team: `@OWNER/security`.
pub const OWNER: &str = "OWNER";
/// The checksum of a release of Rolewright. It begins with [`NO_COMMIT`], so that whoever looks for the one finds the other.
pub const NO_CHECKSUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// A commit of Rolewright.
pub const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
