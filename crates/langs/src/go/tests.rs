#![allow(clippy::unwrap_used)]

use sixify_core::{Document, Edit, EditSet, Kind, Need, NeedResolver, Project, source::Memory};

use super::*;
use crate::grammar;

fn doc(text: &str) -> Document {
    Document::from_text("main.go", classify::GO, text)
}

/// The node whose text is `text`, the last one where there are several.
fn find<'a>(file: &'a File, kind: &str, text: &str) -> Node<'a> {
    file.tree.all(kind).filter(|n| n.text() == text).last().unwrap()
}

#[test]
fn every_node_kind_and_field_the_code_names_exists() {
    let kinds = [
        "source_file",
        "function_declaration",
        "method_declaration",
        "func_literal",
        "block",
        "if_statement",
        "for_statement",
        "expression_switch_statement",
        "type_switch_statement",
        "expression_case",
        "default_case",
        "type_case",
        "communication_case",
        "import_declaration",
        "import_spec",
        "import_spec_list",
        "package_clause",
        "for_clause",
        "range_clause",
        "short_var_declaration",
        "assignment_statement",
        "var_declaration",
        "const_declaration",
        "var_spec",
        "const_spec",
        "type_declaration",
        "type_spec",
        "labeled_statement",
        "statement_list",
        "expression_list",
        "identifier",
        "package_identifier",
        "selector_expression",
        "call_expression",
        "argument_list",
        "binary_expression",
        "unary_expression",
        "parenthesized_expression",
        "index_expression",
        "composite_literal",
        "type_assertion_expression",
        "type_conversion_expression",
        "interpreted_string_literal",
        "raw_string_literal",
        "int_literal",
        "pointer_type",
        "slice_type",
        "qualified_type",
        "type_identifier",
        "struct_type",
        "field_declaration_list",
        "parameter_list",
        "parameter_declaration",
        "variadic_parameter_declaration",
        "inc_statement",
        "dec_statement",
        "receive_statement",
    ];
    for kind in kinds {
        assert!(grammar::knows_kind(Grammar::Go, kind), "{kind}");
    }
    let fields = [
        "operand",
        "field",
        "function",
        "arguments",
        "name",
        "path",
        "type",
        "value",
        "left",
        "right",
        "operator",
        "element",
        "package",
        "result",
        "receiver",
        "parameters",
        "initializer",
        "alias",
        "communication",
        "index",
        "condition",
    ];
    for field in fields {
        assert!(grammar::knows_field(Grammar::Go, field), "{field}");
    }
}

#[test]
fn names_follow_gos_scopes() {
    let text = "package a\n\nimport n \"net\"\n\nfunc f(net string) {\n\tx, err := n.Dial(\"udp\", net)\n\tif y, err := g(); err != nil {\n\t\t_ = y\n\t}\n\tx, z := h()\n\t_ = z\n\tfor _, n := range []string{} {\n\t\tn.Dial()\n\t}\n}\n";
    let doc = doc(text);
    let file = file(&doc).unwrap();
    let calls: Vec<_> = file.tree.all("call_expression").map(|c| file.callee(c)).collect();
    assert_eq!(calls[0].as_deref(), Some("net.Dial"));
    // The loop variable hides the import.
    assert_eq!(calls.last().unwrap().as_deref(), Some("string.Dial"));
    // The import has an alias; the parameter hides the usual name of the other package.
    let place = find(&file, "call_expression", "h()");
    assert_eq!(file.name_for(place, "net").as_deref(), Some("n"));
    assert_eq!(file.name_for(place, "golang.org/x/net").as_deref(), None);
    // `x, z := h()` assigns to the x above.
    let x = file.tree.all("identifier").find(|n| n.text() == "x").unwrap();
    let (decl, scope) = file.names.resolve(x).unwrap();
    assert!(!file.names.single_assignment(&decl, scope));
    let err = file.tree.all("identifier").find(|n| n.text() == "err").unwrap();
    let (decl, scope) = file.names.resolve(err).unwrap();
    // The err of the if statement is another one.
    assert!(file.names.single_assignment(&decl, scope));
}

#[test]
fn types_come_from_signatures_declarations_and_assertions() {
    let text = "package a\n\nimport (\n\t\"flag\"\n\t\"net\"\n)\n\ntype config struct {\n\tPort, Other uint16\n\tHost string\n}\n\nfunc own() (int64, error) { return 0, nil }\n\nfunc f(c *config) {\n\tconn, err := net.Dial(\"udp\", \"x\")\n\taddr := conn.LocalAddr().(*net.UDPAddr)\n\tport := flag.String(\"p\", \"\", \"\")\n\tn, _ := own()\n\tuse(addr.IP, addr.Port, *port, c.Port, c.Host, n, err, addr.String())\n}\n";
    let doc = doc(text);
    let file = file(&doc).unwrap();
    let call = file.tree.all("call_expression").find(|c| c.text().starts_with("use(")).unwrap();
    let types: Vec<_> = file.arguments(call).into_iter().map(|a| file.type_of(a)).collect();
    let want = ["net.IP", "int", "string", "uint16", "string", "int64", "error", "string"];
    assert_eq!(types.iter().map(|t| t.as_deref().unwrap_or("?")).collect::<Vec<_>>(), want);
}

#[test]
fn elements_of_lists_have_the_types_of_the_lists() {
    let doc = doc(
        "package p\n\nimport (\n\tcore \"k8s.io/api/core/v1\"\n)\n\nfunc f(list *core.PodList, names map[string]int) {\n\tfor i, pod := range list.Items {\n\t\tfor name, port := range names {\n\t\t\tuse(i, pod.Status.PodIP, name, port, names[name])\n\t\t}\n\t}\n}\n",
    );
    let file = file(&doc).unwrap();
    let call = file.tree.all("call_expression").next().unwrap();
    let types: Vec<_> = file.arguments(call).into_iter().map(|a| file.type_of(a)).collect();
    assert_eq!(types, ["int", "string", "string", "int", "int"].map(|ty| Some(ty.to_owned())));
}

#[test]
fn types_come_from_the_other_files_of_the_package() {
    let memory = Memory::new()
        .with("a/x.go", "package a\n\nvar x = f(c.Host, c.Port, limit, c.name(), other())\n")
        .with("a/y.go", "package a\n\nimport n \"net\"\n\ntype cfg struct {\n\tHost n.IP\n\tPort uint16\n}\n\nvar c = load()\n\nfunc load() *cfg { return nil }\n\nfunc (c *cfg) name() string { return \"\" }\n\nvar limit int64\n")
        .with("a/z.go", "package a_test\n\nfunc other() string { return \"\" }\n");
    let project = Project::new(&memory, &crate::Files);
    let doc = project.document("a/x.go").unwrap();
    let file = file(&doc).unwrap();
    let call = file.tree.all("call_expression").next().unwrap();
    let types = |file: &File| file.arguments(call).into_iter().map(|a| file.type_of(a)).collect::<Vec<_>>();
    assert_eq!(types(&file), [None, None, None, None, None]);
    file.read_package(&doc, &project);
    let told = types(&file);
    let told: Vec<_> = told.iter().map(Option::as_deref).collect();
    assert_eq!(told, [Some("net.IP"), Some("uint16"), Some("int64"), Some("string"), None]);
}

#[test]
fn formats_fall_into_text_and_holes() {
    let doc = doc(
        "package a\n\nimport \"fmt\"\n\nvar x = fmt.Sprintf(\"http://%s:%d/%%d\", h, p)\nvar y = fmt.Sprintf(\"%[1]s:%d\", h, p)\nvar z = \"a\" + b + \"c\"\n",
    );
    let file = file(&doc).unwrap();
    let shapes: Vec<_> = file
        .tree
        .all("call_expression")
        .chain(file.tree.all("binary_expression"))
        .map(|c| file.text_expr(c).map(|e| e.shape()))
        .collect();
    // The inner sum comes last: nodes of a kind stand in order of their places.
    assert_eq!(shapes[..3], [Some("http://\0:\0/%%d".to_owned()), None, Some("a\0c".to_owned())]);
}

fn resolved(text: &str, modules: &[&str], edits: Vec<Edit>) -> String {
    let doc = doc(text);
    let memory = Memory::new();
    let project = Project::new(&memory, &crate::Files);
    let need = |m: &&str| Need::Import { module: (*m).to_owned(), member: None, local: package_name(m) };
    let mut set = EditSet::of(edits).unwrap();
    let resolution = GoImports.resolve(&doc, &project, &modules.iter().map(need).collect::<Vec<_>>(), &set);
    assert_eq!(resolution.unmet, []);
    for edit in resolution.edits {
        assert_eq!(set.conflict(&edit), None);
        set.push(1000 + set.len(), edit);
    }
    set.apply(text).unwrap()
}

#[test]
fn imports_go_where_gofmt_wants_them() {
    assert_eq!(resolved("package a\n\nvar x = 1\n", &["net"], vec![]), "package a\n\nimport \"net\"\n\nvar x = 1\n");
    assert_eq!(
        resolved("package a\n\nimport \"fmt\"\n", &["net", "strconv"], vec![]),
        "package a\n\nimport (\n\t\"fmt\"\n\t\"net\"\n\t\"strconv\"\n)\n"
    );
    assert_eq!(
        resolved(
            "package a\n\nimport (\n\t\"fmt\"\n\t\"os\" // keep\n\n\t\"github.com/x/y\"\n)\n",
            &["net", "strconv"],
            vec![]
        ),
        "package a\n\nimport (\n\t\"fmt\"\n\t\"net\"\n\t\"os\" // keep\n\t\"strconv\"\n\n\t\"github.com/x/y\"\n)\n"
    );
    assert_eq!(
        resolved("package a\n\nimport (\n\t\"github.com/x/y\"\n)\n", &["net"], vec![]),
        "package a\n\nimport (\n\t\"net\"\n\n\t\"github.com/x/y\"\n)\n"
    );
    assert_eq!(
        resolved("package a\n\nimport \"C\"\n\nvar x = 1\n", &["net"], vec![]),
        "package a\n\nimport \"C\"\n\nimport \"net\"\n\nvar x = 1\n"
    );
}

#[test]
fn imports_left_without_use_go() {
    let text = "package a\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n)\n\nvar x = fmt.Sprint(strings.Title(\"a\"))\n";
    let at = text.find("strings.Title(").unwrap();
    let cut = Edit::delete(sixify_core::Span::new(at, text.rfind(')').unwrap()));
    assert_eq!(resolved(text, &[], vec![cut]), "package a\n\nimport (\n\t\"fmt\"\n)\n\nvar x = fmt.Sprint()\n");
    let text = "package a\n\nimport \"strings\"\n\nvar x = strings.Title(\"a\")\n";
    let at = text.find("strings.Title").unwrap();
    let replace = Edit::replace(sixify_core::Span::new(at, text.len() - 1), "net.IP{}");
    assert_eq!(resolved(text, &["net"], vec![replace]), "package a\n\nimport \"net\"\n\nvar x = net.IP{}\n");
}

#[test]
fn the_signatures_beside_the_code_read() {
    let table: toml::Table = include_str!("signatures.toml").parse().unwrap();
    assert!(table["results"].as_table().unwrap().values().all(|v| v.as_array().is_some_and(|a| !a.is_empty())));
    assert!(table["fields"].as_table().unwrap().values().all(toml::Value::is_str));
    assert_eq!(Kind("go"), classify::GO);
}
