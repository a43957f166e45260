//! What speaks against a fix in Python, JavaScript, PHP or Ruby beyond what speaks against it in any language:
//! code of a protocol that carries four bytes for an address, functions that are named after a family, files
//! that others make or that are no part of the program.

use std::collections::BTreeSet;
use std::sync::Arc;

use sixify_core::{Applicability, Context, Document, Edit, Finding, Kind};
use sixify_langs::role::Role;
use sixify_langs::{classify, naming};

use crate::doubts::line_at;

/// The languages that are asked.
const SCRIPTS: &[Kind] =
    &[classify::JAVASCRIPT, classify::PHP, classify::PYTHON, classify::RUBY, classify::TSX, classify::TYPESCRIPT];

/// The finding as it may stand.
pub(crate) fn weighed(doc: &Document, cx: &Context<'_>, mut finding: Finding) -> Finding {
    if !SCRIPTS.contains(&doc.kind) || finding.applicability == Applicability::Display {
        return finding;
    }
    let Some(fix) = finding.fix.as_ref() else { return finding };
    let here = fix.edits.get("").map(Vec::as_slice).unwrap_or_default();
    let doubt = aside(doc)
        .or_else(|| compiled(doc, cx))
        .or_else(|| here.iter().find_map(|edit| of_group(doc, edit).or_else(|| of_family(doc, edit))))
        .or_else(|| here.iter().any(turns_family).then(|| carried(doc, cx)).flatten())
        .or_else(|| (finding.role == Role::Split.name() && packs(&doc.text)).then(|| PACKED.to_owned()))
        .or_else(|| here.iter().find_map(|edit| of_cut_host(doc, edit)))
        .or_else(|| here.iter().any(defines).then(|| copied(doc, cx)).flatten())
        .or_else(|| here.iter().filter(|_| finding.role == Role::Compare.name()).find_map(|edit| aware(doc, edit)));
    if let Some(doubt) = doubt {
        finding.applicability = Applicability::Display;
        finding.evidence.push(doubt);
    }
    finding
}

/// Whether a file is no part of the program as it runs: a step of a migration that is done, a check of its
/// makers, a library that was copied.
fn aside(doc: &Document) -> Option<String> {
    const FOLDERS: &[&str] = &["migrations", "migrate", "qa", "phpseclib", "legacy-migrations"];
    let (folders, name) = doc.path.rsplit_once('/').unwrap_or(("", &doc.path));
    // What is hidden is for tools.
    let hidden = |part: &&str| part.starts_with('.') && part.len() > 2;
    let folder = folders.split('/').find(|part| hidden(part) || FOLDERS.contains(&part.to_ascii_lowercase().as_str()));
    let tried = name.ends_with("_try.rb").then_some("_try.rb");
    Some(format!("{} is no part of the program as it runs", folder.or(tried)?))
}

/// Whether a file of JavaScript was made from the TypeScript beside it.
fn compiled(doc: &Document, cx: &Context<'_>) -> Option<String> {
    let (stem, _) = doc.file_name().rsplit_once(".js").filter(|_| doc.kind == classify::JAVASCRIPT)?;
    let source = format!("{stem}.ts");
    let beside = cx.project().siblings(doc.folder()).contains(&source);
    beside.then(|| format!("it is made from {source}"))
}

/// Whether an edit is about a group or a broadcast address, by the words of its line.
fn of_group(doc: &Document, edit: &Edit) -> Option<String> {
    let (_, line) = line_at(&doc.text, edit.span.start);
    let text = format!("{line} {}", edit.text).to_ascii_lowercase();
    let word = ["multicast", "broadcast", "mcast"].into_iter().find(|word| text.contains(word))?;
    Some(format!("this is about {word}, which IPv6 has other addresses for"))
}

/// Whether the function or class around an edit is named after IPv4: `def is_ipv4_fqdn(address):`.
fn of_family(doc: &Document, edit: &Edit) -> Option<String> {
    const WORDS: &[&str] = &["ipv4", "ip4", "v4", "inet4", "ipv4s"];
    let (start, line) = line_at(&doc.text, edit.span.start);
    let depth = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
    let mut least = if line.trim().is_empty() { usize::MAX } else { depth(line) };
    let above = doc.text.get(..start)?.lines().rev().filter(|line| !line.trim().is_empty());
    for head in above {
        if depth(head) >= least {
            continue;
        }
        least = depth(head);
        let words = head.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
        let defines = ["def", "function", "class", "async", "const", "export", "private", "public", "static"];
        let named = head.trim_end().ends_with(['{', ':', '(', ')']);
        let begins = words.clone().next().is_some_and(|word| defines.contains(&word));
        let name = words.take_while(|word| !word.is_empty()).find(|word| {
            let parts = naming::words(word);
            parts.iter().any(|part| WORDS.contains(&part.as_str()))
                || parts
                    .windows(2)
                    .any(|pair| matches!(pair, [a, b] if (a == "i" || a == "ip") && (b == "pv4" || b == "v4")))
        });
        if let Some(name) = name.filter(|_| begins && named) {
            return Some(format!("{name} is about IPv4 by its name"));
        }
        if least == 0 {
            break;
        }
    }
    None
}

/// Whether the host that a socket is asked the family of never is one of IPv6: it was cut at its first colon, or
/// ports of the own host are tried.
fn of_cut_host(doc: &Document, edit: &Edit) -> Option<String> {
    let host = edit.text.split_once("':' in ").or_else(|| edit.text.split_once("\":\" in ")).map(|(_, rest)| rest)?;
    let host = host.split_once(" else ").filter(|_| edit.text.contains("AF_INET6")).map(|(host, _)| host)?;
    let cuts = [".split(':')", ".split(\":\")", ".index(\":\")", ".index(':')", ".find(':')", ".find(\":\")"];
    if cuts.iter().any(|cut| doc.text.contains(&format!("{host}{cut}"))) {
        return Some(format!("{host} is cut at its first colon elsewhere"));
    }
    let own = ["127.0.0.1", "localhost", "0.0.0.0"].iter().flat_map(|own| [format!("'{own}'"), format!("\"{own}\"")]);
    let mut defaults = own.flat_map(|own| [format!("{host}={own}"), format!("{host}: str = {own}")]);
    let asks = ["port_open", "open_port", "free_port", "port_free", "port_available", "port_in_use", "available_port"];
    let before = doc.text.get(..edit.span.start)?.rsplit("def ").next()?;
    let asks = asks.iter().find(|name| before.split('(').next().is_some_and(|head| head.contains(**name)))?;
    defaults.any(|given| before.contains(&given)).then(|| format!("{asks} is about ports of this host"))
}

/// Whether an edit defines a function.
fn defines(edit: &Edit) -> bool {
    edit.text.contains("def url_host(") || edit.text.contains("def bracketed_host(") || edit.text.contains("function ")
}

/// Whether a file of the same name stands elsewhere in the project that takes addresses to pieces or puts them
/// together as well: one of them is a copy, or both would get the same function.
fn copied(doc: &Document, cx: &Context<'_>) -> Option<String> {
    const COMMON: &[&str] = &["__init__.py", "__main__.py", "main.py", "app.py", "index.js", "index.ts", "index.php"];
    let name = doc.file_name();
    if COMMON.contains(&name) {
        return None;
    }
    let end = format!("/{name}");
    let mut others = cx.project().below("").into_iter().filter(|path| path.ends_with(&end) && *path != doc.path);
    let other = others.find(|path| cx.project().text(path).is_some_and(|text| alike(&text, &doc.text)))?;
    Some(format!("{other} has most of the same lines: the function would stand in both"))
}

/// Whether most lines of a text stand in another one, too.
fn alike(one: &str, other: &str) -> bool {
    let lines: BTreeSet<&str> = one.lines().map(str::trim).filter(|line| line.len() > 12).collect();
    let own: BTreeSet<&str> = other.lines().map(str::trim).filter(|line| line.len() > 12).collect();
    own.len() > 4 && own.intersection(&lines).count() * 2 > own.len()
}

/// Whether the function around a comparison knows of IPv6 already.
fn aware(doc: &Document, edit: &Edit) -> Option<String> {
    let (start, line) = line_at(&doc.text, edit.span.start);
    let depth = |line: &str| line.chars().take_while(|c| c.is_whitespace()).count();
    let own = depth(line);
    // The lines of the block, and those of the blocks in it.
    let within = |line: &&str| line.trim().is_empty() || depth(line) >= own;
    let below = doc.text.get(start..)?.lines().skip(1).take(LINES).take_while(within);
    let above = doc.text.get(..start)?.lines().rev().take(LINES).take_while(within);
    let told = below.chain(above).find(|line| line.to_ascii_lowercase().contains("ipv6"))?;
    Some(format!("the code around it knows of IPv6: {}", told.trim()))
}

/// How many lines of a block are read.
const LINES: usize = 40;

/// Whether an edit makes a place take or tell addresses of IPv6: a wildcard, a loopback or a family.
fn turns_family(edit: &Edit) -> bool {
    ["::", "AF_INET6", "AF_UNSPEC", "udp6", "udp4", "create_connection", "getaddrinfo"]
        .iter()
        .any(|word| edit.text.contains(word))
}

/// Whether a text packs IPv4 addresses into four bytes, and knows no others.
fn packs(text: &str) -> bool {
    const FOUR: &[&str] = &[
        "inet_aton(",
        "inet_ntoa(",
        "IP_ADD_MEMBERSHIP",
        "ip2long(",
        "long2ip(",
        "\"!4B\"",
        "'!4B'",
        "\"C4\"",
        "'C4'",
    ];
    const ANY: &[&str] = &["inet_pton", "inet_ntop", "AF_INET6", "IPV6", "ipv6", "IPv6"];
    FOUR.iter().any(|word| text.contains(word)) && !ANY.iter().any(|word| text.contains(word))
}

/// What is said where [`packs`] holds.
const PACKED: &str = "addresses are packed into four bytes here";

/// What a folder is about.
#[derive(Default)]
struct Carries(Option<String>);

/// Whether messages of a protocol are packed here, or in a file beside it, that have four bytes for an address.
fn carried(doc: &Document, cx: &Context<'_>) -> Option<String> {
    const MOST: usize = 60;
    const LARGEST: usize = 400_000;
    if packs(&doc.text) {
        return Some(PACKED.to_owned());
    }
    let end = doc.file_name().rsplit_once('.').map(|(_, end)| end).filter(|_| doc.kind == classify::PYTHON)?;
    let found: Arc<Carries> = cx.project().fact(&format!("packs:{}", doc.folder()), || {
        let names = cx.project().siblings(doc.folder());
        let names = names.into_iter().filter(|name| name.rsplit_once('.').is_some_and(|(_, own)| own == end));
        let packed = |name: &String| {
            let path = if doc.folder().is_empty() { name.clone() } else { format!("{}/{name}", doc.folder()) };
            let text = cx.project().text(&path).filter(|text| text.len() < LARGEST).unwrap_or_default();
            // Messages are packed by the same file.
            packs(&text) && text.contains("truct") && text.contains("pack")
        };
        Carries(names.take(MOST).find(packed))
    });
    found.0.as_ref().map(|name| format!("{name} beside it packs addresses into four bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixify_core::Span;

    fn edit(text: &str, at: &str) -> Edit {
        Edit::insert(text.find(at).unwrap_or_default(), "::")
    }

    #[test]
    fn functions_of_a_family_are_told_by_their_names() {
        let doc = |text: &str| Document::from_text("a.py", classify::PYTHON, text);
        let of = |text: &str| of_family(&doc(text), &edit(text, "X")).is_some();
        assert!(of("def is_ipv4_fqdn(a):\n    try:\n        X\n"));
        assert!(of("class IPv4Server(Base):\n    def run(self):\n        X\n"));
        assert!(!of("def is_ipv4(a):\n    pass\n\n\ndef other(a):\n    X\n"));
        assert!(!of("def api(a):\n    X\n"));
    }

    #[test]
    fn groups_and_four_bytes_are_about_ipv4() {
        let text = "u = f'{self.MULTICAST_HOST}:{port}'\n";
        let doc = Document::from_text("a.py", classify::PYTHON, text);
        assert!(of_group(&doc, &Edit::replace(Span::new(7, 8), "[")).is_some());
        assert!(packs("ip = socket.inet_ntoa(data[:4])") && !packs("inet_ntoa(a) or inet_ntop(AF_INET6, a)"));
    }

    #[test]
    fn what_is_done_or_copied_is_no_part_of_the_program() {
        let about = |path: &str| aside(&Document::from_text(path, classify::PHP, "")).is_some();
        assert!(about("db/migrations/001.php") && about("includes/libraries/phpseclib/Net/SSH2.php"));
        assert!(about("try/unit/config_try.rb") && !about("src/Migrator.php"));
    }
}
