//! # Let the default values of a chart leave the families to the cluster
//!
//! ## Why it breaks
//! A chart whose values say `ipFamilies: [IPv4]` makes Services that a cluster without IPv4
//! rejects. With an empty list and `ipFamilyPolicy: PreferDualStack` they take both families where
//! there are two, and the one there is elsewhere.
//!
//! ## Examples
//! ```yaml before path=chart/values.yaml
//! controller:
//!   service:
//!     # -- Possible values are SingleStack, PreferDualStack or RequireDualStack.
//!     ipFamilyPolicy: SingleStack
//!     # -- List of IP families
//!     ipFamilies:
//!       - IPv4
//!     # -- Type of the Service
//!     type: LoadBalancer
//! ```
//! ```yaml before path=chart/Chart.yaml
//! name: web
//! ```
//! ```yaml before path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//! {{- if .Values.controller.service.ipFamilyPolicy }}
//!   ipFamilyPolicy: {{ .Values.controller.service.ipFamilyPolicy }}
//! {{- end }}
//! {{- if .Values.controller.service.ipFamilies }}
//!   ipFamilies: {{ toYaml .Values.controller.service.ipFamilies | nindent 4 }}
//! {{- end }}
//!   ports: [{port: 80}]
//! ```
//! ```md before path=chart/README.md
//! | Key | Type | Default | Description |
//! |-----|------|---------|-------------|
//! | controller.service.ipFamilies | list | `["IPv4"]` | List of IP families |
//! | controller.service.ipFamilyPolicy | string | `"SingleStack"` | Possible values |
//! ```
//! ```yaml after unsafe path=chart/values.yaml
//! controller:
//!   service:
//!     # -- Possible values are SingleStack, PreferDualStack or RequireDualStack.
//!     ipFamilyPolicy: PreferDualStack
//!     # -- List of IP families
//!     ipFamilies: []
//!     # -- Type of the Service
//!     type: LoadBalancer
//! ```
//! ```md after unsafe path=chart/README.md
//! | Key | Type | Default | Description |
//! |-----|------|---------|-------------|
//! | controller.service.ipFamilies | list | `[]` | List of IP families |
//! | controller.service.ipFamilyPolicy | string | `"PreferDualStack"` | Possible values |
//! ```
//! IPv6 alone:
//! ```yaml before mode=ipv6-only path=chart/values.yaml
//! service:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies: ["IPv4"]
//! ```
//! ```yaml before path=chart/Chart.yaml
//! name: web
//! ```
//! ```yaml before path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: {{ .Values.service.ipFamilyPolicy }}
//!   ipFamilies: {{ .Values.service.ipFamilies }}
//! ```
//! ```yaml after unsafe path=chart/values.yaml
//! service:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies: ["IPv6"]
//! ```
//! Reported: no template is seen to use the values; a comment would be lost; values of an
//! installation, whose chart is elsewhere.
//! ```yaml reported path=chart/values.yaml
//! service:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies: [IPv4]
//! ```
//! ```yaml reported path=chart/values.yaml
//! service:
//!   ipFamilies:
//!     - IPv4
//!     # - IPv6
//! ```
//! ```yaml reported path=values-production.yaml
//! service:
//!   ipFamilyPolicy: RequireDualStack
//! ```
//! Left alone: an empty list, IPv6 alone, what is off, other files.
//! ```yaml unchanged path=chart/values.yaml
//! service:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies: []
//! other:
//!   ipFamilies: [IPv6]
//! dualStack:
//!   enabled: false
//!   ipFamilies: [IPv6, IPv4]
//! ```
//! ```yaml unchanged path=settings.yaml
//! service:
//!   ipFamilies: [IPv4]
//! ```
//! ```yaml unchanged mode=ipv6-capable path=chart/values.yaml
//! service:
//!   ipFamilies: [IPv4]
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of the API server, and not run. An empty list is the same there as
//! none. A release that is upgraded keeps the first family of its Services.
//!
//! ## References
//! - source: Kubernetes, registry/core/service/storage/alloc.go
//! - <https://kubernetes.io/docs/concepts/services-networking/dual-stack/>

use sixify_langs::Mode;
use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Entry, Map, Stream, Value, edit, helm, remove};

use crate::prelude::*;
use crate::service_families::{EVIDENCE, PREFER, list, only_ipv6};
use crate::service_values::default_cell;

pub(crate) const CODEMOD: Codemod = Codemod { kinds: &[YAML], anchors: Anchors(&[&["ipFamil"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() || !doc.file_name().starts_with("values") {
        return Ok(());
    }
    let stream = Stream::of(doc);
    if !objects(&stream).is_empty() {
        return Ok(());
    }
    let mut found = Vec::new();
    for root in &stream.roots {
        root.walk(&mut |path, value| found.extend(value.map().and_then(|map| place(path, map))));
    }
    if found.is_empty() {
        return Ok(());
    }
    let users = templates(doc.folder(), cx);
    for place in found {
        let message = "a cluster that lacks one of these families rejects the Service; PreferDualStack without ipFamilies is taken everywhere";
        let Some(entry) = place.families.or(place.policy) else { continue };
        let finding = Finding::new(remove::trimmed(&doc.text, entry.span), Role::AddressFamily.name(), message);
        let finding = finding.because(EVIDENCE);
        let finding = finding.because(format!("values under `{}`, the defaults of the chart", place.path));
        let finding = finding.because_all(users.iter().map(|user| format!("{} uses ipFamilies", user.path)));
        cx.report(match fix(doc, &place, &users, policy.mode, cx) {
            Some(fix) => finding.fix(Applicability::Unsafe, fix),
            None => finding,
        });
    }
    Ok(())
}

/// The values for the families of Services.
struct Place<'a> {
    /// Such as `controller.service`.
    path: String,
    map: &'a Map,
    families: Option<&'a Entry>,
    policy: Option<&'a Entry>,
}

fn place<'a>(path: &str, map: &'a Map) -> Option<Place<'a>> {
    let off = map.get("enabled").and_then(Value::fixed) == Some("false");
    let (families, policy) = (map.entry("ipFamilies"), map.entry("ipFamilyPolicy"));
    let named = families.and_then(|f| list(&f.value)).is_some_and(|l| l.iter().any(|family| family == "IPv4"));
    let required = policy.is_some_and(|p| p.value.fixed() == Some("RequireDualStack"));
    (!off && (named || required)).then(|| Place { path: path.to_owned(), map, families, policy })
}

/// A template that writes families.
struct User {
    path: String,
    text: String,
}

fn templates(folder: &str, cx: &Context<'_>) -> Vec<User> {
    let templates = if folder.is_empty() { "templates".to_owned() } else { format!("{folder}/templates") };
    let paths = cx.project().siblings(&templates).into_iter().map(|name| format!("{templates}/{name}"));
    let users = paths.filter_map(|path| Some(User { text: cx.project().text(&path)?, path }));
    users.filter(|user| user.text.contains("ipFamilies")).collect()
}

/// The fix, where the templates are seen to take the values as they are.
fn fix(doc: &Document, place: &Place<'_>, users: &[User], mode: Mode, cx: &Context<'_>) -> Option<Fix> {
    let (families, policy) = (place.families?, place.policy?);
    let said = policy.value.scalar().filter(|s| s.fixed().is_some())?;
    let names = list(&families.value)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let taken = |key: &str| {
        let value = format!(".Values.{}.{key}", place.path);
        users.iter().any(|user| user.text.contains(&value))
    };
    // A template that looks into the list may need its first one.
    let looks = |line: &str| {
        line.contains("ipFamilies")
            && ["index", "first", "len", "eq ", "has ", "required"].iter().any(|w| line.contains(w))
    };
    let plain = !users.iter().any(|user| user.text.lines().any(looks));
    let anchored = families.value.anchor.is_some() || policy.value.anchor.is_some();
    let own = helm::values(cx.project(), &doc.path).is_some_and(|values| values.path == doc.path);
    if !own || anchored || !plain || !taken("ipFamilies") || !taken("ipFamilyPolicy") {
        return None;
    }
    if mode == Mode::Ipv6Only && names == ["IPv4"] && said.text() != "RequireDualStack" {
        return table(doc, place, only_ipv6(Some(families))?, &[("ipFamilies", "[\"IPv6\"]")], cx);
    }
    if !matches!(names.as_slice(), ["IPv4"] | ["IPv4", "IPv6"]) {
        return None;
    }
    let value = Span::new(families.key.span.end, end(doc, place.map, families)?);
    let written = value.text(&doc.text);
    if !written.starts_with(':') || !remove::clean(written) {
        return None;
    }
    let mut fix = Fix::new().edit(Edit::replace(value, ": []"));
    if said.text() != PREFER {
        fix = fix.edit(edit::replace(said, PREFER, place.map.flow)?);
    }
    table(doc, place, fix, &[("ipFamilies", "[]"), ("ipFamilyPolicy", PREFER)], cx)
}

/// Where a list of words ends, when no comment below it belongs to it.
fn end(doc: &Document, map: &Map, families: &Entry) -> Option<usize> {
    let seq = families.value.seq()?;
    if seq.flow {
        return Some(seq.span.end);
    }
    let end = seq.items.last()?.value.scalar()?.span.end;
    let mut below = doc.text.get(end..)?.lines();
    let rest = below.next().unwrap_or("");
    let line = below.next().unwrap_or("");
    let comment = line.trim_start();
    let item = comment.strip_prefix('#').is_some_and(|c| c.trim_start().starts_with("- "));
    let within = comment.starts_with('#') && line.len() - comment.len() > map.column;
    (rest.trim().is_empty() && !item && !within).then_some(end)
}

/// The fix, with the defaults in the README's table of values.
fn table(doc: &Document, place: &Place<'_>, mut fix: Fix, rows: &[(&str, &str)], cx: &Context<'_>) -> Option<Fix> {
    let readme = format!("{}README.md", doc.path.strip_suffix("values.yaml")?);
    if let Some(text) = cx.project().text(&readme) {
        for (key, value) in rows {
            if let Some(edit) = default_cell(&text, &format!("{}.{key}", place.path), value) {
                fix = fix.edit_in(&readme, edit);
            }
        }
    }
    Some(fix)
}
