//! Whether a host of Java is what `URI.getHost` gave, through fields of its class and getters of classes of
//! the same source tree: it has its brackets then.

use sixify_langs::java::File;

use crate::jvm_hosts::classes;
use crate::prelude::*;

/// Why a host has its brackets, where a class that it comes from takes it from a URI.
pub(crate) fn from_uri(file: &File, doc: &Document, cx: &Context<'_>, host: Node<'_>) -> Option<String> {
    let given = given(file, host);
    if let Some(value) = given.iter().find(|value| of_uri(value.text())) {
        return Some(format!("it is given {}", value.text()));
    }
    let values = std::iter::once(host).chain(given);
    values.into_iter().find_map(|value| {
        let (object, getter) = file.getter(value).filter(|(_, getter)| getter.to_lowercase().contains("host"))?;
        let ty = file.type_of(object)?;
        let source = source(file, doc, cx, &ty)?;
        keeps_host_of_uri(&source)
            .then(|| format!("{getter} of {ty} gives what it takes from a URI, with its brackets"))
    })
}

/// What a field or variable of the file is given, in its own class.
fn given<'a>(file: &'a File, host: Node<'a>) -> Vec<Node<'a>> {
    let Some((decl, scope)) = file.names.resolve(host).filter(|_| host.is("identifier")) else { return Vec::new() };
    let declared = decl.value.map(|value| file.tree.node(value));
    let set = file.names.uses(&decl, scope).into_iter().filter_map(|used| {
        let target = used.parent().filter(|p| p.is("field_access")).unwrap_or(used);
        let assignment = target.parent().filter(|p| p.is("assignment_expression"))?;
        assignment.field("right").filter(|right| !right.holds(used))
    });
    declared.into_iter().chain(set).collect()
}

/// Whether a text is a call of `getHost` on what is called a URI: `jdbcUri.getHost()`.
fn of_uri(text: &str) -> bool {
    text.match_indices(".getHost()").any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let word = before.trim_end_matches(')').rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
        let word = word.unwrap_or_default().to_ascii_lowercase();
        ["uri", "url"].iter().any(|name| word.ends_with(name))
            || before.ends_with(')') && before.contains("URI.create(")
    })
}

/// Whether a class takes its host from a URI: `this.host = uri.getHost()`, `setHost(uri.getHost())`.
fn keeps_host_of_uri(source: &str) -> bool {
    source.lines().any(|line| {
        let kept = line.contains("ost = ") || line.contains("etHost(") || line.contains("return ");
        kept && of_uri(line)
    })
}

/// The source of a class of the same tree, or of the class around it.
fn source(file: &File, doc: &Document, cx: &Context<'_>, ty: &str) -> Option<String> {
    let package = file.tree.all("package_declaration").next()?.items().next()?.text().replace('.', "/");
    let root = doc.folder().strip_suffix(package.as_str())?;
    let near = format!("{package}/{ty}");
    let named = classes(file, ty).into_iter().map(|class| class.replace('.', "/")).chain([near]);
    let mut paths: Vec<String> = Vec::new();
    for path in named {
        let outer = path.rsplit_once('/').map(|(outer, _)| outer.to_owned());
        paths.push(path);
        paths.extend(outer);
    }
    paths.iter().find_map(|path| cx.project().text(&format!("{root}{path}.java")))
}
