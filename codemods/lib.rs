//! The IPv6 knowledge of sixify: one codemod per file.
//!
//! A codemod is a file `<ecosystem>/<name>.rs`; its id is that path. The `//!` header of the file
//! is its documentation, its text for `sixify explain` and its tests (see `sixify-testkit`):
//!
//! ```text
//! //! # One line that says what it does
//! //!
//! //! ## Why it breaks
//! //! ## Examples          fences `before` and `after`, `unchanged`, `reported`
//! //! ## Safety
//! //! ## References
//! ```
//!
//! The file has one public item, `CODEMOD`. Nothing else has to be registered.

#![allow(clippy::tabs_in_doc_comments, reason = "the examples in the headers are Go code, which has tabs")]
#![allow(
    rustdoc::bare_urls,
    rustdoc::invalid_codeblock_attributes,
    reason = "the headers are read by the harness and by people; their fences have options of their own"
)]

mod address_names;
mod address_places;
mod advisories;
mod bare_hosts;
mod c_purpose;
pub mod catalog;
mod certain_names;
pub mod claims;
mod commands;
mod comments;
#[allow(dead_code, reason = "languages take from it what they need")]
mod compare;
mod cuts;
mod dotnet_apis;
mod dotnet_brackets;
mod dotnet_destinations;
mod dotnet_family;
mod dotnet_helpers;
mod dotnet_hosts;
mod dotnet_listeners;
mod dotnet_made;
mod dotnet_origins;
mod dotnet_sockets;
mod dotnet_splits;
mod dotnet_text;
mod dotnet_uris;
mod dotnet_uses;
mod doubts;
mod doubts_of_hosts;
pub mod evidence;
mod four_numbers;
mod go_flow;
mod go_guards;
mod go_hosts;
mod go_join;
mod go_kept;
mod go_origins;
mod go_parts;
mod go_proven;
mod go_purpose;
mod go_split;
mod go_statement;
mod go_url_parts;
mod go_wildcard;
mod helper_copies;
#[allow(dead_code, reason = "languages take from it what they need")]
mod host_port;
mod ipv4_protocols;
mod javascript_defaults;
mod javascript_edits;
mod javascript_hosts;
mod javascript_joins;
mod javascript_lines;
mod javascript_runtime;
mod javascript_splits;
mod join_words;
mod jvm_destinations;
mod jvm_helpers;
mod jvm_hosts;
mod jvm_join_fixes;
mod jvm_joins;
mod jvm_nulls;
mod jvm_origins;
mod jvm_split_proof;
mod jvm_splits;
mod jvm_uris;
mod jvm_urls;
mod kestrel;
mod last_colon;
mod listen_flags;
mod listen_value;
mod nginx_twins;
mod npm_locks;
mod npm_packages;
mod php_hosts;
mod php_lines;
#[cfg(test)]
mod proof;
mod purpose;
mod python_code;
mod python_doubts;
mod python_families;
mod python_helper;
mod python_hosts;
mod python_joins;
mod python_lines;
mod python_listeners;
mod python_settings;
mod python_sockets;
mod python_splits;
mod python_twins;
mod registry;
mod remarks;
mod ruby_lines;
mod rust_alone;
mod rust_crate;
mod rust_given;
mod rust_hosts;
mod rust_joins;
mod rust_layout;
mod rust_purpose;
mod rust_roles;
mod rust_told;
mod schemes;
mod script_destinations;
mod script_doubts;
mod script_words;
mod server_pattern;
mod server_terms;
mod servers;
mod service_families;
mod service_values;
mod subnets;
mod trusted;
mod wildcard;

// The modules of the codemods, found by build.rs.
include!(concat!(env!("OUT_DIR"), "/found.rs"));

pub use registry::{Codemod, Set, all, ids, sets};

/// What nearly every codemod needs.
pub(crate) mod prelude {
    pub(crate) use crate::Codemod;
    pub(crate) use sixify_core::{
        Anchors, Applicability, Context, Document, Edit, Finding, Fix, Need, Note, PassError, Span,
    };
    pub(crate) use sixify_langs::{Node, Policy, Role};
}
