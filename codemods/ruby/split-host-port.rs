//! # Split host and port at the colon before the port
//!
//! An address with a port has its port behind the last colon: `[2001:db8::1]:80`. `split(':')`
//! takes an IPv6 address into many parts.
//!
//! ## Why it breaks
//! `host, port = address.split(':')` gives `[2001` and `db8` for an IPv6 address.
//!
//! ## Examples
//! ```rb before
//! port = endpoint.split(':', 2)[1].to_i
//! ```
//! ```rb after unsafe
//! port = endpoint.split(/:(?=\d*\z)/, 2)[1].to_i
//! ```
//! What opens a connection wants no brackets:
//! ```rb before
//! def dial(address)
//!   host, port = address.split(':')
//!   TCPSocket.new(host, port.to_i)
//! end
//! ```
//! ```rb after unsafe
//! def dial(address)
//!   host, port = address.split(/:(?=\d*\z)/).map { |part| part.delete('[]') }
//!   TCPSocket.new(host, port.to_i)
//! end
//! ```
//! The same where a text gets its brackets of its own:
//! ```rb before
//! def tunnel(request)
//!   host, port = request.address.split(':', 2)
//!   log.debug("dialling #{host}:#{port}")
//!   TCPSocket.new(host, port)
//! end
//! ```
//! ```rb after unsafe
//! def tunnel(request)
//!   host, port = request.address.split(/:(?=\d*\z)/, 2).map { |part| part.delete('[]') }
//!   log.debug("dialling #{host}:#{port}")
//!   TCPSocket.new(host, port)
//! end
//! ```
//! What is put together again keeps them:
//! ```rb before
//! def endpoint(address)
//!   host, port = address.split(':')
//!   Address.new([host, port || 443].join(':'))
//! end
//! ```
//! ```rb after unsafe
//! def endpoint(address)
//!   host, port = address.split(/:(?=\d*\z)/)
//!   Address.new([host, port || 443].join(':'))
//! end
//! ```
//! Where it is not seen whether the host is wanted with its brackets, or text is compared with it, a person
//! has to look:
//! ```rb reported
//! host, port = address.split(':')
//! name = request.host_with_port.split(":")[0]
//! remote_ip = peer_addr.split(':').first
//! ```
//! ```rb reported
//! def local?(address)
//!   host, port = address.split(':', 2)
//!   host == '127.0.0.1' || host == '::1'
//! end
//!
//! def match?(address, patterns)
//!   host, _port = address.split(':')
//!   patterns.any? { |pattern| host.end_with?(pattern) }
//! end
//! ```
//! Parts that are kept are so, too:
//! ```rb reported
//! parts = address.split(':')
//! connect(parts[0], parts[1])
//! ```
//! Near-misses:
//! ```rb unchanged
//! name, tag = image.split(':')
//! user, password = credentials.split(':')
//! mac = mac_address.split(':')
//! key = line.split(':').first
//! host, port = address.rpartition(':')
//!
//! def validate!(address)
//!   raise Error, "no IPv6 address: #{address}" if address.count(':') > 1
//!   host, port = address.split(':')
//! end
//! ```
//!
//! ## Safety
//! Unsafe: for an address with or without a port the parts are today's, as long as the port is a
//! number; that text is an address is taken from its name and those of its parts. The host of an
//! IPv6 address keeps its brackets where nothing is called with it, or where it goes into text.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 8.2 RB-HOST

use sixify_langs::ruby::{self, File};
use sixify_langs::{classify, naming};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[&["split(':'"], &["split(\":\""], &["split ':'"], &["split \":\""]]),
    specificity: 0,
    run,
};

/// Splits at a colon that has nothing but a number behind it.
const SEPARATOR: &str = r"/:(?=\d*\z)/";
/// Takes the brackets off every part.
const BARE: &str = ".map { |part| part.delete('[]') }";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    for call in file.tree.all("call") {
        if let Some(finding) = split(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn split(file: &File, call: Node<'_>) -> Option<Finding> {
    if call.field("method")?.text() != "split" {
        return None;
    }
    let receiver = call.field("receiver")?;
    let separator = file.argument(call, 0)?;
    if file.string(separator)? != ":" || file.argument(call, 1).is_some_and(|n| n.text() != "2") {
        return None;
    }
    let called = name(receiver)?;
    let around = call.ancestor(&["method", "singleton_method"]).map_or("", Node::text);
    if around.to_ascii_lowercase().contains("ipv6") || around.contains("\"[#{") {
        return None;
    }
    let words = naming::words(&called);
    let other = words.iter().any(|w| matches!(w.as_str(), "mac" | "hw" | "mail" | "email" | "memory"));
    let sure = !other && (naming::is_address(&called) || words.ends_with(&["with".to_owned(), "port".to_owned()]));
    let parent = call.parent()?;
    let finding = Finding::new(
        call.span(),
        Role::Split.name(),
        "the text before a colon is the host only for names and IPv4 addresses",
    )
    .because(format!("{} is called {called}", receiver.text()));
    let fixed =
        || finding.clone().fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(separator.span(), SEPARATOR)));
    match parent.kind() {
        "assignment" => {
            let left = parent.field("left")?;
            if !left.is("left_assignment_list") {
                return (sure && left.is("identifier")).then_some(finding);
            }
            let names: Vec<Node<'_>> = left.items().collect();
            let [host, port] = names.as_slice() else { return None };
            let pair = naming::is_host(host.text().trim_start_matches('@'))
                && naming::is_port(port.text().trim_start_matches('@'));
            if !(pair || sure && naming::is_port(port.text())) {
                return None;
            }
            // A name is looked for in it, which no address is.
            if port.text().starts_with('_') || compared(*host) {
                return Some(finding);
            }
            let mut found = fixed();
            if called_with(*host) {
                found.fix = found.fix.map(|fix| fix.edit(Edit::insert(call.end(), BARE)));
            } else if !joined_again(*host) {
                return Some(finding);
            }
            Some(found)
        }
        "element_reference" => {
            let index = parent.items().last()?.text();
            (sure && matches!(index, "0" | "1")).then(|| if index == "1" { fixed() } else { finding.clone() })
        }
        "call" if parent.field("receiver") == Some(call) => {
            let method = parent.field("method")?.text();
            (sure && method == "first").then_some(finding)
        }
        _ => None,
    }
}

/// Whether a variable is compared with other text: an address in brackets equals none without.
fn compared(host: Node<'_>) -> bool {
    let Some(method) = host.ancestor(&["method", "singleton_method"]).filter(|_| host.is("identifier")) else {
        return false;
    };
    let uses =
        method.descendants().filter(|n| n.is("identifier") && n.text() == host.text() && n.start() > host.start());
    uses.into_iter().filter_map(Node::parent).any(|p| match p.kind() {
        "binary" => p.field("operator").is_some_and(|o| matches!(o.text(), "==" | "!=" | "=~")),
        "call" => p.field("method").is_some_and(|m| {
            matches!(m.text(), "end_with?" | "start_with?" | "match?" | "casecmp" | "casecmp?" | "eql?")
        }),
        "argument_list" => p.parent().and_then(|c| c.field("method")).is_some_and(|m| m.text() == "include?"),
        _ => false,
    })
}

/// Whether a variable is handed to something, and goes into no text.
fn called_with(host: Node<'_>) -> bool {
    let Some(method) = host.ancestor(&["method", "singleton_method"]).filter(|_| host.is("identifier")) else {
        return false;
    };
    let uses: Vec<Node<'_>> = method
        .descendants()
        .filter(|n| n.is("identifier") && n.text() == host.text() && n.start() > host.start())
        .filter_map(Node::parent)
        .collect();
    // `[host, port].join(':')`
    let joined = |p: &Node<'_>| {
        let call = p.parent().filter(|_| p.is("array"));
        call.and_then(|c| c.field("method")).is_some_and(|m| m.text() == "join")
    };
    let text = |p: &Node<'_>| p.is_any(&["interpolation", "binary"]) || joined(p);
    // `"#{host}:#{port}"` gets the brackets that it needs where it is written.
    let dials = |p: &Node<'_>| {
        let call = p.parent().filter(|_| p.is("argument_list"));
        let method = call.and_then(|c| c.field("method")).map_or("", Node::text);
        let receiver = call.and_then(|c| c.field("receiver")).map_or("", Node::text);
        receiver == "TCPSocket" && matches!(method, "new" | "open") || receiver == "Socket" && method == "tcp"
    };
    let plain =
        |p: &Node<'_>| !text(p) || p.is("interpolation") && p.next().is_some_and(|rest| rest.text().starts_with(':'));
    if uses.iter().any(dials) && uses.iter().all(plain) {
        return true;
    }
    !uses.iter().any(text) && uses.iter().any(|p| p.is_any(&["argument_list", "array"]))
}

/// Whether a variable goes before a port again, where an address has its brackets.
fn joined_again(host: Node<'_>) -> bool {
    let Some(method) = host.ancestor(&["method", "singleton_method", "program"]) else { return false };
    let uses = method.descendants().filter(|n| {
        n.text() == host.text() && n.is_any(&["identifier", "instance_variable"]) && n.start() > host.start()
    });
    uses.into_iter().filter_map(Node::parent).any(|p| {
        let list = p.parent().filter(|_| p.is("array")).and_then(|c| c.field("method"));
        p.is("interpolation") && p.next().is_some_and(|rest| rest.text().starts_with(':'))
            || list.is_some_and(|m| m.text() == "join")
    })
}

/// What a value is called.
fn name(value: Node<'_>) -> Option<String> {
    match value.kind() {
        "identifier" | "constant" => Some(value.text().to_owned()),
        "instance_variable" => Some(value.text().trim_start_matches('@').to_owned()),
        "call" => {
            let method = value.field("method")?.text();
            match method {
                "to_s" | "strip" | "first" | "last" => name(value.field("receiver")?),
                _ => Some(method.to_owned()),
            }
        }
        "element_reference" => Some(value.items().last()?.text().trim_matches([':', '"', '\'']).to_owned()),
        _ => None,
    }
}
