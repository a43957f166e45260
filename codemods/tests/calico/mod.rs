//! Calico's manifest, written in the manner of upstream's: the settings that its documentation asks
//! for are there, and everything else says what it said before.

use std::collections::BTreeMap;

use sixify_core::source::Memory;
use sixify_core::{Applicability, Engine, Options, Serial};
use sixify_langs::yaml::{Data, Stream};
use sixify_langs::{Mode, Policy};

const MANIFEST: &str = include_str!("manifest.yaml");

fn changed(mode: Mode, settings: &[(&str, &str)]) -> Option<String> {
    let mut options = Options::default();
    options.insert(Policy { mode, ..Policy::default() });
    settings.iter().for_each(|(key, value)| options.set(*key, *value));
    let passes = sixify_codemods::all().into_iter().filter(|p| p.meta().id.starts_with("calico/"));
    let engine = Engine::builder()
        .passes(passes)
        .options(options)
        .classifier(sixify_langs::Files)
        .verifiers(sixify_langs::verifiers())
        .embedders(sixify_langs::embedders())
        .threshold(Applicability::Unsafe)
        .build()
        .ok()?;
    let plan = engine.plan(&Memory::new().with("calico.yaml", MANIFEST), &Serial, &()).ok()?;
    Some(String::from_utf8_lossy(&plan.file("calico.yaml")?.after).into_owned())
}

/// Every scalar of a stream by its document and path. The variables of containers are named by
/// their names, because new ones move the others.
fn scalars(text: &str) -> BTreeMap<String, String> {
    let stream = Stream::parse(text);
    assert!(stream.unread.is_empty());
    let mut found = BTreeMap::new();
    for (number, root) in stream.roots.iter().enumerate() {
        root.walk(&mut |path, value| match &value.data {
            Data::Scalar(scalar) if !path.contains(".env[") => {
                found.insert(format!("{number}.{path}"), scalar.text().to_owned());
            }
            Data::Map(map) if path.contains(".env[") && path.ends_with(']') => {
                let name = map.get("name").and_then(|n| n.fixed()).unwrap_or("").to_owned();
                let list = path.rsplit_once('[').map_or(path, |(list, _)| list).to_owned();
                value.walk(&mut |inner, value| {
                    if let Data::Scalar(scalar) = &value.data {
                        found.insert(format!("{number}.{list}.{name}.{inner}"), scalar.text().to_owned());
                    }
                });
            }
            _ => {}
        });
    }
    found
}

/// What is new or says something else, by the end of its path.
fn differences(after: &str) -> Vec<(String, String)> {
    let (was, is) = (scalars(MANIFEST), scalars(after));
    assert!(was.keys().all(|key| is.contains_key(key)));
    let new = is.into_iter().filter(|(key, value)| was.get(key) != Some(value) && !key.ends_with(".name"));
    new.map(|(key, value)| (key.split(".env.").last().unwrap_or(&key).to_owned(), value)).collect()
}

/// The lines that are in one text and not in the other, without their indentation.
fn lines(a: &str, b: &str) -> Vec<String> {
    let mut left: Vec<&str> = b.lines().collect();
    let mut only = Vec::new();
    for line in a.lines() {
        match left.iter().position(|l| *l == line) {
            Some(at) => drop(left.remove(at)),
            None => only.push(line.trim().to_owned()),
        }
    }
    only
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| (format!("{key}.value"), (*value).to_owned())).collect()
}

#[test]
fn dual_stack_differs_in_the_documented_settings_only() {
    let after = changed(Mode::DualStack, &[]).unwrap_or_default();
    let mut found = differences(&after);
    let network = found.iter().position(|(key, _)| key.ends_with("cni_network_config")).map(|n| found.remove(n).1);
    assert_eq!(found, pairs(&[("FELIX_IPV6SUPPORT", "true"), ("IP6", "autodetect")]));
    let network = network.unwrap_or_default();
    let json = network.replace("__CNI_MTU__", "0");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let ipam = serde_json::json!({"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true"});
    assert_eq!(json["plugins"][0]["ipam"], ipam);
    let gone = ["\"type\": \"calico-ipam\"", "# Disable IPv6 on Kubernetes.", "value: \"false\""];
    assert_eq!(lines(MANIFEST, &after), gone);
    let added = [
        "\"type\": \"calico-ipam\",",
        "\"assign_ipv4\": \"true\",",
        "\"assign_ipv6\": \"true\"",
        "- name: IP6",
        "value: \"autodetect\"",
        "# Enable IPv6 on Kubernetes.",
        "value: \"true\"",
    ];
    assert_eq!(lines(&after, MANIFEST), added);
}

#[test]
fn ipv6_alone_has_no_ipv4_addresses_and_the_pool_of_the_operator() {
    let pool = [("calico/node-env.pool", "fd00:10:244::/56")];
    let after = changed(Mode::Ipv6Only, &pool).unwrap_or_default();
    let mut found = differences(&after);
    let network = found.iter().position(|(key, _)| key.ends_with("cni_network_config")).map(|n| found.remove(n).1);
    assert!(
        network.is_some_and(|n| n.contains("\"assign_ipv4\": \"false\"") && n.contains("\"assign_ipv6\": \"true\""))
    );
    let wanted = [
        ("CALICO_IPV6POOL_CIDR", "fd00:10:244::/56"),
        ("CALICO_ROUTER_ID", "hash"),
        ("FELIX_IPV6SUPPORT", "true"),
        ("IP", "none"),
        ("IP6", "autodetect"),
    ];
    assert_eq!(found, pairs(&wanted));
}
