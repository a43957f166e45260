//! The private functions that a class of C# is given for what has no plain spelling of its own:
//! written once per file, behind what the class has already, and called by every fix of it.

use sixify_langs::csharp::File;

use crate::prelude::*;

/// A function that a fix may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helper {
    /// A host with brackets where it is an IPv6 address without them.
    Bracketed,
    /// Host and port of an address, or the host alone.
    SplitHostPort,
    /// Where the colon before the port stands.
    PortSeparator,
}

impl Helper {
    /// What the function is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Helper::Bracketed => "Bracketed",
            Helper::SplitHostPort => "SplitHostPort",
            Helper::PortSeparator => "PortSeparator",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Helper::Bracketed => "A host as it stands before a port: an IPv6 address in brackets.",
            Helper::SplitHostPort => {
                "Host and port, or the host alone: the colons of an IPv6 address separate nothing."
            }
            Helper::PortSeparator => "The colon before the port, or -1: the colons of an IPv6 address are none.",
        }
    }

    fn head(self) -> &'static str {
        match self {
            Helper::Bracketed => "static string Bracketed(string host)",
            Helper::SplitHostPort => "static string[] SplitHostPort(string address)",
            Helper::PortSeparator => "static int PortSeparator(string address)",
        }
    }

    fn body(self) -> &'static [&'static str] {
        match self {
            Helper::Bracketed => &[
                "bool bare = host != null && host.IndexOf(':') != host.LastIndexOf(':') && host[0] != '[';",
                "return bare ? \"[\" + host + \"]\" : host;",
            ],
            Helper::SplitHostPort => &[
                "int colon = address.LastIndexOf(':');",
                "bool port = colon >= 0 && (colon == address.IndexOf(':') || address[colon - 1] == ']');",
                "return port ? new[] { address.Substring(0, colon), address.Substring(colon + 1) } : new[] { address };",
            ],
            Helper::PortSeparator => &[
                "int colon = address.LastIndexOf(':');",
                "return colon == address.IndexOf(':') || address[colon - 1] == ']' ? colon : -1;",
            ],
        }
    }

    /// The edit that gives the class around a place this function, none where it has it; `None` where
    /// the place could not call it, or would call another one.
    pub(crate) fn at(self, file: &File, at: Node<'_>) -> Option<Vec<Edit>> {
        const TYPES: &[&str] =
            &["class_declaration", "struct_declaration", "record_declaration", "interface_declaration"];
        let outer = at.ancestors().filter(|n| n.is_any(TYPES)).last().filter(|n| !n.is("interface_declaration"))?;
        let body =
            outer.field("body").filter(|b| b.holds(at) && b.text().starts_with('{') && b.text().ends_with('}'))?;
        let text = file.tree().text();
        let called = format!("{}(", self.name());
        if text.contains(&called) {
            return body.text().contains(self.head()).then(Vec::new);
        }
        let inside = text.get(..body.end().checked_sub(1)?)?;
        let end = inside.trim_end().len();
        let own = indentation(text, outer.start());
        let member = body.items().next().map(|n| indentation(text, n.start())).filter(|i| i.len() > own.len());
        let indent = member.unwrap_or_else(|| format!("{own}    "));
        let unit = indent.strip_prefix(own.as_str()).unwrap_or("    ");
        let comment = if text.contains("/// <summary>") {
            format!("/// <summary>{}</summary>", self.about())
        } else {
            format!("// {}", self.about())
        };
        let alone =
            text.get(..body.start()).is_some_and(|before| before.ends_with(['\n', ' ', '\t']) && own_line(before));
        let open = if alone { format!("\n{indent}{{") } else { " {".to_owned() };
        let mut lines = format!("\n\n{indent}{comment}\n{indent}{}{}{open}", access(body), self.head());
        for line in self.body() {
            lines.push_str(&format!("\n{indent}{unit}{line}"));
        }
        lines.push_str(&format!("\n{indent}}}"));
        (end > body.start()).then(|| vec![Edit::insert(end, lines)])
    }
}

/// Whether nothing but blanks stands on the line before what follows.
fn own_line(before: &str) -> bool {
    before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
}

/// How the class says that a function is its own: with the word, or by saying nothing.
fn access(body: Node<'_>) -> &'static str {
    const WORDS: &[&str] = &["public", "private", "protected", "internal"];
    let methods: Vec<Node<'_>> = body.items().filter(|n| n.is("method_declaration")).collect();
    let says = |m: &Node<'_>, word: &str| m.children().any(|c| c.is("modifier") && c.text() == word);
    let private = methods.iter().any(|m| says(m, "private"));
    let silent = methods.iter().any(|m| {
        let interface = m.children().any(|c| c.is("explicit_interface_specifier"));
        !interface && WORDS.iter().all(|word| !says(m, word))
    });
    if silent && !private { "" } else { "private " }
}

/// The blanks before what stands at an offset, on its line.
fn indentation(text: &str, at: usize) -> String {
    let line = text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(before));
    line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
}
