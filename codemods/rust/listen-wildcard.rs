//! # Listen on both families
//!
//! ## Why it breaks
//! `TcpListener::bind("0.0.0.0:8080")` makes an IPv4 socket. On an IPv6-only host nobody reaches it
//! but the host itself. `[::]` listens on both families: Rust's libraries leave it to the system
//! whether an IPv6 socket takes IPv4 too, and it does unless `net.ipv6.bindv6only` is set. IPv4
//! peers have addresses like `::ffff:192.0.2.1` then.
//!
//! ## Examples
//! ```rust before
//! use std::net::{Ipv4Addr, SocketAddr, TcpListener};
//!
//! use actix_web::HttpServer;
//!
//! const ADDRESS: &str = "0.0.0.0:8081";
//!
//! fn serve(port: u16) -> std::io::Result<()> {
//!     let addr = format!("{}:{}", "0.0.0.0", port);
//!     let _first = TcpListener::bind(&addr)?;
//!     let _second = TcpListener::bind(ADDRESS)?;
//!     let _third = TcpListener::bind(("0.0.0.0", port))?;
//!     let _fourth = TcpListener::bind(format!("0.0.0.0:{port}"))?;
//!     let socket = SocketAddr::from(([0, 0, 0, 0], port));
//!     let _fifth = TcpListener::bind(socket)?;
//!     let _sixth = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))?;
//!     HttpServer::new(app).workers(2).bind("0.0.0.0:8080")?.run();
//!     Ok(())
//! }
//! ```
//! ```rust after unsafe
//! use std::net::{Ipv6Addr, SocketAddr, TcpListener};
//!
//! use actix_web::HttpServer;
//!
//! const ADDRESS: &str = "[::]:8081";
//!
//! fn serve(port: u16) -> std::io::Result<()> {
//!     let addr = format!("{}:{}", "[::]", port);
//!     let _first = TcpListener::bind(&addr)?;
//!     let _second = TcpListener::bind(ADDRESS)?;
//!     let _third = TcpListener::bind(("::", port))?;
//!     let _fourth = TcpListener::bind(format!("[::]:{port}"))?;
//!     let socket = SocketAddr::from(([0; 8], port));
//!     let _fifth = TcpListener::bind(socket)?;
//!     let _sixth = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))?;
//!     HttpServer::new(app).workers(2).bind("[::]:8080")?.run();
//!     Ok(())
//! }
//! ```
//! ```rust before
//! fn serve(port: u16) -> std::io::Result<()> {
//!     let listener = std::net::TcpListener::bind(format!("0.0.0.0:{port}"))?;
//!     loop {
//!         let (stream, _) = listener.accept()?;
//!         answer(stream)?;
//!     }
//! }
//! ```
//! ```rust after
//! fn serve(port: u16) -> std::io::Result<()> {
//!     let listener = std::net::TcpListener::bind(format!("[::]:{port}"))?;
//!     loop {
//!         let (stream, _) = listener.accept()?;
//!         answer(stream)?;
//!     }
//! }
//! ```
//! Defaults of options, settings and environment variables:
//! ```rust before
//! use std::env;
//!
//! #[derive(Parser)]
//! struct Args {
//!     /// Where to listen.
//!     #[arg(long, default_value = "0.0.0.0:8080")]
//!     listen: String,
//!     #[clap(long, default_value = "0.0.0.0")]
//!     host: String,
//!     port: u16,
//! }
//!
//! #[derive(Deserialize)]
//! struct Settings {
//!     #[serde(default = "default_bind")]
//!     bind: SocketAddr,
//! }
//!
//! fn default_bind() -> SocketAddr {
//!     "0.0.0.0:3000".parse().unwrap()
//! }
//!
//! fn address(args: &Args) -> String {
//!     let addr = env::var("LISTEN_ADDR").unwrap_or_else(|_| "0.0.0.0:80".to_string());
//!     println!("{}", addr);
//!     format!("{}:{}", args.host, args.port)
//! }
//! ```
//! ```rust after unsafe
//! use std::env;
//!
//! #[derive(Parser)]
//! struct Args {
//!     /// Where to listen.
//!     #[arg(long, default_value = "[::]:8080")]
//!     listen: String,
//!     #[clap(long, default_value = "[::]")]
//!     host: String,
//!     port: u16,
//! }
//!
//! #[derive(Deserialize)]
//! struct Settings {
//!     #[serde(default = "default_bind")]
//!     bind: SocketAddr,
//! }
//!
//! fn default_bind() -> SocketAddr {
//!     "[::]:3000".parse().unwrap()
//! }
//!
//! fn address(args: &Args) -> String {
//!     let addr = env::var("LISTEN_ADDR").unwrap_or_else(|_| "[::]:80".to_string());
//!     println!("{}", addr);
//!     format!("{}:{}", args.host, args.port)
//! }
//! ```
//! A UDP socket that is bound to send needs the family of what it sends to, and a host whose use is
//! not known may need brackets or none:
//! ```rust reported
//! use std::net::{SocketAddr, UdpSocket};
//!
//! fn ask(to: SocketAddr) -> std::io::Result<UdpSocket> {
//!     let socket = UdpSocket::bind("0.0.0.0:0")?;
//!     socket.connect(to)?;
//!     Ok(socket)
//! }
//!
//! struct Config {
//!     listen_host: String,
//! }
//!
//! fn default() -> Config {
//!     Config { listen_host: "0.0.0.0".to_string() }
//! }
//! ```
//! What is dialled, ranges, types that hold IPv4 alone, and tests:
//! ```rust unchanged
//! use std::net::{Ipv4Addr, TcpListener, TcpStream};
//!
//! struct Route {
//!     listen: Ipv4Addr,
//!     cidr: String,
//! }
//!
//! fn caller(ip: Option<IpAddr>, remote: Option<IpAddr>) -> Caller {
//!     let ip = ip.or(remote).unwrap_or_else(|| "0.0.0.0".parse().unwrap());
//!     Caller { ip }
//! }
//!
//! fn local(family: Family) -> std::io::Result<TcpListener> {
//!     TcpListener::bind(match family {
//!         Family::Ipv4 => "0.0.0.0:80",
//!         Family::Ipv6 => "[::]:80",
//!     })
//! }
//!
//! fn others() -> std::io::Result<TcpStream> {
//!     let route = Route { listen: "0.0.0.0".parse().unwrap(), cidr: "0.0.0.0/1".into() };
//!     println!("listening on 0.0.0.0:80");
//!     TcpListener::bind("127.0.0.1:8080")?;
//!     TcpStream::connect("0.0.0.0:80")
//! }
//!
//! #[cfg(test)]
//! mod tests {
//!     use std::net::TcpListener;
//!
//!     fn listens() {
//!         TcpListener::bind("0.0.0.0:0").unwrap();
//!     }
//! }
//! ```
//!
//! ## Safety
//! Safe for a text that goes to `TcpListener::bind` of the standard library or of tokio and nowhere else,
//! in a file that neither asks for the addresses of clients nor names any: measured, it is reached on
//! every address of `v6only`, `dual` and `v4only`. It does not start on a kernel without IPv6
//! (`v4kernel`), and loses IPv4 with `net.ipv6.bindv6only=1` (`dual-b6`); who guards these kinds gets no
//! edit. Unsafe elsewhere, since the addresses of IPv4 peers look different.
//!
//! ## References
//! - std::net::TcpListener::bind; ipv6(7), IPV6_V6ONLY
//! - evidence: languages, Rust RS-BIND4, RS-ANY4 and RS-UDP4, and 1.6

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{HostKind, classify, naming, rust};

use crate::catalog::{self, Catalog};
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use crate::remarks;
use crate::rust_roles::{self, Uses};
use crate::rust_told;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUST],
    anchors: Anchors(&[
        &["0.0.0.0"],
        &["Ipv4Addr::UNSPECIFIED"],
        &["[0, 0, 0, 0]"],
        &["[0,0,0,0]"],
        &["Ipv4Addr::new(0, 0, 0, 0)"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc).filter(|_| Policy::of(cx.options()).listeners() && !about_ipv4(doc)) else {
        return Ok(());
    };
    let catalog = catalog::apis(cx.options(), "rust");
    let policy = Policy::of(cx.options());
    let guarded = [HostKind::DualB6, HostKind::V4Kernel].into_iter().any(|kind| policy.guards(kind));
    let blind = !guarded && !knows_peers(&doc.text);
    let multicast = doc.text.contains("join_multicast_v4") || doc.text.contains("set_broadcast");
    let mut found: Vec<Wildcard<'_>> = texts(&file, catalog);
    found.extend(values(&file, catalog));
    found.sort_by_key(|w| w.place.start);
    for wildcard in found.iter().filter(|w| !file.is_test(w.node) && !rust_roles::of_one_family(w.node)) {
        let Some(why) = wildcard.uses.bind() else { continue };
        let udp = wildcard.uses.binds.iter().any(|api| api.contains("Udp"));
        if udp && multicast {
            continue;
        }
        let role = if wildcard.lone { Role::BindHost } else { Role::BindAddress };
        let finding = Finding::new(wildcard.place, role.name(), "this listens on IPv4 alone").because(why);
        let sends = udp && wildcard.any_port;
        if wildcard.is_placeholder() {
            cx.report(finding.because("what listens on it is not seen: it may only hold a place, or be an example"));
            continue;
        }
        if remarks::says(wildcard.node, &["0.0.0.0"]) {
            cx.report(finding.because("a comment beside it tells of the address"));
            continue;
        }
        // The default of a setting, which others are told or expect.
        let default = wildcard.uses.binds.is_empty() && wildcard.instead.is_none();
        if let Some(told) = rust_told::elsewhere(&file, doc, cx.project(), wildcard.node).filter(|_| default) {
            cx.report(finding.because(told));
            continue;
        }
        // The default of a setting that the file cuts at its colon afterwards.
        let cut = ["split(':')", "split(\":\")", "split_once(':')", "split_once(\":\")"];
        if !wildcard.lone && wildcard.uses.binds.is_empty() && cut.iter().any(|cut| doc.text.contains(cut)) {
            cx.report(finding.because("the file takes texts apart at their colons by hand"));
            continue;
        }
        cx.report(match wildcard.fix().filter(|_| !sends && !wildcard.uses.compared) {
            Some(fix) if blind && wildcard.proven() => finding.because(COSTS).fix(Applicability::Safe, fix),
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None if sends => finding.because("the family of a socket that sends is that of the address it sends to"),
            None => finding.because("how the host and its port are put together is not known, or it is compared"),
        });
    }
    Ok(())
}

/// A wildcard in the text.
struct Wildcard<'a> {
    node: Node<'a>,
    /// What is replaced.
    place: Span,
    /// Whether there is no port in the same text.
    lone: bool,
    /// Whether the port is 0: any.
    any_port: bool,
    /// What takes its place where that does not depend on its use.
    instead: Option<&'static str>,
    import: bool,
    uses: Uses,
}

/// What the rewrite costs on kinds of hosts that nobody guards by default.
const COSTS: &str = "it does not start on a kernel without IPv6, and takes no IPv4 where net.ipv6.bindv6only is set";

/// Listeners that were measured.
const MEASURED: [&str; 2] = ["std::net::TcpListener::bind", "tokio::net::TcpListener::bind"];

/// Whether a file asks for the addresses of its clients or its own, or names any: those of IPv4
/// look different to an IPv6 socket.
fn knows_peers(text: &str) -> bool {
    let words = [
        "peer_addr",
        "remote_addr",
        "local_addr",
        "client_ip",
        "ConnectInfo",
        "connect_info",
        "Ipv4Addr",
        "SocketAddrV4",
        "V4(",
        "is_ipv4",
        "127.0.0.1",
        "set_only_v6",
    ];
    let accepted = || text.lines().any(|line| line.contains(".accept()") && !line.contains(", _)"));
    words.iter().any(|word| text.contains(word)) || accepted()
}

impl Wildcard<'_> {
    /// Whether this is a text that goes to a listener that was measured, and nowhere else, whoever
    /// starts the program.
    fn proven(&self) -> bool {
        let uses = &self.uses;
        let measured = !uses.binds.is_empty() && uses.binds.iter().all(|api| MEASURED.contains(&api.as_str()));
        let alone = uses.names.is_empty() && !uses.elsewhere && !self.any_port && self.instead.is_none();
        // A fall-back is what others may replace.
        let choices = ["closure_expression", "match_expression", "if_expression", "attribute_item"];
        let within = self.node.ancestors().take_while(|n| !n.is_any(&["block", "source_file"]));
        let given = within.into_iter().any(|n| n.is_any(&choices) || n.text().contains("unwrap_or"));
        measured && alone && !given
    }

    /// Whether nothing listens on it as far as is seen, and any port, or the name of what gives it,
    /// speaks against a listener: `peer: "0.0.0.0:0"`, `fn example_config()`.
    fn is_placeholder(&self) -> bool {
        let example = |n: &Node<'_>| {
            let words = n.field("name").map(|name| naming::words(name.text())).unwrap_or_default();
            let kinds = ["example", "examples", "sample", "fake", "mock", "dummy", "placeholder"];
            n.is("function_item") && words.iter().any(|w| kinds.contains(&w.as_str()))
        };
        self.uses.binds.is_empty() && (self.any_port || self.node.ancestors().any(|n| example(&n)))
    }

    fn fix(&self) -> Option<Fix> {
        let shapes = self.uses.shapes;
        let text = match (self.instead, self.lone) {
            (Some(text), _) => text,
            (None, false) => "[::]",
            (None, true) if shapes.text && !shapes.value => "[::]",
            (None, true) if shapes.value && !shapes.text => "::",
            _ => return None,
        };
        let fix = Fix::new().edit(Edit::replace(self.place, text));
        let module = || Need::Import {
            module: "std::net".to_owned(),
            member: Some("Ipv6Addr".to_owned()),
            local: "Ipv6Addr".to_owned(),
        };
        Some(if self.import { fix.need(module()) } else { fix })
    }
}

/// Wildcards in texts.
fn texts<'a>(file: &'a rust::File, catalog: &Catalog) -> Vec<Wildcard<'a>> {
    let mut found = Vec::new();
    for node in file.tree.all("string_literal").chain(file.tree.all("raw_string_literal")) {
        let Some((text, span)) = file.string(node).filter(|(text, _)| text.starts_with("0.0.0.0")) else { continue };
        let Some(address) = address::addresses(text).into_iter().next() else { continue };
        let rest = text.get(address.span.end..).unwrap_or_default();
        let port = rest.strip_prefix(':');
        let fits =
            port.is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()) || p.starts_with('{') && p.ends_with('}'));
        if address.class != AddressClass::Wildcard || address.span.start != 0 || !(rest.is_empty() || fits) {
            continue;
        }
        let attribute = node.ancestor(&["attribute_item"]);
        let uses = match attribute {
            Some(attribute) => {
                let Some(field) = default_of(attribute, node) else { continue };
                rust_roles::uses_of_field(file, catalog, field)
            }
            None => rust_roles::uses_of(file, catalog, node),
        };
        found.push(Wildcard {
            node,
            place: address.span.shift(span.start),
            lone: rest.is_empty(),
            any_port: port == Some("0") || beside_zero(node),
            instead: None,
            import: false,
            uses,
        });
    }
    found
}

/// Whether the port of a tuple is 0.
fn beside_zero(host: Node<'_>) -> bool {
    host.parent().is_some_and(|p| p.is("tuple_expression") && p.items().nth(1).is_some_and(|n| n.text() == "0"))
}

/// The field whose default a literal in an attribute is.
fn default_of<'a>(attribute: Node<'a>, literal: Node<'a>) -> Option<&'a str> {
    let equals = literal.previous().filter(|e| e.text() == "=")?;
    let key = equals.previous().map_or("", Node::text);
    let default = matches!(key, "default_value" | "default" | "default_value_t");
    let field = rust_roles::described(attribute).filter(|_| default)?;
    Some(field.field("name")?.text())
}

/// Wildcards as values: `Ipv4Addr::UNSPECIFIED`, `Ipv4Addr::new(0, 0, 0, 0)`, `[0, 0, 0, 0]`.
fn values<'a>(file: &'a rust::File, catalog: &Catalog) -> Vec<Wildcard<'a>> {
    let mut found = Vec::new();
    let named = file.tree.all("scoped_identifier").filter(|n| {
        n.text().ends_with("Ipv4Addr::UNSPECIFIED")
            && file.path(*n).as_deref() == Some("std::net::Ipv4Addr::UNSPECIFIED")
    });
    let made = file.tree.all("call_expression").filter(|n| {
        let zeros = file.arguments(*n).iter().map(|a| a.text()).collect::<Vec<_>>() == ["0", "0", "0", "0"];
        zeros && file.callee(*n).as_deref() == Some("std::net::Ipv4Addr::new")
    });
    for node in named.chain(made) {
        let short = node.text().starts_with("Ipv4Addr");
        // IpAddr::V4(…) becomes IpAddr::V6(…).
        let wrapped = node.parent().and_then(Node::parent).filter(|c| c.is("call_expression"));
        let v4 = wrapped.and_then(|c| c.field("function")).filter(|f| f.text().ends_with("IpAddr::V4"));
        let place = v4.map_or(node.span(), |f| Span::new(f.end() - 1, node.end()));
        let instead = match (v4.is_some(), short) {
            (true, true) => "6(Ipv6Addr::UNSPECIFIED",
            (true, false) => "6(std::net::Ipv6Addr::UNSPECIFIED",
            (false, true) => "Ipv6Addr::UNSPECIFIED",
            (false, false) => "std::net::Ipv6Addr::UNSPECIFIED",
        };
        let uses = rust_roles::uses_of(file, catalog, node);
        let any_port = beside_zero(node) || wrapped.is_some_and(beside_zero);
        found.push(Wildcard { node, place, lone: true, any_port, instead: Some(instead), import: short, uses });
    }
    for node in file.tree.all("array_expression") {
        let zeros = node.items().map(Node::text).collect::<Vec<_>>() == ["0", "0", "0", "0"];
        let host = node.parent().is_some_and(|p| p.is("tuple_expression") && p.items().next() == Some(node));
        if zeros && host {
            let uses = rust_roles::uses_of(file, catalog, node);
            let instead = Some("[0; 8]");
            found.push(Wildcard {
                node,
                place: node.span(),
                lone: true,
                any_port: beside_zero(node),
                instead,
                import: false,
                uses,
            });
        }
    }
    found
}
