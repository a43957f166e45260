//! What kind of document a file holds.

use std::fmt;

/// A kind of document, such as `go` or `dockerfile`. Passes name the kinds they read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub &'static str);

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({})", self.0)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Tells the kind of a file.
pub trait Classifier: Send + Sync {
    /// The kind, from the path alone. `None`: perhaps a look at the content helps.
    fn by_path(&self, path: &str) -> Option<Kind>;

    /// Whether the content never changes what the path said about files of this kind. Those are
    /// searched for anchors before anything else is done with them.
    fn certain(&self, kind: Kind) -> bool {
        let _ = kind;
        false
    }

    /// Whether it is worth reading a file that [`Classifier::by_path`] did not know.
    fn worth_reading(&self, path: &str) -> bool;

    /// The kind, from path and content. May correct what the path said.
    fn by_content(&self, path: &str, text: &str) -> Option<Kind>;
}
