//! # Ask for Java libraries that can do IPv6
//!
//! Versions of libraries that cannot read an IPv6 address, and the version in which that was mended.
//!
//! ## Why it breaks
//! No code of the program itself is wrong: the library takes `[::1]:6379` apart at its first colon.
//! Only another version of it helps.
//!
//! ## Examples
//! Within the same major version it is lifted, also where a property holds it:
//! ```xml before path=pom.xml
//! <project>
//!   <properties>
//!     <redisson.version>3.17.0</redisson.version>
//!   </properties>
//!   <dependencies>
//!     <dependency>
//!       <groupId>org.redisson</groupId>
//!       <artifactId>redisson</artifactId>
//!       <version>${redisson.version}</version>
//!     </dependency>
//!     <dependency>
//!       <groupId>redis.clients</groupId>
//!       <artifactId>jedis</artifactId>
//!       <version>2.8.1</version>
//!     </dependency>
//!   </dependencies>
//! </project>
//! ```
//! ```xml after unsafe path=pom.xml
//! <project>
//!   <properties>
//!     <redisson.version>3.26.0</redisson.version>
//!   </properties>
//!   <dependencies>
//!     <dependency>
//!       <groupId>org.redisson</groupId>
//!       <artifactId>redisson</artifactId>
//!       <version>${redisson.version}</version>
//!     </dependency>
//!     <dependency>
//!       <groupId>redis.clients</groupId>
//!       <artifactId>jedis</artifactId>
//!       <version>2.9.0</version>
//!     </dependency>
//!   </dependencies>
//! </project>
//! ```
//! ```text before path=build.gradle
//! dependencies {
//!     implementation 'org.redisson:redisson:3.17.0'
//! }
//! ```
//! ```text after unsafe path=build.gradle
//! dependencies {
//!     implementation 'org.redisson:redisson:3.26.0'
//! }
//! ```
//! ```kotlin before path=build.gradle.kts
//! dependencies {
//!     implementation("redis.clients:jedis:2.8.1")
//! }
//! ```
//! ```kotlin after unsafe path=build.gradle.kts
//! dependencies {
//!     implementation("redis.clients:jedis:2.9.0")
//! }
//! ```
//! A version that another file gives is not looked at; one that says more than numbers is reported:
//! ```xml reported path=pom.xml
//! <project>
//!   <dependency>
//!     <groupId>org.redisson</groupId>
//!     <artifactId>redisson</artifactId>
//!     <version>[3.11.0,)</version>
//!   </dependency>
//! </project>
//! ```
//! ```xml unchanged path=pom.xml
//! <project>
//!   <groupId>org.redisson</groupId>
//!   <dependencies>
//!     <dependency>
//!       <groupId>org.redisson</groupId>
//!       <artifactId>redisson</artifactId>
//!       <version>3.27.2</version>
//!     </dependency>
//!     <dependency>
//!       <groupId>redis.clients</groupId>
//!       <artifactId>jedis</artifactId>
//!     </dependency>
//!     <dependency>
//!       <groupId>com.example</groupId>
//!       <artifactId>jedis</artifactId>
//!       <version>2.0.0</version>
//!     </dependency>
//!   </dependencies>
//! </project>
//! ```
//! ```text unchanged path=build.gradle
//! implementation "org.redisson:redisson:$redissonVersion"
//! implementation 'org.redisson:redisson-spring-boot-starter:3.17.0'
//! ```
//!
//! ## Safety
//! Unsafe: another version may change more than this.
//!
//! ## References
//! - the sources of each row of catalog/advisories.toml

use sixify_langs::classify::{GRADLE, KOTLIN, MAVEN_POM};
use sixify_langs::xml::{self, Leaf};

use crate::advisories;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[MAVEN_POM, GRADLE, KOTLIN],
    anchors: Anchors(&[
        &["<artifactId>jedis<"],
        &["<artifactId>redisson<"],
        &["redis.clients:jedis:"],
        &["org.redisson:redisson:"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if doc.kind == MAVEN_POM {
        pom(doc, cx);
    } else if doc.kind == GRADLE || doc.path.ends_with(".kts") {
        gradle(doc, cx);
    }
    Ok(())
}

/// Judges one dependency by the place of its version.
fn judge(package: &str, version: Span, text: &str, cx: &mut Context<'_>) {
    let Some(advisory) = advisories::of("maven", package) else { return };
    let written = version.text(text);
    let numbers = |version: &str| -> Vec<u32> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    let digits = written.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = digits.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    let (asked, fixed, from) = (numbers(digits), numbers(&advisory.fixed_in), numbers(&advisory.affected_from));
    if asked.is_empty() || asked >= fixed || asked < from {
        return;
    }
    let message = format!("{package} before {} {}", advisory.fixed_in, advisory.fault);
    let finding = Finding::new(version, Role::Dependency.name(), message).because_all(advisory.sources.iter().cloned());
    let plain = digits == written && asked.first() == fixed.first();
    let fix = Fix::new().edit(Edit::replace(version, advisory.fixed_in.clone()));
    cx.report(if plain { finding.fix(Applicability::Unsafe, fix) } else { finding });
}

/// `groupId`, `artifactId` and `version` of one element, in any order.
fn pom(doc: &Document, cx: &mut Context<'_>) {
    let leaves = xml::leaves(&doc.text);
    let value = |leaf: &Leaf| leaf.inner.text(&doc.text).trim().to_owned();
    for (at, artifact) in leaves.iter().enumerate().filter(|(_, leaf)| leaf.name == "artifactId") {
        // No element ends or begins between the parts of one dependency.
        let beside = |name: &str| {
            let near = leaves.iter().enumerate().filter(|(n, _)| n.abs_diff(at) <= 3);
            let same = |leaf: &Leaf| {
                let (first, last) =
                    if leaf.span.start < artifact.span.start { (leaf, artifact) } else { (artifact, leaf) };
                let between = Span::new(first.span.end, last.span.start).text(&doc.text);
                !between.contains("dependency") && !between.contains("plugin")
            };
            near.map(|(_, leaf)| leaf).find(|leaf| leaf.name == name && same(leaf))
        };
        let (Some(group), Some(version)) = (beside("groupId"), beside("version")) else { continue };
        let package = format!("{}:{}", value(group), value(artifact));
        let written = value(version);
        let property = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let place = match property {
            Some(name) => leaves.iter().find(|leaf| leaf.name == name).map(|leaf| leaf.inner),
            None => Some(version.inner),
        };
        if let Some(place) = place {
            judge(&package, place, &doc.text, cx);
        }
    }
}

/// `'group:artifact:version'`.
fn gradle(doc: &Document, cx: &mut Context<'_>) {
    for package in ["redis.clients:jedis", "org.redisson:redisson"] {
        let wanted = format!("{package}:");
        for (at, _) in doc.text.match_indices(&wanted) {
            let quoted = doc.text[..at].ends_with(['\'', '"']);
            let start = at + wanted.len();
            let rest = &doc.text[start..];
            let Some(end) = rest.find(['\'', '"', ':', '@', '\n']).filter(|_| quoted) else { continue };
            judge(package, Span::new(start, start + end), &doc.text, cx);
        }
    }
}
