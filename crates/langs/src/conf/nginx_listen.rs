//! What the `listen` directives of an nginx configuration listen on.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::nginx::{Nginx, Statement, Word};

/// What kind of address a directive names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// All IPv4 addresses: `80`, `*:80`, `0.0.0.0:80`.
    Every4,
    /// All IPv6 addresses: `[::]:80`.
    Every6,
    /// One IPv4 address; loopback ones too.
    One4(Ipv4Addr),
    /// One IPv6 address.
    One6(Ipv6Addr),
    /// A host name.
    Name,
    /// A Unix socket.
    Unix,
    /// A template gives more than the port.
    Unclear,
}

/// A `listen` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Its place in [`Nginx::statements`].
    pub statement: usize,
    /// The place of its `server` block; `None` at the top of a file that others include.
    pub server: Option<usize>,
    /// The address.
    pub on: On,
    /// The port as it is written, with its colon where the address has one; empty when it is left
    /// out.
    pub port: String,
    /// Whether it is a UDP socket.
    pub udp: bool,
}

impl Listen {
    /// Reads the directives of all servers.
    pub fn all(nginx: &Nginx) -> Vec<Listen> {
        nginx.named("listen").filter_map(|(n, s)| Listen::of(nginx, n, s)).collect()
    }

    fn of(nginx: &Nginx, number: usize, statement: &Statement) -> Option<Listen> {
        let first = statement.args.first()?;
        if statement.parent.is_some() && nginx.parent(statement).is_none_or(|p| p.name != "server") {
            return None;
        }
        let (on, port) = address(first);
        let udp = statement.args.iter().skip(1).any(|a| a.value == "udp" || a.value == "quic");
        Some(Listen { statement: number, server: statement.parent, on, port: port.to_owned(), udp })
    }

    /// What tells its sockets from others of the same kind of address.
    pub fn key(&self) -> (String, bool) {
        let port: String = self.port.trim_start_matches(':').split_whitespace().collect();
        (if port.is_empty() { "80".to_owned() } else { port }, self.udp)
    }

    /// Whether a template gives the port.
    pub fn templated(&self) -> bool {
        !self.port.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'-')
    }
}

/// The kind of address and the port of the first argument.
fn address(word: &Word) -> (On, &str) {
    let value = word.value.as_str();
    if value.starts_with("unix:") {
        return (On::Unix, "");
    }
    if let Some((host, port)) = value.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return match host.parse::<Ipv6Addr>() {
            Ok(ip) if ip.is_unspecified() => (On::Every6, port),
            Ok(ip) => (On::One6(ip), port),
            Err(_) => (On::Unclear, port),
        };
    }
    if number(value) || port_variable(value) {
        return (On::Every4, value);
    }
    let host = value.split(':').next().unwrap_or(value);
    let port = value.get(host.len()..).unwrap_or("");
    let on = match host.parse::<Ipv4Addr>() {
        Ok(ip) if ip.is_unspecified() => On::Every4,
        Ok(ip) => On::One4(ip),
        Err(_) if host == "*" => On::Every4,
        Err(_) if !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) => On::Name,
        Err(_) => On::Unclear,
    };
    (on, port)
}

/// A port or a range of ports.
fn number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Whether the text is one variable or action, and it is named as a port. nginx itself knows no
/// variables in `listen`, so something else puts the value in.
fn port_variable(text: &str) -> bool {
    let between = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.contains(open)).then_some(inner)
    };
    let forms = [("{{", "}}"), ("<%=", "%>"), ("${", "}")];
    let plain = || text.strip_prefix('$').filter(|n| n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    let Some(inner) = forms.into_iter().find_map(|(open, close)| between(open, close)).or_else(plain) else {
        return false;
    };
    let inner = inner.to_ascii_lowercase();
    if inner.contains("::") || inner.contains("localhost") || inner.contains("0.0") {
        return false;
    }
    let other = ["support", "transport", "export", "import", "report", "viewport"];
    // `service.ports.http`, too.
    let names = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut ports = names
        .map(|n| n.strip_suffix('s').unwrap_or(n))
        .filter(|n| n.ends_with("port") && !other.iter().any(|o| n.ends_with(o)));
    ports.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ports_are_told_apart() {
        let read = |arg: &str| {
            let nginx = Nginx::parse(&format!("server {{ listen {arg}; }}"));
            Listen::all(&nginx).pop().map(|l| (l.on, l.key().0))
        };
        let every = |port: &str| Some((On::Every4, port.to_owned()));
        for arg in ["80", "*:80", "0.0.0.0:80 ssl", "0.0.0.0", "\"80\""] {
            assert_eq!(read(arg), every("80"), "{arg}");
        }
        assert_eq!(read("{{ nginx.http_port | default(80) }}"), every("{{nginx.http_port|default(80)}}"));
        assert_eq!(read("*:{{ x }}"), every("{{x}}"));
        assert_eq!(read("{{ .Values.ports.http }}"), every("{{.Values.ports.http}}"));
        assert_eq!(read("${LISTEN_PORT}"), every("${LISTEN_PORT}"));
        assert_eq!(read("8000-8010"), every("8000-8010"));
        assert_eq!(read("[::]:80"), Some((On::Every6, "80".to_owned())));
        assert_eq!(read("127.0.0.1:8000"), Some((On::One4(Ipv4Addr::LOCALHOST), "8000".to_owned())));
        assert_eq!(read("[::1]:1").map(|l| l.0), Some(On::One6(Ipv6Addr::LOCALHOST)));
        assert_eq!(read("unix:/a").map(|l| l.0), Some(On::Unix));
        assert_eq!(read("localhost:80").map(|l| l.0), Some(On::Name));
        for arg in
            ["{{ listen }}", "{{ ip }}:80", "$support", "{{ a_port }}{{ b }}", "{{ port or '127.0.0.1:80' }}", "@PORT@"]
        {
            assert_eq!(read(arg).map(|l| l.0), Some(On::Unclear), "{arg}");
        }
    }

    #[test]
    fn sockets_differ_by_port_and_protocol() {
        let nginx = Nginx::parse("listen 1;\nserver { listen 443 ssl; listen 443 quic; location / { listen 2; } }\n");
        let all: Vec<_> = Listen::all(&nginx).iter().map(|l| (l.server.is_some(), l.key())).collect();
        let key = |port: &str, udp| (port.to_owned(), udp);
        assert_eq!(all, [(false, key("1", false)), (true, key("443", false)), (true, key("443", true))]);
    }
}
