//! # Let Ruby servers listen on IPv6 too
//!
//! `0.0.0.0` is IPv4 alone for everything in Ruby that listens. `::` is both families on Linux for
//! `TCPServer`, Puma and Unicorn; WEBrick takes `*`, and opens a socket for each family.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! ```rb before
//! require 'socket'
//!
//! server = TCPServer.new('0.0.0.0', 2000)
//! web = WEBrick::HTTPServer.new(:Port => 8000, :BindAddress => '0.0.0.0')
//! Socket.tcp_server_loop('0.0.0.0', 2002) { |s| s.close }
//! ```
//! ```rb after
//! require 'socket'
//!
//! server = TCPServer.new('::', 2000)
//! web = WEBrick::HTTPServer.new(:Port => 8000, :BindAddress => '*')
//! Socket.tcp_server_loop(2002) { |s| s.close }
//! ```
//! Without a host `TCPServer` takes the first address of the system, which is that of IPv4:
//! ```rb before
//! require 'socket'
//! server = TCPServer.new(2001)
//! ```
//! ```rb after unsafe
//! require 'socket'
//! server = TCPServer.new('::', 2001)
//! ```
//! ```rb before path=config/puma.rb
//! workers 2
//! bind "tcp://0.0.0.0:#{ENV.fetch('PORT', 3000)}"
//! ```
//! ```rb after path=config/puma.rb
//! workers 2
//! bind "tcp://[::]:#{ENV.fetch('PORT', 3000)}"
//! ```
//! ```rb before path=config/puma.rb
//! threads 1, 5
//! port ENV.fetch("PORT") { 3000 }, "0.0.0.0"
//! ```
//! ```rb after unsafe path=config/puma.rb
//! threads 1, 5
//! port ENV.fetch("PORT") { 3000 }, "::"
//! ```
//! ```rb before path=config/unicorn.rb
//! worker_processes 4
//! listen "0.0.0.0:8080", :backlog => 64
//! ```
//! ```rb after unsafe path=config/unicorn.rb
//! worker_processes 4
//! listen "[::]:8080", :backlog => 64
//! ```
//! ```rb before
//! require 'sinatra'
//!
//! set :bind, ENV.fetch('HOST', '0.0.0.0')
//! set :port, 4567
//! ```
//! ```rb after unsafe
//! require 'sinatra'
//!
//! set :bind, ENV.fetch('HOST', '::')
//! set :port, 4567
//! ```
//! A socket for datagrams needs the family too:
//! ```rb before
//! socket = UDPSocket.new
//! socket.bind('0.0.0.0', 5300)
//! ```
//! ```rb after unsafe
//! socket = UDPSocket.new(Socket::AF_INET6)
//! socket.bind('::', 5300)
//! ```
//! ```rb before
//! Socket.udp_server_loop('0.0.0.0', 5301) { |message, source| source.reply(message) }
//! ```
//! ```rb after unsafe
//! Socket.udp_server_loop(5301) { |message, source| source.reply(message) }
//! ```
//! What listens is not seen:
//! ```rb reported
//! options = { host: '0.0.0.0', port: 80 }
//! ```
//! Near-misses:
//! ```rb unchanged
//! TCPServer.new('127.0.0.1', 2000)
//! TCPServer.new('::', 2000)
//!
//! def open_server(families, port)
//!   return TCPServer.open('0.0.0.0', port) if families.include?('AF_INET')
//!   return TCPServer.open('::', port) if families.include?('AF_INET6')
//!   TCPServer.open(port)
//! end
//! free = TCPServer.new('0.0.0.0', nil).addr[1]
//! TCPServer.new('10.0.0.0', 0)
//! WEBrick::HTTPServer.new(Port: 8000)
//! route = '0.0.0.0/0'
//! socket = UDPSocket.new
//! socket.send('x', 0, host, port)
//! ```
//! ```rb unchanged mode=ipv6-capable
//! TCPServer.new('0.0.0.0', 2000)
//! ```
//!
//! ## Safety
//! Safe for `TCPServer`, `Socket.tcp_server_loop`, WEBrick and `bind` of Puma, where the wildcard is
//! written there and the file names no other IPv4 address. Measured: with `::` a server is reached on
//! every address of `v6only`, `dual` and `v4only`; it loses IPv4 clients where `net.ipv6.bindv6only`
//! is 1 (`dual-b6`), and does not start on a kernel without IPv6 (`v4kernel`). IPv4 peers appear as
//! `::ffff:a.b.c.d`. WEBrick with `*` loses nothing anywhere. Unsafe elsewhere.
//!
//! ## References
//! - evidence: languages, 8.1 and 8.2 RB-TCPS4, RB-PUMA4, RB-WEBRICK4, RB-UDP4

use sixify_langs::address::{self, AddressClass};
use sixify_langs::origin::Standing;
use sixify_langs::ruby::{self, File};
use sixify_langs::{Mode, classify, naming};

use crate::catalog::{self, Api};
use crate::prelude::*;
use crate::python_code::{names_addresses, quote};
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[&["0.0.0.0"], &["TCPServer.new("], &["TCPServer.open("]]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "a server on 0.0.0.0 is not reached over IPv6";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = ruby::file(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let sheet = catalog::apis(cx.options(), "ruby");
    let mut seen: Vec<Span> = Vec::new();
    for call in file.tree.all("call") {
        // A method that looks at the families of the host chooses among them.
        let around = call.ancestor(&["method", "singleton_method"]).map_or("", Node::text);
        if asks_for_port(&file, call) || around.contains("AF_INET6") {
            continue;
        }
        let Some(path) = file.callee(call).map(|path| configured(doc, &file, &path).unwrap_or(path)) else { continue };
        for row in sheet.api(&path).iter().filter(|r| r.wildcard.as_deref() == Some("ipv4")) {
            if let Some((finding, span)) = listener(&file, call, &path, row, &policy) {
                seen.extend(span);
                cx.report(finding);
            }
        }
        if let Some((finding, span)) = datagram(&file, call, &path) {
            seen.push(span);
            cx.report(finding);
        }
    }
    for literal in file.tree.all("string").filter(|n| !seen.iter().any(|s| n.span().contains(*s))) {
        if let Some(finding) = unseen(&file, literal) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// Whether a server is made to learn of a port that is free: its port is 0 or none.
fn asks_for_port(file: &File, call: Node<'_>) -> bool {
    let server = call.field("receiver").is_some_and(|r| r.text() == "TCPServer");
    server && file.positional(call).get(1).is_some_and(|port| matches!(port.text(), "0" | "nil"))
}

/// What a word of a configuration language belongs to.
fn configured(doc: &Document, file: &File, word: &str) -> Option<String> {
    let name = doc.file_name();
    let requires = |library: &str| {
        let loads =
            |c: &Node<'_>| c.field("method").is_some_and(|m| m.text() == "require") && c.text().contains(library);
        file.tree.all("call").any(|c| loads(&c))
    };
    let uses = |words: &[&str]| {
        let found = |w: &&&str| {
            file.tree
                .all("call")
                .any(|c| c.field("receiver").is_none() && c.field("method").is_some_and(|m| m.text() == **w))
        };
        words.iter().filter(found).count() > 0
    };
    match word {
        "bind" | "port" | "set_default_host"
            if name.contains("puma") || uses(&["threads", "workers", "preload_app!", "plugin"]) =>
        {
            Some(format!("puma.{word}"))
        }
        "listen" if name.contains("unicorn") || uses(&["worker_processes"]) => Some("unicorn.listen".to_owned()),
        "set" if requires("sinatra") || doc.text.contains("Sinatra::") => Some("sinatra.set".to_owned()),
        _ => None,
    }
}

fn listener(file: &File, call: Node<'_>, path: &str, row: &Api, policy: &Policy) -> Option<(Finding, Option<Span>)> {
    let mode = policy.mode;
    let role = Role::from_name(&row.role)?.name();
    let instead = |shape: Shape| match row.instead.as_deref() {
        Some("*") if mode == Mode::Ipv6Only => "::",
        Some("*") => "*",
        _ if shape == Shape::Host => "::",
        _ => "[::]",
    };
    let keyword = row.keyword.as_deref();
    let argument =
        keyword.and_then(|k| file.keyword(call, k)).or_else(|| file.argument(call, row.argument.checked_sub(1)?));
    let only = file.positional(call);
    // `TCPServer.new(2000)` takes the first address of the system, which is that of IPv4.
    if path.starts_with("TCPServer.") && only.len() == 1 {
        let port = only.first()?;
        let value = file.value(*port).node;
        let named = port.is("identifier") && naming::is_port(port.text());
        if !(value.is("integer") && value.text() != "0" || named && !value.is("string")) {
            return None;
        }
        let quote = quote(file.tree.text());
        let fix = Fix::new().edit(Edit::insert(port.start(), format!("{quote}::{quote}, ")));
        let finding = Finding::new(call.span(), role, "a server without a host listens on IPv4 alone")
            .because(row.evidence.clone());
        return Some((finding.fix(Applicability::Unsafe, fix), None));
    }
    let argument = argument?;
    if path == "sinatra.set" && file.argument(call, 0).map(Node::text) != Some(":bind") {
        return None;
    }
    let value = file.value(argument);
    let text = file.text_expr(value.node)?;
    let shape = Shape::of(row);
    let Place::Written(span) = wildcard::place(&text, shape)? else { return None };
    let what = keyword.map_or_else(|| format!("argument {} of {path}", row.argument), |k| format!("{k} of {path}"));
    let finding = Finding::new(span, role, format!("{MESSAGE}{}", wildcard::costs(row)))
        .because(what)
        .because_all(value.chain)
        .because(row.evidence.clone());
    if value.shared && value.standing > Standing::Sole {
        return Some((finding, Some(span)));
    }
    let fix = if row.instead.as_deref() == Some("omit") {
        let next = argument.next().and_then(|comma| comma.next()).filter(|_| argument == value.node)?;
        if mode == Mode::Ipv6Only {
            Fix::new().edit(Edit::replace(span, "::"))
        } else {
            Fix::new().edit(Edit::delete(Span::new(argument.start(), next.start())))
        }
    } else {
        Fix::new().edit(Edit::replace(span, instead(shape)))
    };
    let how = if policy.mode == Mode::DualStack && !names_addresses(file.tree.text()) {
        wildcard::lowered(wildcard::trusted(row, policy), &value.standing)
    } else {
        Applicability::Unsafe
    };
    Some((finding.fix(how, fix), Some(span)))
}

/// `UDPSocket.new` that is bound to all addresses.
fn datagram(file: &File, call: Node<'_>, path: &str) -> Option<(Finding, Span)> {
    if path != "UDPSocket#bind" {
        return None;
    }
    let host = file.argument(call, 0)?;
    let text = file.text_expr(host)?;
    let inside = wildcard::lone(&text)?;
    let receiver = call.field("receiver")?;
    let made = if receiver.is("call") { receiver } else { file.only_value(receiver)? };
    let finding =
        Finding::new(host.span(), Role::BindHost.name(), "a socket of IPv4 alone is bound to all its addresses")
            .because("evidence/languages, Ruby, UDPSocket.new(AF_INET6).bind('::',p)");
    let sends = file.tree.all("call").any(|c| {
        c.field("receiver").is_some_and(|r| r.text() == receiver.text())
            && c.field("method").is_some_and(|m| matches!(m.text(), "send" | "connect" | "setsockopt"))
    });
    if sends || !file.positional(made).is_empty() {
        return Some((finding, host.span()));
    }
    let family = match made.field("arguments") {
        Some(list) => Edit::replace(list.span(), "(Socket::AF_INET6)"),
        None => Edit::insert(made.end(), "(Socket::AF_INET6)"),
    };
    let fix = Fix::new().edit(family).edit(Edit::replace(inside, "::"));
    Some((finding.fix(Applicability::Unsafe, fix), host.span()))
}

/// The IPv4 wildcard under a name that speaks of listening.
fn unseen(file: &File, literal: Node<'_>) -> Option<Finding> {
    let value = file.string(literal)?;
    let address = address::addresses(&value).into_iter().next()?;
    let rest = value.get(address.span.end..)?;
    let whole = address.span.start == 0 && (rest.is_empty() || rest.starts_with(':'));
    if address.class != AddressClass::Wildcard || !whole {
        return None;
    }
    let parent = literal.parent()?;
    let name = match parent.kind() {
        "pair" if parent.field("value") == Some(literal) => parent.field("key")?.text(),
        "keyword_parameter" | "optional_parameter" => parent.field("name")?.text(),
        "assignment" => parent.field("left")?.text(),
        "argument_list" => {
            let call = parent.parent()?;
            if file.callee(call)? != "ENV.fetch" {
                return None;
            }
            parent.items().next()?.text()
        }
        _ => return None,
    };
    let words = naming::words(name);
    let listens = words.iter().any(|w| matches!(w.as_str(), "bind" | "listen" | "binding"));
    let message = "0.0.0.0 is IPv4 alone; where it is listened on, IPv6 clients are not served, and what stands for both \
                   families depends on the server";
    (listens || naming::is_host(name.trim_matches([':', '"', '\''])))
        .then(|| Finding::new(literal.span(), Role::BindHost.name(), message).because(format!("it is given to {name}")))
}
