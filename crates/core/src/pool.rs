//! Who does the work, and who watches it.

/// Runs jobs, possibly side by side. The engine hands out independent jobs and puts their results
/// in order itself, so any pool gives the same plan.
pub trait Pool {
    /// Calls `job` once with every number below `count` and returns when all are done.
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync));
}

/// One job after the other, on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Serial;

impl Pool for Serial {
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(job);
    }
}

/// Watches a run and may end it. All methods may be called from any thread of the pool.
pub trait Observer: Sync {
    /// `done` of `total` files have been looked at.
    fn progress(&self, done: usize, total: usize) {
        let _ = (done, total);
    }

    /// Whether the run should end as soon as it can; it then returns
    /// [`crate::EngineError::Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
impl Observer for () {}
