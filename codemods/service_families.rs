//! The families of a Service: what stands against changing them, and the fixes.

use sixify_langs::Mode;
use sixify_langs::yaml::kubernetes::Object;
use sixify_langs::yaml::{Entry, Map, Value, edit, helm, remove};

use crate::prelude::*;
use crate::service_values;

pub(crate) const EVIDENCE: &str =
    "source: a cluster rejects a Service that lists a family it does not have, whatever the policy";

pub(crate) const PREFER: &str = "PreferDualStack";

pub(crate) const UNDECLARED: &str = "kubernetes/service-ip-families.undeclared";

pub(crate) struct Place<'a> {
    pub(crate) spec: &'a Map,
    pub(crate) whole: &'a Value,
    pub(crate) what: String,
}

/// The families that a value lists.
pub(crate) fn list(families: &Value) -> Option<Vec<String>> {
    let seq = families.seq().filter(|s| !s.open)?;
    seq.items.iter().map(|item| item.value.fixed().map(str::to_owned)).collect()
}

/// Whether a value is an address, not a name or a word.
fn address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// What somebody has to look at before the families can go.
fn hindrance(spec: &Map, policy: Option<&Entry>, families: Option<&Entry>) -> Option<&'static str> {
    let address = |v: &Value| v.fixed().is_none_or(address);
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

/// What a Service of its own says of families.
pub(crate) fn look(doc: &Document, place: &Place<'_>, mode: Mode, cx: &mut Context<'_>) {
    let spec = place.spec;
    let (families, policy) = (spec.entry("ipFamilies"), spec.entry("ipFamilyPolicy"));
    let twice = |key, found: Option<&Entry>| spec.has(key) && found.is_none();
    if twice("ipFamilies", families) || twice("ipFamilyPolicy", policy) {
        return;
    }
    if let Some(entry) = spec.entries.first().filter(|_| is_fixture(&doc.path)) {
        return leave(entry, "it is the input or the expected output of a test", &place.what, cx);
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

/// Whether a file lies where tests keep what they read and expect.
fn is_fixture(path: &str) -> bool {
    path.split('/').any(|folder| matches!(folder, "testdata" | "fixtures" | "golden" | "__snapshots__"))
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

pub(crate) fn only_ipv6(families: Option<&Entry>) -> Option<Fix> {
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
    let patch = doc.file_name().to_ascii_lowercase().contains("patch");
    let whole = !patch && ["ports", "selector", "clusterIP"].iter().any(|key| spec.has(key));
    let external = spec.get("type").and_then(Value::fixed) == Some("ExternalName");
    let entry = place.whole.map().and_then(|m| m.entry("spec")).filter(|_| !spec.flow && !spec.open);
    let slot = entry.and_then(|entry| insertion(doc, spec, entry, first));
    let Some(slot) = slot.filter(|_| asked && whole && !external) else {
        return leave(first, "without families, a Service takes the first one of its cluster", &place.what, cx);
    };
    let message = "the Service has one family on a cluster with two; PreferDualStack takes what there is, from Kubernetes 1.20 on";
    let finding = Finding::new(first.span, Role::AddressFamily.name(), message).because(place.what.clone());
    let typed = spec.get("type").is_some_and(|t| t.fixed().is_none());
    cx.report(if typed && spec.has("externalName") {
        finding.because("with the type ExternalName it may have no policy, and a template gives the type")
    } else if spec.get("loadBalancerIP").is_some_and(|ip| ip.fixed().is_some_and(address)) {
        finding.because("loadBalancerIP is one address, and load balancers refuse it for a Service of two families")
    } else if let Some(key) = pinned(place.whole) {
        finding.because(format!("{key} gives the load balancer its addresses, and it refuses one for two families"))
    } else if let Some(path) = offered(doc, cx) {
        finding.because(format!("{path} has a value for the families, which this Service does not use"))
    } else {
        // A chart that gives the type as a value gives the policy so, too.
        let literal = || Fix::new().edit(slot.write(&format!("ipFamilyPolicy: {PREFER}")));
        let fix = service_values::fix(doc, spec, &slot, cx.project()).unwrap_or_else(literal);
        finding.fix(Applicability::Unsafe, fix)
    });
}

/// Where the policy goes as the first key of a Service, and what stands before and behind it there:
/// before any condition of a template, and any comment on another key.
fn insertion(doc: &Document, spec: &Map, entry: &Entry, first: &Entry) -> Option<Slot> {
    let indent = " ".repeat(spec.column);
    let between = Span::new(entry.key.span.end, first.span.start).text(&doc.text);
    let rest = between.strip_prefix(':')?.split_inclusive('\n').next()?;
    if rest.trim().is_empty() || rest.trim_start().starts_with('#') {
        return Some(Slot { at: entry.key.span.end + 1 + rest.len(), before: indent, behind: "\n".to_owned() });
    }
    let plain = ["{{", "{%", "<%"].iter().all(|open| !between.contains(open));
    plain.then(|| Slot { at: first.span.start, before: String::new(), behind: format!("\n{indent}") })
}

/// A place for lines of their own.
pub(crate) struct Slot {
    at: usize,
    before: String,
    behind: String,
}

impl Slot {
    /// Writes lines there, which have their indentation except for that of the first one.
    pub(crate) fn write(&self, lines: &str) -> Edit {
        Edit::insert(self.at, format!("{}{lines}{}", self.before, self.behind))
    }
}

/// The file of the chart that has a value for the families: its values, or the template itself.
fn offered(doc: &Document, cx: &Context<'_>) -> Option<String> {
    let names = ["ipFamil", "IPFamil", "ipDualStack", ".dualStack"];
    let key = |line: &str| ["dualStack:", "dualstack:", "enableDualStack:"].iter().any(|key| line.starts_with(key));
    let has =
        |text: &str| names.iter().any(|name| text.contains(name)) || text.lines().any(|line| key(line.trim_start()));
    if doc.text.contains("{{") && has(&doc.text) {
        return Some(doc.path.clone());
    }
    helm::values(cx.project(), &doc.path).filter(|values| has(&values.text)).map(|values| values.path)
}

/// The annotation that gives a Service its addresses: `metallb.io/loadBalancerIPs` and the like.
fn pinned(whole: &Value) -> Option<String> {
    let annotations = whole.at(&["metadata", "annotations"])?.map()?;
    let keys = annotations.entries.iter().filter(|e| !e.value.fixed().is_some_and(|ips| ips.contains(',')));
    let mut keys = keys.filter_map(|entry| entry.key.fixed());
    let gives = |key: &str| {
        let name = key.rsplit('/').next().unwrap_or(key).to_ascii_lowercase();
        name.ends_with("loadbalancerips") || name == "lb-ipam-ips" || key == "lbipam.cilium.io/ips"
    };
    keys.find(|key| gives(key)).map(str::to_owned)
}

fn leave(at: &Entry, reason: &str, what: &str, cx: &mut Context<'_>) {
    let evidence = vec![what.to_owned(), EVIDENCE.to_owned()];
    cx.leave(Note { span: at.span, role: Role::AddressFamily.name(), reason: reason.to_owned(), evidence });
}

/// Whether an object belongs to the core group: other groups have a kind of this name too.
pub(crate) fn core(object: &Object<'_>) -> bool {
    let version = object.root.get("apiVersion");
    version.and_then(Value::fixed).is_none_or(|version| version == "v1")
}
