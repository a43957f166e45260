//! URLs that are made with `new URL` from a text of their parts: the constructor that takes the parts puts the
//! brackets by itself, and needs no function beside it.

use sixify_langs::java::{File, Lang};
use sixify_langs::strings::{Form, Piece, TextExpr};

use crate::host_port::{Facts, Join, Port};
use crate::jvm_hosts::Hosts;
use crate::prelude::*;

/// `new URL("http://" + host + ":" + port + "/x")` as `new URL("http", host, port, "/x")`. `None` where the port
/// is not known for a number, or what follows it does not begin as a path does.
pub(crate) fn by_parts(file: &File, expr: &TextExpr<'_>, join: &Join<'_>, hosts: &Hosts<'_>) -> Option<Fix> {
    let list = expr.node.parent().filter(|p| p.is("argument_list") && p.items().count() == 1)?;
    let call = file.call(list.parent()?)?;
    let java = file.lang == Lang::Java && file.knows("java.net.URL");
    if !java || !call.creates || call.name != "URL" || !matches!(expr.form, Form::Concat | Form::Format) {
        return None;
    }
    let port = match join.port {
        Port::Value(port) if hosts.number(port) => port.text(),
        Port::Digits(digits, _) => digits,
        Port::Value(_) => return None,
    };
    let written = |end: &str| {
        let known = !end.is_empty() && end.bytes().all(|b| b.is_ascii_alphanumeric());
        known.then(|| format!("\"{end}\""))
    };
    let (first, rest) = expr.pieces.split_first()?;
    let scheme = match (first, rest.first()) {
        (Piece::Text { raw, .. }, Some(Piece::Hole { span, .. })) if *span == join.hole => {
            written(raw.strip_suffix("://")?)?
        }
        (Piece::Hole { node: Some(scheme), .. }, Some(Piece::Text { raw: "://", .. }))
            if file.type_of(*scheme).as_deref() == Some("String") =>
        {
            scheme.text().to_owned()
        }
        _ => return None,
    };
    let behind: Vec<&Piece<'_>> = expr.pieces.iter().filter(|p| place(p).end > join.span.end).collect();
    let path = match behind.as_slice() {
        [] => "\"\"".to_owned(),
        [Piece::Text { raw, span, .. }] => {
            let raw = raw
                .get(join.span.end.saturating_sub(span.start)..)
                .filter(|_| span.start < join.span.end)
                .unwrap_or(raw);
            raw.starts_with('/').then(|| format!("\"{raw}\""))?
        }
        // The operands behind the port, as they stand.
        [Piece::Text { raw, .. }, ..] if raw.starts_with('/') && expr.form == Form::Concat => {
            let text = file.tree.text();
            let tail = text.get(join.span.end..expr.node.end()).filter(|_| matches!(join.port, Port::Value(_)))?;
            tail.trim_start().strip_prefix('+')?.trim_start().to_owned()
        }
        _ => return None,
    };
    let simple = !path.contains('\n') && join.host.text().len() < 60;
    let text = format!("{scheme}, {}, {port}, {path}", join.host.text());
    simple.then(|| Fix::new().edit(Edit::replace(expr.node.span(), text)))
}

fn place(piece: &Piece<'_>) -> Span {
    match piece {
        Piece::Text { span, .. } | Piece::Hole { span, .. } => *span,
    }
}
