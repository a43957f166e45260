//! # Tell which modules are too old for IPv6
//!
//! ## Why it breaks
//! A library may know IPv4 only, whatever the program does. The table of advisories names modules
//! with the release that knows IPv6 too.
//!
//! ## Examples
//! ```go-mod reported path=go.mod
//! module example.com/app
//!
//! go 1.22
//!
//! require (
//! 	github.com/beevik/ntp v1.2.0
//! 	github.com/google/uuid v1.6.0
//! )
//! ```
//! ```go-mod unchanged path=go.mod
//! module example.com/app
//!
//! go 1.22
//!
//! require github.com/beevik/ntp v1.3.0
//!
//! require (
//! 	github.com/beevik/ntp/v9 v1.2.0
//! 	// github.com/beevik/ntp v1.2.0
//! )
//! ```
//!
//! ## Safety
//! Reported only: with the version, `go.sum` and perhaps other versions change, which is the work of
//! `go get`.
//!
//! ## References
//! - Go Modules Reference, go.mod files: require
//! - catalog: advisories

use sixify_langs::classify;

use crate::advisories::{self, Advisory};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO_MOD], anchors: Anchors(&[&["github.com/"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let mut at = 0;
    let mut block = false;
    for line in doc.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let code = line.split("//").next().unwrap_or_default().trim();
        if code.starts_with("require (") || code == "require(" {
            block = true;
        } else if code == ")" {
            block = false;
        }
        let requirement = if block { Some(code) } else { code.strip_prefix("require ") };
        let Some((module, version)) = requirement.and_then(|r| r.trim().split_once(' ')) else { continue };
        let Some(advisory) = affected(module, version.trim()) else { continue };
        let Some(place) = line.find(version.trim()) else { continue };
        let span = Span::new(start + place, start + place + version.trim().len());
        let Advisory { package, fault, fixed_in, sources, .. } = advisory;
        let message = format!("{package} {fault}; run: go get {package}@{fixed_in}");
        cx.report(Finding::new(span, Role::Dependency.name(), message).because_all(sources.iter().cloned()));
    }
    Ok(())
}

/// The advisory that a version of a module falls under.
fn affected(module: &str, version: &str) -> Option<&'static Advisory> {
    let number = release(version)?;
    let advisory = advisories::of("go", module)?;
    let range = release(&advisory.affected_from).zip(release(&advisory.fixed_in));
    range.is_some_and(|(from, fixed)| from <= number && number < fixed).then_some(advisory)
}

/// The three numbers of a version of a module; what is behind them does not matter here: a version
/// between two releases has the numbers of the next one.
fn release(version: &str) -> Option<[u32; 3]> {
    let rest = version.strip_prefix('v')?;
    let rest = rest.split(['-', '+']).next()?;
    let mut numbers = rest.split('.').map(|n| n.parse().ok());
    let release = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(release)
}
