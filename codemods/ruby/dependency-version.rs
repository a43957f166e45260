//! # Tell which gems are too old for IPv6
//!
//! ## Why it breaks
//! A library may know IPv4 only, or take an IPv6 address apart at its first colon, whatever the
//! program does. The table of advisories names gems with the release that knows IPv6 too.
//!
//! ## Examples
//! ```rb reported path=Gemfile
//! source "https://gems.example"
//!
//! gem "rails", "~> 7.0"
//! gem "redis", "~> 4.5.1"
//! ```
//! ```rb reported path=shop.gemspec
//! Gem::Specification.new do |spec|
//!   spec.add_dependency 'dalli', '>= 2.0', '< 2.7'
//! end
//! ```
//! ```rb unchanged path=Gemfile
//! gem "redis", "~> 4.5"
//! gem "redis", ">= 4.0", require: "redis"
//! gem "dalli"
//! gem "bunny", "2.4.0"
//! gem "redis-store", "1.0.0"
//! ```
//!
//! ## Safety
//! Reported only: which version fits the rest of a project, its tools must say.
//!
//! ## References
//! - RubyGems guides: Patterns, Declaring dependencies
//! - catalog: advisories

use sixify_langs::classify;
use sixify_langs::ruby::{self, File};

use crate::advisories::{self, Advisory};
use crate::npm_packages::{Version, lowest};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::RUBY],
    anchors: Anchors(&[
        &["gem ", "redis"],
        &["gem ", "dalli"],
        &["gem ", "bunny"],
        &["_dependency", "redis"],
        &["_dependency", "dalli"],
        &["_dependency", "bunny"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = ruby::file(doc) else { return Ok(()) };
    let manifest = doc.file_name() == "Gemfile" || doc.path.ends_with(".gemspec");
    for call in file.tree.all("call").filter(|_| manifest) {
        if let Some(finding) = too_old(&file, call) {
            cx.report(finding);
        }
    }
    Ok(())
}

fn too_old(file: &File, call: Node<'_>) -> Option<Finding> {
    let asks = matches!(
        call.field("method")?.text(),
        "gem" | "add_dependency" | "add_runtime_dependency" | "add_development_dependency"
    );
    let package = file.string(file.argument(call, 0)?).filter(|_| asks)?;
    let requirements = (1..4).map_while(|at| file.argument(call, at));
    let (place, advisory) = requirements.into_iter().find_map(|place| {
        let text = file.string(place)?;
        let mut advisories = advisories::all_of("rubygems", &package);
        Some((place, advisories.find(|a| shut_out(&text, a))?))
    })?;
    let Advisory { package, fault, fixed_in, sources, .. } = advisory;
    let message = format!("{package} {fault}; it needs at least {fixed_in}");
    Some(Finding::new(place.span(), Role::Dependency.name(), message).because_all(sources.iter().cloned()))
}

/// Whether a requirement leaves out the version without the fault, and is about versions that it is
/// an update for.
fn shut_out(requirement: &str, advisory: &Advisory) -> bool {
    let digits = requirement.trim_start_matches(|c: char| !c.is_ascii_digit());
    let operator = requirement.get(..requirement.len() - digits.len()).unwrap_or_default().trim();
    let (Some(version), Some(from), Some(fixed)) =
        (lowest(digits.trim()), lowest(&advisory.affected_from), lowest(&advisory.fixed_in))
    else {
        return false;
    };
    let below: Version = match operator {
        "" | "=" | "<=" => (version.0, version.1, version.2 + 1),
        "<" => version,
        // The last number that is written may rise.
        "~>" => match digits.split('.').count() {
            1 | 2 => (version.0 + 1, 0, 0),
            _ => (version.0, version.1 + 1, 0),
        },
        _ => return false,
    };
    below > from && below <= fixed
}
