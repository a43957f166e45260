//! A branch as a sink.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use git2::{ErrorClass, ErrorCode, Oid, Reference, Repository};
use sixify_core::{Observer, Plan};

use crate::git::chain::{Chain, ours, same};
use crate::git::commit::{Changed, Made, Making, Step, make};
use crate::git::date::When;
use crate::git::error::GitError;
use crate::git::identity::Person;
use crate::git::repository;
use crate::git::trailers::INPUT;
use crate::write::Sink;

/// How often a lock that another program holds is tried again, and how long each wait is.
const TRIES: u32 = 20;
const WAIT: Duration = Duration::from_millis(50);

/// How the changes of a plan are divided into commits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommitPer {
    /// One commit for each codemod.
    #[default]
    Codemod,
    /// One for each folder at the top of the repository.
    Directory,
    /// One for each owner in CODEOWNERS.
    Owner,
    /// One in all.
    Plan,
}

/// A branch that is to have the commits of a plan. Only this one reference is written, after all
/// commits are there, by compare-and-swap; a crash at any point leaves the old or the new one.
pub struct GitBranch {
    repository: PathBuf,
    name: String,
    base: Option<String>,
    per: CommitPer,
    author: Option<Person>,
    when: Option<When>,
    sign_off: bool,
    sign: bool,
    lease: Option<String>,
    observer: Option<Arc<dyn Observer + Send>>,
}

/// What became of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is nothing to commit; no branch was made or moved.
    Nothing,
    /// The branch has these commits already.
    Same,
    /// The branch is new.
    Created,
    /// The branch had commits of an earlier run and was made anew.
    Remade,
    /// The branch was replaced because `--force-with-lease` said so.
    Replaced,
}

/// A branch after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branched {
    /// The name, without `refs/heads/`.
    pub branch: String,
    /// The commit that it stands on.
    pub base: String,
    /// What it pointed at before, if it was there.
    pub before: Option<String>,
    /// What it points at now, if it is there.
    pub tip: Option<String>,
    /// What became of it.
    pub change: Change,
    /// Its commits, the oldest first.
    pub commits: Vec<Made>,
}

impl GitBranch {
    /// A branch of the repository at a path.
    pub fn new(repository: impl AsRef<Path>, name: impl Into<String>) -> Self {
        GitBranch {
            repository: repository.as_ref().to_owned(),
            name: name.into(),
            base: None,
            per: CommitPer::default(),
            author: None,
            when: None,
            sign_off: false,
            sign: false,
            lease: None,
            observer: None,
        }
    }

    /// The revision to stand on. Without one it is the commit that the plan was made for, or HEAD.
    pub fn base(mut self, revision: impl Into<String>) -> Self {
        self.base = Some(revision.into());
        self
    }

    /// How to divide the changes into commits.
    pub fn per(mut self, per: CommitPer) -> Self {
        self.per = per;
        self
    }

    /// The author; without one it is who git says the user is.
    pub fn author(mut self, author: Person) -> Self {
        self.author = Some(author);
        self
    }

    /// The date of the commits; without one it is `SOURCE_DATE_EPOCH`, or now.
    pub fn date(mut self, when: When) -> Self {
        self.when = Some(when);
        self
    }

    /// Whether the messages end with `Signed-off-by` of the author.
    pub fn sign_off(mut self, yes: bool) -> Self {
        self.sign_off = yes;
        self
    }

    /// Whether the commits are signed, as the user's configuration of git says.
    pub fn sign(mut self, yes: bool) -> Self {
        self.sign = yes;
        self
    }

    /// Replaces a branch whoever made it, as long as it is at this revision.
    pub fn force_with_lease(mut self, old: impl Into<String>) -> Self {
        self.lease = Some(old.into());
        self
    }

    /// Watches the making of the commits and may end it; the branch then stays as it was.
    pub fn observer(mut self, observer: impl Observer + Send + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// How the changes are divided.
    pub fn division(&self) -> CommitPer {
        self.per
    }

    /// The path of the repository.
    pub fn repository(&self) -> &Path {
        &self.repository
    }

    /// The revision to stand on, when one was given.
    pub fn base_revision(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The author of the commits.
    ///
    /// # Errors
    /// When none was given and git does not know the user.
    pub fn author_or_user(&self) -> Result<Person, GitError> {
        self.people(&repository::open(&self.repository)?).map(|(author, _)| author)
    }

    /// The line for the end of a message, when the commits are to be signed off.
    ///
    /// # Errors
    /// See [`GitBranch::author_or_user`].
    pub fn sign_off_line(&self) -> Result<Option<String>, GitError> {
        if !self.sign_off {
            return Ok(None);
        }
        Ok(Some(format!("Signed-off-by: {}", self.author_or_user()?)))
    }

    /// Author and committer.
    pub(crate) fn people(&self, repository: &Repository) -> Result<(Person, Person), GitError> {
        let author = match &self.author {
            Some(author) => Some(author.clone()),
            None => Person::of_git(repository, "AUTHOR")?,
        };
        let committer = Person::of_git(repository, "COMMITTER")?;
        match (author, committer) {
            (Some(author), Some(committer)) => Ok((author, committer)),
            (Some(author), None) => Ok((author.clone(), author)),
            (None, _) => Err(GitError::NoIdentity),
        }
    }

    /// Makes commits for the steps on top of `base`, unless they are there already.
    pub(crate) fn make(
        &self,
        repository: &Repository,
        base: Oid,
        steps: &[Step],
    ) -> Result<Vec<(Oid, Made)>, GitError> {
        let (author, committer) = self.people(repository)?;
        let when = self.when.map_or_else(When::of_environment, Ok)?;
        let observer: &dyn Observer = match &self.observer {
            Some(observer) => observer.as_ref(),
            None => &(),
        };
        let making = Making { author: &author, committer: &committer, when, sign: self.sign, observer };
        make(repository, base, steps, &making)
    }

    /// Makes the commits and moves the branch.
    ///
    /// # Errors
    /// When the branch is somebody else's, a file is not as it was planned, or git fails. The branch
    /// is then as it was.
    pub fn put_steps(&self, base: &str, steps: &[Step]) -> Result<Branched, GitError> {
        let repository = repository::open(&self.repository)?;
        if !git2::Branch::name_is_valid(&self.name)? || self.name.starts_with('-') {
            return Err(GitError::BranchName(self.name.clone()));
        }
        let base = repository::commit(&repository, self.base.as_deref().unwrap_or(base))?;
        let full = format!("refs/heads/{}", self.name);
        let mut made = None;
        let mut tries = 0;
        loop {
            let old = tip(&repository, &full)?;
            let done = |change, tip: Option<Oid>, commits| {
                let (before, tip) = (old.map(|id| id.to_string()), tip.map(|id| id.to_string()));
                Branched { branch: self.name.clone(), base: base.to_string(), before, tip, change, commits }
            };
            if steps.is_empty() {
                return Ok(done(Change::Nothing, old, Vec::new()));
            }
            let change = match old {
                None if self.lease.is_some() => return Err(self.unleased("nowhere")),
                None => Change::Created,
                Some(tip) => self.may_move(&repository, tip)?,
            };
            if let Some(commits) = old.and_then(|tip| same(&repository, base, tip, steps)) {
                return Ok(done(Change::Same, old, commits));
            }
            self.not_checked_out(&repository, &full)?;
            let commits: &Vec<(Oid, Made)> = match &made {
                Some(commits) => commits,
                None => made.insert(self.make(&repository, base, steps)?),
            };
            let Some(new) = commits.last().map(|(id, _)| *id) else {
                return Ok(done(Change::Nothing, old, Vec::new()));
            };
            // Files of different steps that cancel each other out are still commits; the same
            // tip means the same commits.
            if old == Some(new) {
                return Ok(done(Change::Same, old, commits.iter().map(|(_, made)| made.clone()).collect()));
            }
            match swap(&repository, &full, old, new) {
                Ok(()) => {
                    return Ok(done(change, Some(new), commits.iter().map(|(_, made)| made.clone()).collect()));
                }
                Err(error) => match error.code() {
                    // Somebody was faster. Perhaps it was another run that did the same.
                    ErrorCode::Exists | ErrorCode::Modified if tries == 0 => {}
                    ErrorCode::Exists | ErrorCode::Modified => return Err(GitError::Moved(self.name.clone())),
                    ErrorCode::Locked if tries < TRIES => thread::sleep(WAIT),
                    ErrorCode::Locked => {
                        return Err(GitError::Locked { branch: self.name.clone(), what: error.message().to_owned() });
                    }
                    _ => return Err(error.into()),
                },
            }
            tries += 1;
        }
    }

    fn unleased(&self, found: &str) -> GitError {
        let expected = self.lease.clone().unwrap_or_default();
        GitError::Lease { branch: self.name.clone(), expected, found: found.to_owned() }
    }

    /// Whether a branch that is there may be moved.
    fn may_move(&self, repository: &Repository, tip: Oid) -> Result<Change, GitError> {
        if let Some(lease) = &self.lease {
            return match repository::commit(repository, lease) {
                Ok(expected) if expected == tip => Ok(Change::Replaced),
                _ => Err(self.unleased(&tip.to_string())),
            };
        }
        match ours(repository, tip)? {
            Chain::Ours(_) => Ok(Change::Remade),
            Chain::Nobodys => Err(GitError::Exists { branch: self.name.clone(), tip: tip.to_string() }),
            Chain::Touched { commit, subject } => {
                Err(GitError::Foreign { branch: self.name.clone(), tip: tip.to_string(), commit, subject })
            }
        }
    }

    /// A branch that a work tree stands on may not move under it.
    fn not_checked_out(&self, repository: &Repository, full: &str) -> Result<(), GitError> {
        let common = repository.commondir();
        let mut heads = Vec::new();
        let main = repository::open(common)?;
        if let Some(top) = repository::top(&main) {
            heads.push((common.join("HEAD"), top.to_owned()));
        }
        // One folder for each linked work tree, see gitrepository-layout(5).
        for linked in fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten() {
            let place = fs::read_to_string(linked.path().join("gitdir")).unwrap_or_default();
            let place = Path::new(place.trim()).parent().map(Path::to_owned).unwrap_or_else(|| linked.path());
            heads.push((linked.path().join("HEAD"), place));
        }
        let on = |head: &Path| {
            fs::read_to_string(head).is_ok_and(|text| text.strip_prefix("ref:").map(str::trim) == Some(full))
        };
        match heads.into_iter().find(|(head, _)| on(head)) {
            Some((_, place)) => Err(GitError::CheckedOut { branch: self.name.clone(), place }),
            None => Ok(()),
        }
    }
}

impl Sink for GitBranch {
    type Report = Branched;
    type Error = GitError;

    /// Puts the whole plan into one commit. The facade divides plans and writes better messages.
    fn put(&self, plan: &Plan) -> Result<Branched, GitError> {
        let repository = repository::open(&self.repository)?;
        let base = repository::commit(&repository, self.base.as_deref().unwrap_or("HEAD"))?.to_string();
        let files: Vec<Changed> = plan.files.iter().map(Changed::from).collect();
        let mut message = format!("Support IPv6-only and dual-stack hosts\n\n{INPUT}: {base}\n");
        if let Some(line) = self.sign_off_line()? {
            message.push_str(&format!("{line}\n"));
        }
        let steps = if files.is_empty() { Vec::new() } else { vec![Step { message, files }] };
        self.put_steps(&base, &steps)
    }
}

/// What a branch points at, if it is there.
fn tip(repository: &Repository, full: &str) -> Result<Option<Oid>, GitError> {
    match repository.find_reference(full).as_ref().map(Reference::target) {
        Ok(target) => Ok(target),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(GitError::Git(error.message().to_owned())),
    }
}

/// Moves a branch from one commit to another, or makes it, unless somebody was faster.
fn swap(repository: &Repository, full: &str, old: Option<Oid>, new: Oid) -> Result<(), git2::Error> {
    if let Some(old) = old {
        return repository.reference_matching(full, new, true, old, "sixify: made anew").map(drop);
    }
    // libgit2 looks whether a new reference is there before it takes the lock, so two runs could both
    // find none; here the look comes behind the lock.
    let mut transaction = repository.transaction()?;
    transaction.lock_ref(full)?;
    if let Some(other) = in_the_way(repository, full)? {
        return Err(git2::Error::new(ErrorCode::Exists, ErrorClass::Reference, format!("{other} is there")));
    }
    transaction.set_target(full, new, None, "sixify: created")?;
    transaction.commit()
}

/// A reference that leaves no room for one of this name: itself, one below it, or one above it.
fn in_the_way(repository: &Repository, full: &str) -> Result<Option<String>, git2::Error> {
    let above = full.match_indices('/').skip(2).filter_map(|(at, _)| full.get(..at));
    for name in above.chain([full]) {
        match repository.find_reference(name) {
            Ok(_) => return Ok(Some(name.to_owned())),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    // Loose and packed ones alike. A glob matches a name, so a star of a name would be a pattern,
    // but git allows none in a reference.
    let below = repository.references_glob(&format!("{full}/*"))?.names().next().transpose()?.map(str::to_owned);
    Ok(below)
}
