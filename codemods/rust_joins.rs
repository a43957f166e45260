//! Where Rust code puts host and port together, and what stands there instead.

use sixify_core::Project;
use sixify_langs::naming;
use sixify_langs::rust::{Argument, File, Format, Hole};

use crate::host_port::names_ip;
use crate::prelude::*;
use crate::purpose::is_no_address;
use crate::rust_alone;
use crate::rust_crate::{self, Home};
use crate::rust_given;
use crate::rust_hosts::{of_url, stands_in_code};
use crate::rust_layout::Width;

/// A place where host and port are put together.
pub(crate) struct Join<'a> {
    /// The hole of the host.
    pub host: Hole<'a>,
    port: Option<Hole<'a>>,
    /// Whether there is nothing else in the text.
    whole: bool,
    /// Whether no URL can stand where the host does: it stands behind a scheme, or is called an IP address.
    only_host: bool,
    /// Whether the text before it says that it is an address: a scheme, `host=`.
    pub tells: bool,
}

impl<'a> Join<'a> {
    /// The first join of a format.
    pub fn of(file: &File, format: &Format<'a>) -> Option<Join<'a>> {
        let text =
            |from: usize, to: usize| format.text.get(from - format.span.start..to - format.span.start).unwrap_or("");
        format.holes.iter().enumerate().find_map(|(at, host)| {
            let before = text(format.span.start, host.span.start);
            let behind = text(host.span.end, format.span.end).strip_prefix(':')?;
            let opens = before.is_empty() || before.ends_with(['/', '@', '=', ' ', ',', '(']);
            let written = stands_in_code(file, format.node, host.argument.text);
            let opens = opens
                && !spoken(before)
                && !has_argument(format, host.argument)
                && !is_name(file, format.node, &host.argument);
            let opens = opens && !written && !of_url(file, format.node, host.argument.text);
            let next = format.holes.get(at + 1).filter(|p| p.span.start == host.span.end + 1);
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            let rest = match next {
                Some(port) => text(port.span.end, format.span.end),
                None => behind.get(digits..)?,
            };
            let closes = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-' | '{'));
            let port = next.map_or(digits > 0, |p| named(&p.argument, naming::is_port));
            let ip = type_of(file, &host.argument).is_some_and(|ty| ty.trim_start_matches('&') == "IpAddr");
            let fits = opens && closes && port && host.plain && next.is_none_or(|p| p.plain);
            let host_named = ip || named(&host.argument, naming::is_host);
            let whole = before.is_empty() && rest.is_empty();
            let only_host = before.ends_with(['/', '@']) || ip || named(&host.argument, names_ip);
            let tells = before.ends_with(['/', '@', '=', '(']);
            (fits && host_named).then_some(Join { host: *host, port: next.copied(), whole, only_host, tells })
        })
    }

    /// The rewrite, and how far it may be trusted.
    pub fn fix(
        &self,
        file: &File,
        format: &Format<'_>,
        dialled: Option<Node<'_>>,
        place: &mut Place<'_>,
    ) -> Option<(Applicability, Fix)> {
        if let Some(plain) = self.plain(file, format, dialled, place.width) {
            return Some(plain);
        }
        let ty = type_of(file, &self.host.argument).unwrap_or_default();
        if let Some(fix) = self.alone(file, format, place) {
            let text = matches!(ty.trim_start_matches('&'), "str" | "String");
            return Some((if text { Applicability::Safe } else { Applicability::Unsafe }, fix));
        }
        let fix = self.bracketed(file, format, place)?;
        // A variable of the same name would hide the function.
        let hidden =
            file.tree.text().matches(HELPER).count() > 0 && file.names.lookup(file.tree.root(), HELPER).is_none();
        let doubtful = hidden || ty.starts_with("&mut") || !self.only_host;
        Some((if doubtful { Applicability::Unsafe } else { Applicability::Safe }, fix))
    }

    /// Whether the rewrite needs the function that puts the brackets.
    pub fn needs_helper(&self, file: &File, format: &Format<'_>, dialled: Option<Node<'_>>) -> bool {
        self.plain(file, format, dialled, Width::usual()).is_none() && format.node.ancestor(&["mod_item"]).is_none()
    }

    /// The rewrite with what the standard library has.
    fn plain(
        &self,
        file: &File,
        format: &Format<'_>,
        dialled: Option<Node<'_>>,
        width: Width,
    ) -> Option<(Applicability, Fix)> {
        let host = self.host.argument;
        let ty = type_of(file, &host).unwrap_or_default();
        let bare = ty.trim_start_matches('&').trim_start_matches("'static ");
        let port = self.port.map(|p| p.argument.text);
        // Both are parts of socket addresses, by what their methods are called.
        let parts = of_socket(host.text, ".ip()") && port.is_some_and(|port| of_socket(port, ".port()"));
        let short = parts || self.port.and_then(|p| type_of(file, &p.argument)).is_some_and(|ty| ty == "u16");
        let text = matches!(bare, "str" | "String");
        if let (Some(argument), true, true, true, Some(port)) = (dialled, self.whole, short, text, port) {
            let host = if bare == "String" { format!("{}.as_str()", host.text) } else { host.text.to_owned() };
            // The pair refuses a host that has its brackets.
            let fix = Fix::new().edit(Edit::replace(argument.span(), format!("({host}, {port})")));
            return Some((Applicability::Unsafe, fix));
        }
        if let Some(fix) = self.taken_apart(format) {
            return Some((Applicability::Unsafe, fix));
        }
        if !((bare == "IpAddr" || parts) && short) {
            return None;
        }
        let standard = ["std::net", "core::net"].iter().any(|module| file.tree.text().contains(module));
        let proven = standard && !parts && !ty.starts_with("&&");
        let how = if proven { Applicability::Safe } else { Applicability::Unsafe };
        let star = if ty.starts_with('&') { "*" } else { "" };
        let path = if imports_socket_addr(file) { "SocketAddr" } else { "std::net::SocketAddr" };
        let address = format!("{path}::new({star}{}, {})", host.text.trim_start_matches('&'), port?);
        if self.whole {
            let text = format!("{address}.to_string()");
            return Some((how, Fix::new().edit(width.in_place(format.node, &text))));
        }
        let port = self.port?;
        let both = Span::new(self.host.span.start, port.span.end);
        let listed = !host.inline && !port.argument.inline && port.argument.span.start > host.span.end;
        let fix = Fix::new().edit(Edit::replace(both, "{}"));
        let arguments = Span::new(host.span.start, port.argument.span.end);
        listed.then(|| (how, fix.edit(Edit::replace(arguments, address))))
    }

    /// `addr.ip()` and `addr.port()` of one socket address, which writes itself with the brackets.
    fn taken_apart(&self, format: &Format<'_>) -> Option<Fix> {
        let (host, port) = (self.host.argument, self.port?);
        let ip = host.text.trim_start_matches('&').strip_suffix(".ip()")?;
        let same = port.argument.text.strip_suffix(".port()")? == ip && !host.inline && !port.argument.inline;
        if !same || port.argument.span.start < host.span.end || format.text.len() > 200 {
            return None;
        }
        if format.holes.len() == 2 {
            // On one line, as it is short enough for that now.
            let text = format.text;
            let (from, to) = (self.host.span.start - format.span.start, port.span.end - format.span.start);
            let (before, rest) = (text.get(..from)?, text.get(to..)?);
            let whole = match (before, rest) {
                ("", "") => format!("{ip}.to_string()"),
                _ => format!("format!(\"{before}{{}}{rest}\", {ip})"),
            };
            return Some(Fix::new().edit(Edit::replace(format.node.span(), whole)));
        }
        let holes = Span::new(self.host.span.start, port.span.end);
        let values = Span::new(host.span.start, port.argument.span.end);
        let fix = Fix::new().edit(Edit::replace(holes, "{}")).edit(Edit::replace(values, ip));
        Some(fix)
    }

    /// Whether the host is what a variant for names holds, beside one for addresses.
    pub fn of_name(&self, node: Node<'_>) -> bool {
        let arm = node.ancestor(&["match_arm"]).filter(|arm| arm.field("pattern").is_some());
        let pattern = arm.and_then(|arm| arm.field("pattern")).map_or("", Node::text);
        let variant = pattern.split('(').next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        let words = naming::words(variant);
        let name = words.last().is_some_and(|w| ["hostname", "domain", "name", "fqdn", "dns"].contains(&w.as_str()));
        let others = arm.and_then(Node::parent).map_or("", Node::text);
        name && pattern.contains(self.host.argument.text)
            && ["Ip(", "SocketAddr(", "SocketAddress("].iter().any(|v| others.contains(v))
    }

    /// The host with its brackets in a statement of its own, where no other needs them in the file.
    fn alone(&self, file: &File, format: &Format<'_>, place: &mut Place<'_>) -> Option<Fix> {
        let host = self.host.argument;
        let name = host.text.trim_start_matches('&');
        let ty = type_of(file, &host);
        let text = match &ty {
            Some(ty) => matches!(ty.trim_start_matches('&').trim_start_matches("'static "), "str" | "String"),
            // What is called an IP may be of a type that cannot be parsed.
            None => !named(&host, names_ip),
        };
        if !place.single || !text || name.starts_with('*') || place.home() != Home::Here {
            return None;
        }
        rust_alone::bracketed(file, format, &self.host, ty.as_deref().unwrap_or_default(), place.width)
    }

    /// The host through a function that puts the brackets there.
    fn bracketed(&self, file: &File, format: &Format<'_>, place: &mut Place<'_>) -> Option<Fix> {
        let host = self.host.argument;
        if format.node.ancestor(&["mod_item"]).is_some() {
            return None;
        }
        let known = file.names.lookup(file.tree.root(), HELPER);
        let own = known.as_ref().is_some_and(|(d, _)| file.tree.node(d.whole).text().contains("'['"));
        if known.is_some() && !own {
            return None;
        }
        let home = if own { Home::Here } else { place.home() };
        let prefix = if let Home::Root { prefix, .. } = &home { prefix.as_str() } else { "" };
        // A name beside a list of the crate's names is spelled with its path, as authors do.
        let listed = file.tree.text().contains("use crate::{");
        let lines = || file.tree.text().lines();
        let plain = |(before, line): (&str, &str)| line.starts_with("use crate::") && !before.starts_with("#[");
        let imported = prefix == "crate::" && !listed && std::iter::once("").chain(lines()).zip(lines()).any(plain);
        let prefix = if imported { "" } else { prefix };
        let borrowed = || {
            let (decl, _) = file.names.lookup(format.node, host.text)?;
            let value = file.tree.node(decl.value?);
            // `settings.get("host").unwrap_or("localhost")`
            Some(
                value.is("reference_expression")
                    || value.text().ends_with("\")") && value.text().contains(".unwrap_or(\"")
                    || [".first()?", ".last()?", ".as_ref()?", ".as_deref()?"]
                        .iter()
                        .any(|m| value.text().ends_with(m)),
            )
        };
        let reference = type_of(file, &host).is_some_and(|ty| ty.starts_with('&'))
            || host.text.ends_with(')')
            || borrowed() == Some(true);
        let borrow = if reference { "" } else { "&" };
        let called = format!("{prefix}{HELPER}({borrow}{})", host.text.trim_start_matches('&'));
        let edits = if host.inline {
            // Before the port, where that stands behind the text, and at its end where nothing else does.
            let at = match self.port.filter(|port| !port.argument.inline) {
                Some(port) => Edit::insert(port.argument.span.start, format!("{called}, ")),
                None if format.holes.iter().any(|h| !h.argument.inline) => return None,
                None => Edit::insert(format.span.end + 1, format!(", {called}")),
            };
            vec![Edit::replace(self.host.span, "{}"), at]
        } else {
            vec![Edit::replace(host.span, called)]
        };
        let mut fix = Fix::new().edits(place.width.laid_out(format.node, edits));
        if imported {
            let (module, local) = ("crate".to_owned(), HELPER.to_owned());
            fix = fix.need(Need::Import { module, member: Some(local.clone()), local });
        }
        match home {
            Home::Here if own => Some(fix),
            // A function for one place is not worth its lines.
            Home::Here if place.single => None,
            Home::Here => Some(fix.edit(place.here(format.node)?)),
            Home::Root { file, public, .. } => place.in_root(fix, &file, public),
        }
    }
}

/// Where the function goes that the fixes of a file share.
pub(crate) struct Place<'a> {
    doc: &'a Document,
    project: &'a Project<'a>,
    needs: fn(&Document) -> bool,
    width: Width,
    /// Whether the file has one place alone that needs the function.
    single: bool,
    home: Option<Home>,
    behind: Option<usize>,
}

impl<'a> Place<'a> {
    /// Nowhere yet. Another file shares the function where `needs` holds of it.
    pub fn new(doc: &'a Document, project: &'a Project<'a>, needs: fn(&Document) -> bool, single: bool) -> Place<'a> {
        Place { doc, project, needs, width: Width::of(doc, project), single, home: None, behind: None }
    }

    fn home(&mut self) -> Home {
        self.home.get_or_insert_with(|| rust_crate::home(self.doc, self.project, HELPER, self.needs)).clone()
    }

    /// The function behind the item that needs it first.
    fn here(&mut self, node: Node<'_>) -> Option<Edit> {
        let item = node.ancestors().find(|n| n.parent().is_some_and(|p| p.is("source_file")))?;
        let at = *self.behind.get_or_insert(item.end());
        Some(Edit::insert(at, format!("\n\n{BODY}")))
    }

    /// The fix with the function in the root of the crate.
    fn in_root(&self, fix: Fix, root: &str, public: bool) -> Option<Fix> {
        let body = if public { BODY.replace("\nfn ", "\npub fn ") } else { BODY.to_owned() };
        rust_crate::add(fix, root, self.doc, self.project, HELPER, &body)
    }
}

/// The function that puts brackets around a host.
const HELPER: &str = "bracketed";

/// What it does.
const BODY: &str = "/// A host as it stands before a port: an IPv6 address in brackets (RFC 3986, 3.2.2).\n\
    fn bracketed(host: impl std::fmt::Display) -> String {\n\
    \x20   let host = host.to_string();\n\
    \x20   if host.contains(':') && !host.starts_with('[') {\n\
    \x20       format!(\"[{host}]\")\n\
    \x20   } else {\n\
    \x20       host\n\
    \x20   }\n\
    }";

/// Whether a value is what a method of a socket address gives, by what its owner is called.
fn of_socket(value: &str, method: &str) -> bool {
    let owner = value.trim_start_matches('&').strip_suffix(method);
    let words = owner.and_then(|owner| owner.rsplit('.').next()).map(naming::words).unwrap_or_default();
    words.last().is_some_and(|word| matches!(word.as_str(), "addr" | "address" | "sockaddr"))
}

/// Whether the file has the standard library's name for a socket address.
fn imports_socket_addr(file: &File) -> bool {
    file.uses.iter().any(|u| u.path == "std::net::SocketAddr" && u.local == "SocketAddr")
}

/// Whether a sentence leads to the host: `failed to query the source (`.
fn spoken(before: &str) -> bool {
    before.ends_with([' ', '(']) && before.split_whitespace().filter(|w| w.chars().all(char::is_alphabetic)).count() > 2
}

/// Whether a name in a hole is that of an argument: `format!("{host}", host = config.host)`.
fn has_argument(format: &Format<'_>, argument: Argument<'_>) -> bool {
    let code = format.node.text();
    argument.inline
        && code.match_indices(&format!("{} = ", argument.text)).any(|(at, _)| code[..at].ends_with([' ', ',', '(']))
}

/// Whether a host is a name in the DNS, by what it is called; or what a function parsed that is not seen here,
/// whose type may write its brackets itself.
fn is_name(file: &File, at: Node<'_>, host: &Argument<'_>) -> bool {
    let last = host.text.trim_end_matches("()").rsplit(['.', '&', ':']).next().unwrap_or(host.text);
    // A record that has addresses as well has a name in the DNS.
    let beside = || ["ip_addresses", "ip_addrs"].iter().any(|field| file.tree.text().contains(field));
    if is_no_address(last) || last == "hostname" && beside() {
        return true;
    }
    let own = |name: &str| {
        let functions = file.tree.all("function_item");
        functions.into_iter().find(|f| f.field("name").is_some_and(|n| n.text() == name))
    };
    // `fn host(&self) -> &Host`, of the crate url.
    let typed =
        |ty: &str| ty.trim_start_matches('&').split('<').next().is_some_and(|ty| ty == "Host" || ty == "url::Host");
    let method = host.text.strip_suffix("()").and_then(|_| own(last));
    if method.and_then(|f| f.field("return_type")).is_some_and(|ty| typed(ty.text())) {
        return true;
    }
    if type_of(file, host).is_some_and(|ty| typed(&ty)) {
        return true;
    }
    let Some((decl, _)) = file.names.lookup(at, host.text.trim_start_matches('&')) else { return false };
    let around = file.tree.node(decl.node).ancestor(&["let_declaration", "let_condition"]);
    let parsed =
        around.filter(|l| l.field("pattern").is_some_and(|p| p.text().contains('('))).and_then(|l| l.field("value"));
    let call = parsed.and_then(|value| {
        std::iter::once(value)
            .chain(value.descendants())
            .find(|n| n.is("call_expression") && n.field("function").is_some_and(|f| f.is("identifier")))
    });
    let name = call.and_then(|c| c.field("function")).map_or("", Node::text);
    naming::words(name).iter().any(|w| matches!(w.as_str(), "parse" | "split")) && own(name).is_none()
}

/// Whether the last name of an argument is one of these.
fn named(argument: &Argument<'_>, what: fn(&str) -> bool) -> bool {
    let path = argument.text.replace("()", "");
    // `config.port.expect("…")`
    let path = match path.split_once(".expect(\"") {
        Some((before, rest)) if rest.ends_with("\")") => before.trim().to_owned(),
        _ => path,
    };
    if path.contains(['(', ' ', '[']) {
        // What a function made of a host may have its brackets already.
        return false;
    }
    let last = path
        .rsplit(['.', ':', '&', '*'])
        .find(|p| !matches!(*p, "clone" | "as_str" | "to_string" | "unwrap" | "as_ref" | ""));
    last.is_some_and(what)
}

/// The type of an argument that is a name or a path of names.
fn type_of(file: &File, argument: &Argument<'_>) -> Option<String> {
    let name =
        argument.name.filter(|_| argument.text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '&')));
    match name {
        Some(name) if argument.text.contains('.') => file.field_type(name.text()),
        Some(name) => file.type_of(name).or_else(|| {
            let (decl, _) = file.names.resolve(name).filter(|_| name.is("identifier"))?;
            made_text(file.tree.node(decl.value?)).or_else(|| rust_given::given(file, file.tree.node(decl.value?)))
        }),
        // A name in the hole: what it means is looked up where the macro stands.
        None if argument.inline => {
            let at = file.tree.smallest(argument.span);
            let (decl, _) = file.names.lookup(at, argument.text)?;
            let typed = decl.ty.map(|ty| file.tree.node(ty).text().to_owned());
            let value = || Some(file.tree.node(decl.value?));
            typed
                .or_else(|| made_text(value()?))
                .or_else(|| rust_given::given(file, value()?))
                .or_else(|| rust_given::matched(file, file.tree.node(decl.node)))
        }
        None => None,
    }
}

/// The type of what is plainly made as a text: `"0.0.0.0".to_string()`, also in the branches of a condition.
fn made_text(value: Node<'_>) -> Option<String> {
    const MADE: &[&str] = &["\".to_string()", "\".to_owned()", "\".into()", "String::from(\""];
    let last = value.text().trim_end_matches(['}', ' ', '\n', ';']);
    let made = MADE.iter().any(|made| value.text().contains(made))
        && value.is_any(&["if_expression", "match_expression"])
        || last.ends_with(".to_string()")
        || last.starts_with("String::from(") && last.ends_with(')')
        || last.starts_with("format!(");
    made.then(|| "String".to_owned())
}
