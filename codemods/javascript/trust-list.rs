//! # Tell comparisons and lists of peers that know IPv4 alone
//!
//! ## Why it breaks
//! A server on both families sees an IPv4 peer as `::ffff:192.0.2.1`, and an IPv6 peer has no IPv4 address at
//! all. `req.ip === '127.0.0.1'` is false for both of them, and a list of IPv4 ranges holds neither. In a list
//! of what must not be reached, that opens a door.
//!
//! ## Examples
//! Who is to be trusted is never widened by a program:
//! ```js reported
//! app.use((req, res, next) => (req.ip === '127.0.0.1' ? next() : res.sendStatus(403)));
//! ```
//! ```js reported
//! app.set('trust proxy', '10.0.0.0/8');
//! ```
//! ```ts reported
//! const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
//! ```
//! ```ts reported
//! const internal = address.startsWith('192.168.') || address.startsWith('10.');
//! ```
//! Near-misses: lists of both families, addresses of this host.
//! ```js unchanged
//! app.set('trust proxy', 'loopback');
//! const ranges = ['10.0.0.0/8', 'fc00::/7'];
//! if (server.host === '127.0.0.1') skip();
//! const versions = ['1.2.3', '10.0.0'];
//! const ten = label.startsWith('10.');
//! const allowed = ['127.0.0.1', '::1'].includes(req.ip);
//! ```
//!
//! ## Safety
//! Reported only.
//!
//! ## References
//! - RFC 4291, 2.5.5.2: IPv4-mapped IPv6 addresses
//! - evidence: languages, 1.6 and 3.3 JS-PEER

use sixify_langs::address::{self, AddressClass};
use sixify_langs::javascript::{self, File};

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["remoteAddress", "127.0.0.1"],
        &[".ip ", "127.0.0.1"],
        &[".ip)", "127.0.0.1"],
        &["trust proxy", "."],
        &["10.0.0.0/8"],
        &["192.168.0.0/16"],
        &["172.16.0.0/12"],
        &["127.0.0.0/8"],
        &["startsWith('10.'"],
        &["startsWith(\"10.\""],
        &["startsWith('192.168."],
        &["startsWith(\"192.168."],
        &["startsWith('127."],
        &["startsWith(\"127."],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Cidr.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    let peer = "IPv4 peers of a server on both families appear as ::ffff:a.b.c.d, and IPv6 peers have no IPv4 address; take \
                the prefix off before comparing, and compare with the IPv6 address too";
    let list = "this list knows IPv4 alone; peers and destinations over IPv6 are in none of its ranges, nor are IPv4 peers \
                that appear as ::ffff:a.b.c.d";
    for comparison in file.tree.all("binary_expression") {
        if let Some(why) = compared(&file, comparison) {
            cx.report(Finding::new(comparison.span(), ROLE, peer).because(why));
        }
    }
    for array in file.tree.all("array") {
        if let Some(why) = ranges(&file, array) {
            cx.report(Finding::new(array.span(), ROLE, list).because(why));
        }
    }
    for call in file.tree.all("call_expression") {
        if let Some((why, trusts)) = asked(&file, call) {
            cx.report(Finding::new(call.span(), ROLE, if trusts { list } else { peer }).because(why));
        }
    }
    Ok(())
}

/// Whether an expression is the address of a peer.
fn is_peer(value: Node<'_>) -> bool {
    let Some(name) = hosts::name(value) else { return false };
    let lower = name.to_ascii_lowercase();
    let request =
        ["req.", "request.", "ctx.", "socket.", "connection.", "conn."].iter().any(|w| value.text().contains(w));
    matches!(
        lower.as_str(),
        "remoteaddress" | "remoteip" | "clientip" | "clientaddress" | "peeraddress" | "userip" | "remoteaddr"
    ) || (lower == "ip" && request)
}

fn compared(file: &File, comparison: Node<'_>) -> Option<String> {
    let operator = comparison.field("operator")?.text();
    let (left, right) = (comparison.field("left")?, comparison.field("right")?);
    let v4 = |n: Node<'_>| file.string(n).is_some_and(|t| address::exact(&t).is_some());
    let (peer, _) = [(left, right), (right, left)].into_iter().find(|(a, b)| is_peer(*a) && v4(*b))?;
    let equal = matches!(operator, "==" | "===" | "!=" | "!==");
    let whole =
        comparison.ancestors().take_while(|a| a.is_any(&["binary_expression", "parenthesized_expression"])).last();
    let known = whole.is_some_and(|w| w.text().contains("::"));
    (equal && !known).then(|| format!("{} is the address of a peer", peer.text()))
}

fn ranges(file: &File, array: Node<'_>) -> Option<String> {
    let values: Vec<String> = array.items().filter_map(|item| file.string(item)).collect();
    let range = |v: &String| {
        address::addresses(v)
            .first()
            .is_some_and(|a| a.class == AddressClass::Range && a.span.start == 0 && !v.starts_with("0.0.0.0/0"))
    };
    let both = values.iter().any(|v| v.matches(':').count() > 1);
    let named = array
        .parent()
        .and_then(|p| p.field("name").or_else(|| p.field("key")))
        .and_then(hosts::name)
        .unwrap_or_default();
    (values.iter().any(range) && !both)
        .then(|| format!("a list of ranges{}{named}", if named.is_empty() { "" } else { ": " }))
}

/// `app.set('trust proxy', …)`, `address.startsWith('10.')`, `list.includes(req.ip)`.
fn asked(file: &File, call: Node<'_>) -> Option<(String, bool)> {
    let arguments = file.arguments(call)?;
    match file.called_name(call)? {
        "set" => {
            let [key, value] = arguments.try_into().ok()?;
            let value = file.string(value).filter(|_| file.string(key).as_deref() == Some("trust proxy"))?;
            (!address::addresses(&value).is_empty() && !value.contains("::")).then(|| ("trust proxy".to_owned(), true))
        }
        "startsWith" => {
            let prefix = file.string(*arguments.first()?)?;
            let text = call.field("function")?.field("object")?;
            let private = ["10.", "192.168.", "127.", "172.16.", "169.254."].iter().any(|p| prefix.starts_with(p));
            let named = hosts::name(text).is_some_and(|n| sixify_langs::naming::is_host(&n)) || is_peer(text);
            let both = ["fe80", "fc00", "fd", "::"].iter().any(|word| hosts::function_text(call).contains(word));
            (private && named && !both).then(|| (format!("{} begins with {prefix}", text.text()), true))
        }
        "includes" | "indexOf" => {
            let list = call.field("function")?.field("object").filter(|o| o.is("array"))?;
            let peer = is_peer(*arguments.first()?);
            let v4 = list.items().any(|i| file.string(i).is_some_and(|t| address::exact(&t).is_some()));
            (peer && v4 && !list.text().contains("::")).then(|| (format!("{} is a list of peers", list.text()), true))
        }
        _ => None,
    }
}
