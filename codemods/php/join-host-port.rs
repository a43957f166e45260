//! # Put IPv6 hosts into brackets before a port
//!
//! In `host:port` and in URLs an IPv6 address stands in brackets: `[2001:db8::1]:80` (RFC 3986,
//! 3.2.2). Host names, IPv4 addresses and hosts that have brackets stay as they are.
//!
//! ## Why it breaks
//! `parse_url("http://fd00::10:8080/")` takes `fd00` for the host, and clients look that up as a
//! name.
//!
//! ## Examples
//! ```php before
//! <?php
//! function urls($host, $port) {
//!     $a = "http://$host:$port/";
//!     $b = 'tcp://' . $this->host . ':' . $this->port;
//!     $address = sprintf('%s:%d', $host, $port);
//!     return stream_socket_client($address);
//! }
//! ```
//! ```php after
//! <?php
//! function urls($host, $port) {
//!     $host = filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? "[$host]" : $host;
//!     $a = "http://$host:$port/";
//!     $urlHost = filter_var($this->host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? "[{$this->host}]" : $this->host;
//!     $b = 'tcp://' . $urlHost . ':' . $this->port;
//!     $address = sprintf('%s:%d', $host, $port);
//!     return stream_socket_client($address);
//! }
//! ```
//! A host that has other uses gets another name for its brackets:
//! ```php before
//! <?php
//! function dial($db_host, $config, $port) {
//!     if (!checkdnsrr($db_host)) {
//!         return null;
//!     }
//!     if ($port) return new PDO("mysql://$db_host:$port/", $db_host);
//!     return new Client("tcp://{$config['server']['host']}:{$port}");
//! }
//! ```
//! ```php after
//! <?php
//! function dial($db_host, $config, $port) {
//!     if (!checkdnsrr($db_host)) {
//!         return null;
//!     }
//!     $url_host = filter_var($db_host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? "[$db_host]" : $db_host;
//!     if ($port) return new PDO("mysql://$url_host:$port/", $db_host);
//!     $host = $config['server']['host'];
//!     $host = filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? "[$host]" : $host;
//!     return new Client("tcp://{$host}:{$port}");
//! }
//! ```
//! Constants and static members stand outside of text:
//! ```php before
//! <?php
//! $a = 'http://' . Config::SERVER . ':' . $port;
//! $b = 'http://' . static::$host . ':8080/';
//! ```
//! ```php after
//! <?php
//! $server = Config::SERVER;
//! $server = filter_var($server, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? "[$server]" : $server;
//! $a = 'http://' . $server . ':' . $port;
//! $host = filter_var(static::$host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) ? '[' . static::$host . ']' : static::$host;
//! $b = 'http://' . $host . ':8080/';
//! ```
//! A host that is worked out, one that no line can give its brackets before, and an expression that must be
//! constant, are for a person to decide:
//! ```php reported
//! <?php
//! $urls = array_map(fn($host) => "http://$host:$port/", $hosts);
//! $url = isset($parts['host']) ? "http://{$parts['host']}:{$port}/" : null;
//! ```
//! A container has a name, and what a function for URLs gives has a scheme:
//! ```php reported
//! <?php
//! $url = "mongodb://{$this->container_name}:27017";
//! $domain = generate_url($server);
//! $address = "$domain:$port";
//! ```
//! ```php reported
//! <?php
//! $url = 'http://' . $this->getHost() . ':' . $port;
//! ```
//! ```php reported
//! <?php
//! class Service
//! {
//!     private $url = 'http://' . self::HOST . ':' . self::PORT;
//!     private $port;
//! }
//! ```
//! Reported: a host that goes into a URL without a port, too, where it needs its brackets as well:
//! ```php reported
//! <?php
//! function base($proto, $host, $port) {
//!     if ($port == 80) {
//!         return "$proto://$host";
//!     }
//!     return "$proto://$host:$port";
//! }
//! ```
//! Reported: a host that a header has without the port, and one that has a scheme already.
//! ```php reported
//! <?php
//! function tunnel($host, $port) {
//!     return 'CONNECT ' . $host . ':' . $port . " HTTP/1.1\r\n" . 'Host: ' . $host . "\r\n";
//! }
//! ```
//! ```php reported
//! <?php
//! function dial($host, $port, $secure) {
//!     $host = ($secure ? 'ssl' : 'tcp') . '://' . $host;
//!     return stream_socket_client($host . ':' . $port);
//! }
//! ```
//! A URL that people are told is reported, and what is looked for in a list:
//! ```php reported
//! <?php
//! function allowed($host, $port, $list) {
//!     $address = $host . ':' . $port;
//!     return in_array($address, $list);
//! }
//! ```
//! ```php reported
//! <?php
//! echo "Listening on http://{$host}:{$port}/\n";
//! ```
//! Near-misses:
//! ```php unchanged
//! <?php
//! if ($bracketed) {
//!     $name = "[{$name}]";
//! }
//! $url = "https://{$name}:{$port}/";
//! $a = "http://[$host]:$port/";
//! $b = $file . ':' . $line;
//! $c = "$user:$password";
//! echo "$host:$port";
//! return "$name ($host:$port)";
//! $cache["$host:$port"] = 1;
//! $key = "$host:$port";
//! $parts = Uri\parse($uri);
//! $target = $parts['host'] . ':' . $parts['port'];
//! $lower = strtolower($parts['host']);
//! $pool = $lower . ':' . $port;
//! $name = parse_url($uri, PHP_URL_HOST);
//! $origin = $name . ':' . $port;
//! $asked = isset($parts['host']) ? strtolower($parts['host']) : '';
//! $authority = sprintf('%s:%s', $asked, $port);
//! $head = '<b>Server ' . $host . ':' . $port . "</b>\n";
//! if (strpos($host, ':') === false) {
//!     $host = $host . ':' . $port;
//! }
//! $error = sprintf('No greeting (%s:%d)', $host, $port);
//! if (!array_key_exists("$host:$port", $seen)) {
//!     $seen["$host:$port"] = report(['message' => "No answer of $host:$port"]);
//! }
//! ```
//! ```php unchanged
//! <?php
//! class Share
//! {
//!     public function __construct($params)
//!     {
//!         $found = $this->split($params['host']);
//!         $this->host = $found[0];
//!     }
//!     private function split($text)
//!     {
//!         $parsed = parse_url($text);
//!         return [$parsed['host'], $parsed['port']];
//!     }
//!     public function url($port)
//!     {
//!         return 'sftp://' . $this->host . ':' . $port . '/';
//!     }
//! }
//! ```
//!
//! ## Safety
//! Safe but for what gives a name or a key to something: for every value but an IPv6 address without brackets the result is the same byte for byte,
//! and for that one it is right; measured by running both. An address with a zone stays as it is.
//!
//! ## References
//! - RFC 3986, 3.2.2: Host
//! - PHP manual: filter_var(), FILTER_FLAG_IPV6
//! - evidence: languages, 1.8 and 9.2

use sixify_langs::php::{self, File};
use sixify_langs::{classify, naming};

use crate::bare_hosts::{BARE_BESIDE, BARE_URL, in_bare_url, is_bare_beside};
use crate::host_port::{Facts, Join, Sink, identifies, labels};
use crate::last_colon::{CUT_ELSEWHERE, is_cut_elsewhere};
use crate::php_hosts;
use crate::php_lines::{Place, fix};
use crate::prelude::*;
use crate::python_code::is_label;
use crate::script_destinations::reads;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::PHP],
    anchors: Anchors(&[
        &["':' .", "ort"],
        &["\":\" .", "ort"],
        &["':'.", "ort"],
        &["\":\".", "ort"],
        &[":$", "ort"],
        &[":{$", "ort"],
        &["%s:%", "ort"],
    ]),
    specificity: 0,
    run,
};

struct PhpFacts<'f>(&'f File);

impl Facts for PhpFacts<'_> {
    fn name(&self, value: Node<'_>) -> Option<String> {
        match value.kind() {
            "variable_name" => Some(value.text().trim_start_matches('$').to_owned()),
            "member_access_expression" | "member_call_expression" | "class_constant_access_expression" => {
                let name = value.field("name").or_else(|| value.items().last())?;
                Some(name.text().to_owned())
            }
            "scoped_property_access_expression" => {
                Some(value.items().last()?.text().trim_start_matches('$').to_owned())
            }
            "subscript_expression" => Some(value.items().last()?.text().trim_matches(['"', '\'']).to_owned()),
            _ => None,
        }
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        let parent = text.parent()?;
        match parent.kind() {
            "binary_expression" | "parenthesized_expression" | "conditional_expression" => self.sink(parent),
            "assignment_expression" if is_label(self.name(parent.field("left")?)?.as_str()) => Some(Sink::Other),
            "assignment_expression" if told(self.name(parent.field("left")?)?.as_str()) => Some(Sink::People),
            "subscript_expression" => Some(Sink::Other),
            "array_element_initializer" if parent.items().count() == 2 => {
                let key = parent.items().next().filter(|key| *key != text);
                match key.map(|key| key.text().trim_matches(['"', '\''])) {
                    None => Some(Sink::Other),
                    Some(key) => told(key).then_some(Sink::People),
                }
            }
            "echo_statement" | "print_intrinsic" | "throw_expression" => Some(Sink::People),
            "argument" => {
                let call = parent.parent()?.parent()?;
                let name = call.field("name").or_else(|| call.field("function")).map_or("", Node::text);
                const PEOPLE: &[&str] = &[
                    "info",
                    "debug",
                    "error",
                    "warning",
                    "notice",
                    "log",
                    "printf",
                    "writeln",
                    "error_log",
                    "trigger_error",
                    "comment",
                ];
                // `array_key_exists("$host:$port", $seen)`
                let first = parent.parent().and_then(|list| list.items().next()) == Some(parent);
                if first && matches!(name, "array_key_exists" | "in_array" | "md5" | "sha1" | "crc32") {
                    return Some(Sink::Other);
                }
                let thrown = call.is("object_creation_expression") && call.text().contains("Exception(");
                (PEOPLE.contains(&name) || thrown).then_some(Sink::People)
            }
            _ => None,
        }
    }

    fn number(&self, value: Node<'_>) -> bool {
        let _ = self.0;
        value.is("integer")
    }
}

/// Whether what has this name is told to people.
fn told(name: &str) -> bool {
    let words = naming::words(name);
    let last = words.last().map_or("", String::as_str);
    matches!(last, "message" | "msg" | "error" | "err" | "errstr" | "text" | "title" | "description" | "log")
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = php::file(doc) else { return Ok(()) };
    let mut found = Vec::new();
    for kind in ["encapsed_string", "binary_expression", "function_call_expression"] {
        for node in file.tree.all(kind) {
            let inner = node.parent().is_some_and(|p| p.is("binary_expression") && file.text_expr(p).is_some());
            let Some(text) = file.text_expr(node).filter(|_| !inner) else { continue };
            let Some(join) = Join::find(&text, &PhpFacts(&file)) else { continue };
            if needless(&file, &join) {
                continue;
            }
            if !join.url && (labels(node) || identifies(node)) {
                let reason = "a key or a text for people is made of it".to_owned();
                cx.leave(Note { span: join.span, role: Role::Join.name(), reason, evidence: join.why });
                continue;
            }
            let finding = Finding::new(join.span, Role::Join.name(), "an IPv6 host needs brackets before a port")
                .because_all(join.why.clone());
            let finding = match reads(&join, node) {
                Ok(why) => finding.because_all(why),
                Err(missing) => {
                    cx.report(finding.because(missing));
                    continue;
                }
            };
            let host_node = join.host;
            let host = host_node.text();
            let function = join.host.ancestor(&["method_declaration", "function_definition"]).map_or("", Node::text);
            let around =
                join.host.ancestor(&["method_declaration", "function_definition", "program"]).map_or("", Node::text);
            if in_bare_url(around, &[host.to_owned(), format!("{{{host}}}")]) {
                cx.report(finding.because(BARE_URL));
                continue;
            }
            // What is looked for in a list is spelled as the list has it.
            let held = node.parent().filter(|p| p.is("assignment_expression")).and_then(|p| p.field("left"));
            let sought = held.map_or(String::new(), |name| format!("in_array({},", name.text()));
            if !sought.is_empty() && function.contains(&sought) {
                cx.report(finding.because("it is looked for in a list, which has its own spelling"));
                continue;
            }
            if !join.url && php_hosts::may_have_scheme(join.host) {
                cx.report(finding.because("it may begin with a scheme"));
                continue;
            }
            // A header of the same request.
            let header = ["Host: \" . ", "Host: ' . "].iter().any(|before| {
                function.match_indices(&format!("{before}{host}")).any(|(at, found)| {
                    let behind = function[at + found.len()..].trim_start().trim_start_matches('.').trim_start();
                    !behind.starts_with("':") && !behind.starts_with("\":")
                })
            });
            if header {
                cx.report(finding.because("a header has the host alone, where it needs brackets too"));
                continue;
            }
            if is_bare_beside(node, around, &[host.to_owned(), format!("\"{host}\"")]) {
                cx.report(finding.because(BARE_BESIDE));
                continue;
            }
            if !join.url && is_cut_elsewhere(doc, cx, &["strrpos("]) {
                cx.report(finding.because(CUT_ELSEWHERE));
                continue;
            }
            if PhpFacts(&file).sink(node) == Some(Sink::People) {
                cx.report(finding.because("people read it"));
                continue;
            }
            let called = PhpFacts(&file).name(host_node).unwrap_or_default();
            if !naming::is_host(&called) && naming::words(&called).iter().all(|w| w != "host" && w != "ip") {
                cx.report(finding.because("it is not called a host"));
                continue;
            }
            found.push((Place { join, form: text.form }, finding));
        }
    }
    found.sort_by_key(|(place, _)| place.join.host.start());
    let (places, findings): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    for (at, finding) in findings.into_iter().enumerate() {
        match fix(doc, &places, at) {
            Some(fix) => cx.report(finding.fix(Applicability::Safe, fix)),
            None => cx.report(finding.because("no line can stand before it")),
        }
    }
    Ok(())
}

/// Whether a host is no IPv6 address, or the code around it knows of IPv6.
fn needless<'a>(file: &'a File, join: &Join<'a>) -> bool {
    let around = join.host.ancestor(&["method_declaration", "function_definition", "program"]).map_or("", Node::text);
    let function =
        around.len() < 20_000 && join.host.ancestor(&["method_declaration", "function_definition"]).is_some();
    let aware =
        function && (around.to_ascii_lowercase().contains("ipv6") || around.contains("\"[$") || around.contains("'['"));
    // `if (strpos($host, ':') === false)`
    let name = join.host.text();
    let asked = |n: Node<'_>| {
        let condition = n.field("condition").map_or("", Node::text).replace(' ', "");
        let of =
            |function: &str| ["':'", "\":\""].iter().any(|c| condition.contains(&format!("{function}({name},{c})")));
        of("strpos") || of("str_contains") || of("strstr")
    };
    let asked = join.host.ancestors().filter(|n| n.is("if_statement")).any(asked) || php_hosts::is_asked_for(join.host);
    let value = file.value(join.host).node;
    // What takes a URL apart leaves the host its brackets.
    let inner = |n: &Node<'a>| match n.kind() {
        "subscript_expression" => n.items().next(),
        // `strtolower($parts['host'])`
        "function_call_expression" => {
            let called = file.callee(*n).filter(|c| matches!(c.as_str(), "strtolower" | "trim" | "rtrim"));
            called.and_then(|_| file.arguments(*n).into_iter().next())
        }
        _ => None,
    };
    let source = std::iter::successors(Some(value), inner).last();
    // The host of a URL or a request has its brackets.
    let of_url = |n: Node<'_>| {
        let receiver = n.field("object").map_or("", Node::text).to_ascii_lowercase();
        let called = n.field("name").map_or("", Node::text);
        n.is("member_call_expression")
            && matches!(called, "host" | "getHost" | "getHttpHost")
            && ["uri", "url", "request"].iter().any(|word| receiver.contains(word))
    };
    if of_url(value) {
        return true;
    }
    let parsed = source.map(|n| file.value(n).node.text().to_ascii_lowercase()).is_some_and(|text| {
        text.split('(').next().is_some_and(|called| called.contains("parse") && !called.contains("parse_dsn"))
    });
    let server = name.starts_with("$_SERVER[") && (name.contains("SERVER_NAME") || name.contains("HTTP_HOST"));
    parsed
        || server
        || php_hosts::is_taken_from_url(join.host)
        || php_hosts::has_brackets(join.host)
        || asked
        || aware
        || file.string(value).is_some()
        || value.text().starts_with("gethostname(")
}
