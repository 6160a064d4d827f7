//! The account store in PostgreSQL, on a real server: what it holds, who gets in each other's way, what breaks off, and whom it
//! trusts.

mod breaks;
mod command_line;
mod life;
mod together;
mod trust;
