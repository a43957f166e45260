//! The Go service still compiles, and gofmt has nothing to say, after it was mended.

use std::process::Command;

use sixify::{Engine, WorkTree};

use crate::top;

#[test]
fn the_mended_go_service_passes_vet_and_gofmt() {
    if Command::new("go").arg("version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "under CI the Go toolchain must be there");
        eprintln!("SKIPPED: there is no Go toolchain on this machine");
        return;
    }
    let folder = std::env::temp_dir().join(format!("sixify-go-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["go.mod", "main.go"] {
        std::fs::copy(top().join("examples/services/catalogue").join(name), folder.join(name)).unwrap();
    }
    let engine = Engine::builder().codemods(sixify::codemods::all()).allow_unsafe(true).build().unwrap();
    let tree = WorkTree::open(&folder).unwrap();
    let plan = engine.plan(&tree).unwrap();
    plan.write(&tree).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let out =
            Command::new(program).args(arguments).current_dir(&folder).env("GOFLAGS", "-mod=mod").output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    };
    let vet = run("go", &["vet", "./..."]);
    let format = run("gofmt", &["-l", "."]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(vet, (true, String::new()));
    assert_eq!(format, (true, String::new()));
}
