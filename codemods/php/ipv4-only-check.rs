//! # Find checks that only IPv4 addresses pass
//!
//! `FILTER_FLAG_IPV4`, `ip2long` and patterns of four numbers refuse every IPv6 address, and a
//! comparison with `127.0.0.1` a local client that comes over IPv6.
//!
//! ## Why it breaks
//! A user who writes an IPv6 address is told that it is none. `ip2long('::1')` is `false`, which
//! counts as 0 in comparisons.
//!
//! ## Examples
//! ```php reported
//! <?php
//! if (!filter_var($ip, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4)) {
//!     fail();
//! }
//! ```
//! ```php reported
//! <?php
//! $number = ip2long($_SERVER['REMOTE_ADDR']);
//! ```
//! ```php reported
//! <?php
//! $local = $_SERVER['REMOTE_ADDR'] === '127.0.0.1';
//! ```
//! ```php reported
//! <?php
//! $local = in_array($_SERVER['REMOTE_ADDR'], ['127.0.0.1', '10.0.0.1']);
//! ```
//! ```php reported
//! <?php
//! $context = stream_context_create(['socket' => ['bindto' => '0:0']]);
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! $a = filter_var($ip, FILTER_VALIDATE_IP);
//! $b = in_array($_SERVER['REMOTE_ADDR'], ['127.0.0.1', '::1']);
//! $c = $version === '127.0.0.1';
//! function isIPv4($ip) { return filter_var($ip, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4); }
//! function isIPv6($ip) { return filter_var($ip, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6); }
//! ```
//!
//! ## Safety
//! Nothing is edited: what becomes of an IPv6 address, and whom to trust, is for a person to
//! decide.
//!
//! ## References
//! - PHP manual: filter_var(), ip2long()
//! - evidence: languages, 9.2 PHP-AFINET

use sixify_langs::classify;
use sixify_langs::php::{self, File};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PHP],
    anchors: Anchors(&[&["FILTER_FLAG_IPV4"], &["ip2long"], &["REMOTE_ADDR", "127.0.0.1"], &["bindto", "0:0"]]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Compare.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = php::file(doc) else { return Ok(()) };
    for call in file.tree.all("function_call_expression") {
        if let Some(message) = called(&file, call).filter(|_| !aware(call)) {
            cx.report(Finding::new(call.span(), ROLE, message));
        }
    }
    for comparison in file.tree.all("binary_expression") {
        let operator = comparison.field("operator").map_or("", Node::text);
        let sides = [comparison.field("left"), comparison.field("right")];
        let peer = sides.iter().flatten().any(|n| is_peer(*n));
        let local = sides.iter().flatten().any(|n| file.string(*n).as_deref() == Some("127.0.0.1"));
        let equal = matches!(operator, "==" | "===" | "!=" | "!==");
        if equal && peer && local && !aware(comparison) {
            let message = "a local client comes from ::1 over IPv6, and from ::ffff:127.0.0.1 to a dual-stack listener";
            cx.report(Finding::new(comparison.span(), ROLE, message));
        }
    }
    for pair in file.tree.all("array_element_initializer") {
        let items: Vec<Node<'_>> = pair.items().collect();
        let [key, value] = items.as_slice() else { continue };
        let forced = file.string(*key).as_deref() == Some("bindto");
        if forced && file.string(*value).is_some_and(|v| v.starts_with("0:") || v.starts_with("0.0.0.0:")) {
            cx.report(Finding::new(value.span(), Role::AddressFamily.name(), "connections are forced to IPv4 here"));
        }
    }
    Ok(())
}

fn is_peer(node: Node<'_>) -> bool {
    node.text().contains("REMOTE_ADDR") || node.text().contains("getClientIp")
}

fn called(file: &File, call: Node<'_>) -> Option<&'static str> {
    let arguments = file.arguments(call);
    match file.callee(call)?.as_str() {
        "filter_var" => {
            let flag = arguments.get(2)?.text();
            (flag.contains("FILTER_FLAG_IPV4") && !flag.contains("FILTER_FLAG_IPV6"))
                .then_some("only IPv4 addresses pass this filter")
        }
        "ip2long" => file.string(*arguments.first()?).is_none().then_some("ip2long gives false for an IPv6 address"),
        "in_array" => {
            let list = arguments.get(1)?.text();
            (is_peer(*arguments.first()?) && list.contains("127.0.0.1")).then_some(
                "a local client comes from ::1 over IPv6, and from ::ffff:127.0.0.1 to a dual-stack listener",
            )
        }
        _ => None,
    }
}

/// Whether the code around a check handles IPv6 too, or is about IPv4 by its name.
fn aware(node: Node<'_>) -> bool {
    let function = node.ancestor(&["method_declaration", "function_definition"]);
    let around = match function {
        Some(function) => function.text(),
        None => node.ancestors().find(|n| n.kind().ends_with("statement")).map_or(node.text(), Node::text),
    };
    let named = function.and_then(|f| f.field("name")).map_or("", Node::text).to_ascii_lowercase();
    let lower = around.to_ascii_lowercase();
    named.contains("v4") || lower.contains("flag_ipv6") || around.contains("::1") || lower.contains("inet_pton")
}
