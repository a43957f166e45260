//! The five kinds of host that a rewrite is measured on, as Linux network namespaces.
//!
//! "This rewrite leaves no host behind" is a statement about programs that run, so this crate runs
//! them: on an IPv6-only host, on two dual-stack ones and on two IPv4-only ones ([`HostKind`]), with
//! real clients at every address, and writes down who got an answer ([`Row`]).
//!
//! ```no_run
//! use sixify_lab::{HostKind, Program, Wait, run_report};
//!
//! # fn main() -> Result<(), sixify_lab::LabError> {
//! let program = Program::new("redis-server").arg("--port").arg("7000");
//! println!("{}", run_report(HostKind::V6Only, &program, &Wait::default())?);
//! # Ok(())
//! # }
//! ```
//!
//! - [`Host`] is a host: start programs on it, list its sockets, ask its services.
//! - [`measure()`] takes one [`Spelling`] to one [`Row`]; [`Language`] reads lists of spellings, which
//!   are data.
//! - [`Proof`] has programs that a rewrite changes, and runs them before and after.
//! - [`run_report`] tells of any program what it listens on, who reaches it, and by which system
//!   calls it betrays IPv4; [`compare()`] runs it in two directories, on every kind of host.
//!
//! A host needs no privileges where the system lets users make user namespaces, and no program but
//! the one under test. It never touches the machine outside: interfaces, addresses and kernel
//! parameters belong to the namespace, the hosts and resolver files are mounted over the machine's
//! in the program's own mount namespace, and whatever still runs is killed with the host.
//!
//! The resolver file is empty, so a name that is not in the hosts file is asked of `127.0.0.1` and
//! not found at once; a report shows that question as a `connect 127.0.0.1:53`, which is the lab's
//! doing and not the program's.
//!
//! What it does not cover: sockets made through io_uring, which no system call filter sees; 32-bit
//! programs on `v4kernel`, which are killed; system services that a program talks to over Unix
//! sockets, which live outside. On other systems than Linux everything ends in
//! [`LabError::NotLinux`].

mod betrayal;
mod compare;
mod error;
mod kind;
mod layout;
mod measure;
mod packages;
mod program;
mod proof;
mod question;
mod report;
mod row;
mod socket;
mod spellings;
mod talk;
mod tsv;
mod wait;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

pub(crate) use betrayal::Finished;
pub use betrayal::{Betrayal, Call};
pub use compare::{Compared, Table, Verdict, compare};
#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Host, Running};
pub use error::LabError;
pub use kind::{Address, HostKind, Reach, UnknownName};
#[cfg(target_os = "linux")]
pub use linux::{Host, Running};
pub use measure::{Spelling, measure};
pub use packages::Packages;
pub use program::{Exit, Output, Program};
pub use proof::{Mend, Prepared, Proof};
pub use question::{Case, Question};
pub use report::{Report, Service, run_report};
pub use row::Row;
pub use socket::{ListenSocket, Transport};
pub use spellings::Language;
pub use talk::{Answer, Talk};
pub use wait::Wait;
