//! # Put IPv6 addresses in brackets in the URLs of shell scripts
//!
//! ## Why it breaks
//! With an IPv6 address in `$ip`, `http://$ip:8080/` is no URL: curl, wget and browsers refuse it. With
//! brackets around an IPv4 address or a name it is none either, so the script has to look.
//!
//! ## Examples
//! ```sh before
//! for ip in $(hostname -I); do
//!     curl "http://$ip"
//! done
//! ```
//! ```sh after unsafe
//! for ip in $(hostname -I); do
//!     case $ip in *:*) url_ip="[$ip]" ;; *) url_ip=$ip ;; esac
//!     curl "http://$url_ip"
//! done
//! ```
//! Every URL of the same list of commands uses the new variable; other uses keep the address.
//! ```bash before
//! HOST_IP=$(ip route get 1 | awk '{print $7}')
//!
//! ping -c 1 "$HOST_IP"
//! curl -s "http://${HOST_IP}:${PORT}/health"
//! if true; then
//!   cat <<EOF
//! Open https://$HOST_IP/ now
//! EOF
//! fi
//! ```
//! ```bash after unsafe
//! HOST_IP=$(ip route get 1 | awk '{print $7}')
//!
//! ping -c 1 "$HOST_IP"
//! case $HOST_IP in *:*) URL_HOST_IP="[$HOST_IP]" ;; *) URL_HOST_IP=$HOST_IP ;; esac
//! curl -s "http://${URL_HOST_IP}:${PORT}/health"
//! if true; then
//!   cat <<EOF
//! Open https://$URL_HOST_IP/ now
//! EOF
//! fi
//! ```
//! Each branch has its own:
//! ```sh before
//! if command -v curl; then
//!     curl "http://$IP/"
//! elif command -v wget; then
//!     wget "http://$IP/"
//!     wget "http://$IP/again"
//! fi
//! ```
//! ```sh after unsafe
//! if command -v curl; then
//!     case $IP in *:*) URL_IP="[$IP]" ;; *) URL_IP=$IP ;; esac
//!     curl "http://$URL_IP/"
//! elif command -v wget; then
//!     case $IP in *:*) URL_IP="[$IP]" ;; *) URL_IP=$IP ;; esac
//!     wget "http://$URL_IP/"
//!     wget "http://$URL_IP/again"
//! fi
//! ```
//! Reported: URLs that people alone read, a variable that is set anew between two URLs, and a default that
//! is no variable.
//! ```sh reported
//! echo "The shop is at http://$IP:8080/ soon"
//! cat <<EOF
//! The shop is at http://$IP:8080/
//! EOF
//! ```
//! ```sh before
//! echo "listen http://$IP:80/" > app.conf
//! ```
//! ```sh after unsafe
//! case $IP in *:*) URL_IP="[$IP]" ;; *) URL_IP=$IP ;; esac
//! echo "listen http://$URL_IP:80/" > app.conf
//! ```
//! ```sh reported
//! IP=$1
//! curl http://$IP/
//! IP=$2
//! curl http://$IP/
//! ```
//! ```sh reported
//! curl "http://${POD_IP:-127.0.0.1}:80/"
//! ```
//! ```sh reported
//! cat >conf <<EOF;
//! ADDRESS=$IP
//! EOF
//! echo "http://$IP/"
//! ```
//! Left alone: names of hosts, which never need brackets; addresses of which the script knows that they
//! are IPv4; scripts that look themselves.
//! ```sh unchanged
//! curl "http://$HOST:80/" "http://$hostname.local" "http://${IPV4}/" "http://$ip_prefix.1/"
//! echo "$IP:80" 'http://$IP/'
//! ```
//! ```sh unchanged
//! case $IP in *:*) IP="[$IP]" ;; esac
//! curl "http://$IP:80/"
//! ```
//! ```sh unchanged
//! for NODE in $NODES; do
//!     IP="${NODE%:*}"
//!     PORT="${NODE##*:}"
//!     echo "<host>https://$IP:$PORT</host>"
//! done
//! ```
//! ```sh unchanged
//! IP=$(ip -4 addr show eth0 | awk '/inet/ {print $2}')
//! first_of() { ip addr show "$1" | awk '/inet / {print $2; exit}'; }
//! bare_of() { first_of "$1" | cut -d/ -f1; }
//! BOOT_IP=$(bare_of eth1)
//! echo "http_url = http://${BOOT_IP}:8080" > /etc/boot.conf
//! echo "http://$IP/"
//! ```
//!
//! ## Safety
//! Unsafe: for an IPv4 address or a name the result is byte for byte what it was, but what the variable
//! holds is told by its name alone.
//!
//! ## References
//! - RFC 3986, 3.2.2
//! - evidence: brackets, measured

use std::collections::BTreeMap;

use sixify_langs::Grammar;
use sixify_langs::classify::SHELL;
use sixify_langs::naming;
use sixify_langs::shell::{Expansion, Variables};
use sixify_langs::syntax::{Node, Tree};
use sixify_langs::yaml::template;

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod { kinds: &[SHELL], anchors: Anchors(&[&["://$"]]), specificity: 0, run };

const EVIDENCE: &str = "evidence: curl, wget, Python and Node refuse http://::1:80/ and http://[127.0.0.1]:80/";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let variables = Variables::of(doc);
    let mut urls: BTreeMap<&str, Vec<&Expansion>> = BTreeMap::new();
    for expansion in variables.expansions.iter().filter(|e| in_url(&doc.text, e.span) && is_ip(&e.name)) {
        urls.entry(&expansion.name).or_default().push(expansion);
    }
    urls.retain(|name, _| !looks(&doc.text, name) && !bracketed(&variables, name));
    if urls.is_empty() {
        return Ok(());
    }
    let masked = template::mask(&doc.text);
    let Some(tree) = Tree::parse(Grammar::Shell, &masked.text) else { return Ok(()) };
    urls.retain(|name, _| !only_ipv4(&tree, &variables, name));
    for (name, uses) in urls {
        for group in groups(&tree, &uses) {
            look(doc, &variables, name, &group, cx);
        }
    }
    Ok(())
}

/// Whether an expansion is the host of a URL.
fn in_url(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).unwrap_or("");
    let behind = text.get(span.end..).unwrap_or("");
    let scheme = before.strip_suffix("://").is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric()));
    let end = |c: char| c.is_whitespace() || [':', '/', '"', '\'', '\\', '?', ')', ',', ';', '`', '<'].contains(&c);
    scheme && (behind.is_empty() || behind.starts_with(end))
}

/// Whether a name is that of an IP address, of either family.
fn is_ip(name: &str) -> bool {
    let words = naming::words(name);
    let number = |w: &&String| w.bytes().all(|b| b.is_ascii_digit());
    let last = words.iter().rev().find(|w| !number(w) && *w != "s").map_or("", String::as_str);
    let ip = |w: &str| ["ip", "ipaddr", "ipaddress", "ips"].contains(&w.trim_end_matches(|c: char| c.is_ascii_digit()));
    let four = words.iter().any(|w| w.ends_with("v4") || w == "ip4");
    let address = ["addr", "address"].contains(&last) && words.iter().any(|w| ip(w));
    (ip(last) || address) && !four && !words.iter().any(|w| w == "ip6" || w == "ipv6")
}

/// Whether a script puts brackets around the variable already, or asks it for colons.
fn looks(text: &str, name: &str) -> bool {
    let forms = [format!("[${name}]"), format!("[${{{name}}}]")];
    if forms.iter().any(|form| text.contains(form.as_str())) {
        return true;
    }
    let names = |line: &str| line.contains(&format!("${name}")) || line.contains(&format!("${{{name}"));
    let asks =
        |line: &str| line.contains("*:*") || line.contains("=~ :") || line.contains(".*:") || line.contains("':'");
    text.lines().any(|line| names(line) && asks(line))
}

/// Whether the variable may hold brackets already: it is given some, or it is cut from host and port,
/// where an IPv6 address has them.
fn bracketed(variables: &Variables, name: &str) -> bool {
    let cut =
        |text: &str| ["%:", "-d:", "-d :", "-d ':'", "-d\":\"", "-F:", "-F ':'"].iter().any(|how| text.contains(how));
    let held = |text: &str| text.starts_with('[') || cut(text);
    variables.of_name(name).filter_map(|a| a.value.as_ref()).any(|value| held(&value.decoded.text))
}

/// Whether everything that the variable is set to is an IPv4 address.
fn only_ipv4(tree: &Tree, variables: &Variables, name: &str) -> bool {
    let mut set = variables.of_name(name).filter_map(|a| a.value.as_ref()).peekable();
    let four = |text: &str| {
        let asks = ["-4", "-f inet ", "inet ", "--ipv4", "ahostsv4", "{1,3}", "[0-9]*\\.", "[0-9]+\\.", "\\d+\\."];
        asks.iter().any(|ask| text.contains(ask)) || text.parse::<std::net::Ipv4Addr>().is_ok()
    };
    set.peek().is_some()
        && set.all(|value| {
            let text = &value.decoded.text;
            four(text) || called_in(tree, text).iter().any(|function| four(function.text()))
        })
}

/// The functions of the script that a text calls, and those that these call.
fn called_in<'a>(tree: &'a Tree, text: &str) -> Vec<Node<'a>> {
    let root = tree.root();
    let all: Vec<Node<'a>> = root.descendants().filter(|n| n.is("function_definition")).collect();
    let mut found: Vec<Node<'a>> = Vec::new();
    let mut texts = vec![text.to_owned()];
    while let Some(text) = texts.pop() {
        let calls = |function: &Node<'a>| {
            let name = function.field("name").map_or("", Node::text);
            text.split(|c: char| c.is_whitespace() || "$()`|;&\"'".contains(c)).any(|word| word == name)
        };
        for function in all.iter().filter(|function| calls(function)) {
            if !found.contains(function) {
                found.push(*function);
                texts.push(function.field("body").map_or("", Node::text).to_owned());
            }
        }
    }
    found
}

/// The list of commands that a place belongs to, and the command of it.
fn statement<'a>(tree: &'a Tree, span: Span) -> Option<(Node<'a>, Node<'a>)> {
    const LISTS: [&str; 7] =
        ["program", "compound_statement", "do_group", "if_statement", "elif_clause", "else_clause", "case_item"];
    let mut at = tree.smallest(span);
    loop {
        let parent = at.parent()?;
        // A condition belongs to what it decides.
        let condition = parent.is_any(&["if_statement", "elif_clause"])
            && parent.children().find(|c| c.text() == "then").is_none_or(|then| at.start() < then.start());
        let value = parent.is("case_item") && parent.fields("value").any(|v| v == at);
        if parent.is_any(&LISTS) && !condition && !value && at.is_named() && !at.is_any(&["else_clause", "elif_clause"])
        {
            return Some((parent, at));
        }
        at = parent;
    }
}

/// Uses that one variable can serve: those in one list of commands, and within what follows there.
struct Group<'a> {
    list: Node<'a>,
    first: Node<'a>,
    uses: Vec<&'a Expansion>,
}

fn groups<'a>(tree: &'a Tree, uses: &[&'a Expansion]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for one in uses {
        let Some((list, first)) = statement(tree, one.span) else { continue };
        let function = |n: Node<'a>| n.ancestor(&["function_definition"]).map(|f| f.span());
        let same = |g: &&mut Group<'a>| {
            let within = g.list == list || (g.list.holds(list) && first.start() > g.first.start());
            // The other branches of an `if` are parts of it, and never run after the first one.
            let branch = |n: &Node<'a>| n.is_any(&["elif_clause", "else_clause"]) && n.parent() == Some(g.list);
            let elsewhere = list != g.list && std::iter::once(list).chain(list.ancestors()).any(|n| branch(&n));
            within && !elsewhere && function(g.list) == function(list)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.uses.push(one),
            None => groups.push(Group { list, first, uses: vec![one] }),
        }
    }
    groups
}

fn look(doc: &Document, variables: &Variables, name: &str, group: &Group<'_>, cx: &mut Context<'_>) {
    let Some(first) = group.uses.first() else { return };
    let last = group.uses.last().map_or(first.span.end, |e| e.span.end);
    let message = "an IPv6 address needs brackets in a URL, and an IPv4 address must have none";
    let finding = Finding::new(first.span, Role::Join.name(), message)
        .because(format!("{name} holds an IP address, by its name"))
        .because(EVIDENCE);
    if group.uses.iter().all(|e| told(group.list.tree(), e.span)) {
        return cx.report(finding.because("people read it"));
    }
    let again = variables.of_name(name).any(|a| a.span.start > group.first.start() && a.span.start < last);
    let new = if name.chars().any(char::is_lowercase) { format!("url_{name}") } else { format!("URL_{name}") };
    let plain = group.uses.iter().all(|e| plain(&doc.text, e));
    let margin = margin(&doc.text, group.first.start());
    // Of `<<EOF;` the tree takes `EOF;` for the word that ends the text, and sees none.
    let odd = doc.text.lines().any(|l| l.contains("<<") && !l.contains("<<<") && l.trim_end().ends_with(';'));
    let Some(indent) = margin.filter(|_| !again && plain && !odd && !doc.text.contains(&new)) else {
        return cx.report(finding);
    };
    let line = format!("case ${name} in *:*) {new}=\"[${name}]\" ;; *) {new}=${name} ;; esac\n{indent}");
    let mut fix = Fix::new().edit(Edit::insert(group.first.start(), line));
    for one in &group.uses {
        let braces = usize::from(one.span.text(&doc.text).starts_with("${"));
        let start = one.span.start + 1 + braces;
        fix = fix.edit(Edit::replace(Span::new(start, start + name.len()), new.clone()));
    }
    cx.report(finding.fix(Applicability::Unsafe, fix));
}

/// Whether what a place belongs to goes to people: the words of an `echo` that is not sent anywhere.
fn told(tree: &Tree, span: Span) -> bool {
    const TELL: &[&str] =
        &["echo", "printf", "info", "log", "warn", "msg", "success", "notice", "error", "die", "print"];
    let at = tree.smallest(span);
    // `cat <<EOF` without a file or a pipe.
    let redirected = at.ancestors().find(|n| n.is("redirected_statement"));
    let shown = redirected.filter(|_| at.ancestors().any(|n| n.is("heredoc_body"))).is_some_and(|statement| {
        let head = statement.text().lines().next().unwrap_or("");
        let cat = head.split_once("<<").is_some_and(|(before, _)| before.trim() == "cat");
        let piped = statement.parent().is_some_and(|n| n.is_any(&["pipeline", "command_substitution"]));
        cat && !head.contains(['>', '|']) && !piped
    });
    if shown {
        return true;
    }
    let command = std::iter::once(at).chain(at.ancestors()).find(|n| n.is("command"));
    let Some(command) = command else { return false };
    let name = command.field("name").map_or("", Node::text);
    let word = naming::words(name).pop().unwrap_or_default();
    let words = naming::words(name);
    let tells = TELL.contains(&word.as_str()) || words.first().is_some_and(|w| TELL.contains(&w.as_str()));
    // `>&2` is for people as well.
    let sent = command.ancestors().any(|n| {
        n.is_any(&["pipeline", "command_substitution"]) || n.is("redirected_statement") && !n.text().contains(">&2")
    });
    tells && !sent
}

/// Whether an expansion is of the variable and nothing more.
fn plain(text: &str, expansion: &Expansion) -> bool {
    let written = expansion.span.text(text);
    written == format!("${}", expansion.name) || written == format!("${{{}}}", expansion.name)
}

/// What stands before a command on its line, when that is blanks alone.
fn margin(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(before, |i| &before[i + 1..]);
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    line.chars().all(|c| c == ' ' || c == '\t').then_some(line)
}
