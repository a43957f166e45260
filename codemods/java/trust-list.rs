//! # Find lists of trusted addresses that name IPv4 only
//!
//! ## Why it breaks
//! A rule that trusts `127.0.0.1` or `10.0.0.0/8` does not know the same peers when they come over
//! IPv6: the proxy in front of the service, or a health check from the host itself.
//!
//! ## Examples
//! ```java reported
//! class Security {
//!     void configure(HttpSecurity http) throws Exception {
//!         http.authorizeRequests().antMatchers("/actuator/**").hasIpAddress("127.0.0.1");
//!     }
//! }
//! ```
//! ```java reported
//! class Proxies {
//!     void configure(RemoteIpValve valve) {
//!         valve.setInternalProxies("10\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|127\\.0\\.0\\.1");
//!         boolean known = new IpAddressMatcher("10.0.0.0/8").matches(request);
//!     }
//! }
//! ```
//! ```java unchanged
//! class Security {
//!     void configure(HttpSecurity http, RemoteIpValve valve) throws Exception {
//!         http.authorizeRequests().hasIpAddress("::1");
//!         valve.setInternalProxies("127\\.0\\.0\\.1|0:0:0:0:0:0:0:1|::1");
//!         client.dial("10.0.0.1");
//!     }
//! }
//! ```
//!
//! ## Safety
//! Reported only: whom to trust is for people to decide.
//!
//! ## References
//! - <https://tomcat.apache.org/tomcat-9.0-doc/config/valve.html#Remote_IP_Valve>
//! - <https://docs.spring.io/spring-security/reference/servlet/authorization/authorize-http-requests.html>

use sixify_langs::{classify, java};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[
        &["hasIpAddress("],
        &["IpAddressMatcher("],
        &["setInternalProxies("],
        &["setTrustedProxies("],
        &["SubnetUtils("],
        &["IpSubnetFilterRule("],
        &["RemoteAddrValve"],
    ]),
    specificity: 0,
    run,
};

const CALLS: [&str; 7] = [
    "hasIpAddress",
    "IpAddressMatcher",
    "setInternalProxies",
    "setTrustedProxies",
    "SubnetUtils",
    "IpSubnetFilterRule",
    "setAllow",
];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let Some(file) = java::file(doc) else { return Ok(()) };
    for call in file.calls().filter(|c| CALLS.contains(&c.name)) {
        let Some(list) = call.arguments.first().filter(|a| !a.has_error()) else { continue };
        let text = list.text().replace('\\', "");
        let quoted = text.starts_with('"') || text.starts_with("s\"");
        let four = text.matches('.').count() >= 3 && text.contains(|c: char| c.is_ascii_digit());
        if quoted && four && !text.contains(':') {
            let message = "the list names IPv4 addresses only; the same peers over IPv6 are not in it";
            cx.report(
                Finding::new(list.span(), Role::Cidr.name(), message).because(format!("argument of {}", call.name)),
            );
        }
    }
    Ok(())
}
