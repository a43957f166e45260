//! How a client talks to a service, and what it learns.

use serde::Deserialize;

/// What a client does to find out whether a service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Talk {
    /// TCP: connects, and takes an accepted connection for an answer. For programs of which nothing
    /// is known.
    Connect,
    /// TCP: connects and waits for the service to say something first.
    #[default]
    Greet,
    /// TCP: sends an HTTP request for `/` and waits for any status.
    Http,
    /// UDP: sends a datagram and waits for one.
    Echo,
    /// UDP: asks a name server for the address of `localhost` and waits for any reply (RFC 1035, 4).
    Dns,
    /// UDP: sends a datagram and takes it for answered when it is not refused. For programs of
    /// which nothing is known.
    Datagram,
}

/// What a client learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether the service answered.
    pub reached: bool,
    /// The address that the service says the client has: a line `PEER address` in its answer.
    /// Only programs written for the lab say so.
    pub peer: Option<String>,
}

impl Answer {
    /// No answer.
    pub const NONE: Self = Self { reached: false, peer: None };

    /// An answer that says nothing.
    pub const REACHED: Self = Self { reached: true, peer: None };

    /// Understands a greeting once its first line is complete or the service has `ended`.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    pub(crate) fn from_greeting(text: &str, ended: bool) -> Option<Self> {
        (!text.is_empty() && (ended || text.contains('\n'))).then(|| Self { reached: true, peer: peer(text) })
    }

    /// Understands an HTTP response once it is complete.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    pub(crate) fn from_http(text: &str, ended: bool) -> Option<Self> {
        let peer = peer(text.split_once("\r\n\r\n").map_or("", |(_, body)| body));
        (text.starts_with("HTTP/") && (ended || peer.is_some())).then_some(Self { reached: true, peer })
    }
}

fn peer(text: &str) -> Option<String> {
    // Only whole lines: an address may still be on its way.
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .find_map(|line| line.trim_end().strip_prefix("PEER "))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood_when_complete() {
        assert_eq!(Answer::from_greeting("PEER 127.", false), None);
        let answer = Answer::from_greeting("PEER ::ffff:127.0.0.1\n", false);
        assert_eq!(answer.and_then(|a| a.peer).as_deref(), Some("::ffff:127.0.0.1"));
        assert_eq!(Answer::from_greeting("220 mail", true), Some(Answer::REACHED));
        assert_eq!(Answer::from_greeting("", true), None);

        let head = "HTTP/1.1 200 OK\r\nX: PEER 1\r\n\r\n";
        assert_eq!(Answer::from_http(head, false), None);
        assert_eq!(Answer::from_http(head, true), Some(Answer::REACHED));
        let answer = Answer::from_http(&format!("{head}PEER 10.99.0.1\n"), false);
        assert_eq!(answer.and_then(|a| a.peer).as_deref(), Some("10.99.0.1"));
        assert_eq!(Answer::from_http("SSH-2.0", true), None);
    }
}
