//! # Set `DualMode` where it can be set
//!
//! ## Why it breaks
//! `DualMode` can only be set on a socket for IPv6: on an IPv4 socket even setting it to `false`
//! throws. A server that is told to listen on an IPv4 address then does not start, and a client that
//! makes its socket for IPv6 in any case does not work on a host whose kernel has no IPv6.
//!
//! ## Examples
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run(IPEndPoint endPoint)
//!     {
//!         var listener = new TcpListener(endPoint);
//!         listener.Server.DualMode = (endPoint.AddressFamily == AddressFamily.InterNetworkV6);
//!         listener.Start();
//!     }
//!
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient(AddressFamily.InterNetworkV6)
//!         {
//!             SendTimeout = 1000,
//!             Client = { DualMode = true }
//!         };
//!         return client;
//!     }
//! }
//! ```
//! ```cs after
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run(IPEndPoint endPoint)
//!     {
//!         var listener = new TcpListener(endPoint);
//!         if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             listener.Server.DualMode = true;
//!         }
//!         listener.Start();
//!     }
//!
//!     TcpClient Create()
//!     {
//!         var client = new TcpClient(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
//!         {
//!             SendTimeout = 1000
//!         };
//!         if (client.Client.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             client.Client.DualMode = true;
//!         }
//!         return client;
//!     }
//! }
//! ```
//! ```cs unchanged
//! using System.Net.Sockets;
//!
//! class Server
//! {
//!     void Run(Socket socket, bool dual)
//!     {
//!         if (socket.AddressFamily == AddressFamily.InterNetworkV6)
//!         {
//!             socket.DualMode = dual;
//!         }
//!     }
//! }
//! ```
//!
//! ## Safety
//! Safe: measured on all kinds of hosts with CoreCLR, `DualMode` is set wherever it could be set, and
//! nothing that worked is different; a listener on an IPv4 address starts, and a client can be made on a
//! kernel without IPv6.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.sockets.socket.dualmode: NotSupportedException
//! - evidence: languages, C#, `OSSupportsIPv6 ? IPv6Any+DualMode : Any`

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{Creation, File, Surroundings};

use crate::dotnet_sockets as sockets;
use crate::dotnet_text as lines;
use crate::dotnet_uses as uses;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[CSHARP], anchors: Anchors(&[&["DualMode", "InterNetworkV6"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    for assignment in file.tree().all("assignment_expression") {
        let Some(fix) = compared(assignment) else { continue };
        let message = "DualMode cannot be set on an IPv4 socket, not even to false";
        cx.report(Finding::new(assignment.span(), Role::AddressFamily.name(), message).fix(Applicability::Safe, fix));
    }
    for creation in file.creations().filter(|c| c.ty.text().ends_with("TcpClient")) {
        let family = creation.arguments.first().map(|a| a.value).filter(|_| creation.arguments.len() == 1);
        let six =
            family.filter(|f| f.text().ends_with("AddressFamily.InterNetworkV6") && f.is("member_access_expression"));
        let Some((family, inner)) = six.zip(creation.initializer.and_then(dual_in)) else { continue };
        let Some(why) = file.names_type(creation.ty, "System.Net.Sockets.TcpClient", &around) else { continue };
        let message = "this client cannot be made on a host whose kernel has no IPv6";
        let finding = Finding::new(creation.node.span(), Role::AddressFamily.name(), message).because_all(why);
        cx.report(match chosen(&file, &creation, family, inner) {
            Some(fix) => finding.fix(Applicability::Safe, fix),
            None => finding,
        });
    }
    Ok(())
}

/// `socket.DualMode = family == AddressFamily.InterNetworkV6;` as an `if`.
fn compared(assignment: Node<'_>) -> Option<Fix> {
    let (left, right) = (assignment.field("left")?, assignment.field("right")?);
    if !left.is("member_access_expression") || left.field("name")?.text() != "DualMode" {
        return None;
    }
    let mut condition = right;
    while condition.is("parenthesized_expression") {
        condition = condition.items().next()?;
    }
    let asks = condition.is("binary_expression")
        && condition.field("operator")?.text() == "=="
        && condition.text().contains("AddressFamily.InterNetworkV6");
    let statement = assignment.parent().filter(|p| asks && p.is("expression_statement") && lines::in_block(*p))?;
    let dual = sockets::dual_mode(condition.text(), left.field("expression")?.text());
    let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
    let text = statement.tree().text();
    let indent = lines::indentation(text, statement.start());
    let laid = lines::behind(statement, &dual).text;
    Some(Fix::new().edit(Edit::replace(statement.span(), laid.trim_start_matches('\n').strip_prefix(indent)?)))
}

/// `Client = { DualMode = true }` in an initialiser.
fn dual_in(initializer: Node<'_>) -> Option<Node<'_>> {
    initializer.items().find(|item| {
        let words: String = item.text().split_whitespace().collect();
        words == "Client={DualMode=true}"
    })
}

fn chosen(file: &File, creation: &Creation<'_>, family: Node<'_>, inner: Node<'_>) -> Option<Fix> {
    let held = uses::held(file, creation.node)?;
    let statement = lines::statement(creation.node).filter(|s| lines::in_block(*s))?;
    let socket = format!("{}.Client", held.name);
    let dual = sockets::dual_mode(&format!("{socket}.AddressFamily == AddressFamily.InterNetworkV6"), &socket);
    let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
    let ty = family.field("expression")?.text();
    let items: Vec<Node<'_>> = creation.initializer?.items().collect();
    let at = items.iter().position(|i| *i == inner)?;
    let gone = match (items.get(at + 1), at.checked_sub(1).and_then(|i| items.get(i))) {
        (Some(next), _) => Span::new(inner.start(), next.start()),
        (None, Some(previous)) => Span::new(previous.end(), inner.end()),
        (None, None) => {
            // Nothing is left of the initialiser.
            let list = creation.node.field("arguments")?;
            Span::new(list.end(), creation.node.end())
        }
    };
    Some(
        Fix::new()
            .edit(Edit::insert(family.start(), format!("Socket.OSSupportsIPv6 ? {ty}.InterNetworkV6 : ")))
            .edit(Edit::replace(Span::new(family.end() - "V6".len(), family.end()), ""))
            .edit(Edit::delete(gone))
            .edit(lines::behind(statement, &dual)),
    )
}
