//! Where a JavaScript file runs: on Node, in a browser, in a test.

use sixify_core::{Context, Document};
use sixify_langs::javascript::File;
use sixify_langs::json::Json;

use crate::javascript_edits::typed;
use crate::npm_packages;

/// Modules that only a server-side program has; bundlers for browsers have no stand-in for them.
const NODE_MODULES: &[&str] = &[
    "child_process",
    "cluster",
    "dgram",
    "dns",
    "dns/promises",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "module",
    "net",
    "os",
    "perf_hooks",
    "readline",
    "tls",
    "v8",
    "vm",
    "worker_threads",
];

/// Libraries that only server-side programs use.
const SERVER_LIBRARIES: &[&str] = &[
    "commander",
    "connect",
    "dotenv",
    "express",
    "fastify",
    "ioredis",
    "koa",
    "minimist",
    "mongodb",
    "mongoose",
    "nconf",
    "pg",
    "pino",
    "redis",
    "winston",
    "yargs",
    "@grpc/grpc-js",
    "@hapi/hapi",
    "@nestjs/core",
    "@nestjs/common",
];

/// What only programs on Node say.
const NODE_WORDS: &[&str] =
    &["process.argv", "process.exit", "process.on(", "process.cwd", "process.platform", "__dirname", "__filename"];

/// Whether a file runs on Node and not in a browser: it uses modules that browsers lack, or it belongs to
/// a package that is a server and nothing else.
pub(crate) fn runs_on_node(file: &File, doc: &Document, cx: &Context<'_>) -> bool {
    // What the browser's side loads as well has nothing that only Node has, whatever its package is.
    let shared = doc.folder().split('/').any(|f| matches!(f, "common" | "shared" | "isomorphic" | "universal"));
    if shared && package(doc, cx) != Package::Server {
        return file.imports.iter().any(|i| NODE_MODULES.contains(&i.module.as_str()) && !typed(file, i.whole));
    }
    let module = |name: &str| NODE_MODULES.contains(&name) || SERVER_LIBRARIES.contains(&name);
    if file.imports.iter().any(|i| module(&i.module) && !typed(file, i.whole))
        || NODE_WORDS.iter().any(|word| doc.text.contains(word))
    {
        return true;
    }
    let browser = || ["window.", "document.", "location.", "navigator."].iter().any(|word| doc.text.contains(word));
    match package(doc, cx) {
        Package::Server => !browser(),
        Package::Both => doc.folder().split('/').any(|f| matches!(f, "server" | "backend" | "bin" | "cli")),
        Package::Unknown => false,
    }
}

/// What the package of a file is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Package {
    /// It has server libraries and none for the browser.
    Server,
    /// It has both.
    Both,
    #[default]
    Unknown,
}

fn package(doc: &Document, cx: &Context<'_>) -> Package {
    let Some(manifest) = cx.project().nearest(&doc.path, &|name| name == "package.json") else {
        return Package::Unknown;
    };
    let read = || {
        let text = cx.project().text(&manifest).unwrap_or_default();
        let json = Json::parse(&text);
        let names: Vec<&str> = json.strings.iter().filter_map(npm_packages::asked).map(|(name, _)| name).collect();
        let server = names.iter().any(|name| SERVER_LIBRARIES.contains(name));
        let browser = ["react", "vue", "svelte", "@angular/core", "preact", "jquery", "webpack", "vite", "rollup"];
        let browser = text.contains("\"browser\"") || names.iter().any(|name| browser.contains(name));
        match (server, browser) {
            (true, false) => Package::Server,
            (true, true) => Package::Both,
            (false, _) => Package::Unknown,
        }
    };
    *cx.project().fact::<Package>(&manifest, read)
}
