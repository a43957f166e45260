//! # Let PHP servers listen on IPv6 too
//!
//! `tcp://0.0.0.0:8000` is IPv4 alone; `tcp://[::]:8000` is both families on Linux.
//!
//! ## Why it breaks
//! On an IPv6-only host or pod nothing can reach a listener on `0.0.0.0`: the server starts, says
//! so in its log, and no request ever arrives.
//!
//! ## Examples
//! ```php before
//! <?php
//! $server = stream_socket_server('tcp://0.0.0.0:8000', $errno, $error);
//! ```
//! ```php after
//! <?php
//! $server = stream_socket_server('tcp://[::]:8000', $errno, $error);
//! ```
//! ```php before
//! <?php
//! use Workerman\Worker;
//!
//! $worker = new Worker("websocket://0.0.0.0:$port");
//! $socket = new React\Socket\SocketServer('0.0.0.0:8080');
//! ```
//! ```php after unsafe
//! <?php
//! use Workerman\Worker;
//!
//! $worker = new Worker("websocket://[::]:$port");
//! $socket = new React\Socket\SocketServer('[::]:8080');
//! ```
//! A socket of `socket_create` needs the family too, and is told to take IPv4:
//! ```php before
//! <?php
//! $sock = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
//! socket_set_option($sock, SOL_SOCKET, SO_REUSEADDR, 1);
//! socket_bind($sock, '0.0.0.0', 8000);
//! socket_listen($sock);
//! ```
//! ```php after unsafe
//! <?php
//! $sock = socket_create(AF_INET6, SOCK_STREAM, SOL_TCP);
//! socket_set_option($sock, IPPROTO_IPV6, IPV6_V6ONLY, 0);
//! socket_set_option($sock, SOL_SOCKET, SO_REUSEADDR, 1);
//! socket_bind($sock, '::', 8000);
//! socket_listen($sock);
//! ```
//! Swoole needs another kind of socket, and other sockets of IPv4 another address:
//! ```php reported
//! <?php
//! $http = new Swoole\Http\Server('0.0.0.0', 9501);
//! ```
//! ```php reported
//! <?php
//! $sock = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
//! socket_connect($sock, $host, 80);
//! ```
//! ```php reported
//! <?php
//! class Settings { public string $host = '0.0.0.0'; }
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! $a = stream_socket_server('tcp://127.0.0.1:8000');
//! $b = stream_socket_server('tcp://[::]:8000');
//! $c = '0.0.0.0/0';
//! $d = socket_create(AF_UNIX, SOCK_STREAM, 0);
//! $e = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
//! socket_connect($e, '127.0.0.1', 80);
//! ```
//! ```php unchanged mode=ipv6-capable
//! <?php
//! $server = stream_socket_server('tcp://0.0.0.0:8000');
//! ```
//!
//! ## Safety
//! Safe for `stream_socket_server` where the wildcard is written there and the file names no other
//! IPv4 address; unsafe elsewhere. Measured: with `[::]` the server is reached on every address of `v6only`, `dual` and
//! `v4only`; it loses IPv4 clients where `net.ipv6.bindv6only` is 1 (`dual-b6`), and does not start
//! on a kernel without IPv6 (`v4kernel`). IPv4 peers appear as `[::ffff:a.b.c.d]:port`.
//!
//! ## References
//! - PHP manual: stream_socket_server(), socket_create()
//! - evidence: languages, 9.1 and 9.2 PHP-SRV4, PHP-AFINET

use sixify_langs::address::{self, AddressClass};
use sixify_langs::php::{self, File};
use sixify_langs::{Mode, classify, naming};

use crate::catalog::{self, Api};
use crate::prelude::*;
use crate::python_code::names_addresses;
use crate::wildcard::{self, Place, Shape};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PHP],
    anchors: Anchors(&[&["0.0.0.0"], &["socket_create(AF_INET"], &["socket_create(\\AF_INET"]]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "a server on 0.0.0.0 is not reached over IPv6";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = php::file(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let sheet = catalog::apis(cx.options(), "php");
    let mut seen: Vec<Span> = Vec::new();
    for kind in ["function_call_expression", "object_creation_expression", "scoped_call_expression"] {
        for call in file.tree.all(kind) {
            let Some(path) = file.callee(call) else { continue };
            for row in sheet.api(&path).iter().filter(|r| r.wildcard.as_deref() == Some("ipv4")) {
                if let Some((finding, span)) = listener(&file, call, &path, row, &policy) {
                    seen.push(span);
                    cx.report(finding);
                }
            }
            if let Some(finding) = socket(doc, &file, call, &path, &mut seen) {
                cx.report(finding);
            }
        }
    }
    for literal in file.tree.all("string").chain(file.tree.all("encapsed_string")) {
        if seen.iter().any(|s| literal.span().contains(*s)) {
            continue;
        }
        if let Some(finding) = unseen(&file, literal) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn listener(file: &File, call: Node<'_>, path: &str, row: &Api, policy: &Policy) -> Option<(Finding, Span)> {
    let arguments = file.arguments(call);
    let value = file.value(*arguments.get(row.argument.checked_sub(1)?)?);
    let text = file.text_expr(value.node)?;
    let shape = Shape::of(row);
    let Place::Written(span) = wildcard::place(&text, shape)? else { return None };
    let finding = Finding::new(span, Role::from_name(&row.role)?.name(), format!("{MESSAGE}{}", wildcard::costs(row)))
        .because(format!("argument {} of {path}", row.argument))
        .because_all(value.chain)
        .because(row.evidence.clone());
    let Some(instead) = row.instead.as_deref() else { return Some((finding, span)) };
    let instead = if shape == Shape::Host { instead } else { "[::]" };
    let how = if policy.mode == Mode::DualStack && !names_addresses(file.tree.text()) {
        wildcard::lowered(wildcard::trusted(row, policy), &value.standing)
    } else {
        Applicability::Unsafe
    };
    Some((finding.fix(how, Fix::new().edit(Edit::replace(span, instead))), span))
}

/// A socket that is made for IPv4.
fn socket(doc: &Document, file: &File, call: Node<'_>, path: &str, seen: &mut Vec<Span>) -> Option<Finding> {
    if path != "socket_create" {
        return None;
    }
    let family = *file.arguments(call).first()?;
    if family.text().trim_start_matches('\\') != "AF_INET" {
        return None;
    }
    let assignment = call.parent().filter(|p| p.is("assignment_expression"))?;
    let name = assignment.field("left")?.text();
    let scope = call.ancestor(&["class_declaration", "function_definition", "program"])?;
    let with = |function: &str| {
        let used = |c: &Node<'_>| {
            file.callee(*c).as_deref() == Some(function) && file.arguments(*c).first().is_some_and(|a| a.text() == name)
        };
        let calls = scope.descendants().filter(|n| n.is("function_call_expression"));
        calls.filter(used).collect::<Vec<_>>()
    };
    let finding = Finding::new(family.span(), Role::AddressFamily.name(), "this socket is of IPv4 alone");
    let Some(bind) = with("socket_bind").first().copied() else {
        let hosts = with("socket_connect").into_iter().chain(with("socket_sendto"));
        let other = hosts
            .filter_map(|c| file.arguments(c).get(1).copied())
            .find(|h| file.string(*h).is_none_or(|text| address::exact(&text).is_none() && text != "localhost"))?;
        return Some(finding.because(format!("it is used with {}", other.text())));
    };
    let host = *file.arguments(bind).get(1)?;
    let value = file.value(host);
    let Some(inside) = file.text_expr(value.node).and_then(|t| wildcard::lone(&t)) else {
        return file.string(value.node).is_none().then(|| finding.because(format!("it is bound to {}", host.text())));
    };
    seen.push(inside);
    let sends = !with("socket_sendto").is_empty();
    let options =
        with("socket_set_option").iter().any(|c| c.text().contains("SO_BROADCAST") || c.text().contains("IPPROTO_IP,"));
    let statement = assignment.parent().filter(|p| p.is("expression_statement"));
    let indent = statement.and_then(|s| crate::python_code::own_lines(&doc.text, s));
    let (Some(statement), Some(indent)) = (statement, indent.filter(|_| !sends && !options && host == value.node))
    else {
        return Some(finding);
    };
    let line = format!("\n{indent}socket_set_option({name}, IPPROTO_IPV6, IPV6_V6ONLY, 0);");
    let fix = Fix::new()
        .edit(Edit::replace(family.span(), family.text().replace("AF_INET", "AF_INET6")))
        .edit(Edit::insert(crate::python_code::line_end(&doc.text, statement.end()), line))
        .edit(Edit::replace(inside, "::"));
    Some(finding.because("it is bound to all addresses").fix(Applicability::Unsafe, fix))
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
        "array_element_initializer" => parent.items().next().filter(|k| *k != literal)?.text(),
        "property_element" | "simple_parameter" | "const_element" => {
            parent.items().find(|n| n.is_any(&["variable_name", "name"]))?.text()
        }
        "assignment_expression" => parent.field("left")?.text(),
        _ => return None,
    };
    let name = name.trim_matches(['$', '"', '\'']);
    let words = naming::words(name);
    let listens = words.iter().any(|w| matches!(w.as_str(), "bind" | "listen"));
    let message = "0.0.0.0 is IPv4 alone; where it is listened on, IPv6 clients are not served, and what stands for both \
                   families depends on the server";
    (listens || naming::is_host(name))
        .then(|| Finding::new(literal.span(), Role::BindHost.name(), message).because(format!("it is given to {name}")))
}
