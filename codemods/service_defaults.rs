//! The families that the default values of a chart give to its Services.

use sixify_langs::yaml::{Stream, Value, remove};

use crate::prelude::*;
use crate::service_families::EVIDENCE;

pub(crate) fn list(families: &Value) -> Option<Vec<String>> {
    let seq = families.seq().filter(|s| !s.open)?;
    seq.items.iter().map(|item| item.value.fixed().map(str::to_owned)).collect()
}

/// The default values of a chart, which only its templates can tell the use of.
pub(crate) fn defaults(doc: &Document, stream: &Stream, cx: &mut Context<'_>) {
    let folder = doc.folder().to_owned();
    if !doc.file_name().starts_with("values") {
        return;
    }
    let mut found = Vec::new();
    for root in &stream.roots {
        root.walk(&mut |path, value| {
            let Some(map) = value.map() else { return };
            let off = map.get("enabled").and_then(Value::fixed) == Some("false");
            let families = map
                .entry("ipFamilies")
                .filter(|e| list(&e.value).is_some_and(|l| !l.is_empty() && l.iter().any(|family| family == "IPv4")));
            let policy = map.entry("ipFamilyPolicy").filter(|e| e.value.fixed() == Some("RequireDualStack"));
            found.extend(families.or(policy).filter(|_| !off).map(|e| (path.to_owned(), e.span)));
        });
    }
    if found.is_empty() {
        return;
    }
    let users = templates(&folder, cx);
    for (path, span) in found {
        let message = "a cluster that lacks one of these families rejects the Service; PreferDualStack without ipFamilies is taken everywhere";
        let span = remove::trimmed(&doc.text, span);
        let finding = Finding::new(span, Role::AddressFamily.name(), message).because(EVIDENCE);
        let finding = finding.because(format!("values under `{path}`, the defaults of the chart"));
        cx.report(finding.because_all(users.iter().map(|user| format!("{user} uses ipFamilies"))));
    }
}

/// The templates of a chart that write families.
pub(crate) fn templates(folder: &str, cx: &Context<'_>) -> Vec<String> {
    let templates = if folder.is_empty() { "templates".to_owned() } else { format!("{folder}/templates") };
    let names = cx.project().siblings(&templates);
    let paths = names.into_iter().map(|name| format!("{templates}/{name}"));
    paths.filter(|path| cx.project().text(path).is_some_and(|text| text.contains("ipFamilies"))).collect()
}
