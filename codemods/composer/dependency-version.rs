//! # Ask for packages that can do IPv6
//!
//! Versions of Composer packages that connect over IPv4 alone, and the version in which that was
//! mended.
//!
//! ## Why it breaks
//! No code of the program itself is wrong: the library makes its sockets for IPv4. Only another
//! version of it helps.
//!
//! ## Examples
//! Within the same major version the version is lifted, where no lock file says another one:
//! ```json before path=composer.json
//! {
//!     "require": {
//!         "php": ">=8.1",
//!         "php-amqplib/php-amqplib": "3.5.0"
//!     },
//!     "require-dev": {
//!         "react/socket": "~1.3.0"
//!     }
//! }
//! ```
//! ```json after unsafe path=composer.json
//! {
//!     "require": {
//!         "php": ">=8.1",
//!         "php-amqplib/php-amqplib": "3.6.1"
//!     },
//!     "require-dev": {
//!         "react/socket": "~1.4.0"
//!     }
//! }
//! ```
//! Where the range is not a simple one, a person decides:
//! ```json reported path=composer.json
//! {
//!     "require": {
//!         "php-amqplib/php-amqplib": ">=3.2 <4"
//!     }
//! }
//! ```
//! Near-misses:
//! ```json unchanged path=composer.json
//! {
//!     "name": "react/socket",
//!     "require": {
//!         "react/socket": "^1.15",
//!         "php-amqplib/php-amqplib": "dev-master"
//!     },
//!     "suggest": {
//!         "php-amqplib/php-amqplib": "3.0.0"
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: another version may change more than this.
//!
//! ## References
//! - Composer documentation: Versions and constraints
//! - catalog: advisories

use sixify_langs::classify;
use sixify_langs::json::Json;

use crate::npm_packages::{Version, lowest, too_old};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JSON],
    anchors: Anchors(&[&["require", "php-amqplib/"], &["require", "react/socket"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if doc.file_name() != "composer.json" {
        return Ok(());
    }
    for value in &Json::of(doc).strings {
        let keys: Vec<&str> = value.keys().collect();
        let [table, package] = keys.as_slice() else { continue };
        if !matches!(*table, "require" | "require-dev") || value.path.len() != 2 {
            continue;
        }
        if let Some(finding) = too_old("packagist", package, value, locked(doc, cx, package)) {
            cx.report(finding);
        }
    }
    Ok(())
}

/// The version that the lock file beside a manifest has.
fn locked(doc: &Document, cx: &Context<'_>, package: &str) -> Option<Version> {
    let lock = cx.project().nearest(&doc.path, &|name| name == "composer.lock")?;
    let text = cx.project().text(&lock)?;
    let behind = text.split_once(&format!("\"name\": \"{package}\","))?.1;
    let version = behind.split_once("\"version\": \"")?.1;
    lowest(version.split('"').next()?)
}
