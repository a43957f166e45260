//! Running whole processes and measuring them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::error::Error;

/// A command line that is measured.
#[derive(Clone, Debug)]
pub struct Program {
    /// What the tables call it.
    pub name: &'static str,
    /// The file that is run.
    pub file: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// From just before the start to the end.
    pub wall: Duration,
    /// Time on any core, in the program and in the system for it.
    pub cpu: Duration,
    /// The most memory it had at once, in bytes.
    pub memory: u64,
}

/// Several runs of one program.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<Sample>);

impl Program {
    /// Runs the program once and throws its output away.
    ///
    /// # Errors
    /// When it cannot be started or fails.
    pub fn sample(&self) -> Result<Sample, Error> {
        let start = Instant::now();
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(self.start())?;
        let used = child.wait4().map_err(self.start())?;
        let wall = start.elapsed();
        self.judge(used.status, b"")?;
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok(Sample { wall, cpu, memory: used.rusage.maxrss })
    }

    /// Runs the program once and returns what it prints to standard output.
    ///
    /// # Errors
    /// When it cannot be started or fails.
    pub fn answer(&self) -> Result<Vec<u8>, Error> {
        let output = self.command().output().map_err(self.start())?;
        self.judge(output.status, &output.stderr)?;
        Ok(output.stdout)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.args(&self.arguments).stdin(Stdio::null());
        command
    }

    fn start(&self) -> impl FnOnce(std::io::Error) -> Error + '_ {
        |error| Error::Start(self.file.display().to_string(), error)
    }

    /// All programs that are compared exit with 1 to say whether they found something.
    fn judge(&self, status: ExitStatus, errors: &[u8]) -> Result<(), Error> {
        match status.code() {
            Some(0 | 1) => Ok(()),
            _ => {
                let said = String::from_utf8_lossy(errors).trim().to_owned();
                Err(Error::Failed(self.file.display().to_string(), status.to_string(), said))
            }
        }
    }
}

/// Runs the programs in turn, `runs` times each, so that what disturbs the machine for a while
/// disturbs them all. A first turn that is not counted fills the caches.
///
/// # Errors
/// When a program cannot be started or fails.
pub fn interleaved(programs: &[Program], runs: usize) -> Result<Vec<Samples>, Error> {
    let mut samples = vec![Samples::default(); programs.len()];
    for turn in 0..=runs {
        for (program, of_program) in programs.iter().zip(&mut samples) {
            let sample = program.sample()?;
            if turn > 0 {
                of_program.0.push(sample);
            }
        }
    }
    Ok(samples)
}

impl Samples {
    /// The wall times: shortest, median, longest.
    pub fn wall(&self) -> [Duration; 3] {
        self.spread(|sample| sample.wall)
    }

    /// The median of the time on all cores.
    pub fn cpu(&self) -> Duration {
        self.spread(|sample| sample.cpu)[1]
    }

    /// The largest peak of memory in bytes.
    pub fn memory(&self) -> u64 {
        self.0.iter().map(|sample| sample.memory).max().unwrap_or(0)
    }

    fn spread(&self, of: impl Fn(&Sample) -> Duration) -> [Duration; 3] {
        let mut times: Vec<Duration> = self.0.iter().map(of).collect();
        times.sort_unstable();
        let time = |at: usize| times.get(at).copied().unwrap_or_default();
        [time(0), time(times.len() / 2), time(times.len().saturating_sub(1))]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_spread_of_several_runs() {
        let sample = |ms| Sample { wall: Duration::from_millis(ms), cpu: Duration::from_millis(2 * ms), memory: ms };
        let samples = Samples([5, 1, 9].map(sample).to_vec());
        assert_eq!(samples.wall(), [1, 5, 9].map(Duration::from_millis));
        assert_eq!((samples.cpu(), samples.memory()), (Duration::from_millis(10), 9));
        assert_eq!(Samples::default().wall(), [Duration::ZERO; 3]);
    }

    #[cfg(unix)]
    #[test]
    fn programs_are_run_and_their_failures_told() {
        let shell = |script: &str| Program {
            name: "sh",
            file: PathBuf::from("/bin/sh"),
            arguments: ["-c", script].map(OsString::from).to_vec(),
        };
        assert_eq!(shell("echo a; exit 1").answer().unwrap(), b"a\n");
        assert!(shell("exit 0").sample().unwrap().memory > 0);
        assert!(matches!(shell("exit 3").sample(), Err(Error::Failed(..))));
    }
}
