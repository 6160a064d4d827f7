//! Directories that speak LDAP: a real Active Directory domain controller (Samba), a real OpenLDAP server, a proxy that
//! adds Windows' limits to Samba, and a double with faults on demand.

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

use crate::support::ldap::{ReadSettings, group, members, of, row, text_of};
