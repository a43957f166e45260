//! What C# code tells about hosts and ports: what a value is called and used for, its type, and
//! whether it can be an IPv6 address without brackets.

use sixify_langs::Node;
use sixify_langs::csharp::{File, Sources};
use sixify_langs::naming;

use crate::catalog::{self, Catalog};
use crate::host_port::{Facts, Sink};

/// The facts of one file for finding joins.
pub(crate) struct CSharp<'a> {
    pub file: &'a File,
    pub sources: &'a Sources<'a>,
    /// The sheet of C#.
    pub apis: &'a Catalog,
}

impl Facts for CSharp<'_> {
    fn name(&self, value: Node<'_>) -> Option<String> {
        last_name(value).map(str::to_owned)
    }

    fn sink(&self, text: Node<'_>) -> Option<Sink> {
        sink(self.file, self.apis, text)
    }

    fn ip(&self, value: Node<'_>) -> Option<String> {
        let ip = self.type_of(value).as_deref() == Some("IPAddress");
        ip.then(|| format!("{} is an IPAddress, printed without brackets", value.text()))
    }

    fn number(&self, value: Node<'_>) -> bool {
        matches!(self.type_of(value).as_deref(), Some("int" | "ushort" | "uint"))
    }

    fn plain(&self, verb: &str) -> bool {
        verb.is_empty()
    }
}

impl CSharp<'_> {
    /// The type of a value, also where it is a member of a class in another file.
    pub fn type_of(&self, value: Node<'_>) -> Option<String> {
        if let Some(known) = self.file.type_of(value) {
            return Some(known);
        }
        let (of, name) = match value.kind() {
            "member_access_expression" => (value.field("expression")?, value.field("name")?),
            "identifier" => {
                // A member of another part of the class.
                let class = value.ancestor(&["class_declaration"])?.field("name")?.text().to_owned();
                return self.member_of(&class, value.text());
            }
            _ => return None,
        };
        let owner = self.type_of(of).or_else(|| of.is("identifier").then(|| of.text().to_owned()))?;
        self.member_of(&owner, name.text())
    }

    /// The code of the property or field that a value names, also in another file.
    pub fn declared_as(&self, value: Node<'_>) -> Option<String> {
        let (class, member) = match value.kind() {
            "member_access_expression" => {
                let of = value.field("expression")?;
                let own = of.text() == "this";
                let named = || of.is("identifier").then(|| of.text().to_owned());
                let class = if own { None } else { Some(self.type_of(of).or_else(named)?) };
                (class, value.field("name")?.text())
            }
            "identifier" => (None, value.text()),
            _ => return None,
        };
        let own =
            || Some(value.ancestor(&["class_declaration", "struct_declaration"])?.field("name")?.text().to_owned());
        let class = class.or_else(own)?;
        self.sources.declaring(&class).iter().find_map(|unit| {
            unit.types(&class).find_map(|ty| {
                let decl = unit.file.names().scope(ty).iter().find(|d| d.name == member).cloned()?;
                let whole = unit.file.tree().node(decl.whole);
                Some(whole.ancestor(&["field_declaration"]).unwrap_or(whole).text().to_owned())
            })
        })
    }

    fn member_of(&self, class: &str, member: &str) -> Option<String> {
        self.sources.declaring(class).iter().find_map(|unit| {
            unit.types(class).find_map(|ty| {
                let decl = unit.file.names().scope(ty).iter().find(|d| d.name == member).cloned()?;
                unit.file.simple_type(unit.file.tree().node(decl.ty?))
            })
        })
    }
}

/// The name that tells what a value is: `Port` of `settings.Port`, `port.ToString()` and
/// `Convert.ToString(port)`.
pub(crate) fn last_name(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "identifier" => Some(node.text()),
        "member_access_expression" => match node.field("name").map(Node::text)? {
            "Value" => last_name(node.field("expression")?),
            name => Some(name),
        },
        "conditional_access_expression" => node.child("member_binding_expression")?.field("name").map(Node::text),
        "invocation_expression" => {
            let function = node.field("function")?;
            let name = function.field("name").map_or(function.text(), Node::text);
            if !["ToString", "Trim", "ToLower", "ToLowerInvariant", "ToUrlHost"].contains(&name) {
                return Some(name.strip_prefix("Get").unwrap_or(name));
            }
            let first = node.field("arguments")?.items().next().and_then(|a| a.items().last());
            let of = function.field("expression").filter(|f| f.is("identifier") || f.is("member_access_expression"));
            // `Format.ToString(port)`: what is made text is the argument.
            let given = first.filter(|f| last_name(*f).is_some_and(|n| naming::is_port(n) || naming::is_host(n)));
            last_name(given.or(of)?)
        }
        "element_access_expression" => last_name(node.field("expression")?),
        "parenthesized_expression" | "postfix_unary_expression" | "await_expression" => last_name(node.items().next()?),
        "cast_expression" => last_name(node.field("value")?),
        "conditional_expression" => {
            let branches = ["consequence", "alternative"].iter().filter_map(|f| node.field(f));
            branches.filter_map(last_name).find(|n| naming::is_port(n) || naming::is_host(n))
        }
        _ => None,
    }
}

/// What text is used for, where that is known.
fn sink(file: &File, apis: &Catalog, text: Node<'_>) -> Option<Sink> {
    let mut at = text;
    let parts = ["parenthesized_expression", "conditional_expression", "binary_expression"];
    while let Some(parent) = at.parent().filter(|p| p.is_any(&parts)) {
        at = parent;
    }
    let parent = at.parent()?;
    match parent.kind() {
        "argument" => argument(file, apis, parent),
        "variable_declarator" | "assignment_expression" => {
            let name = parent.field("name").or(parent.field("left"))?;
            called(last_name(name)?).or_else(|| shown(file, apis, name))
        }
        // Part of a text that is put together: what is done with the whole.
        "interpolation" => sink(file, apis, parent.parent()?).filter(|s| *s == Sink::People),
        "bracketed_argument_list" => Some(Sink::Other),
        "return_statement" | "arrow_expression_clause" if gives(text).is_some() => gives(text),
        _ => {
            let ancestors = text.ancestors().take_while(|n| !n.is("block"));
            let thrown = ancestors.into_iter().any(|n| n.is_any(&["throw_statement", "throw_expression"]));
            thrown.then_some(Sink::People)
        }
    }
}

/// Whether a variable is used in texts for people and nowhere else, perhaps filled up with blanks.
fn shown(file: &File, apis: &Catalog, name: Node<'_>) -> Option<Sink> {
    const FILLED: &[&str] = &["PadLeft", "PadRight", "Length", "Trim", "ToString"];
    let parts = ["member_access_expression", "invocation_expression", "interpolation", "parenthesized_expression"];
    let (decl, scope) = file.names().declared_by(name)?;
    let people = |used: Node<'_>| {
        let mut at = used;
        loop {
            let parent = at.parent()?;
            match parent.kind() {
                "member_access_expression" if !FILLED.contains(&parent.field("name")?.text()) => return None,
                "member_access_expression" if parent.field("name")?.text() == "Length" => return Some(false),
                kind if parts.contains(&kind) => at = parent,
                _ if parent.text().contains(" + ") && parent.is("binary_expression") => at = parent,
                "interpolated_string_expression" => at = parent,
                "argument" => return argument(file, apis, parent).filter(|s| *s == Sink::People).map(|_| true),
                _ => return None,
            }
        }
    };
    let uses: Option<Vec<bool>> = file.names().uses(&decl, scope).into_iter().map(people).collect();
    uses.filter(|all| all.contains(&true)).map(|_| Sink::People)
}

/// What the name of a function or property says about the text that it gives.
fn gives(text: Node<'_>) -> Option<Sink> {
    let member = crate::dotnet_family::member(text)?;
    let format = text.field("arguments").and_then(|a| a.items().next()).unwrap_or(text);
    let parts: Vec<&str> = format.children().filter(|n| n.is("string_content")).map(Node::text).collect();
    let format = if parts.is_empty() { format.text().to_owned() } else { parts.concat() };
    if member.field("name")?.text() == "ToString" && [": ", ", ", " ["].iter().any(|words| format.contains(words)) {
        return Some(Sink::People);
    }
    called(member.field("name")?.text())
}

fn argument(file: &File, apis: &Catalog, argument: Node<'_>) -> Option<Sink> {
    let list = argument.parent()?;
    if list.is("bracketed_argument_list") {
        return Some(Sink::Other);
    }
    let call = list.parent()?;
    let position = list.items().filter(|n| n.is("argument")).position(|n| n == argument)? + 1;
    if call.kind().contains("object_creation") {
        let ty = file.creations().find(|c| c.node == call).and_then(|c| file.simple_type(c.ty))?;
        // What writes down what happens.
        const WRITES: &[&str] = &["exception", "log", "logger", "metric", "metrics", "tracer", "trace"];
        if naming::words(&ty).iter().any(|w| WRITES.contains(&w.as_str())) {
            return Some(Sink::People);
        }
        return row(apis, argument, &format!(".{ty}"), &format!("new {ty}"), position);
    }
    let function = call.field("function")?;
    let (of, method) = (function.field("expression"), function.field("name").unwrap_or(function).text());
    // A text made of texts is used for what the whole is used for.
    if ["string", "String"].contains(&of.map_or("", Node::text)) && ["Format", "Concat", "Join"].contains(&method) {
        return sink(file, apis, call);
    }
    const PEOPLE: &[&str] = &[
        "Log",
        "Write",
        "Trace",
        "Debug",
        "Info",
        "Warn",
        "Error",
        "Verbose",
        "Fatal",
        "Print",
        "Notify",
        "Report",
        "Output",
        "Fail",
        "SetTag",
        "AddTag",
        "SetAttribute",
        "SetBaggage",
        "AddEvent",
        "RecordException",
    ];
    let capital =
        method.chars().next().map_or(String::new(), |c| c.to_uppercase().chain(method.chars().skip(1)).collect());
    if PEOPLE.iter().any(|word| capital.starts_with(word)) && !method.contains("Async")
        || function.text().to_ascii_lowercase().contains("logger")
        || of.is_some_and(|o| o.text().to_ascii_lowercase().contains("log"))
    {
        return Some(Sink::People);
    }
    // A tag of a measurement, an attribute of what is shown.
    const LABELS: &[&str] = &["tags", "labels", "attributes", "annotations", "dimensions"];
    let of_labels = of.and_then(last_name).map(naming::words).unwrap_or_default();
    if of_labels.last().is_some_and(|word| LABELS.contains(&word.as_str())) && ["Add", "Set"].contains(&method) {
        return Some(Sink::People);
    }
    let logger = |n: Node<'_>| n.text().to_ascii_lowercase().ends_with("logger");
    if list.items().filter_map(|a| a.items().last()).any(logger) {
        return Some(Sink::People);
    }
    if of.is_some_and(|o| ["Assert", "Is", "Does"].contains(&o.text())) || method.contains("Hash") {
        return Some(Sink::Other);
    }
    if ["ContainsKey", "TryGetValue", "GetOrAdd", "TryAdd", "TryRemove", "Invoke", "Equal", "AreEqual", "SetItem"]
        .contains(&method)
    {
        return Some(Sink::Other);
    }
    let owner = of.and_then(|o| file.type_of(o).or_else(|| file.simple_type(o)))?;
    let end = format!("{owner}{}{method}", if owner == of?.text() { '.' } else { '#' });
    row(apis, argument, &format!(".{owner}"), &end, position)
}

/// A row of the catalog by the end of its name: types are told by their simple names here.
fn row(apis: &Catalog, argument: Node<'_>, ty: &str, end: &str, position: usize) -> Option<Sink> {
    let names = |api: &catalog::Api| {
        let all = std::iter::once(&api.name).chain(&api.also);
        all.into_iter().any(|name| {
            name.ends_with(&format!(".{}", end.trim_start_matches("new ")))
                && name.contains(ty)
                && name.starts_with("new ") == end.starts_with("new ")
        })
    };
    let api = apis.rows().find(|api| api.argument == position && names(api))?;
    // Only what has a scheme is a URL with a host; `mailto:` and paths are given to such APIs too.
    if api.text.as_deref() == Some("url") && !argument.text().contains("://") {
        return None;
    }
    Some(Sink::Network(format!("argument {position} of {} ({})", api.name, api.role)))
}

/// What a variable says about the text that is put into it.
fn called(name: &str) -> Option<Sink> {
    let words = naming::words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    // What a test expects is the text of the code, whatever that is.
    if naming::is_key(name) || words.first().is_some_and(|w| w == "expected") {
        return Some(Sink::Other);
    }
    has(&["message", "msg", "error", "log", "title", "description", "warning"]).then_some(Sink::People)
}
