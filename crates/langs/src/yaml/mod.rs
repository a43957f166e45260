//! YAML streams, plain or templated.
//!
//! [`Stream::of`] gives the documents of a text as typed values with exact places. Documents are
//! parsed one by one, so that one that does not parse takes no other with it. Template actions are
//! masked first ([`template`]); what they give is opaque. In a document that does not parse even so,
//! single lines at actions are set aside (`repair`). What still does not parse is listed by its
//! place and not looked into: half an understanding of where a mapping ends is worse than none.

use std::rc::Rc;

use sixify_core::{Document, Span};

use crate::grammar::Grammar;
use crate::syntax::Tree;

mod block;
pub mod branch;
mod build;
pub mod compose;
pub mod edit;
pub mod helm;
pub mod kubernetes;
pub mod remove;
mod repair;
pub mod scalar;
pub mod splice;
pub mod template;
pub mod value;

pub use scalar::{Scalar, Style, quote};
pub use template::{Action, Masked};
pub use value::{Data, Entry, Item, Map, Seq, Value};

/// The documents of a text.
#[derive(Debug, Default)]
pub struct Stream {
    /// The root values of the documents that could be read, in order.
    pub roots: Vec<Value>,
    /// The places of documents that do not parse.
    pub unread: Vec<Span>,
    /// The text with its template actions masked.
    pub masked: Masked,
    comments: Vec<Span>,
}

impl Stream {
    /// The documents of a document of YAML, worked out once.
    pub fn of(doc: &Document) -> Rc<Stream> {
        doc.memo(|doc| Stream::parse(&doc.text))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Stream {
        let mut masked = template::mask(text);
        let mut stream = Stream::default();
        for span in documents(&masked.text) {
            let tree = Tree::parse(Grammar::Yaml, span.text(&masked.text)).filter(|tree| !tree.root().has_error());
            let Some(tree) = tree.or_else(|| repair::repair(&mut masked, span)) else {
                stream.unread.push(span);
                continue;
            };
            let builder = build::Builder { text, masked: &masked, offset: span.start };
            let root = |document: crate::Node<'_>| {
                document.items().find(|n| n.is_any(&["block_node", "flow_node"])).map(|n| builder.value(n, 0))
            };
            stream.roots.extend(tree.all("document").filter_map(root));
            stream.comments.extend(tree.all("comment").map(|c| c.span().shift(span.start)));
        }
        stream.masked = masked;
        stream
    }

    /// The comments of the documents that could be read.
    pub fn comments<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.comments.iter().map(|span| span.text(text).trim_end())
    }
}

/// Where the documents of a stream stand: from each `---` line to the next (YAML 1.2, 9.1). Such
/// a line ends a document wherever it stands, within a block scalar too.
fn documents(text: &str) -> Vec<Span> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark =
            line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if mark && at > 0 {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| Span::new(*start, end)).collect()
}
