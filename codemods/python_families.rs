//! What makes a Python socket one of both families, and what stands against it.

use sixify_langs::python::File;
use sixify_langs::{Mode, naming};

use crate::host_port::repeatable;
use crate::prelude::*;
use crate::python_code::{level, line_end, own_lines, quote, statement, whole_lines};
use crate::python_hosts::{Kind, Known};
use crate::python_lines::fits_in;
use crate::python_sockets::{Socket, SocketNames, host_of, takes_apart};

/// Whether a socket only asks the system for a port that is free.
pub(crate) fn free_port(file: &File, socket: &Socket<'_>, bind: Node<'_>) -> bool {
    let port = bind.field("arguments").and_then(|a| a.items().next()).and_then(|t| t.items().nth(1));
    // The second of two sockets asks for the port that the first one got.
    let zero = port.map(|p| file.value(p).node.text()).is_some_and(|p| p == "0" || p.contains(".getsockname()"));
    let serves = ["accept", "recvfrom", "recv", "recvfrom_into"].into_iter().any(|m| socket.does(m));
    // What is closed again right away and never listened on asks whether a port is free.
    let handed = [format!("({})", socket.name), format!("({},", socket.name), format!(", {})", socket.name)];
    let held = socket.statement.is("with_statement") && !socket.datagram && !socket.does("listen");
    let probe = held && !handed.iter().any(|given| socket.statement.text().contains(given.as_str()));
    (zero || probe) && !serves
}

/// Whether the function around a place has a twin for IPv6 in the file: `own_ip` and `own_ip6`.
pub(crate) fn has_twin(file: &File, node: Node<'_>) -> bool {
    let name = |f: Node<'_>| f.field("name").map_or("", Node::text).to_ascii_lowercase();
    let plain = |name: &str| name.replace("ipv", "ip").replace("_v", "_").replace(['_', '4'], "");
    let Some(own) = node.ancestor(&["function_definition"]).map(name) else { return false };
    file.tree.all("function_definition").map(name).any(|other| {
        other != own && other.contains('6') && !own.contains('6') && plain(&other.replace('6', "")) == plain(&own)
    })
}

/// Whether a socket may send to all hosts of a network at once.
fn broadcasts(socket: &Socket<'_>) -> bool {
    socket.of_method("setsockopt").any(|call| call.text().contains("SO_BROADCAST"))
}

/// Why a socket must stay one of IPv4.
pub(crate) fn reasons_against(file: &File, socket: &Socket<'_>) -> Option<String> {
    let options = socket.of_method("setsockopt").any(|call| {
        let text = call.text();
        ["SO_BROADCAST", "IPPROTO_IP,", "SOL_IP,", "IP_ADD_MEMBERSHIP", "IP_MULTICAST"].iter().any(|o| text.contains(o))
    });
    if options {
        return Some("it has options of IPv4, such as those for broadcast or multicast".to_owned());
    }
    let answers: Vec<&str> = socket
        .of_method("recvfrom")
        .filter_map(|c| c.parent()?.field("left"))
        .flat_map(|left| left.items().map(Node::text).collect::<Vec<_>>())
        .collect();
    let elsewhere = socket.of_method("sendto").any(|call| {
        let to = call.field("arguments").and_then(|a| a.items().last()).map_or("", Node::text);
        !answers.contains(&to)
    });
    if elsewhere {
        return Some("it also sends to addresses of IPv4, which a socket of IPv6 cannot take as they are".to_owned());
    }
    let apart = takes_apart(file)?;
    Some(format!("addresses of IPv6 have four parts, and line {} takes them for two", apart.line()))
}

/// Whether a TCP socket is a local name, and all that is done with it is known to work for both
/// families.
pub(crate) fn alone(file: &File, socket: &Socket<'_>) -> bool {
    const KNOWN: &[&str] =
        &["bind", "listen", "accept", "close", "setsockopt", "settimeout", "setblocking", "fileno", "shutdown"];
    let named = socket.call.parent().and_then(|p| p.field("left")).filter(|n| n.is("identifier"));
    let Some((decl, scope)) = named.and_then(|n| file.names.resolve(n)) else { return false };
    let others = file.names.uses(&decl, scope).into_iter().filter(|n| {
        let method = n.parent().filter(|p| p.is("attribute")).and_then(|p| p.parent()).is_some_and(|c| c.is("call"));
        !method
    });
    !socket.datagram && others.count() == 0 && socket.calls.iter().all(|(method, _)| KNOWN.contains(method))
}

/// Both families where the host has IPv6.
pub(crate) fn dual(
    doc: &Document,
    file: &File,
    socket: &Socket<'_>,
    host: Option<Edit>,
    policy: &Policy,
) -> Option<Fix> {
    let names = SocketNames::at(file, socket.call);
    let only = policy.mode == Mode::Ipv6Only;
    let family = if only { names.member("AF_INET6") } else { names.dual_family() };
    let mut fix = Fix::new().edit(socket.with_family(&family)?).edits(host);
    let used: &[&str] = if only {
        &["AF_INET6"]
    } else {
        let (at, indent, behind) = if socket.statement.is("with_statement") {
            let first = socket.statement.field("body")?.items().next()?;
            (first.start(), own_lines(&doc.text, first)?, true)
        } else {
            (line_end(&doc.text, socket.statement.end()), own_lines(&doc.text, socket.statement)?, false)
        };
        let name = socket.name;
        let [six, protocol, option] = ["AF_INET6", "IPPROTO_IPV6", "IPV6_V6ONLY"].map(|n| names.member(n));
        let level = level(&doc.text, indent);
        let lines = format!("if {name}.family == {six}:\n{indent}{level}{name}.setsockopt({protocol}, {option}, 0)");
        let lines = if behind { format!("{lines}\n{indent}") } else { format!("\n{indent}{lines}") };
        fix = fix.edit(Edit::insert(at, lines));
        &["AF_INET6", "has_dualstack_ipv6", "AF_INET", "IPPROTO_IPV6", "IPV6_V6ONLY"]
    };
    Some(names.needs(used).into_iter().fold(fix, Fix::need))
}

/// How long a line with a call that makes a socket may be.
const WIDEST: usize = 120;

/// The family of the address that the socket is used with, when that is known before.
pub(crate) fn by_host(file: &File, socket: &Socket<'_>, host: Node<'_>, finding: Finding) -> Finding {
    if broadcasts(socket) || naming::words(host.text()).iter().any(|w| w.contains("broadcast") || w == "bcast") {
        return finding.because("only IPv4 has broadcasts");
    }
    let hosts = socket.calls.iter().filter(|(m, _)| matches!(*m, "bind" | "connect" | "connect_ex" | "sendto"));
    let same = hosts.into_iter().all(|(_, call)| {
        let address = call.field("arguments").and_then(|a| a.items().last());
        address.and_then(|a| host_of(file, a)).is_some_and(|h| h.text() == host.text())
    });
    let known = match host.kind() {
        "identifier" => file.names.resolve(host).is_some_and(|(decl, scope)| {
            let function = socket.call.ancestor(&["function_definition"]);
            let outside = function.is_some_and(|f| !f.holds(file.tree.node(decl.node)) && f != scope);
            let once = file.names.single_assignment(&decl, scope);
            outside || file.tree.node(decl.node).start() < socket.call.start() && once
        }),
        "attribute" => repeatable(host) && !given_later(socket.call, host),
        _ => false,
    };
    // What may be missing has no colons to look for.
    let known = known && Known::of(file, host, false).kind != Kind::Missing;
    let names = SocketNames::at(file, socket.call);
    let family = names.family_of(host.text(), quote(file.tree.text()));
    match socket.with_family(&family).filter(|_| same && known) {
        Some(edit) => {
            let fix = if fits_in(file.tree.text(), &edit, WIDEST) {
                Some(Fix::new().edit(edit))
            } else {
                named(file, socket, &family)
            };
            let Some(fix) = fix else { return finding };
            let fix = names.needs(&["AF_INET6", "AF_INET"]).into_iter().fold(fix, Fix::need);
            finding.fix(Applicability::Unsafe, fix)
        }
        None => finding,
    }
}

/// The family in a line of its own, where the line with the socket would be too long.
fn named(file: &File, socket: &Socket<'_>, family: &str) -> Option<Fix> {
    const NAME: &str = "family";
    let statement = statement(socket.call).filter(|s| s.is("expression_statement"))?;
    let indent = own_lines(file.tree.text(), statement)?;
    let function = socket.call.ancestor(&["function_definition"])?;
    let taken = function.descendants().any(|n| n.is("identifier") && n.text() == NAME);
    let line = Edit::insert(statement.start(), format!("{NAME} = {family}\n{indent}"));
    Some(Fix::new().edit(line).edit(socket.with_family(NAME).filter(|_| !taken)?))
}

/// Whether an attribute gets its value behind a place in the same function.
fn given_later(place: Node<'_>, attribute: Node<'_>) -> bool {
    let function = place.ancestor(&["function_definition"]);
    let given = |n: &Node<'_>| {
        n.is("assignment") && n.start() > place.end() && n.field("left").is_some_and(|l| l.text() == attribute.text())
    };
    function.is_some_and(|f| f.descendants().any(|n| given(&n)))
}

/// `create_connection` for a socket that is connected right after it was made.
pub(crate) fn connection(doc: &Document, file: &File, socket: &Socket<'_>, dial: Node<'_>) -> Option<Fix> {
    if socket.datagram || socket.of_method("connect").count() != 1 || socket.does("connect_ex") {
        return None;
    }
    let names = SocketNames::at(file, socket.call);
    let SocketNames::Module(..) = names else { return None };
    // What handles a failed connection would not know the name.
    let guard = socket.call.ancestor(&["try_statement", "function_definition"]).filter(|n| n.is("try_statement"));
    let handlers = guard
        .into_iter()
        .flat_map(|t| t.items().filter(|n| n.is_any(&["except_clause", "finally_clause"])).collect::<Vec<_>>());
    if handlers.into_iter().any(|h| h.descendants().any(|n| n.text() == socket.name)) {
        return None;
    }
    let mut rest = if socket.statement.is("with_statement") {
        let body = socket.statement.field("body")?;
        // Something must be left in the block.
        (body.items().count() > 2).then(|| body.items().next())?
    } else {
        next_statement(socket.statement)
    };
    let mut timeout = None;
    let mut gone = Vec::new();
    loop {
        let current = rest?;
        let call = current.items().next().filter(|c| current.is("expression_statement") && c.is("call"))?;
        gone.push(whole_lines(&doc.text, current)?);
        if call == dial {
            break;
        }
        let set = socket.of_method("settimeout").any(|c| c == call) && timeout.is_none();
        timeout = Some(file.argument(call, Some(0), None).filter(|_| set)?);
        rest = next_statement(current);
    }
    if statement(dial) != rest {
        return None;
    }
    let address = dial.field("arguments")?.items().next()?.text();
    // Its lines would not be in the right place.
    if address.contains('\n') {
        return None;
    }
    let timeout = timeout.map(|t| format!(", timeout={}", t.text())).unwrap_or_default();
    let made = format!("{}({address}{timeout})", names.member("create_connection"));
    let fix = Fix::new().edit(Edit::replace(socket.call.span(), made));
    Some(fix.edits(gone.into_iter().map(|lines| Edit::delete(with_blank(&doc.text, lines)))))
}

/// `create_connection` for a socket that is connected first of all in the `try` statement behind it,
/// which every handler of it leaves.
pub(crate) fn connection_tried(doc: &Document, file: &File, socket: &Socket<'_>, dial: Node<'_>) -> Option<Fix> {
    if socket.datagram || socket.of_method("connect").count() != 1 || socket.does("connect_ex") {
        return None;
    }
    let names = SocketNames::at(file, socket.call);
    let SocketNames::Module(..) = names else { return None };
    let attempt = next_statement(socket.statement).filter(|n| n.is("try_statement"))?;
    let first = attempt.field("body")?.items().next()?;
    let handlers: Vec<Node<'_>> = attempt.items().filter(|n| !n.is("block")).collect();
    let leaves = |handler: &Node<'_>| {
        let last = handler.items().last().and_then(|block| block.items().last());
        let ends = ["return_statement", "raise_statement", "continue_statement", "break_statement"];
        handler.is("except_clause") && last.is_some_and(|n| n.is_any(&ends))
    };
    let uses = |handler: &Node<'_>| handler.descendants().any(|n| n.text() == socket.name);
    let simple = socket.statement.is("expression_statement") && !socket.name.contains('.');
    if !simple || statement(dial) != Some(first) || !handlers.iter().all(leaves) || handlers.iter().any(uses) {
        return None;
    }
    let address = dial.field("arguments")?.items().next()?.text();
    let made = format!("{} = {}({address})", socket.name, names.member("create_connection"));
    let gone = whole_lines(&doc.text, socket.statement)?;
    Some(Fix::new().edit(Edit::delete(gone)).edit(Edit::replace(first.span(), made)))
}

/// Lines that go, with the blank line behind them where there is one before them as well.
fn with_blank(text: &str, lines: Span) -> Span {
    let before = text.get(..lines.start).is_some_and(|t| t.ends_with("\n\n") || t.ends_with("\n\r\n"));
    let rest = text.get(lines.end..).unwrap_or_default();
    let blank = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end)).filter(|_| before);
    Span::new(lines.start, lines.end + blank.map_or(0, str::len))
}

pub(crate) fn next_statement(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(node.next(), |n| n.next()).find(|n| n.is_named() && !n.is_comment())
}
