//! All tests of Rolewright, one binary.

mod sqlite;
mod sqlite_crash;
