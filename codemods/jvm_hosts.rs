//! What code in Java, Kotlin and Scala tells about a host: what it is called, what it is used for,
//! whether it can have brackets.

use sixify_langs::java::{self, Call, File};
use sixify_langs::{classify, naming};

use crate::catalog::{Api, Catalog};
use crate::host_port::{Facts, Sink};
use crate::prelude::*;

/// The facts of one file.
pub(crate) struct Hosts<'f> {
    /// The file.
    pub file: &'f File,
    /// The APIs of its language.
    pub catalog: &'f Catalog,
}

/// Methods that write what people read.
const PRINTS: &[&str] = &[
    "print",
    "println",
    "printf",
    "log",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "fatal",
    "warning",
    "severe",
    "fine",
    "finer",
    "config",
    "debugf",
    "infof",
    "warnf",
    "errorf",
    "fail",
    "setTag",
    "addTag",
    "tag",
    "setAttribute",
    "recordException",
    "addAnnotation",
];

/// Words of what writes down what happens: loggers, reporters of provenance and metrics.
const WRITERS: &[&str] =
    &["log", "logger", "logging", "reporter", "provenance", "audit", "auditor", "metrics", "meter", "span", "tracer"];

/// Methods to which a text is the key or the name of something, or that compare it.
const KEYS: [&str; 23] = [
    "getIfPresent",
    "invalidate",
    "putAll",
    "replaceValues",
    "compareTo",
    "compareToIgnoreCase",
    "intersect",
    "matcher",
    "matches",
    "get",
    "containsKey",
    "put",
    "remove",
    "computeIfAbsent",
    "equals",
    "contains",
    "hash",
    "assertEquals",
    "assertThat",
    "getOrDefault",
    "putIfAbsent",
    "startsWith",
    "equalsIgnoreCase",
];

impl Facts for Hosts<'_> {
    fn name(&self, value: Node<'_>) -> Option<String> {
        name(self.file, value)
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        let stored = |name: &str| naming::is_key(name) || naming::words(name).last().is_some_and(|w| w == "path");
        if holder_name(text).is_some_and(stored) {
            return Some(Sink::Other);
        }
        // `peers.map(e => s"${e.host}:${e.port}")`: what is done with all of them.
        let lambda = text.parent().filter(|p| p.is("lambda_expression") && p.items().last() == Some(text));
        let call =
            lambda.and_then(Node::parent).filter(|p| p.is_any(&["arguments", "argument_list"])).and_then(Node::parent);
        if let Some(all) = call.filter(|c| self.called(c.items().next().unwrap_or(*c)).is_some_and(|n| n == "map")) {
            return self.sink(all).filter(|sink| *sink == Sink::Other);
        }
        let kept = text.parent().and_then(|holder| match holder.kind() {
            "variable_declarator" if holder.ancestor(&["method_declaration", "constructor_declaration"]).is_some() => {
                holder.field("name")
            }
            "val_definition" => holder.field("pattern").filter(|p| p.is("identifier")),
            "property_declaration" => holder.child("variable_declaration")?.items().find(|n| n.is("identifier")),
            "assignment_expression" => holder.field("left").filter(|left| left.is("identifier") && *left != text),
            _ => None,
        });
        let local = |name| self.file.names.declared_by(name).or_else(|| self.file.names.resolve(name));
        let of_function = |decl: &(_, Node<'_>)| !decl.1.is("class_body");
        let Some((decl, scope)) = kept.and_then(local).filter(of_function) else {
            return self.used_here(text);
        };
        let uses = self.file.names.uses(&decl, scope);
        let sinks: Vec<Option<Sink>> = uses.into_iter().map(|n| self.used_here(n)).collect();
        if sinks.contains(&Some(Sink::Other)) {
            return Some(Sink::Other);
        }
        let people = !sinks.is_empty() && sinks.iter().all(|s| *s == Some(Sink::People));
        let network = sinks.into_iter().flatten().find(|s| matches!(s, Sink::Network(_)));
        if people { Some(Sink::People) } else { network }
    }

    fn ip(&self, value: Node<'_>) -> Option<String> {
        let (object, getter) = self.file.getter(value)?;
        let text = getter == "getHostAddress";
        text.then(|| format!("{} is the text of an IP address", short(value.text())))
            .filter(|_| !object.text().is_empty())
    }

    fn number(&self, value: Node<'_>) -> bool {
        self.file
            .type_of(value)
            .is_some_and(|ty| ["int", "Int", "Integer", "short", "Short", "long"].contains(&ty.as_str()))
    }
}

impl Hosts<'_> {
    /// What a text is used for right where it stands.
    fn used_here(&self, text: Node<'_>) -> Option<Sink> {
        let file = self.file;
        let describing = || {
            let method = text.ancestor(&["method_declaration"]).and_then(|m| m.field("name"));
            method.is_some_and(|n| describes(n.text()))
        };
        // A link of a chain of `append` that ends here.
        if text.is("method_invocation") && text.field("name").is_some_and(|n| n.text() == "append") && describing() {
            return Some(Sink::People);
        }
        let mut at = text;
        let choices =
            ["parenthesized_expression", "value_argument", "when_entry", "when_expression", "control_structure_body"];
        while let Some(parent) = at.parent().filter(|p| p.is_any(&choices)) {
            at = parent;
        }
        let holder = at.parent()?;
        let asked = [
            "hashCode",
            "equals",
            "equalsIgnoreCase",
            "length",
            "matches",
            "compareTo",
            "compareToIgnoreCase",
            "intersect",
            "diff",
            "replace",
        ];
        if holder.items().next() == Some(at) && self.called(holder).is_some_and(|name| asked.contains(&name)) {
            return Some(Sink::Other);
        }
        if holder.is_any(&["return_statement", "return_expression", "function_body", "function_definition"]) {
            let method = text.ancestor(&["method_declaration", "function_declaration", "function_definition"])?;
            return method.field("name").filter(|n| n.text() == "toString").map(|_| Sink::People);
        }
        let call =
            file.call(holder.parent().filter(|_| holder.is_any(&["argument_list", "arguments", "value_arguments"]))?)?;
        let at = call.arguments.iter().position(|a| a.holds(text))?;
        if let Some(api) = self.apis(&call).into_iter().find(|api| api.argument == at + 1) {
            return Some(Sink::Network(format!("argument {} of {} ({})", at + 1, api.name, api.role)));
        }
        // A text made of texts is used for what the whole is used for.
        let formats = call.name == "format" && call.receiver.is_some_and(|r| r.text() == "String");
        if formats && call.node != text {
            return self.used_here(call.node).filter(|sink| *sink == Sink::People);
        }
        let set = call.receiver.and_then(|r| file.type_of(r)).is_some_and(|ty| ty.contains("Set"));
        if set && call.name == "add" {
            return Some(Sink::Other);
        }
        // A tag of a measurement, an attribute of what is shown.
        let labelled = call.receiver.and_then(|r| name(file, r)).is_some_and(|n| is_labels(&n));
        if labelled && ["put", "add", "set", "of"].contains(&call.name) {
            return Some(Sink::People);
        }
        let thrown = call.creates && (call.name.ends_with("Exception") || call.name.ends_with("Error"))
            || call.node.parent().is_some_and(|p| p.is_any(&["throw_statement", "throw_expression"]));
        let appended = call.name == "append" && describing();
        let logs = |text: &str| naming::words(text).iter().any(|w| WRITERS.contains(&w.as_str()));
        if thrown || appended || PRINTS.contains(&call.name) || call.receiver.is_some_and(|r| logs(r.text())) {
            return Some(Sink::People);
        }
        (KEYS.contains(&call.name) && !call.creates && at == 0).then_some(Sink::Other)
    }

    /// The name of the method that is called on what `node` selects from.
    fn called<'a>(&self, node: Node<'a>) -> Option<&'a str> {
        match self.file.member(node) {
            Some((_, name)) => Some(name.text()),
            None => self.file.call(node).map(|call| call.name),
        }
    }

    /// The rows of the catalog that a call may mean.
    pub fn apis(&self, call: &Call<'_>) -> Vec<&Api> {
        qualified(self.file, call).iter().flat_map(|name| self.catalog.api(name)).collect()
    }
}

/// Whether a name is that of labels: `tags`, `spanAttributes`.
fn is_labels(name: &str) -> bool {
    const WORDS: &[&str] = &["tags", "labels", "attributes", "annotations", "dimensions"];
    naming::words(name).last().is_some_and(|word| WORDS.contains(&word.as_str()))
}

/// Whether a method makes a text for people, by its name: `toString`, `getDescription`.
fn describes(method: &str) -> bool {
    let words = naming::words(method);
    let told = ["description", "descriptor", "describe", "display", "summary", "message"];
    method == "toString" || words.iter().any(|w| told.contains(&w.as_str()))
}

/// Whether the method that gets an argument calls it a key or an identifier, in a file of its class.
pub(crate) fn taken_as_key(file: &File, doc: &Document, cx: &Context<'_>, text: Node<'_>) -> bool {
    let call = text.parent().filter(|p| p.is("argument_list")).and_then(Node::parent).and_then(|c| file.call(c));
    let Some(call) = call else { return false };
    let Some(at) = call.arguments.iter().position(|a| *a == text) else { return false };
    let Some(source) = source_of(file, doc, cx, &call) else { return false };
    let class = Document::from_text("Class.java", classify::JAVA, source);
    let Some(class) = java::file(&class) else { return false };
    let kinds = ["method_declaration", "constructor_declaration"];
    let mut named = kinds.iter().flat_map(|kind| class.tree.all(kind)).filter_map(|method| {
        let parameters = method.field("parameters")?;
        let fits = method.field("name")?.text() == call.name && parameters.items().count() == call.arguments.len();
        parameters.items().nth(at).filter(|_| fits)?.field("name")
    });
    named.any(|name| naming::is_key(name.text()))
}

/// The qualified names that a call may have: `java.net.URI` for a creation, `java.net.URI.create`
/// for a static method, `java.net.URI#getHost` for a method of an object. Several, when packages
/// are imported as a whole.
pub(crate) fn qualified(file: &File, call: &Call<'_>) -> Vec<String> {
    if call.creates {
        return classes(file, call.name);
    }
    let Some(receiver) = call.receiver else {
        let imported = file.imports.iter().filter(|i| i.local == call.name && !i.wildcard);
        return imported.map(|i| i.path.clone()).collect();
    };
    let text = receiver.text();
    let last = text.rsplit('.').next().unwrap_or(text);
    let is_type =
        last.starts_with(char::is_uppercase) && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_');
    if is_type && file.type_of(receiver).is_none() {
        let made = |class: String| format!("{class}.{}", call.name);
        return if text.contains('.') && text.starts_with(char::is_lowercase) {
            vec![made(text.to_owned())]
        } else {
            classes(file, text).into_iter().map(made).collect()
        };
    }
    let ty = file.type_of(receiver).unwrap_or_default();
    classes(file, &ty).into_iter().map(|class| format!("{class}#{}", call.name)).collect()
}

/// The qualified names that a simple name of a class may mean.
pub(crate) fn classes(file: &File, simple: &str) -> Vec<String> {
    let (outer, rest) = simple.split_once('.').map_or((simple, ""), |(outer, _)| (outer, &simple[outer.len()..]));
    if let Some(import) = file.imports.iter().find(|i| i.local == outer && !i.wildcard) {
        return vec![format!("{}{rest}", import.path)];
    }
    let wild = file.imports.iter().filter(|i| i.wildcard && !i.fixed).map(|i| format!("{}.{simple}", i.path));
    wild.chain([format!("java.lang.{simple}")]).collect()
}

/// The name that tells what a value is.
pub(crate) fn name(file: &File, value: Node<'_>) -> Option<String> {
    match value.kind() {
        "identifier" | "field_identifier" => return Some(value.text().to_owned()),
        // A hole of Kotlin without a node of its own.
        "string_content" => return Some(leading_name(value.text()).to_owned()),
        "parenthesized_expression" => return name(file, value.items().next()?),
        "cast_expression" => return name(file, value.field("value")?),
        _ => {}
    }
    if let Some((object, getter)) = file.getter(value) {
        let rest = getter.strip_prefix("get").filter(|r| r.starts_with(char::is_uppercase));
        return match getter.as_str() {
            "toString" | "trim" | "toLowerCase" | "intValue" | "get" | "toInt" | "orElseThrow" | "getToString" => {
                name(file, object)
            }
            _ => Some(rest.unwrap_or(&getter).to_owned()),
        };
    }
    if let Some((_, member)) = file.member(value) {
        return Some(member.text().to_owned());
    }
    let call = file.call(value)?;
    match (call.name, call.arguments.as_slice()) {
        ("valueOf" | "toString" | "parseInt" | "requireNonNull", [value]) => name(file, *value),
        (called, _) => Some(called.strip_prefix("get").unwrap_or(called).to_owned()),
    }
}

/// The name of the variable or field that is given a text, perhaps one of two.
fn holder_name(text: Node<'_>) -> Option<&str> {
    let choices = ["parenthesized_expression", "ternary_expression", "if_expression", "control_structure_body"];
    let mut at = text;
    while let Some(parent) = at.parent().filter(|p| p.is_any(&choices)) {
        at = parent;
    }
    let holder = at.parent()?;
    match holder.kind() {
        // What a method gives that is called as one: `generateId(host, port)`.
        "return_statement" => holder.ancestor(&["method_declaration", "lambda_expression"])?.field("name"),
        "variable_declarator" => holder.field("name"),
        "val_definition" | "var_definition" => holder.field("pattern"),
        "property_declaration" => holder.child("variable_declaration")?.items().find(|n| n.is("identifier")),
        _ => None,
    }
    .map(Node::text)
}

/// The identifier that a text begins with.
pub(crate) fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// What is known of the brackets of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Brackets {
    /// It never has any, and why.
    Never(String),
    /// It has them already where they are needed, and why.
    There(String),
    /// It is a name or an IPv4 address as it is written, and why.
    NotNeeded(String),
    /// Nothing is known.
    Unknown,
}

/// What is known of the brackets of a host, through constants.
pub(crate) fn brackets(file: &File, host: Node<'_>) -> Brackets {
    let (mut host, _) = file.constant(host);
    // `uri.getHost().toLowerCase()`
    while let Some((object, _)) =
        file.getter(host).filter(|(_, g)| ["toLowerCase", "trim", "strip"].contains(&g.as_str()))
    {
        host = object;
    }
    if let Some(text) = file.literal(host) {
        return if text.contains(':') { Brackets::Unknown } else { Brackets::NotNeeded(format!("it is {text:?}")) };
    }
    let called = name(file, host).map(|name| naming::words(&name)).unwrap_or_default();
    if let Some(word) = called.iter().find(|w| ["delimited", "bracketed", "formatted", "escaped"].contains(&w.as_str()))
    {
        return Brackets::There(format!("its name says that it is {word}"));
    }
    // `formatHost(host)`, `HostUtil.bracketHost(host)`
    let format =
        file.call(host).filter(|call| call.name != "format" && !call.arguments.is_empty()).is_some_and(|call| {
            let first = naming::words(call.name).into_iter().next().unwrap_or_default();
            matches!(first.as_str(), "format" | "bracket" | "wrap" | "enclose" | "escape")
        });
    if format {
        return Brackets::There(format!("{} puts the brackets, by its name", host.text()));
    }
    let own = host.is("method_invocation") && host.field("object").is_none();
    let class = || host.ancestor(&["class_declaration"]).and_then(|c| c.field("superclass")).map_or("", Node::text);
    if own && host.text().starts_with("getServerName(") && class().contains("Request") {
        return Brackets::There("the server name of a request keeps the brackets".to_owned());
    }
    if called.iter().any(|word| word == "forwarded") {
        return Brackets::There("what a proxy forwards is the host of a URL, with its brackets".to_owned());
    }
    if let Some((object, getter)) = file.getter(host) {
        let ty = file.type_of(object).unwrap_or_default();
        let of = name(file, object).map(|name| naming::words(&name)).unwrap_or_default();
        let of_url = of.last().is_some_and(|word| matches!(word.as_str(), "uri" | "url"));
        if ty.is_empty() && of_url && getter == "getHost" {
            return Brackets::There("the host of a URL keeps the brackets".to_owned());
        }
        match (ty.as_str(), getter.as_str()) {
            ("URI" | "URL" | "UriComponents", "getHost" | "getAuthority") => {
                return Brackets::There(format!("getHost of a {ty} keeps the brackets"));
            }
            (ty, "getServerName")
                if ty.contains("Request")
                    || name(file, object).is_some_and(|n| n.to_ascii_lowercase().ends_with("request")) =>
            {
                return Brackets::There("the server name of a request keeps the brackets".to_owned());
            }
            ("Inet4Address", "getHostAddress") => return Brackets::NotNeeded("it is an IPv4 address".to_owned()),
            (_, "getHostAddress") => return Brackets::Never("getHostAddress gives no brackets".to_owned()),
            ("InetSocketAddress" | "InetAddress", "getHostString" | "getHostName" | "getCanonicalHostName") => {
                return Brackets::Never(format!("{getter} of an {ty} gives no brackets"));
            }
            (
                "HttpServletRequest" | "ServletRequest",
                "getRemoteAddr" | "getRemoteHost" | "getLocalAddr" | "getLocalName",
            ) => {
                return Brackets::Never(format!("{getter} of a request gives no brackets"));
            }
            _ => {}
        }
    }
    Brackets::Unknown
}

/// Whether the function around a place already tells IPv6 addresses from others, or puts brackets.
pub(crate) fn handles_ipv6(node: Node<'_>) -> bool {
    let kinds = [
        "method_declaration",
        "constructor_declaration",
        "function_declaration",
        "function_definition",
        "secondary_constructor",
        "field_declaration",
    ];
    let values = ["property_declaration", "val_definition"];
    let around = node.ancestors().find(|n| n.is_any(&kinds));
    let around = around.or_else(|| node.ancestors().find(|n| n.is_any(&values)));
    let text = around.map_or("", Node::text);
    puts_brackets(text) || text.to_ascii_lowercase().contains("ipv6") || text.contains("Inet6Address")
}

/// Whether code puts a bracket in front of something.
pub(crate) fn puts_brackets(text: &str) -> bool {
    ["\"[\"", "'['", "\"[$", "\"[%s", "[%s]:", "://[", "\"[{0}"].iter().any(|mark| text.contains(mark))
}

/// Whether an expression gives the same value when it is written twice, and does nothing else: a
/// path of names, getters without arguments, an element at a fixed place.
pub(crate) fn twice(file: &File, node: Node<'_>) -> bool {
    if node.is_any(&["identifier", "this", "this_expression", "string_content"]) {
        return true;
    }
    if let Some(object) = file.getter(node).map(|(object, _)| object).or_else(|| file.member(node).map(|(o, _)| o)) {
        return twice(file, object);
    }
    if let Some((list, Some(_))) = file.indexed(node) {
        return twice(file, list);
    }
    // A call of its own getter: `host()`, `getHost()`.
    file.call(node).is_some_and(|c| {
        c.receiver.is_none()
            && c.arguments.is_empty()
            && !c.creates
            && naming::is_host(c.name.trim_start_matches("get"))
    })
}

/// A text that fits into a message.
pub(crate) fn short(text: &str) -> String {
    let line = text.split('\n').next().unwrap_or(text);
    if line.len() == text.len() && line.chars().count() <= 60 { line.to_owned() } else { "the host".to_owned() }
}

/// The source of the class that a call of another class means, when it is a Java file of the same
/// source tree.
pub(crate) fn source_of(file: &File, doc: &Document, cx: &Context<'_>, call: &Call<'_>) -> Option<String> {
    let package = file.tree.all("package_declaration").next()?.items().next()?.text().replace('.', "/");
    let root = doc.folder().strip_suffix(package.as_str())?;
    let mut classes: Vec<String> = qualified(file, call);
    if !call.creates {
        classes
            .iter_mut()
            .for_each(|c| *c = c.rsplit_once(['.', '#']).map_or(String::new(), |(class, _)| class.to_owned()));
    }
    let simple = if call.creates { call.name } else { call.receiver?.text() };
    let ty = call.receiver.filter(|_| !call.creates).and_then(|of| file.type_of(of));
    let near = [Some(simple.to_owned()), ty].into_iter().flatten().map(|class| format!("{package}/{class}"));
    let paths = classes.iter().map(|c| c.replace('.', "/")).chain(near);
    paths.filter_map(|path| cx.project().text(&format!("{root}{path}.java"))).next()
}
