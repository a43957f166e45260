//! Code of the same package that takes an address apart at its last colon, and the host as it stands
//! before it. An IPv6 address without brackets gets through such a pair of a join and a cut today, and one
//! with brackets would be dialled with them: there a join is not mended alone.

use sixify_langs::naming;

use crate::prelude::*;

/// Why a join is left to a person where [`is_cut_elsewhere`] holds.
pub(crate) const CUT_ELSEWHERE: &str =
    "code beside it takes such texts apart at the last colon, and would keep the brackets";

/// How many files of a folder are read.
const MOST: usize = 60;

/// Whether a file in the folder of this one, or above it up to the folder of the package, cuts an address at
/// its last colon. `calls` are what finds the colon, as they are written: `lastIndexOf(':')`.
pub(crate) fn is_cut_elsewhere(doc: &Document, cx: &Context<'_>, calls: &'static [&'static str]) -> bool {
    if cuts(&doc.text, calls) {
        return true;
    }
    let ending = doc.path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut folder = doc.folder();
    loop {
        let names = cx.project().siblings(folder);
        let found = cx.project().fact(&format!("last colon: {folder}: {ending}"), || {
            let own = names.iter().filter(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == ending));
            let path = |name: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            Found(own.take(MOST).filter_map(|name| cx.project().text(&path(name))).any(|text| cuts(&text, calls)))
        });
        let manifest = names
            .iter()
            .any(|n| matches!(n.as_str(), "package.json" | "composer.json" | "Gemfile") || n.ends_with(".gemspec"));
        if found.0 || manifest || folder.is_empty() {
            return found.0;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

/// Whether there is one.
#[derive(Default)]
struct Found(bool);

/// Whether a text cuts an address at its last colon, and asks for no bracket beside that.
fn cuts(text: &str, calls: &[&str]) -> bool {
    calls.iter().flat_map(|call| text.match_indices(call)).any(|(at, call)| {
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        // `strrpos($address, ':')` has the text inside, `address.lastIndexOf(':')` before it.
        let behind: String = text[at + call.len()..].chars().take(300).collect();
        let inside = behind.split(')').next().unwrap_or_default();
        let of = if call.ends_with('(') { inside } else { line };
        let colon = !call.ends_with('(') || inside.contains("':'") || inside.contains("\":\"");
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let named = of.split(|c| !word(c)).any(|name| {
            naming::words(name).iter().any(|w| {
                matches!(w.as_str(), "addr" | "address" | "endpoint" | "host" | "hostport" | "node" | "server" | "peer")
            })
        });
        colon && named && !["'['", "\"[\"", "\\[", "']'", "[]", "]:"].iter().any(|mark| behind.contains(mark))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_at_the_last_colon_is_one_of_an_address() {
        let js = &["lastIndexOf(':')"];
        assert!(cuts("const i = this.endpoint.lastIndexOf(':');\nthis.host = this.endpoint.slice(0, i);", js));
        assert!(!cuts("const i = line.lastIndexOf(':');", js));
        assert!(!cuts("const i = address.lastIndexOf(':'); host = address.slice(0, i).replace(/\\[/, '');", js));
        assert!(cuts("$at = strrpos($address, ':');\n$host = substr($address, 0, $at);", &["strrpos("]));
    }
}
