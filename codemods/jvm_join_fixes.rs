//! How the host of a join of Java, Kotlin and Scala is given its brackets.

use sixify_langs::java::{File, Lang};
use sixify_langs::naming;
use sixify_langs::strings::{Form, TextExpr};

use crate::host_port::Join;
use crate::jvm_helpers::Helper;
use crate::jvm_hosts::{self, leading_name, twice};
use crate::prelude::*;

/// Takes brackets off the host.
pub(crate) fn stripped(file: &File, host: Node<'_>) -> Option<Fix> {
    let postfix = file.lang == Lang::Java && (host.is("identifier") || twice(file, host));
    postfix.then(|| Fix::new().edit(Edit::insert(host.end(), ".replaceAll(\"[\\\\[\\\\]]\", \"\")")))
}

/// Puts brackets around the host where it needs them. `None` where no right spelling is known.
pub(crate) fn fix(file: &File, expr: &TextExpr<'_>, join: &Join<'_>, bare: bool) -> Option<Fix> {
    let host = join.host;
    let name = if host.is("string_content") { leading_name(host.text()) } else { host.text() };
    match host_type(file, host) {
        Some((_, true)) => return None,
        Some((ty, _)) if ["String", "CharSequence"].contains(&ty.as_str()) => {}
        Some(_) => return None,
        // The type stands in another file: what is called a host is a text, an address may be an object.
        None => {
            let words = naming::words(&jvm_hosts::name(file, host)?);
            let last = words.last().map_or("", String::as_str);
            if !["host", "hostname", "ip", "name", "string"].contains(&last) && !bare || is_object(file, host) {
                return None;
            }
        }
    }
    if let Some(function) = Helper::Bracketed.at(file, expr.node) {
        let called = Helper::Bracketed.name();
        let fix = Fix::new().edits(function);
        return Some(match (file.lang, expr.form) {
            (Lang::Kotlin | Lang::Scala, Form::Template) => {
                fix.edit(Edit::replace(join.hole, format!("${{{called}({name})}}")))
            }
            _ => fix.edits(Edit::wrap(host.span(), format!("{called}("), ")")),
        });
    }
    inline(file, expr, join, bare, name)
}

/// The choice where it is made, where no function can stand.
fn inline(file: &File, expr: &TextExpr<'_>, join: &Join<'_>, bare: bool, name: &str) -> Option<Fix> {
    let host = join.host;
    if !twice(file, host) || name.len() > 24 || host.is("method_invocation") {
        return None;
    }
    let alone = host.parent().is_some_and(|p| p.is_any(&["argument_list", "value_argument"]));
    let (open, close) = if alone { ("", "") } else { ("(", ")") };
    match (file.lang, expr.form) {
        (Lang::Java, _) => {
            let test = if bare {
                format!("{name}.contains(\":\")")
            } else {
                format!("{name}.contains(\":\") && !{name}.startsWith(\"[\")")
            };
            let before = format!("{open}{test} ? \"[\" + {name} + \"]\" : ");
            Some(Fix::new().edits(Edit::wrap(host.span(), before, close)))
        }
        (Lang::Kotlin, form) => {
            let test =
                if bare { format!("':' in {name}") } else { format!("':' in {name} && !{name}.startsWith(\"[\")") };
            let hole = if jvm_path(name) && !name.contains('.') { format!("${name}") } else { format!("${{{name}}}") };
            let choice = format!("if ({test}) \"[{hole}]\" else {name}");
            Some(match form {
                Form::Template => Fix::new().edit(Edit::replace(join.hole, format!("${{{choice}}}"))),
                _ => Fix::new().edit(Edit::replace(host.span(), format!("{open}{choice}{close}"))),
            })
        }
        (Lang::Scala, _) => None,
    }
}

/// Whether a getter gives an object that is no text: the file makes text of it elsewhere, or imports
/// a type of its name.
fn is_object(file: &File, host: Node<'_>) -> bool {
    let Some((_, getter)) = file.getter(host) else { return false };
    let class = getter.strip_prefix("get").unwrap_or(&getter);
    let converted = file.tree.text().contains(&format!("{getter}().toString()"));
    converted || file.imports.iter().any(|i| i.local == class && class.starts_with(char::is_uppercase))
}

fn jvm_path(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

/// The type of a host, also of a hole of Kotlin.
fn host_type(file: &File, host: Node<'_>) -> Option<(String, bool)> {
    if host.is("string_content") {
        let (decl, _) = file.names.lookup(host, leading_name(host.text()))?;
        if let Some(ty) = decl.ty {
            let text = file.tree.node(ty).text();
            return Some((text.trim_end_matches('?').to_owned(), text.ends_with('?')));
        }
        return file.type_of(file.tree.node(decl.value?)).map(|ty| (ty, false));
    }
    let nullable =
        file.names.resolve(host).and_then(|(d, _)| d.ty).is_some_and(|ty| file.tree.node(ty).text().ends_with('?'));
    file.type_of(host).map(|ty| (ty, nullable))
}
