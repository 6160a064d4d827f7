//! Applications with an API of their own, which a connector describes.

mod real_service;
