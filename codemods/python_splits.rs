//! What becomes of the parts of an address that Python code takes apart.

use sixify_langs::names::Scoping;
use sixify_langs::python::File;

use crate::prelude::*;
use crate::python_code::{line_end, name, own_lines, quote, statement};
use crate::script_words::dials;

/// Whether an error that the split raises is caught, and the program goes on with the whole text as
/// the host: an IPv6 address without a port is one such text.
pub(crate) fn falls_back(split: Node<'_>) -> bool {
    let attempt = split.ancestors().find(|n| n.is_any(&["try_statement", "function_definition"]));
    let Some(attempt) = attempt.filter(|n| n.is("try_statement") && n.field("body").is_some_and(|b| b.holds(split)))
    else {
        return false;
    };
    let mut handlers = attempt.items().filter(|n| n.is("except_clause"));
    handlers.any(|handler| {
        let ends = |n: Node<'_>| n.is_any(&["raise_statement", "return_statement", "continue_statement"]);
        // Another way to take it apart is tried.
        handler.text().contains("split(") || !handler.descendants().any(ends) && !handler.text().contains("exit(")
    })
}

/// The condition around a split that only texts with the dots of an IPv4 address meet, asked of the
/// text itself or of its parts: `parts = text.split("."); if len(parts) == 4:`.
pub(crate) fn dotted<'a>(file: &File, split: Node<'a>, text: &str) -> Option<Node<'a>> {
    let dot = |n: &Node<'a>| n.is("string") && file.string(*n).as_deref() == Some(".");
    let within = |branch: Node<'a>| {
        branch.is_any(&["if_statement", "elif_clause"]) && branch.field("consequence").is_some_and(|c| c.holds(split))
    };
    split.ancestors().take_while(|n| !n.is("function_definition")).filter(|n| within(*n)).find_map(|branch| {
        let condition = branch.field("condition")?;
        let before = branch.previous().filter(|n| n.text().contains(&format!("{text}.split(")));
        let own = |n: Node<'a>| dot(&n) && n.parent().is_some_and(|p| p.text().contains(text));
        let asks = condition.descendants().any(own) || before.is_some_and(|b| b.descendants().any(|n| dot(&n)));
        asks.then_some(condition)
    })
}

/// What becomes of the host that a split gives.
pub(crate) enum Host {
    /// It goes nowhere, or into text with a port again, where its brackets may stay.
    InText,
    /// It goes somewhere without its brackets, and this takes them off.
    Bare(Edit),
    /// It goes somewhere without its brackets, and no line can stand where they would be taken off.
    Kept,
}

/// Takes the brackets off a host that goes anywhere but into text with a port: sockets, programs and
/// other functions want none, and comparisons are with hosts that have none.
pub(crate) fn stripped(doc: &Document, file: &File, assignment: Node<'_>, host: Node<'_>) -> Host {
    let around = match host.kind() {
        "identifier" => assignment.ancestor(&["function_definition", "module"]),
        // What an object keeps goes wherever its methods take it.
        "attribute" => assignment.ancestor(&["class_definition"]),
        _ => None,
    };
    let Some(around) = around else { return Host::Kept };
    // What is looked up for IPv4 alone gains nothing.
    let alone = ["gethostbyname", "inet_aton", "IPv4Address"];
    let looked = |n: Node<'_>| {
        let called = n.field("function").filter(|_| n.is("call")).map_or("", Node::text);
        let given = n.field("arguments").is_some_and(|list| list.text().contains(host.text()));
        given && alone.iter().any(|function| called.contains(function))
    };
    if around.descendants().any(looked) {
        return Host::Kept;
    }
    let own = host.is("identifier");
    let used = |n: &Node<'_>| {
        n.is(host.kind())
            && n.text() == host.text()
            && !assignment.holds(*n)
            && (!own || n.start() > assignment.end() && file.names.scoping().is_use(*n))
            && !n.parent().is_some_and(|p| p.field("left") == Some(*n))
    };
    let mut uses = around.descendants().filter(used).peekable();
    let kept = !own && uses.peek().is_none();
    if !kept && uses.all(|n| in_text(file, n)) {
        return Host::InText;
    }
    let Some(statement) = statement(assignment) else { return Host::Kept };
    let Some(indent) = own_lines(&doc.text, statement) else { return Host::Kept };
    let own = assignment.field("right").map_or("", Node::text);
    let quote = quote(if own.contains(['"', '\'']) { own } else { &doc.text });
    let name = host.text();
    let line = format!("\n{indent}{name} = {name}.strip({quote}[]{quote})");
    Host::Bare(Edit::insert(line_end(&doc.text, statement.end()), line))
}

/// Whether a host becomes a part of text.
fn in_text(file: &File, host: Node<'_>) -> bool {
    let around = host.ancestors().take_while(|n| !n.kind().ends_with("_statement") && !n.is("block"));
    let mut around = around.filter(|n| n.is_any(&["interpolation", "binary_operator", "call"]));
    around.any(|n| match n.kind() {
        "call" => file.text_expr(n).is_some() || file.called_name(n) == Some("join"),
        _ => true,
    })
}

/// Whether what a split gives is matched with a pattern, or taken into its labels: only names are.
pub(crate) fn matched(file: &File, split: Node<'_>, given: &str) -> bool {
    let Some(function) = split.ancestor(&["function_definition", "module"]) else { return false };
    let calls = function.descendants().filter(|n| n.is("call") && n.start() > split.end());
    calls.into_iter().any(|call| {
        let named = |list: Node<'_>| list.items().any(|argument| argument.text() == given);
        let method = call.field("function").filter(|f| f.is("attribute")).and_then(|f| f.field("object"));
        let labels = file.argument(call, Some(0), None).and_then(|a| file.string(a)).as_deref() == Some(".");
        match file.called_name(call) {
            Some("match" | "fullmatch" | "search") => call.field("arguments").is_some_and(named),
            Some("split" | "endswith") => labels && method.is_some_and(|m| m.text() == given),
            _ => false,
        }
    })
}

/// Where a URL keeps the host without its port, when what is split is its authority:
/// `urlparse(url).netloc`. The node of `netloc` is given.
pub(crate) fn authority<'a>(file: &File, text: Node<'a>) -> Option<Node<'a>> {
    let attribute = text.field("attribute").filter(|a| text.is("attribute") && a.text() == "netloc")?;
    let value = file.value(text.field("object")?).node;
    let parses = matches!(file.called_name(value), Some("urlparse" | "urlsplit"));
    (value.is("call") && parses).then_some(attribute)
}

/// How a file calls `urlsplit`, and what it needs for that.
pub(crate) fn urlsplit(file: &File, at: Node<'_>) -> (String, Option<Need>) {
    let known = |local: &str, node: u32| file.names.lookup(at, local).is_some_and(|(decl, _)| decl.node == node);
    let whole = file.imports.iter().find_map(|i| match (i.module.as_str(), i.member.as_deref()) {
        ("urllib", Some("parse")) if known(&i.local, i.node) => Some(i.local.clone()),
        ("urllib.parse", None) if i.local != "urllib" && known(&i.local, i.node) => Some(i.local.clone()),
        ("urllib.parse", None) if known(&i.local, i.node) => Some(i.module.clone()),
        _ => None,
    });
    match whole {
        Some(module) => (format!("{module}.urlsplit"), None),
        None => {
            let (module, member) = ("urllib.parse".to_owned(), Some("urlsplit".to_owned()));
            ("urlsplit".to_owned(), Some(Need::Import { module, member, local: "urlsplit".to_owned() }))
        }
    }
}

/// Whether the function around a split cuts something else at colons as well.
pub(crate) fn is_cut_again(split: Node<'_>) -> bool {
    let around = split.ancestor(&["function_definition", "module"]).map_or("", Node::text);
    ["split(':')", "split(\":\")", "partition(':')", "partition(\":\")"]
        .iter()
        .map(|cut| around.matches(cut).count())
        .sum::<usize>()
        > 1
}

/// Whether a host that is cut out is dialled, or listened on: it is given to what does, or as its host, itself
/// or by the variable that gets it.
pub(crate) fn is_dialled(file: &File, host: Node<'_>) -> bool {
    let option = |n: Node<'_>| {
        let Some(parent) = n.parent() else { return false };
        let key = parent.field("name").or_else(|| parent.field("key")).map_or("", Node::text);
        let pair = if parent.is("tuple") { parent } else { n };
        let list = pair.parent().filter(|p| p.is("argument_list"));
        let called = list.and_then(Node::parent).and_then(|call| file.called_name(call));
        parent.is("keyword_argument") && matches!(key, "host" | "hostname" | "server" | "address")
            || called.is_some_and(dials)
    };
    let whole = host.parent().filter(|p| p.is_any(&["boolean_operator", "parenthesized_expression"])).unwrap_or(host);
    let given = whole.parent().filter(|p| p.is("assignment")).and_then(|p| p.field("left"));
    let Some(variable) = given.filter(|left| left.is("identifier")) else { return option(whole) };
    let Some((decl, scope)) = file.names.resolve(variable) else { return false };
    let mut uses = file.names.uses(&decl, scope).into_iter();
    uses.any(|n| n.start() > host.end() && option(n))
}

/// Whether the host of the same address is cut out beside its port in the same statement, at the first colon:
/// `{"host": address.split(":")[0], "port": address.split(":")[1]}`.
pub(crate) fn half(file: &File, port: Node<'_>, called: &str) -> bool {
    let first = |n: &Node<'_>| {
        let cut = n.field("value").filter(|v| v.is("call")).and_then(|v| v.field("function"));
        n.is("subscript")
            && n.field("subscript").is_some_and(|s| s.text() == "0")
            && cut.and_then(|f| f.field("object")).and_then(|o| name(file, o)).is_some_and(|n| n == called)
            && cut.and_then(|f| f.field("attribute")).is_some_and(|m| matches!(m.text(), "split" | "partition"))
    };
    statement(port).is_some_and(|s| s.descendants().any(|n| first(&n)))
}
