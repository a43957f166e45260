//! Ruby: calls and their arguments, text expressions, and where a value comes from.

mod strings;

use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::origin::Standing;
use crate::syntax::{Node, Tree};

/// A Ruby file, parsed.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
}

/// The Ruby file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::RUBY {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| Some(Rc::new(File { tree: Tree::parse(Grammar::Ruby, &doc.text)? })));
    made.as_ref().clone()
}

/// What an expression stands for.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    /// The expression at the end.
    pub node: Node<'a>,
    /// The steps that lead there.
    pub chain: Vec<String>,
    /// Who has a say in it.
    pub standing: Standing,
    /// Whether other code uses a name on the way too.
    pub shared: bool,
}

const SCOPES: &[&str] = &["method", "singleton_method", "program"];

impl File {
    /// What a call calls: `TCPServer.new`, `Net::HTTP.start`, `bind` without a receiver, and
    /// `UDPSocket#bind` for a method of an object that was made in sight.
    pub fn callee(&self, call: Node<'_>) -> Option<String> {
        let method = call.field("method").filter(|_| call.is("call"))?.text();
        let Some(receiver) = call.field("receiver") else { return Some(method.to_owned()) };
        if receiver.is_any(&["constant", "scope_resolution"]) {
            return Some(format!("{}.{method}", receiver.text().trim_start_matches("::")));
        }
        let class = self.class_of(receiver)?;
        Some(format!("{class}#{method}"))
    }

    /// The class whose `new` or `open` gave a variable its only value.
    fn class_of(&self, receiver: Node<'_>) -> Option<String> {
        let made = if receiver.is("call") { receiver } else { self.only_value(receiver)? };
        let class = made.field("receiver").filter(|_| made.is("call"))?;
        let makes = made.field("method").is_some_and(|m| matches!(m.text(), "new" | "open"));
        (makes && class.is_any(&["constant", "scope_resolution"]))
            .then(|| class.text().trim_start_matches("::").to_owned())
    }

    /// The value of a name that is assigned once: a local variable in its method, a constant or a
    /// variable of an object in the file.
    pub fn only_value<'a>(&'a self, name: Node<'a>) -> Option<Node<'a>> {
        let scope = match name.kind() {
            "identifier" => name.ancestor(SCOPES)?,
            "constant" | "instance_variable" | "global_variable" => self.tree.root(),
            _ => return None,
        };
        let gives = |n: &Node<'a>| {
            n.is_any(&["assignment", "operator_assignment"]) && n.field("left").is_some_and(|l| l.text() == name.text())
        };
        let mut all = scope.descendants().filter(gives);
        let only = all.next().filter(|_| all.next().is_none())?;
        only.field("right").filter(|_| only.is("assignment"))
    }

    /// An argument by its position, counted from 0.
    pub fn argument<'a>(&self, call: Node<'a>, position: usize) -> Option<Node<'a>> {
        self.positional(call).get(position).copied()
    }

    /// The arguments without names.
    pub fn positional<'a>(&self, call: Node<'a>) -> Vec<Node<'a>> {
        let list = call.field("arguments").map(|a| a.items().collect::<Vec<_>>()).unwrap_or_default();
        list.into_iter().filter(|n| !n.is_any(&["pair", "block_argument", "hash_splat_argument"])).collect()
    }

    /// An argument with a name: `Host: '::'`, `:Host => '::'`, also in a hash.
    pub fn keyword<'a>(&self, call: Node<'a>, name: &str) -> Option<Node<'a>> {
        let list = call.field("arguments")?;
        let pairs = list.items().flat_map(|n| if n.is("hash") { n.items().collect() } else { vec![n] });
        let mut pairs = pairs.into_iter().filter(|n| n.is("pair"));
        let named = |n: &Node<'a>| n.field("key").is_some_and(|k| k.text().trim_matches([':', '"', '\'']) == name);
        pairs.find(named)?.field("value")
    }

    /// Follows an expression through names that are assigned once, defaults of parameters and
    /// fall-backs for environment variables.
    pub fn value<'a>(&'a self, expr: Node<'a>) -> Value<'a> {
        let mut value = Value { node: expr, chain: Vec::new(), standing: Standing::Inline, shared: false };
        for _ in 0..8 {
            let Some((node, standing, said, shared)) = self.step(value.node) else { break };
            value.node = node;
            value.standing = value.standing.max(standing);
            value.chain.push(said);
            value.shared |= shared;
        }
        value
    }

    fn step<'a>(&'a self, expr: Node<'a>) -> Option<(Node<'a>, Standing, String, bool)> {
        match expr.kind() {
            "parenthesized_statements" => {
                Some((expr.items().next()?, Standing::Inline, "in parentheses".into(), false))
            }
            "identifier" | "constant" | "instance_variable" => {
                let uses = self.tree.nodes().filter(|n| n.kind() == expr.kind() && n.text() == expr.text()).count();
                if let Some(default) = self.default(expr) {
                    let said = format!("default of {}, line {}", expr.text(), default.line());
                    return Some((default, Standing::Parameter, said, uses > 2));
                }
                let value = self.only_value(expr)?;
                let said = format!("through {}, line {}", expr.text(), value.line());
                let sole = expr.is("identifier") && uses <= 2;
                Some((value, if sole { Standing::Sole } else { Standing::Visible }, said, uses > 2))
            }
            "call" => {
                let fetch = self.callee(expr)? == "ENV.fetch";
                let name = self.argument(expr, 0).filter(|_| fetch)?;
                let block = expr.field("block").and_then(|b| b.field("body")).and_then(|b| b.items().last());
                let default = self.argument(expr, 1).or(block)?;
                let name = self.string(name)?;
                let said = format!("used when {name} is not set");
                Some((default, Standing::Environment(name), said, false))
            }
            "binary" if expr.field("operator").is_some_and(|o| matches!(o.text(), "||" | "or")) => {
                let left = expr.field("left")?;
                let name = left.field("object").filter(|o| o.text() == "ENV");
                let name = name.and_then(|_| left.items().last()).and_then(|n| self.string(n));
                let said = format!("used without {}", left.text());
                let standing = name.map_or(Standing::Parameter, Standing::Environment);
                Some((expr.field("right")?, standing, said, false))
            }
            _ => None,
        }
    }

    /// The default of a parameter.
    fn default<'a>(&self, name: Node<'a>) -> Option<Node<'a>> {
        let method = name.ancestor(&["method", "singleton_method"]).filter(|_| name.is("identifier"))?;
        let parameters = method.field("parameters")?;
        let own = |n: &Node<'a>| {
            n.is_any(&["keyword_parameter", "optional_parameter"])
                && n.field("name").is_some_and(|x| x.text() == name.text())
        };
        parameters.items().find(own)?.field("value")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar;

    pub(crate) fn parsed(text: &str) -> File {
        File { tree: Tree::parse(Grammar::Ruby, text).expect("parses") }
    }

    fn last_argument(source: &str) -> (String, Standing) {
        let file = parsed(source);
        let call = file.tree.all("call").filter(|c| c.field("method").is_some_and(|m| m.text() == "x")).last();
        let argument = call.and_then(|c| file.argument(c, 0)).expect("a call of x");
        let value = file.value(argument);
        (value.node.text().to_owned(), value.standing)
    }

    #[test]
    fn values_are_followed() {
        let any = |standing| ("'0.0.0.0'".to_owned(), standing);
        assert_eq!(last_argument("x('0.0.0.0')"), any(Standing::Inline));
        assert_eq!(last_argument("h = '0.0.0.0'\nx(h)"), any(Standing::Sole));
        assert_eq!(last_argument("H = '0.0.0.0'\nputs H\nx(H)"), any(Standing::Visible));
        assert_eq!(last_argument("def f(h: '0.0.0.0')\n x(h)\nend"), any(Standing::Parameter));
        let env = || any(Standing::Environment("HOST".to_owned()));
        assert_eq!(last_argument("x(ENV.fetch('HOST', '0.0.0.0'))"), env());
        assert_eq!(last_argument("x(ENV.fetch('HOST') { '0.0.0.0' })"), env());
        assert_eq!(last_argument("x(ENV['HOST'] || '0.0.0.0')"), env());
        assert_eq!(last_argument("h = '0.0.0.0'\nh = g\nx(h)").0, "h");
    }

    #[test]
    fn calls_and_their_arguments_are_known() {
        let file = parsed(
            "u = UDPSocket.new\nu.bind('a', 1)\nWEBrick::HTTPServer.new(:Port => 1, BindAddress: 'b')\nbind 'c'\n",
        );
        let names: Vec<Option<String>> = file.tree.all("call").map(|c| file.callee(c)).collect();
        let names: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
        assert_eq!(names, ["UDPSocket.new", "UDPSocket#bind", "WEBrick::HTTPServer.new", "bind"]);
        let webrick = file.tree.all("call").nth(2).expect("the third call");
        assert_eq!(file.keyword(webrick, "Port").map(Node::text), Some("1"));
        assert_eq!(file.keyword(webrick, "BindAddress").map(Node::text), Some("'b'"));
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        for kind in [
            "call",
            "constant",
            "scope_resolution",
            "identifier",
            "instance_variable",
            "global_variable",
            "assignment",
            "operator_assignment",
            "method",
            "singleton_method",
            "program",
            "pair",
            "hash",
            "block_argument",
            "hash_splat_argument",
            "parenthesized_statements",
            "binary",
            "keyword_parameter",
            "optional_parameter",
            "string",
            "string_content",
            "interpolation",
            "escape_sequence",
            "array",
            "element_reference",
            "left_assignment_list",
            "integer",
            "conditional",
            "argument_list",
            "body_statement",
            "simple_symbol",
        ] {
            assert!(grammar::knows_kind(Grammar::Ruby, kind), "{kind}");
        }
        for field in [
            "method",
            "receiver",
            "arguments",
            "left",
            "right",
            "operator",
            "key",
            "value",
            "name",
            "parameters",
            "block",
            "body",
            "object",
        ] {
            assert!(grammar::knows_field(Grammar::Ruby, field), "{field}");
        }
    }
}
