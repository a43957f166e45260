//! What becomes of the parts of an address that Python code takes apart.

use sixify_langs::naming;
use sixify_langs::python::File;

use crate::prelude::*;
use crate::python_code::{line_end, own_lines, quote, statement};

/// Whether an error that the split raises is caught, and the program goes on with the whole text as
/// the host: an IPv6 address without a port is one such text.
pub(crate) fn falls_back(split: Node<'_>) -> bool {
    let attempt = split.ancestors().find(|n| n.is_any(&["try_statement", "function_definition"]));
    let Some(attempt) = attempt.filter(|n| n.is("try_statement") && n.field("body").is_some_and(|b| b.holds(split)))
    else {
        return false;
    };
    let mut handlers = attempt.items().filter(|n| n.is("except_clause"));
    handlers.any(|handler| {
        let ends = |n: Node<'_>| n.is_any(&["raise_statement", "return_statement", "continue_statement"]);
        // Another way to take it apart is tried.
        handler.text().contains("split(") || !handler.descendants().any(ends) && !handler.text().contains("exit(")
    })
}

/// The condition around a split that only texts with the dots of an IPv4 address meet, asked of the
/// text itself or of its parts: `parts = text.split("."); if len(parts) == 4:`.
pub(crate) fn dotted<'a>(file: &File, split: Node<'a>, text: &str) -> Option<Node<'a>> {
    let dot = |n: &Node<'a>| n.is("string") && file.string(*n).as_deref() == Some(".");
    let within = |branch: Node<'a>| {
        branch.is_any(&["if_statement", "elif_clause"]) && branch.field("consequence").is_some_and(|c| c.holds(split))
    };
    split.ancestors().take_while(|n| !n.is("function_definition")).filter(|n| within(*n)).find_map(|branch| {
        let condition = branch.field("condition")?;
        let before = branch.previous().filter(|n| n.text().contains(&format!("{text}.split(")));
        let own = |n: Node<'a>| dot(&n) && n.parent().is_some_and(|p| p.text().contains(text));
        let asks = condition.descendants().any(own) || before.is_some_and(|b| b.descendants().any(|n| dot(&n)));
        asks.then_some(condition)
    })
}

/// Takes the brackets off a host that goes to a socket.
pub(crate) fn stripped(doc: &Document, file: &File, assignment: Node<'_>, host: Node<'_>) -> Option<Edit> {
    let function = assignment.ancestor(&["function_definition", "module"])?;
    let bare = function.descendants().filter(|n| n.is("call")).any(|call| {
        let called = file.called_name(call).unwrap_or_default();
        let dials = matches!(
            called,
            "connect"
                | "connect_ex"
                | "create_connection"
                | "open_connection"
                | "bind"
                | "getaddrinfo"
                | "sendto"
                | "create_server"
                | "start_server"
                | "ip_address"
                | "connectTCP"
                | "connectSSL"
                | "listenTCP"
                | "HTTPConnection"
                | "HTTPSConnection"
                | "Redis"
                | "StrictRedis"
                | "inet_pton"
                | "gethostbyname"
        );
        dials
            && call.start() > assignment.end()
            && call
                .field("arguments")
                .is_some_and(|a| a.descendants().any(|n| n.is("identifier") && n.text() == host.text()))
    });
    // `Client(hostname=host)`
    let named = function.descendants().filter(|n| n.is("keyword_argument") && n.start() > assignment.end()).any(|n| {
        n.field("name").is_some_and(|name| matches!(name.text(), "host" | "hostname"))
            && n.field("value").is_some_and(|value| value.text() == host.text())
    });
    let bare = bare || named;
    // Compared with what another object has for its host.
    let compared = function.descendants().filter(|n| n.is("comparison_operator")).any(|n| {
        let other = n.items().find(|o| o.is("attribute"));
        let named = other.and_then(|o| o.field("attribute")).is_some_and(|o| naming::is_host(o.text()));
        named && n.start() > assignment.end() && n.items().any(|o| o.text() == host.text())
    });
    // What an object keeps goes wherever its methods take it: into a text that puts its own brackets,
    // or to what dials.
    let kept = host.is("attribute")
        && assignment.ancestor(&["class_definition"]).is_some_and(|class| {
            let mut uses = class.descendants().filter(|n| n.is("attribute") && n.text() == host.text());
            let handed = |n: Node<'_>| n.parent().is_some_and(|p| p.is_any(&["argument_list", "keyword_argument"]));
            uses.any(handed)
        });
    let statement = statement(assignment).filter(|_| (bare || compared) && host.is("identifier") || kept)?;
    let indent = own_lines(&doc.text, statement)?;
    let quote = quote(&doc.text);
    let name = host.text();
    let line = format!("\n{indent}{name} = {name}.strip({quote}[]{quote})");
    Some(Edit::insert(line_end(&doc.text, statement.end()), line))
}
