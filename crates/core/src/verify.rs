//! Checks of a changed text before it counts.

use crate::document::Document;
use crate::edit::EditSet;
use crate::layout::LineEnds;

/// What a change broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What, in a few words.
    pub what: String,
    /// Whether the fix may still be offered as unsafe, instead of being taken back.
    pub demotes: bool,
}

impl Violation {
    /// A violation that takes the fix back.
    pub fn breaks(what: impl Into<String>) -> Self {
        Violation { what: what.into(), demotes: false }
    }

    /// A violation that makes the fix unsafe.
    pub fn demotes(what: impl Into<String>) -> Self {
        Violation { what: what.into(), demotes: true }
    }
}

/// Compares a document before and after its edits.
pub trait Verifier: Send + Sync {
    /// What the edits broke; empty when the change may stand.
    fn verify(&self, before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation>;
}

/// Line ends and the final newline stay as they were, and the encoding can hold the new text.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepsLayout;

impl Verifier for KeepsLayout {
    fn verify(&self, before: &Document, after: &Document, edits: &EditSet) -> Vec<Violation> {
        let mut broken = Vec::new();
        if before.layout.encode(&after.text).is_none() {
            broken.push(Violation::breaks("the new text cannot be written in the file's encoding"));
        }
        broken.extend(line_ends(&before.text, &after.text, edits).map(Violation::breaks));
        let ends = |text: &str| text.ends_with(['\n', '\r']);
        if !before.text.is_empty() && ends(&before.text) != ends(&after.text) {
            broken.push(Violation::breaks("the final newline would change"));
        }
        broken
    }
}

/// What is wrong with the line ends of the new text, if anything: a sort of line end that the
/// file did not have, or a lone `\r` or `\n` that no edit wrote, which is what is left of a
/// `\r\n` cut in two.
fn line_ends(before: &str, after: &str, edits: &EditSet) -> Option<&'static str> {
    let (was, now) = (LineEnds::count(before), LineEnds::count(after));
    let ended = was != LineEnds::default();
    let mut written = LineEnds::default();
    for ends in edits.iter().map(|e| LineEnds::count(&e.text)) {
        written.lf += ends.lf;
        written.cr += ends.cr;
    }
    if (ended && was.lf == 0 && now.lf > 0) || now.lf > was.lf + written.lf {
        Some("a lone line feed in a file with other line ends")
    } else if ended && was.crlf == 0 && now.crlf > 0 {
        Some("a CRLF line end in a file with other line ends")
    } else if (ended && was.cr == 0 && now.cr > 0) || now.cr > was.cr + written.cr {
        Some("a lone carriage return in a file with other line ends")
    } else {
        None
    }
}
