//! Comparisons with the IPv4 wildcard and loopback addresses, in every language.
//!
//! `host == "0.0.0.0"` asks whether a server listens everywhere, and a listener that has become
//! dual-stack says `::`. The IPv6 spelling is *added* (`|| host == "::"`), never put in the place
//! of the other one: for every text but that one the answer stays what it was.

use sixify_core::{Edit, Fix, Span};
use sixify_langs::{Node, Tree};

use crate::host_port::is_path;

/// How a language spells comparisons. Kinds are those of its grammar.
pub(crate) struct Spelling {
    /// Kinds of nodes that compare two operands.
    pub comparisons: &'static [&'static str],
    /// Operators that hold for equal operands.
    pub equal: &'static [&'static str],
    /// Operators that hold for different operands.
    pub unequal: &'static [&'static str],
    /// How "or" and "and" are written.
    pub or: &'static str,
    /// See `or`.
    pub and: &'static str,
    /// Kinds of nodes that join conditions by "or" and "and".
    pub junctions: &'static [&'static str],
    /// Kinds of nodes in which a condition stands alone, so that it needs no parentheses of its own.
    pub alone: &'static [&'static str],
    /// Kinds of literal lists that a membership test may look through.
    pub lists: &'static [&'static str],
}

impl Spelling {
    /// The operators of C and the languages that took them over; the places where a condition stands
    /// alone are each language's own.
    pub(crate) const C: Self = Spelling {
        comparisons: &["binary_expression"],
        equal: &["=="],
        unequal: &["!="],
        or: "||",
        and: "&&",
        junctions: &["binary_expression"],
        alone: &[],
        lists: &[],
    };
}

/// Which address a text is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// `0.0.0.0`, all addresses.
    Wildcard,
    /// `127.0.0.1`.
    Loopback,
}

impl Known {
    fn of(value: &str) -> Option<Known> {
        match value {
            "0.0.0.0" => Some(Known::Wildcard),
            "127.0.0.1" => Some(Known::Loopback),
            _ => None,
        }
    }

    /// The IPv6 address that means the same.
    pub fn ipv6(self) -> &'static str {
        match self {
            Known::Wildcard => "::",
            Known::Loopback => "::1",
        }
    }
}

/// Whether a condition asks for a colon, which every IPv6 address has: `host.contains(":")`.
pub(crate) fn asks_for_colon(condition: &str) -> bool {
    ["\":\"", "':'"].iter().any(|colon| condition.contains(colon))
}

/// How a text is compared.
#[derive(Clone, Copy, Debug)]
enum Shape<'a> {
    /// With one literal; whether the comparison holds for different texts.
    One { other: Node<'a>, negated: bool },
    /// With each element of a literal list.
    Member,
}

/// A comparison with an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison<'a> {
    /// The comparison, or the list that is looked through.
    pub node: Node<'a>,
    /// The literal.
    pub literal: Node<'a>,
    /// The address it is.
    pub known: Known,
    shape: Shape<'a>,
}

impl<'a> Comparison<'a> {
    /// What is compared with the literal, when it is one expression.
    pub fn other(&self) -> Option<Node<'a>> {
        if let Shape::One { other, .. } = self.shape { Some(other) } else { None }
    }

    /// Whether the comparison holds for every other text.
    pub fn negated(&self) -> bool {
        matches!(self.shape, Shape::One { negated: true, .. })
    }

    /// Whether the code around it already asks for an IPv6 address: the rest of the condition, the
    /// other elements of the list, the other branches of the statement.
    pub fn has_alternative(&self, spelling: &Spelling) -> bool {
        let mut around = self.node;
        while let Some(parent) =
            around.parent().filter(|p| p.is_any(spelling.junctions) || p.is("parenthesized_expression"))
        {
            around = parent;
        }
        let text = around.text();
        text.contains("::")
            || asks_for_colon(text)
            || text.to_ascii_lowercase().contains("ipv6")
            || self.other_branch_asks()
            || self.known_around()
    }

    /// Whether a condition around the statement asks for an IPv6 address, or what depends on the
    /// comparison names one: the code tells the families apart on purpose.
    fn known_around(&self) -> bool {
        let named = |text: &str| {
            ["\"::\"", "'::'", "`::`", "\"::1\"", "'::1'", "`::1`"].iter().any(|address| text.contains(address))
        };
        // The next condition of the same block asks for the other address.
        let own = format!("\"{}\"", self.known.ipv6());
        let quoted = [own.replace('"', "'"), own.replace('"', "`"), own];
        let whole = self
            .node
            .ancestors()
            .find(|n| n.field("condition").is_some_and(|c| c.holds(self.node)) && n.field("consequence").is_some());
        let block = whole.and_then(Node::parent).into_iter().flat_map(Node::items);
        let beside = block.filter(|n| whole.is_some_and(|w| *n != w)).filter_map(|n| n.field("condition"));
        if beside.into_iter().any(|c| quoted.iter().any(|q| c.text().contains(q.as_str()))) {
            return true;
        }
        let ifs = self.node.ancestors().filter(|n| n.field("condition").is_some() && n.field("consequence").is_some());
        ifs.into_iter().any(|n| {
            let asked = n.field("condition").filter(|c| c.holds(self.node));
            named(n.field(if asked.is_some() { "consequence" } else { "condition" }).map_or("", Node::text))
        })
    }

    /// Whether another branch of the same statement asks for the IPv6 address.
    fn other_branch_asks(&self) -> bool {
        const BRANCHES: &[&str] = &[
            "if_statement",
            "if_expression",
            "if",
            "elsif",
            "elif_clause",
            "else_clause",
            "else_if_clause",
            "else",
            "unless",
        ];
        let is_branch = |n: &Node<'_>| n.is_named() && n.is_any(BRANCHES);
        let asked = |n: &Node<'_>| n.field("condition").is_some_and(|c| c.holds(self.node));
        let Some(mut first) = self.node.ancestors().find(|n| is_branch(n) && asked(n)) else { return false };
        // Up to the first branch, as long as each is the alternative of the one before it.
        while let Some(parent) = first.parent().filter(|p| is_branch(p) && p.field("consequence") != Some(first)) {
            first = parent;
        }
        let ipv6 = self.known.ipv6();
        let spellings = [ipv6.to_owned(), format!("[{ipv6}]")];
        let quotes = |text: &String| ["\"", "'", "`"].map(|quote| format!("{quote}{text}{quote}"));
        let quoted: Vec<String> = spellings.iter().flat_map(quotes).collect();
        let mut left = vec![first];
        while let Some(branch) = left.pop() {
            let condition = branch.field("condition").map_or("", Node::text);
            if quoted.iter().any(|text| condition.contains(text.as_str())) {
                return true;
            }
            left.extend(branch.items().filter(|n| is_branch(n) && branch.field("consequence") != Some(*n)));
        }
        false
    }

    /// Whether the code that depends on the comparison names the literal again: then it asks about
    /// this very text, such as a default that was not changed, and not about an address.
    pub fn is_sentinel(&self) -> bool {
        let statement = self.node.ancestors().find(|n| n.kind().starts_with("if_") || n.kind() == "if");
        let literal = self.literal.text();
        statement.is_some_and(|s| s.text().matches(literal).count() > self.node.text().matches(literal).count())
    }

    /// Whether nothing that depends on the comparison may tell the families apart, or put an IPv4
    /// address in the place of the wildcard: then the IPv6 address is answered as the IPv4 one of the
    /// same meaning is, and every other text as today.
    pub fn is_even(&self) -> bool {
        let depends = |n: &Node<'_>| {
            let conditional = ["if", "conditional", "ternary", "unless", "elif", "elsif", "switch", "expression_case"];
            n.is_named() && conditional.iter().any(|word| n.kind().starts_with(word) || n.kind().contains("_switch"))
        };
        let text = self.node.ancestors().find(depends).map_or("", Node::text);
        let other = text.replacen(self.node.text(), "", 1);
        !(other.contains('4') || self.known == Known::Wildcard && other.contains("127.0.0.1"))
    }

    /// Whether a text in the same statement speaks of the address, such as the message of a refusal:
    /// it would be wrong for the other one.
    pub fn is_told(&self) -> bool {
        let address = if self.known == Known::Wildcard { "0.0.0.0" } else { "127.0.0.1" };
        told(self.node, address)
    }

    /// Adds the IPv6 alternative. `None` when what is compared cannot be written twice.
    pub fn fix(&self, spelling: &Spelling) -> Option<Fix> {
        self.fix_with(spelling, self.known.ipv6())
    }

    /// The literal as it would be written with another address, such as one in brackets.
    pub fn alternative(&self, address: &str) -> String {
        self.literal.text().replace(if self.known == Known::Wildcard { "0.0.0.0" } else { "127.0.0.1" }, address)
    }

    /// Adds an alternative of this spelling. `None` when what is compared cannot be written twice.
    pub fn fix_with(&self, spelling: &Spelling, address: &str) -> Option<Fix> {
        let alternative = self.alternative(address);
        let Shape::One { negated, other } = self.shape else {
            return Some(Fix::new().edit(self.beside(&alternative)));
        };
        if !written_twice(other) {
            return None;
        }
        let tree_text = self.node.tree().text();
        let (start, end) = (self.node.start(), self.node.end());
        let again = format!(
            "{}{alternative}{}",
            tree_text.get(start..self.literal.start())?,
            tree_text.get(self.literal.end()..end)?
        );
        let word = if negated { spelling.and } else { spelling.or };
        let added = format!(" {word} {again}");
        Some(if self.stands_alone(spelling, word) {
            let line = tree_text.get(..start)?.rsplit('\n').next()?;
            let joined = self.node.parent().is_some_and(|p| p.is_any(spelling.junctions));
            // Conditions with a line each stay so, with the word at the end or at the beginning of it.
            let added = match line.trim() {
                "" if joined => format!(" {word}\n{line}{again}"),
                before if joined && before == word => format!("\n{line}{again}"),
                _ => added,
            };
            Fix::new().edit(Edit::insert(end, added))
        } else {
            Fix::new().edits(Edit::wrap(Span::new(start, end), "(", format!("{added})")))
        })
    }

    /// One more element of a list, in a line of its own where each has one.
    fn beside(&self, alternative: &str) -> Edit {
        let text = self.node.tree().text();
        let end = self.literal.end();
        let line = text.get(..self.literal.start()).and_then(|t| t.rsplit('\n').next()).unwrap_or_default();
        let rest = text.get(end..).and_then(|t| t.split('\n').next()).unwrap_or_default();
        if line.trim().is_empty() && line.len() < self.literal.start() && rest.trim_end() == "," {
            Edit::insert(end, format!(",\n{line}{alternative}"))
        } else {
            Edit::insert(end, format!(", {alternative}"))
        }
    }

    /// Whether more conditions may follow without parentheses.
    fn stands_alone(&self, spelling: &Spelling, word: &str) -> bool {
        let Some(parent) = self.node.parent() else { return false };
        if parent.is_any(spelling.junctions) {
            // The same word on both sides, or "and" inside "or", which binds tighter.
            let operator = parent.children().find(|c| !c.is_named()).map_or("", Node::text);
            return operator == word || (word == spelling.and && operator == spelling.or);
        }
        parent.is_any(spelling.alone) || parent.is("parenthesized_expression")
    }
}

/// The comparisons of a tree, in order. `value` gives the value of a literal text, `member` says
/// whether a list is looked through by a membership test.
pub(crate) fn comparisons<'a>(
    tree: &'a Tree,
    spelling: &Spelling,
    value: &dyn Fn(Node<'a>) -> Option<String>,
    member: &dyn Fn(Node<'a>) -> bool,
) -> Vec<Comparison<'a>> {
    let known = |node: Node<'a>| value(node).as_deref().and_then(Known::of);
    let mut found = Vec::new();
    for kind in spelling.comparisons {
        for node in tree.all(kind) {
            let operands: Vec<Node<'a>> = node.items().collect();
            let [left, right] = operands.as_slice() else { continue };
            let operator = node.children().find(|c| !c.is_named()).map_or("", Node::text);
            let negated = spelling.unequal.contains(&operator);
            if !negated && !spelling.equal.contains(&operator) {
                continue;
            }
            let pair = match (known(*left), known(*right)) {
                (None, Some(address)) => Some((*right, *left, address)),
                (Some(address), None) => Some((*left, *right, address)),
                _ => None,
            };
            if let Some((literal, other, known)) = pair {
                found.push(Comparison { node, literal, known, shape: Shape::One { other, negated } });
            }
        }
    }
    for kind in spelling.lists {
        for node in tree.all(kind).filter(|n| member(*n)) {
            let literal = node.items().find_map(|item| Some((item, known(item)?)));
            if let Some((literal, known)) = literal {
                found.push(Comparison { node, literal, known, shape: Shape::Member });
            }
        }
    }
    found.sort_by_key(|c| c.node.number());
    found
}

/// Whether the statement around a comparison with an address names it in another place as well.
pub(crate) fn told(comparison: Node<'_>, address: &str) -> bool {
    const LISTS: &[&str] =
        &["block", "statement_list", "template_body", "declaration_list", "compound_statement", "statements"];
    let listed = |n: &Node<'_>| n.parent().is_some_and(|p| p.is_any(LISTS));
    // The statement of a function literal decides about the one that the literal stands in.
    let mut statement = comparison.ancestors().find(listed);
    while let Some(inner) = statement.filter(|s| {
        let lists = s.ancestors().take_while(|n| n.is_any(LISTS)).last();
        lists.and_then(Node::parent).is_some_and(|p| p.is_any(&["func_literal", "lambda_expression", "arrow_function"]))
    }) {
        statement = inner.ancestors().skip_while(|n| n.is_any(LISTS)).find(listed);
    }
    statement.is_some_and(|s| s.text().matches(address).count() > comparison.text().matches(address).count())
}

/// Whether an expression may be written twice: a path of names, or a getter without arguments at
/// the end of one.
fn written_twice(node: Node<'_>) -> bool {
    is_path(node.text().strip_suffix("()").unwrap_or(node.text()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_core::{Document, EditSet};
    use sixify_langs::{classify, javascript};

    const JAVASCRIPT: Spelling = Spelling {
        comparisons: &["binary_expression"],
        equal: &["==", "==="],
        unequal: &["!=", "!=="],
        or: "||",
        and: "&&",
        junctions: &["binary_expression"],
        alone: &["variable_declarator", "ternary_expression", "return_statement", "arguments"],
        lists: &["array"],
    };

    /// The text after all comparisons in it have got their alternatives; `None` where one stays.
    fn fixed(source: &str) -> Option<String> {
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, source);
        let file = javascript::file(&doc).expect("parses");
        let member = |list: Node<'_>| list.parent().is_some_and(|p| p.text().ends_with(".includes"));
        let found = comparisons(&file.tree, &JAVASCRIPT, &|n| file.string(n), &member);
        let mut edits = Vec::new();
        for comparison in found {
            if comparison.has_alternative(&JAVASCRIPT) || comparison.is_sentinel() {
                return None;
            }
            edits.extend(comparison.fix(&JAVASCRIPT)?.edits.into_values().flatten());
        }
        EditSet::of(edits)?.apply(source)
    }

    #[test]
    fn the_alternative_is_added_where_it_belongs() {
        for (before, after) in [
            ("if (h === '0.0.0.0') f()", "if (h === '0.0.0.0' || h === '::') f()"),
            ("x = h != \"127.0.0.1\" || y", "x = h != \"127.0.0.1\" && h != \"::1\" || y"),
            ("x = y && a.h() == '0.0.0.0'", "x = y && (a.h() == '0.0.0.0' || a.h() == '::')"),
            ("x = z || '0.0.0.0' == h", "x = z || '0.0.0.0' == h || '::' == h"),
            ("var a = h == '0.0.0.0' ? 1 : 2", "var a = h == '0.0.0.0' || h == '::' ? 1 : 2"),
            ("x = !(h == '0.0.0.0')", "x = !(h == '0.0.0.0' || h == '::')"),
            ("x = y ||\n  h == '127.0.0.1'", "x = y ||\n  h == '127.0.0.1' ||\n  h == '::1'"),
            ("x = y\n  || h == '127.0.0.1'", "x = y\n  || h == '127.0.0.1'\n  || h == '::1'"),
            ("x = ['', '0.0.0.0'].includes(h)", "x = ['', '0.0.0.0', '::'].includes(h)"),
        ] {
            assert_eq!(fixed(before).as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_has_one_or_is_about_the_very_text_stays() {
        for source in [
            "if (h === '0.0.0.0' || h === '::') f()",
            "x = a && (h === '0.0.0.0' || isIPv6Any(h))",
            "if (h === '0.0.0.0') f(); else if (a) g(); else if (h === '::') k()",
            "if (h === '::') f(); else if (h === '0.0.0.0') k()",
            "if (h != '0.0.0.0') { log('changed from', '0.0.0.0', 'to', h) }",
            "x = ['::1', '127.0.0.1'].includes(h)",
            "x = next(a) == '0.0.0.0'",
        ] {
            assert_eq!(fixed(source), None, "{source}");
        }
    }
}
