//! Subnets of clusters: which are there, and what they become with the prefixes of the operator.

use std::net::Ipv6Addr;

use sixify_core::Options;
use sixify_langs::address::{AddressClass, addresses};
use sixify_langs::{Mode, Policy};

/// A subnet that all of a cluster has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subnet {
    /// The addresses of pods.
    Pods,
    /// The addresses of Services.
    Services,
}

impl Subnet {
    fn setting(self) -> &'static str {
        match self {
            Subnet::Pods => "kubeadm/subnets.pods",
            Subnet::Services => "kubeadm/subnets.services",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Subnet::Pods => "fd00:10:244::/56",
            Subnet::Services => "fd00:10:96::/112",
        }
    }
}

/// What a list of subnets becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// This list.
    Becomes(String),
    /// The same with this behind it: a template gives what is there.
    Appended(String),
    /// Only the operator knows; for people.
    Asks(String),
    /// Nothing has to be done.
    Fine,
}

/// What a list of subnets becomes in this mode, with the prefix that the settings give. `templated`
/// says whether a template has a part in it.
pub(crate) fn outcome(said: &str, templated: bool, subnet: Subnet, options: &Options) -> Outcome {
    let ipv4 = |part: &str| {
        let part = part.trim();
        addresses(part).first().is_some_and(|a| a.class == AddressClass::Range && a.span.start == 0)
    };
    if templated {
        // A template that names families, or several subnets, gives both where they are wanted.
        let lower = said.to_ascii_lowercase();
        if [",", "v6", "dual", "stack", "subnets", "cidrs", "ranges"].iter().any(|word| lower.contains(word)) {
            return Outcome::Fine;
        }
    } else if said.is_empty() || !said.split(',').all(ipv4) {
        return Outcome::Fine;
    }
    let (key, example) = (subnet.setting(), subnet.example());
    let Some(prefix) = options.setting(key) else {
        return Outcome::Asks(format!("the setting {key} gives the IPv6 prefix, such as {example}"));
    };
    if let Some(why) = unfit(prefix, subnet) {
        return Outcome::Asks(format!("the setting {key} is {prefix:?}, {why}; it has to be like {example}"));
    }
    match (Policy::of(options).mode, templated) {
        (Mode::Ipv6Only, false) => Outcome::Becomes(prefix.to_owned()),
        (Mode::Ipv6Only, true) => Outcome::Asks(format!("a template gives it; for IPv6 alone it has to be {prefix}")),
        (_, false) => Outcome::Becomes(format!("{said},{prefix}")),
        (_, true) => Outcome::Appended(format!(",{prefix}")),
    }
}

/// Why a prefix cannot be that of a subnet: Services take 20 bits of addresses at most
/// (Kubernetes, validation of --service-cluster-ip-range).
fn unfit(prefix: &str, subnet: Subnet) -> Option<&'static str> {
    let Some((address, length)) = prefix.split_once('/') else { return Some("which has no length") };
    let length = length.parse::<u8>().ok().filter(|length| *length <= 128);
    match (address.parse::<Ipv6Addr>(), length) {
        (Ok(_), Some(length)) if subnet == Subnet::Services && length < 108 => Some("which is larger than a /108"),
        (Ok(_), Some(_)) => None,
        _ => Some("which is no IPv6 prefix"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_checked_before_they_are_used() {
        let with = |prefix: &str| {
            let mut options = Options::default();
            options.set("kubeadm/subnets.services", prefix);
            outcome("10.96.0.0/12", false, Subnet::Services, &options)
        };
        assert_eq!(with("fd00::/112"), Outcome::Becomes("10.96.0.0/12,fd00::/112".to_owned()));
        for prefix in ["fd00::/64", "fd00::", "10.0.0.0/8", "x/112", "fd00::/129"] {
            assert!(matches!(with(prefix), Outcome::Asks(_)), "{prefix}");
        }
        for said in ["", "fd00::/112", "10.0.0.0/8,fd00::/112", "x", "10.0.0.1"] {
            assert_eq!(outcome(said, false, Subnet::Pods, &Options::default()), Outcome::Fine, "{said}");
        }
    }
}
