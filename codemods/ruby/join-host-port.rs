//! # Put IPv6 hosts into brackets before a port
//!
//! In `host:port` and in URLs an IPv6 address stands in brackets: `[2001:db8::1]:80` (RFC 3986,
//! 3.2.2). Host names and IPv4 addresses stay as they are.
//!
//! ## Why it breaks
//! `"http://#{host}:#{port}/"` gives `http://fd00::10:8080/`, which `URI` refuses.
//!
//! ## Examples
//! ```rb before
//! def url(host, port)
//!   "http://#{host}:#{port}/"
//! end
//!
//! def addresses
//!   address = @ip_address + ':' + @port.to_s
//!   target = format('%s:%d', @host, @port)
//!   [address, target]
//! end
//! ```
//! ```rb after
//! def url(host, port)
//!   url_host = host.to_s.match?(/\A\h*:\h*:/) ? "[#{host}]" : host
//!   "http://#{url_host}:#{port}/"
//! end
//!
//! def addresses
//!   ip_address = @ip_address.to_s.match?(/\A\h*:\h*:/) ? "[#{@ip_address}]" : @ip_address
//!   address = ip_address + ':' + @port.to_s
//!   host = @host.to_s.match?(/\A\h*:\h*:/) ? "[#{@host}]" : @host
//!   target = format('%s:%d', host, @port)
//!   [address, target]
//! end
//! ```
//! ```rb before
//! host, port = options.values_at(:host, :port)
//! uri = "druby://#{host}:#{port}"
//! ```
//! ```rb after
//! host, port = options.values_at(:host, :port)
//! url_host = host.to_s.match?(/\A\h*:\h*:/) ? "[#{host}]" : host
//! uri = "druby://#{url_host}:#{port}"
//! ```
//! ```rb before
//! urls = hosts.map { |host| "http://#{host}:#{port}/" }
//! ```
//! ```rb after
//! urls = hosts.map { |host| "http://#{host.to_s.match?(/\A\h*:\h*:/) ? "[#{host}]" : host}:#{port}/" }
//! ```
//! A text that depends on something:
//! ```rb before
//! def address
//!   host = @port ? "#{@hostname}:#{@port}" : @hostname
//!   Session.start(host)
//! end
//! ```
//! ```rb after
//! def address
//!   hostname = @hostname.to_s.match?(/\A\h*:\h*:/) ? "[#{@hostname}]" : @hostname
//!   host = @port ? "#{hostname}:#{@port}" : @hostname
//!   Session.start(host)
//! end
//! ```
//! ```rb before
//! def connection
//!   @path ? @path : "#{@host}:#{@port}"
//! end
//! ```
//! ```rb after
//! def connection
//!   host = @host.to_s.match?(/\A\h*:\h*:/) ? "[#{@host}]" : @host
//!   @path ? @path : "#{host}:#{@port}"
//! end
//! ```
//! A method may not give the same answer when it is asked again:
//! ```rb before
//! def url
//!   "http://#{config.host}:#{config.port}/"
//! end
//! ```
//! ```rb after unsafe
//! def url
//!   host = config.host.to_s.match?(/\A\h*:\h*:/) ? "[#{config.host}]" : config.host
//!   "http://#{host}:#{config.port}/"
//! end
//! ```
//! A variable may change in between:
//! ```rb before
//! def move(host, other, port)
//!   first = "http://#{host}:#{port}/"
//!   host = other
//!   [first, "http://#{host}:#{port}/"]
//! end
//! ```
//! ```rb after
//! def move(host, other, port)
//!   url_host = host.to_s.match?(/\A\h*:\h*:/) ? "[#{host}]" : host
//!   first = "http://#{url_host}:#{port}/"
//!   host = other
//!   url_host = host.to_s.match?(/\A\h*:\h*:/) ? "[#{host}]" : host
//!   [first, "http://#{url_host}:#{port}/"]
//! end
//! ```
//! A host that is worked out, and a line for people, are for a person to decide:
//! ```rb reported
//! log.debug { "listening on http://#{@bind}:#{@port}/" }
//! ```
//! ```rb reported
//! def url(port)
//!   "http://#{pick_host(1)}:#{port}/"
//! end
//! ```
//! A host that is asked for only behind `||` may not be there before it:
//! ```rb before
//! def proxy_url(given)
//!   url = given || "http://#{config.host}:#{config.port}"
//!   url
//! end
//! ```
//! ```rb after unsafe
//! def proxy_url(given)
//!   url = given || "http://#{config.host.to_s.match?(/\A\h*:\h*:/) ? "[#{config.host}]" : config.host}:#{config.port}"
//!   url
//! end
//! ```
//! Near-misses; `uri.host` has its brackets already:
//! ```rb unchanged
//! HOST = 'localhost'
//! a = "http://#{HOST}:#{port}/"
//! b = "http://[#{host}]:#{port}/"
//! c = "#{file}:#{line}"
//! d = "http://#{uri.host}:#{uri.port}/"
//! puts "#{host}:#{port}"
//! logger.info("listening", :address => "#{host}:#{port}")
//! fail Error, "could not bind to #{host}:#{port}"
//! name = "#{host}:#{port}"
//! logger.info "port (#{host}:#{port}) is " \
//!             "taken"
//! f = "http://#{req.host}:#{req.port}/"
//! env = uri.find_proxy
//! g = "http://#{env.host}:#{env.port}/"
//!
//! def proxy_host
//!   URI(settings.proxy).host
//! end
//!
//! def proxy_url(port)
//!   "http://#{proxy_host}:#{port}/"
//! end
//!
//! def header_host
//!   header('Host').split(':').first
//! end
//!
//! def asked_url(port)
//!   "http://#{header_host}:#{port}/"
//! end
//!
//! def own_url
//!   name = Socket.gethostname.chomp
//!   "http://#{name}:9090/"
//! end
//!
//! def description
//!   "#{@host}:#{@port}"
//! end
//!
//! def location_host(location)
//!   return location.host if location.scheme == 'https'
//!   "#{location.host}:#{location.port}"
//! end
//!
//! def to_s
//!   "#<#{self.class.name} #{@user}@#{host}:#{@port}>"
//! end
//!
//! def human_address
//!   "#{@host}:#{@port}"
//! end
//!
//! def origin(domain, port)
//!   host = "https://#{domain}"
//!   "#{host}:#{port}/"
//! end
//! ```
//!
//! ## Safety
//! Safe for variables and constants: for every value but an IPv6 address without brackets, `nil`
//! included, the text is the same byte for byte, and for that one it is right; measured by running
//! both. Unsafe where the host is what a method gives, which is asked more than once.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 1.8 and 8.2 RB-HOST

use sixify_langs::ruby::{self, File};
use sixify_langs::strings::Form;
use sixify_langs::{classify, naming};

use crate::bare_hosts::{BARE_BESIDE, BARE_URL, in_bare_url, is_bare_beside};
use crate::host_port::{Facts, Join, Sink, identifies, labels, repeatable};
use crate::last_colon::{CUT_ELSEWHERE, is_cut_elsewhere};
use crate::prelude::*;
use crate::python_code::{is_label, own_lines};
use crate::script_destinations::reads;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[&["}:#{"], &["}:", "://#{"], &["%s:%"], &["':' +"], &["\":\" +"]]),
    specificity: 0,
    run,
};

struct RubyFacts;

fn name(value: Node<'_>) -> Option<String> {
    match value.kind() {
        "identifier" | "constant" => Some(value.text().to_owned()),
        "instance_variable" => Some(value.text().trim_start_matches('@').to_owned()),
        "call" => match value.field("method")?.text() {
            "to_s" | "to_i" | "strip" => name(value.field("receiver")?),
            "fetch" | "[]" => {
                let key = value.field("arguments")?.items().next()?;
                Some(key.text().trim_matches([':', '"', '\'']).to_owned())
            }
            method => Some(method.to_owned()),
        },
        "element_reference" => Some(value.items().last()?.text().trim_matches([':', '"', '\'']).to_owned()),
        _ => None,
    }
}

impl Facts for RubyFacts {
    fn name(&self, value: Node<'_>) -> Option<String> {
        name(value)
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        let parent = text.parent()?;
        let target = parent.field("left").filter(|_| parent.is("assignment")).map_or("", Node::text);
        if is_label(target) {
            return Some(Sink::Other);
        }
        if parent.is_any(&["binary", "chained_string", "parenthesized_statements", "conditional"]) {
            return self.sink(parent);
        }
        if parent.is("element_reference") || parent.is("pair") && parent.field("key") == Some(text) {
            return Some(Sink::Other);
        }
        // `info("text", :address => "…")`
        let pair = Some(parent).filter(|p| p.is("pair")).and_then(|p| p.parent());
        let list = pair.map(|p| if p.is("hash") { p.parent() } else { Some(p) }).unwrap_or(Some(parent))?;
        // The block of `log.debug { "…" }` is an argument too.
        let block = parent.is("block_body").then(|| parent.parent()).flatten();
        let call = if let Some(block) = block {
            block.parent()?
        } else {
            list.parent().filter(|_| list.is("argument_list"))?
        };
        let method = call.field("method")?.text();
        // `raise Failure.new("…")`
        if method == "new" && call.field("receiver").is_some_and(|n| n.is_any(&["constant", "scope_resolution"])) {
            return self.sink(call).filter(|sink| *sink == Sink::People);
        }
        if matches!(method, "casecmp" | "casecmp?" | "eql?" | "key?" | "include?" | "delete") {
            return Some(Sink::Other);
        }
        const PEOPLE: &[&str] = &[
            "puts", "print", "raise", "fail", "warn", "info", "debug", "error", "fatal", "log", "p", "say", "notice",
            "abort",
        ];
        PEOPLE.contains(&method).then_some(Sink::People)
    }

    fn number(&self, value: Node<'_>) -> bool {
        value.is("integer")
    }
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    let mut hoisted: Vec<(Node<'_>, &str)> = Vec::new();
    for kind in ["string", "binary", "call"] {
        for node in file.tree.all(kind) {
            let inner = node.parent().is_some_and(|p| p.is("binary") && file.text_expr(p).is_some());
            let Some(text) = file.text_expr(node).filter(|_| !inner) else { continue };
            let Some(join) = Join::find(&text, &RubyFacts) else { continue };
            if needless(&file, &join) {
                continue;
            }
            if !join.url && (labels(node) || identifies(node)) {
                let reason = "a key or a text for people is made of it".to_owned();
                cx.leave(Note { span: join.span, role: Role::Join.name(), reason, evidence: join.why });
                continue;
            }
            let finding = Finding::new(join.span, Role::Join.name(), "an IPv6 host needs brackets before a port")
                .because_all(join.why.clone());
            let finding = match reads(&join, node) {
                Ok(why) => finding.because_all(why),
                Err(missing) => {
                    cx.report(finding.because(missing));
                    continue;
                }
            };
            // A line for people would be longer than what it says.
            let method = join.host.ancestor(&["method", "singleton_method"]).map_or("", Node::text);
            if in_bare_url(method, &[format!("#{{{}}}", join.host.text())]) {
                cx.report(finding.because(BARE_URL));
                continue;
            }
            if !name(join.host).is_some_and(|n| naming::is_host(&n) || naming::words(&n).iter().any(|w| w == "host")) {
                cx.report(finding.because("it is not called a host"));
                continue;
            }
            if is_bare_beside(node, method, &[join.host.text().to_owned()]) {
                cx.report(finding.because(BARE_BESIDE));
                continue;
            }
            const LAST: &[&str] = &["rpartition(':')", "rpartition(\":\")", "rindex(':')", "rindex(\":\")"];
            if !join.url && is_cut_elsewhere(doc, cx, LAST) {
                cx.report(finding.because(CUT_ELSEWHERE));
                continue;
            }
            let shown = matches!(RubyFacts.sink(node), Some(Sink::People));
            if !repeatable(join.host) || shown {
                cx.report(finding);
                continue;
            }
            let how = if same_again(join.host) { Applicability::Safe } else { Applicability::Unsafe };
            if let Some(fix) = named(doc, &join, text.form, &mut hoisted) {
                cx.report(finding.fix(how, fix));
                continue;
            }
            let bracketed = bracketed(join.host);
            let edit = match text.form {
                Form::Format => Edit::replace(join.host.span(), format!("({bracketed})")),
                _ if join.hole == join.host.span() => Edit::replace(join.hole, format!("({bracketed})")),
                _ => Edit::replace(join.hole, format!("#{{{bracketed}}}")),
            };
            cx.report(finding.fix(how, Fix::new().edit(edit)));
        }
    }
    Ok(())
}

/// Whether what stands in an expression is not always worked out.
fn decides(node: Node<'_>) -> bool {
    let operator = node.field("operator").filter(|_| node.is("binary")).map_or("", Node::text);
    node.is("conditional") || matches!(operator, "||" | "&&" | "or" | "and")
}

/// What can be read before it is known to be wanted.
const READ: &[&str] = &["identifier", "instance_variable"];

/// Whether a host is a variable or a constant, which can be read again.
fn same_again(host: Node<'_>) -> bool {
    host.is_any(&["instance_variable", "class_variable", "global_variable", "constant"])
        || host.is("identifier") && local(host).unwrap_or(false)
}

/// Whether a name is that of a parameter or of a variable that was given a value before; without
/// either it is a method.
fn local(name: Node<'_>) -> Option<bool> {
    let scope = name.ancestor(&["method", "singleton_method", "program"])?;
    let same = |n: &Node<'_>| n.is("identifier") && n.text() == name.text() && n.start() < name.start();
    let declares = |n: Node<'_>| {
        n.parent().is_some_and(|p| {
            p.kind().ends_with("parameters")
                || p.kind().ends_with("parameter") && p.field("name") == Some(n)
                || p.is("left_assignment_list")
                || p.is("assignment") && p.field("left") == Some(n)
        })
    };
    Some(scope.descendants().filter(same).any(declares))
}

/// The host in brackets where it is an IPv6 address without them. Of `nil`, of a symbol and of an
/// `IPAddr` it asks what they are in a text.
fn bracketed(host: Node<'_>) -> String {
    let text = host.text();
    format!("{text}.to_s.match?(/\\A\\h*:\\h*:/) ? \"[#{{{text}}}]\" : {text}")
}

/// Whether a node gives a variable of this name another value.
fn assigns(node: Node<'_>, name: &str) -> bool {
    let gives = |n: &Node<'_>| {
        n.kind().ends_with("assignment")
            && n.field("left").is_some_and(|l| l.text() == name || l.items().any(|item| item.text() == name))
    };
    gives(&node) || node.descendants().any(|n| gives(&n))
}

/// A name for the host with its brackets, in a line of its own before the statement.
fn named<'a>(doc: &Document, join: &Join<'a>, form: Form, hoisted: &mut Vec<(Node<'a>, &'a str)>) -> Option<Fix> {
    let host = join.host;
    let statement = std::iter::once(host).chain(host.ancestors()).find(|n| {
        n.parent()
            .is_some_and(|p| p.is_any(&["body_statement", "program", "then", "else", "begin", "ensure", "block_body"]))
    })?;
    let plain = statement.is_any(&["assignment", "call", "string", "binary", "return", "conditional", "hash", "array"]);
    let inside = host
        .ancestors()
        .take_while(|n| *n != statement)
        .any(|n| n.is_any(&["block", "do_block", "lambda"]) || decides(n) && !host.is_any(READ));
    let inside = inside || statement.items().any(|part| assigns(part, host.text()));
    let indent = own_lines(&doc.text, statement).filter(|_| plain && !inside)?;
    let method = host.ancestor(&["method", "singleton_method", "program"])?;
    let own = host.text().trim_start_matches('@').rsplit('.').next()?.to_owned();
    let free = [own, "url_host".to_owned()].into_iter().find(|name| {
        let taken = |n: &Node<'_>| {
            n.is("identifier") && n.text() == name.as_str() && n.parent().and_then(|p| p.field("method")) != Some(*n)
        };
        !method.descendants().any(|n| taken(&n))
    })?;
    // One name serves all texts behind it in the same block.
    let block = statement.parent()?;
    let first = hoisted
        .iter()
        .find(|(s, text)| *text == host.text() && s.parent() == Some(block) && s.start() < statement.start())
        .filter(|(s, _)| !between(block, *s, statement).any(|n| assigns(n, host.text())));
    let at = first.map_or(statement, |(s, _)| *s);
    hoisted.push((statement, host.text()));
    let line = format!("{free} = {}\n{indent}", bracketed(host));
    let hole = if form == Form::Format || join.hole == host.span() {
        Edit::replace(host.span(), free)
    } else {
        Edit::replace(join.hole, format!("#{{{free}}}"))
    };
    Some(Fix::new().edit(Edit::insert(at.start(), line)).edit(hole))
}

/// The statements of a block from one up to another.
fn between<'a>(block: Node<'a>, first: Node<'a>, last: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    block.items().filter(move |n| n.start() >= first.start() && n.start() < last.start())
}

/// Whether a method, or one of the file that it asks, takes the first part of a text up to a colon.
fn cut_at_colon(file: &File, method: Node<'_>) -> bool {
    let cuts = |text: &str| {
        [".split(':').first", ".split(\":\").first", ".split(COLON).first", ".split(':')[0]", ".split(\":\")[0]"]
            .iter()
            .any(|cut| text.contains(cut))
    };
    let asked = |m: &Node<'_>| {
        m.field("name").is_some_and(|name| method.descendants().any(|n| n.is("identifier") && n.text() == name.text()))
    };
    cuts(method.text()) || file.tree.all("method").filter(asked).any(|m| cuts(m.text()))
}

/// Whether a host is no IPv6 address, or has its brackets.
fn needless(file: &File, join: &Join<'_>) -> bool {
    let value = file.value(join.host).node;
    // `URI#host` keeps brackets; a name of a host has no colon.
    let made = |n: Node<'_>| {
        let made = n.field("receiver").filter(|_| n.is("call")).map(|r| file.value(r).node.text()).unwrap_or_default();
        ["URI(", "URI.parse", "URI::"].iter().any(|start| made.starts_with(start)) || made.ends_with("find_proxy")
    };
    let uri = |n: Node<'_>| {
        let receiver = n.field("receiver").filter(|_| n.is("call")).map_or("", Node::text).to_ascii_lowercase();
        let method = n.field("method").map_or("", Node::text);
        method == "host"
            && (made(n)
                || receiver.contains("uri")
                || receiver.contains("url")
                || matches!(receiver.as_str(), "request" | "req"))
            || method == "host_with_port"
            || n.text().contains("gethostname")
    };
    // `def proxy_host; URI(proxy.url).host; end`
    let given = |n: &Node<'_>| n.is("method") && n.field("name").is_some_and(|name| name.text() == join.host.text());
    let method = file.tree.all("method").find(given).filter(|_| join.host.is("identifier"));
    // One that cuts it out of a text at a colon never has an IPv6 address whole.
    let cut = method.is_some_and(|m| cut_at_colon(file, m));
    if cut || method.is_some_and(|m| m.text().contains("URI") && m.descendants().any(|n| n.is("call") && uri(n))) {
        return true;
    }
    // What has a scheme as well is a URI.
    let around = join.host.ancestor(&["method", "singleton_method"]).map_or("", Node::text);
    let receiver = join.host.field("receiver").filter(|_| join.host.text().ends_with(".host")).map_or("", Node::text);
    if !receiver.is_empty() && around.contains(&format!("{receiver}.scheme")) {
        return true;
    }
    let around = join.host.ancestor(&["method", "singleton_method"]).or_else(|| join.host.parent());
    let text = around.map_or("", Node::text);
    let aware = text.to_ascii_lowercase().contains("ipv6") || text.contains("\"[#{") || text.contains("include?(':')");
    // A variable that was given a URL, or brackets.
    let other = |n: Node<'_>| {
        let same = n.field("left").is_some_and(|l| l.text() == join.host.text());
        same && n.field("right").is_some_and(|r| r.text().contains("://") || r.text().contains("\"[#{"))
    };
    let scope = join.host.ancestor(&["method", "singleton_method", "program"]);
    let given = scope.into_iter().flat_map(Node::descendants).filter(|n| n.is("assignment")).any(other);
    aware || given || uri(value) || file.string(value).is_some()
}
