//! # Ask for libraries that can do IPv6
//!
//! Everything that looks at the versions a project asks for, and touches no code.
//!
//! ## Members
//! - */dependency-version
//! - dotnet/redis-client-version
