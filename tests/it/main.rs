//! All tests of Rolewright, one binary.

mod scim;
