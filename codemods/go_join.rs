//! Where Go code puts host and port together: `fmt.Sprintf("%s:%d", host, port)`, `host + ":" + port`,
//! and the call of `net.JoinHostPort` in its place.

use sixify_langs::strings::{Form, Piece, TextExpr};
use sixify_langs::{go, naming};

use crate::catalog::Catalog;
use crate::go_hosts::{
    Sink, bare_host, bracketed, closes, conversion, import, in_url, last_name, opens, sink, split_before,
    through_variable,
};
use crate::host_port::{Port, bare_in_redis, sentence, without_colon};
use crate::prelude::*;
use crate::purpose::{Purpose, by_name};

/// Whether a text can join at all. `"%s: "` and `+ ": "` are in most files, for people to read, and
/// parsing costs more than looking behind the colon.
pub(crate) fn possible(text: &str) -> bool {
    let port = |b: &u8| matches!(b, b'%' | b'0'..=b'9' | b'"' | b'`');
    let followed = |(at, colon): (usize, &str)| text.as_bytes().get(at + colon.len()).is_some_and(port);
    ["%s:", "%v:", "\":", "`:"].iter().any(|colon| text.match_indices(colon).any(followed))
}

/// A place where host and port are put together.
pub(crate) struct Join<'a> {
    /// The expression that gives the host.
    pub host: Node<'a>,
    port: Port<'a>,
    /// From the host's hole to the end of the port's, in the format or the sum.
    span: Span,
    /// Whether there is text or a hole before or behind it.
    whole: bool,
    /// Whether the text around it says that it is an address: it is a URL, or `@tcp(%s:%d)`, `host=%s:%d`.
    pub tells: bool,
    /// Why this is a host and a port.
    pub why: Vec<String>,
}

impl<'a> Join<'a> {
    /// The first join of a text.
    pub fn of(file: &go::File, apis: &Catalog, expr: &TextExpr<'a>) -> Option<Join<'a>> {
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
        let url = in_url(pieces, at);
        let tells = url || at.checked_sub(1).is_some_and(|before| leads(&pieces[before]));
        Some(Join { host, port, span: Span::new(start.start, end), whole, tells, why: Vec::new() })
    }

    /// Adds why this is a host and a port; `None` when nothing says so.
    fn with_reasons(mut self, file: &go::File, apis: &Catalog, expr: &TextExpr<'a>, at: usize) -> Option<Join<'a>> {
        if bracketed(file, self.host) || without_colon(self.host) || bare_in_redis(&expr.pieces[..at], None, None) {
            return None;
        }
        let host_type = file.type_of(self.host);
        let ip = is_ip(host_type.as_deref().filter(|ty| *ty != "net.IPAddr"))
            || printed(self.host).is_some_and(|ip| is_ip(file.type_of(ip).as_deref()));
        let sink = sink(file, apis, expr.node).or_else(|| through_variable(file, apis, expr.node));
        let url = in_url(&expr.pieces, at);
        if !url && (is_path(expr.node) || for_iptables(file, &expr.pieces[..at])) {
            return None;
        }
        // `grpc.NewClient(fmt.Sprintf("%s:%s", network, addr))`: a scheme without its slashes.
        const SCHEMES: &[&str] = &["network", "scheme", "proto", "protocol"];
        let scheme = |name: &str| naming::words(name).last().is_some_and(|w| SCHEMES.contains(&w.as_str()));
        // A service is called by its name.
        if last_name(self.host).is_some_and(|name| scheme(name) || matches!(name, "service" | "svc" | "serviceName")) {
            return None;
        }
        // A container, a service or a release that is called by its name.
        let named = last_name(self.host).is_some_and(|name| matches!(by_name(name), Purpose::Other(_)));
        if named && !ip && !last_name(self.host).is_some_and(naming::is_host) {
            return None;
        }
        let host_name = last_name(self.host).is_some_and(naming::is_host) || ip;
        let port_name = match self.port {
            Port::Value(port) => {
                // A number behind what an address gave: `fmt.Sprintf("%s:%d", host, p+1)`.
                let of_address = || verb_of(expr, port) == "%d" && bare_host(file, self.host, 4).is_some();
                is_port(file, port) || host_name && (number(file, port) || self.whole && of_address())
            }
            Port::Digits(..) => true,
        };
        if ip {
            let ty = printed(self.host).map_or(host_type, |ip| file.type_of(ip)).unwrap_or_default();
            self.why.push(format!("{} is a {ty}", self.host.text()));
        }
        match sink {
            Some(Sink::Network(why)) => self.why.push(why),
            // A URL in text for people is still one to follow.
            Some(Sink::People) if !url => return None,
            _ if !url && (spoken(&expr.pieces[..at]) || goes_on(&expr.pieces[at..])) => return None,
            _ if host_name && port_name => {
                let port = if let Port::Value(port) = self.port { port.text() } else { "a number" };
                self.why.push(format!("{} is called a host and {port} a port", self.host.text()));
            }
            // `Addr: fmt.Sprintf("%s:%d", value, svc.Port)`
            _ if port_name
                && self.whole
                && matches!(self.port, Port::Value(_))
                && takes_hosts(file, expr.node, self.host) =>
            {
                self.why.push("host and port are put together for what is called an address".to_owned());
            }
            _ if url && port_name => self.why.push("a URL is put together".to_owned()),
            _ => return None,
        }
        Some(self)
    }

    /// The expressions that are put together.
    pub fn values(&self) -> impl Iterator<Item = Node<'a>> {
        std::iter::once(self.host).chain(self.port())
    }

    /// The expression of the port, when it is none in digits.
    pub fn port(&self) -> Option<Node<'a>> {
        if let Port::Value(port) = self.port { Some(port) } else { None }
    }

    /// The rewrite; `None` where no call can stand. With `trim` the host loses its brackets first,
    /// which it may have already.
    pub fn fix(&self, file: &go::File, expr: &TextExpr<'a>, trim: bool) -> Option<Fix> {
        if expr.node.ancestor(&["const_spec"]).is_some() {
            // The value of a constant cannot be a call.
            return None;
        }
        let net = file.name_or_alias(expr.node, "net")?;
        let mut fix = Fix::new().need(import("net", &net));
        let (host_open, host_tail) = match file.type_of(self.host).as_deref() {
            Some("net.IP" | "*net.IP" | "*net.IPAddr" | "net/netip.Addr") => (String::new(), ".String()"),
            // A method that is not seen may give a type of its own; a format takes any.
            None if expr.form != Form::Concat && gives_some_address(self.host) => {
                let fmt = file.name_or_alias(expr.node, "fmt")?;
                fix = fix.need(import("fmt", &fmt));
                (format!("{fmt}.Sprint("), ")")
            }
            // Of another type the function takes none.
            Some(ty) if ty != "string" => return None,
            // What prints itself may be of any type.
            None if expr.form != Form::Concat && verb_of(expr, self.host) == "%v" => return None,
            // It was asked whether there is a port: an IPv6 address may have come with brackets.
            _ if trim || split_before(file, self.host) => {
                let strings = file.name_or_alias(expr.node, "strings")?;
                fix = fix.need(import("strings", &strings));
                (format!("{strings}.Trim("), ", \"[]\")")
            }
            _ => (String::new(), ""),
        };
        let (before_port, behind_port, need) = match self.port {
            // What is printed as a text is one, mostly; to say so of a type that is not seen may not compile. What
            // is printed as a number is one of some type.
            Port::Value(port) => match conversion(file, port)? {
                (before, ..) if !before.ends_with("Sprint(") => conversion(file, port)?,
                _ if verb_of(expr, port) == "%d" && some_number(file, port) => {
                    // Whatever its type is, this compiles and converts nothing in vain.
                    let fmt = file.name_for(port, "fmt")?;
                    (format!("{fmt}.Sprint("), ")".to_owned(), Some(import("fmt", &fmt)))
                }
                _ => return None,
            },
            Port::Digits(..) => (String::new(), String::new(), None),
        };
        fix.needs.extend(need);
        let join = format!("{net}.JoinHostPort({host_open}");
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
            fix = fix.edit(Edit::replace(Span::new(format.start(), self.host.start()), host_open));
        } else {
            fix = fix.edit(Edit::replace(self.span, "%s")).edit(Edit::insert(self.host.start(), join));
        }
        let close = if self.whole { "" } else { ")" };
        match self.port {
            // Arguments with a line each stand on one now.
            Port::Value(port) if between(file, self.host, port).contains('\n') => {
                let behind = Span::new(self.host.end(), port.start());
                let listed = between(file, self.host, port).trim() == ",";
                fix = fix.edit(Edit::replace(behind, format!("{host_tail}, {before_port}")));
                let tail = format!("{behind_port}{close}");
                let fix = if tail.is_empty() { fix } else { fix.edit(Edit::insert(port.end(), tail)) };
                listed.then_some(fix)
            }
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

/// Whether a text says that an address follows: `@tcp(`, `host=`, `--to-destination `, `dnat to `, `turn:`.
fn leads(before: &Piece<'_>) -> bool {
    let Piece::Text { raw, .. } = before else { return false };
    if let Some(words) = raw.strip_suffix(' ') {
        let last = words.rsplit(' ').next().unwrap_or(words);
        let small = words.starts_with(|c: char| c.is_ascii_lowercase() || c == '-');
        return last.starts_with('-') && last.len() > 1
            || small && ["to", "listen", "server", "proxy_pass", "bind"].contains(&last);
    }
    let scheme =
        raw.strip_suffix(':').is_some_and(|name| name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphabetic()));
    scheme || raw.ends_with(['(', '=', '/', '"', '\''])
}

/// The verb that prints a value; nothing in a sum.
fn verb_of<'t>(expr: &TextExpr<'t>, value: Node<'_>) -> &'t str {
    let of = |piece: &Piece<'t>| match piece {
        Piece::Hole { node: Some(node), verb, .. } if *node == value => Some(*verb),
        _ => None,
    };
    expr.pieces.iter().find_map(of).unwrap_or_default()
}

/// Whether a text is given to a field or a variable that is called as an address with its port, and the host
/// is called nothing else.
fn takes_hosts(file: &go::File, text: Node<'_>, host: Node<'_>) -> bool {
    let place = text.parent();
    let target = match place.map_or("", Node::kind) {
        "literal_element" => {
            place.and_then(Node::parent).filter(|e| e.is("keyed_element")).and_then(|e| e.items().next())
        }
        "expression_list" => place
            .and_then(Node::parent)
            .and_then(|s| s.field("left"))
            .filter(|l| Some(*l) != place && l.items().count() == 1),
        _ => None,
    };
    let words = target.map(|t| naming::words(t.text().rsplit('.').next().unwrap_or(t.text()))).unwrap_or_default();
    let address = ["addr", "address", "hostport", "endpoint"];
    let name = last_name(host).unwrap_or_default();
    let other = matches!(by_name(name), Purpose::Other(_));
    let own = naming::words(name);
    let service = own.iter().any(|w| ["service", "svc", "name", "domain", "release"].contains(&w.as_str()));
    words.last().is_some_and(|w| address.contains(&w.as_str()))
        && !(other || service || name.is_empty())
        && file.type_of(host).is_none_or(|ty| ty == "string")
}

/// Whether a text is a rule of `iptables`, which takes IPv4 alone, in a file that knows of no other: a chain and
/// a protocol stand before the target.
fn for_iptables(file: &go::File, before: &[Piece<'_>]) -> bool {
    let rule = |piece: &Piece<'_>| matches!(piece, Piece::Text { raw, .. } if raw.contains("--dport") || raw.contains("-j DNAT"));
    let text = file.tree.text();
    before.iter().any(rule) && !["ip6", "IPv6", "V6", "v6"].iter().any(|word| text.contains(word))
}

/// Whether a sentence leads to the host. Two words may be of a rule, as `dnat to` is; what people
/// read goes to a logger or into an error, mostly.
fn spoken(before: &[Piece<'_>]) -> bool {
    let Some(Piece::Text { raw, .. }) = before.last() else { return false };
    sentence(before) && (raw.ends_with('(') || raw.split_whitespace().count() > 2)
}

/// Whether a sentence goes on behind the port: `from %s:%s to %s`.
fn goes_on(from: &[Piece<'_>]) -> bool {
    let behind = from.iter().skip(2).find_map(|p| if let Piece::Text { raw, .. } = p { Some(*raw) } else { None });
    // `10.0.0.1:80 (proto 6)`
    if behind.is_some_and(|text| text.starts_with(" (") || text.starts_with(" [")) {
        return true;
    }
    let words = behind.and_then(|text| text.strip_prefix([' ', ',']).or_else(|| text.strip_prefix(") ")));
    words.is_some_and(|text| {
        let word = text.trim_start().split([' ', ':', ',']).next().unwrap_or_default();
        ["to", "from", "is", "has", "was", "failed", "with", "in", "for", "and", "via", "->", "by", "not"]
            .contains(&word)
    })
}

fn is_ip(ty: Option<&str>) -> bool {
    matches!(ty, Some("net.IP" | "*net.IP" | "net.IPAddr" | "*net.IPAddr" | "net/netip.Addr"))
}

/// What is printed by `x.String()`.
fn printed(host: Node<'_>) -> Option<Node<'_>> {
    let method = host.field("function").filter(|f| host.is("call_expression") && f.is("selector_expression"))?;
    method.field("operand").filter(|_| method.field("field").is_some_and(|f| f.text() == "String"))
}

/// Whether a value that is printed with `%d` is a number of some type, as far as its form tells: what a map
/// or a registry of settings gives may be anything.
fn some_number(file: &go::File, port: Node<'_>) -> bool {
    let named = file.type_of(port).is_none_or(|ty| {
        let own = ty.rsplit('.').next().unwrap_or(&ty);
        !ty.starts_with(['*', '[']) && !matches!(own, "string" | "any" | "error")
    });
    let getter = port.field("function").and_then(|f| f.field("field")).map_or("", Node::text);
    let plain = port.is_any(&["selector_expression", "identifier", "binary_expression"])
        || port.is("call_expression") && !matches!(getter, "Get" | "Value" | "Load");
    named && plain
}

/// Whether a value is a whole number: in digits, or `strconv.Itoa(port + n)`.
fn number(file: &go::File, value: Node<'_>) -> bool {
    let written = || {
        file.callee(value)
            .is_some_and(|f| matches!(f.as_str(), "strconv.Itoa" | "strconv.FormatInt" | "strconv.FormatUint"))
    };
    value.is("int_literal") || value.is("call_expression") && written()
}

/// Whether a value is a port, by its name, or as the number of something whose type is one.
fn is_port(file: &go::File, value: Node<'_>) -> bool {
    let number = value.field("field").is_some_and(|f| matches!(f.text(), "Value" | "Number" | "Num"));
    let owner = value.field("operand").filter(|_| number && value.is("selector_expression"));
    let owner = owner.and_then(|owner| file.type_of(owner));
    let of_port = owner.is_some_and(|ty| naming::is_port(ty.rsplit(['.', '*']).next().unwrap_or(&ty)));
    of_port || last_name(value).is_some_and(naming::is_port)
}

/// Whether a host is what a method gives that is called as an address: `entry.Addr()`.
fn gives_some_address(host: Node<'_>) -> bool {
    let method = host.field("function").filter(|f| host.is("call_expression") && f.is("selector_expression"));
    let words = method.and_then(last_name).map(naming::words).unwrap_or_default();
    words.last().is_some_and(|word| matches!(word.as_str(), "addr" | "ip"))
}

/// Whether a text is the path of something stored, by the variable that it is put into.
fn is_path(text: Node<'_>) -> bool {
    let list = text.parent().filter(|p| p.is("expression_list"));
    let left = list.and_then(Node::parent).and_then(|statement| statement.field("left"));
    let words = left.filter(|l| l.items().count() == 1).map(|l| naming::words(l.text())).unwrap_or_default();
    words.last().is_some_and(|word| ["path", "key", "znode", "file", "filename"].contains(&word.as_str()))
}

/// What stands between the host and the port in the list of arguments.
fn between<'a>(file: &'a go::File, host: Node<'_>, port: Node<'_>) -> &'a str {
    file.tree.text().get(host.end()..port.start()).unwrap_or_default()
}
