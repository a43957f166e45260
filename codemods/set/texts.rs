//! # Handle IPv6 addresses wherever they are written as text
//!
//! Host and port put together, taken apart and compared, in every language: what breaks as soon as
//! an IPv6 address turns up in a setting, whatever the service listens on.
//!
//! ## Members
//! - */join-host-port
//! - */split-host-port
//! - */wildcard-compare
//! - */ipv4-only-check
//! - java/uri-host-brackets
//! - javascript/url-hostname
//! - kubernetes/pod-ip-brackets
//! - ruby/uri-hostname
//! - shell/bracket-host
