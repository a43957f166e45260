//! Comparisons of an address family with IPv4, `address.AddressFamily == AddressFamily.InterNetwork`.

use sixify_langs::csharp::{File, Surroundings};
use sixify_langs::{Node, naming};

const FAMILY: &str = "System.Net.Sockets.AddressFamily";

/// A comparison with the family of IPv4.
#[derive(Clone, Copy)]
pub(crate) struct Comparison<'a> {
    /// The comparison.
    pub node: Node<'a>,
    /// `address`.
    pub of: Node<'a>,
    /// `AddressFamily.InterNetwork`.
    pub ipv4: Node<'a>,
    /// Whether it holds for every other family.
    pub negated: bool,
}

impl<'a> Comparison<'a> {
    /// The same question for IPv6.
    pub fn ipv6(&self) -> String {
        let (start, text) = (self.node.start(), self.node.text());
        let end = self.ipv4.end() - start;
        format!("{}V6{}", &text[..end], &text[end..])
    }

    /// The comparison with its parentheses.
    pub fn whole(&self) -> Node<'a> {
        let mut at = self.node;
        while let Some(parent) = at.parent().filter(|p| p.is("parenthesized_expression")) {
            at = parent;
        }
        at
    }
}

/// All of them, in order.
pub(crate) fn comparisons<'a>(file: &'a File, around: &Surroundings<'_>) -> Vec<Comparison<'a>> {
    file.tree().all("binary_expression").filter_map(|node| comparison(file, node, around)).collect()
}

fn comparison<'a>(file: &'a File, node: Node<'a>, around: &Surroundings<'_>) -> Option<Comparison<'a>> {
    let negated = match node.field("operator")?.text() {
        "==" => false,
        "!=" => true,
        _ => return None,
    };
    let (left, right) = (node.field("left")?, node.field("right")?);
    let ipv4 = |n: &Node<'a>| file.names_member(*n, FAMILY, "InterNetwork", around).is_some();
    let (family, ipv4) = if ipv4(&right) { (left, right) } else { (right, Some(left).filter(ipv4)?) };
    let of =
        family.field("expression").filter(|_| family.field("name").is_some_and(|n| n.text() == "AddressFamily"))?;
    Some(Comparison { node, of, ipv4, negated })
}

/// The function, property or field that an expression stands in.
pub(crate) fn member(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|n| {
        n.kind().ends_with("_declaration") && !n.is_any(&["variable_declaration"])
            || n.is_any(&["local_function_statement", "global_statement"])
    })
}

/// Whether an expression is an IPv4 address that is written out.
pub(crate) fn is_ipv4_literal(node: Node<'_>) -> bool {
    let text = node.text().trim_start_matches('@').trim_matches('"');
    node.is("string_literal") && text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Whether code thinks of IPv6 already.
pub(crate) fn thinks_of_ipv6(code: Node<'_>) -> bool {
    let text = code.text();
    ["InterNetworkV6", "IPv6", "Ipv6", "ipv6"].iter().any(|word| text.contains(word))
}

/// A name in code that is about IPv4 and nothing else: `GetLocalIPv4`, `ipv4Only`, `IPv4Mask`.
pub(crate) fn about_ipv4(code: Node<'_>) -> Option<&str> {
    let names = code.descendants().filter(|n| n.is("identifier")).map(Node::text);
    names.into_iter().find(|name| says_ipv4(name))
}

/// Whether a name says that something is about IPv4.
pub(crate) fn says_ipv4(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("ipv4") || lower.contains("ip4") || naming::words(name).iter().any(|w| w == "v4" || w == "inet4")
}

/// Whether code decides about who is let in or kept out: nothing is widened there.
pub(crate) fn decides_on_trust(code: Node<'_>) -> bool {
    const WORDS: &[&str] =
        &["whitelist", "blacklist", "allowlist", "denylist", "blocklist", "trusted", "ssrf", "banned", "firewall"];
    let class = code.ancestor(&["class_declaration"]).and_then(|c| c.field("name")).map_or("", Node::text);
    let text = format!("{class} {}", code.text()).to_ascii_lowercase();
    class.ends_with("Filter") || WORDS.iter().any(|word| text.contains(word))
}

/// The line of code that can only be about the four bytes of an IPv4 address.
pub(crate) fn four_bytes(code: Node<'_>) -> Option<usize> {
    const NAMES: &[&str] = &[
        "GetAddressBytes",
        "TryWriteBytes",
        "MapToIPv4",
        "Broadcast",
        "DontFragment",
        "BitConverter",
        "AddMembership",
        "MulticastOption",
        "JoinMulticastGroup",
        "EnableBroadcast",
        "Loopback",
        "Any",
        "None",
        "HostToNetworkOrder",
    ];
    let named = |n: &Node<'_>| {
        let option = n.text() == "IP" && n.parent().is_some_and(|p| p.text().ends_with("SocketOptionLevel.IP"));
        n.is("identifier") && (NAMES.contains(&n.text()) && !is_linq(*n) || option)
    };
    let counted = |n: &Node<'_>| n.is("integer_literal") && ["4", "8", "24", "32"].contains(&n.text());
    let word = |n: &Node<'_>| n.is("predefined_type") && n.text() == "uint";
    code.descendants().find(|n| named(n) || counted(n) || word(n)).map(Node::line)
}

/// `Any` of a sequence, not of `IPAddress`.
fn is_linq(name: Node<'_>) -> bool {
    let called =
        |p: Node<'_>| p.parent().is_some_and(|c| c.is("invocation_expression") && c.field("function") == Some(p));
    name.text() == "Any" && name.parent().is_some_and(called)
}

/// The line of something that only IPv4 has.
pub(crate) fn ipv4_datagrams(code: Node<'_>) -> Option<usize> {
    const WORDS: &[&str] = &[
        "MulticastOption",
        "AddMembership",
        "JoinMulticastGroup",
        "EnableBroadcast",
        "Broadcast",
        "MulticastLoopback",
    ];
    let word = |n: &Node<'_>| {
        WORDS.contains(&n.text())
            || (n.text() == "IP" && n.parent().is_some_and(|p| p.text().ends_with("SocketOptionLevel.IP")))
    };
    code.descendants().filter(|n| n.is("identifier")).find(word).map(Node::line)
}
