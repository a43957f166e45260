//! Makes an upstream branch from a bare clone, without a checkout, and prints the text of the pull
//! request.
//!
//!     git clone --bare https://github.com/OWNER/NAME repo.git
//!     cargo run -p sixify-examples --example upstream_branch -- repo.git main ipv6
//!     git -C repo.git push origin ipv6

use std::error::Error;
use std::path::Path;

use sixify::pull_request::TEMPLATES;
use sixify::{Branched, CommitPer, Engine, GitBranch, GitTree, Mode, Observer, PullRequest};

/// Tells how far the run is; `cancelled` could end it.
struct Dots;

impl Observer for Dots {
    fn progress(&self, done: usize, total: usize) {
        if done.is_multiple_of(1000) || done == total {
            eprintln!("{done} of {total}");
        }
    }
}

fn upstream(repository: &Path, base: &str, name: &str) -> Result<(Branched, PullRequest), Box<dyn Error>> {
    let engine = Engine::builder().mode(Mode::DualStack).codemods(sixify::codemods::all()).observer(Dots).build()?;
    let tree = GitTree::open(repository, base)?;
    let plan = engine.plan(&tree)?;
    let branch = GitBranch::new(repository, name)
        .per(CommitPer::Codemod)
        .author("Ada Lovelace <ada@example.org>".parse()?)
        .sign_off(true)
        .observer(Dots);
    let branched = plan.commit(&branch)?;
    let template = TEMPLATES.iter().find_map(|path| tree.text(path));
    Ok((branched, plan.pull_request(template.as_deref())))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, base, name] = arguments.as_slice() else {
        return Err("give a repository, a revision and the name of the new branch".into());
    };
    let (branched, request) = upstream(Path::new(repository), base, name)?;
    for commit in &branched.commits {
        println!("{} {}", commit.id, commit.subject);
    }
    println!("\n# {}\n\n{}", request.title, request.body);
    Ok(())
}

#[test]
fn a_bare_clone_of_the_services_gets_a_branch() -> Result<(), Box<dyn Error>> {
    use std::process::Command;

    let folder = std::env::temp_dir().join(format!("sixify-upstream-{}", std::process::id()));
    let script = "cp -R \"$1\" \"$2\" && cd \"$2\" && git init -q -b main && git add -A && \
                  git -c user.name=G -c user.email=g@example.org commit -q -m Begin && git clone -q --bare . repo.git";
    let services = concat!(env!("CARGO_MANIFEST_DIR"), "/services");
    let made = Command::new("sh").args(["-c", script, "sh", services]).arg(&folder).status()?;
    assert!(made.success());
    let repository = folder.join("repo.git");
    let (first, request) = upstream(&repository, "main", "ipv6")?;
    assert!(first.commits.iter().any(|commit| commit.subject == "Put host and port together with `net.JoinHostPort`"));
    assert!(request.body.contains("`go/join-host-port`"), "{}", request.body);
    let (second, _) = upstream(&repository, "main", "ipv6")?;
    assert_eq!((second.change, second.tip), (sixify::Change::Same, first.tip));
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
