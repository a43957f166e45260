//! # Use `tcp` and `udp` instead of `tcp4` and `udp4`
//!
//! ## Why it breaks
//! With the network `tcp4` Go makes an IPv4 socket: a listener cannot be reached over IPv6, and a
//! dial fails on an IPv6-only host. `tcp` takes whatever family the host and the address have.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import "net"
//!
//! func serve(port string) (net.Listener, error) {
//! 	if l, err := net.Listen("tcp4", ":8080"); err == nil {
//! 		return l, nil
//! 	}
//! 	return net.Listen("tcp4", "0.0.0.0:"+port)
//! }
//! ```
//! ```go after
//! package main
//!
//! import "net"
//!
//! func serve(port string) (net.Listener, error) {
//! 	if l, err := net.Listen("tcp", ":8080"); err == nil {
//! 		return l, nil
//! 	}
//! 	return net.Listen("tcp", "0.0.0.0:"+port)
//! }
//! ```
//! Whoever is dialled, and what is listened on elsewhere:
//! ```go before
//! package main
//!
//! import "net"
//!
//! func open(host, addr string) (net.Conn, error) {
//! 	if _, err := net.Listen("tcp4", addr); err != nil {
//! 		return nil, err
//! 	}
//! 	return net.Dial("udp4", host+":53")
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! func open(host, addr string) (net.Conn, error) {
//! 	if _, err := net.Listen("tcp", addr); err != nil {
//! 		return nil, err
//! 	}
//! 	return net.Dial("udp", host+":53")
//! }
//! ```
//! Functions of the project and of others, function values, fields and names:
//! ```go before
//! package main
//!
//! import "net"
//!
//! type config struct{ Network, Address string }
//!
//! type pool struct{}
//!
//! func (pool) ListenPacket(network, address string) (net.PacketConn, error) { return nil, nil }
//!
//! func serve(p pool, listen func(network, address string) (net.Listener, error), addr string) error {
//! 	if _, err := p.ListenPacket("udp4", addr); err != nil {
//! 		return err
//! 	}
//! 	network := "tcp4"
//! 	use(config{Network: "tcp4", Address: addr}, network)
//! 	_, err := listen("tcp4", addr)
//! 	return err
//! }
//!
//! func use(config, string) {}
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! type config struct{ Network, Address string }
//!
//! type pool struct{}
//!
//! func (pool) ListenPacket(network, address string) (net.PacketConn, error) { return nil, nil }
//!
//! func serve(p pool, listen func(network, address string) (net.Listener, error), addr string) error {
//! 	if _, err := p.ListenPacket("udp", addr); err != nil {
//! 		return err
//! 	}
//! 	network := "tcp"
//! 	use(config{Network: "tcp", Address: addr}, network)
//! 	_, err := listen("tcp", addr)
//! 	return err
//! }
//!
//! func use(config, string) {}
//! ```
//! A function that also names `tcp6` handles both families on purpose, and an IPv4 address needs
//! an IPv4 socket:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! func both() (a, b net.Listener, err error) {
//! 	if a, err = net.Listen("tcp4", ":8080"); err != nil {
//! 		return
//! 	}
//! 	b, err = net.Listen("tcp6", ":8080")
//! 	return
//! }
//!
//! func literal() (net.Conn, error) {
//! 	return net.Dial("tcp4", "192.0.2.1:80")
//! }
//!
//! func listenIPv4() (net.Listener, error) {
//! 	return net.Listen("tcp4", ":8080")
//! }
//!
//! func option(onlyTCP4 bool) (net.Listener, error) {
//! 	network := "tcp"
//! 	if onlyTCP4 {
//! 		network = "tcp4"
//! 	}
//! 	return net.Listen(network, ":8080")
//! }
//!
//! func name() string { return "tcp4" }
//!
//! func is(network string) bool { return network == "tcp4" }
//! ```
//! A multicast group and the options of an IPv4 socket stay with IPv4:
//! ```go reported
//! package main
//!
//! import "net"
//!
//! func group() (*net.UDPConn, error) {
//! 	return net.ListenMulticastUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353})
//! }
//!
//! func readBroadcasts(port int) (*net.UDPConn, error) {
//! 	return net.ListenUDP("udp4", &net.UDPAddr{Port: port})
//! }
//!
//! func original(b [4]byte, port string) (*net.TCPAddr, error) {
//! 	ip := net.IPv4(b[0], b[1], b[2], b[3])
//! 	return net.ResolveTCPAddr("tcp4", ip.String()+":"+port)
//! }
//! ```
//!
//! ## Safety
//! Safe for `net.Listen` on all addresses: on every measured kind of host the listener gains addresses
//! and loses none. Unsafe elsewhere: the network may have been narrowed on purpose, and peers of a UDP
//! socket may be IPv4 literals.
//!
//! ## References
//! - Go documentation: net.Dial, "Known networks"
//! - evidence: languages, Go GO-TCP4

use sixify_langs::address;
use sixify_langs::{classify, go, naming};

use crate::catalog;
use crate::go_guards::made_of_four_bytes;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&["tcp4"], &["udp4"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc).filter(|_| !about_ipv4(doc)) else {
        return Ok(());
    };
    for network in file.tree.all("interpreted_string_literal") {
        if !matches!(network.text(), "\"tcp4\"" | "\"udp4\"") || both_families(network) {
            continue;
        }
        let Some(why) = call(&file, network, cx).or_else(|| named(network)) else { continue };
        let digit = Span::new(network.end() - 2, network.end() - 1);
        let message = format!("{} makes an IPv4 socket", network.text());
        let finding = Finding::new(network.span(), Role::AddressFamily.name(), message).because(why);
        if needs_ipv4(&file, network) {
            cx.report(finding.because("the socket is for IPv4 on purpose, or for something that only IPv4 has"));
        } else {
            let how = if listens_everywhere(&file, network) { Applicability::Safe } else { Applicability::Unsafe };
            cx.report(finding.fix(how, Fix::new().edit(Edit::delete(digit))));
        }
    }
    Ok(())
}

/// Why an argument is the network of a socket: the catalog says so, or the name of the function.
fn call(file: &go::File, network: Node<'_>, cx: &Context<'_>) -> Option<String> {
    let call = network.parent().filter(|p| p.is("argument_list"))?.parent().filter(|c| c.is("call_expression"))?;
    let arguments = file.arguments(call);
    let position = arguments.iter().position(|a| *a == network)? + 1;
    // An IPv4 address needs an IPv4 socket.
    let literal = |a: &Node<'_>| address::addresses(file.constant(*a).0.text()).iter().any(|a| !a.ip.is_unspecified());
    if arguments.iter().any(literal) {
        return None;
    }
    let callee = file.callee(call);
    let known =
        callee.iter().flat_map(|c| catalog::apis(cx.options(), "go").api(c)).any(|a| a.network == Some(position));
    let name = call.field("function").map_or("", Node::text);
    let opens =
        naming::words(name.rsplit('.').next().unwrap_or(name)).iter().any(|word| OPENS.contains(&word.as_str()));
    match callee {
        Some(callee) if known => Some(format!("argument {position} of {callee} (network)")),
        _ if opens && arguments.len() > 1 => {
            Some(format!("argument {position} of {name}, which opens a socket by its name"))
        }
        _ => None,
    }
}

/// Whether this is the network of a TCP listener on all addresses, which was measured with both. Go
/// shows IPv4 clients in the same way with either.
fn listens_everywhere(file: &go::File, network: Node<'_>) -> bool {
    let call = network.parent().and_then(Node::parent).filter(|c| c.is("call_expression"));
    let Some(call) = call.filter(|c| file.callee(*c).as_deref() == Some("net.Listen")) else { return false };
    let address = file.arguments(call).get(1).and_then(|a| file.text_expr(file.constant(*a).0));
    let all = address.and_then(|a| a.prefix().map(|(text, _)| text.starts_with(':') || text.starts_with("0.0.0.0:")));
    network.text() == "\"tcp4\"" && all == Some(true)
}

/// Words in the names of functions that open sockets or look addresses up.
const OPENS: &[&str] = &["listen", "listener", "dial", "dialer", "resolve", "bind", "serve", "connect", "socket"];

/// Why a value is the network of a socket: it goes to a field or a variable with such a name.
fn named(network: Node<'_>) -> Option<String> {
    let at = network.parent().filter(|p| p.is_any(&["literal_element", "expression_list"]))?;
    let whole = at.parent()?;
    let name = match whole.kind() {
        "keyed_element" => whole.items().next().filter(|key| *key != at)?,
        "short_var_declaration" | "assignment_statement" => {
            whole.field("left").filter(|l| *l != at && l.items().count() == 1)?.items().next()?
        }
        "var_spec" | "const_spec" => whole.field("name")?,
        _ => return None,
    };
    let last = name.text().rsplit('.').next().unwrap_or_default();
    let words = naming::words(last);
    let network =
        words.last().is_some_and(|w| matches!(w.as_str(), "network" | "net" | "proto" | "protocol" | "transport"));
    (network && !chosen(name)).then(|| format!("{} is called a network", name.text()))
}

/// Whether a variable is also given another network.
fn chosen(name: Node<'_>) -> bool {
    let Some(function) = name.ancestor(&["function_declaration", "method_declaration"]) else { return false };
    function.descendants().filter(|n| n.is("assignment_statement")).any(|assignment| {
        let other =
            matches!(assignment.field("right").map(Node::text), Some("\"tcp\"" | "\"udp\"" | "\"tcp6\"" | "\"udp6\""));
        other && assignment.field("left").is_some_and(|l| l.text() == name.text())
    })
}

/// Whether the declaration around it handles IPv6 as well, or IPv4 alone on purpose.
fn both_families(network: Node<'_>) -> bool {
    let declaration = network.ancestors().filter(|n| n.parent().is_some_and(|p| p.is("source_file"))).last();
    let Some(declaration) = declaration else { return false };
    let other = |n: Node<'_>| n.is("interpreted_string_literal") && matches!(n.text(), "\"tcp6\"" | "\"udp6\"");
    let name = declaration.field("name").map_or("", Node::text);
    naming::is_ipv4(name) || asked_for(network) || declaration.descendants().any(other)
}

/// Whether the code is reached only where IPv4 was asked for.
fn asked_for(network: Node<'_>) -> bool {
    network.ancestors().any(|around| match around.kind() {
        "if_statement" => {
            around.field("condition").is_some_and(|c| naming::is_ipv4(c.text()) || c.text().contains("0.0.0.0"))
        }
        "expression_case" => {
            let mut values = around.field("value").into_iter().flat_map(|v| v.items().collect::<Vec<_>>());
            values.all(|value| naming::is_ipv4(value.text()))
        }
        _ => false,
    })
}

/// Whether the socket is for something that only IPv4 has: multicast groups of it, its options.
fn needs_ipv4(file: &go::File, network: Node<'_>) -> bool {
    let options = file.imports.iter().any(|i| i.path == "golang.org/x/net/ipv4");
    let call = network.parent().and_then(Node::parent).filter(|c| c.is("call_expression"));
    let group = call.is_some_and(|c| {
        let text = c.text().to_ascii_lowercase();
        text.contains("multicast") || text.contains("bcast") || text.contains("broadcast") || text.contains("net.ipv4(")
    });
    let made = call.is_some_and(|c| c.descendants().any(|n| n.is("identifier") && made_of_four_bytes(file, n)));
    // Only IPv4 has broadcast.
    let function = network.ancestor(&["function_declaration", "method_declaration"]).and_then(|f| f.field("name"));
    let broadcast = function.is_some_and(|name| name.text().to_ascii_lowercase().contains("broadcast"));
    // `_, err := net.ResolveTCPAddr("tcp4", addr)` only asks whether it is one: what dials it is not seen.
    let asks = call.is_some_and(|c| {
        let list = c.parent().filter(|p| p.is("expression_list"));
        let left = list.and_then(Node::parent).and_then(|s| s.field("left"));
        file.callee(c).is_some_and(|name| name.starts_with("net.Resolve"))
            && left.and_then(|l| l.items().next()).is_some_and(|first| first.text() == "_")
    });
    options || group || made || broadcast || asks || call.is_some_and(|c| only_asks(network, c))
}

/// Whether a listener is closed where it is made and nothing is served by it: the code asks whether a port is free.
fn only_asks(network: Node<'_>, call: Node<'_>) -> bool {
    let made = call.ancestor(&["short_var_declaration", "assignment_statement"]);
    let listener = made.and_then(|m| m.field("left")).and_then(|l| l.items().next()).map_or("", Node::text);
    let function = network.ancestor(&["function_declaration", "method_declaration", "func_literal"]);
    let code = function.map_or("", Node::text);
    let serves = ["Serve(", "Accept(", &format!("return {listener}")].iter().any(|word| code.contains(word));
    let listens = call.field("function").is_some_and(|f| f.text().contains("Listen"));
    listens && !listener.is_empty() && code.contains(&format!("{listener}.Close()")) && !serves
}
