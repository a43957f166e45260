//! Text for people.

pub mod change;
pub mod escape;
pub mod excerpt;
pub mod finding;
pub mod style;
pub mod summary;
pub mod texts;
