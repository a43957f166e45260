//! The templates that a tree grows from: `trees/<language>.txt`.
//!
//! A file is a row of groups. A group begins with a line of fields and holds entries, between
//! which stands a line `---`:
//!
//! ```text
//! === statement | 90 | 7 | "net/http"
//! ```
//!
//! The fields are the name, in how many of 1000 files the group is used, how often compared with
//! other groups of its name, and then what a file that uses it must import.

/// Entries of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `head`, `open`, `declaration`, `function`, `statement` or `finding`.
    pub name: String,
    /// In how many of 1000 files it is used.
    pub share: usize,
    /// How often, compared with the other groups of its name that the file uses.
    pub weight: usize,
    /// Lines that import what the entries need.
    pub imports: Vec<String>,
    /// The entries, without an empty line at their ends.
    pub entries: Vec<String>,
}

/// Reads a file of templates. `None` when a line of fields cannot be read or a group is empty.
pub fn groups(text: &str) -> Option<Vec<Group>> {
    let mut groups = Vec::new();
    for part in text.strip_prefix("=== ")?.split("\n=== ") {
        let (fields, body) = part.split_once('\n')?;
        let mut fields = fields.split(" | ").map(str::trim);
        let (name, share, weight) = (fields.next()?, fields.next()?, fields.next()?);
        groups.push(Group {
            name: name.to_owned(),
            share: share.parse().ok()?,
            weight: weight.parse().ok()?,
            imports: fields.map(str::to_owned).collect(),
            entries: body.split("\n---\n").map(|entry| entry.trim_matches('\n').to_owned()).collect(),
        });
    }
    let whole = groups.iter().all(|group: &Group| group.entries.iter().all(|entry| !entry.is_empty()));
    (whole && !groups.is_empty()).then_some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_fields_and_entries() {
        let found = groups("=== head | 1000 | 1\na\n\nb\n---\nc\n\n=== statement | 9 | 2 | import x\nd\n");
        let group = |name: &str, share, weight, imports: &[&str], entries: &[&str]| Group {
            name: name.to_owned(),
            share,
            weight,
            imports: imports.iter().map(|s| (*s).to_owned()).collect(),
            entries: entries.iter().map(|s| (*s).to_owned()).collect(),
        };
        let wanted =
            vec![group("head", 1000, 1, &[], &["a\n\nb", "c"]), group("statement", 9, 2, &["import x"], &["d"])];
        assert_eq!(found, Some(wanted));
        assert_eq!(groups("=== head | x | 1\na\n"), None);
    }
}
