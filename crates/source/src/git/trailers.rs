//! The last lines of a message, which machines read (git-interpret-trailers(1)).

use git2::Commit;

/// The trailer with the commit that a plan was made for. A commit that has it and has been left
/// as it was is sixify's own.
pub const INPUT: &str = "Sixify-Input";

/// The value of a trailer in a message, if it has it.
pub fn trailer<'m>(message: &'m str, key: &str) -> Option<&'m str> {
    let last = message.trim_end().rsplit("\n\n").next()?;
    let values = last.lines().filter_map(|line| line.split_once(':').filter(|(name, _)| *name == key));
    values.map(|(_, value)| value.trim()).next_back()
}

/// The commit for which a commit was made, when sixify made it and nobody changed it since:
/// amending or rebasing a commit makes it anew at another time than its author did.
pub(crate) fn input(commit: &Commit<'_>) -> Option<String> {
    let input = trailer(commit.message().ok()?, INPUT)?;
    let untouched = commit.author().when() == commit.committer().when() && commit.parent_count() == 1;
    untouched.then(|| input.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_stand_in_the_last_paragraph() {
        let message = "Subject\n\nSixify-Input: no\n\nA: 1\nSixify-Input: abc\nSigned-off-by: X <x@y>\n";
        assert_eq!(trailer(message, INPUT), Some("abc"));
        assert_eq!(trailer(message, "A"), Some("1"));
        assert_eq!(trailer("Subject\n\nSixify-Input: x\n\nText.\n", INPUT), None);
    }
}
