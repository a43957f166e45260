//! # Compare with the IPv6 addresses that mean the same
//!
//! A server that has become dual-stack says `::` where it said `0.0.0.0`, and clients on the same
//! machine come from `::1` as well as from `127.0.0.1`.
//!
//! ## Why it breaks
//! `if host == "0.0.0.0"` asks whether a server listens everywhere. It says no for `::`, and the
//! program shows or dials the wildcard itself. `if peer == "127.0.0.1"` takes a local client for a
//! stranger.
//!
//! ## Examples
//! ```py before
//! class App:
//!     def url(self):
//!         if self.ip in ("", "0.0.0.0"):
//!             return gethostname()
//!         if self.ip == '127.0.0.1' or not self.public:
//!             return 'localhost'
//!         if self.bind_host != "0.0.0.0":
//!             return self.bind_host
//! ```
//! ```py after
//! class App:
//!     def url(self):
//!         if self.ip in ("", "0.0.0.0", "::"):
//!             return gethostname()
//!         if self.ip in ('127.0.0.1', '::1') or not self.public:
//!             return 'localhost'
//!         if self.bind_host not in ("0.0.0.0", "::"):
//!             return self.bind_host
//! ```
//! Unsafe: a block of addresses, what tells IPv4 from IPv6 perhaps, and an IPv4 address for a listener
//! that may be IPv6 alone:
//! ```py before
//! def local(host):
//!     return host.startswith("127.")
//!
//!
//! def dialled(host):
//!     family = AF_INET4 if host == "127.0.0.1" else AF_INET6
//!     if host == "0.0.0.0":
//!         host = LOCAL or ("127.0.0.1", family)
//!     return host
//! ```
//! ```py after unsafe
//! def local(host):
//!     return host.startswith("127.") or host == "::1"
//!
//!
//! def dialled(host):
//!     family = AF_INET4 if host in ("127.0.0.1", "::1") else AF_INET6
//!     if host in ("0.0.0.0", "::"):
//!         host = LOCAL or ("127.0.0.1", family)
//!     return host
//! ```
//! Who is trusted is for a person to decide; a dual-stack server sees `::ffff:127.0.0.1` too:
//! ```py reported
//! def allowed(request):
//!     return request.remote_addr == "127.0.0.1"
//! ```
//! Near-misses:
//! ```py unchanged
//! WILDCARDS = ("", "0.0.0.0")
//!
//!
//! def texts(host, version, args):
//!     if host == "0.0.0.0" or host == "::":
//!         return 1
//!     if host in ("127.0.0.1", "::1"):
//!         return 2
//!     if version == "0.0.0.0" or ipv4 == "0.0.0.0" or gateway_ip == "0.0.0.0":
//!         return 3
//!     if args.host == "0.0.0.0":
//!         args.host = default("0.0.0.0")
//!     assert host == "127.0.0.1"
//!     if host in {"", "0.0.0.0"}:
//!         host = "127.0.0.1"
//!     elif host == "::":
//!         host = "::1"
//!     if bind_host in {"0.0.0.0", "::"}:
//!         local = "127.0.0.1" if port else None
//!         if bind_host == "0.0.0.0":
//!             local = "127.0.0.1"
//!     if web_host == "0.0.0.0" and other:
//!         second = "::1"
//!
//!
//! def client_host(server_host):
//!     if server_host == "0.0.0.0":
//!         return "127.0.0.1"
//!     if server_host in ("::", "::0"):
//!         return "::1"
//!     return server_host
//! ```
//!
//! ## Safety
//! Safe: for every text but the one that is added the answer stays what it was, and that one is answered
//! as the IPv4 address of the same meaning is; measured by running both. Whether the text means the
//! address or is only a mark of its own, such as a default that nobody changed, is taken from the code
//! around it. Unsafe where what depends on the answer has a 4 in it and may tell the families apart,
//! where an IPv4 address takes the place of the wildcard, and for blocks of addresses.
//!
//! ## References
//! - RFC 4291, 2.5.2 and 2.5.3: the unspecified and the loopback address
//! - evidence: languages, 1.6 and 5.3 PY-PEER

use sixify_langs::python::{self, File};
use sixify_langs::{classify, naming};

use crate::compare::{Comparison, Known, Spelling, comparisons};
use crate::host_port::repeatable;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;
use crate::python_code::name;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["0.0.0.0", " in "],
        &["0.0.0.0", "== "],
        &["0.0.0.0", "!= "],
        &["127.0.0.1", " in "],
        &["127.0.0.1", "== "],
        &["127.0.0.1", "!= "],
        &["startswith(\"127."],
        &["startswith('127."],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Compare.name();

const SPELLING: Spelling = Spelling {
    comparisons: &["comparison_operator"],
    equal: &["=="],
    unequal: &["!="],
    or: "or",
    and: "and",
    junctions: &["boolean_operator"],
    alone: &["if_statement", "elif_clause", "return_statement", "assignment"],
    lists: &["tuple", "list", "set"],
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let value = |n: Node<'_>| if n.is("string") { file.string(n) } else { None };
    for comparison in comparisons(&file.tree, &SPELLING, &value, &tested) {
        if let Some(finding) = compared(&file, &comparison) {
            cx.report(finding);
        }
    }
    for call in file.tree.all("call") {
        if let Some(finding) = prefix(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// Whether a list is written in a membership test.
fn tested(list: Node<'_>) -> bool {
    list.parent().is_some_and(|p| {
        p.is("comparison_operator")
            && p.items().last() == Some(list)
            && p.children().any(|c| matches!(c.text(), "in" | "not in" | "not"))
    })
}

/// What is compared, in a membership test as well.
fn subject<'a>(comparison: &Comparison<'a>) -> Option<Node<'a>> {
    comparison.other().or_else(|| comparison.node.parent()?.items().next())
}

/// Whether an expression is where a client comes from.
fn is_peer(name: &str) -> bool {
    let words = naming::words(name);
    let has = |word: &str| words.iter().any(|w| w == word);
    has("remote") || has("client") || has("peer") || has("forwarded") || has("sender") || has("source")
}

fn compared(file: &File, comparison: &Comparison<'_>) -> Option<Finding> {
    let subject = subject(comparison)?;
    let called = name(file, subject)?;
    let words = naming::words(&called);
    let host =
        naming::is_host(&called) || words.iter().any(|w| matches!(w.as_str(), "bind" | "listen" | "ip" | "host"));
    // Fields of IPv4 alone, and parts of routes.
    const OTHER: &[&str] =
        &["ipv4", "ip4", "v4", "route", "gateway", "gw", "netmask", "mask", "dest", "destination", "subnet", "network"];
    if words.iter().any(|w| OTHER.contains(&w.as_str())) {
        return None;
    }
    let statement = comparison.node.ancestors().find(|n| n.kind().ends_with("_statement"));
    let asserted = statement.is_some_and(|s| s.is("assert_statement"));
    // `addr.family == AF_INET and addr.address == "127.0.0.1"`
    let junction = comparison.node.ancestors().take_while(|n| SPELLING.junctions.contains(&n.kind()));
    if junction.into_iter().any(|n| n.text().contains("AF_INET")) {
        return None;
    }
    if !host || asserted || comparison.has_alternative(&SPELLING) || comparison.is_sentinel() {
        return None;
    }
    let message = match comparison.known {
        Known::Wildcard => "a dual-stack listener says `::` where this asks for 0.0.0.0",
        Known::Loopback => "on the loopback of IPv6 the address is `::1`, and this asks for 127.0.0.1",
    };
    let finding = Finding::new(comparison.node.span(), ROLE, message).because(format!("{called} is called a host"));
    let parts = naming::words(subject.text());
    if comparison.known == Known::Loopback
        && (is_peer(&called) || parts.iter().any(|w| matches!(w.as_str(), "request" | "client" | "peer" | "remote")))
    {
        return Some(finding.because(
            "it is where a client comes from: whom to trust is for a person to decide, and an IPv4 client of a \
             dual-stack listener is ::ffff:127.0.0.1",
        ));
    }
    // `if args.host != "127.0.0.1"` asks whether somebody gave another one than the default.
    let owner = subject.field("object").filter(|_| subject.is("attribute")).map_or("", Node::text);
    let settings = ["settings", "config", "conf", "cfg"].contains(&owner) && comparison.node.text().contains("!=");
    if comparison.known == Known::Loopback && (settings || ["args", "opts", "options"].contains(&owner)) {
        return Some(finding.because("it may be asked whether an option has its default"));
    }
    // `(host, "localhost")[host == "127.0.0.1"]`
    if comparison.node.parent().is_some_and(|n| n.is("subscript")) {
        return Some(finding.because("it is the index of a list"));
    }
    let how = if comparison.is_even() { Applicability::Safe } else { Applicability::Unsafe };
    if comparison.other().is_none() {
        return match comparison.fix(&SPELLING) {
            Some(fix) => Some(finding.fix(how, fix)),
            None => Some(finding),
        };
    }
    let literal = comparison.literal;
    let operator = comparison.node.children().find(|c| !c.is_named())?;
    if comparison.node.items().last() != Some(literal) {
        return comparison.fix(&SPELLING).map(|fix| finding.fix(how, fix));
    }
    let word = if operator.text() == "==" { "in" } else { "not in" };
    let from = if comparison.known == Known::Wildcard { "0.0.0.0" } else { "127.0.0.1" };
    let alternative = literal.text().replace(from, comparison.known.ipv6());
    let fix = Fix::new().edit(Edit::replace(operator.span(), word)).edits(Edit::wrap(
        literal.span(),
        "(",
        format!(", {alternative})"),
    ));
    Some(finding.fix(how, fix))
}

/// `host.startswith("127.")`.
fn prefix(file: &File, call: Node<'_>) -> Option<Finding> {
    if file.called_name(call)? != "startswith" {
        return None;
    }
    let subject = call.field("function")?.field("object")?;
    let literal = file.argument(call, Some(0), None)?;
    let text = file.string(literal)?;
    let called = name(file, subject)?;
    if !(text == "127." || text == "127.0.0.") || !naming::is_host(&called) {
        return None;
    }
    let around = call.ancestor(&["function_definition", "module"])?;
    // What is asked are addresses of IPv4.
    if around.text().contains("gethostbyname")
        || around.text().contains("::1")
        || around.text().to_ascii_lowercase().contains("ipv6")
    {
        return None;
    }
    let message = "on the loopback of IPv6 the address is `::1`, and this asks for 127.0.0.0/8";
    let finding = Finding::new(call.span(), ROLE, message).because(format!("{called} is called a host"));
    if is_peer(&called) || !repeatable(subject) {
        return Some(finding);
    }
    let quote = crate::python_code::quote(literal.text());
    let added = format!(" or {} == {quote}::1{quote}", subject.text());
    let parent = call.parent()?;
    let same = parent.is("boolean_operator") && parent.field("operator").is_some_and(|o| o.text() == "or");
    let alone = same || parent.is_any(&["if_statement", "elif_clause", "return_statement", "assignment"]);
    let fix = if alone {
        Fix::new().edit(Edit::insert(call.end(), added))
    } else {
        Fix::new().edits(Edit::wrap(call.span(), "(", format!("{added})")))
    };
    Some(finding.fix(Applicability::Unsafe, fix))
}
