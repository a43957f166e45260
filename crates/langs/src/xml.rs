//! Elements of XML files that hold text alone, with their places.

use roxmltree::Node;
use sixify_core::Span;

/// An element that holds text and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its name, without a prefix.
    pub name: String,
    /// Its place, tags included.
    pub span: Span,
    /// The place of its text, entities as they are written.
    pub inner: Span,
    /// How many elements stand beside it.
    pub siblings: usize,
}

/// The elements of a file that hold text alone, in order. Empty for a file that does not parse.
pub fn leaves(text: &str) -> Vec<Leaf> {
    let Ok(tree) = roxmltree::Document::parse(text) else { return Vec::new() };
    let span = |node: &Node<'_, '_>| Span::new(node.range().start, node.range().end);
    let leaf = |node: Node<'_, '_>| {
        let only = node.first_child().filter(|child| child.is_text() && child.next_sibling().is_none())?;
        let around = node.parent().map_or(1, |p| p.children().filter(Node::is_element).count());
        let name = node.tag_name().name().to_owned();
        Some(Leaf { name, span: span(&node), inner: span(&only), siblings: around.saturating_sub(1) })
    };
    tree.descendants().filter(Node::is_element).filter_map(leaf).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_text_alone_are_found() {
        let text = "<?xml version=\"1.0\"?>\n<a>\n <b>x &amp; y</b>\n <c><d/></c>\n <p:e xmlns:p=\"u\">z</p:e><!-- <f>w</f> -->\n</a>\n";
        let found: Vec<_> =
            leaves(text).into_iter().map(|l| (l.name, l.inner.text(text).to_owned(), l.siblings)).collect();
        assert_eq!(found, [("b".to_owned(), "x &amp; y".to_owned(), 2), ("e".to_owned(), "z".to_owned(), 2)]);
        assert!(leaves("<a><b>").is_empty());
    }
}
