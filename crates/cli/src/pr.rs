//! `sixify pr`: makes the branch and the text of a pull request, and hands both on when told to.

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use serde::Serialize;
use sixify::hosting::{Forge, Hosting};
use sixify::pull_request::TEMPLATES;
use sixify::{Change, PullRequest, git};

use crate::args::{Format, PrArgs, Shared};
use crate::branch::{self, branch, style};
use crate::error::CliError;
use crate::output::Output;
use crate::render::escape::escaped;
use crate::render::summary::summary;
use crate::run::{code, plan_commit};

/// The pull request as data.
#[derive(Serialize)]
struct Shown<'a> {
    schema: &'a str,
    title: &'a str,
    body: &'a str,
    base: &'a str,
    head: &'a str,
    push: String,
    create: String,
    url: Option<String>,
}

pub fn run(shared: &Shared, args: &PrArgs, output: &Output) -> Result<u8, CliError> {
    let wanted = &args.branch;
    let planned = plan_commit(shared, &wanted.repository, &wanted.commits.base)?;
    let branched = planned.plan.commit_with(&branch(wanted), &style(&wanted.commits)?)?;
    if branched.change == Change::Nothing {
        output.text(&format!("{}{}", branch::text(&branched), summary(&planned.plan)))?;
        return Ok(code(&planned.plan, shared, 0));
    }
    let template = TEMPLATES.iter().find_map(|path| planned.tree.text(path));
    let request = planned.plan.pull_request(template.as_deref());
    let place = git::place(&wanted.repository)?;
    let hosting = place.url.as_deref().and_then(Hosting::parse);
    let base = args.into.clone().or(place.head).unwrap_or_else(|| "main".to_owned());
    let remote = place.remote.unwrap_or_else(|| "origin".to_owned());
    let folder = place.folder.display().to_string();
    let push: Vec<String> = ["git", "-C", &folder, "push", &remote, &branched.branch].map(str::to_owned).to_vec();
    let create = create(hosting.as_ref(), &base, &branched.branch, &request.title);
    let url = hosting.as_ref().and_then(|hosting| hosting.compare_url(&base, &branched.branch));
    match shared.format {
        Format::Text => {
            output.text(&request.body)?;
            let mut said = format!("{}title: {}\n", branch::text(&branched), request.title);
            said.push_str(&format!("push:  {}\n", shown(&push)));
            said.push_str(&format!("open:  {} | {}\n", shown(&this()), shown(&create)));
            if let Some(url) = &url {
                said.push_str(&format!("or at: {url}\n"));
            }
            output.aside(&said);
        }
        Format::Json | Format::Jsonl => output.json(&Shown {
            schema: "sixify-pr/1",
            title: &request.title,
            body: &request.body,
            base: &base,
            head: &branched.branch,
            push: shown(&push),
            create: shown(&create),
            url,
        })?,
    }
    if args.push {
        call(&push, None)?;
    }
    if args.create {
        open(&create, &request)?;
    }
    Ok(code(&planned.plan, shared, 0))
}

/// The command line of this run, without what makes it push and open.
fn this() -> Vec<String> {
    let words = env::args().skip(1).filter(|word| word != "--push" && word != "--create");
    ["sixify".to_owned()].into_iter().chain(words).collect()
}

/// The command that opens the pull request. The body comes from its standard input, or for a
/// program that does not read one, is put in behind.
fn create(hosting: Option<&Hosting>, base: &str, head: &str, title: &str) -> Vec<String> {
    let at = hosting.map(|hosting| format!("{}/{}", hosting.host, hosting.path));
    let mut words: Vec<&str> = match hosting.and_then(|hosting| hosting.forge) {
        Some(Forge::GitLab) => {
            vec!["glab", "mr", "create", "--source-branch", head, "--target-branch", base, "--title", title]
        }
        _ => vec!["gh", "pr", "create", "--base", base, "--head", head, "--title", title, "--body-file", "-"],
    };
    if let Some(at) = &at {
        words.extend(["--repo", at]);
    }
    words.into_iter().map(str::to_owned).collect()
}

fn open(command: &[String], request: &PullRequest) -> Result<(), CliError> {
    if command.first().is_some_and(|program| program == "glab") {
        let more = ["--description".to_owned(), request.body.clone(), "--yes".to_owned()];
        return call(&[command, &more].concat(), None);
    }
    call(command, Some(&request.body))
}

/// Runs a program of the user's, which talks to the user itself.
fn call(command: &[String], input: Option<&str>) -> Result<(), CliError> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let failed = |what: String| CliError::Incomplete(format!("{program}: {what}; the branch is there, go on by hand"));
    let mut called = Command::new(program);
    called.args(arguments).stdin(if input.is_some() { Stdio::piped() } else { Stdio::inherit() });
    // Standard output has the text of the pull request.
    called.stdout(io::stderr());
    let mut child = called.spawn().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => failed("is not installed".to_owned()),
        _ => failed(e.to_string()),
    })?;
    if let (Some(text), Some(mut stdin)) = (input, child.stdin.take()) {
        stdin.write_all(text.as_bytes()).map_err(|e| failed(e.to_string()))?;
    }
    let status = child.wait().map_err(|e| failed(e.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

/// A command as it can be pasted into a shell.
fn shown(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@+,".contains(c);
    let word = |word: &String| match !word.is_empty() && word.chars().all(plain) {
        true => word.clone(),
        false => format!("'{}'", escaped(word).replace('\'', "'\\''")),
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_pasted() {
        let words = ["gh", "--title", "it's `x` $y"].map(str::to_owned);
        assert_eq!(shown(&words), "gh --title 'it'\\''s `x` $y'");
    }

    #[test]
    fn the_program_is_that_of_the_forge() {
        let of = |url: &str| create(Hosting::parse(url).as_ref(), "main", "ipv6", "T").join(" ");
        assert_eq!(
            of("git@github.com:o/r"),
            "gh pr create --base main --head ipv6 --title T --body-file - --repo github.com/o/r"
        );
        assert!(of("https://gitlab.com/o/r").starts_with("glab mr create --source-branch ipv6 "));
    }
}
