//! # Let programs listen on IPv6 too (command lines in string literals)
//!
//! ## Why it breaks
//! Code that makes a command line, `command.push_str(" --urls http://0.0.0.0:$PORT")`, makes a program
//! listen on IPv4 only, as the same words in a script would.
//!
//! ## Examples
//! ```rust before path=src/launch.rs
//! fn launch(command: &mut String) {
//!     command.push_str(" --urls http://0.0.0.0:$PORT");
//! }
//! ```
//! ```rust after unsafe path=src/launch.rs
//! fn launch(command: &mut String) {
//!     command.push_str(" --urls http://*:$PORT");
//! }
//! ```
//! ```python before path=deploy/run.py
//! import os
//! os.system(f"gunicorn -w 4 -b 0.0.0.0:{port} shop:app")
//! ```
//! ```python after unsafe path=deploy/run.py
//! import os
//! os.system(f"gunicorn -w 4 -b [::]:{port} shop:app")
//! ```
//! Reported: an empty host, which a text cannot hold.
//! ```js reported path=run.js
//! exec('uvicorn shop:app --host 0.0.0.0')
//! ```
//! Left alone: text for people, flags that say nothing of the program, tests, programs written in Go.
//! ```python unchanged path=deploy/run.py
//! print("Start it with --urls http://0.0.0.0:5000")
//! os.system("shop --host 0.0.0.0")
//! os.system("etcd --listen-client-urls http://0.0.0.0:2379")
//! x = "--urls http://127.0.0.1:80"
//! ```
//! ```python unchanged tests path=tests/test_run.py
//! os.system("gunicorn -b 0.0.0.0:80 shop:app")
//! ```
//!
//! ## Safety
//! Unsafe: what becomes of the text is not followed.
//!
//! ## References
//! - evidence: the programs of catalog/programs.toml

use sixify_langs::command::CODE;

use crate::listen_flags;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: CODE,
    anchors: Anchors(&[
        &["--urls", "0.0.0.0"],
        &["gunicorn", "0.0.0.0"],
        &["uvicorn ", "0.0.0.0"],
        &["hypercorn ", "0.0.0.0"],
        &["daphne ", "0.0.0.0"],
        &["runserver ", "0.0.0.0"],
        &["flask run", "0.0.0.0"],
        &["uwsgi", "0.0.0.0"],
        &["php -S", "0.0.0.0"],
        &["artisan serve", "0.0.0.0"],
        &["puma ", "0.0.0.0"],
        &["rails s", "0.0.0.0"],
        &["vite ", "0.0.0.0"],
        &["http-server ", "0.0.0.0"],
        &["memcached ", "0.0.0.0"],
        &["mysqld ", "0.0.0.0"],
        &["-p 0.0.0.0"],
    ]),
    specificity: 0,
    run,
};

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let path = doc.path.to_ascii_lowercase();
    let test =
        path.split('/').any(|part| part.starts_with("test") || part.contains("_test.") || part.contains(".test."));
    if !test && !path.contains("spec.") && !path.contains(".spec") {
        listen_flags::look(doc, cx);
    }
    Ok(())
}
