//! # Ask for packages that can do IPv6
//!
//! Versions of npm packages that connect over IPv4 alone, or cannot read an IPv6 address, and the version
//! in which that was mended.
//!
//! ## Why it breaks
//! No code of the program itself is wrong: the library looks a name up over IPv4 alone, or takes
//! `[::1]:9092` apart at its first colon. Only another version of it helps.
//!
//! ## Examples
//! Within the same major version the version is lifted:
//! ```json before path=package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.3",
//!     "ioredis": "5.3.2"
//!   },
//!   "devDependencies": {
//!     "axios": "~1.6.0"
//!   }
//! }
//! ```
//! ```json after unsafe path=package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.9",
//!     "ioredis": "5.8.2"
//!   },
//!   "devDependencies": {
//!     "axios": "~1.7.7"
//!   }
//! }
//! ```
//! Over a major version, where there is no version without the fault, and where the range allows one already,
//! so that an install is enough, a person decides:
//! ```json reported path=package.json
//! {
//!   "dependencies": {
//!     "redis": "^3.1.2",
//!     "ioredis": "5",
//!     "axios": "^1.7.2",
//!     "kafkajs": "^2.2.4"
//!   }
//! }
//! ```
//! A lock file that names another version than the manifest makes an install of what is locked fail:
//! ```json before path=app/package-lock.json
//! {
//!   "packages": {
//!     "node_modules/axios": {
//!       "version": "1.6.0"
//!     }
//!   }
//! }
//! ```
//! ```json before path=app/package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.3",
//!     "axios": "1.6.0"
//!   }
//! }
//! ```
//! ```json after unsafe path=app/package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.9",
//!     "axios": "1.6.0"
//!   }
//! }
//! ```
//! So does the one of a workspace:
//! ```yaml before path=pnpm-lock.yaml
//! importers:
//!   packages/jobs:
//!     dependencies:
//!       ioredis:
//!         specifier: 5.8.1
//!         version: 5.8.1
//! ```
//! ```json before path=packages/jobs/package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.3",
//!     "ioredis": "5.8.1"
//!   }
//! }
//! ```
//! ```json after unsafe path=packages/jobs/package.json
//! {
//!   "dependencies": {
//!     "amqplib": "0.10.9",
//!     "ioredis": "5.8.1"
//!   }
//! }
//! ```
//! Near-misses:
//! ```json unchanged path=package.json
//! {
//!   "name": "ioredis",
//!   "dependencies": {
//!     "axios": "^0.27.2",
//!     "ioredis": "^5.8.2",
//!     "redis": "^4.7.0",
//!     "amqplib": "latest"
//!   },
//!   "keywords": ["redis"]
//! }
//! ```
//!
//! ## Safety
//! Unsafe: another version may change more than this.
//!
//! ## References
//! - evidence: languages, 3.2 (clients); the sources of each row of catalog/advisories.toml

use sixify_langs::classify;
use sixify_langs::json::Json;

use crate::npm_packages;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::JSON], anchors: Anchors(&[&["ependencies"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if doc.file_name() != "package.json" {
        return Ok(());
    }
    for value in &Json::of(doc).strings {
        let Some((package, range)) = npm_packages::asked(value) else { continue };
        let locked = npm_packages::locked(cx, &doc.path, package, range);
        if let Some(finding) = npm_packages::too_old("npm", package, value, locked) {
            cx.report(finding);
        }
    }
    Ok(())
}
