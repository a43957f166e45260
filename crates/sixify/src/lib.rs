//! Rewrites source code and configuration so that services written for IPv4 also run on
//! IPv6-only and dual-stack hosts.
//!
//! Plan a folder, show the diff, write it:
//!
//! ```no_run
//! use sixify::{Engine, Mode, WorkTree};
//!
//! let engine = Engine::builder().mode(Mode::DualStack).codemods(sixify::codemods::all()).build()?;
//! let folder = WorkTree::open("services")?;
//! let plan = engine.plan(&folder)?;
//! print!("{}", plan.diff());
//! plan.write(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Or from a commit to commits, without a checkout:
//!
//! ```no_run
//! use sixify::{CommitPer, Engine, GitBranch, GitTree};
//!
//! let engine = Engine::builder().codemods(sixify::codemods::all()).build()?;
//! let plan = engine.plan(&GitTree::open("repo.git", "main")?)?;
//! plan.commit(&GitBranch::new("repo.git", "ipv6").per(CommitPer::Codemod))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Plan`] is made before anything is written. Its ledger has one [`Outcome`] for every finding
//! and a reason for every file that was not looked at; [`Plan::report`] gives it as data. One text
//! is patched with [`patch_text`]; a pass of your own is a [`Pass`], see the module [`pass`].

mod builder;
pub mod config;
mod engine;
pub mod hosting;
mod message;
mod plan;
pub mod plan_file;
pub mod pull_request;
mod recipe;
pub mod report;
mod split;
pub mod text;

pub use builder::EngineBuilder;
pub use config::{Config, ConfigError};
pub use engine::{Engine, Error, Readers, patch_text};
pub use message::Style;
pub use plan::{CommitError, Plan, is_usual_skip};
pub use plan_file::PlanFile;
pub use pull_request::PullRequest;
pub use report::Report;

pub use sixify_codemods as codemods;
pub use sixify_core::source::Memory;
pub use sixify_core::{Applicability, EngineError, FilePlan, Ledger, Observer, Outcome, Pass, Record, Skipped, Source};
pub use sixify_langs::address_map::{AddressMap, MapError};
pub use sixify_langs::{HostKind, Mode, Policy};
pub use sixify_source::git::{Branched, Change, CommitPer, GitBranch, GitError, GitTree, Made, Patch, Person, When};
pub use sixify_source::{
    OpenError, Refusal, Refused, Sink, Threads, WorkTree, WriteError, Written, git, repository_top,
};

/// What a pass of your own is made of.
///
/// `document`, `syntax` and the other facts about languages are in [`langs`](pass::langs).
pub mod pass {
    pub use sixify_core::{
        Anchors, Applicability, Context, Document, Edit, Finding, Fix, Kind, Meta, Need, Note, Options, Pass,
        PassError, Project, Span,
    };
    pub use sixify_langs as langs;
    pub use sixify_langs::{Policy, Role, classify as kinds};
}
