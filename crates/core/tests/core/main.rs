//! The engine from outside: merging, layers, rounds and the ledger, on small texts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

mod accounts;
mod failing;
mod gates;
mod layers;
mod layouts;
mod merging;
mod needs;
mod pools;
mod properties;
mod repeating;
mod rounds;
mod several_files;
mod support;
mod twins;
mod wraps;
