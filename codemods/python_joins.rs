//! How a join of a host and a port in Python gets its brackets.

use sixify_langs::names::{Decl, DeclKind, Scoping};
use sixify_langs::naming;
use sixify_langs::python::File;
use sixify_langs::strings::{Form, TextExpr};

use crate::host_port::{Facts, Join, Port, Sink, names_ip, repeatable};
use crate::prelude::*;
use crate::python_code::{PyFacts, level, name, own_lines, quote, statement};
use crate::python_hosts::{Kind, Known, never_ipv6};
use crate::python_lines::{Asked, asked_before, fits, limit};
use crate::script_destinations::{missing, reads};

/// Whether a host is text for sure: its type says so, it is made as text, or all that an object
/// keeps under that name is.
pub(crate) fn proven_text(file: &File, host: Node<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match host.kind() {
        "identifier" => {
            let Some((decl, scope)) = file.names.resolve(host) else { return false };
            if let Some(ty) = decl.ty {
                return declares_text(file.tree.node(ty), file.tree.node(decl.whole));
            }
            let value = decl.value.filter(|_| file.names.single_assignment(&decl, scope));
            value.is_some_and(|value| proven_text(file, file.tree.node(value), depth))
        }
        "attribute" => own_text(file, host, depth).unwrap_or(false),
        "string" | "concatenated_string" => true,
        "call" => host.field("function").is_some_and(|f| f.text() == "str" && file.names.resolve(f).is_none()),
        _ => false,
    }
}

/// Whether a declaration with a type is one of text; `host: str = None` is not.
fn declares_text(ty: Node<'_>, whole: Node<'_>) -> bool {
    let value = whole.field("value").or_else(|| whole.field("right"));
    ty.text() == "str" && value.is_none_or(|value| !value.is("none"))
}

/// Whether `self.host` is given text alone in its class.
fn own_text(file: &File, host: Node<'_>, depth: usize) -> Option<bool> {
    let (me, name) = (host.field("object")?, host.field("attribute")?.text());
    let class = host.ancestor(&["class_definition"]).filter(|_| me.text() == "self")?;
    let given = |n: &Node<'_>| {
        n.is("assignment")
            && n.field("left").is_some_and(|left| {
                left.text() == host.text() || left.text() == name && function_of(left) == function_of(class)
            })
    };
    let mut values = class.descendants().filter(given).peekable();
    values.peek()?;
    Some(values.all(|assignment| match (assignment.field("type"), assignment.field("right")) {
        (Some(ty), _) => declares_text(ty, assignment),
        (None, Some(value)) => proven_text(file, value, depth),
        (None, None) => false,
    }))
}

/// A join, in whatever form.
pub(crate) struct Place<'a> {
    pub(crate) host: Node<'a>,
    pub(crate) hole: Span,
    pub(crate) whole: Span,
    pub(crate) form: Form,
    /// The expression around it.
    pub(crate) node: Node<'a>,
    /// The expression that gives the port.
    pub(crate) port: Option<Node<'a>>,
    /// See [`Join::only_host`].
    pub(crate) only_host: bool,
    /// What is missing to know that an address is read from it.
    pub(crate) missing: Option<String>,
    pub(crate) why: Vec<String>,
    /// Where the host stands alone in the place of this text, and needs brackets too.
    pub(crate) twin: Option<Span>,
}

impl<'a> Place<'a> {
    pub(crate) fn of(join: Join<'a>, text: &TextExpr<'a>) -> Place<'a> {
        // In `"%s" % host` the hole is `%s`, and the edit belongs to the operand, also where more is added
        // to that text.
        let within = join.hole.start <= join.host.start() && join.host.end() <= join.hole.end;
        let operand = join.hole == join.host.span();
        let (hole, form) = match text.form {
            _ if !within => (join.host.span(), Form::Format),
            Form::Format => (join.host.span(), Form::Format),
            Form::Concat if !operand => (join.hole, Form::Template),
            form => (join.hole, form),
        };
        let read = reads(&join, text.node);
        Place {
            host: join.host,
            hole,
            whole: join.span,
            form,
            node: text.node,
            port: if let Port::Value(port) = join.port { Some(port) } else { None },
            only_host: join.only_host,
            missing: read.clone().err(),
            why: join.why.into_iter().chain(read.ok().flatten()).collect(),
            twin: None,
        }
    }

    /// Whether the host is an operand that is added to text, so that it is text itself.
    fn added(&self) -> bool {
        let sum = |p: Node<'_>| p.is("binary_operator") && p.field("operator").is_some_and(|o| o.text() == "+");
        self.host.parent().is_some_and(sum)
            || self.host.parent().is_some_and(|p| {
                p.is_any(&["list", "tuple"])
                    && self.form == Form::Format
                    && p.parent().is_some_and(|a| a.is("argument_list"))
            })
    }
}

/// Lines that give `name` the value of `host`, in brackets where it is an IPv6 address.
fn lines(doc: &Document, name: &str, host: &str, known: Known, quote: char, indent: &str) -> String {
    let value = bracketed(host, known, quote);
    let level = level(&doc.text, indent);
    let once = known.text() && !host.contains(['(', '[']);
    if once && indent.len() + name.len() + 3 + value.len() <= limit(&doc.text) {
        return format!("{name} = {value}\n{indent}");
    }
    // A constant gets one value.
    if once && constant(name) {
        let long = indent.len() + level.len() + value.len() > limit(&doc.text);
        let within = format!("\n{indent}{level}");
        // As formatters do it, a line for each part.
        let value = if long {
            value.replace(" if ", &format!("{within}if ")).replace(" else ", &format!("{within}else "))
        } else {
            value
        };
        return format!("{name} = ({within}{value}\n{indent})\n{indent}");
    }
    let first = match (known.text(), name == host) {
        (true, true) => String::new(),
        (true, false) => format!("{name} = {host}\n{indent}"),
        (false, _) => format!("{name} = str({host})\n{indent}"),
    };
    let asked = asked(name, known, quote);
    format!("{first}if {asked}:\n{indent}{level}{name} = f{quote}[{{{name}}}]{quote}\n{indent}")
}

/// The condition that a host is an IPv6 address without brackets.
fn asked(text: &str, known: Known, quote: char) -> String {
    let there = if known.kind == Kind::Missing { format!("{text} and ") } else { String::new() };
    let open = if known.bare { String::new() } else { format!(" and not {text}.startswith({quote}[{quote})") };
    format!("{there}{quote}:{quote} in {text}{open}")
}

/// The host in brackets where it is an IPv6 address.
fn bracketed(host: &str, known: Known, quote: char) -> String {
    let text = if known.text() { host.to_owned() } else { format!("str({host})") };
    format!("f{quote}[{{{host}}}]{quote} if {} else {host}", asked(&text, known, quote))
}

/// Whether a name is spelled as that of a constant.
fn constant(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase)
}

/// The name of a constant for a host as it stands in a URL: `DB_URL_HOST` beside `DB_HOST`.
fn constant_in_url(name: &str) -> String {
    match name.rfind('_') {
        Some(at) if at > 0 => format!("{}_URL{}", &name[..at], &name[at..]),
        _ => format!("URL_{name}"),
    }
}

/// The fix of the place at `at` among all places of the file.
pub(crate) fn fix(doc: &Document, file: &File, places: &[Place<'_>], at: usize) -> Option<Fix> {
    let place = places.get(at)?;
    let host = place.host;
    let mut known = Known::of(file, host, place.added());
    match asked_before(place) {
        Asked::Nothing => {}
        Asked::Host => known.kind = known.kind.max(Kind::Missing),
        Asked::Owner => return None,
    }
    let usual = quote(&doc.text);
    if let Some(twin) = place.twin {
        let other = places.iter().find(|p| p.whole == twin).filter(|_| known.text())?;
        let fixes = [named(doc, file, place, places, usual, known)?, named(doc, file, other, places, usual, known)?];
        let mut edits: Vec<Edit> = fixes.into_iter().flat_map(|fix| fix.edits.into_values().flatten()).collect();
        edits.sort();
        edits.dedup();
        return Some(Fix::new().edits(edits));
    }
    if host.is("identifier") {
        let (decl, scope) = file.names.resolve(host)?;
        if file.names.uses(&decl, scope).iter().filter(|n| !assigned(**n)).count() == 1 {
            let source = at_source(file, &decl, scope, place, usual);
            if let Some(fix) = source.filter(|fix| fix.edits.values().flatten().all(|edit| fits(doc, edit))) {
                return Some(fix);
            }
            if let Some(fix) = before(doc, file, &decl, scope, place, known) {
                return Some(fix);
            }
        }
    }
    let inline = repeatable(host).then(|| inline(doc, place, known, usual)).flatten();
    // Several texts of one function share a name.
    let within = function_of(place.node);
    let alone = places.iter().filter(|p| p.host.text() == host.text() && function_of(p.node) == within).count() == 1;
    // In the middle of a tuple a choice is hard to read, too.
    let tuple = place.form == Form::Concat || host.parent().is_some_and(|p| p.is("tuple"));
    let short = alone && inline.as_ref().is_some_and(|edit| place.form != Form::Template && !tuple && fits(doc, edit));
    // A text within a text is hard to read, the longer the harder.
    let nested = place.form == Form::Template && !known.bare;
    let fits = !nested && inline.as_ref().is_some_and(|edit| fits(doc, edit));
    let named = || named(doc, file, place, places, usual, known);
    let inline = inline.map(|edit| Fix::new().edit(edit));
    if short { inline } else { named().or(inline.filter(|_| fits)) }
}

/// The brackets within the text itself.
pub(crate) fn inline(doc: &Document, place: &Place<'_>, known: Known, usual: char) -> Option<Edit> {
    let host = place.host;
    // It would be made text more than once.
    if !known.text() && !known.bare && !host.is("identifier") {
        return None;
    }
    Some(match place.form {
        Form::Template => {
            let inner = inner_quote(place, &doc.text)?;
            Edit::replace(place.hole, format!("{{{}}}", bracketed(host.text(), known, inner)))
        }
        Form::Concat => Edit::replace(place.hole, format!("({})", bracketed(host.text(), known, usual))),
        _ => {
            let whole = host.parent().is_some_and(|p| p.is("binary_operator"));
            let text = bracketed(host.text(), known, usual);
            Edit::replace(place.hole, if whole { format!("({text})") } else { text })
        }
    })
}

/// Whether a name stands where it is given a value.
pub(crate) fn assigned(node: Node<'_>) -> bool {
    node.parent().is_some_and(|p| p.is("assignment") && p.field("left") == Some(node))
}

/// The other quotes than those of the f-string around a hole.
pub(crate) fn inner_quote(place: &Place<'_>, text: &str) -> Option<char> {
    let string = place.node.tree().smallest(place.hole);
    let string = std::iter::once(string).chain(string.ancestors()).find(|n| n.is("string"))?;
    let start = string.child("string_start")?.text();
    let inner = if start.contains('\'') { '"' } else { '\'' };
    let taken = place.hole.text(text).contains(['"', '\'']);
    (!taken).then_some(inner)
}

/// Brackets where a variable gets its values, when each value is a name or no IPv6 address.
pub(crate) fn at_source(file: &File, decl: &Decl, scope: Node<'_>, place: &Place<'_>, quote: char) -> Option<Fix> {
    if decl.kind != DeclKind::Variable || scope != function_of(place.node)? {
        return None;
    }
    let mut edits = Vec::new();
    let targets = scope.descendants().filter(|n| n.is("identifier") && n.text() == decl.name);
    for target in targets.filter(|n| file.names.resolve(*n).is_some_and(|(d, _)| d.node == decl.node)) {
        let used = file.names.scoping().is_use(target) && !assigned(target);
        if target == place.host || !used && !assigned(target) {
            continue;
        }
        let assignment = target.parent().filter(|_| assigned(target))?;
        let value = assignment.field("right")?;
        if never_ipv6(file, value) {
            continue;
        }
        if !repeatable(value) || value.is("none") {
            return None;
        }
        edits.push(Edit::replace(value.span(), bracketed(value.text(), Known::of(file, value, place.added()), quote)));
    }
    (!edits.is_empty()).then(|| Fix::new().edits(edits))
}

pub(crate) fn function_of<'a>(node: Node<'a>) -> Option<Node<'a>> {
    node.ancestors()
        .find(|n| n.is_any(&["function_definition", "lambda", "module"]) || n.kind().ends_with("comprehension"))
}

/// Brackets in a line of their own before the statement with the join.
pub(crate) fn before(
    doc: &Document,
    file: &File,
    decl: &Decl,
    scope: Node<'_>,
    place: &Place<'_>,
    known: Known,
) -> Option<Fix> {
    if decl.kind == DeclKind::Import || Some(scope) != function_of(place.node) || scope.is("module") {
        return None;
    }
    let statement = plain_statement(file, place)?;
    // The second time round, the brackets would be there already.
    let declared = file.tree.node(decl.node);
    let again = statement.ancestors().take_while(|n| *n != scope).any(|n| {
        n.is("while_statement") || n.is("for_statement") && n.field("left").is_none_or(|left| !left.holds(declared))
    });
    let body_of_loop =
        statement.ancestors().any(|n| n.is("for_statement") && n.field("body").is_some_and(|b| b.holds(declared)));
    if again && !body_of_loop {
        return None;
    }
    let indent = own_lines(&doc.text, statement)?;
    let lines = lines(doc, &decl.name, &decl.name, known, quote(&doc.text), indent);
    Some(Fix::new().edit(Edit::insert(statement.start(), lines)))
}

/// The statement around an expression, when a line before it is met whenever the expression is.
fn plain_statement<'a>(file: &File, place: &Place<'a>) -> Option<Node<'a>> {
    let node = place.node;
    let statement = statement(node)?;
    // What stands in the head of a block is worked out when the block is reached.
    let head = ["with_clause"].iter().any(|kind| node.ancestor(&[kind]).is_some_and(|n| statement.holds(n)))
        && statement.field("body").is_some_and(|body| !body.holds(node))
        || statement.is("if_statement") && statement.field("condition").is_some_and(|c| c.holds(node));
    let plain =
        head || statement.is_any(&["expression_statement", "return_statement", "raise_statement", "assert_statement"]);
    let inside = node.ancestors().take_while(|n| *n != statement);
    // In front of a comprehension there is only what does not change in it.
    let root = std::iter::successors(Some(place.host), |n| n.field("object").or_else(|| n.field("value"))).last();
    let declared = root.and_then(|n| file.names.resolve(n)).map(|(decl, _)| file.tree.node(decl.node));
    let within = inside.into_iter().any(|n| {
        let loops = n.kind().contains("comprehension") || n.is("generator_expression");
        n.is("lambda") || loops && declared.is_none_or(|d| n.holds(d))
    });
    (plain && !within).then_some(statement)
}

/// A name for a host with its brackets, in a line of its own before the first statement that wants
/// it.
pub(crate) fn named(
    doc: &Document,
    file: &File,
    place: &Place<'_>,
    places: &[Place<'_>],
    quote: char,
    known: Known,
) -> Option<Fix> {
    let host = place.host;
    let statement = plain_statement(file, place)?;
    let text = host.text();
    let simple = host.is_any(&["identifier", "subscript", "call", "attribute", "boolean_operator"]);
    if !simple || text.contains('\n') || text.contains("await ") {
        return None;
    }
    // `self.pod_ip` becomes `pod_ip`, and a name that is taken `url_host`.
    let function = function_of(statement)?;
    let own = name(file, host).unwrap_or_default();
    let word = own.starts_with(|c: char| c.is_alphabetic()) && own.chars().all(|c| c.is_alphanumeric() || c == '_');
    // What a module gives a value at its top is a constant.
    let shouts = function.is("module") && word && constant(&own);
    let own = match () {
        () if shouts && host.is("call") => own,
        () if shouts => constant_in_url(&own),
        () if word && !host.is("call") && naming::is_host(&own) => own.to_ascii_lowercase(),
        () if word && !host.is("call") => format!("{}_host", own.to_ascii_lowercase()),
        () => "host".to_owned(),
    };
    let used = |n: &str| function.descendants().any(|d| d.text() == n && file.names.scoping().is_use(d));
    let free = [own, "url_host".to_owned(), "bracketed_host".to_owned()]
        .into_iter()
        .find(|n| file.names.lookup(place.node, n).is_none() && !used(n))?;
    // Another host of that name in the same function would want the name too.
    let called = name(file, host);
    let others = function.descendants().filter(|n| n.kind() == host.kind() && n.text() != text);
    let taken = |n: &Node<'_>| name(file, *n) == called && statement.holds(*n);
    if others.into_iter().any(|n| taken(&n)) {
        return None;
    }
    let at = shared(file, places, place, statement, known).unwrap_or(statement);
    let indent = if at == statement { own_lines(&doc.text, at)? } else { indent_of(at)? };
    let hole = if place.form == Form::Template { format!("{{{free}}}") } else { free.clone() };
    let lines = lines(doc, &free, text, known, quote, indent);
    Some(Fix::new().edit(Edit::insert(at.start(), lines)).edit(Edit::replace(place.hole, hole)))
}

/// The statement before which one line serves all places that want the same host: every way to them
/// leads past it, and the host is the same at all of them.
fn shared<'a>(
    file: &File,
    places: &[Place<'a>],
    place: &Place<'a>,
    statement: Node<'a>,
    known: Known,
) -> Option<Node<'a>> {
    let text = place.host.text();
    let function = function_of(statement)?;
    let same = |p: &&Place<'_>| p.host.text() == text;
    let all: Vec<Node<'a>> = places
        .iter()
        .filter(same)
        .filter_map(|p| plain_statement(file, p))
        .filter(|s| function_of(*s) == Some(function))
        .collect();
    // All of them, or those from an earlier one on.
    (0..all.len()).find_map(|from| {
        let group = all.get(from..)?;
        let (first, last) = (*group.first()?, *group.last()?);
        let at = std::iter::once(first)
            .chain(first.ancestors())
            .find(|n| n.parent().is_some_and(|b| b.is_any(&["block", "module"]) && b.holds(last)))?;
        let mine = first.start() <= statement.start();
        let asked = |n: Node<'_>| {
            n.is_any(&["if_statement", "elif_clause", "while_statement"])
                && n.field("condition").is_some_and(|c| c.text().contains(text))
        };
        let region = Span::new(at.start(), last.end());
        let within = function.descendants().filter(|n| n.start() >= region.start && n.start() < region.end);
        let moved = within.into_iter().any(|n| {
            let given = n.is_any(&["assignment", "augmented_assignment", "for_statement", "with_item"])
                && n.field("left").is_some_and(|left| gives(left, text));
            given || at != first && (known.text() && asked(n) || n.is("as_pattern") && n.text().ends_with(text))
        });
        let simple = at == first || !place.host.is("call") && !at.is_any(&["for_statement", "while_statement"]);
        (mine && !moved && simple && indent_of(at).is_some()).then_some(at)
    })
}

/// Whether an assignment to `left` changes what a path of names stands for.
fn gives(left: Node<'_>, path: &str) -> bool {
    let root = path.split(['.', '[', '(']).next().unwrap_or(path);
    let several = left.is_any(&["pattern_list", "tuple_pattern", "list_pattern"]);
    let parts = std::iter::once(left).chain(left.items().filter(|_| several));
    parts.into_iter().any(|n| n.text() == root || n.text() == path)
}

/// The white space before a statement that begins its line.
pub(crate) fn indent_of(statement: Node<'_>) -> Option<&str> {
    let line = statement.tree().text().get(..statement.start())?.rsplit('\n').next()?;
    line.trim().is_empty().then_some(line)
}

/// `":".join([host, str(port)])`.
pub(crate) fn joined<'a>(file: &File, call: Node<'a>, facts: &PyFacts<'_>) -> Option<Place<'a>> {
    let function = call.field("function").filter(|f| call.is("call") && f.is("attribute"))?;
    if function.field("attribute")?.text() != "join" || file.string(function.field("object")?)? != ":" {
        return None;
    }
    let list = call.field("arguments")?.items().next().filter(|l| l.is_any(&["list", "tuple"]))?;
    let items: Vec<Node<'a>> = list.items().collect();
    let [host, port] = items.as_slice() else { return None };
    let called = |node: Node<'_>, what: fn(&str) -> bool| name(file, node).is_some_and(|n| what(&n));
    let other = matches!(facts.sink(call), Some(Sink::Other | Sink::People));
    let both = called(*host, naming::is_host) && called(*port, naming::is_port) && !other;
    both.then(|| Place {
        host: *host,
        hole: host.span(),
        whole: call.span(),
        form: Form::Format,
        node: call,
        port: Some(*port),
        twin: None,
        missing: missing(call),
        only_host: called(*host, names_ip),
        why: vec![format!("{} is called a host and {} a port", host.text(), port.text())],
    })
}
