//! When it is proven what `net.JoinHostPort(strings.Trim(host, "[]"), port)` gives: today's text for
//! every name and IPv4 address, and for a host that has its brackets; the right one for an IPv6
//! address (`evidence/answers.tsv`, programs of `go/join-host-port`).
//!
//! That holds for hosts. A variable that is called a host may hold a URL, though, and with a port
//! behind it that works: `http://shop` and `:80`. So the place must say that no URL can stand there.

use sixify_langs::go;
use sixify_langs::naming;
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::catalog::Catalog;
use crate::go_hosts::{Sink, conversion, last_name, sink};
use crate::prelude::*;

/// Why the text for a host without its brackets, in a new pair of them, is proven to be right; or
/// what keeps it from being that.
pub(crate) fn trimmed(
    file: &go::File,
    apis: &Catalog,
    expr: &TextExpr<'_>,
    host: Node<'_>,
    port: Option<Node<'_>>,
) -> Result<String, String> {
    if file.type_of(host).as_deref() != Some("string") {
        return Err(format!("{} may already have brackets, and is not known to be a string", host.text()));
    }
    let verb = |node: Node<'_>| {
        expr.pieces.iter().find_map(|piece| match piece {
            Piece::Hole { node: Some(n), verb, .. } if *n == node => Some(*verb),
            _ => None,
        })
    };
    if let Some(port) = port.filter(|port| verb(*port) == Some("%d")) {
        let number = file.type_of(port);
        let plain = |ty: &str| ty.starts_with("int") || ty.starts_with("uint") || matches!(ty, "byte" | "rune");
        if !number.as_deref().is_some_and(plain) {
            return Err(format!("{} may already have brackets, and {} may print itself", host.text(), port.text()));
        }
    }
    // What is compared with texts is a text, but perhaps one of another type.
    let as_it_is = |port: &Node<'_>| matches!(conversion(file, *port), Some((before, ..)) if before.is_empty());
    if let Some(port) = port.filter(|port| expr.form != Form::Concat && as_it_is(port))
        && file.type_of(port).as_deref() != Some("string")
    {
        return Err(format!("{} may already have brackets, and {} be of another type", host.text(), port.text()));
    }
    if cuts_at_colons(file) {
        return Err("the file takes texts apart at their colons by hand, brackets and all".to_owned());
    }
    place(file, apis, expr, host)
        .map(|why| format!("brackets around {} are put once: {why}", host.text()))
        .ok_or_else(|| format!("{} may already have brackets, or be a URL", host.text()))
}

/// Whether something in the file is cut at a colon: it may be what is put together here.
fn cuts_at_colons(file: &go::File) -> bool {
    let colon = |call: &Node<'_>| {
        file.callee(*call).is_some_and(|name| {
            let cut = ["Split", "Cut", "Index", "LastIndex", "Fields"];
            name.strip_prefix("strings.").is_some_and(|f| cut.iter().any(|c| f.starts_with(c)))
        }) && file.arguments(*call).get(1).is_some_and(|a| matches!(a.text(), "\":\"" | "`:`" | "':'"))
    };
    file.tree.all("call_expression").any(|call| colon(&call))
}

/// Why no URL can stand where the host does.
fn place(file: &go::File, apis: &Catalog, expr: &TextExpr<'_>, host: Node<'_>) -> Option<String> {
    let at = expr.pieces.iter().position(|p| matches!(p, Piece::Hole { node: Some(n), .. } if *n == host))?;
    match at.checked_sub(1).map(|i| &expr.pieces[i]) {
        Some(Piece::Text { raw, .. }) if ["://", "@", "tcp(", "udp("].iter().any(|end| raw.ends_with(end)) => {
            return Some("it stands behind the scheme".to_owned());
        }
        None => {
            if let Some(why) = taken(file, apis, expr.node) {
                return Some(why);
            }
        }
        _ => {}
    }
    let words = last_name(host).map(naming::words).unwrap_or_default();
    words.last().is_some_and(|w| w == "ip").then(|| "it is called an IP address".to_owned())
}

/// Why a text is taken for `host:port` and nothing else: a function of the standard library, a field of a
/// server or of a URL, or a variable that goes to one of them and to people only.
fn taken(file: &go::File, apis: &Catalog, text: Node<'_>) -> Option<String> {
    if let Some(why) = taken_here(file, apis, text) {
        return Some(why);
    }
    let place = text.parent()?;
    let around = place.parent()?;
    let name = around
        .field("left")
        .filter(|_| place.is("expression_list") && around.is("short_var_declaration") && place.items().count() == 1)
        .and_then(|left| left.items().next())?;
    let (decl, scope) = file.names.declared_by(name)?;
    if !file.names.single_assignment(&decl, scope) {
        return None;
    }
    let mut why = None;
    for used in file.names.uses(&decl, scope).into_iter().filter(|used| *used != name) {
        if !matches!(sink(file, apis, used), Some(Sink::People)) {
            why = Some(taken_here(file, apis, used)?);
        }
    }
    why
}

/// The same, of a text that stands there itself.
fn taken_here(file: &go::File, apis: &Catalog, text: Node<'_>) -> Option<String> {
    if let Some(Sink::Network(why)) = sink(file, apis, text) {
        // Others may take a scheme before the host, as the targets of gRPC do.
        let standard = [" of net.", " of net/http.", " of crypto/tls."];
        return Some(why).filter(|why| standard.iter().any(|package| why.contains(package)));
    }
    let place = text.parent()?;
    let around = place.parent().filter(|a| place.is("literal_element") && a.is("keyed_element"))?;
    let literal = around.ancestor(&["composite_literal"])?;
    let name = format!("{}.{}", file.written_type(literal.field("type")?)?, around.items().next()?.text());
    let fields = ["net/http.Server.Addr", "net/url.URL.Host"];
    fields.contains(&name.as_str()).then(|| format!("it is {name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;
    use sixify_core::Document;
    use sixify_langs::classify;

    /// Whether the join in the last line of a file is proven.
    fn proven(head: &str, line: &str) -> bool {
        let text = format!(
            "package p\n\nimport (\n\t\"net\"\n\t\"strings\"\n\n\t\"google.golang.org/grpc\"\n)\n\n{head}\n{line}\n"
        );
        let doc = Document::from_text("a.go", classify::GO, text);
        let file = go::file(&doc).expect("parses");
        let apis = crate::catalog::builtin("go");
        let all: Vec<_> = file.tree.all("binary_expression").collect();
        let node = all.iter().rfind(|n| n.text().starts_with("host")).expect("a join");
        let expr = file.text_expr(*node).expect("a text");
        let join = crate::go_join::Join::of(&file, apis, &expr).expect("a host and a port");
        trimmed(&file, apis, &expr, join.host, join.port()).is_ok()
    }

    #[test]
    fn what_is_cut_by_hand_elsewhere_is_not_proven() {
        let dial = "func open(host string) { net.Dial(\"tcp\", host+\":80\") }";
        assert!(proven("func cut(text string) []string { return strings.Split(text, \",\") }", dial));
        assert!(!proven("func cut(text string) []string { return strings.Split(text, \":\") }", dial));
        assert!(!proven("func cut(text string) int { return strings.LastIndexByte(text, ':') }", dial));
    }

    #[test]
    fn a_variable_must_go_to_the_network_and_to_nobody_else() {
        let dial =
            |rest: &str| format!("func open(host string) {{ a := host + \":80\"; net.Dial(\"tcp\", a); {rest} }}");
        assert!(proven("", &dial("")));
        assert!(proven("", &dial("panic(a)")));
        assert!(!proven("", &dial("seen[a] = true")));
        assert!(!proven("", &dial("a = \"shop:80\"")));
        // `dns:///shop` is a host there.
        assert!(!proven("", "func open(host string) { grpc.Dial(host + \":80\") }"));
    }
}
