//! # Scripts that ask for IPv4 addresses and routes only
//!
//! ## Why it breaks
//! `ip route`, `ip -4 addr`, `ifconfig | grep 'inet '` and patterns like `[0-9]{1,3}\.` find nothing on
//! a machine without IPv4, or 127.0.0.1; `ip route get 8.8.8.8` fails there.
//!
//! ## Examples
//! The interface of the default route, when the first answer is taken: the IPv6 routes follow those
//! of IPv4, so the answer is the same wherever there was one.
//! ```bash before
//! iface=${iface:-$(ip route | awk '/default/ {print $5}' | head -1)}
//! dev=$(ip route show default | awk '/default/ {print $5; exit}')
//! ```
//! ```bash after unsafe
//! iface=${iface:-$({ ip route; ip -6 route; } | awk '/default/ {print $5}' | head -1)}
//! dev=$({ ip route show default; ip -6 route show default; } | awk '/default/ {print $5; exit}')
//! ```
//! The address that a packet to the outside would have, when it is found by its name in the answer:
//! ```sh before
//! ip route get 8.8.8.8 | grep -oP 'src \K\S+'
//! ```
//! ```sh after unsafe
//! { ip route get 8.8.8.8 || ip -6 route get 2001:4860:4860::8888; } | grep -oP 'src \K\S+'
//! ```
//! Reported: what takes addresses of one family, and where another answer may come out.
//! ```sh reported
//! ip -4 addr show eth0 | grep -oP '(?<=inet\s)\d+(\.\d+){3}'
//! ```
//! ```sh reported
//! host_ips=$(LC_ALL=C ip -f inet addr show ${iface} | awk '/inet/ {print $2}')
//! ```
//! ```sh reported
//! ip route get 8.8.8.8 | awk '{print $7}'
//! ```
//! ```sh reported
//! ifconfig eth0 | grep 'inet ' | awk '{print $2}'
//! ```
//! ```sh reported
//! curl -4 -s https://ifconfig.example
//! ```
//! Left alone: scripts that ask for the other family too, other uses of the programs.
//! ```sh unchanged
//! ip -4 addr show eth0
//! ip -6 addr show eth0
//! ```
//! ```sh unchanged
//! ip link set eth0 up
//! ip addr show eth0 | awk '/inet6/ {print $2}'
//! ip route add 10.0.0.0/8 via 10.0.0.1
//! ip netns exec x true
//! hostname -I | awk '{print $1}'
//! curl -s https://example
//! ssh-keygen -4
//! ```
//!
//! ## Safety
//! Unsafe: the answers of the programs were measured; what the script does with them was not.
//!
//! ## References
//! - evidence: script idioms per environment, measured

use sixify_langs::classify::SHELL;
use sixify_langs::shell::{self, Simple};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[SHELL],
    anchors: Anchors(&[
        &["ip -4"],
        &["ip route"],
        &["ip r "],
        &["ip -o -4"],
        &["-f inet"],
        &["ifconfig", "inet"],
        &["curl", " -4"],
        &["wget", " -4"],
        &["ahostsv4"],
        &["--ipv4"],
        &["inet4-only"],
    ]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "evidence: script idioms per environment, measured: nothing, or 127.0.0.1, without IPv4";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let text = &doc.text;
    let commands = shell::commands(text);
    // A script that asks for the other family somewhere knows both.
    let other = ["ip -6", "-f inet6", "inet6", "ip -o -6", " -6 "].iter().any(|ask| text.contains(ask));
    if other {
        return Ok(());
    }
    for (number, command) in commands.iter().enumerate() {
        let words: Vec<&str> = command.words.iter().map(|w| w.decoded.text.as_str()).collect();
        let words = words.strip_prefix(["sudo"].as_slice()).unwrap_or(&words);
        let Some((program, arguments)) = words.split_first() else { continue };
        let pipeline = behind(&commands, number, text);
        match program.rsplit('/').next() {
            Some("ip") => ip(command, arguments, &pipeline, text, cx),
            Some("ifconfig") if pipeline.contains("inet ") || pipeline.contains("inet addr") => {
                report(command, "takes the IPv4 addresses out of the answer", cx);
            }
            Some("curl" | "wget") if arguments.iter().any(|a| ["-4", "--ipv4", "--inet4-only"].contains(a)) => {
                report(command, "connects over IPv4 only", cx);
            }
            Some("getent") if arguments.first() == Some(&"ahostsv4") => {
                report(command, "looks up IPv4 addresses only", cx);
            }
            _ => {}
        }
    }
    Ok(())
}

fn report(command: &Simple, message: &str, cx: &mut Context<'_>) {
    cx.report(Finding::new(command.span, Role::AddressFamily.name(), message).because(EVIDENCE));
}

/// What follows a command in its pipeline, up to the end of the line.
fn behind(commands: &[Simple], number: usize, text: &str) -> String {
    let Some(command) = commands.get(number) else { return String::new() };
    let rest = text.get(command.span.end..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("");
    if line.trim_start().starts_with(['|', '2', '>']) { line.to_owned() } else { String::new() }
}

fn ip(command: &Simple, arguments: &[&str], pipeline: &str, text: &str, cx: &mut Context<'_>) {
    let mut family = false;
    let mut rest = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-4" => family = true,
            "-f" | "-family" => family |= words.next() == Some(&"inet"),
            "-n" | "-netns" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            word => rest.push(word),
        }
    }
    let Some((object, rest)) = rest.split_first() else { return };
    let is = |long: &str| !object.is_empty() && long.starts_with(object);
    let shows = rest.first().is_none_or(|verb| ["show", "list", "s", "sh", "ls", "get", "default"].contains(verb));
    let short = ["a", "r", "ro", "addr", "add"].contains(object);
    if is("route") && rest.first() == Some(&"get") {
        return route_get(command, rest, pipeline, text, cx);
    }
    if family
        && (is("address") || short)
        && (shows || rest.first().is_none_or(|w| !["add", "del", "flush"].contains(w)))
    {
        return report(command, "asks for IPv4 addresses only", cx);
    }
    if is("route") && shows && !pipeline.is_empty() && (pipeline.contains("default") || rest.contains(&"default")) {
        default_route(command, family, pipeline, text, cx);
    }
}

/// Whether a pipeline takes the first line of what it gets.
fn first(pipeline: &str) -> bool {
    ["head -1", "head -n1", "head -n 1", "exit", "-m1", "-m 1", "NR==1", "sed 1q", "sed q"]
        .iter()
        .any(|w| pipeline.contains(w))
}

fn default_route(command: &Simple, family: bool, pipeline: &str, text: &str, cx: &mut Context<'_>) {
    let finding =
        Finding::new(command.span, Role::AddressFamily.name(), "lists the IPv4 routes only").because(EVIDENCE);
    // Of both families, the fifth word is the device; the third one is the router.
    let device = pipeline.contains("$5") && !pipeline.contains("$3") && !pipeline.contains("$9");
    let written = command.span.text(text);
    let six = written.strip_prefix("ip ").map(|rest| format!("ip -6 {rest}"));
    let simple = command.statement == command.span && !written.contains('\n');
    match six.filter(|_| device && first(pipeline) && !family && simple) {
        Some(six) => {
            let open = Edit::insert(command.span.start, "{ ");
            let close = Edit::insert(command.span.end, format!("; {six}; }}"));
            let fix = Fix::new().edit(open).edit(close);
            let why = "the IPv6 routes follow, so the first answer is the same wherever there was one";
            cx.report(finding.because(why).fix(Applicability::Unsafe, fix));
        }
        None => cx.report(finding),
    }
}

/// `ip route get ADDRESS`: which address a packet would come from.
fn route_get(command: &Simple, rest: &[&str], pipeline: &str, text: &str, cx: &mut Context<'_>) {
    let target = rest.iter().skip(1).find(|w| **w != "to");
    let four = target.is_some_and(|w| *w == "1" || w.parse::<std::net::Ipv4Addr>().is_ok());
    if !four {
        return;
    }
    let message = "asks for the route to an IPv4 address, which a machine without IPv4 does not have";
    let finding = Finding::new(command.span, Role::Probe.name(), message).because(EVIDENCE);
    // Words are found by their names, and whatever an address is made of is taken.
    let named = ["src \\K\\S+", "src \\K[^ ]+", "src \\K[^ ]*", "src \\K\\S*"].iter().any(|p| pipeline.contains(p))
        || (pipeline.contains("src \\([^ ]*\\)") && pipeline.contains("sed -n"));
    let simple = command.statement == command.span && !command.span.text(text).contains('\n');
    if named && simple && pipeline.trim_start().starts_with('|') && command.span.text(text).starts_with("ip ") {
        let close = Edit::insert(command.span.end, " || ip -6 route get 2001:4860:4860::8888; }");
        let fix = Fix::new().edit(Edit::insert(command.span.start, "{ ")).edit(close);
        return cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    cx.report(finding);
}
