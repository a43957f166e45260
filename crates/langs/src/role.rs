//! Roles: what a piece of text does on the network.

/// What a piece of text does on the network. Only text with a known role is ever edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A host to listen on, without port.
    BindHost,
    /// A host and port to listen on.
    BindAddress,
    /// A URL to listen on.
    BindUrl,
    /// A host, or host and port, to connect to.
    DialAddress,
    /// An address family or network name.
    AddressFamily,
    /// A place that puts host and port together.
    Join,
    /// A place that takes host and port apart.
    Split,
    /// A comparison with an address.
    Compare,
    /// A range of addresses: a route, a trust list, a firewall rule.
    Cidr,
    /// A dial made only to learn the local address.
    Probe,
    /// A check that a service answers.
    HealthCheck,
    /// A version of something that cannot do IPv6.
    Dependency,
    /// A switch that turns IPv6 on or off.
    Switch,
    /// Text for people.
    Display,
}

impl Role {
    /// Its name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Role::BindHost => "bind-host",
            Role::BindAddress => "bind-address",
            Role::BindUrl => "bind-url",
            Role::DialAddress => "dial-address",
            Role::AddressFamily => "address-family",
            Role::Join => "join",
            Role::Split => "split",
            Role::Compare => "compare",
            Role::Cidr => "cidr",
            Role::Probe => "probe",
            Role::HealthCheck => "health-check",
            Role::Dependency => "dependency",
            Role::Switch => "switch",
            Role::Display => "display",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Role> {
        use Role::*;
        const ALL: [Role; 14] = [
            BindHost,
            BindAddress,
            BindUrl,
            DialAddress,
            AddressFamily,
            Join,
            Split,
            Compare,
            Cidr,
            Probe,
            HealthCheck,
            Dependency,
            Switch,
            Display,
        ];
        ALL.into_iter().find(|role| role.name() == name)
    }
}
