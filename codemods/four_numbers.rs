//! Addresses that are taken for four numbers: the code behind a look-up knows no others.

/// Ways to take an IPv4 address apart or to pack it, in the languages that have such look-ups.
const WAYS: &[&str] = &[
    "split('.')",
    "split(\".\")",
    "split('.',",
    "split(\".\",",
    "explode('.'",
    "explode( '.'",
    "explode(\".\"",
    "ip2long",
    "long2ip",
    "FILTER_FLAG_IPV4",
    "inet_aton",
    "inet_ntoa",
    "IPv4Address(",
    "IPv4Network(",
];

/// Why the result of a look-up must stay an IPv4 address, as far as the code around it tells. An
/// address that is let in or kept out by its numbers would slip through in another form, and one that
/// is packed would not fit.
pub(crate) fn needed(around: &str) -> Option<&'static str> {
    WAYS.iter().any(|way| around.contains(way)).then_some("the address is taken for one of IPv4 afterwards")
}
