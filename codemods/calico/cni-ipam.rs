//! # Let Calico's IPAM give pods IPv6 addresses
//!
//! ## Why it breaks
//! The CNI configuration of Calico says which families a pod gets addresses of. Unless it says
//! `assign_ipv6`, that is IPv4 alone.
//!
//! ## Examples
//! ```yaml before
//! kind: ConfigMap
//! apiVersion: v1
//! metadata:
//!   name: calico-config
//! data:
//!   calico_backend: "bird"
//!   cni_network_config: |-
//!     {
//!       "plugins": [
//!         {
//!           "type": "calico",
//!           "mtu": __CNI_MTU__,
//!           "ipam": {
//!               "type": "calico-ipam"
//!           }
//!         }
//!       ]
//!     }
//! ```
//! ```yaml after unsafe
//! kind: ConfigMap
//! apiVersion: v1
//! metadata:
//!   name: calico-config
//! data:
//!   calico_backend: "bird"
//!   cni_network_config: |-
//!     {
//!       "plugins": [
//!         {
//!           "type": "calico",
//!           "mtu": __CNI_MTU__,
//!           "ipam": {
//!               "type": "calico-ipam",
//!               "assign_ipv4": "true",
//!               "assign_ipv6": "true"
//!           }
//!         }
//!       ]
//!     }
//! ```
//! IPv6 alone, in a file, as a template of Ansible writes it:
//! ```json before mode=ipv6-only path=templates/cni-calico.conflist.j2
//! {
//!   "plugins": [
//!     {
//! {% if backend == "kdd" %}
//!       "datastore_type": "kubernetes",
//! {% endif %}
//!       "ipam": {
//!         "type": "calico-ipam",
//!         "assign_ipv4": "true",
//!         "ipv4_pools": ["{{ pool | default(subnet) }}"]
//!       }
//!     }
//!   ]
//! }
//! ```
//! ```json after unsafe path=templates/cni-calico.conflist.j2
//! {
//!   "plugins": [
//!     {
//! {% if backend == "kdd" %}
//!       "datastore_type": "kubernetes",
//! {% endif %}
//!       "ipam": {
//!         "type": "calico-ipam",
//!         "assign_ipv4": "false",
//!         "assign_ipv6": "true",
//!         "ipv4_pools": ["{{ pool | default(subnet) }}"]
//!       }
//!     }
//!   ]
//! }
//! ```
//! ```json before path=10-calico.conflist
//! {"plugins": [{"type": "calico", "ipam": {"type": "calico-ipam", "assign_ipv6": "false"}}]}
//! ```
//! ```json after unsafe path=10-calico.conflist
//! {"plugins": [{"type": "calico", "ipam": {"type": "calico-ipam", "assign_ipv6": "true", "assign_ipv4": "true"}}]}
//! ```
//! Left alone: it says so already, another IPAM, other keys.
//! ```yaml unchanged
//! kind: ConfigMap
//! apiVersion: v1
//! metadata:
//!   name: calico-config
//! data:
//!   cni_network_config: |-
//!     {"ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true"}}
//!   other: |-
//!     {"ipam": {"type": "host-local", "note": "not calico-ipam"}}
//! ```
//! ```json unchanged path=cni-calico.conflist.j2
//! {"ipam": {"type": "calico-ipam", {{ '"assign_ipv6": "true"' if ipv6_stack }}}}
//! ```
//! ```yaml unchanged mode=ipv6-capable
//! kind: ConfigMap
//! apiVersion: v1
//! data:
//!   cni_network_config: |-
//!     {"ipam": {"type": "calico-ipam"}}
//! ```
//!
//! ## Safety
//! Unsafe: read in Calico's documentation, and not run. It needs an IPv6 pool; see
//! `calico/node-env`. Pods that run already keep the addresses they have.
//!
//! ## References
//! - <https://docs.tigera.io/calico/latest/networking/ipam/ipv6>

use sixify_langs::Mode;
use sixify_langs::classify::{CNI_CONF, YAML};
use sixify_langs::yaml::kubernetes::data_keys;
use sixify_langs::yaml::{Stream, splice, template};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML, CNI_CONF], anchors: Anchors(&[&["calico-ipam"]]), specificity: 0, run };

const TYPE: &str = "calico-ipam";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    if doc.kind == CNI_CONF {
        if let Some((place, changes)) = changes(&doc.text, policy.mode) {
            let edits = changes.into_iter().map(|(span, text)| Edit::replace(span, text));
            report(place, edits.collect(), cx);
        }
        return Ok(());
    }
    let stream = Stream::of(doc);
    for data in data_keys(&stream) {
        let Some(scalar) = data.value.scalar() else { continue };
        let Some((_, changes)) = changes(scalar.text(), policy.mode) else { continue };
        if let Some(edits) = splice::splice(&doc.text, scalar, false, &changes) {
            let place = edits.first().map_or(scalar.span, |e| e.span);
            report(place, edits, cx);
        }
    }
    Ok(())
}

fn report(place: Span, edits: Vec<Edit>, cx: &mut Context<'_>) {
    let message = "pods get IPv4 addresses only: calico-ipam gives those of IPv6 when it is told to";
    let finding = Finding::new(place, Role::AddressFamily.name(), message).because("source: Calico's documentation");
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
}

/// What has to change in the object around `"type": "calico-ipam"`. The text may hold placeholders
/// and template actions, so it is no JSON that a parser would take.
fn changes(text: &str, mode: Mode) -> Option<(Span, Vec<(Span, String)>)> {
    // A template that decides about a family knows better.
    let decides = |a: &template::Action| a.span.text(text).contains("assign_ipv");
    if template::mask(text).actions.iter().any(decides) {
        return None;
    }
    let value = text.find(&format!("\"{TYPE}\""))?;
    let kind = Span::new(value, value + TYPE.len() + 2);
    let key = text[..value].trim_end().strip_suffix(':')?.trim_end().strip_suffix("\"type\"")?.len();
    // The object ends at its brace; the lists and templates in it hold pairs of braces only.
    let mut depth = 0;
    let length = text[value..].char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (depth < 0).then_some(at)
    })?;
    let object = Span::new(key, value + length);
    let mut changes = Vec::new();
    let mut missing = String::new();
    let line = text[..key].rfind('\n').map_or(0, |i| i + 1);
    let indent = &text[line..key];
    let separator = if indent.trim().is_empty() && line > 0 { format!(",\n{indent}") } else { ", ".to_owned() };
    let mut last = kind.end;
    for (name, wanted) in [("assign_ipv4", mode != Mode::Ipv6Only), ("assign_ipv6", true)] {
        let wanted = if wanted { "\"true\"" } else { "\"false\"" };
        let Some((span, said)) = member(text, object, name) else {
            missing.push_str(&format!("{separator}\"{name}\": {wanted}"));
            continue;
        };
        if said.trim_matches('"') != wanted.trim_matches('"') {
            changes.push((span, wanted.to_owned()));
        }
        last = last.max(span.end);
    }
    if !missing.is_empty() {
        changes.push((Span::at(last), missing));
    }
    changes.sort();
    (!changes.is_empty()).then_some((kind, changes))
}

/// The place of the value of a key within an object, and the value.
fn member<'a>(text: &'a str, object: Span, name: &str) -> Option<(Span, &'a str)> {
    let name = format!("\"{name}\"");
    let at = object.start + object.text(text).find(&name)? + name.len();
    let rest = text.get(at..object.end)?;
    let colon = rest.find(':')? + 1;
    let start = at + colon + (rest[colon..].len() - rest[colon..].trim_start().len());
    let end = start + text[start..].find([',', '}', '\n'])?;
    let said = text[start..end].trim_end();
    Some((Span::new(start, start + said.len()), said))
}
