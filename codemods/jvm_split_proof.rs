//! What proves that the parts of a text of Java, Kotlin and Scala, cut at a colon, are host and port.

use sixify_langs::java::{Call, File};
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece};

use crate::jvm_joins::TEXTS;
use crate::jvm_splits::{around, given_to};
use crate::prelude::*;

/// What is known of the parts that come out of a split.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    /// The uses by number: the first part.
    pub(crate) host: Vec<Node<'a>>,
    /// The second part.
    pub(crate) port: Vec<Node<'a>>,
    /// Whether more than two parts are asked for, or the parts as a whole.
    pub(crate) more: bool,
}

impl Parts<'_> {
    /// Whether the parts are used as host and port: the port is read as a number or given where a port is
    /// taken, or the host goes where one is dialled, or into what is called one. Names of the text prove nothing:
    /// what stands before the first colon may be a scheme.
    /// A host that is kept in the variable it is cut from, proves no more than that name.
    pub(crate) fn are_host_and_port(&self, file: &File, text: Node<'_>) -> bool {
        let compared = |part: &Node<'_>| {
            let call = part.parent().and_then(Node::parent).and_then(|p| file.call(p));
            call.is_some_and(|c| COMPARES.contains(&c.name))
        };
        // `val (host, port) = …`
        let taken = |part: &Node<'_>, is: fn(&str) -> bool| {
            let named = part.is("variable_declaration")
                || part.parent().is_some_and(|p| p.is_any(&["case_class_pattern", "tuple_pattern"]));
            named && is(part.text().split(':').next().unwrap_or_default().trim())
        };
        let port = |part: &Node<'_>| {
            parsed(file, *part) || taken(part, naming::is_port) || given_to(file, *part, naming::is_port).is_some()
        };
        let host = |part: &Node<'_>| {
            taken(part, is_one_host) || given_to(file, *part, is_one_host).is_some_and(|n| n != text.text())
        };
        !self.host.iter().any(compared) && (self.port.iter().any(port) || self.host.iter().any(host))
    }

    /// Whether the function around puts the port behind a colon again, in a text that is none for people: there
    /// the host has to be written in the same way.
    pub(crate) fn joined_again(&self, file: &File) -> bool {
        self.port.iter().any(|part| {
            let kept = given_to(file, *part, naming::is_port);
            let texts = around(*part).into_iter().flat_map(|f| f.descendants().filter(|n| n.is_any(TEXTS)));
            texts.into_iter().any(|node| {
                let Some(text) = file.text_expr(node).filter(|t| t.form != Form::Literal) else { return false };
                let spoken = text.pieces.iter().any(|p| matches!(p, Piece::Text { raw, .. } if raw.contains(' ')));
                !spoken
                    && text.pieces.windows(2).any(|pair| match pair {
                        [Piece::Text { raw, .. }, Piece::Hole { node: Some(hole), .. }] => {
                            raw.ends_with(':') && (kept.as_deref() == Some(hole.text()) || hole.text() == part.text())
                        }
                        _ => false,
                    })
            })
        })
    }
}

/// Methods that compare a text with others.
const COMPARES: &[&str] =
    &["equals", "equalsIgnoreCase", "contains", "containsKey", "startsWith", "matches", "compareTo", "indexOf"];

/// Whether a name is that of one host alone.
fn is_one_host(called: &str) -> bool {
    let words = naming::words(called);
    let last = words.iter().rev().find(|w| !["s", "str", "string"].contains(&w.as_str())).map_or("", String::as_str);
    ["ip", "host", "hostname", "hosts", "ips"].contains(&last) || called.to_ascii_lowercase().ends_with("hostname")
}

/// Whether a part is read as a number of base ten.
pub(crate) fn parsed(file: &File, part: Node<'_>) -> bool {
    const READS: &[&str] =
        &["parseInt", "toInt", "toIntOrNull", "parseShort", "parseUnsignedInt", "parseUnsignedShort"];
    part.ancestors().take(3).any(|n| {
        let base =
            |c: &Call<'_>| c.arguments.iter().filter(|a| !a.holds(part) && **a != part).all(|a| a.text() == "10");
        file.call(n).is_some_and(|c| READS.contains(&c.name) && base(&c))
            || file.member(n).is_some_and(|(_, name)| name.text() == "toInt")
    })
}
