//! Joins of a host and a port in Python that a person has to look at: the host is not held whole, or
//! nobody dials the text.

use sixify_langs::naming;
use sixify_langs::python::File;

use crate::host_port::{Facts, Sink};
use crate::prelude::*;
use crate::python_code::{PyFacts, name};
use crate::python_hosts::values;
use crate::python_joins::Place;

/// Why a join is left to a person, when there is a reason.
pub(crate) fn doubt(file: &File, place: &Place<'_>) -> Option<String> {
    let host = place.host;
    if PyFacts(file).sink(place.node) == Some(Sink::People) {
        return Some("people read it".to_owned());
    }
    let words = name(file, host).map(|n| naming::words(&n)).unwrap_or_default();
    let said = |list: &[&str]| words.iter().find(|w| list.contains(&w.as_str())).cloned();
    if let Some(word) = said(&["user", "username", "userinfo", "credentials", "creds", "password", "auth"]) {
        return Some(format!("by its name, {} has more than a host: {word}", host.text()));
    }
    let last = words.last().map_or("", String::as_str);
    if matches!(last, "domain" | "fqdn" | "dns" | "vhost" | "zone" | "cluster") {
        return Some(format!("{} is a name in the DNS, by its own name", host.text()));
    }
    if is_cut(file, host) || place.port.is_some_and(|port| is_cut(file, port)) {
        return Some(format!("{} or its port was cut out of text at a colon, which holds no IPv6 address whole", host.text()));
    }
    values(file, host)
        .iter()
        .any(|v| v.text().contains('@'))
        .then(|| format!("{} has userinfo, perhaps, where it gets its value", host.text()))
}

/// Whether a host is what a split at a colon left of a text: `host = text.split(":")[0]`.
fn is_cut(file: &File, host: Node<'_>) -> bool {
    let splits = |text: &str| {
        ["split(", "partition("].iter().any(|how| {
            text.split(how).skip(1).any(|rest| rest.starts_with("':'") || rest.starts_with("\":\""))
        })
    };
    let cut = |value: Node<'_>| {
        splits(value.text())
            // `parts = text.split(":")` and `host = parts[0]`
            || value.is("subscript")
                && value.field("value").is_some_and(|list| values(file, list).iter().any(|v| splits(v.text())))
    };
    let mut given = values(file, host).into_iter().chain(unpacked(file, host)).peekable();
    cut(host) || given.peek().is_some() && given.all(cut)
}

/// What a variable is unpacked from: `text.split(":")` of `host, port = text.split(":")`.
fn unpacked<'a>(file: &'a File, variable: Node<'a>) -> Vec<Node<'a>> {
    let Some((decl, scope)) = file.names.resolve(variable).filter(|_| variable.is("identifier")) else {
        return Vec::new();
    };
    let own = |n: &Node<'a>| {
        n.is("assignment")
            && n.field("left").is_some_and(|l| {
                l.is_any(&["pattern_list", "tuple_pattern"]) && l.items().any(|item| item.text() == decl.name)
            })
    };
    scope.descendants().filter(own).filter_map(|n| n.field("right")).collect()
}
