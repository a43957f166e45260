//! # Let snmpd listen on IPv6 too
//!
//! ## Why it breaks
//! `agentaddress udp:161` is IPv4 only; `udp6:161` beside it serves IPv6. `rocommunity` lets IPv4
//! clients in only; those of IPv6 have `rocommunity6`.
//!
//! ## Examples
//! ```snmpd before path=etc/snmp/snmpd.conf
//! agentaddress udp:161
//! sysName a
//! ```
//! ```snmpd after path=etc/snmp/snmpd.conf
//! agentaddress udp:161,udp6:161
//! sysName a
//! ```
//! ```snmpd before path=etc/snmp/snmpd.conf
//! agentAddress udp:0.0.0.0:161
//! ```
//! ```snmpd after path=etc/snmp/snmpd.conf
//! agentAddress udp:161,udp6:161
//! ```
//! In IPv6-only mode:
//! ```snmpd before mode=ipv6-only path=etc/snmp/snmpd.conf
//! agentaddress udp:161
//! ```
//! ```snmpd after unsafe mode=ipv6-only path=etc/snmp/snmpd.conf
//! agentaddress udp6:161
//! ```
//! Reported: who may ask, where only IPv4 clients may.
//! ```snmpd reported path=etc/snmp/snmpd.conf
//! rocommunity public
//! ```
//! Left alone:
//! ```snmpd unchanged path=etc/snmp/snmpd.conf
//! agentaddress 127.0.0.1,[::1]
//! rocommunity public
//! rocommunity6 public
//! ```
//! ```snmpd unchanged path=etc/snmp/snmpd.conf
//! agentaddress udp:161,udp6:161
//! ```
//!
//! ## Safety
//! Safe for the address: measured with 5.9 to be reached at every address. On a kernel without IPv6 it does
//! not start; where such hosts are in the guarantee set, the fix is unsafe.
//!
//! ## References
//! - evidence: snmpd, 5.9 measured
//! - snmpd(8), LISTENING ADDRESSES

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["agentaddress"], &["agentAddress"], &["community"]]),
    specificity: 0,
    run: |doc, cx| look("snmpd/agent-address", doc, cx),
};
