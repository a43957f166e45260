//! # Update packages of .NET that cannot do IPv6
//!
//! ## Why it breaks
//! Some versions of widely used packages cannot connect to IPv6 addresses. The table
//! `catalog/advisories.toml` names them, with the first version that can and where that is known from.
//! StackExchange.Redis, which other packages bring in, has a codemod of its own.
//!
//! ## Examples
//! ```xml before path=App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Npgsql" Version="4.1.3" />
//!     <PackageReference Include="RethinkDb.Driver" Version="2.3.15" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after unsafe path=App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Npgsql" Version="4.1.7" />
//!     <PackageReference Include="RethinkDb.Driver" Version="2.3.18" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml before path=Directory.Packages.props
//! <Project>
//!   <ItemGroup>
//!     <PackageVersion Include="Npgsql" Version="5.0.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after unsafe path=Directory.Packages.props
//! <Project>
//!   <ItemGroup>
//!     <PackageVersion Include="Npgsql" Version="5.0.1" />
//!   </ItemGroup>
//! </Project>
//! ```
//! A range is somebody's decision:
//! ```xml reported path=App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Npgsql" Version="[4.1.3]" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml unchanged path=App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Npgsql" Version="4.1.7" />
//!     <PackageReference Include="Npgsql.Json.NET" Version="4.1.3" />
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Safety
//! Unsafe: what the versions do was read in issues and in the source, and not run. The new version is
//! one of the same major version. A lock file has to be written anew.
//!
//! ## References
//! - https://github.com/npgsql/npgsql/pull/3364
//! - https://learn.microsoft.com/nuget/concepts/package-versioning
//! - evidence: catalog/advisories.toml

use sixify_langs::classify::MSBUILD;
use sixify_langs::msbuild::{Project, Requirement, Version};

use crate::advisories::{self, Advisory};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[MSBUILD], anchors: Anchors(&[&["Npgsql"], &["RethinkDb.Driver"]]), specificity: 0, run };

const DIRECT: &[&str] = &["PackageReference", "PackageVersion", "GlobalPackageReference"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let project = Project::of(doc);
    for item in project.items.iter().filter(|i| DIRECT.contains(&i.kind.as_str())) {
        let Some(value) = &item.version else { continue };
        let about = advisories::all_of("nuget", &item.name.text).filter(|a| a.pulled_by.is_empty());
        let text = value.text.trim();
        let requirement = Requirement::read(text);
        let lowest = match &requirement {
            Requirement::AtLeast(version) => Some(version.clone()),
            Requirement::Range(range) => {
                range.trim_matches(['[', ']', '(', ')']).split(',').next().and_then(|v| v.trim().parse().ok())
            }
            _ => None,
        };
        let Some(version) = lowest else { continue };
        let Some(advisory) = about.into_iter().find(|a| affects(a, &version)) else { continue };
        let Advisory { package, fault, fixed_in, sources, .. } = advisory;
        let message = format!("{package} {version} {fault}; {fixed_in} is the lowest version that does not");
        let finding = Finding::new(value.span, Role::Dependency.name(), message).because_all(sources.iter().cloned());
        if !matches!(requirement, Requirement::AtLeast(_)) || !value.plain {
            cx.report(finding.because(format!("{text} is somebody's decision")));
            continue;
        }
        let start = value.span.start + value.text.find(text).unwrap_or(0);
        let edit = Edit::replace(Span::new(start, start + text.len()), fixed_in.as_str());
        cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(edit)));
    }
    Ok(())
}

/// Whether a version is one of those that an advisory is about.
fn affects(advisory: &Advisory, version: &Version) -> bool {
    let known = |text: &str| text.parse::<Version>().ok();
    known(&advisory.affected_from)
        .zip(known(&advisory.fixed_in))
        .is_some_and(|(from, fixed)| from <= *version && *version < fixed)
}
