//! Configuration files made of lines.

pub mod directives;
pub mod ini;

pub use directives::{Directive, Directives};
pub use ini::{Ini, Setting};
