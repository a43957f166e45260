//! The command line.

use std::path::PathBuf;

use clap::{Args as Flags, Parser, Subcommand, ValueEnum};
use sixify::{HostKind, Mode};

/// Finds and mends what assumes IPv4 in source code and configuration, so that services run on
/// IPv6-only and dual-stack hosts.
#[derive(Debug, Parser)]
#[command(name = "sixify", version, after_help = EXIT_CODES)]
pub struct Args {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, and for check nothing found; 1 check found something; 2 wrong usage or \
bad input; 3 incomplete: a codemod failed, a plan could not be written or, with --strict, a file was skipped";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the findings; exit 1 when there are some
    Check(Paths),
    /// Print what fix would change as a unified diff; write nothing
    ///
    /// The diff goes to standard output and is taken by `git apply` as it is when PATH is left
    /// out and the current folder is the top of the repository. Paths in it are relative to PATH
    /// when that is one folder (`git apply --directory=PATH`), otherwise to the current folder.
    /// The account of the run goes to standard error, in the form that --format asks for.
    Diff(Paths),
    /// Write what is proven to be safe, and with --unsafe the rest
    ///
    /// All files are checked before the first one is written: when one has changed meanwhile or
    /// is read-only, nothing is written.
    Fix(Paths),
    /// List the codemods
    List,
    /// Explain a codemod, or what sixify thinks of a line
    Explain {
        /// The id of a codemod, or FILE:LINE
        what: String,
    },
}

#[derive(Debug, Flags)]
pub struct Paths {
    /// Files and folders; the current folder when left out. Files that are named are read even
    /// if they are ignored
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Options of all commands.
#[derive(Debug, Flags)]
pub struct Shared {
    /// What the services are to run on: dual-stack, ipv6-only or ipv6-capable [default: dual-stack]
    #[arg(long, global = true, value_name = "MODE")]
    pub mode: Option<Mode>,
    /// Kinds of hosts on which nothing may become less reachable, of v6only, dual, dual-b6,
    /// v4only, v4kernel [default: v6only,dual,v4only]
    #[arg(long, global = true, value_name = "KIND", value_delimiter = ',')]
    pub hosts: Vec<HostKind>,
    /// Apply fixes that are not proven to be safe, too
    #[arg(long = "unsafe", global = true)]
    pub allow_unsafe: bool,
    /// Run only these codemods; go stands for all of go/...
    #[arg(long, global = true, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave these codemods out
    #[arg(long, global = true, value_name = "ID", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// A setting of a codemod, such as go/outbound-probe.target=db:27017
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// The form of the output; jsonl is one finding per line and then the summary
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub format: Format,
    /// Exit 3 when a file was skipped, unless it is ignored, excluded, vendored, generated,
    /// version control or of a kind that no codemod reads
    #[arg(long, global = true)]
    pub strict: bool,
    /// How many threads work; 0 means as many as the machine runs at once
    #[arg(long, global = true, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// The configuration [default: the nearest sixify.toml, from PATH up to the top of its repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Jsonl,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a setting has the form KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn shared_options_stand_before_or_behind_the_command() {
        let line = ["sixify", "--mode", "ipv6-only", "check", "--only", "go,redis", "a", "--set", "go/x.y=a=b", "b"];
        let args = Args::try_parse_from(line).unwrap();
        assert_eq!(args.shared.mode, Some(Mode::Ipv6Only));
        assert_eq!(args.shared.only, ["go", "redis"]);
        assert_eq!(args.shared.set, [("go/x.y".to_owned(), "a=b".to_owned())]);
        assert!(matches!(args.command, Command::Check(p) if p.paths == [PathBuf::from("a"), PathBuf::from("b")]));
    }
}
