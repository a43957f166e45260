//! Pages that are made from the code.

use std::fmt::Write;

use sixify::Engine;

use crate::{fresh, read};

#[test]
fn the_list_of_codemods_is_fresh() {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build().unwrap();
    let mut page = String::from(
        "# The codemods\n\nThis page is made from the headers of the codemods. `sixify explain ID` shows one of them whole.\n\n\
         | codemod | what it does | reads |\n|---|---|---|\n",
    );
    for meta in engine.codemods() {
        let kinds = engine.kinds(&meta.id).join(", ");
        writeln!(page, "| [{}]({}.rs) | {} | {kinds} |", meta.id, meta.id, meta.title).unwrap();
    }
    page.push_str("\n## Sets\n\n`--only` and `--skip` take the name of a set for all its members.\n\n");
    page.push_str("| set | what it is for | members |\n|---|---|---|\n");
    for sixify::codemods::Set { meta, members } in sixify::codemods::sets() {
        let members: Vec<String> = members.iter().map(|member| format!("`{member}`")).collect();
        writeln!(page, "| [{}]({}.rs) | {} | {} |", meta.id, meta.id, meta.title, members.join(", ")).unwrap();
    }
    fresh("codemods/README.md", &page);
}

#[test]
fn the_diff_in_the_readme_is_a_real_one() {
    let readme = read("README.md");
    let golden = read("tests/golden/services.diff");
    let shown =
        readme.split("```diff\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the README shows a diff");
    assert!(golden.contains(shown.trim_end()), "the diff in README.md is not part of tests/golden/services.diff");
}

#[test]
fn every_crate_is_named_in_the_architecture() {
    let page = read("ARCHITECTURE.md");
    for entry in std::fs::read_dir(crate::top().join("crates")).unwrap().map(|e| e.unwrap()) {
        let name = format!("crates/{}", entry.file_name().to_string_lossy());
        assert!(page.contains(&name), "{name} is not in ARCHITECTURE.md");
    }
}
