//! Growing the text of one file from templates.

use super::random::Random;
use super::template::Group;
use super::words;

/// How deep statements are nested.
const DEPTH: usize = 3;

/// Sizes in bytes, at equal steps from the smallest file to the largest, that a text must reach.
/// As texts grow by whole functions, half of the files come out below 5 KiB and one in a hundred
/// above 55 KiB, which is the shape of service repositories of some hundred thousand lines.
const SIZES: &[usize] = &[
    150, 400, 650, 900, 1200, 1500, 1800, 2200, 2600, 3000, 3500, 4200, 5000, 6000, 7200, 9000, 11_500, 15_000, 22_000,
    46_000, 110_000,
];

/// A size for a file.
pub fn size(random: &mut Random) -> usize {
    let step = random.below(SIZES.len() - 1);
    let (low, high) = (SIZES[step], SIZES[step + 1]);
    // Most of the last step is near its lower end.
    if step + 2 == SIZES.len() && !random.permille(200) { low } else { random.between(low, high) }
}

/// Grows a text of about `size` bytes for a file of a package or namespace.
pub fn text(groups: &[Group], package: &str, size: usize, random: &mut Random) -> String {
    let used: Vec<&Group> = groups.iter().filter(|group| random.permille(group.share)).collect();
    let mut grower = Grower { used, package, random };
    let head = grower.entry("head").unwrap_or_default();
    let mut imports: Vec<&String> = grower.used.iter().flat_map(|group| &group.imports).collect();
    imports.sort();
    imports.dedup();
    let imports: Vec<&str> = imports.into_iter().map(String::as_str).collect();
    let mut text = put(&grower.fill(&head), "«imports»", &imports.join("\n"));
    text.push_str("\n\n");
    let mut parts = grower.findings();
    let mut length = text.len() + parts.iter().map(String::len).sum::<usize>();
    while length < size || parts.is_empty() {
        let part = grower.part();
        length += part.len();
        let at = grower.random.below(parts.len() + 1);
        parts.insert(at, part);
    }
    let body = parts.join("\n\n");
    match grower.entry("open") {
        Some(open) => text.push_str(&put(&grower.fill(&open), "«body»", &body)),
        None => text.push_str(&body),
    }
    text.push('\n');
    text
}

struct Grower<'a> {
    used: Vec<&'a Group>,
    package: &'a str,
    random: &'a mut Random,
}

impl Grower<'_> {
    /// An entry of a group of this name, by the weights of the groups.
    fn entry(&mut self, name: &str) -> Option<String> {
        let groups: Vec<&Group> = self.used.iter().copied().filter(|group| group.name == name).collect();
        let mut at = self.random.below(groups.iter().map(|group| group.weight).sum());
        for group in groups {
            if at < group.weight {
                return self.random.pick(&group.entries).cloned();
            }
            at -= group.weight;
        }
        None
    }

    /// What the file is there for: one or two entries of each group of findings.
    fn findings(&mut self) -> Vec<String> {
        let groups: Vec<&Group> = self.used.iter().copied().filter(|group| group.name == "finding").collect();
        let mut found = Vec::new();
        for group in groups {
            for _ in 0..self.random.between(1, 2) {
                let entry = self.random.pick(&group.entries).cloned().unwrap_or_default();
                found.push(self.fill(&entry));
            }
        }
        found
    }

    /// A declaration or a function.
    fn part(&mut self) -> String {
        let weight = |name: &str| self.used.iter().filter(|g| g.name == name).map(|g| g.weight).sum::<usize>();
        let (declarations, functions) = (weight("declaration"), weight("function"));
        if self.random.below(declarations + functions) < declarations {
            let entry = self.entry("declaration").unwrap_or_default();
            return self.fill(&entry);
        }
        let entry = self.entry("function").unwrap_or_default();
        let mut text = self.fill(&entry);
        while text.contains("«body»") {
            // Few functions are long, and those are very long.
            let statements =
                if self.random.permille(10) { self.random.between(40, 120) } else { self.random.between(1, 9) };
            let body = self.statements(statements, 1);
            text = put(&text, "«body»", &body);
        }
        text
    }

    fn statements(&mut self, count: usize, depth: usize) -> String {
        let mut lines = Vec::new();
        for _ in 0..count {
            let mut entry = self.entry("statement").unwrap_or_default();
            while entry.contains("«nested»") && depth >= DEPTH {
                entry = self.entry("statement").unwrap_or_default();
            }
            let mut text = self.fill(&entry);
            while text.contains("«nested»") {
                let statements = self.random.between(1, 3);
                let nested = self.statements(statements, depth + 1);
                text = put(&text, "«nested»", &nested);
            }
            lines.push(text);
        }
        lines.join("\n")
    }

    /// Puts words and numbers in the places of an entry.
    fn fill(&mut self, entry: &str) -> String {
        let mut out = String::with_capacity(entry.len() * 2);
        let mut rest = entry;
        while let Some((before, behind)) = rest.split_once('«') {
            let Some((place, behind)) = behind.split_once('»') else { break };
            out.push_str(before);
            match place {
                "v" => out.push_str(words::local(self.random)),
                "w" => out.push_str(words::noun(self.random)),
                "f" => out.push_str(&words::lower_camel(self.random)),
                "T" => out.push_str(&words::upper_camel(self.random)),
                "s" => out.push_str(&words::sentence(self.random)),
                "n" => out.push_str(&self.random.between(1, 4096).to_string()),
                "p" => out.push_str(&self.random.between(3000, 9999).to_string()),
                "package" => out.push_str(self.package),
                // Filled later, with several lines.
                _ => out.extend(["«", place, "»"]),
            }
            rest = behind;
        }
        out + rest
    }
}

/// Puts lines in the place of the first `place`, each indented as the line that the place is on.
fn put(text: &str, place: &str, lines: &str) -> String {
    let Some((before, behind)) = text.split_once(place) else { return text.to_owned() };
    let indent = before.rsplit('\n').next().unwrap_or(before);
    let blank = indent.chars().all(char::is_whitespace);
    let indent = if blank { indent } else { "" };
    let mut out = before[..before.len() - indent.len()].to_owned();
    for (number, line) in lines.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
    }
    out + behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_indented_like_their_place() {
        assert_eq!(put("f {\n\t«body»\n}", "«body»", "a\n\n\tb"), "f {\n\ta\n\n\t\tb\n}");
        assert_eq!(put("x = «body»;", "«body»", "a"), "x = a;");
    }
}
