//! # Find code that takes IPv4 addresses only
//!
//! ## Why it breaks
//! Code that looks for an `Inet4Address` finds none on an IPv6-only host, a cast to it fails with a
//! `ClassCastException`, and a pattern of four numbers refuses IPv6 addresses.
//!
//! ## Examples
//! A cast that nothing needs goes:
//! ```java before
//! import java.net.Inet4Address;
//! import java.net.InetAddress;
//!
//! class Local {
//!     String address() throws Exception {
//!         Inet4Address local = (Inet4Address) InetAddress.getLocalHost();
//!         return local.getHostAddress();
//!     }
//! }
//! ```
//! ```java after unsafe
//! import java.net.InetAddress;
//!
//! class Local {
//!     String address() throws Exception {
//!         InetAddress local = InetAddress.getLocalHost();
//!         return local.getHostAddress();
//!     }
//! }
//! ```
//! Reported: filters, patterns, lengths.
//! ```java reported
//! import java.net.Inet4Address;
//!
//! class Local {
//!     InetAddress find(NetworkInterface network) {
//!         for (InetAddress address : Collections.list(network.getInetAddresses())) {
//!             if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
//!                 return address;
//!             }
//!         }
//!         return null;
//!     }
//! }
//! ```
//! ```java reported
//! class Check {
//!     static final Pattern ADDRESS = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
//! }
//! ```
//! ```kotlin reported
//! import java.net.Inet4Address
//!
//! fun find(addresses: List<InetAddress>) = addresses.firstOrNull { it is Inet4Address && !it.isLoopbackAddress }
//! ```
//! ```scala reported
//! import java.net.Inet4Address
//!
//! object Local {
//!   def find(addresses: Seq[InetAddress]) = addresses.collectFirst { case a: Inet4Address => a }
//! }
//! ```
//! Left alone: code that handles both families.
//! ```java unchanged
//! import java.net.Inet4Address;
//! import java.net.Inet6Address;
//!
//! class Local {
//!     String text(InetAddress address) {
//!         if (address instanceof Inet6Address) {
//!             return "[" + address.getHostAddress() + "]";
//!         }
//!         return address instanceof Inet4Address ? address.getHostAddress() : "";
//!     }
//!
//!     int size(InetAddress address) {
//!         return address instanceof Inet4Address ? 4 : 16;
//!     }
//!
//!     String redacted(InetAddress address) {
//!         if (address instanceof Inet4Address) {
//!             Inet4Address v4 = (Inet4Address) address;
//!             return v4.isLoopbackAddress() ? "local" : "x.x.x.x";
//!         } else if (address instanceof Inet6Address) {
//!             return "x:x";
//!         }
//!         return "";
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: a name that has an IPv4 address still gives that one first. What to take instead of an
//! IPv4 address is a person's decision, so filters are reported.
//!
//! ## References
//! - evidence: languages, Java JV-CAST4

use sixify_langs::classify;
use sixify_langs::java::{self, File};

use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[&["Inet4Address"], &["{1,3}", "\\\\."], &["25[0-5]"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    if doc.text.contains("Inet4Address") {
        declarations(&file, cx);
        filters(&file, cx);
    }
    patterns(&file, cx);
    Ok(())
}

/// `Inet4Address a = (Inet4Address) …`, where `a` is only asked what every address can tell.
fn declarations(file: &File, cx: &mut Context<'_>) {
    for cast in file.tree.all("cast_expression").filter(|c| c.field("type").is_some_and(|t| t.text() == "Inet4Address"))
    {
        if cast.field("value").is_some_and(|value| asked_before(cast, value)) {
            continue;
        }
        let message = "the cast fails for an IPv6 address";
        let finding = Finding::new(cast.span(), Role::AddressFamily.name(), message);
        cx.report(match uncast(file, cast) {
            Some(fix) => {
                finding.because("nothing that only an Inet4Address has is used").fix(Applicability::Unsafe, fix)
            }
            None if handles_both(cast) => continue,
            None => finding,
        });
    }
}

/// Whether code is reached only for an IPv4 address: `if (a instanceof Inet4Address)`.
fn asked_before(cast: Node<'_>, value: Node<'_>) -> bool {
    let question = format!("{} instanceof Inet4Address", value.text());
    let kinds = ["if_statement", "ternary_expression", "while_statement"];
    cast.ancestors().filter(|n| n.is_any(&kinds)).any(|n| {
        let asked = n.field("condition").is_some_and(|c| c.text().contains(&question));
        let reached = n.field("consequence").or(n.field("body")).is_some_and(|c| c.holds(cast));
        asked && reached
    })
}

fn uncast(file: &File, cast: Node<'_>) -> Option<Fix> {
    let value = cast.field("value")?;
    let declarator = cast.parent().filter(|p| p.is("variable_declarator"))?;
    let declaration = declarator.parent().filter(|p| p.is("local_variable_declaration"))?;
    let ty = declaration.field("type").filter(|t| t.text() == "Inet4Address")?;
    let known = file.type_of(value).is_some_and(|ty| ty == "InetAddress");
    let (decl, scope) = file.names.declared_by(declarator.field("name")?)?;
    // Handed on, it may be taken as an Inet4Address elsewhere.
    let asked = |n: &Node<'_>| {
        let holder = n.parent();
        holder.is_some_and(|h| h.is("method_invocation") && h.field("object") == Some(*n))
    };
    let uses = file.names.uses(&decl, scope);
    (known && declaration.items().filter(|n| n.is("variable_declarator")).count() == 1 && uses.iter().all(asked)).then(
        || {
            Fix::new()
                .edit(Edit::replace(ty.span(), "InetAddress"))
                .edit(Edit::delete(sixify_core::Span::new(cast.start(), value.start())))
                .need(Need::Import {
                    module: "java.net".to_owned(),
                    member: Some("InetAddress".to_owned()),
                    local: "InetAddress".to_owned(),
                })
        },
    )
}

/// Tests of the family that let only IPv4 addresses through.
fn filters(file: &File, cx: &mut Context<'_>) {
    let named = |n: Node<'_>| n.text().trim_end_matches('?') == "Inet4Address";
    let kinds = [
        "instanceof_expression",
        "is_expression",
        "as_expression",
        "typed_pattern",
        "generic_function",
        "class_literal",
        "callable_reference",
    ];
    for node in kinds.iter().flat_map(|kind| file.tree.all(kind)) {
        let tests = match node.kind() {
            "instanceof_expression" | "is_expression" | "as_expression" => node.field("right").is_some_and(named),
            "typed_pattern" => node.field("type").is_some_and(named),
            "generic_function" => node.field("type_arguments").is_some_and(|t| t.items().any(named)),
            _ => node.text().contains("Inet4Address"),
        };
        if !tests || handles_both(node) {
            continue;
        }
        let message = "only IPv4 addresses pass; on an IPv6-only host there is none";
        cx.report(Finding::new(node.span(), Role::AddressFamily.name(), message));
    }
}

/// Whether the function around it, or the other branch of a choice, handles other addresses.
fn handles_both(node: Node<'_>) -> bool {
    if node.ancestors().take(3).any(|n| n.is("ternary_expression")) {
        return true;
    }
    let kinds = [
        "method_declaration",
        "constructor_declaration",
        "function_declaration",
        "function_definition",
        "val_definition",
    ];
    let around = node.ancestor(&kinds).map_or("", Node::text);
    around.contains("Inet6Address") || around.to_ascii_lowercase().contains("ipv6")
}

/// Regular expressions of four numbers.
fn patterns(file: &File, cx: &mut Context<'_>) {
    let kinds = ["string_literal", "multiline_string_literal", "string"];
    for node in kinds.iter().flat_map(|kind| file.tree.all(kind)) {
        let text = node.text();
        let numbers = text.matches("{1,3}").count() >= 2 || text.contains("25[0-5]");
        let dots = text.matches("\\.").count() >= 1 || text.matches("[.]").count() >= 1;
        let repeated = text.matches("\\.").count() >= 3 || text.contains("{3}");
        if numbers && dots && repeated && !text.contains(":") {
            let message = "the pattern takes IPv4 addresses only";
            cx.report(Finding::new(node.span(), Role::AddressFamily.name(), message));
        }
    }
}
