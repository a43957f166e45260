//! # Take the host from an address, not from its text up to the first colon
//!
//! ## Why it breaks
//! `strings.Split(addr.String(), ":")[0]` is the host only while the host has no colon. For an
//! IPv6 address it is `[2001` or so. The address has the host as a value of its own.
//!
//! ## Examples
//! ```go before
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func host(conn net.Conn) string {
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return strings.Split(localAddr.String(), ":")[0]
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! )
//!
//! func host(conn net.Conn) string {
//! 	localAddr := conn.LocalAddr().(*net.UDPAddr)
//! 	return localAddr.IP.String()
//! }
//! ```
//! ```go before
//! package main
//!
//! import (
//! 	"net"
//! 	"strings"
//! )
//!
//! func ends(conn *net.TCPConn, name string) (string, string) {
//! 	peer := conn.RemoteAddr().(*net.TCPAddr)
//! 	port := strings.Split(peer.String(), ":")[1]
//! 	host := strings.SplitN(conn.LocalAddr().String(), ":", 2)[0]
//! 	return host + strings.TrimSpace(name), port
//! }
//! ```
//! ```go after
//! package main
//!
//! import (
//! 	"net"
//! 	"strconv"
//! 	"strings"
//! )
//!
//! func ends(conn *net.TCPConn, name string) (string, string) {
//! 	peer := conn.RemoteAddr().(*net.TCPAddr)
//! 	port := strconv.Itoa(peer.Port)
//! 	host, _, _ := net.SplitHostPort(conn.LocalAddr().String())
//! 	return host + strings.TrimSpace(name), port
//! }
//! ```
//! Text that is no address:
//! ```go unchanged
//! package main
//!
//! import "strings"
//!
//! type image struct{ name string }
//!
//! func (i image) String() string { return i.name }
//!
//! func repository(i image) string {
//! 	return strings.Split(i.String(), ":")[0]
//! }
//! ```
//! A shadowed package, and a separator that is not a colon:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! type splitter struct{}
//!
//! func (splitter) Split(s, sep string) []string { return nil }
//!
//! func host(addr *net.UDPAddr, strings splitter) (string, string) {
//! 	return strings.Split(addr.String(), ":")[0], strings.Split(addr.String(), "%")[0]
//! }
//! ```
//!
//! ## Safety
//! Safe where the address comes from a connection (`LocalAddr`, `RemoteAddr`): it always has an
//! IP and a port, so for IPv4 the text is the same byte for byte. Unsafe where it comes from
//! elsewhere, because the text of an empty IP differs (`""` and `"<nil>"`).
//!
//! ## References
//! - Go documentation: net.UDPAddr, net.TCPAddr, net.SplitHostPort
//! - evidence: languages, Go GO-SPLIT

use sixify_langs::{classify, go};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::GO],
    anchors: Anchors(&[&["strings", "Split", "String()"]]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc) else { return Ok(()) };
    for index in file.tree.all("index_expression") {
        let Some(split) = Split::of(&file, index) else { continue };
        let message = "the text up to a colon is the host only for IPv4";
        let finding = Finding::new(index.span(), Role::Split.name(), message).because_all(split.evidence(&file));
        match split.fix(&file) {
            Some(fix) => {
                let from_connection = split.from_connection(&file);
                let applicability = if from_connection { Applicability::Safe } else { Applicability::Unsafe };
                cx.report(finding.fix(applicability, fix));
            }
            None => cx.report(finding),
        }
    }
    Ok(())
}

/// `strings.Split(address.String(), ":")[n]`
struct Split<'a> {
    index: Node<'a>,
    /// 0: the host, 1: the port.
    part: usize,
    /// `address.String()`
    text: Node<'a>,
    address: Node<'a>,
    ty: String,
}

impl<'a> Split<'a> {
    fn of(file: &go::File, index: Node<'a>) -> Option<Split<'a>> {
        let part = index.field("index")?.text().parse::<usize>().ok().filter(|n| *n < 2)?;
        let call = index.field("operand").filter(|n| n.is("call_expression"))?;
        let callee = file.callee(call)?;
        if callee != "strings.Split" && callee != "strings.SplitN" {
            return None;
        }
        let arguments = file.arguments(call);
        let (text, separator) = (*arguments.first()?, *arguments.get(1)?);
        if separator.text() != "\":\"" || !text.is("call_expression") || !file.arguments(text).is_empty() {
            return None;
        }
        let method = text.field("function").filter(|f| f.is("selector_expression"))?;
        if method.field("field")?.text() != "String" {
            return None;
        }
        let address = method.field("operand")?;
        let ty = file.type_of(address)?;
        let known = ["*net.UDPAddr", "*net.TCPAddr", "net.UDPAddr", "net.TCPAddr", "net.Addr"];
        known.contains(&ty.as_str()).then_some(Split { index, part, text, address, ty })
    }

    fn evidence(&self, file: &go::File) -> Vec<String> {
        let mut why = vec![format!("{} is a {}", self.address.text(), self.ty)];
        if self.from_connection(file) {
            why.push("it comes from a connection, so it has an IP and a port".to_owned());
        }
        why
    }

    /// Whether the address is that of a connection: `conn.LocalAddr()`, perhaps asserted to a
    /// type, perhaps through a variable.
    fn from_connection(&self, file: &go::File) -> bool {
        let (mut at, _) = file.constant(self.address);
        if at.is("type_assertion_expression") {
            let Some(operand) = at.field("operand") else { return false };
            (at, _) = file.constant(operand);
        }
        if !at.is("call_expression") {
            return false;
        }
        let ends = ["net.Conn.LocalAddr", "net.Conn.RemoteAddr", "net.UDPConn.LocalAddr", "net.UDPConn.RemoteAddr",
            "net.TCPConn.LocalAddr", "net.TCPConn.RemoteAddr"];
        file.callee(at).is_some_and(|name| ends.contains(&name.as_str()))
    }

    fn fix(&self, file: &go::File) -> Option<Fix> {
        if self.ty == "net.Addr" {
            return self.split_statement(file);
        }
        // Before the address goes what called Split, behind it what took the part.
        let before = Span::new(self.index.start(), self.address.start());
        let behind = Span::new(self.address.end(), self.index.end());
        if self.part == 0 {
            return Some(Fix::new().edit(Edit::delete(before)).edit(Edit::replace(behind, ".IP.String()")));
        }
        let strconv = file.name_for(self.index, "strconv")?;
        let import = Need::Import { module: "strconv".to_owned(), member: None, local: strconv.clone() };
        let fix = Fix::new().edit(Edit::replace(before, format!("{strconv}.Itoa(")));
        Some(fix.edit(Edit::replace(behind, ".Port)")).need(import))
    }

    /// `host := strings.Split(addr.String(), ":")[0]` as a statement of its own.
    fn split_statement(&self, file: &go::File) -> Option<Fix> {
        let list = self.index.parent().filter(|p| p.is("expression_list") && p.items().count() == 1)?;
        let statement = list.parent().filter(|p| p.is("short_var_declaration"))?;
        let name = statement.field("left")?;
        if name.items().count() != 1 {
            return None;
        }
        let net = file.name_for(self.index, "net")?;
        let import = Need::Import { module: "net".to_owned(), member: None, local: net.clone() };
        let before = Span::new(self.index.start(), self.text.start());
        let behind = Span::new(self.text.end(), self.index.end());
        let fix = if self.part == 0 {
            Fix::new().edit(Edit::insert(name.end(), ", _, _"))
        } else {
            Fix::new().edit(Edit::insert(name.start(), "_, ")).edit(Edit::insert(name.end(), ", _"))
        };
        let fix = fix.edit(Edit::replace(before, format!("{net}.SplitHostPort(")));
        Some(fix.edit(Edit::replace(behind, ")")).need(import))
    }
}
