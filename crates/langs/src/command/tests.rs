#![allow(clippy::unwrap_used, clippy::expect_used)]
use sixify_core::{Document, EditSet, Kind};

use super::*;
use crate::classify::{DOCKERFILE, SHELL, YAML};

fn lines(kind: Kind, text: &str) -> Vec<(String, String)> {
    let doc = Document::from_text("x", kind, text);
    commands(&doc).iter().map(|c| (c.what.clone(), c.line())).collect()
}

/// Adds `--ipv6` behind the last word of every mongod, and gives every `0.0.0.0` another value.
fn changed(kind: Kind, text: &str) -> String {
    let doc = Document::from_text("x", kind, text);
    let mut edits = Vec::new();
    for command in commands(&doc).iter().filter(|c| c.line().contains("mongod")) {
        let mut change = Change::new().insert_after(command.words.len() - 1, ["--ipv6"]);
        for (n, _) in command.words.iter().enumerate().filter(|(_, w)| w.value == "0.0.0.0") {
            change = change.replace(n, "::,0.0.0.0");
        }
        edits.extend(command.edits(&doc, &change).expect("can be made"));
    }
    EditSet::of(edits).unwrap().apply(text).unwrap()
}

#[test]
fn dockerfiles_in_both_forms() {
    let text = "FROM mongo:3\nRUN mongod --fork \\\n # note\n  && x\nCMD [\"mongod\", \"--a\",\"--b\"]\n";
    assert_eq!(
        lines(DOCKERFILE, text),
        [("RUN in line 2", "mongod --fork"), ("RUN in line 2", "x"), ("CMD in line 5", "mongod --a --b")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    let after = changed(DOCKERFILE, text);
    assert!(after.contains("RUN mongod --fork --ipv6 \\\n # note\n  && x\n"), "{after}");
    assert!(after.contains("CMD [\"mongod\", \"--a\",\"--b\",\"--ipv6\"]\n"), "{after}");
}

#[test]
fn the_last_entrypoint_and_cmd_make_one_command() {
    let text = "FROM a AS b\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"dead\"]\nCMD [\"mongod\"]\nFROM b\nCMD mongod --x\n";
    let doc = Document::from_text("Dockerfile", DOCKERFILE, text);
    let found: Vec<_> = commands(&doc).iter().map(|c| (c.line(), c.through_entrypoint)).collect();
    assert_eq!(found, [("tini -- mongod".to_owned(), false), ("mongod --x".to_owned(), false)]);
}

#[test]
fn scripts_inside_hosts_are_changed_in_the_hosts_way() {
    let text =
        "FROM a\nCMD [\"sh\", \"-c\", \"exec mongod --bind_ip \\\"0.0.0.0\\\"\"]\nENTRYPOINT sh -c \"mongod --x\"\n";
    let after = changed(DOCKERFILE, text);
    assert!(after.contains("ENTRYPOINT sh -c \"mongod --x --ipv6\"\n"), "{after}");
    let text = "FROM a\nCMD [\"sh\", \"-c\", \"exec mongod --bind_ip 0.0.0.0 && echo \\\"x\\\"\"]\n";
    let after = changed(DOCKERFILE, text);
    assert!(after.contains("\"exec mongod --bind_ip ::,0.0.0.0 --ipv6 && echo \\\"x\\\"\"]"), "{after}");
}

const POD: &str = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n";

#[test]
fn containers_in_block_and_flow_style() {
    let text = format!(
        "{POD}  - name: a\n    image: mongo:4\n    command:\n      - mongod\n      -   \"--b\" # note\n    args: [--bind_ip, 0.0.0.0]\n  - name: b\n    args: ['mongod']\n  - name: c\n    command:\n      - mongod # why\n"
    );
    let after = changed(YAML, &text);
    assert!(after.contains("    args: [--bind_ip, \"::,0.0.0.0\", --ipv6]\n"), "{after}");
    assert!(after.contains("args: ['mongod', '--ipv6']\n"), "{after}");
    assert!(after.ends_with("      - mongod # why\n      - --ipv6\n"), "{after}");
    let doc = Document::from_text("x", YAML, text);
    let found = commands(&doc);
    assert_eq!(found[0].what, "args of container a");
    assert_eq!(found[0].image.as_ref().map(ToString::to_string).as_deref(), Some("mongo:4"));
    assert!(!found[0].through_entrypoint && found[1].through_entrypoint);
}

#[test]
fn scripts_in_block_scalars_keep_their_indentation() {
    let text = format!(
        "{POD}  - name: a\n    command: [sh, -c]\n    args:\n    - |\n      set -e\n      exec mongod \\\n        --bind_ip 0.0.0.0\n      # end\n"
    );
    let after = changed(YAML, &text);
    assert!(after.contains("      exec mongod \\\n        --bind_ip ::,0.0.0.0 --ipv6\n      # end\n"), "{after}");
}

#[test]
fn what_something_else_gives_is_left_alone() {
    let args = "    args:\n    - mongod\n    {{- range .x }}\n    - {{ . }}\n    {{- end }}\n";
    let found = lines(YAML, &format!("{POD}  - name: a\n{args}"));
    assert_eq!(found[0].1, "mongod {{ . }}");
    for args in ["    args: {{ .x }}\n", "    args: *x\n", "    args: {{- toYaml .x | nindent 4 }}\n"] {
        assert_eq!(lines(YAML, &format!("{POD}  - name: a\n{args}")), [], "{args}");
    }
    let complete = |args: &str| {
        let doc = Document::from_text("x", YAML, format!("{POD}  - name: a\n{args}"));
        commands(&doc).iter().map(|c| (c.line(), c.complete)).collect::<Vec<_>>()
    };
    let open = "    args:\n    - mongod\n    {{- toYaml .x | nindent 4 }}\n";
    assert_eq!(complete(open), [("mongod".to_owned(), false)]);
    let branches = "    {{- if .x }}\n    args: {{ .x }}\n    {{- else }}\n    args:\n    - a\n    {{- end }}\n";
    assert_eq!(complete(branches), [("a".to_owned(), false)]);
    assert_eq!(complete("    args: [a, b]\n"), [("a b".to_owned(), true)]);
}

#[test]
fn compose_parts_words_without_a_shell() {
    let text = "services:\n  db:\n    image: mongo\n    command: mongod --bind_ip \"0.0.0.0\" # note\n  x:\n    image: mongo\n    command: >-\n      mongod\n      --x\n";
    let after = changed(YAML, text);
    assert!(after.contains("command: mongod --bind_ip ::,0.0.0.0 --ipv6 # note\n"), "{after}");
    assert!(after.ends_with("      mongod\n      --x --ipv6\n"), "{after}");
}

#[test]
fn shell_scripts_are_named_by_their_lines() {
    let text = "#!/bin/sh\nexec mongod --x \"$@\"\n";
    assert_eq!(lines(SHELL, text), [("the command in line 2".to_owned(), "exec mongod --x $@".to_owned())]);
    assert_eq!(changed(SHELL, text), "#!/bin/sh\nexec mongod --x \"$@\" --ipv6\n");
}
