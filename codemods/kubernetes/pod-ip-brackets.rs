//! # Put addresses of pods and nodes in brackets where a port follows
//!
//! ## Why it breaks
//! `$(POD_IP):9093` is `fd00::7:9093` on a pod whose address is an IPv6 one, and nobody can tell
//! the port. `[$(POD_IP)]:9093` is right for both families where a program takes a host and a port
//! apart as Go does, and as gunicorn, haproxy, memcached and php do.
//!
//! ## Examples
//! ```yaml before
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: alertmanager
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: alertmanager
//!           image: prom/alertmanager:v0.27.0
//!           env:
//!             - name: POD_IP
//!               valueFrom: {fieldRef: {fieldPath: status.podIP}}
//!             - name: LISTEN_ADDRESS
//!               value: $(POD_IP):8080
//!           args:
//!             - --cluster.advertise-address=$(POD_IP):9094
//!             - --web.listen-address
//!             - "$(POD_IP):9093"
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: alertmanager
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: alertmanager
//!           image: prom/alertmanager:v0.27.0
//!           env:
//!             - name: POD_IP
//!               valueFrom: {fieldRef: {fieldPath: status.podIP}}
//!             - name: LISTEN_ADDRESS
//!               value: "[$(POD_IP)]:8080"
//!           args:
//!             - --cluster.advertise-address=[$(POD_IP)]:9094
//!             - --web.listen-address
//!             - "[$(POD_IP)]:9093"
//! ```
//! In templates, where a branch may give another address:
//! ```yaml before path=chart/templates/daemonset.yaml
//! apiVersion: apps/v1
//! kind: DaemonSet
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: node-exporter
//!           args:
//!             - --web.listen-address=$(HOST_IP):{{ .Values.service.port }}
//!           env:
//!           - name: HOST_IP
//!             {{- if .Values.service.listenOnAllInterfaces }}
//!             value: 0.0.0.0
//!             {{- else }}
//!             valueFrom:
//!               fieldRef:
//!                 fieldPath: status.hostIP
//!             {{- end }}
//! ```
//! ```yaml after unsafe path=chart/templates/daemonset.yaml
//! apiVersion: apps/v1
//! kind: DaemonSet
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: node-exporter
//!           args:
//!             - --web.listen-address=[$(HOST_IP)]:{{ .Values.service.port }}
//!           env:
//!           - name: HOST_IP
//!             {{- if .Values.service.listenOnAllInterfaces }}
//!             value: 0.0.0.0
//!             {{- else }}
//!             valueFrom:
//!               fieldRef:
//!                 fieldPath: status.hostIP
//!             {{- end }}
//! ```
//! The OpenTelemetry collector fills its environment in itself:
//! ```yaml before path=collector.yaml
//! receivers:
//!   otlp:
//!     protocols:
//!       grpc:
//!         endpoint: ${env:MY_POD_IP}:4317
//!       http:
//!         endpoint: "${env:MY_POD_IP}:4318"
//! ```
//! ```yaml after unsafe path=collector.yaml
//! receivers:
//!   otlp:
//!     protocols:
//!       grpc:
//!         endpoint: "[${env:MY_POD_IP}]:4317"
//!       http:
//!         endpoint: "[${env:MY_POD_IP}]:4318"
//! ```
//! In URLs no spelling is right for both families: most clients refuse an IPv4 address in brackets.
//! Where all addresses are of IPv6 there is one.
//! ```yaml before mode=ipv6-only
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: etcd
//!     args: [--listen-peer-urls=http://$(POD_IP):2380]
//!     env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
//! ```
//! ```yaml after unsafe mode=ipv6-only
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: etcd
//!     args: ["--listen-peer-urls=http://[$(POD_IP)]:2380"]
//!     env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     env:
//!     - name: POD_IP
//!       valueFrom: {fieldRef: {fieldPath: status.podIP}}
//!     - name: PUBLIC_URL
//!       value: http://$(POD_IP):8080/
//! ```
//! Programs whose runtime takes no brackets, and values of which nobody can tell who reads them:
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     command: [java, "-Dhazelcast.local.publicAddress=$(POD_IP):5701", -jar, a.jar]
//!     env:
//!     - name: POD_IP
//!       valueFrom: {fieldRef: {fieldPath: status.podIP}}
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     env:
//!     - name: POD_IP
//!       valueFrom: {fieldRef: {fieldPath: status.podIP}}
//!     - name: NODE
//!       value: $(POD_IP):5701
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: jobs
//!     env:
//!     - name: STATSD_HOST
//!       valueFrom: {fieldRef: {fieldPath: status.hostIP}}
//!     - name: STATSD_ADDR
//!       value: $(STATSD_HOST):8125
//! ```
//! ```yaml reported path=collector.yaml
//! receivers:
//!   kubeletstats:
//!     endpoint: ${env:K8S_NODE_IP}:10250
//! ```
//! Left alone: brackets are there, no port follows, names, other variables.
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: web
//!     args:
//!     - --listen-address=[$(POD_IP)]:80
//!     - --node-ip=$(POD_IP)
//!     - --bind-address=$(POD_NAME):80
//!     - --image-address=$(REGISTRY):80
//!     - --address=x$(POD_IP):80
//!     env:
//!     - name: POD_IP
//!       valueFrom: {fieldRef: {fieldPath: status.podIP}}
//!     - name: POD_NAME
//!       valueFrom: {fieldRef: {fieldPath: metadata.name}}
//!     - name: REGISTRY
//!       value: registry
//! ---
//! endpoint: ${env:HOST}:4317
//! ```
//!
//! ## Safety
//! Unsafe: listen addresses with brackets were measured for the programs named above, for both
//! families; which program reads the value is told by the name of the flag or variable.
//!
//! ## References
//! - evidence: brackets, measured
//! - <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>

use sixify_langs::Mode;
use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::{Container, containers};
use sixify_langs::yaml::splice::splice;
use sixify_langs::yaml::template::without_actions;
use sixify_langs::yaml::{Data, Map, Scalar, Stream, Value};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["_IP):"], &["status.podIP", "):"], &["status.hostIP", "):"], &["_IP}:"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: brackets, measured";

/// Parts of the names of flags and variables that hold a host and a port to listen on, or to be
/// found at.
const ADDRESS_WORDS: [&str; 8] = ["listen", "bind", "addr", "advertise", "endpoint", "hostport", "host-port", "peer"];

/// Those that tell of an address to listen on in the name of a variable, which is for the program of the
/// image. What others are reached at, such a program may take apart at the first colon.
const LISTEN_WORDS: [&str; 3] = ["listen", "bind", "advertise"];

/// Programs that do not take a host in brackets apart as Go does.
const OTHERS: [&str; 15] = [
    "bundle",
    "celery",
    "dotnet",
    "java",
    "node",
    "npm",
    "npx",
    "php",
    "python",
    "python3",
    "rails",
    "redis-server",
    "ruby",
    "sidekiq",
    "yarn",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let stream = Stream::of(doc);
    for container in containers(&stream) {
        look(doc, &container, cx);
    }
    for root in &stream.roots {
        collector(doc, root, cx);
    }
    Ok(())
}

/// A scalar that holds an address of a pod.
struct Place<'a> {
    scalar: &'a Scalar,
    flow: bool,
    /// The flag or variable that it is the value of.
    name: &'a str,
    /// Whether the program is known to take no brackets.
    other: bool,
    /// Whether it is a variable of the environment.
    variable: bool,
    what: String,
}

fn look(doc: &Document, container: &Container<'_>, cx: &mut Context<'_>) {
    let named = |key: &'static str| container.map.entries.iter().filter(move |e| e.key.fixed() == Some(key));
    let lists: Vec<_> = named("env").filter_map(|e| e.value.seq()).collect();
    let variables: Vec<&Map> = lists.iter().flat_map(|s| &s.items).filter_map(|item| item.value.map()).collect();
    let name = |map: &&Map| map.get("name").and_then(Value::scalar).map_or(String::new(), |s| s.text().to_owned());
    let addresses: Vec<String> = variables.iter().filter(|map| address(map)).map(name).collect();
    // What a template adds to the environment cannot be seen; then the name has to tell.
    let open = lists.is_empty() || lists.iter().any(|list| list.open) || container.map.open;
    let known = |name: &str| addresses.iter().any(|a| a == name) || (open && telling(name));
    let words: Vec<(&Scalar, bool)> = ["command", "args"]
        .into_iter()
        .flat_map(named)
        .filter_map(|e| e.value.seq())
        .flat_map(|seq| seq.items.iter().filter_map(|item| Some((item.value.scalar()?, seq.flow))))
        .collect();
    let program = words.first().map_or("", |(s, _)| s.text().rsplit('/').next().unwrap_or(""));
    let other = OTHERS.contains(&program);
    let mut before = "";
    for (scalar, flow) in words {
        let text = scalar.text();
        let flag = if text.starts_with('-') { text.split('=').next().unwrap_or(text) } else { before };
        let other = other || flag.starts_with("-D");
        let what = format!("arguments of container {}", container.name);
        // A script of a shell expands its variables by itself.
        if !without_actions(text).contains(['\n', ' ']) {
            place(doc, &Place { scalar, flow, name: flag, other, variable: false, what }, ("$(", ")"), &known, cx);
        }
        before = text;
    }
    for map in variables {
        let Some(scalar) = map.get("value").and_then(Value::scalar) else { continue };
        let name = name(&map);
        let what = format!("environment of container {}", container.name);
        let variable = Place { scalar, flow: map.flow, name: &name, other, variable: true, what };
        place(doc, &variable, ("$(", ")"), &known, cx);
    }
}

/// Whether a variable is the address of the pod or of its node.
fn address(variable: &Map) -> bool {
    let path = variable.get("valueFrom").and_then(|v| v.at(&["fieldRef", "fieldPath"]));
    path.and_then(Value::fixed).is_some_and(|path| ["status.podIP", "status.hostIP"].contains(&path))
}

/// Whether a name can only be that of such a variable.
fn telling(name: &str) -> bool {
    ["POD_IP", "HOST_IP", "NODE_IP"].iter().any(|end| name.ends_with(end))
}

/// Values of the collector's configuration: `endpoint: ${env:MY_POD_IP}:4317`.
fn collector(doc: &Document, root: &Value, cx: &mut Context<'_>) {
    root.walk(&mut |path, value| {
        let Data::Map(map) = &value.data else { return };
        // It becomes the host of a URL, which Go refuses with an IPv4 address in brackets.
        let other = path.to_ascii_lowercase().contains("kubelet");
        for entry in &map.entries {
            let Some(scalar) = entry.value.scalar() else { continue };
            let name = entry.key.text();
            if name != "endpoint" && !scalar.text().contains("${env:") {
                continue;
            }
            let known = |name: &str| telling(name.strip_prefix("env:").unwrap_or(name));
            let what = "configuration of an OpenTelemetry collector".to_owned();
            let place_of = Place { scalar, flow: map.flow, name, other, variable: false, what };
            place(doc, &place_of, ("${", "}"), &known, cx);
        }
    });
}

fn place(
    doc: &Document,
    place: &Place<'_>,
    (open, close): (&str, &str),
    known: &dyn Fn(&str) -> bool,
    cx: &mut Context<'_>,
) {
    let text = place.scalar.text();
    let mut changes = Vec::new();
    let mut url = false;
    let mut at = 0;
    while let Some(start) = text[at..].find(open).map(|i| at + i) {
        let Some(length) = text[start..].find(close) else { break };
        at = start + length + close.len();
        let name = &text[start + open.len()..start + length];
        let port = text[at..]
            .strip_prefix(':')
            .is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit() || "{$".contains(c)));
        let before = &text[..start];
        let begins = before.is_empty() || before.ends_with(['=', ',']);
        if port && known(name) && (begins || before.ends_with("://")) {
            url |= !begins;
            changes.push((Span::at(start), "[".to_owned()));
            changes.push((Span::at(at), "]".to_owned()));
        }
    }
    if changes.is_empty() {
        return;
    }
    let lower = place.name.to_ascii_lowercase();
    let words: &[&str] = if place.variable { &LISTEN_WORDS } else { &ADDRESS_WORDS };
    let named = words.iter().any(|word| lower.contains(word));
    let only = Policy::of(cx.options()).mode == Mode::Ipv6Only;
    let message = "an IPv6 address and a port cannot be told apart here without brackets around the address";
    let finding = Finding::new(place.scalar.span, Role::Join.name(), message);
    let finding = finding.because(place.what.clone()).because(EVIDENCE);
    let why = if url && !only {
        Some("most clients refuse an IPv4 address in brackets in a URL: use the name of a Service or host instead")
    } else if place.other {
        Some("what reads this takes no IPv4 address in brackets")
    } else {
        (!named && !url).then_some("nothing tells who reads this value, and whether they take brackets")
    };
    cx.report(match (why, splice(&doc.text, place.scalar, place.flow, &changes)) {
        (None, Some(edits)) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
        (Some(why), _) => finding.because(why),
        (None, None) => finding.because("the scalar cannot be quoted around its template actions"),
    });
}
