//! What JavaScript code tells about a host: what it is called, what it is used for, where it runs.

use std::rc::Rc;

use sixify_core::{Context, Document, Edit, Need, Span};
use sixify_langs::javascript::{self, File};
use sixify_langs::json::Json;
use sixify_langs::{Node, naming};

use crate::catalog::Catalog;
use crate::host_port::{Facts, Sink};
use crate::npm_packages;

/// Modules that only a server-side program has; bundlers for browsers have no stand-in for them.
const NODE_MODULES: &[&str] = &[
    "child_process",
    "cluster",
    "dgram",
    "dns",
    "dns/promises",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "module",
    "net",
    "os",
    "perf_hooks",
    "readline",
    "tls",
    "v8",
    "vm",
    "worker_threads",
];

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

/// Libraries that only server-side programs use.
const SERVER_LIBRARIES: &[&str] = &[
    "commander",
    "connect",
    "dotenv",
    "express",
    "fastify",
    "ioredis",
    "koa",
    "minimist",
    "mongodb",
    "mongoose",
    "nconf",
    "pg",
    "pino",
    "redis",
    "winston",
    "yargs",
    "@grpc/grpc-js",
    "@hapi/hapi",
    "@nestjs/core",
    "@nestjs/common",
];

/// What only programs on Node say.
const NODE_WORDS: &[&str] =
    &["process.argv", "process.exit", "process.on(", "process.cwd", "process.platform", "__dirname", "__filename"];

/// Whether a file runs on Node and not in a browser: it uses modules that browsers lack, or it belongs to
/// a package that is a server and nothing else.
pub(crate) fn runs_on_node(file: &File, doc: &Document, cx: &Context<'_>) -> bool {
    let module = |name: &str| NODE_MODULES.contains(&name) || SERVER_LIBRARIES.contains(&name);
    if file.imports.iter().any(|i| module(&i.module) && !typed(file, i.whole))
        || NODE_WORDS.iter().any(|word| doc.text.contains(word))
    {
        return true;
    }
    let browser = || ["window.", "document.", "location.", "navigator."].iter().any(|word| doc.text.contains(word));
    match package(doc, cx) {
        Package::Server => !browser(),
        Package::Both => doc.folder().split('/').any(|f| matches!(f, "server" | "backend" | "bin" | "cli")),
        Package::Unknown => false,
    }
}

/// What the package of a file is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Package {
    /// It has server libraries and none for the browser.
    Server,
    /// It has both.
    Both,
    #[default]
    Unknown,
}

fn package(doc: &Document, cx: &Context<'_>) -> Package {
    let Some(manifest) = cx.project().nearest(&doc.path, &|name| name == "package.json") else {
        return Package::Unknown;
    };
    let read = || {
        let text = cx.project().text(&manifest).unwrap_or_default();
        let json = Json::parse(&text);
        let names: Vec<&str> = json.strings.iter().filter_map(npm_packages::asked).map(|(name, _)| name).collect();
        let server = names.iter().any(|name| SERVER_LIBRARIES.contains(name));
        let browser = ["react", "vue", "svelte", "@angular/core", "preact", "jquery", "webpack", "vite", "rollup"];
        let browser = text.contains("\"browser\"") || names.iter().any(|name| browser.contains(name));
        match (server, browser) {
            (true, false) => Package::Server,
            (true, true) => Package::Both,
            (false, _) => Package::Unknown,
        }
    };
    *cx.project().fact::<Package>(&manifest, read)
}

/// The file of a document, unless it holds tests, which need not be parsed.
pub(crate) fn file(doc: &Document) -> Option<Rc<File>> {
    if is_test(&doc.path) { None } else { javascript::file(doc) }
}

/// Whether a file holds tests, by its path: what they expect is theirs to say.
fn is_test(path: &str) -> bool {
    let folders =
        ["test", "tests", "spec", "specs", "e2e", "fixtures", "benchmark", "benchmarks", "testing", "testhelpers"];
    let parts = [".test.", ".spec.", "-test.", "_test.", ".e2e-", "vitest.", "jest.", "test-utils.", "test-helpers."];
    let (dir, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = |name: &str| name.starts_with("__") || folders.contains(&name.to_ascii_lowercase().as_str());
    dir.split('/').any(folder) || parts.iter().any(|part| file.contains(part))
}

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
            "pair" if parent.field("value") == Some(text) => named_sink(&name(parent.field("key")?)?),
            "variable_declarator" => named_sink(&name(parent.field("name")?)?),
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
        if STORES.contains(&called) && position == 1 && call.field("function").is_some_and(|f| keeps(f)) {
            return Some(Sink::Other);
        }
        let talks = TALKS.contains(&called) || called.to_ascii_lowercase().ends_with("log");
        let styled = SAME.contains(&called).then(|| self.sink(call)).flatten();
        if talks { Some(Sink::People) } else { styled.filter(|s| *s == Sink::People) }
    }
}

/// Whether a method is one of something that keeps values by a key.
fn keeps(function: Node<'_>) -> bool {
    let holder = function.field("object").and_then(name).unwrap_or_default().to_ascii_lowercase();
    ["map", "cache", "set", "store", "redis", "pool", "registry", "clients", "connections", "storage"]
        .iter()
        .any(|word| holder.contains(word))
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

/// Whether the file is an ES module, which has `import` and not `require`.
pub(crate) fn is_module(file: &File) -> bool {
    file.imports.iter().any(|i| !i.required)
        || file.tree.root().named_children().any(|s| s.is_any(&["export_statement", "import_statement"]))
}

/// How `net.isIPv6` can be called at a place of a file that runs on Node, and the import that it needs.
/// `None` where every name for it is taken.
pub(crate) fn is_ipv6(file: &File, at: Node<'_>) -> Option<(String, Option<Need>)> {
    let visible = |import: &sixify_langs::javascript::Import| {
        file.names.lookup(at, &import.local).is_some_and(|(decl, _)| decl.node == import.node)
    };
    let from_net = || file.imports.iter().filter(|i| i.module == "net" && visible(i) && !typed(file, i.whole));
    if let Some(import) = from_net().find(|i| i.member.as_deref() == Some("isIPv6")) {
        return Some((import.local.clone(), None));
    }
    if let Some(import) = from_net().find(|i| i.member.is_none()) {
        return Some((format!("{}.isIPv6", import.local), None));
    }
    let free = |local: &&&str| file.names.lookup(at, local).is_none();
    let need = |member: Option<&str>, local: &str| Need::Import {
        module: "net".to_owned(),
        member: member.map(str::to_owned),
        local: local.to_owned(),
    };
    if is_module(file) {
        let local = ["isIPv6", "isIPv6Address"].iter().find(free)?;
        return Some(((*local).to_owned(), Some(need(Some("isIPv6"), local))));
    }
    let local = ["net", "nodeNet"].iter().find(free)?;
    Some((format!("{local}.isIPv6"), Some(need(None, local))))
}

/// Whether an import is one of types alone, which is gone when the program runs.
fn typed(file: &File, whole: u32) -> bool {
    file.tree.node(whole).text().starts_with("import type")
}

/// The quote that the file uses more often.
pub(crate) fn quote(file: &File) -> char {
    let strings = || file.tree.all("string").map(Node::text);
    let single = strings().filter(|s| s.starts_with('\'')).count();
    let double = strings().filter(|s| s.starts_with('"')).count();
    if double > single { '"' } else { '\'' }
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
        || ["location.hostname", "req.hostname", "request.hostname", "ctx.hostname"].iter().any(|t| text.ends_with(t))
    {
        return true;
    }
    if host.is("identifier")
        && let Some((decl, _)) = file.names.resolve(host)
    {
        let given = decl.value.map(|v| file.tree.node(v)).into_iter().chain(file.given(&decl));
        return given.into_iter().any(adds_brackets);
    }
    adds_brackets(host)
}

/// Whether an expression puts brackets around something, or asks whether it needs them.
fn adds_brackets(value: Node<'_>) -> bool {
    let text = value.text();
    text.contains("[$") || text.contains("'['") || text.contains("\"[\"") || text.contains("`[`") || text.contains("]:")
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
    file.string(value.node).filter(|_| fixed)
}

/// Deletes an argument or property together with one comma.
pub(crate) fn without_comma(item: Node<'_>) -> Option<Edit> {
    let comma = |n: &Node<'_>| n.text() == ",";
    let previous = item.previous().filter(comma);
    let next = item.next().filter(comma).and_then(|c| c.next()).filter(|n| n.is_named() && !n.is_comment());
    match (previous, next) {
        (_, Some(next)) => Some(Edit::delete(Span::new(item.start(), next.start()))),
        (Some(comma), None) => Some(Edit::delete(Span::new(comma.start(), item.end()))),
        // The only one.
        (None, None) => None,
    }
}

/// Adds a property behind the last one of an object literal, in its layout.
pub(crate) fn with_property(file: &File, object: Node<'_>, property: &str) -> Option<Edit> {
    let Some(last) = object.items().last() else {
        let inside = Span::new(object.start() + 1, object.end().checked_sub(1)?);
        return Some(Edit::replace(inside, format!(" {property} ")));
    };
    let text = file.tree.text();
    let start = text[..last.start()].rfind('\n').map_or(0, |i| i + 1);
    let indent = text.get(start..last.start()).filter(|s| s.trim().is_empty() && start > object.start());
    let comma = last.next().filter(|n| n.text() == ",");
    Some(match (indent, comma) {
        (Some(indent), Some(comma)) => Edit::insert(comma.end(), format!("\n{indent}{property},")),
        (Some(indent), None) => Edit::insert(last.end(), format!(",\n{indent}{property}")),
        (None, Some(comma)) => Edit::insert(comma.end(), format!(" {property},")),
        (None, None) => Edit::insert(last.end(), format!(", {property}")),
    })
}

/// Whether the code around a place asks already what kind of address it has: a condition about colons,
/// brackets or families.
pub(crate) fn guarded(node: Node<'_>) -> bool {
    let conditions = node.ancestors().filter(|a| a.is_any(&["if_statement", "ternary_expression"]));
    conditions.filter_map(|a| a.field("condition")).filter(|c| !c.holds(node)).any(|c| asks_kind(c.text()))
}

/// Whether the function around a place handles brackets.
pub(crate) fn handles_brackets(node: Node<'_>) -> bool {
    let text = function_text(node);
    ["'['", "\"[\"", "']'", "\"]\"", "\\[", "IPv6", "ipv6"].iter().any(|word| text.contains(word))
}

fn asks_kind(text: &str) -> bool {
    ["':'", "\":\"", "'['", "\"[\"", "IPv4", "IPv6", "isIP", "amily"].iter().any(|word| text.contains(word))
}

/// The text of the function around a place, or of the statement where there is none.
pub(crate) fn function_text(node: Node<'_>) -> &str {
    let functions =
        ["function_declaration", "function_expression", "method_definition", "generator_function_declaration"];
    let statement = |n: &Node<'_>| n.kind().ends_with("statement") || n.kind().ends_with("declaration");
    let around = node.ancestors().find(|n| n.is_any(&functions));
    around.or_else(|| node.ancestors().filter(statement).last()).map_or("", Node::text)
}
