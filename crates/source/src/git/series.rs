//! Patches for projects that take them by mail.

use crate::git::branch::GitBranch;
use crate::git::commit::Step;
use crate::git::date::When;
use crate::git::diff;
use crate::git::error::GitError;
use crate::git::mail::Mail;
use crate::git::repository;

/// The text of a cover letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// One file of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The name of the file, such as `0001-Listen-on-both-families.patch`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The commits that a branch would get, as mails in the form of `git format-patch`: a cover
/// letter, which names the commit that the series stands on, and one patch for each step. They are
/// made in memory; the repository is only read.
///
/// # Errors
/// When a file is not as it was planned, or git fails.
pub fn patch_series(branch: &GitBranch, base: &str, steps: &[Step], letter: &Letter) -> Result<Vec<Patch>, GitError> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let repository = repository::open(branch.repository())?;
    // A store in front of the others that takes all that is written.
    let odb = repository.odb()?;
    let _memory = odb.add_new_mempack_backend(1000)?;
    let base = repository::commit(&repository, branch.base_revision().unwrap_or(base))?;
    let made = branch.make(&repository, base, steps)?;
    let (author, _) = branch.people(&repository)?;
    let mut patches = Vec::new();
    let (mut parent, mut tip, mut when) = (base, base, When { seconds: 0, offset: 0 });
    for (n, ((id, commit), step)) in made.iter().zip(steps).enumerate() {
        let time = repository.find_commit(*id)?.author().when();
        when = When { seconds: time.seconds(), offset: time.offset_minutes() };
        let difference = diff::between(&repository, parent, *id)?;
        let text = step.message.split_once('\n').map_or("", |(_, text)| text).trim();
        let mut body = Vec::new();
        if !text.is_empty() {
            body.extend_from_slice(format!("{text}\n").as_bytes());
        }
        body.extend_from_slice(format!("---\n{}\n", difference.stat).as_bytes());
        body.extend(difference.text);
        let (number, count) = (n + 1, steps.len());
        let mail = Mail { id: &commit.id, from: &author, when, number, count, subject: &commit.subject, body };
        patches.push(Patch { name: file_name(number, &commit.subject), bytes: mail.bytes() });
        (parent, tip) = (*id, *id);
    }
    let all = diff::between(&repository, base, tip)?;
    let subjects: String = made.iter().map(|(_, commit)| format!("  {}\n", commit.subject)).collect();
    let body = format!(
        "{}\n\n{} ({}):\n{subjects}\n{}\n\nbase-commit: {base}\n",
        letter.text.trim(),
        author.name,
        made.len(),
        all.stat
    );
    let id = "0".repeat(40);
    let subject = letter.subject.as_str();
    let cover = Mail { id: &id, from: &author, when, number: 0, count: steps.len(), subject, body: body.into_bytes() };
    patches.insert(0, Patch { name: "0000-cover-letter.patch".to_owned(), bytes: cover.bytes() });
    Ok(patches)
}

/// As `git format-patch` names its files: number, and the subject in letters, digits, dots and
/// underscores.
fn file_name(number: usize, subject: &str) -> String {
    let mut name = String::new();
    for c in subject.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') {
            if !(c == '.' && name.ends_with('.')) {
                name.push(c);
            }
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(52);
    format!("{number:04}-{}.patch", name.trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_subjects() {
        assert_eq!(
            file_name(1, "Put host and port together with `net.JoinHostPort`"),
            "0001-Put-host-and-port-together-with-net.JoinHostPort.patch"
        );
        assert_eq!(file_name(12, "../x: y"), "0012-.-x-y.patch");
        assert_eq!(file_name(3, &"a".repeat(99)).len(), "0003-.patch".len() + 52);
    }
}
