//! Syntax trees, kept as one flat array.
//!
//! Tree-sitter's own nodes borrow the tree, find their parent by walking down from the root and
//! cannot be kept beside the tree in one value. So a tree is walked once, right after parsing,
//! and copied into an array in preorder: the subtree of a node is the stretch of the array up to
//! `after`, children and parents are arithmetic, and the nodes of every kind are listed on the
//! way. Codemods then ask for the nodes of the kinds they handle; nothing walks the tree again.

use std::collections::HashMap;

use sixify_core::Span;

use crate::grammar::{self, Grammar};

#[derive(Clone, Copy, Debug)]
struct Data {
    kind: u16,
    /// 0: none.
    field: u16,
    named: bool,
    error: bool,
    missing: bool,
    start: u32,
    end: u32,
    parent: u32,
    /// Number behind the last node of the subtree.
    after: u32,
}

/// A parsed document with its text.
#[derive(Debug)]
pub struct Tree {
    grammar: Grammar,
    text: String,
    nodes: Vec<Data>,
    by_kind: HashMap<u16, Vec<u32>>,
}

impl Tree {
    /// Parses a text. `None` when the parser gives up, which it does only on absurd input, or
    /// when the grammar was not compiled in.
    pub fn parse(grammar: Grammar, text: &str) -> Option<Tree> {
        let parsed = grammar::parse(grammar, text)?;
        let mut nodes: Vec<Data> = Vec::with_capacity(text.len() / 4);
        let mut by_kind: HashMap<u16, Vec<u32>> = HashMap::new();
        let mut cursor = parsed.walk();
        let mut parents: Vec<u32> = Vec::new();
        loop {
            let node = cursor.node();
            let number = u32::try_from(nodes.len()).ok()?;
            let range = node.byte_range();
            nodes.push(Data {
                kind: node.kind_id(),
                field: cursor.field_id().map_or(0, |f| f.get()),
                named: node.is_named(),
                error: node.is_error(),
                missing: node.is_missing(),
                start: u32::try_from(range.start).ok()?,
                end: u32::try_from(range.end).ok()?,
                parent: parents.last().copied().unwrap_or(number),
                after: number + 1,
            });
            by_kind.entry(node.kind_id()).or_default().push(number);
            if cursor.goto_first_child() {
                parents.push(number);
                continue;
            }
            while !cursor.goto_next_sibling() {
                let after = u32::try_from(nodes.len()).ok()?;
                let Some(parent) = parents.pop() else {
                    return Some(Tree { grammar, text: text.to_owned(), nodes, by_kind });
                };
                nodes[parent as usize].after = after;
                cursor.goto_parent();
            }
        }
    }

    /// The grammar the tree was made with.
    pub fn grammar(&self) -> Grammar {
        self.grammar
    }

    /// The parsed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root node.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, number: 0 }
    }

    /// The node of a number, as [`Node::number`] gave it.
    pub fn node(&self, number: u32) -> Node<'_> {
        Node { tree: self, number: number.min(self.nodes.len() as u32 - 1) }
    }

    /// All nodes of a kind, in order of their places.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = Node<'_>> {
        let ids = grammar::kind_ids(self.grammar, kind);
        let mut numbers: Vec<u32> = ids.iter().filter_map(|id| self.by_kind.get(id)).flatten().copied().collect();
        if ids.len() > 1 {
            numbers.sort_unstable();
        }
        numbers.into_iter().map(|number| Node { tree: self, number })
    }

    /// Every node, in preorder.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|number| Node { tree: self, number })
    }

    /// The smallest named node that holds the range.
    pub fn smallest(&self, span: Span) -> Node<'_> {
        let mut at = self.root();
        while let Some(child) = at.named_children().find(|c| c.span().contains(span)) {
            at = child;
        }
        at
    }
}

/// One node of a tree. Copying it costs nothing.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    number: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} {:?})", self.kind(), self.text())
    }
}

impl<'a> Node<'a> {
    fn data(self) -> Data {
        self.tree.nodes[self.number as usize]
    }

    /// The tree the node belongs to.
    pub fn tree(self) -> &'a Tree {
        self.tree
    }

    /// The number of the node in preorder.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Its kind, in the words of the grammar.
    pub fn kind(self) -> &'static str {
        grammar::kind_name(self.tree.grammar, self.data().kind)
    }

    /// Whether it has this kind.
    pub fn is(self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// Whether it has one of these kinds.
    pub fn is_any(self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }

    /// Its range in bytes.
    pub fn span(self) -> Span {
        Span::new(self.data().start as usize, self.data().end as usize)
    }

    /// Where it starts, in bytes.
    pub fn start(self) -> usize {
        self.data().start as usize
    }

    /// Where it ends, in bytes.
    pub fn end(self) -> usize {
        self.data().end as usize
    }

    /// Its text.
    pub fn text(self) -> &'a str {
        self.span().text(&self.tree.text)
    }

    /// 1-based line on which it starts.
    pub fn line(self) -> usize {
        self.tree.text.as_bytes()[..self.start()].iter().filter(|b| **b == b'\n').count() + 1
    }

    /// Whether the parser met something it did not understand here.
    pub fn is_error(self) -> bool {
        self.data().error
    }

    /// Whether the parser made the node up to go on.
    pub fn is_missing(self) -> bool {
        self.data().missing
    }

    /// Whether the subtree holds an error or a made-up node.
    pub fn has_error(self) -> bool {
        self.tree.nodes[self.number as usize..self.data().after as usize].iter().any(|n| n.error || n.missing)
    }

    /// Whether it stands for something in the grammar, not for a piece of punctuation.
    pub fn is_named(self) -> bool {
        self.data().named
    }

    /// The node around it.
    pub fn parent(self) -> Option<Node<'a>> {
        (self.number != 0).then(|| Node { tree: self.tree, number: self.data().parent })
    }

    /// The nodes around it, from the inside outwards.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'a>> {
        std::iter::successors(self.parent(), |n| n.parent())
    }

    /// The nearest node around it of one of these kinds.
    pub fn ancestor(self, kinds: &[&str]) -> Option<Node<'a>> {
        self.ancestors().find(|n| n.is_any(kinds))
    }

    /// Whether `other` is this node or lies within it.
    pub fn holds(self, other: Node<'_>) -> bool {
        self.number <= other.number && other.number < self.data().after
    }

    /// Its children, punctuation included.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let (tree, after) = (self.tree, self.data().after);
        let first = (self.number + 1 < after).then_some(self.number + 1);
        let next = move |n: &u32| Some(tree.nodes[*n as usize].after).filter(|n| *n < after);
        std::iter::successors(first, next).map(move |number| Node { tree, number })
    }

    /// Its children without punctuation (comments are among them).
    pub fn named_children(self) -> impl Iterator<Item = Node<'a>> {
        self.children().filter(|n| n.is_named())
    }

    /// Its named children without comments: its operands, arguments, elements.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        self.named_children().filter(|n| !n.is_comment())
    }

    /// The first child with this field name.
    pub fn field(self, name: &str) -> Option<Node<'a>> {
        self.fields(name).next()
    }

    /// All children with this field name.
    pub fn fields(self, name: &str) -> impl Iterator<Item = Node<'a>> {
        let id = grammar::field_id(self.tree.grammar, name);
        self.children().filter(move |n| id.is_some() && n.data().field == id.unwrap_or(0))
    }

    /// The first child of this kind.
    pub fn child(self, kind: &str) -> Option<Node<'a>> {
        self.children().find(|n| n.is(kind))
    }

    /// Every node below it, in preorder.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let tree = self.tree;
        (self.number + 1..self.data().after).map(move |number| Node { tree, number })
    }

    /// The node before it among its parent's children.
    pub fn previous(self) -> Option<Node<'a>> {
        self.parent()?.children().take_while(|n| n.number < self.number).last()
    }

    /// The node behind it among its parent's children.
    pub fn next(self) -> Option<Node<'a>> {
        self.parent()?.children().find(|n| n.number > self.number)
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        self.kind().ends_with("comment")
    }
}

#[cfg(all(test, feature = "go"))]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    const GO: &str = "package a\n\nfunc f() { g(1, /* c */ h(2)) }\n";

    #[test]
    fn children_parents_and_kinds_agree() {
        let tree = Tree::parse(Grammar::Go, GO).expect("parses");
        let calls: Vec<_> = tree.all("call_expression").map(Node::text).collect();
        assert_eq!(calls, ["g(1, /* c */ h(2))", "h(2)"]);
        for node in tree.nodes().skip(1) {
            let parent = node.parent().expect("not the root");
            assert!(parent.children().any(|c| c == node), "{node:?}");
            assert!(parent.holds(node) && parent.span().contains(node.span()));
        }
        let args = tree.all("argument_list").next().expect("one");
        assert_eq!(args.items().map(Node::text).collect::<Vec<_>>(), ["1", "h(2)"]);
        assert_eq!(args.parent().and_then(|c| c.field("function")).map(Node::text), Some("g"));
        assert!(!tree.root().has_error());
    }

    #[test]
    fn errors_are_seen() {
        let tree = Tree::parse(Grammar::Go, "package a\nfunc f( {\n").expect("parses");
        assert!(tree.root().has_error());
    }
}
