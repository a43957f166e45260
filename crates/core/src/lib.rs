//! The engine of sixify: passes propose fixes, the engine merges, verifies and accounts for them.
//!
//! This crate is pure. It reads no disk, knows no git, starts no threads and has no grammar;
//! all of that arrives through traits ([`Source`], [`Pool`], [`Classifier`], [`Embedder`],
//! [`Verifier`], [`NeedResolver`]). It knows nothing of IPv6 either: what is wrong with a text and
//! how to mend it is the business of the passes.
//!
//! The data flow of one run, see [`Engine::plan`]:
//!
//! ```text
//! source > gate > decode > prefilter > passes > findings > merge > needs > verify > plan
//! ```
//!
//! Three invariants are worth knowing before reading on:
//!
//! * All fixes of a round refer to the same bytes; [`merge`] never applies one fix to the output
//!   of another.
//! * The engine may lower the applicability of a fix, never raise it ([`Applicability`]).
//! * Every finding ends with exactly one [`Outcome`], and every file that was not looked at is
//!   listed with its reason ([`Skipped`]).

pub mod anchor;
pub mod classify;
pub mod diff;
pub mod document;
pub mod edit;
pub mod engine;
pub mod finding;
pub mod fix;
pub mod gate;
pub mod layer;
pub mod layout;
pub mod ledger;
pub mod merge;
pub mod options;
pub mod pass;
pub mod plan;
pub mod pool;
pub mod project;
pub mod source;
pub mod span;
pub mod verify;

pub use anchor::{Anchors, Prefilter};
pub use classify::{Classifier, Kind};
pub use document::Document;
pub use edit::{Edit, EditSet};
pub use engine::{Engine, EngineBuilder, EngineError};
pub use finding::{Applicability, Finding, Note};
pub use fix::{Fix, Need, NeedResolver, Resolution};
pub use layer::{Codec, Embedded, Embedder};
pub use layout::{Encoding, Eol, Layout};
pub use ledger::{Failure, Ledger, Outcome, Record, Skipped};
pub use options::Options;
pub use pass::{Context, Meta, Pass, PassError};
pub use plan::{FilePlan, Plan};
pub use pool::{Observer, Pool, Serial};
pub use project::Project;
pub use source::{Entry, Listing, ReadError, Source};
pub use span::{LineColumn, LineIndex, Span};
pub use verify::{Verifier, Violation};
