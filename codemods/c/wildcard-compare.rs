//! # Compare with the IPv6 wildcard and loopback addresses, too
//!
//! ## Why it breaks
//! `strcmp(host, "0.0.0.0") == 0` asks whether a server listens everywhere, and `127.0.0.1` whether a peer
//! is on the same host. The IPv6 addresses that mean the same are not known to it.
//!
//! ## Examples
//! ```c before
//! int everywhere(const char *host) {
//!     return strcmp(host, "0.0.0.0") == 0;
//! }
//! ```
//! ```c after unsafe
//! int everywhere(const char *host) {
//!     return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
//! }
//! ```
//! ```c before
//! int local(struct config *config, int known) {
//!     if (known && !strcmp(config->host, "127.0.0.1"))
//!         return 1;
//!     return strcmp(config->host, "0.0.0.0") != 0;
//! }
//! ```
//! ```c after unsafe
//! int local(struct config *config, int known) {
//!     if (known && (!strcmp(config->host, "127.0.0.1") || !strcmp(config->host, "::1")))
//!         return 1;
//!     return strcmp(config->host, "0.0.0.0") != 0 && strcmp(config->host, "::") != 0;
//! }
//! ```
//! ```cpp before
//! bool everywhere(const std::string& host) {
//!   return host == "0.0.0.0";
//! }
//! ```
//! ```cpp after unsafe
//! bool everywhere(const std::string& host) {
//!   return host == "0.0.0.0" || host == "::";
//! }
//! ```
//! ```c unchanged
//! int all(const char *host, const char *version) {
//!     return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0 || strcmp(version, "0.0.0.0") == 0;
//! }
//! ```
//!
//! Four numbers are all that passes here:
//! ```cpp unchanged
//! void own(std::string host) {
//!   int a, b, c, d;
//!   bool numbers = sscanf(host.c_str(), "%d.%d.%d.%d", &a, &b, &c, &d) == 4;
//!   if (!numbers || host == "127.0.0.1")
//!     host = "";
//! }
//! ```
//!
//! ## Safety
//! Unsafe: for every text but the IPv6 address the answer stays what it was. But whom a service
//! trusts is for people to decide.
//!
//! ## References
//! - evidence: languages, 1.6

use sixify_langs::c::{self, last_name};
use sixify_langs::{classify, naming};

use crate::host_port::repeatable;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::C, classify::CPP],
    anchors: Anchors(&[
        &["\"0.0.0.0\"", "strcmp"],
        &["\"127.0.0.1\"", "strcmp"],
        &["== \"0.0.0.0\""],
        &["== \"127.0.0.1\""],
        &["!= \"0.0.0.0\""],
        &["!= \"127.0.0.1\""],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = c::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let known = |n: Node<'_>| match file.literal(n) {
        Some("0.0.0.0") => Some("::"),
        Some("127.0.0.1") => Some("::1"),
        _ => None,
    };
    for literal in file.tree.all("string_literal") {
        let Some(six) = known(literal) else { continue };
        let Some((whole, other, equal)) = comparison(literal) else { continue };
        let named = last_name(other).is_some_and(naming::is_host);
        let around = file.function(whole).map_or("", Node::text);
        // A test beside the code expects what it has put there.
        let signature = around.split('{').next().unwrap_or("");
        let test = naming::words(signature).iter().any(|word| word.starts_with("test"));
        if !named
            || test
            || around.contains("::1\"")
            || around.contains("\"::\"")
            || around.contains("\"[::]\"")
            || around.contains("AF_INET6")
            || around.to_ascii_lowercase().contains("ipv4")
            || four_numbers(literal)
        {
            continue;
        }
        let finding = Finding::new(
            whole.span(),
            Role::Compare.name(),
            format!("the IPv6 address that means the same as {} is {six}", literal.text()),
        )
        .because(format!("{} is called a host", other.text()));
        if !repeatable(other) {
            cx.report(finding);
            continue;
        }
        let (before, behind) = (Span::new(whole.start(), literal.start()), Span::new(literal.end(), whole.end()));
        let again = format!("{}\"{six}\"{}", before.text(&doc.text), behind.text(&doc.text));
        let word = if equal { "||" } else { "&&" };
        let added = format!(" {word} {again}");
        let chained = whole.parent().filter(|p| p.is("parenthesized_expression")).unwrap_or(whole);
        let fix = if let Some(step) = step(chained, word, &doc.text) {
            // One more of the same, as the others are written.
            let again = if chained == whole { again } else { format!("({again})") };
            Fix::new().edit(Edit::insert(chained.end(), format!("{step}{again}")))
        } else if stands_alone(whole, word) {
            Fix::new().edit(Edit::insert(whole.end(), added))
        } else {
            Fix::new().edits(Edit::wrap(whole.span(), "(", format!("{added})")))
        };
        cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    Ok(())
}

/// Whether the function around takes addresses for four numbers: another text never passes there.
fn four_numbers(literal: Node<'_>) -> bool {
    const WAYS: &[&str] = &["%d.%d.%d.%d", "%u.%u.%u.%u", "inet_aton", "inet_addr(", "inet_ntoa", "INADDR_"];
    let blocks = literal.ancestors().filter(|n| n.is_any(&["compound_statement", "function_definition"])).take(3);
    blocks.into_iter().any(|block| block.text().len() < 4000 && WAYS.iter().any(|way| block.text().contains(way)))
}

/// The comparison that a literal stands in, what it is compared with, and whether it holds for
/// equal texts.
fn comparison(literal: Node<'_>) -> Option<(Node<'_>, Node<'_>, bool)> {
    let parent = literal.parent()?;
    if parent.is("binary_expression") {
        let equal = match parent.field("operator")?.text() {
            "==" => true,
            "!=" => false,
            _ => return None,
        };
        let other = parent.items().find(|n| *n != literal)?;
        return Some((parent, other, equal));
    }
    let call = c::call(parent.parent()?).filter(|c| ["strcmp", "strcasecmp"].contains(&c.name))?;
    let other = call.arguments.iter().copied().find(|n| *n != literal)?;
    let around = call.node.parent()?;
    if around.is("unary_expression") && around.text().starts_with('!') {
        return Some((around, other, true));
    }
    let zero = around.is("binary_expression") && around.items().any(|n| n.text() == "0");
    match around.field("operator").map(Node::text) {
        Some("==") if zero => Some((around, other, true)),
        Some("!=") if zero => Some((around, other, false)),
        _ => None,
    }
}

/// What stands between the conditions of a chain that one belongs to: `" ||\n    "`.
fn step<'t>(condition: Node<'_>, word: &str, text: &'t str) -> Option<&'t str> {
    let parent = condition.parent().filter(|p| p.is("binary_expression"))?;
    let (left, right) = (parent.field("left")?, parent.field("right")?);
    text.get(left.end()..right.start()).filter(|step| step.trim() == word)
}

/// Whether another condition may follow without parentheses.
fn stands_alone(node: Node<'_>, word: &str) -> bool {
    let Some(parent) = node.parent() else { return false };
    if parent.is("binary_expression") {
        return parent.field("operator").is_some_and(|o| o.text() == word);
    }
    parent.is_any(&[
        "parenthesized_expression",
        "return_statement",
        "init_declarator",
        "argument_list",
        "condition_clause",
    ])
}
