//! # Bring in a StackExchange.Redis that connects over IPv6
//!
//! ## Why it breaks
//! StackExchange.Redis before 2.6.66 opens an IPv4 socket for an endpoint that is given as a host
//! name. On an IPv6-only host, or for a name with only an AAAA record, it never connects. The
//! package often comes in unseen, through Microsoft.Extensions.Caching.StackExchangeRedis and its
//! sisters, which up to version 7 bring in 2.2.4 or older.
//!
//! ## Examples
//! Brought in by another package: a direct reference lifts the version. NuGet takes the version
//! that the project itself asks for.
//! ```csproj before
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!
//!   <PropertyGroup>
//!     <TargetFramework>net7.0</TargetFramework>
//!   </PropertyGroup>
//!
//!   <ItemGroup>
//!     <PackageReference Include="Grpc.AspNetCore" Version="2.49.0" />
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="7.0.0-rc.2.22476.2" />
//!     <PackageReference Include="Google.Cloud.Spanner.Data" Version="4.1.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj after unsafe
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!
//!   <PropertyGroup>
//!     <TargetFramework>net7.0</TargetFramework>
//!   </PropertyGroup>
//!
//!   <ItemGroup>
//!     <PackageReference Include="Grpc.AspNetCore" Version="2.49.0" />
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="7.0.0-rc.2.22476.2" />
//!     <PackageReference Include="StackExchange.Redis" Version="2.6.66" />
//!     <PackageReference Include="Google.Cloud.Spanner.Data" Version="4.1.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! A direct reference: the version, and nothing else.
//! ```csproj before
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="StackExchange.Redis">
//!       <Version>2.2.88</Version>
//!     </PackageReference>
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj after unsafe
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="StackExchange.Redis">
//!       <Version>2.6.66</Version>
//!     </PackageReference>
//!   </ItemGroup>
//! </Project>
//! ```
//! Central package management: the reference goes into the project, its version into
//! `Directory.Packages.props`.
//! ```csproj before path=src/cart/cart.csproj
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj before path=Directory.Packages.props
//! <Project>
//!   <PropertyGroup>
//!     <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
//!   </PropertyGroup>
//!   <ItemGroup>
//!     <PackageVersion Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="6.0.11" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj after unsafe path=src/cart/cart.csproj
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" />
//!     <PackageReference Include="StackExchange.Redis" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj after unsafe path=Directory.Packages.props
//! <Project>
//!   <PropertyGroup>
//!     <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
//!   </PropertyGroup>
//!   <ItemGroup>
//!     <PackageVersion Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="6.0.11" />
//!     <PackageVersion Include="StackExchange.Redis" Version="2.6.66" />
//!   </ItemGroup>
//! </Project>
//! ```
//! Beside another Redis package, which may ask for a later version, the finding says so:
//! ```csproj before
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Hangfire.Redis.StackExchange" Version="1.9.3" />
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="6.0.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj after unsafe
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Hangfire.Redis.StackExchange" Version="1.9.3" />
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="6.0.0" />
//!     <PackageReference Include="StackExchange.Redis" Version="2.6.66" />
//!   </ItemGroup>
//! </Project>
//! ```
//! A pinned version, a version that only the build knows, and a step over a major version are
//! decisions for a human:
//! ```csproj reported
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="StackExchange.Redis" Version="[2.2.4]" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj reported
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="$(ExtensionsVersion)" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj reported
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="StackExchange.Redis" Version="1.2.6" />
//!   </ItemGroup>
//! </Project>
//! ```
//! Versions without the fault, by themselves or through another package:
//! ```csproj unchanged
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="7.0.0" />
//!     <PackageReference Include="StackExchange.Redis" Version="2.6.122" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```csproj unchanged
//! <Project Sdk="Microsoft.NET.Sdk.Web">
//!   <ItemGroup>
//!     <PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="8.0.0" />
//!     <PackageReference Include="Microsoft.AspNetCore.SignalR.StackExchangeRedis" Version="6.0.0" />
//!   </ItemGroup>
//! </Project>
//! ```
//! A floating version that takes the latest, a similar name, something in a comment:
//! ```csproj unchanged
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <PackageReference Include="StackExchange.Redis" Version="2.*" />
//!     <PackageReference Include="StackExchange.Redis.Extensions.Core" Version="8.0.5" />
//!     <!-- <PackageReference Include="StackExchange.Redis" Version="2.2.4" /> -->
//!   </ItemGroup>
//! </Project>
//! ```
//!
//! ## Safety
//! Unsafe: what the versions do was read in release notes and issues, and not run. 2.6.66 is the
//! lowest version with the repair, an update within the same major version; the assembly version of
//! 2.2.4 and of 2.6.66 is the same, and no method of the public interfaces of 2.2.4 was taken away.
//! The finding says where the restore might refuse the new version (NU1605, a downgrade): beside
//! other Redis packages or projects that use them, beside a package that it needs in a later
//! version; with a lock file, which has to be written anew; and where warnings are errors, since
//! 2.6.45 has annotations for nullable references.
//!
//! ## References
//! - StackExchange.Redis release notes, 2.6.66: https://stackexchange.github.io/StackExchange.Redis/ReleaseNotes
//! - https://github.com/StackExchange/StackExchange.Redis/issues/2240
//! - https://github.com/dotnet/aspnetcore/issues/45424
//! - https://learn.microsoft.com/nuget/concepts/dependency-resolution
//! - evidence: languages, C#, CS-REDIS; catalog/advisories.toml

use std::cmp::Ordering;

use sixify_langs::classify::MSBUILD;
use sixify_langs::msbuild::{self, Central, Item, Project, Requirement, Verb, Version};

use crate::advisories::{Advisory, Puller, advisory};
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[MSBUILD],
    anchors: Anchors(&[&["StackExchange.Redis"], &["StackExchangeRedis"]]),
    specificity: 0,
    run,
};

const DIRECT: &[&str] = &["PackageReference", "PackageVersion", "GlobalPackageReference"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(advisory) = advisory("stackexchange-redis-names") else { return Ok(()) };
    let fixed: Version = advisory.fixed_in.parse().map_err(|e: msbuild::NotAVersion| PassError(e.to_string()))?;
    let from: Version = advisory.affected_from.parse().map_err(|e: msbuild::NotAVersion| PassError(e.to_string()))?;
    let look = Look { doc, advisory, fixed, from, project: &Project::of(doc), central: Central::of(doc, cx.project()) };
    let direct =
        |item: &&Item| DIRECT.contains(&item.kind.as_str()) && item.name.text.eq_ignore_ascii_case(&advisory.package);
    for item in look.project.items.iter().filter(direct) {
        look.direct(item, cx);
    }
    let own = look.project.items.iter().filter(direct).any(|i| i.kind == "PackageReference");
    if !own {
        look.brought_in(cx);
    }
    Ok(())
}

struct Look<'a> {
    doc: &'a Document,
    advisory: &'a Advisory,
    fixed: Version,
    from: Version,
    project: &'a Project,
    central: Option<Central>,
}

/// What is known of the version that comes out.
enum Fate {
    Clean,
    /// Affected, in this version.
    Affected(Version),
    /// Affected or unknown, and not to be edited.
    Human(String),
}

impl Look<'_> {
    /// A reference to the package itself, or its central version.
    fn direct(&self, item: &Item, cx: &mut Context<'_>) {
        let Some(value) = &item.version else { return };
        let Some(requirement) = msbuild::requirement(item, self.doc, cx.project(), self.central.as_ref()) else {
            return;
        };
        let written = Requirement::read(&value.text);
        let finding = |message: String| {
            let sources = self.advisory.sources.iter().cloned();
            Finding::new(value.span, Role::Dependency.name(), message).because_all(sources)
        };
        let Advisory { package, fault, fixed_in, .. } = self.advisory;
        match self.fate(&requirement) {
            Fate::Clean => {}
            Fate::Affected(version) if matches!(written, Requirement::AtLeast(_)) && value.plain => {
                let reasons = self.build_risks(cx);
                let message = format!("{package} {version} {fault}; {fixed_in} is the lowest version that does not");
                // White space around the version stays.
                let trimmed = value.text.trim();
                let start = value.span.start + value.text.find(trimmed).unwrap_or(0);
                let edit = Edit::replace(Span::new(start, start + trimmed.len()), fixed_in.as_str());
                cx.report(finding(message).because_all(reasons).fix(Applicability::Unsafe, Fix::new().edit(edit)));
            }
            Fate::Affected(version) => {
                let message =
                    format!("{package} is {version} here, by {}; it {fault} before {fixed_in}", value.text.trim());
                cx.report(finding(message));
            }
            Fate::Human(why) => cx.report(finding(format!("{package} {fault} before {fixed_in}; {why}"))),
        }
    }

    /// What a requirement comes to.
    fn fate(&self, requirement: &Requirement) -> Fate {
        let judge = |version: &Version| match (version.cmp(&self.fixed), *version < self.from) {
            (Ordering::Less, false) => Fate::Affected(version.clone()),
            (Ordering::Less, true) => Fate::Human(format!("from {version} that is a step over a major version")),
            _ => Fate::Clean,
        };
        let later = |text: &str| text.parse::<Version>().is_ok_and(|v| v >= self.fixed);
        match requirement {
            Requirement::AtLeast(version) => judge(version),
            // NuGet takes the lowest version of a range and the highest of a floating one.
            Requirement::Range(text) => {
                let lowest = text.trim_start_matches(['[', '(']).split([',', ']', ')']).next().unwrap_or("").trim();
                if later(lowest) {
                    Fate::Clean
                } else {
                    Fate::Human(format!("the range {text} is somebody's decision"))
                }
            }
            Requirement::Floating(text) => {
                let highest = text.split_once('*').map_or(text.as_str(), |(before, _)| before);
                let highest = format!("{highest}999999");
                if later(&highest) { Fate::Clean } else { Fate::Human(format!("{text} never reaches it")) }
            }
            Requirement::Expression(text) | Requirement::Unknown(text) => {
                Fate::Human(format!("which version {text} stands for is not known here"))
            }
        }
    }

    /// Packages of the project that bring the package in.
    fn brought_in(&self, cx: &mut Context<'_>) {
        let include = |i: &&Item| i.kind == "PackageReference" && i.verb == Verb::Include;
        let pullers = self.project.items.iter().filter(include).filter_map(|item| {
            let puller = self.advisory.pulled_by.iter().find(|p| p.package.eq_ignore_ascii_case(&item.name.text))?;
            let requirement = msbuild::requirement(item, self.doc, cx.project(), self.central.as_ref());
            Some((item, self.pulled(puller, requirement.as_ref())))
        });
        let pullers: Vec<(&Item, Pulled)> = pullers.collect();
        // The highest of the versions that are asked for wins.
        let everywhere = |i: &Item| i.condition.is_none() && i.around.is_empty();
        if pullers.iter().any(|(item, pulled)| everywhere(item) && matches!(pulled, Pulled::Clean)) {
            return;
        }
        // A pinned central version holds here too, and is looked at where it stands.
        if self.central.as_ref().is_some_and(|c| c.pins_transitive && c.version(&self.advisory.package).is_some()) {
            return;
        }
        let mut placed = false;
        for (item, pulled) in &pullers {
            match pulled {
                Pulled::Clean => {}
                Pulled::Human(why) => cx.report(self.report(item, why)),
                // One reference lifts the version for all; under conditions each needs its own.
                Pulled::Affected { .. } if placed && everywhere(item) => {}
                Pulled::Affected { version, pulls, source } => {
                    placed |= everywhere(item);
                    self.lift(item, version, pulls, source, cx);
                }
            }
        }
    }

    fn report(&self, item: &Item, why: &str) -> Finding {
        let Advisory { package, fault, fixed_in, sources, .. } = self.advisory;
        let message = format!("{} brings in {package}, which {fault} before {fixed_in}; {why}", item.name.text);
        Finding::new(item.name.span, Role::Dependency.name(), message).because_all(sources.iter().cloned())
    }

    /// What a version of a package brings in.
    fn pulled(&self, puller: &Puller, requirement: Option<&Requirement>) -> Pulled {
        let version = match requirement {
            Some(Requirement::AtLeast(version)) => version,
            Some(Requirement::Range(text) | Requirement::Floating(text) | Requirement::Expression(text)) => {
                return Pulled::Human(format!("which version {text} comes to is not known here"));
            }
            _ => return Pulled::Human("its own version is not known here".to_owned()),
        };
        let since = |text: &str| text.parse::<Version>().is_ok_and(|v| *version >= v);
        if puller.clean_from.as_deref().is_some_and(since) {
            return Pulled::Clean;
        }
        match puller.versions.iter().find(|p| since(&p.from) && !since(&p.below)) {
            Some(pull) => Pulled::Affected {
                version: version.to_string(),
                pulls: pull.pulls.clone(),
                source: pull.source.clone(),
            },
            None => Pulled::Human(format!("what {version} of it brings in is not known here")),
        }
    }

    /// Adds a reference beside the package that brings the faulty version in.
    fn lift(&self, item: &Item, version: &str, pulls: &str, source: &str, cx: &mut Context<'_>) {
        let Advisory { package, fault, fixed_in, sources, .. } = self.advisory;
        let text = &self.doc.text;
        let mut fix = Fix::new();
        match &self.central {
            None => fix = fix.edit(msbuild::sibling(text, self.project, item, package, Some(fixed_in))),
            Some(central) => {
                if !central.pins_transitive {
                    fix = fix.edit(msbuild::sibling(text, self.project, item, package, None));
                }
                let missing = central.version(package).is_none();
                // The same place whichever project asks, so that several projects add one line.
                let known = |i: &&Item| self.advisory.pulled_by.iter().any(|p| i.is("PackageVersion", &p.package));
                let model = central.facts.items.iter().find(|i| known(i) && i.version.is_some());
                if let Some(model) = model.filter(|_| missing) {
                    let props = &central.document;
                    let mut edit = msbuild::sibling(&props.text, &central.facts, model, package, Some(fixed_in));
                    edit.text = props.layout.adapt(&props.text, edit.span.start, &edit.text);
                    fix = fix.edit_in(&props.path, edit);
                }
            }
        }
        let mut reasons = self.restore_risks(cx);
        let clear = item.name.plain && item.condition.as_ref().is_none_or(|c| c.plain);
        if !clear {
            reasons.push("the reference is written in an unusual way".to_owned());
        }
        let message = format!(
            "{} {version} brings in {package} {pulls}, which {fault}; a reference to {fixed_in} lifts it",
            item.name.text
        );
        let finding = Finding::new(item.span, Role::Dependency.name(), message).because(source.to_owned());
        cx.report(finding.because_all(sources.iter().cloned()).because_all(reasons).fix(Applicability::Unsafe, fix));
    }

    /// Why a restore with the new reference might fail.
    fn restore_risks(&self, cx: &Context<'_>) -> Vec<String> {
        let mut risks = self.lock_risks(cx);
        let pinned = self.central.iter().filter(|c| c.pins_transitive).map(|c| (&c.facts, "PackageVersion"));
        for (facts, kind) in std::iter::once((self.project, "PackageReference")).chain(pinned) {
            risks.extend(self.suspect(facts, kind));
        }
        for need in &self.advisory.needs {
            let Ok(least) = need.at_least.parse::<Version>() else { continue };
            for item in self.project.items_of("PackageReference", &need.package) {
                let has = msbuild::requirement(item, self.doc, cx.project(), self.central.as_ref());
                if !matches!(&has, Some(Requirement::AtLeast(version)) if *version >= least) {
                    risks.push(format!("{} {} needs {} {least}", self.advisory.package, self.fixed, need.package));
                }
            }
        }
        for item in self.project.items.iter().filter(|i| i.kind == "ProjectReference") {
            let Some(path) = beside(self.doc.folder(), &item.name.text) else { continue };
            let other = cx.project().text(&path).and_then(|text| Project::parse(&text)).unwrap_or_default();
            risks.extend(self.suspect(&other, "PackageReference").map(|why| format!("{why}, in {path}")));
        }
        risks
    }

    /// A package among those of a file that may ask for a later version than the fixed one.
    fn suspect(&self, facts: &Project, kind: &str) -> Option<String> {
        let Advisory { package, pulled_by, suspects, .. } = self.advisory;
        let known = |name: &str| pulled_by.iter().any(|p| p.package.eq_ignore_ascii_case(name));
        let looks = |name: &str| suspects.iter().any(|s| name.to_ascii_lowercase().contains(s.as_str()));
        let older = |item: &Item| {
            let version = item.version.as_ref().map(|v| Requirement::read(&v.text));
            item.name.text.eq_ignore_ascii_case(package)
                && matches!(version, Some(Requirement::AtLeast(v)) if v <= self.fixed)
        };
        let mut items = facts.items.iter().filter(|i| i.kind == kind && looks(&i.name.text));
        let item = items.find(|i| !known(&i.name.text) && !older(i))?;
        Some(format!("{} may ask for a later version of {package}", item.name.text))
    }

    /// Why a build with a later version of a direct reference might fail.
    fn build_risks(&self, cx: &Context<'_>) -> Vec<String> {
        let mut risks = self.lock_risks(cx);
        let shared = msbuild::shared(self.doc, cx.project());
        let on = |name: &str, value: &str| {
            let own = self.project.property(name).or(shared.as_ref().and_then(|s| s.property(name)));
            own.is_some_and(|v| v.eq_ignore_ascii_case(value))
        };
        if on("TreatWarningsAsErrors", "true") && (on("Nullable", "enable") || on("Nullable", "warnings")) {
            risks.push("warnings are errors here, and 2.6.45 has annotations for nullable references".to_owned());
        }
        risks
    }

    fn lock_risks(&self, cx: &Context<'_>) -> Vec<String> {
        let locked = cx.project().siblings(self.doc.folder()).iter().any(|name| name == "packages.lock.json");
        let reason = "packages.lock.json has to be written anew (dotnet restore --force-evaluate)";
        locked.then(|| reason.to_owned()).into_iter().collect()
    }
}

/// What a package brings in.
enum Pulled {
    Clean,
    Affected { version: String, pulls: String, source: String },
    Human(String),
}

/// A path that an MSBuild file names, from the folder of that file.
fn beside(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in name.split(['\\', '/']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
