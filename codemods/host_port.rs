//! Where a host and a port are put together as text, in every language.
//!
//! `host + ":" + port`, `` `http://${host}:${port}/` `` and `String.format("%s:%d", host, port)`
//! have the same pieces, so they are found in one place. What a value is called, what a text is
//! used for and what is known of a host differs per language; [`Facts`] asks for that. How the
//! result is spelled is the business of each codemod.

use sixify_core::Span;
use sixify_langs::strings::{Piece, TextExpr};
use sixify_langs::{Node, naming};

pub(crate) use crate::join_words::sentence;
use crate::join_words::{begins_spoken, beside, remark};

/// What text is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// As an address or a URL; why, as in `argument 2 of net.Dial (dial-address)`.
    Network(String),
    /// It is read by people: a log line, a message. A URL in it is still one to click on.
    People,
    /// It is the key of something stored, a name of something else: never an address.
    Other,
}

/// What is known about the values of a language.
pub(crate) trait Facts {
    /// The name that tells what a value is: `port` of `cfg.port`, `getPort()` and `String(port)`.
    fn name(&self, value: Node<'_>) -> Option<String>;

    /// What an expression that makes text is used for, when that is known.
    fn sink(&self, text: Node<'_>) -> Option<Sink>;

    /// Why a value is an IP address, by its type or by where it comes from.
    fn ip(&self, value: Node<'_>) -> Option<String> {
        let _ = value;
        None
    }

    /// Whether a value is a whole number, so that it may be a port whatever it is called.
    fn number(&self, value: Node<'_>) -> bool {
        let _ = value;
        false
    }

    /// Whether a hole with this verb prints its value as it is: `""`, `%s`, `%d`.
    fn plain(&self, verb: &str) -> bool {
        matches!(verb, "" | "%s" | "%v" | "%d" | "%i" | "%u")
    }
}

/// The port of a join.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Port<'a> {
    /// An expression.
    Value(Node<'a>),
    /// Digits in literal text, and the range of the digits (bytes).
    Digits(&'a str, Span),
}

/// A place where host and port are put together.
#[derive(Clone, Debug)]
pub(crate) struct Join<'a> {
    /// The expression that gives the host.
    pub host: Node<'a>,
    /// The hole of the host in a template or a format; the operand itself in a sum.
    pub hole: Span,
    /// The port.
    pub port: Port<'a>,
    /// From the hole of the host to the end of the port.
    pub span: Span,
    /// Whether there is nothing else in the text.
    pub whole: bool,
    /// Whether a scheme stands before it, so that the text is a URL.
    pub url: bool,
    /// Whether no URL can stand where the host does, as `http://shop` in what is called a host: it
    /// stands behind a scheme, or is called an IP address. To ask for a colon is to ask for an IPv6
    /// address only there. What is dialled may have a scheme, as the targets of gRPC have.
    pub only_host: bool,
    /// Whether an API or a scheme says that an address is read from it.
    pub read: bool,
    /// The word that stands right before the host in the same text: `bind` of `--bind={host}:{port}`.
    pub led: &'a str,
    /// Why this is a host and a port.
    pub why: Vec<String>,
}

impl<'a> Join<'a> {
    /// The first join in a text, when names, types or uses say that it is one.
    pub fn find(expr: &TextExpr<'a>, facts: &dyn Facts) -> Option<Join<'a>> {
        let sink = facts.sink(expr.node);
        (0..expr.pieces.len()).find_map(|at| Join::at(&expr.pieces, at, facts)?.judged(facts, sink.as_ref()))
    }

    /// Whether a text has another join behind the first one, which needs its brackets as well.
    pub fn is_one_of_several(expr: &TextExpr<'a>, facts: &dyn Facts) -> bool {
        let sink = facts.sink(expr.node);
        let all =
            (0..expr.pieces.len()).filter_map(|at| Join::at(&expr.pieces, at, facts)?.judged(facts, sink.as_ref()));
        all.count() > 1
    }

    /// A host at piece `at`, a colon, and a port.
    fn at(pieces: &[Piece<'a>], at: usize, facts: &dyn Facts) -> Option<Join<'a>> {
        let Piece::Hole { node: Some(host), span: hole, verb } = *pieces.get(at)? else { return None };
        if !facts.plain(verb) || !opens(pieces, at) {
            return None;
        }
        let Piece::Text { raw, span, plain: true } = *pieces.get(at + 1)? else { return None };
        let rest = raw.strip_prefix(':')?;
        let (port, end, behind) = if rest.is_empty() {
            let Piece::Hole { node: Some(port), span, verb } = *pieces.get(at + 2)? else { return None };
            // What is put right behind the port of a URL is a path.
            let ends = |piece: &Piece<'_>| match piece {
                Piece::Text { raw, .. } => closes(raw),
                Piece::Hole { .. } => in_url(pieces, at),
            };
            let ends = pieces.get(at + 3).is_none_or(ends);
            (facts.plain(verb) && ends).then_some((Port::Value(port), span.end, at + 3))?
        } else {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[..digits].parse::<u16>().ok()?;
            let place = Span::new(span.start + 1, span.start + 1 + digits);
            let alone = digits < rest.len() || pieces.get(at + 2).is_none();
            (alone && closes(&rest[digits..])).then_some((Port::Digits(&rest[..digits], place), place.end, at + 2))?
        };
        let text_behind = matches!(port, Port::Digits(..)) && end < span.end;
        let digits_end = if text_behind { &raw[end - span.start..] } else { "" };
        let before = pieces.get(..at).unwrap_or_default();
        let told = match pieces.get(behind) {
            _ if text_behind => digits_end,
            Some(Piece::Text { raw, .. }) => raw,
            _ => "",
        };
        // `iptables` takes IPv4 addresses alone.
        let ipv4 = before.iter().any(|piece| matches!(piece, Piece::Text { raw, .. } if raw.contains("iptables ")));
        let read = ipv4
            || begins_spoken(before)
            || sentence(before)
            || !in_url(pieces, at) && remark(told)
            || beside(before, told);
        if read || bare_in_redis(before, text_behind.then_some(digits_end), pieces.get(behind)) {
            return None;
        }
        if in_url(pieces, at) && userinfo(digits_end, pieces.get(behind..).unwrap_or_default()) {
            return None;
        }
        Some(Join {
            host,
            hole,
            port,
            span: Span::new(hole.start, end),
            whole: at == 0 && behind == pieces.len() && !text_behind,
            url: in_url(pieces, at),
            only_host: false,
            read: false,
            led: led(before),
            why: Vec::new(),
        })
    }

    /// Adds why this is a host and a port; `None` when nothing says so.
    fn judged(mut self, facts: &dyn Facts, sink: Option<&Sink>) -> Option<Join<'a>> {
        let called = |node: Node<'_>, what: fn(&str) -> bool| facts.name(node).is_some_and(|name| what(&name));
        let never = |name: &str| naming::is_ipv4(name) || naming::is_dns_name(name) || naming::is_authority(name);
        if called(self.host, never) || without_colon(self.host) {
            // It never holds an IPv6 address, or it has its brackets and perhaps a port.
            return None;
        }
        let ip = facts.ip(self.host);
        let host = ip.is_some() || called(self.host, naming::is_host);
        let port = match self.port {
            Port::Value(port) => called(port, naming::is_port) || (host && facts.number(port)),
            Port::Digits(..) => true,
        };
        self.only_host = self.url || ip.is_some() || called(self.host, names_ip);
        self.why.extend(ip);
        self.read = self.url || matches!(sink, Some(Sink::Network(_)));
        match sink {
            Some(Sink::Other) => return None,
            Some(Sink::People) if !self.url => return None,
            Some(Sink::Network(why)) => self.why.push(why.clone()),
            _ if host && port => {
                let port = if let Port::Value(port) = self.port { port.text() } else { "a number" };
                self.why.push(format!("{} is called a host and {port} a port", self.host.text()));
            }
            _ if self.url && port => self.why.push("a URL is put together".to_owned()),
            _ => return None,
        }
        Some(self)
    }
}

/// The last word of what stands before a host: `bind` of `--bind=`, `Host` of `Host: `.
fn led<'a>(before: &[Piece<'a>]) -> &'a str {
    let Some(Piece::Text { raw, .. }) = before.last() else { return "" };
    // `Server ` begins what people read; settings and flags have an equals sign, a colon or small letters.
    let spoken = raw.ends_with(' ')
        && raw
            .trim_end()
            .rsplit(|c: char| !c.is_alphanumeric())
            .next()
            .is_some_and(|word| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase));
    if spoken {
        return "";
    }
    let text = raw.trim_end_matches([' ', '=', ':', '"', '\'', '\\']);
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.rsplit(|c| !word(c)).next().unwrap_or_default().trim_start_matches('-')
}

/// Whether a name says that its value is an IP address: `pod_ip`.
pub(crate) fn names_ip(name: &str) -> bool {
    naming::words(name).last().is_some_and(|word| word == "ip")
}

/// Whether this is a node of a Redis cluster as the protocol writes it: `MOVED 3999 host:port`, and
/// `host:port@bus`. The port stands behind the last colon there, and the host never in brackets.
pub(crate) fn bare_in_redis(before: &[Piece<'_>], rest: Option<&str>, behind: Option<&Piece<'_>>) -> bool {
    let start = if let Some(Piece::Text { raw, .. }) = before.first() { raw.trim_start_matches('-') } else { "" };
    let answer = ["MOVED ", "ASK "].iter().any(|word| start.starts_with(word));
    let behind = if let Some(Piece::Text { raw, .. }) = behind { raw } else { "" };
    // In a URL, an address before an `@` is userinfo.
    let url = before.iter().any(|piece| matches!(piece, Piece::Text { raw, .. } if raw.contains("//")));
    answer || !url && rest.unwrap_or(behind).starts_with('@')
}

/// Whether code is reached only where a text has no colon: `if (!host.contains(":"))`.
pub(crate) fn without_colon(text: Node<'_>) -> bool {
    const NONE: &[&str] = &["!", "not in", "== -1", "=== -1", "< 0", "=== false", "== false", "==-1", "<0"];
    text.ancestors().filter(|n| n.is_any(&["if_statement", "if_expression", "if", "unless"])).any(|n| {
        let condition = n.field("condition").map_or("", Node::text);
        let colon = condition.contains("\":\"") || condition.contains("':'");
        let none = NONE.iter().any(|word| condition.contains(word)) && !condition.contains("!=");
        let simple = !condition.contains("&&") && !condition.contains("||") && !condition.contains(" or ");
        let reached = n.field("consequence").is_some_and(|body| body.holds(text));
        colon && none && simple && reached && condition.contains(text.text())
    })
}

/// Whether the function or property around a text gives a name to something, as a key, an identifier
/// or what is shown: there the text need not be an address, and others may compare it with their own.
pub(crate) fn identifies(text: Node<'_>) -> bool {
    let name = holder(text);
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    let told = ["id", "ident", "identifier", "identity", "key", "name", "hash", "label", "string", "str", "repr"];
    told.contains(&last) || matches!(name, "to_s" | "inspect" | "fmt" | "__toString" | "__str__" | "__repr__")
}

/// Whether the function around a text makes a key or an identifier, or what people read of something:
/// brackets would make another key of it, and help no program.
pub(crate) fn labels(text: Node<'_>) -> bool {
    let name = holder(text);
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    let told =
        ["id", "ident", "identifier", "identity", "key", "hash", "label", "summary", "description", "repr", "error"];
    // `pool_name` is one, `host_name` and `server_name` are hosts.
    let hosts = ["host", "server", "domain", "dns"];
    let named = last == "name" && !words.iter().any(|w| hosts.contains(&w.as_str()));
    // `uuid = "%s:%d" % (host, port)`
    let given = text.parent().and_then(|p| p.field("left").or_else(|| p.field("name")));
    let given = given.map(|variable| naming::words(variable.text())).unwrap_or_default();
    named
        || told.contains(&last)
        || given.last().is_some_and(|word| matches!(word.as_str(), "uuid" | "guid" | "uid" | "identifier"))
        || words.iter().any(|w| matches!(w.as_str(), "human" | "inspect" | "describe" | "repr" | "display"))
}

/// The name of the function or property around a text.
pub(crate) fn holder(text: Node<'_>) -> &str {
    let holders = ["function", "method", "property_declaration"];
    let named = |n: &Node<'_>| {
        n.field("name").is_some()
            && holders.iter().any(|word| n.kind().contains(word))
            && !n.kind().contains("call")
            && !n.is("method_invocation")
    };
    // `const key = (host) => ...`
    let given = |n: &Node<'_>| {
        n.is("variable_declarator")
            && n.field("value").is_some_and(|v| v.is_any(&["arrow_function", "function_expression"]))
    };
    let around = text.ancestors().find(|n| named(n) || given(n));
    around.and_then(|n| n.field("name")).map_or("", Node::text)
}

/// Whether an expression can be written twice: it is a name or a path of names, so that it gives
/// the same value again and does nothing else.
pub(crate) fn repeatable(node: Node<'_>) -> bool {
    is_path(node.text())
}

/// Whether a text is a path of names, in the spelling of any of the languages.
pub(crate) fn is_path(text: &str) -> bool {
    let word = |part: &str| {
        let part = part.trim_start_matches(['$', '@']);
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.replace("?.", ".").replace("->", ".").replace("::", ".").split('.').all(word)
}

/// Whether a host may begin at piece `at`: at the start, or behind something that ends a word.
fn opens(pieces: &[Piece<'_>], at: usize) -> bool {
    match at.checked_sub(1).and_then(|i| pieces.get(i)) {
        None => true,
        Some(Piece::Text { raw, .. }) => raw.ends_with(['/', '@', '=', ' ', ',', '(', '"', '\'', '`', ';', '|', '>']),
        Some(Piece::Hole { .. }) => false,
    }
}

/// Whether a port ends where this text begins.
fn closes(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-' | '%'))
}

/// Whether a scheme stands in the text right before piece `at`, perhaps with userinfo between.
fn in_url(pieces: &[Piece<'_>], at: usize) -> bool {
    let mut before = String::new();
    for piece in pieces.iter().take(at) {
        before.push_str(if let Piece::Text { raw, .. } = piece { raw } else { "\0" });
    }
    // `${location.protocol}//`: what is put in brings the colon.
    let scheme = before.rfind("://").map(|at| at + 3).or_else(|| before.rfind("\0//").map(|at| at + 3));
    scheme.is_some_and(|end| !before[end..].contains(['/', '?', '#', ' ']))
}

/// Whether what stands before is a name and a password: an `@` follows before the path begins.
fn userinfo(behind: &str, pieces: &[Piece<'_>]) -> bool {
    let texts = pieces.iter().map(|piece| if let Piece::Text { raw, .. } = piece { raw } else { "" });
    let mut marks = std::iter::once(behind).chain(texts).flat_map(str::chars);
    marks.find(|c| ['@', '/', '?', '#', ' ', ','].contains(c)) == Some('@')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_core::Document;
    use sixify_langs::{classify, javascript};

    /// Names by the last word, `log` for people, `dial` for the network, `get` for neither.
    struct Plain;

    impl Facts for Plain {
        fn name(&self, value: Node<'_>) -> Option<String> {
            value.text().trim_end_matches("()").rsplit('.').next().map(str::to_owned)
        }

        fn sink(&self, text: Node<'_>) -> Option<Sink> {
            match text.parent()?.parent()?.field("function")?.text() {
                "dial" => Some(Sink::Network("argument 1 of dial".into())),
                "log" => Some(Sink::People),
                "get" => Some(Sink::Other),
                _ => None,
            }
        }

        fn number(&self, value: Node<'_>) -> bool {
            value.is("number")
        }
    }

    /// Host, port and what of the text the join is, of the text in `x = …` or `f(…)`.
    fn found(source: &str) -> Option<(String, String, bool, bool)> {
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, format!("{source};\n"));
        let file = javascript::file(&doc).expect("parses");
        let text = |n: &Node<'_>| n.is_any(&["template_string", "binary_expression"]);
        let expr = file.text_expr(file.tree.nodes().find(text).expect("a text")).expect("taken apart");
        let join = Join::find(&expr, &Plain)?;
        let port = match join.port {
            Port::Value(node) => node.text().to_owned(),
            Port::Digits(digits, span) => {
                assert_eq!(span.text(&doc.text), digits);
                digits.to_owned()
            }
        };
        Some((join.host.text().to_owned(), port, join.whole, join.url))
    }

    fn is(host: &str, port: &str, whole: bool, url: bool) -> Option<(String, String, bool, bool)> {
        Some((host.to_owned(), port.to_owned(), whole, url))
    }

    #[test]
    fn hosts_and_ports_are_found_by_names_and_uses() {
        assert_eq!(found("x = host + ':' + port"), is("host", "port", true, false));
        assert_eq!(found("x = `${a.hostname}:${a.getPort()}`"), is("a.hostname", "a.getPort()", true, false));
        assert_eq!(found("x = `http://${name}:${port}/a`"), is("name", "port", false, true));
        assert_eq!(found("x = `redis://u:${secret}@${ip}:6379`"), is("ip", "6379", false, true));
        assert_eq!(found("x = `redis://${user}:${secret}@${ip}:6379`"), is("ip", "6379", false, true));
        assert_eq!(found("x = `${ip}:${8080}`"), is("ip", "8080", true, false));
        assert_eq!(found("x = `http://${ip}:${port}${path}`"), is("ip", "port", false, true));
        assert_eq!(found("dial(`${a}:${b}`)"), is("a", "b", true, false));
        assert_eq!(found("log(`at ${protocol}//${host}:${port}${base}`)"), is("host", "port", false, true));
        assert_eq!(found("x = `CONNECT ${host}:${port} HTTP/1.1`"), is("host", "port", false, false));
        assert_eq!(found("x = `nc -z ${host}:${port}`"), is("host", "port", false, false));
        assert_eq!(found("log(`at http://${host}:${port}`)"), is("host", "port", false, true));
    }

    #[test]
    fn what_has_the_same_shape_is_none() {
        for source in [
            "x = `${file}:${line}`",
            "x = `http://${podIPv4}:${port}/`",
            "x = `${user}:${password}`",
            "x = new URL(`amqp://${server}:${port}@db`)",
            "x = `amqp://${host}:8080@db/`",
            "x = `[${host}]:${port}`",
            "x = `${host}:${port}:${path}`",
            "x = `${prefix}${host}:${port}`",
            "x = `${host}:${port}${more}`",
            "x = `http://${host}/${name}:${port}${more}`",
            "x = `a.${host}:${port}`",
            "x = `${host}:99999`",
            "x = `${host}:80${more}`",
            "x = `https://${node.fqdn}:${port}/`",
            "x = `MOVED ${slot} ${host}:${port}`",
            "x = `${id} ${host}:${port}@${bus}`",
            "x = `cannot move, no such node (${host}:${port})`",
            "log(`${host}:${port}`)",
            "x = `Remote end ${host}:${port}`",
            "x = `the peer at (${host}:${port})`",
            "x = `${host}:${port} closed the connection`",
            "x = `${host}:${port} (TLS)`",
            "x = `${host}:${port} -> ${other}`",
            "x = `in->${host}:${port}`",
            "x = `http://${netloc}:${port}`",
            "x = `iptables -t nat -A PREROUTING -j DNAT --to-destination ${ip}:${port}`",
            "x = '<b>Server ' + host + ':' + port",
            "x = 'Connection to RPC server ' + host + ':' + port",
            "x = `Unable to connect to \"${scheme}://${host}:${port}/`",
            "get(`${host}:${port}`)",
        ] {
            assert_eq!(found(source), None, "{source}");
        }
    }

    #[test]
    fn only_names_can_be_written_twice() {
        let doc = Document::from_text("a.js", classify::JAVASCRIPT, "[a, a.b, this.a?.b, f(), a[0], 'x', 1];\n");
        let file = javascript::file(&doc).expect("parses");
        let list = file.tree.all("array").next().expect("a list");
        let answers: Vec<bool> = list.items().map(repeatable).collect();
        assert_eq!(answers, [true, true, true, false, false, false, false]);
    }
}
