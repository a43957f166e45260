//! The private functions that Java, Kotlin and Scala are given for what has no plain spelling of its
//! own: written once per file, where the file's own functions stand, and called by every fix of it.

use sixify_langs::java::{File, Lang};

use crate::prelude::*;

/// A function that a fix may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helper {
    /// A host with brackets where it is an IPv6 address without them.
    Bracketed,
    /// Host and port of an address, or the host alone.
    SplitHostPort,
}

impl Helper {
    /// What the function is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Helper::Bracketed => "bracketed",
            Helper::SplitHostPort => "splitHostPort",
        }
    }

    /// What only the function itself holds, so that one of the same name is known for another one.
    fn mark(self) -> &'static str {
        match self {
            Helper::Bracketed => "startsWith(\"[\")",
            Helper::SplitHostPort => "lastIndexOf(':')",
        }
    }

    /// The lines of the function, each with how deep it stands.
    fn lines(self, lang: Lang) -> &'static [(usize, &'static str)] {
        match (self, lang) {
            (Helper::Bracketed, Lang::Java) => &[
                (0, "/** A host as it stands before a port: an IPv6 address in brackets. */"),
                (0, "private static String bracketed(String host) {"),
                (
                    1,
                    "boolean bare = host != null && host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith(\"[\");",
                ),
                (1, "return bare ? \"[\" + host + \"]\" : host;"),
                (0, "}"),
            ],
            (Helper::Bracketed, Lang::Kotlin) => &[
                (0, "/** A host as it stands before a port: an IPv6 address in brackets. */"),
                (0, "private fun bracketed(host: String): String ="),
                (1, "if (host.count { it == ':' } > 1 && !host.startsWith(\"[\")) \"[$host]\" else host"),
            ],
            (Helper::Bracketed, Lang::Scala) => &[
                (0, "/** A host as it stands before a port: an IPv6 address in brackets. */"),
                (0, "private def bracketed(host: String): String ="),
                (1, "if (host != null && host.count(_ == ':') > 1 && !host.startsWith(\"[\")) s\"[$host]\" else host"),
            ],
            (Helper::SplitHostPort, Lang::Java) => &[
                (0, "/** Host and port, or the host alone: the colons of an IPv6 address separate nothing. */"),
                (0, "private static String[] splitHostPort(String address) {"),
                (1, "int colon = address.lastIndexOf(':');"),
                (1, "boolean alone = colon != address.indexOf(':') && address.charAt(colon - 1) != ']';"),
                (1, "if (colon < 0 || alone) {"),
                (2, "return new String[] {address};"),
                (1, "}"),
                (1, "return new String[] {address.substring(0, colon), address.substring(colon + 1)};"),
                (0, "}"),
            ],
            (Helper::SplitHostPort, Lang::Kotlin) => &[
                (0, "/** Host and port, or the host alone: the colons of an IPv6 address separate nothing. */"),
                (0, "private fun splitHostPort(address: String): List<String> {"),
                (1, "val colon = address.lastIndexOf(':')"),
                (1, "val alone = colon != address.indexOf(':') && address[colon - 1] != ']'"),
                (1, "if (colon < 0 || alone) return listOf(address)"),
                (1, "return listOf(address.substring(0, colon), address.substring(colon + 1))"),
                (0, "}"),
            ],
            (Helper::SplitHostPort, Lang::Scala) => &[
                (0, "/** Host and port, or the host alone: the colons of an IPv6 address separate nothing. */"),
                (0, "private def splitHostPort(address: String): Array[String] = {"),
                (1, "val colon = address.lastIndexOf(':')"),
                (1, "val alone = colon != address.indexOf(':') && address.charAt(colon - 1) != ']'"),
                (1, "if (colon < 0 || alone) Array(address)"),
                (1, "else Array(address.substring(0, colon), address.substring(colon + 1))"),
                (0, "}"),
            ],
        }
    }

    /// The edit that gives the file this function, none where it has it; `None` where `at` could not
    /// call it, or would call another one.
    pub(crate) fn at(self, file: &File, at: Node<'_>) -> Option<Vec<Edit>> {
        let place = Place::of(file, at)?;
        let word = match file.lang {
            Lang::Java => format!(" {}(String ", self.name()),
            Lang::Kotlin => format!("fun {}(", self.name()),
            Lang::Scala => format!("def {}(", self.name()),
        };
        let text = file.tree.text();
        let written = text.contains(&word);
        if written || text.contains(&format!("{}(", self.name())) {
            let own = written && place.body.contains(&word) && place.body.contains(self.mark());
            return own.then(Vec::new);
        }
        // Where the functions of the file open on a line of their own, this one does, too.
        let methods = file.tree.all("method_declaration").filter_map(|m| m.field("body"));
        let below =
            |b: &Node<'_>| text.get(..b.start()).is_some_and(|t| t.trim_end_matches([' ', '\t']).ends_with('\n'));
        let (below, beside): (Vec<_>, Vec<_>) = methods.partition(below);
        let apart = file.lang == Lang::Java && below.len() > beside.len();
        let mut lines = String::from("\n");
        for (deep, line) in self.lines(file.lang) {
            let indent = format!("{}{}", place.indent, place.unit.repeat(*deep));
            match line.strip_suffix(" {").filter(|_| apart && *deep == 0) {
                Some(head) => lines.push_str(&format!("\n{indent}{head}\n{indent}{{")),
                None => lines.push_str(&format!("\n{indent}{line}")),
            }
        }
        Some(vec![Edit::insert(place.end, lines)])
    }
}

/// Where a function of the file may stand.
struct Place<'a> {
    /// The class, or the whole file.
    body: &'a str,
    /// The end of what stands in it.
    end: usize,
    /// How far its functions are indented.
    indent: String,
    /// One step of indentation.
    unit: String,
}

impl<'a> Place<'a> {
    fn of(file: &'a File, at: Node<'a>) -> Option<Place<'a>> {
        let text = file.tree.text();
        if file.lang == Lang::Kotlin {
            // A script runs from the top; its functions may stand in the way of what it builds.
            let script = file.tree.root().items().any(|n| n.kind().contains("call") || n.is("assignment"));
            let unit = first_step(text).unwrap_or_else(|| "    ".to_owned());
            let kinds = ["class_declaration", "function_declaration", "object_declaration", "property_declaration"];
            let mut whole = file.tree.root().items().filter(|n| n.is_any(&kinds) && !n.has_error());
            let last = whole.by_ref().last().filter(|_| !script)?;
            // A remark on the last line stays there.
            let line = text.get(last.end()..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            let remark = if line.trim_start().starts_with("//") { line.trim_end().len() } else { 0 };
            return Some(Place { body: text, end: last.end() + remark, indent: String::new(), unit });
        }
        let kinds = [
            "class_declaration",
            "record_declaration",
            "interface_declaration",
            "annotation_type_declaration",
            "enum_declaration",
            "class_definition",
            "object_definition",
            "trait_definition",
            "enum_definition",
        ];
        let outer = at.ancestors().filter(|n| n.is_any(&kinds)).last()?;
        let fits =
            ["class_declaration", "record_declaration", "class_definition", "object_definition", "trait_definition"];
        let body = outer.field("body").filter(|b| b.holds(at))?;
        // An enumeration that has functions already has the semicolon before them.
        let functions = outer.is("enum_declaration") && body.child("enum_body_declarations").is_some();
        if !functions && !outer.is_any(&fits) {
            return None;
        }
        let inside = text
            .get(..body.end().checked_sub(1)?)
            .filter(|_| body.text().starts_with('{') && body.text().ends_with('}'))?;
        let end = inside.trim_end().len();
        let own = indentation(text, outer.start());
        // `self =>` stands on the line of the brace.
        let member = body.items().map(|n| indentation(text, n.start())).find(|i| i.len() > own.len());
        let indent = member.unwrap_or_else(|| format!("{own}    "));
        let unit = indent.strip_prefix(own.as_str()).unwrap_or("    ").to_owned();
        (end > body.start()).then_some(Place { body: body.text(), end, indent, unit })
    }
}

/// The blanks before what stands at an offset, on its line.
fn indentation(text: &str, at: usize) -> String {
    let line = text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(before));
    line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
}

/// The indentation of the first line that has one.
fn first_step(text: &str) -> Option<String> {
    let indented = text.lines().filter(|line| !line.trim_start().starts_with('*'));
    let step = |line: &str| line.chars().take_while(|c| *c == ' ' || *c == '\t').collect::<String>();
    indented.map(step).find(|step| !step.is_empty())
}
