//! Every row of the catalog is one that a codemod needs: without it, some example comes out in
//! another way.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::collections::BTreeMap;

use serde::Deserialize;
use sixify_codemods::catalog::{self, Api, Catalogs};
use sixify_core::source::Memory;
use sixify_core::{Applicability, Classifier, Engine, Options, Serial};
use sixify_langs::{Files, Mode, Policy};
use sixify_testkit::example::{Example, ExampleFile, Expectation, examples};

/// The name of a file that holds a row's own example.
fn path(language: &str) -> Option<&'static str> {
    Some(match language {
        "c" => "main.c",
        "csharp" => "Program.cs",
        "go" => "main.go",
        "java" => "Main.java",
        "javascript" => "server.js",
        "kotlin" => "Main.kt",
        "php" => "index.php",
        "python" => "app.py",
        "ruby" => "app.rb",
        "rust" => "main.rs",
        "scala" => "Main.scala",
        _ => return None,
    })
}

/// Code on which a codemod acts because of a row that no header has an example for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    language: String,
    name: String,
    path: Option<String>,
    code: String,
}

#[derive(Deserialize)]
struct Sheet {
    row: Vec<Own>,
}

impl Own {
    fn example(&self) -> Example {
        let path = self.path.as_deref().or_else(|| path(&self.language)).unwrap_or("");
        let files = vec![ExampleFile { path: path.to_owned(), text: self.code.clone() }];
        Example {
            line: 0,
            files,
            expect: Expectation::Reported,
            unsafe_fix: true,
            tests: false,
            mode: None,
            settings: Vec::new(),
        }
    }
}

/// Whether an example is written in a language of the catalog.
fn is_in(example: &Example, language: &str) -> bool {
    let kind = |file: &ExampleFile| Files.by_path(&file.path).map_or("", |kind| kind.0);
    example.files.iter().any(|file| match (kind(file), language) {
        ("typescript" | "tsx", "javascript") | ("cpp", "c") => true,
        (kind, language) => kind == language,
    })
}

/// Everything that is said of an example with these rows.
fn said(example: &Example, catalogs: &Catalogs) -> String {
    let mut options = Options::default();
    let mode = example.mode.as_ref().and_then(|mode| mode.parse::<Mode>().ok()).unwrap_or_default();
    options.insert(Policy { mode, ..Policy::default() });
    options.insert(catalogs.clone());
    for (key, value) in &example.settings {
        options.set(key, value);
    }
    let engine = Engine::builder()
        .passes(sixify_codemods::all())
        .options(options)
        .classifier(Files)
        .embedders(sixify_langs::embedders())
        .verifiers(sixify_langs::verifiers())
        .resolvers(sixify_langs::resolvers())
        .threshold(Applicability::Unsafe)
        .build()
        .expect("the codemods have different ids");
    let source = example.files.iter().fold(Memory::new(), |memory, f| memory.with(&f.path, &f.text));
    let plan = engine.plan(&source, &Serial, &()).expect("memory can be listed");
    format!("{:?} {:?}", plan.ledger.records, plan.ledger.notes)
}

#[test]
fn every_row_of_the_catalog_has_an_example_that_needs_it() {
    let all: Vec<(String, Api)> = catalog::sheets().collect();
    let headers: Vec<Example> = sixify_codemods::all().iter().flat_map(|p| examples(&p.meta().docs).unwrap()).collect();
    let Sheet { row: own } = toml::from_str(include_str!("rows.toml")).unwrap();
    let whole = Catalogs::of(all.clone());
    let mut known: BTreeMap<usize, String> = BTreeMap::new();
    let mut idle = Vec::new();
    for (number, (language, row)) in all.iter().enumerate() {
        let without = Catalogs::of(all.iter().enumerate().filter(|(n, _)| *n != number).map(|(_, row)| row.clone()));
        let words: Vec<String> = row.also.iter().cloned().chain([row.name.clone()]).collect();
        let words: Vec<&str> = words.iter().map(|name| last_word(name)).collect();
        let mentions = |example: &Example| example.files.iter().any(|f| words.iter().any(|word| f.text.contains(word)));
        let own = own.iter().find(|own| own.language == *language && own.name == row.name).map(Own::example);
        let by_header = headers.iter().enumerate().filter(|(_, e)| is_in(e, language) && mentions(e)).any(|(n, e)| {
            let usual = known.entry(n).or_insert_with(|| said(e, &whole));
            *usual != said(e, &without)
        });
        if !by_header && own.is_none_or(|own| said(&own, &whole) == said(&own, &without)) {
            idle.push(format!("{language}: {}, {}", row.name, row.role));
        }
    }
    assert!(idle.is_empty(), "no example needs these rows ({} of {}):\n{}", idle.len(), all.len(), idle.join("\n"));
}

fn last_word(name: &str) -> &str {
    name.trim_end_matches("()").rsplit(['.', '#', '/', ' ', ':']).next().unwrap_or(name)
}
