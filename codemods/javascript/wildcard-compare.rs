//! # Compare hosts with the IPv6 addresses too
//!
//! What asks whether a host is `0.0.0.0` or `127.0.0.1` also asks for `::` or `::1`. The alternative is
//! added; nothing is replaced.
//!
//! ## Why it breaks
//! A listener on both families says that its address is `::`. Code that knows the wildcard as `0.0.0.0`
//! alone then prints `http://:::8080/`, opens it in a browser, or takes the address for a special one.
//!
//! ## Examples
//! ```js before
//! const openHost = host === '0.0.0.0' ? 'localhost' : host;
//! if (argv.a && host !== '0.0.0.0') print(host);
//! const local = ['localhost', '127.0.0.1'].includes(options.hostname);
//! ```
//! ```js after
//! const openHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
//! if (argv.a && host !== '0.0.0.0' && host !== '::') print(host);
//! const local = ['localhost', '127.0.0.1', '::1'].includes(options.hostname);
//! ```
//! A condition on the family goes round the alternative; the host of a URL has its brackets; a `switch`
//! gets one more case:
//! ```js before
//! const LOCAL = new Set(['127.0.0.1', 'localhost']);
//! if (address.family == 'IPv4' && hostname == '0.0.0.0') {
//!   hostname = 'localhost';
//! }
//! const dev = location.hostname === 'localhost' || location.hostname === '127.0.0.1';
//! switch (bindAddress) {
//!   case '0.0.0.0':
//!     listenEverywhere();
//! }
//! const shown = host.replace('0.0.0.0', 'localhost');
//! if (LOCAL.has(host)) skip();
//! ```
//! ```js after
//! const LOCAL = new Set(['127.0.0.1', '::1', 'localhost']);
//! if ((address.family == 'IPv4' && hostname == '0.0.0.0') || hostname == '::') {
//!   hostname = 'localhost';
//! }
//! const dev = location.hostname === 'localhost' || location.hostname === '127.0.0.1' || location.hostname === '[::1]';
//! switch (bindAddress) {
//!   case '0.0.0.0':
//!   case '::':
//!     listenEverywhere();
//! }
//! const shown = host.replace('0.0.0.0', 'localhost').replace(/^::$/, 'localhost');
//! if (LOCAL.has(host)) skip();
//! ```
//! Unsafe: what tells IPv4 from IPv6 perhaps, and an IPv4 address for a listener that may be IPv6 alone:
//! ```js before
//! const family = host === '127.0.0.1' ? 4 : 6;
//! const openHost = host === '0.0.0.0' ? '127.0.0.1' : host;
//! const shown = host.replace('0.0.0.0', '127.0.0.1');
//! ```
//! ```js after unsafe
//! const family = host === '127.0.0.1' || host === '::1' ? 4 : 6;
//! const openHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
//! const shown = host.replace('0.0.0.0', '127.0.0.1').replace(/^::$/, '127.0.0.1');
//! ```
//! A list of what must not be dialled is for a person: leaving an address out of it opens a door, and
//! adding one may not be enough.
//! ```ts reported
//! function isAllowed(url: string): boolean {
//!   const host = new URL(url).hostname;
//!   if (host === 'localhost' || host === '127.0.0.1' || host === '0.0.0.0') {
//!     return false;
//!   }
//!   return true;
//! }
//! ```
//! The host of what is called a URL may have its brackets:
//! ```ts reported
//! export function own(entry: Entry): boolean {
//!   return entry.url?.hostname === '127.0.0.1';
//! }
//! ```
//! What has the alternative, asks about this very text, or compares something else:
//! ```js unchanged
//! const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
//! const WILDCARD = new Set(['0.0.0.0', '::']);
//! if (host === '0.0.0.0') host = choose('0.0.0.0');
//! if (version === '0.0.0.0') skip();
//! assert(host === '127.0.0.1');
//! if (req.ip === '127.0.0.1') next();
//! if (WILDCARD.has(host)) skip();
//! if (hostname === '0.0.0.0' || hostname.includes(':')) own = host.replace('0.0.0.0', 'localhost');
//! if (details.family === 'IPv4' && config.host !== '127.0.0.1') use(details);
//! ```
//! What the file only gives the host of a URL has brackets, and is for a person to decide:
//! ```js reported
//! const skips = (url) => isLocal(new URL(url).hostname);
//! function isLocal(hostname) {
//!   return hostname === 'localhost' || hostname === '127.0.0.1';
//! }
//! ```
//!
//! ## Safety
//! Safe: for every text but the IPv6 address the answer stays what it was, and that one is answered as the
//! IPv4 address of the same meaning is; measured by running both. Unsafe where what depends on the answer
//! has a 4 in it and may tell the families apart, and where an IPv4 address takes the place of the
//! wildcard. Whom to trust is for a person: peers are not looked at.
//!
//! ## References
//! - Node.js documentation: server.address()
//! - evidence: languages, 3.3 JS-LISTEN4 (its traps) and JS-PEER

use sixify_langs::javascript::{self, File};
use sixify_langs::naming;

use crate::compare::{self, Comparison, Known, Spelling};
use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["== '0.0.0.0'"],
        &["== \"0.0.0.0\""],
        &["== '127.0.0.1'"],
        &["== \"127.0.0.1\""],
        &["'0.0.0.0' =="],
        &["'127.0.0.1' =="],
        &["== `127.0.0.1"],
        &["== `0.0.0.0"],
        &["=='0.0.0.0"],
        &["==\"0.0.0.0"],
        &["=='127.0.0.1"],
        &["==\"127.0.0.1"],
        &["case '0.0.0.0'"],
        &["case \"0.0.0.0\""],
        &["case '127.0.0.1'"],
        &["case \"127.0.0.1\""],
        &["replace('0.0.0.0'"],
        &["replace(\"0.0.0.0\""],
        &["0.0.0.0", "includes("],
        &["0.0.0.0", "indexOf("],
        &["0.0.0.0", ".has("],
        &["127.0.0.1", "includes("],
        &["127.0.0.1", "indexOf("],
        &["127.0.0.1", ".has("],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Compare.name();

const JAVASCRIPT: Spelling = Spelling {
    comparisons: &["binary_expression"],
    equal: &["==", "==="],
    unequal: &["!=", "!=="],
    or: "||",
    and: "&&",
    junctions: &["binary_expression"],
    alone: &["variable_declarator", "ternary_expression", "return_statement", "arguments", "assignment_expression"],
    lists: &["array"],
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let member = |list: Node<'_>| !asked(&file, list).is_empty();
    for comparison in compare::comparisons(&file.tree, &JAVASCRIPT, &|n| literal(&file, n), &member) {
        if let Some(finding) = judge(&file, &comparison) {
            cx.report(finding);
        }
    }
    for case in file.tree.all("switch_case") {
        if let Some(finding) = one_more_case(&file, case) {
            cx.report(finding);
        }
    }
    for call in file.tree.all("call_expression") {
        if let Some(finding) = replaced(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn literal(file: &File, node: Node<'_>) -> Option<String> {
    file.string(node).filter(|_| node.is_any(&["string", "template_string"]))
}

/// The values that a list is searched for: where it stands, and where its name is used.
fn asked<'a>(file: &'a File, list: Node<'a>) -> Vec<Node<'a>> {
    let Some(parent) = list.parent() else { return Vec::new() };
    let made = parent.parent().filter(|n| parent.is("arguments") && n.is("new_expression"));
    let set = made.filter(|n| n.field("constructor").is_some_and(|c| c.text() == "Set"));
    if parent.is("arguments") && set.is_none() {
        return Vec::new();
    }
    let value = set.unwrap_or(list);
    if let Some(wanted) = searched(file, value) {
        return vec![wanted];
    }
    let Some(name) = value.parent().filter(|p| p.is("variable_declarator")).and_then(|p| p.field("name")) else {
        return Vec::new();
    };
    let Some((decl, scope)) = file.names.resolve(name).filter(|_| name.is("identifier")) else { return Vec::new() };
    file.names.uses(&decl, scope).into_iter().filter_map(|n| searched(file, n)).collect()
}

/// What `list.includes(value)` looks for.
fn searched<'a>(file: &File, list: Node<'a>) -> Option<Node<'a>> {
    let method = list.parent().filter(|p| p.is("member_expression") && p.field("object") == Some(list))?;
    let call = method.parent().filter(|c| c.is("call_expression") && c.field("function") == Some(method))?;
    let looks = matches!(file.called_name(call), Some("includes" | "indexOf" | "has"));
    file.arguments(call).filter(|_| looks)?.first().copied()
}

/// What a value that is compared with an address is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// A host as it is given to a listener or a client.
    Host,
    /// The host of a URL that the program was given, which has its brackets.
    UrlHost,
    /// The host of the page.
    PageHost,
    /// The address of a peer: whom to trust is for a person.
    Peer,
    /// Nothing is known.
    Unknown,
}

fn subject(file: &File, value: Node<'_>) -> Subject {
    let text = &value.text().replace("?.", ".");
    if text.contains("location.host") || file.value(value).node.text().contains("location.host") {
        return Subject::PageHost;
    }
    let origins = file.origins(value);
    if origins.iter().any(|o| o.path.starts_with("globalThis.URL#host") || o.path.starts_with("url.URL#host")) {
        return Subject::UrlHost;
    }
    // `requested?.hostname` of an object that is called a URL.
    let of = value.field("object").and_then(hosts::name).map(|object| naming::words(&object)).unwrap_or_default();
    if text.ends_with(".hostname") && of.last().is_some_and(|word| matches!(word.as_str(), "url" | "uri" | "href")) {
        return Subject::UrlHost;
    }
    if hosts::given(file, value).into_iter().any(|given| subject(file, given) == Subject::UrlHost) {
        return Subject::UrlHost;
    }
    let Some(name) = hosts::name(value) else { return Subject::Unknown };
    let lower = name.to_ascii_lowercase();
    let peer = ["remote", "client", "peer", "forwarded", "visitor", "source"].iter().any(|w| lower.contains(w));
    let asked = ["req.", "request.", "ctx.", "socket.", "connection.", "conn."].iter().any(|w| text.contains(w));
    let configured = ["config", "option", "opts", "argv", "settings", "bind", "listen", "server.", "env."]
        .iter()
        .any(|w| text.to_ascii_lowercase().contains(w));
    if peer || asked || (lower == "ip" && !configured) {
        return Subject::Peer;
    }
    if naming::is_host(&name) { Subject::Host } else { Subject::Unknown }
}

fn judge(file: &File, comparison: &Comparison<'_>) -> Option<Finding> {
    let values = comparison.other().map_or_else(|| asked(file, comparison.node), |other| vec![other]);
    let subjects: Vec<Subject> = values.iter().map(|v| subject(file, *v)).collect();
    let subject = *subjects.first()?;
    if subjects.iter().any(|s| *s != subject) || matches!(subject, Subject::Peer | Subject::Unknown) {
        return None;
    }
    let target =
        comparison.node.ancestors().find(|a| a.is_any(&["variable_declarator", "pair", "assignment_expression"]));
    let target = target.and_then(|t| t.field("name").or_else(|| t.field("key")).or_else(|| t.field("left")));
    if target.is_some_and(|t| t.text().to_ascii_lowercase().contains("v4")) {
        return None;
    }
    let both = ["'::", "\"::", "`::"].iter().any(|word| hosts::function_text(comparison.node).contains(word));
    if both || comparison.has_alternative(&JAVASCRIPT) || is_sentinel(file, comparison) || is_expected(comparison.node)
    {
        return None;
    }
    let address = match subject {
        Subject::Host => comparison.known.ipv6().to_owned(),
        _ => format!("[{}]", comparison.known.ipv6()),
    };
    let message = match comparison.known {
        Known::Wildcard => "a listener on both families says that its address is ::, which is not asked for here",
        Known::Loopback => "the loopback address of IPv6 is ::1, which is not asked for here",
    };
    let finding = Finding::new(comparison.node.span(), ROLE, message)
        .because(values.first().map(|v| format!("{} is a host", v.text())).unwrap_or_default());
    if subject == Subject::UrlHost {
        let why = format!("the host of a URL would be {address}; a list of what may be dialled is for a person");
        return Some(finding.because(why));
    }
    // What is done for the wildcard is done for IPv4 alone.
    let then = comparison.node.ancestors().find(|a| a.is_any(&["if_statement", "ternary_expression"]));
    let then = then.filter(|a| a.field("condition").is_some_and(|c| c.holds(comparison.node)));
    if then.and_then(|a| a.field("consequence")).is_some_and(|c| c.text().contains("IPv4")) {
        return Some(finding.because("what follows is about IPv4 alone".to_owned()));
    }
    // `host === '0.0.0.0' ? undefined : host`: what is left out means the same as `::`, which is given as it is.
    let dropped = |n: Node<'_>| matches!(n.text(), "undefined" | "null" | "''" | "\"\"" | "void 0");
    if comparison.known == Known::Wildcard && then.and_then(|a| a.field("consequence")).is_some_and(dropped) {
        return None;
    }
    let chain = family_chain(file, comparison.node);
    // Of IPv4 addresses alone, none is `::1`.
    if chain.is_some() && comparison.negated() {
        return None;
    }
    let fix = match chain {
        Some(chain) if comparison.other().is_some() => {
            let again =
                comparison.node.text().replacen(comparison.literal.text(), &comparison.alternative(&address), 1);
            Some(Fix::new().edits(Edit::wrap(chain.span(), "(", format!(") || {again}"))))
        }
        _ => comparison.fix_with(&JAVASCRIPT, &address),
    };
    let branches = ["consequence", "alternative"].into_iter().filter_map(|field| then?.field(field));
    let how = applicability(comparison.known, branches);
    Some(match fix {
        Some(fix) => finding.fix(how, fix),
        None => finding,
    })
}

/// How far one more address may be trusted: for every other text the answer is today's, and what
/// depends on it must not tell IPv4 from IPv6, nor put an IPv4 address in the place of a wildcard.
fn applicability<'a>(known: Known, branches: impl IntoIterator<Item = Node<'a>>) -> Applicability {
    let right = |branch: Node<'_>| {
        let text = branch.text();
        !(text.contains('4') || known == Known::Wildcard && text.contains("127.0.0.1"))
    };
    if branches.into_iter().all(right) { Applicability::Safe } else { Applicability::Unsafe }
}

/// The conditions joined by "and" around a comparison, when one of them asks for IPv4.
fn family_chain<'a>(file: &File, comparison: Node<'a>) -> Option<Node<'a>> {
    let and = |n: &Node<'_>| n.is("binary_expression") && n.field("operator").is_some_and(|o| o.text() == "&&");
    let chain = comparison.ancestors().take_while(and).last()?;
    let asks = |n: Node<'_>| {
        literal(file, n).is_some_and(|text| text == "IPv4")
            || n.is("number") && n.text() == "4" && n.parent().is_some_and(|p| p.text().contains("amily"))
            || n.is("call_expression") && file.called_name(n) == Some("isIPv4")
    };
    chain.descendants().any(asks).then_some(chain)
}

/// Whether what depends on the comparison uses the literal as a value: then it asks about this very
/// text.
fn is_sentinel(file: &File, comparison: &Comparison<'_>) -> bool {
    let condition = |n: &Node<'_>| {
        n.is_any(&["if_statement", "ternary_expression"])
            && n.field("condition").is_some_and(|c| c.holds(comparison.node))
    };
    let Some(statement) = comparison.node.ancestors().find(condition) else { return false };
    let Some(then) = statement.field("consequence") else { return false };
    let text = comparison.literal.text();
    let value = |n: Node<'_>| {
        let compared = n.parent().is_some_and(|p| p.is("binary_expression"));
        let searched = n.parent().filter(|p| p.is("arguments")).and_then(Node::parent);
        let searched = searched.and_then(|c| file.called_name(c));
        n.text() == text && !compared && !matches!(searched, Some("replace" | "includes" | "indexOf" | "has"))
    };
    value(then) || then.descendants().any(value)
}

/// Whether a test expects the answer.
fn is_expected(node: Node<'_>) -> bool {
    let call = node.ancestors().take_while(|a| !a.kind().ends_with("statement")).find(|a| a.is("call_expression"));
    let called = call.and_then(|c| c.field("function")).map_or("", Node::text);
    called.starts_with("assert") || called.starts_with("expect") || called.starts_with("t.")
}

/// `case '0.0.0.0':` gets a `case '::':` behind it.
fn one_more_case(file: &File, case: Node<'_>) -> Option<Finding> {
    let value = case.field("value")?;
    let text = literal(file, value)?;
    let address = match text.as_str() {
        "0.0.0.0" => "::",
        "127.0.0.1" => "::1",
        _ => return None,
    };
    let switch = case.parent()?;
    let asked = switch.parent()?.field("value")?;
    let asked = asked.items().next().unwrap_or(asked);
    if subject(file, asked) != Subject::Host || switch.named_children().any(|c| c.text().contains("::")) {
        return None;
    }
    let colon = case.children().find(|c| c.text() == ":")?;
    let source = file.tree.text();
    let start = source[..case.start()].rfind('\n').map_or(0, |i| i + 1);
    let indent = source.get(start..case.start()).filter(|s| s.trim().is_empty())?;
    let added = format!("\n{indent}case {}:", value.text().replace(&text, address));
    let finding = Finding::new(value.span(), ROLE, "the IPv6 address of this meaning has no case of its own")
        .because(format!("{} is a host", asked.text()));
    let known = if address == "::" { Known::Wildcard } else { Known::Loopback };
    // What follows is for this case, or for the next one.
    let how = applicability(known, switch.named_children().filter(|c| c.start() >= case.start()));
    Some(finding.fix(how, Fix::new().edit(Edit::insert(colon.end(), added))))
}

/// `host.replace('0.0.0.0', 'localhost')`.
fn replaced(file: &File, call: Node<'_>) -> Option<Finding> {
    let [wanted, with] = file.arguments(call).filter(|_| file.called_name(call) == Some("replace"))?.try_into().ok()?;
    let text = call.field("function")?.field("object")?;
    let again = with.is_any(&["string", "identifier", "member_expression"]);
    if literal(file, wanted).as_deref() != Some("0.0.0.0") || !again || is_expected(call) {
        return None;
    }
    // Only the IPv4 wildcard comes here.
    let asked = |a: Node<'_>| a.field("condition").is_some_and(|c| !c.holds(call) && c.text().contains("0.0.0.0"));
    if call.ancestors().filter(|a| a.is_any(&["if_statement", "ternary_expression"])).any(asked) {
        return None;
    }
    let statement = call.ancestors().find(|a| a.kind().ends_with("statement") || a.kind().ends_with("declaration"))?;
    if statement.text().contains("::") {
        return None;
    }
    let name = hosts::name(text)?;
    let last = naming::words(&name).pop().unwrap_or_default();
    let pattern = match last.as_str() {
        "url" | "uri" | "href" | "origin" => "'[::]'".replace('\'', &hosts::quote(file).to_string()),
        _ if naming::is_host(&name) => "/^::$/".to_owned(),
        _ => return None,
    };
    let message = "the wildcard of a listener on both families is ::, which stays as it is here";
    let added = format!(".replace({pattern}, {})", with.text());
    // A name leads to a listener of any family.
    let named = literal(file, with).is_some_and(|with| with.contains("localhost"));
    let how = if named { Applicability::Safe } else { Applicability::Unsafe };
    let finding = Finding::new(call.span(), ROLE, message).because(format!("{name} is a host, or a URL with one"));
    Some(finding.fix(how, Fix::new().edit(Edit::insert(call.end(), added))))
}
