//! # Let calico-node route IPv6
//!
//! ## Why it breaks
//! The manifests of Calico switch IPv6 off: `FELIX_IPV6SUPPORT` is `false`, and without `IP6` the
//! nodes have no IPv6 address to route from. For IPv6 alone, `IP` is `none` and the router id comes
//! from the name of the node, because there is no IPv4 address to make it of.
//!
//! ## Examples
//! ```yaml before
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           image: calico/node:v3.31.0
//!           env:
//!             # Auto-detect the BGP IP address.
//!             - name: IP
//!               value: "autodetect"
//!             # Enable IPIP
//!             - name: CALICO_IPV4POOL_IPIP
//!               value: "Always"
//!             # Disable IPv6 on Kubernetes.
//!             - name: FELIX_IPV6SUPPORT
//!               value: "false"
//!             - name: FELIX_HEALTHENABLED
//!               value: "true"
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           image: calico/node:v3.31.0
//!           env:
//!             # Auto-detect the BGP IP address.
//!             - name: IP
//!               value: "autodetect"
//!             - name: IP6
//!               value: "autodetect"
//!             # Enable IPIP
//!             - name: CALICO_IPV4POOL_IPIP
//!               value: "Always"
//!             # Enable IPv6 on Kubernetes.
//!             - name: FELIX_IPV6SUPPORT
//!               value: "true"
//!             - name: FELIX_HEALTHENABLED
//!               value: "true"
//! ```
//! Prefixes are the operator's. With the settings `pool`, `nat` and `vxlan` the IPv6 pool is made
//! of them:
//! ```yaml before mode=ipv6-only set.calico/node-env.pool=fd00:10:244::/56 set.calico/node-env.nat=true set.calico/node-env.vxlan=Always
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           env:
//!             - name: IP
//!               value: "autodetect"
//!             - name: CALICO_IPV6POOL_VXLAN
//!               value: "Never"
//!             - name: FELIX_IPV6SUPPORT
//!               value: "false"
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           env:
//!             - name: IP
//!               value: "none"
//!             - name: IP6
//!               value: "autodetect"
//!             - name: CALICO_ROUTER_ID
//!               value: "hash"
//!             - name: CALICO_IPV6POOL_CIDR
//!               value: "fd00:10:244::/56"
//!             - name: CALICO_IPV6POOL_NAT_OUTGOING
//!               value: "true"
//!             - name: CALICO_IPV6POOL_VXLAN
//!               value: "Always"
//!             - name: FELIX_IPV6SUPPORT
//!               value: "true"
//! ```
//! What a template writes in branches is needed in all of them:
//! ```yaml before path=roles/calico/templates/calico-node.yml.j2
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           env:
//! {% if method is defined %}
//!             - name: IP_AUTODETECTION_METHOD
//!               value: "{{ method }}"
//!             - name: IP
//!               value: "autodetect"
//! {% else %}
//!             - name: IP
//!               value: "autodetect"
//! {% endif %}
//!             - name: FELIX_IPV6SUPPORT
//!               value: "false"
//! ```
//! ```yaml after unsafe path=roles/calico/templates/calico-node.yml.j2
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: calico-node
//!           env:
//! {% if method is defined %}
//!             - name: IP_AUTODETECTION_METHOD
//!               value: "{{ method }}"
//!             - name: IP
//!               value: "autodetect"
//! {% else %}
//!             - name: IP
//!               value: "autodetect"
//! {% endif %}
//!             - name: IP6
//!               value: "autodetect"
//!             - name: FELIX_IPV6SUPPORT
//!               value: "true"
//! ```
//! Reported: the operator of Calico has the pools in an object of its own, and a pool needs a
//! prefix.
//! ```yaml reported
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! metadata:
//!   name: default
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - blockSize: 26
//!       cidr: 10.244.0.0/16
//!       encapsulation: VXLANCrossSubnet
//! ```
//! ```yaml before set.calico/node-env.pool=fd00:10:244::/56
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! metadata:
//!   name: default
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - blockSize: 26
//!       cidr: 10.244.0.0/16
//!       encapsulation: VXLANCrossSubnet
//!       natOutgoing: Enabled
//! ```
//! ```yaml after unsafe
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! metadata:
//!   name: default
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - blockSize: 26
//!       cidr: 10.244.0.0/16
//!       encapsulation: VXLANCrossSubnet
//!       natOutgoing: Enabled
//!     - blockSize: 122
//!       cidr: fd00:10:244::/56
//!       encapsulation: None
//!       natOutgoing: Enabled
//!       nodeSelector: all()
//! ```
//! For IPv6 alone it is the only pool:
//! ```yaml before mode=ipv6-only set.calico/node-env.pool=fd00:10:244::/56
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! metadata:
//!   name: default
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - name: default-ipv4-ippool
//!       blockSize: 26
//!       cidr: 10.244.0.0/16
//!       encapsulation: IPIP
//!       natOutgoing: Enabled
//! ```
//! ```yaml after unsafe
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! metadata:
//!   name: default
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - name: default-ipv6-ippool
//!       blockSize: 122
//!       cidr: fd00:10:244::/56
//!       encapsulation: None
//!       natOutgoing: Enabled
//! ```
//! ```yaml reported mode=ipv6-only set.calico/node-env.pool=fd00:10:244::/56
//! apiVersion: operator.tigera.io/v1
//! kind: Installation
//! spec:
//!   calicoNetwork:
//!     ipPools:
//!     - cidr: 10.244.0.0/16
//!     - cidr: 10.245.0.0/16
//! ```
//! Left alone: IPv6 is on, addresses that others give, other containers.
//! ```yaml unchanged
//! apiVersion: apps/v1
//! kind: DaemonSet
//! metadata:
//!   name: calico-node
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: calico-node
//!           env: [{name: IP, value: autodetect}]
//!       containers:
//!         - name: calico-node
//!           env:
//!             - name: IP
//!               value: "autodetect"
//!             - name: IP6
//!               value: "autodetect"
//!             - name: FELIX_IPV6SUPPORT
//!               value: "true"
//!         - name: calico-policy
//!           image: calico/node
//!           env:
//!             - name: IP
//!               value: ""
//!         - name: app
//!           env:
//!             - name: IP
//!               value: autodetect
//! ```
//!
//! ## Safety
//! Unsafe: read in the documentation and sources of Calico, and not run. A node without an IPv6
//! address does not start with `IP6: autodetect`. Without the setting `pool`, Calico takes the
//! pod subnet of kubeadm, or makes a prefix of its own. Running clusters keep the pools they have.
//!
//! ## References
//! - <https://docs.tigera.io/calico/latest/networking/ipam/ipv6>
//! - source: Calico, node/pkg/lifecycle/startup/startup.go

use sixify_langs::classify::YAML;
use sixify_langs::yaml::kubernetes::{Container, Object, containers, objects};
use sixify_langs::yaml::{Entry, Seq, Stream, Style, Value, branch, edit, quote};
use sixify_langs::{Mode, address};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[YAML],
    anchors: Anchors(&[&["calico-node", "autodetect"], &["calico/node", "autodetect"], &["calicoNetwork"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "source: calico-node's environment, Calico's documentation";
const POOL: &str = "calico/node-env.pool";
const NAT: &str = "calico/node-env.nat";
const VXLAN: &str = "calico/node-env.vxlan";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    for container in containers(&stream).iter().filter(|c| !c.init) {
        look(doc, &stream, container, policy.mode, cx);
    }
    for object in objects(&stream).iter().filter(|o| o.kind == "Installation") {
        installation(object, policy.mode, cx);
    }
    Ok(())
}

/// A variable of a container: its number among the items, and its value.
struct Variable<'a> {
    item: usize,
    value: &'a Value,
}

fn variables<'a>(env: &'a Seq, name: &str) -> Vec<Variable<'a>> {
    let mut found = Vec::new();
    for (item, map) in env.items.iter().enumerate().filter_map(|(n, i)| Some((n, i.value.map()?))) {
        if map.get("name").and_then(Value::fixed) == Some(name)
            && let Some(value) = map.get("value")
        {
            found.push(Variable { item, value });
        }
    }
    found
}

fn look(doc: &Document, stream: &Stream, container: &Container<'_>, mode: Mode, cx: &mut Context<'_>) {
    let image = container.map.get("image").and_then(Value::scalar).map_or("", |s| s.text());
    if container.name != "calico-node" && !image.contains("calico/node") {
        return;
    }
    let Some(entry) = container.map.entry("env") else { return };
    let Some(env) = entry.value.seq().filter(|s| !s.flow) else { return };
    let addresses = variables(env, "IP");
    // Where others give the addresses, as flannel does in canal, there is nothing to detect.
    let detected = |v: &Variable<'_>| v.value.fixed() == Some("autodetect");
    let Some(last) = addresses.last().filter(|_| addresses.iter().all(detected)) else { return };
    let only = mode == Mode::Ipv6Only;
    let mut edits = Vec::new();
    let mut say = |value: &Value, word: &str| {
        if let Some(scalar) = value.scalar().filter(|s| s.fixed().is_some_and(|old| old != word)) {
            edits.extend(edit::replace(scalar, word, false));
        }
    };
    for variable in addresses.iter().filter(|_| only) {
        say(variable.value, "none");
    }
    let support = variables(env, "FELIX_IPV6SUPPORT");
    support.iter().filter(|v| v.value.fixed() == Some("false")).for_each(|v| say(v.value, "true"));
    let mut wanted = vec![("IP6", "autodetect")];
    if only {
        wanted.push(("CALICO_ROUTER_ID", "hash"));
    }
    let setting = |key: &str| cx.options().setting(key);
    wanted.extend(setting(POOL).map(|pool| ("CALICO_IPV6POOL_CIDR", pool)));
    wanted.extend(setting(NAT).map(|nat| ("CALICO_IPV6POOL_NAT_OUTGOING", nat)));
    wanted.extend(setting(VXLAN).map(|vxlan| ("CALICO_IPV6POOL_VXLAN", vxlan)));
    let mut added = Vec::new();
    for (name, value) in wanted {
        match variables(env, name).as_slice() {
            [] if env.items.iter().any(|i| i.value.get("name").and_then(Value::fixed) == Some(name)) => {}
            [] => added.push((name, value)),
            // What is there stays, but for what the settings ask for.
            found if name.starts_with("CALICO_IPV6POOL") => found.iter().for_each(|v| say(v.value, value)),
            _ => {}
        }
    }
    edits.extend(comments(doc, env, &support));
    let inserted =
        if added.is_empty() { Some(None) } else { insert(doc, stream, (entry, env), last, &added).map(Some) };
    let Some(inserted) = inserted else { return };
    edits.extend(inserted);
    if edits.is_empty() {
        return;
    }
    let place = env.items.get(last.item).map_or(env.span, |item| item.span);
    let message = if only {
        "calico-node routes IPv4 only; with these variables it routes IPv6 alone"
    } else {
        "calico-node routes IPv4 only; with these variables it routes both families, on nodes that have both"
    };
    let finding = Finding::new(place, Role::AddressFamily.name(), message).because(EVIDENCE);
    let finding = match cx.options().setting(POOL) {
        Some(_) => finding,
        None => finding.because(format!(
            "the IPv6 pool is the pod subnet of kubeadm, or a prefix that Calico makes; the setting {POOL} gives another"
        )),
    };
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
}

/// The line above the switch says what upstream's manifest does; it is kept true.
fn comments(doc: &Document, env: &Seq, support: &[Variable<'_>]) -> Vec<Edit> {
    const WORD: &str = "# disable ipv6";
    let mut edits = Vec::new();
    for variable in support.iter().filter(|v| v.value.fixed() == Some("false")) {
        let Some(item) = env.items.get(variable.item) else { continue };
        let above = doc.text.get(..item.span.start).unwrap_or("").trim_end();
        let line = above.rfind('\n').map_or(0, |i| i + 1);
        let indent = above[line..].len() - above[line..].trim_start().len();
        if above[line + indent..].to_ascii_lowercase().starts_with(WORD) {
            let start = line + indent + 2;
            edits.push(Edit::replace(Span::new(start, start + "Disable".len()), "Enable"));
        }
    }
    edits
}

/// New variables behind the one that they belong to, outside of its conditions, written as it is.
fn insert(
    doc: &Document,
    stream: &Stream,
    (entry, env): (&Entry, &Seq),
    after: &Variable<'_>,
    added: &[(&str, &str)],
) -> Option<Edit> {
    let item = env.items.get(after.item)?;
    let style = after.value.scalar().map_or(Style::Double, |s| s.style);
    // An item of a sequence ends behind the comments below it.
    let end = item.value.map()?.entries.last()?.value.span.end;
    let at = branch::behind(&doc.text, &stream.masked, Span::new(entry.key.span.end, doc.text.len()), end)?;
    let rest = doc.text.get(at..)?;
    let line = rest.split('\n').next()?.trim_end_matches('\r');
    if !(line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return None;
    }
    let dash = " ".repeat(env.column);
    let gap = " ".repeat(item.value.map()?.column.checked_sub(env.column + 1)?);
    let lines: String = added
        .iter()
        .map(|(name, value)| format!("\n{dash}-{gap}name: {name}\n{dash} {gap}value: {}", quote(value, style, false)))
        .collect();
    Some(Edit::insert(at + line.len(), lines))
}

/// The pools that the operator of Calico makes.
fn installation(object: &Object<'_>, mode: Mode, cx: &mut Context<'_>) {
    let pools = object.root.at(&["spec", "calicoNetwork", "ipPools"]).and_then(Value::seq);
    let Some(pools) = pools.filter(|s| !s.open && !s.flow) else { return };
    let cidrs: Vec<&str> = pools.items.iter().filter_map(|i| i.value.get("cidr")?.fixed()).collect();
    if cidrs.len() != pools.items.len() || cidrs.is_empty() || cidrs.iter().any(|cidr| cidr.contains(':')) {
        return;
    }
    let range = cidrs.iter().all(|cidr| address::addresses(cidr).len() == 1);
    let Some(last) = pools.items.last().filter(|_| range) else { return };
    let message = "the pools of Calico have IPv4 addresses only; pods get IPv6 ones from a pool with an IPv6 prefix";
    let finding = Finding::new(pools.span, Role::Cidr.name(), message).because(EVIDENCE);
    let Some(pool) = cx.options().setting(POOL) else {
        cx.report(finding.because(format!("the setting {POOL} gives the prefix, such as fd00:10:244::/56")));
        return;
    };
    if mode == Mode::Ipv6Only {
        let edits = (pools.items.len() == 1).then(|| turned(&last.value, pool)).flatten();
        return cx.report(match edits {
            Some(edits) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
            None => finding.because("for IPv6 alone there is one pool, and none of IPv4"),
        });
    }
    let dash = " ".repeat(pools.column);
    let keys = [("blockSize", "122"), ("cidr", pool), ("encapsulation", "None"), ("natOutgoing", "Enabled")];
    let mut lines: String = String::new();
    for (n, (key, value)) in keys.into_iter().chain([("nodeSelector", "all()")]).enumerate() {
        lines.push_str(&format!("\n{dash}{} {key}: {value}", if n == 0 { "-" } else { " " }));
    }
    let Some(end) = last.value.map().and_then(|m| Some(m.entries.last()?.value.span.end)) else { return };
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edit(Edit::insert(end, lines))));
}

/// What makes an IPv6 pool of an IPv4 pool. There is VXLAN for IPv6, and no IP in IP.
fn turned(item: &Value, pool: &str) -> Option<Vec<Edit>> {
    let mut edits = vec![edit::replace(item.get("cidr")?.scalar()?, pool, false)?];
    let mut turn = |key: &str, to: &dyn Fn(&str) -> Option<String>| -> Option<()> {
        let Some(scalar) = item.get(key).and_then(Value::scalar) else { return Some(()) };
        if let Some(word) = to(scalar.fixed()?) {
            edits.push(edit::replace(scalar, &word, false)?);
        }
        Some(())
    };
    turn("name", &|name| name.contains("ipv4").then(|| name.replace("ipv4", "ipv6")))?;
    turn("encapsulation", &|kind| kind.starts_with("IPIP").then(|| "None".to_owned()))?;
    if let Some(size) = item.get("blockSize") {
        edits.push(edit::replace_bare(size.scalar()?, "122")?);
    }
    edits.sort_by_key(|e| e.span.start);
    Some(edits)
}
