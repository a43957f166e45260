//! Configuration files of servers.

pub mod blocks;
pub mod directives;
pub mod haproxy;
pub mod ini;
pub mod nginx;
pub mod nginx_listen;
pub mod settings;

pub use directives::{Directive, Directives};
pub use haproxy::Haproxy;
pub use ini::{Ini, Setting};
pub use nginx::Nginx;
