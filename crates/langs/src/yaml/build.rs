//! From syntax trees to values.

use sixify_core::Span;

use crate::syntax::Node;
use crate::yaml::scalar::{Scalar, Style};
use crate::yaml::template::Masked;
use crate::yaml::value::{Data, Entry, Item, Map, Seq, Value};

/// How deep values may be nested; what lies deeper is opaque.
const MAX_DEPTH: usize = 100;

pub(super) struct Builder<'a> {
    /// The original text of the whole stream.
    pub text: &'a str,
    /// The same with its template actions masked.
    pub masked: &'a Masked,
    /// Where the parsed document begins in the stream.
    pub offset: usize,
}

impl Builder<'_> {
    fn span(&self, node: Node<'_>) -> Span {
        node.span().shift(self.offset)
    }

    /// The value of a `block_node` or `flow_node`.
    pub fn value(&self, node: Node<'_>, depth: usize) -> Value {
        let mut anchor = None;
        let mut data = Data::Absent;
        let mut span = self.span(node);
        for child in node.items() {
            if child.is("anchor") {
                anchor = Some(child.text().trim_start_matches('&').to_owned());
            } else if !child.is("tag") {
                span = self.span(child);
                data = self.data(child, depth);
            }
        }
        Value { span, anchor, data }
    }

    fn data(&self, node: Node<'_>, depth: usize) -> Data {
        let span = self.span(node);
        let scalar = |style| Data::Scalar(Scalar::read(self.text, self.masked, span, style));
        match node.kind() {
            _ if depth > MAX_DEPTH => Data::Opaque,
            "block_mapping" | "flow_mapping" => Data::Map(self.map(node, depth)),
            "block_sequence" | "flow_sequence" => Data::Seq(self.seq(node, depth)),
            "plain_scalar" => scalar(Style::Plain),
            "single_quote_scalar" => scalar(Style::Single),
            "double_quote_scalar" => scalar(Style::Double),
            "block_scalar" if node.text().starts_with('>') => scalar(Style::Folded { indent: 0 }),
            "block_scalar" => scalar(Style::Literal { indent: 0 }),
            "alias" => Data::Alias(node.text().trim_start_matches('*').to_owned()),
            _ => Data::Opaque,
        }
    }

    fn map(&self, node: Node<'_>, depth: usize) -> Map {
        let flow = node.is("flow_mapping");
        let span = self.span(node);
        let mut entries = Vec::new();
        let mut open = false;
        for pair in node.items() {
            if !pair.is_any(&["block_mapping_pair", "flow_pair"]) {
                // `{a, b}`: keys without values. Nothing sixify reads is written so.
                open = true;
                continue;
            }
            let key = pair.field("key").map(|k| self.value(k, depth + 1));
            let Some(Value { data: Data::Scalar(key), .. }) = key else {
                open = true;
                continue;
            };
            open |= key.templated || key.text() == "<<";
            let value = match pair.field("value") {
                Some(value) => self.value(value, depth + 1),
                None => self.absent(self.span(pair)),
            };
            entries.push(Entry { span: self.span(pair), key, value });
        }
        let column = self.column(entries.first().map_or(span.start, |e| e.span.start));
        let parts: Vec<Span> = entries.iter().map(|e| e.span).collect();
        open |= self.gaps(span, &parts, column);
        Map { span, flow, column, entries, open }
    }

    fn seq(&self, node: Node<'_>, depth: usize) -> Seq {
        let flow = node.is("flow_sequence");
        let span = self.span(node);
        let mut items = Vec::new();
        let mut open = false;
        for item in node.items() {
            let span = self.span(item);
            let value = match item.kind() {
                "block_sequence_item" => match item.items().next() {
                    Some(value) => self.value(value, depth + 1),
                    None => self.absent(span),
                },
                "flow_node" => self.value(item, depth + 1),
                _ => {
                    open = true;
                    Value { span, anchor: None, data: Data::Opaque }
                }
            };
            items.push(Item { span, value });
        }
        let column = self.column(span.start);
        let parts: Vec<Span> = items.iter().map(|i| i.span).collect();
        open |= self.gaps(span, &parts, column);
        Seq { span, flow, column, items, open }
    }

    /// A value that is not written: absent, or what an action behind the key or dash gives.
    fn absent(&self, pair: Span) -> Value {
        let next = self.next_token(pair.end);
        let emitted = self.masked.within(Span::new(pair.end, next)).iter().any(|a| a.emits);
        Value { span: Span::at(pair.end), anchor: None, data: if emitted { Data::Opaque } else { Data::Absent } }
    }

    /// Whether actions between the parts of a collection, right before it or right behind it, give
    /// more of it.
    fn gaps(&self, span: Span, parts: &[Span], column: usize) -> bool {
        let next = self.next_token(span.end);
        let outside = |s: Span| !parts.iter().any(|p| p.overlaps(s));
        let before = self.token_before(span.start);
        let around = self.masked.within(Span::new(before, next));
        around.iter().filter(|a| a.emits && a.alone).any(|a| {
            let behind = span.end <= a.span.start && a.span.end <= next;
            let near = (span.contains(a.span) && outside(a.span)) || behind || a.span.end <= span.start;
            // What it gives belongs to the collection whose column it indents to. One that does not
            // say may give anything from its own column on.
            let own = self.column(a.span.start);
            near && a.indent.map_or(own <= column, |indent| indent == column)
        })
    }

    /// The next byte that is neither blank nor in a comment, nor an action.
    fn next_token(&self, from: usize) -> usize {
        let text = &self.masked.text;
        let mut at = from;
        loop {
            let rest = text.get(at..).unwrap_or("");
            let blanks = rest.len() - rest.trim_start().len();
            let rest = &rest[blanks..];
            at += blanks;
            if !rest.starts_with('#') {
                return at;
            }
            at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// The end of the last token before a place, comments and actions passed over.
    fn token_before(&self, from: usize) -> usize {
        let mut text = self.masked.text.get(self.offset..from).unwrap_or("").trim_end();
        while let Some(start) = text.rfind('\n').map(|i| i + 1) {
            if !text[start..].trim_start().starts_with('#') {
                break;
            }
            text = text[..start].trim_end();
        }
        self.offset + text.len()
    }

    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        before.len() - before.rfind('\n').map_or(0, |i| i + 1)
    }
}
