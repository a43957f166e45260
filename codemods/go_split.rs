//! Parts of an address that Go code takes in one expression: `strings.Split(addr.String(), ":")[0]`,
//! `addr[:strings.LastIndex(addr, ":")]`, and where the address comes from.

use sixify_langs::{go, naming};

use crate::go_kept::Kept;
use crate::go_parts::{called_pair, of_domain, taken_for_host, taken_for_port};
use crate::go_statement::Taken;
use crate::prelude::*;

/// Where an address comes from, which decides what may be done.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    /// A `*net.UDPAddr` or `*net.TCPAddr`, from a connection or not, and whether it can have a
    /// zone: the address that a dial to a global address gives is global itself and has none.
    Socket { connected: bool, zone: bool },
    /// A `net.Addr`, from a connection or not.
    Interface { connected: bool },
    /// The `RemoteAddr` of an HTTP request.
    Peer,
    /// The `Host` of an HTTP request: a name, an IPv4 address or an IPv6 address in brackets, perhaps
    /// with a port in digits (RFC 9110, 7.2).
    Request,
    /// The `Host` of a `net/url.URL`, whose methods give the parts.
    Url,
    /// Text that is called an address.
    Named,
}

/// A part of an address between colons.
pub(crate) struct Split<'a> {
    /// The whole expression.
    whole: Node<'a>,
    /// 0: the host, 1: the port.
    part: usize,
    /// What is split.
    text: Node<'a>,
    /// What the text is made from: `addr` of `addr.String()`, or the text itself.
    address: Node<'a>,
    origin: Origin,
    ty: String,
}

impl<'a> Split<'a> {
    /// The split that an expression is, when what it takes apart is an address.
    pub fn of(file: &go::File, whole: Node<'a>) -> Option<Split<'a>> {
        let (text, part) = parts(file, whole)?;
        Split::of_text(file, whole, part, text)
    }

    /// The split of this text, when it is an address.
    pub fn of_text(file: &go::File, whole: Node<'a>, part: usize, text: Node<'a>) -> Option<Split<'a>> {
        let method = text.field("function").filter(|f| text.is("call_expression") && f.is("selector_expression"));
        let address =
            method.filter(|m| m.field("field").is_some_and(|f| f.text() == "String")).and_then(|m| m.field("operand"));
        if let Some(address) = address {
            let ty = file.type_of(address)?;
            let connected = from_connection(file, address);
            let origin = match ty.trim_start_matches('*') {
                "net.UDPAddr" | "net.TCPAddr" => Origin::Socket { connected, zone: !dialled_global(file, address) },
                "net.Addr" => Origin::Interface { connected },
                _ => return None,
            };
            return Some(Split { whole, part, text, address, origin, ty });
        }
        let other = has_scheme(text) || keeps_brackets(whole) || is_scheme(whole) || cut_at_dots(file, whole);
        if other || of_domain(file, whole, text) {
            return None;
        }
        let origin = if file.qualified(text).as_deref() == Some("net/http.Request.RemoteAddr") {
            Origin::Peer
        } else if file.qualified(text).as_deref() == Some("net/http.Request.Host") {
            Origin::Request
        } else if file.qualified(text).as_deref() == Some("net/url.URL.Host") && !whole.is("short_var_declaration") {
            Origin::Url
        } else if named_address(file, text) {
            Origin::Named
        } else {
            return None;
        };
        Some(Split { whole, part, text, address: text, origin, ty: String::new() })
    }

    /// The text that is split, as it is written.
    pub fn text(&self) -> &'a str {
        self.text.text()
    }

    /// Why the text is an address.
    pub fn evidence(&self) -> Vec<String> {
        let name = self.address.text();
        match self.origin {
            Origin::Socket { connected, .. } | Origin::Interface { connected } => {
                let mut why = vec![format!("{name} is a {}", self.ty)];
                if connected {
                    why.push("it comes from a connection, so it has an IP and a port".to_owned());
                }
                why
            }
            Origin::Peer => vec![format!("{name} is the RemoteAddr of a net/http.Request: an IP and a port")],
            Origin::Request => vec![format!("{name} is the Host of a net/http.Request")],
            Origin::Url => vec![format!("{name} is the Host of a net/url.URL")],
            Origin::Named => vec![format!("{name} is called an address")],
        }
    }

    /// How far the rewrite may be trusted.
    pub fn applicability(&self) -> Applicability {
        match self.origin {
            // The IP alone loses the zone of a link-local address.
            Origin::Socket { connected: true, zone } if self.part == 1 || !zone => Applicability::Safe,
            Origin::Interface { connected: true } | Origin::Peer => Applicability::Safe,
            // What is cut at its last colon keeps the brackets, which a URL needs.
            Origin::Request if !self.whole.text().contains("LastIndex") => Applicability::Safe,
            _ => Applicability::Unsafe,
        }
    }

    /// Whether the host is wanted as it stands before its port, with brackets: that of a URL, or of a text
    /// whose use is not known.
    pub fn may_want_brackets(&self) -> bool {
        matches!(self.origin, Origin::Named | Origin::Request | Origin::Url)
    }

    /// Whether nothing but the name says that the text is an address.
    pub fn is_named(&self) -> bool {
        self.origin == Origin::Named
    }

    /// Whether the part goes where a host does, or is a port.
    pub fn is_proven(&self, file: &go::File) -> bool {
        called_pair(self.text.text())
            || if self.part == 0 { taken_for_host(file, self.whole) } else { taken_for_port(file, self.whole) }
    }

    /// How far the rewrite of parts that are kept may be trusted.
    pub fn kept(&self, kept: &Kept<'_>) -> Applicability {
        let known = match self.origin {
            Origin::Peer => true,
            Origin::Request => !kept.counts_any(),
            _ => false,
        };
        if (known || kept.is_pair()) && !kept.is_index() { Applicability::Safe } else { Applicability::Unsafe }
    }

    /// The part, where statements of their own take it.
    pub fn taken(&self) -> Option<Taken<'a>> {
        let bare = self.origin == Origin::Peer;
        let text = matches!(self.origin, Origin::Peer | Origin::Request | Origin::Named);
        text.then_some(Taken { whole: self.whole, part: self.part, text: self.text, bare })
    }

    /// The rewrite in place; `None` where a person must see to it.
    pub fn fix(&self, file: &go::File) -> Option<Fix> {
        // Before the address goes what took the part, and behind it.
        let before = Span::new(self.whole.start(), self.address.start());
        let behind = Span::new(self.address.end(), self.whole.end());
        let around = |open: &str, close: &str| {
            let fix = Fix::new().edit(Edit::replace(before, open));
            fix.edit(Edit::replace(behind, close))
        };
        match (self.origin, self.part) {
            (Origin::Socket { .. }, 0) => Some(around("", ".IP.String()")),
            (Origin::Socket { .. }, _) => {
                let strconv = file.name_or_alias(self.whole, "strconv")?;
                Some(around(&format!("{strconv}.Itoa("), ".Port)").need(import("strconv", &strconv)))
            }
            (Origin::Interface { .. }, _) => self.split_statement(file),
            (Origin::Url, part) => {
                let url = self.text.field("operand")?;
                let behind = Span::new(url.end(), self.whole.end());
                let before = Span::new(self.whole.start(), url.start());
                let method = if part == 0 { ".Hostname()" } else { ".Port()" };
                Some(Fix::new().edit(Edit::replace(before, "")).edit(Edit::replace(behind, method)))
            }
            (Origin::Peer | Origin::Request | Origin::Named, _) => None,
        }
    }

    /// `host := strings.Split(addr.String(), ":")[0]` as a statement of its own.
    fn split_statement(&self, file: &go::File) -> Option<Fix> {
        let list = self.whole.parent().filter(|p| p.is("expression_list") && p.items().count() == 1)?;
        let statement = list.parent().filter(|p| p.is("short_var_declaration"))?;
        let name = statement.field("left")?;
        if name.items().count() != 1 {
            return None;
        }
        let net = file.name_or_alias(self.whole, "net")?;
        let fix = if self.part == 0 {
            Fix::new().edit(Edit::insert(name.end(), ", _, _"))
        } else {
            Fix::new().edit(Edit::insert(name.start(), "_, ")).edit(Edit::insert(name.end(), ", _"))
        };
        let before = Span::new(self.whole.start(), self.text.start());
        let behind = Span::new(self.text.end(), self.whole.end());
        let fix = fix.edit(Edit::replace(before, format!("{net}.SplitHostPort(")));
        Some(fix.edit(Edit::replace(behind, ")")).need(import("net", &net)))
    }
}

fn import(path: &str, local: &str) -> Need {
    Need::Import { module: path.to_owned(), member: None, local: local.to_owned() }
}

/// What is split at colons and which part is taken: `strings.Split(x, ":")[n]`, or
/// `x[:strings.Index(x, ":")]`.
fn parts<'a>(file: &go::File, whole: Node<'a>) -> Option<(Node<'a>, usize)> {
    if whole.is("index_expression") {
        let part = whole.field("index")?.text().parse::<usize>().ok().filter(|n| *n < 2)?;
        return Some((split_text(file, whole.field("operand")?)?, part));
    }
    let (operand, end) = (whole.field("operand")?, whole.field("end")?);
    if whole.field("start").is_some() || !end.is("call_expression") {
        return None;
    }
    let arguments = file.arguments(end);
    let index = matches!(
        file.callee(end)?.as_str(),
        "strings.Index" | "strings.LastIndex" | "strings.IndexByte" | "strings.LastIndexByte" | "strings.IndexRune"
    );
    let same = arguments.first()?.text() == operand.text() && matches!(arguments.get(1)?.text(), "\":\"" | "':'");
    (index && same).then_some((operand, 0))
}

/// What a call of `strings.Split` splits at colons.
fn split_text<'a>(file: &go::File, call: Node<'a>) -> Option<Node<'a>> {
    if !call.is("call_expression") || !matches!(file.callee(call)?.as_str(), "strings.Split" | "strings.SplitN") {
        return None;
    }
    let arguments = file.arguments(call);
    (arguments.get(1)?.text() == "\":\"").then(|| arguments[0])
}

/// Whether the code gets here only when the text is a URL: `if strings.Contains(addr, "://")`.
fn has_scheme(text: Node<'_>) -> bool {
    let inside = |n: &Node<'_>| n.is("if_statement") && n.field("consequence").is_some_and(|c| c.holds(text));
    let asked = |condition: Node<'_>| {
        let code = condition.text();
        code.contains("://\"") && code.contains(text.text()) && !code.starts_with('!') && !code.contains("||")
    };
    text.ancestors().filter(inside).filter_map(|n| n.field("condition")).any(asked)
}

/// Whether a part is taken apart at dots, as names and IPv4 addresses are.
fn cut_at_dots(file: &go::File, part: Node<'_>) -> bool {
    let call = part.parent().filter(|p| p.is("argument_list")).and_then(Node::parent);
    call.is_some_and(|call| {
        file.callee(call).is_some_and(|name| name.starts_with("strings.Split"))
            && file.arguments(call).get(1).is_some_and(|by| by.text() == "\".\"")
    })
}

/// Whether a part is what stands before the last colon: for an address with its port that is right, but for
/// the brackets, which what follows may want or not.
pub(crate) fn behind_last(whole: Node<'_>) -> bool {
    whole.text().contains("strings.LastIndex")
}

/// Whether a text is cut in a function that takes brackets away or looks for them: it knows what an
/// IPv6 address before a port looks like.
fn keeps_brackets(whole: Node<'_>) -> bool {
    let function = whole.ancestor(&["function_declaration", "method_declaration", "func_literal"]);
    let last = ["\"[\"", "'['"].into_iter().filter(|_| behind_last(whole));
    let marks: Vec<&str> = ["\"]\"", "\"[]\"", "']'", ", \"[\")"].into_iter().chain(last).collect();
    function.is_some_and(|f| marks.iter().any(|m| f.text().contains(m)))
}

/// Whether text is called an address of a host.
fn named_address(file: &go::File, text: Node<'_>) -> bool {
    fn named(node: Node<'_>) -> Option<&str> {
        match node.kind() {
            "identifier" => Some(node.text()),
            "selector_expression" => node.field("field").map(Node::text),
            _ => None,
        }
    }
    let text_type = file.type_of(text).is_none_or(|ty| ty == "string");
    match text.kind() {
        // An element of a list of addresses.
        "index_expression" => {
            let list = text.field("operand").and_then(named);
            let words = list.map(naming::words).unwrap_or_default();
            let many = ["ips", "hosts", "addrs", "addresses", "servers", "endpoints", "peers", "nodes", "hostports"];
            let secret = words.iter().any(|w| matches!(w.as_str(), "creds" | "cred" | "user" | "auth" | "password"));
            text_type && !secret && words.last().is_some_and(|w| many.contains(&w.as_str()))
        }
        "call_expression" => file.callee(text).is_some_and(|name| name == "net/http.Header.Get") && header(file, text),
        _ => text_type && named(text).is_some_and(naming::is_address),
    }
}

/// Whether a call asks for a header that holds an address.
fn header(file: &go::File, call: Node<'_>) -> bool {
    let name = file.arguments(call).first().map(|a| file.constant(*a).0.text().trim_matches('"').to_ascii_lowercase());
    name.is_some_and(|name| ["host", "x-forwarded-for", "x-forwarded-host", "x-real-ip"].contains(&name.as_str()))
}

/// Whether an address is the near end of a connection that was only ever dialled to literal global
/// addresses.
fn dialled_global(file: &go::File, address: Node<'_>) -> bool {
    let (mut at, _) = file.constant(address);
    if at.is("type_assertion_expression") {
        let Some(operand) = at.field("operand") else { return false };
        (at, _) = file.constant(operand);
    }
    let method = at.field("function").filter(|f| at.is("call_expression") && f.is("selector_expression"));
    let Some(method) = method.filter(|m| m.field("field").is_some_and(|f| f.text() == "LocalAddr")) else {
        return false;
    };
    let Some(conn) = method.field("operand").filter(|o| o.is("identifier")) else { return false };
    let Some((decl, scope)) = file.names.resolve(conn) else { return false };
    let given = |n: &Node<'_>| n.is_any(&["short_var_declaration", "assignment_statement"]);
    let gives: Vec<_> = scope
        .descendants()
        .filter(given)
        .filter(|statement| {
            let names = statement.field("left").map(|l| l.items().collect::<Vec<_>>()).unwrap_or_default();
            names
                .iter()
                .any(|n| n.text() == decl.name && file.names.resolve(*n).is_some_and(|(d, _)| d.node == decl.node))
        })
        .collect();
    !gives.is_empty()
        && gives.iter().all(|statement| {
            let call = statement.field("right").and_then(|r| r.items().next()).filter(|c| c.is("call_expression"));
            let dial = call.filter(|c| matches!(file.callee(*c).as_deref(), Some("net.Dial" | "net.DialTimeout")));
            dial.and_then(|c| file.arguments(c).get(1).copied())
                .is_some_and(|target| global_literal(file.constant(target).0.text()))
        })
}

/// Whether a literal is an address with a port, and neither link-local nor loopback.
fn global_literal(text: &str) -> bool {
    match text.trim_matches(['"', '`']).parse::<std::net::SocketAddr>() {
        Ok(std::net::SocketAddr::V4(v4)) => !v4.ip().is_link_local() && !v4.ip().is_loopback(),
        Ok(std::net::SocketAddr::V6(v6)) => !v6.ip().is_unicast_link_local() && !v6.ip().is_loopback(),
        Err(_) => false,
    }
}

/// Whether an address is that of a connection: `conn.LocalAddr()`, perhaps asserted to a type,
/// perhaps through a variable.
fn from_connection(file: &go::File, address: Node<'_>) -> bool {
    let (mut at, _) = file.constant(address);
    if at.is("type_assertion_expression") {
        let Some(operand) = at.field("operand") else { return false };
        (at, _) = file.constant(operand);
    }
    let owners = ["net.Conn", "net.UDPConn", "net.TCPConn"];
    let ends = |name: String| {
        let method = name.rsplit_once('.');
        method.is_some_and(|(owner, end)| owners.contains(&owner) && matches!(end, "LocalAddr" | "RemoteAddr"))
    };
    at.is("call_expression") && file.callee(at).is_some_and(ends)
}

/// The name that a part is given in a statement of its own beside the split, and its line: `host := parts[0]`.
pub(crate) fn given_name(split: Node<'_>, part: Node<'_>) -> Option<(String, Span)> {
    let list = part.parent().filter(|p| p.is("expression_list") && p.items().count() == 1)?;
    let statement = list.parent().filter(|s| s.is("short_var_declaration") && s.parent() == split.parent())?;
    let name = statement.field("left").filter(|l| l.items().count() == 1)?.items().next()?;
    let function = split.ancestor(&["function_declaration", "method_declaration"])?;
    let before = |n: &Node<'_>| n.is("identifier") && n.text() == name.text() && n.start() < name.start();
    let text = part.tree().text();
    let start = text[..statement.start()].rfind('\n')? + 1;
    let end = statement.end() + text[statement.end()..].find('\n')? + 1;
    let alone = text[start..end].trim() == statement.text();
    (alone && name.text() != "_" && !function.descendants().any(|n| before(&n)))
        .then(|| (name.text().to_owned(), Span::new(start, end)))
}

/// Whether a part is given to a variable that is called as what stands before an address:
/// `proto := strings.SplitN(addr, ":", 2)[0]`.
fn is_scheme(part: Node<'_>) -> bool {
    let list = part.parent().filter(|p| p.is("expression_list") && p.items().count() == 1);
    let left = list.and_then(Node::parent).and_then(|statement| statement.field("left"));
    let words = left.filter(|l| !l.holds(part)).map(|l| naming::words(l.text())).unwrap_or_default();
    words.last().is_some_and(|w| ["proto", "protocol", "scheme", "network", "kind", "type"].contains(&w.as_str()))
}
