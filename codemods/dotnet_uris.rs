//! Texts of C# that are given to `new Uri` as they are put together, and can be what `UriBuilder` gives.

use sixify_langs::csharp::File;
use sixify_langs::strings::{Piece, TextExpr};

use crate::dotnet_hosts::CSharp;
use crate::host_port::{Join, Port};
use crate::prelude::*;

/// The scheme of the URL that is put together, or `http`.
pub(crate) fn scheme(expr: &TextExpr<'_>, join: &Join<'_>) -> String {
    let before =
        expr.pieces.iter().take_while(|p| matches!(p, Piece::Text { span, .. } if span.start < join.span.start));
    let text: String = before.map(|p| if let Piece::Text { raw, .. } = p { raw } else { "" }).collect();
    let named = text.rfind("://").map(|at| {
        text[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.')).next().unwrap_or("")
    });
    let known = |s: &&str| !s.is_empty() && s.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    named.filter(known).filter(|_| join.url).unwrap_or("http").to_owned()
}

/// `new Uri($"http://{host}:{port}")` as what `UriBuilder` gives.
pub(crate) fn whole_uri(
    file: &File,
    facts: &CSharp<'_>,
    expr: &TextExpr<'_>,
    join: &Join<'_>,
    host: &str,
    scheme: &str,
) -> Option<Fix> {
    let (port, end) = match join.port {
        Port::Value(port) => (port.text(), "\0"),
        Port::Digits(digits, _) => (digits, digits),
    };
    let number = match join.port {
        Port::Value(port) => facts.type_of(port).as_deref() == Some("int"),
        Port::Digits(..) => true,
    };
    let shape = expr.shape();
    let written = ["http", "https"].contains(&scheme).then(|| format!("\"{scheme}\""));
    let written = written
        .filter(|_| shape.strip_prefix(&format!("{scheme}://\0:{end}")).is_some_and(|rest| ["", "/"].contains(&rest)));
    // `$"{scheme}://{host}:{port}"`
    let given =
        || expr.holes().flatten().next().filter(|_| shape == format!("\0://\0:{end}")).and_then(|s| given(facts, s));
    let scheme = written.or_else(given).filter(|_| number)?;
    let argument = expr.node.parent().filter(|p| p.is("argument"))?;
    let creation =
        file.creations().find(|c| c.arguments.len() == 1 && c.arguments.first().is_some_and(|a| a.node == argument))?;
    if creation.target_typed || file.simple_type(creation.ty)? != "Uri" || creation.ty.text() != "Uri" {
        return None;
    }
    let text = format!("new UriBuilder({scheme}, {host}, {port}).Uri");
    Some(Fix::new().edit(Edit::replace(creation.node.span(), text)))
}

/// A scheme that is put into a text, as an argument.
fn given(facts: &CSharp<'_>, scheme: Node<'_>) -> Option<String> {
    if scheme.is("identifier") || scheme.is("member_access_expression") {
        return (facts.type_of(scheme).as_deref() == Some("string")).then(|| scheme.text().to_owned());
    }
    let choice =
        scheme.items().next().filter(|c| scheme.is("parenthesized_expression") && c.is("conditional_expression"))?;
    let literal = |field: &str| choice.field(field).is_some_and(|n| n.is("string_literal"));
    (literal("consequence") && literal("alternative")).then(|| choice.text().to_owned())
}
