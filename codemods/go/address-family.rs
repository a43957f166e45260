//! # Let fiber and fasthttp use both families
//!
//! ## Why it breaks
//! These libraries open IPv4 sockets unless told otherwise: fiber listens with `tcp4`, and so do
//! the `ListenAndServe` functions of fasthttp; its clients dial with `tcp4`. Even `:8080` cannot be
//! reached over IPv6 then.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"github.com/gofiber/fiber/v2"
//! 	"github.com/valyala/fasthttp"
//! )
//!
//! func serve() error {
//! 	plain := fiber.New()
//! 	app := fiber.New(fiber.Config{
//! 		AppName: "app",
//! 	})
//! 	go plain.Listen(":8081")
//! 	return app.Listen(":8080")
//! }
//!
//! func slow(timeout time.Duration) *fasthttp.Client {
//! 	return &fasthttp.Client{
//! 		Name:         "slow",
//! 		ReadTimeout:  timeout,
//! 		WriteTimeout: timeout,
//! 	}
//! }
//!
//! func client(addr string) error {
//! 	c := &fasthttp.Client{MaxConnsPerHost: 10}
//! 	_, err := fasthttp.Dial(addr)
//! 	c.CloseIdleConnections()
//! 	return err
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"github.com/gofiber/fiber/v2"
//! 	"github.com/valyala/fasthttp"
//! )
//!
//! func serve() error {
//! 	plain := fiber.New(fiber.Config{Network: fiber.NetworkTCP})
//! 	app := fiber.New(fiber.Config{
//! 		Network: fiber.NetworkTCP,
//! 		AppName: "app",
//! 	})
//! 	go plain.Listen(":8081")
//! 	return app.Listen(":8080")
//! }
//!
//! func slow(timeout time.Duration) *fasthttp.Client {
//! 	return &fasthttp.Client{
//! 		DialDualStack: true,
//! 		Name:          "slow",
//! 		ReadTimeout:   timeout,
//! 		WriteTimeout:  timeout,
//! 	}
//! }
//!
//! func client(addr string) error {
//! 	c := &fasthttp.Client{DialDualStack: true, MaxConnsPerHost: 10}
//! 	_, err := fasthttp.DialDualStack(addr)
//! 	c.CloseIdleConnections()
//! 	return err
//! }
//! ```
//! The third version of fiber takes it where it listens:
//! ```go before
//! package main
//!
//! import "github.com/gofiber/fiber/v3"
//!
//! func serve() error {
//! 	app := fiber.New()
//! 	return app.Listen(":8080")
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import "github.com/gofiber/fiber/v3"
//!
//! func serve() error {
//! 	app := fiber.New()
//! 	return app.Listen(":8080", fiber.ListenConfig{ListenerNetwork: fiber.NetworkTCP})
//! }
//! ```
//! fasthttp takes a listener of both families, which somebody must make; and fiber with processes
//! that share a port knows one family only:
//! ```go reported
//! package main
//!
//! import (
//! 	"github.com/gofiber/fiber/v2"
//! 	"github.com/valyala/fasthttp"
//! )
//!
//! func serve(handler fasthttp.RequestHandler) error {
//! 	app := fiber.New(fiber.Config{Prefork: true})
//! 	go app.Listen(":8081")
//! 	return fasthttp.ListenAndServe(":8080", handler)
//! }
//! ```
//! ```go unchanged
//! package main
//!
//! import (
//! 	"net"
//!
//! 	"github.com/gofiber/fiber/v2"
//! 	"github.com/valyala/fasthttp"
//! )
//!
//! func serve(ln net.Listener, handler fasthttp.RequestHandler) error {
//! 	app := fiber.New(fiber.Config{Network: "tcp"})
//! 	go app.Listen(":8080")
//! 	client := fasthttp.Client{Dial: fasthttp.DialDualStack}
//! 	client.CloseIdleConnections()
//! 	return fasthttp.Serve(ln, handler)
//! }
//! ```
//!
//! ## Safety
//! Unsafe: this rests on the documentation of the libraries.
//!
//! ## References
//! - fiber documentation: Config, Network ("Default: NetworkTCP4"); ListenConfig, ListenerNetwork
//! - fasthttp documentation: ListenAndServe, Dial, Client.DialDualStack
//! - evidence: languages, Go GO-FIBER and GO-FASTHTTP

use sixify_langs::{classify, go};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[&["gofiber/fiber"], &["valyala/fasthttp"]]),
    specificity: 0,
    run,
};

const FIBER: &str = "github.com/gofiber/fiber";
const FASTHTTP: &str = "github.com/valyala/fasthttp";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    let listeners = Policy::of(cx.options()).listeners();
    for call in file.tree.all("call_expression") {
        let Some(callee) = file.callee(call) else { continue };
        let found =
            match callee.strip_prefix(FIBER).or_else(|| callee.strip_prefix(FASTHTTP)) {
                Some(".New" | "/v2.New") if listeners && listens(doc, cx) => fiber(&file, call),
                Some("/v3.App.Listen") if listeners => listen(&file, call),
                Some(".Dial" | ".DialTimeout") => dial(call),
                Some(
                    ".ListenAndServe" | ".ListenAndServeTLS" | ".Server.ListenAndServe" | ".Server.ListenAndServeTLS",
                ) if listeners => Some(None),
                _ => None,
            };
        let Some(fix) = found else { continue };
        let finding =
            Finding::new(call.span(), Role::AddressFamily.name(), "this uses IPv4 sockets unless told otherwise");
        let finding = finding.because(format!("documentation of {callee}"));
        cx.report(match fix {
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None => finding,
        });
    }
    for literal in file.tree.all("composite_literal") {
        let ty = literal.field("type").and_then(|t| file.written_type(t)).unwrap_or_default();
        let client = matches!(ty.strip_prefix(FASTHTTP), Some(".Client" | ".HostClient"));
        if client && !has_key(literal, &["Dial", "DialTimeout", "DialDualStack"]) {
            let Some(body) = literal.field("body") else { continue };
            let finding = Finding::new(literal.span(), Role::AddressFamily.name(), "this client dials IPv4 only");
            let fix = Fix::new().edits(first_key(&file, body, "DialDualStack", "true"));
            cx.report(finding.because(format!("documentation of {ty}")).fix(Applicability::Unsafe, fix));
        }
    }
    Ok(())
}

/// Whether the package makes its own listeners out of an address.
fn listens(doc: &Document, cx: &Context<'_>) -> bool {
    let own = |text: &str| text.contains(".Listen(") || text.contains(".ListenTLS(");
    let folder = doc.folder();
    let path = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
    let others = || cx.project().siblings(folder).into_iter().filter(|n| n.ends_with(".go")).take(50);
    own(&doc.text) || others().any(|name| cx.project().text(&path(name)).is_some_and(|text| own(&text)))
}

/// `fiber.New()` with the network in its configuration. The inner `None`: a person must see to it.
fn fiber(file: &go::File, call: Node<'_>) -> Option<Option<Fix>> {
    let package = call.field("function")?.field("operand")?.text();
    let arguments = file.arguments(call);
    let Some(config) = arguments.first() else {
        let list = call.field("arguments")?;
        let text = format!("{package}.Config{{Network: {package}.NetworkTCP}}");
        return Some(Some(Fix::new().edit(Edit::insert(list.start() + 1, text))));
    };
    if !config.is("composite_literal") || has_key(*config, &["Prefork"]) {
        return Some(None);
    }
    if has_key(*config, &["Network"]) {
        return None;
    }
    let network = format!("{package}.NetworkTCP");
    Some(Some(Fix::new().edits(first_key(file, config.field("body")?, "Network", &network))))
}

/// `app.Listen(address)` of the third version with its network.
fn listen(file: &go::File, call: Node<'_>) -> Option<Option<Fix>> {
    let package = file.imports.iter().find(|i| i.path == format!("{FIBER}/v3"))?.local.clone();
    let arguments = file.arguments(call);
    let [address] = arguments.as_slice() else {
        let config = arguments.get(1)?;
        return (!has_key(*config, &["ListenerNetwork"])).then_some(None);
    };
    let text = format!(", {package}.ListenConfig{{ListenerNetwork: {package}.NetworkTCP}}");
    Some(Some(Fix::new().edit(Edit::insert(address.end(), text))))
}

/// `fasthttp.Dial` and `fasthttp.DialTimeout` by their names for both families.
fn dial(call: Node<'_>) -> Option<Option<Fix>> {
    let name = call.field("function")?.field("field")?;
    Some(Some(Fix::new().edit(Edit::insert(name.start() + "Dial".len(), "DualStack"))))
}

fn has_key(literal: Node<'_>, keys: &[&str]) -> bool {
    let elements = literal.field("body").into_iter().flat_map(|b| b.items().collect::<Vec<_>>());
    elements.filter(|e| e.is("keyed_element")).filter_map(|e| e.items().next()).any(|k| keys.contains(&k.text()))
}

/// Puts a key in front of the others, on a line of its own where they have theirs, with the values
/// below each other as gofmt has them.
fn first_key(file: &go::File, body: Node<'_>, key: &str, value: &str) -> Vec<Edit> {
    let text = file.tree.text();
    let at = body.start() + 1;
    let Some(first) = body.items().next() else { return vec![Edit::insert(at, format!("{key}: {value}"))] };
    let between = &text[at..first.start()];
    let Some(line) = between.rfind('\n') else {
        return vec![Edit::insert(first.start(), format!("{key}: {value}, "))];
    };
    let aligned = aligned(text, body);
    let old = aligned.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let new = old.max(key.len());
    let blanks = |count: usize| " ".repeat(count);
    let gap = if aligned.is_empty() { 0 } else { new - key.len() };
    let mut edits =
        vec![Edit::insert(first.start(), format!("{key}: {}{value},\n{}", blanks(gap), &between[line + 1..]))];
    if new > old {
        edits.extend(aligned.iter().map(|(_, value)| Edit::insert(value.start(), blanks(new - old))));
    }
    edits
}

/// The keys and values at the top that gofmt aligns with each other: on lines that follow each other,
/// to the first value with several lines. None where they are not aligned now.
fn aligned<'a>(text: &str, body: Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let mut found: Vec<(&str, Node<'_>)> = Vec::new();
    let mut line = None;
    for element in body.items().take_while(|e| e.is("keyed_element")) {
        let mut parts = element.items();
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else { break };
        if line.is_some_and(|before| element.line() != before + 1) {
            break;
        }
        line = Some(element.line());
        found.push((key.text(), value));
        if value.text().contains('\n') {
            break;
        }
    }
    let widest = found.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    let fits = |(key, value): &(&str, Node<'_>)| {
        let gap = widest - key.len() + 1;
        text[..value.start()].ends_with(&format!(":{}", " ".repeat(gap)))
    };
    if found.iter().all(fits) { found } else { Vec::new() }
}
