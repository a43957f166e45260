//! # Let zabbix listen on IPv6 too
//!
//! ## Why it breaks
//! `ListenIP=0.0.0.0` is IPv4 only; the value may be a list, and without it zabbix listens on all
//! interfaces.
//!
//! ## Examples
//! ```conf before path=zabbix_agentd.conf
//! Server=a
//! ListenIP=0.0.0.0
//! ```
//! ```conf after unsafe path=zabbix_agentd.conf
//! Server=a
//! ListenIP=0.0.0.0,::
//! ```
//! In IPv6-only mode:
//! ```conf before mode=ipv6-only path=zabbix_agentd.conf
//! ListenIP=0.0.0.0
//! ```
//! ```conf after unsafe mode=ipv6-only path=zabbix_agentd.conf
//! ListenIP=::
//! ```
//! Left alone:
//! ```conf unchanged path=zabbix_agentd.conf
//! # ListenIP=0.0.0.0
//! ListenIP=127.0.0.1
//! ```
//! ```conf unchanged path=zabbix_agentd.conf
//! ListenIP=0.0.0.0,::
//! ```
//!
//! ## Safety
//! Unsafe: read in the manual and not run.
//!
//! ## References
//! - <https://www.zabbix.com/documentation/current/en/manual/appendix/config/zabbix_agentd>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["ListenIP"]]),
    specificity: 0,
    run: |doc, cx| look("zabbix/listen-ip", doc, cx),
};
