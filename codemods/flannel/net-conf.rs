//! # Let flannel give pods IPv6 addresses
//!
//! ## Why it breaks
//! `net-conf.json` has a network of IPv4 only. With `EnableIPv6` and `IPv6Network` flannel has one of
//! each family. Which prefix it is, only the operator knows: the setting `kubeadm/subnets.pods` gives
//! it. Without it the place is reported.
//!
//! ## Examples
//! ```yaml before set.kubeadm/subnets.pods=fd00:10:244::/56
//! kind: ConfigMap
//! apiVersion: v1
//! metadata:
//!   name: kube-flannel-cfg
//! data:
//!   net-conf.json: |
//!     {
//!       "Network": "10.244.0.0/16",
//!       "Backend": {
//!         "Type": "vxlan"
//!       }
//!     }
//! ```
//! ```yaml after unsafe
//! kind: ConfigMap
//! apiVersion: v1
//! metadata:
//!   name: kube-flannel-cfg
//! data:
//!   net-conf.json: |
//!     {
//!       "Network": "10.244.0.0/16",
//!       "EnableIPv6": true,
//!       "IPv6Network": "fd00:10:244::/56",
//!       "Backend": {
//!         "Type": "vxlan"
//!       }
//!     }
//! ```
//! ```json before mode=ipv6-only path=net-conf.json set.kubeadm/subnets.pods=fd00:10:244::/56
//! {"Network": "10.244.0.0/16", "Backend": {"Type": "host-gw"}}
//! ```
//! ```json after unsafe path=net-conf.json
//! {"Network": "10.244.0.0/16", "EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "fd00:10:244::/56", "Backend": {"Type": "host-gw"}}
//! ```
//! ```yaml reported
//! kind: ConfigMap
//! apiVersion: v1
//! data:
//!   net-conf.json: |
//!     { "Network": "10.244.0.0/16", "Backend": { "Type": "vxlan" } }
//! ```
//! Left alone: both families are there, or a template decides; backends that have one family.
//! ```yaml unchanged set.kubeadm/subnets.pods=fd00:10:244::/56
//! kind: ConfigMap
//! apiVersion: v1
//! data:
//!   net-conf.json: |
//!     {
//!       {{- if .Values.podCidrv6 }}
//!       "EnableIPv6": true,
//!       {{- end }}
//!       "Network": "10.244.0.0/16",
//!       "Backend": { "Type": "vxlan" }
//!     }
//! ---
//! kind: ConfigMap
//! apiVersion: v1
//! data:
//!   net-conf.json: |
//!     { "Network": "10.244.0.0/16", "Backend": { "Type": "udp" } }
//! ```
//! ```json unchanged path=other.json
//! {"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}
//! ```
//!
//! ## Safety
//! Unsafe: read in flannel's documentation, and not run. `EnableIPv4` is known from 0.15.1 on.
//!
//! ## References
//! - <https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md>

use sixify_langs::Mode;
use sixify_langs::address::{AddressClass, addresses, exact};
use sixify_langs::classify::{JSON, YAML};
use sixify_langs::yaml::kubernetes::data_keys;
use sixify_langs::yaml::{Stream, splice};

use crate::prelude::*;
use crate::subnets::{Outcome, Subnet, outcome};

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML, JSON], anchors: Anchors(&[&["Network", "Backend", "Type"]]), specificity: 0, run };

const FILE: &str = "net-conf.json";
/// The backends that know IPv6.
const BACKENDS: [&str; 4] = ["vxlan", "host-gw", "extension", "wireguard"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    if doc.kind == JSON {
        if doc.file_name() == FILE && doc.within.is_empty() {
            let change = change(&doc.text, cx);
            let edits = |(at, text): (usize, String)| vec![Edit::insert(at, text)];
            report(change, |c| Some(edits(c)), |span| span, cx);
        }
        return Ok(());
    }
    let stream = Stream::of(doc);
    for data in data_keys(&stream).into_iter().filter(|data| data.key == FILE) {
        let Some(scalar) = data.value.scalar() else { continue };
        let change = change(scalar.text(), cx);
        let write = |(at, text): (usize, String)| splice::splice(&doc.text, scalar, false, &[(Span::at(at), text)]);
        report(change, write, |_| scalar.span, cx);
    }
    Ok(())
}

/// The network of IPv4, and what has to stand behind it or has to be known first.
type Found = (Span, Result<(usize, String), String>);

fn report(
    found: Option<Found>,
    write: impl Fn((usize, String)) -> Option<Vec<Edit>>,
    place: impl Fn(Span) -> Span,
    cx: &mut Context<'_>,
) {
    let Some((span, change)) = found else { return };
    let message = "pods get addresses of the networks that flannel has, and that is IPv4 alone";
    let finding = Finding::new(place(span), Role::Cidr.name(), message).because("source: flannel's documentation");
    cx.report(match change {
        Err(why) => finding.because(why),
        Ok(change) => match write(change) {
            Some(edits) => finding.fix(Applicability::Unsafe, Fix::new().edits(edits)),
            None => finding,
        },
    });
}

fn change(text: &str, cx: &Context<'_>) -> Option<Found> {
    let backend = BACKENDS.iter().any(|backend| text.contains(&format!("\"{backend}\"")));
    if !backend || text.contains("IPv6") {
        return None;
    }
    const KEY: &str = "\"Network\"";
    let key = text.find(KEY)?;
    let value = key + KEY.len() + text[key + KEY.len()..].find('"')? + 1;
    let said = &text[value..value + text[value..].find('"')?];
    let range = addresses(said).first().is_some_and(|a| a.class == AddressClass::Range);
    if !range && exact(said).is_none() && !said.contains("{{") {
        return None;
    }
    let end = value + said.len() + 1;
    // The prefix alone, whatever the network of IPv4 is.
    let mut asked = outcome("0.0.0.0/0", false, Subnet::Pods, cx.options());
    if let Outcome::Becomes(list) = &mut asked {
        *list = list.rsplit(',').next().unwrap_or("").to_owned();
    }
    let prefix = match asked {
        Outcome::Becomes(prefix) => prefix,
        Outcome::Asks(why) => return Some((Span::new(key, end), Err(why))),
        _ => return None,
    };
    let line = text[..key].rfind('\n').map_or(0, |i| i + 1);
    let indent = &text[line..key];
    let separator = if indent.trim().is_empty() && line > 0 { format!(",\n{indent}") } else { ", ".to_owned() };
    let mut added = String::new();
    if Policy::of(cx.options()).mode == Mode::Ipv6Only {
        added.push_str(&format!("{separator}\"EnableIPv4\": false"));
    }
    added.push_str(&format!("{separator}\"EnableIPv6\": true{separator}\"IPv6Network\": \"{prefix}\""));
    Some((Span::new(key, end), Ok((end, added))))
}
