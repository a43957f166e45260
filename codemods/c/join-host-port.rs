//! # Put brackets around an IPv6 address before its port
//!
//! ## Why it breaks
//! `snprintf(url, size, "http://%s:%d/", host, port)` makes an address only while the host has no
//! colon. An IPv6 address needs brackets: `http://[2001:db8::1]:80/`.
//!
//! ## Examples
//! ```c before
//! #include <stdio.h>
//! #include <string.h>
//!
//! void url(char *out, size_t size, const char *host, int port) {
//!     snprintf(out, size, "http://%s:%d/", host, port);
//! }
//! ```
//! ```c after unsafe
//! #include <stdio.h>
//! #include <string.h>
//!
//! void url(char *out, size_t size, const char *host, int port) {
//!     snprintf(out, size, strchr(host, ':') && *host != '[' ? "http://[%s]:%d/" : "http://%s:%d/", host, port);
//! }
//! ```
//! ```cpp before
//! #include <string>
//!
//! std::string url(const std::string& host, int port) {
//!   return "http://" + host + ":" + std::to_string(port);
//! }
//! ```
//! ```cpp after unsafe
//! #include <string>
//!
//! std::string url(const std::string& host, int port) {
//!   const std::string url_host =
//!       host.find(':') == std::string::npos || host[0] == '[' ? host : "[" + host + "]";
//!   return "http://" + url_host + ":" + std::to_string(port);
//! }
//! ```
//! Reported: a buffer whose length nobody looks at.
//! ```c reported
//! #include <stdio.h>
//! #include <string.h>
//!
//! void url(char *out, const char *host, int port) {
//!     sprintf(out, "http://%s:%d/", host, port);
//! }
//! ```
//! and a text that no function in sight dials, listens at or resolves:
//! ```cpp reported
//! #include <string>
//!
//! struct Node {
//!   std::string address() const { return host + ":" + std::to_string(port); }
//!   std::string host;
//!   int port;
//! };
//! ```
//! ```cpp before
//! #include <string>
//!
//! void open(const std::string& host, int port) {
//!   std::string address = host + ":" + std::to_string(port);
//!   channel = grpc::CreateChannel(address, credentials);
//! }
//! ```
//! ```cpp after unsafe
//! #include <string>
//!
//! void open(const std::string& host, int port) {
//!   const std::string url_host =
//!       host.find(':') == std::string::npos || host[0] == '[' ? host : "[" + host + "]";
//!   std::string address = url_host + ":" + std::to_string(port);
//!   channel = grpc::CreateChannel(address, credentials);
//! }
//! ```
//! A key stays:
//! ```cpp unchanged
//! bool seen(const std::string& ip, int port) {
//!   std::string ip_port = ip + ":" + std::to_string(port);
//!   return slaves.find(ip_port) != slaves.end();
//! }
//!
//! void other(const char *file, int line, const std::string& host, int port) {
//!   snprintf(out, size, "%s:%d", file, line);
//!   printf("listening on %s:%d\n", host.c_str(), port);
//!   std::cout << "listening on " << host << ":" << port << std::endl;
//!   LOG(INFO) << host << ":" << port;
//!   snprintf(out, size, "[%s]:%d", host, port);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for names and IPv4 addresses the text is the same byte for byte. A buffer that was just
//! long enough for an IPv6 address and a port is two bytes too short.
//!
//! ## References
//! - RFC 3986, 3.2.2: an IPv6 address in a URL stands in brackets

use sixify_langs::c::{self, File, last_name};
use sixify_langs::classify;
use sixify_langs::strings::{Form, TextExpr};

use crate::c_purpose::{of_format, purpose};
use crate::host_port::{Facts, Join, Sink, repeatable};
use crate::prelude::*;
use crate::purpose::Purpose;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[
        &["printf(", "%s:%"],
        &["format(", "{}:{}"],
        &["+ \":\" +"],
        &["+ ':' +"],
        &["<< \":\" <<"],
        &["<< ':' <<"],
    ]),
    specificity: 0,
    run,
};

struct Values;

impl Facts for Values {
    fn name(&self, value: Node<'_>) -> Option<String> {
        if let Some(call) = c::call(value) {
            // `host.c_str()`, `std::to_string(port)`, `ntohs(addr.sin_port)`.
            return match call.name {
                "c_str" | "data" | "str" | "string" => self.name(call.function.field("argument")?),
                "to_string" | "ntohs" | "String" | "int" | "itoa" => self.name(*call.arguments.first()?),
                other => Some(other.to_owned()),
            };
        }
        last_name(value).map(|name| name.trim_end_matches('_').to_owned())
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        // The stream that a text goes to, or the function it is handed to.
        let mut at = text;
        while let Some(left) = at.field("left").filter(|_| at.is("binary_expression")) {
            at = left;
        }
        let stream = if text.text().contains("<<") { at.text() } else { "" };
        let list = text.parent().filter(|p| p.is("argument_list"));
        let callee = list.and_then(Node::parent).and_then(c::call).map_or("", |c| c.function.text());
        let prints = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["log", "cout", "cerr", "clog", "print", "warn", "debug", "info", "error", "exception"]
                .iter()
                .any(|w| name.contains(w))
        };
        (prints(stream) || prints(callee)).then_some(Sink::People)
    }
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = c::file(doc) else { return Ok(()) };
    let outermost = |n: &Node<'_>| !n.parent().is_some_and(|p| p.is("binary_expression"));
    // Where the brackets of a host stand that is put together several times.
    let mut lines: Vec<(String, Node<'_>)> = Vec::new();
    for node in file.tree.all("call_expression").chain(file.tree.all("binary_expression").filter(outermost)) {
        let Some(expr) = file.text_expr(node).filter(|e| e.form != Form::Literal) else { continue };
        let Some(join) = Join::find(&expr, &Values) else { continue };
        let around = file.function(node).map_or("", Node::text);
        if of_uri(&file, node, join.host.text()) {
            continue;
        }
        if ["\"[", "[%s]", "'['", "AF_INET6", "sockaddr_in6"].iter().any(|mark| around.contains(mark))
            || around.to_ascii_lowercase().contains("ipv6")
        {
            continue;
        }
        let mut finding =
            Finding::new(node.span(), Role::Join.name(), "an IPv6 address needs brackets before its port")
                .because_all(join.why.clone())
                .because("the host may have brackets already");
        if !join.url {
            match if expr.form == Form::Format { of_format(&file, node) } else { purpose(&file, node) } {
                Purpose::Address(why) => finding = finding.because(why),
                Purpose::Other(reason) => {
                    cx.leave(Note { span: node.span(), role: Role::Join.name(), reason, evidence: join.why });
                    continue;
                }
                Purpose::Unknown => {
                    cx.report(finding.because("nothing tells that an address is read here"));
                    continue;
                }
            }
        }
        match fix(&file, &expr, &join, &mut lines) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// Whether the function has a host from a URI, which keeps its brackets: `host = evhttp_uri_get_host(uri)`.
fn of_uri(file: &File, node: Node<'_>, host: &str) -> bool {
    fn given(n: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
        match n.kind() {
            "init_declarator" => Some((n.field("declarator")?, n.field("value")?)),
            "assignment_expression" => Some((n.field("left")?, n.field("right")?)),
            _ => None,
        }
    }
    let mut values = file.function(node).into_iter().flat_map(Node::descendants).filter_map(given);
    values.any(|(name, value)| {
        let call = value.text().split('(').next().unwrap_or_default();
        name.text().trim_start_matches(['*', ' ']) == host && call.contains("uri") && call.contains("host")
    })
}

/// The longest line that is written, in characters.
const WIDTH: usize = 100;

/// The statement of a block that an expression is worked out in, always and once, with a line to itself.
fn statement<'a>(file: &File, node: Node<'a>) -> Option<Node<'a>> {
    const BRANCHES: &[&str] = &[
        "lambda_expression",
        "conditional_expression",
        "if_statement",
        "while_statement",
        "do_statement",
        "for_statement",
        "for_range_loop",
        "switch_statement",
        "case_statement",
    ];
    let mut at = node;
    loop {
        let above = at.parent()?;
        if above.is("compound_statement") {
            break;
        }
        let shortcut = above.is("binary_expression")
            && above.field("operator").is_some_and(|op| ["&&", "||"].contains(&op.text()));
        if shortcut || BRANCHES.contains(&above.kind()) {
            return None;
        }
        at = above;
    }
    let before = file.tree.text().get(..at.start())?.rsplit('\n').next()?;
    before.trim().is_empty().then_some(at)
}

/// The host in brackets in a line of its own, and its name where the text is put together. A second text
/// of the same block takes the line of the first.
fn named<'a>(file: &File, host: Node<'a>, test: &str, lines: &mut Vec<(String, Node<'a>)>) -> Option<Fix> {
    const NAME: &str = "url_host";
    let own = statement(file, host)?;
    if file.tree.text().contains(NAME) {
        return None;
    }
    let near = |first: &Node<'_>| {
        first.parent().is_some_and(|block| block.holds(own)) || own.parent().is_some_and(|block| block.holds(*first))
    };
    let before = lines.iter().find(|(_, first)| near(first));
    // One name stands for one host.
    if before.is_some_and(|(name, first)| name != host.text() || first.start() > own.start()) {
        return None;
    }
    let first = before.map_or(own, |(_, first)| *first);
    lines.push((host.text().to_owned(), first));
    let text = file.tree.text();
    let indent = text.get(..first.start())?.rsplit('\n').next()?;
    let step = if indent.contains('\t') { "\t\t" } else { "    " };
    let line = format!("const std::string {NAME} = {test};");
    let line = if indent.len() + line.len() <= WIDTH {
        line
    } else {
        format!("const std::string {NAME} =\n{indent}{step}{test};")
    };
    let line = Edit::insert(first.start(), format!("{line}\n{indent}"));
    Some(Fix::new().edit(line).edit(Edit::replace(host.span(), NAME)))
}

fn fix<'a>(file: &File, expr: &TextExpr<'a>, join: &Join<'a>, lines: &mut Vec<(String, Node<'a>)>) -> Option<Fix> {
    let host = join.host;
    if !repeatable(host) {
        return None;
    }
    let name = host.text();
    let ty = file.type_of(host);
    let standard = ty.as_deref().is_some_and(|ty| ["std::string", "string"].contains(&ty));
    if standard
        && (expr.form == Form::Concat || expr.node.text().starts_with("fmt") || expr.node.text().starts_with("std"))
    {
        let test =
            format!("{name}.find(':') == std::string::npos || {name}[0] == '[' ? {name} : \"[\" + {name} + \"]\"");
        if let Some(fix) = named(file, host, &test, lines) {
            return Some(fix);
        }
        let text = if expr.form == Form::Concat { format!("({test})") } else { test };
        let line = file.tree.text().get(..host.start())?.rsplit('\n').next()?.len();
        let rest = file.tree.text().get(host.end()..)?.lines().next().unwrap_or("").len();
        // What nobody would keep is for a person to write.
        return (line + text.len() + rest <= WIDTH).then(|| Fix::new().edit(Edit::replace(host.span(), text)));
    }
    let pointer = ty.as_deref().is_some_and(|ty| ["char*", "char[]"].contains(&ty));
    let call = c::call(expr.node)
        .filter(|c| c.name.ends_with("snprintf") || ["asprintf", "g_strdup_printf"].contains(&c.name))?;
    let knows_strchr = ["string.h", "cstring"].iter().any(|header| file.includes(header));
    if !pointer || !knows_strchr {
        return None;
    }
    let format = call.arguments.iter().find(|a| a.span().contains(join.hole))?;
    let text = format.text();
    let (from, to) = (join.hole.start - format.start(), join.hole.end - format.start());
    let bracketed = format!("{}[{}]{}", text.get(..from)?, text.get(from..to)?, text.get(to..)?);
    if text.len() > 60 || text.contains('\n') {
        return None;
    }
    Some(
        Fix::new()
            .edit(Edit::insert(format.start(), format!("strchr({name}, ':') && *{name} != '[' ? {bracketed} : "))),
    )
}
