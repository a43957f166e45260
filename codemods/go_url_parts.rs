//! Parts that Go code keeps of the `Host` of a `net/url.URL`, whose own methods give them.

use sixify_langs::go;

use crate::go_kept::{Check, Kept};
use crate::prelude::*;

/// The rewrite with `Hostname()` and `Port()`, which needs no statement; `None` where the text is not such
/// a field or stands in a statement that does more.
pub(crate) fn of_url(file: &go::File, kept: &Kept<'_>) -> Option<Fix> {
    let url = kept.text.field("operand").filter(|_| kept.text.is("selector_expression"))?;
    let field = kept.text.field("field").is_some_and(|field| field.text() == "Host");
    let typed = file.type_of(url).is_some_and(|ty| ty.trim_start_matches('*') == "net/url.URL") || parsed(file, url);
    let counts_any = kept.checks.iter().any(|(_, check)| *check == Check::Any);
    if !field || !typed || counts_any || !kept.switches.is_empty() || !kept.statement.is("short_var_declaration") {
        return None;
    }
    let text = file.tree.text();
    let (before, behind) = (text.get(..kept.statement.start())?, text.get(kept.statement.end()..)?);
    let indent = before.rsplit('\n').next()?;
    let rest = behind.split_inclusive('\n').next().filter(|rest| rest.trim().is_empty())?;
    if !indent.trim().is_empty() {
        return None;
    }
    let line = Span::new(kept.statement.start() - indent.len(), kept.statement.end() + rest.len());
    let name = url.text();
    let hosts = kept.hosts.iter().map(|host| (*host, format!("{name}.Hostname()")));
    let ports = kept.ports.iter().map(|port| (*port, format!("{name}.Port()")));
    let checks = kept.checks.iter().map(|(node, check)| {
        let op = if *check == Check::Port { "!=" } else { "==" };
        (*node, format!("{name}.Port() {op} \"\""))
    });
    let uses = hosts.chain(ports).chain(checks).map(|(node, text)| Edit::replace(node.span(), text));
    Some(Fix::new().edit(Edit::delete(line)).edits(uses))
}

/// Whether what has this name is what `url.Parse` gave in the function.
fn parsed(file: &go::File, url: Node<'_>) -> bool {
    let Some(function) = url.ancestor(&["function_declaration", "method_declaration"]) else { return false };
    let given = |statement: Node<'_>| {
        let first = statement.field("left").and_then(|left| left.items().next()).map(Node::text);
        let call = statement.field("right").and_then(|right| right.items().next());
        let callee = call.and_then(|call| file.callee(call));
        let parses =
            callee.is_some_and(|callee| ["url.Parse", "url.ParseRequestURI"].iter().any(|p| callee.ends_with(p)));
        first == Some(url.text()) && parses
    };
    function.descendants().filter(|n| n.is_any(&["short_var_declaration", "assignment_statement"])).any(given)
}
