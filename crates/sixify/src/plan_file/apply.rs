//! Applying a plan to files that may have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use sixify_core::verify::KeepsLayout;
use sixify_core::{Classifier, Document, Edit, EditSet, FilePlan, Layout, Ledger, Source, Span, Verifier};
use sixify_source::git::blob_id;

use super::{Base, CONTEXT, PlanFile, PlannedEdit, PlannedFix, first_lines, last_lines};

/// What a plan file comes to on other files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The changes, for a sink.
    pub plan: sixify_core::Plan,
    /// How many fixes are in it.
    pub fixes: usize,
    /// How many of them had to be looked for in files that have changed.
    pub moved: usize,
    /// How many fixes are there already.
    pub already: usize,
    /// The fixes that do not fit any more.
    pub unfit: Vec<Unfit>,
}

/// A fix that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfit {
    /// The codemods it is from.
    pub codemods: Vec<String>,
    /// The file in which it does not.
    pub path: String,
    /// The line it was planned for.
    pub line: usize,
    /// Why not.
    pub why: String,
}

impl PlanFile {
    /// Fits the fixes to the files of a source, one by one. Writes nothing.
    pub fn apply(&self, source: &dyn Source) -> Applied {
        let mut files: BTreeMap<&str, Result<Target, String>> = BTreeMap::new();
        for base in &self.files {
            files.insert(&base.path, Target::read(source, base));
        }
        let mut applied = Applied::default();
        for fix in &self.fixes {
            match place(fix, &files) {
                Ok(placed) => {
                    let moved = placed
                        .iter()
                        .any(|(path, ..)| files.get(path).is_some_and(|f| f.as_ref().is_ok_and(|f| !f.exact)));
                    if placed.is_empty() {
                        applied.already += 1;
                        continue;
                    }
                    applied.fixes += 1;
                    applied.moved += usize::from(moved);
                    for (path, nth, edit) in placed {
                        if let Some(Ok(file)) = files.get_mut(path) {
                            file.edits.push((nth, edit));
                        }
                    }
                }
                Err((edit, why)) => applied.unfit.push(Unfit {
                    codemods: fix.codemods.clone(),
                    path: edit.map_or_else(String::new, |edit| edit.path.clone()),
                    line: edit.map_or(0, |edit| edit.line),
                    why,
                }),
            }
        }
        let changed = files.into_iter().filter_map(|(path, file)| file.ok()?.changed(path));
        applied.plan = sixify_core::Plan { files: changed.collect(), ledger: Ledger::default() };
        applied
    }
}

/// A file as it is now.
struct Target {
    bytes: Arc<[u8]>,
    text: String,
    layout: Layout,
    /// Whether it is what was planned for.
    exact: bool,
    edits: Vec<(usize, Edit)>,
}

impl Target {
    fn read(source: &dyn Source, base: &Base) -> Result<Self, String> {
        let bytes = source.read(&base.path).map_err(|e| e.to_string())?;
        let (text, layout) = Layout::decode(&bytes).map_err(|_| "it is no text any more".to_owned())?;
        Ok(Target { exact: blob_id(&bytes) == base.blob, bytes, text, layout, edits: Vec::new() })
    }

    /// The edits so far and some more, as a set; `None` when two are in each other's way.
    fn set(&self, more: &[(usize, Edit)]) -> Option<EditSet> {
        let mut all: Vec<&(usize, Edit)> = self.edits.iter().chain(more).collect();
        all.sort_by_key(|(nth, _)| *nth);
        EditSet::of(all.into_iter().map(|(_, edit)| edit.clone()))
    }

    fn changed(self, path: &str) -> Option<FilePlan> {
        let edits = self.set(&[])?;
        let after = self.layout.encode(&edits.apply(&self.text)?)?;
        (after != *self.bytes).then(|| FilePlan { path: path.to_owned(), before: self.bytes, after, edits })
    }
}

/// An edit of a file by its path and number.
type Placed<'f> = (&'f str, usize, Edit);

/// Finds the places of all edits of a fix; none when all are made already.
fn place<'f>(
    fix: &'f PlannedFix,
    files: &BTreeMap<&str, Result<Target, String>>,
) -> Result<Vec<Placed<'f>>, (Option<&'f PlannedEdit>, String)> {
    let mut placed: Vec<Placed<'f>> = Vec::new();
    let mut already = 0;
    for edit in &fix.edits {
        let no = |why: &str| (Some(edit), why.to_owned());
        let file = match files.get(edit.path.as_str()) {
            Some(Ok(file)) => file,
            Some(Err(why)) => return Err(no(why)),
            None => return Err(no("the plan does not list the file")),
        };
        if file.exact {
            let span = Span::new(edit.start, edit.start + edit.old.len());
            if file.text.get(span.start..span.end) != Some(edit.old.as_str()) {
                return Err(no("the plan contradicts itself"));
            }
            placed.push((&edit.path, edit.nth, Edit::replace(span, edit.new.as_str())));
            continue;
        }
        match search(&file.text, edit) {
            Sought::At(span, new) => placed.push((&edit.path, edit.nth, Edit::replace(span, new))),
            Sought::Done => already += 1,
            Sought::Several => return Err(no("several places look like it")),
            Sought::Nowhere => return Err(no("what stood there has changed")),
        }
    }
    if placed.is_empty() || already > 0 {
        return if placed.is_empty() {
            Ok(placed)
        } else {
            Err((fix.edits.first(), "a part of it is there already".to_owned()))
        };
    }
    let paths: BTreeSet<&str> = placed.iter().map(|(path, ..)| *path).collect();
    for path in paths {
        let Some(Ok(file)) = files.get(path) else { continue };
        let own: Vec<(usize, Edit)> =
            placed.iter().filter(|(p, ..)| *p == path).map(|(_, nth, edit)| (*nth, edit.clone())).collect();
        let at = fix.edits.iter().find(|edit| edit.path == path);
        let set = file.set(&own).ok_or_else(|| (at, "another fix is in its way".to_owned()))?;
        if !file.exact {
            sound(path, file, &set).map_err(|why| (at, why))?;
        }
    }
    Ok(placed)
}

/// Runs the checks of the engine over a changed text that nobody has checked yet.
fn sound(path: &str, file: &Target, edits: &EditSet) -> Result<(), String> {
    let after = edits.apply(&file.text).ok_or("its offsets are not those of the file")?;
    let Some(kind) = sixify_langs::Files.by_content(path, &file.text).or_else(|| sixify_langs::Files.by_path(path))
    else {
        return Ok(());
    };
    let document = |text: &str| Document::new(path, kind, text.to_owned(), file.layout.clone());
    let (before, after) = (document(&file.text), document(&after));
    let mut verifiers: Vec<Box<dyn Verifier>> = vec![Box::new(KeepsLayout)];
    verifiers.extend(sixify_langs::verifiers());
    let broken = verifiers.iter().flat_map(|verifier| verifier.verify(&before, &after, edits)).next();
    broken.map_or(Ok(()), |violation| Err(violation.what))
}

/// Where an edit is in a changed text.
enum Sought {
    At(Span, String),
    Done,
    Several,
    Nowhere,
}

fn search(text: &str, edit: &PlannedEdit) -> Sought {
    // A checkout elsewhere may have other line ends.
    let crlf = text.contains("\r\n") && !(edit.above.contains('\r') || edit.below.contains('\r'));
    let lf = !text.contains('\r');
    let own = |part: &str| match (crlf, lf) {
        (true, _) => part.replace("\r\n", "\n").replace('\n', "\r\n"),
        (_, true) => part.replace("\r\n", "\n"),
        _ => part.to_owned(),
    };
    let (old, new) = (own(&edit.old), own(&edit.new));
    let (above, below) = (own(&edit.above), own(&edit.below));
    let find = |core: &str, lines: usize| -> (usize, usize) {
        let (above, below) = (last_lines(&above, lines), first_lines(&below, lines));
        let needle = format!("{above}{core}{below}");
        let mut hits = text.match_indices(&needle).filter(|(at, _)| {
            let starts = *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with('\n'));
            let end = at + needle.len();
            starts
                && (needle.ends_with('\n')
                    || end == text.len()
                    || text.get(end..).is_some_and(|rest| rest.starts_with(['\n', '\r'])))
        });
        match (hits.next(), hits.next()) {
            (Some((at, _)), None) => (1, at + above.len()),
            (Some(_), Some(_)) => (2, 0),
            _ => (0, 0),
        }
    };
    let mut several = false;
    for lines in (0..=CONTEXT).rev() {
        // Without any line around it, an insertion would fit everywhere.
        if lines == 0
            && edit.old.trim().is_empty()
            && first_lines(&below, 0).trim().is_empty()
            && last_lines(&above, 0).trim().is_empty()
        {
            break;
        }
        let (found, at) = find(&old, lines);
        let (done, _) = if new.trim().is_empty() { (0, 0) } else { find(&new, lines) };
        match (found, done) {
            // Without context the new line may stand elsewhere for its own reasons.
            (1, done) if done == 0 || lines == 0 => return Sought::At(Span::new(at, at + old.len()), new),
            (0, 1) => return Sought::Done,
            (0, 0) => {}
            _ => several = true,
        }
        if several {
            return Sought::Several;
        }
    }
    Sought::Nowhere
}
