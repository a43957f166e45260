//! # Split host and port at the colon before the port
//!
//! An address with a port has its port behind the last colon: `[2001:db8::1]:80`. `explode(':')`
//! takes an IPv6 address into many parts.
//!
//! ## Why it breaks
//! `[$host, $port] = explode(':', $address)` gives `[2001` and `db8` for an IPv6 address.
//!
//! ## Examples
//! ```php before
//! <?php
//! [$host, $port] = explode(':', $address);
//! $url = "http://$host:$port/";
//! list($dbHost, $dbPort) = explode(":", $server, 2);
//! $socket = stream_socket_client($dbHost . ':' . $dbPort);
//! ```
//! ```php after unsafe
//! <?php
//! [$host, $port] = preg_split('/:(?=\d*\z)/', $address);
//! $url = "http://$host:$port/";
//! list($dbHost, $dbPort) = preg_split('/:(?=\d*\z)/', $server, 2);
//! $socket = stream_socket_client($dbHost . ':' . $dbPort);
//! ```
//! Where it is not seen whether the host is wanted with its brackets, a person has to look:
//! ```php reported
//! <?php
//! list($host, $port) = explode(':', $server);
//! $memcached->addServer($host, $port);
//! $name = explode(':', $_SERVER['HTTP_HOST'])[0];
//! ```
//! Parts that are kept are for a person to decide:
//! ```php reported
//! <?php
//! $parts = explode(':', $address);
//! connect($parts[0], $parts[1] ?? 80);
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! [$user, $password] = explode(':', $credentials);
//! [$image, $tag] = explode(':', $reference);
//! $mac = explode(':', $macAddress);
//! [$host, $port] = explode(',', $address);
//! if (strstr($address, ':') && substr_count($address, '.') == 3) {
//!     list($address, $port) = explode(':', $address);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for an address with or without a port the parts are today's, as long as the port is a
//! number; that text is an address is taken from its name and those of its parts. The host of an
//! IPv6 address keeps its brackets, as PHP's own functions want it in addresses.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 9.2 PHP-SPLIT

use sixify_langs::php::{self, File};
use sixify_langs::{classify, naming};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::PHP], anchors: Anchors(&[&["explode(':'"], &["explode(\":\""]]), specificity: 0, run };

/// Splits at a colon that has nothing but a number behind it.
const SEPARATOR: &str = r"'/:(?=\d*\z)/'";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = php::file(doc) else { return Ok(()) };
    for call in file.tree.all("function_call_expression") {
        if let Some(finding) = split(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn split(file: &File, call: Node<'_>) -> Option<Finding> {
    let arguments = file.arguments(call);
    let separator = *arguments.first().filter(|_| file.callee(call).as_deref() == Some("explode"))?;
    let text = *arguments.get(1)?;
    if file.string(separator)? != ":" || arguments.get(2).is_some_and(|n| n.text() != "2") {
        return None;
    }
    let called = name(text)?;
    let words = naming::words(&called);
    let other = words.iter().any(|w| matches!(w.as_str(), "mac" | "hw" | "mail" | "email" | "memory"));
    let sure = !other && naming::is_address(&called);
    let around = call.ancestor(&["method_declaration", "function_definition"]).map_or("", Node::text);
    if around.to_ascii_lowercase().contains("ipv6") || around.contains("'['") || around.contains("\"[\"") {
        return None;
    }
    // Only an IPv4 address has three dots.
    let asked = call.ancestor(&["if_statement"]).and_then(|i| i.field("condition")).map_or("", Node::text);
    if asked.contains("substr_count") || asked.contains("FILTER_FLAG_IPV4") {
        return None;
    }
    let finding = Finding::new(
        call.span(),
        Role::Split.name(),
        "the text before a colon is the host only for names and IPv4 addresses",
    )
    .because(format!("{} is called {called}", text.text()));
    let fixed = || {
        let function = call.field("function")?;
        let fix = Fix::new()
            .edit(Edit::replace(function.span(), "preg_split"))
            .edit(Edit::replace(separator.span(), SEPARATOR));
        Some(finding.clone().fix(Applicability::Unsafe, fix))
    };
    let parent = call.parent()?;
    match parent.kind() {
        "assignment_expression" => {
            let left = parent.field("left")?;
            if left.is("variable_name") {
                return sure.then_some(finding);
            }
            let names: Vec<Node<'_>> = left.items().collect();
            let [host, port] = names.as_slice() else { return None };
            let pair = naming::is_host(&name(*host)?) && naming::is_port(&name(*port)?);
            let found = pair || sure && naming::is_port(&name(*port)?);
            found.then(|| if joined_again(call, *host) { fixed() } else { Some(finding.clone()) })?
        }
        "subscript_expression" => {
            let index = parent.items().last()?.text();
            (sure && matches!(index, "0" | "1")).then(|| if index == "1" { fixed() } else { Some(finding.clone()) })?
        }
        _ => None,
    }
}

/// Whether the host goes before a port or into a URL again, where an address has its brackets.
fn joined_again(call: Node<'_>, host: Node<'_>) -> bool {
    let around = call.ancestor(&["method_declaration", "function_definition", "program"]).map_or("", Node::text);
    let host = host.text();
    [format!("{host}:"), format!("{{{host}}}:"), format!("://{host}"), format!("{host} . ':'"), format!("{host}.':'")]
        .iter()
        .any(|text| around.contains(text.as_str()))
}

/// What a value is called.
fn name(value: Node<'_>) -> Option<String> {
    match value.kind() {
        "variable_name" => Some(value.text().trim_start_matches('$').to_owned()),
        "member_access_expression" => Some(value.field("name")?.text().to_owned()),
        "subscript_expression" => Some(value.items().last()?.text().trim_matches(['"', '\'']).to_owned()),
        "array_element_initializer" => name(value.items().last()?),
        _ => None,
    }
}
