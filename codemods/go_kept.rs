//! Parts of an address that Go code keeps: `parts := strings.Split(addr, ":")` with its uses,
//! `host, port, ok := strings.Cut(addr, ":")`, and `i := strings.Index(addr, ":")`.
//!
//! They become `net.SplitHostPort` when every use is understood: which one is the host, which the
//! port, and which asks whether there is a port at all. What the code did with a text that has no
//! port, it does still.

use sixify_langs::{go, naming};

use crate::go_parts::{asked_again, ends, joined_again, of_machines, only_named};
use crate::go_split::given_name;
use crate::go_statement::{free, is_port};
use crate::go_url_parts::of_url;
use crate::prelude::*;

/// What a test of the number of parts asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Whether there is a port.
    Port,
    NoPort,
    /// Whether there is any part, which there always is.
    Any,
}

/// How the parts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One slice of strings.
    Parts,
    /// Three variables: before, behind, whether there was a colon.
    Cut,
    /// The place of the colon.
    Index,
}

/// A statement that takes an address apart, and what is made of the parts.
pub(crate) struct Kept<'a> {
    /// The declaration.
    pub statement: Node<'a>,
    /// The text that is split.
    pub text: Node<'a>,
    form: Form,
    call: Node<'a>,
    /// The variables that are declared.
    pub names: Vec<Node<'a>>,
    pub hosts: Vec<Node<'a>>,
    pub ports: Vec<Node<'a>>,
    pub checks: Vec<(Node<'a>, Check)>,
    /// `switch len(parts)`: the value, and its cases.
    pub switches: Vec<Node<'a>>,
    pub clear: bool,
    /// Whether all parts are counted, and asked to be two.
    pair: bool,
}

impl<'a> Kept<'a> {
    /// The parts that a declaration keeps; `None` when it splits nothing at a colon.
    pub fn of(file: &'a go::File, statement: Node<'a>) -> Option<Kept<'a>> {
        let values: Vec<_> = statement.field("right")?.items().collect();
        let [call] = values.as_slice() else { return None };
        let arguments = file.arguments(*call);
        let (text, colon) = (arguments.first()?, arguments.get(1)?);
        if !call.is("call_expression") || !matches!(colon.text(), "\":\"" | "`:`" | "':'") {
            return None;
        }
        let form = match file.callee(*call)?.as_str() {
            "strings.Split" => Form::Parts,
            "strings.SplitN" if arguments.get(2)?.text() == "2" => Form::Parts,
            "strings.Cut" => Form::Cut,
            "strings.Index"
            | "strings.IndexByte"
            | "strings.IndexRune"
            | "strings.LastIndex"
            | "strings.LastIndexByte" => Form::Index,
            _ => return None,
        };
        let names: Vec<_> = statement.field("left")?.items().collect();
        let wanted = if form == Form::Cut { 3 } else { 1 };
        if names.len() != wanted || !names.iter().all(|n| n.is("identifier")) {
            return None;
        }
        let mut kept = Kept {
            statement,
            text: *text,
            form,
            call: *call,
            names,
            hosts: Vec::new(),
            ports: Vec::new(),
            checks: Vec::new(),
            switches: Vec::new(),
            clear: true,
            pair: file.callee(*call).as_deref() == Some("strings.Split"),
        };
        kept.read_uses(file);
        Some(kept)
    }

    /// Whether only the port is taken, from behind the last colon: that is right for IPv6 as it is.
    pub fn takes_port_behind_last(&self, file: &go::File) -> bool {
        self.hosts.is_empty() && file.callee(self.call).is_some_and(|callee| callee.starts_with("strings.LastIndex"))
    }

    /// Whether only the host is used, and only asked for names that no address has.
    pub fn asks_names(&self, file: &go::File) -> bool {
        self.ports.is_empty() && !self.hosts.is_empty() && self.hosts.iter().all(|host| only_named(file, *host))
    }

    /// Whether the host is put together with a port again where it would miss its brackets.
    pub fn is_joined_again(&self, file: &go::File) -> bool {
        self.hosts.iter().any(|host| joined_again(file, *host))
    }

    /// Whether a part is given a name of something that no address has: a path, a user, a tag.
    pub fn is_other(&self) -> bool {
        let other =
            ["path", "file", "dir", "directory", "user", "username", "password", "image", "tag", "key", "column"];
        let named = |part: &&Node<'a>| {
            let list = part.parent().filter(|p| p.is("expression_list") && p.items().count() == 1);
            let left = list.and_then(Node::parent).and_then(|statement| statement.field("left"));
            let words = left.filter(|l| !l.holds(**part)).map(|l| naming::words(l.text())).unwrap_or_default();
            words.last().is_some_and(|w| other.contains(&w.as_str()))
        };
        // `unix:/run/a.sock`: what stands before the colon is asked for by its name.
        let scheme = |part: &&Node<'a>| {
            let test = part.parent().filter(|p| p.is("binary_expression") && ["==", "!="].contains(&operator(*p)));
            let other = test.and_then(|t| t.items().find(|side| side != *part)).map_or("", Node::text);
            other.len() > 2
                && other.starts_with('"')
                && other.bytes().all(|b| b.is_ascii_alphabetic() || b == b'"')
                && other != "\"localhost\""
        };
        // `name, ip, ok := strings.Cut(extraHost, ":")`: what stands behind is no port.
        let second = self.names.get(1).map_or("", |n| n.text());
        let named_otherwise = self.form == Form::Cut && second != "_" && naming::is_host(second);
        // A host that is written out piece by piece is joined by hand there, and needs its brackets.
        let written = |part: &&Node<'a>| {
            let call = part.parent().filter(|p| p.is("argument_list")).and_then(Node::parent);
            let name = call.and_then(|c| c.field("function")).map_or("", Node::text);
            name.rsplit('.').next().is_some_and(|last| last.starts_with("Write"))
        };
        named_otherwise
            || self.hosts.iter().any(|part| written(&part))
            || self.hosts.iter().chain(&self.ports).any(|part| named(&part))
            || self.hosts.iter().any(|part| scheme(&part))
    }

    /// Whether the part before the last colon takes the place of the whole and goes into a URL, which
    /// needs its brackets: they are what the code has so far.
    pub fn keeps_brackets_for_url(&self, file: &go::File) -> bool {
        let last = file.callee(self.call).is_some_and(|callee| callee.starts_with("strings.LastIndex"));
        let Some(function) = self.statement.ancestor(&["function_declaration", "method_declaration"]) else {
            return false;
        };
        let name = self.text.text();
        let kept = self.hosts.iter().any(|host| {
            let list = host.parent().filter(|p| p.is("expression_list"));
            list.and_then(Node::parent).and_then(|s| s.field("left")).is_some_and(|left| left.text() == name)
        });
        let url = |n: &Node<'_>| {
            let whole = n.is_any(&["call_expression", "binary_expression"]) && n.start() > self.statement.end();
            let scheme = |part: Node<'_>| part.text().contains("://\"") || part.text().contains("://%");
            whole
                && n.descendants().any(|part| part.is("interpreted_string_literal") && scheme(part))
                && n.descendants().any(|part| part.is("identifier") && part.text() == name)
        };
        last && kept && function.descendants().any(|n| url(&n))
    }

    /// Whether the code uses the parts only where there are exactly two. Then it does what it did for
    /// every text without brackets, whatever that is: `net.SplitHostPort` takes one with one colon
    /// apart there, and refuses one with none or with several, as the count did.
    pub fn is_pair(&self) -> bool {
        let parts = self.hosts.iter().chain(&self.ports);
        self.form == Form::Parts && self.pair && parts.into_iter().all(|part| self.known(*part, Check::Port))
    }

    /// Whether the place of a colon is kept, perhaps of the last one: what stands before that has its
    /// brackets, which a URL needs.
    pub fn is_index(&self) -> bool {
        self.form == Form::Index
    }

    /// Whether it is asked if there is any part at all, which `net.SplitHostPort` answers in another
    /// way for an empty text.
    pub fn counts_any(&self) -> bool {
        self.checks.iter().any(|(_, check)| *check == Check::Any)
    }

    fn read_uses(&mut self, file: &'a go::File) {
        for (at, name) in self.names.clone().into_iter().enumerate().filter(|(_, n)| n.text() != "_") {
            let own = file.names.declared_by(name);
            let Some((decl, scope)) = own else {
                // Assigned to a variable that is there already: all of its later uses may be meant.
                match (self.form, at) {
                    (Form::Cut, 0) => self.hosts.push(name),
                    (Form::Cut, 1) => self.ports.push(name),
                    _ => self.clear = false,
                }
                continue;
            };
            for used in file.names.uses(&decl, scope) {
                match (self.form, at) {
                    (Form::Cut, 0) => self.hosts.push(used),
                    (Form::Cut, 1) => self.ports.push(used),
                    (Form::Cut, _) => self.found(used),
                    (Form::Parts, _) => self.part(file, used),
                    (Form::Index, _) => self.index(used),
                }
            }
        }
    }

    /// A use of the flag of `strings.Cut`.
    fn found(&mut self, used: Node<'a>) {
        let parent = used.parent();
        let not = parent.filter(|p| p.is("unary_expression") && p.text().starts_with('!'));
        let node = not.unwrap_or(used);
        let asked = node.parent().is_some_and(|p| {
            p.is("if_statement") && p.field("condition") == Some(node)
                || p.is("binary_expression") && matches!(operator(p), "&&" | "||")
        });
        self.clear &= asked;
        self.checks.push((node, if not.is_some() { Check::NoPort } else { Check::Port }));
    }

    /// A use of the slice: `parts[0]`, `parts[1]`, `len(parts) == 2`.
    fn part(&mut self, file: &go::File, used: Node<'a>) {
        let Some(parent) = used.parent() else { return };
        if parent.is("index_expression") && parent.field("operand") == Some(used) {
            let assigned = parent
                .parent()
                .and_then(|p| p.parent())
                .is_some_and(|s| s.is("assignment_statement") && s.field("left").is_some_and(|l| l.holds(parent)));
            let addressed = parent.parent().is_some_and(|p| p.is("unary_expression") && p.text().starts_with('&'));
            match parent.field("index").map(Node::text) {
                Some("0") if !assigned && !addressed => self.hosts.push(parent),
                Some("1") if !assigned && !addressed => self.ports.push(parent),
                _ => self.clear = false,
            }
            return;
        }
        let call = parent.parent().filter(|c| parent.is("argument_list") && c.is("call_expression"));
        let len = call.filter(|c| file.callee(*c).as_deref() == Some("len"));
        match len {
            Some(len) if len.parent().is_some_and(|p| p.is("expression_switch_statement")) => {
                self.pair = false;
                self.switch(len);
            }
            Some(len) => {
                let with = len.parent().and_then(|p| Some((operator(p), p.field("right")?.text())));
                self.pair &= matches!(with, Some(("==" | "!=", "2")));
                self.compared(len, |op, number| match (op, number) {
                    ("==" | ">=", "2") | (">" | "!=", "1") => Some(Check::Port),
                    ("!=" | "<", "2") | ("==" | "<=", "1") => Some(Check::NoPort),
                    (">" | "!=", "0") | (">=", "1") => Some(Check::Any),
                    _ => None,
                });
            }
            None => self.clear = false,
        }
    }

    /// A use of the place of the colon: `addr[:i]`, `addr[i+1:]`, `i != -1`.
    fn index(&mut self, used: Node<'a>) {
        let Some(parent) = used.parent() else { return };
        let of_text = |slice: Node<'a>| slice.field("operand").is_some_and(|o| o.text() == self.text.text());
        if parent.is("slice_expression") && of_text(parent) {
            if parent.field("end") == Some(used) && parent.field("start").is_none() {
                return self.hosts.push(parent);
            }
        } else if parent.is("binary_expression") && operator(parent) == "+" {
            let slice = parent.parent().filter(|s| s.is("slice_expression") && of_text(*s));
            let whole = slice.filter(|s| s.field("start") == Some(parent) && s.field("end").is_none());
            let one = parent.field("right").is_some_and(|r| r.text() == "1");
            if let Some(whole) = whole.filter(|_| one) {
                return self.ports.push(whole);
            }
        }
        self.compared(used, |op, number| match (op, number) {
            ("!=" | ">", "-1") | (">=", "0") => Some(Check::Port),
            ("==", "-1") | ("<", "0") => Some(Check::NoPort),
            _ => None,
        });
    }

    fn compared(&mut self, node: Node<'a>, check: impl Fn(&str, &str) -> Option<Check>) {
        let parent = node.parent().filter(|p| p.is("binary_expression") && p.field("left") == Some(node));
        let found = parent.and_then(|p| Some((p, check(operator(p), p.field("right")?.text())?)));
        match found {
            Some(found) => self.checks.push(found),
            None => self.clear = false,
        }
    }

    /// `switch len(parts)` with cases for one part and for two.
    fn switch(&mut self, len: Node<'a>) {
        let Some(switch) = len.parent() else { return };
        // What is neither would have nothing left to be.
        self.clear &= !switch.children().any(|c| c.is("default_case"));
        for case in switch.children().filter(|c| c.is("expression_case")) {
            let values: Vec<_> = case.field("value").map(|v| v.items().collect()).unwrap_or_default();
            match values.as_slice() {
                [one] if one.text() == "1" => self.checks.push((*one, Check::NoPort)),
                [two] if two.text() == "2" => self.checks.push((*two, Check::Port)),
                _ => self.clear = false,
            }
        }
        self.switches.push(len);
    }

    /// The rewrite with `net.SplitHostPort`; `None` where a person must see to it. The names of `nth` others are
    /// seen here.
    pub fn fix(&self, file: &go::File, nth: usize) -> Option<Fix> {
        let read = !(self.hosts.is_empty() && self.ports.is_empty());
        let ports = self.ports.iter().all(|port| is_port(*port));
        let again = self.checks.iter().any(|(node, _)| asked_again(*node, &self.checks));
        if !self.clear
            || of_machines(self.statement)
            || !read
            || !ports
            || again
            || self.statement.is("assignment_statement") && self.form != Form::Cut
        {
            return None;
        }
        if let Some(fix) = of_url(file, self) {
            return Some(fix);
        }
        let known = |node: &Node<'a>, check| self.known(*node, check);
        // Where it is known that there is no port, the text is the host.
        let (bare, hosts): (Vec<_>, Vec<_>) =
            self.hosts.iter().partition(|host| self.form != Form::Cut && known(host, Check::NoPort));
        let open = hosts.iter().any(|host| !known(host, Check::Port));
        if self.form == Form::Index && (open || self.ports.iter().any(|port| !known(port, Check::Port))) {
            return None;
        }
        let net = file.name_or_alias(self.call, "net")?;
        let asked = self.checks.iter().any(|(_, check)| *check != Check::Any);
        let name = |wanted: bool, names: &[&str]| {
            let free = || names.iter().filter(|n| free(self.statement, n)).nth(nth).map(|name| (*name).to_owned());
            if wanted { free() } else { Some("_".to_owned()) }
        };
        let error = name(asked || open, &["err", "splitErr", "noPort"])?;
        // `host := parts[0]` gives the name, and goes.
        let given =
            if self.form == Form::Parts && hosts.len() == 1 { given_name(self.statement, hosts[0]) } else { None };
        let tests_host = self.checks.iter().any(|(_, check)| *check == Check::Any);
        let (host, port) = if self.form == Form::Cut {
            (self.names[0].text().to_owned(), self.names[1].text().to_owned())
        } else {
            let host = !hosts.is_empty() || tests_host;
            (
                match &given {
                    Some((own, _)) => own.clone(),
                    None => name(host, &["host", "hostname", "hostPart"])?,
                },
                name(!self.ports.is_empty(), &["port", "portPart", "portText"])?,
            )
        };
        if self.form == Form::Cut && self.statement.is("assignment_statement") && error != "_" {
            return None;
        }
        let (first, last) = (self.names.first()?, self.names.last()?);
        let before = Span::new(self.call.start(), self.text.start());
        let behind = Span::new(self.text.end(), self.call.end());
        let mut fix = Fix::new()
            .edit(Edit::replace(before, format!("{net}.SplitHostPort(")))
            .edit(Edit::replace(behind, ")"))
            .need(import("net", &net));
        if self.form == Form::Cut {
            if last.text() != error {
                fix = fix.edit(Edit::replace(last.span(), error.clone()));
            }
        } else {
            fix = fix.edit(Edit::replace(first.span(), format!("{host}, {port}, {error}")));
            fix = match given {
                Some((_, line)) => fix.edit(Edit::delete(line)),
                None => fix.edits(hosts.iter().map(|n| Edit::replace(n.span(), host.clone()))),
            };
            fix = fix.edits(self.ports.iter().map(|n| Edit::replace(n.span(), port.clone())));
        }
        for (node, check) in &self.checks {
            let text = match check {
                Check::Port => format!("{error} == nil"),
                Check::NoPort => format!("{error} != nil"),
                Check::Any => {
                    // There always is a part: where more is asked, this goes.
                    let joined = node.parent().filter(|p| p.is("binary_expression") && operator(*p) == "&&");
                    let rest = joined.and_then(|p| p.field("right")).filter(|right| right != node);
                    if let Some(rest) = rest {
                        fix = fix.edit(Edit::delete(Span::new(node.start(), rest.start())));
                        continue;
                    }
                    format!("{host} != \"\"")
                }
            };
            fix = fix.edit(Edit::replace(node.span(), text));
        }
        for value in &self.switches {
            let from = value.previous().map_or(value.start(), Node::end);
            fix = fix.edit(Edit::delete(Span::new(from, value.end())));
        }
        if !bare.is_empty() {
            let (text, need) = self.bare(file)?;
            fix = fix.edits(bare.iter().map(|n| Edit::replace(n.span(), text.clone()))).need(need);
        }
        if !open {
            return Some(fix);
        }
        let fallback = self.fallback(file, &host, &error)?;
        Some(fix.edit(fallback.0).need(fallback.1))
    }

    /// Statements for a text without a port: it is the host.
    fn fallback(&self, file: &go::File, host: &str, error: &str) -> Option<(Edit, Need)> {
        let listed = self.statement.parent().is_some_and(|p| {
            p.is_any(&["block", "statement_list", "expression_case", "default_case", "communication_case"])
        });
        if !listed || self.text.text() == host {
            return None;
        }
        let (bare, need) = self.bare(file)?;
        let text = file.tree.text();
        let line = text[..self.statement.start()].rfind('\n').map_or(0, |i| i + 1);
        let indent: String = text[line..].chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        let end = self.statement.end() + text[self.statement.end()..].find(['\r', '\n'])?;
        let body = format!(
            "\n{indent}if {error} != nil {{\n{indent}\t// There is no port.\n{indent}\t{host} = {bare}\n{indent}}}"
        );
        Some((Edit::insert(end, body), need))
    }

    /// The text as a host without brackets, and the import that this needs.
    fn bare(&self, file: &go::File) -> Option<(String, Need)> {
        let again = self.text.is_any(&["identifier", "selector_expression", "index_expression"]);
        let strings = file.name_for(self.call, "strings").filter(|_| again)?;
        Some((format!("{strings}.Trim({}, \"[]\")", self.text.text()), import("strings", &strings)))
    }

    /// Whether a use stands where there is a port, or none, because that was asked.
    fn known(&self, used: Node<'a>, want: Check) -> bool {
        let other = if want == Check::Port { Check::NoPort } else { Check::Port };
        let mut at = used;
        while let Some(parent) = at.parent() {
            let asks = |node: Option<Node<'a>>, joined: &str, check| node.is_some_and(|n| self.asks(n, joined, check));
            let guards = match parent.kind() {
                "if_statement" => {
                    let condition = parent.field("condition");
                    parent.field("consequence") == Some(at) && asks(condition, "&&", want)
                        || parent.field("alternative") == Some(at) && asks(condition, "||", other)
                }
                "binary_expression" if parent.field("right") == Some(at) => {
                    let left = parent.field("left");
                    operator(parent) == "&&" && asks(left, "&&", want)
                        || operator(parent) == "||" && asks(left, "||", other)
                }
                "expression_case" => self
                    .checks
                    .iter()
                    .any(|(n, c)| *c == want && parent.holds(*n) && n.parent().and_then(Node::parent) == Some(parent)),
                "block" | "statement_list" => parent.children().take_while(|s| *s != at).any(|s| {
                    s.is("if_statement")
                        && asks(s.field("condition"), "||", other)
                        && s.field("consequence").is_some_and(ends)
                }),
                _ => false,
            };
            if guards {
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether one of the conditions that `joined` puts together is this check.
    fn asks(&self, condition: Node<'a>, joined: &str, check: Check) -> bool {
        if self.checks.iter().any(|(n, c)| *n == condition && *c == check) {
            return true;
        }
        match condition.kind() {
            "parenthesized_expression" => condition.items().any(|n| self.asks(n, joined, check)),
            "binary_expression" if operator(condition) == joined => {
                condition.items().any(|n| self.asks(n, joined, check))
            }
            _ => false,
        }
    }
}

fn operator(node: Node<'_>) -> &str {
    node.field("operator").map_or("", Node::text)
}

fn import(path: &str, local: &str) -> Need {
    Need::Import { module: path.to_owned(), member: None, local: local.to_owned() }
}
