//! # Let Vault, OpenBao and Boundary listen on IPv6 too
//!
//! ## Why it breaks
//! To other Go programs `0.0.0.0:8200` is both families. These make an IPv4 socket of it on
//! purpose; `[::]:8200` is one socket for both.
//!
//! ## Examples
//! ```hcl before path=vault.hcl
//! ui = true
//! listener "tcp" {
//!   address     = "0.0.0.0:8200"
//!   tls_disable = 1
//! }
//! ```
//! ```hcl after unsafe path=vault.hcl
//! ui = true
//! listener "tcp" {
//!   address     = "[::]:8200"
//!   tls_disable = 1
//! }
//! ```
//! Left alone:
//! ```hcl unchanged path=vault.hcl
//! listener "tcp" {
//!   address = "[::]:8200"
//! }
//! telemetry {
//!   statsd_address = "0.0.0.0:8125"
//! }
//! storage "consul" {
//!   address = "0.0.0.0:8500"
//! }
//! ```
//! ```hcl unchanged path=vault.hcl
//! listener "tcp" {
//!   address = "127.0.0.1:8200"
//! }
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources and not run.
//!
//! ## References
//! - source: vault, internalshared/listenerutil and command/server/listener_tcp.go
//! - <https://developer.hashicorp.com/vault/docs/configuration/listener/tcp>

use crate::prelude::*;
use crate::servers::{LINES, look};

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: LINES,
    anchors: Anchors(&[&["listener"]]),
    specificity: 0,
    run: |doc, cx| look("vault/listener", doc, cx),
};
