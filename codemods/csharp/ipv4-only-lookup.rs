//! # Take the addresses of both families from a look-up
//!
//! ## Why it breaks
//! A look-up that keeps the IPv4 addresses of its answer finds nothing for a name that has only an
//! IPv6 address: `First` throws, a loop ends without a result. Sorted instead of filtered, the IPv4
//! addresses still come first where there are any, and an IPv6 address is taken where there are none.
//!
//! ## Examples
//! ```cs before
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress Find(string host) =>
//!         Dns.GetHostAddresses(host).First(a => a.AddressFamily == AddressFamily.InterNetwork);
//!
//!     IPAddress FindOrNull(string host)
//!     {
//!         var entry = Dns.GetHostEntry(host);
//!         return entry.AddressList.Where(a => a.AddressFamily == AddressFamily.InterNetwork).FirstOrDefault();
//!     }
//!
//!     IPAddress Wait(string host) => System.Net.Dns.GetHostEntryAsync(host).Result.AddressList
//!         .First(a => a.AddressFamily == AddressFamily.InterNetwork);
//! }
//! ```
//! ```cs after unsafe
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress Find(string host) =>
//!         Dns.GetHostAddresses(host).OrderByDescending(a => a.AddressFamily == AddressFamily.InterNetwork).First();
//!
//!     IPAddress FindOrNull(string host)
//!     {
//!         var entry = Dns.GetHostEntry(host);
//!         return entry.AddressList.OrderByDescending(a => a.AddressFamily == AddressFamily.InterNetwork).FirstOrDefault();
//!     }
//!
//!     IPAddress Wait(string host) => System.Net.Dns.GetHostEntryAsync(host).Result.AddressList
//!         .OrderByDescending(a => a.AddressFamily == AddressFamily.InterNetwork).First();
//! }
//! ```
//! Loops, one that takes the first address and one that takes the last:
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress First(IPHostEntry entry)
//!     {
//!         foreach (var ip in entry.AddressList)
//!         {
//!             if (ip.AddressFamily == AddressFamily.InterNetwork)
//!             {
//!                 return ip;
//!             }
//!         }
//!         return null;
//!     }
//!
//!     IPAddress Last(string host)
//!     {
//!         IPAddress found = null;
//!         foreach (IPAddress ip in Dns.GetHostAddresses(host))
//!             if (ip.AddressFamily == AddressFamily.InterNetwork) found = ip;
//!         return found;
//!     }
//! }
//! ```
//! ```cs after unsafe
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress First(IPHostEntry entry)
//!     {
//!         foreach (var ip in entry.AddressList.OrderByDescending(a => a.AddressFamily == AddressFamily.InterNetwork))
//!         {
//!             if (ip.AddressFamily == AddressFamily.InterNetwork || ip.AddressFamily == AddressFamily.InterNetworkV6)
//!             {
//!                 return ip;
//!             }
//!         }
//!         return null;
//!     }
//!
//!     IPAddress Last(string host)
//!     {
//!         IPAddress found = null;
//!         foreach (IPAddress ip in Dns.GetHostAddresses(host).OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork))
//!             if (ip.AddressFamily == AddressFamily.InterNetwork || ip.AddressFamily == AddressFamily.InterNetworkV6) found = ip;
//!         return found;
//!     }
//! }
//! ```
//! The addresses of interfaces have link-local ones among them, which are no use elsewhere:
//! ```cs reported
//! using System.Linq;
//! using System.Net;
//! using System.Net.NetworkInformation;
//! using System.Net.Sockets;
//!
//! class Interfaces
//! {
//!     IPAddress Own(NetworkInterface card) => card.GetIPProperties().UnicastAddresses
//!         .Select(a => a.Address)
//!         .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork);
//! }
//! ```
//! ```cs reported
//! using System;
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress Find(string host) =>
//!         Dns.GetHostAddresses(host).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
//!         ?? throw new Exception("no IPv4 address for " + host);
//! }
//! ```
//! ```cs reported
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Scan
//! {
//!     void Range(IPHostEntry entry)
//!     {
//!         foreach (var address in entry.AddressList.Where(a => a.AddressFamily == AddressFamily.InterNetwork))
//!             ranges.Add(new AddressRange(address, 32));
//!     }
//! }
//! ```
//! A look-up for one family only:
//! ```cs before
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress[] Find(string host) => Dns.GetHostAddresses(host, AddressFamily.InterNetwork);
//! }
//! ```
//! ```cs after unsafe
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     IPAddress[] Find(string host) => Dns.GetHostAddresses(host);
//! }
//! ```
//! Where both families are looked for, or IPv4 by name:
//! ```cs unchanged
//! using System.Linq;
//! using System.Net;
//! using System.Net.Sockets;
//!
//! class Lookup
//! {
//!     void Race(IPAddress[] addresses)
//!     {
//!         var four = addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork).ToArray();
//!         var six = addresses.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6).ToArray();
//!     }
//!
//!     IPAddress FindIPv4(string host) =>
//!         Dns.GetHostAddresses(host).First(a => a.AddressFamily == AddressFamily.InterNetwork);
//! }
//! ```
//!
//! ## Safety
//! Unsafe: the answer is today's wherever there is an IPv4 address; whether the code behind it can do
//! something with an IPv6 address is not known.
//!
//! ## References
//! - https://learn.microsoft.com/dotnet/api/system.net.dns.gethostaddresses
//! - evidence: languages, C#, CS-DNS4

use sixify_langs::classify::CSHARP;
use sixify_langs::csharp::{File, Surroundings};

use crate::dotnet_family::{self as family, Comparison};
use crate::dotnet_uses as uses;
use crate::ipv4_protocols::about_ipv4;
use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[CSHARP],
    anchors: Anchors(&[
        &["AddressFamily.InterNetwork", "=>"],
        &["AddressFamily.InterNetwork", "foreach"],
        &["AddressFamily.InterNetwork", "GetHost"],
    ]),
    specificity: 0,
    run,
};

const ROLE: &str = Role::AddressFamily.name();

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = File::of(doc).filter(|_| !about_ipv4(doc)) else { return Ok(()) };
    let around = Surroundings::of(doc, cx.project());
    for comparison in family::comparisons(&file, &around).into_iter().filter(|c| !c.negated) {
        let Some(look) = Look::of(&file, comparison) else { continue };
        if family::member(comparison.node).is_some_and(|m| family::thinks_of_ipv6(m) || named_ipv4(m)) {
            let reason = "the code around it thinks of both families".to_owned();
            cx.leave(Note { span: comparison.node.span(), role: ROLE, reason, evidence: Vec::new() });
            continue;
        }
        let message = "this finds nothing for a name that has only an IPv6 address";
        let finding = Finding::new(comparison.node.span(), ROLE, message).because(look.why.clone());
        if family::member(comparison.node).is_some_and(family::decides_on_trust) {
            cx.report(finding.because("it is about who is let in or kept out, which is for a person to widen"));
            continue;
        }
        let says = |m: Node<'_>| m.descendants().any(|n| n.kind().contains("string") && n.text().contains("IPv4"));
        if family::member(comparison.node).is_some_and(says) {
            cx.report(finding.because("a text beside it speaks of IPv4"));
            continue;
        }
        cx.report(match look.fix(&file) {
            Ok(fix) => finding.fix(Applicability::Unsafe, fix),
            Err(reason) => finding.because(reason),
        });
    }
    for call in file.calls().filter(|c| c.name.starts_with("GetHost") && c.arguments.len() >= 2) {
        let Some(argument) = call.argument("family", 1) else { continue };
        let only = file.names_member(argument.value, "System.Net.Sockets.AddressFamily", "InterNetwork", &around);
        let dns = call.receiver.and_then(|r| file.names_type(r, "System.Net.Dns", &around));
        let Some((why, _)) = dns.zip(only) else { continue };
        let thought = family::member(call.node).is_some_and(|m| family::thinks_of_ipv6(m) || named_ipv4(m));
        if thought {
            continue;
        }
        let fix = Fix::new().edit(crate::dotnet_sockets::remove(&call.arguments, argument));
        let finding = Finding::new(call.node.span(), ROLE, "this looks a name up for IPv4 only").because_all(why);
        cx.report(finding.fix(Applicability::Unsafe, fix));
    }
    Ok(())
}

/// Whether a member is called after IPv4, or keeps its result under such a name.
fn named_ipv4(member: Node<'_>) -> bool {
    family::about_ipv4(member).is_some()
}

/// A look through addresses for one of IPv4.
struct Look<'a> {
    comparison: Comparison<'a>,
    how: How<'a>,
    why: String,
}

enum How<'a> {
    /// The body of the lambda of this call, and the name of the method.
    Lambda { call: Node<'a>, name: Node<'a> },
    /// The condition of an `if` in this loop.
    Loop { each: Node<'a>, check: Node<'a> },
    /// Among the addresses of interfaces.
    Interfaces,
    /// In another way.
    Other(&'static str),
}

impl<'a> Look<'a> {
    fn of(file: &File, comparison: Comparison<'a>) -> Option<Look<'a>> {
        let made = |how, why: String| Some(Look { comparison, how, why });
        let lambda = comparison.node.ancestor(&["lambda_expression", "block"]).filter(|n| n.is("lambda_expression"));
        if let Some(lambda) = lambda {
            let call = lambda.parent().filter(|p| p.is("argument"))?.parent()?.parent()?;
            let function = call.field("function").filter(|f| f.is("member_access_expression"))?;
            let (of, name) = (function.field("expression")?, function.field("name")?);
            let why = format!("{} of {}", name.text(), one_line(of.text()));
            if among_interfaces(comparison.of, of.text()) {
                return made(How::Interfaces, why);
            }
            let addresses = file.type_of(of).is_some_and(|ty| ty == "IPAddress[]");
            if !addresses || comparison.of.text() != lambda.field("parameters")?.text().trim_matches(['(', ')']) {
                return None;
            }
            let whole = lambda.field("body")? == comparison.whole();
            return match name.text() {
                "First" | "FirstOrDefault" | "Where" if whole => made(How::Lambda { call, name }, why),
                "Any" | "All" | "Count" | "Select" | "OrderBy" | "OrderByDescending" | "ThenBy" => None,
                _ => made(How::Other("the addresses are chosen by more than their family"), why),
            };
        }
        let check = comparison.node.ancestor(&["if_statement"])?;
        let condition = check.field("condition").filter(|c| c.holds(comparison.node))?;
        let each =
            check.ancestor(&["foreach_statement", "for_statement", "lambda_expression", "method_declaration"])?;
        if each.is("for_statement") {
            let indexed = comparison.of.is("element_access_expression")
                && file.type_of(comparison.of).as_deref() == Some("IPAddress");
            let why = format!("{} in a loop", comparison.of.text());
            return if indexed { made(How::Other("the loop counts through the addresses"), why) } else { None };
        }
        let collection = each.field("right").filter(|_| each.is("foreach_statement"))?;
        let why = format!("a loop over {}", one_line(collection.text()));
        let ty = file.type_of(collection).unwrap_or_default();
        if ["UnicastIPAddressInformation[]", "GatewayIPAddressInformation[]"].contains(&ty.as_str())
            || among_interfaces(comparison.of, collection.text())
        {
            return made(How::Interfaces, why);
        }
        let variable = each.field("left").is_some_and(|l| l.text() == comparison.of.text());
        if ty != "IPAddress[]" || !variable {
            return None;
        }
        if condition != comparison.whole() || check.field("alternative").is_some() {
            return made(How::Other("the addresses are chosen by more than their family"), why);
        }
        made(How::Loop { each, check }, why)
    }

    /// Whether the first of all addresses is taken where none is of IPv4: an IPv6 address is found already.
    fn falls_back(&self) -> bool {
        let list = match self.how {
            How::Lambda { name, .. } => name.parent().and_then(|of| of.field("expression")),
            How::Loop { each, .. } => each.field("right"),
            How::Interfaces | How::Other(_) => None,
        };
        let Some((list, member)) = list.zip(family::member(self.comparison.node)) else { return false };
        let firsts = ["[0]", ".First()", ".FirstOrDefault()", ".ElementAt(0)"];
        firsts.iter().any(|first| member.text().contains(&format!("{}{first}", list.text())))
    }

    fn fix(&self, file: &File) -> Result<Fix, String> {
        if self.falls_back() {
            return Err("the first address of all is taken where none is of IPv4".to_owned());
        }
        match self.how {
            How::Interfaces => {
                Err("the IPv6 addresses of an interface have link-local ones among them: a person has to choose".into())
            }
            How::Other(reason) => Err(reason.to_owned()),
            How::Lambda { call, name } if name.text() == "Where" => {
                let then = call.parent().filter(|p| p.is("member_access_expression")).and_then(|p| p.field("name"));
                let one = then.is_some_and(|then| ["First", "FirstOrDefault"].contains(&then.text()));
                let fix = Fix::new().edit(Edit::replace(name.span(), "OrderByDescending"));
                one.then_some(fix).ok_or("what becomes of all of them may be about IPv4 alone".to_owned())
            }
            How::Lambda { call, name } => {
                let fix = Fix::new().edit(Edit::replace(name.span(), "OrderByDescending"));
                Ok(fix.edit(Edit::insert(call.end(), format!(".{}()", name.text()))))
            }
            How::Loop { each, check } => {
                let fix = Fix::new()
                    .edit(Edit::insert(self.comparison.node.end(), format!(" || {}", self.comparison.ipv6())));
                let body = check.field("consequence").ok_or("the loop has no body")?;
                if let Some(line) = family::four_bytes(body) {
                    return Err(format!("line {line} is about the bytes of an IPv4 address"));
                }
                let leaves = |n: Node<'_>| {
                    n.is_any(&["return_statement", "break_statement", "throw_statement", "yield_statement"])
                };
                let order = match body {
                    b if leaves(b) || b.descendants().any(leaves) => "OrderByDescending",
                    b if b.descendants().any(|n| n.is("assignment_expression")) => "OrderBy",
                    _ => return Ok(fix),
                };
                let member = family::member(each).ok_or("it stands in no function")?;
                let taken = |name: &str| member.descendants().any(|n| n.is("identifier") && n.text() == name);
                let name =
                    ["a", "address", "candidate", "each"].into_iter().find(|n| !taken(n)).ok_or("no name is free")?;
                let collection = each.field("right").ok_or("the loop has no collection")?;
                let ipv4 = self.comparison.ipv4.text();
                let sorted = format!(".{order}({name} => {name}.AddressFamily == {ipv4})");
                let need = Need::Import { module: "System.Linq".into(), member: None, local: "Enumerable".into() };
                let plain = uses::simple(collection);
                let edits = if plain {
                    vec![Edit::insert(collection.end(), sorted)]
                } else {
                    Edit::wrap(collection.span(), "(", format!("){sorted}")).into_iter().collect()
                };
                let _ = file;
                Ok(fix.edits(edits).need(need))
            }
        }
    }
}

/// Whether an address is one of a network interface.
fn among_interfaces(of: Node<'_>, collection: &str) -> bool {
    const WORDS: &[&str] = &["NetworkInterface", "UnicastAddresses", "GetIPProperties", "GatewayAddresses"];
    WORDS.iter().any(|word| collection.contains(word))
        || of.text().ends_with(".Address") && collection.contains("Addresses")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
