//! # Look hosts up in both families
//!
//! `gethostbyname` knows IPv4 addresses alone, and gives the name back when there is none.
//!
//! ## Why it breaks
//! For a name that has only IPv6 addresses `gethostbyname` gives the name itself, without an error,
//! and what wants an address gets none. On an IPv6-only network that is nearly every name.
//!
//! ## Examples
//! ```php before
//! <?php
//! $settings = [
//!     'DATABASE_HOST' => gethostbyname('database'),
//!     'PROXY' => $proxied ? gethostbyname('proxy') : '',
//! ];
//! if (gethostbyname($host) === $host) {
//!     fail();
//! }
//! ```
//! ```php after unsafe
//! <?php
//! $settings = [
//!     'DATABASE_HOST' => gethostbynamel('database')[0] ?? dns_get_record('database', DNS_AAAA)[0]['ipv6'] ?? 'database',
//!     'PROXY' => $proxied ? (gethostbynamel('proxy')[0] ?? dns_get_record('proxy', DNS_AAAA)[0]['ipv6'] ?? 'proxy') : '',
//! ];
//! if ((gethostbynamel($host)[0] ?? dns_get_record($host, DNS_AAAA)[0]['ipv6'] ?? $host) === $host) {
//!     fail();
//! }
//! ```
//! What becomes of an address that is kept is not seen where it is looked up:
//! ```php reported
//! <?php
//! $this->address = @gethostbyname($host);
//! ```
//! A name that is worked out, a whole list, and the own address are for a person to decide:
//! ```php reported
//! <?php
//! $ip = gethostbyname(parse_url($url, PHP_URL_HOST));
//! ```
//! ```php reported
//! <?php
//! $ips = gethostbynamel($host);
//! ```
//! ```php reported
//! <?php
//! $own = gethostbyname(gethostname());
//! ```
//! ```php reported
//! <?php
//! $records = dns_get_record($host, DNS_A);
//! ```
//! ```php reported
//! <?php
//! var_dump(gethostbyname("www.example.com"));
//! ```
//! What is asked for its four numbers afterwards is for a person to widen:
//! ```php reported
//! <?php
//! function is_private($host) {
//!     $ip = gethostbyname($host);
//!     $parts = array_map('intval', explode('.', $ip));
//!     return 10 === $parts[0] || 127 === $parts[0];
//! }
//! ```
//! Reported: what goes into a protocol of IPv4, and what is only checked:
//! ```php reported
//! <?php
//! class Radius {
//!     function setServer($server) {
//!         $this->server = gethostbyname($server);
//!     }
//! }
//! ```
//! ```php reported
//! <?php
//! function isPublic($url) {
//!     $host = parse_url($url, PHP_URL_HOST);
//!     $ip = gethostbyname($host);
//!     return filter_var($ip, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE) !== false;
//! }
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! $a = gethostbyname('localhost');
//! $b = dns_get_record($host, DNS_A + DNS_AAAA);
//! $c = dns_get_record($host, DNS_TXT);
//! $d = $this->gethostbyname($host);
//! ```
//! ```php unchanged
//! <?php
//! function both($host) {
//!     $four = gethostbynamel($host);
//!     $six = dns_get_record($host, DNS_AAAA);
//!     return [$four, $six];
//! }
//! ```
//!
//! ## Safety
//! Unsafe: a name with an IPv4 address gives today's answer, and one with no address itself. Where
//! the answer is an IPv6 address, what is done with it must know how to write it. `dns_get_record`
//! asks name servers and does not read the file of hosts. Needs PHP 7.
//!
//! ## References
//! - PHP manual: gethostbynamel(), dns_get_record()
//! - evidence: languages, 9.2 PHP-GHBN

use sixify_langs::classify;
use sixify_langs::php::{self, File};

use crate::four_numbers;
use crate::host_port::repeatable;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PHP],
    anchors: Anchors(&[&["gethostbyname"], &["dns_get_record", "DNS_A"], &["checkdnsrr"]]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "only the IPv4 addresses of a host are looked up; a host that has none is not found";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = php::file(doc) else { return Ok(()) };
    for call in file.tree.all("function_call_expression") {
        if let Some(finding) = look_up(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn look_up(file: &File, call: Node<'_>) -> Option<Finding> {
    let path = file.callee(call)?;
    let arguments = file.arguments(call);
    let host = *arguments.first()?;
    let around = call.ancestor(&["method_declaration", "function_definition"]).map_or("", Node::text);
    let aware = around.contains("DNS_AAAA") || around.to_ascii_lowercase().contains("ipv6");
    let finding = Finding::new(call.span(), Role::DialAddress.name(), MESSAGE).because(path.clone());
    match path.as_str() {
        "dns_get_record" => {
            return (arguments.get(1)?.text() == "DNS_A" && !aware).then_some(finding);
        }
        "gethostbynamel" => {
            let taken = call.parent().is_some_and(|p| p.is("subscript_expression"));
            return (!aware && !taken).then_some(finding);
        }
        "gethostbyname" if !aware => {}
        _ => return None,
    }
    let literal = file.string(host);
    if literal.as_deref().is_some_and(|h| h == "localhost" || h.parse::<std::net::Ipv4Addr>().is_ok()) {
        return None;
    }
    // `if ($host == 'localhost') $host = gethostbyname($host);`
    let asked = call.ancestors().filter(|n| n.is("if_statement")).filter_map(|n| n.field("condition"));
    if asked.into_iter().any(|c| c.text().contains(host.text()) && c.text().contains("localhost")) {
        return None;
    }
    // What is only shown need not be more than it is.
    let shown = call.parent().is_some_and(|p| {
        let called = p.ancestor(&["function_call_expression"]).filter(|_| p.is("argument"));
        p.is("echo_statement")
            || called.is_some_and(|c| matches!(file.callee(c).as_deref(), Some("var_dump" | "print_r")))
    });
    if shown {
        return Some(finding);
    }
    if let Some(why) = four_numbers::needed(around) {
        return Some(finding.because(why));
    }
    if let Some(why) = wants_ipv4(call, host, around) {
        return Some(finding.because(why));
    }
    // Whoever reads it may have to put brackets around it, or ask whether it is still the name.
    let kept = call.ancestors().take_while(|a| !a.kind().ends_with("statement")).find(|a| {
        a.is("assignment_expression") && a.field("right").is_some_and(|right| !right.is("array_creation_expression"))
    });
    if kept.is_some() {
        return Some(finding.because("what becomes of the address is not seen here"));
    }
    let name = host.text();
    let twice = literal.is_some() || repeatable(host) || host.is("subscript_expression") && !name.contains('(');
    if !twice {
        return Some(finding);
    }
    let new = format!("gethostbynamel({name})[0] ?? dns_get_record({name}, DNS_AAAA)[0]['ipv6'] ?? {name}");
    let alone = call.parent().is_some_and(|p| {
        p.is_any(&[
            "assignment_expression",
            "argument",
            "array_element_initializer",
            "return_statement",
            "match_conditional_expression",
            "match_default_expression",
        ])
    });
    let new = if alone { new } else { format!("({new})") };
    Some(finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::replace(call.span(), new))))
}

/// Why the answer of a look-up has to be an IPv4 address, or is no address to connect to: it goes into a
/// protocol that knows no others, or only the network of the host is asked for.
fn wants_ipv4(call: Node<'_>, host: Node<'_>, around: &str) -> Option<&'static str> {
    let class = call.ancestor(&["class_declaration"]).and_then(|c| c.field("name")).map_or("", Node::text);
    let lower = format!("{class} {}", host.text()).to_ascii_lowercase();
    let dated = ["radius", "nas_ip", "dhcp", "tftp", "wakeonlan", "wake_on_lan"];
    if dated.iter().any(|word| lower.contains(word)) {
        return Some("the protocol it is for has IPv4 addresses alone");
    }
    if around.contains("FILTER_FLAG_NO_PRIV_RANGE") || around.contains("FILTER_FLAG_NO_RES_RANGE") {
        return Some("it is asked which network the host is in, of all its addresses or of none");
    }
    if around.contains("gethostname()") {
        return Some("it is the own address, which would become one of IPv6 on hosts with both families");
    }
    let sockets = ["AF_INET,", "SOL_UDP", "SOCK_RAW"].iter().any(|word| around.contains(word));
    sockets.then_some("the code around it has sockets of IPv4 alone")
}
