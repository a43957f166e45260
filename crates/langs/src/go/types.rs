//! Types of Go expressions, as far as one file and the signatures of well-known packages tell.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::go::File;
use crate::go::scope::list;
use crate::names::Decl;
use crate::syntax::Node;

/// How far an expression is followed.
const DEPTH: usize = 24;

/// Types whose names convert when they are called.
const CONVERSIONS: &[&str] = &[
    "string", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "byte", "rune",
    "float32", "float64", "bool",
];

#[derive(Default)]
struct Signatures {
    results: HashMap<String, Vec<String>>,
    fields: HashMap<String, String>,
}

/// The table beside this file. It is part of the program, and a test reads it.
fn signatures() -> &'static Signatures {
    static TABLE: OnceLock<Signatures> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: toml::Table = include_str!("signatures.toml").parse().unwrap_or_default();
        let section = |name: &str| table.get(name).and_then(|t| t.as_table()).cloned().unwrap_or_default();
        let text = |v: &toml::Value| v.as_str().map(str::to_owned);
        let texts = |v: &toml::Value| v.as_array().map(|a| a.iter().filter_map(text).collect());
        Signatures {
            results: section("results").iter().filter_map(|(k, v)| Some((k.clone(), texts(v)?))).collect(),
            fields: section("fields").iter().filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect(),
        }
    })
}

impl File {
    /// The type of an expression as Go writes it, with import paths for packages: `string`,
    /// `*net.UDPAddr`, `net/http.Request`. `None` when the file does not tell.
    pub fn type_of(&self, expr: Node<'_>) -> Option<String> {
        self.type_within(expr, DEPTH)
    }

    fn type_within(&self, expr: Node<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match expr.kind() {
            "interpreted_string_literal" | "raw_string_literal" => Some("string".to_owned()),
            "int_literal" => Some("int".to_owned()),
            "parenthesized_expression" => self.type_within(expr.items().next()?, depth),
            "binary_expression" => match expr.field("operator")?.text() {
                "+" | "-" | "*" | "/" | "%" => {
                    let left = self.type_within(expr.field("left")?, depth);
                    left.or_else(|| self.type_within(expr.field("right")?, depth))
                }
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => Some("bool".to_owned()),
                _ => None,
            },
            "unary_expression" => {
                let inner = self.type_within(expr.field("operand")?, depth)?;
                match expr.field("operator")?.text() {
                    "*" => inner.strip_prefix('*').map(str::to_owned),
                    "&" => Some(format!("*{inner}")),
                    "-" | "+" | "^" => Some(inner),
                    _ => None,
                }
            }
            "composite_literal" | "type_assertion_expression" | "type_conversion_expression" => {
                self.written_type(expr.field("type")?)
            }
            "call_expression" => self.results(expr, depth)?.into_iter().next(),
            "index_expression" => {
                let list = self.type_within(expr.field("operand")?, depth)?;
                list.strip_prefix("[]")
                    .or_else(|| Some(list.strip_prefix("map[")?.split_once(']')?.1))
                    .map(str::to_owned)
            }
            "identifier" => match self.names.resolve(expr) {
                Some((decl, _)) => self.type_of_decl(&decl, depth),
                None => self.package()?.value(expr.text()).map(str::to_owned),
            },
            "selector_expression" => {
                let field = expr.field("field")?.text();
                if let Some(import) = self.import_of(expr.field("operand")?) {
                    return self.other(&import.path, |package| package.value(field).map(str::to_owned));
                }
                let owner = self.type_within(expr.field("operand")?, depth)?;
                let owner = owner.trim_start_matches('*');
                let name = format!("{owner}.{field}");
                let known = signatures().fields.get(&name).cloned();
                let known = known.or_else(|| self.declared().field(&name).map(str::to_owned));
                let known = known.or_else(|| self.package()?.field(&name).map(str::to_owned));
                known.or_else(|| {
                    let (path, ty) = owner.rsplit_once('.')?;
                    self.other(path, |package| package.field(&format!("{ty}.{field}")).map(str::to_owned))
                })
            }
            _ => None,
        }
    }

    /// The result types of a call.
    fn results(&self, call: Node<'_>, depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        let function = call.field("function")?;
        if function.is("identifier") && self.names.resolve(function).is_none() && CONVERSIONS.contains(&function.text())
        {
            return Some(vec![function.text().to_owned()]);
        }
        let name = match function.kind() {
            "selector_expression" => {
                let operand = function.field("operand")?;
                let field = function.field("field")?.text();
                match self.import_of(operand) {
                    Some(import) => format!("{}.{field}", import.path),
                    None => format!("{}.{field}", self.type_within(operand, depth)?.trim_start_matches('*')),
                }
            }
            _ => self.qualified(function)?,
        };
        let known = signatures().results.get(&name).cloned();
        let known = known.or_else(|| self.declared().results(&name).map(<[String]>::to_vec));
        let known = known.or_else(|| self.package()?.results(&name).map(<[String]>::to_vec));
        known.or_else(|| {
            // `path/package.function` and `path/package.Type.method`.
            let start = name.rfind('/').map_or(0, |slash| slash + 1);
            let end = start + name.get(start..)?.find('.')?;
            self.other(name.get(..end)?, |package| package.results(name.get(end + 1..)?).map(<[String]>::to_vec))
        })
    }

    /// The result types of a declared function or method.
    pub(super) fn result_types(&self, function: Node<'_>) -> Option<Vec<String>> {
        let result = function.field("result")?;
        if !result.is("parameter_list") {
            return Some(vec![self.written_type(result)?]);
        }
        let mut types = Vec::new();
        for parameter in result.items() {
            let ty = self.written_type(parameter.field("type")?)?;
            let names = parameter.fields("name").filter(|n| n.is("identifier")).count().max(1);
            types.extend(std::iter::repeat_n(ty, names));
        }
        Some(types)
    }

    fn type_of_decl(&self, decl: &Decl, depth: usize) -> Option<String> {
        if let Some(ty) = decl.ty {
            return self.written_type(self.tree.node(ty));
        }
        if let Some(value) = decl.value {
            return self.type_within(self.tree.node(value), depth);
        }
        // One of several results of a call.
        let whole = self.tree.node(decl.whole);
        let names = if whole.is("var_spec") { whole.fields("name").collect() } else { list(whole, "left") };
        let values = list(whole, if whole.is("var_spec") { "value" } else { "right" });
        let [call] = values.as_slice() else { return None };
        if whole.is("range_clause") {
            // An index and an element.
            let list = self.type_within(*call, depth)?;
            let (index, element) = match list.strip_prefix("[]") {
                Some(element) => ("int", element),
                None => list.strip_prefix("map[")?.split_once(']')?,
            };
            let place = names.iter().filter(|n| n.is_named()).position(|n| n.number() == decl.node)?;
            return Some(if place == 0 { index } else { element }.to_owned());
        }
        let at = names.iter().filter(|n| n.is_named()).position(|n| n.number() == decl.node)?;
        if call.is("index_expression") {
            // `value, ok := m[key]`
            return self.type_within(*call, depth).filter(|_| at == 0);
        }
        if call.is("type_assertion_expression") {
            return self.written_type(call.field("type")?).filter(|_| at == 0);
        }
        self.results(*call, depth)?.into_iter().nth(at)
    }

    /// A type as written, with the import path in place of the package's name here.
    pub fn written_type(&self, ty: Node<'_>) -> Option<String> {
        match ty.kind() {
            "pointer_type" => Some(format!("*{}", self.written_type(ty.items().next()?)?)),
            "array_type" | "implicit_length_array_type" => {
                Some(format!("[]{}", self.written_type(ty.field("element")?)?))
            }
            // The types of keys and values have no brackets of their own.
            "map_type" => {
                let (key, value) = (self.written_type(ty.field("key")?)?, self.written_type(ty.field("value")?)?);
                (!key.contains(']')).then(|| format!("map[{key}]{value}"))
            }
            "slice_type" => Some(format!("[]{}", self.written_type(ty.field("element")?)?)),
            "qualified_type" => {
                let package = ty.field("package")?;
                let path = self.import_of(package).map_or(package.text(), |i| i.path.as_str());
                Some(format!("{path}.{}", ty.field("name")?.text()))
            }
            "type_identifier" => Some(ty.text().to_owned()),
            _ => None,
        }
    }
}
