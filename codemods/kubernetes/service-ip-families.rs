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
//! spec:
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: {{ .Values.port }}
//! ---
//! apiVersion: v1
//! kind: Service
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
//! spec:
//!   ipFamilyPolicy: PreferDualStack
//!   type: {{ .Values.service.type }}
//!   ports:
//!     - port: {{ .Values.port }}
//! ---
//! apiVersion: v1
//! kind: Service
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
//! So it is where a condition chooses the type, and with a comment where each value has one:
//! ```yaml before path=chart/templates/svc.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   {{- if eq .Values.ui.type "Proxy" }}
//!   type: ClusterIP
//!   {{- else }}
//!   type: {{ .Values.ui.type }}
//!   {{- end }}
//!   ports: [{port: 80}]
//! ```
//! ```yaml before path=chart/values.yaml
//! ui:
//!   # Proxy, or a type of Service
//!   type: Proxy
//!   # Number of replicas
//!   replicas: 2
//! ```
//! ```yaml before path=chart/Chart.yaml
//! name: web
//! ```
//! ```yaml after unsafe path=chart/templates/svc.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   {{- with .Values.ui.ipFamilyPolicy }}
//!   ipFamilyPolicy: {{ . }}
//!   {{- end }}
//!   {{- if eq .Values.ui.type "Proxy" }}
//!   type: ClusterIP
//!   {{- else }}
//!   type: {{ .Values.ui.type }}
//!   {{- end }}
//!   ports: [{port: 80}]
//! ```
//! ```yaml after unsafe path=chart/values.yaml
//! ui:
//!   # Proxy, or a type of Service
//!   type: Proxy
//!   # IP family policy of the Service
//!   ipFamilyPolicy: PreferDualStack
//!   # Number of replicas
//!   replicas: 2
//! ```
//! Reported: a chart that has values for the families, and a Service that uses none of them; a
//! Service that may have no addresses of its own:
//! ```yaml reported path=chart/templates/services.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   {{- with .Values.service.ipFamilyPolicy }}
//!   ipFamilyPolicy: {{ . }}
//!   {{- end }}
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ports: [{port: 81}]
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
//! ```yaml reported path=chart/templates/server.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   ports: [{port: 81}]
//! ---
//! kind: ConfigMap
//! data:
//!   bind: {{ if .Values.global.dualStack.enabled }}"[::]"{{ else }}"0.0.0.0"{{ end }}
//! ```
//! ```yaml reported path=chart/templates/service.yaml
//! apiVersion: v1
//! kind: Service
//! spec:
//!   type: {{ .Values.type }}
//!   externalName: {{ .Values.name }}
//!   ports: [{port: 81}]
//! ```
//! Reported: an address for the load balancer, which MetalLB and others refuse for two families.
//! ```yaml reported
//! apiVersion: v1
//! kind: Service
//! spec:
//!   loadBalancerIP: 192.0.2.1
//!   ports: [{port: 80}]
//! ---
//! apiVersion: v1
//! kind: Service
//! metadata: {annotations: {metallb.io/loadBalancerIPs: $PREFIX.0.10}}
//! spec:
//!   ports: [{port: 80}]
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
//!   ports: [{port: 80}]
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
//!   ports: [{port: 80}]
//! ```
//! ```yaml unchanged mode=ipv6-only
//! apiVersion: v1
//! kind: Service
//! spec: {ports: [{port: 80}]}
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

use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::objects;
use sixify_langs::yaml::{Stream, Value};

use crate::prelude::*;
use crate::service_families::{Place, core, look};

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
    Ok(())
}
