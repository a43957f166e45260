//! # Let ZeroMQ sockets use IPv6
//!
//! A ZeroMQ socket resolves and listens in IPv4 alone until its option `IPV6` is set; with it, both
//! families.
//!
//! ## Why it breaks
//! On an IPv6-only host `connect` finds no address for a name, and a socket that is bound to
//! `tcp://*:5557` is not reached.
//!
//! ## Examples
//! ```py before
//! import zmq
//!
//!
//! class Server:
//!     def __init__(self, host, port):
//!         context = zmq.Context()
//!         self.socket = context.socket(zmq.ROUTER)
//!
//!         self.socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
//!         self.socket.bind("tcp://%s:%i" % (host, port))
//! ```
//! ```py after unsafe
//! import socket
//! import zmq
//!
//!
//! class Server:
//!     def __init__(self, host, port):
//!         context = zmq.Context()
//!         self.socket = context.socket(zmq.ROUTER)
//!
//!         self.socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
//!         if socket.has_dualstack_ipv6():
//!             self.socket.setsockopt(zmq.IPV6, 1)
//!         self.socket.bind("tcp://%s:%i" % (host, port))
//! ```
//! The option by itself, which fails where there is no IPv6:
//! ```py before
//! import zmq.green as zmq
//!
//! sub = zmq.Context.instance().socket(zmq.SUB)
//! sub.setsockopt(zmq.IPV6, 1)
//! sub.connect(url)
//! ```
//! ```py after unsafe
//! import socket
//! import zmq.green as zmq
//!
//! sub = zmq.Context.instance().socket(zmq.SUB)
//! if socket.has_dualstack_ipv6():
//!     sub.setsockopt(zmq.IPV6, 1)
//! sub.connect(url)
//! ```
//! Where `socket` is a name of the file's own:
//! ```py reported
//! import zmq
//!
//!
//! def serve(context):
//!     socket = zmq.Context().socket(zmq.REP)
//!     socket.bind("tcp://*:5555")
//! ```
//! Near-misses:
//! ```py unchanged
//! import zmq
//!
//! context = zmq.Context()
//! pair = context.socket(zmq.PAIR)
//! pair.bind("inproc://here")
//! local = context.socket(zmq.REP)
//! local.bind("tcp://127.0.0.1:5555")
//! both = context.socket(zmq.REP)
//! both.ipv6 = has_ipv6()
//! both.bind("tcp://*:5556")
//! ```
//!
//! ## Safety
//! Unsafe: documented and not measured. With the option a name is looked up in IPv6 first, also
//! where the network has no route for it.
//!
//! ## References
//! - ZeroMQ, zmq_setsockopt(3): ZMQ_IPV6, default 0
//! - Python documentation: socket.has_dualstack_ipv6()

use sixify_langs::classify;
use sixify_langs::python::{self, File};

use crate::prelude::*;
use crate::python_code::{callee, level, line_end, own_lines, statement};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[&["zmq", ".socket("], &["zmq.IPV6"]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    // Who asks for the family has seen to the sockets that need it.
    let asks = ["is_valid_ipv6", "is_ipv6", "has_ipv6"].iter().any(|word| doc.text.contains(word));
    for call in file.tree.all("call") {
        let made = made(doc, &file, call).map(|mut finding| {
            if asks {
                finding.fix = None;
            }
            finding
        });
        if let Some(finding) = made {
            cx.report(finding);
        } else if let Some(finding) = unguarded(doc, &file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// A socket that is made and used without the option.
fn made(doc: &Document, file: &File, call: Node<'_>) -> Option<Finding> {
    let path = callee(file, call)?;
    let context = path.strip_suffix("#socket")?;
    if !context.starts_with("zmq.") || !(context.ends_with("Context()") || context.ends_with("Context.instance()")) {
        return None;
    }
    let assignment = call.parent().filter(|p| p.is("assignment") && p.field("right") == Some(call))?;
    let target = assignment.field("left")?.text();
    let methods = || file.tree.all("call").filter(move |c| receiver(*c).is_some_and(|(object, _)| object == target));
    let reaches = |c: Node<'_>| {
        let method = receiver(c).map_or("", |(_, method)| method);
        matches!(method, "bind" | "connect" | "bind_to_random_port") && !local(file, c)
    };
    if !methods().any(reaches) || has_option(file, call, target) {
        return None;
    }
    let message = "this ZeroMQ socket uses IPv4 alone until its option IPV6 is set";
    let finding = Finding::new(call.span(), ROLE, message).because(path.clone());
    let mut last = statement(assignment)?;
    while let Some(next) = next_statement(last) {
        let sets = next.items().next().and_then(receiver).is_some_and(|(o, m)| o == target && m == "setsockopt");
        if !sets {
            break;
        }
        last = next;
    }
    let zmq = file.imports.iter().find(|i| matches!(i.module.as_str(), "zmq" | "zmq.green") && i.member.is_none());
    let Some(zmq) = zmq.map(|i| i.local.as_str()) else { return Some(finding) };
    let Some(indent) = own_lines(&doc.text, last) else { return Some(finding) };
    // What is given from outside may be on this machine alone.
    let outside = |c: Node<'_>| {
        let endpoint = file.argument(c, Some(0), None).and_then(|e| file.text_expr(file.value(e).node));
        reaches(c) && endpoint.is_some_and(|text| text.prefix().is_some_and(|(text, _)| text.starts_with("tcp:")))
    };
    if !methods().any(outside) && (!doc.text.contains("tcp://") || doc.text.contains("ipc://")) {
        return Some(finding.because("nothing shows that its endpoint is one of TCP"));
    }
    if taken(file, call) {
        return Some(finding.because("the module socket is known by no name here"));
    }
    let level = level(&doc.text, indent);
    let lines = format!("\n{indent}if socket.has_dualstack_ipv6():\n{indent}{level}{target}.setsockopt({zmq}.IPV6, 1)");
    let fix = Fix::new().edit(Edit::insert(line_end(&doc.text, last.end()), lines));
    Some(finding.fix(Applicability::Unsafe, fix.need(socket())))
}

/// The option set on every host.
fn unguarded(doc: &Document, file: &File, call: Node<'_>) -> Option<Finding> {
    let (_, method) = receiver(call)?;
    let option = file.argument(call, Some(0), None)?;
    let on = file.argument(call, Some(1), None).is_some_and(|v| matches!(v.text(), "1" | "True"));
    let names = option.is("attribute")
        && option.text().ends_with(".IPV6")
        && file.origins(option).iter().any(|o| o.path.starts_with("zmq."));
    if !matches!(method, "setsockopt" | "set") || !on || !names {
        return None;
    }
    let asked = call.ancestors().filter(|n| n.is("if_statement")).any(|n| {
        n.field("condition").is_some_and(|c| c.text().to_ascii_lowercase().contains("ipv6") || c.text().contains(':'))
    });
    if asked || call.ancestor(&["try_statement"]).is_some_and(|t| t.field("body").is_some_and(|b| b.holds(call))) {
        return None;
    }
    let message = "with this option ZeroMQ makes IPv6 sockets, also on a host that has no IPv6";
    let finding = Finding::new(call.span(), ROLE, message);
    let whole = statement(call).filter(|s| s.items().next() == Some(call))?;
    let Some(indent) = own_lines(&doc.text, whole).filter(|_| !taken(file, call)) else { return Some(finding) };
    let guard = format!("if socket.has_dualstack_ipv6():\n{indent}{}", level(&doc.text, indent));
    let fix = Fix::new().edit(Edit::insert(whole.start(), guard)).need(socket());
    Some(finding.fix(Applicability::Unsafe, fix))
}

fn socket() -> Need {
    Need::Import { module: "socket".to_owned(), member: None, local: "socket".to_owned() }
}

/// Whether the name `socket` means something else than the module at a place.
fn taken(file: &File, at: Node<'_>) -> bool {
    let module = |n: u32| file.imports.iter().any(|i| i.node == n && i.module == "socket" && i.member.is_none());
    file.names.lookup(at, "socket").is_some_and(|(decl, _)| !module(decl.node))
}

/// The object and the method of a call.
fn receiver<'a>(call: Node<'a>) -> Option<(&'a str, &'a str)> {
    let function = call.field("function").filter(|f| f.is("attribute"))?;
    Some((function.field("object")?.text(), function.field("attribute")?.text()))
}

/// Whether an endpoint is one inside the machine.
fn local(file: &File, call: Node<'_>) -> bool {
    let Some(endpoint) = file.argument(call, Some(0), None) else { return true };
    let text = file.text_expr(file.value(endpoint).node);
    let Some((text, _)) = text.as_ref().and_then(|t| t.prefix()) else { return false };
    ["inproc:", "ipc:", "udp:", "pgm:", "epgm:", "tcp://127.", "tcp://localhost"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// Whether the option is set on the socket or on its context.
fn has_option(file: &File, call: Node<'_>, target: &str) -> bool {
    let context = call.field("function").and_then(|f| f.field("object")).map_or("", Node::text);
    let set = file.tree.all("call").any(|c| {
        let on = receiver(c).is_some_and(|(object, _)| object == target || object == context);
        on && file.argument(c, Some(0), None).is_some_and(|a| a.text().ends_with("IPV6"))
    });
    set || file.tree.all("assignment").any(|a| {
        let left = a.field("left").map_or("", Node::text);
        left == format!("{target}.ipv6") || left == format!("{context}.ipv6") || left == format!("{target}.IPV6")
    })
}

fn next_statement(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(node.next(), |n| n.next()).find(|n| n.is_named() && !n.is_comment())
}
