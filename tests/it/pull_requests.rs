//! The whole process of a company that reviews its policies on GitHub: pull requests, plans, merges, apply. With the
//! real binary, real git repositories (a bare remote, a fresh clone for each job, as in CI), and a double of GitHub
//! with state; each request and answer is checked against GitHub's contract.

mod around_the_gate;
mod connections;
mod direct_pushes;
mod drift;
mod evidence;
mod push_to_apply;
mod queue;
mod runs;
mod several;
mod told;
mod undo;
