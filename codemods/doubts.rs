//! What speaks against a fix in any language, and makes a person decide: a comment that says why
//! the place is as it is, or a program that chooses the family by itself.

use sixify_core::{Applicability, Document, Edit, Finding, Kind};
use sixify_langs::classify;

use crate::doubts_of_hosts::{filtered, for_v4, of_header, schemed, shown, words};

/// The finding as it may stand: where something speaks against its fix, it is only reported.
pub(crate) fn weighed(doc: &Document, mut finding: Finding) -> Finding {
    let Some(fix) = finding.fix.as_ref().filter(|_| finding.applicability != Applicability::Display) else {
        return finding;
    };
    let here = fix.edits.get("").map(Vec::as_slice).unwrap_or_default();
    let of_place = |edit: &Edit| {
        chosen(doc, edit)
            .or_else(|| schemed(doc, edit))
            .or_else(|| of_networks(doc, edit))
            .or_else(|| multicast(doc, edit))
            .or_else(|| shown(doc, edit))
            .or_else(|| of_header(doc, edit))
            .or_else(|| filtered(doc, edit))
            .or_else(|| for_v4(doc, edit))
            .or_else(|| said(doc, edit))
    };
    let doubt = named(doc).or_else(|| helps_tests(doc)).or_else(|| here.iter().find_map(of_place));
    if let Some(doubt) = doubt {
        finding.applicability = Applicability::Display;
        finding.evidence.push(doubt);
    }
    finding
}

/// Whether the file is made for a family: `echo-ipv4.yaml` has a sibling for the other one.
fn named(doc: &Document) -> Option<String> {
    let (stem, _) = doc.file_name().split_once('.')?;
    let made_for = |word: &str| {
        ["ipv4", "ipv6", "dualstack"]
            .iter()
            .find(|family| word.eq_ignore_ascii_case(family))
            .map(|family| (*family).to_owned())
    };
    let family = stem.split(['-', '_']).find_map(made_for)?;
    Some(format!("the file is called after a family: {family}"))
}

/// Whether a Go file helps tests by what it imports: its hosts are what their authors chose.
fn helps_tests(doc: &Document) -> Option<String> {
    const LIBRARIES: &[&str] =
        &["\"testing\"", "\"github.com/onsi/ginkgo", "\"github.com/onsi/gomega", "\"github.com/stretchr/testify"];
    // What is a test by its name was asked for.
    let helper = doc.kind == classify::GO && !doc.path.ends_with("_test.go");
    let imports = doc.text.lines().take_while(|line| !line.starts_with("func ")).filter(|_| helper);
    let library = imports.filter_map(|line| LIBRARIES.iter().find(|library| line.contains(**library))).next()?;
    Some(format!("the file helps tests: it imports {}", library.trim_matches('"')))
}

/// Where the line of an offset begins, and the line.
pub(crate) fn line_at(text: &str, at: usize) -> (usize, &str) {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
    (start, text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or(""))
}

/// Whether the variable that gets the IPv4 wildcard here gets the IPv6 one elsewhere: the program
/// has a switch for it.
fn chosen(doc: &Document, edit: &Edit) -> Option<String> {
    let (_, line) = line_at(&doc.text, edit.span.start);
    let (name, _) = assigned(line).filter(|(_, value)| value.starts_with("0.0.0.0"))?;
    let ipv6 = |value: &str| value.starts_with("::") || value.starts_with("[::]");
    let again = doc.text.lines().filter_map(assigned).any(|(other, value)| other == name && ipv6(value));
    // Shells ask and give defaults in the same breath: `HOST=${HOST:-::}`, `[ "$HOST" = "::" ]`.
    let asked = doc.kind == classify::SHELL
        && doc.text.lines().any(|line| {
            words(line).any(|(_, word)| word == name)
                && [":-::", "= \"::", "= ::", "=\"::", "=::"].iter().any(|mark| line.contains(mark))
        });
    (again || asked).then(|| format!("{name} becomes the IPv6 wildcard elsewhere: the program chooses"))
}

/// The name and the text in a line that gives a variable a text: `let ip = "0.0.0.0".to_string();`.
fn assigned(line: &str) -> Option<(&str, &str)> {
    let (left, right) = line.split_once('=')?;
    let value = right.trim_start();
    let value = value.strip_prefix(['"', '\'', '`']).or_else(|| value.starts_with("0.0.0.0").then_some(value))?;
    let left = left.split_once(": ").map_or(left, |(name, _)| name).trim_end_matches(':').trim();
    let name = left.rsplit([' ', '\t']).next()?;
    let word = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
    (!name.is_empty() && name.chars().all(word)).then_some((name, value))
}

/// Whether a comparison stands beside the bounds of a network: what is open to everybody is asked here,
/// which needs an answer of its own for IPv6.
fn of_networks(doc: &Document, edit: &Edit) -> Option<String> {
    let (start, line) = line_at(&doc.text, edit.span.start);
    if !CODE.contains(&doc.kind) || !line.contains("0.0.0.0") {
        return None;
    }
    let before = doc.text.get(..start)?.lines().next_back().unwrap_or("");
    let lines = doc.text.get(start..)?.lines().take(2);
    let bound = ["255.255.255.255", "0.0.0.0/0"];
    let found = lines.chain([before]).find_map(|line| bound.into_iter().find(|bound| line.contains(bound)))?;
    Some(format!("{found} stands beside it: a network is meant, whose bounds differ for IPv6"))
}

/// Whether a socket for IPv4 stands in a file that joins groups of IPv4: the groups of IPv6 have other
/// addresses, options and interfaces.
fn multicast(doc: &Document, edit: &Edit) -> Option<String> {
    const FAMILY: &[&str] = &["udp4", "AF_INET", "InterNetwork", "Ipv4Addr", "0.0.0.0"];
    const GROUPS: &[&str] =
        &["IP_ADD_MEMBERSHIP", "IPMreq", "ip_mreq", "224.0.0.", "239.255.255.250", "join_multicast_v4"];
    let (_, line) = line_at(&doc.text, edit.span.start);
    if !CODE.contains(&doc.kind) || !FAMILY.iter().any(|word| line.contains(word)) {
        return None;
    }
    let group = GROUPS.iter().find(|group| doc.text.contains(**group))?;
    Some(format!("the file joins multicast groups of IPv4: {group}"))
}

/// Source code, where a comment above a line is about that line. In configuration it is about a
/// setting in general: "IPv6 is off by default".
pub(crate) const CODE: &[Kind] = &[
    classify::C,
    classify::CPP,
    classify::CSHARP,
    classify::GO,
    classify::JAVA,
    classify::JAVASCRIPT,
    classify::KOTLIN,
    classify::PHP,
    classify::PYTHON,
    classify::RUBY,
    classify::RUST,
    classify::SCALA,
    classify::TSX,
    classify::TYPESCRIPT,
];

/// What a comment on the line or right above it says of the family.
fn said(doc: &Document, edit: &Edit) -> Option<String> {
    if !CODE.contains(&doc.kind) {
        return None;
    }
    let (start, own) = line_at(&doc.text, edit.span.start);
    let above = doc.text.get(..start)?.lines().rev().map(str::trim).take_while(|line| is_comment(line));
    let behind = [" # ", " // "].iter().find_map(|mark| own.find(mark).and_then(|at| own.get(at..)));
    let of_family = |word: &str| ["ipv4", "ipv6"].iter().any(|family| word.eq_ignore_ascii_case(family));
    let family = |line: &&str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(of_family);
    let told = behind.into_iter().chain(above).find(family)?;
    Some(format!("a comment speaks of the family: {}", told.trim()))
}

/// Whether a line is a comment and nothing else.
fn is_comment(line: &str) -> bool {
    ["//", "#", "--", ";", "*", "/*"].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sixify_core::{Fix, Span};

    /// What is left of a fix that replaces the first `0.0.0.0`.
    fn left(kind: Kind, text: &str) -> Applicability {
        let at = text.find("0.0.0.0").unwrap();
        let doc = Document::from_text("a", kind, text);
        let span = Span::new(at, at + 7);
        let fix = Fix::new().edit(Edit::replace(span, "::"));
        weighed(&doc, Finding::new(span, "bind host", "").fix(Applicability::Safe, fix)).applicability
    }

    #[test]
    fn a_program_with_a_switch_of_its_own_is_left_to_people() {
        let switch = "let ip = \"0.0.0.0\";\nif (process.env.IPV6) {\n  ip = '[::]';\n}\n";
        assert_eq!(left(classify::JAVASCRIPT, switch), Applicability::Display);
        let rust =
            "    let mut ip = \"0.0.0.0\".to_string();\n    if on {\n        ip = \"[::]\".to_string();\n    }\n";
        assert_eq!(left(classify::RUST, rust), Applicability::Display);
        let shell = "export HOST=${HOST:-::}\nif ! works \"$HOST\"; then\n  export HOST=0.0.0.0\nfi\n";
        assert_eq!(left(classify::SHELL, shell), Applicability::Display);
        assert_eq!(left(classify::SHELL, "HOST=0.0.0.0\nOTHER=::\n"), Applicability::Safe);
        let other = "let ip = \"0.0.0.0\";\nlet all = '::';\nlet at = `:${port}`;\n";
        assert_eq!(left(classify::JAVASCRIPT, other), Applicability::Safe);
    }

    #[test]
    fn sockets_beside_groups_of_ipv4_are_for_people() {
        let group = "sock.bind((\"0.0.0.0\", 1900))\nsock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, group)\n";
        assert_eq!(left(classify::PYTHON, group), Applicability::Display);
        assert_eq!(left(classify::PYTHON, "sock.bind((\"0.0.0.0\", 1900))\n"), Applicability::Safe);
    }

    #[test]
    fn bounds_of_networks_are_no_hosts() {
        let rule = "if (\n    rule.first == '0.0.0.0'\n    and rule.last == '255.255.255.255'\n):\n";
        assert_eq!(left(classify::PYTHON, rule), Applicability::Display);
        let open = "if ip == '0.0.0.0' or ip == '0.0.0.0/0':\n";
        assert_eq!(left(classify::PYTHON, open), Applicability::Display);
        assert_eq!(left(classify::PYTHON, "if ip == '0.0.0.0':\n    return\n"), Applicability::Safe);
    }

    #[test]
    fn a_file_that_is_called_after_a_family_is_made_for_it() {
        let text = "echo -n 0.0.0.0\n";
        for (path, applicability) in [
            ("a/echo-ipv4.yaml", Applicability::Display),
            ("a/echo-dualstack.yaml", Applicability::Display),
            ("ipv4/echo.yaml", Applicability::Safe),
        ] {
            let doc = Document::from_text(path, classify::YAML, text);
            let fix = Fix::new().edit(Edit::replace(Span::new(8, 15), "::"));
            let finding = Finding::new(Span::new(8, 15), "bind host", "").fix(Applicability::Safe, fix);
            assert_eq!(weighed(&doc, finding).applicability, applicability, "{path}");
        }
    }

    #[test]
    fn files_that_help_tests_are_left_to_people() {
        let helper = "package fixtures\n\nimport (\n\t. \"github.com/onsi/gomega\"\n)\n\nvar host = \"0.0.0.0\"\n";
        assert_eq!(left(classify::GO, helper), Applicability::Display);
        let other =
            "package main\n\nimport \"fmt\"\n\nvar host = \"0.0.0.0\"\n\nfunc main() { fmt.Print(\"testing\") }\n";
        assert_eq!(left(classify::GO, other), Applicability::Safe);
    }

    #[test]
    fn a_comment_about_the_family_is_for_people_to_weigh() {
        for comment in ["# IPv4 only: the balancer speaks nothing else", "# TODO: ipv6"] {
            let text = format!("{comment}\nhost = '0.0.0.0'\n");
            assert_eq!(left(classify::PYTHON, &text), Applicability::Display);
            assert_eq!(left(classify::CONF, &text), Applicability::Safe);
        }
        assert_eq!(left(classify::PYTHON, "host = '0.0.0.0'  # IPv4 only\n"), Applicability::Display);
        assert_eq!(left(classify::PYTHON, "# IPv4 here\n\n# the host\nhost = '0.0.0.0'\n"), Applicability::Safe);
    }
}
