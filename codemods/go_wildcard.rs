//! The IPv4 wildcard in Go literals: what it is called, and where it goes.

use sixify_core::Project;
use sixify_langs::address::{self, AddressClass};
use sixify_langs::{go, naming};

use crate::catalog::Catalog;
use crate::go_flow::{self, Field, Flow};
use crate::prelude::*;

/// Files of one package that are read; the rest of the largest packages is left.
const MOST_FILES: usize = 200;

/// Files of one module that are read.
const MOST_OF_MODULE: usize = 2000;

/// A literal that starts with the wildcard, with nothing or a port behind it.
pub(crate) struct Wildcard<'a> {
    /// The literal.
    pub literal: Node<'a>,
    /// The four numbers.
    pub host: Span,
    /// Whether there is no port behind it.
    pub lone: bool,
    /// What the value is called: a variable, a field, a flag.
    pub name: String,
    /// Other words that are told about it, such as the usage of a flag.
    about: String,
    /// Whether a port is told beside it.
    beside_port: bool,
    /// The field that it is given to.
    field: Option<Field>,
    /// Where it goes.
    pub flow: Flow<'a>,
    /// Whether it is the default of a flag, a setting of the environment, or a tag.
    pub default: bool,
    /// Whether the package asks for IPv4 sockets somewhere: only with such a network, or in other
    /// languages, does the wildcard mean IPv4 alone.
    pub asks_ipv4: bool,
}

/// The wildcards of a file that have a name.
pub(crate) fn wildcards<'a>(file: &'a go::File, catalog: &Catalog) -> Vec<Wildcard<'a>> {
    let literals = file.tree.all("interpreted_string_literal").chain(file.tree.all("raw_string_literal"));
    let mut found: Vec<_> = literals.filter_map(|literal| Wildcard::of(file, catalog, literal)).collect();
    found.sort_by_key(|w| w.literal.start());
    found
}

impl<'a> Wildcard<'a> {
    fn of(file: &'a go::File, catalog: &Catalog, literal: Node<'a>) -> Option<Wildcard<'a>> {
        if !literal.text().contains("0.0.0.0") {
            return None;
        }
        if let Some(field) = literal.parent().filter(|p| p.is("field_declaration") && p.field("tag") == Some(literal)) {
            return Wildcard::of_tag(file, catalog, literal, field);
        }
        let inner = literal.text().get(1..literal.text().len().checked_sub(1)?)?;
        let (host, lone) = host(inner)?;
        let mut whole = literal;
        while let Some(parent) = whole.parent() {
            let sum = parent.is_any(&["binary_expression", "parenthesized_expression"]);
            let format = parent.is("argument_list")
                && parent.items().next() == Some(whole)
                && parent.parent().is_some_and(|c| file.callee(c).as_deref() == Some("fmt.Sprintf"));
            whole = match parent.parent() {
                _ if sum => parent,
                Some(call) if format => call,
                _ => break,
            };
        }
        if lone && whole != literal {
            return None;
        }
        let mut wildcard = Wildcard {
            literal,
            host: host.shift(literal.start() + 1),
            lone,
            name: String::new(),
            about: String::new(),
            beside_port: false,
            field: None,
            flow: go_flow::follow(file, catalog, whole),
            default: false,
            asks_ipv4: asks_ipv4(file.tree.text()),
        };
        wildcard.told(file, catalog, whole)?;
        Some(wildcard)
    }

    /// The default in the tag of a field.
    fn of_tag(file: &'a go::File, catalog: &Catalog, tag: Node<'a>, field: Node<'a>) -> Option<Wildcard<'a>> {
        let key = tag.text().find("efault:\"")? + "efault:\"".len();
        let rest = tag.text().get(key..)?;
        let (host, lone) = host(rest.get(..rest.find('"')?)?)?;
        let name = field.field("name")?;
        let beside_port = field
            .parent()
            .is_some_and(|list| list.items().any(|f| f.fields("name").any(|n| naming::is_port(n.text()))));
        let owner = field.ancestor(&["type_spec"]).and_then(|spec| spec.field("name")).map(|n| n.text().to_owned());
        let field = Field { name: name.text().to_owned(), owner };
        let flow = go_flow::follow_field(file, catalog, &field);
        let host = host.shift(tag.start() + key);
        let (name, about) = (name.text().to_owned(), tag.text().to_owned());
        Some(Wildcard {
            literal: tag,
            host,
            lone,
            field: Some(field),
            name,
            about,
            beside_port,
            flow,
            default: true,
            asks_ipv4: asks_ipv4(file.tree.text()),
        })
    }

    /// What the value is called. `None` where it has no name.
    fn told(&mut self, file: &'a go::File, catalog: &Catalog, whole: Node<'a>) -> Option<()> {
        let parent = whole.parent()?;
        match parent.kind() {
            "argument_list" => self.argument(file, catalog, parent.parent()?, whole),
            "literal_element" => {
                let keyed = parent.parent().filter(|p| p.is("keyed_element"))?;
                let key = keyed.items().next().filter(|key| *key != parent)?;
                let list = keyed.parent()?;
                let keys: Vec<(&str, &str)> = list
                    .items()
                    .filter(|e| e.is("keyed_element"))
                    .filter_map(|e| Some((e.items().next()?.text(), e.items().nth(1)?.text())))
                    .collect();
                self.name = key.text().trim_matches('"').to_owned();
                self.field = Some(Field::of_key(file, key));
                self.beside_port = keys.iter().any(|(key, _)| naming::is_port(key.trim_matches('"')));
                if key.text().starts_with('"') {
                    // Data by key: a setting, or an example of one.
                    return None;
                }
                if matches!(self.name.as_str(), "Value" | "Default") {
                    // &cli.StringFlag{Name: "host", Value: "0.0.0.0", Usage: "..."}; the environment of a
                    // container is that of a program which is not seen.
                    let owner = self.field.as_ref().and_then(|f| f.owner.as_deref()).unwrap_or_default();
                    self.default = owner.ends_with("Flag") || keys.iter().any(|(key, _)| *key == "Usage");
                    self.name = keys.iter().find(|(key, _)| *key == "Name")?.1.trim_matches('"').to_owned();
                    self.about = keys.iter().find(|(key, _)| *key == "Usage").map_or("", |(_, u)| u).to_owned();
                }
                Some(())
            }
            "expression_list" => {
                let statement = parent.parent()?;
                if statement.is("return_statement") {
                    let function = statement.ancestor(&["function_declaration", "method_declaration"])?;
                    self.name = function.field("name")?.text().to_owned();
                    return go_flow::says_listen(&self.name).then_some(());
                }
                if statement.is_any(&["var_spec", "const_spec"]) {
                    self.name = statement.field("name")?.text().to_owned();
                    return Some(());
                }
                let target =
                    statement.field("left").filter(|l| *l != parent && l.items().count() == 1)?.items().next()?;
                self.name = target.text().rsplit('.').next()?.to_owned();
                self.field = Field::of(file, target);
                Some(())
            }
            "var_spec" | "const_spec" => {
                self.name = parent.field("name")?.text().to_owned();
                Some(())
            }
            _ => None,
        }
    }

    /// An argument: the default of a flag or of an environment variable, or what a function is given.
    fn argument(&mut self, file: &'a go::File, catalog: &Catalog, call: Node<'a>, whole: Node<'a>) -> Option<()> {
        let function = call.field("function")?;
        let last = function.text().rsplit('.').next()?;
        let word = |n: Node<'a>| {
            let text = n.text().trim_matches('"');
            let plain = n.is("interpreted_string_literal") && !text.is_empty() && !text.contains(' ');
            (plain && n != whole).then(|| text.to_owned())
        };
        let words = naming::words(last);
        let says = |known: &[&str]| words.iter().any(|w| known.contains(&w.as_str()));
        let arguments = file.arguments(call);
        let others = || arguments.iter().filter(|a| **a != whole);
        if says(&["string", "var", "env", "getenv", "default", "envstring", "lookup", "flag", "or"]) {
            let inner = function.field("operand").filter(|o| last == "Default" && o.is("call_expression"));
            let name = match inner {
                Some(inner) => file.arguments(inner).into_iter().find_map(word)?,
                None => arguments.iter().take_while(|a| **a != whole).copied().find_map(word)?,
            };
            self.name = name.rsplit('.').next()?.to_owned();
            self.about = others().map(|a| a.text()).collect::<Vec<_>>().join(" ");
            self.default = true;
            self.flow = match others().find(|a| a.is("unary_expression") && a.text().starts_with('&')) {
                Some(target) => {
                    self.field = Field::of(file, target.field("operand")?);
                    self.field.as_ref().map_or_else(Flow::default, |f| go_flow::follow_field(file, catalog, f))
                }
                None => go_flow::follow(file, catalog, call),
            };
            return Some(());
        }
        self.name = last.to_owned();
        self.flow.listens.then_some(())
    }

    /// Looks at the other files of the package: where they read the field, and whether they compare
    /// anything with the wildcard. `false` when they put the field into texts by hand.
    pub fn read_package(&mut self, doc: &Document, project: &Project<'_>, catalog: &Catalog) -> bool {
        let folder = doc.folder();
        let others = project.siblings(folder).into_iter().filter(|n| n.ends_with(".go") && !n.ends_with("_test.go"));
        let selector = self.field.as_ref().map(|field| format!(".{}", field.name));
        let mut by_hand = false;
        for name in others.take(MOST_FILES) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Some(text) = project.text(&path) else { continue };
            self.asks_ipv4 |= asks_ipv4(&text);
            self.flow.compared |= ["== \"0.0.0.0\"", "!= \"0.0.0.0\""].iter().any(|c| text.contains(c));
            let Some(field) = self.field.as_ref().filter(|_| path != doc.path) else { continue };
            if !selector.as_ref().is_some_and(|s| text.contains(s)) {
                continue;
            }
            let other = Document::from_text(path, sixify_langs::classify::GO, text);
            let Some(file) = go::file(&other) else { continue };
            let flow = go_flow::follow_field(&file, catalog, field);
            self.flow.joined |= flow.joined;
            self.flow.read |= flow.read;
            self.flow.dials |= flow.dials;
            self.flow.listens |= flow.listens;
            self.flow.dual |= flow.dual;
            by_hand |= !flow.by_hand.is_empty();
        }
        !by_hand
    }

    /// Whether another package of the module puts the field together with a port as the network functions want
    /// it, and none does so by hand: `net.JoinHostPort(opts.Host, port)`. Where only a part of the module is
    /// given, nothing speaks against it.
    pub fn joined_elsewhere(&self, doc: &Document, project: &Project<'_>) -> bool {
        let Some(module) = project.nearest(&doc.path, &|name| name == "go.mod") else { return true };
        let folder = module.strip_suffix("go.mod").unwrap_or_default().trim_end_matches('/');
        let others =
            |path: &String| path.ends_with(".go") && path.rsplit_once('/').map_or("", |(f, _)| f) != doc.folder();
        if !project.below(folder).iter().any(others) {
            return true;
        }
        let Some(field) = self.field.as_ref().map(|field| format!(".{}", field.name)) else { return false };
        let joins = project.fact(&format!("go joins {folder}"), || joining_lines(folder, project));
        let names = |line: &&String| {
            let behind = |at: usize| line.get(at + field.len()..).unwrap_or_default();
            line.match_indices(field.as_str())
                .any(|(at, _)| !behind(at).starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let mut own = joins.iter().filter(names).peekable();
        own.peek().is_some() && own.all(|line| line.contains("JoinHostPort("))
    }

    /// Whether it is the host of a URL: `endpoint.Host = "0.0.0.0:" + endpoint.Port()`.
    pub fn of_url(&self) -> bool {
        let statement = self.literal.ancestor(&["assignment_statement"]);
        let target = statement.and_then(|s| s.field("left")).map_or("", Node::text);
        let Some(of) = target.strip_suffix(".Host") else { return false };
        let url = self.field.as_ref().and_then(|f| f.owner.as_deref()).is_some_and(|ty| ty == "net/url.URL");
        let named = naming::words(of).iter().any(|w| matches!(w.as_str(), "url" | "uri" | "u"));
        url || named || statement.is_some_and(|s| s.text().contains(&format!("{of}.Port()")))
    }

    /// Whether it is a constant that others read, so that nothing tells what listens on it.
    pub fn nowhere(&self) -> bool {
        let declared = self
            .literal
            .ancestor(&["const_spec", "var_spec"])
            .is_some_and(|spec| spec.ancestor(&["function_declaration", "method_declaration"]).is_none());
        let exported = self.name.starts_with(char::is_uppercase);
        let tag = self.literal.parent().is_some_and(|p| p.is("field_declaration"));
        (declared && exported || tag && !self.lone) && !self.flow.listens && !self.flow.dual && !self.flow.joined
    }

    /// Whether something may listen on a host alone that takes it for IPv4: the package asks for such sockets, the
    /// host goes into the configuration of another program, or it is the default of a setting and nothing
    /// in the package reads that. Where Go code is seen to listen, it has both families.
    pub fn may_be_ipv4(&self) -> bool {
        let configures = |text: &Node<'_>| {
            let format = text.field("arguments").and_then(|a| a.items().next()).map_or("", Node::text);
            format.trim_matches(['"', '`']).len() > "%s:%d".len()
        };
        self.asks_ipv4 || self.default && !self.flow.read || self.flow.by_hand.iter().any(configures)
    }

    /// Why this is what a server listens on; `None` when nothing says so.
    pub fn bind(&self) -> Option<String> {
        let owner = self.field.as_ref().and_then(|f| f.owner.as_deref()).unwrap_or_default();
        if self.flow.dials || go_flow::says_other(&self.name) || go_flow::says_other(owner) {
            return None;
        }
        let words = naming::words(&self.name);
        let says = go_flow::says_listen(&self.name) || go_flow::says_listen(&self.about);
        let last = words.last().map_or("", String::as_str);
        let named =
            matches!(last, "host" | "hostname" | "addr" | "address" | "ip" | "interface" | "server" | "endpoint");
        if says {
            return Some(format!("{} is called a listener's", self.name));
        }
        if self.flow.listens || self.flow.dual {
            return Some(format!("{} goes to a listener", self.name));
        }
        if !named {
            return None;
        }
        if self.lone {
            let put = self.beside_port || self.flow.joined;
            return put.then(|| format!("{} is called a host, and a port is put behind it", self.name));
        }
        Some(format!("{} is called an address", self.name))
    }
}

/// The lines of a module that put hosts and ports together.
fn joining_lines(folder: &str, project: &Project<'_>) -> Vec<String> {
    let own = |path: &String| path.ends_with(".go") && !path.ends_with("_test.go") && !path.contains("vendor/");
    let joins = |line: &&str| ["JoinHostPort(", "%s:%", "%v:%", "+ \":"].iter().any(|join| line.contains(join));
    let files = project.below(folder).into_iter().filter(own).take(MOST_OF_MODULE);
    let texts = files.filter_map(|path| project.text(&path));
    texts.flat_map(|text| text.lines().filter(joins).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Whether code makes sockets of IPv4 alone.
fn asks_ipv4(text: &str) -> bool {
    text.contains("\"tcp4\"") || text.contains("\"udp4\"")
}

/// The wildcard at the start of a text, and whether it is alone; a port or a hole for one may follow.
fn host(text: &str) -> Option<(Span, bool)> {
    let found = address::addresses(text).into_iter().next()?;
    if found.class != AddressClass::Wildcard || found.span.start != 0 {
        return None;
    }
    let rest = &text[found.span.end..];
    let port = rest.strip_prefix(':');
    let ends = port.is_some_and(|port| {
        // Port 0 is a client's, or nothing yet.
        let digits = port != "0" && port.bytes().all(|b| b.is_ascii_digit());
        matches!(port, "" | "%d" | "%s" | "%v") || digits
    });
    (rest.is_empty() || ends).then_some((found.span, rest.is_empty()))
}
