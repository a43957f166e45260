//! Hosts that JavaScript programs listen on unless they are told otherwise: in objects of options, behind
//! `||`, as defaults of parameters, fields, flags and schemas.
//!
//! Such a host is rarely given to a listener in the same file. Its label says what it is: the key, name or
//! flag that it is the value of.

use sixify_langs::javascript::File;
use sixify_langs::{Node, naming};

use crate::javascript_hosts as hosts;

/// A host that stands where a default does.
pub(crate) struct Default<'a> {
    /// The literal.
    pub literal: Node<'a>,
    /// Whether it is said more than once: by a word for listening, or by a port beside it.
    pub strong: bool,
    /// Whether it is put into a variable somewhere in the program, so that much may happen to it, or is
    /// named after a server of its own kind.
    pub assigned: bool,
    /// Why it is believed to be one.
    pub why: Vec<String>,
}

/// Words that speak of listening.
const LISTENS: &[&str] = &["bind", "listen", "listener", "listening", "serve", "server", "devserver"];

/// Last words of the names of hosts.
const HOSTS: &[&str] = &["host", "hostname", "bind", "listen", "addr", "address", "ip", "interface", "iface", "hostip"];

/// Words that speak of something else than listening: what is dialled, what is refused, what is not an
/// address of this host.
const OTHERS: &[&str] = &[
    "allow",
    "allowed",
    "amqp",
    "backend",
    "blocked",
    "blocklist",
    "broker",
    "cidr",
    "client",
    "connect",
    "connection",
    "consul",
    "database",
    "datasource",
    "db",
    "deny",
    "destination",
    "dial",
    "dns",
    "dst",
    "elastic",
    "elasticsearch",
    "etcd",
    "expect",
    "expected",
    "fetch",
    "gateway",
    "graphite",
    "influx",
    "influxdb",
    "kafka",
    "ldap",
    "mail",
    "mailer",
    "mask",
    "memcached",
    "mongo",
    "mongodb",
    "mqtt",
    "mysql",
    "nameserver",
    "nats",
    "netmask",
    "peer",
    "pg",
    "postgres",
    "postgresql",
    "private",
    "public",
    "rabbitmq",
    "redis",
    "remote",
    "request",
    "reserved",
    "resolver",
    "route",
    "sentinel",
    "smtp",
    "src",
    "statsd",
    "stun",
    "subnet",
    "syslog",
    "target",
    "trusted",
    "turn",
    "upstream",
    "vault",
    "zookeeper",
    "open",
    "browser",
    "display",
    "shown",
    "visible",
    "proxy",
    "advertise",
    "advertised",
    "announced",
    "external",
];

/// What a file is named after that speaks to something else.
const SERVICES: &[&str] = &[
    "redis", "database", "mongo", "mysql", "postgres", "kafka", "amqp", "rabbit", "mail", "smtp", "client", "ldap",
    "mqtt", "statsd", "graphite",
];

/// The defaults with this value, in order of their places.
pub(crate) fn find<'a>(file: &'a File, path: &str, address: &str) -> Vec<Default<'a>> {
    let mut parts = path.rsplit('/').map(str::to_ascii_lowercase);
    let name = parts.next().unwrap_or_default();
    // `conf/metrics/statsd/localConfig.js` is for a program of that name, which has its own settings.
    let folder = parts.next().is_some_and(|folder| folder != "client" && SERVICES.contains(&folder.as_str()));
    if folder || SERVICES.iter().any(|word| name.contains(word)) {
        return Vec::new();
    }
    let strings = file.tree.all("string").chain(file.tree.all("template_string"));
    strings.filter(|n| file.string(*n).as_deref() == Some(address)).filter_map(|n| judged(file, n)).collect()
}

fn judged<'a>(file: &'a File, literal: Node<'a>) -> Option<Default<'a>> {
    if hosts::is_told(file, literal) {
        return None;
    }
    let (label, why) = label(file, literal)?;
    let words = naming::words(&label);
    let last = words.iter().rev().find(|w| !matches!(w.as_str(), "default" | "name" | "value" | "s" | "str"))?;
    if !HOSTS.contains(&last.as_str()) && !words.iter().any(|w| matches!(w.as_str(), "bind" | "listen")) {
        return None;
    }
    if !options_of_a_server(file, literal) {
        return None;
    }
    // A socket of udp4 takes no IPv6 address, and what is named after IPv4 is about that.
    let statement = literal.ancestors().find(|a| a.kind().ends_with("statement") || a.kind().ends_with("declaration"));
    if statement.is_some_and(|s| s.text().len() < 400 && s.text().to_ascii_lowercase().contains("v4")) {
        return None;
    }
    let around = around(literal);
    let spoken = |list: &[&str]| around.iter().chain(&words).any(|w| list.contains(&w.as_str()));
    if spoken(OTHERS) {
        return None;
    }
    let strong =
        words.iter().any(|w| LISTENS.contains(&w.as_str())) || around.iter().any(|w| LISTENS.contains(&w.as_str()));
    let beside = beside_port(file, literal);
    // Anything may have an address.
    if matches!(last.as_str(), "ip" | "address" | "interface" | "iface" | "addr") && !strong && !beside {
        return None;
    }
    // Docker's description of a port that is published: `{ IP: "0.0.0.0", PrivatePort: 80 }`.
    if literal.parent().and_then(|p| p.field("key")).is_some_and(|key| key.text() == "IP") {
        return None;
    }
    // `DEFAULT_SAMPLING_HOST`: what has a port beside it is that of a server of its own kind.
    let other = words.iter().any(|w| is_other_service(w));
    let strong_by_port = beside && !other;
    let mut why = vec![why];
    if beside {
        why.push("a port stands beside it".to_owned());
    }
    let plain = |p: &Node<'_>| p.is("assignment_expression") && p.field("left").is_some_and(|l| l.is("identifier"));
    let assigned = other || literal.parent().is_some_and(|p| plain(&p));
    Some(Default { literal, assigned, strong: strong || strong_by_port, why })
}

/// Whether a word before a host names something that a program speaks to, mostly a server of another kind.
fn is_other_service(word: &str) -> bool {
    const OWN: &[&str] = &[
        "default",
        "name",
        "value",
        "s",
        "str",
        "http",
        "https",
        "api",
        "app",
        "web",
        "www",
        "ws",
        "wss",
        "node",
        "dev",
        "local",
        "my",
        "own",
        "main",
        "grpc",
        "tcp",
        "udp",
        "rpc",
        "ui",
        "admin",
        "service",
        "public",
        "internal",
        "env",
        "config",
        "port",
        "all",
        "any",
        "rest",
        "graphql",
        "metrics",
        "prometheus",
        "health",
        "monitor",
        "monitoring",
        "dashboard",
        "vite",
        "webpack",
        "next",
        "nuxt",
        "proxy",
        "mcp",
        "sse",
        "tls",
        "ssl",
        "ip",
        "wildcard",
        "url",
    ];
    !OWN.contains(&word) && !HOSTS.contains(&word) && !LISTENS.contains(&word)
}

/// What a literal is the value of, and how that is known.
fn label<'a>(file: &'a File, literal: Node<'a>) -> Option<(String, String)> {
    let mut at = literal;
    loop {
        let parent = at.parent()?;
        match parent.kind() {
            "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression" => {
                at = parent
            }
            "ternary_expression" if parent.field("condition") != Some(at) => at = parent,
            "binary_expression" => {
                let fallback = matches!(parent.field("operator")?.text(), "||" | "??");
                let left = parent.field("left").filter(|l| fallback && *l != at)?;
                if in_text(parent) {
                    return None;
                }
                if let Some(variable) = file.environment(left) {
                    return Some((variable.clone(), format!("used when {variable} is not set")));
                }
                if let Some(name) = hosts::name(left).filter(|name| named(name) && !left.is("call_expression")) {
                    return Some((name, format!("used when {} is not set", left.text())));
                }
                at = parent;
            }
            "pair" => {
                let key = hosts::name(parent.field("key")?).or_else(|| file.string(parent.field("key")?))?;
                if !matches!(key.as_str(), "default" | "defaultValue" | "defaultsTo" | "fallback" | "value") {
                    return Some((key.clone(), format!("the value of {key}")));
                }
                let object = parent.parent()?;
                // `.option('host', { default: … })` and `host: { default: … }`
                if let Some(call) = object.parent().filter(|p| p.is("arguments")).and_then(Node::parent) {
                    return flag(file, call, object).or_else(|| schema(call));
                }
                at = object;
            }
            "variable_declarator" => {
                let name = parent.field("name").filter(|n| n.is("identifier"))?;
                if compared(file, name) {
                    return None;
                }
                return Some((name.text().to_owned(), format!("the value of {}, line {}", name.text(), name.line())));
            }
            "assignment_expression" if parent.field("right") == Some(at) => {
                let left = parent.field("left")?;
                // An address that a file only keeps is no listener.
                if left.text().starts_with("this.") && !file.tree.text().to_ascii_lowercase().contains("listen") {
                    return None;
                }
                return Some((hosts::name(left)?, format!("assigned to {}", left.text())));
            }
            "assignment_pattern" | "object_assignment_pattern" if parent.field("right") == Some(at) => {
                let name = parent.field("left")?.text().to_owned();
                return Some((name.clone(), format!("default of {name}, line {}", parent.line())));
            }
            "required_parameter" | "optional_parameter" | "public_field_definition" | "field_definition" => {
                let name =
                    parent.field("pattern").or_else(|| parent.field("name")).or_else(|| parent.field("property"))?;
                return Some((name.text().to_owned(), format!("default of {}, line {}", name.text(), name.line())));
            }
            "arguments" => {
                let call = parent.parent()?;
                return flag(file, call, at).or_else(|| schema(call));
            }
            _ => return None,
        }
    }
}

/// Whether the options that hold a literal may be those of something that listens: those that are given to
/// a call are known by what is called.
fn options_of_a_server(file: &File, literal: Node<'_>) -> bool {
    let inside = literal.ancestors().take_while(|a| {
        a.is_any(&["pair", "object", "parenthesized_expression", "binary_expression", "ternary_expression", "array"])
    });
    let Some(object) = inside.filter(|a| a.is("object")).last() else { return true };
    let Some(call) = object.parent().filter(|p| p.is("arguments")).and_then(Node::parent) else { return true };
    let called = file.called_name(call).unwrap_or_default().to_ascii_lowercase();
    let gives = [
        "listen",
        "serve",
        "start",
        "config",
        "default",
        "assign",
        "merge",
        "extend",
        "freeze",
        "option",
        "register",
        "plugin",
        "convict",
        "object",
        "schema",
        "init",
        "setup",
        "create",
        "module",
        "load",
        "host",
        "env",
        "str",
        "microservice",
        "run",
        "minimist",
    ];
    gives.iter().any(|word| called.contains(word))
}

/// Whether a name may be that of a host to listen on.
fn named(name: &str) -> bool {
    naming::words(name).iter().any(|w| HOSTS.contains(&w.as_str()) || LISTENS.contains(&w.as_str()))
}

/// Whether an expression is put into a text.
fn in_text(expression: Node<'_>) -> bool {
    let sum = |a: &Node<'_>| a.field("operator").is_some_and(|o| o.text() == "+");
    for around in expression.ancestors() {
        match around.kind() {
            "binary_expression" if sum(&around) => return true,
            "parenthesized_expression" | "binary_expression" => {}
            kind => return kind == "template_substitution",
        }
    }
    false
}

/// Whether the variable that a default is for is put before a port, in whatever text.
pub(crate) fn before_port(file: &File, literal: Node<'_>) -> bool {
    let holder = literal.ancestors().find(|a| a.is_any(&["variable_declarator", "assignment_expression"]));
    let holder = holder.and_then(|h| h.field("name").or_else(|| h.field("left"))).filter(|n| n.is("identifier"));
    let Some((decl, scope)) = holder.and_then(|name| file.names.resolve(name)) else { return false };
    file.names.uses(&decl, scope).into_iter().any(|used| {
        let hole = used.parent().filter(|p| p.is("template_substitution")).and_then(Node::next);
        hole.is_some_and(|behind| behind.text().starts_with(":$") || behind.text().starts_with(':'))
    })
}

/// Whether a name is only there to be compared with.
fn compared(file: &File, name: Node<'_>) -> bool {
    let Some((decl, scope)) = file.names.resolve(name) else { return false };
    let uses = file.names.uses(&decl, scope);
    let asks = |n: &Node<'_>| {
        n.parent().is_some_and(|p| {
            p.is("binary_expression")
                && p.field("operator").is_some_and(|o| matches!(o.text(), "==" | "===" | "!=" | "!=="))
        })
    };
    !uses.is_empty() && uses.iter().all(asks)
}

/// The name of a flag, of an environment variable or of a setting, in another argument of a call that
/// gives a default.
fn flag(file: &File, call: Node<'_>, own: Node<'_>) -> Option<(String, String)> {
    let called = file.called_name(call).unwrap_or_default();
    let gives = ["option", "requiredOption", "default", "addOption", "Option", "get", "env", "getEnv", "getenv", "str"];
    let words = naming::words(called);
    if !gives.contains(&called) && !words.iter().any(|w| matches!(w.as_str(), "env" | "config" | "setting" | "option"))
    {
        return None;
    }
    let mut text = file.arguments(call)?.into_iter().take_while(|a| *a != own).filter_map(|a| file.string(a));
    let name = text.find_map(|t| {
        // `-h, --host <host>`
        let long = t.split([' ', ',', '=']).find(|w| w.starts_with("--")).map(|w| w.trim_start_matches('-').to_owned());
        long.or_else(|| (!t.contains(' ')).then_some(t))
    });
    match name {
        Some(name) => Some((name.clone(), format!("default of {name}"))),
        // `new Option('--host <host>').default('0.0.0.0')`
        None if called == "default" => schema(call),
        None => None,
    }
}

/// The key of a schema: `HOST: z.string().default('0.0.0.0')`, `HOST: host({ default: '0.0.0.0' })`.
fn schema(call: Node<'_>) -> Option<(String, String)> {
    let text = call.text();
    if let Some(at) = text.find("'--").or_else(|| text.find("\"--")) {
        let word: String = text.get(at + 3..)?.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        return Some((word.clone(), format!("default of --{word}")));
    }
    let chain = std::iter::successors(Some(call), |n| {
        n.parent().filter(|p| p.is_any(&["member_expression", "call_expression"]) && p.children().next() == Some(*n))
    });
    let pair = chain.last()?.parent().filter(|p| p.is("pair"))?;
    let key = hosts::name(pair.field("key")?)?;
    Some((key.clone(), format!("default of {key} in a schema")))
}

/// The words of everything that names the place of a literal: keys, variables, functions and calls.
fn around(literal: Node<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for node in literal.ancestors() {
        let name = match node.kind() {
            "pair" => node.field("key").and_then(hosts::name),
            "variable_declarator" | "class_declaration" | "function_declaration" | "method_definition" => {
                node.field("name").map(|n| n.text().to_owned())
            }
            "assignment_expression" => node.field("left").map(|n| n.text().to_owned()),
            "call_expression" => node.field("function").and_then(hosts::name),
            "new_expression" => node.field("constructor").and_then(hosts::name),
            "binary_expression" => node.field("left").map(|n| n.text().to_owned()),
            _ => None,
        };
        words.extend(name.iter().flat_map(|name| naming::words(name)));
        // What the whole function or class is called tells less than what is written beside the literal.
        if node.is_any(&["function_declaration", "method_definition", "class_declaration"]) {
            break;
        }
    }
    words
}

/// Whether a port stands beside a host: as a key of the same object, as the next parameter or variable.
fn beside_port(file: &File, literal: Node<'_>) -> bool {
    let group = literal.ancestors().find(|n| {
        n.is_any(&[
            "object",
            "object_pattern",
            "formal_parameters",
            "class_body",
            "variable_declaration",
            "statement_block",
            "program",
        ])
    });
    let Some(group) = group else { return false };
    let items = group.items().flat_map(|item| {
        let declared = item.is_any(&["lexical_declaration", "variable_declaration", "export_statement"]);
        let inner: Vec<Node<'_>> = if declared { item.descendants().take(40).collect() } else { Vec::new() };
        std::iter::once(item).chain(inner)
    });
    let name = |n: Node<'_>| {
        let named =
            n.field("key").or_else(|| n.field("name")).or_else(|| n.field("left")).or_else(|| n.field("pattern"));
        named.and_then(hosts::name).or_else(|| hosts::name(n)).or_else(|| file.string(n.field("key")?))
    };
    let mut names = items.filter_map(name);
    names.any(|n| naming::is_port(&n))
}
