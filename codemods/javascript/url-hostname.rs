//! # Dial the host of a URL without its brackets
//!
//! ## Why it breaks
//! `new URL('http://[::1]:80/').hostname` is `[::1]`. As a host to dial that is looked up as a name:
//! `getaddrinfo ENOTFOUND [::1]`.
//!
//! ## Examples
//! ```js before
//! const http = require('http');
//! const target = new URL(process.env.TARGET);
//! http.request({ hostname: target.hostname, port: target.port, path: target.pathname });
//! http.get(target);
//! ```
//! ```js after unsafe
//! const http = require('http');
//! const target = new URL(process.env.TARGET);
//! http.request({ hostname: target.hostname.replace(/^\[|\]$/g, ''), port: target.port, path: target.pathname });
//! http.get(target);
//! ```
//! Near-misses: the legacy parser has no brackets, and a URL as a whole is taken apart by Node.
//! ```js unchanged
//! const http = require('http');
//! const url = require('url');
//! const target = url.parse(process.env.TARGET);
//! http.request({ hostname: target.hostname, port: target.port });
//! http.get(new URL(process.env.TARGET));
//! const shown = { host: new URL(process.env.TARGET).hostname };
//! ```
//!
//! ## Safety
//! Unsafe. For names and IPv4 addresses nothing changes; the name in the certificate of an IPv6 address is not
//! checked here.
//!
//! ## References
//! - WHATWG URL, 4.5: the host serializer
//! - evidence: languages, 1.8 and 3.2

use sixify_langs::javascript::{self, File};
use sixify_langs::origin::Origin;

use crate::javascript_hosts as hosts;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: javascript::KINDS,
    anchors: Anchors(&[
        &["new URL(", ".hostname", ".request("],
        &["new URL(", ".hostname", ".connect("],
        &["new URL(", ".hostname", "onnection("],
        &["new URL(", ".hostname", "http.get("],
        &["new URL(", ".hostname", "https.get("],
    ]),
    specificity: 0,
    run,
};

/// Functions whose options have the host to dial.
const DIALS: &[&str] = &[
    "http.request",
    "http.get",
    "https.request",
    "https.get",
    "net.connect",
    "net.createConnection",
    "tls.connect",
    "http2.connect",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = hosts::file(doc) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let callees = file.callees(call);
        if callees.is_empty() || !callees.iter().all(|c| DIALS.contains(&c.path.as_str())) {
            continue;
        }
        for host in dialled(&file, call) {
            let message =
                "the hostname of a URL keeps the brackets of an IPv6 address, with which it is looked up as a name";
            let finding = Finding::new(host.span(), Role::DialAddress.name(), message)
                .because("host in the options of what dials".to_owned());
            let edit = Edit::insert(host.end(), r".replace(/^\[|\]$/g, '')");
            cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
        }
    }
    Ok(())
}

/// The expressions that give a call the host of a URL.
fn dialled<'a>(file: &'a File, call: Node<'a>) -> Vec<Node<'a>> {
    let of_url = |n: &Node<'_>| {
        let origins = file.origins(*n);
        let url = |o: &Origin| matches!(o.path.as_str(), "globalThis.URL#hostname" | "url.URL#hostname");
        n.is("member_expression") && !origins.is_empty() && origins.iter().all(url)
    };
    let arguments = file.arguments(call).unwrap_or_default();
    let options = arguments.iter().filter_map(|a| file.object(*a)).flat_map(|options| {
        ["host", "hostname"].into_iter().filter_map(move |key| file.property(options.node, key)).map(|p| p.value)
    });
    options.filter(of_url).collect()
}
