//! Schemes of URLs whose readers are known to take an IPv6 address in brackets, as RFC 3986, 3.2.2 has it.
//! Behind another scheme nobody has seen what reads the text, and what is not known is not done by default:
//! `druby://` looks up `[::1]` as a name, and `jdbc:sqlserver://` takes what is behind its first colon for
//! the port (both measured).

use sixify_core::{Applicability, Document, Finding};
use sixify_langs::Role;

use crate::doubts::line_at;

/// Schemes of registered protocols and of servers whose clients were seen to take brackets.
const KNOWN: &[&str] = &[
    "amqp",
    "amqps",
    "dns",
    "ftp",
    "ftps",
    "git",
    "grpc",
    "grpcs",
    "h2",
    "h2c",
    "http",
    "https",
    "imap",
    "imaps",
    "ldap",
    "ldaps",
    "mariadb",
    "memcached",
    "mongodb",
    "mqtt",
    "mqtts",
    "mysql",
    "nats",
    "oracle",
    "pop3",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "rtmp",
    "rtsp",
    "sftp",
    "smb",
    "smtp",
    "smtps",
    "socks",
    "socks4",
    "socks5",
    "socks5h",
    "ssh",
    "ssl",
    "stomp",
    "svn",
    "tcp",
    "tcps",
    "telnet",
    "tls",
    "udp",
    "valkey",
    "vnc",
    "ws",
    "wss",
];

/// The finding, not safe any more where its host stands behind a scheme that is not known.
pub(crate) fn known(doc: &Document, mut finding: Finding) -> Finding {
    if finding.applicability != Applicability::Safe || finding.role != Role::Join.name() {
        return finding;
    }
    let (start, line) = line_at(&doc.text, finding.span.start);
    let end = finding.span.end.min(start + line.len());
    let before = doc.text.get(start..end).unwrap_or("");
    if let Some(scheme) = scheme(before).filter(|scheme| !is_known(scheme)) {
        finding.applicability = Applicability::Unsafe;
        finding.evidence.push(format!("what reads {scheme}:// is not known to take brackets"));
    }
    finding
}

/// The last scheme that is written out in a text: of `http+unix://`, all of it.
fn scheme(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once("://")?;
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let start = before.rfind(|c: char| !of_scheme(c)).map_or(0, |at| at + before.get(at..).map_or(1, first_len));
    // `%s://` and `$scheme://`.
    let hole = before.get(..start).is_some_and(|before| before.ends_with(['%', '$', '@']));
    before.get(start..).filter(|scheme| !hole && scheme.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The length of the first character of a text, in bytes.
fn first_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// `mongodb+srv` and `mysql+pymysql` are read as their first part is.
fn is_known(scheme: &str) -> bool {
    let first = scheme.split(['+', '-', '.']).next().unwrap_or(scheme);
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(first))
}

#[cfg(test)]
mod tests {
    use super::{is_known, scheme};

    #[test]
    fn the_scheme_of_the_last_url_is_read() {
        assert_eq!(scheme("a = \"http://#{x}\" + \"druby://#{host}"), Some("druby"));
        assert_eq!(scheme("f'mysql+pymysql://{host}"), Some("mysql+pymysql"));
        assert_eq!(scheme("\"#{scheme}://#{host}"), None);
        assert_eq!((scheme("é://"), scheme("\"%s://%s"), scheme("\"$scheme://$")), (None, None, None));
        assert_eq!(scheme("host + ':' + port"), None);
    }

    #[test]
    fn readers_are_told_by_what_stands_first() {
        assert!(is_known("HTTPS") && is_known("mysql+pymysql") && !is_known("druby") && !is_known("shop"));
    }
}
