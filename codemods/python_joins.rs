//! How a join of a host and a port in Python gets its brackets.

use sixify_langs::names::{Decl, DeclKind, Scoping};
use sixify_langs::naming;
use sixify_langs::origin::Standing;
use sixify_langs::python::File;
use sixify_langs::strings::{Form, TextExpr};

use crate::host_port::{Join, repeatable};
use crate::prelude::*;
use crate::python_code::{level, name, own_lines, quote, statement};

/// Whether an expression never gives an IPv6 address.
pub(crate) fn never_ipv6(file: &File, expr: Node<'_>) -> bool {
    let value = file.value(expr);
    // yarl has the host of a URL with its brackets there.
    if value.node.text().ends_with(".host_subcomponent") {
        return true;
    }
    if let Some(text) = file.string(value.node) {
        // A default that somebody may replace by an IPv6 address.
        let given = matches!(value.standing, Standing::Parameter | Standing::Environment(_));
        return !given || expr.is("string") || text.starts_with("http");
    }
    if let Some(text) = file.text_expr(value.node) {
        return text.holes().all(|hole| hole.is_some_and(|h| never_ipv6(file, h)));
    }
    if value.node.is("conditional_expression") {
        let parts: Vec<Node<'_>> = value.node.items().collect();
        let bracketed = |n: &Node<'_>| file.string(*n).is_some_and(|text| text.starts_with('['));
        return matches!(parts.as_slice(), [yes, _, no] if [yes, no].into_iter().all(|n| bracketed(n) || never_ipv6(file, *n)));
    }
    let call = value.node;
    call.is("call")
        && matches!(
            file.called_name(call),
            Some("gethostname" | "getfqdn" | "node" | "gethostbyname" | "inet_ntoa" | "IPv4Address")
        )
}

/// Whether a host never comes with brackets, by where it comes from or by its name.
pub(crate) fn bare(file: &File, host: Node<'_>) -> bool {
    let value = file.value(host).node;
    let called = |n: Node<'_>| name(file, n).unwrap_or_default();
    let words = naming::words(&called(host));
    let ip =
        words.iter().any(|w| matches!(w.as_str(), "ip" | "ips" | "ipaddr" | "ipaddress" | "peername" | "sockname"));
    // What is listened on goes to sockets, which take no brackets.
    let listens = words.iter().any(|w| matches!(w.as_str(), "bind" | "listen"));
    ip || listens || value.is("attribute") && value.field("attribute").is_some_and(|a| a.text() == "hostname")
}

/// Whether a host is text for sure: its type says so, it is made as text, or all that an object
/// keeps under that name is.
pub(crate) fn is_text(file: &File, host: Node<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match host.kind() {
        "identifier" => {
            let Some((decl, scope)) = file.names.resolve(host) else { return false };
            if let Some(ty) = decl.ty {
                return declares_text(file.tree.node(ty), file.tree.node(decl.whole));
            }
            let value = decl.value.filter(|_| file.names.single_assignment(&decl, scope));
            value.is_some_and(|value| is_text(file, file.tree.node(value), depth))
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
        (None, Some(value)) => is_text(file, value, depth),
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
    pub(crate) why: Vec<String>,
}

impl<'a> Place<'a> {
    pub(crate) fn of(join: Join<'a>, text: &TextExpr<'a>) -> Place<'a> {
        // In `"%s" % host` the hole is `%s`, and the edit belongs to the operand.
        let hole = if text.form == Form::Format { join.host.span() } else { join.hole };
        let operand = join.hole == join.host.span();
        let form = if text.form == Form::Concat && !operand { Form::Template } else { text.form };
        Place { host: join.host, hole, whole: join.span, form, node: text.node, why: join.why }
    }
}

/// Lines that give `name` the value of `host`, in brackets where it is an IPv6 address.
pub(crate) fn lines(name: &str, host: &str, never: bool, quote: char, indent: &str) -> String {
    let one = format!("{name} = {}\n{indent}", bracketed(host, never, quote));
    if one.len() <= 105 && !host.contains(['(', '[']) {
        return one;
    }
    let asked = if never { String::new() } else { format!(" and not {name}.startswith({quote}[{quote})") };
    let first = if name == host { String::new() } else { format!("{name} = {host}\n{indent}") };
    let level = level(indent);
    format!(
        "{first}if {quote}:{quote} in {name}{asked}:\n{indent}{level}{name} = f{quote}[{{{name}}}]{quote}\n{indent}"
    )
}

/// The host in brackets where it is an IPv6 address.
pub(crate) fn bracketed(host: &str, never: bool, quote: char) -> String {
    let asked = if never { String::new() } else { format!(" and not {host}.startswith({quote}[{quote})") };
    format!("f{quote}[{{{host}}}]{quote} if {quote}:{quote} in {host}{asked} else {host}")
}

pub(crate) fn fix(doc: &Document, file: &File, place: &Place<'_>, earlier: &[Place<'_>]) -> Option<Fix> {
    let host = place.host;
    let never = bare(file, host);
    let usual = quote(&doc.text);
    if host.is("identifier") {
        let (decl, scope) = file.names.resolve(host)?;
        if file.names.uses(&decl, scope).iter().filter(|n| !assigned(**n)).count() == 1 {
            if let Some(fix) = at_source(file, &decl, scope, place, usual) {
                return Some(fix);
            }
            if let Some(fix) = before(doc, file, &decl, scope, place, never) {
                return Some(fix);
            }
        }
    }
    let inline = repeatable(host).then(|| inline(doc, place, never, usual)).flatten();
    let short = inline.as_ref().is_some_and(|edit| place.form != Form::Template && fits(doc, edit));
    let named = || named(doc, file, place, earlier, usual, never);
    let inline = inline.map(|edit| Fix::new().edit(edit));
    if short { inline } else { named().or(inline) }
}

/// Whether a line is not too long after an edit.
pub(crate) fn fits(doc: &Document, edit: &Edit) -> bool {
    let line = doc.text.get(..edit.span.start).map_or(0, |t| t.len() - t.rfind('\n').map_or(0, |i| i + 1));
    let rest = crate::python_code::line_end(&doc.text, edit.span.end) - edit.span.end;
    line + edit.text.len() + rest <= 120
}

/// The brackets within the text itself.
pub(crate) fn inline(doc: &Document, place: &Place<'_>, never: bool, usual: char) -> Option<Edit> {
    let host = place.host;
    Some(match place.form {
        Form::Template => {
            let inner = inner_quote(place, &doc.text)?;
            Edit::replace(place.hole, format!("{{{}}}", bracketed(host.text(), never, inner)))
        }
        Form::Concat => Edit::replace(place.hole, format!("({})", bracketed(host.text(), never, usual))),
        _ => {
            let whole = host.parent().is_some_and(|p| p.is("binary_operator"));
            let text = bracketed(host.text(), never, usual);
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
        edits.push(Edit::replace(value.span(), bracketed(value.text(), bare(file, value), quote)));
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
    never: bool,
) -> Option<Fix> {
    if decl.kind == DeclKind::Import || Some(scope) != function_of(place.node) || scope.is("module") {
        return None;
    }
    let statement = plain_statement(place.node)?;
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
    let lines = lines(&decl.name, &decl.name, never, quote(&doc.text), indent);
    Some(Fix::new().edit(Edit::insert(statement.start(), lines)))
}

/// The statement around an expression, when a line before it is met whenever the expression is.
pub(crate) fn plain_statement<'a>(node: Node<'a>) -> Option<Node<'a>> {
    let statement = statement(node)?;
    let plain = statement.is_any(&["expression_statement", "return_statement", "raise_statement", "assert_statement"]);
    let inside = node.ancestors().take_while(|n| *n != statement);
    let within = inside
        .into_iter()
        .any(|n| n.is("lambda") || n.kind().contains("comprehension") || n.is("generator_expression"));
    (plain && !within).then_some(statement)
}

/// A name for a host with its brackets, in a line of its own before the statement, or before an
/// earlier one that wants the same.
pub(crate) fn named(
    doc: &Document,
    file: &File,
    place: &Place<'_>,
    earlier: &[Place<'_>],
    quote: char,
    never: bool,
) -> Option<Fix> {
    let host = place.host;
    let statement = plain_statement(place.node)?;
    let text = host.text();
    let simple = host.is_any(&["identifier", "subscript", "call", "attribute", "boolean_operator"]);
    if !simple || text.contains('\n') || text.contains("await ") {
        return None;
    }
    // `self.pod_ip` becomes `pod_ip`, and a name that is taken `url_host`.
    let own = name(file, host).unwrap_or_default().to_ascii_lowercase();
    let word = own.starts_with(|c: char| c.is_alphabetic()) && own.chars().all(|c| c.is_alphanumeric() || c == '_');
    let own = if word && !host.is("call") { own } else { "host".to_owned() };
    let function = function_of(statement)?;
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
    let at = earlier.iter().filter(|p| p.host.text() == text).find_map(|p| shared(p, statement)).unwrap_or(statement);
    let indent = own_lines(&doc.text, at)?;
    let hole = if place.form == Form::Template { format!("{{{free}}}") } else { free.clone() };
    let lines = lines(&free, text, never, quote, indent);
    Some(Fix::new().edit(Edit::insert(at.start(), lines)).edit(Edit::replace(place.hole, hole)))
}

/// The statement of an earlier join, when every way to a statement leads past it, and the host is
/// the same there.
pub(crate) fn shared<'a>(earlier: &Place<'a>, statement: Node<'_>) -> Option<Node<'a>> {
    let first = plain_statement(earlier.node).filter(|_| earlier.form == Form::Template)?;
    let around = first.parent()?.holds(statement) && function_of(first)? == function_of(statement)?;
    let root = earlier.host.text().split(['.', '[']).next()?;
    let changed = first
        .parent()?
        .descendants()
        .filter(|n| n.is_any(&["assignment", "augmented_assignment", "for_statement"]))
        .any(|n| {
            let left = n.field("left").map_or("", Node::text);
            n.start() > first.end() && n.end() < statement.start() && (left == root || left == earlier.host.text())
        });
    (around && !changed).then_some(first)
}
