//! Examples in the headers of codemods.
//!
//! An example is one or more fences whose info string has the word `before`, followed by as many
//! fences with `after`; or one fence with `unchanged` (a near-miss: nothing is found), or with
//! `reported` (something is found, and nothing edited). The first word of an info string is the
//! language; the others are options:
//!
//! * `path=src/main.go`: the name of the file, where the language's usual name will not do;
//! * `mode=ipv6-only`: the mode the example runs in;
//! * `set.NAME=VALUE`: a setting, such as `set.go/outbound-probe.target=db:27017`;
//! * `tests`: files of tests and of checks are looked at, as with `--tests`;
//! * `unsafe`: the fix must land with unsafe fixes allowed, and must not land without.

/// A file of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What must come of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The files become these.
    Becomes(Vec<ExampleFile>),
    /// Nothing is found.
    Unchanged,
    /// Something is found and nothing edited.
    Reported,
}

/// One example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// 1-based line of its first fence in the header.
    pub line: usize,
    /// The files before.
    pub files: Vec<ExampleFile>,
    /// What must come of them.
    pub expect: Expectation,
    /// Whether its fix is an unsafe one.
    pub unsafe_fix: bool,
    /// Whether files of tests are looked at.
    pub tests: bool,
    /// The mode, when it is not the default.
    pub mode: Option<String>,
    /// Settings.
    pub settings: Vec<(String, String)>,
}

struct Fence {
    line: usize,
    role: String,
    path: String,
    text: String,
    options: Vec<String>,
}

/// Reads the examples of a header in Markdown.
///
/// # Errors
/// Says which fence makes no sense, by its line.
pub fn examples(docs: &str) -> Result<Vec<Example>, String> {
    let mut found: Vec<Example> = Vec::new();
    let mut open: Vec<Fence> = Vec::new();
    let mut after: Vec<Fence> = Vec::new();
    for fence in fences(docs)? {
        match fence.role.as_str() {
            "before" => {
                close(&mut open, &mut after, &mut found)?;
                open.push(fence);
            }
            "after" if open.is_empty() => return Err(format!("line {}: an `after` without a `before`", fence.line)),
            "after" => after.push(fence),
            role => {
                let expect = if role == "reported" { Expectation::Reported } else { Expectation::Unchanged };
                close_all(&mut open, &mut after, &mut found)?;
                found.push(example(&[fence], expect));
            }
        }
    }
    close_all(&mut open, &mut after, &mut found)?;
    Ok(found)
}

/// Ends an example when a new `before` begins behind an `after`.
fn close(open: &mut Vec<Fence>, after: &mut Vec<Fence>, found: &mut Vec<Example>) -> Result<(), String> {
    if after.is_empty() { Ok(()) } else { close_all(open, after, found) }
}

fn close_all(open: &mut Vec<Fence>, after: &mut Vec<Fence>, found: &mut Vec<Example>) -> Result<(), String> {
    let Some(first) = open.first() else { return Ok(()) };
    if after.is_empty() {
        return Err(format!("line {}: a `before` without an `after`", first.line));
    }
    let becomes = after.drain(..).map(|f| (f.options, ExampleFile { path: f.path, text: f.text }));
    let (options, becomes): (Vec<Vec<String>>, Vec<ExampleFile>) = becomes.unzip();
    let mut made = example(open, Expectation::Becomes(becomes));
    made.unsafe_fix |= options.iter().flatten().any(|o| o == "unsafe");
    open.clear();
    found.push(made);
    Ok(())
}

fn example(fences: &[Fence], expect: Expectation) -> Example {
    let options = || fences.iter().flat_map(|f| f.options.iter());
    let setting = |o: &String| {
        let (key, value) = o.strip_prefix("set.")?.split_once('=')?;
        Some((key.to_owned(), value.to_owned()))
    };
    Example {
        line: fences.first().map_or(0, |f| f.line),
        files: fences.iter().map(|f| ExampleFile { path: f.path.clone(), text: f.text.clone() }).collect(),
        expect,
        unsafe_fix: options().any(|o| o == "unsafe"),
        tests: options().any(|o| o == "tests"),
        mode: options().find_map(|o| o.strip_prefix("mode=")).map(str::to_owned),
        settings: options().filter_map(setting).collect(),
    }
}

fn fences(docs: &str) -> Result<Vec<Fence>, String> {
    let mut found = Vec::new();
    let mut lines = docs.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut text = String::new();
        loop {
            match lines.next() {
                Some((_, "```")) => break,
                Some((_, line)) => {
                    text.push_str(line);
                    text.push('\n');
                }
                None => return Err(format!("line {}: the fence is not closed", number + 1)),
            }
        }
        let words: Vec<&str> = info.split_whitespace().collect();
        let roles = ["before", "after", "unchanged", "reported"];
        let Some(role) = words.iter().find(|w| roles.contains(w)) else { continue };
        let path = words.iter().find_map(|w| w.strip_prefix("path=")).map(str::to_owned);
        let path = path.or_else(|| usual_path(words[0]).map(str::to_owned));
        let path =
            path.ok_or_else(|| format!("line {}: no usual file name for {}; give path=", number + 1, words[0]))?;
        found.push(Fence {
            line: number + 1,
            role: (*role).to_owned(),
            path,
            text,
            options: words.iter().map(|w| (*w).to_owned()).collect(),
        });
    }
    Ok(found)
}

/// The name a file of a language has when an example gives none.
fn usual_path(language: &str) -> Option<&'static str> {
    Some(match language {
        "go" => "main.go",
        "js" | "javascript" => "server.js",
        "ts" | "typescript" => "server.ts",
        "tsx" => "app.tsx",
        "cs" | "csharp" => "Program.cs",
        "py" | "python" => "app.py",
        "java" => "Main.java",
        "kotlin" | "kt" => "Main.kt",
        "scala" => "Main.scala",
        "rust" | "rs" => "main.rs",
        "c" => "main.c",
        "cpp" => "main.cpp",
        "ruby" | "rb" => "app.rb",
        "php" => "index.php",
        "nginx" => "nginx.conf",
        "toml" => "Cargo.toml",
        "sh" | "shell" | "bash" => "run.sh",
        "yaml" => "deploy.yaml",
        "dockerfile" => "Dockerfile",
        "xml" | "csproj" => "app.csproj",
        "redis" => "redis.conf",
        "json" => "appsettings.json",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fences_make_examples_with_their_options() {
        let docs = "# T\n```go before\na\n```\n```go after unsafe\nb\n```\n```yaml unchanged tests path=x.yaml mode=ipv6-only set.a/b.c=d:1\nc\n```\n";
        let found = examples(docs).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].files, [ExampleFile { path: "main.go".into(), text: "a\n".into() }]);
        assert_eq!(
            found[0].expect,
            Expectation::Becomes(vec![ExampleFile { path: "main.go".into(), text: "b\n".into() }])
        );
        assert!(found[0].unsafe_fix && !found[1].unsafe_fix);
        assert!(found[1].tests && !found[0].tests);
        assert_eq!(found[1].mode.as_deref(), Some("ipv6-only"));
        assert_eq!(found[1].settings, [("a/b.c".to_owned(), "d:1".to_owned())]);
    }

    #[test]
    fn an_example_that_makes_no_sense_is_named_by_its_line() {
        assert_eq!(examples("```go after\n```\n").unwrap_err(), "line 1: an `after` without a `before`");
        assert_eq!(examples("\n```go before\n```\n").unwrap_err(), "line 2: a `before` without an `after`");
        assert_eq!(examples("```go before\n").unwrap_err(), "line 1: the fence is not closed");
    }
}
