//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Flags, Parser, Subcommand, ValueEnum};
use sixify::{HostKind, Mode, Person, When};

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
    /// Make a branch with the change in a repository, bare or not
    ///
    /// Files are read from a commit and commits are written on top of it; work tree, index, HEAD,
    /// stash and configuration are not touched, and no hook and no filter runs. A second run finds
    /// nothing to do; when the base has moved, the branch is made anew, unless somebody else has
    /// committed to it.
    Branch(BranchArgs),
    /// Write the same commits as mails that `git am` takes; the repository is only read
    Patch(PatchArgs),
    /// Make the branch and print the text of a pull request
    ///
    /// The body goes to standard output in Markdown, in the form of the project's own template where
    /// there is one; the title, and the commands that push the branch and open the pull request, go
    /// to standard error. Nothing leaves this machine without --push or --create.
    Pr(PrArgs),
    /// Write what fix would change into a file, for `sixify apply`
    Plan(PlanArgs),
    /// Apply a file of `sixify plan`, also to files that have changed meanwhile
    ///
    /// Each fix is looked for by the text around it and applied whole or not at all; those that do
    /// not fit any more are named, and the exit code is then 3.
    Apply(ApplyArgs),
    /// List the codemods
    List,
    /// Explain a codemod, or what sixify thinks of a line
    Explain {
        /// The id of a codemod, or FILE:LINE
        what: String,
    },
    /// Run a command as on an IPv6-only host and report who reaches it; Linux only
    ///
    /// COMMAND runs in network namespaces of its own, without privileges where the system lets users
    /// make them. The report says what it listens on, which addresses of the host reach it, and by
    /// which system calls it relies on IPv4. Nothing outside is touched.
    Lab(Lab),
}

#[derive(Debug, Flags)]
pub struct Paths {
    /// Files and folders; the current folder when left out. Files that are named are read even
    /// if they are ignored
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Flags)]
#[command(after_help = LAB_EXIT_CODES)]
pub struct Lab {
    /// The kind of host: v6only, dual, dual-b6 (IPv6 sockets refuse IPv4), v4only, v4kernel (a kernel
    /// without IPv6)
    #[arg(long, value_name = "KIND", default_value = "v6only", conflicts_with = "compare")]
    pub host_kind: HostKind,
    /// Run it in two folders on every kind of host, and compare who reaches it
    #[arg(long, num_args = 2, value_names = ["BEFORE", "AFTER"])]
    pub compare: Vec<PathBuf>,
    /// Wait until it listens on this port, and look at no other
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// How many seconds it may take until it listens
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub seconds: u64,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

const LAB_EXIT_CODES: &str = "Exit codes: 0 every address of the host reaches every service, or the command ended \
with success; 1 some do not, it does not listen, or it failed; with --compare, 1 when some host is worse off; 2 wrong \
usage, or no such command; 3 this system has no network namespaces";

/// A repository and the commits to make in it.
#[derive(Debug, Flags)]
pub struct BranchArgs {
    /// The repository, bare or not
    #[arg(value_name = "REPO", default_value = ".")]
    pub repository: PathBuf,
    #[command(flatten)]
    pub commits: Commits,
}

/// How commits are made.
#[derive(Debug, Flags)]
pub struct Commits {
    /// The branch to make
    #[arg(long, value_name = "NAME", default_value = "ipv6")]
    pub branch: String,
    /// The commit to start from
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub base: String,
    /// One commit per codemod, folder at the top, owner in CODEOWNERS, or for all
    #[arg(long, value_name = "WHAT", default_value = "codemod")]
    pub per: Per,
    /// Subjects as in fix(go): ... (Conventional Commits)
    #[arg(long)]
    pub conventional: bool,
    /// A template of the messages, with {subject}, {why}, {changes}, {remains}, {hosts} and {references}
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    #[command(flatten)]
    pub signing: Signing,
}

/// Whose commits they are, and what they may replace.
#[derive(Debug, Flags)]
pub struct Signing {
    /// End the messages with Signed-off-by
    #[arg(short = 's', long)]
    pub signoff: bool,
    /// Sign the commits with GPG or SSH, as your configuration of git says
    #[arg(short = 'S', long = "gpg-sign")]
    pub sign: bool,
    /// The author [default: as git knows you]
    #[arg(long, value_name = "NAME <EMAIL>")]
    pub author: Option<Person>,
    /// The date of the commits [default: SOURCE_DATE_EPOCH, or now]
    #[arg(long, value_name = "DATE", value_parser = When::parse)]
    pub date: Option<When>,
    /// Replace a branch that is not sixify's, if it is at this commit
    #[arg(long, value_name = "OLD")]
    pub force_with_lease: Option<String>,
}

impl Signing {
    /// Whether any of it was asked for.
    pub fn given(&self) -> bool {
        self.signoff || self.sign || self.author.is_some() || self.date.is_some() || self.force_with_lease.is_some()
    }
}

/// How changes are divided into commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Per {
    Codemod,
    Directory,
    Owner,
    Plan,
}

#[derive(Debug, Flags)]
pub struct PatchArgs {
    #[command(flatten)]
    pub branch: BranchArgs,
    /// The folder for the mails; made when it is not there
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
}

#[derive(Debug, Flags)]
pub struct PrArgs {
    #[command(flatten)]
    pub branch: BranchArgs,
    /// The branch that the pull request is for [default: the one HEAD is on]
    #[arg(long, value_name = "NAME")]
    pub into: Option<String>,
    /// Push the branch with your own git
    #[arg(long)]
    pub push: bool,
    /// Open the pull request with gh or glab
    #[arg(long)]
    pub create: bool,
}

#[derive(Debug, Flags)]
pub struct PlanArgs {
    #[command(flatten)]
    pub paths: Paths,
    /// Plan for a commit of the repository PATH instead of the files on disk
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The file; standard output when left out
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Flags)]
pub struct ApplyArgs {
    /// The file that `sixify plan` wrote
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// The folder that the paths of the plan are relative to; with --branch, the repository
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Print the diff and write nothing
    #[arg(long, conflicts_with = "branch")]
    pub diff: bool,
    /// Make a branch with one commit instead of writing files
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// With --branch, the commit to start from
    #[arg(long, value_name = "REV", default_value = "HEAD", requires = "branch")]
    pub base: String,
    #[command(flatten, next_help_heading = "With --branch")]
    pub signing: Signing,
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
    /// Look at files of tests and of continuous integration, too
    #[arg(long, global = true)]
    pub tests: bool,
    /// Run only these codemods; go stands for all of go/..., a set for its members
    #[arg(long, global = true, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave these codemods out
    #[arg(long, global = true, value_name = "ID", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// A setting of a codemod, such as go/outbound-probe.target=db:27017
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Rewrite addresses as FILE says, a pair a line, such as 10.0.0.1 = fd00::1
    ///
    /// A prefix stands for a prefix (10.0.0.0/16 = fd00::/64), and # begins a comment. Values whose form tells what the address does are rewritten, with brackets
    /// before a port and in a URL; the fixes are unsafe ones. Mapped addresses in other places, and
    /// addresses that FILE does not have, are listed.
    #[arg(long, global = true, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// The form of the output; jsonl is one finding per line and then the summary
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub format: Format,
    /// Exit 3 when a file was skipped, unless it is ignored, excluded, vendored, generated,
    /// a test, version control or of a kind that no codemod reads
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
