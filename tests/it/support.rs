//! Shared by tests: playgrounds, doubles and real servers, readers of what the binary writes, cases and their expected
//! output.

pub(crate) mod blessing;
pub(crate) mod browser;
pub(crate) mod clock;
pub(crate) mod company;
pub(crate) mod contract;
pub(crate) mod entra;
pub(crate) mod followed;
mod forge;
pub(crate) mod github;
pub(crate) mod hostile;
pub(crate) mod http_server;
pub(crate) mod init;
pub(crate) mod language_server;
pub(crate) mod ldap;
pub(crate) mod lossy_proxy;
pub(crate) mod mail_server;
pub(crate) mod markdown;
pub(crate) mod pages;
pub(crate) mod planned;
pub(crate) mod playground;
pub(crate) mod postgres;
pub(crate) mod promapp;
pub(crate) mod repository;
pub(crate) mod rest;
pub(crate) mod scim;
pub(crate) mod shipped;
pub(crate) mod spreadsheet;
pub(crate) mod store;
pub(crate) mod system;
pub(crate) mod terminal;
pub(crate) mod tls;
pub(crate) mod transcript;
pub(crate) mod workflows;
pub(crate) mod workspaces;
pub(crate) mod world;
