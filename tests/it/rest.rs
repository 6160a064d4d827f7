//! Applications with an API of their own, which a connector describes.

mod gate;
mod habits;
mod lies;
mod real_service;
mod shipped;
mod sign_in;
