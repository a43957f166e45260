#![allow(clippy::unwrap_used)]
use sixify_core::{Codec, Document, Edit, EditSet, Embedded, Embedder, Kind, Span};

use super::*;
use crate::classify::{DOCKERFILE, REDIS_CONF, SHELL, YAML};

fn inner(embedder: &dyn Embedder, kind: Kind, text: &str) -> Vec<Embedded> {
    embedder.embed(&Document::from_text("x", kind, text))
}

/// Adds ` ::` behind every `0.0.0.0` of the embedded texts, and a line before each `port`.
fn changed(embedder: &dyn Embedder, kind: Kind, text: &str) -> String {
    let mut edits = Vec::new();
    for one in inner(embedder, kind, text) {
        let mut put = |at: usize, new: &str| {
            let span = one.outward(Span::at(at)).unwrap();
            edits.push(Edit::replace(span, one.codec.encode(new, text, span).unwrap()));
        };
        one.text.match_indices("0.0.0.0").for_each(|(at, found)| put(at + found.len(), " ::"));
        one.text.match_indices("port").for_each(|(at, _)| put(at, "# more\n"));
    }
    EditSet::of(edits).unwrap().apply(text).unwrap()
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n";

#[test]
fn block_scalars_lose_their_indentation_and_keep_it() {
    let text = format!("{MAP}  redis.conf: |\n\n    # a\n    bind 0.0.0.0\n\n      port 1\n  other: x\n");
    let found = inner(&ConfigMapData, YAML, &text);
    assert_eq!(found[0].text, "\n# a\nbind 0.0.0.0\n\n  port 1\n");
    assert_eq!((found[0].kind, found[0].name.as_str()), (REDIS_CONF, "data key redis.conf of c"));
    let after = changed(&ConfigMapData, YAML, &text);
    assert!(after.contains("    bind 0.0.0.0 ::\n\n      # more\n    port 1\n"), "{after}");
    assert_eq!(inner(&ConfigMapData, YAML, &after)[0].text, "\n# a\nbind 0.0.0.0 ::\n\n  # more\nport 1\n");
    // The same with CRLF: the inner text has plain line feeds, the edits stand before the `\r`.
    let crlf = text.replace('\n', "\r\n");
    assert_eq!(inner(&ConfigMapData, YAML, &crlf)[0].text, "\n# a\nbind 0.0.0.0\n\n  port 1\n");
    assert!(changed(&ConfigMapData, YAML, &crlf).contains("    bind 0.0.0.0 ::\r\n"));
}

#[test]
fn block_headers_decide_about_the_last_line_ends() {
    for (header, end) in [("|", "\n"), ("|-", ""), ("|+", "\n\n"), ("|2", "\n"), ("|2- # c", "")] {
        let text = format!("{MAP}  redis.conf: {header}\n    bind a\n\n  other: x\n");
        let said = &inner(&ConfigMapData, YAML, &text)[0].text;
        assert_eq!(*said, format!("bind a{end}"), "{header}");
    }
}

#[test]
fn quoted_scalars_are_decoded_and_escaped() {
    let text = format!(
        "{MAP}  redis.conf: \"bind 0.0.0.0\\nport 1 \\\"\\x41\\u00e9\\\"\\n\"\n  sentinel.conf: 'bind 0.0.0.0 ''q'''\n"
    );
    let found = inner(&ConfigMapData, YAML, &text);
    assert_eq!(found[0].text, "bind 0.0.0.0\nport 1 \"A\u{e9}\"\n");
    assert_eq!(found[1].text, "bind 0.0.0.0 'q'");
    let after = changed(&ConfigMapData, YAML, &text);
    assert!(after.contains("\"bind 0.0.0.0 ::\\n# more\\nport 1 \\\""), "{after}");
    assert!(after.contains("'bind 0.0.0.0 :: ''q'''"), "{after}");
}

#[test]
fn what_a_template_writes_on_one_line_is_no_file() {
    let text = format!(
        "{MAP}  redis.conf: {{{{ .Values.conf | quote }}}}\n  sentinel.conf: >\n    bind 0.0.0.0\n    port 1\n"
    );
    assert!(inner(&ConfigMapData, YAML, &text).is_empty());
    let actions = format!("{MAP}  redis.conf: |-\n{{{{- if .x }}}}\n    bind 0.0.0.0\n{{{{- end }}}}\n");
    assert_eq!(inner(&ConfigMapData, YAML, &actions)[0].text, "{{- if .x }}\nbind 0.0.0.0\n{{- end }}");
}

#[test]
fn values_of_charts_hold_files_by_key_or_content() {
    let text = "a:\n  redis.conf: |\n    bind 0.0.0.0\n  configuration: |-\n    appendonly no\n    maxmemory 1gb\n  script: |\n    #!/bin/sh\n    exec x\n  config: |\n    # c\n    server.host: x\n  notes: |\n    key: x\n  affinity: |\n    a b\n";
    let found = |path| ValuesBlocks.embed(&Document::from_text(path, YAML, text));
    let kinds: Vec<(String, Kind)> = found("c/values.yaml").into_iter().map(|e| (e.name, e.kind)).collect();
    let wanted = [("redis.conf", REDIS_CONF), ("configuration", REDIS_CONF), ("script", SHELL), ("config", YAML)];
    assert_eq!(kinds, wanted.map(|(key, kind)| (format!("the value a.{key}"), kind)));
    assert!(found("c/deploy.yaml").is_empty());
}

#[test]
fn objects_of_operators_hold_files_by_content() {
    let object = |kind: &str| {
        format!(
            "apiVersion: example.com/v1\nkind: {kind}\nmetadata:\n  name: a\nspec:\n  image: b\n  myCnf: |\n    [mysqld]\n    bind-address=0.0.0.0\n  one: |\n    text\n"
        )
    };
    let found = |kind| ResourceBlocks.embed(&Document::from_text("a.yaml", YAML, object(kind)));
    let names: Vec<String> = found("MariaDB").into_iter().map(|e| e.name).collect();
    assert_eq!(names, ["the value spec.myCnf of a"]);
    assert!(found("CustomResourceDefinition").is_empty() && found("ConfigMap").is_empty());
}

#[test]
fn keys_of_config_maps_without_an_ending_are_told_by_their_content() {
    let text = format!(
        "{MAP}  start: |\n    #!/bin/bash\n    x\n  master: |\n    appendonly no\n    maxmemory 1gb\n  text: |\n    x\n"
    );
    let kinds: Vec<Kind> = inner(&ConfigMapData, YAML, &text).into_iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [SHELL, REDIS_CONF]);
}

#[test]
fn files_that_scripts_write() {
    let text = "FROM a\nRUN echo \"bind 0.0.0.0\" > /etc/redis.conf \\\n && echo 'bind 0.0.0.0' >>/b/sentinel.conf && echo \"bind $X\\n\" > /redis.conf\nRUN cat > /c/redis.conf <<EOF\nbind 0.0.0.0\nport 1\nEOF\nCOPY <<'EOF' /redis.conf\nbind 0.0.0.0\nEOF\nCMD x\n";
    let names: Vec<String> = inner(&WrittenFiles, DOCKERFILE, text).into_iter().map(|e| e.name).collect();
    let wanted =
        ["/etc/redis.conf", "/b/sentinel.conf", "/c/redis.conf", "/redis.conf"].map(|p| format!("the file {p}"));
    assert_eq!(names, wanted);
    let after = changed(&WrittenFiles, DOCKERFILE, text);
    assert!(after.contains("echo \"bind 0.0.0.0 ::\" > /etc/redis.conf \\\n && echo 'bind 0.0.0.0 ::' >>"), "{after}");
    assert!(after.contains("EOF\nbind 0.0.0.0 ::\n# more\nport 1\nEOF\n"), "{after}");
    let shell = "cat <<EOF > redis.conf\nbind 0.0.0.0\nEOF\nsed x <<EOF > redis.conf\nbind 0.0.0.0\nEOF\n";
    assert_eq!(inner(&WrittenFiles, SHELL, shell).len(), 1);
}

#[test]
fn codecs_refuse_what_their_host_cannot_hold() {
    assert_eq!(codec::Bare.encode("a\nb", "", Span::at(0)), None);
    assert_eq!(codec::YamlSingleQuoted.encode("a\nb", "", Span::at(0)), None);
    assert_eq!(codec::ShellDoubleQuoted.encode("a$b\"", "", Span::at(0)).as_deref(), Some("a\\$b\\\""));
}

/// Cuts documents off at every character and breaks them at every tenth: nothing may panic, and
/// every place that is handed out must lie in the text.
#[test]
fn broken_texts_are_read_without_panic() {
    let yaml = format!(
        "{MAP}  redis.conf: |2-\n    bind 0.0.0.0\n  a.sh: \"x \\u00e9 {{{{ .y }}}}\"\n---\nservices:\n  é: {{image: mongo, command: [\"a\\x41\", 'b''c', *x], environment: {{A: &x b}}}}\n  w:\n    image: a\n    command: >-\n      a \"b\n      c\"\n\n      d\n"
    );
    let docker = "# escape=`\nFROM a AS é\nENV A=\"b\\\"c\" D=$E\nENV é f\nRUN <<EOF\nx\nEOF\nRUN [\"a\\u0041\", `\n\"b\"]\nHEALTHCHECK CMD x `\n# c\n\n y\nCMD sh -c \"a \\\"b\\\" 'c'\"\n";
    let shell = "a 'b' \"c\\\"$d\" e\\ f $(g `h`) > i <<EOF\nj\nEOF\nsu k -c 'sh -c \"l m\"'\n";
    for (kind, text) in [(YAML, yaml.as_str()), (DOCKERFILE, docker), (SHELL, shell)] {
        for (at, c) in text.char_indices() {
            read(kind, &text[..at]);
            read(kind, &text[at..]);
            if at % 5 == 0 {
                read(kind, &format!("{}\"{}", &text[..at], &text[at + c.len_utf8()..]));
                read(kind, &format!("{}{{{{{}", &text[..at], &text[at..]));
            }
        }
    }
}

fn read(kind: Kind, text: &str) {
    let doc = Document::from_text("x", kind, text);
    for command in crate::command::commands(&doc).iter() {
        assert!(text.get(command.span().start..command.span().end).is_some(), "{text:?}");
        let last = command.words.len() - 1;
        let _ = command.edits(&doc, &crate::command::Change::new().insert_after(last, ["::"]).replace(0, "é'\""));
    }
    for variable in crate::env::variables(&doc).iter() {
        let _ = variable.replace(&doc, &[(Span::at(0), "* é".to_owned())]);
    }
    for embedder in crate::embedders() {
        if embedder.kinds().contains(&kind) {
            for one in embedder.embed(&doc) {
                assert!(
                    one.segments
                        .iter()
                        .all(|s| text.get(s.outer..s.outer + s.len) == one.text.get(s.inner..s.inner + s.len))
                );
            }
        }
    }
    crate::conf::Directives::parse(text);
    crate::conf::Ini::parse(text);
}
