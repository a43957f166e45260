//! # Look names and addresses up for both families
//!
//! ## Why it breaks
//! `dns.resolve4` and `dns.lookup` with family 4 give no address for a name that has IPv6 ones alone, and
//! code that takes the addresses of family `IPv4` from `os.networkInterfaces()` finds none on an IPv6-only
//! host. `ipv4first` puts an address that cannot be reached before one that can.
//!
//! ## Examples
//! ```js before
//! const dns = require('dns');
//! dns.lookup(name, 4, done);
//! ```
//! ```js after unsafe
//! const dns = require('dns');
//! dns.lookup(name, done);
//! ```
//! What becomes of the addresses is for a person, and so is an order that somebody has chosen:
//! ```js reported
//! const dns = require('dns');
//! dns.setDefaultResultOrder('ipv4first');
//! ```
//! ```js reported
//! const dns = require('dns').promises;
//! const addresses = await dns.resolve4(name);
//! ```
//! ```js reported
//! const ip = require('ip');
//! console.log(`on your network: http://${ip.address()}:8080`);
//! ```
//! ```js reported
//! const os = require('os');
//! for (const list of Object.values(os.networkInterfaces())) {
//!   for (const iface of list) {
//!     if (iface.family === 'IPv4' && !iface.internal) return iface.address;
//!   }
//! }
//! ```
//! Near-misses: both families, and other things of these names.
//! ```js unchanged
//! const dns = require('dns');
//! const os = require('os');
//! dns.lookup(name, 6, done);
//! dns.lookup(name, { all: true }, done);
//! Promise.all([dns.promises.resolve4(name), dns.promises.resolve6(name)]);
//! table.lookup(key, 4);
//! const found = Object.values(os.networkInterfaces()).flat().filter((i) => i.family === 'IPv4' || i.family === 'IPv6');
//! ```
//!
//! ## Safety
//! Unsafe: code behind the look-up may take an IPv4 address for granted. Everything else is reported;
//! `verbatim` is what Node does by itself since version 17.
//!
//! ## References
//! - Node.js documentation: dns.lookup(), dns.setDefaultResultOrder(), os.networkInterfaces()
//! - evidence: languages, 3.3 JS-DNS4 and JS-IFACE

use sixify_langs::javascript::{self, File};

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["resolve4("],
        &["ipv4first"],
        &["networkInterfaces", "amily"],
        &["lookup(", ", 4"],
        &["ip.address("],
        &["ublic-ip"],
        &["nternal-ip"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();

/// Functions of libraries that give an IPv4 address of this host.
const OWN: &[&str] = &[
    "ip.address",
    "internal-ip.v4",
    "internal-ip.v4.sync",
    "internal-ip.internalIpV4",
    "internal-ip.internalIpV4Sync",
    "public-ip.v4",
    "public-ip.publicIpv4",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        if let Some(finding) = looked_up(&file, call) {
            cx.report(finding);
        }
    }
    if !doc.text.contains("networkInterfaces") {
        return Ok(());
    }
    for comparison in file.tree.all("binary_expression") {
        if let Some(finding) = filtered(&file, comparison) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn looked_up(file: &File, call: Node<'_>) -> Option<Finding> {
    let arguments = file.arguments(call)?;
    if let Some(own) = file.callees(call).iter().find(|c| OWN.contains(&c.path.as_str()) && arguments.is_empty()) {
        let message = "this gives an IPv4 address of the host alone, of which an IPv6-only host has none";
        return Some(Finding::new(call.span(), ROLE, message).because(own.path.clone()));
    }
    match file.called_name(call)? {
        "resolve4" => {
            let both = hosts::function_text(call).contains("resolve6");
            let finding =
                Finding::new(call.span(), ROLE, "resolve4 asks for IPv4 addresses alone; lookup with all gives both");
            (!both).then(|| finding.because("dns.resolve4".to_owned()))
        }
        "setDefaultResultOrder" => {
            let order = file.text_expr(*arguments.first()?)?;
            order.value().filter(|(raw, _)| *raw == "ipv4first")?;
            let message =
                "IPv4 addresses come first, whether they can be reached or not; verbatim is the order of the resolver";
            // Since Node 17 somebody has to choose this, mostly for a server on 127.0.0.1 that is called localhost.
            let finding = Finding::new(call.span(), ROLE, message).because("dns.setDefaultResultOrder".to_owned());
            Some(finding.because("somebody has chosen this order".to_owned()))
        }
        "lookup" => {
            let [_, family, ..] = arguments.as_slice() else { return None };
            let dns = file.callees(call).iter().any(|c| c.path == "dns.lookup" || c.path == "dns.promises.lookup");
            if !dns || family.text() != "4" {
                return None;
            }
            let finding = Finding::new(call.span(), ROLE, "with family 4 no IPv6 address is found")
                .because("dns.lookup".to_owned());
            let edit = hosts::without_comma(*family)?;
            Some(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)))
        }
        _ => None,
    }
}

/// `iface.family === 'IPv4'`.
fn filtered(file: &File, comparison: Node<'_>) -> Option<Finding> {
    let operator = comparison.field("operator")?.text();
    let (left, right) = (comparison.field("left")?, comparison.field("right")?);
    let asked = |n: Node<'_>| hosts::name(n).as_deref() == Some("family");
    let v4 = |n: Node<'_>| file.string(n).as_deref() == Some("IPv4") || n.is("number") && n.text() == "4";
    let matched = asked(left) && v4(right) || asked(right) && v4(left);
    if !matched || !matches!(operator, "==" | "===" | "!=" | "!==") || hosts::function_text(comparison).contains("IPv6")
    {
        return None;
    }
    // `typeof family === 'string' && family === 'IPv4' || family === 4` is one question.
    let before =
        comparison.ancestors().take_while(|a| a.is_any(&["binary_expression", "parenthesized_expression"])).last();
    let first = before.is_none_or(|whole| {
        let again = whole.descendants().find(|n| n.is("binary_expression") && n.field("left").is_some_and(asked));
        again.is_none_or(|n| n == comparison || whole == comparison)
    });
    if !first {
        return None;
    }
    let message = "only the IPv4 addresses of the interfaces are taken, of which an IPv6-only host has none; take an IPv4 \
                   address where there is one and else the first IPv6 one that is neither internal nor link-local";
    Some(
        Finding::new(comparison.span(), ROLE, message)
            .because("the family of an address of os.networkInterfaces()".to_owned()),
    )
}
