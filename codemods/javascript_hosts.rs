//! What JavaScript code tells about a host: what it is called, what it is used for, whether it has brackets.

use sixify_langs::javascript::File;
use sixify_langs::strings::Piece;
use sixify_langs::{Node, naming};

use crate::catalog::Catalog;
use crate::host_port::{Facts, Sink};
pub(crate) use crate::javascript_edits::{is_ipv6, quote, said_above, with_property, without_comma};
pub(crate) use crate::javascript_runtime::runs_on_node;
pub(crate) use sixify_langs::javascript::file;

/// Methods and functions that give back the text they are given in another colour, as another
/// type or without white space around it.
const SAME: &[&str] = &[
    "String",
    "Number",
    "parseInt",
    "toString",
    "toLowerCase",
    "trim",
    "encodeURIComponent",
    "bold",
    "dim",
    "underline",
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "gray",
    "grey",
];

/// Whether a host is called something else as well: a URL, which begins with a scheme, or an IPv4
/// address, which needs no brackets.
pub(crate) fn is_other(host: Node<'_>) -> bool {
    let words = name(host).map(|n| naming::words(&n)).unwrap_or_default();
    words.iter().any(|w| matches!(w.as_str(), "url" | "uri" | "prefix" | "origin" | "ipv4" | "ip4" | "v4" | "protocol"))
        || words.iter().zip(words.iter().skip(1)).any(|(a, b)| a == "i" && b == "pv4")
}

/// The name that tells what a value is: `port` of `cfg.port`, `String(port)`, `colors.bold(port)`
/// and `port || 80`.
pub(crate) fn name(value: Node<'_>) -> Option<String> {
    match value.kind() {
        "identifier" | "shorthand_property_identifier" | "property_identifier" | "private_property_identifier" => {
            Some(value.text().to_owned())
        }
        "member_expression" => {
            let (holder, own) = (value.field("object")?, name(value.field("property")?)?);
            let told = || name(holder).filter(|n| naming::is_host(n) || naming::is_port(n));
            matches!(own.as_str(), "name" | "value").then(told).flatten().or(Some(own))
        }
        "subscript_expression" => match value.field("index")? {
            index if index.is("string") => Some(index.text().trim_matches(['"', '\'']).to_owned()),
            _ => name(value.field("object")?),
        },
        "call_expression" => {
            let function = value.field("function")?;
            let called = name(function)?;
            let mut arguments = value.field("arguments")?.items();
            match (SAME.contains(&called.as_str()), arguments.next()) {
                (true, Some(given)) if !matches!(called.as_str(), "toString" | "trim") => name(given),
                (true, _) => name(function.field("object")?),
                (false, _) => Some(called),
            }
        }
        "binary_expression" => {
            let fallback = matches!(value.field("operator")?.text(), "||" | "??");
            name(value.field("left").filter(|_| fallback)?)
        }
        "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "as_expression"
        | "satisfies_expression" => name(value.items().next()?),
        _ => None,
    }
}

/// The facts of a file, for finding where host and port are put together.
pub(crate) struct JsFacts<'f> {
    /// The file.
    pub file: &'f File,
    /// The APIs of JavaScript, those of the user among them.
    pub apis: &'f Catalog,
}

/// Functions whose texts people read.
const TALKS: &[&str] = &[
    "log", "info", "warn", "error", "debug", "trace", "verbose", "notice", "fatal", "print", "println", "write",
    "message", "alert", "success", "start", "note", "box",
];

/// Whether a place is in what a function writes for people.
pub(crate) fn is_told(file: &File, node: Node<'_>) -> bool {
    let statement = |a: &Node<'_>| a.kind().ends_with("statement") || a.kind().ends_with("declaration");
    let around = node.ancestors().take_while(|a| !statement(a));
    around.filter(|a| a.is("call_expression")).any(|call| file.called_name(call).is_some_and(talks))
}

/// Whether a function writes for people, by its name: `info`, `logError`, `dbgSockets`.
fn talks(called: &str) -> bool {
    const WORDS: &[&str] = &["log", "dbg", "debug", "trace", "warn", "logger"];
    let called = called.trim_start_matches('#');
    let lower = called.to_ascii_lowercase();
    let level = lower.strip_prefix("log").is_some_and(|level| TALKS.contains(&level));
    let said = naming::words(called).iter().any(|word| WORDS.contains(&word.as_str()));
    TALKS.contains(&called) || lower.ends_with("log") || level || said
}

/// Methods of stores, whose first argument is a key.
const STORES: &[&str] = &["get", "set", "has", "delete", "add", "hget", "hset", "getItem", "setItem", "del"];

impl Facts for JsFacts<'_> {
    fn name(&self, value: Node<'_>) -> Option<String> {
        name(value)
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        let parent = text.parent()?;
        match parent.kind() {
            "arguments" => self.argument(text, parent),
            "pair" if parent.field("value") == Some(text) => {
                let named = || named_sink(&name(parent.field("key")?)?);
                self.told(parent).then_some(Sink::People).or_else(named)
            }
            "variable_declarator" if self.is_key(parent.field("name")?) => Some(Sink::Other),
            "variable_declarator" if self.only_told(parent.field("name")?) => Some(Sink::People),
            // `nodes.map((node) => ...)`
            "arrow_function" if parent.field("body") == Some(text) => {
                let call = parent.parent().filter(|p| p.is("arguments"))?.parent()?;
                let maps = self.file.called_name(call) == Some("map");
                self.sink(call).filter(|sink| maps && *sink == Sink::People)
            }
            "variable_declarator" => named_sink(&name(parent.field("name")?)?),
            "ternary_expression" if parent.field("condition") != Some(text) => self.sink(parent),
            "assignment_expression" if self.only_told(parent.field("left")?) => Some(Sink::People),
            // One line of several.
            "array" => {
                let joined = parent.parent().filter(|p| p.is("member_expression")).and_then(|p| p.parent());
                let joins = joined.filter(|call| self.file.called_name(*call) == Some("join"));
                self.sink(joins.unwrap_or(parent)).filter(|sink| *sink == Sink::People)
            }
            "assignment_expression" | "augmented_assignment_expression" => named_sink(&name(parent.field("left")?)?),
            // `cache[`${host}:${port}`]`
            "subscript_expression" if parent.field("index") == Some(text) => Some(Sink::Other),
            "computed_property_name" => Some(Sink::Other),
            "parenthesized_expression" => self.sink(parent),
            "template_substitution" => self.sink(parent.parent()?).filter(|s| *s == Sink::People),
            _ => None,
        }
    }

    fn number(&self, value: Node<'_>) -> bool {
        self.file.value(value).node.is("number")
    }
}

impl JsFacts<'_> {
    /// Whether a property stands in an object that is told to people: `log("connected", { peer: … })`.
    fn told(&self, pair: Node<'_>) -> bool {
        let object = pair.parent().filter(|o| o.is("object"));
        let call = object.and_then(|o| o.parent()).filter(|p| p.is("arguments")).and_then(|p| p.parent());
        call.filter(|c| c.is("call_expression")).and_then(|c| self.file.called_name(c)).is_some_and(talks)
    }

    /// Whether a variable has no other use than in what people read.
    fn only_told(&self, variable: Node<'_>) -> bool {
        let Some((decl, scope)) = self.file.names.resolve(variable).filter(|_| variable.is("identifier")) else {
            return false;
        };
        let given = |n: &Node<'_>| n.parent().is_some_and(|p| p.field("left") == Some(*n));
        let uses = self.file.names.uses(&decl, scope);
        let mut reads = uses.into_iter().filter(|n| !given(n)).peekable();
        reads.peek().is_some() && reads.all(|used| is_told(self.file, used) || becomes_message(used))
    }

    /// Whether a variable is what something is stored under.
    fn is_key(&self, variable: Node<'_>) -> bool {
        let Some((decl, scope)) = self.file.names.resolve(variable).filter(|_| variable.is("identifier")) else {
            return false;
        };
        self.file.names.uses(&decl, scope).into_iter().any(|used| {
            let Some(parent) = used.parent() else { return false };
            match parent.kind() {
                "subscript_expression" => parent.field("index") == Some(used),
                "computed_property_name" => true,
                "arguments" => {
                    let first = parent.items().next() == Some(used);
                    let call = parent.parent().filter(|_| first);
                    call.and_then(|c| c.field("function").filter(|_| self.stores(c))).is_some_and(keeps)
                }
                _ => false,
            }
        })
    }

    /// Whether a call is one of a store, whose first argument is a key.
    fn stores(&self, call: Node<'_>) -> bool {
        self.file.called_name(call).is_some_and(|called| STORES.contains(&called))
    }

    fn argument(&self, text: Node<'_>, arguments: Node<'_>) -> Option<Sink> {
        let call = arguments.parent()?;
        let position = arguments.items().position(|a| a == text)? + 1;
        for callee in self.file.callees(call) {
            let row = self.apis.api(&callee.path).iter().find(|r| r.argument == position && r.text.is_some());
            if let Some(row) = row {
                return Some(Sink::Network(format!("argument {position} of {} ({})", callee.path, row.role)));
            }
        }
        let called = self.file.called_name(call).unwrap_or_default();
        if call.is("new_expression") {
            return match called {
                "Error" | "TypeError" => Some(Sink::People),
                "URL" | "WebSocket" | "EventSource" => Some(Sink::Network(format!("argument of new {called}"))),
                _ => None,
            };
        }
        if self.stores(call) && position == 1 && call.field("function").is_some_and(keeps) {
            return Some(Sink::Other);
        }
        let holder = call.field("function").and_then(|f| f.field("object")).and_then(name).unwrap_or_default();
        if matches!(called, "push" | "includes" | "indexOf") && naming::is_key(holder.trim_end_matches('s')) {
            return Some(Sink::Other);
        }
        // What is written to a connection is for the other end.
        let shows = holder.is_empty() || !["sock", "conn", "client", "stream"].iter().any(|word| holder.contains(word));
        let talks = talks(called) && (called != "write" || shows);
        let styled = SAME.contains(&called).then(|| self.sink(call)).flatten();
        if talks { Some(Sink::People) } else { styled.filter(|s| *s == Sink::People) }
    }
}

/// Whether a value goes into what a variable for messages is given: `const errorMsg = "…" + address`.
fn becomes_message(used: Node<'_>) -> bool {
    let given = used.ancestors().find(|a| a.is("variable_declarator") || a.kind().ends_with("statement"));
    let named = given.and_then(|a| a.field("name")).and_then(name).and_then(|name| named_sink(&name));
    named == Some(Sink::People)
}

/// Whether a method is one of something that keeps values by a key.
fn keeps(function: Node<'_>) -> bool {
    let holder = function.field("object").and_then(name).unwrap_or_default();
    // `nodesByAddress`
    let by = naming::words(&holder).iter().skip(1).any(|word| word == "by");
    let holder = holder.to_ascii_lowercase();
    let words = ["map", "cache", "set", "store", "redis", "pool", "registry", "clients", "connections", "storage"];
    by || words.iter().any(|word| holder.contains(word))
}

/// What a text is used for that is given to something of this name.
fn named_sink(name: &str) -> Option<Sink> {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    match last {
        "key" | "id" | "label" | "title" | "hash" | "name" | "tag" => Some(Sink::Other),
        "message" | "msg" | "text" | "description" | "error" | "reason" => Some(Sink::People),
        "url" | "uri" | "origin" | "endpoint" | "addr" | "address" | "baseurl" | "href" | "authority" | "proxy" => {
            Some(Sink::Network(format!("it becomes {name}")))
        }
        _ => None,
    }
}

/// Why a host has its brackets already, or is no host at all: a property of a URL, which keeps them,
/// a text that the code around it puts them around.
pub(crate) fn has_brackets(file: &File, host: Node<'_>) -> bool {
    let kept = ["globalThis.URL#host", "globalThis.location.host", "globalThis.window.location.host", "url.URL#host"];
    let origins = file.origins(host);
    let text = host.text();
    let is_path = !origins.is_empty() && origins.iter().all(|o| kept.iter().any(|k| o.path.starts_with(k)));
    let fallback = host.is("binary_expression").then(|| host.field("left")).flatten();
    if fallback.is_some_and(|left| has_brackets(file, left)) {
        return true;
    }
    let of_url = host.field("object").and_then(name).filter(|_| host.is("member_expression"));
    let of_url = of_url.is_some_and(|n| naming::words(&n).last().is_some_and(|w| matches!(w.as_str(), "url" | "uri")));
    let legacy = origins.iter().any(|o| o.path.starts_with("url.parse()"));
    let text = &text.replace("?.", ".");
    if of_url && !legacy && text.ends_with(".hostname") {
        return true;
    }
    if is_path
        || ["location.hostname", "headers.host", "req.hostname", "request.hostname", "ctx.hostname"]
            .iter()
            .any(|t| text.ends_with(t))
    {
        return true;
    }
    if host.is("identifier")
        && let Some((decl, _)) = file.names.resolve(host)
    {
        let given = decl.value.map(|v| file.tree.node(v)).into_iter().chain(file.given(&decl));
        let mut given = given;
        if file.tree.node(decl.whole).field("value").is_some_and(|value| cut_out(file, value)) {
            return true;
        }
        return given.any(|value| adds_brackets(value) || is_of_url(value))
            || one_of_bracketed(file, file.tree.node(decl.node));
    }
    adds_brackets(host)
}

/// What the calls in the file of a function give for one of its parameters.
pub(crate) fn given<'a>(file: &'a File, parameter: Node<'a>) -> Vec<Node<'a>> {
    let Some((decl, function)) = file.names.resolve(parameter).filter(|_| parameter.is("identifier")) else {
        return Vec::new();
    };
    let holder = function.parent().filter(|p| p.is("variable_declarator")).unwrap_or(function);
    let own = file.tree.node(decl.whole);
    let list = function.field("parameters");
    let position = list.and_then(|l| l.items().position(|p| p == own || p.number() == decl.node || p.holds(own)));
    let Some((name, at)) = holder.field("name").zip(position) else { return Vec::new() };
    let calls =
        file.tree.all("call_expression").filter(|c| c.field("function").is_some_and(|f| f.text() == name.text()));
    let values = calls.filter_map(|c| file.arguments(c)?.get(at).copied());
    values.filter(|v| v.text() != parameter.text() || !function.holds(*v)).take(8).collect()
}

/// Whether a value is the host of a URL, by the name of what it is taken from.
fn is_of_url(value: Node<'_>) -> bool {
    let holder = value.field("object").filter(|_| value.is("member_expression")).and_then(name);
    let url = holder.is_some_and(|n| naming::words(&n).last().is_some_and(|w| matches!(w.as_str(), "url" | "uri")));
    url && value.field("property").is_some_and(|property| property.text() == "hostname")
}

/// Whether a value is the first part of a text that was split: `const host = parts[0]`.
fn cut_out(file: &File, value: Node<'_>) -> bool {
    let list = value.field("object").filter(|_| value.is("subscript_expression"));
    let made = list.map(|list| file.value(list).node);
    made.is_some_and(|made| made.is("call_expression") && file.called_name(made) == Some("split"))
}

/// Whether a name goes through a list that has an address in brackets.
fn one_of_bracketed(file: &File, name: Node<'_>) -> bool {
    let each =
        name.ancestors().find(|a| a.is("for_in_statement")).filter(|a| a.field("left").is_some_and(|l| l.holds(name)));
    let list = each.and_then(|e| e.field("right")).map(|list| file.value(list).node.text());
    list.is_some_and(|text| ["'[", "\"[", "`["].iter().any(|open| text.contains(open)) && text.contains("::"))
}

/// Whether an expression puts brackets around something, or asks whether it needs them.
fn adds_brackets(value: Node<'_>) -> bool {
    let text = value.text();
    // `escapeHost(address)`
    const WORDS: &[&str] = &["escape", "bracket", "brackets", "bracketed", "enclose", "wrap", "fmt", "format"];
    let function = value.field("function").filter(|_| value.is("call_expression")).and_then(name).unwrap_or_default();
    naming::words(&function).iter().any(|word| WORDS.contains(&word.as_str()))
        || text.contains("[$")
        || text.contains("'['")
        || text.contains("\"[\"")
        || text.contains("`[`")
        || text.contains("]:")
}

/// Whether a name is declared as text in TypeScript, and is always there.
pub(crate) fn is_text(file: &File, host: Node<'_>) -> bool {
    let Some((decl, _)) = file.names.resolve(host).filter(|_| host.is("identifier")) else { return false };
    let whole = file.tree.node(decl.whole);
    // A type beside a pattern is that of the whole, not of a part.
    let named = [whole.field("pattern"), whole.field("name")].into_iter().flatten().any(|n| n.number() == decl.node);
    let text = decl.ty.is_some_and(|ty| file.tree.node(ty).text().trim_start_matches([':', ' ']) == "string");
    text && named && !whole.is("optional_parameter")
}

/// Whether a host is a name that ends in a domain: `name + '.internal'`.
pub(crate) fn has_suffix(file: &File, host: Node<'_>) -> bool {
    let text = file.text_expr(file.value(host).node);
    let last = text.and_then(|text| text.pieces.last().cloned());
    matches!(last, Some(Piece::Text { raw, .. }) if raw.starts_with('.') && raw.len() > 1)
}

/// The text of a constant host, where a host is one.
pub(crate) fn constant(file: &File, host: Node<'_>) -> Option<String> {
    let value = file.value(host);
    let fixed = matches!(
        value.standing,
        sixify_langs::origin::Standing::Inline
            | sixify_langs::origin::Standing::Sole
            | sixify_langs::origin::Standing::Visible
    );
    // `const host = inside ? 'database' : '127.0.0.1'`
    let arms = ["consequence", "alternative"].map(|arm| value.node.field(arm).and_then(|arm| file.string(arm)));
    let either = match arms {
        [Some(one), Some(other)] if !other.contains(':') => Some(one),
        _ => None,
    };
    file.string(value.node).or(either).filter(|_| fixed)
}

/// The text of the function around a place, or of the statement where there is none.
pub(crate) fn function_text(node: Node<'_>) -> &str {
    let functions =
        ["function_declaration", "function_expression", "method_definition", "generator_function_declaration"];
    let statement = |n: &Node<'_>| n.kind().ends_with("statement") || n.kind().ends_with("declaration");
    let around = node.ancestors().find(|n| n.is_any(&functions));
    around.or_else(|| node.ancestors().filter(statement).last()).map_or("", Node::text)
}

/// Whether the code around a place asks already what kind of address it has: a condition about colons,
/// brackets or families, or about a port.
pub(crate) fn guarded(node: Node<'_>) -> bool {
    let conditions = node.ancestors().filter(|a| a.is_any(&["if_statement", "ternary_expression"]));
    conditions.filter_map(|a| a.field("condition")).filter(|c| !c.holds(node)).any(|c| asks_kind(c.text()))
}

/// Whether the function around a host puts the brackets around it elsewhere, as before an early return.
pub(crate) fn bracketed_before(host: Node<'_>) -> bool {
    let (function, host) = (function_text(host), host.text());
    [format!("`[${{{host}}}]"), format!("'[' + {host}"), format!("\"[\" + {host}")].iter().any(|t| function.contains(t))
}

/// Whether the function around a place handles brackets.
pub(crate) fn handles_brackets(node: Node<'_>) -> bool {
    let text = function_text(node);
    ["'['", "\"[\"", "']'", "\"]\"", "\\[", "IPv6", "ipv6"].iter().any(|word| text.contains(word))
}

fn asks_kind(text: &str) -> bool {
    ["':'", "\":\"", "'['", "\"[\"", "IPv4", "IPv6", "isIP", "amily", "hasPort"].iter().any(|word| text.contains(word))
}
