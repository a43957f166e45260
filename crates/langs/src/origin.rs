//! Where a value comes from, and who has a say in it: what the facts of several languages share.

/// What a value is, as a qualified name, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The qualified name, in the grammar that the module of the language describes.
    pub path: String,
    /// Whether it is an object, so that its members are selected with `#`.
    pub object: bool,
    /// The steps that lead from the use to it.
    pub chain: Vec<String>,
}

impl Origin {
    /// A module, a global, or anything else that is known by its name.
    pub fn new(path: impl Into<String>) -> Origin {
        Origin { path: path.into(), object: false, chain: Vec::new() }
    }

    /// A member of it.
    pub fn member(mut self, name: &str) -> Origin {
        self.path = format!("{}{}{name}", self.path, if self.object { '#' } else { '.' });
        self.object = false;
        self
    }

    /// What it gives when it is called.
    pub fn called(mut self) -> Origin {
        self.path.push_str("()");
        self.object = true;
        self
    }

    /// Puts a step in front of the chain, once.
    pub fn because(mut self, step: impl Into<String>) -> Origin {
        let step = step.into();
        if !self.chain.contains(&step) {
            self.chain.insert(0, step);
        }
        self
    }

    /// Each path once, in order.
    pub(crate) fn distinct(origins: Vec<Origin>) -> Vec<Origin> {
        let mut found: Vec<Origin> = Vec::new();
        for origin in origins {
            if !found.iter().any(|o| o.path == origin.path) {
                found.push(origin);
            }
        }
        found
    }
}

/// The way of one search, so that it ends: a name that is met again while it is being worked out
/// says nothing, and a search that takes too many steps gives up.
pub(crate) struct Trail {
    left: usize,
    open: Vec<(u32, String)>,
}

impl Trail {
    /// Far enough for real programs.
    pub(crate) fn new() -> Trail {
        Trail { left: 200, open: Vec::new() }
    }

    /// Takes one step.
    pub(crate) fn step(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    /// Works something out about a name of a declaration or class (a node's number), unless that
    /// is being done already.
    pub(crate) fn within<T>(&mut self, node: u32, name: &str, work: impl FnOnce(&mut Trail) -> Option<T>) -> Option<T> {
        if self.open.iter().any(|(n, open)| *n == node && open == name) {
            return None;
        }
        self.open.push((node, name.to_owned()));
        let out = work(self);
        self.open.pop();
        out
    }
}

/// Who may read a value, or put another one in its place. The later ones weigh more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is written where it is used.
    Inline,
    /// It stands in a name that only this use reads.
    Sole,
    /// It stands in a name or property that other code reads or may read.
    Visible,
    /// It is the default of a parameter, or of another value that a caller may give.
    Parameter,
    /// It is used when an environment variable (named here) is not set.
    Environment(String),
}
