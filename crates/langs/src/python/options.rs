//! Values that a user may give by name: options of a command line, settings, keys of a
//! configuration, and what they are when nobody does.

use crate::names::{Decl, DeclKind};
use crate::python::File;
use crate::syntax::Node;

/// What stands in a class or signature for a default with more to say: `Field("0.0.0.0", …)`.
const DECLARED: &[&str] =
    &["Field", "field", "Option", "Argument", "Param", "Parameter", "CharField", "Unicode", "StrOpt", "HostAddressOpt"];

impl File {
    /// The default of an option that a parsed command line holds: `args.host` after
    /// `parser.add_argument("--host", default="0.0.0.0")`.
    pub(crate) fn option_default<'a>(&'a self, expr: Node<'a>) -> Option<Node<'a>> {
        let (object, name) = (expr.field("object")?, expr.field("attribute")?.text());
        if !self.parsed_options(object) {
            return None;
        }
        let mut found = self.tree.all("call").filter(|call| self.declares(*call, name));
        let call = found.next().filter(|_| found.next().is_none())?;
        self.argument(call, None, Some("default"))
    }

    /// Whether an expression is what a parser made of a command line, by its origin or, where it
    /// is a parameter, by its name.
    fn parsed_options(&self, object: Node<'_>) -> bool {
        if object.is("attribute") {
            return object.field("attribute").is_some_and(|n| holds_options(n.text()));
        }
        if !object.is("identifier") {
            return false;
        }
        let Some((decl, _)) = self.names.resolve(object) else { return false };
        if decl.kind == DeclKind::Parameter {
            return holds_options(&decl.name);
        }
        let value = |d: &Decl| d.value.map(|v| self.tree.node(v));
        let parses = |call: Node<'_>| {
            matches!(self.called_name(call), Some("parse_args" | "parse_known_args" | "parse_intermixed_args"))
        };
        match value(&decl) {
            Some(call) if call.is("call") => parses(call) || holds_options(&decl.name),
            _ => holds_options(&decl.name),
        }
    }

    /// Whether a call declares an option that is stored under this name.
    fn declares(&self, call: Node<'_>, name: &str) -> bool {
        if !matches!(self.called_name(call), Some("add_argument" | "add_option" | "option" | "define")) {
            return false;
        }
        if let Some(dest) = self.argument(call, None, Some("dest")) {
            return self.string(dest).as_deref() == Some(name);
        }
        let Some(list) = call.field("arguments") else { return false };
        let flags: Vec<String> = list.items().filter_map(|a| self.string(a)).collect();
        let long = flags.iter().find(|f| f.starts_with("--")).or(flags.first());
        long.is_some_and(|flag| flag.trim_start_matches('-').replace('-', "_") == name)
    }

    /// The default of a parameter that a decorator of the function declares as an option:
    /// `@click.option("--host", default="0.0.0.0")`.
    pub(crate) fn decorated_default<'a>(&'a self, decl: &Decl, scope: Node<'a>) -> Option<Node<'a>> {
        let decorated = scope.parent().filter(|p| p.is("decorated_definition"))?;
        let calls = decorated.items().filter(|n| n.is("decorator")).filter_map(|d| d.items().next());
        let mut found = calls.filter(|call| call.is("call") && self.declares(*call, &decl.name));
        let call = found.next().filter(|_| found.next().is_none())?;
        self.argument(call, None, Some("default"))
    }

    /// The default inside what declares a setting: `"0.0.0.0"` of `Field("0.0.0.0", env="HOST")`.
    pub(crate) fn declared_default<'a>(&self, call: Node<'a>) -> Option<Node<'a>> {
        let declares = self.called_name(call).is_some_and(|name| DECLARED.contains(&name));
        declares.then(|| self.argument(call, None, Some("default")).or_else(|| self.argument(call, Some(0), None)))?
    }

    /// The value behind a key that may be missing: `config.get("host", "0.0.0.0")`,
    /// `getattr(settings, "HOST", "0.0.0.0")`; with the key.
    pub(crate) fn fallback<'a>(&self, call: Node<'a>) -> Option<(String, Node<'a>)> {
        let (key, at) = match self.called_name(call)? {
            "get" | "pop" | "setdefault" => (0, 1),
            "getattr" => (1, 2),
            "config" | "env" | "str" | "get_env" | "env_str" | "getenv" | "get_config" => {
                let default =
                    self.argument(call, None, Some("default")).or_else(|| self.argument(call, Some(1), None))?;
                return Some((self.string(self.argument(call, Some(0), None)?)?, default));
            }
            _ => return None,
        };
        let name = self.string(self.argument(call, Some(key), None)?)?;
        Some((name, self.argument(call, Some(at), Some("default"))?))
    }

    /// The value that a class of this file gives a field, for `settings.host` after
    /// `settings = Settings()`.
    pub(crate) fn setting_of_class<'a>(&'a self, expr: Node<'a>) -> Option<(usize, Node<'a>)> {
        let (object, name) = (expr.field("object")?, expr.field("attribute")?.text());
        let class = match object.kind() {
            "identifier" => {
                let (decl, _) = self.names.resolve(object)?;
                if decl.kind == DeclKind::Type {
                    self.tree.node(decl.whole)
                } else {
                    let call = self.tree.node(decl.value?);
                    let class = call.field("function").filter(|f| call.is("call") && f.is("identifier"))?;
                    let (decl, _) = self.names.resolve(class)?;
                    self.tree.node(decl.whole)
                }
            }
            _ => return None,
        };
        if !class.is("class_definition") {
            return None;
        }
        let [value] = self.field_values(class, "self", name)?.try_into().ok()?;
        Some(value)
    }
}

/// Whether a name is the usual one of a parsed command line or of settings.
fn holds_options(name: &str) -> bool {
    matches!(name, "args" | "opts" | "options" | "ns" | "namespace" | "arguments" | "parsed" | "parsed_args" | "flags")
}
