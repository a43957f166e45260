//! Plans as files: made here, applied later or elsewhere.
//!
//! The file has the id of the blob that each file was planned for, and the edits with the lines
//! around them. Where a file has that blob still, the edits are made as they are. Where it has
//! changed, each edit is looked for by its old text and the lines around it, as `patch` does, but
//! with one rule more: a place counts only when there is no other like it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sixify_core::verify::KeepsLayout;
use sixify_core::{Classifier, Document, Edit, EditSet, FilePlan, Layout, Ledger, Outcome, Source, Span, Verifier};
use sixify_source::git::{INPUT, blob_id};
use thiserror::Error;

use crate::plan::Plan;
use crate::text::{mailable, wrapped};

/// The name of the schema.
pub const SCHEMA: &str = "sixify-plan/1";

/// Lines of context that are kept above and below an edit.
const CONTEXT: usize = 3;

/// A plan as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFile {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of sixify that made it.
    pub version: String,
    /// The mode it was made in.
    pub mode: String,
    /// The commit it was made for, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The files that change.
    pub files: Vec<Base>,
    /// The fixes; each is applied whole or not at all.
    pub fixes: Vec<PlannedFix>,
}

/// A file that changes, as it was planned for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The path.
    pub path: String,
    /// The id that git gives to a blob with its bytes.
    pub blob: String,
}

/// Edits that belong together. Fixes that share an import are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFix {
    /// The codemods they are from.
    pub codemods: Vec<String>,
    /// What was wrong.
    pub messages: Vec<String>,
    /// The edits, in order of paths and places.
    pub edits: Vec<PlannedEdit>,
}

/// One edit with what is around it. All texts are decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEdit {
    /// The file.
    pub path: String,
    /// Which one of the edits of its file it is, from 0, in the order in which they stand there.
    pub nth: usize,
    /// Offset of its first byte in the decoded text.
    pub start: usize,
    /// 1-based line.
    pub line: usize,
    /// What stands there.
    pub old: String,
    /// What is to stand there.
    pub new: String,
    /// The text above it, from the beginning of a line at most three lines up.
    pub above: String,
    /// The text below it, to the end of a line at most three lines down.
    pub below: String,
}

/// A plan file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// It is not JSON of this schema.
    #[error("this is no plan of the schema {SCHEMA}: {0}")]
    Schema(String),
}

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
    /// A plan as a file.
    pub fn of(plan: &Plan) -> Self {
        let base = |file: &FilePlan| Base { path: file.path.clone(), blob: blob_id(&file.before) };
        PlanFile {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mode: plan.mode().to_string(),
            input: plan.input().map(str::to_owned),
            files: plan.files.iter().map(base).collect(),
            fixes: fixes(plan),
        }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is not JSON of this schema.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        let file: PlanFile = serde_json::from_str(text).map_err(|e| PlanFileError::Schema(e.to_string()))?;
        if file.schema == SCHEMA { Ok(file) } else { Err(PlanFileError::Schema(format!("it is {:?}", file.schema))) }
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        // A struct of texts and numbers can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The message of a commit with these fixes on top of `base`.
    pub fn message(&self, base: &str, sign_off: Option<&str>) -> String {
        let mut out = "Support IPv6-only and dual-stack hosts\n\n".to_owned();
        let said: BTreeSet<&String> = self.fixes.iter().flat_map(|fix| &fix.messages).collect();
        out.extend(said.into_iter().map(|message| wrapped("- ", message)));
        let mut out = mailable(&out);
        out.push('\n');
        let ids: BTreeSet<&String> = self.fixes.iter().flat_map(|fix| &fix.codemods).collect();
        // A plan file may come from anywhere; only what can be an id becomes a trailer.
        let plain = |id: &&&String| id.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c));
        out.extend(ids.iter().filter(plain).map(|id| format!("Sixify-Codemod: {id}\n")));
        out.push_str(&format!("Sixify-Version: {}\n{INPUT}: {base}\n", env!("CARGO_PKG_VERSION")));
        out.extend(sign_off.map(|line| format!("{line}\n")));
        out
    }

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
        // The text after the edit may hold the text before it, as where a line was added.
        let (done, _) = if lines > 0 { find(&new, lines) } else { (0, 0) };
        match (found, done) {
            (1, 0) => return Sought::At(Span::new(at, at + old.len()), new),
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

/// The rest of the line before an edit and some lines above it.
fn last_lines(text: &str, lines: usize) -> &str {
    let mut ends = text.match_indices('\n').map(|(at, _)| at + 1).rev();
    let start = ends.nth(lines).unwrap_or(0);
    text.get(start..).unwrap_or("")
}

/// The rest of the line behind an edit and some lines below it.
fn first_lines(text: &str, lines: usize) -> &str {
    let end = text.match_indices('\n').map(|(at, _)| at + 1).nth(lines).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// The edits of a plan in groups that stand or fall together.
fn fixes(plan: &Plan) -> Vec<PlannedFix> {
    let mut edits: Vec<PlannedEdit> = Vec::new();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for file in &plan.files {
        let Ok((text, layout)) = Layout::decode(&file.before) else { continue };
        for (nth, edit) in file.edits.iter().enumerate() {
            let (above, below) = text.split_at_checked(edit.span.start).unwrap_or((&text, ""));
            let below = below.get(edit.span.len()..).unwrap_or("");
            edits.push(PlannedEdit {
                path: file.path.clone(),
                nth,
                start: edit.span.start,
                line: above.matches('\n').count() + 1,
                old: edit.span.text(&text).to_owned(),
                new: edit.text.clone(),
                above: last_lines(above, CONTEXT).to_owned(),
                below: first_lines(below, CONTEXT).to_owned(),
            });
            spans.push((layout.byte_offset(&text, edit.span.start), layout.byte_offset(&text, edit.span.end)));
        }
    }
    let accepted: Vec<_> = plan.ledger.records.iter().filter(|r| r.outcome == Outcome::Accepted).collect();
    // The group of every edit, by the number of its first edit.
    let mut group: Vec<usize> = (0..edits.len()).collect();
    let join = |group: &mut Vec<usize>, members: &[usize]| {
        let own: BTreeSet<usize> = members.iter().filter_map(|n| group.get(*n).copied()).collect();
        if let Some(first) = own.first().copied() {
            group.iter_mut().filter(|g| own.contains(g)).for_each(|g| *g = first);
        }
    };
    let mut claimed: BTreeSet<usize> = BTreeSet::new();
    let mut of_record: Vec<Vec<usize>> = Vec::new();
    for record in &accepted {
        let touches = |n: &usize| {
            let (Some(edit), Some((start, end))) = (edits.get(*n), spans.get(*n)) else { return false };
            record.edits.iter().any(|shown| shown.path == edit.path && shown.start <= *end && *start <= shown.end)
        };
        let members: Vec<usize> = (0..edits.len()).filter(touches).collect();
        claimed.extend(&members);
        join(&mut group, &members);
        of_record.push(members);
    }
    // Imports are of no one finding: all fixes of the file rest on them.
    for file in &plan.files {
        let members: Vec<usize> =
            (0..edits.len()).filter(|n| edits.get(*n).is_some_and(|e| e.path == file.path)).collect();
        if members.iter().any(|n| !claimed.contains(n)) {
            join(&mut group, &members);
        }
    }
    let mut out: BTreeMap<usize, PlannedFix> = BTreeMap::new();
    for (edit, group) in edits.into_iter().zip(&group) {
        let new = || PlannedFix { codemods: Vec::new(), messages: Vec::new(), edits: Vec::new() };
        out.entry(*group).or_insert_with(new).edits.push(edit);
    }
    for (record, members) in accepted.iter().zip(&of_record) {
        let Some(fix) = members.first().and_then(|n| group.get(*n)).and_then(|g| out.get_mut(g)) else { continue };
        if !fix.codemods.contains(&record.codemod) {
            fix.codemods.push(record.codemod.clone());
        }
        if !fix.messages.contains(&record.message) {
            fix.messages.push(record.message.clone());
        }
    }
    out.into_values().collect()
}
