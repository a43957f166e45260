//! The strict harness for codemods, ours and other people's.
//!
//! The header of a codemod holds its examples ([`example`]). [`Harness`] runs each of them as it
//! stands and in every layout that a real file may have: with CRLF line ends, with a byte order
//! mark, without a final newline, twice (the second run must find nothing to do), without the
//! prefilter, with a syntax error elsewhere in the file, and with a comment in every place that an
//! edit passes over. A codemod without a near-miss example fails.

pub mod example;
mod harness;
mod skip;
mod variants;

pub use harness::{Harness, Report};
pub use skip::skip;
