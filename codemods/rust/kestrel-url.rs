//! # Let ASP.NET Core that a Rust program starts listen on both families
//!
//! ## Why it breaks
//! A program that starts ASP.NET Core with `--urls http://0.0.0.0:8080` makes it listen on IPv4
//! alone. `http://*:8080` listens on both families, and on IPv4 where there is no IPv6.
//!
//! ## Examples
//! ```rust before
//! fn command(path: &str) -> String {
//!     let mut command = format!("cd {path}; ./app");
//!     command.push_str(" --urls http://0.0.0.0:$PORT");
//!     command
//! }
//! ```
//! ```rust after unsafe
//! fn command(path: &str) -> String {
//!     let mut command = format!("cd {path}; ./app");
//!     command.push_str(" --urls http://*:$PORT");
//!     command
//! }
//! ```
//! ```rust unchanged
//! fn others() -> [&'static str; 3] {
//!     ["curl http://0.0.0.0:8080", "--urls http://10.0.0.0:80", "--urls-file http://0.0.0.0:80"]
//! }
//! ```
//!
//! ## Safety
//! Unsafe: this rests on the source of Kestrel, and a shell may take the asterisk for a pattern where
//! a file of such a name is there.
//!
//! ## References
//! - ASP.NET Core documentation: URL prefixes of Kestrel; source, AddressBinder.cs
//! - evidence: languages, 1.3

use sixify_langs::address::{self, AddressClass};
use sixify_langs::{classify, rust};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::RUST], anchors: Anchors(&[&["--urls", "//0.0.0.0"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = rust::file(doc).filter(|_| Policy::of(cx.options()).listeners()) else { return Ok(()) };
    for node in file.tree.all("string_literal").chain(file.tree.all("raw_string_literal")) {
        let Some((text, span)) = file.string(node) else { continue };
        let wildcards = address::addresses(text).into_iter().filter(|a| a.class == AddressClass::Wildcard);
        for host in wildcards.map(|a| a.span) {
            let before = text.get(..host.start).unwrap_or_default();
            let url = before.strip_suffix("http://").or_else(|| before.strip_suffix("https://"));
            if !url.is_some_and(|b| b.ends_with("--urls ") || b.ends_with("--urls=")) || file.is_test(node) {
                continue;
            }
            let place = host.shift(span.start);
            let finding = Finding::new(place, Role::BindUrl.name(), "this makes Kestrel listen on IPv4 alone");
            let fix = Fix::new().edit(Edit::replace(place, "*"));
            cx.report(finding.because("--urls is an option of ASP.NET Core").fix(Applicability::Unsafe, fix));
        }
    }
    Ok(())
}
