//! # Tell which packages are too old for IPv6
//!
//! ## Why it breaks
//! A library may know IPv4 only, whatever the program does. The table of advisories names packages
//! with the release that knows IPv6 too.
//!
//! ## Examples
//! ```txt reported path=requirements.txt
//! # comment
//! requests==2.31.0
//! pymemcache==3.3.0  # sessions
//! ```
//! ```toml reported path=pyproject.toml
//! [project]
//! dependencies = [
//!     "prometheus_client<0.14",
//! ]
//! ```
//! ```toml reported path=pyproject.toml
//! [tool.poetry.dependencies]
//! python = "^3.11"
//! pymemcache = "3.0.1"
//! ```
//! ```txt unchanged path=requirements-dev.txt
//! pymemcache==3.4.0
//! # pymemcache==3.3.0
//! prometheus-client>=0.13
//! python-binary-memcached
//! pymemcache-extras==1.0
//! ```
//!
//! ## Safety
//! Reported only: which version fits the rest of a project, its tools must say.
//!
//! ## References
//! - PEP 440: Version specifiers; PEP 503: Normalized names
//! - catalog: advisories

use sixify_langs::classify;

use crate::advisories::{self, Advisory};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON_NEEDS],
    anchors: Anchors(&[&["pymemcache"], &["prometheus"], &["memcached"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let mut at = 0;
    for line in doc.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let code = line.split('#').next().unwrap_or_default();
        let Some((name, operator, version)) = requirement(code) else { continue };
        let Some(advisory) = affected(&name, operator, version) else { continue };
        let Some(place) = code.find(version) else { continue };
        let span = Span::new(start + place, start + place + version.len());
        let Advisory { package, fault, fixed_in, sources, .. } = advisory;
        let message = format!("{package} {fault}; it needs at least {fixed_in}");
        cx.report(Finding::new(span, Role::Dependency.name(), message).because_all(sources.iter().cloned()));
    }
    Ok(())
}

/// The normalised name, the operator and the version of `name[extra]==1.2`, also in quotes, and of
/// `name = "1.2"`.
fn requirement(code: &str) -> Option<(String, &str, &str)> {
    let code = code.trim().trim_start_matches(['"', '\'']);
    let end = code.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let name = code[..end].to_ascii_lowercase().replace(['_', '.'], "-");
    let rest = code[end..].trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']')?.1.trim_start() } else { rest };
    let (operator, version) = if let Some(version) = rest.strip_prefix("==") {
        ("==", version)
    } else if let Some(version) = rest.strip_prefix("<=") {
        ("<=", version)
    } else if let Some(version) = rest.strip_prefix('<') {
        ("<", version)
    } else {
        // Poetry's bare version is an exact one.
        ("==", rest.strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?)
    };
    let version = version.trim_start();
    let length = version.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let version = version[..length].trim_end_matches('.');
    (!name.is_empty() && !version.is_empty()).then_some((name, operator, version))
}

/// The advisory that a version, or every version below one, falls under.
fn affected(name: &str, operator: &str, version: &str) -> Option<&'static Advisory> {
    let advisory = advisories::of("pypi", name)?;
    let (from, fixed) = (release(&advisory.affected_from)?, release(&advisory.fixed_in)?);
    let number = release(version)?;
    let below = if operator == "<" { number <= fixed } else { number < fixed };
    (from <= number && below).then_some(advisory)
}

/// The first three numbers of a version; those that are missing are 0 (PEP 440).
fn release(version: &str) -> Option<[u32; 3]> {
    let mut numbers = version.split('.').map(|n| n.parse().ok());
    let mut next = || numbers.next().unwrap_or(Some(0));
    Some([next()?, next()?, next()?])
}
