//! The line before a statement of JavaScript that holds a host with its brackets, for all texts of
//! the block that need it: `` const urlHost = isIPv6(host) ? `[${host}]` : host; ``.

use sixify_langs::javascript::{FUNCTIONS, File};
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::host_port::{Facts, Join, Sink};
use crate::javascript_hosts::{self as hosts, JsFacts};
use crate::prelude::*;

/// What stands in an expression of its own, before which no line can be written.
const CLOSED: &[&str] =
    &["field_definition", "public_field_definition", "formal_parameters", "switch_case", "switch_default", "enum_body"];

/// A line for a host.
pub(crate) struct Line<'a> {
    /// The statement that it goes before.
    statement: Node<'a>,
    /// What the host is called with its brackets.
    pub name: String,
}

/// How a host gets its brackets.
pub(crate) enum Spelling<'a> {
    /// A line before.
    Line(Line<'a>),
    /// Where it stands: nothing else can be written.
    Inline,
    /// Not at all, and why.
    Person(&'static str),
}

/// How the host of a text gets its brackets. All texts of a function with the same host share the line.
pub(crate) fn spelling<'a>(
    file: &'a File,
    whole: Node<'a>,
    host: Node<'a>,
    url: bool,
    facts: &JsFacts<'_>,
) -> Spelling<'a> {
    let own = function(whole);
    let joins = joins_of(file, own.unwrap_or(file.tree.root()), facts);
    let equal = || joins.iter().filter(|join| join.host.text() == host.text());
    let same: Vec<Node<'a>> = equal().map(|join| join.text).chain([whole]).collect();
    let url = url || equal().any(|join| join.url);
    let alone = same.iter().all(|text| *text == whole);
    let other = if alone { Spelling::Inline } else { Spelling::Person("there are more texts with this host") };
    let Some(block) = block(whole) else { return other };
    let common = std::iter::once(block)
        .chain(block.ancestors())
        .find(|b| b.is_any(&["statement_block", "program"]) && same.iter().all(|text| b.holds(*text)));
    let Some(statement) = common.and_then(|b| b.items().find(|s| same.iter().any(|text| s.holds(*text)))) else {
        return other;
    };
    let last = same.iter().map(|text| text.end()).max().unwrap_or(whole.end());
    if !same.iter().all(|text| reaches(file, *text, host, statement)) || given_between(statement, host, last) {
        return Spelling::Person("the host is asked for, or given, between the statement and the text");
    }
    let text = file.tree.text();
    let before = text.get(..statement.start()).map_or("", |t| t.rsplit('\n').next().unwrap_or(t));
    if !before.trim().is_empty() {
        return other;
    }
    let Some(name) = called(host, url, own.is_none()) else { return other };
    let taken = |word: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').any(|w| w == word);
    let shared = joins.iter().filter(|join| join.host.text() != host.text() && !join.text.holds(whole));
    let shared = shared.into_iter().any(|join| called(join.host, url, own.is_none()).as_ref() == Some(&name));
    if taken(&name) || shared {
        return other;
    }
    Spelling::Line(Line { statement, name })
}

impl Line<'_> {
    /// The edit that writes the line; `test` asks whether the host is an IPv6 address.
    pub(crate) fn edit(&self, file: &File, test: &str, host: &str) -> Edit {
        let text = file.tree.text();
        let start = text.get(..self.statement.start()).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
        let indent = text.get(start..self.statement.start()).unwrap_or_default().trim_start_matches('\u{feff}');
        let quote = hosts::quote(file);
        let brackets = if file.tree.all("template_string").next().is_some() {
            format!("`[${{{host}}}]`")
        } else {
            format!("{quote}[{quote} + {host} + {quote}]{quote}")
        };
        let modern = ["const ", "let ", "=>", "import ", "export "].iter().any(|word| text.contains(word));
        let word = if modern { "const" } else { "var" };
        let end = if semicolons(file) { ";" } else { "" };
        let head = format!("{word} {} = {test}", self.name);
        let line = format!("{head} ? {brackets} : {host}{end}");
        let step = step(text);
        let written = if indent.len() + line.chars().count() <= width(text) {
            line
        } else if test.contains(" && ") {
            let deep = format!("{indent}{step}");
            let whole = format!("{deep}{test} ? {brackets} : {host}{end}");
            let lines = [format!("? {brackets}"), format!(": {host}{end}")].map(|l| format!("\n{deep}{step}{l}"));
            let choice =
                if whole.chars().count() <= width(text) { whole } else { format!("{deep}{test}{}", lines.concat()) };
            format!("{word} {} =\n{choice}", self.name)
        } else {
            format!("{head}\n{indent}{step}? {brackets}\n{indent}{step}: {host}{end}")
        };
        // An import that is written before the statement comes before the line.
        let first = std::iter::successors(Some(self.statement), |n| n.children().next()).last();
        match first.filter(|_| self.statement.parent().is_some_and(|p| p.is("program"))) {
            Some(first) => Edit::replace(first.span(), format!("{written}\n{indent}{}", first.text())),
            None => Edit::insert(self.statement.start(), format!("{written}\n{indent}")),
        }
    }
}

/// One step of indentation, as most lines have it.
fn step(text: &str) -> &'static str {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let code = || text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('*'));
    let tabs = code().filter(|line| line.starts_with('\t')).count();
    let steps: Vec<usize> = code().map(spaces).filter(|n| *n > 1).collect();
    if tabs > steps.len() {
        return "\t";
    }
    let odd = steps.iter().filter(|n| **n % 4 == 2).count();
    if steps.is_empty() || odd * 5 > steps.len() { "  " } else { "    " }
}

/// What a function is called that takes host and port apart.
pub(crate) const SPLIT: &str = "splitHostPort";

/// The edit that gives a file the function [`SPLIT`] behind its imports, none where it has it; `None` where
/// another one has its name. Texts without brackets at their beginning it splits as before.
pub(crate) fn split_function(file: &File, typed: bool) -> Option<Vec<Edit>> {
    let text = file.tree.text();
    let types = if typed { (": string", ": string[]") } else { ("", "") };
    let head = format!("function {SPLIT}(address{}){} {{", types.0, types.1);
    if text.contains(SPLIT) {
        return text.contains(&head).then(Vec::new);
    }
    let (step, end, quote) = (step(text), if semicolons(file) { ";" } else { "" }, hosts::quote(file));
    let lines = [
        "// Host and port; an IPv6 address comes without its brackets.".to_owned(),
        head,
        format!(r"{step}const bracketed = /^\[(.*)\](?::(.*))?$/.exec(address){end}"),
        format!("{step}return bracketed ? bracketed.slice(1) : address.split({quote}:{quote}){end}"),
        "}".to_owned(),
    ];
    let statements = file.tree.root().items();
    let imports = |s: &Node<'_>| file.imports.iter().any(|i| s.holds(file.tree.node(i.whole)));
    let last = statements.filter(imports).last();
    let place = last.or_else(|| file.tree.root().items().last())?.end();
    let rest = text.get(place..).unwrap_or_default();
    // A remark on the line stays there.
    let place = place + rest.find('\n').map_or(rest.len(), |n| rest.get(..n).map_or(0, |l| l.trim_end().len()));
    let blank = text.get(place..).is_some_and(|t| {
        t.trim_start_matches([' ', '\r']).starts_with("\n\n") || t.trim().is_empty() || t.starts_with("\r\n\r\n")
    });
    let close = if blank { "" } else { "\n" };
    Some(vec![Edit::insert(place, format!("\n\n{}{close}", lines.join("\n")))])
}

/// Whether the text with the choice in it fits on its line.
pub(crate) fn fits(file: &File, host: Node<'_>, more: usize) -> bool {
    let text = file.tree.text();
    let start = text.get(..host.start()).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
    let line = text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default();
    line.chars().count() + more <= width(text).max(100)
}

/// How long the lines of a file may be.
fn width(text: &str) -> usize {
    let longest = text.lines().map(|l| l.chars().count()).filter(|n| *n <= 120).max().unwrap_or_default();
    if longest > 100 { 120 } else { longest.max(80) }
}

/// Whether the statements of a file end with a semicolon.
fn semicolons(file: &File) -> bool {
    const STATEMENTS: &[&str] = &[
        "expression_statement",
        "lexical_declaration",
        "variable_declaration",
        "return_statement",
        "import_statement",
    ];
    let all: Vec<Node<'_>> = STATEMENTS.iter().flat_map(|kind| file.tree.all(kind)).collect();
    all.iter().filter(|s| s.text().ends_with(';')).count() * 2 >= all.len()
}

/// The function around a place.
fn function(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestor(FUNCTIONS)
}

/// A text with a host.
struct Joined<'a> {
    text: Node<'a>,
    host: Node<'a>,
    url: bool,
}

/// The texts of a function with a host before a port or in a URL, but for those that people read.
fn joins_of<'a>(file: &'a File, function: Node<'a>, facts: &JsFacts<'_>) -> Vec<Joined<'a>> {
    let own = |n: &Node<'a>| self::function(*n).unwrap_or(file.tree.root()) == function;
    let sum = |n: &Node<'a>| n.parent().is_some_and(|p| p.is("binary_expression") && n.is("binary_expression"));
    let texts = function.descendants().filter(|n| n.is_any(&["template_string", "binary_expression"]));
    let texts = texts.filter(|n| own(n) && !sum(n) && facts.sink(*n) != Some(Sink::People));
    texts
        .filter_map(|n| {
            let expr = file.text_expr(n).filter(|e| e.form != Form::Literal)?;
            let join = Join::find(&expr, facts).map(|join| Joined { text: n, host: join.host, url: join.url });
            join.or_else(|| bare(&expr))
        })
        .collect()
}

/// The host of a URL without a port.
fn bare<'a>(expr: &TextExpr<'a>) -> Option<Joined<'a>> {
    let at = expr.pieces.iter().position(|p| matches!(p, Piece::Text { raw, .. } if raw.ends_with("://")))? + 1;
    match *expr.pieces.get(at)? {
        Piece::Hole { node: Some(host), .. } => Some(Joined { text: expr.node, host, url: true }),
        _ => None,
    }
}

/// The block whose statements run when the text is made.
fn block(node: Node<'_>) -> Option<Node<'_>> {
    for around in node.ancestors() {
        if around.is_any(&["statement_block", "program"]) {
            return Some(around);
        }
        if around.is_any(FUNCTIONS) || around.is_any(CLOSED) {
            return None;
        }
    }
    None
}

/// Whether the host means the same before the statement, and nothing on the way from there to the
/// text asks whether it is there.
fn reaches(file: &File, text: Node<'_>, host: Node<'_>, statement: Node<'_>) -> bool {
    let Some(root) = std::iter::once(host).chain(host.descendants()).find(|n| n.is_any(&["identifier", "this"])) else {
        return false;
    };
    if root.is("identifier") {
        let here = file.names.resolve(root).map(|(decl, _)| decl.node);
        let there = file.names.lookup(statement, root.text()).map(|(decl, _)| decl.node);
        if here != there || here.is_some_and(|number| statement.holds(file.tree.node(number))) {
            return false;
        }
    }
    let object = host.field("object").filter(|o| !o.is("this"));
    let mentions = |condition: Node<'_>| {
        let mut nodes = std::iter::once(condition).chain(condition.descendants());
        // `target.secure` is as sure of its target as `target.host`.
        let of = |n: Node<'_>| n.parent().is_some_and(|p| p.field("object") == Some(n) && !p.text().contains("?."));
        nodes.any(|n| n.text() == host.text() || object.is_some_and(|o| n.text() == o.text()) && !of(n))
    };
    let around = text.ancestors().take_while(|n| *n != statement).chain([statement]);
    let mut conditions = around.filter_map(|n| match n.kind() {
        "ternary_expression" | "if_statement" | "while_statement" => n.field("condition"),
        "binary_expression" if n.field("operator").is_some_and(|o| matches!(o.text(), "&&" | "||" | "??")) => {
            n.field("left")
        }
        "switch_statement" => n.field("value"),
        "for_statement" | "for_in_statement" => Some(n).filter(|_| object.is_some()),
        _ => None,
    });
    !conditions.any(|condition| !condition.holds(text) && mentions(condition))
}

/// Whether the host, or what it is taken from, is given a value between the statement and the last text.
fn given_between(statement: Node<'_>, host: Node<'_>, last: usize) -> bool {
    let Some(block) = statement.parent() else { return true };
    let mut assigned = block.descendants().filter(|n| {
        n.is_any(&["assignment_expression", "augmented_assignment_expression"])
            && n.start() >= statement.start()
            && n.start() < last
    });
    assigned.any(|n| n.field("left").is_some_and(|left| host.text().starts_with(left.text())))
}

/// What a host is called with its brackets: `urlHost` of `host`, `daprUrlHost` of `daprHost`.
fn called(host: Node<'_>, url: bool, of_module: bool) -> Option<String> {
    const ENDS: &[&str] = &["host", "hostname", "name", "ip", "addr", "address"];
    let own = hosts::name(host)?;
    let mut words = naming::words(&own);
    while words.last().is_some_and(|w| ENDS.contains(&w.as_str())) {
        words.pop();
    }
    words.extend(if url { ["url", "host"] } else { ["host", "part"] }.map(str::to_owned));
    let shouted = own.chars().any(char::is_uppercase) && !own.chars().any(char::is_lowercase);
    if shouted && of_module {
        return Some(words.join("_").to_uppercase());
    }
    if own.contains('_') && !shouted {
        return Some(words.join("_"));
    }
    let capital = |word: &String| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
    };
    let mut name = words.first()?.clone();
    name.extend(words.iter().skip(1).map(capital));
    Some(name)
}
