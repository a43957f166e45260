//! Tests of the lab on real hosts, in one binary.
//!
//! They run as root and as an ordinary user alike. Where the system allows no namespaces, or lacks a
//! program that a test needs, the test says `SKIPPED` on standard error; when the variable `CI` is
//! set it fails instead, so that a green run means that everything ran.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails panics

mod files;
mod kinds;
mod processes;
mod report;
mod spellings;
mod support;
mod unprivileged;
