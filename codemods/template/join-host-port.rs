//! # Put brackets around an IPv6 address before its port, in templates
//!
//! ## Why it breaks
//! `{{ bind_address }}:{{ port }}` becomes `2001:db8::1:443` where the variable holds an IPv6 address:
//! a listener or a client takes the last group for the port, or refuses the whole.
//!
//! ## Examples
//! Ansible has a filter that brackets IPv6 addresses and leaves everything else as it is. It is used
//! where the template or the collections of the project have it:
//! ```txt before path=roles/dns/templates/server.toml.j2
//! peer = '{{ peer_ip | ansible.utils.ipwrap }}:{{ peer_port }}'
//! listen_addresses = ['{{ local_service_ip }}:{{ listen_port }}']
//! health {{ nodelocaldns_ip }}:9254
//! url = http://{{ hostvars[inventory_hostname]['ansible_host_address'] }}:{{ http_port }}/
//! ```
//! ```txt after unsafe path=roles/dns/templates/server.toml.j2
//! peer = '{{ peer_ip | ansible.utils.ipwrap }}:{{ peer_port }}'
//! listen_addresses = ['{{ local_service_ip | ansible.utils.ipwrap }}:{{ listen_port }}']
//! health {{ nodelocaldns_ip | ansible.utils.ipwrap }}:9254
//! url = http://{{ hostvars[inventory_hostname]['ansible_host_address'] | ansible.utils.ipwrap }}:{{ http_port }}/
//! ```
//! ```yaml before path=roles/db/defaults/main.yml
//! ---
//! db_nodes: "tcp:{{ 'api' | node_address(host) | put_address_in_context('url') }}:{{ db_port }}"
//! db_admin: "{{ api_address if internal else public_address }}:{{ admin_port }}"
//! ```
//! ```yaml after unsafe path=roles/db/defaults/main.yml
//! ---
//! db_nodes: "tcp:{{ 'api' | node_address(host) | put_address_in_context('url') }}:{{ db_port }}"
//! db_admin: "{{ (api_address if internal else public_address) | put_address_in_context('url') }}:{{ admin_port }}"
//! ```
//! Helm has no such filter, but a condition:
//! ```yaml before path=proxy/templates/deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: proxy
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: proxy
//!           args:
//!             - "--web.address={{ .Values.web.hostIP }}:{{ .Values.web.port }}/tcp"
//! ```
//! ```yaml before path=proxy/Chart.yaml
//! apiVersion: v2
//! name: proxy
//! version: 1.0.0
//! ```
//! ```yaml after unsafe path=proxy/templates/deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: proxy
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: proxy
//!           args:
//!             - "--web.address={{ if contains ":" (toString .Values.web.hostIP) }}[{{ .Values.web.hostIP }}]{{ else }}{{ .Values.web.hostIP }}{{ end }}:{{ .Values.web.port }}/tcp"
//! ```
//! Elsewhere a person must say what puts the brackets:
//! ```txt reported path=roles/web/templates/upstream.toml.j2
//! server = "{{ backend_ip }}:{{ backend_port }}"
//! ```
//! Near-misses: names that are no addresses, addresses that have their brackets, and IPv4 by name:
//! ```txt unchanged path=roles/web/templates/other.toml.j2
//! image = "{{ registry }}:{{ tag }}"
//! login = "{{ user }}:{{ password }}"
//! server = "[{{ backend_ip }}]:{{ backend_port }}"
//! server = "{{ backend_ip | ansible.utils.ipwrap }}:{{ backend_port }}"
//! server = "{{ backend_ipv4 }}:{{ backend_port }}"
//! server = "{{ dns_ip }}:53", "[{{ dns_ipv6 | default('::1') }}]:53"
//! server = "{{ inventory_hostname }}:{{ backend_port }}"
//! server = "prefix-{{ backend_ip }}:{{ backend_port }}"
//! time = "{{ ip_hour }}:{{ ip_minute }}"
//! # server = "{{ backend_ip }}:{{ backend_port }}"
//! peer = {% if ':' in peer_ip %}[{{ peer_ip }}]:80{% else %}{{ peer_ip }}:80{% endif %}
//! ```
//! Where a role sets the variable with its brackets, nothing is missing:
//! ```txt before path=roles/monitor/templates/monitor.service.j2
//! ExecStart=/usr/bin/monitor --peer={{ peer_addr | ansible.utils.ipwrap }}:9094 --listen={{ monitor_addr }}:9093
//! --alerts={{ alert_addr }}:9093
//! ```
//! ```yaml before path=roles/facts/tasks/main.yml
//! - name: Take the address of the monitor
//!   ansible.builtin.set_fact:
//!     monitor_addr: "{{ ansible_facts['all_ipv6_addresses'] | last | ansible.utils.ipwrap }}"
//! ```
//! ```txt after unsafe path=roles/monitor/templates/monitor.service.j2
//! ExecStart=/usr/bin/monitor --peer={{ peer_addr | ansible.utils.ipwrap }}:9094 --listen={{ monitor_addr }}:9093
//! --alerts={{ alert_addr | ansible.utils.ipwrap }}:9093
//! ```
//! ```yaml unchanged tests path=.github/workflows/build.yml
//! on: push
//! jobs:
//!   build:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: curl http://${{ needs.server.outputs.ip }}:8080/
//! ```
//!
//! ## Safety
//! Unsafe: nothing of it was run. The filter gives back what is no IPv6 address as it came.
//!
//! ## References
//! - RFC 3986, 3.2.2
//! - Ansible documentation: ansible.utils.ipwrap
//! - Helm documentation: Template function list, contains

use sixify_langs::yaml::Action;
use sixify_langs::yaml::template::mask;
use sixify_langs::{classify, naming};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    // Not those of haproxy, which takes what is behind the last colon for the port.
    kinds: &[
        classify::YAML,
        classify::CONF,
        classify::NGINX,
        classify::SHELL,
        classify::SYSTEMD_SERVICE,
        classify::TEMPLATE,
    ],
    anchors: Anchors(&[
        &["}}:{{"],
        &["}}:1"],
        &["}}:2"],
        &["}}:3"],
        &["}}:4"],
        &["}}:5"],
        &["}}:6"],
        &["}}:7"],
        &["}}:8"],
        &["}}:9"],
    ]),
    specificity: 0,
    run,
};

const MESSAGE: &str = "an IPv6 address needs brackets before its port";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let masked = mask(&doc.text);
    let mut wrap = None;
    for (n, action) in masked.actions.iter().enumerate() {
        let Some(host) = Host::of(&doc.text, action, masked.actions.get(n + 1)) else { continue };
        if !host.go && Wrapped::of(cx).0.contains(host.name) {
            continue;
        }
        let wrap = wrap.get_or_insert_with(|| Wrap::of(doc, host.go, cx));
        let finding = Finding::new(action.span, Role::Join.name(), MESSAGE);
        let finding = finding.because(format!("{} is called an address, and a port follows", host.expression));
        let fix = wrap.as_ref().filter(|_| !starts_value(doc, action.span.start)).and_then(|wrap| wrap.fix(&host));
        match fix {
            Some(text) => {
                let fix = Fix::new().edit(Edit::replace(action.span, text));
                cx.report(finding.fix(Applicability::Unsafe, fix));
            }
            None if host.address => cx.report(finding),
            None => {}
        }
    }
    Ok(())
}

/// An action that gives a host, with a port behind it.
struct Host<'t> {
    /// The whole action.
    action: &'t str,
    expression: &'t str,
    /// The name that says what it gives.
    name: &'t str,
    /// Whether it is an action of Go's templates, and not of Jinja.
    go: bool,
    /// Whether its name says that it is an address, and not only that it is a host.
    address: bool,
}

impl<'t> Host<'t> {
    fn of(text: &'t str, action: &Action, next: Option<&Action>) -> Option<Self> {
        let whole = action.span.text(text);
        let expression = whole.strip_prefix("{{")?.strip_suffix("}}")?.trim_matches('-').trim();
        let behind = text.get(action.span.end..)?.strip_prefix(':')?;
        let port = match next.filter(|next| next.span.start == action.span.end + 1) {
            Some(next) => naming::is_port(last_name(next.span.text(text).trim_matches(['{', '}', ' ', '-']))?),
            None => {
                let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
                (2..=5).contains(&digits) && !behind[digits..].starts_with(|c: char| c == '.' || c.is_alphanumeric())
            }
        };
        let before = text.get(..action.span.start)?.chars().next_back();
        let apart =
            before.is_none_or(|c| c.is_whitespace() || "\"'`/@,;=(:|>!".contains(c)) || ends_statement(text, action);
        let name = last_name(expression)?;
        let words = naming::words(name);
        let has = |sought: &[&str]| words.iter().any(|word| sought.contains(&word.as_str()));
        let address = has(&["ip", "addr", "address", "vip", "ipaddr"]);
        let otherwise = ["wrap", "in_context", "ipv4", "ip4"];
        let go = expression.starts_with(['.', '$', '(']);
        // What Services are called in charts is a name of the cluster.
        let called = address || !go && has(&["host", "bind"]) && naming::is_host(name);
        let plain = name != "inventory_hostname"
            && !otherwise.iter().any(|word| expression.contains(word))
            && !has(&["mac", "cidr", "mask", "range", "port"]);
        // One branch of a condition has the brackets already.
        let guarded = text.contains(&format!("[{whole}]:")) || comment(text, action.span.start);
        let host = Host { action: whole, expression, name, go, address };
        (port && apart && called && plain && !guarded && !has_twin(text, name)).then_some(host)
    }
}

/// Whether the text knows a variable of the same name for IPv6, so that this one is for IPv4.
fn has_twin(text: &str, name: &str) -> bool {
    let twins = ["v6", "_v6", "6", "_ipv6", "_ip6"].map(|end| format!("{name}{end}"));
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    twins.iter().any(|twin| {
        text.match_indices(twin.as_str()).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + twin.len()..).and_then(|behind| behind.chars().next());
            !part(before) && !part(behind)
        })
    })
}

/// Variables of Ansible that get their brackets where they are set.
#[derive(Default)]
struct Wrapped(std::collections::BTreeSet<String>);

impl Wrapped {
    /// Those of the whole tree: a role uses what another one has set.
    fn of(cx: &Context<'_>) -> std::sync::Arc<Self> {
        const FOLDERS: &[&str] = &["/tasks/", "/vars/", "/defaults/", "group_vars/", "host_vars/"];
        let project = cx.project();
        project.fact::<Wrapped>("", || {
            let yaml = |path: &String| path.ends_with(".yml") || path.ends_with(".yaml");
            let sets = |path: &String| FOLDERS.iter().any(|folder| path.contains(folder));
            let files = project.below("").into_iter().filter(|path| yaml(path) && sets(path));
            let texts = files.filter_map(|path| project.text(&path));
            Wrapped(texts.flat_map(|text| text.lines().filter_map(wrapped).collect::<Vec<_>>()).collect())
        })
    }
}

/// The variable that a line of YAML sets to an address in its brackets.
fn wrapped(line: &str) -> Option<String> {
    let (name, value) = line.trim_start().trim_start_matches("- ").split_once(':')?;
    let whole = value.trim().trim_matches(['"', '\'']).trim_end_matches("}}").trim_end();
    let wraps = whole.ends_with("ipwrap") || whole.ends_with("put_address_in_context('url')");
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (wraps && plain && value.trim_start().trim_start_matches(['"', '\'']).starts_with("{{")).then(|| name.to_owned())
}

/// Whether the line of a place is a comment.
fn comment(text: &str, at: usize) -> bool {
    let line = text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(before)).trim_start();
    ["#", "//", ";"].iter().any(|mark| line.starts_with(mark))
}

/// Whether the action follows `{% .. %}` or another action that gives nothing, directly.
fn ends_statement(text: &str, action: &Action) -> bool {
    text.get(..action.span.start).is_some_and(|before| before.ends_with("%}") || before.ends_with("{{ end }}"))
}

/// The name that decides what an expression gives: of its last filter with arguments, or else of the
/// last member of what comes first.
fn last_name(expression: &str) -> Option<&str> {
    let mut pieces = expression.split('|').map(str::trim);
    let first = pieces.next()?;
    let name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !text.is_empty();
    if first.starts_with(['\'', '"']) {
        // `'api' | node_address(host)`
        return pieces.filter_map(|piece| piece.split('(').next()).rfind(|word| name(word));
    }
    // `a if b else c` is called what its last branch is called.
    let first = first.rsplit(" else ").next()?;
    let first = first.trim_end_matches([']', ')', '\'', '"', ' ']);
    let last = first.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    name(last).then_some(last)
}

/// Whether a place is the start of a plain value of YAML, where a bracket would begin a list.
fn starts_value(doc: &Document, at: usize) -> bool {
    let line = doc.text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(before));
    let line = line.trim_end();
    doc.kind == classify::YAML && (line.ends_with(':') || line.ends_with('-') || line.is_empty())
}

/// What puts the brackets.
enum Wrap {
    /// A filter of Ansible.
    Filter(&'static str),
    /// A condition in Helm.
    Condition,
}

impl Wrap {
    fn of(doc: &Document, go: bool, cx: &Context<'_>) -> Option<Self> {
        let project = cx.project();
        if go {
            let chart = project.nearest(&doc.path, &|name| name == "Chart.yaml")?;
            let folder = chart.strip_suffix("Chart.yaml")?;
            let inside = doc.path.strip_prefix(folder)?.starts_with("templates/");
            return inside.then_some(Wrap::Condition);
        }
        let known = ["put_address_in_context('url')", "ansible.utils.ipwrap", "ipwrap"];
        if let Some(filter) = known.into_iter().find(|filter| doc.text.contains(filter)) {
            return Some(Wrap::Filter(filter));
        }
        let lists = project.nearest(&doc.path, &|name| matches!(name, "galaxy.yml" | "requirements.yml"))?;
        project.text(&lists)?.contains("ansible.utils").then_some(Wrap::Filter("ansible.utils.ipwrap"))
    }

    /// The action with the brackets; `None` where it is no simple one.
    fn fix(&self, host: &Host<'_>) -> Option<String> {
        let Host { action, expression, .. } = host;
        match self {
            Wrap::Filter(filter) => {
                // A filter binds closer than what stands between operators.
                let operators = [" if ", " else ", " + ", " ~ ", " or ", " and "];
                let simple = !operators.iter().any(|operator| expression.contains(operator));
                let inner = if simple { (*expression).to_owned() } else { format!("({expression})") };
                let at = action.find(expression)?;
                let (before, after) = (action.get(..at)?, action.get(at + expression.len()..)?);
                Some(format!("{before}{inner} | {filter}{after}"))
            }
            Wrap::Condition => {
                let simple = expression.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'$' | b'_'));
                let plain = *action == format!("{{{{ {expression} }}}}");
                (simple && plain).then(|| {
                    format!(
                        "{{{{ if contains \":\" (toString {expression}) }}}}[{action}]{{{{ else }}}}{action}{{{{ end }}}}"
                    )
                })
            }
        }
    }
}
