//! Who a commit is by.

use std::env;
use std::fmt;
use std::str::FromStr;

use git2::Repository;

use crate::git::date::When;
use crate::git::error::GitError;

/// A person as git writes them: `Name <name@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name; never empty.
    pub name: String,
    /// The address.
    pub email: String,
}

impl FromStr for Person {
    type Err = GitError;

    fn from_str(text: &str) -> Result<Self, GitError> {
        let wrong = || GitError::Person(text.to_owned());
        let (name, rest) = text.split_once('<').ok_or_else(wrong)?;
        let email = rest.trim_end().strip_suffix('>').ok_or_else(wrong)?;
        let odd = |c: char| c.is_control() || matches!(c, '<' | '>');
        let (name, email) = (name.trim(), email.trim());
        if name.is_empty() || email.is_empty() || name.contains(odd) || email.contains(odd) {
            return Err(wrong());
        }
        Ok(Person { name: name.to_owned(), email: email.to_owned() })
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

impl Person {
    pub(crate) fn signature(&self, when: When) -> Result<git2::Signature<'static>, GitError> {
        Ok(git2::Signature::new(&self.name, &self.email, &when.time())?)
    }

    /// The person that git would take: `GIT_COMMITTER_NAME` and so on (`role` is `AUTHOR` or
    /// `COMMITTER`), then `user.name` and `user.email` of the configuration.
    pub(crate) fn of_git(repository: &Repository, role: &str) -> Result<Option<Self>, GitError> {
        let config = repository.config()?.snapshot()?;
        let of = |what: &str| {
            let variable = env::var(format!("GIT_{role}_{}", what.to_uppercase())).ok();
            let key = format!("user.{what}");
            variable.or_else(|| config.get_str(&key).ok().map(str::to_owned)).filter(|text| !text.trim().is_empty())
        };
        match (of("name"), of("email")) {
            (Some(name), Some(email)) => Ok(Some(format!("{name} <{email}>").parse()?)),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_name_and_an_address() {
        let person: Option<Person> = " Ada Lovelace  <ada@example.org> ".parse().ok();
        assert_eq!(person.map(|p| p.to_string()).as_deref(), Some("Ada Lovelace <ada@example.org>"));
        for wrong in ["", "ada", "<ada@example.org>", "Ada <>", "Ada <a> <b>", "A\nda <a@b>"] {
            assert!(wrong.parse::<Person>().is_err(), "{wrong:?}");
        }
    }
}
