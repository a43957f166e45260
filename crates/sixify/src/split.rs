//! Dividing a plan into commits.
//!
//! Each commit has whole fixes, so that each passes the gates alone, and the last one leaves the
//! files as the plan has them. Files that a fix changes together stay together. Where fixes of
//! several codemods meet in one file, their commits cannot be cut out of the finished text: imports
//! are shared, and a fix may rest on another one. The codemods then run again, one after the other,
//! each on what the one before has left.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sixify_core::{EngineError, Entry, Listing, Outcome, ReadError, Record, Source};
use sixify_source::git::{Changed, CommitPer, GitTree, OWNERS_FILES, Owners};

use crate::plan::Plan;

/// What belongs into one commit.
pub(crate) struct Group<'p> {
    /// What it is limited to, for the end of a subject: `in src`, `(@owner)`.
    pub place: Option<String>,
    /// The findings that were mended.
    pub records: Vec<&'p Record>,
    /// The files, in order of their paths.
    pub files: Vec<Changed>,
}

/// Files that fixes hold together.
struct Cluster<'p> {
    /// Numbers of the files in the plan, in order.
    files: Vec<usize>,
    records: Vec<&'p Record>,
}

impl Cluster<'_> {
    fn codemods(&self) -> BTreeSet<&str> {
        self.records.iter().map(|record| record.codemod.as_str()).collect()
    }
}

/// Divides a plan.
///
/// # Errors
/// When the observer of the engine ends the run.
pub(crate) fn split<'p>(plan: &'p Plan, tree: &GitTree, per: CommitPer) -> Result<Vec<Group<'p>>, EngineError> {
    let clusters = clusters(plan);
    match per {
        CommitPer::Plan => {
            let records = clusters.into_iter().flat_map(|cluster| cluster.records).collect();
            Ok(vec![Group {
                place: None,
                records,
                files: (0..plan.files.len()).filter_map(|n| whole(plan, n)).collect(),
            }])
        }
        CommitPer::Codemod => per_codemod(plan, tree, clusters),
        CommitPer::Directory => Ok(by_place(plan, clusters, |path| match path.split_once('/') {
            Some((folder, _)) => format!("in {folder}"),
            None => "at the top".to_owned(),
        })),
        CommitPer::Owner => {
            let found = OWNERS_FILES.iter().find_map(|path| Some(Owners::parse(path, &tree.text(path)?)));
            let owners = found.unwrap_or_default();
            Ok(by_place(plan, clusters, |path| match owners.of(path).join(" ") {
                nobody if nobody.is_empty() => "(no owner)".to_owned(),
                owners => format!("({owners})"),
            }))
        }
    }
}

/// A file as the plan changes it.
fn whole(plan: &Plan, number: usize) -> Option<Changed> {
    plan.files.get(number).map(Changed::from)
}

/// Brings together the files that one fix changes, and the findings mended in them.
fn clusters(plan: &Plan) -> Vec<Cluster<'_>> {
    let number: HashMap<&str, usize> = plan.files.iter().enumerate().map(|(n, file)| (file.path.as_str(), n)).collect();
    let mut root: Vec<usize> = (0..plan.files.len()).collect();
    fn top(root: &mut [usize], mut n: usize) -> usize {
        while let Some(next) = root.get(n).copied().filter(|next| *next != n) {
            n = next;
        }
        n
    }
    let accepted = || plan.ledger.records.iter().filter(|record| record.outcome == Outcome::Accepted);
    let of = |record: &Record| -> Vec<usize> {
        let edited = record.edits.iter().map(|edit| edit.path.as_str());
        let mut files: Vec<usize> =
            edited.chain([record.path.as_str()]).filter_map(|path| number.get(path).copied()).collect();
        files.sort_unstable();
        files.dedup();
        files
    };
    for record in accepted() {
        let files = of(record);
        for pair in files.windows(2) {
            let tops: Vec<usize> = pair.iter().map(|n| top(&mut root, *n)).collect();
            if let [a, b] = tops.as_slice()
                && let Some(place) = root.get_mut(*a.max(b))
            {
                *place = *a.min(b);
            }
        }
    }
    let mut clusters: BTreeMap<usize, Cluster<'_>> = BTreeMap::new();
    for n in 0..plan.files.len() {
        let at = top(&mut root, n);
        clusters.entry(at).or_insert(Cluster { files: Vec::new(), records: Vec::new() }).files.push(n);
    }
    for record in accepted() {
        let Some(first) = of(record).first().copied() else { continue };
        let at = top(&mut root, first);
        if let Some(cluster) = clusters.get_mut(&at) {
            cluster.records.push(record);
        }
    }
    clusters.into_values().collect()
}

/// One group for each place of the first file of a cluster, in order of the places.
fn by_place<'p>(plan: &'p Plan, clusters: Vec<Cluster<'p>>, place: impl Fn(&str) -> String) -> Vec<Group<'p>> {
    let mut groups: BTreeMap<String, Group<'p>> = BTreeMap::new();
    for cluster in clusters {
        let Some(first) = cluster.files.first().and_then(|n| plan.files.get(*n)) else { continue };
        let name = place(&first.path);
        let new = || Group { place: Some(name.clone()), records: Vec::new(), files: Vec::new() };
        let group = groups.entry(name.clone()).or_insert_with(new);
        group.records.extend(cluster.records);
        group.files.extend(cluster.files.iter().filter_map(|n| whole(plan, *n)));
    }
    let mut groups: Vec<Group<'p>> = groups.into_values().collect();
    groups.iter_mut().for_each(tidy);
    groups
}

fn tidy(group: &mut Group<'_>) {
    group.files.sort_by(|a, b| a.path.cmp(&b.path));
    group.records.sort_by(|a, b| (&a.path, a.span, &a.codemod).cmp(&(&b.path, b.span, &b.codemod)));
}

fn per_codemod<'p>(plan: &'p Plan, tree: &GitTree, clusters: Vec<Cluster<'p>>) -> Result<Vec<Group<'p>>, EngineError> {
    let order = order(plan);
    let mut groups: BTreeMap<usize, Group<'p>> = BTreeMap::new();
    let place = |codemod: &str| order.iter().position(|id| *id == codemod).unwrap_or(order.len());
    let (mixed, plain): (Vec<_>, Vec<_>) = clusters.into_iter().partition(|cluster| cluster.codemods().len() > 1);
    let new = || Group { place: None, records: Vec::new(), files: Vec::new() };
    for cluster in plain {
        let at = cluster.codemods().first().map_or(order.len(), |id| place(id));
        let group = groups.entry(at).or_insert_with(new);
        group.records.extend(cluster.records);
        group.files.extend(cluster.files.iter().filter_map(|n| whole(plan, *n)));
    }
    let stages = stages(plan, tree, &order, &mixed)?;
    for cluster in mixed {
        let files: Vec<Changed> = cluster.files.iter().filter_map(|n| whole(plan, *n)).collect();
        let end = |Changed { path, after, .. }: &Changed| {
            let last = stages.iter().rev().find_map(|stage| stage.get(path));
            last.is_some_and(|(_, last)| last == after)
        };
        if files.iter().all(end) {
            for (at, stage) in stages.iter().enumerate() {
                for Changed { path, .. } in &files {
                    if let Some((before, after)) = stage.get(path) {
                        let group = groups.entry(at).or_insert_with(new);
                        let (path, before, after) = (path.clone(), before.clone(), after.clone());
                        group.files.push(Changed { path, before, after });
                    }
                }
            }
            for record in cluster.records {
                groups.entry(place(&record.codemod)).or_insert_with(new).records.push(record);
            }
        } else {
            // One after the other they come to something else than together.
            let group = groups.entry(order.len()).or_insert_with(new);
            group.files.extend(files);
            group.records.extend(cluster.records);
        }
    }
    let mut groups: Vec<Group<'p>> = groups.into_values().filter(|group| !group.files.is_empty()).collect();
    groups.iter_mut().for_each(tidy);
    Ok(groups)
}

/// The codemods that mend something, in the order in which their commits come: what landed in an
/// earlier round first, because later ones may rest on it.
fn order(plan: &Plan) -> Vec<&str> {
    let mut rounds: BTreeMap<&str, usize> = BTreeMap::new();
    for record in plan.ledger.records.iter().filter(|record| record.outcome == Outcome::Accepted) {
        let round = rounds.entry(&record.codemod).or_insert(record.round);
        *round = record.round.min(*round);
    }
    let mut order: Vec<(usize, &str)> = rounds.into_iter().map(|(id, round)| (round, id)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, id)| id).collect()
}

/// What one codemod does: bytes before and after by path.
type Stage = BTreeMap<String, (Arc<[u8]>, Arc<[u8]>)>;

/// Runs the codemods one after the other over the files of the clusters.
fn stages(plan: &Plan, tree: &GitTree, order: &[&str], mixed: &[Cluster<'_>]) -> Result<Vec<Stage>, EngineError> {
    let mut stages = Vec::new();
    if mixed.is_empty() {
        return Ok(stages);
    }
    let mut state: HashMap<String, Arc<[u8]>> = HashMap::new();
    for id in order {
        let concerned = mixed.iter().filter(|cluster| cluster.codemods().contains(id));
        let numbers = concerned.flat_map(|cluster| &cluster.files);
        let mut files: Vec<String> = numbers.filter_map(|n| Some(plan.files.get(*n)?.path.clone())).collect();
        files.sort();
        let mut stage = Stage::new();
        if !files.is_empty() {
            let overlay = Overlay { tree, state: &state, files: &files };
            let engine = plan.recipe.engine(&|pass| pass == *id)?;
            let part = engine.plan(&overlay, &plan.recipe.pool, &Quiet(plan))?;
            for file in part.files.into_iter().filter(|file| files.contains(&file.path)) {
                let after: Arc<[u8]> = Arc::from(file.after);
                state.insert(file.path.clone(), after.clone());
                stage.insert(file.path, (file.before, after));
            }
        }
        stages.push(stage);
    }
    Ok(stages)
}

/// Asks the observer whether to end, and tells it nothing of these small runs.
struct Quiet<'p>(&'p Plan);

impl sixify_core::Observer for Quiet<'_> {
    fn cancelled(&self) -> bool {
        self.0.recipe.observer().cancelled()
    }
}

/// A commit with some of its files changed, of which only some are looked at.
struct Overlay<'a> {
    tree: &'a GitTree,
    state: &'a HashMap<String, Arc<[u8]>>,
    files: &'a [String],
}

impl Source for Overlay<'_> {
    fn list(&self) -> Result<Listing, ReadError> {
        let entry = |path: &String| Entry::new(path);
        Ok(Listing { files: self.files.iter().map(entry).collect(), skipped: Vec::new() })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match self.state.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.tree.read(path),
        }
    }

    fn siblings(&self, folder: &str) -> Vec<String> {
        self.tree.siblings(folder)
    }
}
