//! # Put IPv6 hosts into brackets before a port
//!
//! In `host:port` and in URLs an IPv6 address stands in brackets: `[2001:db8::1]:80` (RFC 3986,
//! 3.2.2). Host names and IPv4 addresses stay as they are.
//!
//! ## Why it breaks
//! `f"http://{host}:{port}/"` gives `http://fd00::10:8080/`, in which nobody can tell the port from
//! the address. Most clients refuse it; some connect to a wrong port.
//!
//! ## Examples
//! ```py before
//! def url(host, port):
//!     return f"http://{host}:{port}/"
//! ```
//! ```py after unsafe
//! def url(host, port):
//!     host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!     return f"http://{host}:{port}/"
//! ```
//! Types tell that a host is text:
//! ```py before
//! class Client:
//!     def __init__(self, host: str = "localhost", port: int = 80):
//!         self.host = host
//!         self.port = port
//!
//!     def address(self) -> str:
//!         return "tcp://" + self.host + ":" + str(self.port)
//! ```
//! ```py after
//! class Client:
//!     def __init__(self, host: str = "localhost", port: int = 80):
//!         self.host = host
//!         self.port = port
//!
//!     def address(self) -> str:
//!         host = self.host
//!         if ":" in host and not host.startswith("["):
//!             host = f"[{host}]"
//!         return "tcp://" + host + ":" + str(self.port)
//! ```
//! What stands behind no scheme may be a URL, which has a colon, too:
//! ```py before
//! def netloc(host: str, port: int) -> str:
//!     return f"{host}:{port}"
//! ```
//! ```py after unsafe
//! def netloc(host: str, port: int) -> str:
//!     host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!     return f"{host}:{port}"
//! ```
//! A variable that has no other use gets the brackets where it gets its value:
//! ```py before
//! import socket
//!
//!
//! class App:
//!     def netloc(self):
//!         if self.ip == "":
//!             ip = "%s" % socket.gethostname()
//!         else:
//!             ip = self.ip
//!         return "{ip}:{port}".format(ip=ip, port=self.port)
//! ```
//! ```py after unsafe
//! import socket
//!
//!
//! class App:
//!     def netloc(self):
//!         if self.ip == "":
//!             ip = "%s" % socket.gethostname()
//!         else:
//!             ip = f"[{self.ip}]" if ":" in self.ip else self.ip
//!         return "{ip}:{port}".format(ip=ip, port=self.port)
//! ```
//! Where the host has other uses too, the brackets stand in the text alone:
//! ```py before
//! class Client:
//!     def dial(self):
//!         connect(self.host)
//!         self.socket.connect("tcp://%s:%i" % (self.host, self.port))
//!         self.address = self.pod_ip + ":" + str(self.port)
//!         self.base = f"https://{self.pod_ip}:8443/api"
//!         self.endpoint = ":".join([self.pod_ip, str(self.port)])
//!         return Channel(self.address), ping(self.endpoint)
//! ```
//! ```py after unsafe
//! class Client:
//!     def dial(self):
//!         connect(self.host)
//!         host = self.host
//!         if ":" in host and not host.startswith("["):
//!             host = f"[{host}]"
//!         self.socket.connect("tcp://%s:%i" % (host, self.port))
//!         pod_ip = f"[{self.pod_ip}]" if ":" in self.pod_ip else self.pod_ip
//!         self.address = pod_ip + ":" + str(self.port)
//!         self.base = f"https://{pod_ip}:8443/api"
//!         self.endpoint = ":".join([pod_ip, str(self.port)])
//!         return Channel(self.address), ping(self.endpoint)
//! ```
//! A host that is worked out gets a name:
//! ```py before
//! from urllib.parse import urlparse
//!
//!
//! def proxy(url, config, port):
//!     parts = urlparse(url)
//!     upstream = f"{parts.hostname}:{parts.port}"
//!     second = f"http://{config['host']}:{port}"
//!     return Client(upstream), second
//! ```
//! ```py after unsafe
//! from urllib.parse import urlparse
//!
//!
//! def proxy(url, config, port):
//!     parts = urlparse(url)
//!     hostname = parts.hostname
//!     if hostname and ":" in hostname:
//!         hostname = f"[{hostname}]"
//!     upstream = f"{hostname}:{parts.port}"
//!     host = config['host']
//!     if ":" in host and not host.startswith("["):
//!         host = f"[{host}]"
//!     second = f"http://{host}:{port}"
//!     return Client(upstream), second
//! ```
//! One name serves all texts behind it, and what people read stays as it is:
//! ```py before
//! class Store:
//!     def connect(self):
//!         client = Client(f"http://{self.host}:{self.port}")
//!         if not client.ping():
//!             logger.error(f"no answer from http://{self.host}:{self.port}")
//! ```
//! ```py after unsafe
//! class Store:
//!     def connect(self):
//!         host = self.host
//!         if ":" in host and not host.startswith("["):
//!             host = f"[{host}]"
//!         client = Client(f"http://{host}:{self.port}")
//!         if not client.ping():
//!             logger.error(f"no answer from http://{self.host}:{self.port}")
//! ```
//! ```py before
//! class Client:
//!     def __init__(self, args):
//!         if args.password != "":
//!             self.uri = f"http://{args.user}:{args.password}@{self.host}:{self.port}"
//!         else:
//!             self.uri = f"http://{self.host}:{self.port}"
//!         if self.datagrams:
//!             self.sender = f"udp://{self.host}:{self.port}"
//! ```
//! ```py after unsafe
//! class Client:
//!     def __init__(self, args):
//!         host = self.host
//!         if ":" in host and not host.startswith("["):
//!             host = f"[{host}]"
//!         if args.password != "":
//!             self.uri = f"http://{args.user}:{args.password}@{host}:{self.port}"
//!         else:
//!             self.uri = f"http://{host}:{self.port}"
//!         if self.datagrams:
//!             self.sender = f"udp://{host}:{self.port}"
//! ```
//! ```py before
//! def name(entry):
//!     if entry.ip is not None:
//!         first = f"http://{entry.ip}:{entry.port}"
//!     if entry.other:
//!         second = f"udp://{entry.ip}:{entry.port}"
//! ```
//! ```py after unsafe
//! def name(entry):
//!     ip = str(entry.ip)
//!     if ":" in ip and not ip.startswith("["):
//!         ip = f"[{ip}]"
//!     if entry.ip is not None:
//!         first = f"http://{ip}:{entry.port}"
//!     if entry.other:
//!         second = f"udp://{ip}:{entry.port}"
//! ```
//! What an object of another kind has may be made for URLs already:
//! ```py before
//! def dial(request, known, port):
//!     if ip := request.client_ip:
//!         connect(f"{ip}:{port}")
//!     connect(f"{known['ip_address']}:{port}")
//! ```
//! ```py after unsafe
//! def dial(request, known, port):
//!     if ip := request.client_ip:
//!         ip = f"[{ip}]" if ":" in ip and not ip.startswith("[") else ip
//!         connect(f"{ip}:{port}")
//!     ip_address = known['ip_address']
//!     if ":" in ip_address:
//!         ip_address = f"[{ip_address}]"
//!     connect(f"{ip_address}:{port}")
//! ```
//! A loop that comes by twice must not put two pairs of brackets:
//! ```py before
//! def urls(host, ports):
//!     for port in ports:
//!         yield f"http://{host}:{port}/"
//! ```
//! ```py after unsafe
//! def urls(host, ports):
//!     for port in ports:
//!         url_host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!         yield f"http://{url_host}:{port}/"
//! ```
//! Where no line can stand before it, the brackets stand in the text:
//! ```py before
//! def urls(pod_ips, port):
//!     return [f"http://{ip}:{port}/" for ip in pod_ips]
//! ```
//! ```py after unsafe
//! def urls(pod_ips, port):
//!     return [f"http://{f'[{ip}]' if ':' in ip else ip}:{port}/" for ip in pod_ips]
//! ```
//! unless it would be too long for a line:
//! ```py reported
//! def urls(hosts, port):
//!     return [f"http://{host}:{port}/" for host in hosts]
//! ```
//! What does not change in a comprehension is worked out before it:
//! ```py before
//! def urls(host, ports):
//!     found = [f"http://{host}:{port}/" for port in ports]
//!     return host, found
//! ```
//! ```py after unsafe
//! def urls(host, ports):
//!     url_host = f"[{host}]" if ":" in host and not host.startswith("[") else host
//!     found = [f"http://{url_host}:{port}/" for port in ports]
//!     return host, found
//! ```
//! The same outside functions:
//! ```py before
//! import os
//!
//! pg_host = os.getenv("POSTGRES_HOST")
//! c.JupyterHub.db_url = f"postgresql://{pg_host}:5432/db"
//! ```
//! ```py after unsafe
//! import os
//!
//! pg_host = os.getenv("POSTGRES_HOST")
//! url_host = pg_host
//! if url_host and ":" in url_host and not url_host.startswith("["):
//!     url_host = f"[{url_host}]"
//! c.JupyterHub.db_url = f"postgresql://{url_host}:5432/db"
//! ```
//! Python 2 has no f-strings, nor has the Jython of WebLogic, which alone speaks t3:
//! ```py before
//! from __future__ import print_function
//!
//!
//! def url(host, port):
//!     return "http://%s:%s/" % (host, port)
//! ```
//! ```py after unsafe
//! from __future__ import print_function
//!
//!
//! def url(host, port):
//!     host = "[%s]" % host if ":" in host and not host.startswith("[") else host
//!     return "http://%s:%s/" % (host, port)
//! ```
//! ```py before
//! def join(admin_host, admin_port):
//!     connect(url='t3://' + admin_host + ':' + admin_port)
//! ```
//! ```py after unsafe
//! def join(admin_host, admin_port):
//!     if ':' in admin_host and not admin_host.startswith('['):
//!         admin_host = '[%s]' % admin_host
//!     connect(url='t3://' + admin_host + ':' + admin_port)
//! ```
//! Near-misses:
//! ```py unchanged
//! import socket
//!
//! from settings import DEFAULT_HOST
//!
//! HOST = "localhost"
//!
//!
//! def texts(file, line, user, password, repository, tag, host, port, ip, ip6):
//!     a = f"{file}:{line}"
//!     b = "%s:%s" % (user, password)
//!     c = repository + ":" + tag
//!     d = f"http://[{host}]:{port}/"
//!     e = f"http://{HOST}:{port}/"
//!     f = "{}:{}".format(socket.gethostname(), port)
//!     cache[f"{ip}:{port}"] = 1
//!     print(f"{ip}:{port}")
//!     raise ValueError(f"{ip}:{port} is no address")
//!     debug3(f"{ip}:{port}")
//!     shown = f"{ip}:{port} -> {host}:{port}"
//!     logger.info("at %s", ip + ":" + str(port) if ip else port)
//!     thread_name = f"{ip}:{port}"
//!     local = "[::1]" if public else "127.0.0.1"
//!     g = f"{DEFAULT_HOST}:{port}"
//!     h = f"http://{url.netloc}:{port}"
//!     i = f"the peer is gone: ({host}:{port})"
//!     return f"http://{local}:{port}"
//!
//!
//! class Settings:
//!     host = marked("0.0.0.0")
//!     port = 8080
//!     listen = [f"{host}:{port}"]
//!
//!
//! class Peer:
//!     def __repr__(self):
//!         return f"<Peer //{self.ip}:{self.port}>"
//! ```
//! ```py unchanged
//! def url(host, port):
//!     if ":" in host:
//!         host = f"[{host}]"
//!     return f"http://{host}:{port}/"
//!
//!
//! def other(host, port):
//!     if is_ipv6(host):
//!         return "[" + host + "]:" + str(port)
//!     return "%s:%s" % (host, port)
//!
//!
//! def origin(name, parsed):
//!     domain = subdomain(name)
//!     host = f"{parsed.scheme}://{domain}"
//!     if parsed.port:
//!         host = f"{host}:{parsed.port}"
//!     return host
//!
//!
//! def peer_key(host, port):
//!     return f"{host}:{port}"
//!
//!
//! def filtered(self, peername):
//!     address = f"{peername[0]}:{peername[1]}"
//!     return bool(self.pattern.search(address))
//!
//!
//! def formatted(self):
//!     return f"http://{fmt_ip_url(self.ip)}:{self.port}"
//! ```
//!
//! ## Safety
//! Safe where the host is text for sure, by its type or by what it is given, and is asked whether it
//! has its brackets already: for names, IPv4 addresses and hosts in brackets the result is the same
//! byte for byte, and for IPv6 addresses it is right; measured by running both. Unsafe elsewhere: what
//! may be a URL, as `http://shop`, since no scheme stands before it and its name does not say IP; what gives
//! a name or a key to something; and what is no text, as `None`, stops the program now.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - evidence: languages, 1.8 and 5.3 PY-FURL

use sixify_langs::classify;
use sixify_langs::python::{self, File};

use crate::host_port::{Join, identifies, labels};
use crate::prelude::*;
use crate::python_code::{PyFacts, is_python2, runs_on_python2};
use crate::python_doubts::doubt;
use crate::python_helper::shared;
use crate::python_hosts::{bare, needless};
use crate::python_joins::{Place, fix, joined, proven_text};
use crate::python_lines::without_f_strings;
use crate::python_settings::{Elsewhere, elsewhere};
use crate::python_twins::{place as alone, twin};

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PYTHON],
    anchors: Anchors(&[
        &["}:{"],
        &["}:", "://"],
        &["%s:%"],
        &["%s:", "://"],
        &["\":\" +"],
        &["':' +"],
        &["+ \":"],
        &["+ ':"],
        &["\":\".join"],
        &["':'.join"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::Join.name();
const MESSAGE: &str = "an IPv6 host needs brackets before a port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = python::file(doc) else { return Ok(()) };
    let facts = PyFacts(&file);
    let mut places: Vec<Place<'_>> = Vec::new();
    for kind in ["string", "concatenated_string", "binary_operator", "call"] {
        for node in file.tree.all(kind) {
            let found = match file.text_expr(node) {
                Some(text) if outermost(&file, node) => Join::find(&text, &facts).map(|join| Place::of(join, &text)),
                _ => joined(&file, node, &facts),
            };
            let Some(place) = found else { continue };
            let label = labels(node) && !in_url(doc, place.whole);
            let label = label.then(|| "a key or a text for people is made of it".to_owned());
            let known = elsewhere(doc, &file, cx, place.host);
            let (fixed, more) = match known {
                Some(Elsewhere::Fixed(why)) => (Some(why), None),
                Some(Elsewhere::More(why)) => (None, Some(why)),
                None => (None, None),
            };
            if let Some(reason) = label.or_else(|| needless(&file, place.host)).or(fixed) {
                cx.leave(Note { span: place.whole, role: ROLE, reason, evidence: place.why });
                continue;
            }
            let several = file.text_expr(node).is_some_and(|text| Join::is_one_of_several(&text, &facts));
            let several = several.then(|| "another host with a port follows in the same text".to_owned());
            if let Some(doubt) = several.or_else(|| doubt(&file, &place)).or(more) {
                cx.report(Finding::new(place.whole, ROLE, MESSAGE).because_all(place.why).because(doubt));
                continue;
            }
            let mut place = place;
            if let Some(host) = twin(&place) {
                place.twin = Some(host.span());
                places.push(alone(&place, host));
            }
            places.push(place);
        }
    }
    places.sort_by_key(|p| p.whole);
    let old = !places.is_empty() && (is_python2(&file) || runs_on_python2(doc, cx));
    let fixes: Vec<Option<Fix>> = (0..places.len()).map(|at| fix(doc, &file, &places, at)).collect();
    let fixes = shared(doc, &file, &places, fixes);
    for (at, place) in places.iter().enumerate() {
        // The host alone is mended with the text that it stands for.
        if places.iter().any(|p| p.twin == Some(place.whole)) {
            continue;
        }
        let finding = Finding::new(place.whole, ROLE, MESSAGE).because_all(place.why.clone());
        let fix = fixes.get(at).cloned().flatten();
        match if old { fix.and_then(without_f_strings) } else { fix } {
            Some(fix) => {
                // A host that is taken for bare by its name is not asked for its brackets.
                let text = proven_text(&file, place.host, 4) && !bare(&file, place.host);
                let proven = text && !old && place.only_host && (in_url(doc, place.whole) || !identifies(place.node));
                let how = if proven { Applicability::Safe } else { Applicability::Unsafe };
                cx.report(finding.fix(how, fix));
            }
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// Whether a scheme stands right before a place.
fn in_url(doc: &Document, place: Span) -> bool {
    doc.text.get(..place.start).is_some_and(|before| before.ends_with("://"))
}

/// Whether no larger text holds this one.
fn outermost(file: &File, node: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(parent) = around.filter(|p| p.is("parenthesized_expression")) {
        around = parent.parent();
    }
    match around {
        Some(p) if p.is_any(&["concatenated_string", "binary_operator"]) => file.text_expr(p).is_none(),
        Some(p) if p.is("attribute") => p.parent().is_none_or(|call| file.text_expr(call).is_none()),
        _ => true,
    }
}
