//! A pool of threads.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sixify_core::Pool;

/// Stack of a worker in bytes, as the first thread of a program usually has it. Parsers recurse
/// with the depth of the text, so no thread may have less room than another.
const STACK: usize = 8 * 1024 * 1024;

/// Runs jobs on several threads. Each takes the next job when it is done with one, so a large
/// file does not hold up the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Threads {
    jobs: usize,
}

impl Threads {
    /// A pool of `jobs` threads; 0 means as many as the machine runs at once.
    pub fn new(jobs: usize) -> Self {
        Threads { jobs }
    }

    /// How many threads there are.
    pub fn jobs(&self) -> usize {
        match self.jobs {
            0 => thread::available_parallelism().map_or(1, NonZero::get),
            jobs => jobs,
        }
    }
}

impl Pool for Threads {
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    break;
                }
                job(number);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.jobs().min(count) {
                // Where the system gives no more threads, those that are there do all the work.
                if thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_job_runs_once_whatever_the_number_of_threads() {
        for jobs in [0, 1, 2, 7, 64] {
            let seen = Mutex::new(vec![0; 33]);
            Threads::new(jobs).run(33, &|n| {
                if let Ok(mut seen) = seen.lock() {
                    seen[n] += 1;
                }
            });
            assert_eq!(seen.into_inner().ok(), Some(vec![1; 33]), "{jobs} threads");
            Threads::new(jobs).run(0, &|_| unreachable!("no jobs"));
        }
    }
}
