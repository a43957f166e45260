//! # Addresses that scripts write into configuration files
//!
//! ## Why it breaks
//! `iniset my.cnf mysqld bind-address 0.0.0.0` makes a server listen on IPv4 only, whatever the file
//! said before. What has to be written depends on the server, as for its command line.
//!
//! ## Examples
//! ```sh before
//! iniset $my_conf mysqld bind-address 0.0.0.0
//! sudo bash -c "source functions && \
//!     iniset $my_conf mysqld bind-address 0.0.0.0 && \
//!     iniset $my_conf mysqld max_connections 1024"
//! crudini --set "$file" uwsgi http-socket "0.0.0.0:$port"
//! ```
//! ```sh after unsafe
//! iniset $my_conf mysqld bind-address '*'
//! sudo bash -c "source functions && \
//!     iniset $my_conf mysqld bind-address '*' && \
//!     iniset $my_conf mysqld max_connections 1024"
//! crudini --set "$file" uwsgi http-socket "[::]:$port"
//! ```
//! Reported: loopback addresses, servers that are not known, and what sed writes.
//! ```sh reported
//! iniset "$file" uwsgi http-socket "127.0.0.1:$port"
//! ```
//! ```sh reported
//! iniset $NOVA_CONF DEFAULT my_listen_address 0.0.0.0
//! ```
//! ```sh reported
//! sed -i 's/^bind 127.0.0.1/bind 0.0.0.0/' /etc/app.conf
//! ```
//! Left alone: settings that are no addresses, other programs, lines of `/etc/hosts`.
//! ```sh unchanged
//! iniset $my_conf mysqld bind-address '*'
//! iniset $conf DEFAULT version 0.0.0.0
//! iniset $conf DEFAULT listen_address ::
//! echo iniset $my_conf mysqld bind-address 0.0.0.0
//! sed -i "s/^127.0.0.1.*/& $name/" /etc/hosts
//! sed -n 's/bind 0.0.0.0/x/p' /etc/app.conf
//! sed -i 's/^listen .*/listen 127.0.0.1,::1/' /etc/app.conf
//! ```
//! ```sh unchanged mode=ipv6-capable
//! iniset $my_conf mysqld bind-address 0.0.0.0
//! ```
//!
//! ## Safety
//! Unsafe: the value was measured; that the tool writes it as it is given was not.
//!
//! ## References
//! - evidence: mariadb 10.11 and uwsgi, measured

use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::command::{Change, Command, KINDS, commands};
use sixify_langs::naming;

use crate::commands::catalog;
use crate::listen_value::{Host, Place, places, wildcard};
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: KINDS,
    anchors: Anchors(&[
        &["iniset", "0.0.0.0"],
        &["iniset", "127.0.0.1"],
        &["crudini", "0.0.0.0"],
        &["crudini", "127.0.0.1"],
        &["config --set", "0.0.0.0"],
        &["sed -i", "0.0.0.0"],
        &["sed -i", "127.0.0.1"],
    ]),
    specificity: 0,
    run,
};

/// Tools that set `key` of a `[section]` to a value, their last three arguments.
const TOOLS: [&str; 5] = ["iniset", "inisetdefault", "crudini", "openstack-config", "ini_set"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    for command in commands(doc).iter().filter(|c| !c.fragment) {
        let mut words =
            command.words.iter().map(|w| w.value.as_str()).skip_while(|w| *w == "sudo" || w.starts_with("-E"));
        match words.next() {
            Some(tool) if TOOLS.contains(&tool) => set(doc, command, &policy, cx),
            Some("sed") if words.any(|w| w.starts_with("-i") || w == "--in-place") => substitute(command, cx),
            _ => {}
        }
    }
    Ok(())
}

fn set(doc: &Document, command: &Command, policy: &Policy, cx: &mut Context<'_>) {
    let Some([section, key, value]) = command.words.last_chunk::<3>() else { return };
    let host = |place: &Place| matches!(place.host, Host::Ipv4Wildcard | Host::Loopback);
    let program = catalog().program(&section.value);
    let flag = program.and_then(|p| p.flag(&format!("--{}", key.value)));
    let role = flag.and_then(|f| f.role).unwrap_or(Role::BindAddress);
    let Some(place) = places(&value.value, role).into_iter().find(host) else { return };
    let words = naming::words(&key.value);
    let listens = ["bind", "listen", "host", "address", "addr", "ip", "url", "socket", "server", "interface"];
    if flag.is_none() && !words.iter().any(|w| listens.contains(&w.as_str())) {
        return;
    }
    let message = match place.host {
        Host::Loopback => "writes an IPv4 loopback address into a configuration; it stays one",
        _ => "writes an address of IPv4 only into a configuration",
    };
    let finding = Finding::new(value.span, role.name(), message).because(command.what.clone());
    let new = flag.and_then(|f| wildcard(f, &[], policy)).filter(|_| place.host == Host::Ipv4Wildcard);
    let (Some(new), Some(program)) = (new, program) else { return cx.report(finding) };
    let number = command.words.len() - 1;
    let change = match value.fixed {
        true => {
            let behind = value.value.get(place.span.end..).unwrap_or("");
            Change::new().replace(number, format!("{new}{behind}"))
        }
        false => Change::new().part(number, place.span, new),
    };
    let finding = finding.because(program.evidence.clone());
    match command.edits(doc, &change) {
        Some(edits) => cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits))),
        None => cx.report(finding),
    }
}

/// `sed -i 's/bind 127.0.0.1/bind 0.0.0.0/'`: what it writes, if it is about listening.
fn substitute(command: &Command, cx: &mut Context<'_>) {
    for word in command.words.iter().skip(1) {
        let text = word.value.replace("\\.", ".");
        let written = text.split(['/', '|', '#', '@']).nth(2).unwrap_or("");
        let class = |a: AddressClass| matches!(a, AddressClass::Wildcard | AddressClass::Loopback);
        let about = ["bind", "listen", "host", "address"].iter().any(|w| written.to_ascii_lowercase().contains(w));
        if about && !written.contains("::") && addresses(written).iter().any(|a| class(a.class)) {
            let message = "writes an IPv4 address into a configuration; what the server needs for both families stands in its own manual";
            cx.report(Finding::new(word.span, Role::BindAddress.name(), message).because(command.what.clone()));
        }
    }
}
