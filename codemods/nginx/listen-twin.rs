//! # Let nginx listen on IPv6 too (a second `listen` for each port)
//!
//! ## Why it breaks
//! `listen 80`, `listen *:80` and `listen 0.0.0.0:80` are IPv4 only, and `listen [::]:80` is IPv6
//! only: nginx sets `IPV6_V6ONLY`. On an IPv6-only host nobody reaches the server. Each of its
//! servers needs both lines. nginx chooses the server by the socket that a request came in on, so
//! all servers of a port get theirs together, with the options of the line they stand beside.
//!
//! ## Examples
//! ```nginx before path=nginx.conf
//! http {
//!     server {
//!         listen 80 default_server;  # redirects
//!         server_name _;
//!         return 301 https://$host$request_uri;
//!     }
//!     server {
//!         listen      443 ssl http2;
//!         listen      127.0.0.1:8443 ssl;
//!         server_name example.org;
//!     }
//!     server { listen *:443 ssl; server_name example.net; }
//! }
//! stream {
//!     server {
//!         listen 53 udp reuseport;
//!         proxy_pass dns;
//!     }
//! }
//! mail {
//!     server {
//!         listen 0.0.0.0:25;
//!         protocol smtp;
//!     }
//! }
//! ```
//! ```nginx after path=nginx.conf
//! http {
//!     server {
//!         listen 80 default_server;  # redirects
//!         listen [::]:80 default_server;
//!         server_name _;
//!         return 301 https://$host$request_uri;
//!     }
//!     server {
//!         listen      443 ssl http2;
//!         listen      [::]:443 ssl http2;
//!         listen      127.0.0.1:8443 ssl;
//!         server_name example.org;
//!     }
//!     server { listen *:443 ssl; listen [::]:443 ssl; server_name example.net; }
//! }
//! stream {
//!     server {
//!         listen 53 udp reuseport;
//!         listen [::]:53 udp reuseport;
//!         proxy_pass dns;
//!     }
//! }
//! mail {
//!     server {
//!         listen 0.0.0.0:25;
//!         listen [::]:25;
//!         protocol smtp;
//!     }
//! }
//! ```
//! Templates keep their actions and conditions:
//! ```nginx before path=templates/site.conf.j2
//! server {
//! {% if tls %}
//!   listen 443 ssl{% if proxied %} proxy_protocol{% endif %};
//! {% else %}
//!   listen {{ http_port }};
//! {% endif %}
//!   {% if metrics %}listen ${METRICS_PORT};{% endif %}
//!   server_name {{ name }};
//! }
//! ```
//! ```nginx after path=templates/site.conf.j2
//! server {
//! {% if tls %}
//!   listen 443 ssl{% if proxied %} proxy_protocol{% endif %};
//!   listen [::]:443 ssl{% if proxied %} proxy_protocol{% endif %};
//! {% else %}
//!   listen {{ http_port }};
//!   listen [::]:{{ http_port }};
//! {% endif %}
//!   {% if metrics %}listen ${METRICS_PORT}; listen [::]:${METRICS_PORT};{% endif %}
//!   server_name {{ name }};
//! }
//! ```
//! Inside a ConfigMap, and in a file that a Dockerfile writes:
//! ```yaml before
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: web
//! data:
//!   default.conf: |
//!     server {
//!       listen 8080;
//!       root /srv;
//!     }
//!   nginx.conf: "http {\n  server {\n    listen 81;\n  }\n}\n"
//! ```
//! ```yaml after
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: web
//! data:
//!   default.conf: |
//!     server {
//!       listen 8080;
//!       listen [::]:8080;
//!       root /srv;
//!     }
//!   nginx.conf: "http {\n  server {\n    listen 81;\n    listen [::]:81;\n  }\n}\n"
//! ```
//! In the values of a chart, which the chart fills in:
//! ```yaml before path=values.yaml
//! file: |
//!   http {
//!     server {
//!       listen {{ .Values.port }};
//!     }
//!   }
//! ```
//! ```yaml after path=values.yaml
//! file: |
//!   http {
//!     server {
//!       listen {{ .Values.port }};
//!       listen [::]:{{ .Values.port }};
//!     }
//!   }
//! ```
//! ```dockerfile before
//! FROM nginx:1.27
//! COPY <<EOF /etc/nginx/conf.d/default.conf
//! server { listen 80; root /srv; }
//! EOF
//! ```
//! ```dockerfile after
//! FROM nginx:1.27
//! COPY <<EOF /etc/nginx/conf.d/default.conf
//! server { listen 80; listen [::]:80; root /srv; }
//! EOF
//! ```
//! Not by default where another server of the port would lose its requests, or a list that shuts
//! out IPv4 addresses would be passed by:
//! ```nginx before path=nginx.conf
//! server {
//!   listen 80;
//!   server_name a;
//! }
//! server {
//!   listen 127.0.0.1:80;
//!   listen [::1]:80;
//!   server_name localhost;
//! }
//! ```
//! ```nginx after unsafe path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   server_name a;
//! }
//! server {
//!   listen 127.0.0.1:80;
//!   listen [::1]:80;
//!   server_name localhost;
//! }
//! ```
//! ```nginx before path=nginx.conf
//! server {
//!   listen 80;
//!   deny 203.0.113.0/24;
//! }
//! ```
//! ```nginx after unsafe path=nginx.conf
//! server {
//!   listen 80;
//!   listen [::]:80;
//!   deny 203.0.113.0/24;
//! }
//! ```
//! In IPv6-only mode the IPv4 address goes:
//! ```nginx before mode=ipv6-only path=nginx.conf
//! server {
//!   listen *:80 default_server;
//! }
//! ```
//! ```nginx after unsafe mode=ipv6-only path=nginx.conf
//! server {
//!   listen [::]:80 default_server;
//! }
//! ```
//! Reported: addresses from templates, loopback, a second default server, and files whose IPv6
//! listeners hang on a condition.
//! ```nginx reported path=nginx.conf.j2
//! server {
//!   listen {{ address }}:80;
//! }
//! server {
//!   listen 127.0.0.1:81;
//! }
//! server {
//!   listen localhost:82;
//! }
//! ```
//! What a loop goes over may be whole addresses, whatever it is called:
//! ```nginx reported path=site.conf.j2
//! server {
//! {% for port in listen_ports %}
//!   listen {{ port }}{% if loop.first %} default_server{% endif %};
//! {% endfor %}
//! }
//! ```
//! ```nginx reported path=nginx.conf
//! server {
//!   listen 80 default_server;
//!   server_name a;
//! }
//! server {
//!   listen 80;
//!   listen [::]:80 default_server;
//!   server_name b;
//! }
//! ```
//! ```nginx reported path=nginx.conf.j2
//! server {
//!   listen 80;
//! {% if ipv6 %}
//!   listen [::]:80;
//! {% endif %}
//! }
//! server {
//!   listen 81;
//! }
//! ```
//! ```nginx reported path=nginx.conf.template
//! server {
//!   listen 80;
//!   ${IPV6_LISTEN_DIRECTIVE}
//! }
//! ```
//! Left alone: both lines are there, one socket for both families, single addresses, other files.
//! ```nginx unchanged path=nginx.conf
//! http {
//!   server {
//!     listen 80;
//!     listen [::]:80;
//!     listen [::]:443 ssl ipv6only=off;
//!     listen unix:/run/web.sock;
//!     # listen 8080;
//!   }
//!   server {
//!     listen 192.0.2.1:8080;
//!   }
//!   upstream a { server 127.0.0.1:8080; }
//! }
//! ```
//! ```apache unchanged path=conf.d/site.conf
//! Listen 80
//! <VirtualHost *:80>
//!   ServerName a
//! </VirtualHost>
//! ```
//! ```nginx unchanged mode=ipv6-capable path=nginx.conf
//! server {
//!   listen 80;
//! }
//! ```
//!
//! ## Safety
//! Safe: the pair was measured with 1.22.1 to be reached at every address of IPv6-only, dual-stack
//! (`bindv6only=1` included) and IPv4-only hosts. It is not tolerant: on a kernel without IPv6
//! nginx does not start with it, so where such hosts are in the set the fix is unsafe.
//!
//! ## References
//! - evidence: nginx, 1.22.1 measured
//! - <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>

use sixify_langs::classify::NGINX;
use sixify_langs::conf::Nginx;
use sixify_langs::conf::nginx::Statement;
use sixify_langs::conf::nginx_listen::{Listen, On};
use sixify_langs::{HostKind, Mode};

use crate::nginx_twins::{Group, below, groups};
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod { kinds: &[NGINX], anchors: Anchors(&[&["listen"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: nginx, measured with 1.22.1";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    let nginx = Nginx::of(doc);
    let mut all = Listen::all(&nginx);
    // What a loop gives may be more than the port, whatever it is called: `[::]:80`.
    for listen in all.iter_mut().filter(|l| l.on == On::Every4 && l.templated() && !l.port.starts_with(':')) {
        let span = nginx.statements.get(listen.statement).map(|s| s.span);
        if span.is_some_and(|span| looped(doc, &nginx, &listen.port, span)) {
            listen.on = On::Unclear;
        }
    }
    for group in groups(&nginx, &doc.text, &all) {
        propose(doc, &nginx, &group, &policy, cx);
    }
    for listen in &all {
        if let Some(statement) = nginx.statements.get(listen.statement) {
            look(listen, statement, &all, cx);
        }
    }
    Ok(())
}

/// Whether an action gives what a loop around it goes over: `{% for port in ports %}`. A list that is
/// written out in the loop is seen to have no addresses.
fn looped(doc: &Document, nginx: &Nginx, action: &str, at: Span) -> bool {
    let inner = action.trim_start_matches(['{', '<', '%', '=', '$', ' ']);
    let name = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
    let binds = |steer: &&Span| {
        let text = steer.text(&doc.text);
        [format!("for {name} in "), format!("|{name}|"), format!("${name} :=")].iter().any(|form| text.contains(form))
    };
    let mut before = nginx.steers.iter().rev().filter(|s| s.end <= at.start);
    let Some(steer) = before.find(binds).filter(|_| !name.is_empty()) else { return false };
    let list = steer.text(&doc.text).split_once(" in [").map(|(_, list)| list);
    list.is_none_or(|list| list.contains(':'))
}

/// One finding for all lines of a port: they are right together only.
fn propose(doc: &Document, nginx: &Nginx, group: &Group<'_>, policy: &Policy, cx: &mut Context<'_>) {
    let lines: Vec<(&Listen, &Statement)> =
        group.need.iter().filter_map(|l| Some((*l, nginx.statements.get(l.statement)?))).collect();
    let Some((_, first)) = lines.first() else { return };
    // As it is written; the group has it without blanks.
    let port = group.need.first().map_or("", |l| l.port.trim_start_matches(':'));
    let port = if port.is_empty() { group.port.as_str() } else { port };
    let finding = |message: String| Finding::new(first.span, Role::BindAddress.name(), message).because(EVIDENCE);
    if let Some(why) = &group.blocked {
        cx.report(finding(format!("listens on IPv4 only, on port {port}")).because(why.clone()));
        return;
    }
    let only6 = policy.mode == Mode::Ipv6Only;
    let edits: Vec<Edit> = lines
        .iter()
        .filter_map(
            |(listen, statement)| if only6 { replaced(doc, listen, statement) } else { twin(doc, listen, statement) },
        )
        .collect();
    if edits.len() != lines.len() {
        return;
    }
    let message = match only6 {
        true => format!("listens on IPv4, on port {port}; `[::]` alone is IPv6 only, and IPv4 clients lose the server"),
        false => format!(
            "listens on IPv4 only, on port {port}; a second listen on `[::]` serves IPv6, and needs a kernel with it"
        ),
    };
    let mut finding = finding(message);
    if lines.len() > 1 {
        let numbers: Vec<String> = lines.iter().map(|(_, s)| s.line.to_string()).collect();
        finding = finding.because(format!("the servers of one port belong together: lines {}", numbers.join(", ")));
    }
    let doubtful = !group.doubts.is_empty() || only6 || policy.guards(HostKind::V4Kernel);
    let applicability = if doubtful { Applicability::Unsafe } else { Applicability::Safe };
    let files = neighbours(doc, &group.port, cx);
    finding = finding.because_all(group.doubts.clone()).because_all(files);
    cx.report(finding.fix(applicability, Fix::new().edits(edits)));
}

/// The address on IPv6, quoted as the old one is.
fn address(doc: &Document, listen: &Listen, statement: &Statement) -> Option<String> {
    let first = statement.args.first()?;
    let port = listen.port.strip_prefix(':').unwrap_or(&listen.port);
    let quote = if first.quoted { first.span.text(&doc.text).get(..1)? } else { "" };
    Some(match port {
        "" => format!("{quote}[::]{quote}"),
        port => format!("{quote}[::]:{port}{quote}"),
    })
}

fn replaced(doc: &Document, listen: &Listen, statement: &Statement) -> Option<Edit> {
    Some(Edit::replace(statement.args.first()?.span, address(doc, listen, statement)?))
}

/// The same directive for IPv6, on a line of its own where the old one has one.
fn twin(doc: &Document, listen: &Listen, statement: &Statement) -> Option<Edit> {
    let text = doc.text.as_str();
    let (span, first) = (statement.span, statement.args.first()?.span);
    let before = Span::new(span.start, first.start).text(text);
    let behind = Span::new(first.end, span.end).text(text);
    let new = format!("{before}{}{behind}", address(doc, listen, statement)?);
    below(text, statement, &new)
}

/// Files beside this one with servers of the same port: nginx may include both.
fn neighbours(doc: &Document, port: &str, cx: &Context<'_>) -> Option<String> {
    if !doc.within.is_empty() {
        return None;
    }
    let folder = doc.folder();
    let ports = cx.project().fact(&format!("nginx listeners in {folder}"), || ports_in(folder, cx));
    let mut names: Vec<&str> = ports.iter().filter(|(_, p)| p == port).map(|(name, _)| name.as_str()).collect();
    names.retain(|name| *name != doc.file_name());
    names.dedup();
    (!names.is_empty()).then(|| format!("servers of port {port} stand in {} too, and need the same", names.join(", ")))
}

/// File names and the ports that their IPv4 wildcard listeners have.
fn ports_in(folder: &str, cx: &Context<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in cx.project().siblings(folder).into_iter().take(200) {
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let Some(doc) = cx.project().document(&path).filter(|d| d.kind == NGINX) else { continue };
        let nginx = Nginx::of(&doc);
        let all = Listen::all(&nginx);
        found.extend(all.iter().filter(|l| l.on == On::Every4).map(|l| (name.clone(), l.key().0)));
    }
    found
}

/// Listeners that are no IPv4 wildcard, and those that have their twin.
fn look(listen: &Listen, statement: &Statement, all: &[Listen], cx: &mut Context<'_>) {
    let beside = |on: &dyn Fn(&On) -> bool| {
        all.iter().any(|l| l.server == listen.server && l.key() == listen.key() && on(&l.on))
    };
    let role = Role::BindAddress.name();
    let finding = |message: &str| Finding::new(statement.span, role, message).because(EVIDENCE);
    let reason = match listen.on {
        On::Every4 if beside(&|on| *on == On::Every6) => "the server listens on IPv6 too",
        On::Every4 => return,
        On::Every6 | On::One6(_) => "this is IPv6",
        On::Unix => "this is a Unix socket",
        On::One4(ip) if ip.is_loopback() && !beside(&|on| matches!(on, On::One6(ip) if ip.is_loopback())) => {
            return cx.report(finding(
                "listens on the IPv4 loopback only, which IPv6-only hosts have too; a second listen on `[::1]` keeps nginx from starting on IPv4-only hosts",
            ));
        }
        On::One4(_) => "this is one address",
        On::Name if statement.args.first().is_some_and(|a| a.value.starts_with("localhost")) => {
            return cx.report(finding("nginx does not start with `localhost` on hosts where it is twice 127.0.0.1; `127.0.0.1` works everywhere"));
        }
        On::Name => "this is a name, and nginx listens on all its addresses",
        On::Unclear if beside(&|on| *on == On::Every6) => "the server listens on IPv6 too",
        On::Unclear => {
            return cx.report(finding(
                "a template gives the address; where it is an IPv4 one, a second listen on `[::]` is missing",
            ));
        }
    };
    cx.leave(Note { span: statement.span, role, reason: reason.to_owned(), evidence: vec![EVIDENCE.to_owned()] });
}
