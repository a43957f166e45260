//! Configurations of proxies: their names say little, so their content has to confirm them.

use sixify_core::Kind;

use crate::conf::Nginx;
use crate::conf::nginx::Statement;

use super::{HAPROXY, NGINX, file_name, without_template_suffix};

/// Suffixes of files that are made into configurations, or copied to them.
const SUFFIXES: [&str; 6] = [".in", ".ctmpl", ".dist", ".example", ".sample", ".default"];

/// Extensions of the configurations themselves.
const EXTENSIONS: [&str; 5] = [".conf", ".cfg", ".nginx", ".nginxconf", ".haproxy"];

/// Extensions of configurations of other servers.
const OTHER_EXTENSIONS: [&str; 10] =
    [".cnf", ".cf", ".ini", ".socket", ".service", ".vcl", ".properties", ".hcl", ".config", ".lua"];

/// Names without an extension that servers give their configurations.
const NAMES: [&str; 8] =
    ["sshd_config", "ssh_config", "torrc", "caddyfile", "my.cnf", "pg_hba", "main.cf", "memcached"];

/// Folders that nginx configurations live in, also on the way to the machine.
const FOLDERS: [&str; 4] = ["sites-available", "sites-enabled", "conf.d", "snippets"];

/// Folders of Debian's way to keep sites and pieces of configurations.
const APACHE_FOLDERS: [&str; 5] = ["sites-available", "sites-enabled", "conf-available", "conf-enabled", "conf.d"];

/// Whether the name or the place of a file lets it be one.
pub(super) fn worth_reading(path: &str) -> bool {
    let name = bare_name(path);
    let sites = path.rsplit('/').nth(1).is_some_and(|folder| ["sites-available", "sites-enabled"].contains(&folder));
    EXTENSIONS.iter().any(|e| name.ends_with(e)) || sites || !name.contains('.') || configuration(path)
}

/// Whether the name or the place says that a file is a configuration, of whatever server.
pub(super) fn configuration(path: &str) -> bool {
    let name = bare_name(path);
    let lower = path.to_ascii_lowercase();
    let (folders, _) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let placed = folders.split('/').any(|f| APACHE_FOLDERS.contains(&f));
    EXTENSIONS.iter().chain(&OTHER_EXTENSIONS).any(|e| name.ends_with(e))
        || NAMES.contains(&name.as_str())
        || ["named.conf", "sshd_config", "ssh_config"].iter().any(|start| name.starts_with(start))
        || (placed && !name.contains('.'))
}

/// The kind of a configuration.
pub(super) fn kind(path: &str, text: &str) -> Option<Kind> {
    if !worth_reading(path) || OTHER_EXTENSIONS.iter().any(|e| bare_name(path).ends_with(e)) {
        return None;
    }
    let lower = path.to_ascii_lowercase();
    let (folders, _) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let name = bare_name(path);
    if haproxy(text, name.contains("haproxy")) {
        return Some(HAPROXY);
    }
    let placed = folders.split('/').any(|folder| FOLDERS.contains(&folder) || folder.contains("nginx"));
    nginx(&name, text, placed || name.contains("nginx")).then_some(NGINX)
}

/// The name of a file in lower case, without the suffixes of templates and samples.
pub fn bare_name(path: &str) -> String {
    let lower = file_name(path).to_ascii_lowercase();
    let name = without_template_suffix(&lower).unwrap_or(&lower);
    SUFFIXES.iter().find_map(|s| name.strip_suffix(s)).unwrap_or(name).to_owned()
}

/// Whether a text has two headers of haproxy's sections, or one where the name says haproxy.
fn haproxy(text: &str, named: bool) -> bool {
    let header = |line: &str| {
        let mut words = line.split_whitespace();
        let (word, next) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let alone = next.is_empty() || next.starts_with('#');
        match word {
            "global" => alone,
            "defaults" => !next.ends_with(['{', ';', '=', ':']) && words.next().is_none_or(|w| w == "from"),
            "frontend" | "backend" => !alone && !line.contains(['{', ';', '=']) && words.next().is_none(),
            "listen" => named && !alone && !line.trim_end().ends_with([';', '{']),
            _ => false,
        }
    };
    text.lines().filter(|line| header(&without_actions(line))).count() >= if named { 1 } else { 2 }
}

/// Names of services may come from templates, whose braces are not those of a block.
fn without_actions(line: &str) -> String {
    let mut left = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("{{") {
        left.push_str(before);
        left.push('x');
        rest = behind.split_once("}}").map_or("", |(_, rest)| rest);
    }
    left + rest
}

/// Whether a text has a `server` block that listens or, where its name or place says nginx, any
/// block or directive that only nginx has.
fn nginx(name: &str, text: &str, placed: bool) -> bool {
    let apache = |line: &str| ["<VirtualHost", "LoadModule ", "<Directory"].iter().any(|own| line.starts_with(own));
    // Reading the blocks costs more than looking for words.
    let worth = text.contains(';') && (placed || (text.contains("server") && text.contains("listen")));
    if !worth || text.lines().any(|line| apache(line.trim_start())) {
        return false;
    }
    let read = Nginx::parse(text);
    let server = |s: &Statement| s.name == "server" && s.args.is_empty() && s.span.text(text).ends_with('{');
    let listens = read.named("listen").any(|(_, l)| !l.args.is_empty() && read.parent(l).is_some_and(server));
    // A file without extension may be prose that shows a configuration.
    let top = |s: &Statement| s.parent.is_some() || TOP.contains(&s.name.as_str());
    if !placed && !name.contains('.') {
        return listens && read.balanced && read.statements.iter().all(top);
    }
    let own = |s: &Statement| match s.span.text(text).ends_with('{') {
        true => BLOCKS.contains(&s.name.as_str()) || server(s),
        false => DIRECTIVES.contains(&s.name.as_str()) && !s.args.is_empty(),
    };
    listens || (placed && read.statements.iter().any(own))
}

/// What stands at the top of a site or of a whole configuration.
const TOP: [&str; 21] = [
    "user",
    "worker_processes",
    "worker_rlimit_nofile",
    "error_log",
    "pid",
    "daemon",
    "load_module",
    "include",
    "events",
    "http",
    "mail",
    "stream",
    "server",
    "upstream",
    "map",
    "geo",
    "limit_req_zone",
    "limit_conn_zone",
    "log_format",
    "proxy_cache_path",
    "access_log",
];

const BLOCKS: [&str; 5] = ["location", "upstream", "http", "stream", "events"];

const DIRECTIVES: [&str; 7] =
    ["listen", "server_name", "proxy_pass", "fastcgi_pass", "ssl_certificate", "resolver", "set_real_ip_from"];

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "upstream a { server b; }\nserver {\n  listen 80;\n}\n";

    #[test]
    fn nginx_is_told_by_content_wherever_it_is_called_a_configuration() {
        for path in [
            "etc/nginx/nginx.conf",
            "docker/nginx.tmpl",
            "default.conf.template",
            "a/site.conf.j2",
            "sites-available/example.com",
            "nginx.conf.in",
            "default",
        ] {
            assert_eq!(kind(path, SITE), Some(NGINX), "{path}");
        }
        assert_eq!(kind("a/one.conf", "server { listen 80; }\n"), Some(NGINX));
        assert_eq!(kind("nginx/proxy.conf", "proxy_pass http://a;\n"), Some(NGINX));
        assert_eq!(kind("a/other.conf", "proxy_pass http://a;\n"), None);
        assert_eq!(kind("notes.txt", SITE), None);
        assert_eq!(kind("README", &format!("Use this:\n{SITE}")), None);
    }

    #[test]
    fn what_only_lies_beside_nginx_is_not_nginx() {
        for text in [
            "<VirtualHost *:80>\n  ServerName a;\n</VirtualHost>\n",
            "[Service]\nExecStart=/usr/sbin/nginx -g 'daemon off;'\n",
            "/var/log/nginx/*.log {\n  daily\n}\n",
            "server default {\n  listen {\n    port = 1812\n  }\n}\n",
            "bind 0.0.0.0\nport 6379\n",
        ] {
            assert_eq!(kind("conf.d/nginx.conf", text), None, "{text}");
        }
    }

    #[test]
    fn haproxy_is_told_by_its_sections() {
        let text = "global\n  maxconn 1\ndefaults\n  mode http\nfrontend {{ name }}\n  bind *:80\n";
        assert_eq!(kind("a/haproxy.cfg.j2", text), Some(HAPROXY));
        assert_eq!(kind("a/lb.cfg", text), Some(HAPROXY));
        assert_eq!(kind("haproxy.conf", "listen web\n  bind *:80\n"), Some(HAPROXY));
        assert_eq!(kind("haproxy.conf", "bind 0.0.0.0:80\nmaxconn 2\n"), None);
        assert_eq!(kind("a/lb.cfg", "[global]\na = b\n"), None);
    }
}
