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
//! A host that somebody may already have put brackets around loses them first, where it is known to
//! be a string and no URL can stand there: behind a scheme, in a field or an argument that takes
//! `host:port` and nothing else, and where it is called an IP address:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! 	"net/http"
//! 	"net/url"
//! )
//!
//! type config struct {
//! 	Host string
//! 	Port int
//! }
//!
//! func (c config) endpoints(scheme, podIP string) []any {
//! 	target := fmt.Sprintf("%s:%d", c.Host, c.Port)
//! 	conn, _ := net.Dial("tcp", target)
//! 	return []any{
//! 		conn,
//! 		fmt.Sprintf("%s://%s:%d/health", scheme, c.Host, c.Port),
//! 		podIP + ":80",
//! 		http.Server{Addr: fmt.Sprintf("%s:%d", c.Host, c.Port)},
//! 		&url.URL{Scheme: scheme, Host: fmt.Sprintf("%s:%d", c.Host, c.Port)},
//! 	}
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! 	"net/http"
//! 	"net/url"
//! 	"strconv"
//! 	"strings"
//! )
//!
//! type config struct {
//! 	Host string
//! 	Port int
//! }
//!
//! func (c config) endpoints(scheme, podIP string) []any {
//! 	target := net.JoinHostPort(strings.Trim(c.Host, "[]"), strconv.Itoa(c.Port))
//! 	conn, _ := net.Dial("tcp", target)
//! 	return []any{
//! 		conn,
//! 		fmt.Sprintf("%s://%s/health", scheme, net.JoinHostPort(strings.Trim(c.Host, "[]"), strconv.Itoa(c.Port))),
//! 		net.JoinHostPort(strings.Trim(podIP, "[]"), "80"),
//! 		http.Server{Addr: net.JoinHostPort(strings.Trim(c.Host, "[]"), strconv.Itoa(c.Port))},
//! 		&url.URL{Scheme: scheme, Host: net.JoinHostPort(strings.Trim(c.Host, "[]"), strconv.Itoa(c.Port))},
//! 	}
//! }
//! ```
//! Unsafe: a host that may be a URL, as `http://shop`, to which the port is added; one that is no
//! string, perhaps; all in a file that takes texts apart at their colons by hand:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//!
//! 	"example.com/registry"
//! )
//!
//! func addresses(host string, in registry.Instance) []string {
//! 	return []string{host + ":80", fmt.Sprintf("http://%s:80", in.Ip)}
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//!
//! 	"example.com/registry"
//! )
//!
//! func addresses(host string, in registry.Instance) []string {
//! 	return []string{net.JoinHostPort(host, "80"), fmt.Sprintf("http://%s", net.JoinHostPort(in.Ip, "80"))}
//! }
//! ```
//! A port that is compared with a text is one, but perhaps of another type:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net/http"
//! )
//!
//! func serve(addr string, handler http.Handler) error {
//! 	srvPort := setting("port")
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
//! )
//!
//! func serve(addr string, handler http.Handler) error {
//! 	srvPort := setting("port")
//! 	if srvPort == "" {
//! 		srvPort = "8080"
//! 	}
//! 	return http.ListenAndServe(net.JoinHostPort(addr, srvPort), handler)
//! }
//! ```
//! An address that has no port, with or without brackets:
//! ```go before
//! package main
//!
//! import "net"
//!
//! func server(address string) string {
//! 	if _, _, err := net.SplitHostPort(address); err != nil {
//! 		address = address + ":11211"
//! 	}
//! 	return address
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
//! func server(address string) string {
//! 	if _, _, err := net.SplitHostPort(address); err != nil {
//! 		address = net.JoinHostPort(strings.Trim(address, "[]"), "11211")
//! 	}
//! 	return address
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
//! const defaultHost = "localhost"
//!
//! func node(base, ip, port string) string {
//! 	path := base + "/" + ip + ":" + port
//! 	return path
//! }
//!
//! func others(file, repository, tag, host, addr string, line, port, hour, minute int) []string {
//! 	log.Printf("listening on %s:%d", host, port)
//! 	log.Println("starting server on " + addr + ":" + tag)
//! 	return []string{
//! 		fmt.Sprintf("%s:%d", file, line),
//! 		repository + ":" + tag,
//! 		"http://" + defaultHost + ":8080",
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
//! The `Host` of a URL has them, too, and what had no port is taken as it stands in a URL, with its brackets:
//! ```go unchanged
//! package main
//!
//! import (
//! 	"net"
//! 	"net/url"
//! )
//!
//! func target(u *url.URL) string {
//! 	host, port, err := net.SplitHostPort(u.Host)
//! 	if err != nil {
//! 		host, port = u.Host, "443"
//! 	}
//! 	return host + ":" + port
//! }
//!
//! func dial(u *url.URL) string {
//! 	if u.Port() == "" {
//! 		u.Host = u.Host + ":389"
//! 	}
//! 	return u.Host
//! }
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
//! ```go after
//! package main
//!
//! import (
//! 	"fmt"
//! 	stdnet "net"
//! 	"strings"
//!
//! 	"example.com/lib/net"
//! )
//!
//! func scrape(host net.Name, podIP, metricsPort string) string {
//! 	return fmt.Sprintf("scrape --from=%s --as %s", stdnet.JoinHostPort(strings.Trim(podIP, "[]"), metricsPort), host)
//! }
//! ```
//! A constant cannot be a call:
//! ```go reported
//! package main
//!
//! import "example.com/db"
//!
//! const url = "http://" + db.Host + ":8080/"
//! ```
//!
//! ## Safety
//! Safe where the host is known to have no brackets (the text of a `net.IP`, the host part that
//! `net.SplitHostPort` or `Hostname` gave, a literal), and where it is a string that loses its brackets
//! first and cannot be a URL: for IPv4 addresses, names and hosts in brackets the text is the same byte
//! for byte, and for IPv6 addresses it is right; measured by running both. Otherwise unsafe:
//! `net.JoinHostPort` puts brackets around all that has a colon, and around a host that has them.
//! Keys, names, descriptions and text for people stay; where nothing tells that an address is read, it
//! is reported.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets
//! - Go documentation: net.JoinHostPort
//! - evidence: languages, Go GO-SPRINTF and GO-URLFMT

use sixify_langs::strings::Form;
use sixify_langs::{classify, go};

use crate::catalog;
use crate::go_guards::knows_family;
use crate::go_hosts::{bare_host, described_by_itself};
use crate::go_join::{self, Join};
use crate::go_origins::never_bare;
use crate::go_proven::trimmed;
use crate::go_purpose::purpose;
use crate::prelude::*;
use crate::purpose::Purpose;

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
    if !go_join::possible(&doc.text) {
        return Ok(());
    }
    let Some(file) = go::file(doc) else { return Ok(()) };
    let apis = catalog::apis(cx.options(), "go");
    let outermost = |n: &Node<'_>| {
        !n.parent().is_some_and(|p| p.is("binary_expression") && p.field("operator").is_some_and(|o| o.text() == "+"))
    };
    let sums = file.tree.all("binary_expression").filter(outermost);
    for node in file.tree.all("call_expression").chain(sums) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        let Some(join) = Join::of(&file, apis, &expr) else { continue };
        for value in join.values() {
            file.read_for(doc, cx.project(), value);
        }
        let span = node.span();
        let mut why = join.why.clone();
        if let Some(reason) = kept_in_brackets(&file, doc, cx, join.host) {
            cx.leave(Note { span, role: Role::Join.name(), reason, evidence: why });
            continue;
        }
        if let Some(reason) = knows_family(node, &[join.host.text()], true) {
            cx.leave(Note { span, role: Role::Join.name(), reason, evidence: why });
            continue;
        }
        if let Some(reason) = never_bare(&file, doc, cx.project(), join.host, node) {
            cx.leave(Note { span, role: Role::Join.name(), reason, evidence: why });
            continue;
        }
        let message = "an IPv6 address needs brackets before its port";
        if described_by_itself(&file, join.host) {
            why.push(format!("{} is of a type that may put the brackets itself", join.host.text()));
            cx.report(Finding::new(span, Role::Join.name(), message).because_all(why));
            continue;
        }
        match purpose(&file, apis, node) {
            Purpose::Other(reason) => {
                cx.leave(Note { span, role: Role::Join.name(), reason, evidence: why });
                continue;
            }
            // What was taken out of an address is put together to one again.
            Purpose::Unknown if !join.tells && bare_host(&file, join.host, 4).is_none() => {
                why.push("nothing tells that an address is read here".to_owned());
                cx.report(Finding::new(span, Role::Join.name(), message).because_all(why));
                continue;
            }
            Purpose::Address(reason) => why.push(reason),
            Purpose::Unknown => {}
        }
        let bare = bare_host(&file, join.host, 4).ok_or(());
        let proof = bare.clone().or_else(|()| trimmed(&file, apis, &expr, join.host, join.port()));
        let Some(fix) = join.fix(&file, &expr, bare.is_err() && proof.is_ok()) else {
            why.push(
                "no call of net.JoinHostPort can stand here: it is a constant, every name for the package is taken, or the type of the port is not known"
                    .to_owned(),
            );
            cx.report(Finding::new(span, Role::Join.name(), message).because_all(why));
            continue;
        };
        let applicability = if proof.is_ok() { Applicability::Safe } else { Applicability::Unsafe };
        why.push(proof.unwrap_or_else(|doubt| doubt));
        cx.report(Finding::new(span, Role::Join.name(), message).because_all(why).fix(applicability, fix));
    }
    Ok(())
}

/// Why a field holds its address with brackets: its package gives it one, in a test perhaps.
fn kept_in_brackets(file: &go::File, doc: &Document, cx: &Context<'_>, host: Node<'_>) -> Option<String> {
    let field = host.field("field").filter(|_| host.is("selector_expression"))?.text();
    let owner = host.field("operand").and_then(|of| file.type_of(of)).unwrap_or_default();
    let package = owner.trim_start_matches('*').rsplit_once('.').map(|(path, _)| path);
    let folder = match package {
        Some(path) => go::folder_of(path, doc, cx.project())?,
        None => doc.folder().to_owned(),
    };
    let fields = go::BracketedFields::of(&folder, cx.project());
    fields.holds(field).then(|| format!("{field} is given addresses in brackets by its package"))
}

/// The rewrite of the join that an expression is, for codemods whose own rewrite needs it.
pub(crate) fn rewrite(file: &go::File, node: Node<'_>) -> Option<Fix> {
    let expr = file.text_expr(node)?;
    Join::of(file, catalog::builtin("go"), &expr)?.fix(file, &expr, false)
}
