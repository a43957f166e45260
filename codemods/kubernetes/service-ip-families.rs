//! # Let Services take the families that the cluster has
//!
//! ## Why it breaks
//! A Service that lists `IPv4` in `ipFamilies` is rejected by a cluster that has no IPv4, and
//! `RequireDualStack` by every cluster with one family. `ipFamilyPolicy: PreferDualStack` without a
//! list takes both families where there are two, and the one there is elsewhere.
//!
//! ## Examples
//! ```yaml before
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec:
//!   ipFamilies:
//!   - IPv4
//!   ports:
//!   - port: 80
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: db
//! spec:
//!   clusterIP: None
//!   ipFamilyPolicy: SingleStack # one is enough
//!   ipFamilies: [IPv4]
//!   ports:
//!   - port: 5432
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec:
//!   ipFamilyPolicy: PreferDualStack
//!   ports:
//!   - port: 80
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: db
//! spec:
//!   clusterIP: None
//!   ipFamilyPolicy: PreferDualStack # one is enough
//!   ports:
//!   - port: 5432
//! ```
//! A list of both families is rejected where one is missing, whatever the policy:
//! ```yaml before
//! apiVersion: v1
//! kind: List
//! items:
//! - apiVersion: v1
//!   kind: Service
//!   spec:
//!     ipFamilyPolicy: "RequireDualStack"
//!     ipFamilies:
//!       - "IPv4"
//!       - "IPv6"
//!     ports: [{port: 80}]
//! - apiVersion: v1
//!   kind: Service
//!   spec:
//!     ipFamilyPolicy: RequireDualStack
//!     ports: [{port: 81}]
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: List
//! items:
//! - apiVersion: v1
//!   kind: Service
//!   spec:
//!     ipFamilyPolicy: "PreferDualStack"
//!     ports: [{port: 80}]
//! - apiVersion: v1
//!   kind: Service
//!   spec:
//!     ipFamilyPolicy: PreferDualStack
//!     ports: [{port: 81}]
//! ```
//! In a chart, where the values are written in the template:
//! ```yaml before path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: {{ include "web.fullname" . }}
//!   labels: {{- include "web.labels" . | nindent 4 }}
//! spec:
//!   type: {{ .Values.service.type }}
//!   {{- if .Values.service.pinned }}
//!   ipFamilies: ["IPv4"]
//!   {{- end }}
//!   ports:
//!     - port: {{ .Values.service.port }}
//! ```
//! ```yaml after unsafe path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: {{ include "web.fullname" . }}
//!   labels: {{- include "web.labels" . | nindent 4 }}
//! spec:
//!   type: {{ .Values.service.type }}
//!   {{- if .Values.service.pinned }}
//!   ipFamilyPolicy: PreferDualStack
//!   {{- end }}
//!   ports:
//!     - port: {{ .Values.service.port }}
//! ```
//! IPv6 alone:
//! ```yaml before mode=ipv6-only
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies:
//!     - "IPv4" # the only one
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies:
//!     - "IPv6" # the only one
//! ```
//! A Service that says nothing has one family, also on a cluster with two. It gets the policy,
//! unless the setting `undeclared` is `leave`:
//! ```yaml before
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: metrics
//! spec:
//!   # headless
//!   clusterIP: None
//!   ports:
//!     - port: 9100
//! ```
//! ```yaml after unsafe
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: metrics
//! spec:
//!   # headless
//!   ipFamilyPolicy: PreferDualStack
//!   clusterIP: None
//!   ports:
//!     - port: 9100
//! ```
//! In templates it stands before every condition, so that it depends on none of them:
//! ```yaml before path=chart/templates/services.yaml
//! {{- if .Values.enabled }}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: public
//! spec:
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: {{ .Values.port }}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: inner
//! spec: # of the cluster
//!   {{- if .Values.headless }}
//!   clusterIP: None
//!   {{- end }}
//!   ports:
//!     - port: 81
//!   selector: {{- include "labels" . | nindent 4 }}
//! {{- end }}
//! ```
//! ```yaml after unsafe path=chart/templates/services.yaml
//! {{- if .Values.enabled }}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: public
//! spec:
//!   ipFamilyPolicy: PreferDualStack
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: {{ .Values.port }}
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: inner
//! spec: # of the cluster
//!   ipFamilyPolicy: PreferDualStack
//!   {{- if .Values.headless }}
//!   clusterIP: None
//!   {{- end }}
//!   ports:
//!     - port: 81
//!   selector: {{- include "labels" . | nindent 4 }}
//! {{- end }}
//! ```
//! A chart that gives the type of a Service as a value gives the policy so, too, in its table of
//! values as well:
//! ```yaml before path=chart/templates/svc.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec:
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: 80
//! ```
//! ```yaml before path=chart/values.yaml
//! ## @section Service
//! service:
//!   ## @param service.type Type of the Service
//!   ##
//!   type: ClusterIP
//!   port: 80
//! ```
//! ```yaml before path=chart/Chart.yaml
//! name: web
//! ```
//! ```md before path=chart/README.md
//! | Name           | Description         | Value       |
//! | -------------- | ------------------- | ----------- |
//! | `service.type` | Type of the Service | `ClusterIP` |
//! ```
//! ```yaml after unsafe path=chart/templates/svc.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! spec:
//!   {{- with .Values.service.ipFamilyPolicy }}
//!   ipFamilyPolicy: {{ . }}
//!   {{- end }}
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: 80
//! ```
//! ```yaml after unsafe path=chart/values.yaml
//! ## @section Service
//! service:
//!   ## @param service.type Type of the Service
//!   ##
//!   type: ClusterIP
//!   ## @param service.ipFamilyPolicy IP family policy of the Service
//!   ipFamilyPolicy: PreferDualStack
//!   port: 80
//! ```
//! ```md after unsafe path=chart/README.md
//! | Name           | Description         | Value       |
//! | -------------- | ------------------- | ----------- |
//! | `service.type` | Type of the Service | `ClusterIP` |
//! | `service.ipFamilyPolicy` | IP family policy of the Service | `PreferDualStack` |
//! ```
//! Reported: a chart that has values for the families, and a Service that uses none of them; a
//! Service that may have no addresses of its own:
//! ```yaml reported path=chart/templates/services.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: main
//! spec:
//!   {{- with .Values.service.ipFamilyPolicy }}
//!   ipFamilyPolicy: {{ . }}
//!   {{- end }}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: metrics
//! spec:
//!   ports:
//!     - port: 81
//! ```
//! ```yaml reported path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: {{ .Values.type }}
//!   externalName: {{ .Values.name }}
//!   ports:
//!     - port: 81
//! ```
//! Reported: IPv6 first, which somebody chose; addresses beside the families; a comment that would
//! be lost; a policy that a template gives.
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: PreferDualStack
//!   ipFamilies: [IPv6, IPv4]
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   clusterIP: 10.96.0.10
//!   ipFamilies: [IPv4]
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: ClusterIP
//!   ipFamilies: # the registrar knows IPv4 only
//!   - IPv4
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: {{ .Values.policy }}
//!   ipFamilies:
//!   - IPv4
//! ```
//! The defaults of a chart are reported where they stand, with the templates that use them:
//! ```yaml reported path=chart/values.yaml
//! service:
//!   ipFamilyPolicy: SingleStack
//!   ipFamilies: [IPv4]
//! ```
//! Left alone: what every cluster takes, IPv6 alone, names without addresses, parts of a Service,
//! what a template gives, other kinds.
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilyPolicy: SingleStack
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Service
//! spec: {ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilies: [IPv6]
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: ExternalName
//!   externalName: example.com
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: NodePort
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   {{- include "common.service" . | nindent 2 }}
//!   ports:
//!     - port: 80
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec:
//!   template:
//!     spec:
//!       containers: [{image: web, ports: [{containerPort: 8080}]}]
//! ---
//! apiVersion: example.com/v1
//! kind: Gateway
//! spec:
//!   ipFamilies: [IPv4]
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! data:
//!   service.md: "ipFamilies: [IPv4]"
//! ```
//! ```yaml unchanged set.kubernetes/service-ip-families.undeclared=leave
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ports:
//!     - port: 80
//! ```
//! ```yaml unchanged mode=ipv6-only
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ports:
//!     - port: 80
//! ```
//! ```yaml unchanged mode=ipv6-capable
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ipFamilies: [IPv4]
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of the API server, and not run. The field is there from Kubernetes
//! 1.20 on. The first family of a Service that exists already never changes.
//!
//! ## References
//! - source: Kubernetes, registry/core/service/storage/alloc.go
//! - <https://kubernetes.io/docs/concepts/services-networking/dual-stack/>

use sixify_langs::Mode;
use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::{Object, objects};
use sixify_langs::yaml::{Entry, Map, Stream, Value, edit, helm, remove};

use crate::prelude::*;
use crate::service_values;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML], anchors: Anchors(&[&["ipFamil"], &["kind: Service"]]), specificity: 0, run };

const EVIDENCE: &str = "source: a cluster rejects a Service that lists a family it does not have, whatever the policy";
const PREFER: &str = "PreferDualStack";
const UNDECLARED: &str = "kubernetes/service-ip-families.undeclared";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    let objects = objects(&stream);
    for service in objects.iter().filter(|o| o.kind == "Service" && core(o)) {
        let Some(spec) = service.root.get("spec").and_then(Value::map) else { continue };
        let named = if service.name.is_empty() { "a Service".to_owned() } else { format!("Service {}", service.name) };
        look(doc, &Place { spec, whole: service.root, what: named }, policy.mode, cx);
    }
    if objects.is_empty() {
        defaults(doc, &stream, cx);
    }
    Ok(())
}

/// Whether an object belongs to the core group: other groups have a kind of this name too.
fn core(object: &Object<'_>) -> bool {
    let version = object.root.get("apiVersion");
    version.and_then(Value::fixed).is_none_or(|version| version == "v1")
}

struct Place<'a> {
    spec: &'a Map,
    whole: &'a Value,
    what: String,
}

fn look(doc: &Document, place: &Place<'_>, mode: Mode, cx: &mut Context<'_>) {
    let spec = place.spec;
    let (families, policy) = (spec.entry("ipFamilies"), spec.entry("ipFamilyPolicy"));
    let twice = |key, found: Option<&Entry>| spec.has(key) && found.is_none();
    if twice("ipFamilies", families) || twice("ipFamilyPolicy", policy) {
        return;
    }
    if families.is_none() && policy.is_none() {
        return undeclared(doc, place, mode, cx);
    }
    let said = policy.map(|p| p.value.fixed().unwrap_or("{{"));
    let list = match families {
        // What a template gives is reported where it stands, with the defaults of the chart.
        Some(families) => match list(&families.value) {
            Some(list) => list,
            None => return,
        },
        None => Vec::new(),
    };
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    let required = said == Some("RequireDualStack");
    let Some(at) = families.or(policy) else { return };
    let chosen = match list.as_slice() {
        ["IPv4"] | ["IPv4", "IPv6"] => None,
        [] if required => None,
        ["IPv6", "IPv4"] => Some("IPv6 comes first here: without the list, the order is that of the cluster"),
        ["IPv6"] if required => Some("IPv6 comes first here, and both families must be there"),
        [] | ["IPv6"] => return leave(at, "every cluster that has the family takes this", &place.what, cx),
        _ => return,
    };
    let finding = |message: &str| {
        let finding = Finding::new(remove::trimmed(&doc.text, at.span), Role::AddressFamily.name(), message);
        finding.because(place.what.clone()).because(EVIDENCE)
    };
    let report = |why: &str| {
        let message = "a cluster that lacks one of these families rejects the Service; PreferDualStack without ipFamilies is taken everywhere";
        finding(message).because(why.to_owned())
    };
    if let Some(why) = chosen.or_else(|| hindrance(spec, policy, families)) {
        return cx.report(report(why));
    }
    let (fix, message) = if mode == Mode::Ipv6Only && list == ["IPv4"] && !required {
        (only_ipv6(families), "a cluster without IPv4 rejects the Service; it asks for IPv6 instead")
    } else {
        let message = "a cluster that lacks one of these families rejects the Service; PreferDualStack takes what there is, from Kubernetes 1.20 on";
        (prefer(doc, spec, policy, families), message)
    };
    match fix {
        Some(fix) => cx.report(finding(message).fix(Applicability::Unsafe, fix)),
        None => cx.report(report("a comment or a template shares these lines")),
    }
}

/// What somebody has to look at before the families can go.
fn hindrance(spec: &Map, policy: Option<&Entry>, families: Option<&Entry>) -> Option<&'static str> {
    let address = |v: &Value| v.fixed().is_none_or(|text| text.parse::<std::net::IpAddr>().is_ok());
    let anchored = |e: &Entry| e.value.anchor.is_some();
    if spec.get("clusterIP").is_some_and(address) || spec.has("clusterIPs") {
        return Some("the Service has an address of its own, which belongs to a family");
    }
    if policy.is_some_and(|p| p.value.fixed().is_none()) {
        return Some("a template gives the policy");
    }
    if policy.is_none() && spec.open {
        return Some("a template may give the policy");
    }
    [policy, families].into_iter().flatten().any(anchored).then_some("other places mean this value too")
}

fn list(families: &Value) -> Option<Vec<String>> {
    let seq = families.seq().filter(|s| !s.open)?;
    seq.items.iter().map(|item| item.value.fixed().map(str::to_owned)).collect()
}

fn prefer(doc: &Document, spec: &Map, policy: Option<&Entry>, families: Option<&Entry>) -> Option<Fix> {
    match (policy, families) {
        (Some(policy), families) => {
            let scalar = policy.value.scalar()?;
            let say = (scalar.text() != PREFER).then(|| edit::replace(scalar, PREFER, spec.flow));
            let drop = families.map(|f| remove::entry(&doc.text, spec, f));
            Some(Fix::new().edits([say, drop].into_iter().flatten().collect::<Option<Vec<_>>>()?))
        }
        (None, Some(families)) => {
            let span = remove::trimmed(&doc.text, families.span);
            let clean = remove::clean(span.text(&doc.text));
            clean.then(|| Fix::new().edit(Edit::replace(span, format!("ipFamilyPolicy: {PREFER}"))))
        }
        (None, None) => None,
    }
}

fn only_ipv6(families: Option<&Entry>) -> Option<Fix> {
    let seq = families?.value.seq()?;
    let scalar = seq.items.first()?.value.scalar()?;
    Some(Fix::new().edit(edit::replace(scalar, "IPv6", seq.flow)?))
}

/// A Service that says nothing of families.
fn undeclared(doc: &Document, place: &Place<'_>, mode: Mode, cx: &mut Context<'_>) {
    let spec = place.spec;
    let Some(first) = spec.entries.first() else { return };
    let asked = mode == Mode::DualStack && cx.options().setting(UNDECLARED) != Some("leave");
    // A patch names the fields it changes; a whole Service has at least one of these.
    let whole = ["ports", "selector", "clusterIP"].iter().any(|key| spec.has(key));
    let external = spec.get("type").and_then(Value::fixed) == Some("ExternalName");
    let entry = place.whole.map().and_then(|m| m.entry("spec")).filter(|_| !spec.flow && !spec.open);
    let edit = entry.and_then(|entry| insertion(doc, spec, entry, first));
    let Some(edit) = edit.filter(|_| asked && whole && !external) else {
        return leave(first, "without families, a Service takes the first one of its cluster", &place.what, cx);
    };
    let message = "the Service has one family on a cluster with two; PreferDualStack takes what there is, from Kubernetes 1.20 on";
    let finding = Finding::new(first.span, Role::AddressFamily.name(), message).because(place.what.clone());
    let typed = spec.get("type").is_some_and(|t| t.fixed().is_none());
    cx.report(if typed && spec.has("externalName") {
        finding.because("with the type ExternalName it may have no policy, and a template gives the type")
    } else if let Some(path) = offered(doc, cx) {
        finding.because(format!("{path} has a value for the families, which this Service does not use"))
    } else {
        // A chart that gives the type as a value gives the policy so, too.
        let literal = || Fix::new().edit(edit);
        let fix = service_values::fix(doc, spec, Span::at(first.span.start), cx.project()).unwrap_or_else(literal);
        finding.fix(Applicability::Unsafe, fix)
    });
}

/// The policy as the first key of a Service, before any condition of a template.
fn insertion(doc: &Document, spec: &Map, entry: &Entry, first: &Entry) -> Option<Edit> {
    let line = format!("ipFamilyPolicy: {PREFER}");
    let indent = " ".repeat(spec.column);
    let between = Span::new(entry.key.span.end, first.span.start).text(&doc.text);
    if ["{{", "{%", "<%"].iter().all(|open| !between.contains(open)) {
        return Some(Edit::insert(first.span.start, format!("{line}\n{indent}")));
    }
    let rest = between.strip_prefix(':')?.split('\n').next()?.trim_end_matches('\r');
    let plain = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    plain.then(|| Edit::insert(entry.key.span.end + 1 + rest.len(), format!("\n{indent}{line}")))
}

/// The file of the chart that has a value for the families: its values, or the template itself.
fn offered(doc: &Document, cx: &Context<'_>) -> Option<String> {
    let has = |text: &str| text.contains("ipFamil") || text.contains("ipDualStack");
    if doc.text.contains("{{") && has(&doc.text) {
        return Some(doc.path.clone());
    }
    helm::values(cx.project(), &doc.path).filter(|values| has(&values.text)).map(|values| values.path)
}

fn leave(at: &Entry, reason: &str, what: &str, cx: &mut Context<'_>) {
    let evidence = vec![what.to_owned(), EVIDENCE.to_owned()];
    cx.leave(Note { span: at.span, role: Role::AddressFamily.name(), reason: reason.to_owned(), evidence });
}

/// The default values of a chart, which only its templates can tell the use of.
fn defaults(doc: &Document, stream: &Stream, cx: &mut Context<'_>) {
    let folder = doc.folder().to_owned();
    if !doc.file_name().starts_with("values") {
        return;
    }
    let mut found = Vec::new();
    for root in &stream.roots {
        root.walk(&mut |path, value| {
            let Some(map) = value.map() else { return };
            let off = map.get("enabled").and_then(Value::fixed) == Some("false");
            let families = map
                .entry("ipFamilies")
                .filter(|e| list(&e.value).is_some_and(|l| !l.is_empty() && l.iter().any(|family| family == "IPv4")));
            let policy = map.entry("ipFamilyPolicy").filter(|e| e.value.fixed() == Some("RequireDualStack"));
            found.extend(families.or(policy).filter(|_| !off).map(|e| (path.to_owned(), e.span)));
        });
    }
    if found.is_empty() {
        return;
    }
    let users = templates(&folder, cx);
    for (path, span) in found {
        let message = "a cluster that lacks one of these families rejects the Service; PreferDualStack without ipFamilies is taken everywhere";
        let span = remove::trimmed(&doc.text, span);
        let finding = Finding::new(span, Role::AddressFamily.name(), message).because(EVIDENCE);
        let finding = finding.because(format!("values under `{path}`, the defaults of the chart"));
        cx.report(finding.because_all(users.iter().map(|user| format!("{user} uses ipFamilies"))));
    }
}

/// The templates of a chart that write families.
fn templates(folder: &str, cx: &Context<'_>) -> Vec<String> {
    let templates = if folder.is_empty() { "templates".to_owned() } else { format!("{folder}/templates") };
    let names = cx.project().siblings(&templates);
    let paths = names.into_iter().map(|name| format!("{templates}/{name}"));
    paths.filter(|path| cx.project().text(path).is_some_and(|text| text.contains("ipFamilies"))).collect()
}
