//! Which `listen` directives of nginx need a second one for IPv6, and what speaks against it.
//!
//! nginx chooses the server of a request among those that listen on its socket (manual, "How nginx
//! processes a request"). A server that gets `[::]:80` while its neighbours on port 80 do not is
//! answered with for all of them, so the directives of one port belong together.

use std::collections::BTreeMap;

use sixify_core::{Edit, Span};
use sixify_langs::conf::Nginx;
use sixify_langs::conf::nginx::Statement;
use sixify_langs::conf::nginx_listen::{Listen, On};

/// The IPv4 wildcard listeners of one port in a file that have no IPv6 one beside them.
pub(crate) struct Group<'a> {
    /// The port as it is written.
    pub(crate) port: String,
    /// Those without one; at least one.
    pub(crate) need: Vec<&'a Listen>,
    /// Why no edit can be right.
    pub(crate) blocked: Option<String>,
    /// Why an edit may be wrong.
    pub(crate) doubts: Vec<String>,
}

/// Options of a socket; nginx takes them for one address once only ("duplicate listen options").
const SOCKET_OPTIONS: [&str; 11] = [
    "setfib",
    "fastopen",
    "backlog",
    "rcvbuf",
    "sndbuf",
    "accept_filter",
    "deferred",
    "ipv6only",
    "reuseport",
    "so_keepalive",
    "bind",
];

fn statement<'a>(nginx: &'a Nginx, listen: &Listen) -> Option<&'a Statement> {
    nginx.statements.get(listen.statement)
}

fn flags<'a>(nginx: &'a Nginx, listen: &Listen) -> impl Iterator<Item = &'a str> {
    let args = statement(nginx, listen).map_or(&[][..], |s| s.args.as_slice());
    args.iter().skip(1).map(|a| a.value.as_str())
}

fn is_default(nginx: &Nginx, listen: &Listen) -> bool {
    flags(nginx, listen).any(|f| f == "default_server" || f == "default")
}

fn sets_options(nginx: &Nginx, listen: &Listen) -> bool {
    flags(nginx, listen).any(|f| SOCKET_OPTIONS.contains(&f.split('=').next().unwrap_or(f)))
}

/// Where the line beside a statement has this directive for the same address commented out: a person
/// would take the mark away, not write a second one.
fn put_away(text: &str, statement: &Statement, new: &str) -> Option<Span> {
    let address = |directive: &str| {
        let mut words = directive.trim_end_matches(';').split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let of = |start: usize| {
        let line = text.get(start..)?.lines().next()?;
        let mark = start + line.find(|c: char| !c.is_whitespace())?;
        let inner = text.get(mark..)?.strip_prefix('#')?;
        let end =
            mark + 1 + inner.find([';', '\n']).filter(|at| inner.get(*at..).is_some_and(|r| r.starts_with(';')))?;
        let old = text.get(mark + 1..end)?;
        (address(old)? == address(new)?).then(|| Span::new(mark, end + 1))
    };
    let next = text.get(statement.span.end..)?.find('\n').map(|at| statement.span.end + at + 1);
    let own = text.get(..statement.span.start)?.rfind('\n');
    let before = own.map(|own| text.get(..own).and_then(|above| above.rfind('\n')).map_or(0, |at| at + 1));
    next.and_then(of).or_else(|| before.and_then(of))
}

/// A new statement below another one, on a line of its own where that has one.
pub(crate) fn below(text: &str, statement: &Statement, new: &str) -> Option<Edit> {
    let span = statement.span;
    let new = new.replace("\r\n", "\n");
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(span.end..)?.find('\n').map_or(text.len(), |at| span.end + at);
    let indent = Span::new(start, span.start).text(text);
    let rest = Span::new(span.end, end).text(text).trim_end();
    let comment = rest.trim_start().starts_with('#') && !["{{", "{%", "<%"].iter().any(|open| rest.contains(open));
    if let Some(away) = put_away(text, statement, &new) {
        return Some(Edit::replace(away, new));
    }
    if indent.trim().is_empty() && (rest.is_empty() || comment) {
        return Some(Edit::insert(span.end + rest.len(), format!("\n{indent}{new}")));
    }
    Some(Edit::insert(span.end, format!(" {new}")))
}

/// The groups of a file, in order of their ports.
pub(crate) fn groups<'a>(nginx: &Nginx, text: &str, all: &'a [Listen]) -> Vec<Group<'a>> {
    let mut by_key: BTreeMap<(String, bool), Vec<&'a Listen>> = BTreeMap::new();
    for listen in all {
        by_key.entry(listen.key()).or_default().push(listen);
    }
    let conditional = conditional(nginx, all);
    let lists = deny_lists(nginx);
    let mut found = Vec::new();
    for ((port, _), same) in by_key {
        let six: Vec<&Listen> = same.iter().copied().filter(|l| l.on == On::Every6).collect();
        let lacks = |l: &&Listen| l.on == On::Every4 && !six.iter().any(|s| s.server == l.server);
        let need: Vec<&Listen> = same.iter().copied().filter(lacks).collect();
        if need.is_empty() {
            continue;
        }
        let blocked = conditional.clone().or_else(|| blocked(nginx, text, all, &need, &six));
        let mut doubts = doubts(nginx, &port, &same, &need, &six);
        doubts.extend(lists.clone());
        found.push(Group { port, need, blocked, doubts });
    }
    found
}

/// A file that makes its IPv6 listeners depend on a condition of its template.
fn conditional(nginx: &Nginx, all: &[Listen]) -> Option<String> {
    all.iter().filter(|l| l.on == On::Every6).find_map(|six| {
        let six_at = statement(nginx, six)?;
        let four = all.iter().rfind(|l| l.on == On::Every4 && l.server == six.server && l.statement < six.statement)?;
        let between = Span::new(statement(nginx, four)?.span.end, six_at.span.start);
        let steered = nginx.steers_in(between).len() == 1;
        steered.then(|| format!("line {} listens on IPv6 under a condition of the template", six_at.line))
    })
}

/// A line on which a template puts in listeners of its own: `${IPV6_LISTEN}`, `{{ listen_extra }}`, or
/// comments one for IPv6 out under a condition: `{% unless ipv6 %} # {% endunless %} listen [::]:80;`.
fn put_in(text: &str) -> Option<String> {
    let steered = |line: &str| {
        line.split_once("listen ").is_some_and(|(before, address)| {
            ["{%", "{{", "<%"].iter().any(|open| before.contains(open)) && address.trim_start().starts_with("[::]")
        })
    };
    if let Some(at) = text.lines().position(steered) {
        return Some(format!("the template decides about IPv6 on line {}", at + 1));
    }
    let alone = |line: &str| {
        let inner = line.strip_prefix("${").or_else(|| line.strip_prefix("{{")).or_else(|| line.strip_prefix("__"))?;
        let inner = inner.trim_end_matches(['}', '_', ';']).to_ascii_lowercase();
        let one = !inner.contains(['}', '{', ';']);
        (one && ["ipv6", "listen"].iter().any(|word| inner.contains(word))).then_some(())
    };
    let at = text.lines().position(|line| alone(line.trim()).is_some())?;
    Some(format!("the template puts in listeners on line {}", at + 1))
}

fn blocked(nginx: &Nginx, text: &str, all: &[Listen], need: &[&Listen], six: &[&Listen]) -> Option<String> {
    if let Some(line) = put_in(text) {
        return Some(line);
    }
    let line = |l: &Listen| statement(nginx, l).map_or(0, |s| s.line);
    if let Some(both) = six.iter().find(|l| flags(nginx, l).any(|f| f == "ipv6only=off")) {
        return Some(format!("line {} is one socket for both families, which a second one collides with", line(both)));
    }
    for listen in need {
        let here = statement(nginx, listen)?;
        let others = all.iter().filter(|o| o.on == On::Every6 && o.server == listen.server && o.udp == listen.udp);
        if let Some(other) = others.clone().find(|o| o.templated() || listen.templated()) {
            return Some(format!("line {} may be the same port on IPv6", line(other)));
        }
        let twice = need.iter().find(|o| o.server == listen.server && o.statement > listen.statement);
        if let Some(twice) = twice {
            let between = Span::new(here.span.end, statement(nginx, twice)?.span.start);
            if nginx.steers_in(between).is_empty() {
                return Some(format!("line {} listens on the same address again", line(twice)));
            }
        }
        if !whole(nginx, text, here) {
            return Some(format!("a template decides what line {} says", here.line));
        }
    }
    let clash = |test: fn(&Nginx, &Listen) -> bool| {
        need.iter().any(|l| test(nginx, l)).then(|| six.iter().find(|l| test(nginx, l))).flatten()
    };
    if let Some(other) = clash(is_default) {
        return Some(format!("line {} is the default server on IPv6 already", line(other)));
    }
    let other = clash(sets_options)?;
    Some(format!("line {} sets the options of the IPv6 socket, which may be set once", line(other)))
}

/// Whether a directive can be copied: conditions that begin in it end in it, and stand behind its
/// address.
fn whole(nginx: &Nginx, text: &str, statement: &Statement) -> bool {
    let steers = nginx.steers_in(statement.span);
    let address = statement.args.first().map_or(statement.span.start, |a| a.span.end);
    let ends = |span: &&Span| {
        let body = span.text(text).trim_start_matches(['{', '<', '%', '-', '+', '=', '~', ' ']);
        body.starts_with("end") || body.starts_with('}')
    };
    let port_behind = statement.args.iter().skip(1).any(|a| a.value.starts_with(|c: char| c.is_ascii_digit()));
    steers.iter().all(|s| s.start >= address) && steers.iter().filter(ends).count() * 2 == steers.len() && !port_behind
}

fn doubts(nginx: &Nginx, port: &str, same: &[&Listen], need: &[&Listen], six: &[&Listen]) -> Vec<String> {
    let line = |l: &Listen| statement(nginx, l).map_or(0, |s| s.line);
    let mut found = Vec::new();
    if !nginx.balanced {
        found.push("the braces of the file do not pair up as they stand".to_owned());
    }
    if need.iter().any(|l| l.server.is_none()) {
        found.push("the line is included in servers that stand elsewhere".to_owned());
    }
    let one = same.iter().find(|l| matches!(l.on, On::One4(_) | On::Name | On::Unclear) && !l.port.is_empty());
    if let Some(one) = one {
        let line = line(one);
        found.push(format!(
            "line {line} listens on one address of this port; IPv6 requests meant for it go to this server"
        ));
    }
    // Without `listen`, a server of http is on port 80 (8000 without privileges), IPv4 only.
    let http = |s: &Statement| nginx.parent(s).is_none_or(|p| p.name == "http");
    let silent = nginx.named("server").find(|(n, s)| {
        let own = |name: &str| nginx.children(Some(*n)).any(|(_, s)| s.name == name);
        s.block.is_some() && http(s) && !own("listen") && (own("server_name") || own("location"))
    });
    if let Some((_, silent)) = silent.filter(|_| port == "80" || port == "8000") {
        let line = silent.line;
        found.push(format!("the server in line {line} has no listen; IPv6 requests meant for it go to this server"));
    }
    // The default server is the first one that listens, where none is said to be.
    let first = six.iter().map(|l| l.statement).min();
    let explicit = six.iter().chain(need).any(|l| is_default(nginx, l));
    if first.is_some_and(|first| !explicit && need.iter().any(|l| l.statement < first)) {
        found.push("another server of this port becomes the default one on IPv6".to_owned());
    }
    found
}

/// Lists that shut out IPv4 addresses and let everybody else in.
fn deny_lists(nginx: &Nginx) -> Option<String> {
    let value = |s: &Statement| s.args.first().map_or(String::new(), |a| a.value.clone());
    let closed: Vec<Option<usize>> =
        nginx.named("deny").filter(|(_, s)| value(s) == "all").map(|(_, s)| s.parent).collect();
    let four = |text: &str| text.split('/').next().is_some_and(|ip| ip.parse::<std::net::Ipv4Addr>().is_ok());
    let (_, open) = nginx.named("deny").find(|(_, s)| four(&value(s)) && !closed.contains(&s.parent))?;
    Some(format!("line {} shuts out IPv4 addresses only; whoever it means may come in over IPv6", open.line))
}
