//! # Let what a Go program takes for the wildcard address mean both families
//!
//! ## Why it breaks
//! Where Go itself listens, it does not. With the networks `tcp` and `udp`, Go listens on `0.0.0.0`, on `[::]` and on no
//! host at all in the same way: on both families, on every kind of host, also where
//! `net.ipv6.bindv6only` is set. Rewriting `0.0.0.0` to `[::]` changes nothing. `sixify explain` says so
//! for the line.
//!
//! A wildcard that goes elsewhere may well mean IPv4 only: where the package asks for `tcp4` or `udp4`
//! sockets, in a flag that nothing in the package reads, in a configuration that another program
//! reads. All others are reported. There the host goes before a port (`:8080`), and a host alone becomes
//! `::`, or nothing where the text is put together by hand.
//!
//! In the mode `ipv6-only` the IPv4 listener is unwanted; a listener made with `net.Listen` is then
//! narrowed to the network `tcp6`.
//!
//! ## Examples
//! ```go unchanged
//! package main
//!
//! import (
//! 	"net"
//! 	"net/http"
//! )
//!
//! func serve() error {
//! 	if _, err := net.Listen("tcp", "0.0.0.0:8080"); err != nil {
//! 		return err
//! 	}
//! 	return http.ListenAndServe(":8081", nil)
//! }
//! ```
//! The defaults of flags and fields, and what other functions are given:
//! ```go before
//! package main
//!
//! import (
//! 	"flag"
//! 	"fmt"
//! 	"net"
//! 	"strconv"
//! )
//!
//! type relay struct {
//! 	Address string
//! }
//!
//! type options struct {
//! 	Host string
//! 	Port int
//! }
//!
//! func serve(o *options, p pool, flags *flag.FlagSet) (string, error) {
//! 	flags.StringVar(&o.Host, "host", "0.0.0.0", "Host to expose metrics on.")
//! 	addr := fmt.Sprintf("0.0.0.0:%d", o.Port)
//! 	r := &relay{Address: "0.0.0.0"}
//! 	if err := p.ListenPacket("udp", r.Address+":0"); err != nil {
//! 		return "", err
//! 	}
//! 	return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)), p.ListenPacket("udp", addr)
//! }
//!
//! type pool struct{}
//!
//! func (pool) ListenPacket(network, address string) error { return nil }
//!
//! const network = "udp4"
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"flag"
//! 	"fmt"
//! 	"net"
//! 	"strconv"
//! )
//!
//! type relay struct {
//! 	Address string
//! }
//!
//! type options struct {
//! 	Host string
//! 	Port int
//! }
//!
//! func serve(o *options, p pool, flags *flag.FlagSet) (string, error) {
//! 	flags.StringVar(&o.Host, "host", "::", "Host to expose metrics on.")
//! 	addr := fmt.Sprintf(":%d", o.Port)
//! 	r := &relay{Address: ""}
//! 	if err := p.ListenPacket("udp", r.Address+":0"); err != nil {
//! 		return "", err
//! 	}
//! 	return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)), p.ListenPacket("udp", addr)
//! }
//!
//! type pool struct{}
//!
//! func (pool) ListenPacket(network, address string) error { return nil }
//!
//! const network = "udp4"
//! ```
//! A configuration that another program reads; the address gets its brackets in the same change:
//! ```go before
//! package main
//!
//! import "fmt"
//!
//! const port = 9942
//!
//! func config(bindAddress string) string {
//! 	if bindAddress == "" {
//! 		bindAddress = "0.0.0.0"
//! 	}
//! 	return fmt.Sprintf(`address = "%s:%d"`, bindAddress, port)
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! 	"strconv"
//! )
//!
//! const port = 9942
//!
//! func config(bindAddress string) string {
//! 	if bindAddress == "" {
//! 		bindAddress = "::"
//! 	}
//! 	return fmt.Sprintf(`address = "%s"`, net.JoinHostPort(bindAddress, strconv.Itoa(port)))
//! }
//! ```
//! A wildcard that also goes into a URL is dialled by somebody:
//! ```go reported
//! package main
//!
//! import (
//! 	"flag"
//! 	"fmt"
//! )
//!
//! func run(start func(address string)) string {
//! 	addr := flag.String("listen-addr", "0.0.0.0:8080", "where to listen")
//! 	start(*addr)
//! 	return fmt.Sprintf("http://%s/status", *addr)
//! }
//! ```
//! A URL to listen on wants a host:
//! ```go reported
//! package main
//!
//! import "example.com/config"
//!
//! func listenURL() string {
//! 	etcdURL := config.PeerURL()
//! 	etcdURL.Host = "0.0.0.0:" + etcdURL.Port()
//! 	return etcdURL.String()
//! }
//! ```
//! Nobody is seen to listen on a constant for others:
//! ```go reported
//! package options
//!
//! // DefaultGossipAddr is where the cluster is listened for.
//! const DefaultGossipAddr = "0.0.0.0:9094"
//! ```
//! A wildcard that is compared elsewhere stands for "not set", and a person must see to it:
//! ```go reported
//! package main
//!
//! import "flag"
//!
//! func host() string {
//! 	host := flag.String("listen-host", "0.0.0.0", "where to listen")
//! 	if *host != "0.0.0.0" {
//! 		println("changed")
//! 	}
//! 	return *host
//! }
//! ```
//! What is dialled, masks and routes, and addresses that are IPv4 by their name:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! type route struct {
//! 	Gateway, Netmask, HostIPv4 string
//! }
//!
//! type GatewayAddress struct {
//! 	Address string
//! 	Port    int
//! }
//!
//! var gateways = map[string]*GatewayAddress{"lan": {Address: "0.0.0.0", Port: 80}}
//!
//! func first(addr *GatewayAddress) (net.Listener, error) { return net.Listen("tcp", addr.Address) }
//!
//! func others(r *route) (net.Conn, error) {
//! 	r.Gateway = "0.0.0.0"
//! 	r.Netmask = "0.0.0.0"
//! 	r.HostIPv4 = "0.0.0.0"
//! 	host := "0.0.0.0"
//! 	println("listening on 0.0.0.0")
//! 	return net.Dial("tcp", host+":80")
//! }
//! ```
//! The mode that narrows:
//! ```go before mode=ipv6-only
//! package main
//!
//! import "net"
//!
//! const addr = "0.0.0.0:8080"
//!
//! func serve() (net.Listener, error) {
//! 	return net.Listen("tcp", addr)
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "net"
//!
//! const addr = "[::]:8080"
//!
//! func serve() (net.Listener, error) {
//! 	return net.Listen("tcp6", addr)
//! }
//! ```
//! An address that is dialled is no listener:
//! ```go unchanged mode=ipv6-only
//! package main
//!
//! import "net"
//!
//! func dial() (net.Conn, error) {
//! 	return net.Dial("tcp", "10.0.0.1:8080")
//! }
//! ```
//!
//! ## Safety
//! Unsafe. What Go listens on itself stays as it is. Elsewhere `:8080` and `::` are what Go's own
//! functions take for the same thing; a library may see it otherwise. The change in the mode `ipv6-only` takes IPv4 clients
//! away, which is what is asked for; it is unsafe.
//!
//! ## References
//! - Go documentation: net.Listen, "To only use IPv4, use network tcp4"
//! - evidence: languages, 1.1 and Go GO-ANY4

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{Mode, classify, go};

use crate::catalog;
use crate::go_wildcard::{self, Wildcard};
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use crate::remarks;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&["0.0.0.0"], &["Listen", "\":"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    let policy = Policy::of(cx.options());
    let own = own_listeners(&file, policy.mode == Mode::Ipv6Only, cx);
    if !policy.listeners() || about_ipv4(doc) || !doc.text.contains("0.0.0.0") {
        return Ok(());
    }
    let catalog = catalog::apis(cx.options(), "go");
    for mut wildcard in go_wildcard::wildcards(&file, catalog) {
        if wildcard.bind().is_none() {
            continue;
        }
        let by_machine = wildcard.read_package(doc, cx.project(), catalog);
        let Some(why) = wildcard.bind() else { continue };
        let flow = &wildcard.flow;
        let dual = flow.dual && !flow.elsewhere && !flow.listens;
        let (span, role) = (wildcard.literal.span(), if wildcard.lone { Role::BindHost } else { Role::BindAddress });
        if dual {
            if own.iter().any(|noted| noted.contains(span)) {
                continue;
            }
            let reason = "Go listens on both families here, whatever the wildcard looks like".to_owned();
            cx.leave(Note { span, role: role.name(), reason, evidence: vec![why] });
            continue;
        }
        let finding = Finding::new(span, role.name(), "the wildcard may be taken for IPv4 alone").because(why);
        let fix = instead(&file, &wildcard, by_machine).filter(|_| !wildcard.flow.compared);
        if wildcard.of_url() {
            cx.report(finding.because("a URL wants a host that can be parsed"));
            continue;
        }
        if wildcard.lone && !wildcard.may_be_ipv4() {
            cx.report(finding.because("Go code that listens on it has both families"));
            continue;
        }
        if wildcard.lone && wildcard.default && !wildcard.flow.read && !wildcard.joined_elsewhere(doc, cx.project()) {
            cx.report(finding.because("how it is put together with its port is not seen"));
            continue;
        }
        if wildcard.nowhere() || !(wildcard.lone || wildcard.flow.listens && wildcard.asks_ipv4) {
            cx.report(finding.because("what listens on it is not seen"));
            continue;
        }
        if remarks::says(wildcard.literal, &["0.0.0.0"]) {
            cx.report(finding.because("a comment beside it tells of the address"));
            continue;
        }
        cx.report(match fix {
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None if wildcard.flow.compared => finding.because("the package compares with the wildcard"),
            None => finding.because("it is not known how the host and its port are put together"),
        });
    }
    Ok(())
}

/// What to write in the place of a wildcard.
fn instead(file: &go::File, wildcard: &Wildcard<'_>, by_machine: bool) -> Option<Fix> {
    let flow = &wildcard.flow;
    if flow.by_hand.iter().any(|text| text.text().contains("://")) {
        // A URL needs a host, and whoever is given it dials that.
        return None;
    }
    if !wildcard.lone {
        return Some(Fix::new().edit(Edit::delete(wildcard.host)));
    }
    let any = Fix::new().edit(Edit::replace(wildcard.host, "::"));
    let listened = flow.listens || flow.dual;
    if flow.joined && flow.by_hand.is_empty() && by_machine {
        return Some(any);
    }
    if !flow.by_hand.is_empty() || !by_machine {
        if listened && !flow.joined {
            // Nothing before the colon is the wildcard of both families for every listener of Go.
            return Some(Fix::new().edit(Edit::delete(wildcard.host)));
        }
        // With two colons in it the host needs brackets where it is put before its port.
        let mut fix = any;
        for text in flow.by_hand.iter().filter(|_| by_machine) {
            let join = crate::go_join_host_port::rewrite(file, *text)?;
            fix = fix.edits(join.edits.into_values().flatten());
            fix.needs.extend(join.needs);
        }
        return Some(fix).filter(|_| by_machine);
    }
    (!flow.listens).then_some(any)
}

/// The listeners of Go itself: they have both families already. Returns the literals.
fn own_listeners(file: &go::File, narrow: bool, cx: &mut Context<'_>) -> Vec<Span> {
    let mut own = Vec::new();
    for call in file.tree.all("call_expression") {
        let Some(callee) = file.callee(call) else { continue };
        let rows = catalog::apis(cx.options(), "go").api(&callee).iter();
        for api in rows.filter(|a| a.role == "bind-address" && a.wildcard.as_deref() == Some("dual")) {
            let arguments = file.arguments(call);
            let Some(argument) = arguments.get(api.argument - 1) else { continue };
            let network = api.network.and_then(|n| arguments.get(n - 1));
            if network.is_some_and(|n| !matches!(n.text(), "\"tcp\"" | "\"udp\"")) {
                continue;
            }
            let (value, chain) = file.constant(*argument);
            let Some((text, at)) = file.text_expr(value).and_then(|e| e.prefix()) else { continue };
            let host = wildcard(text).map(|host| Span::new(at.start + host.start, at.start + host.end));
            let Some(host) = host else { continue };
            own.push(value.span());
            let mut evidence = vec![format!("argument {} of {callee} ({})", api.argument, api.role)];
            evidence.extend(chain);
            evidence.push(api.evidence.clone());
            let network = network.filter(|_| callee == "net.Listen" && narrow);
            let Some(network) = network else {
                let reason = "Go listens on both families here, whatever the wildcard looks like".to_owned();
                cx.leave(Note { span: value.span(), role: Role::BindAddress.name(), reason, evidence });
                continue;
            };
            let fix = Fix::new()
                .edit(Edit::replace(network.span(), network.text().replace("tcp\"", "tcp6\"")))
                .edit(Edit::replace(host, "[::]"));
            let finding = Finding::new(call.span(), Role::BindAddress.name(), "this listens on IPv4 as well");
            cx.report(finding.because_all(evidence).fix(Applicability::Unsafe, fix));
        }
    }
    own
}

/// The wildcard host at the start of an address: `0.0.0.0:8080`, `0.0.0.0:` + port, or `:8080`.
fn wildcard(text: &str) -> Option<Span> {
    if text.starts_with(':') {
        return Some(Span::at(0));
    }
    let found = address::addresses(text).into_iter().next()?;
    let host = found.class == AddressClass::Wildcard && found.span.start == 0;
    (host && text[found.span.end..].starts_with(':')).then_some(found.span)
}
