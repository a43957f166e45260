//! # Tell checks that let IPv4 addresses pass alone
//!
//! ## Why it breaks
//! `net.isIPv4`, a pattern of four numbers and a validator that is told `v4` refuse every IPv6 address that
//! somebody enters or configures.
//!
//! ## Examples
//! ```js reported
//! const net = require('net');
//! function check(host) {
//!   if (!net.isIPv4(host)) throw new Error('not an address');
//! }
//! ```
//! ```ts reported
//! const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;
//! ```
//! ```js reported
//! const Visit = sequelize.define('visit', { ip: { type: DataTypes.STRING(15) } });
//! ```
//! ```ts reported
//! const schema = z.object({ bind: z.string().ip({ version: 'v4' }) });
//! ```
//! Near-misses: both families are asked for, the pattern is of something else.
//! ```js unchanged
//! const net = require('net');
//! const is = (host) => net.isIPv4(host) || net.isIPv6(host);
//! const version = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/;
//! const ip = net.isIP(host);
//! const code = table.string('code', 15);
//! ```
//!
//! ## Safety
//! Reported only: what is right depends on what becomes of the address.
//!
//! ## References
//! - Node.js documentation: net.isIP()
//! - evidence: languages, 3.3 JS-ISIPV4

use sixify_langs::javascript::{self, File};
use sixify_langs::naming;

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["isIPv4("],
        &["isV4Format("],
        &["(15)"],
        &["', 15)"],
        &["{1,3}"],
        &["25[0-5]"],
        &["ersion: 'v4'"],
        &["ersion: \"v4\""],
        &["ersion: 'ipv4'"],
        &["ersion: \"ipv4\""],
        &["ersion: ['ipv4'"],
        &["ersion: [\"ipv4\""],
        &[".ipv4("],
        &["isIP(", ", 4"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Compare.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        if let Some(what) = checked(&file, call) {
            let message =
                "only IPv4 addresses pass this check; net.isIP and validators without a version take both families";
            cx.report(Finding::new(call.span(), ROLE, message).because(what));
        }
    }
    // A file that has a pattern for IPv6 too is about addresses of both kinds.
    if doc.text.contains("IPv6") || doc.text.contains("ipv6") || doc.text.contains("[0-9a-fA-F]{1,4}") {
        return Ok(());
    }
    for pattern in file.tree.all("regex_pattern") {
        if is_address(pattern.text()) {
            let message = "this pattern is that of an IPv4 address; an IPv6 one never matches";
            cx.report(Finding::new(pattern.span(), ROLE, message).because("four numbers with dots".to_owned()));
        }
    }
    Ok(())
}

fn checked(file: &File, call: Node<'_>) -> Option<String> {
    let called = file.called_name(call)?;
    let around = hosts::function_text(call);
    let arguments = file.arguments(call)?;
    match called {
        "isIPv4" | "isV4Format" => {
            let both =
                ["isIPv6", "isIP(", "IPv6", "isV6Format", "isLocal", "::"].iter().any(|word| around.contains(word));
            // Whether it is one may be asked for its own sake.
            let kept = call.parent().is_some_and(|p| p.is_any(&["variable_declarator", "pair", "return_statement"]));
            (!both && !kept).then(|| "isIPv4".to_owned())
        }
        "isIP" => (arguments.get(1)?.text() == "4").then(|| "isIP with version 4".to_owned()),
        "ipv4" => {
            arguments.is_empty().then(|| "a schema of IPv4 addresses".to_owned()).filter(|_| !around.contains("ipv6"))
        }
        "STRING" | "VARCHAR" | "varchar" | "string" | "char" | "CHAR" if !call.is("new_expression") => {
            column(file, call, &arguments)
        }
        "ip" => {
            let options = file.object(*arguments.first()?)?;
            let version = file.property(options.node, "version")?.value;
            let v4 = version.text().contains("v4") && !version.text().contains("v6");
            v4.then(|| "a validator with a version".to_owned())
        }
        _ => None,
    }
}

/// A column of fifteen characters, which is what the longest IPv4 address has.
fn column(file: &File, call: Node<'_>, arguments: &[Node<'_>]) -> Option<String> {
    let name = match arguments {
        [length] if length.text() == "15" => {
            let pairs = call.ancestors().filter(|a| a.is("pair")).take(2);
            pairs.filter_map(|p| hosts::name(p.field("key")?)).find(|key| is_ip(key))?
        }
        [name, length] if length.text() == "15" => file.string(*name)?,
        _ => return None,
    };
    is_ip(&name).then(|| format!("{name} has room for an IPv4 address; the longest IPv6 one has 45 characters"))
}

fn is_ip(name: &str) -> bool {
    naming::words(name).iter().any(|w| matches!(w.as_str(), "ip" | "ipaddr" | "ipaddress" | "address" | "addr"))
}

/// Whether a pattern is that of four numbers with dots between them.
fn is_address(pattern: &str) -> bool {
    // An address of mail may have one in brackets.
    if pattern.contains('@') {
        return false;
    }
    let number = pattern.matches("{1,3}").count() + pattern.matches("25[0-5]").count();
    let dots = pattern.matches("\\.").count() + pattern.matches("[.]").count();
    let repeated = pattern.contains("{3}") || pattern.contains("){4}") || pattern.contains("){3,3}");
    number >= 4 && dots >= 3 || number >= 1 && dots >= 1 && repeated
}
