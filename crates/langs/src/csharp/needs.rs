//! Adds the using directives that fixes need, and removes the ones they leave without use.

use sixify_core::{Document, Edit, EditSet, Need, NeedResolver, Project, Resolution, Span};

use super::usings::{Using, UsingKind};
use super::{File, Surroundings};
use crate::classify::CSHARP;
use crate::syntax::Node;

/// Using directives of C# files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usings;

impl NeedResolver for Usings {
    fn knows(&self, doc: &Document) -> bool {
        doc.kind == CSHARP
    }

    fn resolve(&self, doc: &Document, project: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut resolution = Resolution::default();
        let Some(file) = File::of(doc) else {
            let unmet = |need: &Need| (need.clone(), "the file could not be parsed".to_owned());
            resolution.unmet = needs.iter().map(unmet).collect();
            return resolution;
        };
        let around = Surroundings::of(doc, project);
        let mut wanted = Vec::new();
        for need in needs {
            let Need::Import { module, .. } = need else {
                resolution.unmet.push((need.clone(), "a C# file has no dependencies of its own".to_owned()));
                continue;
            };
            let place = accepted.iter().next().map_or(0, |e| e.span.start);
            let place = file.tree().smallest(Span::at(place));
            if file.sees_namespace(place, module, &around).is_none() {
                resolution.edits.push(addition(&file, &doc.text, module, place));
            }
            wanted.push(module.as_str());
        }
        let after = accepted.apply(&doc.text);
        if let Some(after) = after.filter(|after| !wanted.contains(&SYSTEM_NET) && names_no_longer(&doc.text, after)) {
            resolution.edits.extend(removal(&file, &doc.text, &after));
        }
        resolution
    }
}

const SYSTEM_NET: &str = "System.Net";

/// How the names of the public types of `System.Net` begin (API reference of .NET Framework 4.8 and
/// .NET 9). `using System.Net;` is taken away only from a file that has no such word left.
const STEMS: &[&str] = &[
    "Authentication",
    "Authorization",
    "BindIP",
    "Cookie",
    "Credential",
    "Decompression",
    "Dns",
    "Download",
    "EndPoint",
    "Endpoint",
    "FileWeb",
    "Ftp",
    "GlobalProxy",
    "HttpContinue",
    "HttpListener",
    "HttpRequestHeader",
    "HttpResponseHeader",
    "HttpStatusCode",
    "HttpVersion",
    "HttpWeb",
    "IAuthentication",
    "ICertificatePolicy",
    "ICredential",
    "IUnsafeWeb",
    "IWeb",
    "NetworkAccess",
    "NetworkCredential",
    "OpenRead",
    "OpenWrite",
    "ProtocolViolation",
    "SecurityProtocol",
    "ServicePoint",
    "SocketAddress",
    "SocketPermission",
    "Transport",
    "UiSynchronization",
    "Upload",
    "WebClient",
    "WebException",
    "WebHeader",
    "WebPermission",
    "WebProxy",
    "WebRequest",
    "WebResponse",
    "WebUtility",
    "WriteStream",
];

/// What the name of an extension method or type of somebody's own in `System.Net` may hold.
const PARTS: &[&str] = &["IP", "EndPoint", "Endpoint", "Address"];

/// Whether the fixes took a mention of an address type away.
fn names_no_longer(before: &str, after: &str) -> bool {
    ["IPAddress", "IPEndPoint"].iter().any(|name| before.matches(name).count() > after.matches(name).count())
}

/// Takes `using System.Net;` away when no word is left that could need it.
fn removal(file: &File, text: &str, after: &str) -> Option<Edit> {
    let mut directives = file.usings().iter().filter(|u| u.target == SYSTEM_NET);
    let using = directives.next().filter(|u| u.kind == UsingKind::Namespace && !u.global && !u.conditional)?;
    // Words of other using directives do not count, those of comments do: they may be references.
    let tree = File::parse(after)?;
    let directives_after = tree.usings().iter().map(|u| tree.tree().node(u.node).span());
    let body: String = EditSet::of(directives_after.map(Edit::delete)).and_then(|set| set.apply(after))?;
    let mut words = body.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
    let stem = |word: &str| STEMS.iter().any(|stem| word.starts_with(stem));
    // What the codemod for Kestrel writes is none of them.
    let part = |word: &str| PARTS.iter().any(|part| word.contains(part)) && word != "ListenAnyIP";
    let may_need = |word: &str| stem(word) || part(word);
    if directives.next().is_some() || words.any(may_need) {
        return None;
    }
    let line = lines(text, file.tree().node(using.node).span())?;
    Some(Edit::delete(line))
}

/// The whole lines of a directive, when nothing else stands on them; with the blank line behind it
/// at the start of a file.
fn lines(text: &str, span: Span) -> Option<Span> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |i| i + 1);
    let end = text.get(span.end..)?.find('\n').map(|i| span.end + i + 1)?;
    let alone = text.get(start..span.start)?.trim().is_empty() && text.get(span.end..end)?.trim().is_empty();
    let blank = text.get(end..)?.find('\n').filter(|i| start == 0 && text[end..end + i].trim().is_empty());
    alone.then_some(Span::new(start, blank.map_or(end, |i| end + i + 1)))
}

/// A new directive, at its place in the order of the others.
fn addition(file: &File, text: &str, module: &str, place: Node<'_>) -> Edit {
    let plain: Vec<&Using> = file
        .usings()
        .iter()
        .filter(|u| u.kind == UsingKind::Namespace && !u.global && file.applies(u, place))
        .collect();
    let holder = plain.first().map(|u| u.holder);
    let group: Vec<&Using> = plain.into_iter().filter(|u| Some(u.holder) == holder).collect();
    let node = |u: &Using| file.tree().node(u.node);
    let Some((first, last)) = group.first().zip(group.last()) else { return opening(file, text, module) };
    // Sorted groups stay sorted; others get the new one at their end.
    let sorted = group.windows(2).all(|w| order(&w[0].target) <= order(&w[1].target));
    // Some sort `System` among the others.
    let plain = !sorted && group.windows(2).all(|w| w[0].target <= w[1].target);
    let comes_before = |u: &&&Using| if plain { u.target.as_str() < module } else { order(&u.target) < order(module) };
    let before = group.iter().take_while(comes_before).last();
    let after = if sorted || plain { before.copied() } else { Some(*last) };
    let indent = |n: Node<'_>| {
        let start = text[..n.start()].rfind('\n').map_or(0, |i| i + 1);
        text[start..n.start()].to_owned()
    };
    match after {
        Some(using) => Edit::insert(node(using).end(), format!("\n{}using {module};", indent(node(using)))),
        None => Edit::insert(node(first).start(), format!("using {module};\n{}", indent(node(first)))),
    }
}

/// `System` and what is below it come first, as the tools of .NET sort by default.
fn order(name: &str) -> (bool, String) {
    let system = name == "System" || name.starts_with("System.");
    (!system, name.to_owned())
}

/// The first directive of a file without any: before the first declaration, behind the comments
/// that stand alone above it.
fn opening(file: &File, text: &str, module: &str) -> Edit {
    let directive = ["extern_alias_directive", "using_directive"];
    let items: Vec<_> = file.tree().root().named_children().collect();
    let last =
        items.iter().take_while(|n| n.is_comment() || n.is_any(&directive) || n.kind().starts_with("preproc_")).last();
    let first = items.iter().find(|n| !n.is_comment() && !n.kind().starts_with("preproc_"));
    match (last.filter(|n| n.is_any(&directive)), first) {
        (Some(using), _) => Edit::insert(using.end(), format!("\nusing {module};")),
        (None, Some(first)) => {
            // A comment that touches the declaration is its own.
            let mut at = first.start();
            for comment in items.iter().take_while(|n| *n != first).collect::<Vec<_>>().into_iter().rev() {
                if text.get(comment.end()..at).is_none_or(|gap| gap.matches('\n').count() > 1) {
                    break;
                }
                at = comment.start();
            }
            Edit::insert(at, format!("using {module};\n\n"))
        }
        (None, None) => {
            // All of the file stands under a condition.
            let condition = items.iter().find(|n| n.kind().starts_with("preproc_"));
            let at = condition.map_or(text.len(), |n| n.start());
            Edit::insert(at, format!("using {module};\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::classify::Files;
    use sixify_core::source::Memory;

    fn added(text: &str) -> String {
        let source = Memory::new().with("a.cs", text);
        let project = Project::new(&source, &Files);
        let doc = Document::from_text("a.cs", CSHARP, text);
        let at = text.find("class").unwrap();
        let accepted = EditSet::of([Edit::insert(at, "")]).unwrap();
        let need = Need::Import { module: "System.Net".into(), member: None, local: "IPAddress".into() };
        let resolution = Usings.resolve(&doc, &project, &[need], &accepted);
        EditSet::of(resolution.edits).unwrap().apply(text).unwrap()
    }

    #[test]
    fn a_using_is_added_in_the_style_of_the_file() {
        let cases = [
            (
                "using System;\nusing System.Text;\nusing A;\n\nclass C { }\n",
                "using System;\nusing System.Net;\nusing System.Text;\nusing A;\n\nclass C { }\n",
            ),
            (
                "using A;\nusing System;\nusing System.Text;\nusing Z;\n\nclass C { }\n",
                "using A;\nusing System;\nusing System.Net;\nusing System.Text;\nusing Z;\n\nclass C { }\n",
            ),
            ("using Z;\nusing A;\n\nclass C { }\n", "using Z;\nusing A;\nusing System.Net;\n\nclass C { }\n"),
            ("using A;\nclass C { }\n", "using System.Net;\nusing A;\nclass C { }\n"),
            (
                "namespace N\n{\n    using System;\n\n    class C { }\n}\n",
                "namespace N\n{\n    using System;\n    using System.Net;\n\n    class C { }\n}\n",
            ),
            ("// Licence\n\n/// Doc\nclass C { }\n", "// Licence\n\nusing System.Net;\n\n/// Doc\nclass C { }\n"),
            ("using System.Net;\nclass C { }\n", "using System.Net;\nclass C { }\n"),
            // A file that stands under a condition as a whole.
            (
                "#if NET6\n\nusing System.Net;\n\nclass C { }\n\n#endif\n",
                "#if NET6\n\nusing System.Net;\n\nclass C { }\n\n#endif\n",
            ),
            (
                "#if NET6\nusing System;\n\nclass C { }\n#endif\n",
                "#if NET6\nusing System;\nusing System.Net;\n\nclass C { }\n#endif\n",
            ),
            (
                "namespace N;\n\nusing System;\n\nclass C { }\n",
                "namespace N;\n\nusing System;\nusing System.Net;\n\nclass C { }\n",
            ),
        ];
        for (before, after) in cases {
            assert_eq!(added(before), after);
        }
    }

    fn removed(text: &str) -> String {
        let source = Memory::new().with("a.cs", text);
        let project = Project::new(&source, &Files);
        let doc = Document::from_text("a.cs", CSHARP, text);
        let at = text.find("IPAddress.Any").unwrap();
        let mut accepted = EditSet::of([Edit::delete(Span::new(at, at + 13))]).unwrap();
        for edit in Usings.resolve(&doc, &project, &[], &accepted).edits {
            assert!(accepted.conflict(&edit).is_none());
            accepted.push(9, edit);
        }
        accepted.apply(text).unwrap()
    }

    #[test]
    fn a_using_goes_only_when_no_word_is_left_that_could_need_it() {
        assert_eq!(
            removed("using System;\nusing System.Net;\nclass C { T t = F(IPAddress.Any); }\n"),
            "using System;\nclass C { T t = F(); }\n"
        );
        for rest in ["IPEndPoint e;", "HttpStatusCode s;", "/* <see cref=\"IPAddress\"/> */", "var x = y.ToEndPoint();"]
        {
            let text = format!("using System.Net;\nclass C {{ T t = F(IPAddress.Any); {rest} }}\n");
            assert!(removed(&text).starts_with("using System.Net;"), "{rest}");
        }
    }
}
