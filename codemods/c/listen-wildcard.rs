//! # Listen on both families with one IPv6 socket
//!
//! ## Why it breaks
//! A socket of the family `AF_INET` that is bound to `INADDR_ANY` is not reached over IPv6. One of
//! the family `AF_INET6` without `IPV6_V6ONLY` is reached over both.
//!
//! ## Examples
//! ```c before
//! #include <netinet/in.h>
//! #include <string.h>
//! #include <sys/socket.h>
//!
//! int serve(int port) {
//!     struct sockaddr_in addr;
//!     int fd = socket(AF_INET, SOCK_STREAM, 0);
//!     if (fd < 0)
//!         return -1;
//!     memset(&addr, 0, sizeof(addr));
//!     addr.sin_family = AF_INET;
//!     addr.sin_addr.s_addr = htonl(INADDR_ANY);
//!     addr.sin_port = htons(port);
//!     if (bind(fd, (struct sockaddr *)&addr, sizeof(struct sockaddr_in)) < 0)
//!         return -1;
//!     listen(fd, 5);
//!     return accept(fd, NULL, NULL);
//! }
//! ```
//! ```c after unsafe
//! #include <netinet/in.h>
//! #include <string.h>
//! #include <sys/socket.h>
//!
//! int serve(int port) {
//!     struct sockaddr_in6 addr;
//!     int fd = socket(AF_INET6, SOCK_STREAM, 0);
//!     if (fd < 0)
//!         return -1;
//!     memset(&addr, 0, sizeof(addr));
//!     addr.sin6_family = AF_INET6;
//!     addr.sin6_addr = in6addr_any;
//!     addr.sin6_port = htons(port);
//!     int v6only = 0;
//!     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));
//!     if (bind(fd, (struct sockaddr *)&addr, sizeof(struct sockaddr_in6)) < 0)
//!         return -1;
//!     listen(fd, 5);
//!     return accept(fd, NULL, NULL);
//! }
//! ```
//! An address that nothing clears is cleared, for it has a scope and a flow:
//! ```c before
//! int serve(int port) {
//!     struct sockaddr_in sin;
//!     int fd = socket(AF_INET, SOCK_DGRAM, 0);
//!     sin.sin_family = AF_INET;
//!     sin.sin_addr.s_addr = INADDR_ANY;
//!     sin.sin_port = htons(port);
//!     return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
//! }
//! ```
//! ```c after unsafe
//! int serve(int port) {
//!     struct sockaddr_in6 sin = {0};
//!     int fd = socket(AF_INET6, SOCK_DGRAM, 0);
//!     sin.sin6_family = AF_INET6;
//!     sin.sin6_addr = in6addr_any;
//!     sin.sin6_port = htons(port);
//!     int v6only = 0;
//!     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));
//!     return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
//! }
//! ```
//! libuv sets the option by itself:
//! ```c before
//! #include <uv.h>
//!
//! int serve(uv_tcp_t *server) {
//!     struct sockaddr_in addr;
//!     uv_ip4_addr("0.0.0.0", 7000, &addr);
//!     return uv_tcp_bind(server, (const struct sockaddr *)&addr, 0);
//! }
//! ```
//! ```c after unsafe
//! #include <uv.h>
//!
//! int serve(uv_tcp_t *server) {
//!     struct sockaddr_in6 addr;
//!     uv_ip6_addr("::", 7000, &addr);
//!     return uv_tcp_bind(server, (const struct sockaddr *)&addr, 0);
//! }
//! ```
//! Boost.Asio and Qt:
//! ```cpp before
//! void serve(boost::asio::io_context& io, QTcpServer& qt, unsigned short port) {
//!   tcp::acceptor acceptor(io, tcp::endpoint(tcp::v4(), port));
//!   qt.listen(QHostAddress::AnyIPv4, port);
//! }
//! ```
//! ```cpp after unsafe
//! void serve(boost::asio::io_context& io, QTcpServer& qt, unsigned short port) {
//!   tcp::acceptor acceptor(io, tcp::endpoint(tcp::v6(), port));
//!   qt.listen(QHostAddress::Any, port);
//! }
//! ```
//! Reported: an idiom that is spread over several functions, and peers whose addresses are read as IPv4.
//! ```c reported
//! #include <netinet/in.h>
//!
//! void fill(struct sockaddr_in *addr, int port) {
//!     addr->sin_family = AF_INET;
//!     addr->sin_addr.s_addr = INADDR_ANY;
//!     addr->sin_port = htons(port);
//! }
//! ```
//! ```c reported
//! #include <netinet/in.h>
//!
//! int serve(int port) {
//!     struct sockaddr_in addr = {0}, peer;
//!     int fd = socket(AF_INET, SOCK_STREAM, 0);
//!     addr.sin_family = AF_INET;
//!     addr.sin_addr.s_addr = INADDR_ANY;
//!     addr.sin_port = htons(port);
//!     bind(fd, (struct sockaddr *)&addr, sizeof(addr));
//!     socklen_t length = sizeof(peer);
//!     return accept(fd, (struct sockaddr *)&peer, &length);
//! }
//! ```
//! Left alone: clients, loopback, code that has the other family, gRPC, whose `0.0.0.0` is dual-stack.
//! ```cpp unchanged
//! int dial(int port, int family) {
//!   struct sockaddr_in addr;
//!   addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
//!   tcp::endpoint known(port < 0 ? tcp::v6() : tcp::v4(), port);
//!   builder.AddListeningPort("0.0.0.0:50051", grpc::InsecureServerCredentials());
//!   return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&addr, sizeof(addr));
//! }
//! ```
//! ```c unchanged mode=ipv6-capable
//! void fill(struct sockaddr_in *addr) {
//!     addr->sin_addr.s_addr = INADDR_ANY;
//! }
//! ```
//!
//! ## Safety
//! Unsafe: measured, the socket is reached over both families wherever one of the family `AF_INET`
//! was reached, but not on a kernel without IPv6, where it cannot be made. IPv4 peers are shown as
//! `::ffff:192.0.2.1`. Boost.Asio leaves the option to the system (`net.ipv6.bindv6only`).
//!
//! ## References
//! - evidence: languages, C C-BIND4, measured
//! - RFC 3493, 3.7 and 5.3
//! - libuv, `uv_tcp_bind`: IPv6 sockets are dual-stack without `UV_TCP_IPV6ONLY`

use sixify_langs::c::{self, Call, File, last_name};
use sixify_langs::{Mode, classify};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[
        &["INADDR_ANY"],
        &["uv_ip4_addr", "0.0.0.0"],
        &["tcp::v4()", "endpoint"],
        &["udp::v4()", "endpoint"],
        &["QHostAddress::AnyIPv4"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = c::file(doc).filter(|_| policy.listeners() && !about_ipv4(doc)) else { return Ok(()) };
    let v6only = u8::from(policy.mode == Mode::Ipv6Only);
    for node in file.tree.all("identifier").filter(|n| n.text() == "INADDR_ANY") {
        any(&file, node, v6only, cx);
    }
    for call in file.calls() {
        libuv(&file, &call, cx);
    }
    let v4 = |n: &Node<'_>| n.text().ends_with("tcp::v4") || n.text().ends_with("udp::v4");
    for path in file.tree.all("qualified_identifier").filter(v4) {
        asio(&file, path, cx);
    }
    for node in file.tree.all("qualified_identifier").filter(|n| n.text() == "QHostAddress::AnyIPv4") {
        let message = "the server is reached over IPv4 only; QHostAddress::Any is both families";
        let finding = Finding::new(node.span(), Role::BindHost.name(), message);
        if doc.text.contains("QHostAddress::AnyIPv6") {
            cx.report(finding.because("the file names the other family too, and tells them apart"));
            continue;
        }
        let name = node.field("name").filter(|_| !doc.text.contains("joinMulticastGroup"));
        cx.report(match name {
            Some(name) => finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(name.span(), "Any"))),
            None => finding.because("the file joins a multicast group, whose family must be the socket's"),
        });
    }
    Ok(())
}

/// `INADDR_ANY` that is put into an address to listen on.
fn any(file: &File, node: Node<'_>, v6only: u8, cx: &mut Context<'_>) {
    let Some(assignment) = node.ancestors().take(4).find(|n| n.is("assignment_expression")) else { return };
    let Some(target) = assignment.field("left").filter(|t| t.text().ends_with("s_addr")) else { return };
    let Some(function) = file.function(node) else { return };
    // Code that knows the other family decides about it; addresses of routes and groups are no listeners.
    let text = function.text();
    if ["AF_INET6", "in6addr", "sockaddr_in6", "imr_", "IP_ADD_", "connect("].iter().any(|word| text.contains(word)) {
        return;
    }
    if target.text().contains("imr_") || target.text().contains("mask") {
        return;
    }
    // A stream that is bound and closed again only asks whether a port is free.
    let streams = text.contains("SOCK_STREAM") && text.contains("bind(") && text.contains("close(");
    if streams && !text.contains("listen(") && !gives_socket(file, function) {
        return;
    }
    let message =
        "the socket is not reached over IPv6; one of AF_INET6 without IPV6_V6ONLY is reached over both families";
    let finding = Finding::new(assignment.span(), Role::BindHost.name(), message)
        .because("evidence: C, AF_INET + INADDR_ANY and AF_INET6 + in6addr_any, IPV6_V6ONLY=0, measured");
    match idiom(file, function, target, v6only) {
        Some(edits) => cx.report(
            finding
                .because("all uses of the address and of the socket stand in this function")
                .because("where the kernel has no IPv6, the socket cannot be made")
                .fix(Applicability::Unsafe, Fix::new().edits(edits)),
        ),
        None => cx.report(finding),
    }
}

/// Whether a function gives the socket that it makes to whoever called it.
fn gives_socket(file: &File, function: Node<'_>) -> bool {
    let made = file.calls_in(function).filter(|call| call.name == "socket").filter_map(|call| {
        let holder = call.node.ancestors().find(|n| n.is_any(&["init_declarator", "assignment_expression"]))?;
        holder.field("declarator").or_else(|| holder.field("left"))
    });
    let names: Vec<&str> = made.map(Node::text).collect();
    let gives = |n: &Node<'_>| n.items().any(|value| names.contains(&value.text()));
    function.descendants().filter(|n| n.is("return_statement")).any(|n| gives(&n))
}

/// The edits of the whole idiom: socket, address, bind. `None` when anything of it is not known.
fn idiom(file: &File, function: Node<'_>, target: Node<'_>, v6only: u8) -> Option<Vec<Edit>> {
    let variable = target.text().strip_suffix(".sin_addr.s_addr")?;
    // In C++ no `goto` may pass the variable that the option needs.
    if file.cpp && function.descendants().any(|n| n.is("goto_statement")) {
        return None;
    }
    let calls: Vec<Call<'_>> = file.calls_in(function).collect();
    let named = |name: &str| {
        let mut found = calls.iter().filter(|c| c.function.text().trim_start_matches("::") == name);
        found.next().filter(|_| found.next().is_none())
    };
    let (socket, bind) = (named("socket")?, named("bind")?);
    let family = *socket.arguments.first().filter(|f| ["AF_INET", "PF_INET"].contains(&f.text()))?;
    let given = socket.node.parent()?;
    let fd = match given.kind() {
        "init_declarator" => last_name(given.field("declarator")?)?,
        "assignment_expression" => given.field("left")?.text(),
        "parenthesized_expression" => return None,
        _ => return None,
    };
    if bind.arguments.first()?.text() != fd
        || [fd, variable].iter().any(|name| !name.chars().all(|c| c.is_alphanumeric() || "_.->".contains(c)))
    {
        return None;
    }
    // Addresses of peers would not fit, and would be read as IPv4.
    let peers = ["accept", "accept4", "recvfrom", "getpeername", "getsockname"];
    let whole = file.tree.text();
    let read = file.calls().filter(|c| peers.contains(&c.name)).any(|c| {
        let address = c.arguments.iter().rev().nth(1).map_or("", |a| a.text());
        !["NULL", "nullptr", "0"].contains(&address)
    });
    if read || whole.matches("sockaddr_in ").count() > 1 && whole.contains("inet_ntoa") {
        return None;
    }
    let mut edits = Vec::new();
    let declaration = function.descendants().filter(|n| n.is("declaration")).find(|d| {
        d.fields("declarator").any(|n| {
            last_name(if n.is("init_declarator") { n.field("declarator").unwrap_or(n) } else { n }) == Some(variable)
        })
    })?;
    let ty = declaration.field("type")?;
    let ty = if ty.is("struct_specifier") { ty.field("name")? } else { ty };
    let lone = declaration.fields("declarator").count() == 1;
    let initial = declaration.field("declarator").and_then(|d| d.field("value")).map_or("", Node::text);
    let empty: String = initial.chars().filter(|c| !c.is_whitespace()).collect();
    if ty.text() != "sockaddr_in" || !lone || !["", "{0}", "{}"].contains(&empty.as_str()) {
        return None;
    }
    edits.push(Edit::replace(ty.span(), "sockaddr_in6"));
    // The address has fields that the other one has not: a scope and a flow.
    let cleared = calls.iter().any(|c| {
        ["memset", "bzero"].contains(&c.name) && c.arguments.first().is_some_and(|a| a.text().ends_with(variable))
    });
    if empty.is_empty() && !cleared {
        let zero = if file.cpp { "{}" } else { " = {0}" };
        edits.push(Edit::insert(declaration.field("declarator")?.end(), zero));
    }
    edits.push(Edit::replace(family.span(), "AF_INET6"));
    // Every use of the address must be one of the idiom.
    for used in function.descendants().filter(|n| n.is("identifier") && n.text() == variable) {
        if declaration.holds(used) {
            continue;
        }
        edits.extend(of_use(used, bind)?);
    }
    for size in function.descendants().filter(|n| n.is("sizeof_expression") && n.text().contains("sockaddr_in")) {
        let name = size.descendants().find(|n| n.is("type_identifier") && n.text() == "sockaddr_in")?;
        edits.push(Edit::replace(name.span(), "sockaddr_in6"));
    }
    edits.push(option(file, bind.node, fd, v6only)?);
    Some(edits)
}

/// The edits of one use of the address; none where it stays.
fn of_use(used: Node<'_>, bind: &Call<'_>) -> Option<Vec<Edit>> {
    let parent = used.parent()?;
    if parent.is("field_expression") {
        let field = parent.field("field")?;
        return match field.text() {
            "sin_family" => {
                let value = assigned(parent)?.field("right").filter(|v| ["AF_INET", "PF_INET"].contains(&v.text()))?;
                Some(vec![Edit::replace(field.span(), "sin6_family"), Edit::replace(value.span(), "AF_INET6")])
            }
            "sin_port" => {
                assigned(parent)?;
                Some(vec![Edit::replace(field.span(), "sin6_port")])
            }
            "sin_addr" => {
                let member = parent.parent().filter(|p| p.is("field_expression") && p.text().ends_with("s_addr"))?;
                let assignment = assigned(member)?;
                let value = assignment.field("right")?;
                let wildcard: String = value.text().chars().filter(|c| !c.is_whitespace()).collect();
                let known = ["INADDR_ANY", "htonl(INADDR_ANY)"].contains(&wildcard.as_str());
                known.then(|| {
                    vec![
                        Edit::replace(Span::new(field.start(), member.end()), "sin6_addr"),
                        Edit::replace(value.span(), "in6addr_any"),
                    ]
                })
            }
            _ => None,
        };
    }
    // `sizeof(addr)`, `memset(&addr, …)`, `bind(fd, (struct sockaddr *)&addr, …)`.
    if used.ancestors().take(2).any(|n| n.is("sizeof_expression")) {
        return Some(Vec::new());
    }
    let call = used.ancestors().take(5).find(|n| n.is("call_expression")).and_then(c::call)?;
    let fits = call.node == bind.node || ["memset", "bzero"].contains(&call.name);
    fits.then(Vec::new)
}

/// The assignment to `target`.
fn assigned(target: Node<'_>) -> Option<Node<'_>> {
    target.parent().filter(|p| p.is("assignment_expression") && p.field("left") == Some(target))
}

/// Switches `IPV6_V6ONLY` off before the statement that binds the socket.
fn option(file: &File, bind: Node<'_>, fd: &str, v6only: u8) -> Option<Edit> {
    let statement = bind.ancestors().find(|n| n.parent().is_some_and(|p| p.is("compound_statement")))?;
    // The condition of a loop, or the second part of one, is no place to put statements before.
    if !statement.is_any(&["expression_statement", "if_statement", "declaration", "return_statement"]) {
        return None;
    }
    let text = file.tree.text();
    if text.contains("v6only") {
        return None;
    }
    let line = text.get(..statement.start())?.rfind('\n').map_or(0, |i| i + 1);
    let indent = text.get(line..statement.start()).filter(|i| i.trim().is_empty())?;
    let lines = format!(
        "int v6only = {v6only};\n{indent}setsockopt({fd}, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));\n{indent}"
    );
    Some(Edit::insert(statement.start(), lines))
}

/// `uv_ip4_addr("0.0.0.0", port, &addr)` with an address of the same function.
fn libuv(file: &File, call: &Call<'_>, cx: &mut Context<'_>) {
    let [host, _, address] = call.arguments.as_slice() else { return };
    if call.name != "uv_ip4_addr" || file.literal(*host) != Some("0.0.0.0") {
        return;
    }
    let message = "the server is not reached over IPv6; libuv makes a socket on :: one of both families";
    let finding = Finding::new(call.node.span(), Role::BindHost.name(), message);
    let fix = || {
        let function = file.function(call.node)?;
        let variable = address.field("argument").filter(|a| a.is("identifier"))?;
        let (decl, scope) = file.names.resolve(variable)?;
        let ty = file.tree.node(decl.ty?);
        let ty = if ty.is("struct_specifier") { ty.field("name")? } else { ty };
        let declaration = file.tree.node(decl.whole);
        let lone = declaration.fields("declarator").count() == 1 && function.holds(declaration);
        let fits = |n: &Node<'_>| {
            let user = n.ancestors().take(5).find(|p| p.is("call_expression")).and_then(c::call);
            user.is_some_and(|c| ["uv_ip4_addr", "uv_tcp_bind", "uv_udp_bind"].contains(&c.name))
        };
        let uses = file.names.uses(&decl, scope);
        (ty.text() == "sockaddr_in" && lone && uses.iter().all(fits)).then(|| {
            let inner = Span::new(host.start() + 1, host.end() - 1);
            Fix::new()
                .edit(Edit::replace(ty.span(), "sockaddr_in6"))
                .edit(Edit::replace(call.function.span(), "uv_ip6_addr"))
                .edit(Edit::replace(inner, "::"))
        })
    };
    cx.report(match fix() {
        Some(fix) => finding.fix(Applicability::Unsafe, fix),
        None => finding,
    });
}

/// `tcp::endpoint(tcp::v4(), port)`. What declares a variable with it may look like the declaration
/// of a function, and is parsed as one.
fn asio(file: &File, path: Node<'_>, cx: &mut Context<'_>) {
    let Some(whole) = path.parent().filter(|p| p.is_any(&["call_expression", "parameter_declaration"])) else { return };
    let Some(list) = whole.parent().filter(|p| p.is_any(&["argument_list", "parameter_list"])) else { return };
    if !whole.text().ends_with("::v4()") {
        return;
    }
    let made = list.parent().and_then(|p| if p.is("abstract_function_declarator") { p.parent() } else { Some(p) });
    let endpoint = made.is_some_and(|m| m.text().split('(').next().unwrap_or_default().contains("endpoint"))
        || list.ancestor(&["declaration"]).is_some_and(|d| {
            d.field("type").is_some_and(|t| t.text().ends_with("endpoint")) && list.parent() == d.field("declarator")
        });
    // An endpoint with an address of its own is no wildcard.
    let first = list.items().next() == Some(whole) && list.items().count() == 2;
    let function = file.function(path).map_or("", Node::text);
    if !endpoint || !first || function.contains("::v6()") || function.contains("multicast") {
        return;
    }
    cx.report(
        Finding::new(
            whole.span(),
            Role::AddressFamily.name(),
            "the socket is not reached over IPv6; one of v6 is reached over both families where net.ipv6.bindv6only is 0",
        )
        .because(format!("{} of an endpoint to listen on", path.text()))
        .fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(innermost(path).span(), "v6"))),
    );
}

/// The last name of a qualified one.
fn innermost(mut name: Node<'_>) -> Node<'_> {
    while let Some(inner) = name.field("name").filter(|_| name.is("qualified_identifier")) {
        name = inner;
    }
    name
}
