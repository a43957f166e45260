//! What the codemods for Python share: statements and their lines, quotes, names of hosts.

use sixify_core::{Context, Document, Span};
use sixify_langs::address::{self, AddressClass};
use sixify_langs::python::File;
use sixify_langs::{Node, naming};

use crate::host_port::{Facts, Sink};

/// Whether a file is also, or only, for Python 2, which has no f-strings and knows no
/// `has_dualstack_ipv6`.
pub(crate) fn is_python2(file: &File) -> bool {
    const OLD: &[&str] = &[
        "urllib2",
        "urlparse",
        "SocketServer",
        "BaseHTTPServer",
        "SimpleHTTPServer",
        "httplib",
        "ConfigParser",
        "six",
        "commands",
    ];
    let old = |module: &str| OLD.contains(&module.split('.').next().unwrap_or(module));
    let future = file.tree.all("future_import_statement").any(|n| {
        ["print_function", "unicode_literals", "absolute_import", "division"].iter().any(|word| n.text().contains(word))
    });
    future
        || speaks_python2(file.tree.text())
        || file.tree.all("print_statement").next().is_some()
        || file.imports.iter().any(|i| old(&i.module))
}

/// Whether a text has spellings that Python 3 refuses, or asks which of the two runs it.
fn speaks_python2(text: &str) -> bool {
    // `except Error, e:`
    let old = |line: &str| {
        let caught = line.strip_prefix("except ").and_then(|rest| rest.split(':').next());
        let printed = line.strip_prefix("print ").is_some_and(|rest| rest.starts_with(['"', '\'']));
        printed || caught.is_some_and(|rest| rest.contains(", ") && !rest.contains('('))
    };
    let asks =
        text.contains("version_info") && ["py2", "PY2", "== 2", "is_py3", "PY3"].iter().any(|w| text.contains(w));
    // The scripts of WebLogic run on Jython, and nobody else speaks its protocol.
    let jython = text.contains("'t3://") || text.contains("\"t3://");
    asks || jython || text.lines().any(|line| old(line.trim_start()))
}

/// Whether files of a folder are written for Python 2.
#[derive(Debug, Default)]
struct Old(bool);

/// Whether the package around a file says that it runs on Python 2 as well, or the file itself does.
pub(crate) fn runs_on_python2(doc: &Document, cx: &Context<'_>) -> bool {
    let requires = |line: &str| line.contains("python_requires") && [">=2", ">= 2"].iter().any(|v| line.contains(v));
    let said = |text: &str| text.contains("Python :: 2") || text.lines().any(requires);
    // One of them may stand beside the other and say nothing.
    let setups = ["setup.py", "setup.cfg"].map(|file| cx.project().nearest(&doc.path, &|name| name == file));
    let mut texts = setups.into_iter().flatten().filter_map(|path| cx.project().text(&path));
    if doc.text.contains("Requires Python 2") || texts.any(|t| said(&t)) {
        return true;
    }
    const MOST: usize = 40;
    let beside = cx.project().fact(doc.folder(), || {
        let names = cx.project().siblings(doc.folder()).into_iter().filter(|name| name.ends_with(".py"));
        let path = |name: String| if doc.folder().is_empty() { name } else { format!("{}/{name}", doc.folder()) };
        Old(names.take(MOST).filter_map(|name| cx.project().text(&path(name))).any(|text| speaks_python2(&text)))
    });
    beside.0
}

/// Whether a text names IPv4 addresses other than the wildcard, which peers may be compared with.
pub(crate) fn names_addresses(text: &str) -> bool {
    address::addresses(text).iter().any(|a| a.class != AddressClass::Wildcard)
}

/// The statement that an expression stands in: the node whose parent is a block or the module.
pub(crate) fn statement<'a>(node: Node<'a>) -> Option<Node<'a>> {
    std::iter::once(node).chain(node.ancestors()).find(|n| n.parent().is_some_and(|p| p.is_any(&["block", "module"])))
}

/// The white space before a statement, when it begins its line and ends its own last line, but for
/// a comment, so that lines can be put before and behind it.
pub(crate) fn own_lines<'a>(text: &'a str, statement: Node<'_>) -> Option<&'a str> {
    let before = text.get(text.get(..statement.start())?.rfind('\n').map_or(0, |i| i + 1)..statement.start())?;
    let behind = text.get(statement.end()..line_end(text, statement.end()))?.trim_start();
    (before.trim().is_empty() && (behind.is_empty() || behind.starts_with('#'))).then_some(before)
}

/// Where a definition of the top level goes before a statement of it, above the comments that belong to the
/// statement, and the empty lines that are missing there: two stand around a definition (PEP 8).
pub(crate) fn before_definition(text: &str, statement: Node<'_>) -> Option<(usize, &'static str)> {
    own_lines(text, statement).or_else(|| Some("").filter(|_| statement.start() > 0))?;
    let mut at = statement;
    while let Some(comment) = at.previous().filter(|p| p.is_comment()) {
        let gap = text.get(comment.end()..at.start())?;
        let own = text.get(..comment.start())?;
        if gap.matches('\n').count() != 1 || !(own.is_empty() || own.ends_with('\n')) {
            break;
        }
        at = comment;
    }
    let before = text.get(..at.start())?;
    let lines = before.trim_end_matches([' ', '\r']).chars().rev().filter(|c| *c != '\r');
    let empty = lines.take_while(|c| *c == '\n').count();
    let gap = if before.is_empty() { "" } else { "\n\n".get(empty.saturating_sub(1).min(2)..).unwrap_or("") };
    Some((at.start(), gap))
}

/// Where the line of `at` ends, before its line end.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i);
    if text.get(at..end).is_some_and(|line| line.ends_with('\r')) { end - 1 } else { end }
}

/// The lines that a statement of its own takes, with the last line end.
pub(crate) fn whole_lines(text: &str, statement: Node<'_>) -> Option<Span> {
    let indent = own_lines(text, statement)?;
    let end = text.get(statement.end()..)?.find('\n').map_or(text.len(), |i| statement.end() + i + 1);
    Some(Span::new(statement.start() - indent.len(), end))
}

/// One level of indentation, as most lines of a text have it.
pub(crate) fn level(text: &str, indent: &str) -> &'static str {
    if indent.contains('\t') {
        return "\t";
    }
    let opened = text.lines().zip(text.lines().skip(1)).filter(|(line, _)| line.ends_with(':'));
    let deep = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let deeper = opened.filter(|(_, next)| !next.trim().is_empty());
    let deeper: Vec<usize> = deeper.filter_map(|(line, next)| deep(next).checked_sub(deep(line))).collect();
    let count = |depth: usize| deeper.iter().filter(|n| **n == depth).count();
    if count(2) > count(4) && indent.len().is_multiple_of(2) { "  " } else { "    " }
}

/// The quotes that most strings of a text have.
pub(crate) fn quote(text: &str) -> char {
    let count = |quote: char| text.matches(quote).count();
    if count('\'') > count('"') { '\'' } else { '"' }
}

/// The name by which a file knows a module that it imports as a whole: `socket`, or `sock` after
/// `import socket as sock`.
pub(crate) fn module_name(file: &File, at: Node<'_>, module: &str) -> Option<String> {
    let import = file.imports.iter().find(|i| i.module == module && i.member.is_none())?;
    let (decl, _) = file.names.lookup(at, &import.local)?;
    (decl.node == import.node || file.imports.iter().any(|i| i.node == decl.node && i.module == module))
        .then(|| import.local.clone())
}

/// The only thing that a call can call.
pub(crate) fn callee(file: &File, call: Node<'_>) -> Option<String> {
    match file.callees(call).as_slice() {
        [callee] => Some(callee.path.clone()),
        _ => None,
    }
}

/// The name that tells what a value is: `port` of `self.port`, `args["port"]`, `str(port)`,
/// `config.get("port")` and `get_port()`.
pub(crate) fn name(file: &File, value: Node<'_>) -> Option<String> {
    match value.kind() {
        "identifier" => Some(value.text().to_owned()),
        "attribute" => Some(value.field("attribute")?.text().to_owned()),
        "subscript" => match file.string(value.field("subscript")?) {
            Some(key) => Some(key),
            None => {
                let whole = name(file, value.field("value")?)?;
                // One of several hosts, or the first part of an address.
                match (whole.as_str(), value.field("subscript")?.text()) {
                    (
                        "sockname" | "peername" | "getsockname" | "getpeername" | "client_address" | "server_address",
                        "0",
                    ) => Some("host".to_owned()),
                    (
                        "sockname" | "peername" | "getsockname" | "getpeername" | "client_address" | "server_address",
                        "1",
                    ) => Some("port".to_owned()),
                    _ => Some(whole),
                }
            }
        },
        "parenthesized_expression" | "await" => name(file, value.items().next()?),
        "call" => {
            let called = file.called_name(value)?;
            let first = value.field("arguments").and_then(|a| a.items().next());
            match called {
                "str" | "int" | "quote" | "unquote" | "ip_address" | "gethostbyname" => name(file, first?),
                "get" | "getenv" | "getattr" | "get_config" | "config" | "env" | "getint" => {
                    let key = value.field("arguments")?.items().filter_map(|a| file.string(a)).next()?;
                    Some(key)
                }
                "strip" | "lower" | "rstrip" | "lstrip" | "decode" | "format" => {
                    name(file, value.field("function")?.field("object")?)
                }
                "gethostname" | "getfqdn" => Some("hostname".to_owned()),
                _ => Some(called.to_owned()),
            }
        }
        "boolean_operator" => name(file, value.field("left")?),
        "conditional_expression" => name(file, value.items().next()?),
        _ => None,
    }
}

/// Functions whose text is read by people.
const PEOPLE: &[&str] = &[
    "print",
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "log",
    "write",
    "echo",
    "secho",
    "msg",
    "success",
    "notice",
    "fatal",
    "trace",
    "display",
    "fail",
    "abort",
];

/// Whether a name is that of a text for people.
pub(crate) fn named_for_people(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "help",
        "description",
        "message",
        "msg",
        "title",
        "detail",
        "reason",
        "text",
        "error",
        "log",
        "comment",
        "info",
        "banner",
        "status",
    ];
    let words = naming::words(name);
    words.last().is_some_and(|word| WORDS.contains(&word.as_str())) || words.first().is_some_and(|word| word == "log")
}

/// Whether a function of this name writes down what happened: `events.dispatch("download", url=url)`.
fn records(called: &str) -> bool {
    let words = naming::words(called);
    words.last().is_some_and(|word| matches!(word.as_str(), "dispatch" | "event" | "audit" | "emit" | "render"))
}

/// Whether the text of an assignment is looked through for a pattern, which is written for texts as
/// they are today.
fn matched(assignment: Node<'_>) -> bool {
    let variable = assignment.field("left").map_or("", Node::text);
    let function = assignment.ancestor(&["function_definition", "module"]);
    let uses = function.into_iter().flat_map(|f| f.descendants().filter(|n| n.is("identifier")).collect::<Vec<_>>());
    let mut uses = uses.filter(|n| n.text() == variable && n.parent().is_some_and(|p| p.is("argument_list")));
    uses.any(|n| {
        let called = n.parent().and_then(|p| p.parent()).and_then(|call| call.field("function")).map_or("", Node::text);
        [".search", ".match", ".fullmatch", ".findall"].iter().any(|method| called.ends_with(method))
    })
}

/// Whether a name is that of a key or a label, which is compared and never dialled.
pub(crate) fn is_label(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    matches!(last, "name" | "key" | "id" | "label" | "tag" | "identity" | "identifier" | "hash")
        && !words.iter().any(|w| w == "host" || w == "server")
}

/// Functions that make a number or a hash of a text, which is another one for another text.
const HASHES: &[&str] = &["sha", "md5", "blake2", "hash", "crc32", "adler32", "uuid"];

/// Whether a list or a set holds names and not addresses: `hostnames`, `known_ids`.
fn labels(list: &str) -> bool {
    let words = naming::words(list);
    let last = words.last().map_or("", String::as_str);
    matches!(last, "hostnames" | "names" | "keys" | "ids" | "labels" | "tags" | "seen")
}

/// What is known about the values of a Python file.
pub(crate) struct PyFacts<'f>(pub &'f File);

impl Facts for PyFacts<'_> {
    fn name(&self, value: Node<'_>) -> Option<String> {
        name(self.0, value)
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        self.sink_within(text, 2)
    }

    fn number(&self, value: Node<'_>) -> bool {
        value.is("integer")
            || value.is("call") && matches!(self.0.called_name(value), Some("int" | "get_free_port" | "unused_port"))
    }

    fn plain(&self, verb: &str) -> bool {
        matches!(verb, "" | "%s" | "%d" | "%i" | "!s" | ":d" | ":s")
    }
}

impl PyFacts<'_> {
    /// What a text is used for, through at most as many variables.
    fn sink_within(&self, text: Node<'_>, depth: usize) -> Option<Sink> {
        let function = text.ancestor(&["function_definition"]).and_then(|f| f.field("name")).map_or("", Node::text);
        if matches!(function, "__repr__" | "__str__" | "__hash__") {
            return Some(Sink::Other);
        }
        let mut text = text;
        let mut parent = text.parent()?;
        // A text within a text, or one of two texts, has the use of the whole, and so has what a method
        // of it gives.
        while parent.is_any(&[
            "parenthesized_expression",
            "conditional_expression",
            "interpolation",
            "string",
            "concatenated_string",
            "binary_operator",
            "boolean_operator",
            "attribute",
        ]) || parent.is("call") && parent.field("function") == Some(text)
        {
            (text, parent) = (parent, parent.parent()?);
        }
        if text.ancestors().take_while(|n| !n.is("block")).any(|n| n.is("raise_statement")) {
            return Some(Sink::People);
        }
        // A part of a URL has the use of the URL.
        let list = Some(parent).filter(|p| p.is_any(&["list", "tuple"])).and_then(|p| p.parent());
        let call = list.filter(|p| p.is("argument_list")).and_then(|p| p.parent());
        if let Some(call) = call.filter(|c| matches!(self.0.called_name(*c), Some("urlunsplit" | "urlunparse"))) {
            return self.sink_within(call, depth);
        }
        // A cell of a table.
        if parent.is_any(&["list", "tuple"]) {
            let given = parent.parent().filter(|p| p.is("assignment")).and_then(|p| p.field("left"));
            let named = given.and_then(|left| name(self.0, left)).map(|n| naming::words(&n)).unwrap_or_default();
            let cell =
                named.last().is_some_and(|w| matches!(w.as_str(), "row" | "rows" | "table" | "columns" | "cells"));
            return cell.then_some(Sink::People);
        }
        match parent.kind() {
            // `cache[f"{host}:{port}"]` and `{f"{host}:{port}": 1}` are keys.
            "subscript" if parent.field("subscript") == Some(text) => Some(Sink::Other),
            "pair" if parent.field("key") == Some(text) => Some(Sink::Other),
            "comparison_operator" => Some(Sink::Other),
            "raise_statement" => Some(Sink::People),
            "assignment" if parent.field("right") == Some(text) => {
                // `extra["host"] = …` is for the lines of a log.
                let extra = parent.field("left").is_some_and(|left| left.text().starts_with("extra["));
                let name = name(self.0, parent.field("left")?)?;
                if extra || named_for_people(&name) {
                    return Some(Sink::People);
                }
                if matched(parent) || is_label(&name) {
                    return Some(Sink::Other);
                }
                self.used(parent.field("left")?, depth.checked_sub(1)?)
            }
            "keyword_argument" => {
                let name = parent.field("name").map_or("", Node::text);
                // `get("description", default=f"{host}:{port}")`
                let asked = |n: Node<'_>| self.0.string(n).is_some_and(|key| named_for_people(&key) || is_label(&key));
                let described = |n: Node<'_>| n.text().contains("description") || asked(n);
                let list = parent.parent().filter(|_| name == "default");
                if list.is_some_and(|l| l.items().any(|n| n.is("string") && described(n))) {
                    return Some(Sink::Other);
                }
                let call = parent.parent().and_then(|list| list.parent()).filter(|c| c.is("call"));
                let called = call.and_then(|c| self.0.called_name(c)).unwrap_or_default();
                // `logger.info("started", extra=fields(address=f"{host}:{port}"))`
                let around = parent.ancestors().take_while(|n| !n.is("block")).filter(|n| n.is("call"));
                let logged = around.filter_map(|c| c.field("function").filter(|f| f.is("attribute"))).any(|f| {
                    let method = f.field("attribute").map_or("", Node::text);
                    let receiver = f.field("object").map_or("", Node::text).to_ascii_lowercase();
                    PEOPLE.contains(&method) && receiver.rsplit('.').next().is_some_and(|r| r.contains("log"))
                });
                if named_for_people(name) || records(called) || logged {
                    return Some(Sink::People);
                }
                is_label(name).then_some(Sink::Other)
            }
            "argument_list" => {
                let call = parent.parent()?;
                let called = self.0.called_name(call)?;
                if HASHES.iter().any(|hash| called.starts_with(hash)) || called == "setdefault" {
                    return Some(Sink::Other);
                }
                let holder = call.field("function").and_then(|f| name(self.0, f.field("object")?));
                let listed = matches!(called, "append" | "add" | "extend" | "index" | "count" | "remove");
                let lines = |name: &String| {
                    let words = naming::words(name);
                    words.last().is_some_and(|w| matches!(w.as_str(), "lines" | "rows" | "report" | "messages"))
                };
                if listed && holder.as_ref().is_some_and(lines) {
                    return Some(Sink::People);
                }
                if listed && holder.is_some_and(|name| labels(&name)) {
                    return Some(Sink::Other);
                }
                // `debug2("...")`; what is written to a connection is for the other end.
                let told = called.trim_end_matches(|c: char| c.is_ascii_digit());
                let receiver = call.field("function").and_then(|f| f.field("object")).map_or("", Node::text);
                let sends = ["sock", "conn", "writer", "transport"].iter().any(|word| receiver.contains(word));
                let words = naming::words(called);
                if words
                    .last()
                    .is_some_and(|w| matches!(w.as_str(), "attribute" | "attributes" | "tag" | "tags" | "metric"))
                {
                    return Some(Sink::Other);
                }
                let people = PEOPLE.contains(&told) && !(told == "write" && sends)
                    || called.ends_with("Error")
                    || called.ends_with("Exception")
                    || matches!(called, "_" | "_i18n" | "gettext");
                people.then_some(Sink::People)
            }
            _ => None,
        }
    }

    /// What a variable is used for, when people read it everywhere, or when it only tells things apart.
    fn used(&self, variable: Node<'_>, depth: usize) -> Option<Sink> {
        let (decl, scope) = self.0.names.resolve(variable).filter(|_| variable.is("identifier"))?;
        let given = |n: &Node<'_>| n.parent().is_some_and(|p| p.is("assignment") && p.field("left") == Some(*n));
        let uses = self.0.names.uses(&decl, scope);
        let mut sinks = uses.into_iter().filter(|n| !given(n)).map(|n| self.sink_within(n, depth));
        let first = sinks.next()?.filter(|sink| matches!(sink, Sink::People | Sink::Other))?;
        sinks.all(|sink| matches!(sink, Some(Sink::People | Sink::Other))).then_some(first)
    }
}

/// Whether a statement is a text alone, as the description of a module, a class or a function is.
pub(crate) fn is_docstring(node: Node<'_>) -> bool {
    node.is("expression_statement") && node.items().all(|n| n.is("string"))
}
