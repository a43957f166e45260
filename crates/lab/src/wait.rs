//! How long the lab waits for a program.

use std::time::Duration;

/// When a program counts as listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The port it is expected on; any when `None`.
    pub port: Option<u16>,
    /// How long it may take until it listens.
    pub at_most: Duration,
    /// How long its sockets must stay the same. Programs that listen on several addresses open
    /// them one after the other.
    pub settle: Duration,
}

impl Default for Wait {
    /// Any port, 20 seconds, 100 milliseconds.
    fn default() -> Self {
        Self { port: None, at_most: Duration::from_secs(20), settle: Duration::from_millis(100) }
    }
}
