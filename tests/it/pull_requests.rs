//! The whole loop of a company that reviews its policies on GitHub: pull requests, plans, merges, apply. With the real
//! binary, real git repositories (a bare remote, a fresh clone a job, as CI makes it), and a GitHub that keeps what it is
//! told, each request and answer held to GitHub's contract.

mod direct_pushes;
mod drift;
mod evidence;
mod queue;
mod runs;
mod several;
mod story;
mod undo;
