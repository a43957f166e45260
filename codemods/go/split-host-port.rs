//! # Take the host from an address, not from its text up to the first colon
//!
//! ## Why it breaks
//! `strings.Split(addr.String(), ":")[0]` is the host only while the host has no colon. For an
//! IPv6 address it is `[2001` or so. The address has the host as a value of its own.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func host() (string, error) {
//! 	conn, err := net.Dial("udp", "192.0.2.1:80")
//! 	if err != nil {
//! 		return "", err
//! 	}
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return strings.Split(localAddr.String(), ":")[0], nil
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! )
//!
//! func host() (string, error) {
//! 	conn, err := net.Dial("udp", "192.0.2.1:80")
//! 	if err != nil {
//! 		return "", err
//! 	}
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return localAddr.IP.String(), nil
//! }
//! ```
//! An address that may be link-local has a zone, which the IP alone does not tell:
//! ```go before
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func host(conn net.Conn) string {
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return strings.Split(localAddr.String(), ":")[0]
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"net"
//! )
//!
//! func host(conn net.Conn) string {
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return localAddr.IP.String()
//! }
//! ```
//! ```go before
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func ends(conn *net.TCPConn, name string) (string, string) {
//! 	peer := conn.RemoteAddr().(*net.TCPAddr)
//! 	port := strings.Split(peer.String(), ":")[1]
//! 	host := strings.SplitN(conn.LocalAddr().String(), ":", 2)[0]
//! 	return host + strings.TrimSpace(name), port
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! 	"strconv"
//! 	"strings"
//! )
//!
//! func ends(conn *net.TCPConn, name string) (string, string) {
//! 	peer := conn.RemoteAddr().(*net.TCPAddr)
//! 	port := strconv.Itoa(peer.Port)
//! 	host, _, _ := net.SplitHostPort(conn.LocalAddr().String())
//! 	return host + strings.TrimSpace(name), port
//! }
//! ```
//! The address of an HTTP peer, and text that is called an address, where there may be no port:
//! ```go before
//! package main
//!
//! import (
//! 	"net/http"
//! 	"strings"
//! )
//!
//! func peer(req *http.Request) string {
//! 	return strings.Split(req.RemoteAddr, ":")[0] + " " + req.RemoteAddr[:strings.LastIndex(req.RemoteAddr, ":")]
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! 	"net/http"
//! )
//!
//! func peer(req *http.Request) string {
//! 	host, _, err := net.SplitHostPort(req.RemoteAddr)
//! 	if err != nil {
//! 		// There is no port.
//! 		host = req.RemoteAddr
//! 	}
//! 	return host + " " + host
//! }
//! ```
//! ```go before
//! package main
//!
//! import "strings"
//!
//! func ends(endpoint string) (string, string) {
//! 	return strings.Split(endpoint, ":")[0], strings.SplitN(endpoint, ":", 2)[1]
//! }
//!
//! func without(host, addr string) (string, string) {
//! 	host = strings.Split(host, ":")[0]
//! 	peer := strings.Split(addr, ":")[0]
//! 	return host, peer
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func ends(endpoint string) (string, string) {
//! 	host, port, err := net.SplitHostPort(endpoint)
//! 	if err != nil {
//! 		// There is no port.
//! 		host = strings.Trim(endpoint, "[]")
//! 	}
//! 	return host, port
//! }
//!
//! func without(host, addr string) (string, string) {
//! 	if h, _, err := net.SplitHostPort(host); err == nil {
//! 		host = h
//! 	} else {
//! 		host = strings.Trim(host, "[]")
//! 	}
//! 	peer, _, splitErr := net.SplitHostPort(addr)
//! 	if splitErr != nil {
//! 		// There is no port.
//! 		peer = strings.Trim(addr, "[]")
//! 	}
//! 	return host, peer
//! }
//! ```
//! Where the part is worked out only sometimes, no statement can stand before it:
//! ```go reported
//! package main
//!
//! import (
//! 	"net/http"
//! 	"strings"
//! )
//!
//! func own(r *http.Request, name string) bool {
//! 	return r != nil && strings.Split(r.Host, ":")[0] == name
//! }
//! ```
//! Parts that are used where there are exactly two: whatever the text is, nothing else changes than
//! an address in brackets. The `Host` of an HTTP request is one by its type:
//! ```go before
//! package main
//!
//! import (
//! 	"net/http"
//! 	"strconv"
//! 	"strings"
//! )
//!
//! func port(hostport string) int {
//! 	parts := strings.Split(hostport, ":")
//! 	if len(parts) == 2 {
//! 		number, _ := strconv.Atoi(parts[1])
//! 		return number
//! 	}
//! 	return 80
//! }
//!
//! func public(r *http.Request) string {
//! 	parts := strings.SplitN(r.Host, ":", 2)
//! 	if len(parts) < 2 {
//! 		return strings.Split(r.Host, ":")[0] + ":80"
//! 	}
//! 	return parts[1]
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! 	"net/http"
//! 	"strconv"
//! 	"strings"
//! )
//!
//! func port(hostport string) int {
//! 	_, portPart, err := net.SplitHostPort(hostport)
//! 	if err == nil {
//! 		number, _ := strconv.Atoi(portPart)
//! 		return number
//! 	}
//! 	return 80
//! }
//!
//! func public(r *http.Request) string {
//! 	_, port, err := net.SplitHostPort(r.Host)
//! 	if err != nil {
//! 		hostname, _, splitErr := net.SplitHostPort(r.Host)
//! 		if splitErr != nil {
//! 			// There is no port.
//! 			hostname = strings.Trim(r.Host, "[]")
//! 		}
//! 		return hostname + ":80"
//! 	}
//! 	return port
//! }
//! ```
//! Parts that go elsewhere as they are, and more than two of them, are for a person to mend:
//! ```go reported
//! package main
//!
//! import "strings"
//!
//! func parts(hostport string) ([]string, string) {
//! 	parts := strings.Split(hostport, ":")
//! 	rest := strings.Split(hostport, ":")
//! 	return parts, rest[2]
//! }
//! ```
//! What is left of the text goes into a URL with its brackets:
//! ```go reported
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net/http"
//! 	"strings"
//! )
//!
//! func target(r *http.Request, port int) string {
//! 	host := r.Host
//! 	if idx := strings.LastIndex(host, ":"); idx != -1 {
//! 		host = host[:idx]
//! 	}
//! 	if port != 443 {
//! 		host = fmt.Sprintf("%s:%d", host, port)
//! 	}
//! 	return fmt.Sprintf("https://%s/", host)
//! }
//! ```
//! Text that is no address:
//! ```go unchanged
//! package main
//!
//! import "strings"
//!
//! type image struct{ name string }
//!
//! func (i image) String() string { return i.name }
//!
//! func paths(addr string) (string, string) {
//! 	parts := strings.Split(addr, ":")
//! 	socketPath := parts[0]
//! 	statusPath := parts[1]
//! 	return socketPath, statusPath
//! }
//!
//! func isUnixAddr(addr string) bool {
//! 	parts := strings.SplitN(addr, ":", 2)
//! 	return len(parts) == 2 && parts[0] == "unix"
//! }
//!
//! func network(addr string) string {
//! 	proto := strings.SplitN(addr, ":", 2)[0]
//! 	return proto
//! }
//!
//! func repository(i image, label, clock string) []string {
//! 	parts := strings.Split(label, ":")
//! 	return append(parts, strings.Split(i.String(), ":")[0], clock[:strings.Index(clock, ":")])
//! }
//! ```
//! A shadowed package, and a separator that is not a colon:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! type splitter struct{}
//!
//! func (splitter) Split(s, sep string) []string { return nil }
//!
//! func host(addr *net.UDPAddr, strings splitter) (string, string) {
//! 	return strings.Split(addr.String(), ":")[0], strings.Split(addr.String(), "%")[0]
//! }
//! ```
//!
//! What stands before the colon may be a scheme, and nothing takes it for a host:
//! ```go reported
//! package main
//!
//! import "strings"
//!
//! func secure(endpoint string) bool {
//! 	first := strings.Split(endpoint, ":")[0]
//! 	return first == "https"
//! }
//!
//! func local(hexAddr string) (string, string) {
//! 	fields := strings.Split(hexAddr, ":")
//! 	return decode(fields[1]), strings.ToLower(fields[1])
//! }
//! ```
//!
//! ## Safety
//! Safe where the address comes from a connection (`LocalAddr`, `RemoteAddr`, the `RemoteAddr` of an
//! HTTP request): it always has an IP and a port, so for IPv4 the text is the same byte for byte. Safe
//! for the `Host` of an HTTP request, which is a name or an address, perhaps with a port in digits, and
//! for parts that are used only where there are exactly two of them, whatever the text is; measured
//! by running both. Unsafe elsewhere: the text of an empty IP differs (`""` and `"<nil>"`), and text may
//! be something else than its name says.
//!
//! ## References
//! - Go documentation: net.UDPAddr, net.TCPAddr, net.SplitHostPort
//! - evidence: languages, Go GO-SPLIT

use sixify_langs::{classify, go};

use crate::go_guards::knows_family;
use crate::go_kept::Kept;
use crate::go_parts::{joined_again, only_named, proven};
use crate::go_split::{Split, behind_last};
use crate::go_statement::{self, seen_before};
use crate::prelude::*;
use crate::remarks;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[
        &["strings", ".Split", "\":\""],
        &["strings", ".Cut(", "\":\""],
        &["strings", "Index", "\":\""],
        &["strings", "IndexByte(", "':'"],
        &["strings", "IndexRune(", "':'"],
    ]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "the text up to a colon is the host only for IPv4";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    let mut taken = Vec::new();
    for node in file.tree.all("index_expression").chain(file.tree.all("slice_expression")) {
        let Some(mut split) = Split::of(&file, node) else { continue };
        if split.is_named() {
            file.read_package(doc, cx.project());
            split = Split::of(&file, node).unwrap_or(split);
        }
        if let Some(reason) = knows_family(node, &[split.text()], false) {
            cx.leave(Note { span: node.span(), role: Role::Split.name(), reason, evidence: split.evidence() });
            continue;
        }
        if only_named(&file, node) {
            let reason = "the part is only compared with names".to_owned();
            cx.leave(Note { span: node.span(), role: Role::Split.name(), reason, evidence: split.evidence() });
            continue;
        }
        let finding = Finding::new(node.span(), Role::Split.name(), MESSAGE).because_all(split.evidence());
        if joined_again(&file, node) {
            cx.report(finding.because("a method puts the parts together again, without brackets"));
            continue;
        }
        if split.may_want_brackets() && behind_last(node) || remarks::says(node, &["split", "Split"]) {
            cx.report(finding.because("brackets stay on what stands before the last colon, or a comment tells of it"));
            continue;
        }
        if split.is_named() && !split.is_proven(&file) {
            cx.report(finding.because("nothing tells that the part is a host or a port"));
            continue;
        }
        if let Some(part) = split.taken() {
            taken.push((part, split.applicability(), finding));
            continue;
        }
        match split.fix(&file) {
            Some(fix) => cx.report(finding.fix(split.applicability(), fix)),
            None => cx.report(finding),
        }
    }
    let declared = || file.tree.all("short_var_declaration").chain(file.tree.all("assignment_statement"));
    let splits: Vec<_> = declared().filter(|statement| Kept::of(&file, *statement).is_some()).collect();
    let parts: Vec<_> = taken.iter().map(|(part, ..)| *part).collect();
    for (part, applicability, finding) in taken {
        match go_statement::fix_of(&file, &part, &parts, &splits) {
            Some(fix) => cx.report(finding.fix(applicability, fix)),
            None => cx.report(finding.because("net.SplitHostPort needs a statement of its own here")),
        }
    }
    for statement in declared() {
        let Some(kept) = Kept::of(&file, statement).filter(|kept| !kept.is_other()) else { continue };
        if kept.takes_port_behind_last(&file) {
            continue;
        }
        let Some(mut split) = Split::of_text(&file, statement, 0, kept.text) else { continue };
        if split.is_named() {
            file.read_package(doc, cx.project());
            split = Split::of_text(&file, statement, 0, kept.text).unwrap_or(split);
        }
        if let Some(reason) = knows_family(statement, &[kept.text.text()], false) {
            cx.leave(Note { span: statement.span(), role: Role::Split.name(), reason, evidence: split.evidence() });
            continue;
        }
        if kept.asks_names(&file) {
            let reason = "the host is only compared with names".to_owned();
            cx.leave(Note { span: statement.span(), role: Role::Split.name(), reason, evidence: split.evidence() });
            continue;
        }
        let message = "parts of an address between colons are host and port only for IPv4";
        let finding = Finding::new(statement.span(), Role::Split.name(), message).because_all(split.evidence());
        if kept.is_joined_again(&file) {
            cx.report(finding.because("a method puts the parts together again, without brackets"));
            continue;
        }
        if split.may_want_brackets() && behind_last(statement) {
            cx.report(finding.because("brackets stay on what stands before the last colon"));
            continue;
        }
        if kept.keeps_brackets_for_url(&file) {
            cx.report(finding.because("what is left goes into a URL, which needs the brackets"));
            continue;
        }
        if split.is_named() && !proven(&file, &kept) {
            cx.report(finding.because("nothing tells that the parts are a host and a port"));
            continue;
        }
        match kept.fix(&file, seen_before(&splits, statement)) {
            Some(fix) => cx.report(finding.fix(split.kept(&kept), fix)),
            None => cx.report(finding),
        }
    }
    Ok(())
}
