//! Lines of tab-separated fields, quoted as spreadsheets and Python's `csv` do: a field with a tab,
//! a quote or a line break stands between quotes, and quotes in it are doubled.

/// One line, without its line break.
pub(crate) fn line<F: AsRef<str>>(fields: impl IntoIterator<Item = F>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(field.as_ref())).collect();
    fields.join("\t")
}

fn quoted(field: &str) -> String {
    if field.contains(['\t', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// All records of a text, each with the line it starts on, from 1. Empty lines are no records.
/// A quote that is never closed ends with the text.
pub(crate) fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut in_quotes = false;
    let (mut line, mut start) = (1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match c {
            '"' if in_quotes && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if in_quotes || field.is_empty() => in_quotes = !in_quotes,
            c if in_quotes => field.push(c),
            '\t' => fields.push(std::mem::take(&mut field)),
            '\r' => {}
            '\n' => {
                fields.push(std::mem::take(&mut field));
                push(&mut records, start, std::mem::take(&mut fields));
                start = line;
            }
            c => field.push(c),
        }
    }
    fields.push(field);
    push(&mut records, start, fields);
    records
}

fn push(records: &mut Vec<(usize, Vec<String>)>, line: usize, fields: Vec<String>) {
    if fields.len() > 1 || fields.iter().any(|field| !field.is_empty()) {
        records.push((line, fields));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back() {
        let fields = ["net.Listen(\"tcp\",\":p\")", "", "a\tb", "two\nlines", "plain"];
        let text = format!("head\tline\n\n{}\n", line(fields));
        let records = records(&text);
        assert_eq!(records.len(), 2);
        assert_eq!(records[1], (3, fields.map(str::to_owned).to_vec()));
    }

    #[test]
    fn an_open_quote_is_no_panic() {
        assert_eq!(records("\"a\tb").len(), 1);
        assert_eq!(records(""), Vec::new());
    }
}
