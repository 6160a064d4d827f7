//! Directories that speak LDAP: a real Active Directory domain controller (Samba), a real OpenLDAP server, Windows' limits
//! in front of the former, and a double that breaks on demand.

mod accounts;
mod domain;
mod economy;
mod faults;
mod limits;
mod open_ldap;
mod policies;
mod probing;
mod ranges;
mod selected_users;
mod trust;

use crate::support::ldap::{Wanted, group, members, of, row, text_of};
