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
//! ```
//! ```rb after
//! def url(host, port)
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
//!   "http://#{host}:#{port}/"
//! end
//! ```
//! What stands behind no scheme may be a URL, which has a colon, too:
//! ```rb before
//! def addresses
//!   address = @ip_address + ':' + @port.to_s
//!   target = format('%s:%d', @host, @port)
//!   [connect(address), Client.new(target)]
//! end
//! ```
//! ```rb after unsafe
//! def addresses
//!   ip_address = @ip_address
//!   ip_address = "[#{ip_address}]" if ip_address.to_s.include?(':')
//!   address = ip_address + ':' + @port.to_s
//!   host = @host
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
//!   target = format('%s:%d', host, @port)
//!   [connect(address), Client.new(target)]
//! end
//! ```
//! ```rb before
//! host, port = options.values_at(:host, :port)
//! uri = "nats://#{host}:#{port}"
//! ```
//! ```rb after
//! host, port = options.values_at(:host, :port)
//! url_host = host
//! url_host = "[#{url_host}]" if url_host.to_s.include?(':') && !url_host.start_with?('[')
//! uri = "nats://#{url_host}:#{port}"
//! ```
//! A host that has other uses keeps its name, and one of a hash gets one:
//! ```rb before
//! def dial(host, options)
//!   resolve(host)
//!   open("tcp://#{host}:#{options[:port]}", host)
//! end
//! ```
//! ```rb after
//! def dial(host, options)
//!   resolve(host)
//!   url_host = host
//!   url_host = "[#{url_host}]" if url_host.to_s.include?(':') && !url_host.start_with?('[')
//!   open("tcp://#{url_host}:#{options[:port]}", host)
//! end
//! ```
//! ```rb before
//! def dial(options)
//!   connect("redis://#{options[:db][:host]}:6379")
//! end
//! ```
//! ```rb after unsafe
//! def dial(options)
//!   host = options[:db][:host]
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
//!   connect("redis://#{host}:6379")
//! end
//! ```
//! A text that depends on something:
//! ```rb before
//! def address
//!   host = @port ? "#{@hostname}:#{@port}" : @hostname
//!   connect(host)
//! end
//! ```
//! ```rb after unsafe
//! def address
//!   hostname = @hostname
//!   hostname = "[#{hostname}]" if hostname.to_s.include?(':') && !hostname.start_with?('[')
//!   host = @port ? "#{hostname}:#{@port}" : hostname
//!   connect(host)
//! end
//! ```
//! ```rb before
//! def netloc
//!   @path ? @path : "#{@host}:#{@port}"
//! end
//! ```
//! ```rb after unsafe
//! def netloc
//!   host = @host
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
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
//!   host = config.host
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
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
//!   url_host = host
//!   url_host = "[#{url_host}]" if url_host.to_s.include?(':') && !url_host.start_with?('[')
//!   first = "http://#{url_host}:#{port}/"
//!   host = other
//!   host = "[#{host}]" if host.to_s.include?(':') && !host.start_with?('[')
//!   [first, "http://#{host}:#{port}/"]
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
//! No line before it is met only where the host is wanted:
//! ```rb reported
//! def proxy_url(given)
//!   url = given || "http://#{config.host}:#{config.port}"
//!   url
//! end
//!
//! def urls(hosts, port)
//!   hosts.map { |host| "http://#{host}:#{port}/" }
//! end
//! ```
//! Near-misses; `uri.host` has its brackets already, and DRb wants none: with them it looks up `[::1]`
//! as a name, which fails (Ruby 3.1: `druby://[::1]:p` SocketError, `druby://::1:p` served and reached):
//! ```rb unchanged
//! HOST = 'localhost'
//! DRb.start_service("druby://#{bind}:#{port}", shop)
//! peer = format('drbssl://%s:%d', host, port)
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
//! Safe for variables and constants behind a scheme: for names, IPv4 addresses and `nil` the text is the
//! same byte for byte, and for IPv6 addresses it is right; measured by running both. Unsafe where no scheme
//! stands before the host, which may have one itself, and where it is what a method or a hash gives.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 1.8 and 8.2 RB-HOST

use sixify_langs::ruby::{self, File};
use sixify_langs::{classify, naming};

use crate::bare_hosts::{BARE_BESIDE, BARE_URL, in_bare_url, is_bare_beside};
use crate::host_port::{Facts, Join, Sink, identifies, labels};
use crate::last_colon::{CUT_ELSEWHERE, is_cut_elsewhere};
use crate::prelude::*;
use crate::python_code::is_label;
use crate::ruby_lines::{Place, fix, same_again};
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
    let mut found = Vec::new();
    for kind in ["string", "binary", "call"] {
        for node in file.tree.all(kind) {
            let inner = node.parent().is_some_and(|p| p.is("binary") && file.text_expr(p).is_some());
            let Some(text) = file.text_expr(node).filter(|_| !inner) else { continue };
            let Some(join) = Join::find(&text, &RubyFacts) else { continue };
            if needless(&file, &join, doc.text.get(..join.hole.start).unwrap_or("")) {
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
            if matches!(RubyFacts.sink(node), Some(Sink::People)) {
                cx.report(finding.because("people read it"));
                continue;
            }
            found.push((Place { join, form: text.form }, finding));
        }
    }
    found.sort_by_key(|(place, _)| place.join.host.start());
    let (places, findings): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    for (place, finding) in places.iter().zip(findings) {
        let how = if place.join.only_host && same_again(place.join.host) {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        match fix(place, &places) {
            Some(fix) => cx.report(finding.fix(how, fix)),
            None => cx.report(finding.because("no line can stand before it")),
        }
    }
    Ok(())
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
fn needless(file: &File, join: &Join<'_>, before: &str) -> bool {
    // DRb takes what stands before the last colon as it is.
    if ["druby://", "drbssl://"].iter().any(|scheme| before.trim_end_matches("#{").ends_with(scheme)) {
        return true;
    }
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
