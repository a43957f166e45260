//! Where a group of added or removed lines stands, when several places are right.
//!
//! A function that is put between two others can be shown with its own first line or with that of
//! the next one. Git shifts such groups: next to a group of the other side if there is one, else to
//! the place that its indent heuristic likes best (git-diff(1), `--indent-heuristic`, on by
//! default). Doing the same makes the diff here the one that `git diff` shows of the branch.

/// The lines of one side, and which of them the other side does not have.
pub(super) struct Side<'a> {
    pub lines: Vec<&'a [u8]>,
    pub changed: Vec<bool>,
}

/// A run of changed lines, perhaps empty, between two lines that are not changed.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Side<'_> {
    fn changed(&self, at: usize) -> bool {
        self.changed.get(at).copied().unwrap_or(false)
    }

    fn same(&self, a: usize, b: usize) -> bool {
        matches!((self.lines.get(a), self.lines.get(b)), (Some(a), Some(b)) if a == b)
    }

    fn mark(&mut self, at: usize, changed: bool) {
        if let Some(mark) = self.changed.get_mut(at) {
            *mark = changed;
        }
    }

    fn from(&self, start: usize) -> Group {
        let mut end = start;
        while self.changed(end) {
            end += 1;
        }
        Group { start, end }
    }

    fn next(&self, group: Group) -> Option<Group> {
        (group.end < self.lines.len()).then(|| self.from(group.end + 1))
    }

    fn previous(&self, group: Group) -> Option<Group> {
        let end = group.start.checked_sub(1)?;
        let mut start = end;
        while start > 0 && self.changed(start - 1) {
            start -= 1;
        }
        Some(Group { start, end })
    }

    /// Moves a group one line down where the text allows it; it takes in one that it meets.
    fn down(&mut self, group: Group) -> Option<Group> {
        if !self.same(group.start, group.end) {
            return None;
        }
        self.mark(group.start, false);
        self.mark(group.end, true);
        let Group { end, .. } = self.from(group.end);
        Some(Group { start: group.start + 1, end })
    }

    /// The same, upwards.
    fn up(&mut self, group: Group) -> Option<Group> {
        let (above, last) = (group.start.checked_sub(1)?, group.end.checked_sub(1)?);
        if !self.same(above, last) {
            return None;
        }
        self.mark(above, true);
        self.mark(last, false);
        let mut start = above;
        while start > 0 && self.changed(start - 1) {
            start -= 1;
        }
        Some(Group { start, end: last })
    }
}

/// Shifts the groups of one side.
pub(super) fn slide(side: &mut Side<'_>, other: &Side<'_>) {
    let (mut group, mut beside) = (side.from(0), other.from(0));
    loop {
        if group.start < group.end {
            (group, beside) = settle(side, other, group, beside);
        }
        let (Some(next), Some(next_beside)) = (side.next(group), other.next(beside)) else { return };
        (group, beside) = (next, next_beside);
    }
}

/// Shifts one group to its place. `beside` is what the other side has at the same place.
fn settle(side: &mut Side<'_>, other: &Side<'_>, mut group: Group, mut beside: Group) -> (Group, Group) {
    let (mut size, mut earliest, mut matching);
    loop {
        size = group.end - group.start;
        matching = None;
        while let (Some(up), Some(before)) = (side.up(group), other.previous(beside)) {
            (group, beside) = (up, before);
        }
        earliest = group.end;
        if beside.start < beside.end {
            matching = Some(group.end);
        }
        while let Some(down) = side.down(group) {
            let Some(behind) = other.next(beside) else { break };
            (group, beside) = (down, behind);
            if beside.start < beside.end {
                matching = Some(group.end);
            }
        }
        if size == group.end - group.start {
            break;
        }
        // It has met another group and is one with it now.
    }
    let end = match matching {
        _ if group.end == earliest => group.end,
        Some(end) => end,
        None => best(side, group, earliest, size),
    };
    while group.end > end {
        let (Some(up), Some(before)) = (side.up(group), other.previous(beside)) else { break };
        (group, beside) = (up, before);
    }
    (group, beside)
}

/// How far a group is shifted at most for the sake of looks.
const MOST: usize = 100;

/// The end at which a group of so many lines looks best.
fn best(side: &Side<'_>, group: Group, earliest: usize, size: usize) -> usize {
    let first = earliest.max(group.end.saturating_sub(size + 1)).max(group.end.saturating_sub(MOST));
    let mut best: Option<(usize, Score)> = None;
    for end in first..=group.end {
        let mut score = Score::default();
        score.add(side, end);
        score.add(side, end.saturating_sub(size));
        if best.is_none_or(|(_, known)| score.not_worse(known)) {
            best = Some((end, score));
        }
    }
    best.map_or(group.end, |(end, _)| end)
}

/// How good the two cuts of a place look; less is better.
#[derive(Clone, Copy, Default)]
struct Score {
    indent: i64,
    penalty: i64,
}

impl Score {
    /// Adds the cut before a line. The weights are git's (xdiff, `xdl_change_compact`), which were
    /// found by rating real diffs.
    fn add(&mut self, side: &Side<'_>, cut: usize) {
        let indent_of = |at: usize| side.lines.get(at).and_then(|line| indent(line));
        let own = indent_of(cut);
        let above = (0..cut).rev().take(BLANKS);
        let blanks_above = above.clone().take_while(|at| indent_of(*at).is_none()).count();
        let before = if blanks_above == BLANKS { Some(0) } else { above.clone().nth(blanks_above).and_then(indent_of) };
        let below = (cut + 1..side.lines.len()).take(BLANKS);
        let blanks_below = below.clone().take_while(|at| indent_of(*at).is_none()).count();
        let behind = if blanks_below == BLANKS { Some(0) } else { below.clone().nth(blanks_below).and_then(indent_of) };

        if before.is_none() && blanks_above == 0 {
            self.penalty += 1;
        }
        if cut >= side.lines.len() {
            self.penalty += 21;
        }
        let behind_blanks = if own.is_none() { 1 + blanks_below } else { 0 };
        let blanks = blanks_above + behind_blanks;
        self.penalty += -30 * small(blanks) + 6 * small(behind_blanks);
        let here = own.or(behind);
        self.indent += here.map_or(-1, small);
        let (Some(here), Some(before)) = (here, before) else { return };
        self.penalty += match (here.cmp(&before), blanks > 0) {
            (std::cmp::Ordering::Equal, _) => 0,
            (std::cmp::Ordering::Greater, with_blanks) => {
                if with_blanks {
                    10
                } else {
                    -4
                }
            }
            (std::cmp::Ordering::Less, true) => 17,
            (std::cmp::Ordering::Less, false) if behind.is_some_and(|behind| behind > here) => 24,
            (std::cmp::Ordering::Less, false) => 23,
        };
    }

    fn not_worse(self, other: Score) -> bool {
        60 * (self.indent - other.indent).signum() + self.penalty - other.penalty <= 0
    }
}

/// After so many blank lines nobody looks further.
const BLANKS: usize = 20;

/// The widest indentation that counts.
const WIDEST: usize = 200;

fn small(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The columns before the first character; `None` for a blank line.
fn indent(line: &[u8]) -> Option<usize> {
    let mut columns = 0;
    for byte in line {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 8 - columns % 8,
            _ if byte.is_ascii_whitespace() => {}
            _ => return Some(columns),
        }
        if columns >= WIDEST {
            return Some(WIDEST);
        }
    }
    None
}
