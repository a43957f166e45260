//! A progress bar for runs that take longer than a second.

use std::io::{IsTerminal, stderr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sixify::Observer;

/// How long a run may take before a bar is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Draws on standard error, and only when that is a terminal.
#[derive(Clone)]
pub struct Progress(Arc<State>);

struct State {
    since: Instant,
    watched: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Self {
        Progress(Arc::new(State { since: Instant::now(), watched: stderr().is_terminal(), bar: OnceLock::new() }))
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = self.0.bar.get() {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress {
    fn progress(&self, done: usize, total: usize) {
        if !self.0.watched || self.0.since.elapsed() < PATIENCE {
            return;
        }
        let bar = self.0.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} files");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_position(done as u64);
    }
}
