//! Findings: a place and what is wrong there, and notes: a place and why it is right.

use std::fmt;

use serde::Serialize;

use crate::fix::Fix;
use crate::span::Span;

/// How far a fix may be trusted. The engine lowers it when a check says so and never raises it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Reported, never edited.
    Display,
    /// Right as far as known, but not proven; applied only when asked for.
    Unsafe,
    /// Proven: applied by default.
    Safe,
}

impl fmt::Display for Applicability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Applicability::Display => "display",
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        })
    }
}

/// A place and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The place, in the decoded text of the document.
    pub span: Span,
    /// What the text does, in the words of the passes, such as `bind address`.
    pub role: &'static str,
    /// One or two sentences for people: what is wrong and what the fix does or costs.
    pub message: String,
    /// Why the pass believes it, step by step, and the evidence it rests on.
    pub evidence: Vec<String>,
    /// How far the fix may be trusted.
    pub applicability: Applicability,
    /// The change, if there is one. A finding of `Display` may carry none.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding that only reports.
    pub fn new(span: Span, role: &'static str, message: impl Into<String>) -> Self {
        Finding {
            span,
            role,
            message: message.into(),
            evidence: Vec::new(),
            applicability: Applicability::Display,
            fix: None,
        }
    }

    /// Adds a step of reasoning or a piece of evidence.
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.evidence.push(why.into());
        self
    }

    /// Adds several of them.
    pub fn because_all(mut self, why: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(why);
        self
    }

    /// Gives the fix and how far it may be trusted.
    pub fn fix(mut self, applicability: Applicability, fix: Fix) -> Self {
        self.applicability = applicability;
        self.fix = Some(fix);
        self
    }
}

/// A place that looks like a finding and is right as it is. Notes are never listed by a check;
/// they answer the question why a line was left alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The place, in the decoded text of the document.
    pub span: Span,
    /// What the text does.
    pub role: &'static str,
    /// Why it is left alone.
    pub reason: String,
    /// The evidence for it.
    pub evidence: Vec<String>,
}
