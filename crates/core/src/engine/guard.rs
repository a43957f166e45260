//! Panics of passes, embedders, verifiers and resolvers cost their own result, not the run.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls foreign code. Everything it is given is read-only or dropped when it panics, so nothing
/// half-changed is seen afterwards.
///
/// # Errors
/// With the text of the panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        format!("panicked: {}", text.unwrap_or("without a message"))
    })
}
