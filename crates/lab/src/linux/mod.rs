//! The lab on Linux.
//!
//! ```text
//!   this process ──fork──> keeper           new (user +) network namespace, interfaces, sysctls;
//!        │    <─sockets──                   then only makes sockets on request
//!        └──fork, exec──> program           joins both, own mount namespace with its hosts file,
//!                                           on v4kernel a filter without AF_INET6
//! ```
//!
//! [`step`] and [`plan`] say what the two children do before they are what they are, [`raw`] holds
//! the unsafe calls, [`watch`] listens to the system calls that betray IPv4.

mod client;
mod diag;
mod filter;
mod host;
mod keeper;
mod netlink;
mod plan;
mod processes;
mod raw;
mod running;
mod step;
mod watch;

pub use host::Host;
pub use running::Running;
