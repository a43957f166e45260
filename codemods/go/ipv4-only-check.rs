//! # Accept IPv6 addresses where `To4` refuses them
//!
//! ## Why it breaks
//! `To4` gives nil for an IPv6 address, so a check like `if ip.To4() == nil { return err }` turns
//! every IPv6 address away, and a loop that keeps only what has a `To4` drops them in silence.
//!
//! ## Examples
//! The check stays and accepts both families; it still refuses what is no address at all:
//! ```go before
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! )
//!
//! type mapping struct{ IP net.IP }
//!
//! func podMapping(podIP string) (*mapping, error) {
//! 	ip4 := net.ParseIP(podIP).To4()
//! 	if ip4 == nil {
//! 		return nil, fmt.Errorf("no address: %q", podIP)
//! 	}
//! 	return &mapping{IP: ip4}, nil
//! }
//!
//! func resolve(host string) (list []string, err error) {
//! 	ips, err := net.LookupIP(host)
//! 	for _, addr := range ips {
//! 		if addr.To4() != nil {
//! 			list = append(list, addr.String())
//! 		}
//! 	}
//! 	for _, addr := range ips {
//! 		if addr.To4() == nil {
//! 			continue
//! 		}
//! 		list = append(list, addr.String())
//! 	}
//! 	return list, err
//! }
//! ```
//! ```go after unsafe
//! package main
//!
//! import (
//! 	"fmt"
//! 	"net"
//! )
//!
//! type mapping struct{ IP net.IP }
//!
//! func podMapping(podIP string) (*mapping, error) {
//! 	ip := net.ParseIP(podIP)
//! 	if ip == nil {
//! 		return nil, fmt.Errorf("no address: %q", podIP)
//! 	}
//! 	return &mapping{IP: ip}, nil
//! }
//!
//! func resolve(host string) (list []string, err error) {
//! 	ips, err := net.LookupIP(host)
//! 	for _, addr := range ips {
//! 		list = append(list, addr.String())
//! 	}
//! 	for _, addr := range ips {
//! 		if addr.To16() == nil {
//! 			continue
//! 		}
//! 		list = append(list, addr.String())
//! 	}
//! 	return list, err
//! }
//! ```
//! Which of several addresses is taken, and code that works on the four bytes, are for a person to
//! mend, and so is what is called IPv4:
//! ```go reported
//! package main
//!
//! import (
//! 	"encoding/binary"
//! 	"errors"
//! 	"net"
//! )
//!
//! func first() string {
//! 	addrs, _ := net.InterfaceAddrs()
//! 	for _, a := range addrs {
//! 		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
//! 			if n.IP.To4() != nil {
//! 				return n.IP.String()
//! 			}
//! 		}
//! 	}
//! 	return ""
//! }
//!
//! func number(ip net.IP) (uint32, error) {
//! 	four := ip.To4()
//! 	if four == nil {
//! 		return 0, errors.New("not an address")
//! 	}
//! 	return binary.BigEndian.Uint32(four), nil
//! }
//!
//! func getHostIP4(ips []net.IP) (list []string) {
//! 	for _, ip := range ips {
//! 		if ip.To4() != nil {
//! 			list = append(list, ip.String())
//! 		}
//! 	}
//! 	return list
//! }
//! ```
//! Code that handles both families, and questions about the family:
//! ```go unchanged
//! package main
//!
//! import "net"
//!
//! func family(ip net.IP) string {
//! 	if ip.To4() != nil {
//! 		return "IPv4"
//! 	} else {
//! 		return "IPv6"
//! 	}
//! }
//!
//! func text(ip net.IP, port string) string {
//! 	if ip.To4() == nil {
//! 		return "[" + ip.String() + "]" + port
//! 	}
//! 	return ip.String() + port
//! }
//!
//! func version(ip net.IP) int {
//! 	if ip.To4() == nil {
//! 		return 6
//! 	}
//! 	return 4
//! }
//!
//! func is4(ip net.IP) bool { return ip.To4() != nil }
//!
//! func size(ip net.IP) net.IP {
//! 	if v4 := ip.To4(); v4 != nil {
//! 		return v4
//! 	}
//! 	return ip.To16()
//! }
//! ```
//!
//! ## Safety
//! Unsafe. What is accepted now goes on to code that may know only IPv4.
//!
//! ## References
//! - Go documentation: net.IP.To4, net.IP.To16, net.ParseIP
//! - evidence: languages, Go GO-TO4

use sixify_langs::{classify, go, naming};

use crate::go_guards::{explained, of_interfaces};
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod =
    Codemod { kinds: &[classify::GO], anchors: Anchors(&[&[".To4()"], &["IPv4len"]]), specificity: 0, run };

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = go::file(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    for call in file.tree.all("call_expression") {
        let Some(check) = Check::of(&file, call) else { continue };
        let finding = Finding::new(check.span, Role::Compare.name(), "an IPv6 address is refused here");
        let finding = finding.because("To4 gives nil for an IPv6 address");
        if of_interfaces(&file, call) {
            cx.report(finding.because("an interface has link-local addresses of IPv6 as well, which need their zone"));
            continue;
        }
        match check.fix(&file) {
            Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
            None => cx.report(finding),
        }
    }
    for test in file.tree.all("binary_expression").filter(|b| b.text().contains("net.IPv4len")) {
        let sides: Vec<_> = test.items().collect();
        let length = sides.iter().any(|s| s.text().starts_with("len("));
        let equal = test.field("operator").is_some_and(|o| matches!(o.text(), "==" | "!="));
        if length && equal && sides.iter().any(|s| s.text() == "net.IPv4len") && !other_family(test) {
            let message = "the number of bytes of an IPv4 address is asked for";
            cx.report(Finding::new(test.span(), Role::Compare.name(), message).because("net.IPv4len is 4"));
        }
    }
    Ok(())
}

/// What becomes of an IPv6 address.
enum Kind<'a> {
    /// `x := ip.To4()`, and `if x == nil` turns it away: the uses behind the check.
    Kept { name: Node<'a>, uses: Vec<Node<'a>> },
    /// `if ip.To4() == nil` turns it away.
    Refused,
    /// `if ip.To4() != nil` lets only others in: the whole statement.
    Let { statement: Node<'a> },
}

struct Check<'a> {
    call: Node<'a>,
    method: Node<'a>,
    ip: Node<'a>,
    span: Span,
    kind: Kind<'a>,
    /// Whether the code is IPv4 by its name, so that a person must see what it is for.
    by_name: bool,
}

impl<'a> Check<'a> {
    fn of(file: &'a go::File, call: Node<'a>) -> Option<Check<'a>> {
        let function = call.field("function").filter(|f| f.is("selector_expression"))?;
        let method = function.field("field").filter(|f| f.text() == "To4")?;
        let ip = function.field("operand")?;
        if other_family(call) {
            return None;
        }
        let function = call.ancestor(&["function_declaration", "method_declaration"])?;
        let name = function.field("name").map_or("", Node::text);
        let about =
            naming::words(name).iter().any(|w| matches!(w.as_str(), "version" | "family" | "type" | "len" | "bits"));
        if about || asked_for(call) || has_twin(file, name) || dotted(ip) {
            return None;
        }
        // `func (v IPv4Addr) Encode(..)`
        let receiver = function.field("receiver").map_or("", Node::text);
        let of_type = receiver.trim_matches(['(', ')']).rsplit([' ', '*']).next().unwrap_or_default();
        let mut by_name = naming::is_ipv4(name) || naming::is_ipv4(of_type);
        let of = |span: Span, kind, by_name| Some(Check { call, method, ip, span, kind, by_name });
        let parent = call.parent()?;
        if parent.is("binary_expression") && parent.field("right").is_some_and(|r| r.text() == "nil") {
            let equal = parent.field("operator").map_or("", Node::text) == "==";
            let statement = condition_of(parent, if equal { "||" } else { "&&" })?;
            if equal {
                let block = statement.field("consequence").filter(|_| statement.field("alternative").is_none())?;
                by_name |= !refuses(file, block)? || explained(statement) || takes_first(statement);
                if gives(file, block, ip.text()) {
                    return None;
                }
                return of(parent.span(), Kind::Refused, by_name);
            }
            let loops =
                statement.ancestor(&["for_statement", "function_declaration", "method_declaration", "func_literal"]);
            let looped = loops.is_some_and(|l| l.is("for_statement"));
            let only = statement.field("alternative").is_none() && nothing_behind(statement);
            return (looped && only).then(|| of(parent.span(), Kind::Let { statement }, by_name)).flatten();
        }
        // x := ip.To4()
        let statement = parent.parent().filter(|s| parent.is("expression_list") && s.is("short_var_declaration"))?;
        let name = statement.field("left").filter(|l| l.items().count() == 1)?.items().next()?;
        let (decl, scope) = file.names.declared_by(name)?;
        let uses = file.names.uses(&decl, scope);
        let refusal = |n: &Node<'a>| {
            let test = n
                .parent()
                .filter(|t| t.is("binary_expression") && t.field("operator").is_some_and(|o| o.text() == "=="));
            let test = test.filter(|t| t.field("right").is_some_and(|r| r.text() == "nil"));
            let statement = test.and_then(|t| condition_of(t, "||"));
            statement.is_some_and(|s| {
                s.field("alternative").is_none()
                    && s.field("consequence").is_some_and(|b| refuses(file, b).is_some() && !gives(file, b, ip.text()))
            })
        };
        let refused = uses.iter().any(refusal);
        // An error that only IPv4 is taken says that the limit is meant.
        let told = |n: &Node<'a>| {
            let statement = n.ancestors().find(|s| s.is("if_statement")).filter(|_| refusal(n));
            statement.is_some_and(|s| {
                let text = s.field("consequence").map_or("", Node::text).to_ascii_lowercase();
                let meant = text.contains("ipv4") && (text.contains("only") || text.contains("support"));
                explained(s) || meant
            })
        };
        by_name |= uses.iter().any(told);
        let span = Span::new(statement.start(), uses.iter().map(|u| u.end()).max()?);
        refused.then(|| of(span, Kind::Kept { name, uses }, by_name)).flatten()
    }

    fn fix(&self, file: &go::File) -> Option<Fix> {
        if self.by_name {
            return None;
        }
        let sixteen = || Fix::new().edit(Edit::replace(self.method.span(), "To16"));
        match &self.kind {
            Kind::Refused => (!four_bytes(self.call, self.ip.text())).then(sixteen),
            Kind::Kept { name, uses } => {
                let plain = uses.iter().all(|u| u.parent().is_some_and(|p| goes_on(file, p)));
                if !plain || four_bytes(self.call, name.text()) {
                    return None;
                }
                // What ParseIP gives has sixteen bytes, or is nil.
                let parsed = self.ip.is("call_expression") && file.callee(self.ip).as_deref() == Some("net.ParseIP");
                let mut fix = if parsed {
                    Fix::new().edit(Edit::delete(Span::new(self.ip.end(), self.call.end())))
                } else {
                    sixteen()
                };
                if naming::is_ipv4(name.text()) {
                    let function = name.ancestor(&["function_declaration", "method_declaration"])?;
                    let taken = |new: &str| function.descendants().any(|n| n.is("identifier") && n.text() == new);
                    if let Some(new) = ["ip", "addr", "ipAddr"].into_iter().find(|new| !taken(new)) {
                        let all = std::iter::once(name).chain(uses);
                        fix = fix.edits(all.map(|n| Edit::replace(n.span(), new)));
                    }
                }
                Some(fix)
            }
            Kind::Let { statement } => self.unwrapped(file, *statement),
        }
    }

    /// The body of `if ip.To4() != nil { … }` without the question, where it collects addresses.
    fn unwrapped(&self, file: &go::File, statement: Node<'_>) -> Option<Fix> {
        let body = statement.field("consequence")?;
        // Which one is taken first is a choice that a person has made for IPv4.
        let leaves = body.descendants().any(|n| {
            n.is_any(&[
                "return_statement",
                "break_statement",
                "goto_statement",
                "if_statement",
                "short_var_declaration",
            ])
        });
        let only = statement.field("condition")?.span() == self.span && statement.field("initializer").is_none();
        let statements = body.items().flat_map(|n| if n.is("statement_list") { n.items().collect() } else { vec![n] });
        let one: Vec<Node<'_>> = statements.collect();
        let ([one], true, false) = (one.as_slice(), only, leaves || four_bytes(body, self.ip.text())) else {
            return None;
        };
        let text = file.tree.text();
        let head = Span::new(statement.start(), one.start());
        let tail = Span::new(one.end(), statement.end());
        let comment = [head, tail].iter().any(|s| s.text(text).contains("//") || s.text(text).contains("/*"));
        let lines = one.text().contains('\n') || comment;
        let collects = one.text().contains("append(") || one.is("expression_statement");
        (!lines && collects).then(|| Fix::new().edit(Edit::delete(head)).edit(Edit::delete(tail)))
    }
}

/// The `if` statement whose condition is this one, or one of several joined by this operator.
fn condition_of<'a>(test: Node<'a>, joined: &str) -> Option<Node<'a>> {
    let mut at = test;
    loop {
        let parent = at.parent()?;
        match parent.kind() {
            "if_statement" => return (parent.field("condition") == Some(at)).then_some(parent),
            "parenthesized_expression" => at = parent,
            "binary_expression" if parent.field("operator").is_some_and(|o| o.text() == joined) => at = parent,
            _ => return None,
        }
    }
}

/// Whether a statement is the last one of the body of its loop, so that nothing is done for what
/// it does not let in.
fn nothing_behind(statement: Node<'_>) -> bool {
    let mut at = statement;
    while let Some(parent) = at.parent() {
        if parent.is("for_statement") {
            return true;
        }
        if parent.is_any(&["block", "statement_list"]) && parent.items().last() != Some(at) {
            return false;
        }
        at = parent;
    }
    false
}

/// Whether the loop around a statement takes the first address that comes to it: with IPv6 that would be
/// another one, a link-local one perhaps.
fn takes_first(statement: Node<'_>) -> bool {
    let Some(body) = statement.parent().filter(|_| statement.text().contains("continue")) else { return false };
    body.items()
        .skip_while(|s| *s != statement)
        .skip(1)
        .any(|s| std::iter::once(s).chain(s.descendants()).any(|n| n.is_any(&["return_statement", "break_statement"])))
}

/// Whether there is a function of the same name for IPv6: `reverse` and `reverse6`.
fn has_twin(file: &go::File, name: &str) -> bool {
    let twins = [format!("{name}6"), format!("{name}V6"), format!("{name}v6")];
    file.tree.root().items().filter_map(|n| n.field("name")).any(|n| twins.iter().any(|twin| twin == n.text()))
}

/// Whether an address is parsed from a text that is put together with dots.
fn dotted(ip: Node<'_>) -> bool {
    ip.descendants().any(|n| n.is("interpreted_string_literal") && n.text() == "\".\"")
}

/// Whether a block turns an address away with an error or goes on to the next one, and whether it
/// says nothing of IPv4. `None` where it does something else.
fn refuses(file: &go::File, block: Node<'_>) -> Option<bool> {
    let last = block.items().last();
    let last = last.and_then(|l| if l.is("statement_list") { l.items().last() } else { Some(l) })?;
    let text = block.text().to_ascii_lowercase();
    let plain = !["ipv4", "ipv6", "v6", "v4"].iter().any(|family| text.contains(family));
    if last.is("continue_statement") {
        return Some(plain);
    }
    if !last.is("return_statement") {
        return None;
    }
    let values: Vec<Node<'_>> = last.items().next().map(|v| v.items().collect()).unwrap_or_default();
    if values.is_empty() && text.contains("err = ") {
        return Some(plain);
    }
    let error = |n: &Node<'_>| {
        file.type_of(*n).as_deref() == Some("error") || n.text().contains("rror") || n.text().starts_with("err")
    };
    if values.iter().any(error) {
        return Some(plain);
    }
    let nothing = values.iter().all(|n| matches!(n.text(), "nil" | "\"\"" | "false"));
    nothing.then_some(false)
}

/// Whether the code is reached only where the family was asked for.
fn asked_for(node: Node<'_>) -> bool {
    node.ancestors().filter(|n| n.is("if_statement")).filter_map(|n| n.field("condition")).any(|condition| {
        !condition.holds(node) && (condition.text().contains("amily") || condition.text().contains("AF_INET"))
    })
}

/// Whether code gives an address back, in another way than in the text of an error.
fn gives(file: &go::File, block: Node<'_>, ip: &str) -> bool {
    let error = |n: Node<'_>| {
        let name = if n.is("call_expression") { n.field("function").map_or("", Node::text) } else { "" };
        file.type_of(n).as_deref() == Some("error") || name.contains("rror")
    };
    let ip = ip.split(['.', '(']).next().unwrap_or(ip);
    let returned = block.descendants().filter(|n| n.is("return_statement"));
    returned
        .flat_map(|r| r.descendants())
        .any(|n| n.is("identifier") && n.text() == ip && !n.ancestors().take_while(|a| *a != block).any(error))
}

/// Whether the function around it also does something for IPv6.
fn other_family(node: Node<'_>) -> bool {
    let Some(function) = node.ancestor(&["function_declaration", "method_declaration"]) else { return true };
    function.descendants().any(|n| match n.kind() {
        // Records of the DNS have one type for each family.
        "identifier" | "field_identifier" | "type_identifier" => naming::is_ipv6(n.text()) || n.text().contains("AAAA"),
        "interpreted_string_literal" => n.text().to_ascii_lowercase().contains("ipv6") || n.text().contains("tcp6"),
        _ => false,
    })
}

/// Whether code works on the bytes of an address.
fn four_bytes(node: Node<'_>, ip: &str) -> bool {
    let Some(function) = node.ancestor(&["function_declaration", "method_declaration"]) else { return true };
    function.descendants().any(|n| {
        n.is_any(&["index_expression", "slice_expression"])
            && n.field("operand").is_some_and(|o| o.text() == ip || o.text() == format!("{ip}.To4()"))
            || n.is("selector_expression") && ["Endian.", ".Mask", "big."].iter().any(|m| n.text().contains(m))
            || n.is("call_expression") && counts(n, ip)
    })
}

/// Whether a call counts on from an address, as `nextIP(ip, 1)` does.
fn counts(call: Node<'_>, ip: &str) -> bool {
    let name = call.field("function").map_or("", Node::text);
    let words = naming::words(name.rsplit('.').next().unwrap_or(name));
    let known = ["inc", "increment", "dec", "next", "previous", "offset", "broadcast", "mask", "shift"];
    words.iter().any(|w| known.contains(&w.as_str()))
        && call.field("arguments").is_some_and(|a| a.items().any(|n| n.text() == ip))
}

/// Whether an address goes on as a value, to code that takes both families.
fn goes_on(file: &go::File, parent: Node<'_>) -> bool {
    match parent.kind() {
        "binary_expression" | "literal_element" | "expression_list" | "selector_expression" => true,
        "argument_list" => {
            let call = parent.parent().filter(|c| c.is("call_expression"));
            let name = call.and_then(|c| file.callee(c)).unwrap_or_default();
            let function = call.and_then(|c| c.field("function")).map_or("", Node::text);
            let bytes =
                ["copy", "len", "Uint32", "PutUint32", "IPv4", "CIDRMask", "IPMask", "append", "binary", "bytes"];
            !bytes.iter().any(|b| name.contains(b) || function.contains(b)) && !naming::is_ipv4(function)
        }
        _ => false,
    }
}
