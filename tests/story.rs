//! The story that sixify was made for, replayed: the services of `examples/services` on an
//! IPv6-only host, where they fail, and again after `sixify fix`, where they work; and on the four
//! other kinds of hosts, where nothing may be worse.
//!
//!     SIXIFY_LAB=1 cargo test -p sixify-tests story -- --nocapture
//!
//! Each service is a real one (grpc-js, a Go program, redis-server, nginx, grpcio), asked by a real client
//! at every address of its host.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::PoisonError;
use std::time::Duration;

use sixify::{Engine, WorkTree};
use sixify_lab::{Host, HostKind, LabError, Program, Wait};

use crate::proofs::{INSTALLING, packages};
use sixify_testkit::skip;

use crate::{in_the_lab, top};

/// A service of the shop.
struct Service {
    name: &'static str,
    /// Its folder below `examples/services`.
    folder: &'static str,
    port: u16,
    /// What has to be there.
    needs: &'static [&'static str],
    /// Run in its folder before it starts.
    build: &'static [&'static str],
    run: &'static [&'static str],
    /// How its clients talk; see `story/client.py`.
    talk: &'static str,
    /// What an answer begins with.
    answer: &'static str,
    /// The error on an IPv6-only host before, of a client or of the service itself.
    error: &'static str,
}

const SERVICES: [Service; 4] = [
    Service {
        name: "currency (grpc-js)",
        folder: "currency",
        port: 7000,
        needs: &["node", "npm"],
        build: &[],
        run: &["node", "server.js"],
        talk: "grpc",
        answer: "OK {\"units\":50}",
        error: "Connection refused",
    },
    Service {
        name: "catalogue (Go)",
        folder: "catalogue",
        port: 8081,
        needs: &["go"],
        build: &["go", "build", "-o", "catalogue", "."],
        run: &["./catalogue"],
        talk: "http",
        answer: "OK socks from ",
        error: "network is unreachable",
    },
    Service {
        name: "cache (redis)",
        folder: "cache",
        port: 6379,
        needs: &["redis-server"],
        build: &[],
        run: &["redis-server", "redis.conf"],
        talk: "redis",
        answer: "OK +PONG",
        error: "Connection refused",
    },
    Service {
        name: "edge (nginx)",
        folder: "edge",
        port: 8000,
        needs: &["nginx"],
        build: &[],
        run: &["nginx", "-p", ".", "-c", "nginx.conf"],
        talk: "http",
        answer: "OK socks from the edge",
        error: "Connection refused",
    },
];

/// Where the shop stands, and with what its services and clients run.
struct Shop {
    folder: tempfile::TempDir,
    python: PathBuf,
    node: Option<PathBuf>,
}

/// How long a client may take.
const CLIENT: Duration = Duration::from_secs(20);

/// The shop as it was.
const BEFORE: &str = "before";

/// The shops of a test: as it was, and mended as somebody with a host of each kind would do it,
/// who names with `--hosts` what is not guarded anyhow.
fn trees() -> impl Iterator<Item = (&'static str, Option<HostKind>)> {
    std::iter::once((BEFORE, None)).chain(HostKind::ALL.map(|kind| (kind.name(), Some(kind))))
}

impl Shop {
    /// Copies the services and mends all copies but the first; `None` after saying why.
    fn open() -> Option<Shop> {
        let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
        let packages = packages();
        let python = match packages.python() {
            Ok(venv) => venv.join("bin/python"),
            Err(why) => {
                skip(&format!("the clients of the story: {why}"));
                return None;
            }
        };
        let node = packages.node().map_err(|why| skip(&format!("grpc-js of the story: {why}"))).ok();
        let folder = tempfile::tempdir().unwrap();
        for (tree, kind) in trees() {
            let path = folder.path().join(tree);
            copy(&top().join("examples/services"), &path);
            if let Some(kind) = kind {
                let guarded = sixify::HostKind::ALL.into_iter().filter(|guarded| guarded.name() == kind.name());
                let guarded = guarded.chain(sixify::Policy::default().hosts);
                let engine = Engine::builder().codemods(sixify::codemods::all()).hosts(guarded).build().unwrap();
                let tree = WorkTree::open(&path).unwrap();
                engine.plan(&tree).unwrap().write(&tree).unwrap();
            }
        }
        Some(Shop { folder, python, node })
    }

    fn program(&self, tree: &str, service: &Service) -> Program {
        let folder = self.folder.path().join(tree).join(service.folder);
        let mut words = service.run.iter().map(|word| match word.strip_prefix("./") {
            Some(file) => folder.join(file).into_os_string(),
            None => (*word).into(),
        });
        let mut program = Program::new(words.next().unwrap());
        program.args.extend(words);
        let node = self.node.clone().unwrap_or_default();
        program.env("NODE_PATH", node).directory(folder)
    }

    /// Starts a service of a tree on a fresh host and asks it at every address: the answers by
    /// address, or what the service said when it ended.
    fn ask(&self, kind: HostKind, tree: &str, service: &Service) -> Result<Vec<(String, String)>, LabError> {
        let host = Host::new(kind)?;
        let running = host.start(&self.program(tree, service))?;
        running.wait_listening(&Wait { port: Some(service.port), ..Wait::default() })?;
        let ended = running.exit()?.is_some();
        let mut answers = Vec::new();
        for address in kind.available().iter() {
            let address = address.ip().to_string();
            let client = Program::new(&self.python).arg(top().join("tests/story/client.py"));
            let client = client.arg(service.talk).arg(&address).arg(service.port.to_string());
            let said = if ended { format!("ERR {}", last_line(&running.output())) } else { run(&host, &client)? };
            answers.push((address, said));
        }
        Ok(answers)
    }
}

fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or("")
}

/// The last line that a program prints.
fn run(host: &Host, program: &Program) -> Result<String, LabError> {
    let running = host.start(program)?;
    running.wait_exit(CLIENT);
    Ok(last_line(&running.output()).to_owned())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { drop(std::fs::copy(entry.path(), target)) }
    }
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether the lab can make hosts here; says why not.
fn has_hosts() -> bool {
    match Host::new(HostKind::V6Only) {
        Ok(_) => true,
        Err(error @ (LabError::NotLinux | LabError::NoNamespaces { .. })) => {
            skip(&error);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn services_work_on_ipv6_only_hosts_after_sixify_fix() {
    if !in_the_lab() || !has_hosts() {
        return;
    }
    let Some(shop) = Shop::open() else { return };
    for service in &SERVICES {
        if let Some(missing) = service.needs.iter().find(|program| !is_there(program)) {
            skip(&format!("{}: there is no {missing}", service.name));
            continue;
        }
        for (tree, _) in trees().filter(|_| !service.build.is_empty()) {
            let folder = shop.folder.path().join(tree).join(service.folder);
            let built = Command::new(service.build[0]).args(&service.build[1..]).current_dir(folder).output().unwrap();
            assert!(built.status.success(), "{}: {}", service.name, String::from_utf8_lossy(&built.stderr));
        }
        for kind in HostKind::ALL {
            let before = shop.ask(kind, BEFORE, service).unwrap();
            let after = shop.ask(kind, kind.name(), service).unwrap();
            let mut told = format!("{} on {kind}\n", service.name);
            for ((address, before), (_, after)) in before.iter().zip(&after) {
                told += &format!("  {address:<10} before: {before}\n             after:  {after}\n");
            }
            eprintln!("{told}");
            for ((address, before), (_, after)) in before.iter().zip(&after) {
                let is_answer = |said: &str| said.starts_with(service.answer);
                if is_answer(before) {
                    // Today's answer, and not just any.
                    assert_eq!(before, after, "{address}: {told}");
                }
                if kind == HostKind::V6Only {
                    let can_be_dialled = address != "127.0.0.1";
                    assert!(!can_be_dialled || before.contains(service.error), "{address}: {told}");
                    assert!(is_answer(after), "{address}: {told}");
                }
                if !kind_has_no_ipv6(kind) {
                    assert!(is_answer(after), "{address}: {told}");
                }
            }
        }
    }
}

fn kind_has_no_ipv6(kind: HostKind) -> bool {
    matches!(kind, HostKind::V4Only | HostKind::V4Kernel)
}

/// The email service and its client on the same host: what the client dials reaches the server
/// wherever it did, and also when the server listens on IPv6 alone.
#[test]
fn the_email_client_finds_its_server() {
    if !in_the_lab() || !has_hosts() {
        return;
    }
    let Some(shop) = Shop::open() else { return };
    let server = |tree: &str, local: bool| {
        let folder = shop.folder.path().join(tree).join("email");
        let server = std::fs::read_to_string(folder.join("email_server.py")).unwrap();
        let name = if local { "local.py" } else { "server.py" };
        let server = if local { server.replace("[::]:", "[::1]:") } else { server };
        std::fs::write(folder.join(name), server).unwrap();
        Program::new(&shop.python).arg(name).directory(folder)
    };
    for kind in HostKind::ALL {
        let finds = |tree: &str, local: bool| {
            let host = Host::new(kind).unwrap();
            let running = host.start(&server(tree, local)).unwrap();
            running.wait_listening(&Wait { port: Some(8080), ..Wait::default() }).unwrap();
            let client = Program::new(&shop.python).arg("email_client.py");
            let client = host.start(&client.directory(shop.folder.path().join(tree).join("email"))).unwrap();
            client.wait_exit(CLIENT);
            let said = client.output();
            let finds = said.ends_with("42 socks\n");
            assert!(finds || said.contains("Connection refused"), "{tree}, {kind}: {said}");
            let outcome = if finds { "confirmed" } else { "Connection refused" };
            eprintln!("email, server on {}, {tree}, on {kind}: {outcome}", if local { "[::1]" } else { "[::]" });
            finds
        };
        assert!(finds(BEFORE, false) && finds(kind.name(), false), "{kind}");
        if !kind_has_no_ipv6(kind) {
            assert!(!finds(BEFORE, true) && finds(kind.name(), true), "{kind}");
        }
    }
}
