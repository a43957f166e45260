//! What other files say of a host that Python code puts before a port: the module that the name is
//! imported from, the files that give an environment variable its value, the help of an option.

use std::collections::BTreeMap;

use sixify_langs::names::DeclKind;
use sixify_langs::python::{self, File};

use crate::prelude::*;
use crate::python_hosts::values;

/// What is known of a host from elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// It is never an IPv6 address, and why.
    Fixed(String),
    /// It may be more than a host, and why.
    More(String),
}

/// The texts that the names of a module are given.
#[derive(Debug, Default)]
struct Module(BTreeMap<String, Vec<Given>>);

/// What a name is given.
#[derive(Clone, Debug)]
struct Given {
    /// The texts in it.
    texts: Vec<String>,
    /// Whether nobody can give it another one: it is a constant of the module.
    fixed: bool,
}

/// How large a file beside the code may be that is searched for the values of settings, in bytes.
const LARGEST: usize = 200_000;

/// What other files, or the options of the program, say of a host.
pub(crate) fn elsewhere(doc: &Document, file: &File, cx: &Context<'_>, host: Node<'_>) -> Option<Elsewhere> {
    imported(doc, file, cx, host).or_else(|| option(file, host)).or_else(|| environment(doc, file, cx, host))
}

/// What the module says that a name comes from.
fn imported(doc: &Document, file: &File, cx: &Context<'_>, host: Node<'_>) -> Option<Elsewhere> {
    let root = if host.is("attribute") { host.field("object")? } else { host };
    let (decl, _) = file.names.resolve(root).filter(|_| root.is("identifier"))?;
    let import = file.imports.iter().find(|i| decl.kind == DeclKind::Import && i.node == decl.node)?;
    let paths: Vec<String> = match (&import.member, root == host) {
        (Some(_), true) => module(doc, cx, &import.module).into_iter().collect(),
        // A module of the package, or an object of the module.
        (Some(member), false) => {
            let dot = if import.module.ends_with('.') { "" } else { "." };
            let inner = module(doc, cx, &format!("{}{dot}{member}", import.module));
            inner.or_else(|| module(doc, cx, &import.module)).into_iter().collect()
        }
        (None, false) => module(doc, cx, &import.module).into_iter().collect(),
        (None, true) => Vec::new(),
    };
    let name = match &import.member {
        Some(member) if root == host => member.as_str(),
        _ => host.field("attribute").map_or("", Node::text),
    };
    let shouts = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
    let given = paths.iter().find_map(|path| names(cx, path).0.get(name).cloned());
    let Some(given) = given else {
        let unseen = shouts && root == host;
        return unseen.then(|| Elsewhere::More(format!("{name} is a constant of another module, which is not seen")));
    };
    if given.iter().flat_map(|g| &g.texts).any(|text| more_than_host(text)) {
        return Some(Elsewhere::More(format!("{name} is given more than a host where it comes from")));
    }
    let fixed = shouts
        && given.iter().all(|g| g.fixed && !g.texts.is_empty() && g.texts.iter().all(|text| !text.contains("::")));
    fixed.then(|| Elsewhere::Fixed(format!("{name} is a constant of another module, which is no IPv6 address")))
}

/// The file of a module, as the file at hand names it.
fn module(doc: &Document, cx: &Context<'_>, name: &str) -> Option<String> {
    let rest = name.trim_start_matches('.');
    let dots = name.len() - rest.len();
    let parts: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
    let (last, folders) = parts.split_last()?;
    let mut folder = doc.folder();
    for _ in 1..dots {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let join = |base: &str| {
        let all = std::iter::once(base).chain(folders.iter().copied()).filter(|part| !part.is_empty());
        all.collect::<Vec<_>>().join("/")
    };
    loop {
        let place = join(folder);
        let within = |place: &str, name: &str| {
            let there = cx.project().siblings(place).iter().any(|n| n == name);
            there.then(|| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") })
        };
        let package = if place.is_empty() { (*last).to_owned() } else { format!("{place}/{last}") };
        let found = within(&place, &format!("{last}.py")).or_else(|| within(&package, "__init__.py"));
        if found.is_some() || dots > 0 || folder.is_empty() {
            return found;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

/// What the names of a module are given.
fn names(cx: &Context<'_>, path: &str) -> std::sync::Arc<Module> {
    cx.project().fact(path, || {
        let mut found = Module::default();
        let document = cx.project().document(path).filter(|d| d.text.len() <= LARGEST);
        let Some(document) = document else { return found };
        let Some(file) = python::file(&document) else { return found };
        for assignment in file.tree.all("assignment") {
            let (Some(left), Some(right)) = (assignment.field("left"), assignment.field("right")) else { continue };
            let name = left.field("attribute").unwrap_or(left).text();
            let own = file.string(right);
            // What a class of settings declares may be given from outside.
            let class = assignment.ancestor(&["class_definition"]).is_some();
            let fixed = own.is_some() && !class;
            let texts = match own {
                Some(text) => vec![text],
                None => strings(&file, right),
            };
            found.0.entry(name.to_owned()).or_default().push(Given { texts, fixed });
        }
        found
    })
}

/// The texts within an expression, without those that are looked up.
fn strings(file: &File, value: Node<'_>) -> Vec<String> {
    let texts = value.descendants().filter(|n| n.is("string"));
    texts.into_iter().filter_map(|n| file.string(n)).filter(|text| !is_key(text)).collect()
}

/// Whether a text is the name of an environment variable.
fn is_key(text: &str) -> bool {
    text.len() > 3
        && text.contains('_')
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a text has a scheme, a name to log in with or a port beside the host.
fn more_than_host(text: &str) -> bool {
    let text = text.trim();
    let port = text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([':', ' ']) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    });
    !text.contains(' ') && (text.contains("://") || text.contains('@') && text.contains('.') || port)
}

/// What the option of the program says that a host is taken from: `args.host`.
fn option(file: &File, host: Node<'_>) -> Option<Elsewhere> {
    let name = host.field("attribute").filter(|_| host.is("attribute"))?.text();
    let owner = host.field("object").map_or("", Node::text);
    if !["args", "opts", "options", "opt"].iter().any(|word| owner.ends_with(word)) {
        return None;
    }
    let flag = format!("--{}", name.replace('_', "-"));
    let (other, added) = (format!("--{name}"), ["add_argument", "add_option", "add_arg", "option"]);
    let calls = file.tree.all("call").filter(|c| file.called_name(*c).is_some_and(|called| added.contains(&called)));
    let mut texts = calls.map(|call| strings(file, call));
    let texts = texts.find(|texts| texts.contains(&flag) || texts.contains(&other))?;
    let more = texts.iter().any(|text| more_than_host(text) || text.contains("://") || text.contains("host:port"));
    more.then(|| Elsewhere::More(format!("{flag} may have more than a host, by its help or its default")))
}

/// What the files beside the code give the environment variable that a host is taken from.
fn environment(doc: &Document, file: &File, cx: &Context<'_>, host: Node<'_>) -> Option<Elsewhere> {
    let mut given = values(file, host);
    if let Some(class) = host.ancestor(&["class_definition"]).filter(|_| host.is("attribute")) {
        let own = |n: &Node<'_>| n.is("assignment") && n.field("left").is_some_and(|l| l.text() == host.text());
        given.extend(class.descendants().filter(own).filter_map(|n| n.field("right")));
    }
    given.push(host);
    let texts = given.iter().flat_map(|value| value.descendants().filter(|n| n.is("string")).collect::<Vec<_>>());
    let keys: Vec<String> = texts.filter_map(|n| file.string(n)).filter(|text| is_key(text)).collect();
    let name = host.field("attribute").unwrap_or(host).text();
    let keys: Vec<&str> = keys.iter().map(String::as_str).chain(is_key(name).then_some(name)).collect();
    let mut folder = Some(doc.folder()).filter(|_| !keys.is_empty());
    while let Some(at) = folder {
        for beside in cx.project().siblings(at).iter().filter(|name| gives_environment(name)) {
            let path = if at.is_empty() { beside.clone() } else { format!("{at}/{beside}") };
            let Some(text) = cx.project().text(&path).filter(|text| text.len() <= LARGEST) else { continue };
            if let Some(key) = keys.iter().find(|key| gives_more(&text, key)) {
                return Some(Elsewhere::More(format!("{key} is given more than a host in {beside}")));
            }
        }
        folder = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(above, _)| above));
    }
    None
}

/// Whether a file gives environment variables their values, or shows how.
fn gives_environment(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let compose = lower.contains("compose") && lower.ends_with("ml");
    compose || lower.starts_with(".env") || lower.contains(".env") || lower.contains("env.") || lower == "readme.md"
}

/// Whether a text gives a variable a value with more than a host.
fn gives_more(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = text.get(..at).is_some_and(|t| t.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let rest = text.get(at + key.len()..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default().trim_start_matches(['"', '\'', ' ', '`']);
        let value = line.strip_prefix(['=', ':']).map(|v| v.trim_start_matches(['"', '\'', ' ']));
        let value = value.map(|v| v.split(['"', '\'', ' ', '`', '#']).next().unwrap_or_default());
        !before && value.is_some_and(more_than_host)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_more_than_a_host_are_told() {
        for text in ["http://shop", "amqp://u:p@q", "me@example.org", "shop:8080", "127.0.0.1:80"] {
            assert!(more_than_host(text), "{text}");
        }
        for text in ["shop", "127.0.0.1", "::1", "2001:db8::1", "see http://example.org for more", "shop:"] {
            assert!(!more_than_host(text), "{text}");
        }
        assert!(gives_more("A=1\nSHOP_HOST=http://shop\n", "SHOP_HOST"));
        assert!(gives_more("  SHOP_HOST: \"shop:80\"\n", "SHOP_HOST"));
        assert!(!gives_more("SHOP_HOST=shop\nMY_SHOP_HOST=http://shop\n", "SHOP_HOST"));
    }
}
