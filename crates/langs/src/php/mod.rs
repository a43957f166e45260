//! PHP: calls and their arguments, text expressions, and where a value comes from.

mod strings;

use std::rc::Rc;

use sixify_core::Document;

use crate::classify;
use crate::grammar::Grammar;
use crate::origin::Standing;
use crate::syntax::{Node, Tree};

/// A PHP file, parsed.
pub struct File {
    /// The syntax tree.
    pub tree: Tree,
    /// Imported names and what they stand for.
    uses: Vec<(String, String)>,
}

/// The PHP file of a document; `None` for other kinds of documents.
pub fn file(doc: &Document) -> Option<Rc<File>> {
    if doc.kind != classify::PHP {
        return None;
    }
    let made = doc.memo::<Option<Rc<File>>>(|doc| Some(Rc::new(File::new(Tree::parse(Grammar::Php, &doc.text)?))));
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
}

const FUNCTIONS: &[&str] =
    &["function_definition", "method_declaration", "anonymous_function", "arrow_function", "program"];

impl File {
    fn new(tree: Tree) -> File {
        let uses = tree.all("namespace_use_clause").filter_map(imported).collect();
        File { tree, uses }
    }

    /// What a call or `new` calls: `gethostbyname`, `Workerman\Worker` for an object of that class,
    /// `IoServer::factory` for a static method.
    pub fn callee(&self, call: Node<'_>) -> Option<String> {
        match call.kind() {
            "function_call_expression" => {
                let function = call.field("function").filter(|f| f.is_any(&["name", "qualified_name"]))?;
                Some(function.text().trim_start_matches('\\').to_ascii_lowercase())
            }
            "object_creation_expression" => self.class(call.items().find(|n| n.is_any(&["name", "qualified_name"]))?),
            "scoped_call_expression" => {
                let class = self.class(call.field("scope")?)?;
                Some(format!("{class}::{}", call.field("name")?.text()))
            }
            _ => None,
        }
    }

    /// The full name of a class as the file's imports have it.
    fn class(&self, name: Node<'_>) -> Option<String> {
        let text = name.text();
        if let Some(full) = text.strip_prefix('\\') {
            return Some(full.to_owned());
        }
        let (first, rest) = text.split_once('\\').map_or((text, None), |(f, r)| (f, Some(r)));
        let known = self.uses.iter().find(|(local, _)| local == first).map(|(_, full)| full.as_str());
        let full = known.unwrap_or(first);
        Some(rest.map_or_else(|| full.to_owned(), |rest| format!("{full}\\{rest}")))
    }

    /// The arguments of a call, in order, without their names.
    pub fn arguments<'a>(&self, call: Node<'a>) -> Vec<Node<'a>> {
        let list = call.field("arguments").or_else(|| call.items().find(|n| n.is("arguments")));
        let arguments = list.map(|l| l.items().filter(|n| n.is("argument")).collect::<Vec<_>>()).unwrap_or_default();
        arguments.into_iter().filter_map(|a| a.items().last()).collect()
    }

    /// The value that a variable is given once in its function.
    pub fn only_value<'a>(&self, variable: Node<'a>) -> Option<Node<'a>> {
        let scope = variable.ancestor(FUNCTIONS).filter(|_| variable.is("variable_name"))?;
        let gives = |n: &Node<'a>| {
            n.is_any(&["assignment_expression", "augmented_assignment_expression", "reference_assignment_expression"])
                && n.field("left").is_some_and(|l| l.text() == variable.text())
                && n.ancestor(FUNCTIONS) == Some(scope)
        };
        let mut all = scope.descendants().filter(gives);
        let only = all.next().filter(|_| all.next().is_none())?;
        only.field("right").filter(|_| only.is("assignment_expression"))
    }

    /// Follows an expression through variables that are assigned once, defaults of parameters and
    /// fall-backs.
    pub fn value<'a>(&self, expr: Node<'a>) -> Value<'a> {
        let mut value = Value { node: expr, chain: Vec::new(), standing: Standing::Inline };
        for _ in 0..8 {
            let Some((node, standing, said)) = self.step(value.node) else { break };
            value.node = node;
            value.standing = value.standing.max(standing);
            value.chain.push(said);
        }
        value
    }

    fn step<'a>(&self, expr: Node<'a>) -> Option<(Node<'a>, Standing, String)> {
        let said = |node: Node<'a>| format!("through {}, line {}", expr.text(), node.line());
        match expr.kind() {
            "parenthesized_expression" => Some((expr.items().next()?, Standing::Inline, "in parentheses".to_owned())),
            "variable_name" => {
                if let Some(value) = self.only_value(expr) {
                    return Some((value, Standing::Visible, said(value)));
                }
                let function = expr.ancestor(FUNCTIONS)?;
                let own = |n: &Node<'a>| n.field("name").is_some_and(|x| x.text() == expr.text());
                let default = function.field("parameters")?.items().find(own)?.field("default_value")?;
                Some((default, Standing::Parameter, said(default)))
            }
            "binary_expression" if expr.field("operator").is_some_and(|o| matches!(o.text(), "??" | "?:")) => {
                let left = expr.field("left")?.text();
                let standing = if left.contains("_ENV") || left.contains("getenv") {
                    Standing::Environment(left.to_owned())
                } else {
                    Standing::Parameter
                };
                Some((expr.field("right")?, standing, format!("used without {left}")))
            }
            "conditional_expression" if expr.field("body").is_none() => {
                let condition = expr.field("condition")?.text();
                let standing = if condition.contains("getenv") {
                    Standing::Environment(condition.to_owned())
                } else {
                    Standing::Parameter
                };
                Some((expr.field("alternative")?, standing, format!("used without {condition}")))
            }
            _ => None,
        }
    }
}

/// The local name of an import and its full one.
fn imported(clause: Node<'_>) -> Option<(String, String)> {
    let full = clause.items().find(|n| n.is_any(&["qualified_name", "name"]))?;
    let full = full.text().trim_start_matches('\\').to_owned();
    let alias = clause.field("alias").map(Node::text);
    let local = alias.or_else(|| full.rsplit('\\').next())?.to_owned();
    Some((local, full))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use crate::grammar;

    fn parsed(text: &str) -> File {
        File::new(Tree::parse(Grammar::Php, text).expect("parses"))
    }

    #[test]
    fn calls_are_known_by_their_full_names() {
        let file = parsed(
            "<?php use Workerman\\Worker; use React\\Socket\\SocketServer as S; new Worker('a'); new S('b'); \
             new \\Swoole\\Http\\Server('c', 1); \\GetHostByName('d'); IoServer::factory($x, 1);",
        );
        let calls = ["object_creation_expression", "function_call_expression", "scoped_call_expression"];
        let names: Vec<String> = calls.iter().flat_map(|k| file.tree.all(k)).filter_map(|c| file.callee(c)).collect();
        assert_eq!(
            names,
            [
                "Workerman\\Worker",
                "React\\Socket\\SocketServer",
                "Swoole\\Http\\Server",
                "gethostbyname",
                "IoServer::factory"
            ]
        );
        let call = file.tree.all("object_creation_expression").last().expect("one");
        assert_eq!(file.arguments(call).into_iter().map(Node::text).collect::<Vec<_>>(), ["'c'", "1"]);
    }

    #[test]
    fn values_are_followed_and_text_is_taken_apart() {
        let value = |source: &str| {
            let file = parsed(&format!("<?php {source}"));
            let call = file.tree.all("function_call_expression").last().expect("a call");
            let argument = *file.arguments(call).first().expect("an argument");
            let value = file.value(argument);
            let shape = file.text_expr(value.node).map(|t| t.shape()).unwrap_or_default();
            (shape, value.standing)
        };
        assert_eq!(value("x('0.0.0.0');"), ("0.0.0.0".into(), Standing::Inline));
        assert_eq!(value("$h = \"0.0.0.0\"; x($h);"), ("0.0.0.0".into(), Standing::Visible));
        assert_eq!(value("function f($h = '0.0.0.0') { x($h); }"), ("0.0.0.0".into(), Standing::Parameter));
        assert_eq!(value("x($o['host'] ?? '0.0.0.0');"), ("0.0.0.0".into(), Standing::Parameter));
        assert_eq!(value("x(\"http://$host:{$this->port}/\");"), ("http://\0:\0/".into(), Standing::Inline));
        assert_eq!(value("x('http://' . $host . ':' . $port);"), ("http://\0:\0".into(), Standing::Inline));
        assert_eq!(value("$a = sprintf('%s:%d', $h, $p); y($a);"), ("\0:\0".into(), Standing::Visible));
    }

    #[test]
    fn every_kind_and_field_that_is_used_exists() {
        for kind in [
            "function_call_expression",
            "object_creation_expression",
            "scoped_call_expression",
            "name",
            "qualified_name",
            "arguments",
            "argument",
            "variable_name",
            "assignment_expression",
            "augmented_assignment_expression",
            "reference_assignment_expression",
            "function_definition",
            "method_declaration",
            "anonymous_function",
            "arrow_function",
            "program",
            "parenthesized_expression",
            "binary_expression",
            "conditional_expression",
            "namespace_use_clause",
            "string",
            "encapsed_string",
            "string_content",
            "escape_sequence",
            "list_literal",
            "subscript_expression",
            "member_access_expression",
            "expression_statement",
            "return_statement",
            "integer",
        ] {
            assert!(grammar::knows_kind(Grammar::Php, kind), "{kind}");
        }
        for field in [
            "function",
            "scope",
            "name",
            "arguments",
            "left",
            "right",
            "operator",
            "parameters",
            "default_value",
            "body",
            "condition",
            "alternative",
            "alias",
        ] {
            assert!(grammar::knows_field(Grammar::Php, field), "{field}");
        }
    }
}
