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
//! A field that gets them, what a function gives that puts them, names that are no addresses, and the
//! branch for hosts that need none:
//! ```go unchanged
//! package main
//!
//! import (
//! 	"fmt"
//! 	"strings"
//! )
//!
//! type listen struct{ address, port string }
//!
//! func directive(l listen) string {
//! 	if strings.Contains(l.address, ":") {
//! 		l.address = fmt.Sprintf("[%s]", l.address)
//! 	}
//! 	return fmt.Sprintf("listen %s:%s", l.address, l.port)
//! }
//!
//! func listener(podIP, hostFQDN string, port int) []string {
//! 	address, err := enclose(podIP)
//! 	if err != nil {
//! 		return nil
//! 	}
//! 	return []string{fmt.Sprintf("%s:%d", address, port), fmt.Sprintf("http://%s:%d", hostFQDN, port)}
//! }
//!
//! func enclose(ip string) (string, error) {
//! 	if strings.Contains(ip, ":") {
//! 		return fmt.Sprintf("[%s]", ip), nil
//! 	}
//! 	return ip, nil
//! }
//!
//! func server(host, port string) string {
//! 	if strings.Contains(host, ":") {
//! 		return fmt.Sprintf("https://[%s]:%s", host, port)
//! 	} else {
//! 		return fmt.Sprintf("https://%s:%s", host, port)
//! 	}
//! }
//! ```
//! The `Host` of a URL has them, too:
//! What had no port is taken as it stands in a URL, with its brackets:
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
//! ```
//! ```go unchanged
//! package main
//!
//! import "net/url"
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
//! A method of a package that is not seen may give a type of its own:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//!
//! 	"example.com/bpf"
//! )
//!
//! func member(entry bpf.Entry) string {
//! 	return fmt.Sprintf("%s:%d", entry.Addr(), entry.Port())
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//!
//! 	"example.com/bpf"
//! )
//!
//! func member(entry bpf.Entry) string {
//! 	return net.JoinHostPort(fmt.Sprint(entry.Addr()), fmt.Sprint(entry.Port()))
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

use sixify_langs::strings::Form;
use sixify_langs::{classify, go};

use crate::catalog;
use crate::go_hosts::{bare_host, described_by_itself};
use crate::go_join::Join;
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
