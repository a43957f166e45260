//! The one place of a file.

/// Puts a URL together.
pub fn url(host: &str, port: u16) -> String {
    format!("http://{host}:{port}/health")
}
