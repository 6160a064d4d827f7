//! The whole loop of a company that reviews its policies on GitHub: pull requests, plans, merges, apply. With the real
//! binary, real git repositories (a bare remote, a fresh clone a job, as CI makes it), and a GitHub that keeps what it is
//! told, each request and answer held to GitHub's contract.

mod company;
mod drift;
mod evidence;
mod forge;
mod past_review;
mod queue;
mod runs;
mod story;
mod together;
mod undo;
