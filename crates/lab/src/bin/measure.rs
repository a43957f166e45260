//! Measures every spelling whose language is here on every kind of host, and writes the evidence.
//!
//! `cargo run -p sixify-lab --bin measure -- --out FILE [--check EVIDENCE] [--only ECOSYSTEM]`. One
//! line per spelling and kind goes to FILE; what was left out, and why, to standard error. With
//! `--check` the rows are compared with those of an earlier run, versions and error texts aside, and
//! all that differ are named. Exit code 0 when everything was measured, 3 when a language was left out,
//! 1 when measuring failed or a row is not what it was, 2 for a wrong usage.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use sixify_lab::{HostKind, LabError, Language, Row, Spelling, measure};

const USAGE: &str = "usage: measure --out FILE [--check EVIDENCE] [--only ECOSYSTEM]";

struct Options {
    out: PathBuf,
    check: Option<PathBuf>,
    only: Option<String>,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(3),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Option<Options> {
    let mut args = std::env::args_os().skip(1);
    let (mut out, mut check, mut only) = (None, None, None);
    while let Some(arg) = args.next() {
        match arg.to_str()? {
            "--out" => out = Some(args.next()?.into()),
            "--check" => check = Some(args.next()?.into()),
            "--only" => only = Some(args.next()?.into_string().ok()?),
            _ => return None,
        }
    }
    Some(Options { out: out?, check, only })
}

/// Measures. True when no language was left out.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let languages = Language::load_all(&here.join("spellings"), &here.join("probes"))?;
    let known = match &options.check {
        Some(path) => Row::read_all(&std::fs::read_to_string(path)?)?,
        None => Vec::new(),
    };
    let work = tempfile::tempdir()?;
    let mut out = BufWriter::new(File::create(&options.out)?);
    writeln!(out, "{}", Row::header())?;
    let mut complete = true;
    let mut differences = Vec::new();
    for language in languages {
        let name = &language.ecosystem;
        if options.only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let directory = work.path().join(name);
        std::fs::create_dir(&directory)?;
        let spellings = match language.prepare(&directory) {
            Ok(spellings) => spellings,
            Err(why) => {
                eprintln!("SKIPPED {name}: {why}");
                complete = false;
                continue;
            }
        };
        for row in measured(&spellings)? {
            if let Some(why) = difference(&row, &known, options.check.is_some()) {
                differences.push(why);
            }
            writeln!(out, "{row}")?;
        }
        eprintln!("{name}: {} spellings on {} kinds of host", spellings.len(), HostKind::ALL.len());
    }
    out.flush()?;
    if differences.is_empty() { Ok(complete) } else { Err(differences.join("\n").into()) }
}

/// The rows of these spellings on every kind of host, in their order. Most of the time is waiting
/// for programs to start, so several are measured at once, each on a host of its own.
fn measured(spellings: &[Spelling]) -> Result<Vec<Row>, LabError> {
    let jobs: Vec<(HostKind, &Spelling)> =
        spellings.iter().flat_map(|spelling| HostKind::ALL.map(|kind| (kind, spelling))).collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Row)>, LabError> {
        let mut rows = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((kind, spelling)) = jobs.get(at) else { return Ok(rows) };
            rows.push((at, measure(*kind, spelling)?));
        }
    };
    let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8));
    let mut rows = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut rows = Vec::new();
        for worker in running {
            // A worker that panicked has said why.
            rows.extend(worker.join().unwrap_or_else(|_| std::process::exit(101))?);
        }
        Ok::<_, LabError>(rows)
    })?;
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// How a row differs from what is known, versions and error texts aside.
fn difference(row: &Row, known: &[Row], checked: bool) -> Option<String> {
    match known.iter().find(|old| is_same_measurement(old, row)) {
        Some(old) => (!old.agrees_with(row)).then(|| format!("measured\n{row}\nbut it was\n{old}")),
        None => checked.then(|| format!("this was never measured before:\n{row}")),
    }
}

/// Whether two rows are of the same spelling on the same kind of host, with the same options.
fn is_same_measurement(one: &Row, other: &Row) -> bool {
    // An option stands behind the version.
    let option = |row: &Row| row.version.split_once(' ').map(|(_, option)| option.to_owned());
    (&one.ecosystem, &one.spelling, one.host_kind) == (&other.ecosystem, &other.spelling, other.host_kind)
        && option(one) == option(other)
}
