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
//!   ipFamilyPolicy: PreferDualStack
//!   # headless
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
//!   {{- with .Values.service.externalIPs }}
//!   externalIPs: {{- toYaml . | nindent 4 }}
//!   {{- end }}
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
//!   {{- with .Values.service.externalIPs }}
//!   externalIPs: {{- toYaml . | nindent 4 }}
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
//! ```yaml reported path=chart/templates/services.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   {{- with .Values.serviceIPFamilyPolicy }}
//!   ipFamilyPolicy: {{ . }}
//!   {{- end }}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ports: [{port: 81}]
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
//! Reported: an address for the load balancer, which MetalLB and others refuse for two families.
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: LoadBalancer
//!   loadBalancerIP: 192.0.2.1
//!   ports:
//!   - port: 80
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
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Entry, Stream, Value, remove};

use crate::prelude::*;
use crate::service_defaults::{defaults, list};
use crate::service_families::{EVIDENCE, Place, core, hindrance, leave, only_ipv6, prefer, undeclared};

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML], anchors: Anchors(&[&["ipFamil"], &["kind: Service"]]), specificity: 0, run };

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
