//! # Put host and port together with `net.JoinHostPort`
//!
//! ## Why it breaks
//! `host + ":" + port` is an address only while the host has no colon. An IPv6 address needs
//! brackets: `[2001:db8::1]:80`. `net.JoinHostPort` puts them where they belong and leaves IPv4
//! addresses and names as they are.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! )
//!
//! func dial(ip net.IP, port int) (net.Conn, error) {
//! 	return net.Dial("tcp", fmt.Sprintf("%s:%d", ip, port))
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! 	"strconv"
//! )
//!
//! func dial(ip net.IP, port int) (net.Conn, error) {
//! 	return net.Dial("tcp", net.JoinHostPort(ip.String(), strconv.Itoa(port)))
//! }
//! ```
//! A URL around it, a constant port, and a port behind a pointer (which `%v` prints as a memory
//! address):
//! ```go before
//! package main
//!
//! import (
//! 	"flag"
//! 	"fmt"
//! 	"net"
//! )
//!
//! func urls(addr *net.TCPAddr) []string {
//! 	port := flag.String("port", "8080", "port")
//! 	host := addr.IP.String()
//! 	return []string{
//! 		fmt.Sprintf("http://%s:%v/health", host, port),
//! 		fmt.Sprintf("%s:9090", host),
//! 		"redis://" + host + ":" + *port + "/0",
//! 		"ws://"+host+":81/events",
//! 	}
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"flag"
//! 	"fmt"
//! 	"net"
//! )
//!
//! func urls(addr *net.TCPAddr) []string {
//! 	port := flag.String("port", "8080", "port")
//! 	host := addr.IP.String()
//! 	return []string{
//! 		fmt.Sprintf("http://%s/health", net.JoinHostPort(host, *port)),
//! 		net.JoinHostPort(host, "9090"),
//! 		"redis://" + net.JoinHostPort(host, *port) + "/0",
//! 		"ws://"+net.JoinHostPort(host, "81")+"/events",
//! 	}
//! }
//! ```
//! Types come from the whole package:
//! ```go before path=api/url.go
//! package api
//!
//! import "fmt"
//!
//! func (s *server) url() string {
//! 	return fmt.Sprintf("http://%s:%d/", s.hostIP, s.port)
//! }
//! ```
//! ```go before path=api/server.go
//! package api
//!
//! import "net"
//!
//! type server struct {
//! 	hostIP net.IP
//! 	port   uint16
//! }
//! ```
//! ```go after path=api/url.go
//! package api
//!
//! import (
//! 	"fmt"
//! 	"net"
//! 	"strconv"
//! )
//!
//! func (s *server) url() string {
//! 	return fmt.Sprintf("http://%s/", net.JoinHostPort(s.hostIP.String(), strconv.Itoa(int(s.port))))
//! }
//! ```
//! A host that somebody may already have put brackets around is unsafe. A port that is compared
//! with a text is one:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net/http"
//! 	"os"
//! )
//!
//! func serve(handler http.Handler) error {
//! 	addr, srvPort := os.Getenv("LISTEN_ADDR"), setting("port")
//! 	if srvPort == "" {
//! 		srvPort = "8080"
//! 	}
//! 	return http.ListenAndServe(fmt.Sprintf("%v:%v", addr, srvPort), handler)
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"net"
//! 	"net/http"
//! 	"os"
//! )
//!
//! func serve(handler http.Handler) error {
//! 	addr, srvPort := os.Getenv("LISTEN_ADDR"), setting("port")
//! 	if srvPort == "" {
//! 		srvPort = "8080"
//! 	}
//! 	return http.ListenAndServe(net.JoinHostPort(addr, srvPort), handler)
//! }
//! ```
//! Things that look like it: a file and a line, an image and a tag, text for people, a host that
//! has its brackets, times.
//! ```go unchanged
//! package main
//!
//! import (
//! 	"fmt"
//! 	"log"
//! )
//!
//! func others(file, repository, tag, host, addr string, line, port, hour, minute int) []string {
//! 	log.Printf("listening on %s:%d", host, port)
//! 	log.Println("starting server on " + addr + ":" + tag)
//! 	return []string{
//! 		fmt.Sprintf("%s:%d", file, line),
//! 		repository + ":" + tag,
//! 		fmt.Sprintf("[%s]:%d", host, port),
//! 		fmt.Sprintf("%02d:%02d", hour, minute),
//! 		fmt.Sprintf("%s:%d:%s", host, port, file),
//! 	}
//! }
//! ```
//! A host that gets its brackets before:
//! ```go unchanged
//! package main
//!
//! import (
//! 	"fmt"
//! 	"strings"
//! )
//!
//! func urls(host, port string) []string {
//! 	if strings.Contains(host, ":") {
//! 		host = "[" + host + "]"
//! 	}
//! 	return []string{"http://" + host + ":" + port, fmt.Sprintf("http://%s:80", ipForURL(port))}
//! }
//!
//! func ipForURL(name string) string { return name }
//! ```
//! Where the name `net` is taken, the package gets another one:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//!
//! 	"example.com/lib/net"
//! )
//!
//! func scrape(host net.Name, podIP, metricsPort string) string {
//! 	return fmt.Sprintf("scrape --from=%s:%s --as %s", podIP, metricsPort, host)
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"fmt"
//! 	stdnet "net"
//!
//! 	"example.com/lib/net"
//! )
//!
//! func scrape(host net.Name, podIP, metricsPort string) string {
//! 	return fmt.Sprintf("scrape --from=%s --as %s", stdnet.JoinHostPort(podIP, metricsPort), host)
//! }
//! ```
//! An address of another type says itself how it is written, perhaps with brackets:
//! ```go reported
//! package main
//!
//! import "example.com/lib/net"
//!
//! type destination struct {
//! 	Address net.Address
//! 	Port    net.Port
//! }
//!
//! func (d destination) netAddr() string {
//! 	return d.Address.String() + ":" + d.Port.String()
//! }
//! ```
//! A constant cannot be a call:
//! ```go reported
//! package main
//!
//! const host = "db"
//!
//! const url = "http://" + host + ":8080/"
//! ```
//!
//! ## Safety
//! Safe where the host is known to have no brackets (the text of a `net.IP`, the host part that
//! `net.SplitHostPort` or `Hostname` gave, a literal): for IPv4 and for names the text is the same
//! byte for byte, and for IPv6 it is right. Otherwise unsafe: `net.JoinHostPort` puts a second pair
//! of brackets around a host that has them.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - Go documentation: net.JoinHostPort
//! - evidence: languages, Go GO-SPRINTF and GO-URLFMT

use sixify_langs::strings::{Form, Piece, TextExpr};
use sixify_langs::{classify, go, naming};

use crate::catalog::{self, Catalog};
use crate::go_hosts::{Sink, bare_host, bracketed, conversion, described_by_itself, import, last_name, sink};
use crate::host_port::Port;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    // A verb and the colon behind it, or a sum with text that starts with a colon. Chosen tight:
    // nearly every Go file formats something.
    anchors: Anchors(&[
        &["Sprintf", "%s:"],
        &["Sprintf", "%v:"],
        &["+ \":"],
        &["+\":"],
        &["+ `:"],
        &["+`:"],
        &["\t\":"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    let apis = catalog::apis(cx.options(), "go");
    let outermost = |n: &Node<'_>| {
        !n.parent().is_some_and(|p| p.is("binary_expression") && p.field("operator").is_some_and(|o| o.text() == "+"))
    };
    let sums = file.tree.all("binary_expression").filter(outermost);
    for node in file.tree.all("call_expression").chain(sums) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        let Some(join) = Join::of(&file, apis, &expr) else { continue };
        if join.values().any(|value| file.type_of(value).is_none()) {
            file.read_package(doc, cx.project());
        }
        let span = node.span();
        let mut why = join.why.clone();
        let message = "an IPv6 address needs brackets before its port";
        if described_by_itself(&file, join.host) {
            why.push(format!("{} is of a type that may put the brackets itself", join.host.text()));
            cx.report(Finding::new(span, Role::Join.name(), message).because_all(why));
            continue;
        }
        let Some(fix) = join.fix(&file, &expr) else {
            why.push(
                "no call of net.JoinHostPort can stand here: it is a constant, or every name for the package is taken"
                    .to_owned(),
            );
            cx.report(Finding::new(span, Role::Join.name(), message).because_all(why));
            continue;
        };
        let bare = bare_host(&file, join.host, 4);
        let applicability = if bare.is_some() { Applicability::Safe } else { Applicability::Unsafe };
        why.push(bare.unwrap_or_else(|| format!("{} may already have brackets", join.host.text())));
        cx.report(Finding::new(span, Role::Join.name(), message).because_all(why).fix(applicability, fix));
    }
    Ok(())
}

/// The rewrite of the join that an expression is, for codemods whose own rewrite needs it.
pub(crate) fn rewrite(file: &go::File, node: Node<'_>) -> Option<Fix> {
    let expr = file.text_expr(node)?;
    Join::of(file, catalog::builtin("go"), &expr)?.fix(file, &expr)
}

struct Join<'a> {
    host: Node<'a>,
    port: Port<'a>,
    /// From the host's hole to the end of the port's, in the format or the sum.
    span: Span,
    /// Whether there is text or a hole before or behind it.
    whole: bool,
    why: Vec<String>,
}

impl<'a> Join<'a> {
    fn of(file: &go::File, apis: &Catalog, expr: &TextExpr<'a>) -> Option<Join<'a>> {
        let pieces = &expr.pieces;
        for at in 0..pieces.len() {
            if let Some(join) = Join::at(expr, at).and_then(|join| join.with_reasons(file, apis, expr, at)) {
                return Some(join);
            }
        }
        None
    }

    /// A host at piece `at`, a colon, and a port.
    fn at(expr: &TextExpr<'a>, at: usize) -> Option<Join<'a>> {
        let pieces = &expr.pieces;
        let Piece::Hole { node: Some(host), span: start, verb } = pieces[at] else { return None };
        if !matches!(verb, "" | "%s" | "%v") || !opens(pieces, at) {
            return None;
        }
        let Piece::Text { raw, span, plain: true } = *pieces.get(at + 1)? else { return None };
        let rest = raw.strip_prefix(':')?;
        let (port, end, behind) = if rest.is_empty() {
            let Piece::Hole { node: Some(port), span, verb } = *pieces.get(at + 2)? else { return None };
            if !matches!(verb, "" | "%s" | "%v" | "%d") {
                return None;
            }
            (Port::Value(port), span.end, at + 3)
        } else {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[..digits].parse::<u16>().ok()?;
            if !closes(&rest[digits..]) {
                return None;
            }
            (Port::Digits(&rest[..digits], span), span.start + 1 + digits, at + 2)
        };
        if rest.is_empty() && !pieces.get(behind).is_none_or(|p| matches!(p, Piece::Text { raw, .. } if closes(raw))) {
            return None;
        }
        let text_behind = !rest.is_empty() && end < span.end;
        let whole = at == 0 && behind == pieces.len() && !text_behind;
        Some(Join { host, port, span: Span::new(start.start, end), whole, why: Vec::new() })
    }

    /// Adds why this is a host and a port; `None` when nothing says so.
    fn with_reasons(mut self, file: &go::File, apis: &Catalog, expr: &TextExpr<'a>, at: usize) -> Option<Join<'a>> {
        if bracketed(file, self.host) {
            return None;
        }
        let host_type = file.type_of(self.host);
        let ip = matches!(host_type.as_deref(), Some("net.IP" | "net/netip.Addr" | "*net.IP"));
        let sink = sink(file, apis, expr.node);
        let url = in_url(&expr.pieces, at);
        let host_name = last_name(self.host).is_some_and(naming::is_host) || ip;
        let port_name = match self.port {
            Port::Value(port) => last_name(port).is_some_and(naming::is_port) || (port.is("int_literal") && host_name),
            Port::Digits(..) => true,
        };
        if ip {
            self.why.push(format!("{} is a {}", self.host.text(), host_type.unwrap_or_default()));
        }
        match sink {
            Some(Sink::Network(why)) => self.why.push(why),
            // A URL in text for people is still one to follow.
            Some(Sink::People) if !url => return None,
            // What a test expects is the text of the code, whatever that is.
            _ if file.is_test() => return None,
            _ if host_name && port_name => {
                let port = if let Port::Value(port) = self.port { port.text() } else { "a number" };
                self.why.push(format!("{} is called a host and {port} a port", self.host.text()));
            }
            _ if url && port_name => self.why.push("a URL is put together".to_owned()),
            _ => return None,
        }
        Some(self)
    }

    /// The expressions that are put together.
    fn values(&self) -> impl Iterator<Item = Node<'a>> {
        let port = if let Port::Value(port) = self.port { Some(port) } else { None };
        std::iter::once(self.host).chain(port)
    }

    fn fix(&self, file: &go::File, expr: &TextExpr<'a>) -> Option<Fix> {
        if expr.node.ancestor(&["const_spec"]).is_some() {
            // The value of a constant cannot be a call.
            return None;
        }
        let net = file.name_or_alias(expr.node, "net")?;
        let mut fix = Fix::new().need(import("net", &net));
        let host_tail = match file.type_of(self.host).as_deref() {
            Some("net.IP" | "*net.IP" | "net/netip.Addr") => ".String()",
            _ => "",
        };
        let (before_port, behind_port, need) = match self.port {
            Port::Value(port) => conversion(file, port)?,
            Port::Digits(..) => (String::new(), String::new(), None),
        };
        fix.needs.extend(need);
        let join = format!("{net}.JoinHostPort(");
        if expr.form == Form::Concat {
            fix = fix.edit(Edit::insert(self.host.start(), join));
            return Some(match self.port {
                Port::Value(port) => fix
                    .edit(Edit::replace(
                        Span::new(self.host.end(), port.start()),
                        format!("{host_tail}, {before_port}"),
                    ))
                    .edit(Edit::insert(port.end(), format!("{behind_port})"))),
                Port::Digits(digits, literal) => {
                    // What follows the port in the literal goes on as a literal of its own, joined
                    // with the spaces around `+` that are there already.
                    let operator = &file.tree.text()[self.host.end()..literal.start - 1];
                    let (end, tail) = if self.span.end < literal.end {
                        (self.span.end, format!("{operator}\""))
                    } else {
                        (literal.end + 1, String::new())
                    };
                    let behind = Span::new(self.host.end(), end);
                    fix.edit(Edit::replace(behind, format!("{host_tail}, \"{digits}\"){tail}")))
                }
            });
        }
        let arguments = file.arguments(expr.node);
        let (function, format) = (expr.node.field("function")?, arguments.first()?);
        if self.whole {
            fix = fix.edit(Edit::replace(function.span(), format!("{net}.JoinHostPort")));
            fix = fix.edit(Edit::delete(Span::new(format.start(), self.host.start())));
        } else {
            fix = fix.edit(Edit::replace(self.span, "%s")).edit(Edit::insert(self.host.start(), join));
        }
        let close = if self.whole { "" } else { ")" };
        match self.port {
            Port::Value(port) => {
                if !host_tail.is_empty() {
                    fix = fix.edit(Edit::insert(self.host.end(), host_tail));
                }
                if !before_port.is_empty() {
                    fix = fix.edit(Edit::insert(port.start(), before_port));
                }
                let tail = format!("{behind_port}{close}");
                Some(if tail.is_empty() { fix } else { fix.edit(Edit::insert(port.end(), tail)) })
            }
            Port::Digits(digits, _) => {
                Some(fix.edit(Edit::insert(self.host.end(), format!("{host_tail}, \"{digits}\"{close}"))))
            }
        }
    }
}

/// Whether a host may begin at piece `at`: at the start, or behind something that ends a word.
fn opens(pieces: &[Piece<'_>], at: usize) -> bool {
    match at.checked_sub(1).map(|i| &pieces[i]) {
        None => true,
        Some(Piece::Text { raw, .. }) => {
            // Brackets around the host alone are what it needs; these are around more.
            let bracket = raw.ends_with('[');
            if raw.ends_with("->") {
                // An arrow in text for people.
                return false;
            }
            raw.ends_with(['/', '@', '(', ' ', '=', ':', '>', ',', '"', '\'']) && !bracket
        }
        Some(Piece::Hole { .. }) => false,
    }
}

/// Whether the text before the host is that of a URL.
fn in_url(pieces: &[Piece<'_>], at: usize) -> bool {
    matches!(at.checked_sub(1).map(|i| &pieces[i]), Some(Piece::Text { raw, .. }) if raw.ends_with("://") || raw.ends_with('@'))
}

/// Whether a port may end before this text.
fn closes(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with(['/', '?', '#', ')', ',', ']', '<', '>', ' ', ';', '"', '\''])
}
